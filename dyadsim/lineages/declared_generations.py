"""Scenario over generations as it is declared: which families, what is offered when, and which twins stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice, unknown
from ..common.random_numbers import check_seed
from ..community.declared_families import FamiliesSection
from ..community.family import Families
from ..people.population import PopulationName, RisksOrSupport
from ..theory.attachment import WEEK
from ..theory.inheritance_parameters import WAYS, Inheritance
from .generation_steps import Asked, GenerationOffer
from .generations import LONGEST, asked_for
from .help_between import HelpBetween
from .next_families import NOT_AGAIN

__all__ = ["AS_DECLARED", "MOST_FAMILIES", "TWIN", "DeclaredGenerations", "GenerationArm"]

AS_DECLARED: str = "as declared"
TWIN: str = "twin"
MOST_FAMILIES = 100_000
_MOST_DECLARED = 20  # generations
_MOST_CUTS = 10


@dataclass(frozen=True)
class GenerationArm:
    """One way in which the families live through their generations.

    Attributes
    ----------
    name : in tables and pictures.
    offered : whether what is declared is offered, and help met.
    cut : ways between generations that are cut.
    fostered : generations whose infants are exchanged.
    """

    name: str
    offered: bool = True
    cut: tuple[str, ...] = ()
    fostered: tuple[int, ...] = ()


class DeclaredGenerations(toml_models.Shipped):
    """A scenario over generations, as its file has it.

    Attributes
    ----------
    title, question : what its report is headed with, and what it is to answer.
    number : of families in each generation.
    families : partners and ties, as scenarios have them.
    population : from which the mothers and infants of the first generation are drawn.
    risks, support : under which a share of the families lives, in every generation; what later ones bring from their
        childhood is simulated, so that adversity there is laid on the first mothers alone.
    generations : how many.
    weeks : of each infant's life, from birth.
    seed : names families and luck.
    interventions : that are offered, each in its ``generation``.
    helps : between childhood and parenthood.
    inheritance : parameters of inheritance that are otherwise, by name.
    cut : ways between generations, each cut in an arm of its own (and in a twin of it, where something is offered).
    fostered : generations, each of which has its infants exchanged in an arm of its own.
    linear : take the week's interaction from the linear theory instead of sampling it.
    """

    KIND: ClassVar[str] = "generation_scenario"
    title: str = ""
    question: str = ""
    number: int = Field(default=400, ge=2, le=MOST_FAMILIES)
    families: FamiliesSection = FamiliesSection()
    population: PopulationName = "community"
    risks: RisksOrSupport = ()
    support: RisksOrSupport = ()
    generations: int = Field(default=3, ge=1, le=_MOST_DECLARED)
    weeks: int = Field(default=WEEK, ge=WEEK, le=LONGEST)
    seed: int = 1
    interventions: Annotated[toml_models.Listed[GenerationOffer], BeforeValidator(toml_models.tables_of)] = ()
    helps: toml_models.Listed[HelpBetween] = ()
    inheritance: dict[str, float] = Field(default_factory=dict)
    cut: toml_models.Listed[str] = Field(default=(), max_length=_MOST_CUTS)
    fostered: toml_models.Listed[int] = ()
    linear: bool = False

    @field_validator("seed")
    @classmethod
    def _is_seed(cls, seed: int) -> int:
        return check_seed(seed)

    @field_validator("cut")
    @classmethod
    def _are_ways(cls, cut: tuple[str, ...]) -> tuple[str, ...]:
        for way in cut:
            if way not in WAYS:
                raise unknown("way from one generation to the next", way, WAYS)
        if name := twice(cut):
            raise DyadsimError(f"The way '{name}' is cut twice.")
        return cut

    @model_validator(mode="after")
    def _can_be_lived(self) -> DeclaredGenerations:
        if len({each.name for each in self.helps}) < len(self.helps):
            raise DyadsimError("Two kinds of help between childhood and parenthood have the same name.")
        for number in self.fostered:
            if not 1 <= number <= self.generations:
                raise DyadsimError(
                    f"Infants of generation {number} are to be exchanged, but there are generations 1 to "
                    f"{self.generations}."
                )
        if self.fostered and self.families.community_size < 2:
            raise DyadsimError("Infants are exchanged within a community; give communities of two families at least.")
        _ = Inheritance.default().replace(self.inheritance)
        # What is offered, and when, is checked as it will be asked for.
        asked_for(self.people(2), **self._asked(self.arms[0]), threads=1)
        return self

    @property
    def offers(self) -> bool:
        """Whether anything is offered, or any help met."""
        return bool(self.interventions or self.helps)

    @property
    def offered_in(self) -> tuple[int, ...]:
        """Generations in which something is offered, or whose parents met help before."""
        of_help = (number + 1 for each in self.helps for number in (each.generations or range(1, self.generations + 1)))
        found = {*(each.generation for each in self.interventions), *of_help}
        return tuple(sorted(number for number in found if number <= self.generations))

    @property
    def arms(self) -> tuple[GenerationArm, ...]:
        """Arms: as declared, its twin where something is offered, and those in which a way is cut or infants are
        exchanged."""
        arms = [GenerationArm(AS_DECLARED)]
        if self.offers:
            arms.append(GenerationArm(TWIN, offered=False))
        for way in self.cut:
            arms.append(GenerationArm(f"without {way}", cut=(way,)))
            if self.offers:
                arms.append(GenerationArm(f"{TWIN} without {way}", offered=False, cut=(way,)))
        fostered = (GenerationArm(f"exchanged in generation {each}", fostered=(each,)) for each in self.fostered)
        return (*arms, *fostered)

    def people(self, number: int | None = None) -> Families:
        """Families of the first generation, before their first week (default: all of them)."""
        settings = (*self.risks, *self.support)
        return self.families.families(settings, number or self.number, self.population, self.seed)

    def asked(self, arm: GenerationArm, threads: int = 1) -> Asked:
        """What an arm is lived with."""
        return asked_for(self.people(), **self._asked(arm), threads=threads)

    def _asked(self, arm: GenerationArm) -> Mapping[str, Any]:
        return {
            "generations": self.generations,
            "interventions": self.interventions if arm.offered else (),
            "helps": self.helps if arm.offered else (),
            "seed": self.seed,
            "weeks": self.weeks,
            "partners": self.families.partners,
            "under": [each for each in (*self.risks, *self.support) if each.setting not in NOT_AGAIN],
            "inheritance": Inheritance.default().replace(self.inheritance),
            "cut": arm.cut,
            "fostered": arm.fostered,
            "linear": self.linear,
        }
