"""Agreement of the model with a published finding: what each says, and whether the finding holds.

A number holds if it lies in its range; targets, which are several numbers, if each does. Words hold if every part of
them does: a difference must have its sign and be no smaller than a small one, "no difference" must be smaller than a
study of the published size could have told from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..common.effect_size import cohens_d, told_from_none
from ..theory import evidence

__all__ = [
    "NEAR",
    "NEAR_RATIO",
    "ROOM",
    "SMALL",
    "SMALL_RATIO",
    "WITHIN_R",
    "Number",
    "Part",
    "Target",
    "Targets",
    "Words",
    "absent",
    "correlation",
    "down",
    "goes_with",
    "interval_of_r",
    "published",
    "ratio",
    "rooms",
    "up",
    "visible",
    "within",
]

SMALL = 0.2
"""A difference smaller than this (in standard deviations of dyads; Cohen's small) is none."""
SMALL_RATIO = 0.1
"""A log ratio smaller than this (a tenth more or less) is none."""
WITHIN_R = 0.04
"""How near a correlation must come if it is published without an interval."""
NEAR = 0.15
"""How near a standardised difference must come if it is published without an interval."""
NEAR_RATIO = 1.5
"""How many times off a ratio may be if it is published without an interval."""
ROOM = 0.04
"""How far beyond its limit a part in words lies with room, so that it does not hang on the luck of a sample."""
_FARTHEST = 10.0  # rooms off, of what the model does not say at all
_SEEN = 0.1  # a standardised difference that counts as one
_SURE = 3.0  # and standard errors of the simulation that it must lie from zero, where few dyads make that more


@dataclass(frozen=True)
class Number:
    """What the model says of a published number, and the range in which that agrees."""

    value: float
    low: float
    high: float
    target: float = float("nan")
    """The published number that the range is about, where there is one."""
    also: tuple[str, Number] | None = None
    """Another number that the row publishes, which must hold as well, and what it is."""

    @property
    def holds(self) -> bool:
        return bool(self.low <= self.value <= self.high) and (self.also is None or self.also[1].holds)

    def __str__(self) -> str:
        return f"{self.value:.3g} in {self.low:.3g} to {self.high:.3g}{'' if self.holds else ' (not)'}"

    @classmethod
    def near(cls, value: float, target: float, tolerance: float) -> Number:
        """A number that agrees within a tolerance.

        Parameters
        ----------
        value : what the model says.
        target : what is published.
        tolerance : as a share of the target: .1 for a tenth more or less.
        """
        return cls(float(value), target * (1 - tolerance), target * (1 + tolerance), target)


@dataclass(frozen=True)
class Target:
    """One number of a row: what the model says, what is published, and the range in which they agree.

    Attributes
    ----------
    says : in words, which number it is.
    value : what the model says.
    published : the row's number; NaN where it publishes a range alone.
    low, high : the range.
    ratio : whether distances are those of logarithms.
    """

    says: str
    value: float
    published: float
    low: float
    high: float
    ratio: bool = False

    @property
    def holds(self) -> bool:
        return bool(self.low <= self.value <= self.high)

    def __str__(self) -> str:
        of = "" if np.isnan(self.published) else f" of {self.published:+.2f}"
        return f"{self.says} {self.value:+.2f}{of}{'' if self.holds else ' (not)'}"


@dataclass(frozen=True)
class Targets:
    """What the model says of the numbers of a row: it holds if each does."""

    parts: tuple[Target, ...]

    @property
    def holds(self) -> bool:
        return all(part.holds for part in self.parts)

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))


@dataclass(frozen=True)
class Part:
    """One thing that a finding in words says: what goes up, down or nowhere, and by how much it does.

    Attributes
    ----------
    says : in words, which difference it is.
    value : the difference in the model; NaN never holds.
    sign : that it should have: 1, -1, or 0 for none.
    limit : what its size must be more than; with sign 0, less than.
    """

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
        """A finding in words from its parts."""
        return cls(tuple(parts))


def rooms(said: Number | Words | Targets) -> dict[str, float]:
    """How far within its limits what the model says of a finding lies, part by part, in units of the room that it
    should have: 0 at a limit, 1 with that room, below 0 where it does not hold.

    Room is of a number a quarter of its range from either end (the inner half is what other calibrations aim at), of a
    part in words :data:`ROOM` beyond its limit.
    """
    if isinstance(said, Words):
        return {part.says: _rooms_of(part) for part in said.parts}
    if isinstance(said, Number):
        return {"": _rooms_within(said.value, said.low, said.high)}
    return {part.says: _rooms_within(part.value, part.low, part.high) for part in said.parts}


