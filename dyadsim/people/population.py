"""Populations from which dyads are drawn: distributions over traits, and the risks and support people live under."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..common.random_numbers import DIGITS, trait_normals
from ..theory.evidence import Cited
from ..theory.traits import TRAITS, Trait
from .risks_and_support import Setting

__all__ = [
    "Distribution",
    "Population",
    "PopulationName",
    "RisksOrSupport",
]

_IN_BRACKETS, _CLAUSE = re.compile(r" \([^()]*\)"), re.compile(r"[,;.:]")


class Distribution(toml_models.Written):
    """A normal distribution of one trait; what lies beyond its range is set to the limit.

    Attributes
    ----------
    mean, sd : in the unit of the trait (default: the trait's default; 1 for standard scores, 0 for others).
    evidence : ids, or the word *assumed*.
    """

    mean: float | None = None
    sd: float | None = Field(default=None, ge=0)
    evidence: Cited = ("assumed",)
    note: str = ""


class Correlation(toml_models.Written):
    """The correlation of two traits across dyads."""

    between: Annotated[tuple[str, str], Field(strict=False)]
    r: float = Field(gt=-1, lt=1)
    evidence: Cited = ("assumed",)
    note: str = ""


class LivesUnder(toml_models.Written):
    """A risk or a protection under which a share of a population lives, independently of others."""

    setting: str
    share: float = Field(default=1.0, gt=0, le=1)
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("setting")
    @classmethod
    def _exists(cls, setting: str) -> str:
        Setting.load(setting)
        return setting


RisksOrSupport = Annotated[
    toml_models.Listed[LivesUnder], BeforeValidator(lambda given: toml_models.tables_of(given, "setting"))
]
"""Risks, or support, as users write them: names, or tables with ``setting`` and ``share``."""


class Population(toml_models.Shipped):
    """A named distribution over traits, with the risks and support under which its dyads live.

    Attributes
    ----------
    traits : by name; those that are not here are standard scores, or at their default.
    like : a population whose correlations hold here too (assumed), but for pairs of traits that are given here.
    correlations : between traits; those that neither has are independent.
    settings : risks and support, each with the share of dyads who live under it. They shift traits beside what
        ``traits`` says.
    """

    KIND: ClassVar[str] = "population"
    like: str | None = None
    traits: dict[str, Distribution] = Field(default_factory=dict)
    correlations: toml_models.Listed[Correlation] = ()
    settings: toml_models.Listed[LivesUnder] = ()

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
        return correlations

    @field_validator("like")
    @classmethod
    def _like_exists(cls, like: str | None) -> str | None:
        return None if like is None else _exists(like)

    @model_validator(mode="after")
    def _all_correlations_fit(self) -> Self:
        _check_possible(self.all_correlations)
        return self

    @property
    def who(self) -> str:
        """Who they are in a few words, as what it says begins: "Mothers with little social support"."""
        bare = _IN_BRACKETS.sub("", self.says)
        words = _CLAUSE.split(bare, maxsplit=1)[0] or self.name.replace("-", " ").replace("_", " ")
        return words[:1].upper() + words[1:]

    @property
    def all_correlations(self) -> tuple[Correlation, ...]:
        """Correlations between traits: those given here, and those of the population that it is like."""
        if self.like is None:
            return self.correlations
        given = {frozenset(each.between) for each in self.correlations}
        others = Population.load(self.like).all_correlations
        return (*self.correlations, *(each for each in others if frozenset(each.between) not in given))

    def draw(self, seed: int, units: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Traits of dyads by their numbers: dyad 7 is the same whoever else is drawn.

        Parameters
        ----------
        seed : whole number from 0.
        units : (dyads,) numbers of the dyads.

        Returns
        -------
        by name (dyads,), each in its unit.
        """
        return self.traits_from(np.stack([trait_normals(seed, units, name) for name in TRAITS]))

    def traits_from(self, normals: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Traits made of independent standard normal scores (traits, dyads)."""
        # The rows of the Cholesky root mix independent scores into correlated ones.
        # Term by term: a matrix product's last bit may depend on how many dyads and threads there are.
        scores = [
            sum(row[k] * normals[k] for k in np.flatnonzero(row))
            for row in np.linalg.cholesky(_correlation_matrix(self.all_correlations))
        ]
        # Then each is laid into its trait's own unit and held within its range.
        values = {}
        for trait, z in zip(TRAITS.values(), scores, strict=True):
            given = self.traits.get(trait.name, Distribution())
            mean = trait.default if given.mean is None else given.mean
            sd = float(trait.unit == "standard score") if given.sd is None else given.sd
            values[trait.name] = np.clip(np.round(mean + sd * z, DIGITS), trait.low, trait.high)
        return values


def _check_possible(correlations: Iterable[Correlation]) -> None:
    if np.linalg.eigvalsh(_correlation_matrix(correlations)).min() <= 0:
        raise DyadsimError("These correlations cannot all hold at once.")


def _correlation_matrix(correlations: Iterable[Correlation]) -> NDArray[np.float64]:
    """(traits, traits) correlations, 0 where none is given."""
    names = list(TRAITS)
    matrix = np.eye(len(names))
    for correlation in correlations:
        i, j = (names.index(name) for name in correlation.between)
        matrix[i, j] = matrix[j, i] = correlation.r
    return matrix


def _exists(population: str) -> str:
    Population.load(population)
    return population


PopulationName = Annotated[str, AfterValidator(_exists)]
"""The name of a shipped population, or a TOML file, that is there."""


def _trait_named(name: str) -> Trait:
    """The shipped trait of that name."""
    if name not in TRAITS:
        raise unknown("trait", name, TRAITS)
    return TRAITS[name]
