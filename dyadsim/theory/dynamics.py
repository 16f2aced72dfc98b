"""The parameters of the weeks: how strong each arrow is, how fast states return, what lasts, what leads to attachment.

Each is described once, here; the values stand in ``data/development.toml`` (made by ``dyadsim calibrate development``),
what was assumed of them before in ``data/priors.toml``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from ..common.errors import unknown
from ..common.files import package_data
from .age_norms import Norms
from .attachment import CLASSES, PULLS
from .couplings import ARROWS
from .parameters import Parameter, ParameterValues
from .slow_states import SLOW
from .traits import ASSUMED

__all__ = ["CALENDAR", "PARAMETERS", "Dynamics"]


CALENDAR: dict[int, str] = {-22: "O005a", -8: "O005b", 8: "O005c", 35: "O005d"}
"""Weeks of his life at which depressive symptoms were measured in a whole community, and where."""

_TIMED = {"depression": "R009, O009a, O009b, O009c, I037", "sensitivity": "R017"}
"""What speaks of how states hold or change over time."""

_SIZES = (
    (
        "depressive episode",
        0,
        6,
        "standard scores",
        "how far a clinical episode raises depression",
        "O009a, O009b, O009c",
    ),
    ("depressive episode half-life", 1, 520, "weeks", "in which such an episode halves", "O009a, O009b, O009c"),
    (
        "prematurity on sensitivity",
        -1,
        1,
        "standard scores",
        "what being born eight weeks early does to it",
        "R025, R026",
    ),
    ("depressive episode on sensitivity", -3, 1, "standard scores", "what it does to sensitivity by itself", "R002"),
)


def _described() -> Iterator[Parameter]:
    """Every parameter of the weeks, group by group."""
    for arrow in ARROWS.values():
        verb = "raises" if arrow.sign > 0 else "lowers"
        meaning = f"how far {arrow.source} {verb} the level of {arrow.target}"
        yield Parameter(
            arrow.name, "arrows", 0, 2, "standard scores per standard score", meaning, ", ".join(arrow.evidence)
        )
    for state in SLOW:
        source = _TIMED.get(state, ASSUMED)
        meaning = f"how fast {state} returns to its level"
        yield Parameter(f"rate of {state}", "rates", 0.001, 1, "share a week", meaning, source)
        meaning = f"how much of what is a dyad's own in {state} does not change"
        yield Parameter(f"lasting {state}", "lasting", 0, 1, "share", meaning, source)
    for pull in PULLS.values():
        meaning = f"how {pull.predictor} {'raises' if pull.sign > 0 else 'lowers'} the odds of {pull.to} attachment"
        yield Parameter(pull.name, "attachment", 0, 4, "log-odds per standard score", meaning, ", ".join(pull.evidence))
    for each, row in zip(CLASSES[1:], ("O001b", "O001c", "O001d"), strict=True):
        yield Parameter(each, "attachment", -8, 4, "log-odds against secure", f"{each} attachment, all scores 0", row)
    for week, row in CALENDAR.items():
        meaning = f"level of depression in a whole community in week {week} of his life"
        yield Parameter(f"calendar {week}", "calendar", -3, 3, "standard scores", meaning, row)
    for name, low, high, unit, meaning, source in _SIZES:
        yield Parameter(name, "sizes", low, high, unit, meaning, source)


PARAMETERS: dict[str, Parameter] = {each.name: each for each in _described()}
"""Every parameter of the weeks, by name."""


class Dynamics(ParameterValues):
    """Values of all parameters of the weeks, by name, and the norms that weeks are scored against.

    Norms belong to the coefficients of interaction by which they were made: with others of either, a community drifts.

    Parameters
    ----------
    values : all of :data:`PARAMETERS`, by name.
    norms : age norms of the lived measures (default: the shipped ones).

    Raises
    ------
    DyadsimError
        if a parameter is missing, unknown or out of range.

    Examples
    --------
    >>> ds.Dynamics.default().replace({"depression -> sensitivity": 0.2})
    """

    KNOWN = PARAMETERS
    OF = "the weeks"

    def __init__(self, values: Mapping[str, Any], norms: Norms | None = None) -> None:
        super().__init__(values)
        self.norms = Norms.default() if norms is None else norms

    @classmethod
    @functools.cache
    def default(cls) -> Dynamics:
        """The shipped values (``data/development.toml``)."""
        return cls.read(package_data("development.toml"))

    @classmethod
    def read(cls, file: Traversable) -> Dynamics:
        """The values and norms of a file that ``dyadsim calibrate development`` wrote."""
        given = tomllib.loads(file.read_text("utf-8"))
        values = {name: value for group in given["parameters"].values() for name, value in group.items()}
        return cls(values, Norms.read(given["norms"]))

    def replace(self, changes: Mapping[str, Any], norms: Norms | None = None) -> Dynamics:
        """Parameters of the weeks with some values, or the norms, changed.

        Parameters
        ----------
        changes : by name, in the unit and range that :data:`PARAMETERS` says.
        norms : other age norms (default: as they are).

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        return Dynamics(self.changed(changes), norms or self.norms)

    def size(self, given: float | str) -> float:
        """The size of something: a number as it is, or the name of a fitted size, looked up."""
        if not isinstance(given, str):
            return float(given)
        sizes = [name for name, each in PARAMETERS.items() if each.group == "sizes"]
        if given not in sizes:
            raise unknown("fitted size", given, sizes)
        return self[given]

    def calendar(self, week: int) -> float:
        """The level of depression in a whole community in a week of his life; between the measured weeks on a line."""
        return float(np.interp(week, list(CALENDAR), [self[f"calendar {at}"] for at in CALENDAR]))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Dynamics):
            return self._values == other._values and self.norms == other.norms
        return super().__eq__(other)

    def __reduce__(self) -> tuple[Any, ...]:
        """Made anew from its values where it is copied or sent: another process hashes otherwise."""
        return Dynamics, (self._values, self.norms)

    def __hash__(self) -> int:
        return self._hash

    @functools.cached_property
    def _hash(self) -> int:
        return hash((tuple(sorted(self._values.items())), self.norms))
