"""Distances from the evidence, and how much of what was open it settled: what calibrations of both levels share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..findings.agreement import Target
from .priors import Priors

__all__ = ["Fit", "distance", "distances_of", "on_scale"]

Vector = NDArray[np.float64]
Assumed = TypeVar("Assumed", bound=Priors)

_PINNED = 0.9  # of what was open before (variance), the evidence has settled so much
_LEAST = 0.01  # a ratio below this counts as this: it has a logarithm


def distance(off: float, half_range: float, known_to: float) -> float:
    """Distance of a number from where it should be, in units of how well that is known.

    Parameters
    ----------
    off : how far it is, on the scale on which its range is symmetric.
    half_range : half the width of the range in which it holds.
    known_to : it counts as known to this part of ``half_range``: 4 stands for a quarter.
    """
    return off / (half_range / known_to)


def on_scale(target: Target) -> tuple[float, float, float, float]:
    """Value of a target, what it should come near, and the low and high end of the range in which it holds.

    All are on the scale on which distances are taken: ratios as logarithms, anything else as it is. The value should
    come near what is published, or the inner half of its range where that lies at the edge.
    """
    parts = np.array([target.value, target.published, target.low, target.high])
    value, published, low, high = np.log(np.maximum(parts, _LEAST)) if target.ratio else parts
    aim = np.clip(published, low + (high - low) / 4, high - (high - low) / 4)
    return float(value), float(aim), float(low), float(high)


def distances_of(targets: Iterable[Target], known_to: float) -> Vector:
    """(targets,) distance of each from what it should come near, as :func:`distance` has it."""
    found = []
    for target in targets:
        value, aim, low, high = on_scale(target)
        found.append(distance(value - aim, (high - low) / 2, known_to))
    return np.array(found)


class Fit(ABC, Generic[Assumed]):
    """How far the parameters of a level are from the evidence and from what was assumed of them.

    Attributes
    ----------
    priors : what was assumed.
    """

    def __init__(self, priors: Assumed) -> None:
        self.priors = priors

    @abstractmethod
    def read(self, values: Vector, known_to: float) -> Vector:
        """(targets,) distance of every published number at (parameters,) values, as :func:`distance` has it."""

    def uncertainty(self, values: Vector, slopes: Vector) -> pd.DataFrame:
        """How much of what was open the evidence settled (Laplace approximation at the fitted values).

        Parameters
        ----------
        values : (parameters,) as fitted.
        slopes : (targets, parameters) of the distances from the evidence.

        Returns
        -------
        One row a parameter, as :attr:`dyadsim.fitting.calibrate_interaction.Calibration.parameters` has them.
        """
        before = self.priors
        # Precision after the evidence: that of the slopes (each distance has variance 1) and that of what was assumed.
        precision = slopes.T @ slopes + np.diag(before.sd**-2.0)
        covariance = np.linalg.inv(precision)
        sd = np.sqrt(covariance.diagonal())
        # Correlations of the parameters, without those of each with itself; the strongest tie of each.
        ties = covariance / np.outer(sd, sd) - np.eye(len(sd))
        most = np.abs(ties).argmax(axis=1)
        # The share of the variance before that is gone.
        settled = 1 - (sd / before.sd) ** 2
        return pd.DataFrame(
            {
                "parameter": before.names,
                "assumed": before.value,
                "assumed_sd": before.sd,
                "value": values,
                "sd": sd,
                "settled": settled,
                "pinned": settled >= _PINNED,
                "trades_with": [before.names[k] for k in most],
                "tie": ties[np.arange(len(most)), most],
            }
        )
