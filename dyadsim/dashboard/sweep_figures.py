"""Figures of what an outcome of a sweep follows: indices, partial dependence, histogram; files to keep of a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
import solara
from matplotlib.figure import Figure

from .. import plots
from ..common.errors import DyadsimError
from ..reports import sweep_report
from ..sweeps.results import Results, View
from ..sweeps.sensitivity_indices import indices, too_few
from .downloads import DRAWING, figure_file, svg, whole_csv
from .form_fields import plain
from .layout import Box, Heading, Kept, Picture, Said, Status, Table
from .results_folders import Worked, use_worked

__all__ = ["Explained", "OfFolder"]

_MOST_TOLD = 200  # failures that are listed
_FIGURES = {
    "indices": ("What it follows, factor by factor", "Each factor's index with its 95 % interval. The table has them."),
    "dependence": (
        "Over each factor, averaged over the others",
        "Partial dependence: means over points with 95 % intervals, a panel a factor.",
    ),
    "spread": ("How it spreads over the points", "A histogram of the means of all points, with their median."),
}


Drawn = dict[str, tuple[Figure, str]]


@dataclass(frozen=True, eq=False)
class Followed:
    """Indices of an outcome with their figure, or why there are ``none``; ``few``: that points are too few for them."""

    table: pd.DataFrame
    figures: Drawn
    none: str = ""
    few: str = ""


_followed: WeakKeyDictionary[Results, dict[View, Followed]] = WeakKeyDictionary()


def followed(results: Results, view: View) -> Followed:
    """The indices, worked out once for all visitors: of ten thousand points they take half a minute."""
    known = _followed.setdefault(results, {})
    if view not in known:
        try:
            table = indices(results, view)
        except DyadsimError as error:
            return known.setdefault(view, Followed(pd.DataFrame(), {}, str(error)))
        with DRAWING:
            figure = plots.sensitivity_indices(table, str(view))
        known[view] = Followed(table, {"indices": (figure, svg(figure))}, few=too_few(results, table))
    return known[view]


def over_factors(results: Results, view: View, first: list[str]) -> Drawn:
    """Figures of partial dependence, these factors first, and of the histogram over points."""
    factors = [*dict.fromkeys([*filter(None, first), *results.factors])]
    found = {}
    for kind in ("dependence", "spread"):
        with DRAWING:
            figure = sweep_report.figure_of(results, view, kind, factors)
        found[kind] = (figure, svg(figure))
    return found


@solara.component
def Explained(results: Results, view: View, x: str, y: str, name: str) -> Any:
    """Factors that an outcome follows, as figures and a table."""
    over = use_worked(lambda: over_factors(results, view, [x, y]), [results, view, x, y], name)
    seen = Box(_pictures(over.value, view, name), "figures") if over.value is not None else _waits(over)
    left_out = [Said(sentence)] if (sentence := results.left_out(view)) else []
    return Box([Heading(f"What {view} follows"), *left_out, seen, _Indices(results, view, name)], "stack")


@solara.component
def _Indices(results: Results, view: View, name: str) -> Any:
    """Indices of how far an outcome follows each factor: by themselves, since they take longest."""
    made = use_worked(lambda: followed(results, view), [results, view], name)
    if made.value is None:
        return _waits(made, "Sensitivity indices are being worked out; of many points that takes a while ...")
    if made.value.none:
        return Said(f"No indices: {made.value.none}")
    table = Table(f"{name}-indices", "Indices", made.value.table, digits=3)
    both = Box([*_pictures(made.value.figures, view, name), table], "figures")
    few = [Said(made.value.few, "problem")] if made.value.few else []
    return Box([*few, both, Said(sweep_report.INDICES_SAY)], "stack")


def _waits(made: Worked[Any], says: str = "Being worked out ...") -> Any:
    return Said(made.problem, "problem") if made.problem else Status(says)


def _pictures(drawn: Drawn, view: View, name: str) -> list[Any]:
    return [
        Picture(
            f"{name}-{view.outcome}-{kind}",
            _FIGURES[kind][0],
            f"{_FIGURES[kind][0]}: {view}. {_FIGURES[kind][1]}",
            figure,
            shown,
        ).key(f"picture {kind}")
        for kind, (figure, shown) in drawn.items()
    ]


@solara.component
def OfFolder(results: Results, view: View, x: str, y: str, name: str) -> Any:
    """Summary of a folder: what all outcomes come to, what failed, and what can be kept."""
    ranges = solara.use_memo(lambda: _ranges(results, view.week), [results, view.week])
    failed = solara.use_memo(lambda: _failed(results), [results])
    command = f"dyadsim results {name} --figure interaction {view.options} --factor '{x}' --factor '{y}'"
    return Box(
        [
            Heading("The whole folder"),
            Table(f"{name}-spread", "How the means of points spread", ranges, digits=3),
            *([Table(f"{name}-failures", "What failed", failed, closed=True)] if len(failed) else []),
            _Keep(results, view, x, y, name),
            *([Said(f"The same heat map from a shell: {command}")] if y else []),
        ],
        "stack",
    )


def _ranges(results: Results, week: int | None) -> pd.DataFrame:
    """Range of each outcome over points, its name as it is read."""
    table = sweep_report.range_over_points(results, week)
    return table.assign(outcome=[plain(each) for each in table["outcome"]])


def _failed(results: Results) -> pd.DataFrame:
    """Failures of a sweep, the first of them, with the numbers of their dyads."""
    failed = results.failures.head(_MOST_TOLD)
    return failed.assign(dyads=[f"{first} to {stop - 1}" for first, stop in failed["dyads"]])


@solara.component
def _Keep(results: Results, view: View, x: str, y: str, name: str) -> Any:
    """Buttons to keep the heat map as a figure, and the means of all points."""

    def figure(kind: str) -> dict[str, Any]:
        with DRAWING:
            made = sweep_report.figure_of(results, view, "interaction", [x, y])
        return figure_file(made, kind, f"{name}-{view.outcome}")

    def means(_: str) -> dict[str, Any]:
        return whole_csv(results.means(), f"{name}-means", f"dyadsim results {name} --out means.csv")

    heat = [Kept("The heat map as a figure", ["png", "pdf", "svg"], figure)] if y else []
    return Box([*heat, Kept("The means of all points", ["csv"], means)], "columns")
