"""Validation of the level of development: its findings in simulated studies over weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.errors import whole_number
from ..common.random_numbers import Seed, check_seed
from ..findings.agreement import Target, Targets
from ..findings.longitudinal_studies import DESIGNS, LongitudinalStudies
from ..findings.registry import Said
from ..theory import evidence
from .validation import Progress, Told, Validation, held_against, left_out

__all__ = ["validate_development"]


def validate_development(dyads: int = 4000, seed: Seed = 1, progress: Progress | None = None) -> Validation:
    """Hold development against every row that the model can express, each in its own design.

    Parameters
    ----------
    dyads : of the community sample; other designs in proportion.
    seed : names the luck.
    progress : called with designs simulated and designs in all.

    Raises
    ------
    DyadsimError
        for a number or seed that is not possible.
    """
    dyads = whole_number("number of dyads", dyads, 200, 100_000)
    studies = LongitudinalStudies(dyads, check_seed(seed), done=progress)
    for design in DESIGNS:
        studies.course(design)
    about = studies.course("community").provenance
    return Validation(
        pd.DataFrame(held_against("development", studies, _told)),
        left_out("development"),
        {"dyadsim": about["dyadsim"], "dyads": dyads, "seed": studies.seed, "rules": about["rules"]}
        | {"tables": about["tables"], "designs": list(DESIGNS)},
    )


def _told(row: evidence.Row, said: Said) -> Told:
    """A number alone if it is held against the row's own, and not against one made of it and others."""
    if isinstance(said, Targets) and len(said.parts) == 1 and _is_of(said.parts[0], row):
        model = float(f"{said.parts[0].value * _unit(row):.6g}")
        return row.number, model, model - row.number
    return row.value, str(said), np.nan


def _is_of(target: Target, row: evidence.Row) -> bool:
    return bool(abs(target.published * _unit(row) - row.number) < 1e-6)


def _unit(row: evidence.Row) -> float:
    """Shares are published as per cent."""
    return 100.0 if row.metric == "%" else 1.0
