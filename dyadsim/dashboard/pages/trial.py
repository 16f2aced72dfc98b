"""Trial: a virtual trial built from one that ships or was opened, run a few times, or a results folder of one."""

from __future__ import annotations

from typing import Any

import solara

from .. import form_fields, server_settings, state
from ..layout import Box, Form, Heading, Kept, Listed, Page, Picture, RunBar, Said, Share, Status, Table
from ..results_folders import forget, opened, use_worked
from ..trial_choices import changed, trial_fields
from ..trial_outcomes import TrialOutcome, outcome_at
from ..trial_runs import use_trial_run

__all__ = ["TrialPage"]

_WHAT = (
    "A virtual trial, run many times over with other dyads each time (replicates). Every simulated dyad lives in every "
    "arm, so the true effect is known, and what the trial would print can be held against it. What it would find rests "
    "on what the model takes a programme to do, and on what is assumed of who is lost."
)
_FEW = "A page runs a few replicates; 'dyadsim trial' runs a thousand, and its results folder can be opened here."
_HERE = "a run on this page"


@solara.component
def TrialPage() -> Any:
    """The page Trial."""
    names, name = list(server_settings.offered(*state.OF_TRIALS)), state.trial_folder()
    count, set_count = solara.use_state(0)

    def change(given: dict[str, Any]) -> None:
        if given["key"] == "again":
            forget(name)
            set_count(count + 1)
        elif given["value"]:
            state.choose_folder(str(given["value"]))
        else:
            state.close_trial_folder()

    options = [{"value": "", "label": _HERE}, *({"value": each, "label": each} for each in names)]
    fields = [
        form_fields.select("folder", "What is shown", name, options),
        *([form_fields.button("again", "Look again")] if name else []),
    ]
    choose = [Form(fields=fields, wide=True, tell=change)] if names else []
    below = _Folder(name, count).key(f"folder {name}") if name else _Here()
    return Page("Trial", "Trial", [Said(_WHAT), *choose, below])


@solara.component
def _Folder(name: str, count: int) -> Any:
    """A results folder that is offered."""
    made = use_worked(lambda: opened(name, lambda path: outcome_at(path, name)), [name, count], name)
    if made.value is not None:
        return _Outcome(made.value)
    return Said(made.problem, "problem") if made.problem else Status(f"Reading {name} ...")


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
        shown = [*([stale] if old else []), _Outcome(outcome)]
    form = Form(title="What is run", help="All else is as the trial has it.", fields=trial_fields(choices), tell=change)
    share = Share(choices.trial, state.open_trial)
    return Box([Box([form], "side"), Box([bar, *shown, share], "stack")], "split")


@solara.component
def _Outcome(outcome: TrialOutcome) -> Any:
    """What came of a trial, in words, numbers and pictures."""
    alt = "The sentences and tables of this page have the numbers."
    whole, closed = (
        [
            Table(each.name, each.title, each.rows, digits=None, closed=each.closed).key(f"table {each.name}")
            for each in outcome.tables
            if each.closed == is_closed
        ]
        for is_closed in (False, True)
    )
    says = [Said(outcome.says)] if outcome.says else []
    return Box(
        [
            Heading(outcome.title),
            *map(Said, outcome.about),
            Heading("In short", 3),
            Listed(list(outcome.in_short)),
            *whole[:1],
            *says,
            *whole[1:],
            *(
                Picture(f"{outcome.name}-{name}", title, f"{title}. {alt}", figure, drawn).key(f"picture {name}")
                for name, (title, figure, drawn) in outcome.pictures.items()
            ),
            *closed,
            *([_Keep(outcome)] if outcome.kept else []),
        ],
        "stack",
    )


@solara.component
def _Keep(outcome: TrialOutcome) -> Any:
    """Buttons to keep what is made only when it is asked for."""
    files = [Kept(title, [kind], lambda _, make=make: make()).key(title) for title, kind, make in outcome.kept]
    return Box([Heading("To keep", 3), Box(files, "columns")], "stack")
