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
from .tally import HORIZON, Latencies, Tally
from .transitions import CONTINGENCIES, Moves, contingencies

__all__ = [
    "CONTINGENCIES",
    "SURVIVAL_AT",
    "are_brief",
    "by_episode",
    "grid",
    "in_short",
    "interaction_measures",
    "mean_latency",
    "median_latency",
    "pooled",
    "pooled_survival",
    "summary_of",
    "survival",
]

SURVIVAL_AT = (2, 5, 10, 20)
"""Seconds at which repair survival is reported."""

Numbers = NDArray[np.float64]
_Z = 1.96
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


def survival(latencies: Latencies) -> Numbers:
    """Repair survival (n, ages): the share of mismatches still open after 1, 2, ... steps (Kaplan-Meier).

    The product over ages of 1 - repaired / at risk. It is 0 once all are repaired, and NaN beyond the oldest mismatch
    observed where some were not.
    """
    at_risk = latencies.at_risk
    hazard = np.divide(latencies.repaired, at_risk, out=np.full(at_risk.shape, np.nan), where=at_risk > 0)
    known = np.cumprod(1 - np.nan_to_num(hazard), axis=1)
    return np.where((at_risk > 0) | ((known <= 0) & (at_risk[:, :1] > 0)), known, np.nan)


def pooled_survival(latencies: Latencies, step: float) -> pd.DataFrame:
    """Survival of all rows pooled: ``seconds``, ``survival``, ``se``, and the 95 % interval ``low``, ``high``.

    The curve is lifelines' Kaplan-Meier estimate. With several rows (a row a dyad) the error is clustered by row;
    with one it is Greenwood's. Intervals are made on the log(-log) scale.
    """
    from lifelines import KaplanMeierFitter  # takes a second to import

    pooled = latencies.pooled()
    ages = pooled.at_risk.shape[1]
    seconds = np.arange(1, ages + 1) * step
    if pooled.at_risk[0, 0] == 0:
        return pd.DataFrame({"seconds": seconds, **dict.fromkeys(("survival", "se", "low", "high"), np.nan)})
    repaired, at_risk = pooled.repaired[0], np.append(pooled.at_risk[0], 0)
    left = at_risk[:-1] - repaired - at_risk[1:]  # last seen at risk at that age, not repaired
    model = KaplanMeierFitter().fit(
        np.tile(np.arange(1, ages + 1), 2), np.repeat([True, False], ages), weights=np.append(repaired, left)
    )
    curve = model.survival_function_at_times(range(1, ages + 1)).to_numpy()
    curve = np.where(np.isnan(survival(pooled)[0]), np.nan, curve)
    if len(latencies.closed) > 1:
        error = _clustered_error(latencies)
    else:
        terms = np.divide(
            repaired, at_risk[:-1] * (at_risk[:-1] - repaired), where=at_risk[:-1] > repaired, out=np.zeros(ages)
        )
        error = curve * np.sqrt(np.cumsum(terms))
    low, high = _interval(curve, error)
    return pd.DataFrame({"seconds": seconds, "survival": curve, "se": error, "low": low, "high": high})


def _clustered_error(latencies: Latencies) -> Numbers:
    """Standard error (ages,) of the pooled survival, clustered by row.

    The sum over rows of their squared influence on log survival (infinitesimal jackknife; Williams 1995, doi
    10.2307/2533345), by the delta method.
    """
    at_risk, repaired = latencies.at_risk, latencies.repaired
    total, events = at_risk.sum(axis=0), repaired.sum(axis=0)
    hazard = np.divide(events, total, out=np.zeros(len(total)), where=total > 0)
    # An age at which all are repaired ends the curve at 0, where there is no error left to add.
    weight = np.divide(1.0, total * (1 - hazard), out=np.zeros(len(total)), where=(total > 0) & (hazard < 1))
    influence = np.cumsum((repaired - hazard * at_risk) * weight, axis=1)
    rows = len(influence)
    return np.cumprod(1 - hazard) * np.sqrt((influence**2).sum(axis=0) * rows / (rows - 1))


def _interval(curve: Numbers, error: Numbers) -> tuple[Numbers, Numbers]:
    inside = (curve > 0) & (curve < 1)
    safe = np.where(inside, curve, 0.5)
    wide = np.exp(_Z * error / (safe * np.abs(np.log(safe))))
    return np.where(inside, safe**wide, curve), np.where(inside, safe ** (1 / wide), curve)


def median_latency(curve: Numbers, step: float) -> Numbers:
    """Seconds after which half of the mismatches are repaired; NaN where that is not reached."""
    done = curve <= 0.5
    return np.where(done.any(axis=1), (done.argmax(axis=1) + 1) * step, np.nan)


def mean_latency(curve: Numbers, step: float) -> Numbers:
    """Mean repair latency in seconds, restricted to the first :data:`HORIZON` seconds: the area under the curve.

    NaN where the curve is not known so far.
    """
    return (1 + curve[:, :-1].sum(axis=1)) * step


def _latency_measures(latencies: Latencies, step: float) -> dict[str, Numbers]:
    curve = survival(latencies)
    out = {
        "median_repair_latency": median_latency(curve, step),
        "mean_repair_latency": mean_latency(curve, step),
    }
    return out | {f"repair_survival_{s}": curve[:, round(s / step) - 1] for s in SURVIVAL_AT}


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


def _pooled_measures(curve: Numbers, error: Numbers, step: float) -> dict[str, tuple[float, float]]:
    """What a pooled curve says of repair, each with its standard error where there is one."""
    latencies = {"median_repair_latency": median_latency, "mean_repair_latency": mean_latency}
    out = {name: (float(measure(curve[None], step)[0]), np.nan) for name, measure in latencies.items()}
    for seconds in SURVIVAL_AT:
        at = round(seconds / step) - 1
        out[f"repair_survival_{seconds}"] = float(curve[at]), float(error[at])
    return out


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


assert max(SURVIVAL_AT) <= HORIZON
