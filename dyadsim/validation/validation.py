"""Validation: every published row that the model can express, held against simulated sessions.

Nothing here changes a parameter. ``calibrate`` and ``constraint`` rows show how well the fit reached what it was made
for; ``check`` rows were never tuned to, and their misses are shown as plainly as their hits. Rows that the model cannot
express have their reason in ``data/not_expressed.toml``.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import whole_number
from ..common.files import package_data
from ..common.random_numbers import check_seed
from ..findings import CHECKS
from ..findings import still_face_patterns as patterns
from ..findings.agreement import Lab, Number, Part, Words
from ..theory import evidence

__all__ = ["Validation", "finding", "left_out", "not_expressed", "validate_interaction"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Validation:
    """What came of holding the model against published findings.

    Attributes
    ----------
    rows : one row a finding that can be expressed: ``id``, ``name``, ``target``, ``model``, ``difference`` (numbers
        only), ``holds``, ``role``, ``basis``, ``how`` (how it is expressed), ``source``, ``doi``.
    not_expressed : the other rows: ``id``, ``name``, ``role``, ``why``.
    provenance : what was simulated.
    """

    rows: pd.DataFrame
    not_expressed: pd.DataFrame
    provenance: Mapping[str, Any]

    def counts(self) -> pd.DataFrame:
        """How many rows hold, by role."""
        by_role = self.rows.groupby("role", sort=False)["holds"].agg(["sum", "count"])
        return by_role.rename(columns={"sum": "hold", "count": "rows"}).astype(int).reset_index()


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


def not_expressed(level: str) -> dict[str, str]:
    """Why rows that belong to a level of the model (interaction, development) cannot be expressed there, by id."""
    text = package_data("not_expressed.toml").read_text("utf-8")
    return dict(tomllib.loads(text)[level])


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


def finding(
    row: evidence.Row, target: float | str, model: float | str, difference: float, holds: bool, how: str
) -> dict[str, Any]:
    """A row of :attr:`Validation.rows`."""
    return {
        "id": row.id,
        "name": row.name,
        "target": target,
        "model": model,
        "difference": difference,
        "holds": holds,
        "role": row.role,
        "basis": row.basis,
        "how": " ".join(how.split()),
        "source": row.source,
        "doi": row.doi,
    }


def left_out(level: str, domains: Collection[str]) -> pd.DataFrame:
    """The rows of these domains that cannot be expressed at a level of the model, each with the reason."""
    reasons = not_expressed(level)
    rows = [row for domain in domains for row in evidence.rows(domain) if row.id in reasons]
    others = [(row.id, row.name, row.role, reasons[row.id]) for row in rows]
    return pd.DataFrame(others, columns=["id", "name", "role", "why"])


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
