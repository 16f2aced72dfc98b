"""Sizes of effects, their errors, and how one kind is read as another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BOUND", "bound", "cohens_d", "d_of_odds", "mean_over_clusters", "odds_ratio", "pseudo_values", "r_of_d",
    "told_from_none",
]  # fmt: skip


BOUND = 1.96
"""Standard deviations to either side of the mean of a normal distribution hold 95 of 100."""


def bound(freedom: ArrayLike) -> Any:
    """Standard errors to either side of an estimate that hold 95 of 100, where the error is itself estimated.

    The quantile of Student's t (1908, doi 10.1093/biomet/6.1.1): 2.09 with 20 cases, 1.96 with very many.

    Parameters
    ----------
    freedom : degrees of freedom of the error; of a mean, cases less one.

    Returns
    -------
    NaN where there are none.

    Examples
    --------
    >>> round(float(bound(19)), 2)
    2.09
    """
    from scipy.special import stdtrit  # takes a tenth of a second to import

    return stdtrit(np.asarray(freedom, dtype=float), 0.975)


def cohens_d(one: ArrayLike, other: ArrayLike) -> float:
    """Standardised difference of two means, NaN where nothing varies (Cohen 1988, doi 10.4324/9780203771587).

    d = (mean a - mean b) / root of the mean of both variances
    """
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    sd = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    return float((a.mean() - b.mean()) / sd) if sd > 0 else float("nan")


def pseudo_values(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """What each pair of twins adds to Cohen's d: the variance of these values over n is the squared error of d.

    Jackknife (Efron & Stein 1981, doi 10.1214/aos/1176345462): n d - (n - 1) times d without the pair. It knows that
    twins are alike and that the standard deviation is estimated, and takes no distribution for granted.

    Parameters
    ----------
    one, other : (n, ...) scores, twin by twin.

    Returns
    -------
    (n, ...) NaN where nothing varies, or there are fewer than three pairs.

    Examples
    --------
    >>> pseudo_values([1, 2, 4, 6], [0, 2, 3, 4]).round(2).tolist()
    [0.48, -1.09, 0.33, 3.29]
    """
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    n = len(a)
    if n < 3:
        return np.full(a.shape, np.nan)
    # Deviations e from the means: without a pair a mean is off by -e / (n - 1), a sum of squares by -e^2 n / (n - 1).
    apart, deviations = a.mean(axis=0) - b.mean(axis=0), (a - a.mean(axis=0), b - b.mean(axis=0))
    squares = sum((each**2).sum(axis=0) for each in deviations)
    left = squares - n / (n - 1) * sum(each**2 for each in deviations)
    with np.errstate(divide="ignore", invalid="ignore"):
        d = apart / np.sqrt(squares / (n - 1) / 2)
        d_without = (apart - (deviations[0] - deviations[1]) / (n - 1)) / np.sqrt(np.maximum(left, 0.0) / (n - 2) / 2)
        values = n * d - (n - 1) * d_without
    return np.where(np.isfinite(values), values, np.nan)


def mean_over_clusters(values: ArrayLike, cluster: ArrayLike) -> tuple[float, float, float]:
    """Mean of values that are alike within clusters, with its 95 % interval over clusters.

    Clusters weigh by how many values they have (a ratio; Cochran 1977, Sampling Techniques, chapter 2), and the
    interval is that of Student's t, since what happens in one cluster is not independent.

    Parameters
    ----------
    values : (n,) one each.
    cluster : (n,) number of the cluster of each.

    Returns
    -------
    mean, low, high; the interval is NaN with a single cluster.

    Examples
    --------
    >>> [round(each, 2) for each in mean_over_clusters([1.0, 2.0, 4.0, 5.0], [0, 0, 1, 1])]
    [3.0, -16.06, 22.06]
    """
    of = np.asarray(values, dtype=float)
    numbers, at = np.unique(np.asarray(cluster), return_inverse=True)
    count, total = np.bincount(at).astype(np.float64), np.bincount(at, weights=of)
    mean = float(of.mean())
    if len(numbers) < 2:
        return mean, float("nan"), float("nan")
    residual = (total - mean * count) / count.mean()
    error = np.sqrt(residual.var(ddof=1) / len(numbers))
    off = float(bound(len(numbers) - 1) * error)
    return mean, mean - off, mean + off


def odds_ratio(one: float, other: float) -> float:
    """Odds ratio of two shares, each above 0 and below 1."""
    return one / (1 - one) / (other / (1 - other))


def d_of_odds(ratio: float) -> float:
    """Standardised difference that an odds ratio stands for, as if a logistic variable had been cut in two.

    Chinn (2000), doi 10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>3.0.CO;2-M.
    """
    return float(np.log(ratio) * (np.sqrt(3) / np.pi))


def told_from_none(one: float, other: float) -> float:
    """The smallest standardised difference that groups of these sizes could have told from nothing (p < .05)."""
    return float(BOUND * np.sqrt(1 / one + 1 / other))


def r_of_d(d: float) -> float:
    """Correlation that a standardised difference between two groups of one size stands for.

    Cohen (1988), doi 10.4324/9780203771587.
    """
    return float(d / np.sqrt(d**2 + 4))
