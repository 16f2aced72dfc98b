"""Validation of the seconds: every published row on interaction that the model can express, in simulated sessions."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import whole_number
from ..common.random_numbers import check_seed
from ..findings import CHECKS
from ..findings import still_face_patterns as patterns
from ..findings.agreement import Number, Part, Words
from ..findings.session_studies import Lab
from ..theory import evidence
from .validation import Progress, Validation, finding, left_out, not_expressed

__all__ = ["validate_interaction"]


def validate_interaction(dyads: int = 4000, seed: int | str = 1, progress: Progress | None = None) -> Validation:
    """Hold the model against every interaction row of the evidence that it can express.

    Parameters
    ----------
    dyads : simulated in each study.
    seed : names the luck.
    progress : called with rows done and rows in all.

    Raises
    ------
    DyadsimError
        for a number or seed that is not possible.
    """
    dyads = whole_number("number of dyads", dyads, 100, 100_000)
    seed = check_seed(seed)
    lab = Lab(dyads, seed)
    session = lab.session(paradigm=patterns.PARADIGM)
    reading = patterns.Reading(session)
    reasons = not_expressed("interaction")
    found = []
    rows = [row for row in evidence.rows("interaction") if row.id not in reasons]
    for done, row in enumerate(rows):
        found.append(_finding(row, lab, reading))
        if progress:
            progress(done + 1, len(rows))
    return Validation(
        pd.DataFrame(found),
        left_out("interaction", ["interaction"]),
        {key: session.provenance[key] for key in ("dyadsim", "dyads", "seed", "rules", "tables", "coefficients")},
    )


def _finding(row: evidence.Row, lab: Lab, reading: patterns.Reading) -> dict[str, Any]:
    model: Number | Words
    if row.id in patterns.POOLED:
        model, how, also = _pooled(row, lab, reading)
    elif row.id in patterns.CONSTRAINTS:
        margins = patterns.margins(row.id, reading)
        model = Words.of(Part(says, margin, 1, 0.0) for says, margin in margins.items())
        how, also = inspect.getdoc(patterns.CONSTRAINTS[row.id]) or "", True
    else:
        model, how, also = CHECKS[row.id](lab), inspect.getdoc(CHECKS[row.id]) or "", True
    said: float | str = float(f"{model.value:.6g}") if isinstance(model, Number) else str(model)
    target = row.value if isinstance(said, str) or np.isnan(row.number) else row.number
    difference = said - model.target if isinstance(model, Number) and isinstance(said, float) else np.nan
    return finding(row, target, said, difference, model.holds and also, how)


def _pooled(row: evidence.Row, lab: Lab, reading: patterns.Reading) -> tuple[Number, str, bool]:
    """A calibrate row; where it also publishes how sessions differ, that must agree as well."""
    quantity = patterns.POOLED[row.id]
    model = Number.near(quantity.of(reading), row.number, quantity.tolerance)
    how = f"{quantity.measure.replace('_', ' ')}, {' + '.join(quantity.episodes)}, within {quantity.tolerance:.0%}"
    if row.id not in patterns.SPREAD:
        return model, how, True
    rates = patterns.session_rates(lab.session(paradigm=patterns.PARADIGM).measures(), patterns.SPREAD[row.id])
    spread = Number.near(rates.std(), row.sd, patterns.SPREAD_TOLERANCE)
    return model, f"{how}; SD between sessions {spread.value:.2f}, published {row.sd:.2f}", spread.holds
