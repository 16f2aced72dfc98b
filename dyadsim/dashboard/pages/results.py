"""Results: a folder of a sweep opened, its heat map, the points of a cell, and the very dyads of a point to watch."""

from __future__ import annotations

from typing import Any

import pandas as pd
import reacton.ipyvuetify as rv
import solara

from ...errors import DyadsimError
from ...replay import replayed
from ...results import Results, View
from ...results_report import in_short, spread_of
from .. import forms, served, state, sweep_data, widgets
from ..explained import Explained, KeptOf, command, plain_table
from ..opened import Look, by_name, forget, look, look_at, opened, use_worked, view_of
from ..parts import Box, Choose, Form, Heading, Listed, Page, Said, Table

__all__ = ["ResultsPage"]

_WHAT = (
    "A results folder holds what a sweep has worked out: many points, each a choice of levels of some factors, each lived "
    "through by many simulated dyads. A cell leads to its points, a point to its dyads, and each of them can be watched."
)
_NONE = (
    "No results folder is offered here: the one who starts the dashboard says which folders it may open, and it reads no "
    "other. In a shell, this makes one and opens it:"
)
_MAKE = (
    "dyadsim sweep sensitivity-and-burden --out sensitivity-and-burden",
    "dyadsim dashboard --results sensitivity-and-burden",
)
_ANOTHER = "This is another version of the model: the dyad, run again, is not what was recorded."


@solara.component
def ResultsPage() -> Any:
    """The page."""
    count, set_count = solara.use_state(0)
    names, name = list(served.offered()), state.folder()
    made = use_worked(lambda: opened(name) if name else None, [name, count], name)

    def change(given: dict[str, Any]) -> None:
        if given["key"] == "again":
            forget(name)
            set_count(count + 1)
        else:
            state.choose_folder(str(given["value"]))

    if not names:
        return Page("Results", "Results", [Said(_WHAT), *_how_to()])
    fields = [
        forms.select("folder", "Results folder", name, [{"value": each, "label": each} for each in names]),
        forms.button("again", "Look again", help="Reads it anew: a sweep may be at work on it."),
    ]
    if made.value is not None:
        below = [_Whole(name, made.value).key(f"whole {name}")]
    else:
        below = [Said(made.problem, "problem") if made.problem else _status(f"Reading {name} ...")]
    return Page("Results", "Results", [Said(_WHAT), Form(fields=fields, wide=True, tell=change), *below])


def _how_to() -> list[Any]:
    """How to make a folder, and to have it offered."""
    lines = rv.Html(tag="pre", class_="ds-rule-text", attributes={"tabindex": "0"}, children=["\n".join(_MAKE)])
    more = "`dyadsim sweep` alone lists the designs that ship; a folder that holds several results can be offered too."
    return [Said(_NONE, "say"), lines, Said(more.replace("`", "“", 1).replace("`", "”"))]


def _status(says: str) -> Any:
    """What a screen reader tells when it changes."""
    return rv.Html(tag="p", class_="ds-quiet", attributes={"role": "status"}, children=[says])


@solara.component
def _Whole(name: str, results: Results) -> Any:
    """A folder that was read: what it holds, and what is looked at in it."""
    head = [
        Heading(str(results.manifest.asked.get("title") or results.manifest.asked.get("name", name))),
        *([Said(str(says))] if (says := results.manifest.asked.get("says")) else []),
        Listed([by_name(each, name).replace("`", "") for each in in_short(results)]),
        *_not_whole(results),
    ]
    if results.means().empty:
        return Box([*head, Said("It holds no values yet.", "problem")], "stack")
    now = look(name, results.factors)
    view = view_of(results, now)
    spread = plain_table(spread_of(results, view.week))
    failed = results.failures.head(200).assign(
        dyads=[f"{a} to {b - 1}" for a, b in results.failures["dyads"].head(200)]
    )
    return Box(
        [
            *head,
            _Choose(results, now, view),
            _Map(results, now, view),
            *([_Dyads(results, now, view, now.point).key(f"point {now.point}")] if now.point is not None else []),
            Explained(results, view, name),
            Heading("The whole folder"),
            Table(f"{name}-spread", "How the means of points spread", spread, digits=3),
            *([Table(f"{name}-failures", "What failed", failed, closed=True)] if len(failed) else []),
            KeptOf(results, view, now.x, now.y, name),
            *([Said(f"The same heat map from a shell: {command(view, now.x, now.y, name)}")] if now.y else []),
        ],
        "stack",
    )


