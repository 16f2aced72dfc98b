"""Lessons: steps whose words stand in files, and whose numbers and right predictions follow from law and session."""

import re
from importlib import resources
from string import Formatter

import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interaction.rule_set import Rules
from dyadsim.scenarios.lesson import LONGEST_LINE, Lesson, told
from dyadsim.scenarios.other_days import parting, shown_day

NAMES = toml_models.names("lessons")
STEPS = [(name, place) for name in NAMES for place in range(len(Lesson.load(name).steps))]
TWINS = [(name, place) for name, place in STEPS if len(Lesson.load(name).steps[place].sessions) == 2]
each_step = pytest.mark.parametrize(("name", "place"), STEPS)
each_twins = pytest.mark.parametrize(("name", "place"), TWINS)


def step_of(name, place):
    return Lesson.load(name).steps[place]


def by_episode(measures):
    return {row["episode"]: row for _, row in measures.iterrows()}


def measured(name, place, rules=None):
    """What a step may say: measures of its sessions by the law and as they are shown, and what else it may name."""
    asked = {} if rules is None else {"mother": rules.mother}
    step = step_of(name, place)
    sessions = step.sessions
    laws = [ds.law(one.cohort(), one.played(), **asked) for one in sessions]
    played = [ds.interact(one.cohort(), one.played(), one.seed, replicate=one.replicate, **asked) for one in sessions]
    found = {
        letter: by_episode(law.measures(one.scheme)) for letter, law, one in zip("ab", laws, sessions, strict=False)
    }
    found |= {
        word: by_episode(session.measures(one.scheme))
        for word, session, one in zip(("seen", "beside"), played, sessions, strict=False)
    }
    found["joint"] = by_episode(laws[0].measures("joint-attention"))
    found["parts"] = parting(*played) if len(played) > 1 else None
    return found


def words_of(step):
    """Everything in which numbers are filled."""
    return [*step.texts, *([step.predict.answer] if step.predict else [])]


def number_in(found, field, name, place):
    """The number that a field names."""
    if field.startswith("days["):
        step = step_of(name, place)
        return getattr(shown_day(step.shows, step.sessions), field[5:-1])
    if field == "parts":
        return found["parts"]
    letter, episode, measure = re.fullmatch(r"(a|b|joint|seen|beside)\[([\w -]+)\]\[(\w+)\]", field).groups()
    return found[letter][episode][measure]


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_says_what_it_is_for_and_each_step_asks_before_and_after(name):
    lesson = Lesson.load(name)
    assert lesson.name == name
    assert len(lesson.steps) == 5
    assert len({step.title for step in lesson.steps}) == 5
    assert 3 <= len(lesson.aims) <= 5
    for step in lesson.steps:
        assert len(step.line) <= LONGEST_LINE
        assert all(text.endswith(".") for text in (step.line, step.shows.says, *words_of(step)))
        assert step.ask.endswith("?")
        assert step.predict.question.endswith("?")


@each_step
def test_the_seconds_of_a_step_lie_within_its_sessions(name, place):
    step = step_of(name, place)
    for session in step.sessions:
        assert 0 <= step.first < step.until <= session.played().seconds == session.session().infant.shape[1]


@each_step
def test_every_number_of_a_step_is_that_of_the_law_or_of_what_is_shown(name, place):
    lesson, found = Lesson.load(name), measured(name, place)
    step, said = lesson.steps[place], told(lesson, place, Rules())
    written, shown = words_of(step), [*said.texts, said.predict.answer]
    assert any("{" in text for text in step.texts)
    for before, after in zip(written, shown, strict=True):
        numbers = [
            format(number_in(found, field, name, place), form)
            for _, field, form, _ in Formatter().parse(before)
            if field is not None
        ]
        words = re.split(r"\{.*?\}", before)
        assert after == "".join(part for pair in zip(words, [*numbers, ""], strict=True) for part in pair)
        assert not re.search(r"[{}]|\bnan\b|\binf\b", after)
        assert "None" not in numbers


