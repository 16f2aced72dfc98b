"""Persons of lineages: the numbers by which they are known for good, and how a standard score of theirs is made up."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import DIGITS, seeds, trait_normals
from ..community.partners import PARTNERS

__all__ = ["UNKNOWN", "born", "from_elsewhere", "luck_of", "own_share", "rounded", "seed_of"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
UNKNOWN = -1
"""Stands for a parent who is not known."""
_GENERATION = 10**10
"""Persons of generation 2 have numbers from two times this on; those of a family have the family's number in it."""
_LEAST_OWN = 0.05  # of a score's variance that is always a person's own


def born(generation: int, families: Whole) -> Whole:
    """Numbers of the infants of families; generation 0 are the mothers of the first families.

    Parameters
    ----------
    generation : of the infants.
    families : their numbers.
    """
    return generation * _GENERATION + families


def from_elsewhere(with_whom: Whole) -> Whole:
    """Numbers of those who come from elsewhere to live with these persons of a generation; their parents are unknown.

    Of generation 0 they are the partners in the first families.
    """
    return with_whom + PARTNERS


def seed_of(seed: int, generation: int) -> int:
    """The seed of a generation: the first has the one that was given."""
    return seed if generation == 1 else int(seeds(seed, generation)[generation - 1])


def luck_of(seed: int, units: Whole, *names: str) -> dict[str, Numbers]:
    """Standard normal draws (persons,) by name, of what is a child's own.

    Parameters
    ----------
    seed : of the generation.
    units : the numbers of the families into which they were born.
    names : of what they decide.
    """
    return {name: trait_normals(seed, units, f"child: {name}") for name in names}


def own_share(explained: float) -> float:
    """Weight of a person's own luck in a standard score of which so much variance is explained."""
    return float(np.sqrt(max(1 - explained, _LEAST_OWN)))


def rounded(values: Any) -> Numbers:
    """Numbers as they are kept."""
    return np.asarray(np.round(np.asarray(values, dtype=np.float64), DIGITS), dtype=np.float64)
