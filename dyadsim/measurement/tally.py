"""Tallies: all that is counted in a session (joint transitions, starts, ages of mismatch, arousal) for its measures.

The engine counts while it runs, :func:`tally_states` counts states that are there (coded video, Mesa agents), the exact
law fills in expected counts; :mod:`dyadsim.measurement.measures` treats the three alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.threads import while_others_go_on
from ..theory.states import AROUSAL_LEVELS, CodeSet, MatchScheme

__all__ = ["HORIZON", "SHORT", "Latencies", "Tally", "tally_states"]

HORIZON = 60
"""Repair latency is followed up to so many seconds of mismatch."""

SHORT = np.dtype(np.uint16)
"""The kind of number in which the engine counts its stretches: none lasts longer than it can hold."""

Counts = NDArray[Any]


@dataclass(frozen=True)
class Latencies:
    """Mismatches under one match scheme, by the age (in steps) at which they were last seen.

    Attributes
    ----------
    closed : (n, ages + 1) mismatches that the step after that age repaired; the last column holds all that grew older.
    left : (n, ages + 1) mismatches that were still open when the observation ended.
    """

    closed: Counts
    left: Counts

    @classmethod
    def of_at_risk(cls, spells: Counts, at_risk: Counts, repaired: Counts) -> Latencies:
        """Mismatches by the age at which they were last seen, from how many there are and are at risk at each age.

        Parameters
        ----------
        spells : (n,) mismatches, whether repaired or not.
        at_risk : (n, ages) those of that age whose next step is observed.
        repaired : (n, ages) those of them that it repairs.
        """
        # Those that grow as old as an age: all reach age 0; at risk and not repaired, they reach the next.
        older = np.concatenate([spells[:, None], at_risk - repaired], axis=1)
        # Of those, some are at risk there; the rest were last seen at that age, still open. What grew older than all
        # ages is not followed on: it counts as open.
        beyond = np.zeros((len(spells), 1))
        return cls(np.concatenate([repaired, beyond], axis=1), older - np.concatenate([at_risk, beyond], axis=1))

    @cached_property
    def spells(self) -> Counts:
        """Mismatches (n,), whether repaired or not."""
        return self.closed.sum(axis=1) + self.left.sum(axis=1)

    @property
    def at_risk(self) -> Counts:
        """Mismatches at risk (n, ages): those of that age whose next step is observed."""
        from .count_arithmetic import at_risk  # numba is imported when first needed

        filled = np.empty((len(self.closed), self.closed.shape[1] - 1))
        with while_others_go_on():
            at_risk(self.closed.astype(np.float64), self.left.astype(np.float64), filled)
        return filled

    @property
    def repaired(self) -> Counts:
        """Mismatches repaired (n, ages): those of that age that the next step repairs."""
        return self.closed[:, :-1]

    def __getitem__(self, rows: Any) -> Latencies:
        """Mismatches of some of the stretches."""
        return Latencies(self.closed[rows], self.left[rows])

    def pooled(self, weights: Counts | None = None) -> Latencies:
        """Mismatches of all rows as one, each counted ``weights`` (n,) times (default: once)."""
        each = np.ones(len(self.closed)) if weights is None else weights
        return Latencies((each @ self.closed)[None], (each @ self.left)[None])

    def mixed(self, weights: Counts) -> Latencies:
        """Mismatches of m mixtures of the rows, in which each counts ``weights`` (m, n) times."""
        return Latencies(weights @ self.closed, weights @ self.left)


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
    latencies : by the name of the match scheme; empty where they were not asked for.
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
        """Tally of some of the stretches."""
        return self._each(lambda counts: counts[rows], lambda latencies: latencies[rows])

    def by(self, stretches: int) -> Tally:
        """Tally with every so many ``stretches`` that follow each other added up to one, as the episodes of a dyad."""
        if stretches == 1:
            return self

        def added(counts: Counts) -> Counts:
            return counts.reshape(-1, stretches, *counts.shape[1:]).sum(axis=1)

        return self._each(added, lambda latencies: Latencies(added(latencies.closed), added(latencies.left)))

    def pooled(self, weights: Counts | None = None) -> Tally:
        """Tally of all stretches as one, each counted ``weights`` (n,) times (default: once)."""
        each = np.ones(len(self)) if weights is None else weights

        return self._each(
            lambda counts: np.tensordot(each, counts, axes=1)[None], lambda latencies: latencies.pooled(each)
        )

    def mixed(self, weights: Counts) -> Tally:
        """Tally of m mixtures of the stretches, in which each counts ``weights`` (m, n) times."""
        return self._each(
            lambda counts: np.tensordot(weights, counts, axes=1), lambda latencies: latencies.mixed(weights)
        )

    def _each(self, of_counts: Callable[[Counts], Counts], of_latencies: Callable[[Latencies], Latencies]) -> Tally:
        """Tally with something done to all its parts; pairs that are the lagged ones too stay one array."""
        pairs = of_counts(self.pairs)
        return replace(
            self,
            span=of_counts(self.span),
            starts=of_counts(self.starts),
            pairs=pairs,
            lagged=pairs if self.lagged is self.pairs else of_counts(self.lagged),
            latencies={name: of_latencies(latencies) for name, latencies in self.latencies.items()},
            arousal=None if self.arousal is None else of_counts(self.arousal),
        )

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
        """Observations in each cell (n, cells); no more than fit into the kind of number that pairs are counted by."""
        if self.pairs.dtype != SHORT:
            return self.starts + self.pairs.sum(axis=1, dtype=self.pairs.dtype)
        from .count_arithmetic import cells_after  # numba is imported when first needed

        after = np.empty(self.pairs.shape[:2], self.pairs.dtype)
        with while_others_go_on():
            cells_after(self.pairs, after)
        return self.starts + after


def tally_states(
    infant: Counts,
    mother: Counts,
    span: Counts,
    codes: CodeSet,
    scheme: MatchScheme,
    step: float = 1.0,
    arousal: Counts | None = None,
) -> Tally:
    """Tally of states that are known step by step, such as those of coded video.

    Parameters
    ----------
    infant, mother : (n, steps) numbers of states in the order of ``codes``; a negative one was not coded.
    span : (n,) steps that each stretch lasts.
    codes : the states told apart.
    scheme : the match scheme under which mismatches are followed.
    step : seconds between observations.
    arousal : (n, steps) levels, negative where not known; None if it is known nowhere.
    """
    # The joint state at each step, infant-major; -1 where one of both is not coded.
    codable = (infant >= 0) & (mother >= 0)
    cell = np.where(codable, infant.astype(np.int64) * len(codes.mother) + mother, -1)
    # What is coded after nothing that is coded starts a run of observations.
    before = np.concatenate([np.full((len(cell), 1), -1), cell[:, :-1]], axis=1)
    second = max(round(1 / step), 1)
    return Tally(
        codes,
        step,
        span=span,
        starts=_histogram(np.where(before < 0, cell, -1), codes.cells),
        pairs=_pairs(cell, 1, codes.cells),
        lagged=_pairs(cell, second, codes.cells),
        latencies={scheme.name: _ages_of_mismatch(cell, scheme.cells, round(HORIZON / step))},
        arousal=None if arousal is None else _histogram(arousal.astype(np.int64), AROUSAL_LEVELS),
    )


def _histogram(values: Counts, size: int) -> Counts:
    """Counts (n, size) of 0..size-1 in each row of ``values``; negative ones are left out."""
    row, column = np.nonzero(values >= 0)
    # Each row has numbers of its own, so that all are counted at once.
    flat = np.bincount(row * size + values[row, column], minlength=len(values) * size)
    return flat.reshape(len(values), size)


def _pairs(cell: Counts, lag: int, cells: int) -> Counts:
    """Counts (n, cells, cells) of how often the second cell came ``lag`` steps after the first."""
    now, then = cell[:, :-lag], cell[:, lag:]
    both = np.where((now >= 0) & (then >= 0), now * cells + then, -1)
    return _histogram(both, cells * cells).reshape(len(cell), cells, cells)


def _ages_of_mismatch(cell: Counts, matches: Counts, most: int) -> Latencies:
    """Mismatches of each row by the age at which they were last seen, up to ``most``, and whether a match came next.

    Parameters
    ----------
    cell : (n, steps) joint states, -1 where not coded.
    matches : (cells,) whether each is a match.
    most : the age at which all that grew older are counted.
    """
    matched = np.append(matches, False)[cell]  # an uncoded cell (-1) reads the appended entry
    mismatch = (cell >= 0) & ~matched
    # Where a run of mismatch begins and where it ends: no mismatch before, none after.
    edge = np.zeros((len(cell), 1), dtype=bool)
    begins = mismatch & ~np.concatenate([edge, mismatch[:, :-1]], axis=1)
    ends = mismatch & ~np.concatenate([mismatch[:, 1:], edge], axis=1)
    row, first = np.nonzero(begins)
    _, last = np.nonzero(ends)
    # Row by row the k-th beginning and the k-th end are of one run; it is repaired if a match follows its end.
    repaired = np.concatenate([matched[:, 1:], edge], axis=1)[row, last]
    age = np.minimum(last - first, most)
    # One more for each run, in the half of the open (0) or of the repaired (1).
    by_age = np.zeros((2, len(cell), most + 1), dtype=np.int64)
    np.add.at(by_age, (repaired.astype(int), row, age), 1)
    return Latencies(by_age[1], by_age[0])
