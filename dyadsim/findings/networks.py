"""Findings on support networks: how many ties there are, how they begin and end, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import cohens_d
from ..development.course import Course
from ..measurement.instruments import Instrument
from ..theory.tie_rules import FRIEND, GROUP, KIN, NEIGHBOUR, PROFESSIONAL
from .agreement import Number, Part, Words, correlation, visible, within
from .family_studies import FamilyStudies
from .longitudinal_studies import odds_ratio
from .registry import finding
from .tie_counts import Between, between, matrix_of, reciprocity, transitivity

LEVEL = "families"
_BEFORE, _AFTER = -10, 13  # weeks of his life between which what birth changes is looked at
_EARLY, _LATE = (3, 6, 9), (9, 15, 21, 27)  # visits to strangers, in weeks since they first met
_NEAR_RATE = 1.5  # times that a chance a week may be off
_HIGH = 61  # points of the support scale: high, as users of such scales read it (5.1 of 7)
_APART = 18  # points, one and a half standard deviations
_LOW = 48  # one and a half standard deviations below the mean
_LONELY = 6  # points of the loneliness scale from which people are called lonely
_PRENATAL, _HALF_YEAR, _YEAR = -8, 26, 52
_DEPRESSED = 13  # points of the EPDS from which mothers were taken
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


# How they begin and end -----------------------------------------------------------------------------------------------


def _strangers(studies: FamilyStudies, visits: Iterable[int]) -> list[Between]:
    return between(studies.course("strangers"), visits)


def _begun(steps: list[Between]) -> float:
    """Chance a week that a tie begins between two who have none."""
    return float(np.mean([step.begun() / step.weeks for step in steps]))


def _lost(steps: list[Between]) -> float:
    """Chance a week that a tie ends."""
    return float(np.mean([1 - step.after[step.before].mean() ** (1 / step.weeks) for step in steps]))


@finding("F022", level=LEVEL, sets=True)
def _begin_early(studies: FamilyStudies, id: str) -> Number:
    """Strangers in one weekly setting: chance a week that one comes to have a tie to another, weeks 3 to 9, between the
    two rates that were found."""
    return Number(_begun(_strangers(studies, _EARLY)), 0.0067, 0.0115, 0.009)


@finding("F023", level=LEVEL)
def _begin_late(studies: FamilyStudies, id: str) -> Number:
    """The same in weeks 9 to 27, between the lowest and the highest rate that were found."""
    return Number(_begun(_strangers(studies, _LATE)), 0.0013, 0.0053, 0.003)


@finding("F024", level=LEVEL)
def _end_early(studies: FamilyStudies, id: str) -> Number:
    """Strangers: chance a week that a tie ends, weeks 3 to 9 (half as often or twice)."""
    return Number(_lost(_strangers(studies, _EARLY)), 0.003, 0.012, 0.006)


@finding("F025", level=LEVEL, sets=True)
def _end_late(studies: FamilyStudies, id: str) -> Number:
    """The same in weeks 9 to 27, between the lowest and the highest rate that were found."""
    return Number(_lost(_strangers(studies, _LATE)), 0.012, 0.041, 0.025)


@finding("F026", level=LEVEL)
def _alive(studies: FamilyStudies, id: str) -> Number:
    """Strangers: share of the ties of week 9 that are there in week 27 (within .1)."""
    (step,) = _strangers(studies, (9, 27))
    return within(id, float(step.after[step.before].mean()), near=0.1)


@finding("F027", level=LEVEL, sets=True)
def _shared_friend(studies: FamilyStudies, id: str) -> Number:
    """Strangers: how many times as often a tie begins between two with a tie to the same third, over 3 to 6 weeks;
    published 12, of which a part is a shared setting: from half of it on."""
    steps = _strangers(studies, (*_EARLY, *_LATE[1:]))
    ratio = float(
        np.mean([step.begun(step.shared) for step in steps]) / np.mean([step.begun(~step.shared) for step in steps])
    )
    return Number(ratio, 6.0, 16.0, 12.0)


@finding("F028", level=LEVEL)
def _named_already(studies: FamilyStudies, id: str) -> Number:
    """Strangers: how many times as often a tie begins towards one who has it already, over 3 to 6 weeks (1.5 times)."""
    steps = _strangers(studies, (*_EARLY, *_LATE[1:]))
    ratio = float(
        np.mean([step.begun(step.returned) for step in steps]) / np.mean([step.begun(~step.returned) for step in steps])
    )
    return within(id, ratio, published=23.0, near=_NEAR_RATE, ratio=True)


@finding("F029", level=LEVEL)
def _both_ways(studies: FamilyStudies, id: str) -> Number:
    """Strangers: share of ties that go both ways in week 27 (within .1)."""
    course = studies.course("strangers")
    return within(id, reciprocity(matrix_of(course, course.around[27].ties)), near=0.1)


@finding("F030", level=LEVEL)
def _clusters(studies: FamilyStudies, id: str) -> Number:
    """Strangers: share of pairs with a tie to the same third who are tied, in week 27 (within .1)."""
    course = studies.course("strangers")
    return within(id, transitivity(matrix_of(course, course.around[27].ties)), near=0.1)


@finding("F031", level=LEVEL)
def _without_a_friend(studies: FamilyStudies, id: str) -> Number:
    """Strangers: share who have no tie in the setting in week 9 and in week 27 (each within .1)."""
    course = studies.course("strangers")
    without = [float((~matrix_of(course, course.around[week].ties).any(axis=2)).mean()) for week in (9, 27)]
    also = Number(without[1], 0.10, 0.30, 0.20)
    return Number(without[0], 0.16, 0.36, 0.26, ("in week 27", also))


@finding("F032", "F033", level=LEVEL)
def _alike(studies: FamilyStudies, id: str) -> Number:
    """Odds of a tie between two mothers of a community who are alike in poverty, against two who are not, at half a year; what is published is on students of one sex or of one programme (1.5 times)."""
    course = studies.course("universal")
    matrix = matrix_of(course, course.around[_HALF_YEAR - course.weeks.start].ties)
    poor = studies.under("universal", "poverty").reshape(len(matrix), -1)
    alike = poor[:, :, None] == poor[:, None, :]
    off = ~np.eye(matrix.shape[1], dtype=bool)
    one, other = (float(matrix[:, off][(alike == same)[:, off]].mean()) for same in (True, False))
    return within(id, (one / (1 - one)) / (other / (1 - other)), near=_NEAR_RATE, ratio=True)


@finding("F017", "F018", level=LEVEL, sets=True)
def _hours(studies: FamilyStudies, id: str) -> Number:
    """Strangers: hours together when a tie is first counted as a casual friend, as a friend, mean over ties."""
    course = studies.course("strangers")
    name = "hours to a casual friend" if id == "F017" else "hours to a friend"
    least = course.families.parameters[name]
    reached = []
    for week in range(len(course.weeks)):
        # Hours of the ties inside that crossed the line in this week.
        known, now = (
            pd.Series(ties.hours, index=pd.MultiIndex.from_arrays([ties.who, ties.whom]))[ties.inside]
            for ties in (course.around[at].ties for at in (week, week + 1))
        )
        both = pd.concat([known, now], axis=1, join="inner")
        crossed = both[(both[0] < least) & (both[1] >= least)]
        reached.extend(crossed[1].to_list())
    return within(id, float(np.mean(reached)))


@finding("F010", level=LEVEL, sets=True)
def _joined(studies: FamilyStudies, id: str) -> Number:
    """Share of the mothers invited who come to the group for new parents (within .05)."""
    taken = studies.course("new parents").development.treatments[0].attended.takes_up
    mothers = studies.course("new parents").families.mothers_at
    return within(id, float(taken[mothers].mean()), published=0.65, near=_SHARE)


@finding("F011", level=LEVEL, sets=True)
def _group_ties_alive(studies: FamilyStudies, id: str) -> Number:
    """Of mothers who had made a tie in the group for new parents by its end, share who have a tie to one of its members
    one year and two years later, mean (.67 to .85)."""
    course = studies.course("new parents")
    still = [share_in_contact(course, 14, 14 + years * 52) for years in (1, 2)]
    return Number(float(np.mean(still)), 0.67, 0.85, 0.80)


def share_in_contact(course: Course, first: int, later: int) -> float:
    """Of mothers with a tie that a group made, share who later have one to a member of their group.

    Parameters
    ----------
    course : of families with a programme in groups.
    first, later : weeks of his life.
    """
    seats = next(iter(course.development.groups.values()))
    matrix = [matrix_of(course, course.around[week - course.weeks.start].ties) for week in (first, later)]
    group = seats.reshape(len(matrix[0]), -1)
    together = (group[:, :, None] == group[:, None, :]) & (group >= 0)[:, :, None]
    ties = course.around[first - course.weeks.start].ties
    made = ties.inside & (ties.kind == GROUP)
    had = np.isin(course.families.numbers, ties.who[made]).reshape(group.shape)
    has = (matrix[1] & together).any(axis=2)
    return float(has[had].mean())


# Support, loneliness and symptoms -------------------------------------------------------------------------------------


@finding("F005", level=LEVEL, sets=True)
def _stably_high(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers whose perceived support in pregnancy, before birth and four months after it is high (mean of 61
    points or more) and steady (no two visits 18 points apart; within .05)."""
    mean, steady = _trajectories(studies)
    return within(id, float(((mean >= _HIGH) & steady).mean()), near=_SHARE)


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


