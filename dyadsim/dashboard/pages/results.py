"""Results: a folder of a sweep opened, its heat map, the points of a cell, and the very dyads of a point to watch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import reacton.ipyvuetify as rv
import solara

from ...reports.sweep_report import in_short
from ...scenarios.link_reading import LeftOut
from ...sweeps.results import Results, View
from .. import form_fields, server_settings, state, sweep_data, vue_components
from ..layout import Box, Choose, Form, Heading, Listed, Page, Said, Status, Table
from ..results_folders import by_name, forget, opened, sweep_at, use_worked
from ..results_look import IN_CELLS, Look, look, look_asked, look_at, take, view_of
from ..sweep_dyads import Dyads
from ..sweep_figures import Explained, OfFolder

__all__ = ["ResultsPage"]

_WHAT = (
    "A results folder holds what a sweep has worked out: many points, each a choice of levels of some factors, each "
    "lived through by many simulated dyads. A cell leads to its points, a point to its dyads, and each of them can be "
    "watched. While a sweep is at work on it, “Look again” reads what has come since."
)
_ELSEWHERE = (
    ("trials", "Trial", state.OF_TRIALS),
    ("services", "Service", state.OF_SERVICES),
    ("generations", "Generations", state.OF_GENERATIONS),
)
_NONE = (
    "No results folder of a sweep is offered here: whoever starts the dashboard says which folders it may open, and it "
    "reads no other. In a shell, this makes one, and starts the dashboard with it:"
)
_MAKE = (
    "dyadsim sweep sensitivity-and-burden --out sensitivity-and-burden",
    "dyadsim dashboard --results sensitivity-and-burden",
)


@solara.component
def ResultsPage() -> Any:
    """The page Results."""
    count, set_count = solara.use_state(0)
    names, name = list(server_settings.offered("sweep")), state.folder()
    made = use_worked(lambda: opened(name, sweep_at) if name else None, [name, count], name)

    def change(given: dict[str, Any]) -> None:
        if given["key"] == "again":
            forget(name)
            set_count(count + 1)
        else:
            state.choose_folder(str(given["value"]))

    head = [Said(_WHAT)]
    for of, page, kinds in _ELSEWHERE:
        if others := ", ".join(server_settings.offered(*kinds)):
            head.append(Said(f"Results of {of} are opened on the page {page}: {others}."))
    if not names:
        return Page("Results", "Results", [*head, *_how_to()])
    fields = [
        form_fields.select("folder", "Results folder", name, [{"value": each, "label": each} for each in names]),
        form_fields.button("again", "Look again"),
    ]
    if made.value is not None:
        below = [_Whole(name, made.value).key(f"whole {name}")]
    else:
        below = [Said(made.problem, "problem") if made.problem else Status(f"Reading {name} ...")]
    return Page("Results", "Results", [*head, Form(fields=fields, wide=True, tell=change), *below])


def _how_to() -> list[Any]:
    """Sentences and commands on how to make a folder, and to have it offered."""
    lines = rv.Html(
        tag="pre",
        class_="ds-rule-text",
        attributes={"tabindex": "0", "role": "group", "aria-label": "Commands"},
        children=["\n".join(_MAKE)],
    )
    more = "“dyadsim sweep” alone lists the designs that ship; a folder that holds several results can be offered too."
    return [rv.Html(tag="p", children=[_NONE]), lines, Said(more)]


@solara.component
def _Whole(name: str, results: Results) -> Any:
    """Results of a folder that was read: what it holds, and what is looked at in it."""
    head = [
        Heading(str(results.manifest.asked.get("title") or results.manifest.asked.get("name", name))),
        *([Said(str(says))] if (says := results.manifest.asked.get("says")) else []),
        Listed([by_name(each, name).replace("`", "") for each in in_short(results)]),
        *_not_whole(results),
    ]
    if results.means().empty:
        return Box([*head, Said("It holds no values yet.", "problem")], "stack")
    now = _use_look(name, results)
    view = view_of(results, now)
    return Box(
        [
            *head,
            _Choose(results, now, view),
            _Map(results, now, view),
            *([Dyads(results, now, view, now.point).key(f"point {now.point}")] if now.point is not None else []),
            Explained(results, view, now.x, now.y, name),
            OfFolder(results, view, now.x, now.y, name),
        ],
        "stack",
    )


def _use_look(name: str, results: Results) -> Look:
    """The look at a folder; what a link asks for of it once the folder is read, and a sentence on what it has not."""
    now = look(name, results.factors)
    number, of, asked = state.results_asked.value
    new = of == name and now.link != number

    def find() -> tuple[Look, list[str]]:
        nothing = Look(name, usual=now.usual, link=number)
        return look_asked(results, asked, nothing) if new else (now, [])

    found, told = solara.use_memo(find, [results, number, new])

    def arrive() -> None:
        if new:
            take(replace(found, step=now.step))
            if told:
                state.refuse(LeftOut(refused=[("results", why) for why in told]).sentence(()))

    solara.use_effect(arrive, [results, number])
    return found if new else now


def _not_whole(results: Results) -> list[Any]:
    """Sentence that something is missing from a folder, where it is."""
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
    """Fields of which outcome is looked at, where, over which factors."""

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), str(given["value"])
        if key == "cells":
            look_at(now, cells=value if value in IN_CELLS else "mean")
            return
        if key in ("x", "y"):
            other = {"x": "y", "y": "x"}[key]
            swapped = {other: getattr(now, key)} if getattr(now, other) == value else {}
            look_at(now, **{key: value, **swapped, "cell": None, "place": None, "point": None})
            return
        asked = {name: getattr(view, name) for name in ("outcome", "episode", "arm", "week", "against")}
        asked[key] = int(value) if key == "week" else value or None
        if asked["against"] == asked["arm"]:
            asked["against"] = None
        look_at(now, view=results.view(asked.pop("outcome"), **asked))

    factors = [{"value": name, "label": form_fields.plain(name)} for name in results.factors]
    fields = [
        form_fields.select("outcome", "Outcome", view.outcome, results.outcomes),
        *_where(results, view),
        form_fields.select("x", "Across", now.x, factors),
        *([form_fields.select("y", "Upwards", now.y, factors)] if now.y else []),
        form_fields.select(
            "cells", "Cells say", now.cells, [{"value": key, "label": IN_CELLS[key]} for key in IN_CELLS]
        ),
    ]
    return Form(fields=fields, wide=True, tell=change)


def _where(results: Results, view: View) -> list[dict[str, Any]]:
    """Fields of the episode of sessions; or of a scenario's arm and week, and against whom."""
    means = results.means()
    if not results.of_weeks:
        return [form_fields.select("episode", "Episode", str(view.episode), means["episode"].unique())]
    arms = [{"value": name, "label": name} for name in means["arm"].unique()]
    others = [{"value": "", "label": "nobody: its own value"}, *(each for each in arms if each["value"] != view.arm)]
    return [
        form_fields.select("arm", "Arm", str(view.arm), arms),
        form_fields.select("week", "Week", str(view.week), [str(week) for week in sorted(means["week"].unique())]),
        form_fields.select("against", "Difference from", view.against or "", others),
    ]


