"""Performance of a trial's analyses over its replicates: power, bias, coverage and more, each with its own error.

Formulas and their Monte Carlo errors are those of Morris, White & Crowther (2019), doi 10.1002/sim.8086; errors of type
S (the wrong sign) and M (how far too large) among significant estimates those of Gelman & Carlin (2014), doi
10.1177/1745691614551642.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError
from .analysis import ALPHA
from .declared_trial import DeclaredTrial
from .true_effects import log_odds_ratio

__all__ = ["HARDLY", "WHAT", "error_of_share", "is_hardly_any", "performance"]

HARDLY = 0.1
"""Standard errors of an estimate below which a true effect is hardly any: no trial of that size would see it."""

WHAT = {
    "rejects": "share of replicates with p below .05: power where there is an effect, the error of type I where not",
    "type_s": "share of the significant estimates that have the wrong sign",
    "type_m": "how many times larger than the truth the significant ones are on average",
    "bias": "mean estimate less the true effect of its replicate",
    "rmse": "root of the mean squared distance from the true effect",
    "coverage": "share of 95 % intervals that hold the true effect",
    "spread": "standard deviation of the estimates over replicates",
    "model_se": "standard error that the analyses tell, on average",
}
"""What is told of an analysis, by column; each has its Monte Carlo error in a column with ``_error`` added."""


def performance(estimates: pd.DataFrame, trial: DeclaredTrial) -> pd.DataFrame:
    """Performance, one row an analysis and delta.

    Parameters
    ----------
    estimates : one row a replicate, analysis and delta.
    trial : the trial.

    Returns
    -------
    ``analysis``, ``asks``, ``delta``, ``replicates``, ``converged`` and ``failed`` (how many fits), ``significant``
    (how many estimates), ``n`` (mean analysed), ``truth`` (mean over replicates, with ``truth_error``; of odds the
    logarithm of the ratio of the mean shares), ``mean`` (of estimates), and the columns of :data:`WHAT`; NaN where
    there is none. Fits that failed are counted and left out of the rest. Errors of type S and M are told of an effect
    that is more than hardly any (:func:`is_hardly_any`).

    Raises
    ------
    DyadsimError
        if there are no replicates.
    """
    if estimates.empty:
        raise DyadsimError("There are no replicates yet.")
    rows = []
    for (analysis, delta), each in estimates.groupby(["analysis", estimates["delta"].fillna(np.inf)], sort=False):
        asks = trial.answer(str(analysis)).asks
        measure = trial.estimand(asks).how_measured
        about = {"analysis": analysis, "asks": asks, "delta": np.nan if delta == np.inf else delta}
        rows.append(about | _of_one(each, measure))
    order = [answer.called for answer in trial.answers]
    return pd.DataFrame(rows).sort_values(
        "analysis", key=lambda names: names.map(order.index), kind="stable", ignore_index=True
    )


def true_value(estimates: pd.DataFrame, measure: str) -> float:
    """The true effect over replicates: the mean, or of odds that of the mean shares."""
    if measure == "odds ratio":
        shares = estimates[["true_treated", "true_against"]].mean()
        return float(log_odds_ratio(pd.Series([shares.iloc[0]]), pd.Series([shares.iloc[1]])).iloc[0])
    return float(estimates["true"].mean())


def _of_one(each: pd.DataFrame, measure: str) -> dict[str, float]:
    fits = each[each["converged"]]
    many, truth = len(fits), true_value(each, measure)
    told: dict[str, float] = {"replicates": len(each), "converged": many, "failed": len(each) - many}
    told |= {"n": float(each["n"].mean()), "truth": truth, "truth_error": _error_of_mean(each["true"].dropna())}
    told["mean"] = float(fits["b"].mean())
    significant = fits[fits["p"] < ALPHA]
    told |= _share("rejects", fits["p"] < ALPHA)
    told |= _share("adjusted_rejects", fits["p_adjusted"] < ALPHA)
    spread = float(fits["b"].std(ddof=1)) if many > 1 else float("nan")
    told["significant"] = len(significant)
    if is_hardly_any(truth, told["truth_error"], spread):  # of which no estimate has a wrong sign, or is too large
        significant = significant.iloc[:0]
    too_large = significant["b"].abs() / abs(truth) if len(significant) else pd.Series(dtype=float)
    told |= _share("type_s", np.sign(significant["b"]) != np.sign(truth))
    told |= {"type_m": float(too_large.mean()), "type_m_error": _error_of_mean(too_large)}
    # The truth of a replicate moves with its dyads; what moves both alike is no bias. Odds of small shares have none.
    own = fits["true"].where(fits["true"].notna() & (measure != "odds ratio"), truth)
    off, squares = fits["b"] - own, (fits["b"] - truth) ** 2
    told |= {"bias": float(off.mean()), "bias_error": _error_of_mean(off)}
    rmse = float(np.sqrt(squares.mean())) if many else float("nan")
    told |= {"rmse": rmse, "rmse_error": _error_of_mean(squares) / (2 * rmse) if rmse else float("nan")}
    told |= _share("coverage", (fits["low"] <= truth) & (truth <= fits["high"]))
    told |= {"spread": spread, "spread_error": spread / np.sqrt(2 * (many - 1)) if many > 1 else float("nan")}
    variance = fits["se"] ** 2
    model_se = float(np.sqrt(variance.mean())) if many else float("nan")
    told |= {
        "model_se": model_se,
        "model_se_error": _error_of_mean(variance) / (2 * model_se) if model_se else float("nan"),
    }
    return told


def _share(name: str, those: pd.Series) -> dict[str, float]:
    """A share and its Monte Carlo error; NaN of none."""
    if not len(those):
        return {name: float("nan"), f"{name}_error": float("nan")}
    return {name: float(those.mean()), f"{name}_error": error_of_share(int(those.sum()), len(those))}


def error_of_share(hits: int, many: int) -> float:
    """Monte Carlo error of a share; where all replicates agree, that of one more that does not.

    Parameters
    ----------
    hits, many : of so many replicates so many; NaN of none.

    Examples
    --------
    >>> error_of_share(0, 100) > 0
    True
    """
    if not many:
        return float("nan")
    share = min(max(hits, 1), many - 1) / many if many > 1 else 0.5
    return float(np.sqrt(share * (1 - share) / many))


def is_hardly_any(truth: float, truth_error: float, spread: float) -> bool:
    """Whether a true effect is hardly any: these replicates cannot tell it from none, or no trial like this one could.

    Parameters
    ----------
    truth, truth_error : mean over replicates, and its Monte Carlo error.
    spread : standard deviation of the estimates.
    """
    return not abs(truth) > np.nanmax([2 * truth_error, HARDLY * spread, 0.0])


def _error_of_mean(values: pd.Series) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
