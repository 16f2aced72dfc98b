"""Cohorts: dyads with their traits, drawn from a named population or set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from ..common.errors import DyadsimError, unknown, whole_number
from ..common.random_numbers import DIGITS, Seed, check_seed, trait_normals
from ..common.shown import Shown, counted
from ..theory.coefficients import COEFFICIENTS, Coefficients
from ..theory.dynamics import Dynamics
from ..theory.traits import TRAITS, Trait
from .population import Population
from .risks_and_support import Exposure, Move, Setting, settled

__all__ = ["Cohort", "check_cohort", "declared"]

MOST_DYADS = 10_000_000
"""Most dyads of a cohort."""


def check_cohort(cohort: Any) -> Cohort:
    """The cohort that was given; what is none is refused."""
    if not isinstance(cohort, Cohort):
        raise DyadsimError(f"Dyads are given as a ds.Cohort, not {cohort!r:.60}.")
    return cohort


def declared(extra_traits: Any) -> tuple[Trait, ...]:
    """Traits that a rule declares beside the shipped ones, checked."""
    try:
        traits = tuple(extra_traits)
    except TypeError:
        traits = (extra_traits,)
    if not all(isinstance(trait, Trait) for trait in traits):
        raise DyadsimError(f"extra_traits must be a tuple of ds.Trait, not {extra_traits!r:.60}.")
    return traits


@dataclass(frozen=True, repr=False)
class Cohort(Shown):
    """Dyads with their traits, and the risks and support under which they live.

    Attributes
    ----------
    traits : dict of str to array (dyads,)
        each in the unit and range that ``traits.TRAITS`` says.
    units : array of int (dyads,)
        the numbers of the dyads: they name the dyad's draws, so ``cohort[7:8]`` lives exactly as it does in the whole.
    coefficients : Coefficients
        how strongly the rules weigh, one for all.
    population : str
        from what the traits were drawn.
    extra_traits : tuple of Trait
        traits that users' rules have declared.
    seed : int or None
        the seed by which the traits were drawn.
    exposures : tuple of Exposure
        risks and support, each with who lives under it.
    dynamics : Dynamics
        the parameters of the weeks.
    """

    traits: Mapping[str, NDArray[np.float64]]
    units: NDArray[np.int64]
    coefficients: Coefficients = field(default_factory=Coefficients.default)
    population: str = "own"
    extra_traits: tuple[Trait, ...] = ()
    seed: int | None = None
    exposures: tuple[Exposure, ...] = ()
    dynamics: Dynamics = field(default_factory=Dynamics.default)

    def __post_init__(self) -> None:
        if not len(self.units) or self.units.min() < 0 or self.units.max() >= 2**32:
            raise DyadsimError("A cohort has at least one dyad, and dyads are numbered from 0 to 2^32 - 1.")

    @classmethod
    def sample(
        cls,
        dyads: int,
        population: str | Path | Population = "community",
        seed: Seed = 0,
        first: int = 0,
        dynamics: Dynamics | None = None,
        coefficients: Coefficients | None = None,
    ) -> Cohort:
        """Dyads drawn from a population; the first 100 of 1,000 are the same as 100.

        Parameters
        ----------
        dyads : number of dyads, at least 1.
        population : a shipped name, a TOML file or a :class:`Population`.
        seed : whole number from 0.
        first : number of the first dyad.
        dynamics : parameters of the weeks (default: the shipped ones); they say what a setting does to a trait.
        coefficients : strengths of the rules (default: the shipped ones).

        Raises
        ------
        DyadsimError
            for an unknown population, a bad file, seed or number.
        """
        dyads = whole_number("number of dyads", dyads, 1, MOST_DYADS)
        first = whole_number("number of the first dyad", first, 0, 2**32 - dyads)
        group = Population.load(population)
        units = np.arange(first, first + dyads, dtype=np.int64)
        number = check_seed(seed)
        drawn = cls(group.draw(number, units), units, population=group.name, seed=number)
        if coefficients is not None:
            drawn = replace(drawn, coefficients=coefficients)
        return drawn.replace(dynamics=dynamics)._under(group)

    @classmethod
    def balanced(cls, dyads: int, population: str | Path | Population = "community") -> Cohort:
        """Dyads laid evenly over a population (Sobol points): a few hundred average as many thousands drawn do.

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
        group = Population.load(population)
        from scipy.stats import qmc  # takes half a second to import

        points = qmc.Sobol(len(TRAITS), scramble=False).random(dyads)
        normals = ndtri(points + 0.5 / dyads)  # in the middle of its cell, since the first point is 0
        return cls(group.traits_from(normals.T), np.arange(dyads, dtype=np.int64), population=group.name)._under(group)

    @classmethod
    def typical(cls, population: str | Path | Population = "community") -> Cohort:
        """One dyad in the middle of a population: its mean in every trait, under what most of its dyads live under.

        Raises
        ------
        DyadsimError
            for an unknown population.
        """
        group = Population.load(population)
        middle = cls(group.traits_from(np.zeros((len(TRAITS), 1))), np.zeros(1, dtype=np.int64), population=group.name)
        for each in group.settings:
            if each.share > 0.5:
                middle = middle.with_setting(each.setting)
        return middle

    def _under(self, group: Population) -> Cohort:
        """The cohort under the risks and support of its population."""
        dyads = self
        for each in group.settings:
            dyads = dyads.with_setting(each.setting, each.share)
        return dyads

    def with_setting(self, setting: str | Path | Setting, share: float = 1.0) -> Cohort:
        """The cohort with a share of its dyads living under a setting: ``cohort.with_setting("poverty", share=0.3)``.

        Who they are is named by the cohort's seed, the dyad's number and the setting. Their traits are shifted as they
        are where the setting has held for long; in the weeks (:func:`dyadsim.develop`) it goes on acting.

        Parameters
        ----------
        setting : a shipped name, a TOML file or a :class:`Setting`.
        share : of the dyads, above 0 to 1.

        Raises
        ------
        DyadsimError
            for an unknown setting, one that they live under already, or a share that is none.
        """
        chosen = Setting.load(setting)
        if not (isinstance(share, int | float) and 0 < share <= 1):
            raise DyadsimError(
                f"The share of dyads under '{chosen.name}' must be above 0 and at most 1, not {share!r}."
            )
        # The luck is named by the setting too, so that another setting changes nobody's place in this one.
        return self.exposed(chosen, trait_normals(self.seed or 0, self.units, f"setting {chosen.name}") < ndtri(share))

    def exposed(self, setting: str | Path | Setting, who: NDArray[np.bool_] | NDArray[np.float64]) -> Cohort:
        """The cohort with these of its dyads living under a setting, or each of them so far as is said.

        Parameters
        ----------
        setting : a shipped name, a TOML file or a :class:`Setting`.
        who : (dyads,) true for those who do; or how far each does: 0 not at all, 1 in full, below 0 the opposite.

        Raises
        ------
        DyadsimError
            for an unknown setting, or one that they live under already.
        """
        chosen = Setting.load(setting)
        if chosen.name in {each.setting.name for each in self.exposures}:
            raise DyadsimError(f"These dyads live under the setting '{chosen.name}' already.")
        traits = dict(self.traits)
        for name, by in settled(chosen, self.dynamics).items():
            if name in traits:
                trait = TRAITS[name]
                traits[name] = np.clip(np.round(traits[name] + by * who, DIGITS), trait.low, trait.high)
        return replace(self, traits=traits, exposures=(*self.exposures, Exposure(chosen, who)))

    @classmethod
    def of(cls, *, extra_traits: Iterable[Trait] = (), **traits: Any) -> Cohort:
        """Dyads set by hand, other traits at their default: ``Cohort.of(sensitivity=[-1, 0, 1], age=13)``.

        Parameters
        ----------
        extra_traits : traits that users' rules declare.
        traits : a number for all dyads or one a dyad, in the unit and range of each.

        Raises
        ------
        DyadsimError
            for an unknown name, a value out of range, or traits of different length.
        """
        lengths = {np.size(values) for values in traits.values()} | {1}
        dyads = max(lengths)
        if lengths - {1, dyads}:
            raise DyadsimError(f"Traits must have one value or one a dyad, but have {sorted(lengths - {1})} values.")
        blank = {name: np.full(dyads, trait.default) for name, trait in TRAITS.items()}
        return cls(blank, np.arange(dyads, dtype=np.int64)).replace(traits, extra_traits=extra_traits)

    def replace(
        self,
        changes: Mapping[str, Any] | None = None,
        /,
        *,
        extra_traits: Iterable[Trait] = (),
        dynamics: Dynamics | None = None,
        **more: Any,
    ) -> Cohort:
        """The cohort with some traits set to a number, or to one a dyad: ``cohort.replace(sensitivity=1)``.

        Names of coefficients change the rules' strengths instead: ``cohort.replace(infant_contingency=1)``, or
        ``cohort.replace({"infant_base.object": 0})``.

        Parameters
        ----------
        changes, more : by name of a trait a number for all dyads or one a dyad, in its unit and range; by name of a
            coefficient a number, or one a state. In ``changes`` names may have a dot.
        extra_traits : traits that a user's rule declares; they are known from then on.
        dynamics : other parameters of the weeks (default: as they are).

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        if not isinstance(dynamics, Dynamics | None):
            raise DyadsimError(f"dynamics must be ds.Dynamics, not {dynamics!r:.60}.")
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
        return replace(
            self,
            traits=traits,
            coefficients=self.coefficients.replace(strengths),
            extra_traits=extra,
            dynamics=self.dynamics if dynamics is None else dynamics,
        )

    def shifted(self, by: Mapping[str, float]) -> Cohort:
        """The cohort with some traits shifted, by so much in their units and to the end of their range at most.

        Parameters
        ----------
        by : by name of a trait, the same for all dyads.

        Raises
        ------
        DyadsimError
            for an unknown trait.
        """
        for name in by:
            if name not in self.traits or name not in TRAITS:
                raise unknown("trait to shift:", name, TRAITS)
        shifted = {
            name: np.clip(np.round(self.traits[name] + shift, DIGITS), TRAITS[name].low, TRAITS[name].high)
            for name, shift in by.items()
        }
        return replace(self, traits={**self.traits, **shifted}) if shifted else self

    def _one_a_dyad(self, trait: Trait, values: Any) -> NDArray[np.float64]:
        """(dyads,) values of a trait, from one for all or one a dyad."""
        checked = trait.check(values)
        if checked.shape not in ((), (1,), (len(self),)):
            raise DyadsimError(f"Trait '{trait.name}' has {checked.size} values for {len(self)} dyads.")
        return np.broadcast_to(checked, len(self)).copy()

    def setting_shifts(self) -> Iterator[tuple[Move, NDArray[np.float64]]]:
        """Everything that the settings shift, and how far for each dyad (dyads,): 0 for those who do not live so."""
        for exposure in self.exposures:
            for move in exposure.setting.moves:
                yield move, exposure.who.astype(np.float64) * move.size(self.dynamics)

    def _in_a_line(self) -> str:
        under = ", ".join(each.setting.name for each in self.exposures)
        return f"{counted(len(self), 'dyad')} ({self.population}){f', some under {under}' if under else ''}"

    def _in_a_table(self) -> pd.DataFrame:
        values = self.traits.values()
        numbers = {name: [getattr(each, name)() for each in values] for name in ("mean", "std", "min", "max")}
        return pd.DataFrame({"trait": list(self.traits), **numbers})

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, index: Any) -> Cohort:
        """The chosen dyads, with their own numbers and thus their own luck: ``cohort[:100]``, ``cohort[7]``."""
        chosen = np.atleast_1d(np.arange(len(self))[index])
        if not len(chosen):
            raise DyadsimError(f"This choice leaves none of the {len(self)} dyads; a cohort has at least one.")
        traits = {name: values[chosen] for name, values in self.traits.items()}
        exposures = tuple(Exposure(each.setting, each.who[chosen]) for each in self.exposures)
        return replace(self, traits=traits, units=self.units[chosen], exposures=exposures)

    def repeated(self, times: int) -> Cohort:
        """The cohort ``times`` times over, each copy of a dyad with a number, and thus luck, of its own."""
        traits = {name: np.tile(values, times) for name, values in self.traits.items()}
        units = np.arange(len(self) * times, dtype=np.int64)
        exposures = tuple(Exposure(each.setting, np.concatenate([each.who] * times)) for each in self.exposures)
        return replace(self, traits=traits, units=units, exposures=exposures)

    def frame(self) -> pd.DataFrame:
        """A table of the traits: one row a dyad, one column a trait, in the unit of each."""
        return pd.DataFrame(dict(self.traits), index=pd.Index(self.units, name="dyad"))
