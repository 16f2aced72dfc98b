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

from ..common.compiled import compiled
from ..theory.states import AROUSAL_LEVELS, INNER

__all__ = ["expected_counts", "log_likelihood"]

_compiled = compiled(INNER, AROUSAL_LEVELS)


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
    seen = mother.shape[3] > 1  # whether what she does depends on his inner state
    inner = np.empty((2, AROUSAL_LEVELS))
    total = 0.0
    for t in range(seconds):
        then = filtered[t]
        then[:] = 0.0
        his, hers = may_i[codes[0, t]], may_m[codes[1, t]]
        if t == 0:
            for i in range(infants):
                for m in range(mothers):
                    if his[i] and hers[m]:
                        then[i, m] = first[i, m]
        else:
            now, w = filtered[t - 1], which[t]
            his_before, hers_before = may_i[codes[0, t - 1]], may_m[codes[1, t - 1]]
            for i in range(infants):
                if not his_before[i]:
                    continue
                for m in range(mothers):
                    if not hers_before[m]:
                        continue
                    for n in range(INNER):
                        weight = now[i, m, n]
                        if weight == 0.0:
                            continue
                        level = n % AROUSAL_LEVELS
                        lowest, highest = max(level - 1, 0), min(level + 1, AROUSAL_LEVELS - 1)
                        for a in range(2):
                            for k in range(lowest, highest + 1):
                                inner[a, k] = attention[w, i, m, n, a] * arousal[w, i, m, n, k - level + 1]
                        for i2 in range(infants):
                            if not his[i2]:
                                continue
                            alone = weight * infant[w, i, m, n, i2]
                            for m2 in range(mothers):
                                if not hers[m2]:
                                    continue
                                both = alone * mother[w, i, m, n if seen else 0, m2] if scored[w] else alone
                                for a in range(2):
                                    for k in range(lowest, highest + 1):
                                        then[i2, m2, a * AROUSAL_LEVELS + k] += both * inner[a, k]
        # The chance of this second's codes is taken out, so that nothing underflows.
        chance = then.sum()
        if not chance > 0.0:
            return -np.inf
        for i in range(infants):
            for m in range(mothers):
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
    seen = mother.shape[3] > 1
    ahead, now_ahead = np.ones((infants, mothers, INNER)), np.empty((infants, mothers, INNER))
    for t in range(seconds - 1, 0, -1):
        w = which[t]
        his, hers = may_i[codes[0, t]], may_m[codes[1, t]]
        his_before, hers_before = may_i[codes[0, t - 1]], may_m[codes[1, t - 1]]
        now_ahead[:] = 0.0
        for i in range(infants):
            if not his_before[i]:
                continue
            for m in range(mothers):
                if not hers_before[m]:
                    continue
                for n in range(INNER):
                    weight = filtered[t - 1, i, m, n]
                    if weight == 0.0:
                        continue
                    g = n if seen else 0
                    level = n % AROUSAL_LEVELS
                    lowest, highest = max(level - 1, 0), min(level + 1, AROUSAL_LEVELS - 1)
                    for i2 in range(infants):
                        if not his[i2]:
                            continue
                        alone = infant[w, i, m, n, i2] / chances[t]
                        for m2 in range(mothers):
                            if not hers[m2]:
                                continue
                            both = alone * mother[w, i, m, g, m2] if scored[w] else alone
                            for a in range(2):
                                for k in range(lowest, highest + 1):
                                    step = attention[w, i, m, n, a] * arousal[w, i, m, n, k - level + 1]
                                    comes = both * step * ahead[i2, m2, a * AROUSAL_LEVELS + k]
                                    now_ahead[i, m, n] += comes
                                    comes *= weight
                                    of_infant[w, i, m, n, i2] += comes
                                    if scored[w]:
                                        of_mother[w, i, m, g, m2] += comes
                                    of_arousal[w, i, m, n, k - level + 1] += comes
                                    of_attention[w, i, m, n, a] += comes
        ahead, now_ahead = now_ahead, ahead
