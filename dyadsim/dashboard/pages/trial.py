"""Trial: a virtual trial built from one that ships or was opened, run a few times, or a results folder of one."""

from __future__ import annotations

from typing import Any

import solara

from .. import server_settings, state
from ..layout import Box, Form, Page, RunBar, Said, Share
from ..outcome_view import OutcomeView
from ..run_or_folder import RunOrFolder
from ..trial_choices import changed, trial_fields
from ..trial_outcomes import outcome_at
from ..trial_runs import use_trial_run

__all__ = ["TrialPage"]

_WHAT = (
    "A virtual trial, run many times over with other dyads each time (replicates). Every simulated dyad lives in every "
    "arm, so the true effect is known, and what the trial would print can be held against it. What it would find rests "
    "on what the model takes a programme to do, and on what is assumed of who is lost."
)
_FEW = "A page runs a few replicates; 'dyadsim trial' runs a thousand, and its results folder can be opened here."


@solara.component
def TrialPage() -> Any:
    """The page Trial."""
    names = list(server_settings.offered(*state.OF_TRIALS))
    below = RunOrFolder(names, state.trial_folder(), outcome_at, state.close_trial_folder, _Here)
    return Page("Trial", "Trial", [Said(_WHAT), below])


@solara.component
def _Here() -> Any:
    """A trial that is built and run on this page."""
    run, choices = use_trial_run(), state.trial.value
    outcome = run.state.value.outcome

    def change(given: dict[str, Any]) -> None:
        state.trial.set(changed(choices, str(given["key"]), given["value"]))

    bar = RunBar(
        run,
        "Run this trial",
        "Living and analysing replicates",
        lambda: run.start(choices.trial, server_settings.rules()),
    )
    if outcome is None:
        shown = [Said(f"Nothing was run yet. Twenty replicates take half a minute or so. {_FEW}")]
    else:
        old = outcome.asked.model_dump() != choices.trial.model_dump()
        stale = Said("The fields have changed since this was run; run again to see what follows.", "problem")
        shown = [*([stale] if old else []), OutcomeView(outcome)]
    form = Form(title="What is run", help="All else is as the trial has it.", fields=trial_fields(choices), tell=change)
    share = Share(choices.trial, state.open_trial)
    return Box([Box([form], "side"), Box([bar, *shown, share], "stack")], "split")
