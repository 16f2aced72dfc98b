"""The compiled step from probabilities to thresholds, in one pass over a table and without Python's lock."""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import compiled

__all__ = ["fill"]


@compiled()
def fill(probabilities: Any, scale: float, first: int, thresholds: Any) -> None:
    """Fill columns of a table of thresholds with the sums of probabilities up to each state but the last.

    Parameters
    ----------
    probabilities : (next states, infant, mother, arousal, dyads).
    scale : by which sums are multiplied before they are rounded to whole numbers.
    first : the first of the columns.
    thresholds : (dyads, infant, mother, arousal, columns) uint32, filled.
    """
    states, infants, mothers, levels, dyads = probabilities.shape
    for i in range(infants):
        for m in range(mothers):
            for a in range(levels):
                for d in range(dyads):  # innermost, as they lie in memory
                    reached = 0.0
                    for k in range(states - 1):
                        reached += probabilities[k, i, m, a, d]
                        thresholds[d, i, m, a, first + k] = np.uint32(np.rint(reached * scale))
