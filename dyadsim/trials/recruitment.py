"""Who takes part in a trial: population, infants' ages, eligibility on what is read from instruments, and consent."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..development.course import FIRST, LAST
from ..measurement.criteria import Reading
from ..people.population import Population, PopulationName, RisksOrSupport
from ..scenarios.arms import check_risks_and_support
from ..theory.evidence import Cited
from .chances import Dependence

__all__ = ["MOST_RANDOMISED", "Consent", "Who"]

MOST_RANDOMISED = 5_000
"""Dyads that one replicate of a trial may randomise."""
_MOST_SCREENED = 100_000
_MOST_AGES = 12
Share = Annotated[float, Field(ge=0, le=1)]


class Consent(toml_models.Written):
    """Consent of those who are eligible.

    Attributes
    ----------
    share : of those eligible who take part.
    depends : on what else it depends who does (of readings: those of the first visit).
    evidence, note : what it rests on.
    """

    share: Share
    depends: toml_models.Listed[Dependence] = ()
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("depends")
    @classmethod
    def _can_be_known(cls, depends: tuple[Dependence, ...]) -> tuple[Dependence, ...]:
        if any(each.sessions or each.arm is not None for each in depends):
            raise DyadsimError("Who consents is in no arm yet, and has been to no session.")
        return depends


class Who(toml_models.Written):
    """Who takes part.

    Attributes
    ----------
    population : from which dyads are screened.
    risks, support : under which they live beside those of their population.
    ages : weeks of the infants' lives at the first visit, each equally often.
    dyads : how many are randomised, at most.
    screened : how many are screened at most (default: as many as are randomised, if all of them are eligible and
        consent, else four times as many).
    eligible : criteria on what instruments read at the first visit; all must be met.
    consent : of those eligible.
    """

    population: PopulationName = "community"
    risks: RisksOrSupport = ()
    support: RisksOrSupport = ()
    ages: toml_models.Listed[int] = Field(default=(8,), min_length=1, max_length=_MOST_AGES)
    dyads: int = Field(ge=2, le=MOST_RANDOMISED)
    screened: int | None = Field(default=None, ge=2, le=_MOST_SCREENED)
    eligible: toml_models.Listed[Reading] = ()
    consent: Consent | None = None

    @field_validator("ages")
    @classmethod
    def _are_ages(cls, ages: tuple[int, ...]) -> tuple[int, ...]:
        for age in ages:
            if not FIRST <= age < LAST:
                raise DyadsimError(f"An age is a week of his life from {FIRST} to {LAST - 1:,}, not {age}.")
        if (double := twice(ages)) is not None:
            raise DyadsimError(f"The age of {double} weeks is there twice.")
        return tuple(sorted(ages))

    @model_validator(mode="after")
    def _fits(self) -> Who:
        check_risks_and_support((each.setting for each in self.risks), (each.setting for each in self.support))
        under = (*Population.load(self.population).settings, *self.risks, *self.support)
        if name := twice(each.setting for each in under):
            raise DyadsimError(f"Dyads would live under '{name}' twice (see their population, too).")
        if self.most_screened < self.dyads:
            raise DyadsimError(f"To randomise {self.dyads:,} dyads, more than {self.screened:,} must be screened.")
        return self

    @property
    def most_screened(self) -> int:
        """How many are screened at most."""
        usual = 4 * self.dyads if self.eligible or self.consent else self.dyads
        return usual if self.screened is None else self.screened

    def screened_for(self, dyads: int) -> int:
        """How many would be screened at most to randomise another number of dyads, in the same proportion."""
        return -(-self.most_screened * dyads // self.dyads)
