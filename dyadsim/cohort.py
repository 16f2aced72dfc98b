"""Cohorts: dyads with their traits, drawn from a named population or set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from . import draws, shipped
from .errors import DyadsimError, unknown
from .traits import COEFFICIENTS, TRAITS, Coefficients, Trait

__all__ = ["Cohort", "Population", "population_named"]

DIGITS = 6
"""Drawn traits are rounded to so many digits, so that the last bit of a processor's logarithm changes nothing."""


class Distribution(BaseModel):
    """A normal distribution of one trait, cut at the trait's range; ``evidence`` is ids, or the word *assumed*."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: float | None = None
    sd: float | None = Field(default=None, ge=0)
    evidence: tuple[str, ...] = ("assumed",)
    note: str = ""


class Correlation(BaseModel):
    """The correlation of two traits across dyads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    between: tuple[str, str]
    r: float = Field(gt=-1, lt=1)
    evidence: tuple[str, ...] = ("assumed",)
    note: str = ""


class Population(shipped.Shipped):
    """A named distribution over traits. What it does not mention is as in the community: a standard score."""

    traits: dict[str, Distribution] = Field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()

    @field_validator("traits")
    @classmethod
    def _traits_exist(cls, traits: dict[str, Distribution]) -> dict[str, Distribution]:
        for name in traits:
            _trait_named(name)
        return traits

    @field_validator("correlations")
    @classmethod
    def _correlations_fit(cls, correlations: tuple[Correlation, ...]) -> tuple[Correlation, ...]:
        for correlation in correlations:
            for name in correlation.between:
                _trait_named(name)
        if np.linalg.eigvalsh(_correlation_matrix(correlations)).min() <= 0:
            raise DyadsimError("These correlations cannot all hold at once.")
        return correlations

    def draw(self, seed: int, units: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Traits of dyads by their numbers: dyad 7 is the same whoever else is drawn."""
        luck = np.stack([draws.trait_normals(seed, units, name) for name in TRAITS])
        scores = np.linalg.cholesky(_correlation_matrix(self.correlations)) @ luck
        return {name: self._scaled(trait, z) for (name, trait), z in zip(TRAITS.items(), scores, strict=True)}

    def _scaled(self, trait: Trait, z: NDArray[np.float64]) -> NDArray[np.float64]:
        given = self.traits.get(trait.name, Distribution())
        mean = trait.default if given.mean is None else given.mean
        sd = float(trait.unit == "standard score") if given.sd is None else given.sd
        return np.clip(np.round(mean + sd * z, DIGITS), trait.low, trait.high)


def _correlation_matrix(correlations: Iterable[Correlation]) -> NDArray[np.float64]:
    names = list(TRAITS)
    matrix = np.eye(len(names))
    for correlation in correlations:
        i, j = (names.index(name) for name in correlation.between)
        matrix[i, j] = matrix[j, i] = correlation.r
    return matrix


def population_named(population: str | Path | Population) -> Population:
    """The population of that name, or of a TOML file of the user's."""
    if isinstance(population, Population):
        return population
    return shipped.load(Population, "populations", "population", population)


def _trait_named(name: str, extra: Iterable[Trait] = ()) -> Trait:
    known = TRAITS | {trait.name: trait for trait in extra}
    if name not in known:
        raise unknown("trait", name, known)
    return known[name]


@dataclass(frozen=True)
class Cohort:
    """Dyads with their traits.

    Attributes
    ----------
    traits : dict of str to array (dyads,)
        each in the unit and range that ``traits.TRAITS`` says.
    units : array of int (dyads,)
        the numbers of the dyads: they name the dyad's draws, so ``cohort[7:8]`` lives exactly as it does in the whole.
    coefficients : Coefficients
        strengths of the rules.
    population : str
        where the traits came from.
    """

    traits: Mapping[str, NDArray[np.float64]]
    units: NDArray[np.int64]
    coefficients: Coefficients = field(default_factory=Coefficients.default)
    population: str = "own"

    @classmethod
    def sample(
        cls,
        dyads: int,
        population: str | Path | Population = "community",
        seed: int | str = 0,
        first: int = 0,
    ) -> Cohort:
        """``dyads`` dyads drawn from a population; the first 100 of 1,000 are the same as 100.

        Parameters
        ----------
        dyads : number of dyads, at least 1.
        population : a shipped name, a TOML file or a :class:`Population`.
        seed : whole number from 0.
        first : number of the first dyad.

        Raises
        ------
        DyadsimError
            for an unknown population, a bad file, seed or number.
        """
        if not isinstance(dyads, int | np.integer) or dyads < 1:
            raise DyadsimError(f"The number of dyads must be a whole number from 1, not {dyads!r}.")
        group = population_named(population)
        units = np.arange(first, first + dyads, dtype=np.int64)
        return cls(group.draw(draws.check_seed(seed), units), units, population=group.name)

    @classmethod
    def of(cls, extra_traits: Iterable[Trait] = (), **traits: Any) -> Cohort:
        """Dyads set by hand, other traits at their default: ``Cohort.of(sensitivity=[-1, 0, 1], age=13)``."""
        lengths = {np.size(values) for values in traits.values()} | {1}
        dyads = max(lengths)
        if lengths - {1, dyads}:
            raise DyadsimError(f"Traits must have one value or one a dyad, but have {sorted(lengths - {1})} values.")
        blank = {name: np.full(dyads, trait.default) for name, trait in TRAITS.items()}
        return cls(blank, np.arange(dyads, dtype=np.int64)).replace(extra_traits, **traits)

    def replace(self, extra_traits: Iterable[Trait] = (), **changes: Any) -> Cohort:
        """The same dyads with some traits set to a number, or to one a dyad.

        A trait that a rule of your own declares is allowed when passed in ``extra_traits``. Keys that name a
        coefficient (``infant_contingency=1``, or ``{"infant_base.object": 0}``) change the rules' strengths instead.

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        traits, strengths = dict(self.traits), {}
        for name, values in changes.items():
            if name.partition(".")[0] in COEFFICIENTS:
                strengths[name] = values
                continue
            checked = _trait_named(name, extra_traits).check(values)
            if checked.shape not in ((), (1,), (len(self),)):
                raise DyadsimError(f"Trait '{name}' has {checked.size} values for {len(self)} dyads.")
            traits[name] = np.broadcast_to(checked, len(self)).copy()
        return Cohort(traits, self.units, self.coefficients.replace(strengths), self.population)

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, index: Any) -> Cohort:
        """The chosen dyads, with their own numbers and thus their own luck: ``cohort[:100]``, ``cohort[7]``."""
        chosen = np.atleast_1d(np.arange(len(self))[index])
        traits = {name: values[chosen] for name, values in self.traits.items()}
        return Cohort(traits, self.units[chosen], self.coefficients, self.population)

    def repeated(self, times: int) -> Cohort:
        """Every dyad's traits ``times`` times over, each copy with a number, and thus luck, of its own."""
        traits = {name: np.tile(values, times) for name, values in self.traits.items()}
        units = np.arange(len(self) * times, dtype=np.int64)
        return Cohort(traits, units, self.coefficients, self.population)

    def frame(self) -> pd.DataFrame:
        """One row a dyad, one column a trait."""
        return pd.DataFrame(dict(self.traits), index=pd.Index(self.units, name="dyad"))
