"""Risks and support under which a dyad lives, each with what it shifts and by how much.

Each is a setting: it ships as TOML (``data/settings``), and users write their own in the same form. A population names
those that hold for its dyads, and ``cohort.with_setting("poverty")`` adds one. A risk is a circumstance, nobody's
fault.
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
"""What a setting can shift: slow states, background, traits that stay, and the age since term (weeks)."""

_FARTHEST = 6.0  # standard scores; of age: _EARLIEST weeks
_EARLIEST = 20.0

LASTING = (*BACKGROUND, *PLAY_TRAITS, "age")
"""What a setting shifts once and for all: these do not change over the weeks."""


class Move(toml_models.Written):
    """One thing that a setting shifts.

    Attributes
    ----------
    state : a slow state (the level to which it returns is shifted), a part of the background, a trait, or ``age``.
    by : how far, in standard scores (``age``: in weeks); or the name of a size that the calibration fits.
    weeks : from which week of his life to which (the last excluded); without it all along.
    half_life : weeks after the first of the course, or of ``weeks`` where these are given, in which the shift halves;
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
        """Whether it shifts what does not change over the weeks."""
        return self.state in LASTING

    def size(self, dynamics: Dynamics) -> float:
        """How far it shifts, in standard scores (``age``: in weeks), a fitted size looked up."""
        return dynamics.size(self.by)

    def strength(self, week: int, first_week: int, dynamics: Dynamics) -> float:
        """How much of the shift is there in a week of a course: from 0 to 1.

        Parameters
        ----------
        week : of his life (0 is birth).
        first_week : of the course.
        dynamics : parameters of the weeks, which a fitted half-life is looked up in.
        """
        begins, ends = self.weeks or (first_week, None)
        if week < begins or (ends is not None and week >= ends):
            return 0.0
        if self.half_life is None:
            return 1.0
        return float(0.5 ** ((week - begins) / dynamics.size(self.half_life)))


class Setting(toml_models.Shipped):
    """A risk or a protection, with what it shifts.

    Attributes
    ----------
    kind : *risk* or *protection*.
    about : *mother*, *infant*, *family* or *support*.
    moves : what it shifts.
    """

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
    """A setting, and which dyads of a cohort live under it (dyads,): true or false, or how far (0 not, 1 in full)."""

    setting: Setting
    who: NDArray[np.bool_] | NDArray[np.float64]


@functools.lru_cache(maxsize=256)
def settled(setting: Setting, dynamics: Dynamics) -> Mapping[str, float]:
    """Shifts of slow states, background and traits where a setting has held for long (not zeros).

    What it shifts for some weeks only is no part of that.

    Parameters
    ----------
    setting : the risk or protection.
    dynamics : parameters of the weeks, which say where a lasting push leads.

    Returns
    -------
    by name, in standard scores (``age``: in weeks).
    """
    # What it shifts itself: levels to which slow states return, sources that pull on them, and age.
    levels, sources = (dict.fromkeys(names, 0.0) for names in (SLOW, SOURCES))
    shift = {"age": 0.0}
    for move in setting.moves:
        part = next(each for each in (levels, sources, shift) if move.state in each)
        part[move.state] += move.size(dynamics) if move.weeks is None else 0.0
    # Where that leads the slow states in the linear system: S levels + D sources.
    linear = system(dynamics)
    law = linear.with_feedback
    states = law.settles @ np.array([*levels.values()]) + law.drawn_by @ np.array([*sources.values()])
    shift |= sources | dict(zip(SLOW, states.tolist(), strict=True))
    shift["burden"] = sum(shift[state] for state in CARRIED) / linear.load_sd["burden"]
    return {name: by for name, by in shift.items() if by}
