"""Settings: risks and protections under which a dyad lives, each with the states it moves and by how much.

They ship as TOML (``data/settings``), and users write their own in the same form. A population names the settings that
hold for its dyads, and ``cohort.with_setting("poverty")`` adds one. A risk is a circumstance, nobody's fault.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..theory.dynamics import PARAMETERS, Dynamics
from ..theory.evidence import Cited
from ..theory.linear_system import system
from ..theory.slow_states import BACKGROUND, CARRIED, PLAY_TRAITS, SLOW, SOURCES

__all__ = ["MOVABLE", "Exposure", "Move", "Setting", "settled"]

MOVABLE = (*SLOW, *BACKGROUND, *PLAY_TRAITS, "age")
"""What a setting can move: slow states, background, traits that stay, and the age since term (weeks)."""

_FARTHEST = 6.0  # standard scores; of age: _EARLIEST weeks
_EARLIEST = 20.0

LASTING = (*BACKGROUND, *PLAY_TRAITS, "age")
"""What a setting moves once and for all: these do not change over the weeks."""


class Move(toml_models.Written):
    """One thing that a setting moves.

    Attributes
    ----------
    state : a slow state (the level to which it returns is moved), a part of the background, a trait, or ``age``.
    by : how far, in standard scores (``age``: in weeks); or the name of a size that the calibration fits.
    weeks : from which week of his life to which (the last excluded); without it all along.
    half_life : weeks after the first of the course, or of ``weeks`` where these are given, in which the push halves;
        without it it does not fade.
    evidence : ids, or *assumed*.
    """

    state: str
    by: float | str
    weeks: Annotated[tuple[int, int], Field(strict=False)] | None = None
    half_life: float | str | None = None
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("state")
    @classmethod
    def _is_movable(cls, state: str) -> str:
        if state not in MOVABLE:
            raise unknown("state of a setting:", state, MOVABLE)
        return state

    @field_validator("by", "half_life")
    @classmethod
    def _is_fitted(cls, size: float | str | None) -> float | str | None:
        if isinstance(size, str):
            Dynamics.default().size(size)  # which refuses an unknown name
        return size

    @field_validator("half_life")
    @classmethod
    def _is_some_time(cls, half_life: float | str | None) -> float | str | None:
        if isinstance(half_life, str) and PARAMETERS[half_life].unit != "weeks":
            raise DyadsimError(f"'{half_life}' is no time in weeks.")
        if half_life is not None and Dynamics.default().size(half_life) <= 0:
            raise DyadsimError(f"A half-life is a number of weeks above 0, not {half_life}.")
        return half_life

    @field_validator("weeks")
    @classmethod
    def _in_order(cls, weeks: tuple[int, int] | None) -> tuple[int, int] | None:
        if weeks is not None and weeks[0] >= weeks[1]:
            raise DyadsimError(
                f"The weeks of a move go from the first to a later one, not from {weeks[0]} to {weeks[1]}."
            )
        return weeks

    @model_validator(mode="after")
    def _is_in_reach(self) -> Move:
        reach = _EARLIEST if self.state == "age" else _FARTHEST
        if not isinstance(self.by, str) and abs(self.by) > reach:
            raise DyadsimError(f"'{self.state}' can be moved by {reach:g} at most, not by {self.by:g}.")
        return self

    @property
    def lasting(self) -> bool:
        """Whether it moves what does not change over the weeks."""
        return self.state in LASTING

    def size(self, dynamics: Dynamics) -> float:
        """How far it moves, a fitted size looked up."""
        return dynamics.size(self.by)

    def strength(self, week: int, first_week: int, dynamics: Dynamics) -> float:
        """How much of the push is there in a week of a course that began in ``first_week``: from 0 to 1."""
        begins, ends = self.weeks or (first_week, None)
        if week < begins or (ends is not None and week >= ends):
            return 0.0
        if self.half_life is None:
            return 1.0
        return float(0.5 ** ((week - begins) / dynamics.size(self.half_life)))


class Setting(toml_models.Shipped):
    """A risk or a protection, with what it moves."""

    KIND: ClassVar[str] = "setting"
    kind: Literal["risk", "protection"]
    about: Literal["mother", "infant", "family", "support"]
    moves: toml_models.Listed[Move] = Field(min_length=1)

    @field_validator("moves")
    @classmethod
    def _fit_together(cls, moves: tuple[Move, ...]) -> tuple[Move, ...]:
        for move in moves:
            if move.lasting and (move.weeks or move.half_life is not None):
                raise DyadsimError(
                    f"'{move.state}' does not change over the weeks; it is moved without weeks or half_life."
                )
        return moves


@dataclass(frozen=True, eq=False)
class Exposure:
    """A setting, and which dyads of a cohort live under it (dyads,)."""

    setting: Setting
    who: NDArray[np.bool_]


@functools.lru_cache(maxsize=256)
def settled(setting: Setting, dynamics: Dynamics) -> Mapping[str, float]:
    """What a setting shifts where it has held for long: slow states, background and traits, by name (not zeros).

    What it moves for some weeks only is no part of that.
    """
    theory = system(dynamics)
    level, source = (dict.fromkeys(names, 0.0) for names in (SLOW, SOURCES))
    shift = {"age": 0.0}
    for move in setting.moves:
        moved = next(part for part in (level, source, shift) if move.state in part)
        moved[move.state] += move.size(dynamics) if move.weeks is None else 0.0
    law = theory.with_feedback
    states = law.settles @ np.array([*level.values()]) + law.drawn_by @ np.array([*source.values()])
    shift |= source | dict(zip(SLOW, states.tolist(), strict=True))
    shift["burden"] = sum(shift[state] for state in CARRIED) / theory.load_sd["burden"]
    return {name: by for name, by in shift.items() if by}
