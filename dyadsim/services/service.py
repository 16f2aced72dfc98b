"""Services (:class:`dyadsim.Service`): what a public service has for the families of an area, as one TOML file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice, unknown
from ..interventions.catalogue import GROUNDINGS
from ..theory.evidence import Cited, is_unverified
from .contacts import Contact
from .costs import Cost, Prices
from .programmes import Programme
from .screening import INTERVIEW, Interview, Screening
from .staff import Staff

__all__ = ["Service"]

_MOST = 40  # staff, contacts, screenings or programmes of a service


class Service(toml_models.Shipped):
    """A service for the families of an area.

    Attributes
    ----------
    title : what it is called, for people.
    prices : in which all its costs are.
    staff : by kind.
    contacts : the calendar of what all families, or some, are offered by itself.
    screening : by instruments, at contacts.
    interview : to which a screening may lead.
    told_to : where those lead who speak of their symptoms, or in whom they are noticed: ``interview`` or a programme;
        empty: nowhere.
    heard : share of the times that a mother speaks of it at which she is led there; else she may speak of it again.
    programmes : with places and waiting lists.
    evidence, note : on all else.

    Examples
    --------
    >>> service = ds.Service.load("england-health-visiting")
    >>> [contact.name for contact in service.contacts]
    """

    KIND: ClassVar[str] = "service"
    title: str = ""
    prices: Prices
    staff: toml_models.Listed[Staff] = Field(min_length=1, max_length=_MOST)
    contacts: toml_models.Listed[Contact] = Field(default=(), max_length=_MOST)
    screening: toml_models.Listed[Screening] = Field(default=(), max_length=_MOST)
    interview: Interview | None = None
    told_to: str = ""
    heard: float = Field(default=1.0, gt=0, le=1)
    programmes: toml_models.Listed[Programme] = Field(default=(), max_length=_MOST)
    evidence: Cited = ("assumed",)
    note: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Service:
        kinds = [each.name for each in self.staff]
        names = [each.called for each in self.programmes]
        contacts = [each.name for each in self.contacts]
        for what, given in (("kinds of staff", kinds), ("contacts", contacts), ("programmes", names)):
            if name := twice(given):
                raise DyadsimError(f"Two {what} are called '{name}'.")
        named = [*(each.staff for each in self.contacts), *(each.staff for each in self.programmes)]
        for kind in (*named, self.interview.staff if self.interview else None):
            if kind is not None and kind not in kinds:
                raise unknown("staff of the service:", kind, kinds)
        for screening in self.screening:
            for name in screening.at:
                if name not in contacts:
                    raise unknown("contact of the service:", name, contacts)
        by_instrument = {(each.instrument, each.cost) for each in self.screening}
        if name := twice(name for name, _ in by_instrument):
            raise DyadsimError(f"Screenings by '{name}' have two costs; give the same.")
        for to in self._leads_to():
            if to == INTERVIEW and self.interview is None:
                raise DyadsimError("A route leads to the interview, but this service has none.")
            if to != INTERVIEW and to not in names:
                raise unknown("programme of the service:", to, [*names, INTERVIEW])
        return self

    def _leads_to(self) -> Iterable[str]:
        """Where all routes lead."""
        yield from (route.to for each in self.screening for route in each.routes)
        yield from (route.to for route in (self.interview.routes if self.interview else ()))
        yield from (route.to for each in self.programmes for route in each.after)
        yield from ([self.told_to] if self.told_to else [])

    def programme(self, name: str) -> Programme:
        """The programme of that name.

        Raises
        ------
        DyadsimError
            if there is none.
        """
        found = next((each for each in self.programmes if each.called == name), None)
        if found is None:
            raise unknown("programme of the service:", name, [each.called for each in self.programmes])
        return found

    def kind(self, name: str) -> Staff:
        """The staff of that kind.

        Raises
        ------
        DyadsimError
            if there is none.
        """
        found = next((each for each in self.staff if each.name == name), None)
        if found is None:
            raise unknown("staff of the service:", name, [each.name for each in self.staff])
        return found

    @property
    def care(self) -> tuple[str, ...]:
        """Programmes to which mothers are led because they may be depressed; others are for whoever is invited."""
        led = {to for to in self._leads_to() if to != INTERVIEW}
        return tuple(each.called for each in self.programmes if each.called in led)

    @property
    def first_week(self) -> int:
        """The week of his life in which it first meets a family; 0 at the latest."""
        weeks = [each.week for each in self.contacts]
        weeks += [invited.week for each in self.programmes for invited in each.invites]
        return min([0, *weeks])

    def costs(self) -> dict[str, Cost]:
        """All its costs, by what they are of."""
        found = {f"an hour of a {each.name}": each.an_hour for each in self.staff}
        for screening in self.screening:
            if screening.cost is not None:
                found[f"screening by {screening.instrument} ({', '.join(screening.at)})"] = screening.cost
        if self.interview is not None and self.interview.cost is not None:
            found["an interview"] = self.interview.cost
        for each in self.programmes:
            named = ((f"a family in {each.called}", each.family), (f"a session of {each.called}", each.session))
            found |= {what: cost for what, cost in named if cost is not None}
        return found

    @property
    def cost_grounding(self) -> str:
        """What its loosest cost rests on."""
        return max((each.grounding for each in self.costs().values()), key=GROUNDINGS.index)

    @property
    def unverified_costs(self) -> tuple[str, ...]:
        """Costs whose figure nobody has read at its source."""
        return tuple(what for what, each in self.costs().items() if any(map(is_unverified, each.evidence)))
