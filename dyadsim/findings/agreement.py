"""Simulated sessions in which published findings are looked for, and how a finding is said to hold.

A :class:`Lab` plays the sessions of a study (population, age, procedure), each once. A number holds if it lies in its
range. Words hold if every part of them does: a difference must have its sign and be no smaller than a small one, "no
difference" must be smaller than a study of the published size could have told from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..common.effect_size import cohens_d, told_from_none

__all__ = ["SMALL", "SMALL_RATIO", "Number", "Part", "Words", "absent", "down", "ratio", "up"]

SMALL = 0.2
"""A difference smaller than this (in standard deviations of dyads; Cohen's small) is none."""
SMALL_RATIO = 0.1
"""A log ratio smaller than this (a tenth more or less) is none."""
_SURE = 3.0  # and standard errors of the simulation that it must lie from zero, where few dyads make that more


@dataclass(frozen=True)
class Number:
    """What the model says of a published number, and the range in which that agrees."""

    value: float
    low: float
    high: float
    target: float = float("nan")
    """The published number that the range is about, where there is one."""

    @property
    def holds(self) -> bool:
        return bool(self.low <= self.value <= self.high)

    @classmethod
    def near(cls, value: float, target: float, tolerance: float) -> Number:
        """Agrees within a tolerance relative to the target."""
        return cls(float(value), target * (1 - tolerance), target * (1 + tolerance), target)


@dataclass(frozen=True)
class Part:
    """One thing that a finding in words says: what goes up (+1), down (-1) or nowhere (0), and by how much it does."""

    says: str
    value: float
    sign: int
    limit: float

    @property
    def holds(self) -> bool:
        if np.isnan(self.value):
            return False
        return bool(self.sign * self.value > self.limit if self.sign else abs(self.value) < self.limit)

    def __str__(self) -> str:
        return f"{self.says} {self.value:+.2f}{'' if self.holds else ' (not)'}"


@dataclass(frozen=True)
class Words:
    """What the model says of a finding in words: it holds if every part does."""

    parts: tuple[Part, ...]

    @property
    def holds(self) -> bool:
        return all(part.holds for part in self.parts)

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Words:
        return cls(tuple(parts))


def up(says: str, one: ArrayLike, other: ArrayLike) -> Part:
    """``one`` is larger than ``other``, over dyads (d)."""
    return Part(f"{says} (d)", cohens_d(one, other), 1, _least(one))


def down(says: str, one: ArrayLike, other: ArrayLike) -> Part:
    """``one`` is smaller than ``other``, over dyads (d)."""
    return Part(f"{says} (d)", cohens_d(one, other), -1, _least(one))


def _least(one: ArrayLike) -> float:
    return max(SMALL, _SURE * float(np.sqrt(2 / np.size(one))))


def ratio(says: str, one: float, other: float, sign: int) -> Part:
    """The log of a ratio of two chances has that sign; a chance of which no case was seen compares with nothing."""
    log = float(np.log(one / other)) if one > 0 and other > 0 else float("nan")
    return Part(f"{says} (log ratio)", log, sign, SMALL_RATIO)


def absent(says: str, one: ArrayLike, other: ArrayLike, sizes: tuple[int, int]) -> Part:
    """The two differ by less than a study with groups of these sizes could have told from nothing (p < .05)."""
    return Part(f"{says} (d)", cohens_d(one, other), 0, told_from_none(*sizes))
