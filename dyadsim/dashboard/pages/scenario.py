"""Scenario: who, when, what and how much of it; a year with its twins, and what every difference rests on."""

from __future__ import annotations

from typing import Any

import solara

from ...scenarios import title_and_question
from ...scenarios.scenario import Scenario
from .. import server_settings, state, vue_components
from ..catalogue_entries import Sought, filter_fields, found, groups
from ..layout import Box, Form, Heading, Page, RunBar, Said, Share
from ..scenario_fields import built, offer_forms, risk_or_support_fields, who_fields, word_fields
from ..scenario_outputs import output_fields
from ..scenario_runs import Run, use_run
from ..scenario_twins import boxes, editors
from .scenario_outcome import CAME_OUT, OutcomeOf

__all__ = ["ScenarioPage"]


@solara.component
def ScenarioPage() -> Any:
    """The page Scenario."""
    run = use_run()
    scenario = title_and_question.followed(state.scenario.value)

    def change(given: dict[str, Any]) -> None:
        state.scenario.set(built(scenario, str(given["key"]), given["value"]))

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
                    _Side(scenario, change),
                    Box(
                        [
                            _Bar(run, scenario),
                            _Offers(scenario, change),
                            _Catalogue(scenario, change),
                            OutcomeOf(run.state.value.outcome, scenario),
                            Share(scenario, state.open_file),
                        ],
                        "stack",
                    ),
                ],
                "split",
            ),
        ],
    )


@solara.component
def _Bar(run: Run, scenario: Scenario) -> Any:
    """Bar that starts a run, says how far it is, and leads to what came out."""
    bar = RunBar(
        run, "Run this scenario", "Living through the weeks", lambda: run.start(scenario, server_settings.rules())
    )
    now = run.state.value
    ready = [vue_components.Jump(label="See what came out", to=CAME_OUT)] if now.outcome and not now.running else []
    return Box([bar, *ready], "planner-bar")


@solara.component
def _Side(scenario: Scenario, change: Any) -> Any:
    """Forms of words, people, risks, support, twins and outputs."""
    forms: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("Who and when", "", who_fields(scenario)),
        ("Risks", "Circumstances that add load; nobody's fault.", risk_or_support_fields(scenario, "risks")),
        ("Support", "", risk_or_support_fields(scenario, "support")),
        ("Twins", "The same dyads with the same luck, but for what they lack.", boxes(scenario)),
    ]
    words = Form(title="Title and question", fields=word_fields(scenario), tell=change).key("words")
    open_forms = [Form(title=title, help=says, fields=own, tell=change).key(title) for title, says, own in forms]
    closed = [
        Form(title=f"Edit the twins “{name}”", fields=fields, tell=change, collapsed=True).key(f"twins {place}")
        for place, (name, fields) in enumerate(editors(scenario))
    ]
    outputs = [
        Form(title=title, help=says, fields=fields, tell=change, collapsed=True).key(f"outputs {title}")
        for title, says, fields in output_fields(scenario)
    ]
    return Box([*open_forms, *closed, words, Heading("What the outcome shows"), *outputs], "side")


@solara.component
def _Offers(scenario: Scenario, change: Any) -> Any:
    """Forms of what is offered."""
    forms = [
        Form(title=title, help=says, fields=fields, wide=True, tell=change).key(fields[0]["key"])
        for title, says, fields in offer_forms(scenario)
    ]
    none = [] if forms else [Said("Nothing yet. Choose from the catalogue.")]
    return Box([Heading("What is offered"), *none, *forms], "offers")


@solara.component
def _Catalogue(scenario: Scenario, change: Any) -> Any:
    """The catalogue, with the fields by which it is looked through."""
    sought, set_sought = solara.use_state(Sought())
    shown, says = found(sought, scenario)

    def seek(given: dict[str, Any]) -> None:
        set_sought(sought.changed(str(given["key"]), given["value"]))

    return Box(
        [
            Heading("Catalogue of interventions"),
            Said("Titles, what each is, and what a trial would see it move. A size that is assumed is no finding."),
            Form(fields=filter_fields(sought), wide=True, tell=seek),
            vue_components.Catalogue(
                groups=groups(),
                shown=shown,
                offered=[offer.completed().entry.name for offer in scenario.interventions],
                says=says,
                event_chosen=state.guarded(lambda name: change({"key": "interventions.more", "value": str(name)})),
                event_taken=state.guarded(lambda name: change({"key": "interventions.taken", "value": str(name)})),
            ),
        ],
        "planner-catalogue",
    )
