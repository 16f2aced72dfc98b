"""The parameters of services: when a mother counts as depressed, who tells of it, who is ready for help, who leaves.

Each is described once, in ``data/service_parameters.csv``, with what it rests on; the values stand in
``data/help_seeking.toml``. What belongs to one service (staff, contacts, programmes, costs) is in that service's file.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from typing import Any

from ..common.files import package_data
from .parameters import Parameter, ParameterValues, described_in

__all__ = ["SERVICE_PARAMETERS", "ServiceParameters"]

SERVICE_PARAMETERS: dict[str, Parameter] = described_in("service_parameters.csv")
"""Every parameter of services, by name."""


class ServiceParameters(ParameterValues):
    """Values of all parameters of services, by name.

    Parameters
    ----------
    values : all of :data:`SERVICE_PARAMETERS`, by name.

    Raises
    ------
    DyadsimError
        if a parameter is missing, unknown or out of range.

    Examples
    --------
    >>> ds.ServiceParameters.default().replace({"tells truly": 1.0})
    """

    KNOWN = SERVICE_PARAMETERS
    OF = "services"

    @classmethod
    @functools.cache
    def default(cls) -> ServiceParameters:
        """The shipped values (``data/help_seeking.toml``)."""
        groups = tomllib.loads(package_data("help_seeking.toml").read_text("utf-8"))["parameters"]
        return cls({name: value for group in groups.values() for name, value in group.items()})

    def replace(self, changes: Mapping[str, Any]) -> ServiceParameters:
        """Parameters of services with some values changed.

        Parameters
        ----------
        changes : by name, in the unit and range that :data:`SERVICE_PARAMETERS` says.

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        return ServiceParameters(self.changed(changes))