def _rooms_of(part: Part) -> float:
    margin = part.sign * part.value - part.limit if part.sign else part.limit - abs(part.value)
    return float(margin / ROOM) if np.isfinite(margin) else -_FARTHEST


def _rooms_within(value: float, low: float, high: float) -> float:
    return float(min(value - low, high - value) / ((high - low) / 4)) if np.isfinite(value) else -_FARTHEST


def published(id: str, model: float, says: str, near: float = WITHIN_R, ratio: bool = False) -> Target:
    """The number that a row publishes: the model agrees within its interval, or so near where it has none.

    Parameters
    ----------
    id : of the row.
    model : what the model says.
    says : in words, which number it is.
    near : how far the model may lie from a number without an interval, in its unit.
    ratio : whether distances are those of logarithms.
    """
    row = evidence.row(id)
    low, high = row.interval
    if np.isnan(low):
        low, high = row.number - near, row.number + near
    return Target(says, model, row.number, low, high, ratio)


def within(
    id: str, value: float | np.floating[Any], published: float | None = None, near: float = NEAR, ratio: bool = False
) -> Number:
    """A number that agrees within the row's interval, or so near where it has none.

    Parameters
    ----------
    id : of the row.
    value : what the model says.
    published : what it should be (default: the number of the row).
    near : how far it may lie from a number without an interval, in its unit; of a ratio, how many times off it may be.
    ratio : whether it is a ratio.
    """
    row = evidence.row(id)
    target = row.number if published is None else published
    low, high = row.interval
    if np.isnan(low):
        low, high = (target / near, target * near) if ratio else (target - near, target + near)
    return Number(float(value), low, high, target)


def visible(says: str, d: float, sign: int) -> Part:
    """A standardised difference (d) that has a sign and can be seen."""
    return Part(f"{says} (d)", d, sign, _SEEN)


def correlation(one: ArrayLike, other: ArrayLike) -> float:
    """Pearson's r over dyads."""
    return float(np.corrcoef(np.asarray(one, dtype=float), np.asarray(other, dtype=float))[0, 1])


def interval_of_r(r: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a correlation published without one (Fisher's z; 1915, doi 10.1093/biomet/10.4.507)."""
    z, by = np.arctanh(r), 1.96 / np.sqrt(n - 3)
    return float(np.tanh(z - by)), float(np.tanh(z + by))


def goes_with(says: str, one: ArrayLike, other: ArrayLike, sign: int = 1, least: float = 0.05) -> Part:
    """The claim that two measures of dyads, each (dyads,), go together with that sign (r)."""
    return Part(f"{says} (r)", correlation(one, other), sign, least)


def up(says: str, one: ArrayLike, other: ArrayLike) -> Part:
    """The claim that ``one`` is larger than ``other``, each (dyads,), in standard deviations of dyads (d)."""
    return Part(f"{says} (d)", cohens_d(one, other), 1, _least(one))


def down(says: str, one: ArrayLike, other: ArrayLike) -> Part:
    """The claim that ``one`` is smaller than ``other``, each (dyads,), in standard deviations of dyads (d)."""
    return Part(f"{says} (d)", cohens_d(one, other), -1, _least(one))


def _least(one: ArrayLike) -> float:
    """The least difference (d) that counts between groups of as many dyads."""
    return max(SMALL, _SURE * float(np.sqrt(2 / np.size(one))))


def ratio(says: str, one: float, other: float, sign: int) -> Part:
    """The claim that the log of a ratio of two chances has that sign; a chance of 0 compares with nothing."""
    log = float(np.log(one / other)) if one > 0 and other > 0 else float("nan")
    return Part(f"{says} (log ratio)", log, sign, SMALL_RATIO)


def absent(says: str, one: ArrayLike, other: ArrayLike, sizes: tuple[int, int]) -> Part:
    """The claim that two groups, each (dyads,), differ by less than a study of these sizes could tell (p < .05)."""
    return Part(f"{says} (d)", cohens_d(one, other), 0, told_from_none(*sizes))
