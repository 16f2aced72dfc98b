"""Report of a comparison of services: a page, figures and tables beside its results, for those who run a service."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import NOTICE, plots
from ..plots.style import Figure
from ..services.cascade import GROUPS, STEPS
from ..services.cost_effectiveness import EFFECTS
from ..services.service_results import ServiceResults
from . import service_sentences as say
from .folder import in_page, write_text
from .html_page import html_page, share

__all__ = ["CASCADE_SAYS", "TABLES_SAY", "cascade_in_short", "in_short", "page", "pictures", "said", "tables", "write"]

CASCADE_SAYS = "Shares are of the mothers who were depressed in some week, with 95 % over communities."
TABLES_SAY = {
    "cascade": "data/*.parquet: ill, found, referred, began, stayed, recovered, one row a family",
    "waits": "waits/*.parquet: waited and outcome, one row a time",
    "equity": "data/*.parquet, by poverty, migration and single",
    "effects": "data/*.parquet of an arm less that of the arm without service",
    "costs": "events/*.parquet: hours and cost, by what they were for",
    "cost_effectiveness": "data/*.parquet: cost, well, secure, ill_weeks, arm less the arm without service",
    "cost_of_waiting": "data/*.parquet of an arm less that of its twin at once, of families with waited above 0",
    "load": "load/*.parquet",
}
"""From which columns of the saved data each table of the report is made."""
_PLANE = {"well": "mothers more who are well at the end", "secure": "infants more who are securely attached"}
_STEPS = 41  # of a curve
_FARTHEST = 2.0  # times the largest ratio that is known, to which curves go


def in_short(results: ServiceResults) -> list[str]:
    """What came of it, a sentence or two each."""
    return say.in_short(results)


def tables(results: ServiceResults) -> dict[str, pd.DataFrame]:
    """Tables of the report, by name."""
    return {
        "cascade": results.cascade(),
        "waits": results.waits(),
        "equity": results.equity(),
        "effects": results.effects(),
        "false_positives": results.false_positives(),
        "costs": results.costs(),
        "unit_costs": results.cost_groundings(),
        "cost_effectiveness": results.cost_effectiveness(),
        "cost_of_waiting": results.cost_of_waiting(),
        "load": results.load(),
    }


def cascade_in_short(results: ServiceResults) -> pd.DataFrame:
    """The cascade, one row an arm and one column a step (:data:`CASCADE_SAYS`)."""
    table = results.cascade()
    wide = table.pivot(index="arm", columns="step", values="share")[[step for step in STEPS if step != "ill"]]
    counts = table[table["step"] == "ill"].set_index("arm")["mothers"]
    told = wide.loc[list(dict.fromkeys(table["arm"]))].reset_index().rename_axis(columns=None)
    told.insert(1, "ill", counts.loc[told["arm"]].to_numpy())
    return told


def said(results: ServiceResults) -> dict[str, Any]:
    """All that is told of results, for programs."""
    told = (
        {name: table.to_dict("records") for name, table in tables(results).items() if name != "load"}
        if results.arms
        else {}
    )
    return {
        "folder": str(results.folder),
        "comparison": results.manifest.asked,
        "in_short": in_short(results),
        **told,
        "failures": results.failures.to_dict("records"),
        "from": TABLES_SAY,
    }


def pictures(results: ServiceResults) -> dict[str, tuple[str, Figure]]:
    """Figures by name, each with what it shows.

    Parameters
    ----------
    results : of a comparison of which every arm is there.
    """
    prices = str(results.comparison.services[0].prices)
    effects = {name: words for name, words in _PLANE.items() if results.draws()[name].notna().any()}
    told = results.cost_effectiveness()
    curves = {name: results.acceptability(name, _worth(told, name)) for name in effects}
    waits = {}
    for arm in results.under_service:
        assert arm.service is not None
        table = results.table("waits", arm.name)
        waits[arm.name] = table[table["programme"].isin(arm.service.care)]
    ones = {name: EFFECTS[name][0] for name in effects}
    return {
        "cascade": ("The cascade of care", plots.care_cascade(results.cascade(), STEPS)),
        "missed": ("Who is missed", plots.who_is_missed(results.equity(), GROUPS)),
        "waits": ("Waiting for care", plots.waiting_times(waits)),
        "load": ("Load by week", plots.service_load(results.load())),
        "plane": (
            "Cost-effectiveness plane: each dot a draw of communities and parameters",
            plots.cost_effectiveness_plane(results.draws(), effects, prices),
        ),
        "acceptability": (
            "Acceptability: which service is likely the best choice",
            plots.acceptability_curves(curves, ones, prices),
        ),
    }


def _worth(told: pd.DataFrame, effect: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Worths of one more of an effect at which curves are drawn."""
    ratios = told.loc[told["effect"] == effect, "ratio"].dropna()
    top = _FARTHEST * float(ratios.max()) if len(ratios) else 1.0
    return np.linspace(0, float(f"{top:.1g}"), _STEPS)


def page(results: ServiceResults, drawn: dict[str, tuple[str, Figure]]) -> str:
    """Page of the report, as HTML that holds its pictures."""
    asked = results.comparison
    told = tables(results)
    key = [
        f"end_{state}" for state in ("depression", "sensitivity", "support", "loneliness", "regulation", "expectation")
    ]
    effects = told["effects"]
    return html_page(
        "service_report.html",
        {"share": share, "number": _number, "signed": _signed},
        title=asked.title or asked.name,
        asked=asked,
        notice=NOTICE,
        in_short=in_short(results),
        arms=[(arm.name, arm.service) for arm in results.under_service],
        tables={name: table.to_dict("records") for name, table in told.items() if name != "load"},
        effects=effects[effects["outcome"].isin(key)].to_dict("records"),
        steps=STEPS,
        groups=GROUPS,
        words={name: words for name, (words, _) in EFFECTS.items()},
        prices=str(asked.services[0].prices),
        pictures={name: (words, in_page(plots.png(figure))) for name, (words, figure) in drawn.items()},
        made_from=TABLES_SAY,
        runs=results.manifest.runs,
        folder=results.folder,
    )


def _number(value: float, digits: int = 0) -> str:
    """A number as text; a dash for what is not known."""
    return "–" if value != value else "without end" if np.isinf(value) else f"{value:,.{digits}f}"


def _signed(value: float, digits: int = 2) -> str:
    """A number with its sign as text; never -0.00."""
    return "–" if value != value else f"{round(value, digits) + 0.0:+.{digits}f}"


def write(results: ServiceResults) -> list[str]:
    """Write report, figures and tables (CSV) into the results folder; gives the files."""
    folder, drawn = results.folder, pictures(results)
    files = [write_text(folder / "report.html", page(results, drawn))]
    files += [
        write_text(folder / f"{name}.csv", table.to_csv(index=False))
        for name, table in tables(results).items()
        if len(table)
    ]
    files += [plots.save(figure, folder / f"{name}.png") for name, (_, figure) in drawn.items()]
    return [str(file) for file in files]
