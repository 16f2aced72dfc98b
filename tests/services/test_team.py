"""Teams: hours are given in order and never twice, families are held by whoever has fewest, and nobody is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from serving import nurse

from dyadsim.common.random_numbers import WeeklyLuck
from dyadsim.services.staff import Staff
from dyadsim.services.team import Team


def team(families=40, unlimited=False, **changes):
    return Team(Staff(**nurse(**changes)), families, 0, WeeklyLuck(1), unlimited)


@given(hours=some.lists(some.floats(0.1, 5), max_size=30), there=some.floats(0.5, 60))
def test_hours_are_given_in_order_as_long_as_there_are_any(hours, there):
    nurses = team(per_1000=25, hours=there)  # one nurse for forty families
    nurses.begin_week(0)
    half = len(hours) // 2
    given = np.concatenate(
        [nurses.granted(np.array(part)) for part in (hours[:half], hours[half:]) if part] or [np.zeros(0, bool)]
    )
    used = sum(hour for hour, is_given in zip(hours, given, strict=True) if is_given)
    assert used == pytest.approx(nurses.used)
    assert used <= there + 1e-6
    for part in (given[:half], given[half:]):
        assert (np.diff(part.astype(int)) <= 0).all()  # once they are out, they are out
    nurses.begin_week(1)
    assert (nurses.left, nurses.used) == (there, 0)


def test_part_of_a_post_saves_its_hours_until_they_are_a_week_of_a_person():
    nurses, given = team(40, per_1000=5, hours=10), []  # a fifth of a post: two hours a week
    for week in range(12):
        nurses.begin_week(week)
        given.append(bool(nurses.granted(np.array([5.0]))[0]))
    assert given == [False, False, True, False, True] * 2 + [False, False]
    for week in range(9):
        nurses.begin_week(week)
    assert nurses.left == 10


@given(steps=some.lists(some.tuples(some.booleans(), some.sets(some.integers(0, 19), min_size=1)), max_size=20))
def test_families_are_held_evenly_and_as_long_as_they_are_in_a_programme(steps):
    nurses, held = team(20, per_1000=200, caseload=6), np.zeros(20, dtype=int)
    for takes, chosen in steps:
        some_families = np.array(sorted(chosen))
        if takes:
            nurses.take(some_families)
            held[some_families] += 1
        elif (theirs := some_families[held[some_families] > 0]).size:
            nurses.let_go(theirs)
            held[theirs] -= 1
        assert ((nurses.person >= 0) == (held > 0)).all()
        assert nurses.held == (held > 0).sum()
        assert nurses.room == max(24 - nurses.held, 0)


def test_who_leaves_is_replaced_and_families_have_another_person():
    nurses = team(40, per_1000=250, turnover=0.5)
    nurses.take(np.arange(40))
    assert np.bincount(nurses.person).tolist() == [4] * 10
    changed = [nurses.begin_week(week) for week in range(52 * 40)]
    for families in changed:
        assert len(families) % 4 == 0  # all of one person
    leavers = sum(len(families) / 4 for families in changed)
    # Half of ten posts a year for forty years, as a rate: 277; five standard deviations are 83.
    assert abs(leavers - 40 * 52 * 10 * (1 - 0.5 ** (1 / 52))) < 83
    assert nurses.held == 40


def test_without_limits_there_are_hours_and_room_for_all():
    nurses = team(unlimited=True, hours=1.0, caseload=1)
    nurses.begin_week(0)
    assert nurses.granted(np.full(500, 9.0)).all()
    assert nurses.room == np.inf
