"""Comparisons of one scenario, one a parameter set that agrees with the evidence, and what they say together.

The same dyads have the same luck with every set, so what differs between sets is parameters alone. An interval holds
both what the evidence leaves open (variance between sets) and what so few dyads leave open (variance over dyads).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import bound, pseudo_values
from ..common.total_variance import of_another, total_variance
from ..development.course import Course
from ..measurement.instruments import Instrument
from ..theory.attachment import CLASSES
from .any_comparison import AnyComparison
from .comparison import Comparison, trial_variance
from .grounding import Ground

__all__ = ["SETS", "EnsembleComparison"]

SETS = 20
"""Parameter sets with which a scenario is lived through: the first of the ensemble."""

_DIFFERENCES = ["mean", "twin_mean", "difference", "d"]
_EFFECTS = [
    "against", "instrument", "week", "unit", "mean", "twin_mean", "difference", "low", "high", "d", "d_low", "d_high",
    "from_parameters", "trial_low", "trial_high", "grounding", "unverified",
]  # fmt: skip

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class EnsembleComparison(AnyComparison):
    """Comparisons of the same dyads with the same luck, one a parameter set.

    Tables of dyads have a column ``set``; all others are means over sets, with intervals. Arms, what is offered,
    who comes, and what each size rests on are the same in all sets; these alone are read from the first.

    Attributes
    ----------
    members : the comparison of each set, two or more.
    instruments : through which the dyads are seen.
    visits : the weeks in which they are seen.
    """

    members: tuple[Comparison, ...]
    instruments: tuple[Instrument, ...]
    visits: tuple[int, ...]

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms: the one asked about, then those of the twins; the same with every set."""
        return self.members[0].arms

    @property
    def sets(self) -> int:
        """Number of parameter sets."""
        return len(self.members)

    def courses_by_set(self, arm: str) -> tuple[Course, ...]:
        """The courses of an arm, one a parameter set."""
        return tuple(each.courses[arm] for each in self.members)

    def weeks(self) -> pd.DataFrame:
        """Weeks of the courses, one row a ``set``, arm, dyad and week: as :meth:`Course.frame` has them."""
        return self._by_set(Comparison.weeks)

    def observed(self) -> pd.DataFrame:
        """Scores of the dyads, one row a ``set``, arm, dyad, instrument and week: ``score``."""
        return self._by_set(Comparison.observed)

    def attachment(self) -> pd.DataFrame:
        """Attachment at twelve months, one row a ``set``, arm and dyad: the class and the chance of each."""
        return self._by_set(Comparison.attachment)

    def _by_set(self, made: Callable[[Comparison], pd.DataFrame]) -> pd.DataFrame:
        frames = []
        for number, each in enumerate(self.members):
            frames.append(made(each))
            frames[-1].insert(0, "set", number)
        return pd.concat(frames, ignore_index=True)

    def attended(self) -> pd.DataFrame:
        """Attendance as with one set: who comes is luck, and so the same with every set."""
        return self.members[0].attended()

    def means(self) -> pd.DataFrame:
        """Means of the scores, one row an arm, instrument and week.

        Returns
        -------
        ``mean`` over sets and dyads, ``sd`` over the dyads of a set, and the 95 % interval ``low`` to ``high`` of the
        mean, which holds what sets and dyads leave open.
        """
        found = [each.means() for each in self.members]
        mean, sd = (np.array([table[name] for table in found]) for name in ("mean", "sd"))
        middle = mean.mean(axis=0)
        reach = {
            (arm, scale.name, week): off
            for arm in self.arms
            for scale in self.scales()
            for week, off in zip(self.visits, total_variance(self.scores(arm, scale)).off, strict=True)
        }
        rows = found[0][["arm", "instrument", "week"]].itertuples(index=False, name=None)
        off = np.array([reach[row] for row in rows], dtype=float)
        over_sets = {"mean": middle, "sd": np.sqrt((sd**2).mean(axis=0)), "low": middle - off, "high": middle + off}
        return found[0].drop(columns="unit").assign(**over_sets, unit=found[0]["unit"])

    def effects(self) -> pd.DataFrame:
        """Differences from the twins as with one set, but of means over sets, and with intervals.

        Returns
        -------
        ``low``, ``high`` (of the difference) and ``d_low``, ``d_high`` (of d): 95 % intervals by the
        :func:`total_variance` of paired differences, each dyad with its twin, and of what each pair adds to d
        (:func:`pseudo_values`). They hold what sets and dyads leave open; where few dyads make the
        difference (at floor or ceiling, or by coarse steps), small cohorts may not have them, and intervals of it are
        too narrow. ``from_parameters`` is the share of the variance of the difference that is between sets. The
        variance of ``trial_low`` to ``trial_high`` is the :func:`trial_variance` and that of d.
        """
        return self._differences.copy()

    @cached_property
    def _differences(self) -> pd.DataFrame:
        found = [each.effects() for each in self.members]
        labels = found[0]  # the rows are the same with every set, and so is what each rests on
        means = {name: np.mean([table[name] for table in found], axis=0) for name in _DIFFERENCES}
        ends: dict[str, list[Numbers]] = {name: [] for name in ("", "d_", "trial_", "share")}
        for against in self.twin_arms:
            for scale in self.scales():
                own, twin = self.scores(self.name, scale), self.scores(against, scale)
                of_difference = total_variance(own - twin)
                of_d = total_variance([pseudo_values(*pair) for pair in zip(own, twin, strict=True)])
                ends[""].append(of_difference.off)
                ends["d_"].append(of_d.off)
                ends["trial_"].append(of_d.variance)
                ends["share"].append(of_difference.share_between)
        if not ends[""]:
            return labels.reindex(columns=_EFFECTS)
        off = {name: np.concatenate(each) for name, each in ends.items()}
        by_luck = trial_variance(means["d"], self._dyads) + np.nan_to_num(off["trial_"])
        off["trial_"] = bound(2 * self._dyads - 2) * np.sqrt(by_luck)
        columns = {
            f"{name}{end}": means["d" if name else "difference"] + side * off[name]
            for name in ("", "d_", "trial_")
            for end, side in (("low", -1), ("high", 1))
        }
        return labels.assign(**means, **columns, from_parameters=off["share"])[_EFFECTS]

    def scores(self, arm: str, scale: Instrument) -> Numbers:
        """Scores (sets, dyads, visits) of an arm.

        Parameters
        ----------
        arm : its name.
        scale : one of the instruments that give scores.
        """
        return np.concatenate([each.scores(arm, scale) for each in self.members])

    def shares(self) -> pd.DataFrame:
        """Shares of attachment, one row an arm and class: its mean ``share`` over sets, with its 95 % interval.

        The interval holds what sets and dyads leave open. Empty if the courses do not reach twelve months.
        """
        table = self.members[0].shares()
        if table.empty:
            return table.assign(low=[], high=[])
        chances = [self.seen_chances(arm) for arm in self.arms]
        share = np.concatenate([each.mean(axis=(0, 1)) for each in chances])
        off = np.concatenate([total_variance(each).off for each in chances])
        return table.assign(share=share, low=np.maximum(share - off, 0), high=np.minimum(share + off, 1))

    def seen_chances(self, arm: str) -> Numbers:
        """Chances (sets, dyads, classes) of the classes that raters would give in an arm."""
        return np.concatenate([each.seen_chances(arm) for each in self.members])

    @property
    def communities(self) -> NDArray[np.int64] | None:
        """Number of the community of each dyad (dyads,), as with one set."""
        return self.members[0].communities

    def secure_variance(self, against: str) -> float:
        """Squared error of the difference from some twins in the share that is seen as secure, over sets and dyads."""
        apart = self.seen_chances(self.name) - self.seen_chances(against)
        return float(total_variance(apart[..., CLASSES.index("secure")]).variance)

    def grounding(self) -> pd.DataFrame:
        """Sizes that the arms rest on, one row each, as with one set.

        Of sizes that differ between sets the mean (``size``), and the range in which that of another set lies with a
        chance of 95 % (``low``, ``high``; normal).
        """
        found = [each.grounding() for each in self.members]
        table = found[0]
        sizes = np.array([each["size"] for each in found], dtype=float)
        differ = np.ptp(sizes, axis=0) > 0 if len(table) else np.zeros(0, dtype=bool)
        if len(table):
            mean, off = (
                sizes.mean(axis=0),
                bound(self.sets - 1) * np.sqrt(of_another(sizes.var(axis=0, ddof=1), self.sets)),
            )
            for name, value in (("size", mean), ("low", mean - off), ("high", mean + off)):
                table[name] = np.where(differ, value, table[name])
        return table

    def grounds(self, states: Collection[str], against: str) -> tuple[Ground, ...]:
        """What a difference rests on, as with one set: sizes may differ between sets, but not what they rest on.

        Parameters
        ----------
        states : slow states or loads in which the arms may differ.
        against : name of the arm of the twins.
        """
        return self.members[0].grounds(states, against)

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the course asked about with the first set; ``parameter_set`` says so."""
        said = f"coefficients, dynamics and norms are those of the first of {self.sets} parameter sets"
        return {**self.members[0].provenance, "parameter_set": said}

    @property
    def _dyads(self) -> int:
        return self.circumstances(self.name).dyads
