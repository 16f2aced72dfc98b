"""Teams: the people of one kind of staff, whose hours are given out, who hold families, who leave and are replaced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import WeeklyLuck
from .staff import Staff

__all__ = ["Team"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
_DECISION = 200  # of what happens between a person's post and a week
_YEAR = 52


class Team:
    """Team of one kind of staff for the families of an area.

    Parameters
    ----------
    staff : of which kind.
    families : for how many.
    kind : its place among the kinds of the service, which names the luck.
    luck : of the weeks.
    unlimited : whether hours and caseloads have no end.

    Attributes
    ----------
    people : how many posts there are.
    hours : of a week, of all together. Part of a post, in a small area, saves hours until they are a person's week.
    left, used : hours of this week that nobody has had yet, and those that were given.
    person : (families,) the post whose family each is; -1 for none.
    """

    def __init__(self, staff: Staff, families: int, kind: int, luck: WeeklyLuck, unlimited: bool = False) -> None:
        self.staff, self._kind, self._luck = staff, kind, luck
        self.people = staff.people(families)
        self.hours = np.inf if unlimited else staff.hours_of(families)
        self.left, self.used = 0.0, 0.0
        self.person = np.full(families, -1, dtype=np.int64)
        self._programmes = np.zeros(families, dtype=np.int64)  # in which each is held
        self._caseload = None if unlimited else staff.caseload

    @property
    def held(self) -> int:
        """How many families are held."""
        return int((self.person >= 0).sum())

    @property
    def room(self) -> float:
        """How many more families can be held."""
        return np.inf if self._caseload is None else max(self._caseload * self.people - self.held, 0)

    def begin_week(self, week: int) -> Whole:
        """Begin a week of the service: hours are there again, and who leaves is replaced.

        Returns
        -------
        Places of families who have another person now.
        """
        saved = self.left if self.hours < self.staff.hours else 0.0
        self.left, self.used = min(saved + self.hours, max(self.hours, self.staff.hours)), 0.0
        if not self.staff.turnover:
            return np.zeros(0, dtype=np.int64)
        chance = 1 - (1 - self.staff.turnover) ** (1 / _YEAR)
        drawn = self._luck.between(np.arange(self.people), np.int64(self._kind), week, _DECISION)
        gone = np.flatnonzero(drawn < chance)
        return np.flatnonzero(np.isin(self.person, gone)) if len(gone) else np.zeros(0, dtype=np.int64)

    def granted(self, hours: Numbers) -> NDArray[np.bool_]:
        """Grant hours in the order in which they are asked for, as long as there are enough; they are taken.

        Parameters
        ----------
        hours : (asked,) of each.

        Returns
        -------
        Truth (asked,) of whether each has them.
        """
        enough = np.cumsum(hours) <= self.left + 1e-9
        taken = float(hours[enough].sum())
        self.left, self.used = self.left - taken, self.used + taken
        return np.asarray(enough)

    def take(self, families: Whole) -> None:
        """Hold some families in one programme more, each by the person who has fewest."""
        self._programmes[families] += 1
        load = np.bincount(self.person[self.person >= 0], minlength=self.people)
        for family in families[self.person[families] < 0]:
            post = int(load.argmin())
            self.person[family] = post
            load[post] += 1

    def let_go(self, families: Whole) -> None:
        """Hold some families in one programme less; who is in none is nobody's any more."""
        self._programmes[families] -= 1
        self.person[families[self._programmes[families] == 0]] = -1
