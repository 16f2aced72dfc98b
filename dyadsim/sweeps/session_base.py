"""Base of a sweep of single sessions: who plays, under which risks and support, and what is played."""

from __future__ import annotations

from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..interaction.paradigms import LONGEST, Paradigm, ParadigmName
from ..people.cohort import Cohort
from ..people.population import Population, PopulationName, RisksOrSupport
from ..scenarios.arms import check_risks_and_support
from ..scenarios.encounter import SchemeName
from ..theory.parameter_sets import ParameterSet

__all__ = ["Interaction"]


class Interaction(toml_models.Written):
    """One session of every dyad, as the base of a sweep.

    Attributes
    ----------
    population : who.
    risks, support : under which they live beside those of their population: names, or tables with ``setting`` and
        ``share``.
    paradigm, seconds : what is done, stretched to so many seconds.
    scheme : the match scheme.
    """

    population: PopulationName = "community"
    risks: RisksOrSupport = ()
    support: RisksOrSupport = ()
    paradigm: ParadigmName = "free-play"
    seconds: int | None = Field(default=None, ge=1, le=LONGEST)
    scheme: SchemeName = "strict"

    @model_validator(mode="after")
    def _can_be_played(self) -> Interaction:
        check_risks_and_support((each.setting for each in self.risks), (each.setting for each in self.support))
        under = (*Population.load(self.population).settings, *self.risks, *self.support)
        if name := twice(each.setting for each in under):
            raise DyadsimError(f"The dyads live under '{name}' twice (see their population, too).")
        self.played()
        return self

    def played(self) -> Paradigm:
        """The paradigm, at its length."""
        return Paradigm.load(self.paradigm).lasting(self.seconds)

    def cohort(self, dyads: int, seed: int, first: int, parameters: ParameterSet | None) -> Cohort:
        """The dyads of the session, each as it begins to play.

        Parameters
        ----------
        dyads : how many.
        seed : names the dyads.
        first : the number of the first.
        parameters : the parameter set by which they live (None: the calibrated parameters).
        """
        dynamics = None if parameters is None else parameters.dynamics
        coefficients = None if parameters is None else parameters.coefficients
        cohort = Cohort.sample(dyads, self.population, seed, first, dynamics, coefficients)
        for each in (*self.risks, *self.support):
            cohort = cohort.with_setting(each.setting, each.share)
        return cohort
