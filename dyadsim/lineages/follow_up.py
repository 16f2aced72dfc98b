"""Follow-up of an intervention, or of help, into the generations that come after: for whom it is otherwise, and by how
much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.effect_size import mean_over_clusters

__all__ = ["FOLLOWED", "WHOSE", "follow_up"]

FOLLOWED = ("sensitivity", "history", "depression", "expectation", "chance_secure", "maltreated")
"""What is followed where nothing else is said: of the mother her sensitivity, state of mind and depressive symptoms; of
the infant what he expects, the chance of secure attachment, and whether he is maltreated."""
WHOSE = ("all", "offered", "her family", "only her partner's family", "neither family")
"""Families, by whom something was offered to: they themselves (in the generation in which it is, or was before), or the
family in which a mother, or only her partner, grew up; *neither* are those to whom it comes, if at all, through others.
"""


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


def _groups(both: pd.DataFrame) -> list[tuple[tuple[int, str], pd.DataFrame]]:
    found: list[tuple[tuple[int, str], pd.DataFrame]] = []
    for generation, those in both.groupby("generation", sort=True):
        found.append(((int(str(generation)), WHOSE[0]), those))
        for whose in WHOSE[1:]:
            some = those[those["offered"] == whose]
            if 0 < len(some) < len(those):
                found.append(((int(str(generation)), whose), some))
    return found
