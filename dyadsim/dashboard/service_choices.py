"""What a visitor changes of a service: the fields of the form, their part of an address, what is compared then."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from ..common import toml_models
from ..community.family import COMMUNITY
from ..people.population import LivesUnder
from ..services.service import Service
from ..services.service_changes import service_with, value_of
from ..services.service_comparison import ServiceComparison
from . import form_fields
from .address_parts import check_known, check_numbers, shipped_in, truth

__all__ = ["CHANGED", "ServiceChoices", "changed", "is_of_service", "service_fields"]

CHANGED = "changed"
"""What a service is called once something of it was changed."""
_FIRST = "screen-and-step"
_KEY = "service"
_STATUSES = (LivesUnder(setting="poverty", share=0.2), LivesUnder(setting="migration", share=0.12))
_MOST_COMMUNITIES, _WEEKS = 12, 78


class ServiceChoices(toml_models.Written):
    """Choices of a visitor.

    Attributes
    ----------
    base : the service to begin with, shipped or opened.
    communities : of forty families each.
    weeks : of each infant's life, from the first that the service has to do with on.
    seed : names families and luck.
    at_once : whether there are twins who are seen at once.
    changes : what is otherwise, by name (:mod:`dyadsim.services.service_changes`).
    """

    base: Service = Field(default_factory=lambda: Service.load(_FIRST))
    communities: int = Field(default=6, ge=2, le=_MOST_COMMUNITIES)
    weeks: int = Field(default=_WEEKS, ge=12, le=130)
    seed: int = Field(default=1, ge=0, le=2**31)
    at_once: bool = False
    changes: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        _ = self.comparison
        return self

    @classmethod
    def from_link(cls, parts: Iterable[str]) -> Self:
        """The choices that parts of an address say.

        Raises
        ------
        DyadsimError
            for what cannot be.
        """
        name, given = shipped_in(parts, _KEY, _FIRST)
        changes = {key: given.pop(key) for key in list(given) if " of " in key}
        check_known(given, _KEY, [field for field in cls.model_fields if field not in ("base", "changes")])
        if "at_once" in given:
            given["at_once"] = truth(given["at_once"])
        check_numbers(changes)
        return cls(**given, changes=changes, base=Service.load(name))

    def in_link(self) -> str:
        """The part of an address that says the same; nothing for an opened service, which only its file can say."""
        if not toml_models.is_shipped(self.base):
            return ""
        own = self.model_dump(exclude={"base", "changes"}, exclude_defaults=True)
        said = {f"{_KEY}.{name}": value for name, value in {**own, **self.changes}.items()}
        return urlencode({_KEY: self.base.name, **said})

    @cached_property
    def service(self) -> Service:
        """The service that follows."""
        found = service_with(self.base, self.changes.items())
        return found.changed({"name": f"{self.base.name}, {CHANGED}"}) if self.changes else found

    @cached_property
    def comparison(self) -> ServiceComparison:
        """The comparison that follows: the service as it is, and as it is changed."""
        services = (self.base, self.service) if self.changes else (self.base,)
        return ServiceComparison(
            name=self.base.name,
            title=self.base.title or self.base.name,
            says=self.base.says,
            services=services,
            communities=self.communities,
            risks=_STATUSES,
            weeks=self.weeks,
            waves=min(self.communities, _MOST_COMMUNITIES),
            seed=self.seed,
            at_once=self.at_once,
        )

    @property
    def families(self) -> int:
        """How many families there are."""
        return self.communities * COMMUNITY


def is_of_service(part: str) -> bool:
    """Whether a part of an address says something of a service."""
    return part.startswith((f"{_KEY}=", f"{_KEY}."))


def service_fields(choices: ServiceChoices) -> list[tuple[str, list[dict[str, Any]]]]:
    """Fields of which service it is, of what is changed of it, and of for whom, by their titles."""
    base = choices.base
    starts = form_fields.starts(Service, base.name, "your own")
    which = [form_fields.select("start", "Start from", base.name, starts, base.says)]
    who = [
        form_fields.number(
            "communities", "Communities of forty families", choices.communities, 2, _MOST_COMMUNITIES, 1,
            "More make it surer, and take longer.",
        ),
        form_fields.number("weeks", "Weeks of each infant's life", choices.weeks, 12, 130),
        form_fields.number("seed", "Seed", choices.seed, 0, 2**31, 1, "Names families and luck; try several."),
        form_fields.check("at_once", "Also twins who are seen at once: what waiting costs", choices.at_once),
    ]  # fmt: skip
    return [("Which service", which), ("What is otherwise", _changes(choices)), ("For whom", who)]


def _changes(choices: ServiceChoices) -> list[dict[str, Any]]:
    """Fields of what can be changed of a service: staff, the cut, who is asked, places."""
    base, fields = choices.base, []

    def add(what: str, label: str, low: float, high: float, step: float, says: str) -> None:
        usual = value_of(base, what)
        help_ = f"{says} Empty: as it is, {'no limit' if usual is None else f'{usual:g}'}."
        fields.append(
            form_fields.number(what, label, choices.changes.get(what), low, high, step, help_) | {"optional": True}
        )

    for staff in base.staff:
        says = f"Full posts, each with {staff.hours:g} hours a week for these families."
        add(f"staff of {staff.name}", f"{staff.name.capitalize()}s for 1,000 families", 0.1, 100, 0.1, says)
    for instrument in dict.fromkeys(each.instrument for each in base.screening):
        name = instrument.upper()
        add(f"cut of {instrument}", f"{name} counts as positive from", 0, 30, 1, "Points.")
        add(f"offered of {instrument}", f"{name} is offered to", 0.01, 1, 0.01, "A share of the mothers met.")
    for programme in base.programmes:
        title = programme.offered.entry.full_name
        says = "At once, for 1,000 families; who finds none waits."
        add(f"places of {programme.called}", f"Places in “{title}”", 0.5, 500, 0.5, says)
    return fields


def changed(choices: ServiceChoices, key: str, value: Any) -> ServiceChoices:
    """The choices after a field was changed.

    Raises
    ------
    DyadsimError
        for what a service cannot be.
    """
    if key == "start":
        known = value in form_fields.told(Service)
        return choices.changed({"base": Service.load(value), "changes": {}}) if known else choices
    if " of " in key:
        others = {name: number for name, number in choices.changes.items() if name != key}
        return choices.changed({"changes": others if value is None else {**others, key: float(value)}})
    return choices.changed({key: value})
