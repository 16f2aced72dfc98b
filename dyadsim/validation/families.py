"""Validation of families: findings on networks, second caregivers and statuses in simulated studies of communities."""

from __future__ import annotations

from ..common.errors import whole_number
from ..common.random_numbers import Seed, check_seed
from ..findings.family_studies import FAMILY_DESIGNS, FamilyStudies
from .validation import Progress, Validation, held_in_designs, numbers_or_words

__all__ = ["validate_families"]


def validate_families(families: int = 4000, seed: Seed = 1, progress: Progress | None = None) -> Validation:
    """Hold families against every row that the model can express, each in a study of the same design.

    Parameters
    ----------
    families : in the largest studies, 200 to 100,000; other designs in proportion.
    seed : names families and luck.
    progress : called with designs simulated and designs in all.

    Returns
    -------
    Every row beside what the model says of it, and the rows that it cannot express.

    Raises
    ------
    DyadsimError
        for a number or seed that is not possible.

    Examples
    --------
    ``ds.validate_families()`` takes minutes. What it gives is read as what the other levels give:

    >>> seen = ds.validate_interaction(dyads=100)
    >>> seen.counts(), seen.rows[["name", "target", "model", "holds"]]
    """
    families = whole_number("number of families", families, 200, 100_000)
    studies = FamilyStudies(families, check_seed(seed), done=progress)
    for design in FAMILY_DESIGNS:
        studies.course(design)
    about = studies.course("universal").provenance
    return held_in_designs("families", studies, numbers_or_words, about, FAMILY_DESIGNS, families=families)
