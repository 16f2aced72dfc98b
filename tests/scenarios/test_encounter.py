"""One dyad in one session: what plays it, what its law says, and what can be written of it."""

import numpy as np
import pytest
from conftest import module_at
from hypothesis import given, settings
from strategies import encounters

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules

NAMES = toml_models.names("encounters")


def same(first, second):
    return all(np.array_equal(getattr(first, part), getattr(second, part)) for part in ("infant", "mother", "arousal"))


# What ships


def test_the_encounters_that_are_asked_for_ship():
    assert set(NAMES) >= {"typical", "depressed", "irritable-infant", "phone", "still-face"}


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_encounter_says_what_it_is_and_plays(name):
    encounter = ds.Encounter.load(name)
    assert encounter.name == name
    assert encounter.title
    assert encounter.says.endswith(".")
    session = encounter.session()
    assert session.infant.shape == (1, Paradigm.load(encounter.paradigm).seconds)
    assert session.provenance["population"] == encounter.population
    assert session.episodes == encounter.law().measures()["episode"].tolist()


# Whom and what it plays


@pytest.mark.parametrize(
    ("population", "risks", "support"),
    [("community", [], []), ("mixed-risk", [], []), ("depressed", ["low-support"], ["kin-support", "partner-support"])],
)
def test_an_encounter_of_a_drawn_dyad_is_the_session_of_that_dyad_in_its_cohort(population, risks, support):
    cohort = ds.Cohort.sample(12, population, seed=5)
    for name in (*risks, *support):
        cohort = cohort.with_setting(name)
    given_ = {"population": population, "risks": risks, "support": support, "seed": 5, "paradigm": "still-face"}
    whole = ds.interact(cohort, "still-face", seed=5, replicate=3, states=True)
    for dyad in (0, 7):
        encounter = ds.Encounter(name="x", dyad=dyad, replicate=3, **given_)
        assert encounter.cohort().frame().equals(cohort[dyad].frame())
        session = encounter.session()
        assert session.dyads == [dyad]
        for part in ("infant", "mother", "arousal"):
            assert np.array_equal(getattr(session, part)[0], getattr(whole, part)[dyad])
        assert encounter.law().measures().equals(ds.law(cohort[dyad], "still-face").measures())


def test_without_a_number_it_is_the_typical_dyad():
    encounter = ds.Encounter(name="x", population="isolated", support=["kin-support"])
    typical = ds.Cohort.typical("isolated").with_setting("kin-support")
    assert encounter.cohort().frame().equals(typical.frame())
    assert same(encounter.session(), ds.interact(typical, seed=1))


def test_what_is_set_by_hand_comes_after_the_settings_and_stands():
    by_hand = {"sensitivity": 1.5, "age": 20}
    strengths = {"infant_contingency": 2.0, "infant_base.object": 0.5}
    encounter = ds.Encounter(name="x", population="depressed", dyad=2, traits=by_hand, coefficients=strengths)
    expected = ds.Cohort.sample(1, "depressed", seed=1, first=2).replace({**by_hand, **strengths})
    assert encounter.cohort().frame().equals(expected.frame())
    assert encounter.cohort().coefficients.changes() == expected.coefficients.changes() != {}
    assert same(encounter.session(), ds.interact(expected, seed=1))


@settings(max_examples=12, deadline=None)
@given(encounters())
def test_any_encounter_is_the_session_that_interact_plays(encounter):
    luck = {name: getattr(encounter, name) for name in ("seed", "replicate", "day")}
    session = encounter.session()
    assert same(session, ds.interact(encounter.cohort(), encounter.played(), **luck))
    assert session.ends[-1] >= (encounter.seconds or Paradigm.load(encounter.paradigm).seconds)
    assert session.cohort.units.tolist() == [encounter.dyad or 0]


@pytest.mark.parametrize("of", ["replicate", "day"])
def test_another_replicate_or_day_is_other_luck_for_the_same_dyad(of):
    for dyad in (None, 3):
        one, other = (ds.Encounter(name="x", dyad=dyad, **{of: number}) for number in (0, 1))
        assert one.cohort().frame().equals(other.cohort().frame())
        assert one.law().measures().equals(other.law().measures())
        assert not same(one.session(), other.session())


def test_another_seed_is_other_luck_and_another_drawn_dyad():
    drawn = [ds.Encounter(name="x", dyad=3, seed=seed) for seed in (1, 2)]
    assert not drawn[0].cohort().frame().equals(drawn[1].cohort().frame())
    typical = [ds.Encounter(name="x", seed=seed) for seed in (1, 2)]
    assert typical[0].cohort().frame().equals(typical[1].cohort().frame())
    assert not same(typical[0].session(), typical[1].session())


