"""The compiled arithmetic of counts: one pass over what was counted of a stretch, without Python's lock."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..common.compiled import compiled

__all__ = ["at_risk", "cells_after", "crossings", "survival"]


@compiled()
def cells_after(pairs: Any, after: Any) -> None:
    """Fill ``after`` (n, cells) with how often each cell was the second of a pair (n, cells, cells)."""
    n, cells, _ = pairs.shape
    for d in range(n):
        after[d] = 0
        for first in range(cells):
            for second in range(cells):
                after[d, second] += pairs[d, first, second]


@compiled()
def crossings(pairs: Any, matches: Any, ruptures: Any, repairs: Any) -> None:
    """Fill in how many of the pairs (n, cells, cells) leave a match and how many enter one, both (n,).

    Parameters
    ----------
    pairs : whole numbers, those of a stretch no more in all than their own kind can hold.
    matches : (cells,) whether each is a match.
    ruptures, repairs : to be filled.
    """
    n, cells, _ = pairs.shape
    after_match, after_mismatch = np.empty(cells, pairs.dtype), np.empty(cells, pairs.dtype)
    for d in range(n):
        after_match[:] = 0
        after_mismatch[:] = 0
        for first in range(cells):
            if matches[first]:
                for second in range(cells):
                    after_match[second] += pairs[d, first, second]
            else:
                for second in range(cells):
                    after_mismatch[second] += pairs[d, first, second]
        ruptures[d] = repairs[d] = 0
        for second in range(cells):
            if matches[second]:
                repairs[d] += after_mismatch[second]
            else:
                ruptures[d] += after_match[second]


@compiled()
def at_risk(closed: Any, left: Any, filled: Any) -> None:
    """Fill in how many mismatches (n, ages) are of an age and seen at the next, from those last seen at each age.

    One last seen at age k was at risk of repair at every age before, and at k too if its repair was seen.

    Parameters
    ----------
    closed, left : (n, ages + 1) mismatches by the age at which they were last seen, repaired next or still open.
    filled : to be filled.
    """
    n, ages = filled.shape
    for d in range(n):
        older = closed[d, ages] + left[d, ages]  # last seen at that age or later
        for age in range(ages - 1, -1, -1):
            older += closed[d, age] + left[d, age]
            filled[d, age] = older - left[d, age]


@compiled()
def survival(closed: Any, at_risk: Any, curve: Any) -> None:
    """Fill in repair survival (n, ages), from mismatches repaired and at risk at each age.

    Parameters
    ----------
    closed : (n, ages or more) mismatches that the step after that age repaired.
    at_risk : (n, ages) those of that age whose next step is observed.
    curve : to be filled: NaN where it is not known.
    """
    n, ages = at_risk.shape
    for d in range(n):
        known = 1.0
        for age in range(ages):
            if at_risk[d, age] > 0:
                known *= 1 - closed[d, age] / at_risk[d, age]
            # Known where some are at risk, and for good once none are left open; where no mismatch ever was, never.
            curve[d, age] = known if at_risk[d, age] > 0 or (known <= 0 and at_risk[d, 0] > 0) else np.nan
