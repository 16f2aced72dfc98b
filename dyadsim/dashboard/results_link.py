"""Address parts of the page Results: which view of a folder a link opens (``results.x=burden&results.point=3``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from pydantic import Field

from ..common import toml_models
from ..common.errors import as_whole, whole_number
from .address_parts import check_known

__all__ = ["ResultsAsked", "is_of_results"]

_KEY = "results"
_MOST = 200  # characters of a name
_LOWEST, _HIGHEST = -1_000, 10**9  # weeks before birth; points
_WHOLE = ("week", "column", "row", "point", "dyad", "seen_week")


class ResultsAsked(toml_models.Written):
    """What a link says of the view of a results folder; whether the folder has it shows when that is read.

    Attributes
    ----------
    outcome, episode, arm, week, against : what is looked at (:class:`dyadsim.sweeps.results.View`).
    x, y : the factors across and upwards.
    cells : what the cells of the heat map say.
    column, row : place of the chosen cell of the heat map, from 0, from the left and from below.
    point, dyad : the chosen ones, by their numbers.
    seen_week, seen_arm : of a scenario, those in which the dyad is to be watched.
    """

    outcome: str | None = Field(default=None, max_length=_MOST)
    episode: str | None = Field(default=None, max_length=_MOST)
    arm: str | None = Field(default=None, max_length=_MOST)
    week: int | None = None
    against: str | None = Field(default=None, max_length=_MOST)
    x: str | None = Field(default=None, max_length=_MOST)
    y: str | None = Field(default=None, max_length=_MOST)
    cells: str | None = Field(default=None, max_length=_MOST)
    column: int | None = Field(default=None, ge=0)
    row: int | None = Field(default=None, ge=0)
    point: int | None = Field(default=None, ge=0)
    dyad: int | None = Field(default=None, ge=0)
    seen_week: int | None = None
    seen_arm: str | None = Field(default=None, max_length=_MOST)

    @classmethod
    def from_link(cls, parts: Iterable[str]) -> Self:
        """What parts of an address say.

        Raises
        ------
        DyadsimError
            for what cannot be.
        """
        texts = parse_qsl("&".join(parts), keep_blank_values=True)
        said: dict[str, Any] = {name.removeprefix(f"{_KEY}."): text for name, text in texts}
        check_known(said, "view of results", cls.model_fields)
        for name in _WHOLE:  # all else are names, and a name may look like a number
            if name in said:
                said[name] = whole_number(name, as_whole(said[name], text=True), _LOWEST, _HIGHEST)
        return cls(**said)

    def in_link(self) -> str:
        """The part of an address that says the same."""
        return urlencode({f"{_KEY}.{name}": value for name, value in self.model_dump(exclude_none=True).items()})


def is_of_results(part: str) -> bool:
    """Whether a part of an address says what is looked at in a results folder."""
    return part.startswith(f"{_KEY}.")
