"""Lessons: steps that each show sessions from one second to another, ask for a prediction, and say what is to be seen.

Their words stand in ``data/lessons``; every number in them, and which prediction is right, follows from the exact law
of the step's sessions, from the session that is shown, or from other days of it.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from itertools import pairwise
from string import Formatter
from typing import Any, ClassVar, Self

import pandas as pd
from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError
from ..interaction.rule_set import Rules
from .encounter import Encounter, Sessions
from .other_days import Effect, parting, shown_day

__all__ = ["LONGEST_LINE", "Lesson", "Option", "Predict", "Predicted", "Step", "Told", "told"]

LONGEST_LINE = 90
"""Characters of the line that a projector shows of a step."""
_LETTERS = "ab"


class Option(toml_models.Written):
    """Option of a prediction: what it says, and below which number it is right; the last has none."""

    says: str = Field(min_length=1)
    below: float | None = None


class Predict(toml_models.Written):
    """Prediction that a class makes before it sees the step.

    Attributes
    ----------
    question : that is asked.
    of : the number that decides, as it stands in the braces of a text: ``a[play][match]``.
    minus : a number that is taken off it.
    options : the first whose ``below`` is greater than that number is right.
    answer : what is told when it is revealed, with numbers in braces.
    """

    question: str = Field(min_length=1)
    of: str
    minus: str = ""
    options: toml_models.Listed[Option] = Field(min_length=3, max_length=4)
    answer: str = Field(min_length=1)

    @model_validator(mode="after")
    def _options_follow_each_other(self) -> Self:
        bounds = [one.below for one in self.options if one.below is not None]
        if len(bounds) != len(self.options) - 1 or self.options[-1].below is not None:
            raise DyadsimError("Every option but the last says below which number it is right.")
        if any(one >= other for one, other in pairwise(bounds)):
            raise DyadsimError("The numbers below which options are right must rise from one to the next.")
        return self


class Step(toml_models.Written):
    """Step of a lesson: sessions played from second ``first`` ``until`` another, at ``speed`` times the pace.

    Attributes
    ----------
    title, line : what it is headed with, and the one line of it that a projector shows.
    sessions : one, or two with the same luck of which the upper one is told.
    seed : that they have, in place of their own.
    first, until, speed : what is played.
    shows : effect that its sessions are chosen to show.
    predict : what the class is asked before it plays.
    texts : what is to be seen, with numbers in braces.
    ask : what to talk about.
    """

    title: str = Field(min_length=1)
    line: str = Field(min_length=1, max_length=LONGEST_LINE)
    sessions: Sessions = Field(min_length=1, max_length=2)
    seed: int | None = None
    first: int = Field(default=0, ge=0)
    until: int = Field(ge=1)
    speed: float = Field(default=1.0, gt=0)
    shows: Effect
    predict: Predict | None = None
    texts: toml_models.Listed[str] = Field(min_length=1)
    ask: str = ""

    @model_validator(mode="before")
    @classmethod
    def _with_its_seed(cls, given: Any) -> Any:
        """What is given, with its seed in each session."""
        seed, sessions = (given.get(key) if isinstance(given, dict) else None for key in ("seed", "sessions"))
        if seed is None or not isinstance(sessions, list | tuple):
            return given
        return {**given, "sessions": [_with_seed(each, seed) for each in sessions]}


def _with_seed(session: Any, seed: Any) -> Any:
    """Session as it may be given, with a seed."""
    if isinstance(session, dict):
        return {**session, "seed": seed}
    return Encounter.load(session).changed({"seed": seed})


class Lesson(toml_models.Shipped):
    """A lesson as its file has it.

    Attributes
    ----------
    title : what it is headed with.
    aims : what whoever took part can say afterwards.
    steps : in their order.
    """

    KIND: ClassVar[str] = "lesson"
    title: str = Field(min_length=1)
    aims: toml_models.Listed[str] = ()
    steps: toml_models.Listed[Step] = Field(min_length=1)

    def __hash__(self) -> int:
        return hash((self.name, self.title))  # sessions hold tables, which have none


@dataclass(frozen=True)
class Predicted:
    """Prediction with its right option, and what is told when it is revealed."""

    question: str
    options: tuple[str, ...]
    right: int
    answer: str


@dataclass(frozen=True)
class Told:
    """What a step tells: its words with all numbers filled.

    Attributes
    ----------
    line, texts, ask : as in the step.
    predict : none where the step has none, or nothing can be predicted by these rules.
    parts : first second in which two sessions differ in a state; none for a single one.
    """

    line: str
    texts: tuple[str, ...]
    ask: str
    predict: Predicted | None
    parts: int | None


@functools.lru_cache(maxsize=64)
def told(lesson: Lesson, place: int, rules: Rules) -> Told:
    """Words of a step with their numbers, and the right prediction.

    Parameters
    ----------
    lesson : of which.
    place : of the step in it, from 0.
    rules : of interaction, from which the numbers follow.
    """
    step = lesson.steps[place]
    numbers = _Numbers(step, rules)
    return Told(
        step.line,
        tuple(numbers.filled(text) for text in step.texts),
        step.ask,
        numbers.predicted(step.predict) if step.predict else None,
        numbers["parts"] if len(step.sessions) > 1 else None,
    )


@dataclass(frozen=True)
class _ByEpisode:
    """Measures by the name of an episode, then of the measure."""

    measures: Any

    @classmethod
    def of(cls, measures: pd.DataFrame) -> _ByEpisode:
        return cls(measures.set_index("episode"))

    def __getitem__(self, episode: str) -> Any:
        return self.measures.loc[episode]


class _Numbers(dict[str, Any]):
    """Numbers that the words of a step may name, each worked out when it is first named.

    ``a``, ``b``: exact law of each session; ``joint``: that of the first, counted by joint attention; ``seen``,
    ``beside``: the sessions themselves, as they are shown; ``parts``: the second in which the two part; ``days``: the
    shown day among other days of it.
    """

    def __init__(self, step: Step, rules: Rules) -> None:
        super().__init__()
        self.step, self.rules = step, rules

    def __missing__(self, name: str) -> Any:
        return self.setdefault(name, self._worked_out(name))

    def filled(self, text: str) -> str:
        """Text with its numbers."""
        return text.format_map(self)

    def predicted(self, asked: Predict) -> Predicted | None:
        """Prediction with its right option; none where the number that decides is none."""
        value = self._number(asked.of) - (self._number(asked.minus) if asked.minus else 0.0)
        if math.isnan(value):
            return None
        right = next(place for place, one in enumerate(asked.options) if one.below is None or value < one.below)
        return Predicted(asked.question, tuple(one.says for one in asked.options), right, self.filled(asked.answer))

    def _number(self, name: str) -> float:
        return float(Formatter().get_field(name, (), self)[0])

    def _worked_out(self, name: str) -> Any:
        sessions = self.step.sessions
        if name == "parts":
            return parting(*(each.session(self.rules) for each in sessions))
        if name == "days":
            return vars(shown_day(self.step.shows, sessions, rules=self.rules))
        if name == "joint":
            return _ByEpisode.of(sessions[0].law(self.rules).measures("joint-attention"))
        by_place = {"a": 0, "b": 1, "seen": 0, "beside": 1}
        one = sessions[by_place[name]]
        played: Any = one.law(self.rules) if name in _LETTERS else one.session(self.rules)
        return _ByEpisode.of(played.measures(one.scheme))
