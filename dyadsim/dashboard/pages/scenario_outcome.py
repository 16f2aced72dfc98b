"""What came of a scenario on the page Scenario: findings in words first, then by offer and for whom, numbers last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd
import reacton.ipyvuetify as rv
import solara

from ...people.caregiver_words import Words
from ...reports.scenario_key_weeks import TRIAL, first_look, key_effects, who_came
from ...reports.scenario_summary import cited
from ...reports.scenario_words import RESTS_ON, titles
from ...scenarios.any_comparison import AnyComparison
from ...scenarios.by_offer import NEED_NOT_ADD_UP
from ...scenarios.encounter import MOST_SESSIONS, Encounter
from ...scenarios.grounding import COUPLED
from ...scenarios.scenario import Scenario
from .. import form_fields, state, vue_components
from ..layout import Box, Form, Heading, Listed, Picture, Said, Table, use_file
from ..scenario_runs import Outcome
from ..scenario_tables import (
    LookedAt,
    by_offer_rows,
    choices,
    chosen,
    effects_read,
    finding_in_words,
    first_choice,
    for_whom_rows,
    meanings,
    still_there,
    unknown_cuts,
)

__all__ = ["CAME_OUT", "OutcomeOf", "sessions_of"]

CAME_OUT = "came-out"
"""The id of the heading of the outcome."""

_RESTS = "; ".join(f"{name}: {'' if name == COUPLED else 'the size put in '}{says}" for name, says in RESTS_ON.items())


@solara.component
def OutcomeOf(outcome: Outcome | None, asked: Scenario) -> Any:
    """Outcome of a run, in words, numbers and pictures; ``asked`` is the scenario as it stands in the fields."""
    if outcome is None:
        return Said("Nothing was run yet. A year of two hundred dyads takes some seconds.")
    said = outcome.said
    beside = {"sessions": (), "words": Words()}  # what no result depends on
    old = outcome.scenario.changed(beside) != asked.changed(beside)
    stale = (
        [Said("The fields have changed since this was run; run again to see what follows.", "problem")] if old else []
    )
    twins = bool(outcome.comparison.twin_arms)
    return Box(
        [
            *stale,
            rv.Html(tag="h2", attributes={"id": CAME_OUT}, children=[state.said(said["title"])]),
            *([Said(said["question"])] if said["question"] else []),
            Heading("In short", 3),
            Said(said["compared"]),
            Box([_Finding(each, outcome.comparison) for each in said["first"]], "findings"),
            Said(f"How sure of all of this: {' '.join(said['doubts'])}"),
            Box([_Report(outcome), vue_components.Print(label="Print this page")], "planner-keep"),
            *([_ByOfferAndForWhom(outcome).key("by offer and for whom")] if twins else []),
            Heading("What a point means", 3),
            Listed(meanings(outcome.comparison)),
            *_pictures(outcome),
            rv.Html(
                tag="details",
                children=[rv.Html(tag="summary", children=["In sentences, with d"]), Listed(said["in_short"])],
            ),
            *_tables(outcome),
            *([Said(TRIAL), Said(f"Grounding. {_RESTS}.")] if twins else []),
            *([_Watch(outcome)] if outcome.comparison.circumstances(outcome.comparison.name).weeks.stop > 0 else []),
        ],
        "planner-outcome",
    )


def _Finding(told: Mapping[str, Any], comparison: AnyComparison) -> Any:
    """One finding: what changed, of a hundred how many, how sure, on what it rests."""
    parts = [
        rv.Html(tag=tag, children=[text])
        for label, says in finding_in_words(told, comparison).items()
        for tag, text in (("dt", label), ("dd", state.said(says)))
    ]
    about = [rv.Html(tag="p", class_="ds-finding-about", children=[state.said(told["about"])])] if told["about"] else []
    what = rv.Html(tag="p", class_="ds-finding-what", children=[state.said(told["what"])])
    return rv.Html(tag="article", children=[*about, what, rv.Html(tag="dl", children=parts)])


@solara.component
def _ByOfferAndForWhom(outcome: Outcome) -> Any:
    """Which offer did how much, and for whom, of one instrument in one week."""
    comparison = outcome.comparison
    asked, set_asked = solara.use_state(cast("LookedAt | None", None))
    looked = asked if still_there(comparison, asked) else first_choice(comparison, outcome.table("effects"))
    if looked is None:
        return Box([])
    fields = choices(comparison, looked)

    def change(given: dict[str, Any]) -> None:
        set_asked(chosen(fields, looked, str(given["key"]), given["value"]))

    offered = comparison.circumstances(comparison.name).offered
    by_offer = by_offer_rows(outcome.by_offer, comparison, looked)
    if by_offer["rows"]:
        which: list[Any] = [vue_components.Forest(**by_offer), Said(NEED_NOT_ADD_UP)]
    else:
        which = [Said("Nobody has twins that lack one offer alone; tick them under Twins, and run again.")]
    return Box(
        [
            Form(title="Look at", fields=fields, wide=True, tell=change),
            *([Heading("Which offer did how much", 3), *which] if offered else []),
            Heading("For whom", 3),
            vue_components.Forest(**for_whom_rows(outcome.for_whom, comparison, looked)),
            *map(Said, unknown_cuts()),
        ],
        "planner-outcome",
    )


def _pictures(outcome: Outcome) -> list[Any]:
    first = " ".join(outcome.said["in_short"][:2])
    return [
        Picture(
            name, title, f"{title}. {first} The tables below have the numbers.", figure, outcome.pictures[name]
        ).key(f"picture {name}")
        for name, (title, figure) in outcome.figures.items()
    ]


def _tables(outcome: Outcome) -> list[Any]:
    comparison, key = outcome.comparison, key_effects(outcome.comparison)
    seen = effects_read(key, comparison) if len(key) else key
    tables: list[tuple[str, str, pd.DataFrame, pd.DataFrame | None]] = [
        ("attachment", "Attachment at twelve months, as raters would see it", outcome.table("shares"), None),
        ("key-effects", "In the weeks that matter", key, seen),
        ("of-hundred", "Of a hundred, how many reach a cut or class", outcome.table("of_hundred"), None),
        ("by-offer", "Which offer did how much, at every visit", outcome.by_offer, None),
        ("for-whom", "For whom, at every visit", outcome.for_whom, None),
        ("effects", "What is otherwise with the twins, at every visit", outcome.table("effects"), None),
        ("means", "Means at every visit", outcome.table("means"), None),
        ("grounding", "What it rests on: every size with its source", _grounding(outcome), None),
    ]
    return [
        Table(name, title, table, closed=name != "attachment", shown=shown).key(f"table {name}")
        for name, title, table, shown in tables
        if len(table)
    ]


@solara.component
def _Report(outcome: Outcome) -> Any:
    """Report that ``dyadsim run`` writes, to print or to keep."""
    file, set_file = use_file()
    return vue_components.Picture(
        title="The whole report, to print or keep",
        alt="",
        svg="",
        kinds=["html"],
        file=file,
        event_wanted=state.guarded(lambda _: set_file(outcome.report())),
    )


def _grounding(outcome: Outcome) -> pd.DataFrame:
    """Sizes with titles to read and sources to look up."""
    table, known = outcome.table("grounding"), titles(outcome.comparison)
    read = [known.get(name, form_fields.plain(name)) for name in table["name"]]
    table.insert([*table].index("name") + 1, "title", read)
    return table.assign(evidence=[cited(ids) for ids in table["evidence"]])


@solara.component
def _Watch(outcome: Outcome) -> Any:
    """Fields to choose a dyad and a week, and to watch it beside its twins on the page Compare, with the same luck."""
    comparison = outcome.comparison
    own = comparison.circumstances(comparison.name)
    asked, set_asked = solara.use_state(cast("tuple[int | None, int | None]", (None, None)))
    there = range(own.dyads), range(max(own.weeks.start, 0), own.weeks.stop + 1)
    usual = who_came(comparison), first_look(comparison)
    # What was chosen beside another outcome may not be there in this one.
    dyad, week = (
        one if one is not None and one in known else first
        for one, known, first in zip(asked, there, usual, strict=True)
    )
    router = solara.use_router()

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key != "watch":
            set_asked((int(value or 0), week) if key == "dyad" else (dyad, int(value or 0)))
            return
        state.set_sessions(sessions_of(comparison, dyad, week))
        router.push(f"/compare?{state.query()}")

    fields = [
        form_fields.number("dyad", "Dyad", dyad, 0, own.dyads - 1),
        form_fields.number("week", "Week of his life", week, there[1].start, own.weeks.stop),
        form_fields.button("watch", "Watch them play (Compare)"),
    ]
    return Form(
        title=f"See one of these dyads play, beside its twins{_by_which_set(comparison)}",
        fields=fields,
        wide=True,
        tell=change,
    )


def sessions_of(comparison: AnyComparison, dyad: int, week: int) -> tuple[Encounter, ...]:
    """Encounters of a dyad in the first session of a week, one an arm; of several parameter sets by the first.

    Parameters
    ----------
    dyad : its place in the scenario, from 0.
    week : of his life, from birth (0) on.
    """
    when = f"dyad {dyad} in week {week}{_by_which_set(comparison)}"
    return tuple(
        Encounter.lived(comparison.courses_by_set(arm)[0], dyad, week, f"{arm}: {when}")
        for arm in comparison.arms[:MOST_SESSIONS]
    )


def _by_which_set(comparison: AnyComparison) -> str:
    return f", by the first of {comparison.sets} parameter sets" if comparison.sets > 1 else ""
