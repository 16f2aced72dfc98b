"""What is counted in a session: joint transitions, starts, ages of mismatch, arousal. All measures are made from it.

The engine counts while it runs, :func:`tally_states` counts states that are there (coded video, Mesa agents), the exact
law fills in expected counts; :mod:`dyadsim.measures` treats the three alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import DyadsimError
from .states import CodeSet, MatchScheme

__all__ = ["HORIZON", "Latencies", "Tally", "ages", "tally_states"]

HORIZON = 60
"""Repair latency is followed up to so many seconds of mismatch."""

Counts = NDArray[Any]


@dataclass(frozen=True)
class Latencies:
    """Mismatches by age, under one match scheme.

    Attributes
    ----------
    spells : (n,) mismatches, whether repaired or not.
    at_risk : (n, ages) mismatches of that age (in steps) whose next step is observed.
    repaired : (n, ages) those of them that the next step repairs.
    """

    spells: Counts
    at_risk: Counts
    repaired: Counts

    def pooled(self) -> Latencies:
        """All rows as one."""
        return Latencies(*(getattr(self, part).sum(axis=0, keepdims=True) for part in _LATENCY_PARTS))


_LATENCY_PARTS = ("spells", "at_risk", "repaired")


@dataclass(frozen=True)
class Tally:
    """Counts of n stretches of interaction (a stretch: one episode of one dyad, gaps in the coding allowed).

    Attributes
    ----------
    codes : the states told apart; a cell is an (infant, mother) pair, infant-major.
    step : seconds from one observation to the next.
    span : (n,) steps from first to last, coded or not.
    starts : (n, cells) observations that follow no other: the first, and the first after a gap.
    pairs : (n, cells, cells) observations and the next.
    lagged : (n, cells, cells) observations and those one second later (the same as pairs when a step is a second).
    latencies : by the name of the match scheme.
    arousal : (n, levels) or None where it is not known.
    """

    codes: CodeSet
    step: float
    span: Counts
    starts: Counts
    pairs: Counts
    lagged: Counts
    latencies: Mapping[str, Latencies]
    arousal: Counts | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, rows: Any) -> Tally:
        """Some of the stretches."""
        return self._made([self], lambda parts: parts[0][rows])

    @classmethod
    def together(cls, tallies: Sequence[Tally]) -> Tally:
        """The stretches of several tallies, one after the other."""
        return cls._made(tallies, np.concatenate)

    @staticmethod
    def _made(tallies: Sequence[Tally], how: Callable[[list[Counts]], Counts]) -> Tally:
        """A tally whose every array is made by ``how`` from the same array of each of ``tallies``."""
        first = tallies[0]
        latencies = {
            name: Latencies(*(how([getattr(t.latencies[name], part) for t in tallies]) for part in _LATENCY_PARTS))
            for name in first.latencies
        }
        arrays = {part: how([getattr(t, part) for t in tallies]) for part in ("span", "starts", "pairs", "lagged")}
        arousal = None if first.arousal is None else how([t.arousal for t in tallies if t.arousal is not None])
        return Tally(first.codes, first.step, **arrays, latencies=latencies, arousal=arousal)

    def latencies_of(self, scheme: MatchScheme) -> Latencies:
        """Mismatches by age under ``scheme``.

        Raises
        ------
        DyadsimError
            if they were not counted.
        """
        if scheme.name not in self.latencies:
            raise DyadsimError(f"Repair latencies were not counted under match scheme '{scheme.name}'.")
        return self.latencies[scheme.name]

    @property
    def cells(self) -> Counts:
        """(n, cells) observations in each cell."""
        return self.starts + self.pairs.sum(axis=1)


def ages(repaired: Counts, still_open: Counts) -> Latencies:
    """Latencies from mismatches by their last age: (n, ages + 1), the last column for all that grew older.

    A mismatch last seen at age k was at risk of repair at every age before, and at k too if its repair was seen.
    """
    closed, left = repaired.astype(np.int64), still_open.astype(np.int64)
    older = (closed + left)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return Latencies(older[:, 0], (older - left)[:, :-1], closed[:, :-1])


def tally_states(
    infant: Counts,
    mother: Counts,
    codes: CodeSet,
    schemes: Sequence[MatchScheme],
    step: float = 1.0,
    arousal: Counts | None = None,
    levels: int = 0,
) -> Tally:
    """Count states (n, steps); a negative state is one that was not coded."""
    n, steps = infant.shape
    codable = (infant >= 0) & (mother >= 0)
    cell = np.where(codable, infant.astype(np.int64) * len(codes.mother) + mother, -1)
    before = np.concatenate([np.full((n, 1), -1), cell[:, :-1]], axis=1)
    second = max(round(1 / step), 1)
    return Tally(
        codes,
        step,
        span=np.full(n, steps),
        starts=_histogram(np.where(before < 0, cell, -1), codes.cells),
        pairs=_pairs(cell, 1, codes.cells),
        lagged=_pairs(cell, second, codes.cells),
        latencies={s.name: _ages_of_mismatch(cell, s.cells, round(HORIZON / step)) for s in schemes},
        arousal=None if arousal is None else _histogram(arousal.astype(np.int64), levels),
    )


def _histogram(values: Counts, size: int) -> Counts:
    """Counts of 0..size-1 in each row; negative values are left out."""
    row, column = np.nonzero(values >= 0)
    flat = np.bincount(row * size + values[row, column], minlength=len(values) * size)
    return flat.reshape(len(values), size)


def _pairs(cell: Counts, lag: int, cells: int) -> Counts:
    """(n, cells, cells): how often the second cell came ``lag`` steps after the first."""
    now, then = cell[:, :-lag], cell[:, lag:]
    both = np.where((now >= 0) & (then >= 0), now * cells + then, -1)
    return _histogram(both, cells * cells).reshape(len(cell), cells, cells)


def _ages_of_mismatch(cell: Counts, matches: Counts, most: int) -> Latencies:
    """Follow every maximal run of mismatch to its last age and see whether a match comes next."""
    matched = np.append(matches, False)[cell]  # an uncoded cell (-1) reads the appended entry
    mismatch = (cell >= 0) & ~matched
    edge = np.zeros((len(cell), 1), dtype=bool)
    begins = mismatch & ~np.concatenate([edge, mismatch[:, :-1]], axis=1)
    ends = mismatch & ~np.concatenate([mismatch[:, 1:], edge], axis=1)
    row, first = np.nonzero(begins)
    _, last = np.nonzero(ends)
    repaired = np.concatenate([matched[:, 1:], edge], axis=1)[row, last]
    age = np.minimum(last - first, most)
    by_age = np.zeros((2, len(cell), most + 1), dtype=np.int64)
    np.add.at(by_age, (repaired.astype(int), row, age), 1)
    return ages(by_age[1], by_age[0])
