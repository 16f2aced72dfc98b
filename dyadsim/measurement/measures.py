"""Measures of interaction: the same for simulated sessions, coded sessions and the exact law.

Each takes a :class:`~dyadsim.measurement.tally.Tally` of n stretches and gives one number a stretch. What each is, its
unit and its source stand in :mod:`dyadsim.measurement.declarations`; a measure that a stretch does not determine is
NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import unknown
from ..theory.rules import FITTING
from ..theory.states import ICEP, CodeSet, MatchScheme, State
from .declarations import measures_of
from .repair_survival import latency_measures, pooled_latency_measures
from .tally import Tally
from .transitions import Transitions, contingencies

__all__ = [
    "are_brief",
    "by_episode",
    "in_short",
    "interaction_measures",
    "measures_by_name",
    "need_grid",
    "pooled",
    "summary_of",
]


Numbers = NDArray[np.float64]
_ROWS = 512  # stretches measured at once: they stay in the second-level cache


def interaction_measures(tally: Tally, scheme: MatchScheme, brief: bool = False, grid: bool = False) -> pd.DataFrame:
    """Table of measures, one row a stretch: those that the law and sessions share, and on demand the grid's.

    Parameters
    ----------
    tally : counts of n stretches.
    scheme : what counts as a match.
    brief : leave out contingencies and bout lengths, which take most of the time.
    grid : whether those of the state-space grid are wanted.

    Returns
    -------
    n rows, in the order of :data:`~dyadsim.measurement.declarations.MEASURES`: arousal only where it is known, spells
    and latencies of mismatches only where they were counted.
    """
    return pd.DataFrame(measures_by_name(tally, scheme, brief, grid))


def measures_by_name(
    tally: Tally, scheme: MatchScheme, brief: bool = False, grid: bool = False
) -> dict[str, NDArray[Any]]:
    """Measures (n,) by name, as :func:`interaction_measures` has them in its columns.

    Parameters
    ----------
    tally, scheme, brief, grid : as there.
    """
    parts = []
    for start in range(0, len(tally), _ROWS):
        part = tally[start : start + _ROWS]
        cells = part.cells  # added up once: a tally keeps no sum
        parts.append(_measures(part, cells, scheme, brief) | (_grid(part, cells) if grid else {}))
    return parts[0] if len(parts) == 1 else {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _measures(tally: Tally, counted: NDArray[Any], scheme: MatchScheme, brief: bool) -> dict[str, NDArray[Any]]:
    """Measures (n,) of each stretch by name, in the order of their columns: all the formulas.

    Parameters
    ----------
    tally : counts of n stretches.
    counted : (n, cells) its observations in each cell.
    scheme, brief : as in :func:`interaction_measures`.
    """
    # Seconds (n, infant, mother) in each joint state, and (n, states) in each partner's own.
    cells = counted.astype(np.float64).reshape(-1, len(tally.codes.infant), len(tally.codes.mother))
    observed = cells.sum(axis=(1, 2))
    infant, mother = cells.sum(axis=2), cells.sum(axis=1)
    # What followed what, step by step; and a second later, which is the same when a step is a second.
    transitions = Transitions(tally.pairs, tally.codes, scheme)
    same = tally.lagged is tally.pairs
    a_second_on = transitions if same else Transitions(tally.lagged, tally.codes, scheme)
    ruptures, repairs = transitions.crossings
    with np.errstate(invalid="ignore", divide="ignore"):
        match = cells[:, scheme.matrix].sum(axis=1) / observed
        # By chance: the products of both partners' shares, added over the joint states that match (Cohen 1960, doi
        # 10.1177/001316446002000104).
        chance = np.einsum("ni,im,nm->n", infant, scheme.matrix.astype(float), mother) / observed**2
        minutes = observed * tally.step / 60
        out = {
            "seconds": tally.span * tally.step,
            "codable": observed / tally.span,
            "match": match,
            "chance_match": chance,
            "kappa": (match - chance) / (1 - chance),
            **_answered(cells, observed, tally.codes),
            "ruptures": _counted(ruptures, tally.pairs),
            "ruptures_per_min": ruptures / minutes,
            "repairs_per_min": repairs / minutes,
        }
        if tally.latencies:
            out["mismatch_spells"] = _counted(tally.latencies_of(scheme).spells, tally.pairs)
            out["repaired"] = _counted(repairs, tally.pairs)
            out |= latency_measures(tally.latencies_of(scheme), tally.step)
        if not brief:
            out |= contingencies(a_second_on, tally.codes)
        out |= _named("infant_{}", tally.codes.infant, infant / observed[:, None])
        out |= _named("mother_{}", tally.codes.mother, mother / observed[:, None])
        if not brief:
            out |= _bout_lengths(tally, transitions, infant, mother)
        if tally.arousal is not None:
            levels = np.arange(tally.arousal.shape[1])
            out["arousal"] = tally.arousal @ levels / tally.arousal.sum(axis=1)
    return out


def _answered(cells: Numbers, observed: Numbers, codes: CodeSet) -> dict[str, Numbers]:
    """How fittingly she answers, where her states are those of which the fit is known."""
    if codes != ICEP:
        return {}
    return {"answered": np.einsum("nim,mi->n", cells, FITTING) / observed}


def _counted(numbers: Numbers, counts: NDArray[np.generic]) -> NDArray[np.generic]:
    """Numbers that are whole where they were counted, and as they are where they are expected."""
    return numbers.astype(np.int64) if counts.dtype.kind in "iu" else numbers


def _named(pattern: str, states: Sequence[State], values: Numbers) -> dict[str, Numbers]:
    """Measures of each state: columns of ``values`` (n, states) by name."""
    return {pattern.format(state.name): values[:, k] for k, state in enumerate(states)}


def _bout_lengths(tally: Tally, transitions: Transitions, infant: Numbers, mother: Numbers) -> dict[str, Numbers]:
    """Mean bout of each state in seconds: time in it over how often it began (the first bout included)."""
    starts = tally.starts.reshape(len(tally), len(tally.codes.infant), len(tally.codes.mother))
    out: dict[str, Numbers] = {}
    for partner, follows, begun, spent, states in (
        ("infant", transitions.infant, starts.sum(axis=2), infant, tally.codes.infant),
        ("mother", transitions.mother, starts.sum(axis=1), mother, tally.codes.mother),
    ):
        # A bout begins where observation does, and where a state is entered from another.
        bouts = begun + follows.sum(axis=1) - follows.diagonal(axis1=1, axis2=2)
        out |= _named(partner + "_{}_bout", states, spent * tally.step / bouts)
        out[f"{partner}_bouts_per_min"] = bouts.sum(axis=1) / (spent.sum(axis=1) * tally.step / 60)
    return out


def _grid(tally: Tally, cells: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Measures (n,) of the state-space grid by name (Lewis, Lamey & Douglas 1999; Hollenstein 2013).

    ``grid_visits`` (entries into a cell), ``grid_range`` (cells visited), ``grid_dispersion`` (with p the shares of
    time in n cells: 1 - (n sum p^2 - 1) / (n - 1), 0 all time in one cell, 1 the same in all), ``grid_entropy``
    (- sum p log2 p, in bits).
    """
    n = tally.codes.cells
    # A cell is entered where observation begins and with every transition that does not stay.
    visits = (cells.sum(axis=1) - tally.pairs.diagonal(axis1=1, axis2=2).sum(axis=1)).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = cells.sum(axis=1, keepdims=True).astype(float)
        shares = cells / observed
        concentration = (cells.astype(float) ** 2).sum(axis=1) / observed[:, 0] ** 2  # sum p^2
        bits = np.where(shares > 0, shares * np.log2(shares), 0.0)
    return {
        "grid_visits": visits,
        "grid_range": (cells > 0).sum(axis=1),
        "grid_dispersion": 1 - (n * concentration - 1) / (n - 1),
        "grid_entropy": -bits.sum(axis=1),
    }


