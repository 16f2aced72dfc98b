"""Cost-effectiveness of services against none: what more they cost, what more they do, and how sure that is.

Families and luck are the same in all arms, so what differs is the service. What the evidence leaves open comes from the
parameter sets and from drawn sizes of interventions, what so few communities leave open from drawing communities with
replacement (a bootstrap over clusters: Efron & Tibshirani 1993, doi 10.1007/978-1-4899-4541-9; planes and acceptability
curves: Fenwick, O'Brien & Briggs 2004, doi 10.1002/hec.903).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.random_numbers import WeeklyLuck

__all__ = ["DRAWS", "EFFECTS", "acceptability", "cost_effectiveness", "draws"]

Numbers = NDArray[np.float64]
EFFECTS = {
    "well": ("mother more who is well at the end", 1.0),
    "secure": ("infant more who is securely attached", 1.0),
    "ill_weeks": ("week of depression less", -1.0),
}
"""Effects of a service: what one of it is, and the sign with which its column counts."""
COST = "cost_in_all"
"""The column of costs: of the service, and of weeks of depression outside of it where they are counted."""
DRAWS = 1_000
"""Draws of communities (and of a parameter set each) by which uncertainty is told."""


def draws(tables: Mapping[tuple[str, int], pd.DataFrame], against: str, seed: int = 0) -> pd.DataFrame:
    """Draws of what each service costs and does beyond another arm, a family: the same communities in every arm.

    Parameters
    ----------
    tables : outcomes of families (one row each), by arm and number of the parameter set.
    against : the arm compared with.
    seed : names the luck of the draws.

    Returns
    -------
    One row an arm and draw: ``arm``, ``draw``, ``set``, ``cost``, and a column for each of :data:`EFFECTS`, counted so
    that more is better.
    """
    arms, sets = _arms_and_sets(tables)
    columns, rows = [COST, *EFFECTS], []
    for arm in arms:
        if arm == against:
            continue
        sums = {number: _by_community(tables[arm, number], tables[against, number], columns) for number in sets}
        for place, number in enumerate(sets):
            theirs = np.arange(place, DRAWS, len(sets))
            counts = _counts(len(sums[number][0]), theirs, seed)
            per_family = (counts @ sums[number][1]) / (counts @ sums[number][0])[:, None]
            told = dict(zip(("cost", *EFFECTS), per_family.T, strict=True))
            rows.append(pd.DataFrame({"arm": arm, "draw": theirs, "set": number, **told}))
    heads = ["arm", "draw", "set", "cost", *EFFECTS]
    return pd.concat(rows, ignore_index=True)[heads] if rows else pd.DataFrame(columns=heads)


def _arms_and_sets(tables: Mapping[tuple[str, int], pd.DataFrame]) -> tuple[list[str], list[int]]:
    """Names of the arms, and numbers of the parameter sets, in their order."""
    return list(dict.fromkeys(arm for arm, _ in tables)), list(dict.fromkeys(number for _, number in tables))


def _by_community(own: pd.DataFrame, other: pd.DataFrame, names: list[str]) -> tuple[Numbers, Numbers]:
    """Families (communities,), and sums (communities, names) of how much more there is in one arm."""
    if not own["family"].equals(other["family"]):
        raise ValueError("arms have other families")
    signs = np.array([1.0, *(sign for _, sign in EFFECTS.values())])
    apart = (own[names].to_numpy(dtype=np.float64) - other[names].to_numpy(dtype=np.float64)) * signs
    _, at = np.unique(own["community"].to_numpy(), return_inverse=True)
    sums = np.stack([np.bincount(at, weights=column) for column in apart.T], axis=1).astype(np.float64)
    return np.bincount(at).astype(np.float64), sums


def _counts(communities: int, numbers: NDArray[np.int64], seed: int) -> Numbers:
    """How often each community is drawn (draws, communities), with replacement; a draw is named by its number."""
    luck = WeeklyLuck(seed)
    chosen = np.stack([luck.outcome(numbers, f"community {place}") for place in range(communities)], axis=1)
    at = np.minimum((chosen * communities).astype(np.int64), communities - 1)
    counts = np.zeros((len(numbers), communities))
    np.add.at(counts, (np.arange(len(numbers))[:, None], at), 1.0)
    return counts


def cost_effectiveness(
    tables: Mapping[tuple[str, int], pd.DataFrame], against: str, drawn: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Cost-effectiveness of each arm against another, one row an arm and effect.

    Parameters
    ----------
    tables, against : as :func:`draws` takes them.
    drawn : what that gives (default: it is made).

    Returns
    -------
    ``arm``, ``effect``, ``cost`` (more, a family: the mean over families and sets), ``more`` (of the effect, a family),
    their 95 % intervals over draws (``cost_low`` ... ``more_high``), ``ratio`` (cost of one more; NaN unless the arm
    does more), ``ratio_low``, ``ratio_high`` (where it does more in 97.5 % of draws; infinite above otherwise),
    ``surely_more`` (share of draws in which it does more).
    """
    drawn = draws(tables, against) if drawn is None else drawn
    arms, sets = _arms_and_sets(tables)
    rows = []
    for arm in (each for each in arms if each != against):
        own = drawn[drawn["arm"] == arm]
        means = [_means(tables[arm, number], tables[against, number]) for number in sets]
        mean = {name: float(np.mean([each[name] for each in means])) for name in means[0]}
        cost_low, cost_high = np.quantile(own["cost"], [0.025, 0.975])
        for effect in EFFECTS:
            low, high = np.quantile(own[effect], [0.025, 0.975])
            more = own[effect] > 0
            ratios = np.where(more, own["cost"] / own[effect].where(more), np.inf)
            known = not np.isnan(mean[effect]) and mean[effect] > 0
            ends = np.quantile(ratios, [0.025, 0.975], method="nearest") if known else (np.nan, np.nan)
            rows.append(
                {
                    **{"arm": arm, "effect": effect, "cost": mean["cost"], "more": mean[effect]},
                    **{"cost_low": cost_low, "cost_high": cost_high, "more_low": low, "more_high": high},
                    "ratio": mean["cost"] / mean[effect] if known else np.nan,
                    **{"ratio_low": ends[0], "ratio_high": ends[1], "surely_more": float(more.mean())},
                }
            )
    return pd.DataFrame(rows)


