"""Scenario: who, when, what and how much of it; a year with its twins, and what every difference rests on."""

from __future__ import annotations

from typing import Any

import pandas as pd
import solara

from ...reports.scenario_key_weeks import TRIAL, first_look, key_effects, who_came
from ...reports.scenario_summary import cited
from ...reports.scenario_words import RESTS_ON, titles
from ...scenarios.any_comparison import AnyComparison
from ...scenarios.encounter import MOST_SESSIONS, Encounter
from ...scenarios.grounding import COUPLED
from ...scenarios.scenario import Scenario
from .. import form_fields, server_settings, state, vue_components
from ..layout import Box, Form, Heading, Listed, Page, Picture, RunBar, Said, Share, Table, use_file
from ..scenario_fields import SEARCH, built, offer_fields, risk_or_support_fields, twin_fields, who_fields
from ..scenario_runs import Outcome, use_run

__all__ = ["ScenarioPage", "sessions_of"]

_MOST_WORDS = 80  # characters to search by

_RESTS = "; ".join(f"{name}: {'' if name == COUPLED else 'the size put in '}{says}" for name, says in RESTS_ON.items())


@solara.component
def ScenarioPage() -> Any:
    """The page Scenario."""
    run = use_run()
    scenario = state.scenario.value
    words, set_words = solara.use_state("")

    def change(given: dict[str, Any]) -> None:
        if given["key"] == SEARCH:
            set_words(str(given["value"])[:_MOST_WORDS])
            return
        state.scenario.set(built(scenario, str(given["key"]), given["value"]))
        if given["key"] == "interventions.more":  # what was looked for was found
            set_words("")

    def start() -> None:
        run.start(scenario, server_settings.rules())

    fields: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("Who and when", "", who_fields(scenario)),
        ("Risks", "Circumstances that add load; nobody's fault.", risk_or_support_fields(scenario, "risks")),
        ("Support", "", risk_or_support_fields(scenario, "support")),
        ("What is offered", "A size that is assumed is no finding.", offer_fields(scenario, words)),
        ("Twins", "The same dyads with the same luck, but for what they lack.", twin_fields(scenario)),
    ]
    side = [Form(title=title, help=says, fields=own, tell=change).key(title) for title, says, own in fields]
    bar = RunBar(run, "Run this scenario", "Living through the weeks", start)
    return Page(
        "Scenario",
        "Scenario",
        [
            Said(
                "Weeks of many simulated dyads, and of their counterfactual twins. It tells what follows if the model "
                "is right."
            ),
            Box(
                [
                    Box(side, "side"),
                    Box(
                        [
                            bar,
                            _Outcome(run.state.value.outcome, scenario),
                            Share(state.scenario.value, state.open_file),
                        ],
                        "stack",
                    ),
                ],
                "split",
            ),
        ],
    )


@solara.component
def _Outcome(outcome: Outcome | None, asked: Scenario) -> Any:
    """Outcome of a run, in words, numbers and pictures."""
    if outcome is None:
        return Said("Nothing was run yet. A year of two hundred dyads takes some seconds.")
    said = outcome.said
    old = outcome.scenario.changed({"sessions": ()}) != asked.changed({"sessions": ()})
    stale = (
        [Said("The fields have changed since this was run; run again to see what follows.", "problem")] if old else []
    )
    question = [Said(said["question"])] if said["question"] else []
    twins = bool(outcome.comparison.twin_arms)
    first = " ".join(said["in_short"][:2])
    tables: list[tuple[str, str, pd.DataFrame, bool]] = [
        ("key-effects", "In the weeks that matter", key_effects(outcome.comparison), False),
        ("attachment", "Attachment at twelve months, as raters would see it", outcome.table("shares"), False),
        ("effects", "What is otherwise with the twins, at every visit", outcome.table("effects"), True),
        ("means", "Means at every visit", outcome.table("means"), True),
        ("grounding", "What it rests on: every size with its source", _grounding(outcome), True),
    ]
    return Box(
        [
            *stale,
            Heading(said["title"]),
            *question,
            Heading("In short", 3),
            Listed(said["in_short"]),
            _Report(outcome),
            *(
                Picture(
                    name, title, f"{title}. {first} The tables below have the numbers.", figure, outcome.pictures[name]
                ).key(f"picture {name}")
                for name, (title, figure) in outcome.figures.items()
            ),
            *(
                Table(name, title, table, closed=closed).key(f"table {name}")
                for name, title, table, closed in tables
                if len(table)
            ),
            *([Said(TRIAL), Said(f"Grounding. {_RESTS}.")] if twins else []),
            *([_Watch(outcome)] if outcome.comparison.circumstances(outcome.comparison.name).weeks.stop > 0 else []),
        ],
        "stack",
    )


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
    dyad, set_dyad = solara.use_state(who_came(comparison))
    week, set_week = solara.use_state(first_look(comparison))
    router = solara.use_router()

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key != "watch":
            (set_dyad if key == "dyad" else set_week)(int(value or 0))
            return
        state.set_sessions(sessions_of(comparison, dyad, week))
        router.push(f"/compare?{state.query()}")

    fields = [
        form_fields.number("dyad", "Dyad", dyad, 0, own.dyads - 1),
        form_fields.number("week", "Week of his life", week, max(own.weeks.start, 0), own.weeks.stop),
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
