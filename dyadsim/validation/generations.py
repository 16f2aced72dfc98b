"""Validation of generations: findings on transmission, stability and cycles in simulated generations."""

from __future__ import annotations

from ..common.errors import whole_number
from ..common.random_numbers import Seed, check_seed
from ..findings.generation_studies import GENERATION_DESIGNS, LEVEL, GenerationStudies
from .validation import Progress, Validation, held_in_designs, numbers_or_words

__all__ = ["validate_generations"]


def validate_generations(families: int = 4000, seed: Seed = 1, progress: Progress | None = None) -> Validation:
    """Hold generations against every row on generations that the model can express, each in a study of the same design.

    Parameters
    ----------
    families : of each generation, 200 to 100,000.
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
    ``ds.validate_generations()`` takes minutes. What it gives is read as what the other levels give:

    >>> seen = ds.validate_interaction(dyads=100)
    >>> seen.counts(), seen.rows[["name", "target", "model", "holds"]]
    """
    families = whole_number("number of families", families, 200, 100_000)
    studies = GenerationStudies(families, check_seed(seed), done=progress)
    for design in GENERATION_DESIGNS:
        studies.lived(design)
    about = studies.lived("community").lived[0].course.provenance
    return held_in_designs(LEVEL, studies, numbers_or_words, about, GENERATION_DESIGNS, families=families)