def _not_whole(results: Results) -> list[Any]:
    """That something is missing, where it is."""
    lacks = [
        f"{results.done:.0%} of the work is done" if results.done < 1 else "",
        f"{len(results.failures):,} failed" if len(results.failures) else "",
        f"{len(results.manifest.damaged):,} damaged" if results.manifest.damaged else "",
    ]
    if not any(lacks):
        return []
    return [Said(f"Not all of it is there ({', '.join(filter(None, lacks))}); what is shown is what is.", "problem")]


@solara.component
def _Choose(results: Results, now: Look, view: View) -> Any:
    """Which outcome, where, over which factors."""

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), str(given["value"])
        if key in ("x", "y"):
            other = {"x": "y", "y": "x"}[key]
            swapped = {other: getattr(now, key)} if getattr(now, other) == value else {}
            look_at(now, **{key: value, **swapped, "cell": None, "point": None})
            return
        asked = {name: getattr(view, name) for name in ("outcome", "episode", "arm", "week", "against")}
        asked[key] = int(value) if key == "week" else value or None
        if asked["against"] == asked["arm"]:
            asked["against"] = None
        look_at(now, view=results.view(asked.pop("outcome"), **asked))

    factors = [{"value": name, "label": forms.plain(name)} for name in results.factors]
    fields = [
        forms.select("outcome", "Outcome", view.outcome, results.outcomes),
        *_where(results, view),
        forms.select("x", "Across", now.x, factors),
        *([forms.select("y", "Upwards", now.y, factors)] if now.y else []),
    ]
    return Form(fields=fields, wide=True, tell=change)


def _where(results: Results, view: View) -> list[dict[str, Any]]:
    """The episode; or arm and week, and against whom."""
    means = results.means()
    if not results.of_weeks:
        return [forms.select("episode", "Episode", str(view.episode), means["episode"].unique())]
    arms = [{"value": name, "label": name} for name in means["arm"].unique()]
    others = [{"value": "", "label": "nobody: its own value"}, *(each for each in arms if each["value"] != view.arm)]
    return [
        forms.select("arm", "Arm", str(view.arm), arms),
        forms.select("week", "Week", str(view.week), [str(week) for week in sorted(means["week"].unique())]),
        forms.select("against", "Difference from", view.against or "", others),
    ]


@solara.component
def _Map(results: Results, now: Look, view: View) -> Any:
    """The heat map, and beside it the points of the chosen cell."""
    table = solara.use_memo(lambda: sweep_data.heat_table(results, view, now.x, now.y), [results, view, now.x, now.y])
    if table.empty:
        return Said(f"No point has a value of {sweep_data.told(view)}.", "problem")
    across, upwards = sweep_data.spans(table)

    def pick(place: list[int]) -> None:
        cell = (across[int(place[1])], upwards[::-1][int(place[0])])
        look_at(now, cell=cell, point=None)

    data = sweep_data.heat_data(table, view, now.x, now.y, now.cell)
    heat = widgets.Heat(**data, event_picked=state.guarded(pick))
    return Box([heat, _Points(results, now, view)], "pair")


