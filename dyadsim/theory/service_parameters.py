"""The parameters of services: when a mother counts as depressed, who tells of it, who is ready for help, who leaves.

Each is described once, in ``data/service_parameters.csv``, with what it rests on; the values stand in
``data/help_seeking.toml``. What belongs to one service (staff, contacts, programmes, costs) is in that service's file.
"""

from __future__ import annotations

from .parameters import Parameter, ShippedValues, described_in

__all__ = ["SERVICE_PARAMETERS", "ServiceParameters"]

SERVICE_PARAMETERS: dict[str, Parameter] = described_in("service_parameters.csv")
"""Every parameter of services, by name."""


class ServiceParameters(ShippedValues):
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
    FILE = "help_seeking.toml"
