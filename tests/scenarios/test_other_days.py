"""Other days of an encounter, and the criterion by which sessions that ship were chosen: a median day."""

from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from conftest import ROOT, module_at

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interaction.moments import GiveMoment
from dyadsim.interaction.rule_set import Rules
from dyadsim.scenarios import other_days as days
from dyadsim.scenarios.other_days import Effect, longest_mismatch, other_days, parting, shown_day, shown_effects

MEDIAN = module_at(ROOT / "experiments" / "median_days.py")
CASES = {case.name: case for case in MEDIAN.cases()}
PHONE = ds.Encounter.load("phone")


def same(one, other):
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("infant", "mother", "arousal"))


# Other days


@pytest.mark.parametrize(
    "encounter",
    [
        PHONE,
        PHONE.changed({"replicate": 2, "day": 5}),
        ds.Encounter(name="x", dyad=7, population="depressed", support=["kin-support"], seed=9, paradigm="still-face"),
    ],
)
def test_other_days_are_the_same_dyad_with_other_luck(encounter):
    found = other_days(encounter, 4)
    replicates = [each for each in range(5) if each != encounter.replicate]
    assert len(found) == 4
    for session, replicate in zip(found, replicates, strict=False):
        again = encounter.changed({"replicate": replicate}).session()
        assert same(session, again)
        assert session.measures().equals(again.measures())
        assert not same(session, encounter.session())


def test_days_that_are_played_together_are_measured_as_each_by_itself():
    together = days.days_together(PHONE, days._others(PHONE, 3))
    one_by_one = [each.measures("affect") for each in other_days(PHONE, 3)]
    measures = together.measures("affect")
    for day, each in enumerate(one_by_one):
        rows = measures.iloc[7 * day : 7 * (day + 1)].reset_index(drop=True)
        assert rows.equals(each)


def test_other_days_follow_the_rules_that_are_given():
    class Sleepy(ds.InfantRules):
        @staticmethod
        def preferences(traits, context):
            return ds.InfantRules.preferences(traits, context) + 9.0 * np.eye(5)[1].reshape(5, 1, 1, 1, 1)

    (session,) = other_days(PHONE, 1, Rules(infant=Sleepy))
    assert same(session, PHONE.changed({"replicate": 1}).session(Rules(infant=Sleepy)))


@pytest.mark.parametrize("number", [0, 10_001, True, "5"])
def test_a_number_of_days_that_cannot_be_gets_one_sentence(number):
    with pytest.raises(ds.DyadsimError, match=r"The days must be a whole number from 1 to 10,000"):
        other_days(PHONE, number)


# The criterion


def test_an_effect_is_declared_for_each_encounter_that_ships():
    assert {*shown_effects()} == {*toml_models.names("encounters")}
    comment = resources.files("dyadsim").joinpath("data/shown_effects.toml").read_text("utf-8")
    assert "40th and the 60th percentile of 200 other days" in comment
    assert (days.DAYS, days.MEDIAN_DAY) == (200, (0.4, 0.6))


@pytest.mark.parametrize("name", CASES)
def test_what_ships_shows_a_median_day(name):
    """Of 200 other days between the 40th and the 60th percentile of the effect, in the right direction."""
    case = CASES[name]
    day = shown_day(case.effect, case.shown)
    assert len(day.others) == 200
    assert 0.4 <= day.share <= 0.6
    assert day.right_direction
    assert day.large_enough
    assert day.agree
    assert day.median
    assert case.has_longest_mismatch_where_it_should


def test_a_still_face_given_in_the_default_session_shows_at_most_seconds():
    """In the page's first session, at any of seconds 40 to 200: protest at least half of its average."""
    assert MEDIAN.share_of_seconds(ds.Encounter.load(MEDIAN.DEFAULT)) >= 0.7


def test_a_still_face_shows_if_he_protests_at_least_half_as_much_as_on_average():
    typical = ds.Encounter.load("typical")
    found = {at: days.shows_still_face(typical, at) for at in range(40, 201, 10)}
    for at, shows in found.items():
        given = typical.changed({"moments": [GiveMoment(name="still-face", at=at)]})
        seen, law = (
            each.measures().set_index("episode").loc["still-face", "infant_protest"]
            for each in (given.session(), given.law())
        )
        assert shows == (seen >= law / 2)


def test_the_chosen_still_face_is_what_a_class_is_to_see():
    """At four months and at nine he fusses, looks and smiles less while her face is still, and smiles hardly at all."""
    for age in (17.0, 39.0):
        encounter = ds.Encounter.load("still-face").changed({"traits": {"age": age}})
        play, still, reunion = (row for _, row in encounter.session().measures().iterrows())
        assert still["infant_protest"] > max(play["infant_protest"], reunion["infant_protest"])
        assert still["infant_positive"] < 0.03 < play["infant_positive"]
        assert still["infant_monitor"] < play["infant_monitor"]


# How effects are measured


def test_an_effect_within_a_session_is_the_difference_of_its_episodes():
    encounter = ds.Encounter.load("still-face")
    effect = Effect(says="x.", measure="infant_protest", episodes=["still-face"], before=["play"])
    day = shown_day(effect, [encounter], 7)
    for value, played in ((day.value, encounter.session()), (day.average, encounter.law())):
        shares = played.measures().set_index("episode")["infant_protest"]
        assert value == pytest.approx(shares["still-face"] - shares["play"])
    each = [session.measures().set_index("episode")["infant_protest"] for session in other_days(encounter, 7)]
    assert day.others == pytest.approx([one["still-face"] - one["play"] for one in each])


