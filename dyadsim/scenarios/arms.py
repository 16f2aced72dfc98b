"""Parts of a scenario: what users write of its twins and outputs, and the arms that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..interventions.treatment import Offer
from ..measurement.instruments import instrument_named
from ..people.population import LivesUnder
from ..people.risks_and_support import setting_named
from ..theory.slow_states import LOADS, SLOW
from .encounter import Encounter

__all__ = [
    "ENSEMBLE", "MOST_SESSIONS", "Arm", "Offers", "Outputs", "ParametersName", "Phase", "Sessions", "Settings", "Twin",
    "check_settings",
]  # fmt: skip

MOST_SESSIONS = 4
"""Sessions that can be watched side by side."""

ENSEMBLE = "ensemble"
_PARAMETERS = ("calibrated", ENSEMBLE)


def _of_parameters(name: str) -> str:
    if name not in _PARAMETERS:
        raise unknown("parameters", name, _PARAMETERS)
    return name


ParametersName = Annotated[str, AfterValidator(_of_parameters)]
"""With which parameters something is lived through: those that fit the evidence best, or an ensemble that agrees with
it (:mod:`dyadsim.theory.parameter_sets`)."""


def _named(given: Any, key: str) -> Any:
    """A name alone stands for a table with that name."""
    return (
        [{key: each} if isinstance(each, str) else each for each in given] if isinstance(given, list | tuple) else given
    )


def _encounters(given: Any) -> Any:
    """A name stands for the shipped encounter."""
    if not isinstance(given, list | tuple):
        return given
    return [Encounter.load(each) if isinstance(each, str) else each for each in given]


Sessions = Annotated[toml_models.Listed[Encounter], BeforeValidator(_encounters)]
Settings = Annotated[toml_models.Listed[LivesUnder], BeforeValidator(lambda given: _named(given, "setting"))]
Offers = Annotated[toml_models.Listed[Offer], BeforeValidator(lambda given: _named(given, "name"))]


class Twin(toml_models.Written):
    """What is otherwise for the twins of a scenario's dyads; what is left out is as in the scenario.

    Attributes
    ----------
    name : what they are called in tables and pictures.
    risks, support, interventions : instead of the scenario's.
    """

    name: str = Field(min_length=1)
    risks: Settings | None = None
    support: Settings | None = None
    interventions: Offers | None = None


class Phase(toml_models.Written):
    """A phase diagram: a ``measure`` of interaction over two traits, ``x`` and ``y``, of the first session's dyad."""

    x: str = "sensitivity"
    y: str = "negativity"
    measure: str = "mean_repair_latency"

    @model_validator(mode="after")
    def _two_traits(self) -> Phase:
        if self.x == self.y:
            raise DyadsimError(f"A phase diagram needs two different traits, not '{self.x}' twice.")
        return self


class Outputs(toml_models.Written):
    """What is looked at.

    Attributes
    ----------
    instruments : by name, or TOML files.
    weeks : of his life, at the start of which they are given.
    states : slow states and loads that the pictures show, at most nine.
    phase : a phase diagram beside the sessions.
    """

    instruments: toml_models.Listed[str] = ()
    weeks: toml_models.Listed[int] = ()
    states: toml_models.Listed[str] = Field(default=(), max_length=9)
    phase: Phase | None = None

    @field_validator("instruments")
    @classmethod
    def _exist(cls, instruments: tuple[str, ...]) -> tuple[str, ...]:
        for name in instruments:
            instrument_named(name)
        return tuple(dict.fromkeys(instruments))

    @field_validator("states")
    @classmethod
    def _are_states(cls, states: tuple[str, ...]) -> tuple[str, ...]:
        for name in states:
            if name not in (*SLOW, *LOADS):
                raise unknown("slow state", name, (*SLOW, *LOADS))
        return tuple(dict.fromkeys(states))


@dataclass(frozen=True)
class Arm:
    """One way in which a scenario is lived through."""

    name: str
    risks: tuple[LivesUnder, ...]
    support: tuple[LivesUnder, ...]
    interventions: tuple[Offer, ...]


def check_settings(what: str, lives: tuple[LivesUnder, ...]) -> None:
    """Refuse a protection among risks, and a risk among support."""
    for each in lives:
        kind = setting_named(each.setting).kind
        if (kind == "risk") != (what == "risk"):
            raise DyadsimError(
                f"'{each.setting}' is a {kind}; it belongs under {'risks' if kind == 'risk' else 'support'}."
            )
