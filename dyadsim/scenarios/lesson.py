"""A lesson: steps that each show sessions from one second to another, and say what is to be seen there.

The words stand in ``data/lesson.toml``; every number in them is filled from the exact law of the step's sessions, or
from the session that is shown.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import Field

from ..common import toml_models
from ..common.files import package_data
from ..interaction.rule_set import Rules
from .encounter import Sessions

__all__ = ["Lesson", "Step", "shipped_lesson", "texts_of"]

_LETTERS = "abcd"


class Step(toml_models.Written):
    """Step of a lesson: sessions played from second ``first`` ``until`` another, at ``speed`` times the pace."""

    title: str
    sessions: Sessions = Field(min_length=1, max_length=2)
    first: int = Field(default=0, ge=0)
    until: int = Field(ge=1)
    speed: float = Field(default=1.0, gt=0)
    texts: toml_models.Listed[str]
    ask: str = ""


class Lesson(toml_models.Written):
    """A lesson as its file has it."""

    title: str
    steps: toml_models.Listed[Step] = Field(min_length=1)


@functools.cache
def shipped_lesson() -> Lesson:
    """The lesson that ships, as ``data/lesson.toml`` has it."""
    text = package_data("lesson.toml").read_text("utf-8")
    return Lesson(**tomllib.loads(text))


@dataclass(frozen=True)
class _ByEpisode:
    """Measures by the name of an episode, then of the measure."""

    measures: Any

    @classmethod
    def of(cls, measures: pd.DataFrame) -> _ByEpisode:
        return cls(measures.set_index("episode"))

    def __getitem__(self, episode: str) -> Any:
        return self.measures.loc[episode]


@functools.lru_cache(maxsize=64)
def texts_of(place: int, rules: Rules) -> tuple[str, ...]:
    """Texts of a step with their numbers.

    Parameters
    ----------
    place : of the step in the lesson, from 0.
    rules : of interaction, from which the numbers follow.
    """
    step = shipped_lesson().steps[place]
    first, laws = step.sessions[0], [each.law(rules) for each in step.sessions]
    named = {
        letter: _ByEpisode.of(law.measures(each.scheme))
        for letter, law, each in zip(_LETTERS, laws, step.sessions, strict=False)
    }
    named["joint"] = _ByEpisode.of(laws[0].measures("joint-attention"))
    named["seen"] = _ByEpisode.of(first.session(rules).measures(first.scheme))
    return tuple(text.format(**named) for text in step.texts)
