"""Costs of measurement: what each step from the truth to the planned analysis does to the effect and to its power."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .analysis import ALPHA
from .declared_trial import DeclaredTrial
from .performance import error_of_share
from .replicates import STEPS

__all__ = ["SAYS", "step_costs"]

SAYS = {
    "truth": "the state itself, of everyone",
    "instrument": "what the instrument reads, of everyone",
    "losses": "what it reads of those who are left",
    "analysis": "the analysis as planned",
}
"""Steps in words, in their order."""


def step_costs(steps: pd.DataFrame, estimates: pd.DataFrame, trial: DeclaredTrial) -> pd.DataFrame:
    """Effect and power at each step, one row an estimand and step.

    Parameters
    ----------
    steps : one row a replicate, estimand and step.
    estimates : one row a replicate and analysis; the first analysis of an estimand is its planned one.
    trial : the trial.

    Returns
    -------
    ``asks``, ``step``, ``d`` (mean estimate over its residual standard deviation), ``d_error``, ``power`` (share of
    replicates with p below .05), ``power_error`` (both Monte Carlo errors), ``n`` (mean analysed).
    """
    rows = []
    for asks in steps["asks"].unique() if len(steps) else ():
        planned = next(answer.called for answer in trial.answers if answer.asks == asks)
        tables = {step: steps[(steps["asks"] == asks) & (steps["step"] == step)] for step in STEPS}
        tables["analysis"] = estimates[estimates["analysis"] == planned].drop_duplicates("replicate")
        for step, table in tables.items():
            fits = table[table["failed"] == ""]
            d, seen, many = fits["b"] / fits["residual_sd"], fits["p"] < ALPHA, max(len(fits), 1)
            told = {"d": d.mean(), "d_error": d.std(ddof=1) / np.sqrt(many), "power": seen.mean()}
            told |= {"power_error": error_of_share(int(seen.sum()), len(seen)), "n": fits["n"].mean()}
            rows.append({"asks": asks, "step": step} | {name: float(value) for name, value in told.items()})
    return pd.DataFrame(rows, columns=["asks", "step", "d", "d_error", "power", "power_error", "n"])
