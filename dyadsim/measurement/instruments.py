"""Instruments: what a study sees, through scales with unit, reliability, floor, ceiling and raters, or classes.

An instrument sees a state through error. Its scale has the mean and standard deviation that a community has on it, its
ends are floors and ceilings, and where one person reports on several things, part of the error is hers and shared.
They ship as TOML (``data/instruments``), each number with its source or marked *assumed*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..common.random_numbers import WeeklyLuck
from ..theory.attachment import CLASSES
from ..theory.evidence import Cited
from ..theory.slow_states import INFANTS_OWN, LOADS, SLOW, SOURCES, TROUBLES
from ..theory.traits import TRAITS

__all__ = ["Instrument", "classified", "given_classes", "scored"]

ATTACHMENT = "attachment"
_SEEN = (*SLOW, *LOADS, *SOURCES, ATTACHMENT)
_RATED, _SELF_REPORT = ("observer", "interview"), "self-report"
_INFANTS = (*INFANTS_OWN, *(name for name in SOURCES if name in TRAITS and TRAITS[name].of == "infant"))
_REPORTER = "reporter"  # names the error that a mother's answers of one week share


class Instrument(toml_models.Shipped):
    """Scale or classification through which a study sees dyads.

    Attributes
    ----------
    title : its full name, and what is measured in plain words; left out, its name and what it sees.
    point : what a difference of one point means in plain words, and what its cut stands for.
    of : what it sees: slow states, loads, background or traits by name, with weight and sign of each (choose them so
        that their sum varies by about 1 in the community, or reliability and ``sd`` are not as said); or
        ``attachment``, which it classifies.
    by : ``self-report``, ``observer``, ``interview`` or ``records``.
    unit, low, high, step : its scale, with floor and ceiling; scores are multiples of ``step`` from ``low``.
    mean, sd : where community dyads stand on it, before floor and ceiling.
    reliability : the share of the variance of one score, between community dyads, that is true.
    rater : the share that is the rater's (what is left besides is the occasion's): another rater of the same occasion
        differs in it.
    shared : of the error of a self-report, the share that a mother's answers of one week have in common.
    agreement, confused : of a classification, the share of dyads that are given their true class; how often each other
        class is given in its place, relative to each other.
    cut : a score from which on a screening counts as positive, where one is used.
    evidence, note : what these numbers rest on; ids or *assumed*.
    """

    KIND: ClassVar[str] = "instrument"
    title: str = ""
    point: str = ""
    of: dict[str, float]
    by: Literal["self-report", "observer", "interview", "records"]
    unit: str
    low: float = 0.0
    high: float = 0.0
    step: float = Field(default=1.0, gt=0)
    mean: float = 0.0
    sd: float = Field(default=1.0, gt=0)
    reliability: float = Field(default=1.0, gt=0, le=1)
    rater: float = Field(default=0.0, ge=0, lt=1)
    shared: float = Field(default=0.0, ge=0, le=1)
    agreement: float = Field(default=1.0, gt=0, le=1)
    confused: dict[str, float] = Field(default_factory=lambda: dict.fromkeys(CLASSES, 1.0))
    cut: float | None = None
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("confused")
    @classmethod
    def _are_classes(cls, confused: dict[str, float]) -> dict[str, float]:
        for name, weight in confused.items():
            if name not in CLASSES:
                raise unknown("class of attachment", name, CLASSES)
            if weight < 0:
                raise DyadsimError(
                    f"A class is given in another's place 0 times or more often, not {weight:g} ({name})."
                )
        if sum(weight > 0 for weight in confused.values()) < 2:
            raise DyadsimError("At least two classes can be given in another's place.")
        return confused

    @field_validator("of")
    @classmethod
    def _exists(cls, of: dict[str, float]) -> dict[str, float]:
        for name in of:
            if name not in _SEEN:
                raise unknown("state of an instrument:", name, _SEEN)
        if not of or (ATTACHMENT in of and len(of) > 1):
            raise DyadsimError("An instrument sees some states, or attachment alone.")
        return of

    @model_validator(mode="after")
    def _fits(self) -> Instrument:
        if self.classifies:
            return self
        if not self.low < self.high:
            raise DyadsimError(
                f"The scale of '{self.name}' goes from low to high, not from {self.low:g} to {self.high:g}."
            )
        if not self.low <= self.mean <= self.high or self.step > self.high - self.low:
            raise DyadsimError(f"Mean and step of '{self.name}' must lie within its scale.")
        if self.rater > 1 - self.reliability + 1e-9:
            raise DyadsimError(f"Rater and reliability of '{self.name}' add up to more than 1.")
        if self.rater and self.by not in _RATED:
            raise DyadsimError(f"'{self.name}' is known by {self.by}, which has no rater.")
        if self.shared and self.by != _SELF_REPORT:
            raise DyadsimError(f"'{self.name}' is no self-report; it shares no error with other answers.")
        return self

    @property
    def classifies(self) -> bool:
        """Whether it gives classes of attachment, and no scores."""
        return ATTACHMENT in self.of

    @property
    def full_name(self) -> str:
        """What people read in the place of its name: its title, or its name and what it sees."""
        seen = " and ".join(SLOW[name].meaning if name in SLOW else name.replace("_", " ") for name in self.of)
        return self.title or f"{self.name} ({seen})"

    @property
    def of_infants(self) -> bool:
        """Whether it tells of infants alone, and not of mothers."""
        return self.classifies or all(name in _INFANTS for name in self.of)

    @property
    def mostly_trouble(self) -> bool:
        """Whether higher scores mean more trouble, and not more strength."""
        return sum(weight * (1 if name in (*TROUBLES, *LOADS) else -1) for name, weight in self.of.items()) >= 0

    def expected(self, true: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean readings (dyads,) of true standard scores, free of error, between floor and ceiling of the scale."""
        return self.units(np.sqrt(self.reliability) * true)

    def units(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standardised scores (dyads,), error and all, in units of the scale, floor and ceiling kept."""
        return np.clip(self.mean + self.sd * score, self.low, self.high)


def true_score(instrument: Instrument, known: Mapping[str, pd.Series] | pd.DataFrame) -> NDArray[np.float64]:
    """True score (dyads,) of what an instrument is about, as a standard score: the weighted sum of its states."""
    return np.asarray(sum(weight * np.asarray(known[name]) for name, weight in instrument.of.items()), dtype=float)


def scored(
    instrument: Instrument, known: pd.DataFrame, units: NDArray[np.int64], luck: WeeklyLuck, week: int, rater: int = 0
) -> NDArray[np.float64]:
    """Scores (dyads,) of one administration, on the instrument's scale, by the rater of that number.

    With R the reliability and v the rater's share: sqrt(R) true + sqrt(v) rater + sqrt(1 - R - v) error, of which a
    self-report shares a part with her other answers of the week; then the scale's unit, floor, ceiling and step.

    Parameters
    ----------
    instrument : the scale.
    known : (dyads, states) true standard scores by name.
    units : (dyads,) their numbers.
    luck : names the luck of the weeks.
    week : of his life.
    rater : which one, from 0.
    """
    names = (f"occasion {instrument.name}", f"rater {rater} {instrument.name}", _REPORTER)
    occasion, raters, reporter = luck.measurement(units, week, names)
    left = 1 - instrument.reliability - instrument.rater
    # Higher answers on a scale of troubles and lower ones on a scale of strengths: a mood that colours both.
    mood = 1.0 if instrument.mostly_trouble else -1.0
    error = np.sqrt(1 - instrument.shared) * occasion + np.sqrt(instrument.shared) * mood * reporter
    score = np.sqrt(instrument.reliability) * true_score(instrument, known)
    score = score + np.sqrt(left) * error + np.sqrt(instrument.rater) * raters
    read = instrument.units(score) - instrument.low
    return np.minimum(instrument.low + np.round(read / instrument.step) * instrument.step, instrument.high)


def classified(
    instrument: Instrument, truth: pd.Series, units: NDArray[np.int64], luck: WeeklyLuck, week: int, rater: int = 0
) -> NDArray[np.str_]:
    """Classes (dyads,) that are given by the rater of that number.

    Parameters
    ----------
    instrument : the classification.
    truth : (dyads,) the true classes.
    units : (dyads,) their numbers.
    luck, week, rater : what names the uniform number of each dyad (:func:`scored`).
    """
    true = np.array([CLASSES.index(each) for each in truth])
    # A uniform number picks the class whose place is how many of the summed chances it reaches.
    uniform = luck.outcome(units, f"{instrument.name} {week} {rater}")
    chosen = (uniform[:, None] >= np.cumsum(given_classes(instrument)[true], axis=1)[:, :-1]).sum(axis=1)
    return np.array(CLASSES)[chosen]


def given_classes(instrument: Instrument) -> NDArray[np.float64]:
    """Chances (true classes, given classes) that raters give a dyad of one class each of them."""
    # The true class by the share that agrees; the others share what is left, by how often each is confused with it.
    shares = np.array([instrument.confused.get(name, 0.0) for name in CLASSES])
    given = np.tile(shares, (len(CLASSES), 1)) * (1 - np.eye(len(CLASSES)))
    given *= (1 - instrument.agreement) / np.maximum(given.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(given + instrument.agreement * np.eye(len(CLASSES)), dtype=np.float64)
