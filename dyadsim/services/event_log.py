"""Log of all that happens between a service and families, event by event: what tables and costs are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["EVENTS", "Log"]

EVENTS = {
    "contact": "was met at a contact of the calendar",
    "not met": "was not met at a contact, for it was not wanted or nobody was there",
    "missed contact": "was not met at a contact, for there were no hours for it",
    "screened": "filled in a screening (value: its score)",
    "not offered": "was met, and no screening was offered",
    "not answered": "was offered a screening and did not fill it in",
    "positive": "read positive in a screening (value: its score)",
    "noticed": "was noticed to be depressed, without an instrument",
    "told": "spoke of her symptoms by herself",
    "heard": "was led on after she had spoken of them",
    "interviewed": "came to a diagnostic interview (value: how far above the threshold of a case it read)",
    "no interview": "was invited to an interview and did not come",
    "referred": "was referred or invited to a programme (value: weeks of his life)",
    "gave up": "gave up waiting (value: weeks waited)",
    "too old": "waited until the infant was too old for the programme (value: weeks waited)",
    "declined": "was offered a place and declined (value: weeks waited)",
    "began": "began a programme (value: weeks waited)",
    "session": "came to a session (value: its number, from 0)",
    "missed session": "did not come to a session (value: its number)",
    "postponed": "had a session, contact or interview put off for lack of hours",
    "other person": "got another person, for theirs had left",
    "left": "left a programme before its end (value: sessions attended)",
    "finished": "came to the end of a programme (value: sessions attended)",
    "reviewed": "was seen again at the end of a programme (value: score)",
}
"""Events of families, in words."""

_CODES = {name: code for code, name in enumerate(EVENTS)}


class Log:
    """Log of events.

    Parameters
    ----------
    numbers : (families,) numbers of the families.
    born : (families,) week of the service in which each infant is born.
    names : names of all that events are of: contacts, programmes, instruments, staff.
    """

    def __init__(self, numbers: NDArray[np.int64], born: NDArray[np.int64], names: tuple[str, ...]) -> None:
        self._numbers, self._born = numbers, born
        self._names = {"": -1, **{name: place for place, name in enumerate(dict.fromkeys(names))}}
        self._parts: list[tuple[Any, ...]] = []

    def add(
        self,
        event: str,
        week: int,
        families: NDArray[np.int64],
        what: str = "",
        staff: str = "",
        hours: Any = 0.0,
        value: Any = np.nan,
    ) -> None:
        """Write down an event of some families.

        Parameters
        ----------
        event : one of :data:`EVENTS`.
        week : of the service.
        families : (some,) their places.
        what : of which contact, programme or instrument it is.
        staff, hours : whose hours it took, and how many of each family.
        value : of each family, as the event says.
        """
        if not len(families):
            return
        codes = (_CODES[event], week, self._names[what], self._names[staff])
        full = [np.full(len(families), code, dtype=np.int32) for code in codes]
        given = [np.broadcast_to(np.asarray(each, dtype=np.float64), len(families)) for each in (hours, value)]
        self._parts.append((families, *full, *given))

    def frame(self) -> pd.DataFrame:
        """Table of all events in the order in which they happened.

        Returns
        -------
        ``family`` (its number), ``service_week``, ``week`` (of his life), ``event``, ``what``, ``staff``, ``hours``,
        ``value``.
        """
        if self._parts:
            families, event, week, what, staff, hours, value = (
                np.concatenate(each) for each in zip(*self._parts, strict=True)
            )
        else:
            families = event = week = what = staff = np.zeros(0, dtype=np.int64)
            hours = value = np.zeros(0)
        names = np.array([*list(self._names)[1:], ""], dtype=object)
        return pd.DataFrame(
            {
                "family": self._numbers[families],
                "service_week": week.astype(np.int64),
                "week": week.astype(np.int64) - self._born[families],
                "event": np.array(list(EVENTS), dtype=object)[event],
                "what": names[what],
                "staff": names[staff],
                "hours": hours,
                "value": value,
            }
        )
