"""Paradigms: what is done with a dyad, as a list of episodes (name, seconds, what is held)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, field_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice, unknown, whole_number
from ..theory.states import ICEP
from ..theory.traits import TRAITS

__all__ = [
    "Episode",
    "Paradigm",
    "ParadigmName",
]

LONGEST = 65_535
"""Most seconds of a session: its counts are kept in 16 bits."""


class Episode(toml_models.Written):
    """Stretch of a session in which the same is held all the time.

    ``mother`` holds her in one engagement state; ``available=False`` says that to him she is not there, whatever her
    face, and ``touched=True`` that she touches him meanwhile. Nothing else changes, her own rule included, so an
    episode in which she answers nothing does both: the still-face is ``mother = "neutral"`` with ``available = false``.
    ``shift`` is added to traits while it lasts, in their units (to the end of their range at most): play with someone
    beside her who helps her see is ``shift = { sensitivity = 1.0 }``.
    """

    name: str = Field(min_length=1)
    seconds: int = Field(ge=1, le=LONGEST)
    mother: str | None = None
    available: bool = True
    touched: bool = False
    shift: dict[str, float] = Field(default_factory=dict)

    @field_validator("shift")
    @classmethod
    def _shifts_traits(cls, shift: dict[str, float]) -> dict[str, float]:
        for name, by in shift.items():
            if name not in TRAITS:
                raise unknown("trait to shift:", name, TRAITS)
            if abs(by) > (reach := TRAITS[name].high - TRAITS[name].low):
                raise DyadsimError(f"Trait '{name}' can be shifted by {reach:g} at most, not by {by:g}.")
        return shift

    @field_validator("mother")
    @classmethod
    def _is_a_state(cls, mother: str | None) -> str | None:
        if mother is not None and mother not in ICEP.mother_names:
            raise unknown("mother state", mother, ICEP.mother_names)
        return mother

    @property
    def held(self) -> int:
        """The number of the state she is held in, or -1."""
        return -1 if self.mother is None else ICEP.mother_names.index(self.mother)

    def __hash__(self) -> int:
        return hash((self.name, self.seconds, self.kind))

    @property
    def free(self) -> bool:
        """Whether nothing is held: she may do as she does, and is there for him."""
        return self.mother is None and self.available

    @property
    def kind(self) -> tuple[Hashable, ...]:
        """All that tables depend on: episodes of one kind share them."""
        return self.held, self.available, self.touched, tuple(sorted(self.shift.items()))


class Paradigm(toml_models.Shipped):
    """List of episodes with a name, in which each episode's name stands once."""

    KIND: ClassVar[str] = "paradigm"
    source: str = ""
    episodes: toml_models.Listed[Episode] = Field(min_length=1)

    @field_validator("episodes")
    @classmethod
    def _fit_together(cls, episodes: tuple[Episode, ...]) -> tuple[Episode, ...]:
        if name := twice(episode.name for episode in episodes):
            raise DyadsimError(f"Episode name '{name}' is used twice; number them, as in '{name} 2'.")
        if sum(episode.seconds for episode in episodes) > LONGEST:
            raise DyadsimError(f"A session can last {LONGEST:,} seconds at most.")
        return episodes

    @property
    def seconds(self) -> int:
        """Seconds of all episodes together."""
        return sum(episode.seconds for episode in self.episodes)

    @property
    def ends(self) -> list[int]:
        """The second at which each episode is over, counted from the start of the session."""
        return [int(end) for end in np.cumsum([episode.seconds for episode in self.episodes])]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Whether she can answer him (seconds,) in each second."""
        return np.repeat([each.available for each in self.episodes], [each.seconds for each in self.episodes])

    def lasting(self, seconds: int | None) -> Paradigm:
        """Paradigm of the same episodes, each stretched alike to ``seconds`` in all (None: as it is).

        Raises
        ------
        DyadsimError
            if there is not a second for each episode, or too many.
        """
        if seconds is None:
            return self
        seconds = whole_number(f"seconds of a session of '{self.name}'", seconds, len(self.episodes), LONGEST)
        if seconds == self.seconds:
            return self
        ends = np.array(self.ends) * seconds / self.seconds
        parts = np.maximum(np.diff(np.round(ends).astype(int), prepend=0), 1)
        while parts.sum() > seconds:  # some would have had no second at all
            parts[parts.argmax()] -= 1
        episodes = [e.model_copy(update={"seconds": int(n)}) for e, n in zip(self.episodes, parts, strict=True)]
        return self.model_copy(update={"episodes": tuple(episodes)})


def _exists(paradigm: str) -> str:
    Paradigm.load(paradigm)
    return paradigm


ParadigmName = Annotated[str, AfterValidator(_exists)]
"""The name of a shipped paradigm, or a TOML file, that is there."""
