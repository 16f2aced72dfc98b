"""Validation of services: findings on delivery in simulated studies of services that ship."""

from __future__ import annotations

from ..common.errors import whole_number
from ..common.random_numbers import Seed, check_seed
from ..findings.service_studies import SERVICE_DESIGNS, ServiceStudies
from .validation import Progress, Validation, held_in_designs, numbers_or_words

__all__ = ["validate_services"]


def validate_services(families: int = 1600, seed: Seed = 1, progress: Progress | None = None) -> Validation:
    """Hold services against every row on delivery that the model can express, each in a study of the same design.

    Parameters
    ----------
    families : in the usual study, 200 to 100,000; other designs in proportion.
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
    ``ds.validate_services()`` takes minutes. What it gives is read as what the other levels give:

    >>> seen = ds.validate_interaction(dyads=100)
    >>> seen.counts(), seen.rows[["name", "target", "model", "holds"]]
    """
    families = whole_number("number of families", families, 200, 100_000)
    studies = ServiceStudies(families, check_seed(seed), done=progress)
    for design in SERVICE_DESIGNS:
        studies.served(design)
    about = studies.served("nordic").course.provenance
    return held_in_designs("services", studies, numbers_or_words, about, SERVICE_DESIGNS, families=families)