@each_step
def test_the_right_prediction_is_found_from_the_number_that_decides(name, place):
    lesson, found = Lesson.load(name), measured(name, place)
    asked, said = lesson.steps[place].predict, told(lesson, place, Rules()).predict
    value = number_in(found, asked.of, name, place)
    value -= number_in(found, asked.minus, name, place) if asked.minus else 0
    bounds = [one.below for one in asked.options[:-1]]
    assert 3 <= len(said.options) <= 4
    assert said.right == sum(value >= bound for bound in bounds)
    assert said.options == tuple(one.says for one in asked.options)


def test_right_predictions_are_not_always_at_one_place():
    for name in NAMES:
        right = [told(Lesson.load(name), place, Rules()).predict.right for place in range(5)]
        assert len({*right}) > 1


def test_numbers_and_right_predictions_follow_the_rules_that_are_given():
    class Unavailable(ds.MotherRules):
        @staticmethod
        def preferences(traits, context):
            nowhere = [[[[[9.0 * (state == "elsewhere")]]]] for state in ds.ICEP.mother_names]
            return ds.MotherRules.preferences(traits, context) + nowhere

    rules, lesson = Rules(mother=Unavailable), Lesson.load("rupture-and-repair")
    match = measured(lesson.name, 0, rules)["a"]["play"]["match"]
    own, usual = (told(lesson, 0, each) for each in (rules, Rules()))
    assert f"{match:.0%} on average" in " ".join(own.texts)
    assert own != usual
    ruptures = [told(lesson, 1, each).predict.right for each in (rules, Rules())]
    assert ruptures[0] < ruptures[1]


@pytest.mark.parametrize("name", NAMES)
def test_no_number_of_the_model_stands_in_the_words(name):
    """Outside of braces: years of what is cited, and seconds at which something is done, are all there is."""
    file = resources.files("dyadsim").joinpath(f"data/lessons/{name}.toml").read_text("utf-8")
    assert not re.search(r"\d\s*(%|per ?cent)", re.sub(r"\{[^{}]*\}", "", file))
    for step in Lesson.load(name).steps:
        begins = {end for one in step.sessions for end in one.played().ends}
        for text in (step.title, step.line, step.ask, *words_of(step)):
            known = rf"\(\w+ (et al\. )?(19|20)\d\d\)|second ({'|'.join(map(str, begins))})\b"
            assert not re.search(r"\d", re.sub(known, "", re.sub(r"\{[^{}]*\}", "", text))), text


def test_the_lengths_that_the_words_tell_are_those_that_are_played():
    (step,) = [step for step in Lesson.load("rupture-and-repair").steps if step.sessions[0].name == "still-face"]
    _, still, _ = step.sessions[0].played().episodes
    assert "for two minutes" in step.texts[0]
    assert still.seconds == 120
    assert step.first < 120
    assert step.until > 240
    (coached,) = [step.sessions[1] for step in Lesson.load("what-support-changes").steps if step.sessions[1].moments]
    (given,) = coached.moments
    assert (given.at, given.lasting) == (60, 180)  # "from second 60 on", "for three minutes"


def test_what_the_words_claim_of_the_average_is_so_in_the_model():
    match = measured("rupture-and-repair", 0)["a"]["play"]
    assert match["match"] < 0.5  # "most of ordinary play is no match"
    protest = {name: row["infant_protest"] for name, row in measured("rupture-and-repair", 3)["a"].items()}
    assert protest["still-face"] > protest["reunion"] > 2 * protest["play"]  # "does not vanish at once"
    alone, supported = (measured("rupture-and-repair", 4)[letter]["play"] for letter in "ab")
    assert supported["mother_positive"] > 1.1 * alone["mother_positive"]
    assert supported["infant_positive"] > 1.1 * alone["infant_positive"]
    assert supported["infant_protest"] < alone["infant_protest"]
    assert supported["mean_repair_latency"] < alone["mean_repair_latency"]
    less, more = (measured("what-support-changes", 1)[letter]["play"] for letter in "ab")
    assert more["match"] > less["match"]
    assert more["mother_positive"] < less["mother_positive"]  # "is not smiling more"
    assert more["mother_vocal"] + more["mother_neutral"] > less["mother_vocal"] + less["mother_neutral"]
    law = measured("what-support-changes", 2)
    assert law["b"]["coached play"]["match"] > law["b"]["play on their own"]["match"]


