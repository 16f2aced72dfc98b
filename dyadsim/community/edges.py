"""Ties as parallel arrays of edges, each with who has it and to whom, by numbers that stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..theory.tie_rules import KINDS, NEIGHBOUR, OUTSIDE

__all__ = ["Ties", "ties_of_table"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ties:
    """Ties of all mothers at the start of a week, in the order of who has them, and to whom.

    Attributes
    ----------
    who : (ties,) number of the family whose mother has the tie.
    whom : (ties,) number of the other's family; from 2^31 on, of someone out of the community.
    kind : (ties,) in the order of :data:`~dyadsim.theory.tie_rules.KINDS`.
    since : (ties,) week in which it began.
    ready : (ties,) how readily the other can be counted on in this half-year, from 0 (most) to 1.
    hours : (ties,) together so far.
    """

    who: Whole
    whom: Whole
    kind: Whole
    since: Whole
    ready: Numbers
    hours: Numbers

    def __len__(self) -> int:
        return len(self.who)

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The arrays, in their order."""
        return tuple(getattr(self, each.name) for each in fields(self))

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(ties,) those to another mother of the community."""
        return self.whom < OUTSIDE

    def of(self, first: int, last: int) -> Ties:
        """Ties that mothers of the families from a number to another have."""
        theirs = slice(*np.searchsorted(self.who, [first, last + 1]))
        return Ties(*(each[theirs] for each in self.arrays))

    def among(self, numbers: Whole) -> Ties:
        """Ties between mothers of some families alone."""
        theirs = np.isin(self.who, numbers) & np.isin(self.whom, numbers)
        return Ties(*(each[theirs] for each in self.arrays))

    @classmethod
    def joined(cls, parts: Iterable[Ties]) -> Ties:
        """Ties of several communities together, which are in the order of their numbers."""
        each = [part.arrays for part in parts]
        return cls(*(np.concatenate(arrays) for arrays in zip(*each, strict=True)))

    @classmethod
    def none(cls) -> Ties:
        """No tie at all."""
        whole, numbers = np.zeros(0, dtype=np.int64), np.zeros(0)
        return cls(whole, whole, whole, whole, numbers, numbers)

    def frame(self) -> pd.DataFrame:
        """Table of the ties: ``who``, ``whom`` (-1: someone out of the community), ``kind``, ``since``, ``hours``."""
        return pd.DataFrame(
            {
                "who": self.who,
                "whom": np.where(self.inside, self.whom, -1),
                "kind": np.array(KINDS)[self.kind],
                "since": self.since,
                "hours": self.hours,
            }
        )

    def beside(self, others: Ties) -> Ties:
        """These ties and others together, in their order."""
        together = Ties.joined([self, others])
        order = np.lexsort((together.whom, together.who))
        return Ties(*(each[order] for each in together.arrays))


def ties_of_table(table: Any, numbers: Whole, community_size: int, hours: float) -> Ties:
    """Ties that a user gives, checked: each from one mother to another of the same community.

    Parameters
    ----------
    table : rows of ``who``, ``whom`` and, if it is known, ``hours`` together: a DataFrame, or a list of tuples.
    numbers : (families,) that there are.
    community_size : families of a community.
    hours : together, where a row does not say.

    Raises
    ------
    DyadsimError
        for what is no such table, a tie to nobody, to herself or into another community, or one that is there twice.
    """
    try:
        rows = pd.DataFrame(table)
        rows = rows.set_axis(["who", "whom", "hours"][: rows.shape[1]], axis=1) if "who" not in rows else rows
        who, whom = (rows[name].to_numpy(dtype=np.int64) for name in ("who", "whom"))
        known = rows["hours"].to_numpy(dtype=np.float64) if "hours" in rows else np.full(len(rows), np.nan)
    except (KeyError, TypeError, ValueError):
        raise DyadsimError(
            f"Ties are given as rows of who, whom and, if known, hours together, such as [(0, 1), (1, 0, 120)], not "
            f"{table!r:.60}."
        ) from None
    for one, other in zip(who.tolist(), whom.tolist(), strict=True):
        for number in (one, other):
            if number not in numbers:
                raise DyadsimError(f"A tie from family {one} to {other} is to nobody: there is no family {number}.")
        if one == other or one // community_size != other // community_size:
            raise DyadsimError(
                f"A tie from family {one} to {other} is none: ties are between two mothers of one community, which has "
                f"{community_size} families."
            )
    if len(set(zip(who.tolist(), whom.tolist(), strict=True))) < len(who):
        raise DyadsimError("A tie is given twice; that the other has it too is another row.")
    if np.any(known < 0) or np.any(np.isinf(known)):
        raise DyadsimError("Hours together are numbers from 0 on.")
    whole = np.zeros(len(who), dtype=np.int64)
    ready = np.full(len(who), 0.5)
    given = Ties(who, whom, whole + NEIGHBOUR, whole, ready, np.where(np.isnan(known), hours, known))
    return given.beside(Ties.none())
