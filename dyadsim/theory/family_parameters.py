"""The parameters of families and communities: the second caregiver, ties between mothers, what ties give, groups.

Each is described once, in ``data/family_parameters.csv``, with what it rests on: what nobody has measured is *assumed*,
what was measured in others than mothers of infants is borrowed from them, and says so. The values stand in
``data/families.toml`` (made by ``dyadsim calibrate families``), what was assumed before in ``data/priors.toml``.
"""

from __future__ import annotations

from .parameters import Parameter, ShippedValues, described_in

__all__ = ["FAMILY_PARAMETERS", "FamilyParameters"]


FAMILY_PARAMETERS: dict[str, Parameter] = described_in("family_parameters.csv")
"""Every parameter of families and communities, by name."""


class FamilyParameters(ShippedValues):
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
    FILE = "families.toml"
