"""Outcomes of a sweep: which there are, and their values for every dyad of a session, a law or a course."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..common.user_code import user_function
from ..development.course import Course
from ..interaction.law import Law
from ..measurement.declarations import MEASURES, WEEKLY_MEASURES
from ..measurement.instruments import Instrument
from ..measurement.session import Session
from ..theory import attachment
from ..theory.slow_states import LOADS, SLOW

__all__ = ["USUAL", "Own", "at_hand", "named", "of_course", "of_interaction", "own_of"]

Own = Callable[..., Any]
"""An outcome of one's own: of a session or law, or of a course and a week, a number a dyad (or a dyad and episode)."""

USUAL = (
    "match", "chance_match", "ruptures_per_min", "repairs_per_min", "mean_repair_latency", "infant_positive",
    "infant_protest", "mother_positive", "arousal",
)  # fmt: skip
"""What a sweep of sessions looks at where its design does not say."""


def _known(engine: str, weeks: bool) -> list[str]:
    """The outcomes that have a name."""
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
        return str(getattr(own_of(outcome), "__name__", "own"))
    known = _known(engine, weeks)
    if outcome in known:
        return str(outcome)
    if weeks and str(outcome).endswith(".toml"):
        return _scale(str(outcome))
    if engine == "law" and outcome in _known("simulation", weeks):
        raise DyadsimError(f"Outcome '{outcome}' is a measure of sessions; the exact law does not have it.")
    raise unknown("outcome", outcome, known)


def _scale(file: str) -> str:
    scale = Instrument.load(file)
    if scale.classifies:
        raise DyadsimError(f"'{file}' gives classes; outcomes are numbers, such as the chance of one of them.")
    return file


def own_of(outcome: Any) -> Own | None:
    """The function, where an outcome is one's own."""
    if callable(outcome):
        return outcome
    return user_function(outcome) if ".py:" in str(outcome) else None


def at_hand(outcome: str) -> bool:
    """Whether an outcome, as a folder names it, can be worked out here: by its name, or from a file that is there."""
    if ":" not in outcome:
        return True
    return ".py:" in outcome and Path(outcome.rpartition(":")[0]).is_file()


def of_interaction(run: Session | Law, scheme: str, outcomes: Mapping[str, Own | None]) -> pd.DataFrame:
    """One row a dyad and episode: ``dyad``, ``episode`` and every outcome."""
    measured = [name for name, own in outcomes.items() if own is None]
    frame = run.measures(scheme, only=measured)
    for name, own in outcomes.items():
        if own is not None:
            frame[name] = _numbers(name, own(run), len(frame) // len(run.episodes), len(run.episodes))
    return frame[["dyad", "episode", *outcomes]]


def of_course(course: Course, weeks: Collection[int], outcomes: Mapping[str, Own | None]) -> pd.DataFrame:
    """One row a dyad and week: states as they are when it starts, measures of the week that has just ended.

    Attachment has a value in week 52 only, measures have none where no week was lived before.
    """
    parts = [_in_week(course, week, outcomes) for week in weeks]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["dyad", "week", *outcomes])
    return frame.sort_values(["dyad", "week"], kind="stable", ignore_index=True)


def _in_week(course: Course, week: int, outcomes: Mapping[str, Own | None]) -> pd.DataFrame:
    states = course.at(week)
    columns: dict[str, Any] = {"dyad": course.cohort.units, "week": np.full(len(course), week)}
    for name, own in outcomes.items():
        if own is not None:
            columns[name] = _numbers(name, own(course, week), len(course), 1)
        elif name in states:
            columns[name] = states[name].to_numpy()
        else:
            columns[name] = _lived_or_seen(course, week, name)
    return pd.DataFrame(columns)


def _lived_or_seen(course: Course, week: int, name: str) -> Any:
    nothing = np.full(len(course), np.nan)
    if name in WEEKLY_MEASURES:
        return course.measures[name][week - 1 - course.weeks.start] if week > course.weeks.start else nothing
    if name in attachment.CLASSES:
        reached = week == attachment.WEEK
        return course.attachment_chances[name].to_numpy() if reached else nothing
    return course.observe(name, week)[week].to_numpy()


def _numbers(name: str, said: Any, dyads: int, episodes: int) -> NDArray[np.float64]:
    """What a function of the user's gave, one number a row."""
    try:
        numbers = np.asarray(said, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.empty((0, 0))
    if numbers.shape == (dyads,):
        return np.repeat(numbers, episodes)
    if numbers.shape != (dyads * episodes,):
        raise DyadsimError(
            f"Outcome '{name}' must be a number for each of {dyads} dyads, or for each of them and {episodes} episodes."
        )
    return numbers
