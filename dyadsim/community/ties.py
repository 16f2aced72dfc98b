"""Ties: whom each mother of a community is tied to, as parallel arrays of edges, and how a week changes them.

A tie goes from who has it to whom she has it to; that the other has it too is another edge. Ties inside a community go
to mothers by the numbers of their families, ties out of it to kin, friends and professionals by numbers of their own.
People and families keep their numbers for good, and each draw depends on the two alone.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import WeeklyLuck, between_clock
from ..theory.family_parameters import FamilyParameters
from ..theory.tie_rules import BEGIN_OR_END, COUNTED_ON, FRIEND, KIN, OUTSIDE, PROFESSIONAL, loss_by_age
from .edges import Ties
from .family import Families

__all__ = ["TieChances", "ties_after", "ties_at_first"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_MOST_OUTSIDE = 60  # kin, friends or professionals of one mother
_DIGITS = 12
_FRIEND_WEEKS = 13  # after birth, in which friends without infants are lost


@dataclass(frozen=True, eq=False)
class TieChances:
    """Chances and odds by which ties begin and end, as the parameters of families have them.

    Attributes
    ----------
    meeting : (2, 2) odds to begin for two strangers who meet in the community, in a group; after birth, and before.
    odds : times that odds are larger with a shared friend, where named already, alike in status; times that ties which
        go both ways end as often; ties with which new ones are sought half as much.
    loss : (ages,) chance that a tie inside ends in a week, by its age in weeks.
    outside : chances a week that a tie to kin, a friend, a professional ends, and that a friend is made.
    at_birth : chance a week that a friend is lost in the first weeks after birth.
    hours : together a week with a tie, and in a session of a group.
    """

    meeting: Numbers
    odds: Numbers
    loss: Numbers
    outside: Numbers
    at_birth: float
    hours: Numbers

    @classmethod
    @functools.lru_cache(maxsize=64)
    def of(cls, parameters: FamilyParameters) -> TieChances:
        """The chances of some parameters."""
        p = parameters
        community, group = p["meeting in a community"], p["meeting in a group"]
        # Kin and professionals stay; as many friends are made out of the community as are lost, so that their number
        # holds.
        old = p["loss of an old tie"]
        return cls(
            np.array([[community, group], [community * p["meeting before birth"], group]]),
            np.array(
                [p["shared friend"], p["named already"], p["alike in status"], p["both ways"], p["room for ties"]]
            ),
            loss_by_age(p),
            np.array([0.0, old, 0.0, p["friends"] * old]),
            p["friends lost at birth"],
            np.array([p["hours with a tie"], p["hours of a session"]]),
        )

    def outside_in(self, week: int) -> Numbers:
        """Chances of ties out of the community in a week of his life (``outside``)."""
        chances = self.outside.copy()
        if 0 <= week < _FRIEND_WEEKS:
            chances[FRIEND - KIN] += self.at_birth
        return chances


def ties_at_first(families: Families, first_week: int) -> Ties:
    """Ties that mothers have when a course starts: out of the community as drawn, inside as so many weeks have made
    them.

    They belong to the families, so they are named by the cohort's seed and not by the luck of a course.

    Parameters
    ----------
    families : whose mothers.
    first_week : of the course, in weeks of his life.
    """
    luck = WeeklyLuck(families.cohort.seed or 0)
    ties = _outside_at_first(families, first_week, luck)
    if families.first_ties is not None:
        return families.first_ties.beside(ties)
    began = min(int(families.here_from.min()), first_week)
    nobody = np.full((0, len(families)), -1, dtype=np.int64)
    usual = np.ones(len(families))
    for week in range(began, first_week):
        ties = ties_after(families, week, ties, usual, nobody, luck)
    return ties


def ties_after(families: Families, week: int, ties: Ties, openness: Numbers, groups: Whole, luck: WeeklyLuck) -> Ties:
    """Ties at the end of a week.

    Parameters
    ----------
    families : whose mothers.
    week : of his life.
    ties : at its start.
    openness : (families,) how far each mother is open to new ties, 1 usual.
    groups : (programmes, families) number of the group in which she sat this week; -1 in none.
    luck : of the weeks.
    """
    from .tie_arithmetic import through_a_week  # numba is imported when first needed

    chances, sizes = TieChances.of(families.parameters), np.diff(families.starts)
    room = len(ties) + int((sizes * sizes).sum()) + len(families)
    filled = tuple(np.empty(room, dtype=each.dtype) for each in ties.arrays)
    clocks = np.array([between_clock(week, BEGIN_OR_END), between_clock(week, COUNTED_ON)], dtype=np.int64)
    n = through_a_week(
        week,
        clocks,
        luck.between_words,
        families.numbers,
        families.starts,
        families.here_from,
        families.status,
        openness,
        groups,
        chances.meeting[int(week < 0)],
        chances.odds,
        chances.loss,
        chances.outside_in(week),
        chances.hours,
        ties.arrays,
        filled,
    )
    return Ties(*(each[:n].copy() for each in filled))


def _outside_at_first(families: Families, first_week: int, luck: WeeklyLuck) -> Ties:
    """Ties out of the community as drawn: how many kin, friends and professionals each mother has."""
    parts = []
    for code, name in ((KIN, "kin"), (FRIEND, "friends"), (PROFESSIONAL, "professionals")):
        drawn = luck.outcome(families.numbers, f"number of {name}")
        mean = families.parameters[name]
        few = mean * families.parameters["migrants' kin"] if code != PROFESSIONAL else mean
        spread = families.parameters["spread of ties"]
        many = np.where(families.came_anew, _number(drawn, few, spread), _number(drawn, mean, spread))
        who = np.repeat(families.numbers, many)
        # The k-th of her kin, friends or professionals: numbers that stay, whoever else there is.
        nth = np.arange(len(who)) - np.repeat(np.cumsum(many) - many, many)
        whom = OUTSIDE + (code - KIN) * _MOST_OUTSIDE + nth
        ready = luck.between(who, whom, 0, COUNTED_ON)
        long_ago = np.full(len(who), min(int(families.here_from.min()), first_week), dtype=np.int64)
        parts.append(Ties(who, whom, np.full(len(who), code), long_ago, ready, np.zeros(len(who))))
    together = Ties.joined(parts)
    order = np.lexsort((together.whom, together.who))
    return Ties(*(each[order] for each in together.arrays))


def _number(drawn: Numbers, mean: float, spread: float) -> Whole:
    """Numbers of people (families,) of a negative binomial distribution, by uniform draws.

    With variance / mean = ``spread``, p = 1 / spread and r = mean p / (1 - p); the chances of 0, 1, 2, ... follow from
    one another: P(k) = P(k - 1) (k - 1 + r) (1 - p) / k (Johnson, Kemp & Kotz 2005, doi 10.1002/0471715816).
    """
    if mean == 0:
        return np.zeros(len(drawn), dtype=np.int64)
    p = 1 / max(spread, 1.0001)
    r = mean * p / (1 - p)
    chances = [p**r]
    for k in range(1, _MOST_OUTSIDE):
        chances.append(chances[-1] * (k - 1 + r) * (1 - p) / k)
    return np.searchsorted(np.round(np.cumsum(chances), _DIGITS)[:-1], drawn).astype(np.int64)