@solara.component
def _Points(results: Results, now: Look, view: View) -> Any:
    """The points of the chosen cell."""

    def find() -> pd.DataFrame:
        return sweep_data.points_in(results, view, now.x, now.y, now.cell) if now.cell else pd.DataFrame()

    points = solara.use_memo(find, [results, view, now.x, now.y, now.cell])
    if now.cell is None or points.empty:
        return _status("Choose a cell: the points in it are listed here, and each leads to its dyads.")
    where = ", ".join(
        f"{forms.plain(name)} {sweep_data.level(at)}" for name, at in zip((now.x, now.y), now.cell, strict=True) if name
    )
    return Box(
        [
            _status(f"Points in the cell of {where}: {len(points):,}. Choose one to see its dyads."),
            Choose(
                f"Points: {sweep_data.told(view)}", points, now.point, lambda point: look_at(now, point=point, dyad=0)
            ),
        ],
        "stack",
    )


@solara.component
def _Dyads(results: Results, now: Look, view: View, point: int) -> Any:
    """The dyads of a point, and one of them to watch."""
    made = use_worked(lambda: results.frame([point]), [results, point], now.folder)
    head = Heading(f"Point {point}")
    levels = results.points.loc[point, results.factors]
    says = Said("; ".join(f"{forms.plain(name)} {sweep_data.level(value)}" for name, value in levels.items()) + ".")
    if made.value is None:
        return Box([head, says, Said(made.problem, "problem") if made.problem else _status("Reading its dyads ...")])
    frame = made.value
    if frame.empty:
        return Box([head, says, Said("Nothing is recorded of this point: it failed, or is not done yet.", "problem")])
    dyads = sweep_data.dyads_of(frame, results, view)
    arm = now.arm or (str(frame["arm"].iloc[0]) if results.of_weeks else None)
    recorded = sweep_data.recorded_of(frame, results, now.dyad, arm)
    of_arm = f", {arm}" if arm else ""
    where = f"week {view.week}, {view.arm}" if results.of_weeks else view.episode
    return Box(
        [
            head,
            says,
            Box(
                [
                    Choose(f"Its dyads: {where}", dyads, now.dyad, lambda dyad: look_at(now, dyad=dyad)),
                    Box(
                        [_Watch(results, now, point), Table("", f"Recorded of dyad {now.dyad}{of_arm}", recorded, 3)],
                        "stack",
                    ),
                ],
                "pair",
            ),
        ],
        "stack",
    )


@solara.component
def _Watch(results: Results, now: Look, point: int) -> Any:
    """One of the dyads, to be seen on the page Explore: the very session that it lived."""
    router = solara.use_router()
    chunks = results.manifest.chunks
    weeks = [chunk.weeks for chunk in chunks if chunk.weeks is not None]
    last = max((stop for _, stop in weeks), default=1) - 1
    week = last if now.week is None else now.week

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "arm":
            look_at(now, arm=str(value))
        elif key != "watch":
            look_at(now, **{key: int(value or 0)})
        else:
            watch(results, now, point, week)
            router.push(f"/explore?{state.query()}")

    dyads = max(chunk.dyads[1] for chunk in chunks)
    fields = [forms.number("dyad", "Dyad", now.dyad, 0, dyads - 1)]
    if results.of_weeks:
        arms = list(results.means()["arm"].unique())
        fields.append(forms.select("arm", "Arm", now.arm or arms[0], [{"value": each, "label": each} for each in arms]))
        fields.append(forms.number("week", "Week of his life", week, max(min(first for first, _ in weeks), 0), last))
    fields.append(forms.button("watch", "Watch this dyad (Explore)", main=True))
    return Form(title=f"Watch dyad {now.dyad} of point {point}", fields=fields, wide=True, tell=change)


def watch(results: Results, now: Look, point: int, week: int) -> None:
    """Let the page Explore show the very session of a dyad.

    Raises
    ------
    DyadsimError
        if it cannot be replayed here: by the rules that are served, in that week, or as it was recorded.
    """
    try:
        replay = replayed(results, point, now.dyad, served.rules())
        recorded = replay.recorded()
        if len(recorded) and not replay.again().equals(recorded):
            raise DyadsimError(_ANOTHER)
        encounter = replay.encounter(week, now.arm) if results.of_weeks else replay.encounter()
    except DyadsimError as error:
        raise DyadsimError(by_name(str(error), now.folder)) from None
    state.set_sessions((encounter,))
