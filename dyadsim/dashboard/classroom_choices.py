"""What a visitor chooses on the Classroom: the lesson and its step, the stage, what is beside; its part of an address.

A link names a lesson and its step, so that a class that reloads finds the page where it was:
``/?a.name=still-face&lesson=rupture-and-repair&step=4&present=yes``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import Field

from ..common import toml_models
from ..common.errors import DyadsimError, quoted, unknown
from ..scenarios.lesson import Lesson, Step
from .address_parts import said_in

__all__ = ["ClassroomChoices", "is_of_classroom"]

_WORDS = {"yes": True, "no": False}


class ClassroomChoices(toml_models.Written):
    """Choices of a visitor.

    Attributes
    ----------
    lesson, step : which is given (empty: none), and at which of its steps, from 1.
    present : whether the page is a stage, for a projector.
    two : whether another session plays below, outside a lesson.
    average : whether the exact law is drawn behind the lanes.
    others : whether other days of the same dyad are shown.
    """

    lesson: str = ""
    step: int = Field(default=1, ge=1)
    present: bool = False
    two: bool = False
    average: bool = False
    others: bool = False

    @classmethod
    def from_link(cls, parts: Iterable[str]) -> Self:
        """The choices that parts of an address say.

        Raises
        ------
        DyadsimError
            for what cannot be.
        """
        said = said_in(parts)
        given: dict[str, Any] = {name: _truth(name, said[name]) for name in _SWITCHES if name in said}
        if "lesson" in said:
            if (name := said["lesson"]) not in (names := toml_models.names("lessons")):
                raise unknown("lesson", name, names)
            given |= {"lesson": name, "step": _step(Lesson.load(name), said.get("step", "1"))}
        elif "step" in said:
            raise DyadsimError(
                f"'step' is of a lesson, and none is named; name one with 'lesson=' of "
                f"{', '.join(toml_models.names('lessons'))}."
            )
        return cls(**given)

    def in_link(self) -> str:
        """The part of an address that says the same."""
        said = {"lesson": self.lesson, "step": str(self.step)} if self.lesson else {}
        return urlencode({**said, **{name: "yes" for name in _SWITCHES if getattr(self, name)}})

    @property
    def shown(self) -> Step | None:
        """Step of the lesson that is shown; none outside a lesson."""
        return Lesson.load(self.lesson).steps[self.step - 1] if self.lesson else None


_SWITCHES = tuple(name for name, field in ClassroomChoices.model_fields.items() if field.annotation is bool)


def is_of_classroom(part: str) -> bool:
    """Whether a part of an address says something of the Classroom."""
    return part.partition("=")[0] in ClassroomChoices.model_fields


def _truth(name: str, text: str) -> bool:
    if text not in _WORDS:
        raise DyadsimError(f"'{name}' is yes or no, not {quoted(text)}.")
    return _WORDS[text]


def _step(lesson: Lesson, text: str) -> int:
    most = len(lesson.steps)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= most and len(text) <= 6):
        raise DyadsimError(f"The lesson '{lesson.name}' has the steps 1 to {most}, not {quoted(text)}.")
    return int(text)
