"""The parameters of families and communities: the second caregiver, ties between mothers, what ties give, groups.

Each is described once, in ``data/family_parameters.csv``, with what it rests on: what nobody has measured is *assumed*,
what was measured in others than mothers of infants is borrowed from them, and says so. The values stand in
``data/families.toml`` (made by ``dyadsim calibrate families``), what was assumed before in ``data/priors.toml``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from typing import Any

from ..common.files import package_data
from .parameters import Parameter, ParameterValues, described_in

__all__ = ["FAMILY_PARAMETERS", "FamilyParameters"]


FAMILY_PARAMETERS: dict[str, Parameter] = described_in("family_parameters.csv")
"""Every parameter of families and communities, by name."""


class FamilyParameters(ParameterValues):
    """Values of all parameters of families and communities, by name.

    Parameters
    ----------
    values : all of :data:`FAMILY_PARAMETERS`, by name.

    Raises
    ------
    DyadsimError
        if a parameter is missing, unknown or out of range.

    Examples
    --------
    >>> ds.FamilyParameters.default().replace({"seats of a group": 6})
    """

    KNOWN = FAMILY_PARAMETERS
    OF = "families"

    @classmethod
    @functools.cache
    def default(cls) -> FamilyParameters:
        """The shipped values (``data/families.toml``)."""
        groups = tomllib.loads(package_data("families.toml").read_text("utf-8"))["parameters"]
        return cls({name: value for group in groups.values() for name, value in group.items()})

    def replace(self, changes: Mapping[str, Any]) -> FamilyParameters:
        """Parameters of families with some values changed.

        Parameters
        ----------
        changes : by name, in the unit and range that :data:`FAMILY_PARAMETERS` says.

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        return FamilyParameters(self.changed(changes))

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, FamilyParameters) else super().__eq__(other)

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))
