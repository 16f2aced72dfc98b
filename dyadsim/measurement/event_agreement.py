"""Agreement of two coders by event: which of the bouts that one marked the other marked too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .coder_pair import Coded
from .session import runs

__all__ = ["EventAgreement", "event_agreement"]

_ROUNDS, _CLOSE = 2_000, 1e-10


@dataclass(frozen=True)
class EventAgreement:
    """Events of two coders, aligned.

    Attributes
    ----------
    counts : (codes + 1, codes + 1) events by what the first and what the second coder says; the last row (column) holds
        those that only the second (first) marked.
    agreed, first, second : events that both marked with the same code, and all of each coder.
    """

    counts: NDArray[np.float64]
    agreed: int
    first: int
    second: int

    @property
    def share(self) -> float:
        """Share of events agreed: 2 agreed / (first + second)."""
        both = self.first + self.second
        return 2 * self.agreed / both if both else np.nan

    @property
    def kappa(self) -> float:
        """Kappa by event (Bakeman, Quera & Gnisci 2009, doi 10.3758/BRM.41.1.137).

        Nobody can count the events that neither coder marked, so that cell is empty by nature: chance is what a table
        with the same margins and that empty cell would have if all else were independent (fitted iteratively).
        """
        n = self.counts.sum()
        if not n:
            return np.nan
        observed = np.trace(self.counts) / n
        chance = np.trace(_expected(self.counts)) / n
        return float((observed - chance) / (1 - chance)) if chance < 1 - 1e-9 else np.nan


def _expected(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts to expect of independent coders with the same margins, the last cell empty (Deming & Stephan 1940)."""
    fitted = np.ones_like(counts)
    fitted[-1, -1] = 0.0
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    for _ in range(_ROUNDS):
        before = fitted
        fitted = fitted * _ratio(rows, fitted.sum(axis=1))[:, None]
        fitted = fitted * _ratio(columns, fitted.sum(axis=0))
        if np.abs(fitted - before).max() < _CLOSE:
            break
    return fitted


def _ratio(wanted: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(wanted, there, out=np.zeros_like(wanted), where=there > 0)


def event_agreement(coded: Coded, tolerance: int) -> EventAgreement:
    """Events of two coders aligned by their onsets, dyad by dyad.

    An event is a bout of one code. First as many as can be are aligned with one of the same code whose onset lies
    within the tolerance; then, of those left, events with others whose onset does, as disagreements; what is left then
    was marked by one coder alone, and counts only where the other coded at all within the tolerance of its onset.
    (After Bakeman et al. 2009, whose alignment weighs overlaps too.)

    Parameters
    ----------
    coded : what both say.
    tolerance : steps.
    """
    codes = len(coded.codes)
    counts = np.zeros((codes + 1, codes + 1))
    events = [_onsets(states) for states in (coded.first, coded.second)]
    for dyad in range(len(coded.first)):
        one, other = (each[each["dyad"] == dyad] for each in events)
        _align(counts, one, other, coded.first[dyad], coded.second[dyad], tolerance, codes)
    inner = counts[:codes, :codes]
    agreed = int(np.trace(inner))
    return EventAgreement(counts, agreed, int(counts[:codes].sum()), int(counts[:, :codes].sum()))


def _onsets(states: NDArray[np.int8]) -> pd.DataFrame:
    """Events of a coder in order: ``dyad``, ``onset`` (step), ``code``."""
    # A column of uncoded steps more, so that no event goes on in the next dyad.
    padded = np.pad(states, ((0, 0), (0, 1)), constant_values=-1)
    starts, _ = runs(padded.ravel())
    dyad, onset = np.divmod(starts, padded.shape[1])
    code = padded[dyad, onset]
    return pd.DataFrame({"dyad": dyad, "onset": onset, "code": code})[code >= 0]


def _align(
    counts: NDArray[np.float64],
    one: pd.DataFrame,
    other: pd.DataFrame,
    first: NDArray[np.int8],
    second: NDArray[np.int8],
    tolerance: int,
    codes: int,
) -> None:
    """Add the events of one dyad to ``counts``."""
    onsets = one["onset"].to_numpy(), other["onset"].to_numpy()
    gives = one["code"].to_numpy(), other["code"].to_numpy()
    free = np.ones(len(one), dtype=bool), np.ones(len(other), dtype=bool)
    for code in range(codes):
        places = [np.flatnonzero(each == code) for each in gives]
        for a, b in _matched(onsets[0][places[0]], onsets[1][places[1]], tolerance):
            free[0][places[0][a]] = free[1][places[1][b]] = False
            counts[code, code] += 1
    left = [np.flatnonzero(each) for each in free]
    for a, b in _matched(onsets[0][left[0]], onsets[1][left[1]], tolerance):
        free[0][left[0][a]] = free[1][left[1][b]] = False
        counts[gives[0][left[0][a]], gives[1][left[1][b]]] += 1
    for who, others_states in ((0, second), (1, first)):
        for place in np.flatnonzero(free[who]):
            onset = onsets[who][place]
            if (others_states[max(onset - tolerance, 0) : onset + tolerance + 1] >= 0).any():
                cell = (gives[who][place], codes) if who == 0 else (codes, gives[who][place])
                counts[cell] += 1


def _matched(one: NDArray[np.int64], other: NDArray[np.int64], tolerance: int) -> list[tuple[int, int]]:
    """Places of as many pairs as can be, of onsets in order, that lie within the tolerance of each other.

    The earliest of one with the earliest of the other that it can go with: no other choice gives more pairs.
    """
    pairs, a, b = [], 0, 0
    while a < len(one) and b < len(other):
        if abs(int(one[a]) - int(other[b])) <= tolerance:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif one[a] < other[b]:
            a += 1
        else:
            b += 1
    return pairs
