"""Waiting lists of programmes, and the register of where each family stands with a programme."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["STANDINGS", "Register"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
STANDINGS = ("nothing", "waiting", "in", "gave up", "too old", "declined", "left", "finished")
"""Where a family may stand with a programme; it stands in one place at a time, and comes back to none."""
_PLACE = {name: place for place, name in enumerate(STANDINGS)}
_FROM = {
    **{"waiting": "nothing", "in": "waiting", "gave up": "waiting", "too old": "waiting", "declined": "waiting"},
    **{"left": "in", "finished": "in"},
}


class Register:
    """Register of a programme: where each family stands, since when, and who is next.

    Parameters
    ----------
    families : how many.
    priority : one of :data:`~dyadsim.services.programmes.PRIORITIES`.

    Attributes
    ----------
    standing : (families,) place among :data:`STANDINGS`.
    referred, began : (families,) weeks of the service; -1 before.
    severity : (families,) when they were referred, in standard scores.
    """

    def __init__(self, families: int, priority: str = "first come") -> None:
        self.priority = priority
        self.standing = np.zeros(families, dtype=np.int8)
        self.referred = np.full(families, -1, dtype=np.int64)
        self.began = self.referred.copy()
        self.severity = np.zeros(families)

    def who(self, standing: str) -> Whole:
        """Places of the families who stand there."""
        return np.flatnonzero(self.standing == _PLACE[standing])

    def refer(self, families: Whole, week: int, severity: Numbers) -> Whole:
        """Put families on the list who have never been on it; gives who they are.

        Parameters
        ----------
        families : (some,) their places, each once.
        week : of the service.
        severity : (some,) in standard scores.
        """
        new = self.standing[families] == _PLACE["nothing"]
        added = families[new]
        self.standing[added] = _PLACE["waiting"]
        self.referred[added], self.severity[added] = week, severity[new]
        return added

    def move(self, families: Whole, to: str) -> None:
        """Have families stand elsewhere, who stand where one comes from there."""
        assert (self.standing[families] == _PLACE[_FROM[to]]).all()
        self.standing[families] = _PLACE[to]

    def waited(self, families: Whole, week: int) -> Whole:
        """Weeks (some,) for which families have waited in a week of the service."""
        return week - self.referred[families]

    def in_order(self, ages: Whole) -> Whole:
        """Places of those who wait, who is next first; of two alike the one of the lower number.

        Parameters
        ----------
        ages : (families,) weeks of his life.
        """
        waiting = self.who("waiting")
        since = self.referred[waiting]
        first = {"first come": since, "most severe": -self.severity[waiting], "youngest": ages[waiting]}[self.priority]
        return waiting[np.lexsort((waiting, since, first))]

    def counts(self) -> dict[str, int]:
        """How many families stand where."""
        found = np.bincount(self.standing, minlength=len(STANDINGS))
        return {name: int(found[place]) for name, place in _PLACE.items()}
