"""Validation: every published row that the model can express, held against simulated studies; what all levels share.

Nothing here changes a parameter. ``calibrate`` and ``constraint`` rows show how well the fit reached what it was made
for; ``check`` rows were never tuned to, and their misses are shown as plainly as their hits. Rows that the model cannot
express have their reason in ``data/not_expressed.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..common.files import package_data
from ..common.shown import Shown, counted
from ..findings.agreement import Number, Targets
from ..findings.registry import Said, findings_of
from ..theory import evidence

__all__ = [
    "DOMAINS", "Progress", "Told", "Validation", "held_against", "held_in_designs", "left_out", "not_expressed",
    "numbers_or_words", "rows_of",
]  # fmt: skip

DOMAINS = {
    "interaction": ("interaction",),
    "development": ("risk", "outcome"),
    "interventions": ("intervention", "trial"),
    "families": ("network", "father", "risk"),
    "services": ("delivery",),
    "generations": ("generation",),
}
"""Domains of evidence that belong to each level of the model; of the rows on risk those on families have ids with F."""

Progress = Callable[[int, int], None]
Told = tuple[float | str, float | str, float]
"""What is shown of a row: its target, what the model says, and the difference (NaN where they are no numbers)."""


@dataclass(frozen=True, repr=False)
class Validation(Shown):
    """Findings beside what the model says of them.

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

    def _in_a_line(self) -> str:
        return f"{int(self.rows['holds'].sum())} of {counted(len(self.rows), 'finding')} hold"

    def _in_a_table(self) -> pd.DataFrame:
        return self.counts()

    def counts(self) -> pd.DataFrame:
        """How many rows hold, by role."""
        by_role = self.rows.groupby("role", sort=False)["holds"].agg(["sum", "count"])
        return by_role.rename(columns={"sum": "hold", "count": "rows"}).astype(int).reset_index()


def rows_of(level: str) -> list[evidence.Row]:
    """Rows of evidence that belong to a level of the model, in their order."""
    every = [row for domain in DOMAINS[level] for row in evidence.rows(domain)]
    return [row for row in every if row.domain != "risk" or row.id.startswith("F") == (level == "families")]


def not_expressed(level: str) -> dict[str, str]:
    """Reasons why rows cannot be expressed at a level of the model to which they belong, by id of the row."""
    text = package_data("not_expressed.toml").read_text("utf-8")
    return dict(tomllib.loads(text)[level])


def held_against(
    level: str, studies: Any, told: Callable[[evidence.Row, Said], Told], progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Rows of :attr:`Validation.rows`: every finding of a level, looked for in studies, in the order of the evidence.

    Parameters
    ----------
    level : of the model: interaction, development, interventions, families or services.
    studies : of the kind from which findings of this level are read.
    told : what is shown of a row and of what the studies say of it.
    progress : called with rows done and rows in all.
    """
    found, rows = findings_of(level), []
    for done, finding in enumerate(found.values(), start=1):
        said, row = finding(studies), finding.row
        target, model, difference = told(row, said)
        rows.append(
            {
                "id": row.id,
                "name": row.name,
                "target": target,
                "model": model,
                "difference": difference,
                "holds": said.holds,
                "role": row.role,
                "basis": row.basis,
                "how": finding.how + _also(said),
                "source": row.source,
                "doi": row.doi,
            }
        )
        if progress:
            progress(done, len(found))
    return rows


def held_in_designs(
    level: str,
    studies: Any,
    told: Callable[[evidence.Row, Said], Told],
    provenance: Mapping[str, Any],
    designs: Iterable[str],
    **size: int,
) -> Validation:
    """Validation of a level whose studies are of several designs.

    Parameters
    ----------
    level, studies, told : as :func:`held_against` has them.
    provenance : of a course of one of the designs.
    designs : names of them all.
    size : how many dyads, or families, there were.
    """
    rows = pd.DataFrame(held_against(level, studies, told))
    made_by = {"dyadsim": provenance["dyadsim"], **size, "seed": studies.seed}
    made_by |= {"rules": provenance["rules"], "tables": provenance["tables"], "designs": list(designs)}
    return Validation(rows, left_out(level), made_by)


def numbers_or_words(row: evidence.Row, said: Said) -> Told:
    """A number alone if it is held against the number of the row, and not against one made of it and others."""
    if isinstance(said, Targets) and len(said.parts) == 1:
        (part,) = said.parts
        said = Number(part.value, part.low, part.high, part.published)
    if isinstance(said, Number) and abs(said.target - row.number) < 1e-6:
        model = float(f"{said.value:.6g}")
        return row.number, model, model - row.number
    return row.value, str(said), np.nan


def _also(said: Said) -> str:
    """Words on another number that the row publishes, if it does."""
    if not isinstance(said, Number) or said.also is None:
        return ""
    what, other = said.also
    return f"; {what} {other.value:.2f}, published {other.target:.2f}"


def left_out(level: str) -> pd.DataFrame:
    """The rows that belong to a level of the model and cannot be expressed there, each with the reason."""
    reasons = not_expressed(level)
    others = [(row.id, row.name, row.role, reasons[row.id]) for row in rows_of(level) if row.id in reasons]
    return pd.DataFrame(others, columns=["id", "name", "role", "why"])
