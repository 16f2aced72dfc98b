"""Effects for whom: differences from the twins within groups of dyads, by the declared cuts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from .cuts import SAME, Cut, Groups, cuts
from .paired_differences import Paired, apart_of_groups, paired

if TYPE_CHECKING:
    from ..measurement.instruments import Instrument
    from .any_comparison import AnyComparison

__all__ = ["ENOUGH", "TOO_FEW", "by_points", "effects_for_whom"]

ENOUGH = 20
"""Dyads of a group from which on something is said of them."""
TOO_FEW = "too few to say"
_SURE = 0.05

Numbers = NDArray[np.float64]
_NUMBERS = ("difference", "low", "high", "d", "d_low", "d_high")
_APART = ("apart", "apart_low", "apart_high")
_COLUMNS = [
    "against", "instrument", "week", "unit", "cut", "group", "bounds", "dyads", *_NUMBERS, *_APART, "differ", "says",
]  # fmt: skip


def effects_for_whom(comparison: AnyComparison) -> pd.DataFrame:
    """Differences from the twins by group, as :meth:`.any_comparison.AnyComparison.for_whom` tells of them."""
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in _COLUMNS}
    by_all = _by_others(comparison)
    for scale in comparison.scales():
        groups = {name: by_all[name] or by_points(comparison, cuts()[name], scale) for name in by_all}
        told = {name: each for name, each in groups.items() if each is not None and len(each.names)}
        for against in comparison.twin_arms:
            for rows in _of_scale(comparison, against, scale, told):
                for name, values in rows.items():
                    columns[name].append(np.broadcast_to(values, len(comparison.visits)))
    return pd.DataFrame({name: np.concatenate(each) if each else [] for name, each in columns.items()})


def _by_others(comparison: AnyComparison) -> dict[str, Groups | None]:
    """Groups by cut, the same whatever instrument is told of; None where they are by that instrument.

    A cut is left out where nobody lives under its setting, nothing is offered, or all read the same.
    """
    found: dict[str, Groups | None] = {}
    for name, cut in cuts().items():
        if cut.instrument == SAME:
            found[name] = None
        elif cut.instrument is not None:
            groups = by_points(comparison, cut, comparison.instrument_read(cut.instrument))
            found |= {name: groups} if len(groups.names) > 1 else {}
        elif cut.setting is not None:
            exposures = comparison.circumstances(comparison.name).exposures
            lives = [each.who.astype(np.float64) > 0 for each in exposures if each.setting.name == cut.setting]
            found |= {name: cut.by_setting(lives[0])} if lives else {}
        elif (share := comparison.share_attended()) is not None:
            groups = cut.by_sessions(share)
            found |= {name: groups} if len(groups.names) > 1 else {}
    return found


def by_points(comparison: AnyComparison, cut: Cut, scale: Instrument) -> Groups:
    """Groups by what an instrument read at the start."""
    return cut.by_points(comparison.at_the_start(scale), scale.cut)


def _of_scale(
    comparison: AnyComparison, against: str, scale: Instrument, by_cut: dict[str, Groups]
) -> Iterator[dict[str, Any]]:
    """Rows of one instrument against some twins, a group at a time: by column a value, or (visits,)."""
    own, twin = (comparison.scores(arm, scale) for arm in (comparison.name, against))
    apart, communities = own - twin, comparison.communities
    # One spread for all groups, so that their d can be held against each other.
    sd = np.sqrt((own.var(axis=1, ddof=1) + twin.var(axis=1, ddof=1)).mean(axis=0) / 2)
    sd = np.where(sd > 0, sd, np.nan)
    outer = {name: each for name, groups in by_cut.items() if (each := _outer(apart, groups, communities)) is not None}
    labels = {"against": against, "instrument": scale.name, "week": comparison.visits, "unit": scale.unit}
    for name, groups in by_cut.items():
        shared: dict[str, Any] = {**labels, "cut": name, **dict.fromkeys(_APART, np.nan), "differ": False}
        if (between := outer.get(name)) is not None:
            shared |= dict(zip(_APART, (between.mean, between.low, between.high), strict=True))
            shared["differ"] = _chance(between) * len(outer) < _SURE
        for number, (group, bounds) in enumerate(zip(groups.names, groups.bounds, strict=True)):
            who = groups.place == number
            told: dict[str, Any] = {"group": group, "bounds": bounds, "dyads": int(who.sum())}
            if who.sum() >= ENOUGH:
                found = paired(apart[:, who], None if communities is None else communities[who])
                ends = found.mean, found.low, found.high
                numbers = (*ends, *(each / sd for each in ends))
                told |= {**dict(zip(_NUMBERS, numbers, strict=True)), "says": _words(found)}
            else:
                told |= {**dict.fromkeys(_NUMBERS, np.nan), "says": TOO_FEW}
            yield shared | told


def _words(found: Paired) -> NDArray[np.str_]:
    """What an interval says of each difference: higher, lower, or not told from none."""
    return np.select([found.low > 0, found.high < 0], ["higher", "lower"], "not told from none")


def _outer(apart: Numbers, groups: Groups, communities: NDArray[np.int64] | None) -> Paired | None:
    """How much more the last group differs than the first; None where one of them has too few dyads."""
    first, last = groups.place == 0, groups.place == len(groups.names) - 1
    if len(groups.names) < 2 or min(first.sum(), last.sum()) < ENOUGH:
        return None
    return apart_of_groups(apart, last, first, communities)


def _chance(found: Paired) -> Numbers:
    """Chance of differences at least so large where there are none (Student's t, two-sided)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(found.mean) / np.sqrt(found.variance)
    return np.where(found.mean == 0, 1.0, 2 * stdtr(found.freedom, -t))
