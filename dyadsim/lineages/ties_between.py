"""Ties between generations: how far what a parent had goes with what a child has, and what goes with whom among
exchanged infants."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..common.effect_size import mean_over_clusters
from ..theory.attachment import SECURE

__all__ = ["TIES", "ties_between"]

TIES: Mapping[str, tuple[str, str]] = {
    "her own security and his": ("mother_secure", "secure"),
    "her state of mind and his security": ("history", "secure"),
    "the care she met and her sensitivity": ("mother_care", "sensitivity"),
    "her adversity and her depressive symptoms": ("mother_adversity", "depression"),
    "her maltreatment and his": ("mother_maltreated", "maltreated"),
    "her temperament as an infant and his": ("mother_negativity", "negativity"),
}
"""What is held beside what: columns of families."""


def ties_between(families: pd.DataFrame) -> pd.DataFrame:
    """Correlations between generations, with 95 % intervals over communities.

    Parameters
    ----------
    families : as :meth:`.generations.Generations.frame` has them.

    Returns
    -------
    One row a tie: ``tie``, ``with_her`` (with the mother who raises him: ``r``, ``low``, ``high``), and, where infants
    were exchanged, ``birth_r``, ``birth_low``, ``birth_high`` with the mother who bore him.
    """
    table = families.assign(secure=(families["attachment"] == SECURE).astype(np.float64))
    rows = []
    for tie, (hers, his) in TIES.items():
        with_her = _correlation(table[hers], table[his], table["community"])
        with_birth = (np.nan,) * 3
        exchanged = table[table["raised_by"] != table["mother"]]
        if len(exchanged) and f"birth_{hers}" in table:
            with_birth = _correlation(exchanged[f"birth_{hers}"], exchanged[his], exchanged["community"])
            with_her = _correlation(exchanged[hers], exchanged[his], exchanged["community"])
        rows.append((tie, *with_her, *with_birth))
    return pd.DataFrame(rows, columns=["tie", "r", "low", "high", "birth_r", "birth_low", "birth_high"])


def _correlation(one: pd.Series, other: pd.Series, community: pd.Series) -> tuple[float, float, float]:
    """Correlation and its interval: the mean of products of standard scores, over communities."""
    x, y = (pd.to_numeric(each, errors="coerce").astype(np.float64) for each in (one, other))
    known = x.notna() & y.notna()
    if known.sum() < 3 or not (x[known].std() > 0 and y[known].std() > 0):
        return (float("nan"),) * 3
    products = _standard(x[known]) * _standard(y[known])
    r, low, high = mean_over_clusters(products, community[known])
    return r, max(low, -1.0), min(high, 1.0)


def _standard(values: pd.Series) -> pd.Series:
    return (values - values.mean()) / values.std(ddof=0)