def _means(own: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    """Mean over families of how much more there is in one arm, by name."""
    found = {"cost": float((own[COST] - other[COST]).mean())}
    for name, (_, sign) in EFFECTS.items():
        found[name] = sign * float((own[name].astype(float) - other[name].astype(float)).mean())
    return found


def acceptability(drawn: pd.DataFrame, effect: str, against: str, worth: Numbers) -> pd.DataFrame:
    """Acceptability: for each worth of one more of an effect, the share of draws in which each arm is the best choice.

    Parameters
    ----------
    drawn : as :func:`draws` gives it.
    effect : one of :data:`EFFECTS`.
    against : the arm compared with, whose net benefit is 0.
    worth : (values,) of one more, in the prices of the services.

    Returns
    -------
    One row a worth and arm: ``worth``, ``arm``, ``best`` (share of draws).
    """
    arms = list(dict.fromkeys(drawn["arm"]))
    by_arm = {arm: drawn[drawn["arm"] == arm].sort_values("draw") for arm in arms}
    rows = []
    for value in worth:
        benefit = np.stack(
            [
                np.zeros(len(by_arm[arms[0]])),
                *(value * by_arm[arm][effect].to_numpy() - by_arm[arm]["cost"].to_numpy() for arm in arms),
            ]
        )
        best = np.bincount(benefit.argmax(axis=0), minlength=len(arms) + 1) / benefit.shape[1]
        rows += [
            {"worth": float(value), "arm": arm, "best": share}
            for arm, share in zip([against, *arms], best, strict=True)
        ]
    return pd.DataFrame(rows)
