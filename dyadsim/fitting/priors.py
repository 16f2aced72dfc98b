"""Priors: what is assumed of the parameters of each level before any evidence, as vectors to fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..theory.age_norms import Norms
from ..theory.coefficients import COEFFICIENTS, Coefficients
from ..theory.dynamics import PARAMETERS, Dynamics
from ..theory.family_parameters import FAMILY_PARAMETERS, FamilyParameters
from ..theory.inheritance_parameters import INHERITANCE_PARAMETERS
from ..theory.priors import assumed_coefficients, assumed_of_families, assumed_of_inheritance, assumed_parameters

__all__ = ["DevelopmentPriors", "FamilyPriors", "GenerationPriors", "InteractionPriors", "Priors"]

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Priors:
    """What is assumed of every parameter of a level; those of which nothing speaks (an sd of 0) are fixed.

    Attributes
    ----------
    names : of the parameters that are free.
    value, sd : (parameters,) what is assumed of each, and how sure that is.
    low, high : (parameters,) the values that each can have.
    fixed : values of the others, by name.
    """

    names: list[str]
    value: Vector
    sd: Vector
    low: Vector
    high: Vector
    fixed: Mapping[str, float]

    @classmethod
    def of(cls, assumed: Mapping[str, Mapping[str, float]], ranges: Mapping[str, tuple[float, float]]) -> Self:
        """Priors of parameters by name.

        Parameters
        ----------
        assumed : of each its ``value``, and how sure that is, ``sd`` (0: fixed).
        ranges : of each the lowest and the highest value that it can have.
        """
        free = [name for name, given in assumed.items() if given["sd"] > 0]
        value, sd = (np.array([assumed[name][part] for name in free], dtype=float) for part in ("value", "sd"))
        low, high = np.array([ranges[name] for name in free], dtype=float).T
        fixed = {name: given["value"] for name, given in assumed.items() if name not in free}
        return cls(free, value, sd, low, high, fixed)

    def within(self, values: Vector) -> Vector:
        """(parameters,) values, those beyond their range set to its end."""
        return np.clip(values, self.low, self.high)

    def distances(self, values: Vector) -> Vector:
        """(parameters,) how far values lie from what is assumed, in its standard deviations."""
        return np.asarray((values - self.value) / self.sd, dtype=np.float64)

    def all_of(self, values: Vector) -> dict[str, float]:
        """Every parameter by name, the free ones with these values."""
        return {**self.fixed, **dict(zip(self.names, values.tolist(), strict=True))}


class InteractionPriors(Priors):
    """What is assumed of every coefficient, one entry a state where it has them (``infant_base.object``)."""

    @classmethod
    def read(cls) -> InteractionPriors:
        """The priors of ``data/priors.toml``."""
        given, assumed, ranges = assumed_coefficients(), {}, {}
        for name, known in COEFFICIENTS.items():
            for state in known.states or ("",):
                entry = f"{name}.{state}".rstrip(".")
                assumed[entry] = given[name][state] if state else given[name]
                ranges[entry] = known.low, known.high
        return cls.of(assumed, ranges)

    @property
    def start(self) -> Coefficients:
        """The coefficients that are assumed before any evidence."""
        return self.coefficients(self.value)

    def coefficients(self, values: Vector) -> Coefficients:
        """Coefficients with (parameters,) values of the free ones."""
        return Coefficients.default().replace(self.all_of(values))

    def values_of(self, coefficients: Coefficients) -> Vector:
        """(parameters,) values of the free ones among some coefficients."""
        found = []
        for each in self.names:
            name, _, state = each.partition(".")
            value = coefficients[name]
            found.append(float(value[COEFFICIENTS[name].states.index(state)] if state else value))
        return np.array(found)


class DevelopmentPriors(Priors):
    """What is assumed of every parameter of development."""

    @classmethod
    def read(cls) -> DevelopmentPriors:
        """The priors of ``data/priors.toml``."""
        given = assumed_parameters()
        ranges = {name: (each.low, each.high) for name, each in PARAMETERS.items()}
        return cls.of({name: given[name] for name in PARAMETERS}, ranges)

    def dynamics(self, values: Vector, norms: Norms | None = None) -> Dynamics:
        """Weekly parameters with (parameters,) values of the free ones, and norms (default: the shipped ones)."""
        return Dynamics(self.all_of(values), norms)

    def values_of(self, dynamics: Dynamics) -> Vector:
        """(parameters,) values of the free ones among some weekly parameters."""
        return np.array([dynamics[name] for name in self.names])


class FamilyPriors(Priors):
    """What is assumed of every parameter of families, but for what is made from the rest."""

    @classmethod
    def read(cls) -> FamilyPriors:
        """The priors of ``data/priors.toml``."""
        given = assumed_of_families()
        ranges = {name: (each.low, each.high) for name, each in FAMILY_PARAMETERS.items() if name in given}
        return cls.of({name: given[name] for name in ranges}, ranges)

    def values_of(self, parameters: FamilyParameters) -> Vector:
        """(parameters,) values of the free ones among some parameters of families."""
        return np.array([parameters[name] for name in self.names])


class GenerationPriors(Priors):
    """What is assumed of every parameter of inheritance."""

    @classmethod
    def read(cls) -> GenerationPriors:
        """The priors of ``data/priors.toml``."""
        given = assumed_of_inheritance()
        return cls.of(given, {name: (each.low, each.high) for name, each in INHERITANCE_PARAMETERS.items()})
