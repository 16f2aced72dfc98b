"""Classroom: a living dyad, "still-face now", "coach now", and a lesson of five steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import solara

from ...interaction.moments import GiveMoment
from ...scenarios.encounter import Encounter
from ...scenarios.lesson import Lesson, told
from .. import form_fields, server_settings, state, vue_components
from ..layout import Behind, Box, ByEpisode, Form, Page, Player, Said, Share, Signs, use_watched
from ..whom_we_see import WhomWeSee

__all__ = ["Classroom"]

CLOCK = "classroom"
_OF_TWO = "Two sessions with the same luck. Captions, numbers and grid tell of the upper one."
_NOW = (
    "What was before the playhead stays as it was, to the second; from there on the same luck takes another way. What "
    "follows differs from session to session: the table below has the average beside it. A later one cuts an earlier "
    "one short."
)


@solara.component
def Classroom() -> Any:
    """The page Classroom."""
    step, set_step = solara.use_state(-1)
    cue, set_cue = solara.use_state(cast("dict[str, Any] | None", None))
    lesson = Lesson.load("rupture-and-repair")
    shown = state.sessions()[: len(lesson.steps[step].sessions) if step >= 0 else 1]
    watched = use_watched(shown)

    def choose(place: int, play: bool = False) -> None:
        set_step(place if place in range(len(lesson.steps)) else -1)
        if place in range(len(lesson.steps)):
            one = lesson.steps[place]
            state.set_sessions(one.sessions)
            # By its key each cue is followed once.
            set_cue({"key": uuid4().hex, "from": one.first, "until": one.until, "speed": one.speed, "play": play})

    def pick(given: dict[str, Any]) -> None:
        set_step(-1)
        state.set_sessions((Encounter.load(str(given["value"])), *state.scenario.value.sessions[1:]))

    def otherwise(given: dict[str, Any]) -> None:
        if given["key"] == "luck":
            state.change_session(0, replicate=shown[0].replicate + 1)
        else:
            state.change_session(0, scheme=str(given["value"]))

    what = [
        form_fields.select("scheme", "What counts as a match", shown[0].scheme, form_fields.SCHEMES),
        form_fields.button("luck", "The same dyad on another day"),
    ]
    now = [] if step >= 0 else [_Moments(shown[0]), Form(fields=what, wide=True, tell=otherwise)]
    return Page(
        "Classroom",
        "A living dyad",
        [
            Form(fields=[form_fields.presets(shown[0].name if step < 0 else "")], tell=pick),
            WhomWeSee(),
            _Lesson(step, choose),
            Said(" ".join(each.says for each in shown) if len(shown) == 1 else _OF_TWO),
            Player(watched, CLOCK, veil=True, cue=cue, below=now),
            Behind(watched[0], CLOCK),
            ByEpisode(watched[0]),
            Signs(),
            Share(state.scenario.value, state.open_file),
        ],
    )


@solara.component
def _Lesson(step: int, choose: Callable[[int, bool], None]) -> Any:
    lesson = Lesson.load("rupture-and-repair")
    steps = [
        {
            "title": one.title,
            "ask": one.ask,
            "texts": told(lesson, place, server_settings.rules()).texts if place == step else (),
        }
        for place, one in enumerate(lesson.steps)
    ]
    return vue_components.Lesson(
        title=lesson.title,
        steps=steps,
        at=step,
        event_chosen=state.guarded(lambda place: choose(int(place), False)),
        event_played=state.guarded(lambda place: choose(int(place), True)),
    )


@solara.component
def _Moments(encounter: Encounter) -> Any:
    """Buttons for what can be done now, and to take back what was done."""

    def give(given: dict[str, Any]) -> None:
        verb, _, name = str(given["key"]).partition(".")
        if verb == "back":
            kept = [one for place, one in enumerate(encounter.moments) if str(place) != name]
        else:
            at = min(int(given["value"]), encounter.played().seconds - 1)
            kept = [*(one for one in encounter.moments if one.at != at), GiveMoment(name=name, at=at)]
        state.change_session(0, moments=tuple(sorted(kept, key=lambda one: one.at)))

    fields = [*form_fields.moment_buttons(CLOCK), *form_fields.back_buttons(encounter)]
    return Box(
        [Form(title="What if, now", help=_NOW, fields=fields, wide=True, tell=give)],
        "now",
    )
