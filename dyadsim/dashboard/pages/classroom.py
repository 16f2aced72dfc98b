"""Classroom: a living dyad, "still-face now", "coach now", and a lesson of five steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from ...encounter import Encounter
from ...lessons import shipped_lesson, texts_of
from ...moments import GiveMoment
from .. import forms, served, state, widgets
from ..parts import Behind, Box, Form, Page, Player, Said, Share
from ..tracks import Watched

__all__ = ["Classroom"]

CLOCK = "classroom"
_NOW = "What was before the playhead stays as it was, to the second; from there on the same luck takes another way."


@solara.component
def Classroom() -> Any:
    """The page."""
    step, set_step = solara.use_state(-1)
    turn, set_turn = solara.use_state(0)
    shown = shipped_lesson().steps[step].sessions if step >= 0 else state.sessions()[:1]
    watched = solara.use_memo(lambda: [Watched(each, served.rules()) for each in shown], [shown])

    def chosen(place: int) -> None:
        set_step(int(place) if 0 <= int(place) < len(shipped_lesson().steps) else -1)
        set_turn(turn + 1)

    def pick(given: dict[str, Any]) -> None:
        set_step(-1)
        state.set_sessions((Encounter.load(str(given["value"])), *state.scenario.value.sessions[1:]))

    presets = [forms.presets(shown[0].name if step < 0 else "")]
    now = [] if step >= 0 else [_Moments(shown[0])]
    return Page(
        "Classroom",
        "A living dyad",
        [
            Form(fields=presets, tell=pick),
            _Lesson(step, chosen),
            Said(" ".join(each.says for each in shown)),
            Player(watched, CLOCK, veil=True, cue=_cue(step, turn), below=now),
            Behind(watched[0], CLOCK),
            Share(),
        ],
    )


def _cue(step: int, turn: int) -> dict[str, Any] | None:
    """From where to where a step of the lesson is played; another turn plays it again."""
    if step < 0:
        return None
    one = shipped_lesson().steps[step]
    return {"key": f"{step} {turn}", "from": one.first, "until": one.until, "speed": one.speed, "play": True}


@solara.component
def _Lesson(step: int, chosen: Callable[[int], None]) -> Any:
    lesson = shipped_lesson()
    steps = [
        {"title": one.title, "ask": one.ask, "texts": texts_of(place, served.rules()) if place == step else ()}
        for place, one in enumerate(lesson.steps)
    ]
    return widgets.Lesson(title=lesson.title, steps=steps, at=step, event_chosen=state.guarded(chosen))


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

    fields = [*forms.moment_buttons(CLOCK), *forms.back_buttons(encounter)]
    return Box(
        [Form(title="What if, now", help=_NOW, fields=fields, wide=True, tell=give)],
        "now",
    )
