"""Diagonal cross-recurrence profiles: how often what he does goes with what she does some seconds before or after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError, whole_number
from ..common.shown import Shown, counted
from ..theory.states import AnyScheme
from .session import Session
from .stacked_sessions import stacked

__all__ = ["CrossRecurrence", "cross_recurrence_profile"]

Numbers = NDArray[np.float64]
_CELLS = 2**21  # numbers of a transform at once: some 100 MB in all


@dataclass(frozen=True, repr=False)
class CrossRecurrence(Shown):
    """Diagonal cross-recurrence profile of one or many dyads.

    Attributes
    ----------
    table : one row an episode and lag: ``episode``, ``lag`` (s; above 0: her state that much later than his), ``pairs``
        (pairs of steps in which both are coded), ``matched`` (those that match), ``share`` (matched / pairs, NaN where
        there are no pairs), ``chance`` (the share if both went their own way with the same shares of states).
    scheme, step, dyads : match scheme, seconds a step, and how many dyads it is of.
    """

    table: pd.DataFrame
    scheme: str
    step: float
    dyads: int

    def _in_a_line(self) -> str:
        most = self.table["lag"].abs().max()
        return f"{len(self.table):,} lags up to {most:,.0f} s, {counted(self.dyads, 'dyad')}, scheme {self.scheme}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.leads()

    def frame(self) -> pd.DataFrame:
        """Profile: a row an episode and lag, columns as in ``table``."""
        return self.table.copy()

    def leads(self, window_s: float = 5.0) -> pd.DataFrame:
        """Recurrence within a window, on either side of the same moment, one row an episode.

        Parameters
        ----------
        window_s : seconds to either side.

        Returns
        -------
        ``episode``, ``same_moment`` (share at lag 0), ``infant_first`` and ``mother_first`` (shares of all pairs in
        which the one comes up to ``window_s`` before the other), ``peak_lag`` (s) and ``peak`` (the highest share in
        the window, the lag nearest 0 where several are as high), ``chance``.
        """
        rows = []
        for episode, part in self.table.groupby("episode", sort=False):
            near = part[part["lag"].abs() <= window_s + self.step / 2]
            known = near.dropna(subset="share")
            at = known.assign(far=known["lag"].abs()).sort_values(["share", "far"], ascending=[False, True]).head(1)
            rows.append(
                {
                    "episode": episode,
                    "same_moment": _pooled(near[near["lag"] == 0]),
                    "infant_first": _pooled(near[near["lag"] > 0]),
                    "mother_first": _pooled(near[near["lag"] < 0]),
                    "peak_lag": at["lag"].iloc[0] if len(at) else np.nan,
                    "peak": at["share"].iloc[0] if len(at) else np.nan,
                    "chance": part["chance"].iloc[0],
                }
            )
        return pd.DataFrame(rows)


def _pooled(rows: pd.DataFrame) -> float:
    """Share of matched pairs in some rows of a profile."""
    pairs = rows["pairs"].sum()
    return float(rows["matched"].sum() / pairs) if pairs else float("nan")


def cross_recurrence_profile(
    sessions: Session | Iterable[Session],
    most_lag_s: float | None = None,
    scheme: AnyScheme = None,
    dyad: int | None = None,
) -> CrossRecurrence:
    """Diagonal cross-recurrence profile: the share of time in which his state and hers at a lag match, lag by lag.

    recurrence(k) = pairs (t, t + k) with matching states / pairs (t, t + k) in which both are coded, t and t + k in one
    episode of one dyad (Dale, Warlaumont & Richardson 2011, doi 10.1142/S0218127411030106). At lag 0 it is the share of
    time matched; above 0 she comes after him, below 0 he after her. Pairs of all dyads are pooled. Worked out by fast
    Fourier transforms of each state's times, so a profile over all lags of a long session takes no matrix of steps by
    steps.

    Parameters
    ----------
    sessions : one, or several of the same codes, step and episodes.
    most_lag_s : seconds of the longest lag (default: as long as the longest episode).
    scheme : a name, a matrix of your own, or none: the code set's own.
    dyad : place of the only dyad wanted, from 0 (default: all).

    Returns
    -------
    The profile, with the share to expect by chance.

    Raises
    ------
    DyadsimError
        if there is no such scheme or dyad, the lag is no number from 0 on, or sessions cannot be taken together.

    >>> coded = ds.read_coded("mangold_3532goodman.csv")
    >>> ds.cross_recurrence_profile(coded, most_lag_s=10).leads()
    """
    session = stacked(sessions)
    match = session.match_scheme(scheme)
    chosen = slice(None) if dyad is None else [whole_number("place of the dyad", dyad, 0, len(session) - 1)]
    infant, mother = session.infant[chosen], session.mother[chosen]
    starts = [0, *session.ends[:-1]]
    most = _most_lag(most_lag_s, session.step, int(max(np.diff(session.ends, prepend=0))))
    parts = []
    for episode, start, end in zip(session.episodes, starts, session.ends, strict=True):
        lags = min(most, end - start - 1)
        his, hers = infant[:, start:end], mother[:, start:end]
        pairs, matched = _counts(his, hers, match.matrix, lags)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = matched / pairs
        parts.append(
            pd.DataFrame(
                {
                    "episode": episode,
                    "lag": np.round(np.arange(-lags, lags + 1) * session.step, 6),
                    "pairs": pairs,
                    "matched": matched,
                    "share": share,
                    "chance": _chance(his, hers, match.matrix),
                }
            )
        )
    return CrossRecurrence(pd.concat(parts, ignore_index=True), match.name, session.step, len(infant))


def _most_lag(given: float | None, step: float, longest: int) -> int:
    """The longest lag in steps."""
    if given is None:
        return longest - 1
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        seconds = np.nan
    if not seconds >= 0:
        raise DyadsimError(f"The longest lag must be a number of seconds from 0 on, not {given!r}.")
    return int(min(np.floor(seconds / step + 1e-9), longest - 1))


def _chance(infant: NDArray[np.int8], mother: NDArray[np.int8], matrix: NDArray[np.bool_]) -> float:
    """Share of time matched if both went their own way (Cohen 1960, doi 10.1177/001316446002000104)."""
    his, hers = (
        np.bincount(states[states >= 0].astype(np.int64), minlength=size).astype(np.float64)
        for states, size in ((infant, matrix.shape[0]), (mother, matrix.shape[1]))
    )
    both = his.sum() * hers.sum()
    return float(his @ matrix @ hers / both) if both else float("nan")


def _counts(
    infant: NDArray[np.int8], mother: NDArray[np.int8], matrix: NDArray[np.bool_], lags: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs in which both are coded, and those that match, (2 lags + 1,) each, summed over dyads (n, steps)."""
    from scipy.fft import irfft, next_fast_len, rfft

    steps = infant.shape[1]
    # Long enough that no lag wanted wraps round to the other end.
    size = next_fast_len(steps + lags, real=True)
    totals = np.zeros((2, 2 * lags + 1))
    rows = max(_CELLS // (size * (len(matrix) + 3)), 1)
    for start in range(0, len(infant), rows):
        his, hers = infant[start : start + rows], mother[start : start + rows]
        # What is asked of both: any code at all, and, for each state of his, one of hers that matches it.
        asked = [(his >= 0, hers >= 0)]
        asked += [
            (his == state, np.append(matches, False)[hers]) for state, matches in enumerate(matrix) if matches.any()
        ]
        for place, (of_his, of_hers) in enumerate(asked):
            # sum over t of his(t) hers(t + k), for all k at once
            product = (np.conj(rfft(of_his, size)) * rfft(of_hers, size)).sum(axis=0)
            by_lag = irfft(product, size)
            totals[min(place, 1)] += np.concatenate([by_lag[size - lags :], by_lag[: lags + 1]])
    pairs, matched = np.rint(totals).astype(np.int64)
    return pairs, matched
