"""Distances from the evidence, and how much of what was open it settled: what calibrations of both levels share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.workers import crew_of, mapped
from ..findings.agreement import Target
from .priors import Priors

__all__ = ["Fit", "SlopedFit", "distance", "distances_of", "on_scale"]

Vector = NDArray[np.float64]
Assumed = TypeVar("Assumed", bound=Priors)

_PINNED = 0.9  # of what was open before (variance), the evidence has settled so much
_STEP = 0.5  # of a slope, in standard deviations of what is assumed: what is drawn is not moved by a small step
_BOLD = 1.0  # standard deviations that a parameter may move in a step
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


class SlopedFit(Fit[Assumed]):
    """A fit whose slopes are found by steps of each parameter, in as many processes as there are cores for it."""

    @abstractmethod
    def read(self, values: Vector, known_to: float = 1.0) -> Vector:
        """(targets,) distance of every published number at (parameters,) values, as :func:`distance` has it."""

    def slopes(self, values: Vector) -> Vector:
        """(targets, parameters) change of the distances per standard deviation of what is assumed."""
        shifted = self.steps(values)
        with crew_of(None, None, 1 + len(shifted)) as crew:
            here, *there = mapped(crew, self.read, [values, *shifted])
        # By how many standard deviations each was shifted, and by how much that changed every distance.
        steps = [(each[k] - values[k]) / self.priors.sd[k] for k, each in enumerate(shifted)]
        return np.stack([(each - here) / step for each, step in zip(there, steps, strict=True)], axis=1)

    def steps(self, values: Vector) -> list[Vector]:
        """Values with one of them shifted, for each of them: a step up, or down at the upper end of its range."""
        found = []
        for k, by in enumerate(_STEP * self.priors.sd):
            shifted = values.copy()
            shifted[k] += by
            if self.priors.within(shifted)[k] != shifted[k]:
                shifted[k] = values[k] - by
            found.append(shifted)
        return found

    def cost(self, values: Vector, distances: Vector) -> float:
        """Half the sum of squared distances from the rows and from what was assumed."""
        assumed = self.priors.distances(values)
        return float(distances @ distances + assumed @ assumed) / 2

    def stepped(self, values: Vector, slopes: Vector, distances: Vector) -> Vector:
        """The next values: a step of Gauss and Newton, rows and assumptions weighed together.

        Parameters
        ----------
        values : (parameters,) from which the step is taken.
        slopes : (targets, parameters) as :meth:`slopes` gives them.
        distances : (targets,) of the rows at these values.
        """
        # In standard deviations of what is assumed a step changes the rows' distances by their slopes, and the distance
        # of each parameter from what is assumed by itself.
        both = np.vstack([slopes, np.eye(len(values))])
        # The step that brings all of them nearest to 0 by least squares.
        step, *_ = np.linalg.lstsq(both, -np.concatenate([distances, self.priors.distances(values)]), rcond=None)
        # No parameter moves farther than the slopes can be trusted, or leaves its range.
        return self.priors.within(values + np.clip(step, -_BOLD, _BOLD) * self.priors.sd)
