"""The ensemble of parameter sets that all agree with the evidence: between them lies what the calibration leaves open.

Made by ``dyadsim calibrate ensemble`` (:mod:`dyadsim.fitting.calibrate_ensemble`) and kept in
``data/ensemble.parquet``, one row a set. The sets are draws of equal weight: the first ten are as fair a sample as any
ten.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator

from ..common.errors import DyadsimError, as_whole, unknown
from ..common.files import package_data
from ..common.parquet_files import read_parquet
from .age_norms import FOLLOWED, Norms
from .coefficients import COEFFICIENTS, Coefficients
from .dynamics import PARAMETERS, Dynamics
from .slow_states import LIVED

__all__ = [
    "ENSEMBLE",
    "NOTES",
    "ParameterSet",
    "ParametersName",
    "parameter_set",
    "parameter_sets",
    "provenance",
    "sets_of",
    "table_of",
]

NOTES = b"dyadsim"
"""Under this key the file holds what it was made from."""

_FILE = "ensemble.parquet"


@dataclass(frozen=True, eq=False)
class ParameterSet:
    """One set of parameters: ``Cohort.sample(..., coefficients=one.coefficients, dynamics=one.dynamics)``.

    Attributes
    ----------
    number : its place in the ensemble.
    coefficients : strengths of the rules of interaction.
    dynamics : parameters of the weeks, with the norms that these coefficients give.
    """

    number: int
    coefficients: Coefficients
    dynamics: Dynamics

    def __repr__(self) -> str:
        return f"<ParameterSet {self.number}>"


def parameter_sets() -> tuple[ParameterSet, ...]:
    """The shipped ensemble: every set agrees with every calibrate and constraint row that the model is set by.

    Returns
    -------
    128 parameter sets, of equal weight, in the order of their numbers.

    Examples
    --------
    >>> [one.dynamics["depression -> sensitivity"] for one in ds.parameter_sets()[:3]]
    """
    return _shipped()


@functools.cache
def _shipped() -> tuple[ParameterSet, ...]:
    """The shipped ensemble, read once."""
    with package_data(_FILE).open("rb") as file:
        return tuple(sets_of(read_parquet(file)))


def parameter_set(number: int) -> ParameterSet:
    """The parameter set of a number; after the last one comes the first again.

    Parameters
    ----------
    number : whole number from 0.

    Returns
    -------
    the set; its own ``number`` is its place in the ensemble.

    Raises
    ------
    DyadsimError
        for what is no whole number from 0.

    Examples
    --------
    >>> one = ds.parameter_set(7)
    >>> ds.Cohort.sample(3, coefficients=one.coefficients, dynamics=one.dynamics)
    """
    whole = as_whole(number)
    if whole is None or whole < 0:
        raise DyadsimError(f"Sets of parameters are numbered from 0, not {number!r:.40}.")
    sets = parameter_sets()
    return sets[whole % len(sets)]


def provenance() -> dict[str, Any]:
    """What the shipped ensemble was made from, how many draws it took, and what simulation says of its sets."""
    import pyarrow.parquet

    with package_data(_FILE).open("rb") as file:
        notes = pyarrow.parquet.read_schema(file).metadata
    return dict(json.loads(notes[NOTES]))


def table_of(sets: Iterable[ParameterSet]) -> pd.DataFrame:
    """One row a set: coefficients and parameters of the weeks by name, then the norms."""
    return pd.DataFrame([{**_coefficients(one), **one.dynamics, **_norms(one.dynamics.norms)} for one in sets])


def _coefficients(one: ParameterSet) -> dict[str, float]:
    """Coefficients by name, or by ``name.state`` where there is a number a state."""
    found: dict[str, float] = {}
    for name, value in one.coefficients.items():
        states = COEFFICIENTS[name].states
        found |= {f"{name}.{state}": float(part) for state, part in zip(states, value, strict=True)} if states else {}
        found |= {} if states else {name: value}
    return found


def _norms(norms: Norms) -> dict[str, float]:
    """Every number of the norms: measure by measure, as :func:`_norm_names` calls them."""
    by_measure = zip(norms.mean, norms.sd, norms.slopes, norms.chance[:, None], strict=True)
    numbers = np.concatenate([part for parts in by_measure for part in parts])
    return dict(zip(_norm_names(norms.ages), numbers.tolist(), strict=True))


def _norm_names(ages: Iterable[float]) -> Iterator[str]:
    """Names of the numbers of norms: of each measure mean and sd by age, slopes by trait, chance."""
    by_age = [f"{what} {age:g}" for what in ("mean", "sd") for age in ages]
    for measure in LIVED:
        yield from (f"norms {measure} {name}" for name in (*by_age, *FOLLOWED, "chance"))


def sets_of(table: pd.DataFrame) -> Iterator[ParameterSet]:
    """The sets of a table (:func:`table_of`)."""
    ages = Norms.default().ages
    # (sets, lived measures, numbers of a measure): mean by age, sd by age, slopes and chance, one after another.
    norms = table[[*_norm_names(ages)]].to_numpy(copy=True).reshape(len(table), len(LIVED), -1)
    cuts = np.cumsum([len(ages), len(ages), len(FOLLOWED)])
    for number, row in enumerate(table.to_dict("records")):
        mean, sd, slopes, chance = np.split(norms[number], cuts, axis=1)
        coefficients = {
            name: [row[f"{name}.{state}"] for state in known.states] if known.states else row[name]
            for name, known in COEFFICIENTS.items()
        }
        dynamics = {name: row[name] for name in PARAMETERS}
        its_norms = Norms(ages, mean, sd, slopes, chance[:, 0])
        yield ParameterSet(number, Coefficients(coefficients), Dynamics(dynamics, its_norms))


ENSEMBLE = "ensemble"
"""The name of all sets together, where the one that is calibrated might stand."""

_PARAMETERS = ("calibrated", ENSEMBLE)


def _known(name: str) -> str:
    """The name, if parameters go by it."""
    if name not in _PARAMETERS:
        raise unknown("parameters", name, _PARAMETERS)
    return name


ParametersName = Annotated[str, AfterValidator(_known)]
"""With which parameters something is lived through: those that fit the evidence best, or an ensemble that agrees with
it (:mod:`dyadsim.theory.parameter_sets`)."""
