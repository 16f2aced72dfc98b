"""Which function looks for which row in simulated trials, and what these functions have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..development.course import Course
from ..theory import evidence
from .agreement import Number, Part, Words
from .programme_trials import Trials

__all__ = ["INTERVENTION_CHECKS", "NEAR_RATIO", "check", "epds_of", "lived", "visible", "within"]

InterventionCheck = Callable[[Trials], Number | Words]
INTERVENTION_CHECKS: dict[str, InterventionCheck] = {}
"""By evidence id."""

NEAR = 0.15
"""How near a standardised difference must come that has no interval."""
NEAR_RATIO = 1.5
"""How many times off a ratio may be that has none."""
_SEEN = 0.1  # a standardised difference that counts as one


def check(*ids: str) -> Callable[[Callable[[Trials, str], Number | Words]], object]:
    """Register a function as the one that looks for these rows."""

    def register(finding: Callable[[Trials, str], Number | Words]) -> object:
        for id in ids:
            INTERVENTION_CHECKS[id] = lambda trials, id=id: finding(trials, id)  # type: ignore[misc]
            INTERVENTION_CHECKS[id].__doc__ = finding.__doc__
        return finding

    return register


def within(
    id: str, value: float | np.floating[Any], published: float | None = None, near: float = NEAR, ratio: bool = False
) -> Number:
    """A number that agrees within the row's interval, or so near where it has none."""
    row = evidence.row(id)
    target = row.number if published is None else published
    low, high = row.interval
    if np.isnan(low):
        low, high = (target / near, target * near) if ratio else (target - near, target + near)
    return Number(float(value), low, high, target)


def visible(says: str, d: float, sign: int) -> Part:
    """A difference that has a sign and can be seen."""
    return Part(f"{says} (d)", d, sign, _SEEN)


def epds_of(low: float, high: float) -> Callable[[Course, Course], pd.Series]:
    """Chooses the dyads whose EPDS is in a range in the first week of the trial."""

    def chosen(one: Course, other: Course) -> pd.Series:
        score = other.observe("epds", one.weeks.start)[one.weeks.start]
        return (score >= low) & (score < high)

    return chosen


def lived(trials: Trials, name: str, measure: str, after: int, weeks: int) -> float:
    """Standardised difference in the mean of a measure of play over some weeks."""
    first = trials.end(name) + after
    one, other = (
        course.measures[measure][first - course.weeks.start :][:weeks].mean(axis=0)
        for course in trials.arms(name, first + weeks)
    )
    return cohens_d(one, other)
