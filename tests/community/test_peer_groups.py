"""Seats of groups: nobody's depends on who stays away, and a group fits into a community."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.common.random_numbers import WeeklyLuck
from dyadsim.community.peer_groups import check_size, seats

FAMILIES = ds.Families.sample(40, seed=1, community_size=20, partners=False)


@settings(max_examples=30, deadline=None)
@given(size=st.integers(2, 20), coming=st.lists(st.booleans(), min_size=40, max_size=40), seed=st.integers(0, 99))
def test_groups_are_of_one_community_and_about_their_size(size, coming, seed):
    comes = np.array(coming)
    seat = seats(FAMILIES, "a group", comes, size, WeeklyLuck(seed))
    assert np.array_equal(seat >= 0, comes)
    for group in np.unique(seat[seat >= 0]):
        members = FAMILIES.community[seat == group]
        assert len(set(members)) == 1
        few = comes[FAMILIES.community == members[0]].sum()
        assert min(few, size / 2) <= len(members) < 1.5 * size + 1


def test_who_stays_away_changes_nobodys_group_in_another_community():
    luck, comes = WeeklyLuck(3), np.ones(40, dtype=bool)
    fewer = comes.copy()
    fewer[25] = False
    one, other = (seats(FAMILIES, "a group", each, 5, luck)[:20] for each in (comes, fewer))
    assert np.array_equal(one, other)


def test_a_group_larger_than_its_community_is_refused():
    assert check_size(FAMILIES, 20) == 20
    with pytest.raises(ds.DyadsimError, match="group of 21 mothers is larger than a community of 20 families"):
        check_size(FAMILIES, 21)
