"""Randomised maximum likelihood: parameters drawn from what was assumed, and corrected until every target holds.

A draw is a guess from what is assumed and a reading of every published number within its range; the parameters are
those that come nearest to both. Were the model linear, and ranges no bounds, they would
be drawn from the posterior. They are worked out on the linear model first and then corrected, step by step, on the true
one, and a target that would lie beyond its range draws them back. So no set is off, and some lie near an edge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear
from scipy.special import ndtr, ndtri

__all__ = ["Draw", "Known", "agreeing", "draw_from", "holds"]

Vector = NDArray[np.float64]

_LINEAR_STEPS = 30
_NEWTON = 20  # times that it is seen which targets would lie beyond
_ROOM = 1e-9
_STRONGER = 10.0  # times as strongly, in standard errors
_FARTHEST = 2.0  # standard deviations of what is assumed, over all parameters, that a correction may move


@dataclass(frozen=True)
class Known:
    """What is known of some parameters: what is assumed of each, and what targets say about them.

    Attributes
    ----------
    assumed, assumed_sd : before any evidence.
    lowest, highest : values that a parameter can have.
    values : where targets were read.
    read : (targets,) their distance from what is published there, in standard errors.
    slopes : (targets, parameters) of these distances.
    low, high : (targets,) distances between which a target holds.
    inside : (targets,) how far inside of them a target is drawn to that would not hold.
    counted : (targets,) whether a target draws parameters to itself where it holds; one that does not has to hold, and
        no more.
    """

    assumed: Vector
    assumed_sd: Vector
    lowest: Vector
    highest: Vector
    values: Vector
    read: Vector
    slopes: Vector
    low: Vector
    high: Vector
    inside: Vector
    counted: NDArray[np.bool_]

    def sd(self) -> Vector:
        """Standard deviation of every parameter, as the linear model has it once the targets are known (Laplace)."""
        counted = self.slopes[self.counted]
        # Precision: that which the targets give (each distance has variance 1), and that of what was assumed.
        precision = counted.T @ counted + np.diag(self.assumed_sd**-2.0)
        return np.asarray(np.sqrt(np.linalg.inv(precision).diagonal()), dtype=np.float64)

    def stepped(self, values: Vector, read: Vector, slopes: Vector, draw: Draw) -> Vector:
        """The parameters that come nearest to a draw, if slopes are these; not farther than a correction may go.

        A target that would then lie beyond its range, or near its edge, is drawn back from there as well.

        Parameters
        ----------
        values : (parameters,) from which a correction goes.
        read : (targets,) distances at these values.
        slopes : (targets, parameters) of the distances.
        draw : guess and readings to come near to.
        """
        # Where a target is drawn to that would not hold: a little inside of its range.
        low, high = self.low + self.inside, self.high - self.inside
        # Targets that count draw to their readings of this draw; which others have to be drawn back is not known yet.
        wanted = self.counted.astype(float), draw.readings
        back, edge = np.zeros(len(read)), np.clip(read, low, high)
        for _ in range(_NEWTON):
            move = self._move(values, draw, slopes, read, (wanted, (back, edge)))
            # Where the linear model has the targets after this move, and which of them lie beyond.
            then = read + slopes @ move
            before, back, edge = back, np.where((then < low) | (then > high), _STRONGER, 0.0), np.clip(then, low, high)
            if (before == back).all():
                break
        # Slopes are trusted so far only: a longer move is made shorter, in its direction.
        far = float(np.sqrt(np.sum((move / self.assumed_sd) ** 2)))
        return np.clip(values + move * min(1.0, _FARTHEST / max(far, 1e-9)), self.lowest, self.highest)

    def _move(
        self, values: Vector, draw: Draw, slopes: Vector, read: Vector, drawn: tuple[tuple[Vector, Vector], ...]
    ) -> Vector:
        """(parameters,) change of the values, by least squares within their ranges.

        Each of ``drawn`` is (targets,) how strongly targets are drawn, and (targets,) to which distances.
        """
        # Rows of the targets: what a move changes of each, and what is to be changed, times how strongly it draws.
        rows = [strength[:, None] * slopes for strength, _ in drawn]
        to = [strength * (aim - read) for strength, aim in drawn]
        # Rows of the parameters: from where they are to the guess, in standard deviations of what is assumed.
        rows.append(np.diag(1 / self.assumed_sd))
        to.append((draw.guess - values) / self.assumed_sd)
        # No move may take a parameter out of its range.
        bounds = self.lowest - values - _ROOM, self.highest - values + _ROOM
        found = lsq_linear(np.vstack(rows), np.concatenate(to), bounds, method="bvls", max_iter=200)
        return np.asarray(found.x, dtype=np.float64)


@dataclass(frozen=True)
class Draw:
    """A guess of the parameters, a reading of every published number, and where the linear model has both meet."""

    guess: Vector
    readings: Vector
    values: Vector


def holds(known: Known, read: Vector) -> bool:
    """Whether every target lies in the range in which it holds, at (targets,) distances."""
    return bool(((known.low <= read) & (read <= known.high)).all())


def draw_from(known: Known, rng: np.random.Generator) -> Draw:
    """A guess, readings that lie within the ranges, and the parameters that the linear model has for both."""
    guess = known.assumed + known.assumed_sd * rng.standard_normal(len(known.values))
    # Normal readings within the ranges, by the inverse of the distribution function.
    below, above = ndtr(known.low), ndtr(known.high)
    readings = ndtri(below + (above - below) * rng.random(len(known.read)))
    draw = Draw(np.clip(guess, known.lowest, known.highest), readings, known.values)
    # On the linear model, step by step, until nothing moves.
    values = known.values
    for _ in range(_LINEAR_STEPS):
        read = known.read + known.slopes @ (values - known.values)
        before, values = values, known.stepped(values, read, known.slopes, draw)
        if np.allclose(before, values):
            break
    return Draw(draw.guess, readings, values)


def agreeing(
    known: Known, draw: Draw, model: Callable[[Vector], Vector], most: int, digits: int
) -> tuple[Vector, Vector] | None:
    """Parameters of a draw with which every target holds, and the distances of the targets; None if there are none.

    Parameters
    ----------
    known, draw : what is known of the parameters, and the draw that they should come near.
    model : (targets,) distances at (parameters,) values.
    most : times that it is asked.
    digits : to which parameters are rounded, before the model is asked.
    """
    values, slopes = np.round(draw.values, digits), known.slopes
    before: tuple[Vector, Vector] | None = None
    for _ in range(most):
        read = model(values)
        if holds(known, read):
            return values, read
        if not np.isfinite(read).all():
            return None
        if before is not None:
            slopes = _learned(slopes, values - before[0], read - before[1], known.assumed_sd)
        before = values, read
        values = np.round(known.stepped(values, read, slopes, draw), digits)
    return None


def _learned(slopes: Vector, step: Vector, changed: Vector, sd: Vector) -> Vector:
    """Slopes that explain what a step has changed, and differ least from those before (Broyden 1965,
    doi:10.1090/S0025-5718-1965-0198670-6).
    """
    # Least in standard deviations of the parameters, so a step is weighed by their variances.
    weighed = step / sd**2
    scale = float(weighed @ step)
    # What the slopes did not foresee is put down to the direction of the step.
    return slopes if scale == 0 else slopes + np.outer(changed - slopes @ step, weighed / scale)
