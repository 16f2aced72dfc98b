"""Measures of interaction: the same for simulated sessions, coded sessions and the exact law.

Each takes a :class:`~dyadsim.measurement.tally.Tally` of n stretches and gives one number a stretch. All are shares,
seconds, counts or rates a minute of codable time, as said; a measure that a stretch does not determine is NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import unknown
from ..theory.states import MatchScheme, State
from .repair_survival import (
    _latency_measures,
    _pooled_measures,
)
from .tally import Tally
from .transitions import CONTINGENCIES, Moves, contingencies

__all__ = [
    "CONTINGENCIES",
    "are_brief",
    "by_episode",
    "grid",
    "in_short",
    "interaction_measures",
    "pooled",
    "summary_of",
]


Numbers = NDArray[np.float64]
_SHORT = (
    "codable", "match", "chance_match", "kappa", "mismatch_spells", "repaired", "ruptures_per_min", "repairs_per_min",
    "median_repair_latency", "mean_repair_latency", "repair_survival", "contingency", "arousal", "infant_", "mother_",
    "grid_",
)  # fmt: skip
_ROWS = 512  # stretches measured at once: they stay in the second-level cache


def interaction_measures(tally: Tally, scheme: MatchScheme, brief: bool = False) -> pd.DataFrame:
    """All measures that the law and sessions share, one row a stretch (the grid's are in :func:`grid`).

    ``brief`` leaves out contingencies and bout lengths, which take most of the time.
    """
    rows = [tally[start : start + _ROWS] for start in range(0, len(tally), _ROWS)]
    return pd.concat([pd.DataFrame(_measures(part, scheme, brief)) for part in rows], ignore_index=True)


def are_brief(names: Collection[str] | None) -> bool:
    """Whether these measures (None: all) are among those that :func:`interaction_measures` gives in brief."""
    return names is not None and not any(name in CONTINGENCIES or "_bout" in name for name in names)


def by_episode(
    frame: pd.DataFrame, dyads: Sequence[Any], episodes: Sequence[str], only: Collection[str] | None = None
) -> pd.DataFrame:
    """Measures (all, or ``only`` some by name) with the ``dyad`` and ``episode`` that each row is of.

    Raises
    ------
    DyadsimError
        if there is no measure of such a name.
    """
    for name in only or ():
        if name not in frame:
            raise unknown("measure", name, map(str, frame))
    out = frame if only is None else frame[list(only)].copy()
    out.insert(0, "dyad", np.repeat(np.asarray(dyads), len(episodes)))
    out.insert(1, "episode", np.tile(episodes, len(dyads)))
    return out


def pooled(tally: Tally, episodes: Sequence[str], wanted: Collection[str], weights: Numbers | None = None) -> Tally:
    """Counts of the time that all dyads spend in the ``wanted`` episodes, as one stretch; dyads may have weights.

    Raises
    ------
    DyadsimError
        if there is no episode of such a name.
    """
    for name in wanted:
        if name not in episodes:
            raise unknown("episode", name, episodes)
    dyads = len(tally) // len(episodes)
    chosen = np.flatnonzero(np.tile([name in wanted for name in episodes], dyads))
    each = np.ones(dyads) if weights is None else weights
    return tally[chosen].pooled(np.repeat(each, len(chosen) // dyads))


def _measures(tally: Tally, scheme: MatchScheme, brief: bool = False) -> dict[str, Numbers]:
    cells = tally.cells.astype(np.float64).reshape(-1, len(tally.codes.infant), len(tally.codes.mother))
    observed = cells.sum(axis=(1, 2))
    infant, mother = cells.sum(axis=2), cells.sum(axis=1)
    moves = Moves(tally.pairs, tally.codes, scheme)
    a_second_on = moves if tally.lagged is tally.pairs else Moves(tally.lagged, tally.codes, scheme)
    with np.errstate(invalid="ignore", divide="ignore"):
        match = cells[:, scheme.matrix].sum(axis=1) / observed
        chance = np.einsum("ni,im,nm->n", infant, scheme.matrix.astype(float), mother) / observed**2
        minutes = observed * tally.step / 60
        out = {
            "seconds": tally.span * tally.step,
            "codable": observed / tally.span,
            "match": match,
            "chance_match": chance,
            "kappa": (match - chance) / (1 - chance),
            "ruptures": _counted(moves.ruptures, tally.pairs),
            "ruptures_per_min": moves.ruptures / minutes,
            "repairs_per_min": moves.repairs / minutes,
        }
        if tally.latencies:
            out["mismatch_spells"] = _counted(tally.latencies_of(scheme).spells, tally.pairs)
            out["repaired"] = _counted(moves.repairs, tally.pairs)
            out |= _latency_measures(tally.latencies_of(scheme), tally.step)
        if not brief:
            out |= contingencies(a_second_on, tally.codes)
        out |= _named("infant_{}", tally.codes.infant, infant / observed[:, None])
        out |= _named("mother_{}", tally.codes.mother, mother / observed[:, None])
        if not brief:
            out |= _bout_lengths(tally, moves, infant, mother)
        if tally.arousal is not None:
            levels = np.arange(tally.arousal.shape[1])
            out["arousal"] = tally.arousal @ levels / tally.arousal.sum(axis=1)
    return out


def _counted(numbers: Numbers, counts: NDArray[np.generic]) -> NDArray[np.generic]:
    """Whole where they were counted, as they are where they are expected."""
    return numbers.astype(np.int64) if counts.dtype.kind in "iu" else numbers


def _named(pattern: str, states: Sequence[State], values: Numbers) -> dict[str, Numbers]:
    return {pattern.format(state.name): values[:, k] for k, state in enumerate(states)}


def _bout_lengths(tally: Tally, moves: Moves, infant: Numbers, mother: Numbers) -> dict[str, Numbers]:
    """Mean bout of each state in seconds: time in it over how often it began (the first bout included)."""
    starts = tally.starts.reshape(len(tally), len(tally.codes.infant), len(tally.codes.mother))
    out: dict[str, Numbers] = {}
    for partner, own, begun, spent, states in (
        ("infant", moves.infant, starts.sum(axis=2), infant, tally.codes.infant),
        ("mother", moves.mother, starts.sum(axis=1), mother, tally.codes.mother),
    ):
        bouts = begun + own.sum(axis=1) - own.diagonal(axis1=1, axis2=2)
        out |= _named(partner + "_{}_bout", states, spent * tally.step / bouts)
        out[f"{partner}_bouts_per_min"] = bouts.sum(axis=1) / (spent.sum(axis=1) * tally.step / 60)
    return out


# Repair latency -------------------------------------------------------------------------------------------------------


def summary_of(measures: pd.DataFrame, repair_survival: pd.DataFrame, step: float) -> pd.DataFrame:
    """Mean and standard error of every measure, one row an episode and measure.

    From the measures of dyads and their pooled repair survival; repair survival and latency are those of the pooled
    curve.
    """
    rows = []
    for episode, part in measures.drop(columns="dyad").groupby("episode", sort=False):
        curve = repair_survival[repair_survival["episode"] == episode]
        pooled = _pooled_measures(curve["survival"].to_numpy(), curve["se"].to_numpy(), step)
        for name, values in part.drop(columns="episode").items():
            own = values.mean(), values.sem() if len(values) > 1 else np.nan
            rows.append((episode, name, *pooled.get(str(name), own)))
    return pd.DataFrame(rows, columns=["episode", "measure", "mean", "se"])


def in_short(names: Iterable[str]) -> list[str]:
    """The measures that a table for people holds; files hold all."""
    return [name for name in names if any(part in name for part in _SHORT) and "bout" not in name]


# State-space grid -----------------------------------------------------------------------------------------------------


def grid(tally: Tally) -> pd.DataFrame:
    """State-space grid measures (Lewis, Lamey & Douglas 1999; Hollenstein 2013), one row a stretch.

    ``grid_visits`` (entries into a cell), ``grid_range`` (cells visited), ``grid_dispersion`` (0 all time in one cell,
    1 spread evenly over all: 1 - (n sum p^2 - 1) / (n - 1)), ``grid_entropy`` (of time shares, bits).
    """
    cells = tally.cells
    n = tally.codes.cells
    stays = tally.pairs.diagonal(axis1=1, axis2=2).sum(axis=1)
    visits = (tally.starts.sum(axis=1) + tally.pairs.sum(axis=(1, 2)) - stays).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = cells.sum(axis=1, keepdims=True).astype(float)
        shares = cells / observed
        evenness = (cells.astype(float) ** 2).sum(axis=1) / observed[:, 0] ** 2
        bits = np.where(shares > 0, shares * np.log2(shares), 0.0)
    return pd.DataFrame(
        {
            "grid_visits": visits,
            "grid_range": (cells > 0).sum(axis=1),
            "grid_dispersion": 1 - (n * evenness - 1) / (n - 1),
            "grid_entropy": -bits.sum(axis=1),
        }
    )
