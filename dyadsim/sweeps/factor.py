"""Factor of a design: what a sweep varies, and the levels it has in a grid or at shares of its range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..common.random_numbers import DIGITS

__all__ = ["Factor", "Level"]

Level = float | int | str
"""What a factor is set to: a number, or the name of a population or paradigm."""


class Factor(toml_models.Written):
    """What a sweep varies, and over which levels.

    Attributes
    ----------
    name : of a trait, a coefficient or a weekly parameter, or one that
        :func:`dyadsim.sweeps.point_setup.known_names` lists.
    low, high : the ends between which it varies evenly.
    values : the levels that it has instead, numbers or names, each as often as any other.
    levels : how many levels a grid has from ``low`` to ``high``.
    """

    name: str = Field(min_length=1)
    low: float | None = None
    high: float | None = None
    values: toml_models.Listed[float | int | str] = ()
    levels: int = Field(default=5, ge=2, le=10_000)

    @model_validator(mode="after")
    def _ranges(self) -> Factor:
        if self.values:
            if self.low is not None or self.high is not None:
                raise DyadsimError(f"Factor '{self.name}' has either values or low and high, not both.")
            if (value := twice(self.values)) is not None:
                raise DyadsimError(f"Factor '{self.name}' has the value {value!r} twice.")
        elif self.low is None or self.high is None or not self.low < self.high:
            raise DyadsimError(f"Factor '{self.name}' needs values, or a low and a higher high.")
        return self

    def ends(self) -> tuple[Level, ...]:
        """The levels that say whether it can be set at all: every value, or the lowest and the highest."""
        return self.values or (self.low or 0.0, self.high or 0.0)

    def grid(self, whole: bool) -> tuple[Level, ...]:
        """The levels of a grid; those of a factor that takes ``whole`` numbers only are rounded, each there once."""
        if self.values:
            return self.values
        low, high = self._range()
        levels = np.round(np.linspace(low, high, self.levels), 0 if whole else DIGITS)
        return tuple(dict.fromkeys(levels.tolist()))

    def at(self, shares: NDArray[np.float64], whole: bool) -> list[Level]:
        """The levels at some shares of its range.

        Parameters
        ----------
        shares : (points,) from 0, the low end, to 1, the high end; of ``values``, equal parts of 0 to 1.
        whole : whether the factor takes whole numbers only; every whole number then has an equal part.

        Returns
        -------
        One level a point, in the factor's unit.
        """
        if self.values:  # shares are cut into as many equal parts as there are values
            places = np.minimum((shares * len(self.values)).astype(int), len(self.values) - 1)
            return [self.values[place] for place in places]
        low, high = self._range()
        if whole:  # every whole number from low to high has an equal part of the shares, both ends too
            return list(np.minimum(np.floor(low + shares * (high - low + 1)), high).tolist())
        return list(np.round(low + shares * (high - low), DIGITS).tolist())

    def _range(self) -> tuple[float, float]:
        assert self.low is not None and self.high is not None, "a factor without values has a range"
        return self.low, self.high
