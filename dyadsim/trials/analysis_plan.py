"""Analysis plan of a real trial's table, and what comes of it (:func:`dyadsim.analyse`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.delimited_text import MOST_BYTES, number_of, text_table
from ..common.errors import DyadsimError, quoted, twice, unknown
from ..common.files import is_file, package_data, path_of, read_bytes
from ..common.parquet_files import read_parquet
from .analysis import MULTIPLICITY, Analysis, Contrast, adjusted, analysed

__all__ = ["AnalysisPlan", "analyse", "shipped_tables", "trial_table"]

_TABLES = "real_trials"


def shipped_tables() -> list[str]:
    """Names of the tables of real trials that ship."""
    return sorted(
        path.name.removesuffix(".csv") for path in package_data(_TABLES).iterdir() if path.name.endswith(".csv")
    )


class AnalysisPlan(toml_models.Shipped):
    """Analyses of a trial's table, which has one row a dyad.

    Attributes
    ----------
    title, source : what the trial is called, and from where its table is.
    table : the shipped table that is analysed where none is given.
    treatment : column of the arms; ``treated`` and ``against`` are what stands there.
    sessions : column of the share of sessions attended, from 0 to 1, for analyses per protocol.
    missing_values : what stands in the table for what is missing, beside nothing at all.
    analyses : each an :class:`~dyadsim.trials.analysis.Analysis`.
    multiplicity : how p values of a family are adjusted: ``holm``, ``bonferroni`` or ``fdr_bh``.
    """

    KIND: ClassVar[str] = "plan"
    title: str = ""
    source: str = ""
    table: str | None = None
    treatment: str
    treated: int | str = 1
    against: int | str = 0
    sessions: str | None = None
    missing_values: toml_models.Listed[str] = ()
    analyses: toml_models.Listed[Analysis] = Field(min_length=1, max_length=100)
    multiplicity: str = "holm"

    @field_validator("table")
    @classmethod
    def _ships(cls, table: str | None) -> str | None:
        if table is not None and table not in shipped_tables():
            raise unknown("shipped table", table, shipped_tables())
        return table

    @field_validator("multiplicity")
    @classmethod
    def _is_known(cls, given: str) -> str:
        if given not in MULTIPLICITY:
            raise unknown("way to adjust for multiplicity", given, MULTIPLICITY)
        return given

    @model_validator(mode="after")
    def _differ(self) -> AnalysisPlan:
        if name := twice(each.name for each in self.analyses):
            raise DyadsimError(f"Two analyses are called '{name}'.")
        if self.treated == self.against:
            raise DyadsimError(
                f"The treated are told by '{self.treated}', and those they are held against by the same."
            )
        return self

    @property
    def contrast(self) -> Contrast:
        """Which rows are treated, and which are not."""
        return Contrast(self.treatment, self.treated, self.against, self.sessions or "")


def analyse(table: str | Path | pd.DataFrame, plan: str | Path | AnalysisPlan) -> pd.DataFrame:
    """Estimates of a plan on the table of a trial, one row an analysis (of a tipping point one a delta).

    Parameters
    ----------
    table : a file (CSV or Parquet), the name of a shipped table, or a table; one row a dyad.
    plan : a shipped name, a TOML file or an :class:`AnalysisPlan`.

    Returns
    -------
    ``analysis``, ``outcome``, ``delta``, ``b`` with ``se``, ``low``, ``high`` and ``p`` (``p_adjusted`` within its
    family), ``odds_ratio`` with ``odds_ratio_low`` and ``odds_ratio_high`` where b is the logarithm of one,
    ``freedom``, ``n``, ``n_treated``, ``n_against``, ``residual_sd``, ``icc``, ``converged``, ``failed``, ``how``.

    Raises
    ------
    DyadsimError
        for a table or plan that cannot be used.

    Examples
    --------
    >>> plan = ds.AnalysisPlan.load("thinking-healthy")
    >>> found = ds.analyse("thinking-healthy", plan.changed({"analyses": plan.analyses[:2]}))
    >>> found.loc[0, ["b", "low", "high"]].astype(float).round(4).tolist()
    [-4.3107, -5.7358, -2.8856]
    """
    asked = AnalysisPlan.load(plan)
    rows = table if isinstance(table, pd.DataFrame) else trial_table(table, asked)
    rows = _numbered(rows, asked)
    found = []
    for analysis in asked.analyses:
        of_one = analysed(rows, analysis, asked.contrast)
        of_one.insert(0, "analysis", analysis.name)
        of_one.insert(1, "outcome", analysis.outcome)
        odds = analysis.gives_odds(rows)
        for name, of in (("odds_ratio", "b"), ("odds_ratio_low", "low"), ("odds_ratio_high", "high")):
            of_one[name] = np.exp(of_one[of]) if odds else float("nan")
        found.append(of_one.assign(how=analysis.in_words, family=analysis.family or ""))
    whole = pd.concat(found, ignore_index=True)
    whole["p_adjusted"] = adjusted(whole["p"], whole["family"], asked.multiplicity)
    order = [
        "analysis",
        "outcome",
        "delta",
        "b",
        "se",
        "low",
        "high",
        "p",
        "p_adjusted",
        "odds_ratio",
        "odds_ratio_low",
    ]
    order += ["odds_ratio_high", "freedom", "n", "n_treated", "n_against", "residual_sd", "icc", "converged", "failed"]
    return whole[[*order, "how"]]


def trial_table(given: str | Path, plan: AnalysisPlan) -> pd.DataFrame:
    """Table of a trial from a file, or the shipped one of that name: numbers where all of a column are, else text.

    Raises
    ------
    DyadsimError
        if there is no such table, or it cannot be read.
    """
    if str(given) in shipped_tables():
        return _of_text(f"{given}.csv", package_data(_TABLES, f"{given}.csv").read_bytes(), plan)
    path = path_of(given)
    if not is_file(path):
        ships = ", ".join(shipped_tables())
        raise DyadsimError(f"There is no table {quoted(given)}. A table is a CSV or Parquet file; shipped: {ships}.")
    if path.suffix.lower() != ".parquet":
        return _of_text(path.name, read_bytes(path, MOST_BYTES), plan)
    try:
        return read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DyadsimError(f"'{given}' cannot be read: {' '.join(str(error).split())}.") from None


def _of_text(name: str, content: bytes, plan: AnalysisPlan) -> pd.DataFrame:
    """Table of a text file: a column whose cells are numbers, or missing, is one of numbers."""
    read = text_table(name, content)
    numbers = dict(zip(read.columns, read.numbers(*read.columns), strict=True))
    columns: dict[str, Any] = {}
    for column, cells in read.columns.items():
        blank = np.array([cell == "" or cell in plan.missing_values for cell in cells])
        values = np.where(blank, np.nan, numbers[column])
        if not np.isnan(values[~blank]).any():
            columns[column] = values
        else:
            columns[column] = pd.Series(cells, dtype=object).where(~blank, None)
    return pd.DataFrame(columns)


def _numbered(rows: pd.DataFrame, plan: AnalysisPlan) -> pd.DataFrame:
    """The table, once every column that must be of numbers is; a text in one is told."""
    for analysis in plan.analyses:
        beside = (name for name in (analysis.baseline, analysis.moderator) if name is not None)
        for name in dict.fromkeys((analysis.outcome, *analysis.repeated, *beside)):
            kind = rows[name].dtype if name in rows else np.dtype(float)
            if pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
                continue
            texts = [
                each for each in rows[name] if isinstance(each, str) and np.isnan(number_of(each.replace(",", ".")))
            ]
            raise DyadsimError(
                f"The column '{name}' is of numbers, but has {quoted(texts[0]) if texts else 'text'}; say under "
                "missing_values what stands for what is missing."
            )
    return rows
