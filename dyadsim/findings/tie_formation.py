"""Findings on how ties begin and end, among strangers, in a community, and by a group for new parents."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..development.course import Course
from ..theory.tie_rules import GROUP
from .agreement import Number, within
from .family_studies import LEVEL, FamilyStudies
from .registry import finding
from .tie_counts import Between, between, matrix_of, reciprocity, transitivity

_HALF_YEAR = 26
_EARLY, _LATE = (3, 6, 9), (9, 15, 21, 27)  # visits to strangers, in weeks since they first met
_NEAR_RATE = 1.5  # times that a chance a week may be off
_SHARE = 0.05  # how near a share must come that is published without an interval


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
    """Strangers: chance a week that a tie begins, weeks 9 to 27, between the lowest and the highest rate found."""
    return Number(_begun(_strangers(studies, _LATE)), 0.0013, 0.0053, 0.003)


@finding("F024", level=LEVEL)
def _end_early(studies: FamilyStudies, id: str) -> Number:
    """Strangers: chance a week that a tie ends, weeks 3 to 9 (half as often or twice)."""
    return Number(_lost(_strangers(studies, _EARLY)), 0.003, 0.012, 0.006)


@finding("F025", level=LEVEL, sets=True)
def _end_late(studies: FamilyStudies, id: str) -> Number:
    """Strangers: chance a week that a tie ends, weeks 9 to 27, between the lowest and the highest rate found."""
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
    """Odds of a tie between two mothers of a community who are alike in poverty, against two who are not, at half a
    year; what is published is on students of one sex or of one programme (1.5 times)."""
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
    """Share of mothers with a tie by the end of the group for new parents who have one to a member of the group
    one year and two years later, mean (.67 to .85)."""
    course = studies.course("new parents")
    still = [share_in_contact(course, 14, 14 + years * 52) for years in (1, 2)]
    return Number(float(np.mean(still)), 0.67, 0.85, 0.80)


def share_in_contact(course: Course, first: int, later: int) -> float:
    """Share of mothers with a tie that a group made who later have one to a member of their group.

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
