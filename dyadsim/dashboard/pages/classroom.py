"""Classroom: a living dyad, "still-face now", "coach now", lessons by steps, and a stage for a projector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import solara

from ...common import toml_models
from ...interaction.moments import GiveMoment
from ...reports.lesson_sheets import teachers_notes, worksheet
from ...scenarios.encounter import Encounter
from ...scenarios.lesson import Lesson, told
from ...scenarios.other_days import parting
from ...theory.states import SCHEME_MEANS
from .. import form_fields, server_settings, state, vue_components
from ..classroom_choices import ClassroomChoices
from ..downloads import pdf_file
from ..keeping import Keep
from ..layout import Box, Form, Page, Said, Share, use_file, use_watched
from ..player import Behind, ByEpisode, Player, Signs
from ..session_tracks import Watched, with_law
from ..small_days import DAYS, small_days
from ..whom_we_see import WhomWeSee

__all__ = ["Classroom"]

CLOCK = "classroom"
_OF_TWO = "Captions, numbers and grid tell of the upper one."
_NOW = (
    "What was before the playhead stays as it was, to the second; from there on the same luck takes another way. What "
    "follows differs from session to session: the table below has the average beside it. A later one cuts an earlier "
    "one short."
)
_SHEETS = {"notes": teachers_notes, "worksheet": worksheet}


@solara.component
def Classroom() -> Any:
    """The page Classroom."""
    choices = state.classroom.value
    step, present = choices.shown, choices.present
    shown = _shown(choices)
    watched = use_watched(shown)
    asked, set_asked = solara.use_state(("", "", 0, False))  # a cue's key, by which it is followed once; of which step

    def cue() -> dict[str, Any] | None:
        if step is None:
            return None
        key, *of, play = asked
        here = of == [choices.lesson, choices.step]
        return {
            "key": key if here else uuid4().hex,
            "from": step.first,
            "until": step.until,
            "speed": step.speed,
            "play": here and play,
        }

    def choose(lesson: str, place: int, play: bool = False) -> None:
        steps = Lesson.load(lesson).steps if lesson else ()
        if place not in range(len(steps)):
            state.classroom.set(choices.changed({"lesson": "", "step": 1}))
            return
        state.set_sessions(steps[place].sessions)
        state.classroom.set(choices.changed({"lesson": lesson, "step": place + 1}))
        set_asked((uuid4().hex, lesson, place + 1, play))

    def pick(given: dict[str, Any]) -> None:
        state.set_sessions((Encounter.load(str(given["value"])), *state.scenario.value.sessions[1:]))

    cued = solara.use_memo(cue, [choices.lesson, choices.step, asked])
    tracks = solara.use_memo(
        lambda: [with_law(each.track, each.law) if choices.average else each.track for each in watched],
        [tuple(watched), choices.average],
    )
    parts = solara.use_memo(lambda: _parting(watched) if step else None, [tuple(watched), bool(step)])
    one = len(shown) == 1
    heading = Lesson.load(choices.lesson).title if step else shown[0].title if present and one else "A living dyad"
    says = shown[0].says if one else f"{_lucks(shown)} {_OF_TWO}"
    return Page(
        "Classroom",
        heading,
        [
            vue_components.Present(
                presenting=present,
                event_presented=state.guarded(lambda on: state.classroom.set(choices.changed({"present": bool(on)}))),
            ),
            *([] if step else [Form(fields=[form_fields.presets(shown[0].name)], tell=pick)]),
            _Lesson(choices, choose),
            *([] if step else [Said(says)]),
            Player(
                watched,
                CLOCK,
                veil=True,
                cue=cued,
                tracks=tracks,
                now=[_Moments(shown)],
                present=present,
                parts=parts,
            ),
            *([Said(says)] if step else []),
            _Otherwise(shown, choices),
            *([_OtherDays(watched[0])] if choices.others else []),
            WhomWeSee(),
            Behind(watched[0], CLOCK),
            ByEpisode(watched[0]),
            Signs(),
            Keep(watched, CLOCK),
            Share(state.scenario.value, state.open_file, shown),
        ],
    )


def _lucks(shown: tuple[Encounter, ...]) -> str:
    """Sentence on the luck of two sessions."""
    same = len({(each.seed, each.replicate, each.day) for each in shown}) == 1
    return "Two sessions with the same luck." if same else "Two sessions, each with its own luck."


def _parting(watched: list[Watched]) -> int | None:
    """First second in which two sessions differ; none of a single one."""
    return parting(*(each.session for each in watched)) if len(watched) == 2 else None


def _shown(choices: ClassroomChoices) -> tuple[Encounter, ...]:
    """Sessions that are shown: of the scenario, as many as the step has."""
    step = choices.shown
    number = len(step.sessions) if step else 1 + choices.two
    return step.sessions if step and len(state.scenario.value.sessions) < number else state.sessions(number)[:number]


@solara.component
def _Lesson(choices: ClassroomChoices, choose: Callable[..., None]) -> Any:
    """The step of the lesson; outside a lesson those that there are."""
    file, set_file = use_file()
    name, place = choices.lesson, choices.step - 1
    lesson = Lesson.load(name) if name else None
    begins = [] if lesson else [Lesson.load(each) for each in toml_models.names("lessons")]

    def give(kind: str) -> None:
        assert lesson is not None, "sheets are of a lesson"
        sheet = _SHEETS[kind](lesson, server_settings.rules(), state.said)
        set_file(pdf_file(sheet, f"{lesson.name}-{kind}"))

    return vue_components.Lesson(
        lessons=[{"name": each.name, "title": each.title, "says": each.says} for each in begins],
        name=name,
        titles=[one.title for one in lesson.steps] if lesson else [],
        at=place if lesson else -1,
        told=_told(lesson, place) if lesson else {},
        presenting=choices.present,
        file=file,
        event_begun=state.guarded(lambda begun: choose(str(begun), 0)),
        event_chosen=state.guarded(lambda place: choose(name, int(place))),
        event_played=state.guarded(lambda place: choose(name, int(place), True)),
        event_wanted=state.guarded(lambda kind: give(str(kind))),
    )


def _told(lesson: Lesson, place: int) -> dict[str, Any]:
    """What a step tells, as ``Lesson`` takes it."""
    said = told(lesson, place, server_settings.rules())
    asked = said.predict
    predict = asked and {
        "question": asked.question,
        "options": list(asked.options),
        "right": asked.right,
        "answer": asked.answer,
    }
    return {"line": said.line, "texts": list(said.texts), "ask": said.ask, "predict": predict}


@solara.component
def _Moments(shown: tuple[Encounter, ...]) -> Any:
    """Buttons for what can be done now, in all that are shown, and to take back what was done."""
    first = shown[0]

    def give(given: dict[str, Any]) -> None:
        verb, _, name = str(given["key"]).partition(".")
        changed = []
        for each in shown:
            if verb == "back":
                gone = first.moments[int(name)]
                kept = [one for one in each.moments if one != gone]
            else:
                at = min(int(given["value"]), each.played().seconds - 1)
                kept = [*(one for one in each.moments if one.at != at), GiveMoment(name=name, at=at)]
            changed.append(each.changed({"moments": tuple(sorted(kept, key=lambda one: one.at))}))
        state.set_sessions((*changed, *state.scenario.value.sessions[len(changed) :]))

    fields = [*form_fields.moment_buttons(CLOCK), *form_fields.back_buttons(first)]
    return Box([Form(title="What if, now", help=_NOW, fields=fields, wide=True, tell=give)], "now")


@solara.component
def _Otherwise(shown: tuple[Encounter, ...], choices: ClassroomChoices) -> Any:
    """Fields of how it is looked at: what counts as a match, another day, the average, other days, a second session."""
    scheme = shown[0].scheme

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key in ("average", "others", "two"):
            state.classroom.set(choices.changed({key: bool(value)}))
            return
        changes = {"replicate": shown[0].replicate + 1} if key == "luck" else {"scheme": str(value)}
        state.set_sessions((*(each.changed(changes) for each in shown), *state.scenario.value.sessions[len(shown) :]))

    fields = [
        form_fields.select("scheme", "What counts as a match", scheme, form_fields.SCHEMES, SCHEME_MEANS[scheme]),
        form_fields.button("luck", "The same dyad on another day"),
        form_fields.check("average", "Show the average behind", choices.average, _AVERAGE),
        form_fields.check("others", "Twenty other days", choices.others, _OTHERS),
    ]
    if not choices.lesson:
        fields.append(form_fields.check("two", "Another session below", choices.two, _TWO))
    return Box([Form(title="Look at it otherwise", fields=fields, wide=True, tell=change)], "otherwise")


_AVERAGE = "In violet behind the lanes: the chance of each state at each second, over very many days (the exact law)."
_OTHERS = "The same two, with the same things done, as they might have been on twenty other days."
_TWO = "The second session of this scenario, or a shipped one, under the same playhead."


@solara.component
def _OtherDays(watched: Watched) -> Any:
    """Other days of the session that is shown."""
    days = solara.use_memo(lambda: small_days(watched, DAYS), [watched])
    return vue_components.Days(**days)
