"""The lesson: five steps whose words stand in a file and whose numbers are those of the exact law."""

import re
from importlib import resources
from string import Formatter

import pytest

import dyadsim as ds
from dyadsim.interaction.rule_set import Rules
from dyadsim.scenarios.lesson import Lesson, shipped_lesson, texts_of

STEPS = shipped_lesson().steps
PLACES = range(len(STEPS))
FILE = resources.files("dyadsim").joinpath("data/lesson.toml").read_text("utf-8")
TEXTS = [(place, text) for place in PLACES for text in STEPS[place].texts]


def by_episode(measures):
    return {row["episode"]: row for _, row in measures.iterrows()}


def measured(place, rules=None):
    """What a step may say: the law's measures of its sessions, and those of the first as it is shown."""
    asked = {} if rules is None else {"mother": rules.mother}
    sessions = STEPS[place].sessions
    laws = [ds.law(one.cohort(), one.played(), **asked) for one in sessions]
    found = {
        letter: by_episode(law.measures(one.scheme)) for letter, law, one in zip("ab", laws, sessions, strict=False)
    }
    first = sessions[0]
    seen = ds.interact(first.cohort(), first.played(), first.seed, **asked).measures(first.scheme)
    return found | {"joint": by_episode(laws[0].measures("joint-attention")), "seen": by_episode(seen)}


def numbers_in(text):
    """The fields of a text that are filled in: letter, episode, measure and form."""
    fields = [(name, form) for _, name, form, _ in Formatter().parse(text) if name is not None]
    return [(*re.fullmatch(r"(a|b|joint|seen)\[([\w -]+)\]\[(\w+)\]", name).groups(), form) for name, form in fields]


def test_the_lesson_has_five_steps_that_each_say_and_ask_something():
    assert len(STEPS) == 5
    assert len({step.title for step in STEPS}) == 5
    for step in STEPS:
        assert step.texts
        assert all(text.endswith(".") for text in step.texts)
        assert step.ask.endswith("?")


@pytest.mark.parametrize("place", PLACES)
def test_the_seconds_of_a_step_lie_within_its_sessions(place):
    step = STEPS[place]
    assert 1 <= len(step.sessions) <= 2
    for session in step.sessions:
        assert 0 <= step.first < step.until <= session.played().seconds
        assert session.session().infant.shape[1] >= step.until


@pytest.mark.parametrize("place", PLACES)
def test_every_number_of_a_step_is_that_of_the_law_or_of_the_session_that_is_shown(place):
    law, texts = measured(place), texts_of(place, Rules())
    assert len(texts) == len(STEPS[place].texts)
    assert any(numbers_in(text) for text in STEPS[place].texts)
    for written, said in zip(STEPS[place].texts, texts, strict=True):
        numbers = [
            format(law[letter][episode][measure], form) for letter, episode, measure, form in numbers_in(written)
        ]
        words = re.split(r"\{.*?\}", written)
        assert said == "".join(part for pair in zip(words, [*numbers, ""], strict=True) for part in pair)
        assert not re.search(r"[{}]|\bnan\b|\binf\b", said)


def test_the_numbers_follow_the_rules_that_are_given():
    class Unavailable(ds.MotherRules):
        @staticmethod
        def preferences(traits, context):
            nowhere = [[[[[9.0 * (state == "elsewhere")]]]] for state in ds.ICEP.mother_names]
            return ds.MotherRules.preferences(traits, context) + nowhere

    rules = Rules(mother=Unavailable)
    match = measured(0, rules)["a"]["play"]["match"]
    assert f"{match:.0%} on average" in " ".join(texts_of(0, rules))
    assert texts_of(0, rules) != texts_of(0, Rules())
    assert texts_of(4, Rules()) == texts_of(4, Rules()) != texts_of(4, rules)


def test_no_number_of_the_model_stands_in_the_words():
    """Outside of braces: years of what is cited, and seconds that the paradigm of the step has, are all there is."""
    assert not re.search(r"\d\s*(%|per ?cent)", re.sub(r"\{[^{}]*\}", "", FILE))
    for place, text in TEXTS:
        (play, *_) = STEPS[place].sessions[0].played().episodes
        known = rf"\(\w+ (et al\. )?(19|20)\d\d\)|second {play.seconds}\b"
        assert not re.search(r"\d", re.sub(known, "", re.sub(r"\{[^{}]*\}", "", text))), text


def test_the_lengths_that_the_words_tell_are_those_of_the_paradigm():
    (step,) = [step for step in STEPS if any(session.name == "still-face" for session in step.sessions)]
    _, still, _ = step.sessions[0].played().episodes
    assert "for two minutes" in step.texts[0]
    assert still.seconds == 120
    assert step.first < 120
    assert step.until > 240


def test_what_the_words_claim_is_so_in_the_model():
    match = measured(0)["a"]["play"]
    assert match["match"] < 0.5  # "most of ordinary play is mismatch"
    protest = {name: row["infant_protest"] for name, row in measured(3)["a"].items()}
    assert protest["still-face"] > protest["reunion"] > 2 * protest["play"]  # "does not vanish at once"
    alone, supported = (measured(4)[letter]["play"] for letter in "ab")
    assert supported["mother_positive"] > 1.1 * alone["mother_positive"]
    assert supported["infant_positive"] > 1.1 * alone["infant_positive"]
    assert supported["infant_protest"] < alone["infant_protest"]
    assert supported["mean_repair_latency"] < alone["mean_repair_latency"]


def test_the_two_dyads_of_the_last_step_are_the_same_two_with_the_same_luck():
    little, more = STEPS[-1].sessions
    differs = {name for name in type(little).model_fields if getattr(little, name) != getattr(more, name)}
    assert differs == {"name", "title", "risks", "support"}
    assert little.cohort().units.tolist() == more.cohort().units.tolist()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sessions": []}, "must have more entries"),
        ({"sessions": ["typical"] * 3}, "must have fewer entries"),
        ({"sessions": ["typicle"]}, "Did you mean 'typical'"),
        ({"until": 0}, "greater than or equal to 1"),
        ({"first": -1}, "greater than or equal to 0"),
        ({"speed": 0.0}, "greater than 0"),
        ({"text": []}, "Did you mean 'texts'"),
    ],
)
def test_a_step_that_cannot_be_gets_one_sentence(change, sentence):
    step = {"title": "x", "sessions": ["typical"], "first": 0, "until": 9, "texts": ["x"]}
    Lesson(title="x", steps=[step])
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        Lesson(title="x", steps=[step | change])
    assert "\n" not in str(told.value)
