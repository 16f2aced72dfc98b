"""Validation of the level of interaction: its findings in simulated sessions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.errors import whole_number
from ..common.random_numbers import Seed, check_seed
from ..findings.agreement import Number
from ..findings.registry import Said
from ..findings.session_studies import PARADIGM, SessionStudies
from ..theory import evidence
from .validation import Progress, Told, Validation, held_against, left_out

__all__ = ["validate_interaction"]


def validate_interaction(dyads: int = 4000, seed: Seed = 1, progress: Progress | None = None) -> Validation:
    """Hold interaction against every row of the evidence on it that the model can express.

    Parameters
    ----------
    dyads : simulated in each study, 100 to 100,000.
    seed : names the luck.
    progress : called with rows done and rows in all.

    Returns
    -------
    Every row beside what the model says of it, and the rows that it cannot express.

    Raises
    ------
    DyadsimError
        for a number or seed that is not possible.

    Examples
    --------
    >>> seen = ds.validate_interaction(dyads=100)
    >>> seen.counts(), seen.rows[["name", "target", "model", "holds"]]
    """
    dyads = whole_number("number of dyads", dyads, 100, 100_000)
    seed = check_seed(seed)
    studies = SessionStudies(dyads, seed)
    rows = held_against("interaction", studies, _told, progress)
    about = studies.session(paradigm=PARADIGM).provenance
    return Validation(
        pd.DataFrame(rows),
        left_out("interaction"),
        {key: about[key] for key in ("dyadsim", "dyads", "seed", "rules", "tables", "coefficients")},
    )


def _told(row: evidence.Row, said: Said) -> Told:
    """A number beside that of the row, or beside its words where it publishes none; a finding in words as words."""
    if not isinstance(said, Number):
        return row.value, str(said), np.nan
    model = float(f"{said.value:.6g}")
    return row.value if np.isnan(row.number) else row.number, model, model - said.target
