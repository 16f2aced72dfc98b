"""The Classroom without a browser: lessons by step, what the address says of them, the average and other days."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import base64

import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import SHIPPED, are_sound, components, forms_on, plain, press, texts

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.dashboard import small_days, state
from dyadsim.dashboard.classroom_choices import ClassroomChoices, is_of_classroom
from dyadsim.dashboard.pages.classroom import Classroom
from dyadsim.dashboard.session_tracks import Watched
from dyadsim.scenarios.lesson import Lesson, told
from dyadsim.scenarios.other_days import other_days, parting
from dyadsim.theory.states import SCHEME_MEANS

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")
LESSONS = toml_models.names("lessons")
STEPS = [(name, place) for name in LESSONS for place in range(len(Lesson.load(name).steps))]


@pytest.fixture
def new_here():
    state.classroom.set(ClassroomChoices())
    yield
    state.classroom.set(ClassroomChoices())


def lesson_on(rendered):
    return components(rendered, "lessons", "told")[0]


def tracks_on(rendered):
    return [one.track for one in components(rendered, "track", "veil")]


# What the address says


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"lesson": LESSONS[0], "step": 3},
        {"lesson": LESSONS[1], "step": 1, "present": True},
        {"present": True, "two": True, "average": True, "others": True},
    ],
)
def test_choices_and_their_part_of_an_address_say_the_same(choices):
    choices = ClassroomChoices(**choices)
    parts = choices.in_link().split("&")
    assert ClassroomChoices.from_link(parts) == choices
    assert all(map(is_of_classroom, filter(None, parts)))
    assert not is_of_classroom("a.name=typical")


def test_a_link_says_lesson_and_step_from_one_on():
    assert (
        ClassroomChoices(lesson=LESSONS[0], step=3, present=True).in_link() == f"lesson={LESSONS[0]}&step=3&present=yes"
    )
    assert ClassroomChoices().in_link() == ""


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("lesson=rupture-and-repare", "Did you mean 'rupture-and-repair'?"),
        ("lesson=/etc/passwd.toml", "Unknown lesson '/etc/passwd.toml'"),
        ("lesson=rupture-and-repair&step=6", "has the steps 1 to 5, not '6'"),
        ("lesson=rupture-and-repair&step=0", "has the steps 1 to 5, not '0'"),
        ("lesson=rupture-and-repair&step=%C2%B2", "has the steps 1 to 5, not '²'"),
        ("lesson=rupture-and-repair&step=" + "9" * 5000, "has the steps 1 to 5"),
        ("step=2", "'step' is of a lesson, and none is named"),
        ("present=maybe", "'present' is yes or no, not 'maybe'"),
    ],
)
def test_a_bad_value_gets_a_sentence_and_the_rest_is_shown(query, says):
    state.open_query("a.name=depressed&" + query)
    assert says in state.problem.value
    assert state.problem.value.startswith("In the link: ")
    assert len(state.problem.value) < 400
    kept = "rupture-and-repair" if query.startswith("lesson=rupture-and-repair&") else ""
    assert state.classroom.value == ClassroomChoices(lesson=kept)
    assert state.sessions()[0].name == "depressed"


def test_a_link_to_a_step_alone_shows_its_sessions_and_one_with_sessions_keeps_them():
    state.open_query("lesson=what-support-changes&step=2")
    assert state.scenario.value.sessions == Lesson.load("what-support-changes").steps[1].sessions
    state.open_query("a.name=depressed&a.seed=5&lesson=rupture-and-repair&step=2")
    assert [(one.name, one.seed) for one in state.scenario.value.sessions] == [("depressed", 5)]
    assert state.problem.value == ""


# Lessons


@pytest.mark.parametrize(("name", "place"), STEPS)
def test_every_step_of_every_lesson_can_be_shown(name, place, shown):
    step = Lesson.load(name).steps[place]
    state.open_query(f"lesson={name}&step={place + 1}&present=yes")
    _, rendered = shown(Classroom())
    lesson, said = plain(lesson_on(rendered).get_state()), told(Lesson.load(name), place, SHIPPED)
    assert (lesson["at"], lesson["titles"][place]) == (place, step.title)
    assert lesson["told"]["line"] == said.line
    assert lesson["told"]["predict"]["options"][said.predict.right] == said.predict.options[said.predict.right]
    assert len(tracks_on(rendered)) == len(step.sessions)
    sessions = [each.session() for each in step.sessions]
    assert [one["infant"] for one in tracks_on(rendered)] == [each.infant[0].tolist() for each in sessions]
    parts = parting(*sessions) if len(sessions) > 1 else None
    assert [one.parts for one in components(rendered, "track", "parts")] == [parts] * len(sessions)
    (transport,) = components(rendered, "cue")
    assert (transport.cue["from"], transport.cue["until"], transport.cue["play"]) == (step.first, step.until, False)
    for form in forms_on(rendered):
        are_sound(form.fields)
    assert state.problem.value == ""


def test_a_lesson_is_begun_gone_through_played_and_left(shown):
    _, rendered = shown(Classroom())
    assert [one["name"] for one in lesson_on(rendered).lessons] == LESSONS
    lesson_on(rendered).vue_begun("rupture-and-repair")
    assert state.of_classroom() == "lesson=rupture-and-repair&step=1"
    cues = []
    for event, place in (("vue_chosen", 1), ("vue_played", 1), ("vue_played", 1), ("vue_chosen", 4)):
        getattr(lesson_on(rendered), event)(place)
        cues.append(components(rendered, "cue")[0].cue)
    assert [cue["play"] for cue in cues] == [False, True, True, False]
    assert len({cue["key"] for cue in cues}) == 4
    assert cues[0]["from"] == cues[1]["from"] != cues[3]["from"]
    assert len(tracks_on(rendered)) == 2
    assert state.of_classroom() == "lesson=rupture-and-repair&step=5"
    lesson_on(rendered).vue_chosen(-1)
    assert (state.of_classroom(), len(tracks_on(rendered)), components(rendered, "cue")[0].cue) == ("", 1, None)


def test_what_is_given_in_a_step_is_given_to_both_twins_and_taken_back_from_both(shown):
    state.open_query("lesson=what-support-changes&step=1")
    _, rendered = shown(Classroom())
    press(rendered, "moment.still-face", 50)
    assert [[(one.name, one.at) for one in each.moments] for each in state.sessions()[:2]] == [[("still-face", 50)]] * 2
    assert state.classroom.value.step == 1
    press(rendered, "back.0")
    assert [each.moments for each in state.sessions()[:2]] == [(), ()]


def test_notes_and_worksheet_of_a_lesson_are_given_as_pdf(shown):
    state.open_query(f"lesson={LESSONS[0]}&step=1")
    _, rendered = shown(Classroom())
    for kind in ("notes", "worksheet"):
        lesson_on(rendered).vue_wanted(kind)
        file = lesson_on(rendered).file
        assert file["name"] == f"{LESSONS[0]}-{kind}.pdf"
        assert base64.b64decode(file["content"]).startswith(b"%PDF")


# The stage, and how it is looked at


def test_the_stage_is_entered_and_left_and_the_address_says_so(shown):
    _, rendered = shown(Classroom())
    for on in (True, False):
        components(rendered, "presenting", "events")[0].vue_presented(on)
        assert [one.present for one in components(rendered, "track", "present")] == [on]
        assert state.of_classroom() == ("present=yes" if on else "")


def test_the_average_is_drawn_and_other_days_are_shown_on_demand(shown):
    state.set_sessions((ds.Encounter.load("still-face"),))
    box, rendered = shown(Classroom())
    assert tracks_on(rendered)[0]["law"] is None
    assert not components(rendered, "days")
    press(rendered, "average", True)
    press(rendered, "others", True)
    assert tracks_on(rendered)[0]["law"] is not None
    assert {"sign": "law", "text": "the average"} in components(rendered, "items")[0].items
    assert len(components(rendered, "days")[0].days) == small_days.DAYS
    assert state.of_classroom() == "average=yes&others=yes"
    assert any("by chance alone" in text for text in texts(box))


def test_a_scheme_says_what_it_means_where_it_is_chosen(shown):
    _, rendered = shown(Classroom())
    for scheme in ds.SCHEMES:
        press(rendered, "scheme", scheme)
        field = next(one for form in forms_on(rendered) for one in form.fields if one["key"] == "scheme")
        assert (field["value"], field["help"]) == (scheme, SCHEME_MEANS[scheme])


def test_small_days_are_other_sessions_of_the_same_with_the_same_moments():
    encounter = ds.Encounter.load("typical").changed({"moments": [{"name": "still-face", "at": 90}]})
    watched = Watched(encounter, SHIPPED)
    shown = plain(small_days.small_days(watched, 6))
    valences = [one.valence for one in ds.ICEP.infant]
    days = other_days(encounter, 6)
    assert [one["valence"] for one in shown["days"]] == [[valences[k] for k in each.infant[0]] for each in days]
    assert shown["held"] == [{"start": 90, "stop": 150}]
    for one, each in zip(shown["days"], days, strict=True):
        assert not any(one["matched"][90:150])
        assert one["matched"][:90] == each.matched(encounter.scheme)[:90].astype(int).tolist()
