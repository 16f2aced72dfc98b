"""Chances that depend on what a dyad is like: who consents, who comes, who is lost to a trial.

A chance is logistic in what it depends on; its constant is found, so that the share over the dyads of a replicate is
the one that was declared. So what drives a loss can be changed without changing how much is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator
from scipy.special import expit

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..measurement.instruments import Instrument
from ..theory.evidence import Cited
from ..theory.slow_states import LOADS, SLOW, SOURCES

__all__ = ["Dependence", "chances_with_share", "leaning"]

Numbers = NDArray[np.float64]
KNOWN = (*SLOW, *LOADS, *SOURCES)
"""States that a chance may depend on though nobody has measured them."""
_LARGEST = 5.0  # log-odds
_STEPS = 60  # of halving: the constant is then known to the last digits


class Dependence(toml_models.Written):
    """One thing that a chance depends on: exactly one of ``reading``, ``state``, ``sessions`` and ``arm``.

    Attributes
    ----------
    reading : an instrument, by name: what was last read from it (observed; in standard deviations of a community).
    state : a slow state, load or background: what it truly is (unobserved; in standard scores).
    sessions : true: the share of the sessions planned that were attended, from 0 to 1.
    arm : 1 for those in the arm of that name, 0 for others.
    log_odds : by which the chance changes for each standard deviation, for all sessions, or for the arm.
    evidence, note : what it rests on.
    """

    reading: str | None = None
    state: str | None = None
    sessions: bool = False
    arm: str | None = None
    log_odds: float = Field(ge=-_LARGEST, le=_LARGEST)
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("state")
    @classmethod
    def _exists(cls, state: str | None) -> str | None:
        if state is not None and state not in KNOWN:
            raise unknown("state that a chance depends on:", state, KNOWN)
        return state

    @field_validator("reading")
    @classmethod
    def _reads(cls, reading: str | None) -> str | None:
        if reading is not None and Instrument.load(reading).classifies:
            raise DyadsimError(f"A chance depends on a score, and '{reading}' gives classes.")
        return reading

    @model_validator(mode="after")
    def _is_one(self) -> Dependence:
        given = (self.reading is not None, self.state is not None, self.sessions, self.arm is not None)
        if sum(given) != 1:
            raise DyadsimError(
                "A chance depends on one of: reading, state, sessions, arm; give each a table of its own."
            )
        return self


def leaning(
    depends: Iterable[Dependence],
    readings: Mapping[str, Numbers],
    states: Mapping[str, Numbers],
    sessions: Numbers,
    arms: NDArray[np.str_],
) -> Numbers:
    """Log-odds (dyads,) by which each dyad's chance differs, before the constant.

    Parameters
    ----------
    depends : on what.
    readings : (dyads,) by instrument, in its points.
    states : (dyads,) by name, in standard scores.
    sessions : (dyads,) share of the sessions planned that were attended.
    arms : (dyads,) names of their arms.
    """
    summed = np.zeros(len(sessions))
    for each in depends:
        if each.reading is not None:
            scale = Instrument.load(each.reading)
            on = (readings[each.reading] - scale.mean) / scale.sd
        elif each.state is not None:
            on = np.asarray(states[each.state], dtype=np.float64)
        elif each.sessions:
            on = sessions
        else:
            on = (arms == each.arm).astype(np.float64)
        summed += each.log_odds * on
    return summed


def chances_with_share(log_odds: Numbers, share: float) -> Numbers:
    """Chances (dyads,) that are logistic in the log-odds and whose mean is the share.

    expit(a + log-odds), a found by halving an interval that holds it, to the same bits everywhere.

    Parameters
    ----------
    log_odds : (dyads,) by which they differ.
    share : from 0 to 1.

    Examples
    --------
    >>> chances_with_share(np.array([0.0, 0.0]), 0.25).round(3).tolist()
    [0.25, 0.25]
    """
    if not len(log_odds) or share <= 0 or share >= 1:
        return np.full(len(log_odds), float(np.clip(share, 0, 1)))
    low, high = -40.0 - log_odds.max(), 40.0 - log_odds.min()
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle + log_odds).mean() < share else (low, middle)
    return np.asarray(expit((low + high) / 2 + log_odds), dtype=np.float64)
