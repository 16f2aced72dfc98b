"""Programmes of a service: an entry of the catalogue with staff, places, a waiting list, and what comes after it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_serializer, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError
from ..common.toml_models import is_shipped
from ..interventions.catalogue import Intervention
from ..interventions.offers import Offer, Offered
from ..theory.evidence import Cited
from .contacts import Who
from .costs import Cost
from .screening import Route, Routes, checked_scale

__all__ = ["PRIORITIES", "Invitation", "Programme"]

PRIORITIES = ("first come", "most severe", "youngest")
"""Who of a waiting list is next."""


class Invitation(toml_models.Written):
    """Families who are invited to a programme at an age, whoever they are or whatever they answer.

    Attributes
    ----------
    week : of his life.
    who : for whom it is.
    share : of these who are invited.
    """

    week: int = Field(ge=-40, le=520)
    who: Who = ("all",)
    share: float = Field(default=1.0, gt=0, le=1)


class Programme(toml_models.Written):
    """A programme of a service.

    Attributes
    ----------
    name : an entry of the catalogue, or a TOML file; in Python also an :class:`Intervention`.
    uptake, attendance, drop_out : shares (default: the entry's).
    to : in a family, to whom: ``mother``, ``partner`` or ``both`` (default: as the entry has it).
    seats : mothers of a group, where its format is a group; one begins when half of the seats are taken.
    staff : by whom; None: by nobody of the service (digital, or by others).
    hours : of theirs for a session: with a family, or with a group.
    missed : share of these hours that a session takes to which the family does not come.
    places : families at once, for each 1,000 of the area; None: as many as staff can take.
    priority : who of its waiting list is next.
    invites : families who are invited at an age; all others are referred.
    reviewed_by : the instrument by which those who end it are seen again.
    after : from which score on those who end it are referred further (a step up).
    family, session : costs of each family that begins, and of each session, beside the time of staff.
    evidence, note : what it rests on.
    """

    name: Any
    uptake: float | None = Field(default=None, ge=0, le=1)
    attendance: float | None = Field(default=None, gt=0, le=1)
    drop_out: float | None = Field(default=None, ge=0, lt=1)
    to: Literal["mother", "partner", "both"] | None = None
    seats: int | None = Field(default=None, ge=2, le=1_000)
    staff: str | None = None
    hours: float = Field(default=0.0, ge=0, le=40)
    missed: float = Field(default=0.5, ge=0, le=1)
    places: float | None = Field(default=None, gt=0, le=1_000)
    priority: Literal["first come", "most severe", "youngest"] = "first come"
    invites: toml_models.Listed[Invitation] = ()
    reviewed_by: str = "epds"
    after: Routes = ()
    family: Cost | None = None
    session: Cost | None = None
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_serializer("name")
    def _as_plain(self, name: Any) -> Any:
        """What ships by its name, all else whole: so what is written down needs no other file."""
        entry = Intervention.load(name)
        return entry.name if is_shipped(entry) else entry.model_dump(mode="json", exclude_defaults=True)

    @field_validator("name")
    @classmethod
    def _is_known(cls, name: Any) -> Any:
        if isinstance(name, dict):  # as it was written down for a results folder
            return Intervention(**name)
        if not isinstance(name, Intervention):
            Intervention.load(name)
        return name

    @field_validator("after")
    @classmethod
    def _in_order(cls, after: tuple[Route, ...]) -> tuple[Route, ...]:
        return tuple(sorted(after, key=lambda each: each.score))

    @model_validator(mode="after")
    def _can_be_given(self) -> Programme:
        offered = self.offered
        if self.staff is None and self.hours:
            raise DyadsimError(f"'{offered.entry.name}' takes hours; name the staff whose they are.")
        if self.staff is not None and not self.hours:
            raise DyadsimError(
                f"'{offered.entry.name}' is given by '{self.staff}'; say how many hours a session takes."
            )
        for each in self.invites:
            offered.entry.check_age(each.week)
        checked_scale(self.reviewed_by)
        return self

    @property
    def offered(self) -> Offered:
        """The programme as an offer would have it, with all that it leaves out."""
        names = ("uptake", "attendance", "drop_out", "to", "seats")
        said = {name: getattr(self, name) for name in names}
        return Offer(name=self.name, **{name: value for name, value in said.items() if value is not None}).completed()

    @property
    def called(self) -> str:
        """The name of the intervention."""
        return str(self.offered.entry.name)
