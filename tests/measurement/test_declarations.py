"""Every measure is declared once: what is computed is declared, and what is declared is computed."""

import pytest

import dyadsim as ds
from dyadsim.development.play import lived_measures
from dyadsim.measurement.declarations import GROUPS, MEASURES, SOON, SURVIVAL, WEEKLY_MEASURES, measures_of
from dyadsim.measurement.measures import are_brief, in_short, interaction_measures, need_grid
from dyadsim.theory.slow_states import LIVED, LOADS, SLOW
from dyadsim.theory.states import VALENCE, match_scheme


def columns(frame):
    return [name for name in frame if name not in ("dyad", "episode", "week")]


def test_a_simulated_session_has_the_measures_declared_in_their_order(still_face):
    assert columns(still_face.measures()) == [name for name, one in MEASURES.items() if one.of_sessions]


def test_the_law_has_all_of_them_but_the_grids(still_face):
    assert columns(ds.law(still_face.cohort).measures()) == [name for name, one in MEASURES.items() if one.of_law]


def test_a_coded_session_has_all_of_its_states_but_arousal():
    coded = ds.read_coded("mangold_3532goodman")
    declared = [name for name, one in measures_of(VALENCE).items() if one.group != "arousal"]
    assert columns(coded.measures()) == declared
    assert "infant_negative_bout" in declared
    assert "infant_protest" not in declared


def test_a_course_keeps_the_weekly_measures_in_their_order():
    course = ds.develop(ds.Cohort.sample(2, seed=1), 1, seed=1)
    assert columns(course.frame()) == [*SLOW, *LOADS, *WEEKLY_MEASURES]
    assert list(course.measures) == list(WEEKLY_MEASURES)


def test_the_lived_measures_are_those_that_development_knows(still_face):
    lived = {name for name, one in MEASURES.items() if one.group == "lived"}
    assert list(LIVED) == list(lived_measures(still_face.measures()))
    assert set(LIVED) == lived | {"answered"}  # which is a measure of one session as well
    assert set(LIVED) < set(WEEKLY_MEASURES)


def test_in_brief_there_are_those_that_are_declared_brief(still_face):
    scheme = match_scheme("strict")
    brief = interaction_measures(still_face._tally(scheme), scheme, brief=True)
    assert list(brief) == [name for name, one in MEASURES.items() if one.of_law and one.brief]


@pytest.mark.parametrize("name", [name for name, one in MEASURES.items() if one.of_sessions])
def test_a_measure_asked_for_alone_is_the_same(still_face, name):
    assert still_face.measures(only=[name])[name].equals(still_face.measures()[name])
    assert are_brief([name]) == MEASURES[name].brief
    assert need_grid([name]) == (not MEASURES[name].of_law)


@pytest.mark.parametrize("wrong", ["infant_self_contingncy", "infant_protest_bot", "grid_entrop"])
def test_a_wrong_name_gets_the_nearest_of_all_measures(still_face, wrong):
    near = {"infant_self_contingncy": "infant_self_contingency", "infant_protest_bot": "infant_protest_bout"}
    with pytest.raises(ds.DyadsimError, match=f"Did you mean '{near.get(wrong, 'grid_entropy')}'"):
        still_face.measures(only=["match", wrong])


def test_a_table_for_people_leaves_out_bouts_and_lengths_and_what_is_no_measure(still_face):
    short = in_short(map(str, still_face.measures()))
    assert not {"dyad", "episode", "seconds", "ruptures", "infant_bouts_per_min", "mother_vocal_bout"} & set(short)
    assert {"match", "repaired", "infant_protest", "grid_entropy", "mother_self_contingency", *SURVIVAL} < set(short)
    assert in_short(["infant_negative", "infant_protest"], VALENCE) == ["infant_negative"]


def test_every_declaration_says_unit_and_meaning_and_is_of_a_group_that_is_shown():
    assert {one.group for one in MEASURES.values()} == set(GROUPS)
    assert all(one.name == name and one.unit and one.meaning and one.short for name, one in MEASURES.items())
    assert MEASURES["mother_vocal"].short == "mother vocal"
    assert MEASURES["match"].short == "in match"
    assert SOON in SURVIVAL
