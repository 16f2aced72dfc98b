"""Look of a visitor at a results folder: what is chosen in it, as the page keeps it and as a link says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import solara

from ..common.errors import DyadsimError, unknown
from ..sweeps.results import Results, View
from . import state, sweep_data
from .results_link import ResultsAsked

__all__ = ["IN_CELLS", "Look", "in_address", "look", "look_asked", "look_at", "step", "take", "view_of"]

IN_CELLS = {"mean": "the mean", "spread": "mean and spread", "counts": "mean and counts"}
"""What the cells of the heat map can say."""
_OF_VIEW = ("episode", "arm", "week", "against")


@dataclass(frozen=True)
class Look:
    """Choices of a visitor: what is looked at in a folder.

    Attributes
    ----------
    folder : its name.
    view : the outcome; None: the usual one.
    x, y : the factors across and upwards; empty: the ``usual`` ones, which are the first two.
    cells : one of :data:`IN_CELLS`.
    cell, place : the levels of a chosen cell of the heat map, and its place from the left and from below.
    point, dyad : the chosen ones.
    week, arm : of a scenario, those in which the dyad is to be watched; None: the last, the first.
    link : number of the link that it follows (:data:`dyadsim.dashboard.state.results_asked`).
    step : how many choices led to it, so that the way back leads to each of them.
    """

    folder: str = ""
    view: View | None = None
    x: str = ""
    y: str = ""
    usual: tuple[str, str] = ("", "")
    cells: str = "mean"
    cell: tuple[Any, Any] | None = None
    place: tuple[int, int] | None = None
    point: int | None = None
    dyad: int = 0
    week: int | None = None
    arm: str | None = None
    link: int = 0
    step: int = 0


_look: solara.Reactive[Look] = solara.reactive(Look())


def look(folder: str, factors: list[str]) -> Look:
    """Look at that folder as it is now; in another one all begins anew."""
    now = _look.value if _look.value.folder == folder else Look(folder)
    known = [name for name in (now.x, now.y, *factors) if name in factors]
    x, y = _first_two(known)
    return replace(now, x=x, y=y, usual=_first_two(factors))


def _first_two(names: list[str]) -> tuple[str, str]:
    """The first two of some names, each taken once; empty where there are fewer."""
    first, second = [*dict.fromkeys(names), "", ""][:2]
    return first, second


def look_at(now: Look, **changes: Any) -> None:
    """Change what is looked at in a folder; what a link asked for before is done with."""
    _look.set(replace(now, **changes, link=state.results_asked.value[0], step=now.step + 1))


def take(now: Look) -> None:
    """Look at what a link asked for."""
    _look.set(now)


def step() -> int:
    """How many choices led to what is looked at."""
    return _look.value.step


def view_of(results: Results, now: Look) -> View:
    """View of the outcome that is looked at; the usual one where the folder has it no more."""
    if now.view is not None:
        try:
            return results.view(now.view.outcome, **{name: getattr(now.view, name) for name in _OF_VIEW})
        except DyadsimError:
            pass
    return results.view()


def in_address() -> str:
    """Part of the address of the page Results: the folder that is open, and what is looked at in it."""
    now = _look.value
    said = _asked_of(now).in_link() if now.folder == state.folder() else ""
    return "&".join(filter(None, (state.of_folder(), said)))


def _asked_of(now: Look) -> ResultsAsked:
    """What a link says of a look."""
    said: dict[str, Any] = {}
    if now.view is not None:
        said |= {name: getattr(now.view, name) for name in ("outcome", *_OF_VIEW)}
    if now.point is not None:  # its cell follows from it
        said |= {"point": now.point, "dyad": now.dyad or None}
    elif now.place is not None:
        said |= dict(zip(("column", "row"), now.place, strict=True))
    if (now.x, now.y) != now.usual:
        said |= {"x": now.x or None, "y": now.y or None}
    return ResultsAsked(
        **said,
        cells=None if now.cells == "mean" else now.cells,
        seen_week=now.week,
        seen_arm=now.arm,
    )


def look_asked(results: Results, asked: ResultsAsked, now: Look) -> tuple[Look, list[str]]:
    """Look that a link asks for, as far as the folder has it, and a sentence on each thing that it does not have.

    Parameters
    ----------
    results : the folder.
    asked : what the link says.
    now : a look at nothing in particular of that folder.
    """
    told: list[str] = []
    view = _view_asked(results, asked, told)
    x, y = _factors_asked(results, asked, now, told)
    cells = asked.cells or "mean"
    if cells not in IN_CELLS:
        told.append(str(unknown("words in cells", cells, IN_CELLS)))
        cells = "mean"
    found = replace(now, view=view, x=x, y=y, cells=cells)
    found = _chosen_asked(results, asked, found, told)
    if asked.seen_week is not None:
        if results.weeks is not None and max(results.weeks.start, 0) <= asked.seen_week < results.weeks.stop:
            found = replace(found, week=asked.seen_week)
        else:
            told.append(f"No week {asked.seen_week:,} can be watched here.")
    if asked.seen_arm is not None:
        if results.of_weeks and asked.seen_arm in (arms := [str(arm) for arm in results.means()["arm"].unique()]):
            found = replace(found, arm=asked.seen_arm)
        else:
            told.append(str(unknown("arm to watch", asked.seen_arm, arms if results.of_weeks else ())))
    return found, told


def _view_asked(results: Results, asked: ResultsAsked, told: list[str]) -> View | None:
    """The view that a link asks for; None if it says nothing of one that the folder has."""
    said = {name: each for name in ("outcome", *_OF_VIEW) if (each := getattr(asked, name)) is not None}
    kept: dict[str, Any] = {}
    for name, each in said.items():
        try:
            results.view(**{**kept, name: each})
        except DyadsimError as error:
            told.append(str(error))
        else:
            kept[name] = each
    return results.view(**kept) if kept else None


def _factors_asked(results: Results, asked: ResultsAsked, now: Look, told: list[str]) -> tuple[str, str]:
    """Factors across and upwards; those that are not there are as usual."""
    wanted: list[str] = []
    for name in filter(None, (asked.x, asked.y)):
        if name not in results.factors:
            told.append(str(unknown("factor of these results:", name, results.factors)))
        elif name not in wanted:
            wanted.append(name)
    return _first_two([*wanted, *filter(None, now.usual)])


def _chosen_asked(results: Results, asked: ResultsAsked, found: Look, told: list[str]) -> Look:
    """A look with the point (or the cell) and the dyad that a link asks for."""
    view = view_of(results, found)
    if asked.point is not None:
        if asked.point in results.points.index:
            cell = sweep_data.cell_of(results, found.x, found.y, asked.point)
            found = replace(found, point=asked.point, cell=cell)
        else:
            told.append(f"There is no point {asked.point:,}; points go from 0 to {len(results.points) - 1:,}.")
    elif asked.column is not None and asked.row is not None:
        across, upwards = sweep_data.spans(sweep_data.heat_table(results, view, found.x, found.y))
        if asked.column < len(across) and asked.row < len(upwards):
            place = (asked.column, asked.row)
            found = replace(found, cell=(across[asked.column], upwards[asked.row]), place=place)
        else:
            told.append("The cell is not in this heat map.")
    if asked.dyad is not None:
        if asked.dyad < results.dyads:
            found = replace(found, dyad=asked.dyad)
        else:
            told.append(f"There is no dyad {asked.dyad:,}; dyads go from 0 to {results.dyads - 1:,}.")
    return found
