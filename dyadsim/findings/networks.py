"""Findings on support networks: how many ties mothers have, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import cohens_d
from ..measurement.instruments import Instrument
from ..theory.tie_rules import FRIEND, GROUP, KIN, NEIGHBOUR, PROFESSIONAL
from .agreement import Number, Part, Words, correlation, visible, within
from .family_studies import LEVEL, FamilyStudies, slopes, standard
from .longitudinal_studies import odds_ratio
from .registry import finding
from .tie_counts import matrix_of

_BEFORE, _AFTER = -10, 13  # weeks of his life between which what birth changes is looked at
_NEAR_RATE = 1.5  # times that a chance a week may be off
_HIGH = 61  # points of the support scale: high, as users of such scales read it (5.1 of 7)
_APART = 18  # points, one and a half standard deviations
_LOW = 48  # one and a half standard deviations below the mean
_LONELY = 6  # points of the loneliness scale from which people are called lonely
_PRENATAL, _HALF_YEAR, _YEAR = -8, 26, 52
_SHARE = 0.05  # how near a share must come that is published without an interval


# How many there are ---------------------------------------------------------------------------------------------------


def _counts(studies: FamilyStudies, design: str, week: int, kinds: Iterable[int]) -> NDArray[np.float64]:
    """(families,) ties of some kinds that each mother has at a week."""
    course = studies.course(design)
    ties = course.around[week - course.weeks.start].ties
    numbers = course.families.numbers
    of_kind = np.isin(ties.kind, list(kinds))
    return np.bincount(np.searchsorted(numbers, ties.who[of_kind]), minlength=len(numbers)).astype(float)


@finding("F001", level=LEVEL, sets=True)
def _fewer_ties_more_support(studies: FamilyStudies, id: str) -> Words:
    """Ties out of the community, and the support scale, three months after birth against ten weeks before it."""
    outside = (KIN, FRIEND, PROFESSIONAL)
    ties = cohens_d(*(_counts(studies, "universal", week, outside) for week in (_AFTER, _BEFORE)))
    felt = cohens_d(*(studies.state("universal", "support", week) for week in (_AFTER, _BEFORE)))
    return Words((visible("ties", ties, -1), Part("perceived support (d)", felt, +1, 0.05)))


@finding("F009", level=LEVEL, sets=True)
def _ties_turn_local(studies: FamilyStudies, id: str) -> Words:
    """Friends out of the community fewer, neighbours more, half a year after birth against ten weeks before it.
    Acquaintances are not told apart from neighbours."""
    friends, neighbours = (
        cohens_d(*(_counts(studies, "universal", week, [kind]) for week in (_HALF_YEAR, _BEFORE)))
        for kind in (FRIEND, NEIGHBOUR)
    )
    return Words((visible("friends", friends, -1), visible("neighbours", neighbours, +1)))


@finding("F015", level=LEVEL, sets=True)
def _confidants(studies: FamilyStudies, id: str) -> Number:
    """Mean number of persons on whom a mother can count eight weeks before birth (within .3)."""
    return within(id, studies.course("universal").network(_PRENATAL)["persons"].mean(), near=0.3)


@finding("F016", level=LEVEL)
def _no_confidant(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers who can count on nobody, eight weeks before birth (within .05)."""
    persons = studies.course("universal").network(_PRENATAL)["persons"]
    return within(id, float((persons == 0).mean()), near=_SHARE)


@finding("F040", level=LEVEL, sets=True)
def _contacts(studies: FamilyStudies, id: str) -> Number:
    """Mean number of ties beside the partner at half a year, 10 to 11."""
    every = _counts(studies, "universal", _HALF_YEAR, range(5))
    return Number(float(every.mean()), 10.0, 11.0, 10.5)


