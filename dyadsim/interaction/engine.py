"""The compiled sampler: tables + draws -> states, counting on the way. One kernel, no rules, no threads of its own.

The kernel releases the GIL, so ``interact`` runs it in plain Python threads on chunks of dyads; no result depends on
how many. It takes four dyads side by side: a step of one waits for the step before, and the processor fills the wait
with the others (2.5 times the speed of one after another). Draws of a block of seconds are made in one vectorised loop,
then the four walk through integer thresholds, and each episode is counted when it is over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..common import philox, random_numbers
from ..common.compiled import compiled, inlined
from ..theory.states import AROUSAL_LEVELS, ICEP, INNER
from .tables import AROUSAL_COLUMNS, ATTENTION_COLUMN, INFANT_COLUMNS, MOTHER_COLUMNS

__all__ = ["run"]

_MOTHERS = len(ICEP.mother)
_I0, _I1 = INFANT_COLUMNS.start, INFANT_COLUMNS.stop
_M0, _M1 = MOTHER_COLUMNS.start, MOTHER_COLUMNS.stop
_A0, _A1 = AROUSAL_COLUMNS.start, AROUSAL_COLUMNS.stop
_ATTENTION = ATTENTION_COLUMN.start
_SHIFT = np.uint64(32 - random_numbers.BITS)
_BLOCK = 256  # seconds whose draws are made at once; four dyads' draws and tables stay in the first-level cache
_SIDE_BY_SIDE = 4


_compiled = compiled(
    *(AROUSAL_LEVELS, _MOTHERS, _I0, _I1, _M0, _M1, _A0, _A1, _ATTENTION, random_numbers.BITS),
    Path(philox.__file__).read_bytes(),
)
_philox = inlined(philox.philox)


@_compiled
def _draw(words: Any, first: int, seconds: int, clock: Any, unit: Any, replicate: Any, k0: Any, k1: Any) -> None:
    """Fill the draws (4, seconds) of one dyad from second ``first`` on: infant, mother, arousal, attention."""
    for t in range(seconds):
        infant, mother, arousal, attention = _philox(np.uint64(first + t), clock, unit, replicate, k0, k1)
        words[0, t] = np.uint32(infant >> _SHIFT)
        words[1, t] = np.uint32(mother >> _SHIFT)
        words[2, t] = np.uint32(arousal >> _SHIFT)
        words[3, t] = np.uint32(attention >> _SHIFT)


@inlined
def _step(table: Any, cell: int, inner: int, words: Any, t: int) -> Any:
    """Cell and inner state a second later: a draw picks the state whose number is how many thresholds it reaches."""
    row = table[cell * INNER + inner]
    infant = mother = 0
    arousal = inner % AROUSAL_LEVELS - 1
    for column in range(_I0, _I1):
        infant += words[0, t] >= row[column]
    for column in range(_M0, _M1):
        mother += words[1, t] >= row[column]
    for column in range(_A0, _A1):
        arousal += words[2, t] >= row[column]
    attention = np.int64(words[3, t] >= row[_ATTENTION])
    return infant * _MOTHERS + mother, attention * AROUSAL_LEVELS + arousal


@_compiled
def _walk(words: Any, tables: Any, of: Any, seats: Any, cells: Any, inner: Any, first: int, seconds: int) -> None:
    """Four dyads go on for some seconds from the one in column ``first``."""
    a, b, c, d = cells[0, first], cells[1, first], cells[2, first], cells[3, first]
    p, q, r, s = inner[0, first], inner[1, first], inner[2, first], inner[3, first]
    table_a, table_b = tables[of[seats[0]]], tables[of[seats[1]]]
    table_c, table_d = tables[of[seats[2]]], tables[of[seats[3]]]
    for t in range(seconds):
        a, p = _step(table_a, a, p, words[0], t)
        b, q = _step(table_b, b, q, words[1], t)
        c, r = _step(table_c, c, r, words[2], t)
        d, s = _step(table_d, d, s, words[3], t)
        to = first + t + 1
        cells[0, to], cells[1, to], cells[2, to], cells[3, to] = a, b, c, d
        inner[0, to], inner[1, to], inner[2, to], inner[3, to] = p, q, r, s


@_compiled
def _count_pairs(cells: Any, inner: Any, pairs: Any, levels: Any) -> None:
    """Add an episode of one dyad to its counts of (cell, next cell) and of arousal levels."""
    for t in range(1, len(cells)):
        pairs[cells[t - 1], cells[t]] += 1
    for level in range(len(levels)):
        there = 0
        for t in range(len(inner)):
            there += (inner[t] == level) | (inner[t] == level + AROUSAL_LEVELS)
        levels[level] += there


@_compiled
def _count_latencies(cells: Any, matches: Any, edges: Any, repaired: Any, still_open: Any) -> None:
    """Add the mismatches of an episode of one dyad by age, under one scheme: bit ``cell`` of ``matches`` is a match."""
    oldest = len(repaired) - 1
    before = matches >> np.uint64(cells[0]) & np.uint64(1)
    edges[0] = 0
    count = np.int64(1) - np.int64(before)  # an episode that starts in mismatch opens one there
    for t in range(1, len(cells)):  # ruptures and repairs in turn; no branch, since none can be foreseen
        now = matches >> np.uint64(cells[t]) & np.uint64(1)
        edges[count] = t
        count += now != before
        before = now
    for spell in range(0, count - 1, 2):
        repaired[min(edges[spell + 1] - edges[spell] - 1, oldest)] += 1
    if count % 2:
        still_open[min(len(cells) - edges[count - 1] - 1, oldest)] += 1


@_compiled
def run(
    tables: Any,  # (kinds, distinct dyads, contexts, columns) uint32
    table_of: Any,  # (simulated dyads,)
    places: Any,  # (simulated dyads,): which of all dyads they are
    units: Any,  # (dyads,) uint64
    kinds: Any,  # (episodes,)
    ends: Any,  # (episodes,)
    lucks: Any,  # (sessions, 4) uint64: of each the clock, replicate word, key
    start: int,
    matches: Any,  # (schemes,) uint64: bit ``cell`` is set where the cell is a match
    states: Any,  # (3, dyads, seconds) int8, or no dyads: states are not kept
    starts: Any,  # (dyads, episodes, cells), or no dyads: nothing is counted
    pairs: Any,  # (dyads, episodes, cells, cells)
    levels: Any,  # (dyads, episodes, levels)
    repaired: Any,  # (dyads, episodes, schemes, bins)
    still_open: Any,  # the same
) -> None:
    """Simulate sessions of dyads and fill what is given to be filled; counts are added to what is there."""
    words = np.empty((_SIDE_BY_SIDE, 4, _BLOCK), dtype=np.uint32)
    cells = np.empty((_SIDE_BY_SIDE, ends[-1] + 1), dtype=np.uint8)  # column 0 is the second before the episode
    inner = np.empty((_SIDE_BY_SIDE, ends[-1] + 1), dtype=np.uint8)
    edges = np.empty(ends[-1] + 1, dtype=np.int32)
    seats = np.empty(_SIDE_BY_SIDE, dtype=np.int64)
    for group in range(0, len(places), _SIDE_BY_SIDE):
        for n in range(_SIDE_BY_SIDE):
            seats[n] = min(group + n, len(places) - 1)  # the last group fills its four seats with the last dyad
        for luck in lucks:  # innermost of these two: the tables of four dyads stay near for all their sessions
            cells[:, 0], inner[:, 0] = start // INNER, start % INNER
            first = 0
            for e in range(len(ends)):
                seconds = ends[e] - first
                for block in range(0, seconds, _BLOCK):
                    now = min(_BLOCK, seconds - block)
                    for n in range(_SIDE_BY_SIDE):
                        unit = units[places[seats[n]]]
                        _draw(words[n], first + block, now, luck[0], unit, luck[1], luck[2], luck[3])
                    _walk(words, tables[kinds[e]], table_of, seats, cells, inner, block, now)
                for n in range(_SIDE_BY_SIDE):
                    d, visited, within = places[seats[n]], cells[n, 1 : seconds + 1], inner[n, 1 : seconds + 1]
                    if len(starts) and group + n < len(places):
                        starts[d, e, visited[0]] += 1
                        _count_pairs(visited, within, pairs[d, e], levels[d, e])
                        for s in range(len(matches)):
                            _count_latencies(visited, matches[s], edges, repaired[d, e, s], still_open[d, e, s])
                    if states.shape[1]:
                        for t in range(seconds):
                            states[0, d, first + t] = visited[t] // _MOTHERS
                            states[1, d, first + t] = visited[t] % _MOTHERS
                            states[2, d, first + t] = within[t] % AROUSAL_LEVELS
                    cells[n, 0], inner[n, 0] = visited[-1], within[-1]
                first = ends[e]
