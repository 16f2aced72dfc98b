"""True effects of the replicates of a trial, from the twins: what each dyad came to in both arms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..measurement.criteria import reached
from .enrolment import Enrolled
from .estimands import Estimand
from .potential import Potential
from .visits import column

__all__ = ["as_asked", "asked_about", "log_odds_ratio", "true_effects"]

Numbers = NDArray[np.float64]


def as_asked(estimand: Estimand, readings: Mapping[str, NDArray[np.generic]]) -> Numbers:
    """The outcome (dyads,) of an estimand: points, or 1 and 0 for a class or cut."""
    read = readings[column(estimand.outcome, estimand.visit)]
    if estimand.classed is not None:
        return (read == estimand.classed).astype(np.float64)
    return np.asarray(read, dtype=np.float64) if estimand.cut is None else reached(read, estimand.cut)


def asked_about(dyads: Enrolled, estimand: Estimand, treated: Potential) -> NDArray[np.bool_]:
    """The dyads (dyads,) for whom an effect is asked: a subgroup, or those who would attend enough."""
    those = np.ones(len(dyads.place), dtype=bool)
    if estimand.who is not None:
        those &= estimand.who.met_by(dyads.readings[estimand.who.reading])
    if estimand.events == "principal stratum":
        those &= treated.attended >= estimand.sessions
    return those


def true_effects(
    dyads: Enrolled,
    estimand: Estimand,
    treated: Potential,
    against: Potential,
    stayed: NDArray[np.bool_],
) -> pd.DataFrame:
    """True effects, one row a replicate.

    Parameters
    ----------
    dyads : enrolled.
    estimand : what is asked.
    treated, against : what they come to in both arms, as the estimand makes of intercurrent events.
    stayed : (dyads,) whose outcome was seen.

    Returns
    -------
    ``replicate``; ``true`` effect: the mean of the twins' differences, the logarithm of the ratio of odds, or the slope
    of the differences on the moderator; ``true_treated`` and ``true_against``, the means of both arms; ``true_stayed``,
    the mean difference in those whose outcome was seen; ``true_state``, the mean difference of what the instrument is
    about, in standard scores; ``asked_about``, of how many dyads.
    """
    outcomes = as_asked(estimand, treated.readings), as_asked(estimand, against.readings)
    name = column(estimand.outcome, estimand.visit)
    state = treated.truths[name] - against.truths[name] if name in treated.truths else np.full(len(stayed), np.nan)
    those = asked_about(dyads, estimand, treated)
    table = pd.DataFrame(
        {
            "replicate": dyads.replicate[those],
            "true_treated": outcomes[0][those],
            "true_against": outcomes[1][those],
            "true": (outcomes[0] - outcomes[1])[those],
            "true_stayed": np.where(stayed, outcomes[0] - outcomes[1], np.nan)[those],
            "true_state": state[those],
        }
    )
    if estimand.moderator is not None:
        table["moderator"] = dyads.readings[estimand.moderator][those]
    groups = table.groupby("replicate")
    found = groups[["true", "true_treated", "true_against", "true_stayed", "true_state"]].mean()
    found["asked_about"] = groups.size()
    if estimand.how_measured == "odds ratio":
        found["true"] = log_odds_ratio(found["true_treated"], found["true_against"])
        found["true_stayed"] = np.nan
    if estimand.how_measured == "moderation":
        found["true"] = pd.Series({number: _slope(rows) for number, rows in groups}, dtype=float)
    return found.reindex(np.arange(dyads.funnel["replicate"].min(), dyads.funnel["replicate"].max() + 1)).reset_index()


def log_odds_ratio(one: pd.Series, other: pd.Series) -> pd.Series:
    """Logarithm of the ratio of the odds of two shares; NaN where one of them is 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = pd.Series(np.log(one / (1 - one)) - np.log(other / (1 - other)))
    return found.where(np.isfinite(found))


def _slope(rows: pd.DataFrame) -> float:
    """Slope of the differences on the moderator."""
    off = rows["moderator"] - rows["moderator"].mean()
    return float((off * rows["true"]).sum() / (off**2).sum()) if off.any() else float("nan")