@solara.component
def _Map(results: Results, now: Look, view: View) -> Any:
    """The heat map, and beside it the points of the chosen cell."""
    table = solara.use_memo(lambda: sweep_data.heat_table(results, view, now.x, now.y), [results, view, now.x, now.y])
    if table.empty:
        return Said(f"No point has a value of {view}.", "problem")
    across, upwards = sweep_data.spans(table)

    def pick(place: list[int]) -> None:
        column, row = int(place[1]), len(upwards) - 1 - int(place[0])
        look_at(now, cell=(across[column], upwards[row]), place=(column, row), point=None)

    data = sweep_data.heat_data(table, view, now.x, now.y, now.cell, now.cells)
    heat = vue_components.Heat(**data, event_picked=state.guarded(pick))
    as_table = Table("", "The cells as a table", sweep_data.cell_table(table, now.x, now.y), 3, closed=True)
    return Box([Box([heat, as_table], "stack"), _Points(results, now, view)], "pair")


@solara.component
def _Points(results: Results, now: Look, view: View) -> Any:
    """The points of the chosen cell."""

    def find() -> pd.DataFrame:
        return sweep_data.points_in(results, view, now.x, now.y, now.cell) if now.cell else pd.DataFrame()

    points = solara.use_memo(find, [results, view, now.x, now.y, now.cell])
    if now.cell is None or points.empty:
        return Status("Choose a cell: the points in it are listed here, and each leads to its dyads.")

    def choose(point: int) -> None:
        look_at(now, point=point, dyad=0)

    where = ", ".join(
        f"{form_fields.plain(name)} {sweep_data.level(at)}"
        for name, at in zip((now.x, now.y), now.cell, strict=True)
        if name
    )
    return Box(
        [
            Status(f"Points in the cell of {where}: {len(points):,}. Choose one to see its dyads."),
            Choose(f"Points: {view}", points, now.point, choose),
        ],
        "stack",
    )
