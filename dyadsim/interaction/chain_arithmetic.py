"""The compiled arithmetic of the exact law: one second forward and one second back along a dyad's chain.

Given the context the draws of a second are independent, so their chances multiply. The matrix of 300 x 300 contexts is
never made: its product with a vector is taken draw by draw.

Everywhere ``i, m`` are the states of a cell, ``n`` an inner state, and primes the next second's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import compiled

__all__ = ["backward", "forward"]


@compiled()
def forward(now: Any, infant: Any, mother: Any, inner: Any, then: Any) -> None:
    """Fill ``then`` with the chances of each context a second after those of ``now``; both (cells, inner states).

    Parameters
    ----------
    infant : (cells, inner, 5) chances of his next state.
    mother : (cells, inner or 1, 6) chances of hers.
    inner : (cells, inner, inner) chances of his next inner state.
    """
    cells, inners = now.shape
    infants, mothers, seen = infant.shape[2], mother.shape[2], mother.shape[1]
    each = inners // seen  # inner states among which she does not tell
    his = np.empty((infants, inners))  # P(i', n', here), of the contexts that are the same to her
    then[:] = 0.0
    for c in range(cells):
        for group in range(seen):
            his[:] = 0.0
            for n in range(group * each, (group + 1) * each):
                for i in range(infants):
                    chance = now[c, n] * infant[c, n, i]
                    for k in range(inners):
                        his[i, k] += chance * inner[c, n, k]
            for i in range(infants):
                for m in range(mothers):
                    chance = mother[c, group, m]
                    for k in range(inners):
                        then[i * mothers + m, k] += chance * his[i, k]


@compiled()
def backward(then: Any, infant: Any, mother: Any, inner: Any, now: Any) -> None:
    """Fill ``now`` with what is expected of ``then`` a second later, context by context; both (cells, inner states)."""
    cells, inners = now.shape
    infants, mothers, seen = infant.shape[2], mother.shape[2], mother.shape[1]
    each = inners // seen
    over_hers = np.empty((infants, inners))  # E[then; i', n'], over her next state
    for c in range(cells):
        for group in range(seen):
            over_hers[:] = 0.0
            for i in range(infants):
                for m in range(mothers):
                    chance = mother[c, group, m]
                    for k in range(inners):
                        over_hers[i, k] += chance * then[i * mothers + m, k]
            for n in range(group * each, (group + 1) * each):
                total = 0.0
                for i in range(infants):
                    over_inner = 0.0
                    for k in range(inners):
                        over_inner += inner[c, n, k] * over_hers[i, k]
                    total += infant[c, n, i] * over_inner
                now[c, n] = total