def _persons(studies: FamilyStudies, design: str, week: int) -> pd.Series:
    return studies.course(design).network(week)["persons"]


@finding("F020", level=LEVEL, sets=True)
def _two_persons(studies: FamilyStudies, id: str) -> Number:
    """CES-D of mothers in poverty at half a year, with two or more persons to count on against none or one, in points."""
    scores, persons = studies.seen("poor", "ces-d", _HALF_YEAR), _persons(studies, "poor", _HALF_YEAR)
    return within(id, float(scores[persons >= 2].mean() - scores[persons < 2].mean()))


@finding("F021", level=LEVEL)
def _support_counts_too(studies: FamilyStudies, id: str) -> Number:
    """CES-D of mothers in poverty by the support scale, given whether they have two persons: points for so much of the
    scale as ten points of the published one are (.45 of a standard deviation, assumed)."""
    scores, support = (studies.seen("poor", name, _HALF_YEAR) for name in ("ces-d", "support-scale"))
    two = (_persons(studies, "poor", _HALF_YEAR) >= 2).astype(float)
    return within(id, slopes(scores, support / support.std(), two)[0] * 0.45)


def slopes(outcome: pd.Series, *known: pd.Series) -> NDArray[np.float64]:
    """Slopes (known,) of a linear regression of an outcome (families,) on what is known of each family."""
    design = np.column_stack([np.ones(len(outcome)), *known])
    found, *_ = np.linalg.lstsq(design, outcome.to_numpy(dtype=float), rcond=None)
    return np.asarray(found[1:], dtype=np.float64)


