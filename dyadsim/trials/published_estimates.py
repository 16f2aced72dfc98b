"""Published estimates, placed among those of a trial's replicates: compared, and never tuned to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..theory import evidence
from .declared_trial import DeclaredTrial, Published

__all__ = ["COLUMNS", "placed"]

COLUMNS = [
    "row", "name", "analysis", "unit", "published", "low", "high", "simulated", "simulated_low", "simulated_high",
    "below", "within", "agree_in_sign", "replicates", "unverified", "note",
]  # fmt: skip


def placed(estimates: pd.DataFrame, trial: DeclaredTrial) -> pd.DataFrame:
    """Where each published estimate lies among the simulated ones.

    Returns
    -------
    ``row`` (id), ``name``, ``analysis``, ``unit``; the ``published`` estimate with ``low`` and ``high``; the median of
    the ``simulated`` ones and the ends between which 95 of 100 lie; ``below``: the share of the simulated that is less;
    ``within``: whether the published lies between those ends; of a published direction ``agree_in_sign``, the share of
    replicates of that sign; ``replicates`` that have an estimate; ``unverified``.
    """
    return pd.DataFrame([_one(each, estimates, trial) for each in trial.published], columns=COLUMNS)


def _one(each: Published, estimates: pd.DataFrame, trial: DeclaredTrial) -> dict[str, object]:
    row, estimand = evidence.row(each.row), trial.estimand(trial.answer(each.analysis).asks)
    fits = estimates[(estimates["analysis"] == each.analysis) & estimates["converged"]]
    unit = "points"
    found = fits["b"].to_numpy(dtype=float)
    published, (low, high) = row.number, row.interval
    if estimand.how_measured == "odds ratio":
        unit, found = "odds ratio", np.exp(found)
    elif each.residual_sd is not None:
        unit, found = "residual SD", found / fits["residual_sd"].to_numpy(dtype=float)
        published, low, high = (value / each.residual_sd for value in (published, low, high))
    elif estimand.how_measured == "moderation":
        unit = "points for each point of the moderator"
    if each.sign < 0 and unit != "odds ratio":
        published, low, high = -published, -high, -low
    told: dict[str, object] = {
        "row": each.row, "name": row.name, "analysis": each.analysis, "unit": unit, "published": published, "low": low,
        "high": high, "replicates": len(found), "unverified": evidence.is_unverified(each.row), "note": each.note,
    }  # fmt: skip
    ends = np.quantile(found, [0.025, 0.5, 0.975]) if len(found) else np.full(3, np.nan)
    told |= {"simulated": ends[1], "simulated_low": ends[0], "simulated_high": ends[2]}
    if np.isnan(row.number):  # a direction, in words
        return told | {"agree_in_sign": float((np.sign(found) == each.sign).mean()) if len(found) else np.nan}
    told["below"] = float((found < published).mean()) if len(found) else np.nan
    return told | {"within": bool(ends[0] <= published <= ends[2]) if len(found) else None}
