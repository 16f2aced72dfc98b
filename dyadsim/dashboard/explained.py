"""What an outcome of a sweep follows: indices, partial dependence, spread; and what of the folder can be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import solara
from matplotlib.figure import Figure

from .. import results_report
from ..errors import DyadsimError
from ..results import Results, View
from ..sensitivity import indices
from .figures import DRAWING, csv_file, figure_file, svg
from .forms import plain
from .opened import use_worked
from .parts import Box, Heading, Kept, Picture, Said, Status, Table

__all__ = ["Explained", "OfFolder"]

_MOST_ROWS = 50_000  # of a table that a browser is given at once
_MOST_TOLD = 200  # failures that are listed
_FIGURES = {
    "indices": ("What it follows, factor by factor", "Each factor's index with its 95 % interval. The table has them."),
    "dependence": (
        "Over each factor, averaged over the others",
        "Partial dependence: means over points with 95 % intervals, a panel a factor.",
    ),
    "spread": ("How it spreads over the points", "A histogram of the means of all points, with their median."),
}


@dataclass(frozen=True)
class _Drawn:
    """Indices (or why there are none), and the figures, drawn."""

    table: pd.DataFrame
    without: str
    figures: dict[str, tuple[Figure, str]]


def _draw(results: Results, view: View) -> _Drawn:
    table, without = pd.DataFrame(), ""
    try:
        table = indices(results, view)
    except DyadsimError as error:
        without = str(error)
    figures = {}
    for kind in _FIGURES if len(table) else ("dependence", "spread"):
        with DRAWING:
            figure = results_report.figure_of(results, view, kind, [])
        figures[kind] = (figure, svg(figure))
    return _Drawn(table, without, figures)


@solara.component
def Explained(results: Results, view: View, name: str) -> Any:
    """What the outcome follows, as figures and a table."""
    made = use_worked(lambda: _draw(results, view), [results, view], name)
    head = Heading(f"What {view} follows")
    drawn = made.value
    if drawn is None:
        waits = Said(made.problem, "problem") if made.problem else Status("Being worked out ...")
        return Box([head, waits], "stack")
    pictures = [
        Picture(
            f"{name}-{view.outcome}-{kind}",
            _FIGURES[kind][0],
            f"{_FIGURES[kind][0]}: {view}. {_FIGURES[kind][1]}",
            figure,
            shown,
        ).key(f"picture {kind}")
        for kind, (figure, shown) in drawn.figures.items()
    ]
    told = [Said(f"No indices: {drawn.without}")] if drawn.without else []
    table = [Table(f"{name}-indices", "Indices", drawn.table, digits=3)] if len(drawn.table) else []
    says = [Said(results_report.INDICES_SAY)] if len(drawn.table) else []
    return Box([head, *told, Box(pictures, "figures"), *table, *says], "stack")


@solara.component
def OfFolder(results: Results, view: View, x: str, y: str, name: str) -> Any:
    """What all outcomes come to, what failed, and what can be kept."""
    spread = solara.use_memo(lambda: _spread(results, view.week), [results, view.week])
    failed = solara.use_memo(lambda: _failed(results), [results])
    command = f"dyadsim results {name} --figure interaction {view.options} --factor '{x}' --factor '{y}'"
    return Box(
        [
            Heading("The whole folder"),
            Table(f"{name}-spread", "How the means of points spread", spread, digits=3),
            *([Table(f"{name}-failures", "What failed", failed, closed=True)] if len(failed) else []),
            _Keep(results, view, x, y, name),
            *([Said(f"The same heat map from a shell: {command}")] if y else []),
        ],
        "stack",
    )


def _spread(results: Results, week: int | None) -> pd.DataFrame:
    table = results_report.spread_of(results, week)
    return table.assign(outcome=[plain(each) for each in table["outcome"]])


def _failed(results: Results) -> pd.DataFrame:
    failed = results.failures.head(_MOST_TOLD)
    return failed.assign(dyads=[f"{first} to {stop - 1}" for first, stop in failed["dyads"]])


@solara.component
def _Keep(results: Results, view: View, x: str, y: str, name: str) -> Any:
    """The heat map as a figure, and the means of all points."""

    def figure(kind: str) -> dict[str, Any]:
        with DRAWING:
            made = results_report.figure_of(results, view, "interaction", [x, y])
        return figure_file(made, kind, f"{name}-{view.outcome}")

    def means(_: str) -> dict[str, Any]:
        table = results.means()
        if len(table) > _MOST_ROWS:
            raise DyadsimError(
                f"The means have {len(table):,} rows, and a page gives {_MOST_ROWS:,} at most: "
                f"dyadsim results {name} --out means.csv."
            )
        return csv_file(table, f"{name}-means")

    heat = [Kept("The heat map as a figure", ["png", "pdf", "svg"], figure)] if y else []
    return Box([*heat, Kept("The means of all points", ["csv"], means)], "columns")
