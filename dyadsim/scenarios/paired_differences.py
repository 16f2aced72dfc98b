"""Differences between twins with intervals over parameter sets and dyads, or communities where mothers have ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..common.total_variance import over_clusters, total_variance

__all__ = ["Paired", "apart_of_groups", "paired"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Paired:
    """Mean differences between twins (...), each with how far its 95 % interval reaches to either side.

    Attributes
    ----------
    mean, off : of the difference.
    from_parameters : the share of its variance that is between parameter sets; 0 with one set.
    variance, freedom : of the difference, and its degrees of freedom.
    """

    mean: Numbers
    off: Numbers
    from_parameters: Numbers
    variance: Numbers
    freedom: Numbers

    @property
    def low(self) -> Numbers:
        """The lower end."""
        return self.mean - self.off

    @property
    def high(self) -> Numbers:
        """The upper end."""
        return self.mean + self.off


def paired(apart: Numbers, communities: Whole | None = None, shares: bool = False) -> Paired:
    """Mean differences between twins, with their intervals.

    Parameters
    ----------
    apart : (sets, dyads, ...) what each dyad has more than its twin.
    communities : (dyads,) number of the community of each, where dyads of one are not independent.
    shares : whether these are differences of yes and no. The variance is then as if one pair more differed, so that
        where none does in so few dyads the interval is not nothing (Agresti & Min 2005, doi 10.1002/sim.1781).
    """
    of = apart if communities is None else over_clusters(apart, communities)
    total = total_variance(of)
    if shares:
        total = total._replace(variance=total.variance + 1 / apart.shape[1] ** 2)
    return Paired(apart.mean(axis=(0, 1)), total.off, total.share_between, total.variance, total.freedom)


def apart_of_groups(
    apart: Numbers, one: NDArray[np.bool_], other: NDArray[np.bool_], communities: Whole | None
) -> Paired:
    """How much more the twins of one group differ than those of another, with its interval.

    What each dyad adds to the difference of both means is its own deviation, weighted by how few are in its group.

    Parameters
    ----------
    apart : (sets, dyads, ...) what each dyad has more than its twin.
    one, other : (dyads,) who is in the group, and who in the other; both hold two dyads or more.
    communities : as :func:`paired` has them.
    """
    both = one | other
    many, more = both.sum(), np.zeros((len(apart), int(both.sum()), *apart.shape[2:]))
    for who, sign in ((one, 1.0), (other, -1.0)):
        own, count = apart[:, who], int(who.sum())
        mean = own.mean(axis=1, keepdims=True)
        more[:, who[both]] += sign * (many / count) * np.sqrt(count / (count - 1)) * (own - mean)
        more += sign * mean
    return paired(more, None if communities is None else communities[both])
