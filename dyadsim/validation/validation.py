"""Validation: every published row that the model can express, held against simulated sessions.

Nothing here changes a parameter. ``calibrate`` and ``constraint`` rows show how well the fit reached what it was made
for; ``check`` rows were never tuned to, and their misses are shown as plainly as their hits. Rows that the model cannot
express have their reason in ``data/not_expressed.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..common.files import package_data
from ..theory import evidence

__all__ = ["Validation", "finding", "left_out", "not_expressed"]

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


def not_expressed(level: str) -> dict[str, str]:
    """Why rows that belong to a level of the model (interaction, development) cannot be expressed there, by id."""
    text = package_data("not_expressed.toml").read_text("utf-8")
    return dict(tomllib.loads(text)[level])


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
