"""Repair survival: how long mismatches stay open, for one estimand in law, simulation and coded data."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import BOUND, bound
from ..common.threads import while_others_go_on
from .declarations import SURVIVAL
from .tally import Latencies

__all__ = [
    "latency_measures",
    "mean_latency",
    "median_latency",
    "pooled_latency_measures",
    "pooled_survival",
    "survival",
]

Numbers = NDArray[np.float64]


def survival(latencies: Latencies) -> Numbers:
    """Repair survival (n, ages): the share of mismatches still open after 1, 2, ... steps.

    S(n) = product over ages k < n of 1 - repaired(k) / at risk(k) (Kaplan & Meier 1958, doi
    10.1080/01621459.1958.10501452).

    Parameters
    ----------
    latencies : mismatches of n stretches, by age.

    Returns
    -------
    Shares, 0 to 1: 0 once all are repaired, and NaN beyond the oldest mismatch observed where some were not.
    """
    from . import count_arithmetic  # numba is imported when first needed

    at_risk, closed = latencies.at_risk, latencies.closed.astype(np.float64)
    curve = np.empty(at_risk.shape)
    with while_others_go_on():
        count_arithmetic.survival(closed, at_risk, curve)
    return curve


def pooled_survival(latencies: Latencies, step: float) -> pd.DataFrame:
    """Repair survival of all rows pooled, with its error and 95 % interval.

    The curve is lifelines' Kaplan-Meier estimate. With several rows (a row a dyad) the error is clustered by row
    (Williams 1995, doi 10.2307/2533345) and the interval that of Student's t with as many degrees of freedom as rows
    less one (Cameron & Miller 2015, doi 10.3368/jhr.50.2.317); with one row the error is Greenwood's (1926): S(n)^2
    times the sum over ages k < n of repaired(k) / (at risk(k) (at risk(k) - repaired(k))), and the interval normal.
    Intervals are made on the log(-log) scale.

    Parameters
    ----------
    latencies : mismatches of n stretches, by age.
    step : seconds between observations.

    Returns
    -------
    One row an age: ``seconds``, ``survival``, ``se``, ``low``, ``high``; NaN where the curve is not known. Errors and
    intervals are NaN also where it is 0 or 1: that all were repaired, or none, does not say that all always are.
    """
    from lifelines import KaplanMeierFitter  # takes a second to import

    pooled = latencies.pooled()
    repaired, at_risk = pooled.repaired[0], np.append(pooled.at_risk[0], 0)
    ages = len(repaired)
    seconds = np.arange(1, ages + 1) * step
    if at_risk[0] == 0:
        return pd.DataFrame({"seconds": seconds, **dict.fromkeys(("survival", "se", "low", "high"), np.nan)})
    left = at_risk[:-1] - repaired - at_risk[1:]  # last seen at risk at that age, not repaired
    # For lifelines each age stands twice: with those repaired at it, and with those last seen at it.
    model = KaplanMeierFitter().fit(
        np.tile(np.arange(1, ages + 1), 2), np.repeat([True, False], ages), weights=np.append(repaired, left)
    )
    curve = model.survival_function_at_times(range(1, ages + 1)).to_numpy()
    # lifelines holds the curve beyond the oldest mismatch; here it ends.
    curve = np.where(np.isnan(survival(pooled)[0]), np.nan, curve)
    rows = len(latencies.closed)
    if rows > 1:
        error = _clustered_error(latencies)
    else:
        terms = np.divide(
            repaired, at_risk[:-1] * (at_risk[:-1] - repaired), where=at_risk[:-1] > repaired, out=np.zeros(ages)
        )
        error = curve * np.sqrt(np.cumsum(terms))
    error = np.where((curve > 0) & (curve < 1), error, np.nan)
    low, high = _interval(curve, error, float(bound(rows - 1)) if rows > 1 else BOUND)
    return pd.DataFrame({"seconds": seconds, "survival": curve, "se": error, "low": low, "high": high})


def _clustered_error(latencies: Latencies) -> Numbers:
    """Standard error (ages,) of the pooled survival, clustered by row.

    The sum over rows of their squared influence on log survival (infinitesimal jackknife; Williams 1995, doi
    10.2307/2533345), by the delta method.
    """
    at_risk, repaired = latencies.at_risk, latencies.repaired
    # The pooled hazard at each age.
    total, events = at_risk.sum(axis=0), repaired.sum(axis=0)
    hazard = np.divide(events, total, out=np.zeros(len(total)), where=total > 0)
    # How much a repair more at an age moves log survival: the derivative of -log(1 - hazard).
    # An age at which all are repaired ends the curve at 0, where there is no error left to add.
    weight = np.divide(1.0, total * (1 - hazard), out=np.zeros(len(total)), where=(total > 0) & (hazard < 1))
    # A row's influence: its repairs beyond those expected of it, added up over ages.
    influence = np.cumsum((repaired - hazard * at_risk) * weight, axis=1)
    rows = len(influence)
    # From log survival back to survival, with the correction for so few rows.
    return np.cumprod(1 - hazard) * np.sqrt((influence**2).sum(axis=0) * rows / (rows - 1))


def _interval(curve: Numbers, error: Numbers, width: float) -> tuple[Numbers, Numbers]:
    """Interval (ages,) of so many errors to either side, on the log(-log) scale: S to the power exp(-/+ width se).

    There it cannot leave 0 to 1; where the error is not known, nor is the interval.
    """
    safe = np.where(np.isnan(error), 0.5, curve)
    # The standard error of log(-log S) is that of S over S |log S|.
    wide = np.exp(width * error / (safe * np.abs(np.log(safe))))
    return safe**wide, safe ** (1 / wide)


def median_latency(curve: Numbers, step: float) -> Numbers:
    """Median repair latency (n,) in seconds: after it half of the mismatches are repaired; NaN if that is not reached.

    Parameters
    ----------
    curve : (n, ages) repair survival.
    step : seconds between observations.
    """
    done = curve <= 0.5
    return np.where(done.any(axis=1), (done.argmax(axis=1) + 1) * step, np.nan)


def mean_latency(curve: Numbers, step: float) -> Numbers:
    """Mean repair latency (n,) in seconds, restricted to the first :data:`~dyadsim.measurement.tally.HORIZON` seconds.

    The area under the curve: (1 + S(1) + S(2) + ...) steps. NaN where the curve is not known so far.

    Parameters
    ----------
    curve : (n, ages) repair survival.
    step : seconds between observations.
    """
    return (1 + curve[:, :-1].sum(axis=1)) * step


_LATENCIES = {"median_repair_latency": median_latency, "mean_repair_latency": mean_latency}


def latency_measures(latencies: Latencies, step: float) -> dict[str, Numbers]:
    """Measures (n,) of repair latency and survival of each stretch, by name."""
    curve = survival(latencies)
    out = {name: measure(curve, step) for name, measure in _LATENCIES.items()}
    return out | {name: curve[:, _column(seconds, step)] for name, seconds in SURVIVAL.items()}


def pooled_latency_measures(curve: Numbers, error: Numbers, step: float) -> dict[str, tuple[float, float]]:
    """Measures of one pooled curve (ages,) of repair survival, each with its standard error (NaN: none is known)."""
    out = {name: (float(measure(curve[None], step)[0]), np.nan) for name, measure in _LATENCIES.items()}
    for name, seconds in SURVIVAL.items():
        at = _column(seconds, step)
        out[name] = float(curve[at]), float(error[at])
    return out


def _column(seconds: float, step: float) -> int:
    """Where a curve has its value after so many seconds: the first is that after one step."""
    return round(seconds / step) - 1
