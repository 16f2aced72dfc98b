"""Repair survival: how long mismatches stay open, for one estimand in law, simulation and coded data."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .tally import Latencies

__all__ = ["SURVIVAL_AT", "mean_latency", "median_latency", "pooled_survival", "survival"]

Numbers = NDArray[np.float64]


SURVIVAL_AT = (2, 5, 10, 20)
"""Seconds at which repair survival is reported."""


_Z = 1.96


def survival(latencies: Latencies) -> Numbers:
    """Repair survival (n, ages): the share of mismatches still open after 1, 2, ... steps (Kaplan-Meier).

    The product over ages of 1 - repaired / at risk. It is 0 once all are repaired, and NaN beyond the oldest mismatch
    observed where some were not.
    """
    at_risk = latencies.at_risk
    hazard = np.divide(latencies.repaired, at_risk, out=np.full(at_risk.shape, np.nan), where=at_risk > 0)
    known = np.cumprod(1 - np.nan_to_num(hazard), axis=1)
    return np.where((at_risk > 0) | ((known <= 0) & (at_risk[:, :1] > 0)), known, np.nan)


def pooled_survival(latencies: Latencies, step: float) -> pd.DataFrame:
    """Survival of all rows pooled: ``seconds``, ``survival``, ``se``, and the 95 % interval ``low``, ``high``.

    The curve is lifelines' Kaplan-Meier estimate. With several rows (a row a dyad) the error is clustered by row;
    with one it is Greenwood's. Intervals are made on the log(-log) scale.
    """
    from lifelines import KaplanMeierFitter  # takes a second to import

    pooled = latencies.pooled()
    ages = pooled.at_risk.shape[1]
    seconds = np.arange(1, ages + 1) * step
    if pooled.at_risk[0, 0] == 0:
        return pd.DataFrame({"seconds": seconds, **dict.fromkeys(("survival", "se", "low", "high"), np.nan)})
    repaired, at_risk = pooled.repaired[0], np.append(pooled.at_risk[0], 0)
    left = at_risk[:-1] - repaired - at_risk[1:]  # last seen at risk at that age, not repaired
    model = KaplanMeierFitter().fit(
        np.tile(np.arange(1, ages + 1), 2), np.repeat([True, False], ages), weights=np.append(repaired, left)
    )
    curve = model.survival_function_at_times(range(1, ages + 1)).to_numpy()
    curve = np.where(np.isnan(survival(pooled)[0]), np.nan, curve)
    if len(latencies.closed) > 1:
        error = _clustered_error(latencies)
    else:
        terms = np.divide(
            repaired, at_risk[:-1] * (at_risk[:-1] - repaired), where=at_risk[:-1] > repaired, out=np.zeros(ages)
        )
        error = curve * np.sqrt(np.cumsum(terms))
    low, high = _interval(curve, error)
    return pd.DataFrame({"seconds": seconds, "survival": curve, "se": error, "low": low, "high": high})


def _clustered_error(latencies: Latencies) -> Numbers:
    """Standard error (ages,) of the pooled survival, clustered by row.

    The sum over rows of their squared influence on log survival (infinitesimal jackknife; Williams 1995, doi
    10.2307/2533345), by the delta method.
    """
    at_risk, repaired = latencies.at_risk, latencies.repaired
    total, events = at_risk.sum(axis=0), repaired.sum(axis=0)
    hazard = np.divide(events, total, out=np.zeros(len(total)), where=total > 0)
    # An age at which all are repaired ends the curve at 0, where there is no error left to add.
    weight = np.divide(1.0, total * (1 - hazard), out=np.zeros(len(total)), where=(total > 0) & (hazard < 1))
    influence = np.cumsum((repaired - hazard * at_risk) * weight, axis=1)
    rows = len(influence)
    return np.cumprod(1 - hazard) * np.sqrt((influence**2).sum(axis=0) * rows / (rows - 1))


def _interval(curve: Numbers, error: Numbers) -> tuple[Numbers, Numbers]:
    inside = (curve > 0) & (curve < 1)
    safe = np.where(inside, curve, 0.5)
    wide = np.exp(_Z * error / (safe * np.abs(np.log(safe))))
    return np.where(inside, safe**wide, curve), np.where(inside, safe ** (1 / wide), curve)


def median_latency(curve: Numbers, step: float) -> Numbers:
    """Seconds after which half of the mismatches are repaired; NaN where that is not reached."""
    done = curve <= 0.5
    return np.where(done.any(axis=1), (done.argmax(axis=1) + 1) * step, np.nan)


def mean_latency(curve: Numbers, step: float) -> Numbers:
    """Mean repair latency in seconds, restricted to the first :data:`HORIZON` seconds: the area under the curve.

    NaN where the curve is not known so far.
    """
    return (1 + curve[:, :-1].sum(axis=1)) * step


def _latency_measures(latencies: Latencies, step: float) -> dict[str, Numbers]:
    curve = survival(latencies)
    out = {
        "median_repair_latency": median_latency(curve, step),
        "mean_repair_latency": mean_latency(curve, step),
    }
    return out | {f"repair_survival_{s}": curve[:, round(s / step) - 1] for s in SURVIVAL_AT}


def _pooled_measures(curve: Numbers, error: Numbers, step: float) -> dict[str, tuple[float, float]]:
    """What a pooled curve says of repair, each with its standard error where there is one."""
    latencies = {"median_repair_latency": median_latency, "mean_repair_latency": mean_latency}
    out = {name: (float(measure(curve[None], step)[0]), np.nan) for name, measure in latencies.items()}
    for seconds in SURVIVAL_AT:
        at = round(seconds / step) - 1
        out[f"repair_survival_{seconds}"] = float(curve[at]), float(error[at])
    return out
