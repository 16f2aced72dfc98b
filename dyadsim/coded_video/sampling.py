"""Steps at which events are sampled, and whether their offsets are the last frame of a code."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from .coding import Coding

__all__ = ["USUAL_STEP", "checked_rate", "checked_step", "inclusive_by", "step_of"]

USUAL_STEP = 0.04
"""Seconds a step, where nothing tells: a frame of European video."""
_COARSE = (1.0, 0.5, 0.25, 0.2, 0.1)
_RATES = (24, 25, 30000 / 1001, 30, 50, 60000 / 1001, 60)
_SHORTEST, _LONGEST = 0.001, 60.0
_WIDEST_FRAME = 0.1001  # seconds; a gap up to here may be a frame
_PAIRS, _MANY_PAIRS = 3, 10  # codes that follow each other, to tell a frame by, or a coarser step
_FEW = 0.5  # share of codes that follow each other


def step_of(
    coding: Coding, events: pd.DataFrame, step: float | None, fps: float | None, early: float
) -> tuple[float, str]:
    """Seconds a step, and a sentence on it where it was found from the times.

    The step given; else that of the file; else a frame at ``fps``; else the frame by which offsets come early; else
    the coarsest of 1, 0.5, 0.25, 0.2, 0.1 s and a frame at the usual rates on which all times lie; else 0.04 s.
    """
    if step is not None:
        return step, ""
    if coding.step is not None:
        return coding.step, ""
    if fps is not None:
        return 1 / fps, ""
    if coarse := _coarse_step(events):
        return coarse, f"All times are multiples of {coarse:g} s, which is the step."
    times = _times(events)
    if early >= 0.005:
        return early, f"The step is a frame of {early:g} s."
    for rate in _RATES:
        if _all_on(times, 1 / rate, 0.0006):
            return 1 / rate, f"All times are frames of {rate:.5g} a second, which is the step."
    return USUAL_STEP, f"The step is {USUAL_STEP:g} s, since the times tell none."


def checked_step(step: float | None) -> float | None:
    """Seconds a step as a user gives them, if they do."""
    return None if step is None else _within("The step", step, _SHORTEST, _LONGEST, "s")


def checked_rate(fps: float | None) -> float | None:
    """Frames a second as a user gives them, if they do."""
    return None if fps is None else _within("Frames a second", fps, 1 / _LONGEST, 1 / _SHORTEST, "a second")


def _within(what: str, given: float, low: float, high: float, unit: str) -> float:
    """A number within its range."""
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = np.nan
    if not low * (1 - 1e-9) <= number <= high * (1 + 1e-9):
        raise DyadsimError(f"{what} must be a number from {low:.3g} to {high:g} {unit}, not {given!r:.60}.")
    return number


def _all_on(times: NDArray[np.float64], step: float, within: float) -> bool:
    """Whether all times lie on steps, as far as their rounding tells."""
    return bool((np.abs(times - np.rint(times / step) * step) <= within).all())


def inclusive_by(events: pd.DataFrame, rate: float | None) -> float:
    """Seconds by which offsets come early, since they are the last frame of a code; 0 where they do not.

    They do where no code begins as another of its tier ends, and what follows without a break always begins the same
    small time later: a frame at ``rate``, or the usual gap where no rate is known (at most 0.1 s, or a coarser step on
    which all times lie, where many codes show it).
    """
    gaps = []
    for _, part in events[events["offset"].notna()].groupby("tier", sort=False):
        part = part.sort_values(["onset", "offset"], kind="stable")
        gaps.append(part["onset"].to_numpy()[1:] - part["offset"].to_numpy()[:-1])
    all_gaps = np.concatenate(gaps) if gaps else np.empty(0)
    coarse = _coarse_step(events)
    widest = max(_WIDEST_FRAME, coarse, 1 / rate if rate else 0.0) + 1e-6
    near = np.round(all_gaps[(all_gaps > -1e-6) & (all_gaps <= widest)], 4)
    if len(near) < _PAIRS or (rate is None and len(near) < _FEW * len(all_gaps)) or (all_gaps < -1e-6).any():
        return 0.0
    values, counts = np.unique(near, return_counts=True)
    usual = float(values[counts.argmax()])
    rounding = 0.0011 if usual > 0.005 else 0.0001
    if usual <= 1e-4 or (np.abs(near - usual) > rounding).mean() > 0.1 or (near < usual - rounding).any():
        return 0.0
    if rate is not None:
        return usual if abs(usual - 1 / rate) <= rounding or usual <= 0.005 else 0.0
    return usual if usual <= _WIDEST_FRAME or (len(near) >= _MANY_PAIRS and abs(usual - coarse) < 1e-4) else 0.0


def _coarse_step(events: pd.DataFrame) -> float:
    """Coarsest step on which all times lie, of those that are longer than a frame; 0 if there is none."""
    times = _times(events)
    return next((step for step in _COARSE if _all_on(times, step, 1e-4)), 0.0)


def _times(events: pd.DataFrame) -> NDArray[np.float64]:
    """All times, each once, from the first on."""
    times = np.unique(events[["onset", "offset"]].to_numpy(dtype=np.float64))
    times = times[~np.isnan(times)]
    return times - times[0]
