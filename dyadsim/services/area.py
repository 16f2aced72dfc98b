"""Areas: the families for whom a service is there, whose infants are born over a year."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, whole_number
from ..community.family import Families

__all__ = ["YEAR", "Area"]

Whole = NDArray[np.int64]
YEAR = 52
"""Weeks of the year over which infants are born."""


@dataclass(frozen=True, eq=False)
class Area:
    """Families of an area, in waves: the infants of whole communities are born in the same week.

    A service has one year's families; staff for other years is not among its own here.

    Attributes
    ----------
    families : of all communities.
    waves : evenly over the year; 1: all in the same week.
    """

    families: Families
    waves: int = 1

    def __post_init__(self) -> None:
        whole_number("number of waves", self.waves, 1, YEAR)
        if self.waves > len(self.families.starts) - 1:
            raise DyadsimError(
                f"Infants of whole communities are born in the same week: {len(self.families.starts) - 1} communities "
                f"make so many waves at most, not {self.waves}."
            )

    @cached_property
    def wave(self) -> Whole:
        """(families,) number of the wave of each."""
        communities = len(self.families.starts) - 1
        of_community = np.arange(communities) * self.waves // communities
        return np.repeat(of_community, np.diff(self.families.starts))

    @cached_property
    def born(self) -> Whole:
        """(families,) week of the service in which each infant is born; the first in week 0."""
        return self.wave * YEAR // self.waves

    @cached_property
    def last_born(self) -> int:
        """The week of the service in which the last are born."""
        return int(self.born.max())

    @cached_property
    def rows(self) -> list[slice]:
        """Rows of caregivers and infants by wave."""
        ends = np.append(self.families.mothers_at, len(self.families.cohort))
        at = np.searchsorted(self.wave, np.arange(self.waves + 1))
        return [slice(int(ends[a]), int(ends[b])) for a, b in itertools.pairwise(at)]

    def families_of(self, wave: int) -> slice:
        """Places of the families of a wave."""
        return slice(*(int(each) for each in np.searchsorted(self.wave, [wave, wave + 1])))
