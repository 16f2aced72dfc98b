"""A scenario lived through with several parameter sets that all agree with the evidence: the same comparison, spread.

The same dyads have the same luck with every set, so what differs between sets is parameters alone. An interval holds
both what the evidence leaves open (variance between sets) and what so few dyads leave open (variance within a set).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..common.effect_size import BOUND
from ..development.course import Course
from .comparison import Comparison, seen_shares

__all__ = ["SETS", "Spread", "total_variance"]

SETS = 20
"""Parameter sets with which a scenario is lived through: the first of the ensemble."""

_DIFFERENCES = ["mean", "twin_mean", "difference", "d"]


@dataclass(frozen=True, eq=False)
class Spread(Comparison):
    """Comparisons of the same dyads with the same luck, one a parameter set.

    ``courses`` are those of the first set: they tell who the dyads are, how they live and what they are offered. Tables
    of dyads have a column ``set``, all other tables are means over sets, with intervals.

    Attributes
    ----------
    members : the comparison of each set.
    """

    members: tuple[Comparison, ...] = ()

    @classmethod
    def over(cls, members: Sequence[Comparison]) -> Spread:
        first = members[0]
        return cls(first.courses, first.instruments, first.visits, tuple(members))

    @property
    def sets(self) -> int:
        return len(self.members)

    @property
    def lived(self) -> Mapping[str, tuple[Course, ...]]:
        return {arm: tuple(each.courses[arm] for each in self.members) for arm in self.courses}

    def weeks(self) -> pd.DataFrame:
        """As without sets, and the ``set``."""
        return self._by_set(Comparison.weeks)

    def observed(self) -> pd.DataFrame:
        """As without sets, and the ``set``."""
        return self._by_set(Comparison.observed)

    def attachment(self) -> pd.DataFrame:
        """As without sets, and the ``set``."""
        return self._by_set(Comparison.attachment)

    def _by_set(self, made: Callable[[Comparison], pd.DataFrame]) -> pd.DataFrame:
        frames = []
        for number, each in enumerate(self.members):
            frames.append(made(each))
            frames[-1].insert(0, "set", number)
        return pd.concat(frames, ignore_index=True)

    def means(self) -> pd.DataFrame:
        """One row an arm, instrument and week: ``mean`` over sets and dyads, ``sd`` over the dyads of a set, and the
        95 % interval ``low`` to ``high`` of the mean, which holds what sets and dyads leave open."""
        found = [each.means() for each in self.members]
        mean, sd = (np.array([table[name] for table in found]) for name in ("mean", "sd"))
        off = BOUND * np.sqrt(total_variance(mean, (sd**2).mean(axis=0) / len(self.own)))
        middle = mean.mean(axis=0)
        within = {"mean": middle, "sd": np.sqrt((sd**2).mean(axis=0)), "low": middle - off, "high": middle + off}
        return found[0].drop(columns="unit").assign(**within, unit=found[0]["unit"])

    def effects(self) -> pd.DataFrame:
        """One row a twin, instrument and week, as without sets, but of means over sets, and with intervals.

        Returns
        -------
        ``low``, ``high`` (of the difference) and ``d_low``, ``d_high`` (of d): 95 % intervals. Their variance is that
        between sets (the difference of each set by itself, and what so few sets leave open of their mean) plus the mean
        of the squared standard errors within a set (differences are paired, each dyad with its twin).
        ``from_parameters`` is the share of the variance of the difference that is between sets. ``trial_low`` and
        ``trial_high`` hold the spread between sets, too.
        """
        return self._differences.copy()

    @cached_property
    def _differences(self) -> pd.DataFrame:
        found = [each.effects() for each in self.members]
        first = found[0]
        values = {name: np.array([table[name] for table in found]) for name in _DIFFERENCES}
        within = np.array([self._squared_errors(each, first) for each in self.members])
        total = total_variance(values["difference"], within.mean(axis=0))
        scale = np.array([_scale(table) for table in found])
        of_d = total_variance(values["d"], (within * scale**2).mean(axis=0))
        means = {name: each.mean(axis=0) for name, each in values.items()}
        trial = np.sqrt(_between(values["d"]) + (2 + means["d"] ** 2 / 4) / len(self.own))
        ends = {
            f"{name}{end}": means[of] + side * BOUND * off
            for name, of, off in (
                ("", "difference", np.sqrt(total)),
                ("d_", "d", np.sqrt(of_d)),
                ("trial_", "d", trial),
            )
            for end, side in (("low", -1), ("high", 1))
        }
        share = np.divide(_between(values["difference"]), total, out=np.zeros_like(total), where=total > 0)
        columns = ["against", "instrument", "week", "unit"]
        rests = first[["grounding", "unverified"]]
        return pd.concat([first[columns].assign(**means, **ends, from_parameters=share), rests], axis=1)[
            [*columns, *_DIFFERENCES[:3], "low", "high", "d", "d_low", "d_high", "from_parameters", "trial_low",
             "trial_high", "grounding", "unverified"]
        ]  # fmt: skip

    def _squared_errors(self, member: Comparison, rows: pd.DataFrame) -> Any:
        """Of the mean difference between a dyad and its twin, for each row of a table of effects."""
        apart = {
            (name, scale.name): (member.seen(member.name, scale) - member.seen(name, scale)).var() / len(self.own)
            for name in self.twins
            for scale in self.scales()
        }
        asked = zip(rows["against"], rows["instrument"], rows["week"], strict=True)
        return np.array([apart[against, instrument][week] for against, instrument, week in asked], dtype=float)

    def shares(self) -> pd.DataFrame:
        """One row an arm and class of attachment: its mean ``share`` over sets, with the 95 % interval that holds what
        sets and dyads leave open; empty if none."""
        found = [each.shares() for each in self.members]
        share = np.array([table["share"] for table in found], dtype=float)
        off = BOUND * np.sqrt(total_variance(share, (share * (1 - share)).mean(axis=0) / len(self.own)))
        middle = share.mean(axis=0)
        return found[0].assign(share=middle, low=np.maximum(middle - off, 0), high=np.minimum(middle + off, 1))

    def secure_variance(self, against: str) -> float:
        """Of the difference in the share that is secure, variance between sets."""
        found = [[seen_shares(each.courses[arm])["secure"] for arm in (self.name, against)] for each in self.members]
        return float(_between(np.diff(found, axis=1)[:, 0]))

    def grounding(self) -> pd.DataFrame:
        """As without sets; of sizes that differ between sets the mean, and the range of 95 of 100 sets."""
        found = [each.grounding() for each in self.members]
        table = found[0]
        sizes = np.array([each["size"] for each in found], dtype=float)
        differ = np.ptp(sizes, axis=0) > 0 if len(table) else np.zeros(0, dtype=bool)
        table["size"] = np.where(differ, sizes.mean(axis=0), table["size"])
        for name, share in (("low", 0.025), ("high", 0.975)):
            table[name] = np.where(differ, np.quantile(sizes, share, axis=0), table[name]) if len(table) else []
        return table


def _between(values: Any) -> Any:
    """Variance over sets, and what so few of them leave open of their mean."""
    return values.var(axis=0, ddof=1) * (1 + 1 / len(values))


def total_variance(values: Any, squared_error: Any) -> Any:
    """Of a mean over sets: the variance of ``values`` (sets, ...) plus the mean squared error within a set."""
    return _between(np.asarray(values)) + np.asarray(squared_error)


def _scale(effects: pd.DataFrame) -> Any:
    """What a difference of one is as d; 0 where nothing varies."""
    difference, d = (effects[name].to_numpy(dtype=float) for name in ("difference", "d"))
    return np.divide(d, difference, out=np.zeros_like(d), where=difference != 0)
