"""Moments: what someone does in the midst of a session, such as "still-face now"; what was before stays as it was.

A moment is an episode put into a paradigm at a second. Draws are named by their second, so up to that second the
session is the same to the bit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..theory.evidence import Cited
from .paradigms import LONGEST, Episode, Paradigm

__all__ = ["GiveMoment", "Moment", "with_moments"]

_NUMBER = re.compile(r" \d+$")
AFTERWARDS = 60
"""Seconds that a session goes on for at least after a moment: there is no reunion without them."""


class Moment(toml_models.Shipped):
    """Something done in the midst of a session for some seconds, such as a still face.

    Attributes
    ----------
    label : what a button says.
    caption : what a reader is told when it begins.
    episode : what is held and shifted meanwhile, and for how many seconds unless said otherwise.
    after : what the time after it is called.
    grounding : what the size of it rests on: nothing (``held``: she is held in a state, no size is put in) or
        ``assumed``.
    evidence, note : of it.
    """

    KIND: ClassVar[str] = "moment"
    label: str = Field(min_length=1)
    caption: str = Field(min_length=1)
    episode: Episode
    after: str = Field(min_length=1)
    grounding: Literal["held", "assumed"]
    evidence: Cited = ("assumed",)
    note: str = ""

    @model_validator(mode="after")
    def _is_sound(self) -> Moment:
        if self.episode.shift and (self.grounding != "assumed" or not self.note):
            raise DyadsimError(f"What '{self.name}' shifts is assumed; its note must say why by so much.")
        return self


class GiveMoment(toml_models.Written):
    """A moment given in a session: which, from which second on, and for how many (unless said, the moment's own)."""

    name: str
    at: int = Field(ge=1, lt=LONGEST)
    seconds: int | None = Field(default=None, ge=1, lt=LONGEST)

    @field_validator("name")
    @classmethod
    def _exists(cls, name: str) -> str:
        Moment.load(name)
        return name

    @property
    def moment(self) -> Moment:
        """Moment that is given."""
        return Moment.load(self.name)

    @property
    def lasting(self) -> int:
        """Seconds that it lasts."""
        return self.seconds or self.moment.episode.seconds


def with_moments(paradigm: Paradigm, given: Iterable[GiveMoment]) -> Paradigm:
    """Paradigm with moments put in, in the order of their seconds; a later one cuts an earlier one short.

    A session that would end within a minute after a moment goes on until then.

    Parameters
    ----------
    paradigm : into which they are put.
    given : the moments, in any order.

    Raises
    ------
    DyadsimError
        for two moments at one second, or one after the session's end.
    """
    ordered = sorted(given, key=lambda one: one.at)
    if (at := twice(one.at for one in ordered)) is not None:
        raise DyadsimError(f"Two moments are given at second {at:,}; give them one after the other.")
    for place, each in enumerate(ordered):
        if each.at >= paradigm.seconds:
            raise DyadsimError(
                f"'{each.name}' is given at second {each.at:,}, but the session lasts {paradigm.seconds:,} seconds."
            )
        until = ordered[place + 1].at if place + 1 < len(ordered) else LONGEST
        paradigm = _with_one(paradigm, each, min(each.lasting, until - each.at))
    return paradigm


def _with_one(paradigm: Paradigm, given: GiveMoment, seconds: int) -> Paradigm:
    """Paradigm with one moment of so many seconds put in, and at least a minute after it."""
    moment, stop = given.moment, given.at + seconds
    during = moment.episode.model_copy(update={"seconds": seconds})
    after = _between(paradigm, stop, paradigm.seconds)
    goes_on = not after or stop not in paradigm.ends  # in the midst of what was going on, or beyond its end
    if not after:
        after = [Episode(name=moment.after, seconds=AFTERWARDS)]
    elif (missing := stop + AFTERWARDS - paradigm.seconds) > 0:
        after[-1] = after[-1].model_copy(update={"seconds": after[-1].seconds + missing})
    if goes_on and after[0].free:
        after[0] = after[0].model_copy(update={"name": moment.after})
    episodes = _numbered([*_between(paradigm, 0, given.at), during, *after])
    return Paradigm(**{**dict(paradigm), "episodes": tuple(episodes)})


def _between(paradigm: Paradigm, first: int, stop: int) -> list[Episode]:
    """Episodes, or parts of them, from one second to another."""
    found = []
    begins = 0
    for episode, ends in zip(paradigm.episodes, paradigm.ends, strict=True):
        seconds = min(ends, stop) - max(begins, first)
        if seconds > 0:
            found.append(episode.model_copy(update={"seconds": seconds}))
        begins = ends
    return found


def _numbered(episodes: list[Episode]) -> list[Episode]:
    """Episodes with names of their own: a second play is "play 2"."""
    taken: set[str] = set()
    found = []
    for episode in episodes:
        name, number = episode.name, 1
        while name in taken:
            number += 1
            name = f"{_NUMBER.sub('', episode.name)} {number}"
        taken.add(name)
        found.append(episode.model_copy(update={"name": name}))
    return found