# Choosing among measures, and putting them together -------------------------------------------------------------------


def are_brief(names: Collection[str] | None, codes: CodeSet = ICEP) -> bool:
    """Whether these measures (None: all) are among those that :func:`interaction_measures` gives in brief.

    Where one of them does not exist they are not, so that the error can name every measure that does.
    """
    known = measures_of(codes)
    return names is not None and all(name in known and known[name].brief for name in names)


def need_grid(names: Collection[str] | None, codes: CodeSet = ICEP) -> bool:
    """Whether one of these measures (None: all) is of the grid, or does not exist."""
    known = measures_of(codes)
    return names is None or not all(name in known and known[name].of_law for name in names)


def in_short(names: Iterable[str], codes: CodeSet = ICEP) -> list[str]:
    """Those of some columns that a table for people holds; files hold all.

    Parameters
    ----------
    names : columns; what is no measure is left out.
    codes : the states told apart in the session.
    """
    known = measures_of(codes)
    return [name for name in names if name in known and known[name].in_short]


def by_episode(
    frame: pd.DataFrame, dyads: Sequence[Any], episodes: Sequence[str], only: Collection[str] | None = None
) -> pd.DataFrame:
    """Table of measures (all, or ``only`` some by name) with the ``dyad`` and ``episode`` that each row is of.

    Parameters
    ----------
    frame : measures, a row a dyad and episode, dyad by dyad.
    dyads, episodes : their names.
    only : names of the measures wanted.

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
    """Counts of the time that all dyads spend in the ``wanted`` episodes, as one stretch.

    Parameters
    ----------
    tally : counts, a row a dyad and episode, dyad by dyad.
    episodes : their names.
    wanted : some of them.
    weights : (dyads,) how often each dyad counts (default: once).

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


def summary_of(measures: pd.DataFrame, repair_survival: pd.DataFrame, step: float) -> pd.DataFrame:
    """Mean and standard error of every measure, one row an episode and measure.

    Parameters
    ----------
    measures : of every dyad and episode.
    repair_survival : of the same dyads pooled, by episode. Repair survival and latency are those of this curve.
    step : seconds between observations.
    """
    rows = []
    for episode, part in measures.drop(columns="dyad").groupby("episode", sort=False):
        curve = repair_survival[repair_survival["episode"] == episode]
        of_curve = pooled_latency_measures(curve["survival"].to_numpy(), curve["se"].to_numpy(), step)
        for name, values in part.drop(columns="episode").items():
            of_dyads = values.mean(), values.sem() if len(values) > 1 else np.nan
            rows.append((episode, name, *of_curve.get(str(name), of_dyads)))
    return pd.DataFrame(rows, columns=["episode", "measure", "mean", "se"])