def test_an_effect_beside_another_session_is_their_difference_over_all_seconds_with_the_same_luck():
    typical = ds.Encounter.load("typical").changed({"seed": 5, "replicate": 3})
    effect = Effect(says="x.", measure="infant_protest", beside="typical", also=["mother_elsewhere"])
    day = shown_day(effect, [PHONE.changed({"seed": 5, "replicate": 3})], 5)
    phone = PHONE.changed({"seed": 5, "replicate": 3}).session()
    assert day.value == pytest.approx((phone.infant == 0).mean() - (typical.session().infant == 0).mean())
    assert day.agree  # she is elsewhere more
    for other, one, two in zip(
        day.others, other_days(PHONE.changed({"seed": 5, "replicate": 3}), 5), other_days(typical, 5), strict=True
    ):
        assert other == pytest.approx((one.infant == 0).mean() - (two.infant == 0).mean())


def test_the_share_of_other_days_is_what_lies_below_and_half_of_what_is_the_same():
    day = shown_day(Effect(says="x.", measure="infant_protest"), [ds.Encounter.load("typical")], 150)
    others = np.array(day.others)
    assert day.share == pytest.approx((np.mean(others < day.value) + np.mean(others <= day.value)) / 2)
    assert day.turned_round == 0


def test_a_contrary_day_stands_among_the_days_that_have_the_other_direction():
    case = CASES["what-support-changes, 5. One day can have it the other way round"]
    day = shown_day(case.effect, case.shown)
    turned = [other for other in day.others if other * day.average < 0]
    assert day.effect.contrary
    assert day.value * day.average < 0
    assert day.turned_round == pytest.approx(len(turned) / len(day.others))
    assert 0.1 < day.turned_round < 0.5
    assert day.share == pytest.approx(
        (np.mean(np.less(turned, day.value)) + np.mean(np.less_equal(turned, day.value))) / 2
    )


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"share": 0.39}, False),
        ({"share": 0.61}, False),
        ({"share": float("nan")}, False),
        ({"value": -0.1}, False),
        ({"value": 0.0}, False),
        ({"value": 0.04}, False),
        ({"agree": False}, False),
    ],
)
def test_a_median_day_has_all_of_it(change, fits):
    effect = Effect(says="x.", measure="match", at_least=0.5)
    day = days.ShownDay(effect, 0.1, 0.1, (0.0, 0.2), 0.5, 0.0, True)
    assert replace(day, **change).median == fits
    contrary = replace(day, effect=effect.changed({"contrary": True}), value=-day.value)
    assert contrary.median
    assert not replace(contrary, value=0.1).median


def test_an_effect_that_cannot_be_gets_one_sentence():
    for said, sentence in (
        ({"measure": "protest"}, "Unknown measure 'protest'"),
        ({"also": ["macth"]}, "Did you mean 'match'"),
        ({"measure": "grid_entropy"}, "Unknown measure 'grid_entropy'"),  # the law has none
    ):
        with pytest.raises(ds.DyadsimError, match=sentence):
            Effect(**{"says": "x.", "measure": "match", **said})


# Of two sessions


def session_of(infant, mother, ends=None):
    states = tuple(np.array([each], dtype=np.int8) for each in (infant, mother))
    ends = ends or [len(infant)]
    return ds.Session(["x"], [f"e{n}" for n in range(len(ends))], ends, states=(*states, None))


def test_sessions_part_at_the_first_second_in_which_one_of_four_lanes_differs():
    one = session_of([4, 3, 2, 2], [5, 5, 4, 4])
    assert parting(one, session_of([4, 3, 2, 2], [5, 5, 4, 4])) is None
    assert parting(one, session_of([4, 3, 2, 1], [5, 5, 4, 4])) == 3
    assert parting(one, session_of([4, 3, 2, 1], [5, 3, 4, 4])) == 1
    assert parting(one, session_of([0, 3, 2, 2], [5, 5, 4, 4])) == 0
    assert parting(one, session_of([4, 3, 2, 2, 0], [5, 5, 4, 4, 0])) is None


def test_the_longest_mismatch_ends_with_its_episode():
    infant, mother = [4, 0, 0, 4, 0, 0, 0, 0], [5] * 8
    assert longest_mismatch(session_of(infant, mother)) == 4
    assert longest_mismatch(session_of(infant, mother, [7, 8])) == 3
    assert longest_mismatch(session_of([4] * 3, [5] * 3)) == 0
    assert longest_mismatch(session_of([0] * 3, [-1] * 3)) == 0  # not coded


# The command that finds them


def test_seeds_that_are_found_fulfil_the_criterion():
    case = CASES["what-support-changes, 3. A coached moment"]
    seed = case.luck[0]
    assert seed in [*MEDIAN.search([case], range(seed, seed + 1))]
    found = next(MEDIAN.search([case], range(1_000, 3_000)))
    assert shown_day(case.effect, case.with_seed(found).shown).median


def test_the_command_tells_of_all_that_ships(capsys, monkeypatch):
    monkeypatch.setattr(MEDIAN, "cases", lambda: [CASES["depressed"]])
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(MEDIAN, "share_of_seconds", lambda _: 0.75)
    MEDIAN.main(search_=0, first=1, most=1, only="")
    out = capsys.readouterr().out
    assert "depressed" in out
    assert "shows at 75%" in out
