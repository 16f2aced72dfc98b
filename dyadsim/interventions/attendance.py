"""Doses and attendance: who takes up an offer, who attends which session, who leaves, and how long sessions act.

All of it is named luck (seed, replicate, dyad, intervention), so it can be known for any week without having stepped
the weeks before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from ..common.random_numbers import WeeklyLuck

__all__ = ["Attended", "Dose", "Shares", "saturated"]

Numbers = NDArray[np.float64]


class Shares(NamedTuple):
    """Chances of dyads, one for all or (dyads,): to begin, to attend a session, and to have left by the end."""

    uptake: Numbers | float
    attendance: Numbers | float
    drop_out: Numbers | float


@dataclass(frozen=True)
class Dose:
    """How much of an intervention is offered.

    Attributes
    ----------
    name : names the luck.
    sessions, weeks : how many sessions, laid evenly over how many weeks.
    uptake, attendance, drop_out : shares: of dyads who begin; of sessions that those who stay attend; of those who
        began who have left by the end.
    """

    name: str
    sessions: int
    weeks: int
    uptake: float
    attendance: float
    drop_out: float

    def shares(self, readiness: Numbers | None = None) -> Shares:
        """Chances of dyads to begin, to come and to leave.

        Parameters
        ----------
        readiness : (dyads,) log-odds by which each is readier than the shares say to begin, to come and to stay;
            None: all are alike. A share of 0 or 1 stays what it is.
        """
        if readiness is None:
            return Shares(self.uptake, self.attendance, self.drop_out)
        signed = ((self.uptake, 1), (self.attendance, 1), (self.drop_out, -1))
        return Shares(*(expit(logit(share) + sign * readiness) for share, sign in signed))

    @property
    def week_of(self) -> NDArray[np.int64]:
        """(sessions,) week of the programme in which each session is."""
        return np.arange(self.sessions) * self.weeks // max(self.sessions, 1)

    def takes_up(self, units: NDArray[np.int64], luck: WeeklyLuck, shares: Shares) -> NDArray[np.bool_]:
        """Truth (dyads,) of whether each begins, where it is offered (parameters as of :meth:`attended`)."""
        return np.asarray(luck.outcome(units, f"{self.name}: uptake") < shares.uptake)

    def stays(self, units: NDArray[np.int64], luck: WeeklyLuck, shares: Shares) -> Numbers:
        """Weeks (dyads,) after which each would leave, at an even rate, by which the share ``drop_out`` is gone after
        the last week; infinite where nobody leaves (parameters as of :meth:`attended`)."""
        if self.drop_out <= 0:
            return np.full(len(units), np.inf)
        uniform = luck.outcome(units, f"{self.name}: leaving")
        return np.asarray(self.weeks * np.log1p(-uniform) / np.log1p(-shares.drop_out), dtype=np.float64)

    def comes(self, units: NDArray[np.int64], luck: WeeklyLuck, shares: Shares, session: int) -> NDArray[np.bool_]:
        """Truth (dyads,) of whether each would come to a session, by its number from 0 (parameters as of
        :meth:`attended`)."""
        return np.asarray(luck.outcome(units, f"{self.name}: session {session}") < shares.attendance)

    def attended(
        self,
        units: NDArray[np.int64],
        luck: WeeklyLuck,
        readiness: Numbers | None = None,
        offered_to: NDArray[np.bool_] | None = None,
    ) -> Attended:
        """What each dyad attends.

        Parameters
        ----------
        units : (dyads,) their numbers.
        luck : by which they begin, come and leave.
        readiness : (dyads,) as :meth:`shares` takes it.
        offered_to : (dyads,) to whom it is offered at all; None: to all.
        """
        shares = self.shares(readiness)
        takes_up = self.takes_up(units, luck, shares)
        if offered_to is not None:
            takes_up &= offered_to
        left = self.stays(units, luck, shares)
        # Sessions attended, added up week by week.
        number = np.zeros((self.weeks + 1, len(units)))
        week_of = self.week_of
        for week in range(self.weeks):
            there = takes_up & (week < left)
            came = np.zeros(len(units))
            for session in np.flatnonzero(week_of == week):
                came += there & self.comes(units, luck, shares, int(session))
            number[week + 1] = number[week] + came
        return Attended(number, takes_up, np.where(takes_up & (left < self.weeks), left, np.nan))


@dataclass(frozen=True, eq=False)
class Attended:
    """What dyads attended.

    Attributes
    ----------
    number : (weeks + 1, dyads) sessions attended before each week of the programme, and after its last.
    takes_up : (dyads,) who began.
    left : (dyads,) weeks after which they left; NaN for those who did not.
    """

    number: Numbers
    takes_up: NDArray[np.bool_]
    left: Numbers

    def before(self, week: int) -> tuple[Numbers, Numbers]:
        """(dyads,) sessions attended before a week counted from the start, and weeks since it ended for each dyad.

        It ends with its last week, or when they leave.
        """
        weeks = len(self.number) - 1
        ended = np.where(np.isnan(self.left), weeks, np.ceil(self.left))
        return self.number[min(max(week, 0), weeks)], np.maximum(week - ended, 0.0)


def saturated(sessions: Numbers, planned: int, half_at: float) -> Numbers:
    """What so many sessions give, 1 for as many as are planned; the first give most.

    n / (n + half_at), over the same of the sessions planned

    Parameters
    ----------
    sessions : (dyads,) attended, n.
    planned : how many there are.
    half_at : sessions that give half of what any number of them could.
    """
    return sessions / (sessions + half_at) * ((planned + half_at) / planned)
