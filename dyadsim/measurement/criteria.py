"""Criteria on what instruments read: who is eligible, for whom an effect is asked, who reaches a cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError
from .instruments import Instrument

__all__ = ["Reading", "reached"]


class Reading(toml_models.Written):
    """A criterion on what an instrument reads at the first visit: who reaches it belongs, all others do not.

    Attributes
    ----------
    reading : the instrument, by name.
    at_least, at_most : in its points; one of them or both.
    """

    reading: str
    at_least: float | None = None
    at_most: float | None = None

    @field_validator("reading")
    @classmethod
    def _gives_points(cls, reading: str) -> str:
        if Instrument.load(reading).classifies:
            raise DyadsimError(f"A criterion is on points, and '{reading}' gives classes.")
        return reading

    @model_validator(mode="after")
    def _can_be_reached(self) -> Reading:
        scale = Instrument.load(self.reading)
        if self.at_least is None and self.at_most is None:
            raise DyadsimError(f"A criterion on '{self.reading}' says at_least, at_most, or both.")
        low, high = (
            scale.low if self.at_least is None else self.at_least,
            scale.high if self.at_most is None else self.at_most,
        )
        if low > high or low > scale.high or high < scale.low:
            raise DyadsimError(
                f"Nobody can have at least {low:g} and at most {high:g} on '{self.reading}', which goes from "
                f"{scale.low:g} to {scale.high:g}."
            )
        return self

    def met_by(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Who (dyads,) meets it, by what was read."""
        low, high = (-np.inf if self.at_least is None else self.at_least), np.inf
        return np.asarray((points >= low) & (points <= (high if self.at_most is None else self.at_most)))

    def __str__(self) -> str:
        ends = {"at least": self.at_least, "at most": self.at_most}
        return f"{self.reading} " + " and ".join(f"{word} {end:g}" for word, end in ends.items() if end is not None)


def reached(points: ArrayLike, cut: float) -> NDArray[np.float64]:
    """Whether points reach a cut: 1 or 0 each, NaN where nothing was read.

    Parameters
    ----------
    points : of an instrument.
    cut : from which on a dyad counts.

    Examples
    --------
    >>> reached([10.0, 11.0, float("nan")], 11).tolist()
    [0.0, 1.0, nan]
    """
    read = np.asarray(points, dtype=np.float64)
    return np.where(np.isnan(read), np.nan, read >= cut)
