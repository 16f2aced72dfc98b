"""Part of the page Data that fits the model to a session: a dyad, with intervals, and what follows from it."""

from __future__ import annotations

from typing import Any

import solara

from ..measurement.session import Session
from . import data_outcomes as outcomes
from . import form_fields, server_settings, state
from .data_choices import DataChoices, changed
from .data_runs import Asked, FitRun, Fitted
from .layout import Box, Form, Heading, Listed, RunBar, Said, Table

__all__ = ["FitPart"]

_WHAT = (
    "The traits of a model dyad by whose rules these codes are most likely, with a pull towards the calibrated "
    "population. They are numbers of the model from some minutes of two people, and a description of both together: "
    f"{outcomes.NO_RATING}, and of no infant either."
)
_READ = (
    f"{outcomes.NO_RATING.capitalize()}. Standard scores of the population, but for infant contingency, a strength of "
    "the rules; each stands with the interval in which it lies with 95 % certainty if the model is right. Of what "
    "rests on the population these minutes say little, whatever the number is."
)
_CUT = (
    "The fitted dyad, simulated as it is, and with one of both no longer following the other but going by the average "
    "of their own chances: what this pair has by following each other. In brackets, where 95 of 100 sessions lie."
)
_HELD = (
    "Each half of the session is foretold by a fit to the other half: mean log-likelihood of a second, higher is "
    "better, beside two models that know nothing of dyads."
)
_SEND = (
    "Compare plays the fitted dyad beside a typical one of the same age. Its numbers, with their intervals, go into "
    "the address of that page, and nothing else of your file."
)


@solara.component
def FitPart(choices: DataChoices, session: Session, run: FitRun) -> Any:
    """The fit: a button, what it is pulled by, and what came out."""
    asked = Asked(session, choices.scheme, choices.age, choices.ridge, server_settings.rules())
    outcome = run.state.value.outcome

    def change(given: dict[str, Any]) -> None:
        state.data.set(changed(choices, str(given["key"]), given["value"]))

    ridge = form_fields.number(
        "ridge", "Pull of the population", choices.ridge, 0.1, 10, 0.1,
        "1: as much as a dyad drawn from it would say; less lets the codes speak alone, and intervals grow.",
    )  # fmt: skip
    parts: list[Any] = [
        Heading("A fitted dyad"),
        Said(_WHAT),
        Form(fields=[ridge], tell=change),
        RunBar(run, "Fit the model to this session", "Fitting", lambda: run.start(asked)),
    ]
    if outcome is None:
        parts.append(
            Said("Nothing was fitted yet. It takes some seconds, the very first time on a machine up to a minute.")
        )
    else:
        if not outcome.asked.is_like(asked):
            parts.append(
                Said("What is asked has changed since this was fitted; fit again to see what follows.", "problem")
            )
        parts.append(_Outcome(outcome))
    return Box(parts, "stack")


@solara.component
def _Outcome(fitted: Fitted) -> Any:
    """What came of a fit."""
    cut, whole = solara.use_memo(lambda: outcomes.arrows_table(fitted), [fitted])
    estimates = f"The fitted dyad: {outcomes.NO_RATING}"
    parts: list[Any] = [
        Said(_READ),
        Table("fitted", estimates, outcomes.kept_estimates(fitted), shown=outcomes.estimates_table(fitted)),
        _Send(fitted),
        Heading("If one did not follow the other", 3),
        Said(_CUT),
        Table("arrows", "Measures with an arrow cut", whole, shown=cut),
        Heading("How well it foretells", 3),
    ]
    if fitted.says:
        parts.append(Said(fitted.says))
    else:
        held = fitted.held_out.rename(
            columns={"name": "model", "held_out": "a second", "held_out_se": "standard error"}
        )
        parts += [Said(_HELD), Table("held-out", "Held out, foretold", held, digits=3)]
    if fitted.expected is not None:
        shown = outcomes.expected_table(fitted.expected)
        parts += [
            Heading("Moments by the change expected of showing them", 3),
            Listed(list(fitted.expected.attrs["assumed"])),
            Table("expected-change", "For this fitted dyad, by the model", fitted.expected, shown=shown, closed=True),
        ]
    return Box(parts, "stack")


@solara.component
def _Send(fitted: Fitted) -> Any:
    """Button that sends the fitted dyad to Compare."""
    router = solara.use_router()

    def send(_: dict[str, Any]) -> None:
        state.set_sessions(outcomes.encounters_of(fitted))
        router.push(f"/compare?{state.query()}")

    return Form(fields=[form_fields.button("send", "Send the fitted dyad to Compare", help=_SEND)], tell=send)
