"""Report of a trial's results: a page, figures, tables and the text of a pre-registration, beside its replicates."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import rc_context

from .. import NOTICE, plots
from ..plots.style import Figure
from ..trials.analysis import ALPHA
from ..trials.step_costs import SAYS
from ..trials.trial_results import TrialResults
from ..trials.visits import column
from . import trial_sentences as say
from .folder import in_page, write_text
from .html_page import html_page
from .preregistration import preregistration

__all__ = [
    "PERFORMANCE_SAYS", "TABLES_SAY", "in_short", "mean_flow", "page", "performance_in_short", "pictures", "said",
    "write",
]  # fmt: skip

PERFORMANCE_SAYS = "rejects: share of replicates with p below .05; truth: mean effect over twins; of odds logarithms."
_COLUMNS = ["analysis", "delta", "n", "truth", "mean", "rejects", "bias", "coverage", "type_s", "type_m", "failed"]

TABLES_SAY = {
    "performance": "estimates/*.parquet: b, se, low, high, p, converged by replicate and analysis, beside true",
    "published": "estimates/*.parquet: b (and residual_sd) of the analysis named",
    "flow": "flow/*.parquet: counts by replicate and arm",
    "costs": "steps/*.parquet and estimates/*.parquet: b, se, p, residual_sd by replicate and step",
    "effects": "twins/*.parquet: readings of each dyad in each arm",
}
"""From which columns of the saved data each table of the report is made."""


def in_short(results: TrialResults) -> list[str]:
    """What the trial could and could not have seen, a sentence or two each."""
    trial = results.trial
    if not results.replicates:
        return [_progress(results), *_failures(results)]
    told = [_progress(results), say.on_trial(trial, results.flow())]
    told += [
        say.could_see(row, trial, say.unit_of(trial.estimand(row["asks"])))
        for row in results.performance().to_dict("records")
    ]
    costs = results.step_costs()
    told += [say.on_what_was_lost(costs, asks) for asks in costs["asks"].unique()]
    told += [say.on_published(row) for row in results.published().to_dict("records")]
    return [*told, *_failures(results)]


def _progress(results: TrialResults) -> str:
    return f"{results.replicates:,} of {results.trial.replicates:,} replicates are there. {say.BY_CHANCE}"


def _failures(results: TrialResults) -> list[str]:
    failed = results.failures
    told = [
        f"Replicates {first} to {stop - 1} failed: {error}"
        for (first, stop), error in failed.head(3).itertuples(index=False)
    ]
    return [*told, *results.manifest.damaged]


def said(results: TrialResults) -> dict[str, Any]:
    """All that is told of a trial's results, for programs."""
    return {
        "folder": str(results.folder),
        "trial": results.manifest.asked,
        "replicates": results.replicates,
        "in_short": in_short(results),
        "performance": results.performance().to_dict("records"),
        "published": results.published().to_dict("records"),
        "step_costs": results.step_costs().to_dict("records"),
        "flow": mean_flow(results).to_dict("records"),
        "failures": results.failures.to_dict("records"),
        "from": TABLES_SAY,
    }


def performance_in_short(results: TrialResults) -> pd.DataFrame:
    """Performance of the analyses, the columns of it that are read first (:data:`PERFORMANCE_SAYS`)."""
    table = results.performance()
    return table[[name for name in _COLUMNS if table[name].notna().any()]]


def mean_flow(results: TrialResults) -> pd.DataFrame:
    """Mean counts over replicates, one row an arm."""
    return results.flow().drop(columns=["replicate", "offered"]).groupby("arm", sort=False).mean().reset_index()


def pictures(results: TrialResults, replicate: int = 0) -> dict[str, tuple[str, Figure]]:
    """Figures by name, each with what it shows.

    Parameters
    ----------
    results : of a trial, some replicates of which are there.
    replicate : whose flow is drawn.
    """
    trial, estimates = results.trial, results.estimates()
    names = [visit.name for visit in trial.seen.visits]
    with rc_context({"text.parse_math": False}):  # names may hold a dollar
        drawn: dict[str, tuple[str, Figure]] = {}
        placed = results.published()
        if placed["published"].notna().any():
            drawn["forest"] = ("Published estimates among the simulated ones", plots.forest(placed))
        first = trial.answers[0].called
        own = estimates[estimates["analysis"] == first].drop_duplicates("replicate")
        drawn["estimates"] = (f"Estimates of '{first}' and the truth", plots.estimates_against_truth(own, first))
        costs = results.step_costs()
        if len(costs):
            drawn["steps"] = ("What each step of measurement costs", plots.cost_of_steps(costs, SAYS))
        rows = results.flow(int(estimates["replicate"].iloc[0]) if replicate == 0 else replicate)
        flow = plots.flow(rows, names, [column("seen", name) for name in names])
        drawn["flow"] = (f"Flow of replicate {int(rows['replicate'].iloc[0])}", flow)
        asked = next((each for each in trial.asked if not each.is_share), trial.asked[0])
        if severity := _severity(results):
            unit = say.unit_of(asked)
            effects = results.individual_effects(asked.name)
            figure = plots.effects_by_severity(
                effects, severity, f"{asked.name}: {asked.outcome} at {asked.visit}", unit
            )
            drawn["severity"] = ("The true effect on each dyad, by how it was at the first visit", figure)
    return drawn


def _severity(results: TrialResults) -> str:
    """The column of the first visit that says how badly off a dyad is: a moderator, or else the first self-report."""
    trial, first = results.trial, results.trial.seen.visits[0].name
    moderators = [each.moderator for each in trial.asked if each.moderator]
    reports = [
        each.instrument.name for each in trial.seen.used_at(trial.seen.visits[0]) if each.instrument.by == "self-report"
    ]
    chosen = [*moderators, *reports]
    return column(chosen[0], first) if chosen else ""


def page(results: TrialResults, drawn: dict[str, tuple[str, Figure]]) -> str:
    """Page of the report, as HTML that holds its pictures."""
    trial = results.trial
    return html_page(
        "trial_report.html",
        {"signed": lambda value: say.signed(float(value), 3), "share": _share},
        title=trial.title or trial.name,
        trial=trial,
        notice=NOTICE,
        alpha=ALPHA,
        in_short=in_short(results),
        performance=results.performance().to_dict("records"),
        published=results.published().to_dict("records"),
        costs=results.step_costs().to_dict("records"),
        says=SAYS,
        flow=mean_flow(results).to_dict("records"),
        pictures={name: (words, in_page(plots.png(figure))) for name, (words, figure) in drawn.items()},
        made_from=TABLES_SAY,
        runs=results.manifest.runs,
        folder=results.folder,
        text=preregistration(trial, results.performance()),
    )


def _share(value: float) -> str:
    """A share, or an error, as text; a dash for what is not known."""
    return "–" if value != value else f"{value:.3f}"


def write(results: TrialResults) -> list[str]:
    """Write report, figures, tables (CSV) and pre-registration into the results folder; gives the files."""
    folder, drawn = results.folder, pictures(results)
    files = [write_text(folder / "report.html", page(results, drawn))]
    files.append(write_text(folder / "preregistration.md", preregistration(results.trial, results.performance())))
    tables = {
        "performance": results.performance(),
        "published": results.published(),
        "step_costs": results.step_costs(),
    }
    files += [
        write_text(folder / f"{name}.csv", table.to_csv(index=False)) for name, table in tables.items() if len(table)
    ]
    files += [plots.save(figure, folder / f"{name}.png") for name, (_, figure) in drawn.items()]
    return [str(file) for file in files]
