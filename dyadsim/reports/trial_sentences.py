"""Sentences on a trial: what it could and could not have seen, in the words of a trialist."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..trials.declared_trial import DeclaredTrial
from ..trials.estimands import Estimand
from ..trials.performance import is_hardly_any

__all__ = ["BY_CHANCE", "could_see", "on_published", "on_trial", "on_what_was_lost", "signed", "unit_of"]

DETECTABLE = 2.8
"""Standard errors of an effect that is seen (p below .05) in four of five trials: 1.96 + 0.84."""
ENOUGH = 10
"""Significant estimates of which it is told how far they are off."""
BY_CHANCE = "Monte Carlo errors stand in brackets: what other replicates of the same trial would give."


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign; never -0.00."""
    return "–" if math.isnan(value) else f"{round(value, digits) + 0.0:+.{digits}f}"


def on_trial(trial: DeclaredTrial, flow: pd.DataFrame) -> str:
    """A sentence on who was randomised, and how many were left."""
    arms = flow.groupby("arm", sort=False)["allocated"].mean()
    sizes = " and ".join(f"{round(size):,} in '{arm}'" for arm, size in arms.items())
    last = [str(name) for name in flow if str(name).startswith("seen_")][-1]
    left = flow.groupby("replicate")[last].sum().mean()
    whole = flow.groupby("replicate")["allocated"].sum().mean()
    return (
        f"Each replicate randomises {whole:,.0f} dyads on average ({sizes}); {left:,.0f} of them are seen at the last "
        f"visit, '{trial.seen.visits[-1].name}'."
    )


def could_see(row: Any, trial: DeclaredTrial, unit: str) -> str:
    """What one analysis could have seen, in a few sentences.

    Parameters
    ----------
    row : of :func:`dyadsim.trials.performance.performance`, by column.
    trial : the trial.
    unit : of the outcome.
    """
    estimand = trial.estimand(row["asks"])
    if not row["converged"]:
        return f"{row['analysis']}: none of {row['replicates']:,} fits came to an estimate."
    none = is_hardly_any(row["truth"], row["truth_error"], row["spread"])
    odds = estimand.how_measured == "odds ratio"
    truth = f"a ratio of {math.exp(row['truth']):.2f}" if odds else f"{signed(row['truth'])} {unit}"
    error = row["rejects_error"]
    share = f"{row['rejects']:.0%} (± {1.96 * error:.1%})"
    about = f"{row['analysis']}: "
    if none:
        said = f"the model has hardly any effect here ({truth}), and p is below .05 in {share} of replicates."
    else:
        said = f"the true effect is {truth}, and p is below .05 in {share} of replicates: {_verdict(row['rejects'])}."
    smallest = DETECTABLE * row["spread"]
    least = f"a ratio of {math.exp(smallest):.1f}" if odds else f"{smallest:.2f} {unit}"
    said += f" With {row['n']:.0f} analysed it would have seen {least} in four of five trials."
    if not none and row["significant"] >= ENOUGH:
        said += f" The {row['significant']:,} significant estimates are {row['type_m']:.1f} times too large on average"
        said += f", and of the wrong sign in {row['type_s']:.0%}." if row["type_s"] >= 0.005 else "."
    if row["failed"]:
        said += f" {row['failed']:,} of {row['replicates']:,} fits failed and are counted beside."
    return about + said


def _verdict(power: float) -> str:
    if power < 0.2:
        return "the trial could hardly have seen it"
    if power < 0.5:
        return "the trial was likelier to miss it than to see it"
    if power < 0.8:
        return "the trial was likelier to see it than to miss it"
    return "the trial would have seen it"


def on_published(row: Any) -> str:
    """Where a published estimate lies among the simulated ones."""
    unverified = " (unverified)" if row["unverified"] else ""
    name = f"{row['analysis']} ({row['row']}{unverified})"
    if pd.isna(row["published"]):
        return f"{name}: published is a direction only; {row['agree_in_sign']:.0%} of replicates have that sign."
    where = "within" if row["within"] else "outside of"
    odds = row["unit"] == "odds ratio"
    ends = [f"{row[name]:.2f}" if odds else signed(row[name]) for name in ("simulated_low", "simulated_high")]
    published = f"{row['published']:.2f}" if odds else signed(row["published"])
    return (
        f"{name}: the published {published} ({row['unit']}) lies {where} what 95 of 100 simulated trials find, "
        f"{ends[0]} to {ends[1]}; {row['below']:.0%} of them find less."
    )


def on_what_was_lost(costs: pd.DataFrame, asks: str) -> str:
    """What each step cost, in a sentence."""
    own = costs[costs["asks"] == asks].set_index("step")
    power = own["power"]
    return (
        f"Of '{asks}', p would have been below .05 in {power['truth']:.0%} of trials that saw the state itself, in "
        f"{power['instrument']:.0%} with the instrument, in {power['losses']:.0%} after losses, and is in "
        f"{power['analysis']:.0%} as analysed."
    )


def unit_of(estimand: Estimand) -> str:
    """The unit of an estimand's difference."""
    if estimand.is_share:
        return "of 1"
    return "points" if estimand.moderator is None else f"points for each point of {estimand.moderator}"
