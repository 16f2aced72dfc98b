"""Follow-up of an intervention, or of help, into the generations that come after: for whom it is otherwise, and by how
much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.effect_size import mean_over_clusters

__all__ = ["FOLLOWED", "LOST", "WHOSE", "follow_up", "left_after", "lost_without"]

FOLLOWED = ("sensitivity", "history", "depression", "expectation", "chance_secure", "maltreated")
"""What is followed where nothing else is said: of the mother her sensitivity, state of mind and depressive symptoms; of
the infant what he expects, the chance of secure attachment, and whether he is maltreated."""
WHOSE = ("all", "offered", "her family", "only her partner's family", "neither family")
"""Families, by whom something was offered to: they themselves (in the generation in which it is, or was before), or the
family in which a mother, or only her partner, grew up; *neither* are those to whom it comes, if at all, through others.
"""
LOST = (
    *("generation", "whose", "outcome", "families", "difference", "without", "lost", "low", "high"),
    *("share", "share_low", "share_high"),
)
"""Columns of :func:`lost_without`."""

_LEAST = 0.01  # difference of which something can be left


def follow_up(one: pd.DataFrame, twin: pd.DataFrame, outcomes: Sequence[str] = FOLLOWED) -> pd.DataFrame:
    """Differences between families and their twins to whom nothing was offered, by generation and whose family it was.

    Parameters
    ----------
    one, twin : families of both arms (:meth:`.generations.Generations.frame`), with ``offered`` (to whom it was, by the
        lineage: a word of :data:`WHOSE`).
    outcomes : columns of theirs.

    Returns
    -------
    One row a generation, group and outcome: ``generation``, ``whose``, ``outcome``, ``families``, ``mean``,
    ``twin_mean``, ``difference``, ``low``, ``high`` (95 %, over communities; standard scores, of shares differences).
    """
    both = one.merge(twin, on=["generation", "family"], suffixes=("", "_twin"))
    rows = []
    for (generation, whose), those in _groups(both):
        for name in outcomes:
            own, other = (those[each].astype(np.float64) for each in (name, f"{name}_twin"))
            difference, low, high = mean_over_clusters(own - other, those["community"])
            rows.append((generation, whose, name, len(those), own.mean(), other.mean(), difference, low, high))
    columns = ["generation", "whose", "outcome", "families", "mean", "twin_mean", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def left_after(table: pd.DataFrame, first: int) -> pd.DataFrame:
    """What is left of a difference in each generation, as a share of what it was in the first in which there was one.

    Parameters
    ----------
    table : as :func:`follow_up` gives it.
    first : the generation in which something was offered first, or whose mothers had met help.

    Returns
    -------
    The table from that generation on, with ``first`` (the difference then, of those to whom it was offered), ``left``
    (the share), ``left_low``, ``left_high`` (the interval of the difference over the first one, taken as known). A
    first difference whose interval holds 0, or of less than .01 (of a standard score, or one of 100), has no shares.
    """
    found = table[table["generation"] >= first].reset_index(drop=True)
    start = found[found["generation"] == first]
    there = [whose for whose in ("offered", "her family", "all") if (start["whose"] == whose).any()]
    base = start[start["whose"].isin(there[:1])].set_index("outcome")
    sure = ((base["low"] > 0) | (base["high"] < 0)) & (base["difference"].abs() >= _LEAST)
    found["first"] = found["outcome"].map(base["difference"])
    of = found["outcome"].map(base["difference"].where(sure))
    ends = np.sort(found[["low", "high"]].div(of, axis=0).to_numpy(dtype=np.float64), axis=1)
    found["left"] = found["difference"] / of
    found["left_low"], found["left_high"] = ends[:, 0], ends[:, 1]
    return found


def lost_without(
    one: pd.DataFrame,
    twin: pd.DataFrame,
    cut: pd.DataFrame,
    cut_twin: pd.DataFrame,
    outcomes: Sequence[str] = FOLLOWED,
) -> pd.DataFrame:
    """What of a difference is lost when a way is cut, by generation and whose family it was.

    Parameters
    ----------
    one, twin : families as :func:`follow_up` takes them.
    cut, cut_twin : the same with a way cut; groups are those of ``one``.
    outcomes : columns of theirs.

    Returns
    -------
    One row a generation, group and outcome: ``generation``, ``whose``, ``outcome``, ``families``, ``difference``,
    ``without`` (the difference where the way is cut), ``lost`` (the first less the second), ``low``, ``high`` (95 %,
    over communities), ``share`` (lost, of the difference taken as known; empty where the interval of the difference
    holds 0), ``share_low``, ``share_high``.
    """
    at = ["generation", "family"]
    names = [*at, "community", *outcomes]
    both = one.merge(twin[[*at, *outcomes]], on=at, suffixes=("", "_twin"))
    both = both.merge(cut[[*at, *outcomes]], on=at, suffixes=("", "_cut"))
    both = both.merge(cut_twin[[*at, *outcomes]], on=at, suffixes=("", "_cut_twin"))
    both = both[[*names, "offered", *(f"{name}_{arm}" for arm in ("twin", "cut", "cut_twin") for name in outcomes)]]
    rows = []
    for (generation, whose), those in _groups(both):
        for name in outcomes:
            own, other, own_cut, other_cut = (
                those[f"{name}{arm}"].astype(np.float64) for arm in ("", "_twin", "_cut", "_cut_twin")
            )
            difference, least, most = mean_over_clusters(own - other, those["community"])
            without = float((own_cut - other_cut).mean())
            lost, low, high = mean_over_clusters(own - other - (own_cut - other_cut), those["community"])
            whole = difference if least > 0 or most < 0 else np.nan
            ends = sorted((low / whole, high / whole))
            rows.append(
                (generation, whose, name, len(those), difference, without, lost, low, high, lost / whole, *ends)
            )
    return pd.DataFrame(rows, columns=list(LOST))


def _groups(both: pd.DataFrame) -> list[tuple[tuple[int, str], pd.DataFrame]]:
    found: list[tuple[tuple[int, str], pd.DataFrame]] = []
    for generation, those in both.groupby("generation", sort=True):
        found.append(((int(str(generation)), WHOSE[0]), those))
        for whose in WHOSE[1:]:
            some = those[those["offered"] == whose]
            if 0 < len(some) < len(those):
                found.append(((int(str(generation)), whose), some))
    return found
