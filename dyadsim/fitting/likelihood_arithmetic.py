"""The compiled arithmetic of the likelihood: a coded session under a dyad's tables, second by second.

What coders saw are codes, each of which may stand for several engagement states; what they could not see are his
arousal and attention. The forward algorithm carries the chances of all contexts that agree with what was coded so far;
the backward one says how often each draw is expected to have come out how (Baum, Petrie, Soules & Weiss 1970, doi
10.1214/aoms/1177697196; Rabiner 1989, doi 10.1109/5.18626).

Everywhere ``i, m`` are the states of a context, ``n`` its inner state (arousal and attention), and a second's draws are
independent given it: his state (``infant``), hers (``mother``), his arousal (``arousal``: falls, stays, rises) and his
attention (``attention``: elsewhere, on her).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..common.compiled import compiled, inlined
from ..theory.states import AROUSAL_LEVELS, INNER

__all__ = ["expected_counts", "log_likelihood"]

_compiled = compiled(INNER, AROUSAL_LEVELS)


@inlined
def _moved(inner: Any, attention: Any, arousal: Any, n: int) -> Any:
    """Fill ``inner`` with the chances of his next inner state from ``n``; give the lowest and highest arousal there."""
    level = n % AROUSAL_LEVELS
    lowest, highest = max(level - 1, 0), min(level + 1, AROUSAL_LEVELS - 1)
    for a in range(2):
        for k in range(lowest, highest + 1):
            inner[a * AROUSAL_LEVELS + k] = attention[a] * arousal[k - level + 1]
    return lowest, highest


@_compiled
def log_likelihood(
    codes: Any, which: Any, may_be: Any, tables: Any, scored: Any, first: Any, filtered: Any, chances: Any
) -> float:
    """Log-likelihood of a session given its first second, filling what is known of each second by what came so far.

    Parameters
    ----------
    codes : (2, seconds) his and her code in each second.
    which : (seconds,) the table by which that second came.
    may_be : (codes, 5), (codes, 6) whether a code may stand for a state of his; of hers.
    tables : ``infant`` (tables, 5, 6, inner, 5), ``mother`` (tables, 5, 6, 1 or inner, 6), ``arousal`` (..., 3),
        ``attention`` (..., 2).
    scored : (tables,) false where what she does is asked of her and not hers: it is taken as given.
    first : (5, 6, inner) chances of the first second's context, before anything was coded.
    filtered : (seconds, 5, 6, inner) to be filled: chances of the context, given all codes up to that second.
    chances : (seconds,) to be filled: the chance of that second's codes, given all before; 1 for the first.
    """
    infant, mother, arousal, attention = tables
    may_i, may_m = may_be
    infants, mothers, seconds = may_i.shape[1], may_m.shape[1], codes.shape[1]
    groups = mother.shape[3]  # of inner states among which she does not tell: one, or each by itself
    each = INNER // groups
    inner, his = np.zeros(INNER), np.empty((infants, INNER))
    total = 0.0
    for t in range(seconds):
        then = filtered[t]
        may_his, may_hers = may_i[codes[0, t]], may_m[codes[1, t]]
        # Only contexts that agree with the codes are ever touched, here and below.
        for i in range(infants):
            for m in range(mothers):
                if may_his[i] and may_hers[m]:
                    for n in range(INNER):
                        then[i, m, n] = 0.0 if t else first[i, m, n]
        if t:
            now, w = filtered[t - 1], which[t]
            was_his, was_hers = may_i[codes[0, t - 1]], may_m[codes[1, t - 1]]
            for i in range(infants):
                if not was_his[i]:
                    continue
                for m in range(mothers):
                    if not was_hers[m]:
                        continue
                    for g in range(groups):
                        for i2 in range(infants):
                            if may_his[i2]:  # P(here, i', n'), over all inner states that are the same to her
                                his[i2] = 0.0
                        for n in range(g * each, (g + 1) * each):
                            weight = now[i, m, n]
                            if weight == 0.0:
                                continue
                            lowest, highest = _moved(inner, attention[w, i, m, n], arousal[w, i, m, n], n)
                            for i2 in range(infants):
                                if not may_his[i2]:
                                    continue
                                alone = weight * infant[w, i, m, n, i2]
                                for a in range(2):
                                    for k in range(a * AROUSAL_LEVELS + lowest, a * AROUSAL_LEVELS + highest + 1):
                                        his[i2, k] += alone * inner[k]
                        for m2 in range(mothers):
                            if not may_hers[m2]:
                                continue
                            hers = mother[w, i, m, g, m2] if scored[w] else 1.0
                            for i2 in range(infants):
                                if may_his[i2]:
                                    for k in range(INNER):
                                        then[i2, m2, k] += hers * his[i2, k]
        # The chance of this second's codes is taken out, so that nothing underflows.
        chance = 0.0
        for i in range(infants):
            for m in range(mothers):
                if may_his[i] and may_hers[m]:
                    for n in range(INNER):
                        chance += then[i, m, n]
        if not chance > 0.0:
            return -np.inf
        for i in range(infants):
            for m in range(mothers):
                if may_his[i] and may_hers[m]:
                    for n in range(INNER):
                        then[i, m, n] /= chance
        chances[t] = chance if t else 1.0
        total += np.log(chances[t])
    return total


@_compiled
def expected_counts(
    codes: Any, which: Any, may_be: Any, tables: Any, scored: Any, filtered: Any, chances: Any, counts: Any
) -> None:
    """Add to ``counts`` how often each draw is expected to have come out how, given all that was coded.

    Parameters
    ----------
    codes, which, may_be, tables, scored, filtered, chances : as :func:`log_likelihood` takes and fills them.
    counts : of the shapes of ``tables``.
    """
    infant, mother, arousal, attention = tables
    of_infant, of_mother, of_arousal, of_attention = counts
    may_i, may_m = may_be
    infants, mothers, seconds = may_i.shape[1], may_m.shape[1], codes.shape[1]
    groups = mother.shape[3]
    each = INNER // groups
    inner, his = np.zeros(INNER), np.empty((infants, INNER))
    over_hers, over_his = np.empty((infants, INNER)), np.empty(INNER)
    ahead, now_ahead = np.ones((infants, mothers, INNER)), np.empty((infants, mothers, INNER))
    for t in range(seconds - 1, 0, -1):
        w = which[t]
        may_his, may_hers = may_i[codes[0, t]], may_m[codes[1, t]]
        was_his, was_hers = may_i[codes[0, t - 1]], may_m[codes[1, t - 1]]
        for i in range(infants):
            if not was_his[i]:
                continue
            for m in range(mothers):
                if not was_hers[m]:
                    continue
                now_ahead[i, m] = 0.0
                for g in range(groups):
                    # E[what is ahead; i', n'], over her next state.
                    for i2 in range(infants):
                        if may_his[i2]:
                            over_hers[i2] = 0.0
                            his[i2] = 0.0
                    for m2 in range(mothers):
                        if may_hers[m2]:
                            hers = (mother[w, i, m, g, m2] if scored[w] else 1.0) / chances[t]
                            for i2 in range(infants):
                                if may_his[i2]:
                                    for k in range(INNER):
                                        over_hers[i2, k] += hers * ahead[i2, m2, k]
                    for n in range(g * each, (g + 1) * each):
                        weight = filtered[t - 1, i, m, n]
                        if weight == 0.0:
                            continue
                        level = n % AROUSAL_LEVELS
                        lowest, highest = _moved(inner, attention[w, i, m, n], arousal[w, i, m, n], n)
                        # E[what is ahead; n'], over his next state, which is counted on the way.
                        over_his[:] = 0.0
                        for i2 in range(infants):
                            if not may_his[i2]:
                                continue
                            chance, comes = infant[w, i, m, n, i2], 0.0
                            for a in range(2):
                                for k in range(a * AROUSAL_LEVELS + lowest, a * AROUSAL_LEVELS + highest + 1):
                                    over_his[k] += chance * over_hers[i2, k]
                                    comes += inner[k] * over_hers[i2, k]
                                    his[i2, k] += weight * chance * inner[k]
                            of_infant[w, i, m, n, i2] += weight * chance * comes
                            now_ahead[i, m, n] += chance * comes
                        for a in range(2):
                            for k in range(lowest, highest + 1):
                                comes = weight * inner[a * AROUSAL_LEVELS + k] * over_his[a * AROUSAL_LEVELS + k]
                                of_arousal[w, i, m, n, k - level + 1] += comes
                                of_attention[w, i, m, n, a] += comes
                    if scored[w]:
                        for m2 in range(mothers):
                            if may_hers[m2]:
                                comes = 0.0
                                for i2 in range(infants):
                                    if may_his[i2]:
                                        for k in range(INNER):
                                            comes += his[i2, k] * ahead[i2, m2, k]
                                of_mother[w, i, m, g, m2] += mother[w, i, m, g, m2] * comes / chances[t]
        ahead, now_ahead = now_ahead, ahead
