"""Sizes of effects, and how one kind is read as another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["BOUND", "cohens_d", "d_of_odds", "odds_ratio", "r_of_d", "told_from_none"]


BOUND = 1.96
"""Standard errors to either side of a mean hold 95 of 100."""


def cohens_d(one: ArrayLike, other: ArrayLike) -> float:
    """Standardised difference of two means, NaN where nothing varies (Cohen 1988, doi 10.4324/9780203771587).

    d = (mean a - mean b) / root of the mean of both variances
    """
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    sd = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    return float((a.mean() - b.mean()) / sd) if sd > 0 else float("nan")


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
