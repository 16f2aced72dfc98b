"""Comparison of services as it is declared: which services, for which families, for how long, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, field_serializer, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..common.random_numbers import check_seed
from ..common.toml_models import is_shipped
from ..community.declared_families import FamiliesSection
from ..community.family import Families
from ..development.course import FIRST, LAST
from ..interventions.size_draws import drawn
from ..people.population import PopulationName, RisksOrSupport
from ..theory.parameter_sets import ENSEMBLE, ParameterSet, ParametersName, parameter_sets
from .area import YEAR
from .costs import Cost
from .programmes import Programme
from .service import Service
from .service_changes import changed_service, value_of

__all__ = ["NONE", "DeclaredComparison", "ServiceArm", "Vary", "with_drawn_sizes"]

NONE = "no service"
"""The arm of the twins: the same families and luck, without any service."""
_MOST_ARMS, _MOST_FAMILIES = 40, 100_000


class Vary(toml_models.Written):
    """What is varied of every service that has it.

    Attributes
    ----------
    what : such as ``staff of health visitor``, ``places of peer-support``, ``cut of epds``.
    values : that it is set to; each makes an arm of its own.
    """

    what: str
    values: toml_models.Listed[float] = Field(min_length=1, max_length=20)


@dataclass(frozen=True)
class ServiceArm:
    """One way in which the families of an area live.

    Attributes
    ----------
    name : in tables and pictures.
    service : under which; None: under none.
    at_once : whether there are staff and places for everybody.
    """

    name: str
    service: Service | None = None
    at_once: bool = False


def _loaded(given: Any) -> Any:
    """Services as users write them: names, files, or whole ones as a results folder has them."""
    if not isinstance(given, list | tuple):
        return given
    return [Service(**each) if isinstance(each, dict) else Service.load(each) for each in given]


class DeclaredComparison(toml_models.Shipped):
    """A comparison of services, as its file has it.

    Attributes
    ----------
    title, question : what its report is headed with, and what it is to answer.
    services : that are compared: names, or TOML files.
    communities : how many; each has ``families.community_size`` families.
    families : partners and ties, as scenarios have them.
    population : from which mothers and infants are drawn.
    risks, support : under which they live.
    first_week, weeks : of each infant's life: from which week (default: that in which the first service meets
        families), and how many.
    waves : over how many weeks of a year infants are born, whole communities at once.
    seed : names families and luck.
    week_of_depression : cost of a week in which a mother is depressed, outside of the service (other care, work lost),
        in the prices of the services: it is counted in every arm. Left out: it is not counted.
    at_once : whether each service has a twin that sees everybody at once.
    linear : take the week's interaction from the linear theory instead of sampling it.
    parameters : ``calibrated``, or ``ensemble``: once with each of ``sets`` parameter sets, and each time with other
        sizes of interventions (``sizes``), so that intervals hold what the evidence leaves open.
    sets : how many sets of the ensemble.
    sizes : whether sizes of interventions are drawn for each set.
    vary : what is varied.
    """

    KIND: ClassVar[str] = "service_comparison"
    title: str = ""
    question: str = ""
    services: Annotated[toml_models.Listed[Service], BeforeValidator(_loaded)] = Field(min_length=1)
    communities: int = Field(default=40, ge=2, le=2_500)
    families: FamiliesSection = FamiliesSection()
    population: PopulationName = "community"
    risks: RisksOrSupport = ()
    support: RisksOrSupport = ()
    first_week: int | None = Field(default=None, ge=FIRST, lt=LAST)
    weeks: int = Field(default=104, ge=8, le=520)
    waves: int = Field(default=20, ge=1, le=YEAR)
    seed: int = 1
    week_of_depression: Cost | None = None
    at_once: bool = False
    linear: bool = False
    parameters: ParametersName = "calibrated"
    sets: int = Field(default=20, ge=2, le=128)
    sizes: bool = True
    vary: Vary | None = None

    @field_serializer("services")
    def _as_plain(self, services: tuple[Service, ...]) -> list[Any]:
        """What ships by its name, all else whole: so a results folder needs no other file."""
        return [
            each.name if is_shipped(each) else each.model_dump(mode="json", exclude_defaults=True) for each in services
        ]

    @field_validator("seed")
    @classmethod
    def _is_seed(cls, seed: int) -> int:
        return check_seed(seed)

    @model_validator(mode="after")
    def _can_be_lived(self) -> DeclaredComparison:
        if name := twice(each.name for each in self.services):
            raise DyadsimError(f"Two services are called '{name}'.")
        if len({each.prices for each in self.services}) > 1:
            prices = " and ".join(f"'{each.name}' in {each.prices}" for each in self.services)
            raise DyadsimError(f"Services are compared in the same prices, but these are not: {prices}.")
        if self.waves > self.communities:
            raise DyadsimError(
                f"{self.communities} communities make {self.communities} waves at most, not {self.waves}."
            )
        count = self.communities * self.families.community_size
        if count > _MOST_FAMILIES:
            raise DyadsimError(f"A comparison has {_MOST_FAMILIES:,} families at most, not {count:,}.")
        if self.families.partners == 0 and not self.families.ties:
            raise DyadsimError(
                "A service is for families with partners or ties; give partners above 0, or ties = true."
            )
        if len(self.arms) > _MOST_ARMS:
            raise DyadsimError(f"A comparison has {_MOST_ARMS} arms at most, not {len(self.arms)}.")
        if self.vary and len(self.arms) == 1 + len(self.services) * (1 + self.at_once):
            raise DyadsimError(f"None of these services has what is to be varied: '{self.vary.what}'.")
        return self

    @property
    def start(self) -> int:
        """The first week of life that is lived."""
        return min(each.first_week for each in self.services) if self.first_week is None else self.first_week

    @property
    def arms(self) -> tuple[ServiceArm, ...]:
        """The arm without any service, then one for each service (and value of what is varied), and its twin at
        once."""
        arms = [ServiceArm(NONE)]
        for service in self.services:
            for name, each in self._varied(service):
                arms.append(ServiceArm(name, each))
                if self.at_once:
                    arms.append(ServiceArm(f"{name}, at once", each, True))
        return tuple(arms)

    def _varied(self, service: Service) -> list[tuple[str, Service]]:
        if self.vary is None:
            return [(service.name, service)]
        try:
            value_of(service, self.vary.what)
        except DyadsimError:
            return [(service.name, service)]
        what = self.vary.what
        return [
            (f"{service.name}, {what} {value:g}", changed_service(service, what, value)) for value in self.vary.values
        ]

    @property
    def sets_lived(self) -> tuple[ParameterSet | None, ...]:
        """Parameter sets with which it is lived; None stands for the calibrated parameters."""
        return parameter_sets()[: self.sets] if self.parameters == ENSEMBLE else (None,)

    def people(self, number: int = 0) -> Families:
        """Families as they are before their first week, with one of :attr:`sets_lived`."""
        count = self.communities * self.families.community_size
        settings = (*self.risks, *self.support)
        return self.families.families(settings, count, self.population, self.seed, parameters=self.sets_lived[number])

    def service_of(self, arm: ServiceArm, number: int = 0) -> Service | None:
        """The service of an arm with a parameter set: in an ensemble with sizes of interventions drawn for it."""
        if arm.service is None or self.parameters != ENSEMBLE or not self.sizes:
            return arm.service
        return with_drawn_sizes(arm.service, number)


def with_drawn_sizes(service: Service, number: int) -> Service:
    """A service whose programmes have other sizes, of which their evidence might have been.

    Parameters
    ----------
    service : as it is.
    number : of the draw (:func:`~dyadsim.interventions.size_draws.drawn`).
    """

    def sized(each: Programme) -> Programme:
        return each.model_copy(update={"name": drawn(each.offered.entry, number)})

    return service.model_copy(update={"programmes": tuple(map(sized, service.programmes))})
