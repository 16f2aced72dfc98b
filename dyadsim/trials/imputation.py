"""Multiple imputation of what a trial misses, and what several completed tables say together."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..common.errors import DyadsimError
from .model_fits import Fit, failed_fit

__all__ = ["imputed", "pooled"]

_ROUNDS = 10  # of chained equations before the first table is taken, and between two
_FEWEST = 10  # dyads of whom a column must be known


@threadpool_limits.wrap(limits=1, user_api="blas")
def imputed(
    rows: pd.DataFrame,
    treated: NDArray[np.bool_],
    outcomes: Sequence[str],
    predictors: Sequence[str],
    times: int,
    seed: int,
) -> list[pd.DataFrame]:
    """Completed tables: what is missing of the outcomes is drawn by chained equations, given arm and all the rest.

    Predictive mean matching by statsmodels (van Buuren & Groothuis-Oudshoorn 2011, doi 10.18637/jss.v045.i03): what is
    drawn was read of another dyad, so it is on the scale. Clusters are no part of it.

    Parameters
    ----------
    rows : the table, one row a dyad.
    treated : (dyads,) who is.
    outcomes : columns that are completed.
    predictors : columns by which they are; dyads who lack one of these stay as they are.
    times : how many tables.
    seed : names their luck.

    Raises
    ------
    DyadsimError
        if an outcome is known of too few dyads.
    """
    from statsmodels.imputation.mice import MICEData

    names = list(dict.fromkeys(outcomes))
    for name in names:
        if (known := int(rows[name].notna().sum())) < _FEWEST:
            raise DyadsimError(f"'{name}' is known of {known} dyads only; too few to impute from.")
    whole = rows[list(predictors)].notna().all(axis=1).to_numpy()
    if not rows.loc[whole, names].isna().any(axis=None):
        return [rows.copy() for _ in range(times)]
    # Plain names, since statsmodels writes them into formulas.
    data = pd.DataFrame({"arm": treated[whole].astype(float)})
    for k, name in enumerate(predictors):
        values = rows.loc[whole, name]
        numeric = pd.api.types.is_numeric_dtype(values)
        parts = values.to_frame() if numeric else pd.get_dummies(values, drop_first=True)
        for j, part in enumerate(parts):
            data[f"x{k}_{j}"] = parts[part].to_numpy(dtype=float)
    for k, name in enumerate(names):
        data[f"y{k}"] = rows.loc[whole, name].to_numpy(dtype=float)
    drawn = MICEData(data, rng=np.random.default_rng(seed))
    completed = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(times):
            drawn.update_all(_ROUNDS)
            table = rows.copy()
            for k, name in enumerate(names):
                table[name] = table[name].astype(float)
                table.loc[whole, name] = drawn.data[f"y{k}"].to_numpy()
            completed.append(table)
    return completed


def pooled(fits: Sequence[Fit]) -> Fit:
    """What fits to several completed tables say together.

    Rubin (1987, doi 10.1002/9780470316696): the mean estimate, with the variance W + (1 + 1 / m) B of W within and B
    between m tables; degrees of freedom by Barnard & Rubin (1999, doi 10.1093/biomet/86.4.948).

    Parameters
    ----------
    fits : of the same analysis, one a table.
    """
    failed = next((each for each in fits if each.failed), None)
    if failed is not None:
        return failed_fit(failed.failed)
    b, m = np.array([each.b for each in fits]), len(fits)
    within, between = float(np.mean([each.se**2 for each in fits])), float(b.var(ddof=1))
    total = within + (1 + 1 / m) * between
    lost = (1 + 1 / m) * between / total if total > 0 else 0.0
    whole = float(np.mean([each.freedom for each in fits]))
    old = (m - 1) / lost**2 if lost > 0 else float("inf")
    seen = whole * (1 - lost) * (whole + 1) / (whole + 3) if np.isfinite(whole) else float("inf")
    freedom = 1 / (1 / old + 1 / seen) if min(old, seen) < float("inf") else float("inf")
    residual_sd, icc = (float(np.mean([getattr(each, name) for each in fits])) for name in ("residual_sd", "icc"))
    return Fit(float(b.mean()), float(np.sqrt(total)), freedom, residual_sd, icc)
