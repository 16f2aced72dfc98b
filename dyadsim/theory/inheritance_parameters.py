"""The parameters of inheritance: endowment, what care left in a child, and life between childhood and parenthood.

Each is described once, in ``data/inheritance_parameters.csv``, with what it rests on; the values and the norms of
childhood stand in ``data/inheritance.toml`` (made by ``dyadsim calibrate generations``).
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown
from ..common.files import package_data
from .parameters import Parameter, ParameterValues, described_in

__all__ = ["CHILDHOOD", "INHERITANCE_PARAMETERS", "WAYS", "ChildhoodNorms", "Inheritance"]

Numbers = NDArray[np.float64]

INHERITANCE_PARAMETERS: dict[str, Parameter] = described_in("inheritance_parameters.csv")
"""Every parameter of inheritance, by name."""

CHILDHOOD = (
    "expectation", "secure", "disorganised", "care",
    "adversity", "competence", "externalising", "parents_vulnerability",
)  # fmt: skip
"""What childhood left, of which norms are kept, in the order of all arrays."""


def _in_group(*groups: str) -> tuple[str, ...]:
    return tuple(name for name, each in INHERITANCE_PARAMETERS.items() if each.group in groups)


def _from(*sources: str) -> tuple[str, ...]:
    return tuple(name for name in _in_group("continuity", "maltreatment") if name.partition(" -> ")[0] in sources)


_STATUS = "continuity of status"
WAYS: dict[str, tuple[str, ...]] = {
    "endowment": _in_group("endowment"),
    "care": (*_in_group("continuity"), *_from("maltreated", "externalising"), _STATUS),
    "what he himself took": (*_from("secure", "disorganised", "expectation", "competence", "externalising"),),
    "the care he met": ("care -> sensitivity",),
    "adversity": _from("adversity", "maltreated"),
    "surroundings": (_STATUS,),
    "partners": ("partner -> history",),
}
"""Ways from one generation to the next that can be cut, and the parameters that are 0 then. *Care* is all but endowment
and partners: what the first years left, and the surroundings."""


@dataclass(frozen=True, eq=False)
class ChildhoodNorms:
    """Norms of what childhood leaves in the children of a community, by which it is scored.

    Attributes
    ----------
    mean, sd : by :data:`CHILDHOOD`, over children.
    correlations : (childhood, childhood) over children.
    """

    mean: Numbers
    sd: Numbers
    correlations: Numbers

    def __post_init__(self) -> None:
        parts = ((self.mean, (len(CHILDHOOD),)), (self.sd, (len(CHILDHOOD),)))
        whole = all(part.shape == shape and np.isfinite(part).all() for part, shape in parts)
        if not (whole and self.correlations.shape == (len(CHILDHOOD),) * 2 and (self.sd > 0).all()):
            raise DyadsimError("Norms of childhood need a mean, an sd above 0 and correlations of all that it leaves.")

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> ChildhoodNorms:
        """Norms from what :meth:`written` gave."""
        return cls(
            np.array([given[name]["mean"] for name in CHILDHOOD], dtype=float),
            np.array([given[name]["sd"] for name in CHILDHOOD], dtype=float),
            np.array([[given[one]["with"][other] for other in CHILDHOOD] for one in CHILDHOOD], dtype=float),
        )

    def written(self) -> dict[str, Any]:
        """The norms in plain values, as ``data/inheritance.toml`` has them."""
        return {
            name: {
                "mean": round(float(self.mean[k]), 4),
                "sd": round(float(self.sd[k]), 4),
                "with": {other: round(float(r), 4) for other, r in zip(CHILDHOOD, self.correlations[k], strict=True)},
            }
            for k, name in enumerate(CHILDHOOD)
        }

    def score(self, name: str, values: Numbers) -> Numbers:
        """What childhood left, as standard scores of a community's children.

        Parameters
        ----------
        name : one of :data:`CHILDHOOD`.
        values : (children,) in the unit of the norms.
        """
        k = CHILDHOOD.index(name)
        return (values - self.mean[k]) / self.sd[k]

    def sd_of(self, name: str) -> float:
        """Standard deviation of one of :data:`CHILDHOOD` over children, in its unit."""
        return float(self.sd[CHILDHOOD.index(name)])

    def explained(self, weights: Mapping[str, float]) -> float:
        """Variance of a weighted sum of standard scores over a community's children.

        Parameters
        ----------
        weights : by :data:`CHILDHOOD`; what is left out weighs nothing.
        """
        return self.together(weights, weights)

    def together(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """Covariance of two weighted sums of standard scores (as :meth:`explained` has one)."""
        by, and_by = (np.array([each.get(name, 0.0) for name in CHILDHOOD]) for each in (one, other))
        return float(by @ self.correlations @ and_by)


class Inheritance(ParameterValues):
    """Values of all parameters of inheritance, by name, and the norms of childhood.

    Parameters
    ----------
    values : all of :data:`INHERITANCE_PARAMETERS`, by name.
    norms : of childhood (default: the shipped ones).

    Raises
    ------
    DyadsimError
        if a parameter is missing, unknown or out of range.

    Examples
    --------
    >>> ds.Inheritance.default().replace({"care -> sensitivity": 0.5})
    >>> ds.Inheritance.default().without("endowment")["heritability of temperament"]
    """

    KNOWN = INHERITANCE_PARAMETERS
    OF = "inheritance"

    def __init__(self, values: Mapping[str, Any], norms: ChildhoodNorms | None = None) -> None:
        super().__init__(values)
        self.norms: ChildhoodNorms = Inheritance.default().norms if norms is None else norms

    @classmethod
    @functools.cache
    def default(cls) -> Inheritance:
        """The shipped values (``data/inheritance.toml``)."""
        return cls.read(package_data("inheritance.toml"))

    @classmethod
    def read(cls, file: Traversable) -> Inheritance:
        """The values and norms of a file that ``dyadsim calibrate generations`` wrote."""
        given = tomllib.loads(file.read_text("utf-8"))
        values = {name: value for group in given["parameters"].values() for name, value in group.items()}
        return cls(values, ChildhoodNorms.read(given["norms"]))

    def replace(self, changes: Mapping[str, Any], norms: ChildhoodNorms | None = None) -> Inheritance:
        """Parameters of inheritance with some values, or the norms, changed.

        Parameters
        ----------
        changes : by name, in the unit and range that :data:`INHERITANCE_PARAMETERS` says.
        norms : other norms of childhood (default: as they are).

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        return Inheritance(self.changed(changes), norms or self.norms)

    def without(self, *ways: str) -> Inheritance:
        """Parameters of inheritance with some ways cut.

        Parameters
        ----------
        ways : of :data:`WAYS`, or names of parameters.

        Raises
        ------
        DyadsimError
            for an unknown way.
        """
        for way in ways:
            if way not in WAYS and way not in INHERITANCE_PARAMETERS:
                raise unknown("way from one generation to the next", way, WAYS)
        return self.replace({name: 0.0 for way in ways for name in WAYS.get(way, (way,))})

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Inheritance):
            return self._values == other._values and self.norms.written() == other.norms.written()
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))
