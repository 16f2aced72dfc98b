"""Norms of lived measures: what a week of play gives in the community at each age, to score weeks against.

Made on the exact law by ``dyadsim calibrate development`` and kept in ``data/development.toml``. With them stands how
far a measure follows the traits of a dyad: the linear theory needs it, the simulation does not.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.files import package_data
from .slow_states import LIVED, PLAY_TRAITS, SHOWN_IN_PLAY

__all__ = ["FOLLOWED", "Norms"]

Numbers = NDArray[np.float64]

FOLLOWED = (*SHOWN_IN_PLAY, "burden", *PLAY_TRAITS)
"""Traits of the rules that a lived measure may follow."""

_FARTHEST = 4.0
"""A score beyond this is held at it: one strange week moves no one without bound."""


@dataclass(frozen=True, eq=False)
class Norms:
    """Mean and standard deviation of the lived measures between dyads of the community, by age.

    Attributes
    ----------
    ages : (ages,) weeks since term.
    mean, sd : (lived, ages) over dyads, of what a dyad's weeks give on average.
    slopes : (lived, followed traits) standard scores per standard score, averaged over the first year.
    chance : (lived,) standard deviation of a week's score from one week to the next, for the same dyad.
    """

    ages: Numbers
    mean: Numbers
    sd: Numbers
    slopes: Numbers
    chance: Numbers

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        by_age, measures = (len(LIVED), len(self.ages)), len(LIVED)
        shapes = (self.ages.shape[:1], by_age, by_age, (measures, len(FOLLOWED)), (measures,))
        parts = (self.ages, self.mean, self.sd, self.slopes, self.chance)
        whole = all(part.shape == shape for part, shape in zip(parts, shapes, strict=True))
        if not (whole and all(np.isfinite(part).all() for part in parts) and (self.sd > 0).all()):
            raise DyadsimError("Norms need a mean, an sd above 0, slopes and chance for every lived measure.")

    @classmethod
    @functools.cache
    def default(cls) -> Norms:
        """The shipped norms."""
        given = tomllib.loads(package_data("development.toml").read_text("utf-8"))["norms"]
        return cls.read(given)

    @classmethod
    def read(cls, given: dict[str, Any]) -> Norms:
        """Norms from what :meth:`written` gave."""
        by_measure = [given[name] for name in LIVED]
        return cls(
            np.array(given["ages"], dtype=float),
            np.array([each["mean"] for each in by_measure]),
            np.array([each["sd"] for each in by_measure]),
            np.array([[each["slopes"][trait] for trait in FOLLOWED] for each in by_measure]),
            np.array([each["chance"] for each in by_measure]),
        )

    def written(self) -> dict[str, Any]:
        """The norms in plain values, as ``data/development.toml`` has them."""
        rounded = lambda values: [round(float(value), 6) for value in values]  # noqa: E731
        return {"ages": rounded(self.ages)} | {
            name: {
                "mean": rounded(self.mean[k]),
                "sd": rounded(self.sd[k]),
                "chance": round(float(self.chance[k]), 6),
                "slopes": dict(zip(FOLLOWED, rounded(self.slopes[k]), strict=True)),
            }
            for k, name in enumerate(LIVED)
        }

    @functools.cached_property
    def digest(self) -> str:
        """A hash of every number."""
        parts = (self.ages, self.mean, self.sd, self.slopes, self.chance)
        return hashlib.sha256(b"".join(np.ascontiguousarray(part, dtype=float).tobytes() for part in parts)).hexdigest()

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Norms) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def at(self, age: Numbers) -> tuple[Numbers, Numbers]:
        """(lived, dyads) mean and standard deviation at each dyad's age (dyads,)."""
        mean, sd = (np.stack([np.interp(age, self.ages, row) for row in rows]) for rows in (self.mean, self.sd))
        return mean, sd

    def scores(self, weekly_measures: Numbers, age: Numbers) -> Numbers:
        """(lived, dyads) measures of a week as standard scores against dyads of the same age.

        Parameters
        ----------
        weekly_measures : (lived, dyads) in the order of ``LIVED`` and in the unit of each.
        age : (dyads,) weeks since term.
        """
        mean, sd = self.at(age)
        return np.clip((weekly_measures - mean) / sd, -_FARTHEST, _FARTHEST)