def standard(series: pd.Series) -> pd.Series:
    """Standard scores of a series over families."""
    return (series - series.mean()) / series.std()


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
    ill = (studies.seen("universal", "epds", _HALF_YEAR) >= Instrument.load("epds").cut).to_numpy()
    ill = ill.reshape(len(matrix), -1)
    one, other = np.broadcast_to(ill[:, :, None], apart.shape), np.broadcast_to(ill[:, None, :], apart.shape)
    more = 100 * (one[apart & other].mean() / one[apart].mean() - 1)
    return Number(float(more), 28.0, 58.0, 43.0)


@finding("F063", level=LEVEL, sets=True)
def _low_mood_does_not_spread(studies: FamilyStudies, id: str) -> Words:
    """Mothers who are well at half a year: their symptoms half a year on, given their own, do not follow the low mood of
    their friends in the community (beta)."""
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


# Mothers in poverty who were depressed before birth -------------------------------------------------------------------


def _depressed(studies: FamilyStudies, instrument: str, week: int, design: str = "poor") -> pd.Series:
    """Scores of mothers in poverty with 13 points or more of the EPDS eight weeks before birth."""
    chosen = studies.seen(design, "epds", _PRENATAL) >= _DEPRESSED
    return studies.seen(design, instrument, week)[chosen]


@finding("F072", level=LEVEL, sets=True)
def _support_and_symptoms(studies: FamilyStudies, id: str) -> Number:
    """Support scale and EPDS at half a year, mothers in poverty who were depressed before birth (r)."""
    return within(id, correlation(*(_depressed(studies, name, _HALF_YEAR) for name in ("support-scale", "epds"))))


@finding("F073", level=LEVEL)
def _support_and_symptoms_later(studies: FamilyStudies, id: str) -> Number:
    """The same at a year."""
    return within(id, correlation(*(_depressed(studies, name, _YEAR) for name in ("support-scale", "epds"))))


