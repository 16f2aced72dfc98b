"""Outputs of a scenario: which weeks, instruments and pictures its folder and report hold."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..measurement.declarations import MEASURES
from ..measurement.instruments import Instrument
from ..theory.slow_states import LOADS, SLOW

__all__ = ["Outputs", "Phase"]


class Phase(toml_models.Written):
    """A phase diagram of the first session's dyad.

    Attributes
    ----------
    x, y : two traits, over which it is drawn.
    measure : of interaction.
    episode : of the session's paradigm, by name; left out, the first one.
    """

    x: str = "sensitivity"
    y: str = "negativity"
    measure: str = "mean_repair_latency"
    episode: str | None = None

    @field_validator("measure")
    @classmethod
    def _is_of_the_law(cls, measure: str) -> str:
        if measure not in (known := [name for name, each in MEASURES.items() if each.of_law]):
            raise unknown("measure", measure, known)
        return measure

    @model_validator(mode="after")
    def _two_traits(self) -> Phase:
        if self.x == self.y:
            raise DyadsimError(f"A phase diagram needs two different traits, not '{self.x}' twice.")
        return self


class Outputs(toml_models.Written):
    """Outputs of a scenario: what is looked at, and when.

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
            Instrument.load(name)
        return tuple(dict.fromkeys(instruments))

    @field_validator("states")
    @classmethod
    def _are_states(cls, states: tuple[str, ...]) -> tuple[str, ...]:
        for name in states:
            if name not in (*SLOW, *LOADS):
                raise unknown("slow state", name, (*SLOW, *LOADS))
        return tuple(dict.fromkeys(states))
