"""The compiled arithmetic of the exact law: seconds forward and back along a dyad's chain.

Given the context the draws of a second are independent, so their chances multiply. The matrix of 300 x 300 contexts is
never made: its product with a vector is taken draw by draw, and rows of zeros are left out.

Everywhere ``i, m`` are the states of a cell ``c``, ``n`` an inner state, ``k`` the next second's; ``infant`` (cells,
inner, 5) are chances of his next state, ``mother`` (cells, inner or 1, 6) of hers, and ``inner`` (cells, inner, inner)
of his next inner state.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..common.compiled import compiled
from ..theory.states import INNER

__all__ = ["backward", "begun", "changes", "course", "forward", "lasting"]

_compiled = compiled(INNER)  # as a constant, so that loops over inner states are unrolled


@_compiled
def forward(now: Any, infant: Any, mother: Any, inner: Any, then: Any) -> None:
    """Fill ``then`` with the chances of each context a second after those of ``now``; both (cells, inner)."""
    infants, mothers, seen = infant.shape[2], mother.shape[2], mother.shape[1]
    each = INNER // seen  # inner states among which she does not tell
    his = np.empty((infants, INNER))  # P(i', n', here), of the contexts that are the same to her
    then[:] = 0.0
    for c in range(len(now)):
        for group in range(seen):
            his[:] = 0.0
            some = False
            for n in range(group * each, (group + 1) * each):
                if now[c, n] == 0.0:
                    continue
                some = True
                for i in range(infants):
                    chance = now[c, n] * infant[c, n, i]
                    for k in range(INNER):
                        his[i, k] += chance * inner[c, n, k]
            if not some:
                continue
            for i in range(infants):
                for m in range(mothers):
                    chance = mother[c, group, m]
                    for k in range(INNER):
                        then[i * mothers + m, k] += chance * his[i, k]


@_compiled
def backward(then: Any, infant: Any, mother: Any, inner: Any, now: Any) -> None:
    """Fill ``now`` with what is expected of ``then`` a second later, context by context; both (cells, inner)."""
    infants, mothers, seen = infant.shape[2], mother.shape[2], mother.shape[1]
    each = INNER // seen
    over_hers = np.empty((infants, INNER))  # E[then; i', n'], over her next state
    for c in range(len(now)):
        for group in range(seen):
            over_hers[:] = 0.0
            for i in range(infants):
                for m in range(mothers):
                    chance = mother[c, group, m]
                    for k in range(INNER):
                        over_hers[i, k] += chance * then[i * mothers + m, k]
            for n in range(group * each, (group + 1) * each):
                total = 0.0
                for i in range(infants):
                    over_inner = 0.0
                    for k in range(INNER):
                        over_inner += inner[c, n, k] * over_hers[i, k]
                    total += infant[c, n, i] * over_inner
                now[c, n] = total


@_compiled
def course(before: Any, infant: Any, mother: Any, inner: Any, filled: Any) -> None:
    """Fill (seconds, cells, inner) with the chances of each context, second by second from those ``before`` on."""
    for second in range(len(filled)):
        forward(filled[second - 1] if second else before, infant, mother, inner, filled[second])


@_compiled
def begun(visited: Any, matched: Any, infant: Any, mother: Any, inner: Any, filled: Any) -> None:
    """Fill (seconds, cells, inner) with the expected mismatches begun up to each second, by where they began.

    Parameters
    ----------
    visited : the course of an episode, of the same shape.
    matched : (cells,) whether it is a match.
    """
    left = np.zeros(visited.shape[1:])
    for second in range(len(visited)):
        if second:  # one begins where the second before was a match
            for c in range(len(matched)):
                if matched[c]:
                    left[c] = visited[second - 1, c]
            forward(left, infant, mother, inner, filled[second])
        else:  # an episode's first second begins one wherever it is no match
            filled[0] = visited[0]
        for c in range(len(matched)):
            if matched[c]:
                filled[second, c] = 0.0
            elif second:
                filled[second, c] += filled[second - 1, c]


@_compiled
def lasting(matched: Any, infant: Any, mother: Any, inner: Any, filled: Any) -> None:
    """Fill (ages, cells, inner) with the chances that a mismatch now is still unbroken 0, 1, ... seconds on.

    L(0) = 1 in a mismatch, else 0; L(k + 1) = L(0) P L(k): in one now, and from the next second on for k more.

    Parameters
    ----------
    matched : (cells,) whether it is a match.
    """
    for age in range(len(filled)):
        if age:
            backward(filled[age - 1], infant, mother, inner, filled[age])
        else:
            filled[0] = 1.0
        for c in range(len(matched)):
            if matched[c]:
                filled[age, c] = 0.0


@_compiled
def changes(visited: Any, step: Any, changing: Any, ahead: Any) -> tuple[float, float]:
    """Expected changes of a partner's state within an episode, and what the episode adds to the mean of their square.

    Let x(t) be 1 where the state changes after second t, else 0, and h(t) the changes that are expected from there on,
    by context. The mean of x(t) + x(t + 1) + ... squared is the sum of E[x(t) (1 + 2 h(t + 1))], since x is 0 or 1.

    Parameters
    ----------
    visited : (seconds, cells, inner) the course of the episode.
    step : the chances ``infant``, ``mother`` and ``inner``.
    changing : the same, 0 where that partner's state stays.
    ahead : (cells, inner) h at the episode's last second, which becomes that at its first.
    """
    ones = np.ones(ahead.shape)
    once, again, then = np.empty(ahead.shape), np.empty(ahead.shape), np.empty(ahead.shape)
    backward(ones, changing[0], changing[1], changing[2], once)
    mean = square = 0.0
    for second in range(len(visited) - 2, -1, -1):
        backward(ahead, changing[0], changing[1], changing[2], again)
        backward(ahead, step[0], step[1], step[2], then)
        for c in range(len(ahead)):
            for n in range(INNER):
                mean += visited[second, c, n] * once[c, n]
                square += visited[second, c, n] * (once[c, n] + 2 * again[c, n])
                ahead[c, n] = once[c, n] + then[c, n]
    return mean, square
