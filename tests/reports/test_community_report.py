"""What is said of a programme in groups: the direct effect, the spillover and the total, of the very mothers meant."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.reports import community_report
from dyadsim.reports.community_report import ALL, CAME, OFFERED_NOTHING, differences, in_short, sets_of_mothers


def lived(share, weeks=20, **offer):
    families = ds.Families.sample(24, seed=3, community_size=24, partners=0.5)
    interventions = [{"name": "peer-support", "start_week": 6, "share": share, "seats": 4, **offer}]
    course = ds.develop(families, weeks, interventions, seed=3)
    return course, course.twins()


@pytest.fixture(scope="module")
def half():
    return lived(0.5, uptake=0.7)


def test_sets_are_of_who_came_who_was_offered_nothing_and_all(half):
    course, _ = half
    sets = sets_of_mothers(course)
    numbers = course.families.numbers
    assert set(numbers[sets[CAME]]) == set(course.groups()["family"])
    assert not (sets[CAME] & sets[OFFERED_NOTHING]).any()
    declined = ~(sets[CAME] | sets[OFFERED_NOTHING])
    assert declined.any()  # offered a place, and did not come
    taken_up = course.attended().set_index("dyad")["taken_up"]
    assert taken_up[numbers[sets[CAME]]].all()
    assert not taken_up[numbers[~sets[CAME]]].any()
    assert sets[ALL].all()


def test_differences_are_those_of_mothers_from_their_twins(half):
    course, twins = half
    table = differences(course, twins).set_index(["who", "week"])
    assert [*table.index] == [(who, week) for who in (CAME, OFFERED_NOTHING, ALL) for week in (16, 20)]
    here, there = (each.mothers.at(16)["loneliness"].to_numpy() for each in half)
    came = sets_of_mothers(course)[CAME]
    assert table.loc[(CAME, 16), "loneliness"] == pytest.approx((here - there)[came].mean())
    assert table.loc[(ALL, 16), "loneliness"] == pytest.approx((here - there).mean())

    def inside(course, week):
        ties = course.ties(week)
        return [int(((ties["who"] == n) & (ties["whom"] >= 0)).sum()) for n in course.families.numbers]

    difference = np.subtract(inside(course, 20), inside(twins, 20))
    assert table.loc[(CAME, 20), "ties"] == pytest.approx(difference[came].mean())


def test_sentences_say_the_numbers_of_the_table_and_that_it_is_one_community(half):
    course, twins = half
    said = in_short(course, differences(course, twins))
    row = differences(course, twins).set_index(["who", "week"]).loc[(CAME, 20)]
    count = int(row["mothers"])
    assert said[0].startswith(f"{count} mothers sat in ")
    assert said[1].startswith(f"Direct effect in week 20: the {count} mothers who sat in groups, beside their twins: ")
    assert f"({row['depression']:+.2f})" in said[1]
    assert said[2].startswith("Spillover: the ")
    assert said[3].startswith("In total: all 24 mothers of the community")
    assert "one community of 24 families with one luck" in said[-1]


def test_where_all_are_offered_it_there_is_no_spillover_to_see():
    course, twins = lived(1.0, weeks=8)
    said = in_short(course, differences(course, twins))
    assert "It was offered to all, so there is no spillover to see." in said
    assert not any("Spillover" in each for each in said)


def test_where_nobody_comes_both_are_the_same():
    course, twins = lived(0.5, weeks=8, uptake=0)
    assert in_short(course, differences(course, twins)) == [
        "Nobody came to a group, so the community and its twin are the same."
    ]
    np.testing.assert_array_equal(course.states, twins.states)
    assert (differences(course, twins)[["loneliness", "depression", "support", "ties"]] == 0).all(axis=None)
    assert CAME not in community_report.sets_of_mothers(course)
