"""Cross-fostering twins: the same infants grow up with other mothers, the same mothers with other infants.

In a community each infant goes to the next family, the last to the first. What is the infant's own goes along:
temperament, what of an infant's own states there is at birth and lasts, and of vulnerability what comes of the parents
who bore the child. The luck of the weeks is that of the family. So endowment, care and what a mother brings can be told
apart.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..community.family import Families
from ..community.partners import INFANT_TRAITS
from ..development.starting_states import Start
from ..development.weekly_step import Development
from ..theory.slow_states import INFANTS_OWN, SLOW, SOURCES
from .next_families import NextFamilies

__all__ = ["exchanged", "with_infants_of"]

Whole = NDArray[np.int64]
_STATES = list(SLOW)
_OWN_STATES = [_STATES.index(state) for state in INFANTS_OWN]
_OWN_SOURCES = [SOURCES.index(name) for name in INFANT_TRAITS if name in SOURCES]


def exchanged(given: NextFamilies) -> NextFamilies:
    """Families of a generation whose infants grow up in the next family of their community.

    Parameters
    ----------
    given : families and who their members are.

    Raises
    ------
    DyadsimError
        if a community has one family only: its infant could go nowhere.
    """
    place = _born_at(given.families)
    births = given.births.copy()
    for name in ("id", "mother", "father", "born_in"):
        births[name] = given.births[name].to_numpy()[place]
    return replace(given, births=births)


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


def with_infants_of(development: Development, families: Families, born_in: Whole) -> Development:
    """Development of families before their first week, each with the infant who was born in another.

    Parameters
    ----------
    development : of the families with the infants who were born to them.
    families : whose.
    born_in : (families,) number of the family in which the infant was born who grows up in each.
    """
    if np.array_equal(born_in, families.numbers):
        return development
    place = np.searchsorted(families.numbers, born_in)
    rows = families.mothers_at[place][np.searchsorted(families.numbers, families.family)]  # of the birth mothers
    traits = {
        name: values[rows] if name in INFANT_TRAITS else values for name, values in development.cohort.traits.items()
    }
    start = development.start
    parts = {name: getattr(start, name).copy() for name in ("states", "levels", "sources")}
    for name, own in (("states", _OWN_STATES), ("levels", _OWN_STATES), ("sources", _OWN_SOURCES)):
        parts[name][own] = getattr(start, name)[own][:, rows]
    return replace(development, cohort=replace(development.cohort, traits=traits), start=Start(**parts))
