"""Comparisons of one scenario, one a parameter set that agrees with the evidence, and what they say together.

The same dyads have the same luck with every set, so what differs between sets is parameters alone. An interval holds
both what the evidence leaves open (variance between sets) and what so few dyads leave open (variance within a set).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..common.effect_size import BOUND
from ..development.course import Course
from ..measurement.instruments import Instrument
from .any_comparison import AnyComparison
from .comparison import Comparison, seen_shares, trial_variance
from .grounding import Ground

__all__ = ["SETS", "EnsembleComparison", "total_variance"]

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
        # Within a set, the squared standard error of a mean over dyads is their variance over their number.
        variance = (sd**2).mean(axis=0)
        off = BOUND * np.sqrt(total_variance(mean, variance / self._dyads))
        middle = mean.mean(axis=0)
        over_sets = {"mean": middle, "sd": np.sqrt(variance), "low": middle - off, "high": middle + off}
        return found[0].drop(columns="unit").assign(**over_sets, unit=found[0]["unit"])

    def effects(self) -> pd.DataFrame:
        """Differences from the twins as with one set, but of means over sets, and with intervals.

        Returns
        -------
        ``low``, ``high`` (of the difference) and ``d_low``, ``d_high`` (of d): 95 % intervals, 1.96 times the root of
        the :func:`total_variance`. The squared error within a set is that of paired differences, each dyad with its
        twin. ``from_parameters`` is the share of the variance of the difference that is between sets. The variance of
        ``trial_low`` to ``trial_high`` is that between sets plus the :func:`trial_variance`.
        """
        return self._differences.copy()

    @cached_property
    def _differences(self) -> pd.DataFrame:
        found = [each.effects() for each in self.members]
        labels = found[0]  # the rows are the same with every set, and so is what each rests on
        values = {name: np.array([table[name] for table in found]) for name in _DIFFERENCES}  # (sets, rows)
        means = {name: each.mean(axis=0) for name, each in values.items()}
        # Difference: between sets, and within a set the error of paired differences.
        within = np.array([self._squared_errors(each, labels) for each in self.members])
        total = total_variance(values["difference"], within.mean(axis=0))
        between = _between(values["difference"])
        share = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
        # d: the same errors in its unit; each set has a standard deviation of its own.
        scale = np.array([_d_per_unit(table) for table in found])
        of_d = total_variance(values["d"], (within * scale**2).mean(axis=0))
        # d of trials without twins: between sets, and the error of two independent groups.
        of_trials = _between(values["d"]) + trial_variance(means["d"], self._dyads)
        ends = {
            f"{name}{end}": means[of] + side * BOUND * np.sqrt(variance)
            for name, of, variance in (("", "difference", total), ("d_", "d", of_d), ("trial_", "d", of_trials))
            for end, side in (("low", -1), ("high", 1))
        }
        return labels.assign(**means, **ends, from_parameters=share)[_EFFECTS]

    def _squared_errors(self, member: Comparison, rows: pd.DataFrame) -> Numbers:
        """Squared standard error of the mean difference between a dyad and its twin, for each row of effects."""
        apart = {
            (arm, scale.name): (member.seen(self.name, scale) - member.seen(arm, scale)).var() / self._dyads
            for arm in self.twin_arms
            for scale in self.scales()
        }
        asked = zip(rows["against"], rows["instrument"], rows["week"], strict=True)
        return np.array([apart[against, instrument][week] for against, instrument, week in asked], dtype=float)

    def shares(self) -> pd.DataFrame:
        """Shares of attachment, one row an arm and class: its mean ``share`` over sets, with its 95 % interval.

        The interval holds what sets and dyads leave open. Empty if the courses do not reach twelve months.
        """
        found = [each.shares() for each in self.members]
        share = np.array([table["share"] for table in found], dtype=float)
        # Within a set, the squared standard error of a share p of n dyads is p (1 - p) / n.
        off = BOUND * np.sqrt(total_variance(share, (share * (1 - share)).mean(axis=0) / self._dyads))
        middle = share.mean(axis=0)
        return found[0].assign(share=middle, low=np.maximum(middle - off, 0), high=np.minimum(middle + off, 1))

    def secure_variance(self, against: str) -> float:
        """Variance between parameter sets of the difference from some twins in the share that is secure."""
        found = [[seen_shares(each.courses[arm])["secure"] for arm in (self.name, against)] for each in self.members]
        return float(_between(np.diff(found, axis=1)[:, 0]))

    def grounding(self) -> pd.DataFrame:
        """Sizes that the arms rest on, one row each, as with one set.

        Of sizes that differ between sets the mean (``size``), and the range of 95 of 100 sets (``low``, ``high``).
        """
        found = [each.grounding() for each in self.members]
        table = found[0]
        sizes = np.array([each["size"] for each in found], dtype=float)
        differ = np.ptp(sizes, axis=0) > 0 if len(table) else np.zeros(0, dtype=bool)
        table["size"] = np.where(differ, sizes.mean(axis=0), table["size"])
        for name, share in (("low", 0.025), ("high", 0.975)):
            table[name] = np.where(differ, np.quantile(sizes, share, axis=0), table[name]) if len(table) else []
        return table

    def loosest(self, states: Collection[str], against: str) -> Ground | None:
        """Ground of a difference, as with one set: sizes may differ between sets, but not what they rest on."""
        return self.members[0].loosest(states, against)

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the course asked about with the first set; ``parameter_set`` says so."""
        said = f"coefficients, dynamics and norms are those of the first of {self.sets} parameter sets"
        return {**self.members[0].provenance, "parameter_set": said}

    @property
    def _dyads(self) -> int:
        return self.circumstances(self.name).dyads


def total_variance(values: ArrayLike, squared_error: ArrayLike) -> Any:
    """Total variance of a mean over parameter sets: T = W + (1 + 1 / m) B.

    Parameter sets stand where Rubin has imputations (1987, Multiple Imputation for Nonresponse in Surveys, doi
    10.1002/9780470316696, section 3.1): each of the m sets is one way to fill in what the evidence leaves open.

    Parameters
    ----------
    values : (sets, ...) what each set gives; B is their variance.
    squared_error : (...) W, the mean over sets of the squared standard error within a set.

    Returns
    -------
    (...) in the square of the unit of ``values``.

    Examples
    --------
    >>> float(total_variance([1.0, 3.0], 0.5))
    3.5
    """
    return _between(np.asarray(values)) + np.asarray(squared_error)


def _between(values: Any) -> Any:
    """Variance between sets of a mean over them, (1 + 1 / m) B: theirs, and what only m of them leave open of it."""
    return values.var(axis=0, ddof=1) * (1 + 1 / len(values))


def _d_per_unit(effects: pd.DataFrame) -> Numbers:
    """Cohen's d of a difference of one unit, for each row of effects; 0 where nothing differs."""
    difference, d = (effects[name].to_numpy(dtype=float) for name in ("difference", "d"))
    return np.divide(d, difference, out=np.zeros_like(d), where=difference != 0)
