"""What ties give: a threshold near two persons, kin in need, density counted by hand."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.community.edges import Ties
from dyadsim.community.support_network import counted_on, given_by_persons, given_by_ties
from dyadsim.theory.tie_rules import FRIEND, GROUP, KIN, NEIGHBOUR, OUTSIDE, PROFESSIONAL

P = ds.FamilyParameters.default().replace({"kin after birth": 1.5})


def edges(*rows):
    who, whom, kind, hours, ready = np.array(sorted(rows), dtype=float).T
    whole = (each.astype(np.int64) for each in (who, whom, kind))
    return Ties(*whole, np.zeros(len(rows), dtype=np.int64), ready, hours)


def test_persons_count_most_near_two():
    given = given_by_persons(np.arange(6.0), P)
    steps = np.diff(given)
    assert given[0] == 0 and steps.argmax() in (0, 1, 2) and steps[-1] < 0.05
    assert given_by_persons(np.array([P["persons for support"]]), P) == pytest.approx(0.5)


def test_who_is_counted_on_follows_kind_hours_and_need():
    ties = edges(
        (0, 1, NEIGHBOUR, 10, 0.0), (0, 2, GROUP, 60, 0.0), (0, 3, NEIGHBOUR, 95, 0.0),
        (0, OUTSIDE, KIN, 0, P["kin counted on"] * 1.1), (0, OUTSIDE + 60, FRIEND, 0, 0.0),
        (0, OUTSIDE + 120, PROFESSIONAL, 0, 0.0),
    )  # fmt: skip
    well = counted_on(ties, np.zeros(len(ties)), -5, P)
    assert well.tolist() == [False, True, True, False, True, False]
    assert counted_on(ties, np.full(len(ties), 3.0), -5, P)[3]  # kin come where there is need
    assert counted_on(ties, np.zeros(len(ties)), 10, P)[3]  # and after a birth


def test_density_counts_pairs_who_know_one_another():
    families = ds.Families.sample(4, seed=1, community_size=4, partners=False)
    kin = [(0, OUTSIDE + k, KIN, 0, 0.99) for k in range(3)]
    ties = edges((0, 1, NEIGHBOUR, 95, 0.0), (0, 2, NEIGHBOUR, 95, 0.0), (2, 1, NEIGHBOUR, 95, 0.0), *kin)
    nothing = np.zeros(4)
    given = given_by_ties(families, ties, nothing, np.array([0.0, 2.0, 0.0, 0.0]), nothing, -5)
    # Five ties of the first: ten pairs, of which three of kin and the two neighbours know one another.
    assert given.density[0] == pytest.approx(0.4) and given.company[0] == 5
    assert given.persons.tolist() == [2, 0, 1, 0]
    assert given.well_friends.tolist() == [1, 0, 0, 0]  # one of the two is depressed
    assert vars(given).keys() == {"persons", "company", "partner", "density", "well_friends"}


def test_a_session_of_a_group_is_company():
    families = ds.Families.sample(4, seed=1, community_size=4, partners=False)
    nothing = np.zeros(4)
    told = [
        given_by_ties(families, edges((0, 1, NEIGHBOUR, 5, 0.5)), sat, nothing, nothing, 5).company
        for sat in (nothing, np.array([0.0, 0, 1, 0]))
    ]
    assert (told[1] - told[0]).tolist() == [0, 0, P["company of a session"], 0]


def test_an_available_partner_is_a_person_to_count_on():
    families = ds.Families.sample(6, seed=1, community_size=6, partners=1.0)
    nothing, couple = np.zeros(6), np.array([1.0, -3, 1, -3, 1, 1])
    given = given_by_ties(families, Ties.none(), nothing, nothing, couple, 5)
    assert given.persons.tolist() == given.partner.tolist() == [1, 0, 1, 0, 1, 1]
