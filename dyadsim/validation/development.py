"""Validation of the level of development: its findings in simulated studies over weeks."""

from __future__ import annotations

import numpy as np

from ..common.errors import whole_number
from ..common.random_numbers import Seed, check_seed
from ..findings.agreement import Targets
from ..findings.longitudinal_studies import DESIGNS, LongitudinalStudies
from ..findings.registry import Said
from ..theory import evidence
from .validation import Progress, Told, Validation, held_in_designs

__all__ = ["validate_development"]


def validate_development(dyads: int = 4000, seed: Seed = 1, progress: Progress | None = None) -> Validation:
    """Hold development against every row that the model can express, each in a study of the same design.

    Parameters
    ----------
    dyads : of the community sample, 200 to 100,000; other designs in proportion.
    seed : names the luck.
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
    >>> seen = ds.validate_development(dyads=200)
    >>> seen.counts(), seen.rows[["name", "target", "model", "holds"]]
    """
    dyads = whole_number("number of dyads", dyads, 200, 100_000)
    studies = LongitudinalStudies(dyads, check_seed(seed), done=progress)
    for design in DESIGNS:
        studies.course(design)
    about = studies.course("community").provenance
    return held_in_designs("development", studies, _told, about, DESIGNS, dyads=dyads)


def _told(row: evidence.Row, said: Said) -> Told:
    """A number alone if it is held against the number of the row, and not against one made of it and others."""
    unit = 100.0 if row.metric == "%" else 1.0  # shares are published as per cent
    if isinstance(said, Targets) and len(said.parts) == 1 and abs(said.parts[0].published * unit - row.number) < 1e-6:
        model = float(f"{said.parts[0].value * unit:.6g}")
        return row.number, model, model - row.number
    return row.value, str(said), np.nan