def test_moments_are_given_in_the_session_as_it_is_stretched():
    moments = [{"name": "phone", "at": 500}]
    played = ds.Encounter(name="x", seconds=900, moments=moments).played()
    assert [(episode.name, episode.seconds) for episode in played.episodes] == [
        ("play", 500), ("phone", 30), ("play again", 370),
    ]  # fmt: skip
    with pytest.raises(ds.DyadsimError, match="'phone' is given at second 500, but the session lasts 300 seconds"):
        ds.Encounter(name="x", moments=moments)


def test_many_sessions_of_an_encounter_come_to_what_its_law_says():
    """Match in four episodes, 300 replicates: by chance one seed in 3,000 has one beyond four standard errors."""
    asked = {"population": "depressed", "dyad": 7, "risks": ["low-support"], "paradigm": "still-face"}
    moments = [{"name": "coach", "at": 60, "seconds": 60}]
    encounter = ds.Encounter(name="x", moments=moments, **asked)
    law = encounter.law().match()["match"].to_numpy()
    sessions = [encounter.changed({"replicate": number}).session() for number in range(300)]
    firsts = [0, *sessions[0].ends[:-1]]
    shares = np.array(
        [np.add.reduceat(each.matched(), firsts, dtype=int) / np.diff([0, *each.ends]) for each in sessions]
    )
    assert sessions[0].episodes == ["play", "coached play", "still-face", "reunion"]
    error = shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
    assert (np.abs(shares.mean(axis=0) - law) < 4 * error).all()
    assert (error < 0.1 * law).all()  # so that four of them still tell something
    assert law[1] > law[0] + 2 * error.max()  # what the moment shifts shows, too


def test_shipped_encounters_share_their_luck():
    """So that where two of them part, it is because of what differs between the dyads."""
    assert len({(one.seed, one.replicate, one.day) for one in map(ds.Encounter.load, NAMES)}) == 1


# A session of a course


def test_a_session_that_was_lived_in_a_course_is_played_again():
    found = ds.Scenario.load("phone-at-play").changed({"dyads": 5, "weeks": 10, "days": 1}).run()
    for course in found.courses.values():
        for dyad, week in ((0, 0), (3, 4), (4, 9)):
            encounter = ds.Encounter.lived(course, dyad, week, "then")
            session = encounter.session()
            assert (encounter.title, encounter.dyad, session.dyads) == ("then", dyad, [dyad])
            assert session.measures()["match"].item() == course.measures["match"][week, dyad]
            assert session.measures()["repairs_per_min"].item() == course.measures["repairs_per_min"][week, dyad]
            assert same(session, ds.interact(course.playing(week)[dyad], seed=1, day=7 * week))
    assert ds.Encounter.lived(course, 2, 10, "the end").session().infant.shape == (1, 300)


@pytest.mark.parametrize(
    ("dyad", "week", "sentence"),
    [
        (3, 0, "The dyad must be a whole number from 0 to 2, not 3"),
        (-1, 0, "The dyad must be a whole number from 0 to 2, not -1"),
        (0, -1, "The week must be a whole number from 0 to 2, not -1"),
        (0, 3, "The week must be a whole number from 0 to 2, not 3"),
    ],
)
def test_a_session_that_was_not_lived_gets_one_sentence(dyad, week, sentence):
    course = ds.develop(ds.Cohort.sample(3), 4, [], first_week=-2, days=1)
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.Encounter.lived(course, dyad, week, "x")


def test_a_session_is_the_one_that_was_lived_also_with_strengths_set_by_hand():
    course = ds.develop(ds.Cohort.sample(2).replace(infant_contingency=3.0), 2, [], 1, days=1)
    session = ds.interact(course.playing(1)[0], seed=1, day=7)
    assert session.measures()["match"].item() == course.measures["match"][1, 0]
    assert same(ds.Encounter.lived(course, 0, 1, "x").session(), session)


# What is written of it


