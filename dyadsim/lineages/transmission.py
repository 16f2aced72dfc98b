"""Transmission: of parents who had each class as infants, how many have children of each, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from ..common.effect_size import mean_over_clusters
from ..common.errors import DyadsimError
from ..theory.attachment import CLASSES

__all__ = ["share_between", "stationary_shares", "transmission"]

Numbers = NDArray[np.float64]
_FEW = 2  # communities between which nothing is known of how much they differ


def transmission(pairs: pd.DataFrame, classes: Sequence[str] = CLASSES) -> pd.DataFrame:
    """Share of children of each class, by the class that their parent had, with 95 % intervals.

    Parameters
    ----------
    pairs : ``parent``, ``child`` and ``community``, a row a child (:meth:`.lineage.Lineage.pairs`).
    classes : in their order.

    Returns
    -------
    One row each pair of classes: ``parent``, ``child``, ``children`` (how many), ``of`` (of so many), ``share``,
    ``low``, ``high``, and ``all`` (the share among all children: where nothing is handed on, each row has it).
    Intervals are over communities, since who lives in one is alike; where there are fewer than three, Wilson's (1927,
    doi:10.1080/01621459.1927.10502953).
    """
    rows = []
    for parent in classes:
        those = pairs[pairs["parent"] == parent]
        for child in classes:
            is_child = (those["child"] == child).to_numpy()
            share, low, high = share_between(is_child, those["community"].to_numpy())
            overall = float((pairs["child"] == child).mean())
            rows.append((parent, child, int(is_child.sum()), len(those), share, low, high, overall))
    return pd.DataFrame(rows, columns=["parent", "child", "children", "of", "share", "low", "high", "all"])


def share_between(those: NDArray[np.bool_], community: NDArray[np.int64]) -> tuple[float, float, float]:
    """A share and its 95 % interval, within 0 to 1: over communities, or, where these are fewer than three or all are
    alike, Wilson's.

    Parameters
    ----------
    those : (n,) who counts.
    community : (n,) of each.
    """
    if not len(those):
        return float("nan"), float("nan"), float("nan")
    if len(np.unique(community)) > _FEW and those.any() and not those.all():
        share, low, high = mean_over_clusters(those.astype(np.float64), community)
    else:
        share = float(those.mean())
        low, high = proportion_confint(those.sum(), len(those), method="wilson")
    return share, float(max(low, 0.0)), float(min(high, 1.0))


def stationary_shares(table: pd.DataFrame) -> pd.Series:
    """Shares at which a transmission would come to rest, wherever it began.

    Exact where a parent's class is all that is handed on (a Markov chain: shares that its steps leave as they are);
    where more is, the shares that its steps alone would lead to.

    Parameters
    ----------
    table : as :func:`transmission` gives it.

    Raises
    ------
    DyadsimError
        if there is a class that no parent had, so that nothing is known of what follows it.
    """
    steps = table.pivot(index="parent", columns="child", values="share")
    steps = steps.loc[steps.index, steps.index]
    if steps.isna().any(axis=None):
        absent = steps.index[steps.isna().any(axis=1)][0]
        raise DyadsimError(
            f"No parent was '{absent}' as an infant, so it is not known what follows; give more families."
        )
    # pi P = pi and sum pi = 1: as many equations and one more.
    number = len(steps)
    equations = np.vstack([steps.to_numpy().T - np.eye(number), np.ones(number)])
    shares, *_ = np.linalg.lstsq(equations, np.append(np.zeros(number), 1.0), rcond=None)
    return pd.Series(np.clip(shares, 0.0, 1.0), index=list(steps.index), name="share").reindex(
        [c for c in CLASSES if c in steps.index]
    )
