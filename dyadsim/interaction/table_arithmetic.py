"""The compiled arithmetic of tables: log-odds to probabilities to thresholds, in few passes and without Python's lock.

Dyads lie side by side in memory, so every innermost loop goes along them, over rows that stay in the first-level cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..common.compiled import compiled

__all__ = ["less_maximum", "normalised", "thresholds"]


@compiled()
def less_maximum(rows: Any, row_of: Any, less: Any) -> None:
    """Fill ``less`` (states, contexts, dyads) with log-odds less their maximum over the next states.

    Parameters
    ----------
    rows : (states x contexts, dyads) log-odds, in any order.
    row_of : (states, contexts) which row is whose.
    less : to be filled.
    """
    states, contexts, dyads = less.shape
    most = np.empty(dyads)
    for c in range(contexts):
        first = rows[row_of[0, c]]
        for d in range(dyads):
            most[d] = first[d]
        for k in range(1, states):
            row = rows[row_of[k, c]]
            for d in range(dyads):
                most[d] = max(most[d], row[d])
        for k in range(states):
            row = rows[row_of[k, c]]
            for d in range(dyads):
                less[k, c, d] = row[d] - most[d]


@compiled()
def normalised(weights: Any) -> bool:
    """Divide weights (states, contexts, dyads) by their sum over the states, in place; false if a sum is not finite."""
    states, contexts, dyads = weights.shape
    total = np.empty(dyads)
    finite = True
    for c in range(contexts):
        total[:] = 0.0
        for k in range(states):
            for d in range(dyads):
                total[d] += weights[k, c, d]
        for d in range(dyads):
            finite &= np.isfinite(total[d])
        for k in range(states):
            for d in range(dyads):
                weights[k, c, d] /= total[d]
    return finite


@compiled()
def _sums(part: Any, i: int, m: int, a: int, scale: float, reached: Any, wholes: Any) -> None:
    """Fill ``wholes`` (states but the last, dyads) with the sums of probabilities up to each state in one context."""
    reached[:] = 0.0
    level = a if part.shape[3] > 1 else 0
    for k in range(len(wholes)):
        for d in range(len(reached)):
            reached[d] += part[k, i, m, level, d]
        for d in range(len(reached)):
            wholes[k, d] = np.int32(np.rint(reached[d] * scale))


@compiled()
def thresholds(infant: Any, mother: Any, arousal: Any, attention: Any, scale: float, filled: Any) -> None:
    """Fill the columns of tables of thresholds, those of his states first, then hers, arousal, attention.

    Parameters
    ----------
    infant, mother, arousal, attention : probabilities (states, infant, mother, inner or 1, dyads).
    scale : by which sums of probabilities are multiplied before they are rounded.
    filled : (dyads, infant, mother, inner, columns) uint32; each has a column for each of its states but the last.
    """
    dyads, infants, mothers, levels, columns = filled.shape
    to_mother = len(infant) - 1
    to_arousal = to_mother + len(mother) - 1
    to_attention = to_arousal + len(arousal) - 1
    end = to_attention + len(attention) - 1
    reached, wholes = np.empty(dyads), np.zeros((columns, dyads), dtype=np.int32)
    for i in range(infants):
        for m in range(mothers):
            for a in range(levels):
                _sums(infant, i, m, a, scale, reached, wholes[:to_mother])
                _sums(mother, i, m, a, scale, reached, wholes[to_mother:to_arousal])
                _sums(arousal, i, m, a, scale, reached, wholes[to_arousal:to_attention])
                _sums(attention, i, m, a, scale, reached, wholes[to_attention:end])
                for d in range(dyads):  # a row of a table in one go
                    for k in range(columns):
                        filled[d, i, m, a, k] = wholes[k, d]
