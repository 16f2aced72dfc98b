"""The problem of a fit: which numbers are free, how they make each dyad's parameters, and what they should maximise.

Free numbers are counted in standard deviations of the population from its middle, in this order: one a dyad for each
parameter that differs between dyads, one for each that all share, one for each effect of a covariate. So of dyad d in
row r a parameter is

    theta[r] = middle + sd (u[d] + effect x[r])      or      theta[r] = middle + sd (shared + effect x[r])

and what is maximised is the log-likelihood less ridge / 2 times the squared distance from the population (Mahalanobis,
so with the correlations of its traits).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ..common.errors import DyadsimError
from .likelihood import Likelihood

__all__ = ["Optimum", "Problem"]

Numbers = NDArray[np.float64]
_MOVED = 1e-3
"""Standard deviations by which a number is moved to see how the gradient changes."""
_SEED, _FAR = 1, 0.7
"""Of the starts of several searches: their luck, and standard deviations from the middle."""
_MOST_STEPS = 500
_TOLERANCE = 1e-7
_GRADIENT = 1e-3
"""What is left of the gradient at an optimum, in log-likelihood for a standard error."""
_REMEMBERED = 30
"""Steps from which the search learns the curvature."""
_LEAST = 0.01
"""Information that every number is taken to have at least: a number of which nothing is known moves that far."""


@dataclass(frozen=True)
class Optimum:
    """Best free numbers, and what they reach.

    Attributes
    ----------
    free : the numbers.
    log_likelihood : of each sequence there, without the ridge.
    settled : whether the search came to an end.
    """

    free: Numbers
    log_likelihood: Numbers
    settled: bool


@dataclass(frozen=True)
class Problem:
    """Likelihood with its free numbers and its ridge.

    Attributes
    ----------
    likelihood : of coded sequences, row by row of parameters.
    dyads : how many there are.
    dyad_of : (rows,) the dyad of each row.
    varies : (names,) whether a parameter differs between dyads; otherwise all share it.
    effects : (effects,) the parameter that each effect of a covariate is on.
    covariates : (rows, effects) values of the covariates.
    ridge : weight of the population: 0 none, 1 as if it were a prior.
    """

    likelihood: Likelihood
    dyads: int
    dyad_of: NDArray[np.int64]
    varies: NDArray[np.bool_]
    effects: NDArray[np.int64]
    covariates: Numbers
    ridge: float

    @property
    def own(self) -> int:
        """How many parameters differ between dyads."""
        return int(self.varies.sum())

    @cached_property
    def size(self) -> int:
        """How many numbers are free."""
        return self.dyads * self.own + int((~self.varies).sum()) + len(self.effects)

    def split(self, free: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Free numbers by dyad (dyads, own), shared, and of effects."""
        ends = np.cumsum([self.dyads * self.own, int((~self.varies).sum())])
        own, shared, effects = np.split(free, ends)
        return own.reshape(self.dyads, self.own), shared, effects

    def values(self, free: Numbers) -> Numbers:
        """Parameters (rows, names) that free numbers make, each within its range."""
        parameters = self.likelihood.parameters
        own, shared, effects = self.split(free)
        scores = np.empty((len(self.dyad_of), len(parameters)))
        scores[:, self.varies] = own[self.dyad_of]
        scores[:, ~self.varies] = shared
        np.add.at(scores.T, self.effects, (self.covariates * effects).T)
        return np.clip(parameters.middle + parameters.sd * scores, parameters.low, parameters.high)

    @cached_property
    def bounds(self) -> Numbers:
        """(size, 2) ranges of the free numbers; effects have those of their parameter's whole range."""
        parameters = self.likelihood.parameters
        ranges = np.stack([parameters.low - parameters.middle, parameters.high - parameters.middle], axis=1)
        ranges = ranges / parameters.sd[:, None]
        widths = (ranges[:, 1] - ranges[:, 0])[self.effects]
        own = np.tile(ranges[self.varies], (self.dyads, 1))
        return np.concatenate([own, ranges[~self.varies], np.stack([-widths, widths], axis=1)])

    @cached_property
    def penalty(self) -> Numbers:
        """(size, size) curvature of the ridge, in the units of the free numbers; effects have none."""
        parameters = self.likelihood.parameters
        correlations = parameters.spread / np.outer(parameters.sd, parameters.sd)
        out = np.zeros((self.size, self.size))
        precision = np.linalg.inv(correlations[np.ix_(self.varies, self.varies)]) if self.own else np.empty((0, 0))
        for dyad in range(self.dyads):
            at = slice(dyad * self.own, (dyad + 1) * self.own)
            out[at, at] = precision
        at = slice(self.dyads * self.own, self.dyads * self.own + int((~self.varies).sum()))
        out[at, at] = np.linalg.inv(correlations[np.ix_(~self.varies, ~self.varies)]) if at.stop > at.start else 0.0
        return self.ridge * out

    def gradient(self, free: Numbers, threads: int | None = None) -> tuple[Numbers, Numbers]:
        """Log-likelihoods (sequences,) and the gradient of their sum (size,), both without the ridge."""
        each, by_row = self.likelihood.with_gradient(self.values(free), threads)
        scaled = by_row * self.likelihood.parameters.sd
        own = np.zeros((self.dyads, self.own))
        np.add.at(own, self.dyad_of, scaled[:, self.varies])
        effects = (self.covariates * scaled[:, self.effects]).sum(axis=0)
        return each, np.concatenate([own.ravel(), scaled[:, ~self.varies].sum(axis=0), effects])

    def maximised(
        self,
        start: Numbers | None = None,
        fixed: dict[int, float] | None = None,
        threads: int | None = None,
    ) -> Optimum:
        """The best free numbers (L-BFGS-B; Byrd, Lu, Nocedal & Zhu 1995, doi 10.1137/0916069).

        Parameters
        ----------
        start : where the search begins (default: the middle of the population).
        fixed : numbers that are not free, by their place.
        threads : how many to use; no result depends on it.

        Raises
        ------
        DyadsimError
            if what was coded cannot have come of these rules.
        """
        held = fixed or {}
        free = np.array([place not in held for place in range(self.size)])
        whole = np.zeros(self.size) if start is None else start.copy()
        for place, value in held.items():
            whole[place] = value
        # Numbers that the data say more of move in smaller steps, so that the search is about as wide as long.
        scale = self._scale(whole, threads)[free]

        def loss(numbers: Numbers) -> tuple[float, Numbers]:
            whole[free] = numbers * scale
            each, gradient = self.gradient(whole, threads)
            pull = self.penalty @ whole
            if not np.isfinite(each).all():
                return np.inf, np.zeros(free.sum())
            return float(0.5 * whole @ pull - each.sum()), (pull - gradient)[free] * scale

        begins = whole[free] / scale
        if not np.isfinite(loss(begins)[0]):
            raise DyadsimError("What was coded cannot come of these rules: they give some of it a chance of 0.")
        found = minimize(
            loss,
            begins,
            method="L-BFGS-B",
            jac=True,
            bounds=self.bounds[free] / scale[:, None],
            options={
                "maxiter": _MOST_STEPS,
                "maxfun": 3 * _MOST_STEPS,
                "maxcor": _REMEMBERED,
                "ftol": _TOLERANCE,
                "gtol": _GRADIENT,
            },
        )
        whole[free] = found.x * scale
        return Optimum(whole, self.likelihood(self.values(whole), threads), bool(found.success))

    def best_of(self, starts: int, start: Numbers | None = None, threads: int | None = None) -> Optimum:
        """Best of several searches, the first from ``start`` and the others scattered about the population.

        Parameters
        ----------
        starts : how many.
        start, threads : as :meth:`maximised` takes them.
        """
        luck = np.random.default_rng(_SEED)
        begins = [start, *(np.clip(_FAR * luck.normal(size=self.size), *self.bounds.T) for _ in range(starts - 1))]
        found = [self.maximised(each, threads=threads) for each in begins]
        return max(found, key=lambda each: each.log_likelihood.sum() - 0.5 * each.free @ self.penalty @ each.free)

    def _scale(self, free: Numbers, threads: int | None) -> Numbers:
        """About the standard error (size,) of each free number, were his arousal and attention seen."""
        by_row = self.likelihood.complete_information(self.values(free), threads) * self.likelihood.parameters.sd**2
        own = np.zeros((self.dyads, self.own))
        np.add.at(own, self.dyad_of, by_row[:, self.varies])
        effects = (self.covariates**2 * by_row[:, self.effects]).sum(axis=0)
        told = np.concatenate([own.ravel(), by_row[:, ~self.varies].sum(axis=0), effects])
        return np.asarray(1 / np.sqrt(np.maximum(told + np.diag(self.penalty), _LEAST)))

    def information(self, free: Numbers, threads: int | None = None) -> Numbers:
        """Observed information (size, size) about the free numbers, without the ridge: minus the curvature.

        Numbers of different dyads tell nothing of each other, so the k-th of all dyads are moved at once.
        """
        out = np.zeros((self.size, self.size))
        begins = self.dyads * self.own
        for k in range(self.own):
            move = np.zeros(self.size)
            move[k : begins : self.own] = _MOVED
            slope = self._slope(free, move, threads)
            for dyad in range(self.dyads):
                at = slice(dyad * self.own, (dyad + 1) * self.own)
                out[at, dyad * self.own + k] = slope[at]
        for k in range(begins, self.size):
            move = np.zeros(self.size)
            move[k] = _MOVED
            out[:, k] = out[k, :] = self._slope(free, move, threads)
        return (out + out.T) / 2

    def _slope(self, free: Numbers, move: Numbers, threads: int | None) -> Numbers:
        """How minus the gradient changes with a move, by central differences (at a bound, from within)."""
        low, high = self.bounds.T
        above, below = np.minimum(free + move, high), np.maximum(free - move, low)
        width = (above - below)[move != 0].mean()
        return (self.gradient(below, threads)[1] - self.gradient(above, threads)[1]) / width
