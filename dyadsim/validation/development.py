"""Validation of the weeks: every published row on risk and outcome that the model can express, in simulated studies.

Nothing here changes a parameter. What each role means, and how words hold, is as in
:mod:`dyadsim.validation.validation`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import whole_number
from ..common.random_numbers import check_seed
from ..findings.agreement import Words
from ..findings.course_findings import COURSE_PATTERNS, Target
from ..findings.development import COURSE_CHECKS
from ..findings.longitudinal_studies import DESIGNS, Studies
from ..theory import evidence
from .validation import Validation, finding, left_out

__all__ = ["validate_development"]

DOMAINS = ("risk", "outcome")


def validate_development(
    dyads: int = 4000, seed: int | str = 1, progress: Callable[[int, int], None] | None = None
) -> Validation:
    """Hold the weeks against every row on risk and outcome that the model can express, each in its own design.

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
    studies = Studies(dyads, check_seed(seed), done=progress)
    for design in DESIGNS:
        studies.course(design)
    found = [_finding(row, studies) for row in _rows()]
    about = studies.course("community").provenance
    return Validation(
        pd.DataFrame(found),
        left_out("development", DOMAINS),
        {"dyadsim": about["dyadsim"], "dyads": dyads, "seed": studies.seed, "rules": about["rules"]}
        | {"tables": about["tables"], "designs": list(DESIGNS)},
    )


def _rows() -> list[evidence.Row]:
    """The rows that are looked for, in the order of the evidence: those on weeks, and others that need them."""
    return [row for row in evidence.every() if row.id in COURSE_PATTERNS or row.id in COURSE_CHECKS]


def _finding(row: evidence.Row, studies: Studies) -> dict[str, Any]:
    look = COURSE_PATTERNS.get(row.id) or COURSE_CHECKS[row.id]
    said = look(studies)
    single = said[0] if isinstance(said, list) and len(said) == 1 and _is_of(said[0], row) else None
    model: float | str = float(f"{single.value * _unit(row):.6g}") if single else _words(said)
    difference = model - row.number if isinstance(model, float) else np.nan
    holds = said.holds if isinstance(said, Words) else all(each.holds for each in said)
    return finding(row, row.number if single else row.value, model, difference, holds, inspect.getdoc(look) or "")


def _is_of(said: Target, row: evidence.Row) -> bool:
    """Whether the number is held against the row's own, and not against one made of it and others."""
    return bool(abs(said.published * _unit(row) - row.number) < 1e-6)


def _unit(row: evidence.Row) -> float:
    """Shares are published as per cent."""
    return 100.0 if row.metric == "%" else 1.0


def _words(said: list[Target] | Words) -> str:
    if isinstance(said, Words):
        return str(said)
    return "; ".join(_said(each) for each in said)


def _said(target: Target) -> str:
    of = "" if np.isnan(target.published) else f" of {target.published:+.2f}"
    return f"{target.says} {target.value:+.2f}{of}{'' if target.holds else ' (not)'}"
