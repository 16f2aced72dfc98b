"""What a page shows of a trial's results, or of a plan's: words, tables, pictures, and what can be kept.

All of it is made by the reports of the commands; nothing is worked out here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..reports import power_report, trial_report
from ..reports.preregistration import preregistration
from ..trials.power_results import PowerResults
from ..trials.step_costs import SAYS
from ..trials.trial_results import TrialResults
from .downloads import DRAWING, svg, whole_csv
from .outcome import Kept, Outcome, ShownTable, by_folder_name, report_of, text_file
from .server_settings import kind_in

__all__ = ["outcome_at", "outcome_of"]

_PUBLISHED = [
    "analysis", "row", "unit", "published", "low", "high", "simulated", "simulated_low", "simulated_high", "below",
    "within", "agree_in_sign", "note",
]  # fmt: skip


def outcome_of(results: TrialResults, name: str) -> Outcome:
    """What is shown of a trial's results.

    Parameters
    ----------
    results : of a trial.
    name : what they are called; where they lie on the server is nobody's business.
    """
    trial = results.trial
    about = tuple(filter(None, (trial.says, trial.question)))
    short = tuple(by_folder_name(each, results.folder, name) for each in trial_report.in_short(results))
    head = (name, trial.title or trial.name, about, short)
    if not results.replicates:
        return Outcome(*head, asked=trial)
    with DRAWING:
        drawn = trial_report.pictures(results)

    def draft() -> dict[str, Any]:
        text = preregistration(trial, results.performance())
        return text_file(f"{name}-preregistration.md", "text/markdown", text)

    way_out = "dyadsim trial writes it into the results folder, as {}/*.parquet"
    kept: tuple[Kept, ...] = (
        report_of(name, results.folder, lambda: trial_report.page(results, drawn)),
        ("Draft of a pre-registration", "md", draft),
        (
            "The estimates of every replicate",
            "csv",
            lambda: whole_csv(results.estimates(), f"{name}-estimates", way_out.format("estimates")),
        ),
        (
            "The true effect on each dyad",
            "csv",
            lambda: whole_csv(results.individual_effects(), f"{name}-effects", way_out.format("twins")),
        ),
        ("The trial, as it was run", "toml", lambda: text_file(f"{name}.toml", "application/toml", trial.toml())),
    )
    return Outcome(
        *head,
        _tables(results, name),
        trial_report.PERFORMANCE_SAYS,
        {each: (title, figure, svg(figure)) for each, (title, figure) in drawn.items()},
        kept,
        trial,
    )


def _tables(results: TrialResults, name: str) -> tuple[ShownTable, ...]:
    """Tables of a trial's results, but for those that have no rows."""
    costs, published = results.step_costs(), results.published()
    found = [
        ("performance", "Analyses over the replicates", trial_report.performance_in_short(results), False),
        ("published", "Published estimates among the simulated ones", _published(published), False),
        ("all", "All that is known of each analysis, with Monte Carlo errors", results.performance(), True),
        ("costs", "What each step of measurement costs", costs.assign(step=costs["step"].map(SAYS)), True),
        ("flow", "Who was where, on average over replicates", trial_report.mean_flow(results), True),
        ("failures", "What failed", _failures(results), True),
    ]
    return tuple(
        ShownTable(f"{name}-{short}", title, table, closed) for short, title, table, closed in found if len(table)
    )


def _published(placed: pd.DataFrame) -> pd.DataFrame:
    """Published estimates with where they lie, without columns that say nothing."""
    table = placed[_PUBLISHED].assign(
        within=["" if pd.isna(value) else "yes" if value else "no" for value in placed["within"]],
        row=[
            f"{row} (unverified)" if is_so else row
            for row, is_so in zip(placed["row"], placed["unverified"], strict=True)
        ],
    )
    return table.dropna(axis="columns", how="all")


def _failures(results: TrialResults) -> pd.DataFrame:
    failed = results.failures
    return failed.assign(replicates=[f"{first} to {stop - 1}" for first, stop in failed["replicates"]])


def _outcome_of_plan(results: PowerResults, name: str) -> Outcome:
    """What is shown of the results of a plan of a trial's size."""
    plan, table = results.plan, results.table
    head = (name, plan.title or plan.name, tuple(filter(None, (plan.says,))), tuple(power_report.in_short(results)))
    if table.empty:
        return Outcome(*head)
    with DRAWING:
        figure = power_report.picture(results)
    sizes = results.sample_sizes().dropna(axis="columns", how="all")
    return Outcome(
        *head,
        (
            ShownTable(f"{name}-sizes", f"Dyads for a power of {plan.power:.0%}", sizes),
            ShownTable(f"{name}-power", "Power at each level", table.dropna(axis="columns", how="all"), True),
        ),
        power_report.TABLE_SAYS,
        {"power": ("Power by dyads randomised", figure, svg(figure))},
    )


def outcome_at(path: Path, name: str) -> Outcome:
    """What is shown of a results folder of a trial, or of a plan.

    Raises
    ------
    DyadsimError
        if it cannot be read.
    """
    if kind_in(path) == "power":
        return _outcome_of_plan(PowerResults.read(path), name)
    return outcome_of(TrialResults.read(path), name)
