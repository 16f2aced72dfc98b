"""Analyses of a trial's table: what is fitted, to whom, and what is done about what is missing.

The same analyses are those of virtual trials and of real ones: they see a table with a row a dyad, and know nothing of
where it is from. They are fitted by statsmodels (:mod:`.model_fits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from .imputation import imputed, pooled
from .model_fits import LONG_METHODS, METHODS, Data, Fit, failed_fit, fitted

__all__ = ["ALPHA", "MULTIPLICITY", "Analysis", "Contrast", "How", "adjusted", "analysed"]

ALPHA = 0.05
"""An estimate is called significant if its p value is below."""
MULTIPLICITY = ("holm", "bonferroni", "fdr_bh")
"""Ways to adjust the p values of a family, by statsmodels' names."""
MISSING = {
    "complete case": "those whose outcome is there",
    "multiple imputation": "what is missing is drawn several times over, given all that was read of a dyad",
    "delta": "as multiple imputation, and then worse by some points in the treated arm: how much turns the result?",
}
"""What may be done about what is missing, by name."""


class How(toml_models.Written):
    """How an analysis is done.

    Attributes
    ----------
    method : one of :data:`~dyadsim.trials.model_fits.METHODS`.
    errors : ``classical``, ``robust`` (HC3, MacKinnon & White 1985, doi 10.1016/0304-4076(85)90158-7), ``cluster``, or
        of GEE ``bias-reduced`` (Mancl & DeRouen 2001, doi 10.1111/j.0006-341X.2001.00126.x).
    cluster : column of clusters, for a mixed model, GEE, or clustered errors.
    covariates : further columns; text is made into indicators.
    quantiles : of Student's t, or of the normal distribution. Where whole clusters are in one arm, or errors are made
        of clusters, t has as many degrees of freedom as there are clusters less two (Li & Redden 2015, doi
        10.1186/s12874-015-0026-x).
    missing : one of :data:`MISSING`.
    imputations : how many.
    seed : names the luck of imputations.
    deltas : of ``delta``, points that are added to what is imputed in the treated arm.
    per_protocol : whether of those treated only they are analysed who attended ``sessions`` of what was planned; else
        all are, as randomised (intention to treat).
    sessions : share that is enough for that.
    family : analyses of one family have their p values adjusted together.
    """

    method: Literal["ancova", "mixed", "repeated", "gee", "logistic", "moderation"] = "ancova"
    errors: Literal["classical", "robust", "cluster", "bias-reduced"] | None = None
    cluster: str | None = None
    covariates: toml_models.Listed[str] = ()
    quantiles: Literal["t", "normal"] = "t"
    missing: Literal["complete case", "multiple imputation", "delta"] = "complete case"
    imputations: int = Field(default=20, ge=2, le=1_000)
    seed: int = Field(default=1, ge=0, lt=2**32)
    deltas: toml_models.Listed[float] = Field(default=(), max_length=50)
    per_protocol: bool = False
    sessions: float = Field(default=0.5, gt=0, le=1)
    family: str | None = None

    @model_validator(mode="after")
    def _is_a_way(self) -> How:
        allowed = METHODS[self.method].errors
        if self.errors is not None and self.errors not in allowed:
            raise DyadsimError(
                f"The method '{self.method}' has errors that are {' or '.join(allowed)}, not '{self.errors}'."
            )
        if (self.used_errors == "cluster" or self.method in ("mixed", "gee")) and self.cluster is None:
            raise DyadsimError(f"The method '{self.method}' needs to be told what the clusters are ('cluster').")
        if bool(self.deltas) != (self.missing == "delta"):
            raise DyadsimError("Deltas are for missing = 'delta', which needs some.")
        if name := twice(self.covariates):
            raise DyadsimError(f"The covariate '{name}' is there twice.")
        return self

    @property
    def used_errors(self) -> str:
        """The kind of errors: as given, or the usual one of the method."""
        return self.errors or METHODS[self.method].errors[0]

    @property
    def in_words(self) -> str:
        """How it is done, in a few words."""
        said = METHODS[self.method].says
        errors = {"robust": ", robust errors (HC3)", "cluster": f", errors clustered by {self.cluster}"}
        said += errors.get(self.used_errors, "")
        if self.method in ("mixed", "gee"):
            said += f" of {self.cluster}"
        with_what = f", with {', '.join(self.covariates)}" if self.covariates else ""
        who = "per protocol" if self.per_protocol else "as randomised"
        imputed_by = f" ({self.imputations} times)" if self.missing != "complete case" else ""
        return f"{said}{with_what}; {who}; {self.missing}{imputed_by}"


