"""What a mother's ties give her: perceived support, company, and friends who are well, and how far these pull on
states.

Perceived support follows from the persons on whom she can count, with a threshold near two (Surkan et al. 2006, F020);
loneliness from the company that she wants and has, and from how far her ties know one another, not from their number
alone; symptoms from both, and from friends who are well (Hill, Griffiths & House 2015, doi 10.1098/rspb.2015.1180: low
mood does not spread, recovery does).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..theory.family_parameters import FamilyParameters
from ..theory.tie_rules import FRIEND, HALF_YEAR, KIN, PROFESSIONAL
from .edges import Ties
from .family import Families

__all__ = [
    "LONELY",
    "GivenByTies",
    "counted_on",
    "given_by_counts",
    "given_by_persons",
    "given_by_ties",
    "pulls_of_ties",
]

Numbers = NDArray[np.float64]
YEAR = 52
LONELY = 1.0
"""Loneliness, a standard score, above which a mother is lonely."""


@dataclass(frozen=True, eq=False)
class GivenByTies:
    """What the ties of each mother come to at the start of a week.

    Attributes
    ----------
    persons : (families,) on whom she can count, her partner among them.
    company : (families,) ties that she has, and what a session of a group is worth in them.
    partner : (families,) 1 where she can count on a partner, else 0.
    density : (families,) share of the pairs of them who know one another.
    well_friends : (families,) friends in the community who are well.
    """

    persons: Numbers
    company: Numbers
    partner: Numbers
    density: Numbers
    well_friends: Numbers


def counted_on(ties: Ties, depression: Numbers, week: int, parameters: FamilyParameters) -> NDArray[np.bool_]:
    """Whether the mother who has a tie can count on the other (ties,).

    Kin help more in the year after birth, and where she is in need; a tie of the community counts once the two have
    spent the hours that make a friend (Hall 2019, doi 10.1177/0265407518761225).

    Parameters
    ----------
    ties : of mothers.
    depression : (ties,) of her who has the tie, a standard score.
    week : of his life.
    parameters : of families.
    """
    p = parameters
    kin = p["kin counted on"] * (1 + p["kin in need"] * np.maximum(depression, 0.0))
    if 0 <= week < YEAR:
        kin = kin * p["kin after birth"]
    inside = np.where(
        ties.hours >= p["hours to a friend"],
        p["close friends counted on"],
        np.where(ties.hours >= p["hours to a casual friend"], p["casual friends counted on"], 0.0),
    )
    outside: dict[int, Any] = {KIN: kin, FRIEND: p["friends counted on"], PROFESSIONAL: p["professionals counted on"]}
    share = inside
    for code, counted in outside.items():
        share = np.where(ties.kind == code, counted, share)
    return np.asarray(ties.ready < share)


def given_by_ties(
    families: Families, ties: Ties, sat: Numbers, depression: Numbers, couple: Numbers, week: int
) -> GivenByTies:
    """What ties come to.

    Parameters
    ----------
    families : whose mothers.
    ties : that they have at the start of a week.
    sat : (families,) sessions of groups at which each was in the week before.
    depression, couple : (families,) of the mothers, standard scores.
    week : of his life.
    """
    from .tie_arithmetic import known_of_ties  # numba is imported when first needed

    p = families.parameters
    of_whom = depression[np.searchsorted(families.numbers, ties.who)]
    counts = counted_on(ties, of_whom, week, p)
    found = np.empty((4, len(families)))
    known_of_ties(
        *(families.numbers, families.starts, (ties.who, ties.whom, ties.kind), counts, depression < p["well below"]),
        found,
    )
    return given_by_counts(families, found, sat, couple)


def given_by_counts(families: Families, counts: Numbers, sat: Numbers, couple: Numbers) -> GivenByTies:
    """What ties come to, once they are counted; a partner is one more.

    Parameters
    ----------
    families : whose mothers.
    counts : (4, families) persons on whom she can count; ties; pairs of them who know one another; well friends in the
        community.
    sat : (families,) sessions of groups at which each was in the week before.
    couple : (families,) of the mothers, standard scores.
    """
    p = families.parameters
    persons, ties, acquainted, well_friends = counts
    partner = families.has_partner & (couple >= p["partner counted on from"])
    pairs = ties * (ties - 1) / 2
    density = np.where(pairs > 0, acquainted / np.maximum(pairs, 1.0), 0.0)
    company = ties + families.has_partner + p["company of a session"] * sat
    return GivenByTies(persons + partner, company, partner.astype(np.float64), density, well_friends)


def given_by_persons(persons: Numbers, parameters: FamilyParameters) -> Numbers:
    """What so many persons on whom she can count give: little with one, nearly all with three, a half in between.

    n^4 / (n^4 + h^4)

    Parameters
    ----------
    persons : n, any shape.
    parameters : of families; h is ``persons for support``.
    """
    fourth, half = persons * persons * persons * persons, parameters["persons for support"]
    return fourth / (fourth + half * half * half * half)


def pulls_of_ties(families: Families, given: GivenByTies, states: dict[str, Numbers], week: int) -> dict[str, Numbers]:
    """How far ties pull on the states of mothers, (families,) by state, in standard scores.

    Parameters
    ----------
    families : whose mothers.
    given : by their ties.
    states : (families,) slow states by name.
    week : of his life.
    """
    p = families.parameters
    depression, loneliness = states["depression"], states["loneliness"]
    persons = (given_by_persons(given.persons, p) - p["usual persons"]) / p["spread of persons"]
    had = (given.company - p["usual company"]) / p["spread of company"]
    lacks = (families.company_wanted - had) / np.sqrt(2.0)
    # Friends who are well let a depressed mother come back faster: to her level, so many times as fast.
    friends = np.minimum(given.well_friends, p["well friends count to"])
    faster = np.ones(len(families))
    for n in range(int(p["well friends count to"])):
        faster = np.where(friends > n, faster * p["well friend"], faster)
    low = np.maximum(depression - p["depressed from"], 0.0)
    return {
        "support": p["persons -> support"] * persons
        - p["depression -> support"] * depression
        - p["couple -> support, by persons"] * states["couple"]
        + p["birth -> support"] * (0 <= week < HALF_YEAR),
        "bonding": (week < 0)
        * (
            p["support -> bonding, before birth"] * states["support"]
            + p["stress -> bonding, less before birth"] * states["stress"]
        ),
        "loneliness": p["company -> loneliness"] * lacks
        - p["no partner -> loneliness"] * (given.partner - p["usual partner"])
        - p["density -> loneliness"] * (given.density - p["usual density"])
        + p["depression -> loneliness"] * depression,
        "depression": -p["persons -> depression"] * persons
        - p["support -> depression"] * states["support"]
        + p["loneliness -> depression, lonely"] * np.maximum(loneliness - LONELY, 0.0)
        - (faster - 1.0) * low
        + np.sqrt(p["communities differ"]) * families.own_of_community,
    }
