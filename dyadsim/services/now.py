"""Now: families of an area in one week of its service, as all who meet them that week find them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ..common.random_numbers import DIGITS, WeeklyLuck
from ..theory.slow_states import SLOW
from .area import Area
from .help_seeking import HelpSeeking

__all__ = ["Now", "by_age"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
_STATES = list(SLOW)
_DECISION = 201  # of what happens to a family at an age
_NAMES = 2**20  # that a draw may have
_BEFORE = 64  # weeks before birth that can be told apart


@dataclass(frozen=True, eq=False)
class Now:
    """Families of an area in one week of its service.

    Attributes
    ----------
    area : whose families.
    week : of the service; the first infants are born in week 0.
    ages : (families,) weeks of his life.
    there : (families,) true for those whose weeks are lived now.
    states : (states, rows) slow states at the start of the week.
    ill : (families,) true for mothers who are depressed.
    seeking : what families bring.
    luck : of the weeks.
    """

    area: Area
    week: int
    ages: Whole
    there: NDArray[np.bool_]
    states: Numbers
    ill: NDArray[np.bool_]
    seeking: HelpSeeking
    luck: WeeklyLuck

    def of_mothers(self, state: str) -> Numbers:
        """A slow state (families,) of the mothers."""
        return self.states[_STATES.index(state), self.area.families.mothers_at]

    def uniform(self, families: Whole, what: str) -> Numbers:
        """Uniform draws (some,) from 0 to 1 for what may happen to families now: each by its number and age alone.

        Parameters
        ----------
        families : their places.
        what : names the luck.
        """
        named = (self.ages[families] + _BEFORE) * _NAMES + zlib.crc32(what.encode()) % _NAMES
        return self.luck.between(self.area.families.numbers[families], named, 0, _DECISION)

    def normal(self, families: Whole, what: str) -> Numbers:
        """Standard normal draws (some,), as :meth:`uniform`."""
        return np.asarray(np.round(ndtri(self.uniform(families, what)), DIGITS))

    def happens(self, families: Whole, what: str, chances: Numbers) -> NDArray[np.bool_]:
        """Truth (some,) of whether something happens to families (as :meth:`uniform`), with chances (families of
        all,)."""
        return np.asarray(self.uniform(families, what) < chances[families])


def by_age(families: Whole, ages: Whole) -> list[tuple[int, Whole]]:
    """Families (some,) by weeks of his life, each with the places in ``families`` of those who are so old.

    Parameters
    ----------
    families : their places.
    ages : (families of all,) weeks of his life.
    """
    theirs = ages[families]
    return [(int(age), np.flatnonzero(theirs == age)) for age in np.unique(theirs)]
