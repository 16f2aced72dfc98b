"""Targets of the ensemble, level by level, as distances in standard errors.

They are calibrate and constraint rows on interaction, and calibrate rows on development; a published range counts as
the interval that holds 95 of 100. What simulated sessions tell has the luck of so many sessions, and may lie as far
beyond its limit as that moves it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import BOUND
from ..common.errors import DyadsimError
from ..common.workers import Crew, mapped
from ..findings.agreement import Target
from ..findings.longitudinal_studies import LongitudinalStudies
from ..theory.age_norms import Norms
from ..theory.coefficients import Coefficients
from ..theory.dynamics import Dynamics
from .calibrate_development import HANDFUL, DevelopmentFit, targets_of
from .calibrate_interaction import InteractionFit, interaction_fit
from .fit import distance, distances_of, on_scale
from .make_norms import FEW_DYADS
from .priors import DevelopmentPriors, Priors
from .randomised_likelihood import Known

__all__ = [
    "Calibrated",
    "DevelopmentTargets",
    "InteractionTargets",
    "LevelTargets",
    "Sizes",
    "development_targets",
    "interaction_targets",
]

Vector = NDArray[np.float64]

_SHARP = 0.02  # what counts as a standard error of a constraint's margin
_OF_A_ROOM = 0.25  # what counts as a standard error of what sessions tell, in rooms
_LUCK = 1.0  # rooms by which luck alone moves what a thousand sessions tell: so far beyond its limit a part may lie
_STEP = 0.2  # of a slope of interaction, in standard deviations of what is assumed: what sessions tell goes by steps
_INSIDE = 0.3  # standard errors from the edge of its range to which a target is drawn that does not hold
_SEED = 0  # of the calibration of development
_COPIES = 8  # of every dyad, so that attachment is hardly a matter of luck


@dataclass(frozen=True)
class Sizes:
    """How many dyads an ensemble is made with.

    Attributes
    ----------
    few, many : over which the exact law is averaged, to correct a draw and to judge it; powers of two.
    few_studied, studied : in simulated studies of the seconds, to correct a draw and to judge it.
    norms : over which it is seen what coefficients change of the norms; a power of two.
    few_followed, followed, many_followed : of the community sample, other designs in proportion.
    played : sets that are simulated.
    sessions : of each of them.
    must_agree : whether a set has to agree with every row. Where so few dyads are followed that rows hold by luck
        alone, the first draw is kept as the linear model has it: to see that all steps run, and for nothing else.
    """

    few: int = 64
    many: int = 256
    few_studied: int = 300
    studied: int = 1_000
    norms: int = FEW_DYADS
    few_followed: int = 1_500
    followed: int = 4_000
    many_followed: int = 16_000
    played: int = 8
    sessions: int = 2_000
    must_agree: bool = True


@dataclass(frozen=True)
class Calibrated:
    """Calibrated values that an ensemble lies about, and how many dyads it is made with.

    Attributes
    ----------
    coefficients, dynamics : as the calibrations of the two levels found them.
    sizes : numbers of dyads.
    """

    coefficients: Coefficients
    dynamics: Dynamics
    sizes: Sizes = Sizes()

    @classmethod
    def shipped(cls) -> Calibrated:
        """The shipped values."""
        return cls(Coefficients.default(), Dynamics.default())


class LevelTargets(Protocol):
    """What parameters of one level are held against."""

    @property
    def priors(self) -> Priors: ...

    def in_units(self, read: Vector) -> Vector:
        """Distances (sets, targets) as the numbers that rows have; of constraints the margins."""

    def report(self) -> pd.DataFrame:
        """Every target: ``id``, ``quantity``, ``target``, and the range in which it holds."""


class InteractionTargets:
    """Rows on the seconds: those of a still-face session read from the exact law, the others from simulated
    sessions."""

    def __init__(self, about: Calibrated) -> None:
        self.about, sizes = about, about.sizes
        few = interaction_fit(sizes.few, sizes.few_studied)
        self.many = interaction_fit(sizes.many, sizes.studied)
        self.priors = self.many.priors
        self.values = self.priors.values_of(about.coefficients)
        self.few = few.at(self.values)
        self.off = self.judged(self.values) - self._read(self.few, self.values)
        tolerances = np.array([within for _, within in self.allowed.values()])
        told = np.arange(len(self.off)) >= len(self.off) - len(self.many.simulated.parts)
        luck = np.where(told, _LUCK / _OF_A_ROOM, 0.0)
        self.low = -luck
        self.high = np.full(len(self.off), np.inf)
        self.low[: len(tolerances)] = np.log1p(-tolerances) / tolerances * BOUND
        self.high[: len(tolerances)] = np.log1p(tolerances) / tolerances * BOUND
        self.inside = _INSIDE + luck  # what sessions tell is drawn to where it holds without luck
        self.counted = np.arange(len(self.off)) < len(tolerances)

    @property
    def allowed(self) -> dict[str, tuple[float, float]]:
        """Ranges by row: what is published, and how far the model may lie from it, relative to it."""
        return self.many.targets

    def read(self, values: Vector) -> Vector:
        """Distances of rows and margins of constraints, from few dyads, made up for what these miss."""
        return self._read(self.few, values) + self.off

    def judged(self, values: Vector) -> Vector:
        """Distances as :meth:`read` gives them, from as many dyads as the calibration has."""
        return self._read(self.many.at(values), values)

    @staticmethod
    def _read(fit: InteractionFit, values: Vector) -> Vector:
        read, rows = fit.read(values, BOUND), len(fit.targets)
        told = fit.simulated.rooms(fit.priors.coefficients(values))
        return np.concatenate([read[:rows], read[rows:] / _SHARP, told / _OF_A_ROOM])

    def known(self, crew: Crew) -> Known:
        """What is known of the coefficients, with slopes about the calibrated values."""
        sd = self.priors.sd
        # Every parameter is shifted up and down by a step; the slope is what changes between the two.
        shifted = [self.values + side * _STEP * sd[k] * np.eye(len(sd))[k] for k in range(len(sd)) for side in (1, -1)]
        read = np.array(mapped(crew, functools.partial(_interaction_read, self.about), shifted)).reshape(len(sd), 2, -1)
        slopes = ((read[:, 0] - read[:, 1]) / (2 * _STEP * sd[:, None])).T
        at, low, high = self.read(self.values), self.priors.low, self.priors.high
        ranges = self.low, self.high, self.inside
        return Known(self.priors.value, sd, low, high, self.values, at, slopes, *ranges, self.counted)

    def in_units(self, read: Vector) -> Vector:
        """Distances (sets, rows) as the numbers that rows have; of constraints the margins, of what sessions tell the
        rooms."""
        published, within = np.array([*self.allowed.values()]).T
        law, told = np.split(read, [read.shape[1] - len(self.many.simulated.parts)], axis=1)
        rows = len(published)
        numbers = published * np.exp(law[:, :rows] * within / BOUND)
        return np.hstack([numbers, law[:, rows:] * _SHARP, told * _OF_A_ROOM])

    def report(self) -> pd.DataFrame:
        """Every row: ``id``, ``quantity``, ``target``, and the range in which it holds."""
        rows = self.many.report(self.values)
        within = rows["quantity"].map({name: within for name, (_, within) in self.allowed.items()})
        low, high = ((rows["target"] * (1 + side * within)).fillna(end) for side, end in ((-1, 0.0), (1, np.inf)))
        parts = pd.DataFrame(self.many.simulated.parts, columns=["id", "quantity"])
        told = parts.assign(target=0.0, low=-_LUCK, high=np.inf)
        return pd.concat([rows[["id", "quantity", "target"]].assign(low=low, high=high), told], ignore_index=True)


class DevelopmentTargets:
    """Rows on risk and outcome, read from studies whose play follows the linear theory."""

    def __init__(self, about: Calibrated) -> None:
        self.about = about
        self.priors = DevelopmentPriors.read()
        self.values = self.priors.values_of(about.dynamics)

    def dynamics(self, values: Vector, norms: Norms | None = None) -> Dynamics:
        """Weekly parameters with these values of the free ones, and norms (default: the calibrated ones)."""
        return self.priors.dynamics(values, norms or self.about.dynamics.norms)

    def read(
        self,
        dynamics: Dynamics,
        dyads: int | None = None,
        linear: bool = True,
        coefficients: Coefficients | None = None,
    ) -> Vector:
        """Distances of the targets; NaN with parameters under which development has no course.

        Parameters
        ----------
        dynamics : the weekly parameters.
        dyads : of the community sample, other designs in proportion (default: the fewest of the sizes).
        linear : take the week's interaction from the linear theory instead of playing it.
        coefficients : strengths of the rules (default: the calibrated ones).
        """
        dyads, coefficients = dyads or self.about.sizes.few_followed, coefficients or self.about.coefficients
        studies = LongitudinalStudies(dyads, _SEED, dynamics, linear, coefficients=coefficients, copies=_COPIES)
        try:
            targets = targets_of(studies)
        except (DyadsimError, np.linalg.LinAlgError):
            return np.full(len(self.targets), np.nan)
        return distances_of([target for _, target in targets], BOUND)

    @functools.cached_property
    def targets(self) -> list[tuple[str, Target]]:
        """Every target with the id of its row; its value, from a handful of dyads, is not to be used."""
        return targets_of(LongitudinalStudies(HANDFUL, _SEED, self.about.dynamics, linear=True))

    @property
    def limits(self) -> tuple[Vector, Vector]:
        """(targets,) lowest and highest distance at which each holds, in standard errors."""
        ends = []
        for _, target in self.targets:
            _, aim, low, high = on_scale(target)
            ends.append([distance(end - aim, (high - low) / 2, BOUND) for end in (low, high)])
        lowest, highest = np.array(ends).T
        return lowest, highest

    def in_units(self, read: Vector) -> Vector:
        """Distances (sets, targets) as the numbers that rows have."""
        found = read.copy()
        for k, (_, target) in enumerate(self.targets):
            _, aim, low, high = on_scale(target)
            found[:, k] = aim + read[:, k] * (high - low) / 2 / BOUND
            found[:, k] = np.exp(found[:, k]) if target.ratio else found[:, k]
        return found

    def report(self) -> pd.DataFrame:
        """Every target: ``id``, ``quantity``, ``target``, and the range in which it holds."""
        rows = [(id, each.says, each.published, each.low, each.high) for id, each in self.targets]
        return pd.DataFrame(rows, columns=["id", "quantity", "target", "low", "high"])

    def known(self, crew: Crew) -> tuple[Known, Vector]:
        """What is known of the weekly parameters, and (targets,) what few dyads miss, to be added to what they show.

        Slopes are taken about the calibrated values. With these, as many dyads as time allows follow the linear theory,
        and as many as the calibration has are played; from there on few dyads only say what other values change.
        """
        given = self.about.sizes
        least, middle, most = given.few_followed, given.followed, given.many_followed
        steps = DevelopmentFit(least, self.priors).steps(self.values)
        sizes = ((middle, False), (most, True), (middle, True), (least, True))
        asked = [(self.values, *size) for size in sizes] + [(values, least, True) for values in steps]
        played, many, followed, few, *there = mapped(crew, functools.partial(_development_read, self.about), asked)
        # By how much each parameter was shifted, and what that changed of every distance.
        shifts = [at[k] - self.values[k] for k, at in enumerate(steps)]
        slopes = np.stack([(each - few) / by for each, by in zip(there, shifts, strict=True)], axis=1)
        # Where the calibrated values are: many dyads on the linear theory, and what play changes of some of them.
        at = many + played - followed
        low, high = self.limits
        ranges = low, high, np.full(len(at), _INSIDE)
        counted = np.ones(len(at), dtype=bool)
        priors = self.priors
        found = Known(priors.value, priors.sd, priors.low, priors.high, self.values, at, slopes, *ranges, counted)
        return found, at - few


@functools.cache
def interaction_targets(about: Calibrated) -> InteractionTargets:
    """Targets of interaction, made once in a process."""
    return InteractionTargets(about)


@functools.cache
def development_targets(about: Calibrated) -> DevelopmentTargets:
    """Targets of development, made once in a process."""
    return DevelopmentTargets(about)


def _interaction_read(about: Calibrated, values: Vector) -> Vector:
    return interaction_targets(about).judged(values)


def _development_read(about: Calibrated, asked: tuple[Vector, int, bool]) -> Vector:
    values, dyads, linear = asked
    level = development_targets(about)
    return level.read(level.dynamics(values), dyads, linear)
