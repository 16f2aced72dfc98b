"""Comparison of courses of families: mothers and infants as in any comparison, and those around them beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..development.course import Course
from ..measurement.instruments import Instrument
from .comparison import Comparison
from .reach import reach

__all__ = ["FamilyComparison"]


@dataclass(frozen=True, eq=False, repr=False)
class FamilyComparison(Comparison):
    """Arms side by side, one course of families each; ``courses`` are those of mothers and infants.

    Attributes
    ----------
    whole : by arm, the courses of the families with all who belong to them.
    """

    whole: Mapping[str, Course] = field(default_factory=dict)

    @classmethod
    def of(
        cls, courses: Mapping[str, Course], instruments: tuple[Instrument, ...], visits: tuple[int, ...]
    ) -> FamilyComparison:
        """Comparison of courses of families, by arm.

        Parameters
        ----------
        courses : by the name of their arm, that of the arm asked about first.
        instruments, visits : through which they are seen, and when.
        """
        mothers = {arm: course.mothers for arm, course in courses.items()}
        return cls(mothers, instruments, visits, courses)

    @property
    def partner(self) -> str:
        """What a second caregiver is called."""
        return self.whole[self.name].families.partner

    @property
    def communities(self) -> NDArray[np.int64] | None:
        """Number of the community of each mother (dyads,), where these have ties; None where nobody knows another."""
        families = self.whole[self.name].families
        return np.asarray(families.community[: len(families)]) if families.ties else None

    @cached_property
    def partners(self) -> Comparison | None:
        """Comparison of second caregivers and infants; None if there are none."""
        if not len(self.whole[self.name].families.partners_at):
            return None
        return Comparison({arm: course.partners for arm, course in self.whole.items()}, self.instruments, self.visits)

    def around(self) -> pd.DataFrame:
        """What is around mothers and partners, one row an arm, dyad and week: as :meth:`Course.frame` has it."""
        columns = [
            *("dyad", "week", "family", "caregiver", "community", "share_of_care", "coparenting"),
            *("persons", "company", "partner", "density", "well_friends"),
        ]
        frames = {arm: course.frame() for arm, course in self.whole.items()}
        told = self._by_arm({arm: frame[[name for name in columns if name in frame]] for arm, frame in frames.items()})
        return told[["arm", *(name for name in told if name != "arm")]]

    def ties(self) -> pd.DataFrame:
        """Ties of mothers at the visits, one row an arm, week and tie: as :meth:`Course.ties` has them; empty if
        none."""
        found = {
            arm: pd.concat([course.ties(week).assign(week=week) for week in self.visits], ignore_index=True)
            for arm, course in self.whole.items()
            if course.families.ties
        }
        return self._by_arm(found) if found else pd.DataFrame()

    def reach(self) -> pd.DataFrame:
        """Reach of what is offered, one row a twin, group of mothers, outcome and week (:func:`dyadsim.reach`).

        Empty where no ties are simulated or nothing is offered.
        """
        own = self.whole[self.name]
        if not (own.families.ties and own.development.treatments):
            return pd.DataFrame()
        found = [reach(own, self.whole[arm], self.visits).assign(against=arm) for arm in self.twin_arms]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
