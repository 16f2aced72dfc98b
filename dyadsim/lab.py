"""Simulated sessions in which published findings are looked for, and how a finding is said to hold.

A :class:`Lab` plays the sessions of a study (population, age, procedure), each once. A number holds if it lies in its
range; words ("falls", "no difference") hold if every part has its sign beyond simulation error, or stays below what a
study of the published size could have seen.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .cohort import Cohort
from .rules import MONTH
from .session import Session
from .simulate import interact

__all__ = ["Lab", "Number", "Part", "Words", "absent", "down", "up"]

_SURE = 3.0  # standard errors of simulation that a sign must lie from zero


class Lab:
    """Sessions of simulated studies; the same dyads and the same luck wherever populations or ages are compared."""

    def __init__(self, dyads: int, seed: int) -> None:
        self.dyads, self.seed = dyads, seed

    @functools.cache  # noqa: B019 (a lab lives as long as its validation)
    def session(
        self,
        population: str = "community",
        paradigm: str = "free-play",
        months: float | None = None,
        seconds: int | None = None,
    ) -> Session:
        """A session of every dyad; at their population's own age where none is given."""
        cohort = Cohort.sample(self.dyads, population, self.seed)
        aged = cohort if months is None else cohort.replace(age=months * MONTH)
        return interact(aged, paradigm, self.seed, seconds=seconds)

    @functools.cache  # noqa: B019
    def _measures(self, population: str, paradigm: str, months: float | None) -> pd.DataFrame:
        return self.session(population, paradigm, months).measures().set_index("dyad")

    def measures(
        self,
        population: str = "community",
        paradigm: str = "free-play",
        months: float | None = None,
        episode: str = "play",
    ) -> pd.DataFrame:
        """Every dyad's measures in one episode, with ``infant_gaze``, ``infant_negative_affect`` and the like added."""
        own = self._measures(population, paradigm, months)
        own = own[own["episode"] == episode].copy()
        own["infant_gaze"] = own["infant_monitor"] + own["infant_positive"]
        own["infant_negative_affect"] = own["infant_protest"] + own["infant_withdrawn"]
        own["above_chance"] = own["match"] - own["chance_match"]
        return own


@dataclass(frozen=True)
class Number:
    """What the model says of a published number, and the range in which that agrees."""

    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        return bool(self.low <= self.value <= self.high)

    @classmethod
    def near(cls, value: float, target: float, tolerance: float) -> Number:
        """Agrees within a tolerance relative to the target."""
        return cls(float(value), target * (1 - tolerance), target * (1 + tolerance))


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


def difference(one: ArrayLike, other: ArrayLike) -> float:
    """Standardised difference of means over dyads (Cohen's d with the mean of both variances)."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    spread = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    return float((a.mean() - b.mean()) / spread) if spread > 0 else float("nan")


def up(says: str, one: ArrayLike, other: ArrayLike) -> Part:
    """``one`` is larger than ``other``, by more than the error of the simulation (in standard deviations of dyads)."""
    return Part(says, difference(one, other), 1, _SURE * np.sqrt(2 / np.size(one)))


def down(says: str, one: ArrayLike, other: ArrayLike) -> Part:
    """``one`` is smaller than ``other``."""
    return Part(says, difference(one, other), -1, _SURE * np.sqrt(2 / np.size(one)))


def absent(says: str, one: ArrayLike, other: ArrayLike, sizes: tuple[int, int]) -> Part:
    """The two differ by less than a study with groups of these sizes could have told from nothing (p < .05)."""
    return Part(says, difference(one, other), 0, 1.96 * np.sqrt(1 / sizes[0] + 1 / sizes[1]))
