"""Contacts of the calendar of a service, and for whom they are."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from ..common import toml_models
from ..common.errors import DyadsimError
from ..community.family import SINGLE, STATUSES, Families
from ..theory.evidence import Cited

__all__ = ["Contact", "Who", "belongs"]

Who = toml_models.Listed[Literal["all", "single-parenthood", "migration", "poverty"]]
"""For whom something is: all, or families with any of these statuses."""


def belongs(families: Families, who: tuple[str, ...]) -> NDArray[np.bool_]:
    """Truth (families,) of whether each is among those for whom something is.

    Parameters
    ----------
    families : of an area.
    who : ``all``, or statuses.
    """
    if "all" in who:
        return np.ones(len(families), dtype=bool)
    alone = ~families.has_partner if families.is_partner.any() else np.zeros(len(families), dtype=bool)
    under = [families.under(name) | (alone if name == SINGLE else False) for name in STATUSES if name in who]
    return np.logical_or.reduce(np.stack(under), axis=0)


class Contact(toml_models.Written):
    """A contact of the calendar.

    Attributes
    ----------
    name : such as ``new birth visit``.
    week : of his life (negative: before birth) from which it is due.
    window : weeks within which it can still be made; what cannot be made by then is missed.
    share : of families at large who are met at all.
    prompt : share of these who are met in its first week; the others in one of the weeks that follow.
    staff : by whom.
    hours : of theirs.
    at : ``home``, ``clinic``, ``phone`` or ``digital``.
    who : for whom it is.
    notices : share of depressed mothers in whom it is noticed there without any instrument.
    evidence, note : what it rests on.
    """

    name: str = Field(min_length=1)
    week: int = Field(ge=-40, le=520)
    window: int = Field(default=1, ge=1, le=52)
    share: float = Field(default=1.0, gt=0, le=1)
    prompt: float = Field(default=1.0, gt=0, le=1)
    staff: str
    hours: float = Field(gt=0, le=40)
    at: Literal["home", "clinic", "phone", "digital"] = "home"
    who: Who = ("all",)
    notices: float = Field(default=0.0, ge=0, le=1)
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("who")
    @classmethod
    def _is_somebody(cls, who: tuple[str, ...]) -> tuple[str, ...]:
        if not who:
            raise DyadsimError("A contact is for somebody: 'all', or statuses such as 'poverty'.")
        return who
