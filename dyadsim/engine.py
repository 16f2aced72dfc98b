"""The compiled sampler: tables + draws -> states, counting on the way. One kernel, no rules, no threads of its own.

The kernel releases the GIL, so ``interact`` runs it in plain Python threads on chunks of dyads; no result depends on
how many. For each dyad and block of seconds it makes the draws in one vectorised loop, walks the chain through
integer thresholds, then counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from . import draws
from .states import AROUSAL_LEVELS, ICEP
from .tables import AROUSAL_COLUMNS, INFANT_COLUMNS, MOTHER_COLUMNS

__all__ = ["run"]

_MOTHERS = len(ICEP.mother)
_I0, _I1 = INFANT_COLUMNS.start, INFANT_COLUMNS.stop
_M0, _M1 = MOTHER_COLUMNS.start, MOTHER_COLUMNS.stop
_A0, _A1 = AROUSAL_COLUMNS.start, AROUSAL_COLUMNS.stop
_SHIFT = np.uint64(32 - draws.BITS)
_BLOCK = 512  # seconds whose draws are made at once; they stay in the first-level cache


_BUILT_ON = (AROUSAL_LEVELS, _MOTHERS, _I0, _I1, _M0, _M1, _A0, _A1, draws.BITS, _BLOCK)
_KEY = hashlib.sha256(repr((_BUILT_ON, draws.philox.__code__.co_code, numba.__version__)).encode()).hexdigest()[:8]


def _compiled(function: Callable[..., Any]) -> Any:
    """numba.njit with a cache on disk where one can be had (a read-only install with no home has none).

    The cache notices edits of this file only; so what it was built on from other files is made part of the name that it
    is kept under.
    """
    function.__qualname__ += f"_{_KEY}"
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        return numba.njit(nogil=True, error_model="numpy")(function)


_philox = numba.njit(inline="always", error_model="numpy")(draws.philox)


@_compiled
def _draw(words: Any, first: int, last: int, clock: Any, unit: Any, replicate: Any, k0: Any, k1: Any) -> None:
    """The draws of seconds ``first`` to ``last`` of one dyad: (3, seconds)."""
    for t in range(last - first):
        infant, mother, arousal, _ = _philox(np.uint64(first + t), clock, unit, replicate, k0, k1)
        words[0, t] = np.uint32(infant >> _SHIFT)
        words[1, t] = np.uint32(mother >> _SHIFT)
        words[2, t] = np.uint32(arousal >> _SHIFT)


@_compiled
def _walk(words: Any, seconds: int, table: Any, context: int, path: Any) -> int:
    """Go through ``seconds`` contexts from ``context``; they are left in ``path``, the last is returned."""
    for t in range(seconds):
        infant = mother = 0
        arousal = context % AROUSAL_LEVELS - 1
        row = table[context]
        for column in range(_I0, _I1):
            infant += words[0, t] >= row[column]
        for column in range(_M0, _M1):
            mother += words[1, t] >= row[column]
        for column in range(_A0, _A1):
            arousal += words[2, t] >= row[column]
        context = (infant * _MOTHERS + mother) * AROUSAL_LEVELS + arousal
        path[t] = context
    return context


@_compiled
def _count(path: Any, seconds: int, last: int, flags: Any, since: Any, pairs: Any, arousal: Any, repaired: Any) -> int:
    """Add a walked block to the counts of an episode; ``last`` is the cell before it, -1 at an episode's start.

    ``flags[cell]`` has a bit for each match scheme; ``since[scheme]`` is the age of its open mismatch at the start of
    the block, counted on by ``-t`` (so age = t - since).
    """
    schemes, bins = repaired.shape
    for t in range(seconds):
        cell = path[t] // AROUSAL_LEVELS
        arousal[path[t] % AROUSAL_LEVELS] += 1
        if last >= 0:
            pairs[last, cell] += 1
            changed = flags[last] ^ flags[cell]
            if changed:
                for s in range(schemes):
                    if changed >> s & 1:
                        if flags[cell] >> s & 1:
                            repaired[s, min(t - 1 - since[s], bins - 1)] += 1
                        else:
                            since[s] = t
        else:
            for s in range(schemes):
                since[s] = t
        last = cell
    for s in range(schemes):
        since[s] -= seconds
    return last


@_compiled
def run(
    tables: Any,  # (kinds, distinct dyads, contexts, columns) uint32
    table_of: Any,  # (dyads,)
    units: Any,  # (dyads,) uint64
    kinds: Any,  # (episodes,)
    ends: Any,  # (episodes,)
    luck: Any,  # (4,) uint64: clock, replicate word, key
    start: int,
    flags: Any,  # (cells,)
    states: Any,  # (3, dyads, seconds) int8, or no dyads: states are not kept
    starts: Any,  # (dyads, episodes), or no dyads: nothing is counted
    pairs: Any,  # (dyads, episodes, cells, cells)
    arousal: Any,  # (dyads, episodes, levels)
    repaired: Any,  # (dyads, episodes, schemes, bins)
    still_open: Any,  # the same
) -> None:
    """Simulate dyads and fill what is given to be filled."""
    words = np.empty((3, _BLOCK), dtype=np.uint32)
    path = np.empty(_BLOCK, dtype=np.int64)
    schemes, bins = repaired.shape[2], repaired.shape[3]
    since = np.zeros(schemes, dtype=np.int64)
    for d in range(len(units)):
        context, first = start, 0
        for e in range(len(ends)):
            last = -1
            for block in range(first, ends[e], _BLOCK):
                stop = min(block + _BLOCK, ends[e])
                _draw(words, block, stop, luck[0], units[d], luck[1], luck[2], luck[3])
                context = _walk(words, stop - block, tables[kinds[e], table_of[d]], context, path)
                if len(starts):
                    if last < 0:
                        starts[d, e] = path[0] // AROUSAL_LEVELS
                    last = _count(path, stop - block, last, flags, since, pairs[d, e], arousal[d, e], repaired[d, e])
                if states.shape[1]:
                    for t in range(block, stop):
                        cell = path[t - block] // AROUSAL_LEVELS
                        states[0, d, t] = cell // _MOTHERS
                        states[1, d, t] = cell % _MOTHERS
                        states[2, d, t] = path[t - block] % AROUSAL_LEVELS
            if len(starts):
                for s in range(schemes):
                    if not flags[last] >> s & 1:
                        still_open[d, e, s, min(-since[s] - 1, bins - 1)] += 1
            first = ends[e]
