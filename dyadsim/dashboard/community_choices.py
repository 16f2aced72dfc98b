"""What a visitor chooses of a community: the fields of the form, their part of an address, the families that follow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal, Self, get_args
from urllib.parse import urlencode

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..community.family import Families
from ..interventions.catalogue import Intervention
from ..interventions.offers import offered
from ..people.population import Population
from ..theory.family_parameters import FamilyParameters
from . import form_fields
from .address_parts import check_known, choices_in

__all__ = ["CommunityChoices", "changed", "community_fields", "is_of_community", "programmes"]

_KEY = "community"
_MOST_WEEKS = 104
_AFTER = 12  # weeks after a programme that is chosen, at least, so that there is something to see
_Called = Literal["partner", "father", "mother", "grandmother"]


@cache
def programmes() -> dict[str, Intervention]:
    """Interventions given in groups that may start after birth, by name."""
    found = {name: Intervention.load(name) for name in toml_models.names("interventions")}
    return {name: entry for name, entry in found.items() if entry.in_groups and entry.age_range[1] >= 0}


class CommunityChoices(toml_models.Written):
    """Choices of a visitor; what is None is as the parameters of families have it.

    Attributes
    ----------
    population : from which mothers and infants are drawn.
    partner : what a second caregiver is called.
    partners : share of families that have one.
    families, weeks : of the community; from birth on.
    programme : given in groups.
    start_week, share, seats : when it starts, to what share of families it is offered, mothers of a group.
    seed : names families and luck.
    """

    population: str = "community"
    partner: _Called = "partner"
    partners: float | None = Field(default=None, ge=0, le=1)
    families: int = Field(default=40, ge=12, le=40)
    weeks: int = Field(default=52, ge=8, le=_MOST_WEEKS)
    programme: str = "peer-support"
    start_week: int = 6
    share: float = Field(default=0.5, gt=0, le=1)
    seats: int | None = Field(default=None, ge=2, le=40)
    seed: int = Field(default=1, ge=0, le=2**31)

    @field_validator("population")
    @classmethod
    def _ships(cls, name: str) -> str:
        if name not in (names := toml_models.names("populations")):
            raise unknown("population", name, names)
        return name

    @field_validator("programme")
    @classmethod
    def _is_in_groups(cls, name: str) -> str:
        if name not in programmes():
            raise unknown("programme in groups", name, programmes())
        return name

    @model_validator(mode="after")
    def _can_be_lived(self) -> Self:
        offered([self.offer], 0, self.weeks)
        if (self.seats or 0) > self.families:
            raise DyadsimError(
                f"A group of {self.seats} mothers is larger than this community of {self.families} families."
            )
        return self

    @classmethod
    def from_link(cls, parts: Iterable[str]) -> Self:
        """The choices that parts of an address say.

        Raises
        ------
        DyadsimError
            for what cannot be.
        """
        given = choices_in(parts, _KEY)
        check_known(given, _KEY, cls.model_fields)
        return cls(**given)

    def in_link(self) -> str:
        """The part of an address that says the same."""
        return urlencode({f"{_KEY}.{name}": value for name, value in self.model_dump(exclude_defaults=True).items()})

    @property
    def entry(self) -> Intervention:
        """The programme."""
        return programmes()[self.programme]

    @property
    def offer(self) -> dict[str, Any]:
        """The programme as it is offered."""
        seats = {} if self.seats is None else {"seats": self.seats}
        return {"name": self.programme, "start_week": self.start_week, "share": self.share, **seats}

    @property
    def in_python(self) -> str:
        """Python code that gives the same lives."""
        partners = "" if self.partners is None else f"partners={self.partners:g}, "
        return (
            "import dyadsim as ds\n\n"
            f'families = ds.Families.sample(\n    {self.families}, "{self.population}", seed={self.seed}, {partners}'
            f'community_size={self.families}, partner="{self.partner}"\n)\n'
            f"course = ds.develop(families, weeks={self.weeks}, interventions=[{self.offer}], seed={self.seed})\n"
            "twins = course.twins()\n"
            f"course.ties({self.weeks}), course.network({self.weeks}), course.groups()\n"
        )

    def sampled(self) -> Families:
        """The families."""
        return Families.sample(
            self.families,
            self.population,
            self.seed,
            partners=self.partners,
            community_size=self.families,
            partner=self.partner,
        )


def is_of_community(part: str) -> bool:
    """Whether a part of an address says something of a community."""
    return part.startswith(f"{_KEY}.")


def community_fields(choices: CommunityChoices) -> list[tuple[str, list[dict[str, Any]]]]:
    """Fields of who lives in the community, and of what is offered there, by their titles."""
    told, entry, usual = form_fields.told(Population), choices.entry, FamilyParameters.default()
    listed = [{"value": name, "label": each.title} for name, each in programmes().items()]
    low, high = _starts(entry, choices.weeks)
    share = usual["families with a partner"]
    who = [
        form_fields.select("population", "Population", choices.population, told, told[choices.population]),
        form_fields.select("partner", "The second caregiver is called", choices.partner, get_args(_Called)),
        form_fields.number(
            "partners", "Share of families with a second caregiver", choices.partners, 0, 1, 0.05,
            f"Empty: as published ({share:.0%}). In the others she is alone with the baby.",
        )
        | {"optional": True},
        form_fields.number("families", "Families in the community", choices.families, 12, 40),
        form_fields.number("weeks", "Weeks from birth", choices.weeks, 8, _MOST_WEEKS),
        form_fields.number("seed", "Seed", choices.seed, 0, 2**31, 1, "Names families and luck; try several."),
    ]  # fmt: skip
    what = [
        form_fields.select("programme", "Programme given in groups", choices.programme, listed, entry.says),
        form_fields.number("start_week", "It starts in week", choices.start_week, low, high),
        form_fields.number(
            "share",
            "Share of families to whom it is offered",
            choices.share,
            0.05,
            1,
            0.05,
            "Who they are is drawn by lot.",
        ),
        form_fields.number(
            "seats",
            "Mothers of a group",
            choices.seats,
            2,
            choices.families,
            1,
            f"Empty: {usual['seats of a group']:g}.",
        )
        | {"optional": True},
    ]
    return [("Who lives here", who), ("What is offered", what)]


def _starts(entry: Intervention, weeks: int) -> tuple[int, int]:
    """First and last week in which a programme may start."""
    low, high = entry.age_range
    return max(low, 0), min(high, weeks - 1)


def changed(choices: CommunityChoices, key: str, value: Any) -> CommunityChoices:
    """The choices after a field was changed; another programme starts when it usually does, and there is time for it.

    Raises
    ------
    DyadsimError
        for what cannot be.
    """
    if key == "programme" and value in programmes():
        entry = programmes()[value]
        start = max(entry.start_week, 0)
        weeks = max(choices.weeks, min(start + entry.weeks + _AFTER, _MOST_WEEKS))
        return choices.changed({key: value, "start_week": start, "weeks": weeks})
    return choices.changed({key: float(value) if key in ("partners", "share") and value is not None else value})
