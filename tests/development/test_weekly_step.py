"""Weeks are stepped one after another, and know no course."""

from itertools import islice, pairwise

import numpy as np
import pytest

import dyadsim as ds

OFFERS = [{"name": "peer-support", "start_week": 4}, {"name": "interpersonal-psychotherapy", "start_week": 5}]


@pytest.fixture(scope="module")
def course():
    dyads = ds.Cohort.sample(6, "depressed", seed=5)
    return ds.develop(dyads, 5, OFFERS, days=1, seed=2, first_week=2)


def weeks_of(course, many):
    return list(islice(course.development.weeks(2, course.states[0], {}), many))


def test_a_week_begins_where_the_last_one_ended(course):
    weeks = weeks_of(course, 5)
    assert [week.number for week in weeks] == [2, 3, 4, 5, 6]
    for week, following in pairwise(weeks):
        assert week.after is following.before
    assert np.array_equal(np.stack([week.after for week in weeks]), course.states[1:])


def test_the_states_in_which_an_intervention_began_stay_those_of_its_first_week(course):
    weeks = weeks_of(course, 5)
    assert [set(week.starting_states) for week in weeks] == [
        set(),
        set(),
        {"peer-support"},
        {"peer-support", "interpersonal-psychotherapy"},
        {"peer-support", "interpersonal-psychotherapy"},
    ]
    for week in weeks[3:]:
        assert week.starting_states["peer-support"] is weeks[2].before
        assert week.starting_states["interpersonal-psychotherapy"] is weeks[3].before
    assert np.array_equal(course.starting_states["interpersonal-psychotherapy"], course.states[3])


def test_shifts_of_neighbours_on_one_state_are_added(course):
    both, week = course.development, 7
    apart = [each.shift(week, course.starting_states[each.name]) for each in both.neighbours]
    together = both.shifts(week, course.starting_states)
    assert set(together) == {state for shifts in apart for state in shifts}
    shared = set(apart[0]) & set(apart[1])
    assert shared
    for state in shared:
        assert np.array_equal(together[state], apart[0][state] + apart[1][state])
        assert np.any(apart[0][state])
        assert np.any(apart[1][state])