@finding("F074", level=LEVEL, sets=True)
def _support_holds(studies: FamilyStudies, id: str) -> Number:
    """Support scale at half a year and a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, "support-scale", week) for week in (_HALF_YEAR, _YEAR))))


def _lagged(studies: FamilyStudies, outcome: str, by: str, first: int, second: int) -> float:
    """Standardised slope of an outcome on something before it, given the outcome then."""
    after, before, cause = (
        standard(_depressed(studies, name, week)) for name, week in ((outcome, second), (outcome, first), (by, first))
    )
    return float(slopes(after, before, cause)[1])


@finding("F076", level=LEVEL, sets=True)
def _support_then_symptoms(studies: FamilyStudies, id: str) -> Number:
    """EPDS at a year on support at half a year, given the EPDS then (beta)."""
    return within(id, _lagged(studies, "epds", "support-scale", _HALF_YEAR, _YEAR))


@finding("F077", level=LEVEL, sets=True)
def _symptoms_then_support(studies: FamilyStudies, id: str) -> Number:
    """Support at a year on the EPDS at half a year, given support then (beta)."""
    return within(id, _lagged(studies, "support-scale", "epds", _HALF_YEAR, _YEAR))


@finding("F078", level=LEVEL)
def _support_before_birth(studies: FamilyStudies, id: str) -> Number:
    """EPDS at half a year on support before birth, given the EPDS then (beta)."""
    return within(id, _lagged(studies, "epds", "support-scale", _PRENATAL, _HALF_YEAR))


@finding("F079", level=LEVEL)
def _symptoms_hold(studies: FamilyStudies, id: str) -> Number:
    """EPDS at half a year and a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, "epds", week) for week in (_HALF_YEAR, _YEAR))))


@finding("F080", level=LEVEL)
def _stay_depressed(studies: FamilyStudies, id: str) -> Number:
    """Share above the cut of the EPDS at a year of those above it at half a year, and of the others (each within .1)."""
    now, then = (_depressed(studies, "epds", week) >= Instrument.load("epds").cut for week in (_HALF_YEAR, _YEAR))
    also = Number(float(then[~now].mean()), 0.24, 0.44, 0.34)
    return Number(float(then[now].mean()), 0.71, 0.91, 0.81, ("if not depressed", also))


@finding("F081", level=LEVEL)
def _treated_mood_lifts_support(studies: FamilyStudies, id: str) -> Number:
    """Support scale at half a year after therapy for depression, treated against untreated mothers in poverty who were
    depressed before birth (d)."""
    own, other = (_depressed(studies, "support-scale", _HALF_YEAR, each) for each in ("poor, treated", "poor"))
    return within(id, cohens_d(own, other))


@finding("F082", level=LEVEL)
def _communities_differ(studies: FamilyStudies, id: str) -> Number:
    """Share of the variance of the EPDS between communities at half a year, mothers in poverty who were depressed before
    birth (within .05)."""
    epds = _depressed(studies, "epds", _HALF_YEAR)
    by = epds.groupby(epds.index // studies.course("poor").families.community_size)
    sizes, means = by.size(), by.mean()
    within_them = float((by.var() * (sizes - 1)).sum() / (sizes - 1).sum())
    usual = float((sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1))
    between_them = float((sizes * (means - epds.mean()) ** 2).sum() / (len(sizes) - 1))
    own = max((between_them - within_them) / usual, 0.0)
    return within(id, own / (own + within_them), near=0.05)


@finding("F083", level=LEVEL)
def _couple_and_support(studies: FamilyStudies, id: str) -> Number:
    """Couple scale and support scale at a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, name, _YEAR) for name in ("couple-scale", "support-scale"))))


@finding("F139", level=LEVEL)
def _kin_at_hand(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of depression at half a year for those who can count on kin, which stands for a grandmother in the
    household, the same mothers (published .58; 1.5 times)."""
    ill = _depressed(studies, "epds", _HALF_YEAR) >= Instrument.load("epds").cut
    ties = studies.course("poor").ties(_HALF_YEAR)
    kin = ties[ties["counted_on"] & (ties["kind"] == "kin")]["who"].unique()
    return within(
        id, odds_ratio(ill, pd.Series(ill.index.isin(kin), index=ill.index)), 0.58, near=_NEAR_RATE, ratio=True
    )


@finding("F088", level=LEVEL, sets=True)
def _couple_and_symptoms(studies: FamilyStudies, id: str) -> Number:
    """Couple scale and EPDS at a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, name, _YEAR) for name in ("couple-scale", "epds"))))
