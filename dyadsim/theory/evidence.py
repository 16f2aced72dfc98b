"""Published figures: read from ``data/evidence.csv``, with their sources and what each may be used for.

The role of a row is a rule: ``calibrate`` rows may set parameters, ``constraint`` rows are signs that a calibration
must satisfy, ``derived`` rows are arithmetic on calibrate rows, ``check`` rows are compared and never tuned to,
``context`` rows describe one intervention or setting.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
from pydantic import AfterValidator, Field

from ..common.errors import unknown
from ..common.files import package_data

__all__ = ["ROLES", "UNVERIFIED", "Cited", "Row", "every", "is_unverified", "row", "rows"]

ROLES = ("calibrate", "constraint", "derived", "check", "context")
_ID = re.compile(r"[FIMNORT]\d{3}[a-d]?|M_\w+")
UNVERIFIED = "recalled"
"""The basis of a figure that nobody has read at its source; it is shown as unverified."""


@dataclass(frozen=True)
class Row:
    """One published quantity.

    Attributes
    ----------
    id, domain, name, target, context, metric : which, of what, where it was measured and in which unit.
    value, low, high : as published; a direction row carries words, and some rows a standard deviation in ``low``.
    n : size of the study, as published.
    source, doi : whom to cite.
    basis : data, text, abstract or recalled.
    role : one of :data:`ROLES`.
    """

    id: str
    domain: str
    name: str
    target: str
    context: str
    metric: str
    value: str
    low: str
    high: str
    n: str
    source: str
    doi: str
    basis: str
    role: str

    @property
    def number(self) -> float:
        """The value as a number; NaN where it is words."""
        return _number(self.value)

    @property
    def interval(self) -> tuple[float, float]:
        """The published 95 % interval; NaN where there is none."""
        return _number(self.low), _number(self.high)

    @property
    def sd(self) -> float:
        """The published standard deviation between sessions or persons; NaN where there is none."""
        found = re.search(r"\bSD (\d+(?:\.\d+)?)", f"{self.low} {self.value}")
        return float(found[1]) if found else float("nan")


def rows(domain: str, roles: Collection[str] = ROLES) -> list[Row]:
    """The rows of a domain (interaction, risk, intervention, outcome, trial) that have one of the roles."""
    return [each for each in _all().values() if each.domain == domain and each.role in roles]


def every() -> list[Row]:
    """All rows, in their order."""
    return list(_all().values())


def row(id: str) -> Row:
    """The row of that id.

    Raises
    ------
    DyadsimError
        if there is none.
    """
    if id not in _all():
        raise unknown("evidence id", id, _all())
    return _all()[id]


def _known(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The ids, when each that looks like the id of a row is one."""
    for id in ids:
        if _ID.fullmatch(id):
            row(id)  # which refuses one that does not exist
    return ids


Cited = Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_known)]
"""Ids of rows, *assumed*, or a source in a user's own words; what looks like an id must be one."""


def is_unverified(id: str) -> bool:
    """Whether a figure cited by this id was not read at its source; a source in a user's own words is taken as read."""
    return id in _all() and _all()[id].basis == UNVERIFIED


def _number(text: str) -> float:
    """The number that a text says; NaN if it says none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


@functools.cache
def _all() -> dict[str, Row]:
    """Every row by its id, in the order of the file."""
    with package_data("evidence.csv").open("r", encoding="utf-8") as file:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
    fields = [table[name] for name in Row.__dataclass_fields__]
    return {id: Row(*given) for id, *given in zip(table["id"], *fields, strict=True)}
