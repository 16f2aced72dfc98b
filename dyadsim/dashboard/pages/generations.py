"""Generations: families whose children become parents, beside themselves with a way cut or their infants exchanged."""

from __future__ import annotations

from typing import Any

import solara

from .. import server_settings, state
from ..generation_choices import changed, generation_fields
from ..generation_outcomes import outcome_at
from ..generation_runs import use_generation_run
from ..layout import Box, Form, Listed, Page, RunBar, Said, Share
from ..outcome_view import OutcomeView
from ..run_or_folder import RunOrFolder

__all__ = ["GenerationsPage"]

_WHAT = (
    "Families live through some generations: infants grow up, find partners and become parents themselves, with what "
    "their own first years left in them, and much that is their own. What is handed on are chances, and many cycles "
    "break: nothing here is fate, and nobody is to blame. For thought and teaching; what no study says is assumed, and "
    "says so."
)
_TRY = (
    "See cycles kept and broken: of infants whose mother was insecure as an infant, or maltreated, how many live "
    "through the same, and how many do not.",
    "Cut a way, such as care or endowment, and see what is left.",
    "Exchange infants, and see what goes with the mother who raises a child and what with the one who bore them.",
)
_FEW = (
    "A page lives with a few hundred families; 'dyadsim generations' takes many more, and its results folder can be "
    "opened here."
)


@solara.component
def GenerationsPage() -> Any:
    """The page Generations."""
    names = list(server_settings.offered(*state.OF_GENERATIONS))
    folder = state.generations_folder()
    below = RunOrFolder(names, folder, outcome_at, state.close_generations_folder, _Here)
    return Page("Generations", "Generations", [Said(_WHAT), below])


@solara.component
def _Here() -> Any:
    """A scenario over generations that is changed and run on this page."""
    run, choices = use_generation_run(), state.generations.value
    outcome = run.state.value.outcome

    def change(given: dict[str, Any]) -> None:
        state.generations.set(changed(choices, str(given["key"]), given["value"]))

    bar = RunBar(run, "Live these generations", "Living the generations of each arm", lambda: run.start(choices))
    if outcome is None:
        takes = "some seconds" if choices.linear else "a minute or so"
        shown = [Said(f"Nothing was run yet. It takes {takes}. Three things to try:"), Listed(list(_TRY)), Said(_FEW)]
    else:
        old = outcome.asked.model_dump() != choices.scenario.model_dump()
        stale = Said("The fields have changed since this was run; run again to see what follows.", "problem")
        shown = [*([stale] if old else []), OutcomeView(outcome)]
    forms = [
        Form(title=title, help=says, fields=own, tell=change).key(title)
        for title, says, own in generation_fields(choices)
    ]
    share = Share(choices.scenario, state.open_generations)
    return Box([Box(forms, "side"), Box([bar, *shown, share], "stack")], "split ds-player-first")
