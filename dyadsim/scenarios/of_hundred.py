"""Shares of a hundred: how many more or fewer reach a cut, are given a class, or have another score than twins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..measurement.criteria import reached
from ..measurement.instruments import Instrument
from ..theory.attachment import CLASSES, WEEK
from .compared_arms import ComparedArms
from .paired_differences import Paired, paired

__all__ = ["changed_of_hundred", "levels_of_hundred", "reach_of_hundred"]

Numbers = NDArray[np.float64]
_REACH = ["against", "instrument", "week", "cut", "class", "own", "twins", "more", "low", "high", "from_parameters"]
_LEVELS = ["instrument", "week", "cut", "class", "own", "low", "high"]
_CHANGED = ["against", "instrument", "week", "higher", "lower", "same", "more", "low", "high", "from_parameters"]


def reach_of_hundred(comparison: ComparedArms) -> pd.DataFrame:
    """Shares that reach a cut or class, as :meth:`.any_comparison.AnyComparison.of_hundred` tells of them."""
    found = []
    for against in comparison.twin_arms:
        for scale in comparison.instruments:
            if scale.classifies:
                found += [*_of_classes(comparison, against, scale)]
            elif scale.cut is not None:
                own, twin = (reached(comparison.scores(arm, scale), scale.cut) for arm in (comparison.name, against))
                labels = {"against": against, "instrument": scale.name, "week": comparison.visits, "cut": scale.cut}
                apart = paired(own - twin, comparison.communities, shares=True)
                found.append(_rows(own.mean(axis=(0, 1)), twin.mean(axis=(0, 1)), apart, {**labels, "class": ""}))
    return pd.concat(found, ignore_index=True)[_REACH] if found else pd.DataFrame(columns=_REACH)


def _of_classes(comparison: ComparedArms, against: str, scale: Instrument) -> Iterator[pd.DataFrame]:
    """Rows of the classes of attachment; none of a course that does not reach twelve months."""
    own, twin = (comparison.seen_chances(arm) for arm in (comparison.name, against))
    if own.size:
        labels = {"against": against, "instrument": scale.name, "week": WEEK, "cut": np.nan}
        apart = paired(own - twin, comparison.communities)
        yield _rows(own.mean(axis=(0, 1)), twin.mean(axis=(0, 1)), apart, {**labels, "class": CLASSES})


def _rows(own: Numbers, twins: Numbers, apart: Paired, labels: dict[str, Any]) -> pd.DataFrame:
    """Rows of hundredths; no interval reaches beyond what can be."""
    shares = {
        "own": own,
        "twins": twins,
        "more": apart.mean,
        "low": np.maximum(apart.low, -twins),
        "high": np.minimum(apart.high, 1 - twins),
    }
    rows = {name: 100 * values for name, values in shares.items()}
    return pd.DataFrame({**labels, **rows, "from_parameters": apart.from_parameters})


def changed_of_hundred(comparison: ComparedArms) -> pd.DataFrame:
    """Shares with another score, as :meth:`.any_comparison.AnyComparison.changed_of_hundred` tells of them."""
    found = []
    for against in comparison.twin_arms:
        for scale in comparison.scales():
            apart = np.sign(comparison.scores(comparison.name, scale) - comparison.scores(against, scale))
            higher, lower = (100 * (apart == sign).mean(axis=(0, 1)) for sign in (1, -1))
            net = paired(apart, comparison.communities, shares=True)
            numbers = {"higher": higher, "lower": lower, "same": 100 - higher - lower}
            numbers |= {"more": 100 * net.mean, "low": 100 * net.low, "high": 100 * net.high}
            labels = {"against": against, "instrument": scale.name, "week": comparison.visits}
            found.append(pd.DataFrame({**labels, **numbers, "from_parameters": net.from_parameters}))
    return pd.concat(found, ignore_index=True)[_CHANGED] if found else pd.DataFrame(columns=_CHANGED)


def levels_of_hundred(comparison: ComparedArms) -> pd.DataFrame:
    """Shares of the arm asked about, as :meth:`.any_comparison.AnyComparison.levels_of_hundred` tells of them."""
    found = []
    for scale in comparison.instruments:
        labels: dict[str, Any] = {"instrument": scale.name, "week": comparison.visits, "cut": scale.cut, "class": ""}
        if scale.classifies:
            shares = comparison.seen_chances(comparison.name)
            labels |= {"week": WEEK, "cut": np.nan, "class": CLASSES}
        elif scale.cut is not None:
            shares = reached(comparison.scores(comparison.name, scale), scale.cut)
        else:
            continue
        if shares.size:
            level = paired(shares, comparison.communities, shares=not scale.classifies)
            ends = {"low": np.maximum(100 * level.low, 0), "high": np.minimum(100 * level.high, 100)}
            found.append(pd.DataFrame({**labels, "own": 100 * level.mean, **ends}))
    return pd.concat(found, ignore_index=True)[_LEVELS] if found else pd.DataFrame(columns=_LEVELS)
