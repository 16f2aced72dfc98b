"""Cross-fostering twins: the same infants grow up with other mothers, the same mothers with other infants.

In a community each infant goes to the next family, the last to the first. What is the infant's own goes along
(temperament, what lasts and what fluctuates of an infant's own states, what was inherited of the parents who bore
them); the weeks' luck is that of the family. So endowment, care and what a mother brings can be told apart.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import trait_normals
from ..community.family import Families
from ..community.partners import INFANT_TRAITS
from ..community.second_caregiver import INFANTS_ONE
from .next_families import NextFamilies

__all__ = ["exchanged"]

Whole = NDArray[np.int64]


def exchanged(given: NextFamilies) -> NextFamilies:
    """Families with their infants exchanged within each community.

    Parameters
    ----------
    given : families of a generation and who their members are.

    Raises
    ------
    DyadsimError
        if a community has one family only: its infant could go nowhere.
    """
    families = given.families
    from_where = _born_at(families)
    at = families.mothers_at[from_where][
        np.searchsorted(families.numbers, families.family)
    ]  # rows of the birth mothers
    traits = dict(families.cohort.traits)
    for name in INFANT_TRAITS:
        traits[name] = traits[name][at]
    seed = families.cohort.seed or 0
    brought = dict(families.brought)
    for draw in (f"{what} {state}" for what in ("level", "start") for state in INFANTS_ONE):
        brought[draw] = trait_normals(seed, families.cohort.units[at], draw)
    births = given.births.copy()
    for name in ("id", "mother", "father", "born_in"):
        births[name] = given.births[name].to_numpy()[from_where]
    swapped = replace(families, cohort=replace(families.cohort, traits=traits), brought=brought)
    return NextFamilies(swapped, births, given.caregivers)


def _born_at(families: Families) -> Whole:
    """Place (families,) of the family in which each family's infant was born."""
    places = np.arange(len(families))
    for first, end in zip(families.starts[:-1], families.starts[1:], strict=True):
        if end - first < 2:
            raise DyadsimError(
                f"Community {int(families.community[first])} has one family, so its infant can be exchanged with none; "
                "give communities of two families at least."
            )
        places[first:end] = np.roll(places[first:end], 1)
    return places
