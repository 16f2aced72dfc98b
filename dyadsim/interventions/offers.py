"""Offers: what is offered to whom from when on, as users write it, and checked against the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import Field, field_serializer

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..common.user_code import user_class
from .attendance import Dose
from .catalogue import Intervention
from .effect_rule import InterventionRule, probe

__all__ = ["Offer", "Offered", "offered"]


class Offer(toml_models.Written):
    """An intervention offered to the dyads of a course, as users write it.

    Attributes
    ----------
    name : a shipped name, a TOML file, ``FILE.py:CLASS``; in Python also an :class:`Intervention` or a rule's class.
    start_week : of his life (default: the entry's).
    dose : how many sessions, as a share of those planned.
    uptake, attendance, drop_out : shares (default: the entry's).
    share : of the dyads, or families, to whom it is offered; the others are offered nothing.
    to : in families, to whom: ``mother``, ``partner`` or ``both`` (default: both where its format is for couples).
    seats : in families, mothers of a group, where its format is a group (default: as the parameters of families say).
    """

    name: Any
    start_week: int | None = None
    dose: float = Field(default=1.0, ge=0, le=3)
    uptake: float | None = Field(default=None, ge=0, le=1)
    attendance: float | None = Field(default=None, ge=0, le=1)
    drop_out: float | None = Field(default=None, ge=0, lt=1)
    share: float = Field(default=1.0, gt=0, le=1)
    to: Literal["mother", "partner", "both"] | None = None
    seats: int | None = Field(default=None, ge=2, le=1_000)

    @field_serializer("name")
    def _as_text(self, name: Any) -> str:
        return name.__qualname__ if isinstance(name, type) else getattr(name, "name", str(name))

    def completed(self) -> Offered:
        """The offer with all that it leaves out, from its entry."""
        rule, entry = self._named()
        start = entry.start_week if self.start_week is None else self.start_week
        entry.check_age(start)
        shares = {
            name: getattr(entry if getattr(self, name) is None else self, name)
            for name in ("uptake", "attendance", "drop_out")
        }
        if self.seats is not None and not entry.in_groups:
            raise DyadsimError(f"'{entry.name}' is not given in groups, so it has no seats.")
        dose = Dose(entry.name, round(self.dose * entry.sessions), entry.weeks, **shares)
        return Offered(entry, rule, start, dose, self.share, self.to or entry.usually_to, self.seats)

    def _named(self) -> tuple[type[InterventionRule], Intervention]:
        """The rule by which it acts, and its entry."""
        name = self.name
        if isinstance(name, str) and ".py:" in name:
            name = user_class(name, InterventionRule, "rule of an intervention")
        if not (isinstance(name, type) and issubclass(name, InterventionRule)):
            if str(name).endswith(".py"):
                raise DyadsimError(f"The rule of an intervention is given as FILE.py:CLASS, not '{name}'.")
            return InterventionRule, Intervention.load(name)
        if not isinstance(getattr(name, "entry", None), Intervention):
            raise DyadsimError(f"The class {name.__name__} must have an entry, a ds.Intervention.")
        return name, name.entry


@dataclass(frozen=True)
class Offered:
    """An offer with all that it left out.

    Attributes
    ----------
    entry : the intervention.
    rule : by which its sessions act.
    start_week : of his life (0 is birth).
    dose : how much of it is offered.
    share : of the dyads, or families, to whom it is offered.
    to : in families, to whom: ``mother``, ``partner`` or ``both``.
    seats : in families, mothers of a group; None: as the parameters of families say.
    """

    entry: Intervention
    rule: type[InterventionRule]
    start_week: int
    dose: Dose
    share: float = 1.0
    to: str = "mother"
    seats: int | None = None

    @classmethod
    def revived(cls, said: Mapping[str, Any], rule: type[InterventionRule]) -> Offered:
        """The offer of which :attr:`provenance` told, with its rule."""
        entry = Intervention(**said["entry"])
        to_whom = {name: said[name] for name in ("share", "to", "seats") if name in said}
        return cls(entry, rule, said["start_week"], Dose(**said["dose"]), **{"to": entry.usually_to, **to_whom})

    @property
    def provenance(self) -> dict[str, Any]:
        """All that was offered, in plain values."""
        how = {"start_week": self.start_week, "rule": self.rule.__qualname__, "acts": probe(self.rule, self.entry)}
        entry = self.entry.model_dump(mode="json", exclude={"title"})  # how it is headed changes nothing of a course
        for effect in entry["effects"]:
            if effect["declared"] is None:  # as nearly always: sizes are drawn in ensembles alone
                del effect["declared"]
        usual = {"share": 1.0, "to": self.entry.usually_to, "seats": None}
        to_whom = {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}
        return {**how, "entry": entry, "dose": asdict(self.dose), **to_whom}

    @property
    def given(self) -> str:
        """When and how much of it is offered, in words."""
        dose, planned = self.dose, self.entry.sessions
        sessions = f"{dose.sessions} sessions" + (f" (of {planned} planned)" if dose.sessions != planned else "")
        to_some = f", to {self.share:.0%} of families" if self.share < 1 else ""
        by = f", by the rule {self.rule.__name__}" if self.rule is not InterventionRule else ""
        shares = (
            ("begin", dose.uptake),
            ("of sessions attended", dose.attendance),
            ("leave before the end", dose.drop_out),
        )
        said = ", ".join(f"{share:.0%} {what}" for what, share in shares)
        return f"{sessions} in weeks {self.start_week} to {self.end_week - 1}{to_some}{by}; {said}"

    @property
    def end_week(self) -> int:
        """The week after the last of the programme."""
        return self.start_week + self.entry.weeks


def offered(interventions: Any, first_week: int, weeks: int) -> tuple[Offered, ...]:
    """What is offered in a course, in an order that does not depend on theirs.

    Parameters
    ----------
    interventions : :class:`Offer`, or dicts with its fields.
    first_week, weeks : of the course.

    Raises
    ------
    DyadsimError
        for what is no offer, an unknown intervention, a dose that is not possible, a start outside of the course or of
        the entry's age range, or an intervention that is offered twice.
    """
    if not isinstance(interventions, Sequence) or isinstance(interventions, str | bytes):
        raise DyadsimError(
            "Interventions are given as a list of names, or of dicts such as {'name': 'video-feedback', "
            f"'start_week': 4}}, not {interventions!r:.60}."
        )
    found = sorted((_offer(each).completed() for each in interventions), key=lambda each: each.entry.name)
    if name := twice(each.entry.name for each in found):
        raise DyadsimError(f"The intervention '{name}' is offered twice.")
    for each in found:
        if not first_week <= each.start_week < first_week + weeks:
            raise DyadsimError(
                f"'{each.entry.name}' starts in week {each.start_week}, but the course goes from week {first_week} to "
                f"week {first_week + weeks - 1}."
            )
    return tuple(found)


def _offer(given: Any) -> Offer:
    """The offer that is given as one, by its name, or as a dict of its fields."""
    if isinstance(given, Offer):
        return given
    if isinstance(given, str | Intervention | type):
        return Offer(name=given)
    if not (isinstance(given, Mapping) and all(isinstance(key, str) for key in given)):
        raise DyadsimError(
            "An intervention is given as a dict such as {'name': 'video-feedback', 'start_week': 4}, "
            f"not {given!r:.60}."
        )
    return Offer(**given)