@finding("F045", level=LEVEL, sets=True)
def _who_supports(studies: FamilyStudies, id: str) -> Words:
    """Six weeks after birth: share of mothers who count on a partner above those who count on kin, kin above friends,
    and professionals give no emotional support."""
    course = studies.course("universal")
    ties = course.ties(6)
    counted = ties[ties["counted_on"]]
    share = {
        kind: counted[counted["kind"] == kind]["who"].nunique() / len(course.families) for kind in set(ties["kind"])
    }
    partner = float((course.families.has_partner & (studies.state("universal", "couple", 6) >= -0.8)).mean())
    return Words(
        (
            Part("partner above kin (share)", partner - share["kin"], +1, 0.05),
            Part("kin above friends (share)", share["kin"] - share["friend"], +1, 0.05),
            Part("professionals (share)", share["professional"], 0, 0.01),
        )
    )


@finding("F050", level=LEVEL)
def _meets_friends_less(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers who have fewer friends out of the community half a year after birth than ten weeks before it."""
    before, after = (_counts(studies, "universal", week, [FRIEND]) for week in (_BEFORE, _HALF_YEAR))
    return Number(float((after < before).mean()), 0.80, 1.0, 0.80)


# Support, loneliness and symptoms -------------------------------------------------------------------------------------


@finding("F005", level=LEVEL, sets=True)
def _stably_high(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers whose perceived support in pregnancy, before birth and four months after it is high (mean of 61
    points or more) and steady (no two visits 18 points apart; within .1, since the classes were found by a
    mixture model)."""
    mean, steady = _trajectories(studies)
    return within(id, float(((mean >= _HIGH) & steady).mean()), near=0.1)


def _trajectories(studies: FamilyStudies) -> tuple[pd.Series, pd.Series]:
    """Mean of three visits on the support scale, and whether no two of them lie far apart."""
    at = pd.concat([studies.seen("universal", "support-scale", week) for week in (-20, _PRENATAL, 17)], axis=1)
    return at.mean(axis=1), at.max(axis=1) - at.min(axis=1) < _APART


@finding("F006", level=LEVEL)
def _stably_low(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers whose support is low (mean below 48 points) and steady (within .02)."""
    mean, steady = _trajectories(studies)
    return within(id, float(((mean < _LOW) & steady).mean()), near=0.02)


@finding("F007", level=LEVEL)
def _rising(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers who go from below 48 points in pregnancy to 61 or more four months after birth (within .02)."""
    first, last = (studies.seen("universal", "support-scale", week) for week in (-20, 17))
    return within(id, float(((first < _LOW) & (last >= _HIGH)).mean()), near=0.02)


@finding("F041", level=LEVEL)
def _contacts_and_kin(studies: FamilyStudies, id: str) -> Words:
    """EPDS at half a year with the number of contacts (lower) and, given it, with the share of those counted on who are
    kin (higher)."""
    course = studies.course("universal")
    ties = course.ties(_HALF_YEAR)
    counted = ties[ties["counted_on"]]
    kin = (counted["kind"] == "kin").groupby(counted["who"]).mean()
    many = ties.groupby("who").size()
    epds = studies.seen("universal", "epds", _HALF_YEAR)[kin.index]
    by_number, by_kin = slopes(standard(epds), standard(many[kin.index]), standard(kin))
    return Words((Part("contacts (beta)", by_number, -1, 0.03), Part("share of kin (beta)", by_kin, +1, 0.03)))


@finding("F043", level=LEVEL, sets=True)
def _support_and_bond(studies: FamilyStudies, id: str) -> Words:
    """Ten weeks before birth: the bond to the expected child goes with perceived support (r .2 and more), more than it
    does with depression and anxiety."""
    bond = -studies.seen("universal", "bonding-problems", _BEFORE)
    r = {
        name: abs(correlation(bond, studies.seen("universal", name, _BEFORE)))
        for name in ("support-scale", "epds", "anxiety-scale")
    }
    least = r["support-scale"] - max(r["epds"], r["anxiety-scale"])
    return Words(
        (Part("support (r)", r["support-scale"], +1, 0.2), Part("above depression and anxiety (r)", least, +1, 0))
    )


def _lonely(studies: FamilyStudies, week: int = _HALF_YEAR) -> pd.Series:
    return studies.seen("universal", "loneliness-scale", week) >= _LONELY


@finding("F046", level=LEVEL)
def _often_lonely(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers who are lonely at half a year (6 points or more of 9; within .05)."""
    return within(id, float(_lonely(studies).mean()), near=_SHARE)


@finding("F048", level=LEVEL, sets=True)
def _single_and_lonely(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of being lonely, single against partnered mothers (published .54 against .38; 1.5 times)."""
    single = pd.Series(~studies.course("universal").families.has_partner, index=_lonely(studies).index)
    return within(id, odds_ratio(_lonely(studies), single), published=1.9, near=_NEAR_RATE, ratio=True)


@finding("F061", level=LEVEL)
def _degrees(studies: FamilyStudies, id: str) -> Number:
    """How many per cent likelier a mother is to be depressed if one two ties away is, at half a year (within 15)."""
    course = studies.course("universal")
    matrix = matrix_of(course, course.around[_HALF_YEAR - course.weeks.start].ties)
    either = (matrix | matrix.swapaxes(1, 2)).astype(float)
    apart = (either @ either > 0) & (either == 0) & ~np.eye(matrix.shape[1], dtype=bool)
    depressed = (studies.seen("universal", "epds", _HALF_YEAR) >= Instrument.load("epds").cut).to_numpy()
    ill = depressed.reshape(len(matrix), -1)
    one, other = np.broadcast_to(ill[:, :, None], apart.shape), np.broadcast_to(ill[:, None, :], apart.shape)
    more = 100 * (one[apart & other].mean() / one[apart].mean() - 1)
    return Number(float(more), 28.0, 58.0, 43.0)


@finding("F063", level=LEVEL, sets=True)
def _low_mood_does_not_spread(studies: FamilyStudies, id: str) -> Words:
    """Mothers who are well at half a year: their symptoms half a year on, given their own, do not follow the low mood
    of their friends in the community (beta)."""
    low = _friends(studies, well=False)
    now, then = (studies.state("universal", "depression", week) for week in (_HALF_YEAR, _YEAR))
    well = now < 1.0
    beta = slopes(standard(then[well]), standard(now[well]), standard(low[well]))[1]
    return Words((Part("friends in low mood (beta)", beta, 0, 0.05),))


def _friends(studies: FamilyStudies, well: bool) -> pd.Series:
    """Friends in the community who are well, or who are not, of each mother at half a year."""
    course = studies.course("universal")
    network = course.network(_HALF_YEAR)
    every = _counts(studies, "universal", _HALF_YEAR, (NEIGHBOUR, GROUP))
    friends = network["well_friends"].to_numpy()
    return pd.Series(friends if well else every - friends, index=network.index)


@finding("F064", level=LEVEL)
def _recovery_spreads(studies: FamilyStudies, id: str) -> Number:
    """Depressed mothers at half a year: how many times as many are well at a year with three well friends in the
    community or more, against none (1.5 times)."""
    now, then = (studies.seen("universal", "epds", week) for week in (_HALF_YEAR, _YEAR))
    ill, friends = now >= Instrument.load("epds").cut, _friends(studies, well=True)
    some, none = (float((then < Instrument.load("epds").cut)[ill & who].mean()) for who in (friends >= 3, friends == 0))
    return within(id, some / none, published=2.0, near=_NEAR_RATE, ratio=True)


@finding("F069", level=LEVEL, sets=True)
def _groups_and_loneliness(studies: FamilyStudies, id: str) -> Number:
    """Loneliness scale at the end of the group for new parents, those who came against their twins (d)."""
    course, twins = studies.course("new parents"), studies.twins("new parents")
    came = course.development.treatments[0].attended.takes_up[course.families.mothers_at]
    own, other = (each.mothers.observe("loneliness-scale", 14)[14][came] for each in (course, twins))
    return within(id, cohens_d(own, other))
