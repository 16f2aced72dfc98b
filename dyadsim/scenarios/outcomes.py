"""Outcomes of a sweep: which there are, and their values for every dyad of a session, a law or a course."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..common.files import path_of
from ..common.user_code import user_function
from ..common.user_numbers import user_numbers
from ..development.course import Course
from ..interaction.law import Law
from ..measurement.declarations import MEASURES, WEEKLY_MEASURES
from ..measurement.instruments import Instrument
from ..measurement.session import Session
from ..theory import attachment
from ..theory.slow_states import LOADS, SLOW

__all__ = [
    "KEYS",
    "USUAL",
    "UserOutcome",
    "at_hand",
    "columns_of",
    "named",
    "of_course",
    "of_interaction",
    "user_outcome",
]

UserOutcome = Callable[..., Any]
"""An outcome of the user's: of a session or law, or of a course and a week, a number a dyad (or a dyad and episode)."""

KEYS = ("point", "replicate", "dyad", "dyads", "episode", "arm", "week", "seed")
"""Columns beside outcomes, in the tables of a sweep: no outcome of a user's has one of these names."""

USUAL = (
    "match", "chance_match", "ruptures_per_min", "repairs_per_min", "mean_repair_latency", "infant_positive",
    "infant_protest", "mother_positive", "arousal",
)  # fmt: skip
"""What a sweep of sessions looks at where its design does not say."""


def _known(engine: str, weeks: bool) -> list[str]:
    """Names of the outcomes that the model gives."""
    if weeks:
        scales = [name for name in toml_models.names("instruments") if not Instrument.load(name).classifies]
        return [*SLOW, *LOADS, *WEEKLY_MEASURES, *attachment.CLASSES, *scales]
    return [name for name, measure in MEASURES.items() if (measure.of_law if engine == "law" else measure.of_sessions)]


def named(outcome: Any, engine: str, weeks: bool) -> str:
    """The name under which an outcome is recorded.

    Parameters
    ----------
    outcome : a name, ``FILE.py:FUNCTION``, a TOML file of an instrument, or a function.
    engine : ``simulation`` or ``law``.
    weeks : whether it is of a scenario's weeks.

    Raises
    ------
    DyadsimError
        if there is no such outcome.
    """
    if callable(outcome) or ".py:" in str(outcome):
        name = str(getattr(user_outcome(outcome), "__name__", "own"))
        if name in KEYS:
            raise DyadsimError(
                f"An outcome cannot be called '{name}', as a column of every table is; rename the function."
            )
        return name
    known = _known(engine, weeks)
    if outcome in known:
        return str(outcome)
    if weeks and str(outcome).endswith(".toml"):
        if Instrument.load(str(outcome)).classifies:
            raise DyadsimError(f"'{outcome}' gives classes; outcomes are numbers, such as the chance of one of them.")
        return str(outcome)
    if engine == "law" and outcome in _known("simulation", weeks):
        raise DyadsimError(f"Outcome '{outcome}' is a measure of sessions; the exact law does not have it.")
    raise unknown("outcome", outcome, known)


def columns_of(names: Collection[str]) -> list[str]:
    """Columns that outcomes of these names have in tables of means: mean, standard error, ends of an interval."""
    return [*names, *(f"{name}_{part}" for name in names for part in ("se", "low", "high"))]


def user_outcome(outcome: Any) -> UserOutcome | None:
    """The function, where an outcome is the user's; None for those that the model gives."""
    if callable(outcome):
        return outcome
    return user_function(outcome) if ".py:" in str(outcome) else None


def at_hand(outcome: str) -> bool:
    """Whether an outcome, as a folder names it, can be worked out here: by its name, or from a file that is there."""
    if ":" not in outcome:
        return True
    return ".py:" in outcome and path_of(outcome.rpartition(":")[0]).is_file()


def of_interaction(run: Session | Law, scheme: str, outcomes: Mapping[str, UserOutcome | None]) -> pd.DataFrame:
    """Outcomes of a session or law, one row a dyad and episode: ``dyad``, ``episode`` and every outcome.

    Parameters
    ----------
    run : the session or law.
    scheme : the match scheme.
    outcomes : by name, with the function where it is the user's.
    """
    measured = [name for name, function in outcomes.items() if function is None]
    frame = run.measures(scheme, only=measured)
    for name, function in outcomes.items():
        if function is not None:
            frame[name] = _numbers(name, function(run), len(frame) // len(run.episodes), len(run.episodes))
    return frame[["dyad", "episode", *outcomes]]


def of_course(course: Course, weeks: Collection[int], outcomes: Mapping[str, UserOutcome | None]) -> pd.DataFrame:
    """Outcomes of a course, one row a dyad and week: states when it starts, measures of the week that has just ended.

    Attachment has a value in week 52 only, measures have none where no week was played before.

    Parameters
    ----------
    course : of a cohort.
    weeks : of his life, at whose start outcomes are read.
    outcomes : by name, with the function where it is the user's.
    """
    parts = [_in_week(course, week, outcomes) for week in weeks]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["dyad", "week", *outcomes])
    return frame.sort_values(["dyad", "week"], kind="stable", ignore_index=True)


def _in_week(course: Course, week: int, outcomes: Mapping[str, UserOutcome | None]) -> pd.DataFrame:
    """Outcomes at the start of one week, one row a dyad."""
    states, before = course.at(week), week - 1 - course.weeks.start
    nothing = np.full(len(course), np.nan)
    columns: dict[str, Any] = {"dyad": course.cohort.units, "week": np.full(len(course), week)}
    for name, function in outcomes.items():
        if function is not None:
            columns[name] = _numbers(name, function(course, week), len(course), 1)
        elif name in states:
            columns[name] = states[name].to_numpy()
        elif name in WEEKLY_MEASURES:
            columns[name] = course.measures[name][before] if before >= 0 else nothing
        elif name in attachment.CLASSES:
            columns[name] = course.attachment_chances[name].to_numpy() if week == attachment.WEEK else nothing
        else:
            columns[name] = course.observe(name, week)[week].to_numpy()
    return pd.DataFrame(columns)


def _numbers(name: str, given: Any, dyads: int, episodes: int) -> NDArray[np.float64]:
    """Numbers that a user's function gave, one a row: (dyads x episodes,); what is missing is NaN."""
    if isinstance(given, pd.Series) and given.index.is_unique and not given.index.is_monotonic_increasing:
        raise DyadsimError(
            f"Outcome '{name}' is a column whose rows are in another order than the dyads; sort it by its index."
        )
    numbers = user_numbers(f"Outcome '{name}'", given)
    if numbers.shape == (dyads,):
        return np.repeat(numbers, episodes)
    if numbers.shape != (dyads * episodes,):
        raise DyadsimError(
            f"Outcome '{name}' must be a number for each of {dyads} dyads, or for each of them and {episodes} episodes."
        )
    return numbers
