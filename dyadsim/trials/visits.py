"""What a trial sees: visits, instruments and raters, and what those expect who know the arm."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice, unknown
from ..measurement.instruments import Instrument
from ..theory import attachment
from ..theory.evidence import Cited

__all__ = ["Scale", "Seen", "Unblinded", "Visit", "column"]

_MOST_VISITS = 12
_LONGEST = 520  # weeks


class Visit(toml_models.Written):
    """One visit.

    Attributes
    ----------
    name : such as ``6 weeks``.
    week : after the first visit.
    age : instead, the week of his life in which it is; attachment is classified at 52.
    window : weeks by which it may be earlier or later.
    instruments : those that are used there (default: all of the trial's that can be).
    """

    name: str = Field(min_length=1)
    week: int | None = Field(default=None, ge=0, le=_LONGEST)
    age: int | None = None
    window: int = Field(default=0, ge=0, le=26)
    instruments: toml_models.Listed[str] = ()

    @model_validator(mode="after")
    def _is_some_time(self) -> Visit:
        if (self.week is None) == (self.age is None):
            raise DyadsimError(f"The visit '{self.name}' is in a week after the first visit, or at an age of his.")
        if not re.search("[a-z0-9]", self.name.lower()):
            raise DyadsimError(f"A visit's name has a letter or a digit, unlike '{self.name}'.")
        return self

    def at(self, age: int) -> int:
        """The week of his life in which it is planned, where he is so many weeks old at the first visit."""
        return self.age if self.age is not None else age + (self.week or 0)

    @property
    def weeks_of(self) -> tuple[int, int]:
        """The first and the last week of its window, counted from the week planned."""
        return -self.window, self.window


class Scale(toml_models.Written):
    """An instrument of the trial.

    Attributes
    ----------
    name : of the instrument, or its TOML file.
    raters : whose mean is taken.
    reliability : instead of the instrument's own, to see what a better or worse one would do.
    """

    name: str
    raters: int = Field(default=1, ge=1, le=10)
    reliability: float | None = Field(default=None, gt=0, le=1)

    @model_validator(mode="after")
    def _fits(self) -> Scale:
        known = Instrument.load(self.name)
        if self.raters > 1 and (known.classifies or not known.rater):
            raise DyadsimError(f"'{known.name}' has no raters of whom a mean could be taken.")
        if self.reliability is not None and known.classifies:
            raise DyadsimError(f"'{known.name}' gives classes; it has an agreement, and no reliability.")
        return self

    @cached_property
    def instrument(self) -> Instrument:
        """The instrument, with the reliability that it has here; its raters differ in no more than is left."""
        known = Instrument.load(self.name)
        return known if self.reliability is None else _as_reliable(known, self.reliability)


def _as_reliable(instrument: Instrument, reliability: float) -> Instrument:
    """The instrument with another reliability."""
    rater = min(instrument.rater, 1 - reliability)
    return instrument.changed({"reliability": reliability, "rater": rater})


class Unblinded(toml_models.Written):
    """Expectation of those who know the arm: by so much they read more than there is. It is no effect.

    Attributes
    ----------
    instrument, arm : where.
    by : in standard deviations of the instrument; what is read stays within its scale.
    evidence, note : what it rests on.
    """

    instrument: str
    arm: str
    by: float = Field(ge=-2, le=2)
    evidence: Cited = ("assumed",)
    note: str = ""


class Seen(toml_models.Written):
    """What is seen: visits and instruments.

    Attributes
    ----------
    visits : in the order of time; the first, in week 0, is that before randomisation.
    instruments : names, or tables with ``name`` and ``raters``.
    unblinded : what those expect who know the arm.
    """

    visits: toml_models.Listed[Visit] = Field(min_length=2, max_length=_MOST_VISITS)
    instruments: Annotated[toml_models.Listed[Scale], BeforeValidator(lambda given: toml_models.tables_of(given))] = (
        Field(min_length=1)
    )
    unblinded: toml_models.Listed[Unblinded] = ()

    @field_validator("visits")
    @classmethod
    def _begin_at_once(cls, visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
        if name := twice(_slug(visit.name) for visit in visits):
            raise DyadsimError(f"Two visits are called '{name}'.")
        first = visits[0]
        if first.week != 0 or first.window:
            raise DyadsimError(f"The first visit, '{first.name}', is in week 0, without a window: it is the baseline.")
        if late := next((visit for visit in visits[1:] if visit.week == 0), None):
            raise DyadsimError(f"The visit '{late.name}' is in week 0 too; only the first is.")
        return visits

    @model_validator(mode="after")
    def _fits(self) -> Seen:
        names = [scale.instrument.name for scale in self.instruments]
        if name := twice(names):
            raise DyadsimError(f"The instrument '{name}' is there twice.")
        for visit in self.visits:
            for name in visit.instruments:
                if name not in names:
                    raise unknown(f"instrument of the visit '{visit.name}':", name, names)
                if self.scale(name).instrument.classifies and visit.age != attachment.WEEK:
                    raise DyadsimError(
                        f"'{name}' is done at an age of {attachment.WEEK} weeks; the visit '{visit.name}' must have "
                        f"age = {attachment.WEEK}."
                    )
        for each in self.unblinded:
            if each.instrument not in names or self.scale(each.instrument).instrument.classifies:
                raise unknown("instrument with points:", each.instrument, names)
        return self

    def scale(self, name: str) -> Scale:
        """The instrument of that name, as the trial uses it."""
        return next(each for each in self.instruments if each.instrument.name == name)

    def changed_to(self, reliability: float, name: str) -> Seen:
        """What is seen with one of the instruments so reliable."""
        scales = (
            each.changed({"reliability": reliability}) if each.instrument.name == name else each
            for each in self.instruments
        )
        return self.changed({"instruments": tuple(scales)})

    def used_at(self, visit: Visit) -> tuple[Scale, ...]:
        """Instruments that are used at a visit."""
        if visit.instruments:
            return tuple(self.scale(name) for name in visit.instruments)
        return tuple(
            each for each in self.instruments if not each.instrument.classifies or visit.age == attachment.WEEK
        )

    def visit(self, name: str) -> Visit:
        """The visit of that name.

        Raises
        ------
        DyadsimError
            if there is none.
        """
        found = next((each for each in self.visits if each.name == name), None)
        if found is None:
            raise unknown("visit", name, [each.name for each in self.visits])
        return found


def column(instrument: str, visit: str) -> str:
    """The name of the column of what an instrument reads at a visit.

    Examples
    --------
    >>> column("eas", "6 weeks")
    'eas_6_weeks'
    """
    return f"{instrument}_{_slug(visit)}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
