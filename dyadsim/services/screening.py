"""Screening by an instrument, the interview that may follow, and where each leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..measurement.instruments import Instrument
from ..theory.evidence import Cited
from ..theory.slow_states import SLOW
from .costs import Cost

__all__ = ["INTERVIEW", "Interview", "Route", "Routes", "Screening", "checked_scale", "place_on"]

INTERVIEW = "interview"
"""The word by which a route leads to the interview and not to a programme."""


class Route(toml_models.Written):
    """Where those lead who read so high.

    Attributes
    ----------
    score : from which on; the highest one reached holds.
    to : ``interview``, or a programme of the service.
    """

    score: float
    to: str


def _in_order(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    if (score := twice(each.score for each in routes)) is not None:
        raise DyadsimError(f"Two routes begin with a score of {score:g}.")
    return tuple(sorted(routes, key=lambda each: each.score))


Routes = toml_models.Listed[Route]


def place_on(routes: Iterable[Route], scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place (families,) of the route that each score reaches; -1 for none.

    Parameters
    ----------
    routes : in the order of their scores.
    scores : (families,) read.
    """
    return np.searchsorted([each.score for each in routes], scores, side="right").astype(np.int64) - 1


def checked_scale(name: str) -> str:
    """The name of an instrument by which a service may see mothers.

    Raises
    ------
    DyadsimError
        if it gives classes, or sees what is no slow state.
    """
    scale = Instrument.load(name)
    if scale.classifies:
        raise DyadsimError(f"A service sees mothers by points, and '{name}' gives classes.")
    if other := [each for each in scale.of if each not in SLOW]:
        raise DyadsimError(f"A service sees mothers by slow states, and '{name}' is of '{other[0]}'.")
    return name


class Screening(toml_models.Written):
    """Screening at contacts.

    Attributes
    ----------
    at : names of contacts.
    instrument : by name, or a TOML file; it gives points.
    offered : share of mothers met there to whom it is offered.
    answered : share of these who fill it in.
    routes : from which score on it is positive, and where it leads; the lowest is the cut.
    cost : of each, beside the time of the contact.
    evidence, note : what it rests on.
    """

    at: toml_models.Listed[str] = Field(min_length=1)
    instrument: str = "epds"
    offered: float = Field(default=1.0, gt=0, le=1)
    answered: float = Field(default=1.0, gt=0, le=1)
    routes: Routes = Field(min_length=1)
    cost: Cost | None = None
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("instrument")
    @classmethod
    def _gives_points(cls, name: str) -> str:
        return checked_scale(name)

    @field_validator("routes")
    @classmethod
    def _are_in_order(cls, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        return _in_order(routes)

    @property
    def cut(self) -> float:
        """The score from which on it is positive."""
        return self.routes[0].score


class Interview(toml_models.Written):
    """Diagnostic interview to which a screening, or her own word, may lead.

    Attributes
    ----------
    staff : by whom.
    hours : of theirs.
    comes : share of those invited who come.
    routes : where it leads, by how far above the threshold of a case it reads (standard scores; 0: any case).
    cost : of each, beside the time of staff.
    evidence, note : what it rests on.
    """

    staff: str
    hours: float = Field(gt=0, le=40)
    comes: float = Field(default=1.0, gt=0, le=1)
    routes: Annotated[Routes, Field(min_length=1)]
    cost: Cost | None = None
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("routes")
    @classmethod
    def _are_in_order(cls, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        return _in_order(routes)

    @model_validator(mode="after")
    def _leads_on(self) -> Interview:
        if any(each.to == INTERVIEW for each in self.routes):
            raise DyadsimError("An interview leads to a programme, and not to another interview.")
        return self