@settings(max_examples=40, deadline=None)
@given(encounters())
def test_what_an_encounter_says_as_toml_is_read_as_the_same(encounter):
    assert toml_models.parse(ds.Encounter, "text", encounter.toml().encode()) == encounter


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_ones_own_is_read_as_what_ships(name, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(ds.Encounter.load(name).toml(), encoding="utf-8")
    assert ds.Encounter.load(file) == ds.Encounter.load(name)


def test_a_rule_of_ones_own_and_its_trait_are_followed():
    own = module_at("experiments/templates/rule.py").MirroringMother
    rules, encounter = Rules(mother=own), ds.Encounter(name="x", dyad=4, traits={"expressiveness": 2.0})
    cohort = ds.Cohort.sample(1, seed=1, first=4).replace(expressiveness=2.0, extra_traits=own.extra_traits)
    assert same(encounter.session(rules), ds.interact(cohort, seed=1, mother=own))
    assert encounter.law(rules).measures().equals(ds.law(cohort, mother=own).measures())
    less = encounter.changed({"traits": {"expressiveness": -2.0}})
    smiles = [each.law(rules).measures()["mother_positive"].item() for each in (less, encounter)]
    assert smiles[1] > 1.05 * smiles[0]
    for asks in (encounter.session, encounter.law):
        with pytest.raises(ds.DyadsimError, match="Unknown trait or coefficient 'expressiveness'"):
            asks()


def test_a_rule_of_the_infants_is_followed_too():
    class Sleepy(ds.InfantRules):
        @staticmethod
        def preferences(traits, context):
            return ds.InfantRules.preferences(traits, context) + 9.0 * np.eye(5)[1].reshape(5, 1, 1, 1, 1)

    encounter = ds.Encounter.load("typical")
    assert (encounter.session(Rules(infant=Sleepy)).infant == 1).mean() > 0.9 > (encounter.session().infant == 1).mean()
    assert encounter.law(Rules(infant=Sleepy)).shares()["infant_withdrawn"].item() > 0.9


# What cannot be


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"population": "comunity"}, "Did you mean 'community'"),
        ({"popluation": "community"}, "Did you mean 'population'"),
        ({"paradigm": "free-pley"}, "Did you mean 'free-play'"),
        ({"paradigm": "still-face", "seconds": 2}, "whole number from 3 to 65,535, not 2"),
        ({"seconds": 0}, "'seconds' must be greater than or equal to 1, not 0"),
        ({"dyad": -1}, "'dyad' must be greater than or equal to 0, not -1"),
        ({"dyad": 2**32}, "'dyad' must be less than 4294967296"),
        ({"dyad": True}, "'dyad' must be a whole number, not True"),
        ({"seed": -1}, r"The seed must be a whole number from 0 to 2\^64 - 1, not -1"),
        ({"seed": "1"}, "'seed' must be a whole number, not '1'"),
        ({"replicate": 2**24}, r"The replicate must be a whole number from 0 to 2\^24 - 1"),
        ({"day": -1}, r"The day must be a whole number from 0 to 2\^24 - 1"),
        ({"scheme": "strickt"}, "Did you mean 'strict'"),
        ({"risks": ["povrty"]}, "Did you mean 'poverty'"),
        ({"risks": ["kin-support"]}, "'kin-support' is a protection; it belongs under support"),
        ({"support": ["poverty"]}, "'poverty' is a risk; it belongs under risks"),
        ({"risks": "poverty"}, "'risks' must be a list"),
        ({"traits": {"sensitivity": "high"}}, "'traits.sensitivity' must be a number, not 'high'"),
        ({"traits": {"sensitivity": float("inf")}}, "must be a finite number"),
        ({"moments": [{"name": "still-fac", "at": 9}]}, "Did you mean 'still-face'"),
        ({"moments": [{"name": "phone", "at": 300}]}, "the session lasts 300 seconds"),
        ({"moments": [{"name": "phone", "at": 9}, {"name": "coach", "at": 9}]}, "Two moments are given at second 9"),
        ({"moments": "phone"}, "'moments' must be a list"),
        ({"name": ""}, "'name' must not be empty"),
        ({"name": "a\nb"}, "characters that can be printed"),
    ],
)
def test_an_encounter_that_cannot_be_is_told_in_one_sentence(said, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        ds.Encounter(**{"name": "x", **said})
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"traits": {"sensitivty": 1.0}}, "Did you mean 'sensitivity'"),
        ({"traits": {"sensitivity": 4.5}}, "is 4.5, but must lie between -4 and 4"),
        ({"coefficients": {"infant_contingncy": 1.0}}, "Did you mean 'infant_contingency'"),
        ({"coefficients": {"infant_contingency": 9.0}}, "is 9, but must lie between 0 and 4"),
        ({"coefficients": {"infant_base.objct": 0.0}}, "Did you mean 'object'"),
        ({"population": "depressed", "risks": ["depression"]}, "live under the setting 'depression' already"),
        ({"risks": ["poverty", "poverty"]}, "live under the setting 'poverty' already"),
    ],
)
def test_what_only_shows_when_it_is_played_is_told_in_one_sentence_then(said, sentence):
    """A trait may be one that a rule of one's own declares, so its name is asked for when the rules are known."""
    encounter = ds.Encounter(name="x", **said)
    for asks in (encounter.cohort, encounter.session, encounter.law):
        with pytest.raises(ds.DyadsimError, match=sentence) as told:
            asks()
        assert "\n" not in str(told.value)
