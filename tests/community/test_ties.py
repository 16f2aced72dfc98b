"""Ties: a week of them is the rule of two, pair by pair, whoever lives beside them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.common.random_numbers import WeeklyLuck
from dyadsim.community.edges import Ties
from dyadsim.community.ties import TieChances, ties_after, ties_at_first
from dyadsim.theory.tie_rules import BEGIN_OR_END, CLOSE_AT, FRIEND, GROUP, KIN, OUTSIDE, chance_to_begin

SIZE = 8
BUSY = ds.FamilyParameters.default().replace({"meeting in a community": 0.05})


def communities(families=2 * SIZE, first=0, **how):
    return ds.Families.sample(families, seed=2, first=first, community_size=SIZE, parameters=BUSY, **how)


def lived(families, weeks, openness=None, groups=None, seed=5):
    """Ties of families after so many weeks from none."""
    ties = Ties.none()
    openness = np.ones(len(families)) if openness is None else openness
    groups = np.full((0, len(families)), -1) if groups is None else groups
    for week in range(weeks):
        ties = ties_after(families, week, ties, openness, groups, WeeklyLuck(seed))
    return ties


def pairs(ties):
    return set(zip(ties.who[ties.inside].tolist(), ties.whom[ties.inside].tolist(), strict=True))


def by_the_rule(families, week, ties, openness, luck):
    """The pairs that are tied at the end of a week, asked one by one of the rule (no groups)."""
    chances, tied = TieChances.of(families.parameters), pairs(ties)
    since = {(a, b): s for a, b, s in zip(ties.who, ties.whom, ties.since, strict=True)}
    either = tied | {(b, a) for a, b in tied}
    place = {int(number): n for n, number in enumerate(families.numbers)}
    found = set()
    for one in place:
        for other in place:
            if one == other or one // SIZE != other // SIZE:
                continue
            if max(families.here_from[place[one]], families.here_from[place[other]]) > week:
                continue
            draw, named = luck.between(one, other, week, BEGIN_OR_END), (other, one) in tied
            if (one, other) in tied:
                age = min(week - since[one, other], CLOSE_AT)
                if draw >= chances.loss[age] * (chances.odds[3] if named else 1.0):
                    found.add((one, other))
                continue
            meeting = chances.meeting[int(week < 0), 0]
            meeting = max(meeting, chances.meeting[0, 1]) if named else meeting
            shared = any((one, third) in either and (other, third) in either for third in place)
            different = bin(families.status[place[one]] ^ families.status[place[other]]).count("1")
            has = sum(a == one for a, _ in tied)
            by = (chances.odds[4], chances.odds[0], chances.odds[1], chances.odds[2])
            asked = (meeting, float(shared), float(named), different, has, openness[place[one]], *by)
            if draw < chance_to_begin(*asked):
                found.add((one, other))
    return found


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**40), start=st.integers(-20, 60), low=st.floats(0.2, 1.0))
def test_a_week_is_the_rule_of_two_for_every_pair(seed, start, low):
    families = communities().with_setting("migration", 0.3)
    luck, ties = WeeklyLuck(seed), Ties.none()
    openness = np.linspace(low, 1.0, len(families))
    nobody = np.full((0, len(families)), -1)
    for week in range(start, start + 6):
        told = by_the_rule(families, week, ties, openness, luck)
        ties = ties_after(families, week, ties, openness, nobody, luck)
        assert pairs(ties) == told


def test_ties_of_a_community_do_not_depend_on_others():
    whole, one, other = communities(), communities(SIZE), communities(SIZE, first=SIZE)
    alone = pairs(lived(one, 20)) | pairs(lived(other, 20))
    assert pairs(lived(whole, 20)) == alone
    assert alone


def test_a_family_that_is_tied_to_nobody_changes_nobody():
    families = communities()
    ties, weeks = Ties.none(), 12
    touched, quiet = set(), np.full((0, len(families)), -1)
    for week in range(weeks):
        ties = ties_after(families, week, ties, np.full(len(families), 0.15), quiet, WeeklyLuck(5))
        touched |= {number for pair in pairs(ties) for number in pair}
    untouched = sorted(set(families.numbers.tolist()) - touched)
    assert untouched and touched
    left = families[~np.isin(families.numbers, untouched[:1])]
    assert pairs(lived(left, weeks, np.full(len(left), 0.15))) == pairs(ties)


def test_ties_are_made_where_people_meet():
    families = ds.Families.sample(
        24, seed=2, community_size=12, parameters=BUSY.replace({"meeting in a community": 0, "meeting in a group": 0.2})
    )
    seats = np.where(np.arange(24) % 12 < 4, families.community * 12, -1)[None]
    ties = lived(families, 6, groups=seats)
    assert pairs(ties) and all(ties.kind[ties.inside] == GROUP)
    sat = set(families.numbers[seats[0] >= 0].tolist())
    assert {number for pair in pairs(ties) for number in pair} <= sat
    assert all(one // 12 == other // 12 for one, other in pairs(ties))


def test_hours_together_grow_and_friends_come_after_them():
    families = communities()
    one, later = lived(families, 10), lived(families, 11)
    before = dict(zip(zip(one.who, one.whom, strict=True), one.hours, strict=True))
    after = dict(zip(zip(later.who, later.whom, strict=True), later.hours, strict=True))
    grown = [after[pair] - before[pair] for pair in before if pair in after]
    assert grown and set(grown) <= {3.0, 6.0}


def test_ties_at_first_are_the_families_own_and_kin_are_many():
    families = ds.Families.sample(400, seed=1)
    ties = ties_at_first(families, 0)
    assert np.array_equal(ties.hours, ties_at_first(families, 0).hours)
    kin = np.bincount(ties.who[ties.kind == KIN], minlength=400)
    assert kin.mean() == pytest.approx(families.parameters["kin"], abs=0.75)  # 4 standard errors
    assert kin.var() > 1.5 * kin.mean()
    assert (ties.whom[np.isin(ties.kind, [KIN, FRIEND])] >= OUTSIDE).all()


def test_who_has_come_anew_has_fewer_ties():
    families = ds.Families.sample(400, seed=1).with_setting("migration", 0.5)
    ties = ties_at_first(families, 0)
    inside = np.bincount(ties.who[ties.inside], minlength=400)
    kin = np.bincount(ties.who[ties.kind == KIN], minlength=400)
    for counts in (inside, kin):
        assert counts[families.came_anew].mean() < 0.8 * counts[~families.came_anew].mean()


def test_loss_falls_as_ties_grow_old():
    loss = TieChances.of(ds.FamilyParameters.default()).loss
    assert (np.diff(loss[8:]) <= 0).all() and loss[0] < loss[8] and loss[-1] < 0.003


def test_ties_may_be_given_and_go_on_from_there():
    families = communities().with_ties([(0, 1), (1, 0, 120.0), (9, 10)])
    first = ties_at_first(families, 0)
    assert pairs(first) == {(0, 1), (1, 0), (9, 10)}
    hours = {(a, b): h for a, b, h in zip(first.who, first.whom, first.hours, strict=True)}
    assert hours[0, 1] == BUSY["hours to a friend"] and hours[1, 0] == 120
    assert pairs(ties_at_first(families[:SIZE], 0)) == {(0, 1), (1, 0)}
    course = ds.develop(families, 2, seed=1, paradigm=ds.Paradigm(name="m", episodes=[{"name": "p", "seconds": 2}]))
    assert pairs(course.around[0].ties) == pairs(first) <= pairs(course.around[1].ties) | pairs(first)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([(0, 99)], "from family 0 to 99 is to nobody: there is no family 99"),
        ([(3, 3)], "ties are between two mothers of one community"),
        ([(0, 9)], "of one community, which has 8 families"),
        ([(0, 1), (0, 1)], "A tie is given twice"),
        ([(0, 1, -5.0)], "Hours together are numbers from 0 on"),
        ("friends", "rows of who, whom and, if known, hours together"),
        ([(0,)], "rows of who, whom"),
    ],
)
def test_a_tie_that_cannot_be_is_refused_in_one_sentence(table, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        communities().with_ties(table)