@each_twins
def test_two_sessions_have_the_same_luck_and_differ_in_what_they_are_to_show(name, place):
    one, other = step_of(name, place).sessions
    differs = {field for field in type(one).model_fields if getattr(one, field) != getattr(other, field)}
    assert differs - {"name", "title"} in ({"risks", "support"}, {"traits"}, {"moments"})
    assert one.cohort().units.tolist() == other.cohort().units.tolist()


@each_twins
def test_two_sessions_part_at_the_second_that_is_told(name, place):
    lesson = Lesson.load(name)
    step, parts = lesson.steps[place], told(lesson, place, Rules()).parts
    one, other = (each.session() for each in step.sessions)
    for lanes in ("infant", "mother"):
        assert (getattr(one, lanes)[0, :parts] == getattr(other, lanes)[0, :parts]).all()
    assert (one.infant[0, parts], one.mother[0, parts]) != (other.infant[0, parts], other.mother[0, parts])
    given = [moment.at for each in step.sessions for moment in each.moments]
    assert min(given, default=0) <= parts < step.until
    assert step.first <= parts


def test_of_a_single_session_no_second_is_told():
    assert told(Lesson.load("rupture-and-repair"), 0, Rules()).parts is None


STEP = {
    "title": "x",
    "line": "x.",
    "sessions": ["typical"],
    "first": 0,
    "until": 9,
    "texts": ["x"],
    "shows": {"says": "x.", "measure": "match"},
}
OPTIONS = [{"says": "a", "below": 1.0}, {"says": "b", "below": 2.0}, {"says": "c"}]
PREDICT = {"question": "x?", "of": "a[play][match]", "options": OPTIONS, "answer": "x."}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sessions": []}, "must have more entries"),
        ({"sessions": ["typical"] * 3}, "must have fewer entries"),
        ({"sessions": ["typicle"]}, "Did you mean 'typical'"),
        ({"until": 0}, "greater than or equal to 1"),
        ({"first": -1}, "greater than or equal to 0"),
        ({"speed": 0.0}, "greater than 0"),
        ({"texts": []}, "must have more entries"),
        ({"text": []}, "Did you mean 'texts'"),
        ({"line": "x" * (LONGEST_LINE + 1)}, "at most 90 characters"),
        ({"shows": {"says": "x.", "measure": "macth"}}, "Did you mean 'match'"),
        ({"predict": PREDICT | {"options": OPTIONS[:2]}}, "must have more entries"),
        ({"predict": PREDICT | {"options": [*OPTIONS[:2], {"says": "c", "below": 3.0}]}}, "Every option but the last"),
        ({"predict": PREDICT | {"options": [*OPTIONS, {"says": "d"}]}}, "Every option but the last"),
        ({"predict": PREDICT | {"options": [OPTIONS[1], OPTIONS[0], OPTIONS[2]]}}, "must rise from one to the next"),
    ],
)
def test_a_step_that_cannot_be_gets_one_sentence(change, sentence):
    Lesson(name="x", title="x", steps=[STEP | {"predict": PREDICT}])
    with pytest.raises(ds.DyadsimError, match=sentence) as given:
        Lesson(name="x", title="x", steps=[STEP | change])
    assert "\n" not in str(given.value)


def test_a_lesson_that_does_not_ship_is_told_with_the_nearest():
    with pytest.raises(ds.DyadsimError, match="Did you mean 'rupture-and-repair'"):
        Lesson.load("rupture-and-repairs")


def test_a_lesson_of_ones_own_is_told_like_one_that_ships(tmp_path):
    file = tmp_path / "mine.toml"
    lesson = Lesson.load("rupture-and-repair")
    file.write_text(lesson.toml(), encoding="utf-8")
    assert told(Lesson.load(file), 1, Rules()) == told(lesson, 1, Rules())


def test_nothing_is_predicted_where_the_number_that_decides_is_none():
    """Such as a latency of mismatches under rules by which there is none."""
    predict = PREDICT | {"of": "a[phone][mean_repair_latency]"}
    lesson = Lesson(name="x", title="x", steps=[STEP | {"sessions": ["phone"], "predict": predict}])
    assert told(lesson, 0, Rules()).predict is None
