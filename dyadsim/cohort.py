"""Cohorts: dyads with their traits, drawn from a named population or set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator
from scipy.special import ndtri

from . import draws, shipped
from .errors import DyadsimError, unknown, whole_number
from .traits import COEFFICIENTS, TRAITS, Coefficients, Trait

__all__ = ["Cohort", "Population", "check_cohort", "declared", "population_named"]

MOST_DYADS = 10_000_000
"""Most dyads of a cohort."""

DIGITS = 6
"""Drawn traits are rounded to so many digits, so that the last bit of a processor's logarithm changes nothing."""


class Distribution(shipped.Written):
    """A normal distribution of one trait; what lies beyond its range is set to the limit.

    ``evidence`` is ids, or the word *assumed*.
    """

    mean: float | None = None
    sd: float | None = Field(default=None, ge=0)
    evidence: shipped.Listed[str] = ("assumed",)
    note: str = ""


class Correlation(shipped.Written):
    """The correlation of two traits across dyads."""

    between: Annotated[tuple[str, str], Field(strict=False)]
    r: float = Field(gt=-1, lt=1)
    evidence: shipped.Listed[str] = ("assumed",)
    note: str = ""


class Population(shipped.Shipped):
    """A named distribution over traits. Those it does not mention are standard scores, independent of the others."""

    traits: dict[str, Distribution] = Field(default_factory=dict)
    correlations: shipped.Listed[Correlation] = ()

    @field_validator("traits")
    @classmethod
    def _traits_exist(cls, traits: dict[str, Distribution]) -> dict[str, Distribution]:
        for name, given in traits.items():
            known = _trait_named(name)
            known.check(known.default if given.mean is None else given.mean)
        return traits

    @field_validator("correlations")
    @classmethod
    def _correlations_fit(cls, correlations: tuple[Correlation, ...]) -> tuple[Correlation, ...]:
        pairs = [frozenset(_trait_named(name).name for name in correlation.between) for correlation in correlations]
        if len(set(pairs)) < len(pairs) or any(len(pair) == 1 for pair in pairs):
            raise DyadsimError("A correlation is between two different traits, and each pair is given once.")
        if np.linalg.eigvalsh(_correlation_matrix(correlations)).min() <= 0:
            raise DyadsimError("These correlations cannot all hold at once.")
        return correlations

    def draw(self, seed: int, units: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Traits of dyads by their numbers: dyad 7 is the same whoever else is drawn."""
        return self.traits_from(np.stack([draws.trait_normals(seed, units, name) for name in TRAITS]))

    def traits_from(self, normals: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Traits made of independent standard normal scores (traits, dyads)."""
        # Term by term: a matrix product's last bit may depend on how many dyads and threads there are.
        scores = [
            sum(row[k] * normals[k] for k in np.flatnonzero(row))
            for row in np.linalg.cholesky(_correlation_matrix(self.correlations))
        ]
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


def check_cohort(cohort: Any) -> Cohort:
    """``cohort``, if it is one."""
    if not isinstance(cohort, Cohort):
        raise DyadsimError(f"Dyads are given as a ds.Cohort, not {cohort!r:.60}.")
    return cohort


def declared(extra_traits: Any) -> tuple[Trait, ...]:
    """What a rule declares as its own traits, checked."""
    try:
        traits = tuple(extra_traits)
    except TypeError:
        traits = (extra_traits,)
    if not all(isinstance(trait, Trait) for trait in traits):
        raise DyadsimError(f"extra_traits must be a tuple of ds.Trait, not {extra_traits!r:.60}.")
    return traits


def _trait_named(name: str) -> Trait:
    if name not in TRAITS:
        raise unknown("trait", name, TRAITS)
    return TRAITS[name]


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
    extra_traits : tuple of Trait
        traits that rules of one's own have declared.
    seed : int or None
        the seed by which the traits were drawn.
    """

    traits: Mapping[str, NDArray[np.float64]]
    units: NDArray[np.int64]
    coefficients: Coefficients = field(default_factory=Coefficients.default)
    population: str = "own"
    extra_traits: tuple[Trait, ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        if not len(self.units) or self.units.min() < 0 or self.units.max() >= 2**32:
            raise DyadsimError("A cohort has at least one dyad, and dyads are numbered from 0 to 2^32 - 1.")

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
        dyads = whole_number("number of dyads", dyads, 1, MOST_DYADS)
        first = whole_number("number of the first dyad", first, 0, 2**32 - dyads)
        group = population_named(population)
        units = np.arange(first, first + dyads, dtype=np.int64)
        number = draws.check_seed(seed)
        return cls(group.draw(number, units), units, population=group.name, seed=number)

    @classmethod
    def balanced(cls, dyads: int, population: str | Path | Population = "community") -> Cohort:
        """Dyads spread evenly over a population (Sobol points): a few hundred average as many thousands drawn do.

        For population means of the exact law; no dyad of them was drawn, so it has no seed.

        Parameters
        ----------
        dyads : how many; a power of two.
        population : a shipped name, a TOML file or a :class:`Population`.

        Raises
        ------
        DyadsimError
            for an unknown population or a number that is no power of two.
        """
        dyads = whole_number("number of dyads", dyads, 1, MOST_DYADS)
        if dyads & (dyads - 1):
            raise DyadsimError(f"The number of balanced dyads must be a power of two, not {dyads}.")
        group = population_named(population)
        from scipy.stats import qmc  # takes half a second to import

        points = qmc.Sobol(len(TRAITS), scramble=False).random(dyads)
        normals = ndtri(points + 0.5 / dyads)
        return cls(group.traits_from(normals.T), np.arange(dyads, dtype=np.int64), population=group.name)

    @classmethod
    def of(cls, *, extra_traits: Iterable[Trait] = (), **traits: Any) -> Cohort:
        """Dyads set by hand, other traits at their default: ``Cohort.of(sensitivity=[-1, 0, 1], age=13)``."""
        lengths = {np.size(values) for values in traits.values()} | {1}
        dyads = max(lengths)
        if lengths - {1, dyads}:
            raise DyadsimError(f"Traits must have one value or one a dyad, but have {sorted(lengths - {1})} values.")
        blank = {name: np.full(dyads, trait.default) for name, trait in TRAITS.items()}
        return cls(blank, np.arange(dyads, dtype=np.int64)).replace(traits, extra_traits=extra_traits)

    def replace(
        self, changes: Mapping[str, Any] | None = None, /, *, extra_traits: Iterable[Trait] = (), **more: Any
    ) -> Cohort:
        """The same dyads with some traits set to a number, or to one a dyad: ``cohort.replace(sensitivity=1)``.

        Names of coefficients change the rules' strengths instead: ``cohort.replace(infant_contingency=1)``, or
        ``cohort.replace({"infant_base.object": 0})``. A trait that a rule of one's own declares is known once it was
        passed in ``extra_traits``.

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        extra = tuple(dict.fromkeys((*self.extra_traits, *declared(extra_traits))))
        known = {**TRAITS, **{trait.name: trait for trait in extra}}
        traits, strengths = dict(self.traits), {}
        for name, values in {**(changes or {}), **more}.items():
            if name in known:
                traits[name] = self._one_a_dyad(known[name], values)
            elif name.partition(".")[0] in COEFFICIENTS:
                strengths[name] = values
            else:
                raise unknown("trait or coefficient", name, [*known, *COEFFICIENTS])
        return replace(self, traits=traits, coefficients=self.coefficients.replace(strengths), extra_traits=extra)

    def _one_a_dyad(self, trait: Trait, values: Any) -> NDArray[np.float64]:
        checked = trait.check(values)
        if checked.shape not in ((), (1,), (len(self),)):
            raise DyadsimError(f"Trait '{trait.name}' has {checked.size} values for {len(self)} dyads.")
        return np.broadcast_to(checked, len(self)).copy()

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, index: Any) -> Cohort:
        """The chosen dyads, with their own numbers and thus their own luck: ``cohort[:100]``, ``cohort[7]``."""
        chosen = np.atleast_1d(np.arange(len(self))[index])
        if not len(chosen):
            raise DyadsimError(f"This choice leaves none of the {len(self)} dyads; a cohort has at least one.")
        traits = {name: values[chosen] for name, values in self.traits.items()}
        return replace(self, traits=traits, units=self.units[chosen])

    def repeated(self, times: int) -> Cohort:
        """Every dyad's traits ``times`` times over, each copy with a number, and thus luck, of its own."""
        traits = {name: np.tile(values, times) for name, values in self.traits.items()}
        units = np.arange(len(self) * times, dtype=np.int64)
        return replace(self, traits=traits, units=units)

    def frame(self) -> pd.DataFrame:
        """One row a dyad, one column a trait."""
        return pd.DataFrame(dict(self.traits), index=pd.Index(self.units, name="dyad"))
