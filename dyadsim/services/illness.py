"""Illness as a service has to do with it: which mothers are depressed in a week, and what an interview reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..theory.service_parameters import ServiceParameters

__all__ = ["Watch", "interview_readings", "is_case"]

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


def interview_readings(depression: Numbers, errors: Numbers, parameters: ServiceParameters) -> Numbers:
    """Readings (families,) of a diagnostic interview, above the threshold of a case from 0 on: sqrt(R) true +
    sqrt(1 - R) error - threshold.

    Parameters
    ----------
    depression : (families,) depressive symptoms, in standard scores.
    errors : (families,) standard normal draws.
    parameters : of services.
    """
    r = parameters["reliability of an interview"]
    return np.asarray(np.sqrt(r) * depression + np.sqrt(1 - r) * errors - parameters["depression of a case"])


def is_case(depression: Numbers, parameters: ServiceParameters) -> Truths:
    """Truth (..., weeks) of whether a mother is depressed in a week: symptoms have been high for so many weeks by then.

    Parameters
    ----------
    depression : (..., weeks) depressive symptoms, in standard scores.
    parameters : of services.
    """
    high = depression >= parameters["depression of a case"]
    weeks = round(parameters["weeks of a case"])
    ill = high.copy()
    for before in range(1, weeks):
        ill[..., before:] &= high[..., :-before]
        ill[..., :before] = False
    return np.asarray(ill)


class Watch:
    """Watch over who is depressed, week by week: :func:`is_case` as it is known at the time.

    Parameters
    ----------
    families : how many.
    parameters : of services.

    Attributes
    ----------
    ill : (families,) true for mothers who are depressed now.
    """

    def __init__(self, families: int, parameters: ServiceParameters) -> None:
        self.parameters = parameters
        self.ill = np.zeros(families, dtype=bool)
        self._for = np.zeros(families, dtype=np.int64)

    def look(self, depression: Numbers, there: Truths) -> None:
        """Look at the mothers of a week.

        Parameters
        ----------
        depression : (families,) in standard scores.
        there : (families,) true for those whose weeks are lived now.
        """
        high = there & (depression >= self.parameters["depression of a case"])
        self._for = np.where(high, self._for + 1, 0)
        self.ill = self._for >= round(self.parameters["weeks of a case"])
