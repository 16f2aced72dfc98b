"""What an ensemble of parameters is held against: calibrate and constraint rows on the seconds, calibrate rows on the
weeks, both as distances in standard errors (a published range counts as the interval that holds 95 of 100)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import BOUND
from ..common.errors import DyadsimError
from ..findings.course_findings import Target
from ..findings.longitudinal_studies import Studies
from ..people.cohort import Cohort
from ..theory import evidence
from ..theory.age_norms import Norms
from ..theory.coefficients import COEFFICIENTS, Coefficients
from ..theory.dynamics import PARAMETERS, Dynamics
from . import calibrate_development as calibration_weeks
from . import calibrate_interaction as calibration
from .randomised_likelihood import Known

__all__ = ["FEW_FOLLOWED", "Mapped", "Seconds", "Weeks", "coefficients_of", "seconds", "weeks"]

Vector = NDArray[np.float64]
Mapped = Callable[[Callable[[Any], Any], list[Any]], list[Any]]

_FEW, _MANY = 64, 256  # dyads over which the exact law is averaged: to correct a draw, and to judge it
_SHARP = 0.02  # what counts as a standard error of a constraint's margin
_STEP = 0.05  # of a slope of the seconds, in standard deviations of what is assumed
_SEED = 0  # of the calibration of the weeks
_COPIES = 8  # of every dyad, so that attachment is hardly a matter of luck
_HANDFUL, FEW_FOLLOWED, _FOLLOWED, _MANY_FOLLOWED = 250, 1_500, 4_000, 16_000
"""Dyads of the community sample, other designs in proportion."""


def coefficients_of(coefficients: Coefficients, names: list[str]) -> Vector:
    """Values by name, where a coefficient with a number a state has an entry for each."""
    found = []
    for each in names:
        name, _, state = each.partition(".")
        value = coefficients[name]
        found.append(float(value[COEFFICIENTS[name].states.index(state)] if state else value))
    return np.array(found)


class Seconds:
    """Rows on a still-face session, read from the exact law."""

    def __init__(self) -> None:
        rows = evidence.rows("interaction", calibration.ROLES)
        self.priors = calibration.Priors.read()
        self.values = coefficients_of(Coefficients.default(), self.priors.names)
        self.few, self.many = (calibration.Fit(Cohort.balanced(dyads), rows, self.priors) for dyads in (_FEW, _MANY))
        self.few.at(self.values)
        self.off = self.judged(self.values) - self._read(self.few, self.values)
        tolerances = np.array([within for _, within in self.allowed.values()])
        margins = len(self.off) - len(tolerances)
        self.low = np.concatenate([np.log1p(-tolerances) / tolerances * BOUND, np.zeros(margins)])
        self.high = np.concatenate([np.log1p(tolerances) / tolerances * BOUND, np.full(margins, np.inf)])
        self.counted = np.arange(len(self.off)) < len(tolerances)

    @property
    def allowed(self) -> dict[str, tuple[float, float]]:
        """By row: what is published, and how far the model may lie from it, relative to it."""
        return _allowed(self.many)

    def read(self, values: Vector) -> Vector:
        """Distances of rows and margins of constraints, from few dyads, made up for what these miss."""
        return self._read(self.few, values) + self.off

    def judged(self, values: Vector) -> Vector:
        """The same from as many dyads as the calibration has."""
        self.many.at(values)
        return self._read(self.many, values)

    @staticmethod
    def _read(fit: calibration.Fit, values: Vector) -> Vector:
        model, constraints = fit.model(values)
        allowed = _allowed(fit).items()
        rows = [np.log(model[name] / target) / (within / BOUND) for name, (target, within) in allowed]
        return np.array([*rows, *(margin / _SHARP for parts in constraints.values() for margin in parts.values())])

    def known(self, mapped: Mapped) -> Known:
        """With slopes about the calibrated values."""
        sd = self.priors.sd
        moved = [self.values + side * _STEP * sd[k] * np.eye(len(sd))[k] for k in range(len(sd)) for side in (1, -1)]
        read = np.array(mapped(_seconds_read, moved)).reshape(len(sd), 2, -1)
        slopes = ((read[:, 0] - read[:, 1]) / (2 * _STEP * sd[:, None])).T
        lowest, highest = map(np.array, self.priors.bounds)
        at = self.read(self.values)
        return Known(self.priors.value, sd, lowest, highest, self.values, at, slopes, self.low, self.high, self.counted)

    def in_units(self, read: Vector) -> Vector:
        """Distances (sets, rows) as the numbers that rows have; of constraints the margins."""
        published, within = np.array([*self.allowed.values()]).T
        rows = len(published)
        return np.hstack([published * np.exp(read[:, :rows] * within / BOUND), read[:, rows:] * _SHARP])

    def report(self) -> pd.DataFrame:
        """Every row: ``id``, ``quantity``, ``target``, and the range in which it holds."""
        rows = self.many.report(self.values)
        within = rows["quantity"].map({name: within for name, (_, within) in self.allowed.items()})
        low, high = ((rows["target"] * (1 + side * within)).fillna(end) for side, end in ((-1, 0.0), (1, np.inf)))
        return rows[["id", "quantity", "target"]].assign(low=low, high=high)


class Weeks:
    """Rows on risk and outcome, read from studies whose play follows the linear theory."""

    def __init__(self) -> None:
        self.priors = calibration_weeks.Priors.read()
        self.values = np.array([Dynamics.default()[name] for name in self.priors.names])
        self.ids = calibration_weeks.Fit(_FOLLOWED, self.priors).ids

    def dynamics(self, values: Vector, norms: Norms | None = None) -> Dynamics:
        return self.priors.dynamics(values).replace({}, norms)

    def read(
        self,
        dynamics: Dynamics,
        dyads: int = FEW_FOLLOWED,
        theory: bool = True,
        coefficients: Coefficients | None = None,
    ) -> Vector:
        """Distances of the targets; not a number where the parameters cannot be lived with."""
        studies = Studies(dyads, _SEED, dynamics, theory, coefficients=coefficients, copies=_COPIES)
        try:
            targets = calibration_weeks.targets_of(studies, self.ids)
        except (DyadsimError, np.linalg.LinAlgError):
            return np.full(len(self.targets), np.nan)
        return np.array([_standing(target)[0] for _, target in targets])

    @functools.cached_property
    def targets(self) -> list[tuple[str, Target]]:
        """Every target with its id; what the model says there is of a handful of dyads."""
        return calibration_weeks.targets_of(Studies(_HANDFUL, _SEED, theory=True), self.ids)

    @property
    def limits(self) -> tuple[Vector, Vector]:
        """(targets,) between which distances hold."""
        standing = np.array([_standing(target) for _, target in self.targets])
        return standing[:, 1], standing[:, 2]

    def in_units(self, read: Vector) -> Vector:
        """Distances (sets, targets) as the numbers that rows have."""
        found = read.copy()
        for k, (_, target) in enumerate(self.targets):
            _, aim, low, high = calibration_weeks.on_scale(target)
            found[:, k] = aim + read[:, k] * (high - low) / 2 / BOUND
            found[:, k] = np.exp(found[:, k]) if target.ratio else found[:, k]
        return found

    def report(self) -> pd.DataFrame:
        """Every target: ``id``, ``quantity``, ``target``, and the range in which it holds."""
        rows = [(id, each.says, each.published, each.low, each.high) for id, each in self.targets]
        return pd.DataFrame(rows, columns=["id", "quantity", "target", "low", "high"])

    def known(self, mapped: Mapped) -> tuple[Known, Vector]:
        """With slopes about the calibrated values, and what to add to what few dyads show.

        With the calibrated values, as many dyads as time allows follow the theory, and as many as the calibration has
        are played; from there on few dyads only say what other values change.
        """
        steps = calibration_weeks.Fit(FEW_FOLLOWED, self.priors).steps(self.values)
        sizes = ((_FOLLOWED, False), (_MANY_FOLLOWED, True), (_FOLLOWED, True), (FEW_FOLLOWED, True))
        asked = [(self.values, *size) for size in sizes] + [(values, FEW_FOLLOWED, True) for values in steps]
        played, many, followed, few, *there = mapped(_weeks_read, asked)
        moved = [at[k] - self.values[k] for k, at in enumerate(steps)]
        slopes = np.stack([(each - few) / by for each, by in zip(there, moved, strict=True)], axis=1)
        at = many + played - followed
        low, high = self.limits
        lowest, highest = np.array([(PARAMETERS[name].low, PARAMETERS[name].high) for name in self.priors.names]).T
        counted = np.ones(len(at), dtype=bool)
        priors = self.priors
        found = Known(priors.value, priors.sd, lowest, highest, self.values, at, slopes, low, high, counted)
        return found, at - few


def _allowed(fit: calibration.Fit) -> dict[str, tuple[float, float]]:
    return {name: (target, tolerance * calibration.TOWARDS) for name, (target, tolerance) in fit.targets.items()}


def _standing(target: Target) -> tuple[float, float, float]:
    """How far a target is from what is published, and between which distances it holds, in standard errors."""
    value, aim, low, high = calibration_weeks.on_scale(target)
    error = (high - low) / 2 / BOUND
    return (value - aim) / error, (low - aim) / error, (high - aim) / error


@functools.cache
def seconds() -> Seconds:
    """Made once in a process."""
    return Seconds()


@functools.cache
def weeks() -> Weeks:
    """Made once in a process."""
    return Weeks()


def _seconds_read(values: Vector) -> Vector:
    return seconds().read(values)


def _weeks_read(asked: tuple[Vector, int, bool]) -> Vector:
    values, dyads, theory = asked
    return weeks().read(weeks().dynamics(values), dyads, theory)
