"""Recovery from a depressive episode, read from a course."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError
from ..measurement.instruments import Instrument
from ..theory.slow_states import SLOW
from .course import Course

__all__ = ["BELOW", "FOR_WEEKS", "ILL_FROM", "PUBLISHED", "ill_at_start", "recovered_in", "weeks_of"]

ILL_FROM = 13
"""Points of the EPDS from which clinical samples are taken."""

BELOW = 10
"""Points of the EPDS: who stays below has recovered (assumed; a screening is negative there in most studies)."""
FOR_WEEKS = 8
"""For so many weeks (the time that interviews of longitudinal follow-up ask for)."""

PUBLISHED = {"O009a": 6, "O009b": 12, "O009c": 24}
"""Rows on cumulative recovery, and by which month."""


def weeks_of(months: float) -> float:
    """Weeks of so many months."""
    return months * 52 / 12


def ill_at_start(course: Course) -> pd.Series:
    """Whether each mother scores 13 points of the EPDS or more in the first week of a course."""
    week = course.weeks.start
    return course.observe("epds", week)[week] >= ILL_FROM


def recovered_in(course: Course) -> pd.Series:
    """Week from which each mother's depressive symptoms stay below the limit for eight weeks; NaN if in none.

    Read from her true score on the scale of the EPDS, free of error. Of mothers who are below it from the start this is
    the first week: choose those who were ill.
    """
    depression = course.states[:, list(SLOW).index("depression")]
    if len(depression) < FOR_WEEKS:
        raise DyadsimError(f"Recovery is read from a course of at least {FOR_WEEKS} weeks, not {len(course.weeks)}.")
    below = Instrument.load("epds").expected(depression) < BELOW
    stays = np.lib.stride_tricks.sliding_window_view(below, FOR_WEEKS, axis=0).all(axis=-1)
    week = np.where(stays.any(axis=0), course.weeks.start + stays.argmax(axis=0), np.nan)
    return pd.Series(week, index=pd.Index(course.cohort.units, name="dyad"), name="recovered_in")
