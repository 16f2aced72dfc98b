"""Parameters of a level, each described once, and values of all of them by name: what weeks and families share."""

from __future__ import annotations

import csv
import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ..common.errors import DyadsimError, unknown
from ..common.files import package_data
from ..common.shown import Shown, counted
from .traits import ASSUMED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Parameter", "ParameterValues", "ShippedValues", "described_in"]


@dataclass(frozen=True)
class Parameter:
    """One number of the model: what it is, and between which numbers it may lie.

    Attributes
    ----------
    name : by which it is known (``depression -> sensitivity``).
    group : of parameters, as their file has them.
    low, high : its range, both ends included.
    unit, meaning : for people.
    source : what its value rests on.
    """

    name: str
    group: str
    low: float
    high: float
    unit: str
    meaning: str
    source: str = ASSUMED


def described_in(file: str) -> dict[str, Parameter]:
    """Parameters by name, in the order of the table that describes them.

    Parameters
    ----------
    file : its name in the package's data (CSV).
    """
    found = {}
    with package_data(file).open("r", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            low, high = float(row.pop("low")), float(row.pop("high"))
            found[row["name"]] = Parameter(**row, low=low, high=high)
    return found


class ParameterValues(Shown, Mapping[str, float]):
    """Values of all parameters of a level, by name.

    Parameters
    ----------
    values : all that ``KNOWN`` describes, by name.

    Raises
    ------
    DyadsimError
        if a parameter is missing, unknown or out of range.
    """

    KNOWN: ClassVar[Mapping[str, Parameter]]
    OF: ClassVar[str]
    """Of what they are, as messages say it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        missing = self.KNOWN.keys() - values.keys()
        if missing:
            raise DyadsimError(f"Parameter '{min(missing)}' of {self.OF} is missing.")
        self._values = {name: self._checked(name, value) for name, value in values.items()}

    @classmethod
    def default(cls) -> Self:
        """The shipped values."""
        raise NotImplementedError

    def changed(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Values by name, some of them changed.

        Raises
        ------
        DyadsimError
            for an unknown name.
        """
        for name in changes:
            if name not in self.KNOWN:
                raise unknown(f"parameter of {self.OF}", name, self.KNOWN)
        return {**self._values, **changes}

    def changes(self) -> dict[str, float]:
        """What differs from the shipped values."""
        return {name: value for name, value in self.items() if value != self.default()[name]}

    def grouped(self) -> dict[str, dict[str, float]]:
        """Values by group and name, as their file has them."""
        groups: dict[str, dict[str, float]] = {}
        for name, value in self.items():
            groups.setdefault(self.KNOWN[name].group, {})[name] = value
        return groups

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _in_a_line(self) -> str:
        return counted(len(self), "parameter")

    def _in_a_table(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({"name": list(self), "value": [str(value) for value in self.values()]})

    @classmethod
    def _checked(cls, name: str, value: Any) -> float:
        """The value of that parameter as a float within its range."""
        if name not in cls.KNOWN:
            raise unknown(f"parameter of {cls.OF}", name, cls.KNOWN)
        known = cls.KNOWN[name]
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not known.low <= number <= known.high:
            raise DyadsimError(
                f"Parameter '{name}' is {value!r:.40}, but must be a number from {known.low:g} to {known.high:g} "
                f"({known.unit})."
            )
        return number


class ShippedValues(ParameterValues):
    """Values of all parameters of a level, of which some ship in a file.

    Attributes
    ----------
    FILE : its name in the package's data: a table ``parameters`` with a table for each group.
    """

    FILE: ClassVar[str]

    @classmethod
    @functools.cache
    def default(cls) -> Self:
        """The shipped values."""
        groups = tomllib.loads(package_data(cls.FILE).read_text("utf-8"))["parameters"]
        return cls({name: value for group in groups.values() for name, value in group.items()})

    def replace(self, changes: Mapping[str, Any]) -> Self:
        """Parameters with some values changed.

        Parameters
        ----------
        changes : by name, in the unit and range in which each is described.

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        return type(self)(self.changed(changes))

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, type(self)) else super().__eq__(other)

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))
