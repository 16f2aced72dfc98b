"""Deliveries: a programme as a service gives it, family by family, each from the week on in which its place came.

What an offer lays out beforehand (:mod:`.treatment`), a delivery learns week by week: who began when, to which sessions
they came, when it ended for them. Its sessions act by the usual rule, and where everybody begins at once and every
session is given, a delivery is the offer, to the bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.random_numbers import DIGITS
from .effect_rule import InterventionRule, Taken
from .treatment import ATTENDED, Treatment

__all__ = ["NEVER", "Delivered", "Delivery"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
NEVER = 2**31
"""The week of what never comes."""


class Delivery:
    """A programme as it is given to the rows of families, written on week by week.

    Parameters
    ----------
    treatment : the programme, bound to the rows of all whom it may reach.
    first_week, weeks : of the course in which it is given.
    states : number of slow states.

    Attributes
    ----------
    began, ended : (rows,) week of his life in which it began, and after which it was over for them; :data:`NEVER`.
    left : (rows,) week of his life in which they left; :data:`NEVER` where they did not.
    number : (weeks + 1, rows) sessions attended before each week, and at the end.
    starting : (states, rows) slow states when it began.
    group : (rows,) number of the group in which a row sits; -1 in none.
    """

    def __init__(self, treatment: Treatment, first_week: int, weeks: int, states: int) -> None:
        rows = len(treatment.units)
        self.treatment, self.first_week = treatment, first_week
        self.began = np.full(rows, NEVER, dtype=np.int64)
        self.ended, self.left, self.group = self.began.copy(), self.began.copy(), np.full(rows, -1, dtype=np.int64)
        self.number = np.zeros((weeks + 1, rows), dtype=np.int32)
        self.starting = np.zeros((states, rows))

    def begin(self, rows: Whole, week: int, states: Numbers, group: Whole) -> None:
        """Let it begin for some rows.

        Parameters
        ----------
        rows : of families.
        week : of his life.
        states : (states, rows of all) slow states at its start.
        group : (rows,) number of the group of each; -1 in none.
        """
        self.began[rows], self.starting[:, rows], self.group[rows] = week, states[:, rows], group

    def came(self, rows: Whole, week: int) -> None:
        """Write down one session of some rows in a week of his life."""
        self.number[week - self.first_week + 1 :, rows] += 1

    def end(self, rows: Whole, week: int) -> None:
        """Let it be over for some rows before a week of his life begins."""
        self.ended[rows] = week


class Delivered:
    """A delivery as the weekly step of some rows meets it: a neighbour of the dyads, as an offer is.

    Parameters
    ----------
    delivery : as it is written on.
    rows : of these dyads among all.
    """

    start_week = NEVER
    """It keeps states at its start by itself, row by row."""

    def __init__(self, delivery: Delivery, rows: slice | Whole) -> None:
        self.delivery, self.rows = delivery, rows

    def of(self, rows: slice | Whole) -> Delivered:
        """The delivery to some of these dyads."""
        return Delivered(self.delivery, np.arange(len(self.delivery.began))[self.rows][rows])

    @property
    def name(self) -> str:
        """The name of the intervention."""
        return self.delivery.treatment.name

    @property
    def began(self) -> NDArray[np.bool_]:
        """Truth (dyads,) of whether it has ever begun for each."""
        return np.asarray(self.delivery.began[self.rows] < NEVER)

    @property
    def in_groups(self) -> bool:
        """Whether it is given in groups in which mothers meet."""
        offered = self.delivery.treatment.offered
        return offered.entry.in_groups and offered.to != "partner"

    @property
    def about(self) -> dict[str, Any]:
        """What was given, in plain values."""
        return self.delivery.treatment.offered.provenance

    def sessions(self, week: int) -> Numbers:
        """Sessions (dyads,) attended before a week of his life."""
        at = np.clip(week - self.delivery.first_week, 0, len(self.delivery.number) - 1)
        return self.delivery.number[at, self.rows].astype(np.float64)

    @property
    def group(self) -> Whole:
        """Number (dyads,) of the group in which each sits, or sat; -1 in none."""
        return self.delivery.group[self.rows]

    def groups_of(self, week: int) -> Whole:
        """Number (dyads,) of the group in which each sat at a session in a week; -1 for who was not there."""
        return np.where(self.sessions(week + 1) > self.sessions(week), self.group, -1)

    def frame(self, week: int) -> pd.DataFrame:
        """One row a dyad: ``taken_up``, ``sessions`` attended before a week, ``left_week`` (NaN: not by then)."""
        given = self.delivery
        left = given.left[self.rows].astype(np.float64)
        columns = (
            given.treatment.units[self.rows],
            self.name,
            given.began[self.rows] < week,
            self.sessions(week).astype(int),
            np.where(left < week, left, np.nan),
        )
        return pd.DataFrame(dict(zip(ATTENDED, columns, strict=True)))

    def shift(self, week: int, starting_states: Numbers | None) -> dict[str, Numbers]:
        """Shifts (dyads,) by state at the start of a week, in standard scores.

        Parameters
        ----------
        week : of his life.
        starting_states : not asked for.
        """
        given, treatment = self.delivery, self.delivery.treatment
        sessions = self.sessions(week)
        some = np.flatnonzero(sessions > 0)
        if not len(some):
            return {}
        at = np.arange(len(given.began))[self.rows][some]
        entry = treatment.offered.entry
        since_end = np.maximum(week - given.ended[at], 0).astype(np.float64)
        met = treatment.states_by_name(given.starting[:, at])
        taken = Taken(entry, 0, sessions[some], since_end, met, treatment.sizing.usual)
        shifts = {}
        for effect in entry.effects:
            strength = InterventionRule.strength(effect, taken)
            shift = np.zeros(len(sessions))
            shift[some] = np.round(treatment.sizing.pushes[effect.state] * strength, DIGITS)
            if effect.state in treatment.untouched:
                shift = np.where(treatment.untouched[effect.state][self.rows], 0.0, shift)
            shifts[effect.state] = shift
        return shifts