class Analysis(How):
    """An analysis of the columns of a table.

    Attributes
    ----------
    name : what it is called.
    outcome : column of the outcome.
    baseline : column of what it was before, which is adjusted for; none without it.
    repeated : of the method ``repeated``, columns of the outcome at all visits after the first, in their order.
    moderator : of a moderation, the column.
    """

    name: str = Field(min_length=1)
    outcome: str
    baseline: str | None = None
    repeated: toml_models.Listed[str] = ()
    moderator: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Analysis:
        if (self.moderator is not None) != (self.method == "moderation"):
            raise DyadsimError(f"The analysis '{self.name}' is a moderation with a moderator, or neither.")
        if (self.method in LONG_METHODS) != bool(self.repeated):
            raise DyadsimError(
                f"The analysis '{self.name}' has the method 'repeated' with columns so named, or neither."
            )
        if self.repeated and self.outcome not in self.repeated:
            raise DyadsimError(f"The outcome of '{self.name}' is one of its repeated columns.")
        return self

    def gives_odds(self, table: pd.DataFrame) -> bool:
        """Whether its estimate is the logarithm of a ratio of odds: of yes and no, by a logistic regression or GEE."""
        if self.method == "logistic":
            return True
        return self.method == "gee" and bool(table[self.outcome].dropna().isin((0, 1)).all())

    @property
    def predictors(self) -> tuple[str, ...]:
        """Columns that go in beside the arm."""
        named = (self.baseline, self.moderator, *self.covariates)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it goes by."""
        return tuple(dict.fromkeys((self.outcome, *self.repeated, *self.predictors, *filter(None, (self.cluster,)))))


@dataclass(frozen=True)
class Contrast:
    """Which dyads of a table are treated, and which are not.

    Attributes
    ----------
    column : of their arms.
    treated, against : what stands there.
    sessions : column of the share of sessions that they attended; empty where a table has none.
    names : what both are called.
    """

    column: str
    treated: Any
    against: Any
    sessions: str = ""

    def rows(self, table: pd.DataFrame, analysis: How) -> pd.DataFrame:
        """The dyads of the table that are analysed.

        Raises
        ------
        DyadsimError
            if there are none in an arm, or nothing tells how many sessions were attended.
        """
        of_both = table[table[self.column].isin([self.treated, self.against])]
        for arm in (self.treated, self.against):
            if not (of_both[self.column] == arm).any():
                raise DyadsimError(f"No row has '{arm}' in the column '{self.column}'.")
        if not analysis.per_protocol:
            return of_both
        if not self.sessions:
            raise DyadsimError("Nothing tells how many sessions were attended, so nobody can be analysed per protocol.")
        enough = of_both[self.sessions] >= analysis.sessions
        return of_both[enough | (of_both[self.column] != self.treated)]


def analysed(table: pd.DataFrame, analysis: Analysis, contrast: Contrast) -> pd.DataFrame:
    """Estimates of an analysis, one row (of ``delta`` one a delta).

    Parameters
    ----------
    table : one row a dyad.
    analysis : what is fitted.
    contrast : which arms are compared.

    Returns
    -------
    ``delta`` (NaN without), ``b`` (of odds their logarithm), ``se``, ``low``, ``high`` (95 %), ``p``, ``freedom``
    (infinite: normal), ``n``, ``n_treated``, ``n_against`` (analysed), ``residual_sd``, ``icc``, ``converged``, and in
    ``failed`` why there is no estimate. A fit that fails is a row too.

    Raises
    ------
    DyadsimError
        if the table lacks a column, or an arm.
    """
    for name in (contrast.column, *analysis.columns):
        if name not in table:
            raise DyadsimError(f"The table has no column '{name}', which the analysis '{analysis.name}' goes by.")
    rows = contrast.rows(table, analysis)
    treated = (rows[contrast.column] == contrast.treated).to_numpy()
    if analysis.missing == "complete case":
        return pd.DataFrame([_row(float("nan"), _fit(rows, treated, analysis), rows, treated, analysis)])
    return pd.DataFrame(_imputed_rows(rows, treated, analysis))


def adjusted(p: pd.Series, family: pd.Series, method: str) -> pd.Series:
    """p values adjusted together within each family; those without a family, or that are missing, as they are.

    Parameters
    ----------
    p : values.
    family : of each; empty where it has none.
    method : one of :data:`MULTIPLICITY`.
    """
    from statsmodels.stats.multitest import multipletests

    found = p.copy()
    for _, members in p[(family != "") & p.notna()].groupby(family):
        found.loc[members.index] = multipletests(members, ALPHA, method)[1]
    return found


def _imputed_rows(rows: pd.DataFrame, treated: NDArray[np.bool_], analysis: Analysis) -> list[dict[str, Any]]:
    """Rows of an analysis of what is imputed: one, or one a delta."""
    deltas = analysis.deltas or (float("nan"),)
    wanted = [analysis.outcome, *analysis.repeated]
    try:
        completed = imputed(rows, treated, wanted, [*analysis.predictors], analysis.imputations, analysis.seed)
    except DyadsimError as error:
        return [_row(delta, failed_fit(str(error)), rows, treated, analysis) for delta in deltas]
    found = []
    for delta in deltas:
        fits = []
        for each in completed:
            if not np.isnan(delta):
                each = each.copy()
                for name in dict.fromkeys(wanted):
                    each.loc[rows[name].isna().to_numpy() & treated, name] += delta
            fits.append(_fit(each, treated, analysis))
        found.append(_row(delta, pooled(fits), completed[0], treated, analysis))
    return found


def _fit(rows: pd.DataFrame, treated: NDArray[np.bool_], analysis: Analysis) -> Fit:
    """The fit to the rows whose columns are all there; one that fails says why."""
    try:
        data = _data(rows, treated, analysis)
    except DyadsimError as error:
        return failed_fit(str(error))
    return fitted(analysis.method, data, analysis.used_errors, analysis.quantiles)


def _data(rows: pd.DataFrame, treated: NDArray[np.bool_], analysis: Analysis) -> Data:
    """Numbers of the rows whose columns are all there (of repeated ones: of those who were seen once at least)."""
    seen_once = rows[list(analysis.repeated or (analysis.outcome,))].notna().any(axis=1)
    there = seen_once & rows[list(analysis.predictors)].notna().all(axis=1)
    if analysis.cluster is not None:
        there &= rows[analysis.cluster].notna()
    used, arm = rows[there], treated[there.to_numpy()].astype(np.float64)
    if arm.sum() < 2 or (1 - arm).sum() < 2:
        raise DyadsimError("Fewer than two dyads are left in an arm.")
    columns: dict[str, NDArray[np.float64]] = {}
    for name in analysis.predictors:
        columns |= _numbers(name, used[name])
    # A column that does not vary, as a stratum of which nobody is left, tells nothing.
    kept = [values for name, values in columns.items() if name == analysis.moderator or np.ptp(values) > 0]
    outcomes = np.column_stack(
        [used[name].to_numpy(dtype=np.float64) for name in analysis.repeated or (analysis.outcome,)]
    )
    groups = None if analysis.cluster is None else pd.factorize(used[analysis.cluster])[0]
    return Data(
        outcomes=outcomes,
        asked=analysis.repeated.index(analysis.outcome) if analysis.repeated else 0,
        arm=arm,
        predictors=np.column_stack(kept) if kept else np.empty((len(arm), 0)),
        moderator=None if analysis.moderator is None else columns[analysis.moderator],
        groups=groups,
    )


def _numbers(name: str, values: pd.Series) -> Mapping[str, NDArray[np.float64]]:
    """A column as numbers; of text, an indicator for each of its values but the first."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return {name: values.to_numpy(dtype=np.float64)}
    return {f"{name} {each}": (values == each).to_numpy(dtype=np.float64) for each in sorted(values.unique())[1:]}


def _row(delta: float, fit: Fit, rows: pd.DataFrame, treated: NDArray[np.bool_], analysis: Analysis) -> dict[str, Any]:
    """The row of an estimate."""
    there = rows[list(dict.fromkeys((analysis.outcome, *analysis.predictors)))].notna().all(axis=1).to_numpy()
    if analysis.repeated:
        there = rows[list(analysis.repeated)].notna().any(axis=1).to_numpy()
    by_arm = {"n_treated": int((there & treated).sum()), "n_against": int((there & ~treated).sum())}
    n = {"n": sum(by_arm.values()), **by_arm}
    return {"delta": delta, **fit.estimate(), **n, **fit.about()}
