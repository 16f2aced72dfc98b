"""Effects for whom: differences from the twins within groups of dyads, by the declared cuts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from ..measurement.instruments import Instrument
from .compared_arms import ComparedArms
from .cuts import SAME, Cut, Groups, cuts
from .paired_differences import Paired, apart_of_groups, paired

__all__ = ["ENOUGH", "TOO_FEW", "effects_for_whom"]

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
_ORDER = ["twins", "scale", "cut number", "group number"]
"""Places by which rows are put in order."""


@dataclass(frozen=True, eq=False)
class _Divided:
    """Groups by one cut, and the instruments (by their places) whose differences are told by them."""

    cut: str
    groups: Groups
    scales: tuple[int, ...]

    @property
    def outer(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
        """Who is in the last group, and who in the first; None where one of them has too few dyads."""
        first, last = self.groups.place == 0, self.groups.place == len(self.groups.names) - 1
        return (last, first) if len(self.groups.names) > 1 and min(first.sum(), last.sum()) >= ENOUGH else None


def effects_for_whom(comparison: ComparedArms) -> pd.DataFrame:
    """Differences from the twins by group, as :meth:`.any_comparison.AnyComparison.for_whom` tells of them."""
    scales, weeks = comparison.scales(), len(comparison.visits)
    divided = list(_divided(comparison, scales))
    # Where so many cuts are looked at, some differ by luck alone.
    looked_at = [
        sum(each.outer is not None for each in divided if place in each.scales) for place in range(len(scales))
    ]
    names = np.array([scale.name for scale in scales]), np.array([scale.unit for scale in scales])
    rows: list[dict[str, Any]] = []
    for twins, against in enumerate(comparison.twin_arms):
        seen = [[comparison.scores(arm, scale) for scale in scales] for arm in (comparison.name, against)]
        for number, each in enumerate(divided):
            place = np.repeat(each.scales, weeks)
            own, twin = (np.concatenate([of[scale] for scale in each.scales], axis=2) for of in seen)
            labels = {"against": against, "instrument": names[0][place], "unit": names[1][place], "cut": each.cut}
            labels |= {"week": np.tile(comparison.visits, len(each.scales))}
            labels |= dict(zip(_ORDER, (twins, place, number), strict=False))
            told = _of_cut(own, twin, each, comparison.communities, np.take(looked_at, place))
            rows += [{**labels, "wide": len(place), **row} for row in told]
    if not rows:
        return pd.DataFrame(columns=_COLUMNS)
    columns = {
        name: np.concatenate([np.broadcast_to(row[name], row["wide"]) for row in rows]) for name in (*_COLUMNS, *_ORDER)
    }
    return pd.DataFrame(columns).sort_values([*_ORDER, "week"], ignore_index=True)[_COLUMNS]


def _divided(comparison: ComparedArms, scales: list[Instrument]) -> Iterator[_Divided]:
    """Groups by every cut; those that divide nobody, or are of what nobody lives under or is offered, are left out."""
    everything = tuple(range(len(scales)))
    for name, cut in cuts().items():
        if cut.instrument == SAME:
            for place, scale in enumerate(scales):
                yield _Divided(name, _by_points(comparison, cut, scale), (place,))
        elif cut.setting is not None:
            exposures = comparison.circumstances(comparison.name).exposures
            for who in (each.who for each in exposures if each.setting.name == cut.setting):
                yield _Divided(name, cut.by_setting(who.astype(np.float64) > 0), everything)
        elif (groups := _by_others(comparison, cut)) is not None and len(groups.names) > 1:
            yield _Divided(name, groups, everything)


def _by_others(comparison: ComparedArms, cut: Cut) -> Groups | None:
    """Groups by what one instrument read at the start, or by attendance; None where nothing is offered."""
    if cut.instrument is not None:
        return _by_points(comparison, cut, comparison.instrument_read(cut.instrument))
    share = comparison.share_attended()
    return None if share is None else cut.by_sessions(share)


def _by_points(comparison: ComparedArms, cut: Cut, scale: Instrument) -> Groups:
    """Groups by what an instrument read at the start."""
    return cut.by_points(comparison.at_the_start(scale), scale.cut)


def _of_cut(
    own: Numbers, twin: Numbers, divided: _Divided, communities: NDArray[np.int64] | None, looked_at: NDArray[np.int64]
) -> Iterator[dict[str, Any]]:
    """Rows of the groups of a cut: by column a value, or one a column of the scores.

    Parameters
    ----------
    own, twin : (sets, dyads, columns) scores.
    divided : the groups.
    communities : (dyads,) or None.
    looked_at : (columns,) by how many cuts groups are held against each other.
    """
    apart, groups = own - twin, divided.groups
    # One spread for all groups, so that their d can be held against each other.
    sd = np.sqrt((own.var(axis=1, ddof=1) + twin.var(axis=1, ddof=1)).mean(axis=0) / 2)
    sd = np.where(sd > 0, sd, np.nan)
    shared: dict[str, Any] = {**dict.fromkeys(_APART, np.nan), "differ": False}
    if divided.outer is not None:
        between = apart_of_groups(apart, *divided.outer, communities)
        shared = dict(zip(_APART, (between.mean, between.low, between.high), strict=True))
        shared["differ"] = _chance(between) * looked_at < _SURE
    for number, (name, bounds) in enumerate(zip(groups.names, groups.bounds, strict=True)):
        who = groups.place == number
        told: dict[str, Any] = {"group": name, "group number": number, "bounds": bounds, "dyads": int(who.sum())}
        if who.sum() < ENOUGH:
            yield {**shared, **told, **dict.fromkeys(_NUMBERS, np.nan), "says": TOO_FEW}
            continue
        found = paired(apart[:, who], None if communities is None else communities[who])
        ends = found.mean, found.low, found.high
        numbers = dict(zip(_NUMBERS, (*ends, *(each / sd for each in ends)), strict=True))
        yield {**shared, **told, **numbers, "says": _words(found)}


def _words(found: Paired) -> NDArray[np.str_]:
    """What an interval says of each difference: higher, lower, or not told from none."""
    return np.select([found.low > 0, found.high < 0], ["higher", "lower"], "not told from none")


def _chance(found: Paired) -> Numbers:
    """Chance of differences at least so large where there are none (Student's t, two-sided)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(found.mean) / np.sqrt(found.variance)
    return np.where(found.mean == 0, 1.0, 2 * stdtr(found.freedom, -t))
