"""Classroom: a living dyad, "still-face now", "coach now", and a lesson of five steps."""

from __future__ import annotations

from typing import Any

import solara

from ...encounter import Encounter
from ...lessons import shipped_lesson, texts_of
from ...moments import GiveMoment, Moment
from .. import forms, served, state, widgets
from ..parts import Behind, Box, Heading, Player, Said, Share
from ..tracks import Watched

__all__ = ["Classroom"]

CLOCK = "classroom"


@solara.component
def Classroom() -> Any:
    """The page."""
    step, set_step = solara.use_state(-1)
    turn, set_turn = solara.use_state(0)
    shown = _shown(step)
    watched = solara.use_memo(lambda: [Watched(each, served.rules()) for each in shown], [shown])

    def chosen(place: int) -> None:
        set_step(int(place) if 0 <= int(place) < len(shipped_lesson().steps) else -1)
        set_turn(turn + 1)

    return Box(
        [
            Heading("A living dyad", 1),
            Box([widgets.Fields(fields=[forms.presets(shown[0].name)], event_changed=state.guarded(_preset(set_step)))], "presets"),
            _Lesson(step, chosen),
            Said(" · ".join(each.says for each in shown if each.says)),
            Player(watched, CLOCK, veil=True, cue=_cue(step, turn)),
            _Moments(shown[0], set_step) if step < 0 else Box([]),
            Behind(watched[0], CLOCK),
            Share(),
        ],
        "page",
    )


def _shown(step: int) -> tuple[Encounter, ...]:
    """The sessions of the lesson's step, else the first of the configuration."""
    return shipped_lesson().steps[step].sessions if step >= 0 else state.sessions()[:1]


def _cue(step: int, turn: int) -> dict[str, Any] | None:
    if step < 0:
        return None
    one = shipped_lesson().steps[step]
    return {"key": f"{step} {turn}", "from": one.first, "until": one.until, "speed": one.speed, "play": True}


def _preset(set_step: Any) -> Any:
    def pick(given: dict[str, Any]) -> None:
        set_step(-1)
        state.set_sessions((Encounter.load(str(given["value"])), *state.scenario.value.sessions[1:]))

    return pick


@solara.component
def _Lesson(step: int, chosen: Any) -> Any:
    lesson = shipped_lesson()
    steps = [
        {"title": one.title, "ask": one.ask, "texts": texts_of(place, served.rules()) if place == step else ()}
        for place, one in enumerate(lesson.steps)
    ]
    return widgets.Lesson(title=lesson.title, steps=steps, at=step, event_chosen=state.guarded(chosen))


@solara.component
def _Moments(encounter: Encounter, set_step: Any) -> Any:
    """Buttons for what can be done now, and what was done."""

    def give(given: dict[str, Any]) -> None:
        verb, _, name = str(given["key"]).partition(".")
        if verb == "back":
            kept = tuple(one for place, one in enumerate(encounter.moments) if str(place) != name)
        else:
            at = min(int(given["value"]), encounter.played().seconds - 1)
            kept = (*(one for one in encounter.moments if one.at != at), GiveMoment(name=name, at=at))
        state.change_session(0, moments=tuple(sorted(kept, key=lambda one: one.at)))

    back = [
        {"kind": "button", "key": f"back.{place}", "label": f"Take back: {Moment.load(one.name).episode.name} at {one.at} s"}
        for place, one in enumerate(encounter.moments)
    ]
    return widgets.Fields(
        title="What if, now",
        help="What was before the playhead stays as it was, to the second; from there on the same luck takes another way.",
        fields=[*forms.moment_buttons(CLOCK), *back],
        wide=True,
        event_changed=state.guarded(give),
    )
