"""Variance of means over parameter sets and dyads, and of means over communities of dyads that are alike."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .effect_size import bound

__all__ = ["TotalVariance", "of_another", "over_clusters", "total_variance"]

Numbers = NDArray[np.float64]


class TotalVariance(NamedTuple):
    """Variance of a mean over parameter sets and dyads, as what is so with another set, in the square of its unit.

    Attributes
    ----------
    variance : in all.
    between : the part that is between sets.
    freedom : degrees of freedom of the variance.
    """

    variance: Numbers
    between: Numbers
    freedom: Numbers

    @property
    def off(self) -> Numbers:
        """How far a 95 % interval reaches to either side."""
        return np.asarray(bound(self.freedom) * np.sqrt(self.variance))

    @property
    def share_between(self) -> Numbers:
        """The share of the variance that is between sets; 0 where there is none."""
        return np.divide(self.between, self.variance, out=np.zeros_like(self.variance), where=self.variance > 0)


def total_variance(values: ArrayLike) -> TotalVariance:
    """Total variance of a mean over m parameter sets and n dyads, the same dyads with every set: T = W + (1 + 1 / m) B.

    As Rubin has it of imputations (1987, Multiple Imputation for Nonresponse in Surveys, doi 10.1002/9780470316696,
    section 3.1): each set is one way to fill in what the evidence leaves open. Since all sets have the same dyads, luck
    is told from parameters by an analysis of variance of sets and dyads (Searle, Casella & McCulloch 1992, doi
    10.1002/9780470316856): with mean squares of sets, of dyads and of what is left, W = MS(dyads) / (m n) and
    B = (MS(sets) - MS(left)) / n, 0 at least. Degrees of freedom are those of Satterthwaite (1946, doi
    10.2307/3002019). Of one set T is the squared error of a mean over dyads.

    Parameters
    ----------
    values : (sets, dyads, ...) one a set and dyad.

    Examples
    --------
    >>> total_variance([[1.0, 3.0], [2.0, 4.0], [3.0, 5.0]]).variance.item()
    2.333333333333333
    """
    of = np.asarray(values, dtype=float)
    m, n = of.shape[:2]
    by_set, by_dyad = of.mean(axis=1, keepdims=True), of.mean(axis=0, keepdims=True)
    if n < 2:
        return TotalVariance(*np.full((3, *of.shape[2:]), np.nan))
    within = by_dyad.var(axis=1, ddof=1)[0] / n
    if m < 2:
        return TotalVariance(within, np.zeros_like(within), np.full_like(within, n - 1))
    # The variance of the means of sets, and what luck alone makes of it.
    seen = of_another(by_set.var(axis=0, ddof=1)[0], m)
    left = ((of - by_set - by_dyad + of.mean(axis=(0, 1))) ** 2).sum(axis=(0, 1)) / (m - 1) / (n - 1)
    luck = of_another(left / n, m)
    differ = seen > luck * (1 + 1e-9)  # and not by rounding alone
    between = np.where(differ, seen - luck, 0.0)
    total = within + between
    # Where sets differ, three variances make up the total, each with degrees of freedom of its own.
    spread = within**2 / (n - 1) + seen**2 / (m - 1) + luck**2 / (m - 1) / (n - 1)
    freedom = np.divide(total**2, spread, out=np.full_like(total, n - 1), where=differ)
    return TotalVariance(total, between, np.maximum(freedom, min(m, n) - 1))


def of_another(variance: Any, sets: int) -> Any:
    """Variance of what is so with another set around a mean over some: theirs, and what so few leave open."""
    return variance * (1 + 1 / sets)


def over_clusters(values: ArrayLike, cluster: ArrayLike) -> Numbers:
    """Values of clusters whose mean is that of the dyads, and whose variance is that over clusters.

    Dyads of one community are not independent; the mean over them is a ratio of totals, and is linearised (Cochran
    1977, Sampling Techniques, chapter 2).

    Parameters
    ----------
    values : (sets, dyads, ...) one a set and dyad.
    cluster : (dyads,) number of the cluster of each.

    Returns
    -------
    (sets, clusters, ...)

    Examples
    --------
    >>> over_clusters([[1.0, 2.0, 4.0, 5.0]], [0, 0, 1, 1]).tolist()
    [[1.5, 4.5]]
    """
    of = np.asarray(values, dtype=float)
    _, at = np.unique(np.asarray(cluster), return_inverse=True)
    count, order = np.bincount(at), np.argsort(at, kind="stable")
    total = np.add.reduceat(of[:, order], np.concatenate([[0], np.cumsum(count)[:-1]]), axis=1)
    mean, size = of.mean(axis=1, keepdims=True), count.reshape(-1, *[1] * (of.ndim - 2))
    return np.asarray(mean + (total - mean * size) / count.mean())
