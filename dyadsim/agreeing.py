"""Drawing parameters that agree with targets: from what was assumed of them, and corrected until every target holds.

A draw is a guess from what is assumed and a reading of every published number within its range; the parameters are
those that come nearest to both (randomised maximum likelihood). Were the model linear, and ranges no bounds, these would
be draws from the posterior. They are worked out on the linear model first and then corrected, step by step, on the true
one; a target that does not hold draws them more strongly until it does. So no set is off, and some lie at an edge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

__all__ = ["Draw", "Known", "agreeing", "draw_from", "holds"]

Vector = NDArray[np.float64]

_LINEAR_STEPS = 30
_ACTIVE = 12  # times that targets are added to those that are drawn more strongly
_INSIDE = 0.3  # standard errors from the edge of its range to which a target is drawn that does not hold
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
    counted: NDArray[np.bool_]

    def sd(self) -> Vector:
        """Of every parameter, as the linear model has it once the targets are known (Laplace approximation)."""
        counted = self.slopes[self.counted]
        precision = counted.T @ counted + np.diag(self.assumed_sd**-2.0)
        return np.asarray(np.sqrt(np.linalg.inv(precision).diagonal()), dtype=np.float64)

    def stepped(self, values: Vector, read: Vector, slopes: Vector, draw: Draw) -> Vector:
        """The parameters that come nearest to a draw, if slopes are these; not farther than a correction may go.

        Whatever does not hold is drawn inside more strongly, and so is what would not hold after such a move.
        """
        out = self._out(read, 0.0)
        for _ in range(_ACTIVE):
            move = self._move(values, read, slopes, draw, out)
            then = out | self._out(read + slopes @ move, _INSIDE / 2)
            if (then == out).all():
                break
            out = then
        far = float(np.sqrt(np.sum((move / self.assumed_sd) ** 2)))
        return np.clip(values + move * min(1.0, _FARTHEST / max(far, 1e-9)), self.lowest, self.highest)

    def _move(self, values: Vector, read: Vector, slopes: Vector, draw: Draw, out: NDArray[np.bool_]) -> Vector:
        wanted = np.clip(draw.readings, self.low + _INSIDE, self.high - _INSIDE)
        strength = np.where(out, _STRONGER, self.counted.astype(float))
        pulled = strength[:, None] * slopes
        pull = pulled.T @ (strength * (read - wanted)) + (values - draw.guess) / self.assumed_sd**2
        move = -np.linalg.solve(pulled.T @ pulled + np.diag(self.assumed_sd**-2.0), pull)
        # What would leave its range stays at the edge, and does not count on being beyond it.
        return np.clip(values + move, self.lowest, self.highest) - values

    def _out(self, read: Vector, inside: float) -> NDArray[np.bool_]:
        return (read < self.low + inside) | (read > self.high - inside)


@dataclass(frozen=True)
class Draw:
    """A guess of the parameters, a reading of every published number, and where the linear model has both meet."""

    guess: Vector
    readings: Vector
    values: Vector


def holds(known: Known, read: Vector) -> bool:
    """Whether every target does."""
    return bool(((known.low <= read) & (read <= known.high)).all())


def draw_from(known: Known, rng: np.random.Generator) -> Draw:
    """A guess, readings that lie within the ranges, and the parameters that the linear model has for both."""
    guess = known.assumed + known.assumed_sd * rng.standard_normal(len(known.values))
    below, above = ndtr(known.low), ndtr(known.high)
    readings = ndtri(below + (above - below) * rng.random(len(known.read)))
    draw = Draw(np.clip(guess, known.lowest, known.highest), readings, known.values)
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
    model : distances of the targets at some parameters.
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


def _learned(slopes: Vector, moved: Vector, changed: Vector, sd: Vector) -> Vector:
    """Slopes that explain what a move has changed, else as they were (Broyden)."""
    weighed = moved / sd**2
    scale = float(weighed @ moved)
    return slopes if scale == 0 else slopes + np.outer(changed - slopes @ moved, weighed / scale)
