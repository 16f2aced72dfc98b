"""Which offer did how much: differences from the twins that lack one offer alone, each with its own grounding."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .compared_arms import ComparedArms
from .paired_differences import paired

__all__ = ["ALL", "NEED_NOT_ADD_UP", "differences_by_offer", "differences_with_intervals", "lacking"]

ALL = "all together"
"""Stands for all offers in a table by offer."""

NEED_NOT_ADD_UP = (
    "What the offers do one by one need not add up to what they do together: each is told as what would be missing "
    "without it while the others are there, and where others do the same already, or open the way for it, that is less "
    "or more."
)
_COLUMNS = [
    "offer", "title", "against", "instrument", "week", "unit", "difference", "low", "high", "d", "grounding",
    "unverified", "began",
]  # fmt: skip


def lacking(comparison: ComparedArms) -> dict[str, tuple[str, ...]]:
    """Names of the offers that some twins lack, by arm; only twins who differ in nothing else are there."""
    own = comparison.circumstances(comparison.name)
    found = {}
    for arm in comparison.twin_arms:
        twins = comparison.circumstances(arm)
        missing = [each for each in own.offered if each not in twins.offered]
        same_people = len(own.exposures) == len(twins.exposures) and all(
            one.setting == other.setting and np.array_equal(one.who, other.who)
            for one, other in zip(own.exposures, twins.exposures, strict=True)
        )
        if missing and same_people and all(each in own.offered for each in twins.offered):
            found[arm] = tuple(each.entry.name for each in missing)
    return found


def differences_with_intervals(comparison: ComparedArms) -> pd.DataFrame:
    """Differences as :meth:`.compared_arms.ComparedArms.effects` has them, with 95 % intervals whatever the sets.

    Returns
    -------
    The columns of the effects, and of a comparison with one parameter set also ``low``, ``high`` (of the difference:
    paired, over dyads, or over communities where mothers have ties) and ``from_parameters``, which is then 0.
    """
    effects = comparison.effects()
    if "low" in effects:
        return effects
    ends: dict[str, list[float]] = {"low": [], "high": [], "from_parameters": []}
    for against in comparison.twin_arms:
        for scale in comparison.scales():
            own, twin = (comparison.scores(arm, scale) for arm in (comparison.name, against))
            found = paired(own - twin, comparison.communities)
            for name, values in ends.items():
                values += getattr(found, name).tolist()
    return effects.assign(**ends)


def differences_by_offer(comparison: ComparedArms) -> pd.DataFrame:
    """Differences by offer, as :meth:`.any_comparison.AnyComparison.by_offer` tells of them."""
    offered = {each.entry.name: each for each in comparison.circumstances(comparison.name).offered}
    differences, found = differences_with_intervals(comparison), []
    of_all = {arm: names for arm, names in lacking(comparison).items() if len(names) == len(offered) > 1}
    of_one = {arm: names for arm, names in lacking(comparison).items() if len(names) == 1}
    for arm, names in (*of_one.items(), *of_all.items()):
        rows = differences[differences["against"] == arm]
        alone = offered[names[0]] if len(names) == 1 else None
        titles = {"offer": ALL, "title": "All together"}
        if alone is not None:
            titles = {"offer": alone.entry.name, "title": alone.entry.full_name}
        found.append(rows.assign(**titles, began=_began(comparison, names)))
    return pd.concat(found, ignore_index=True)[_COLUMNS] if found else pd.DataFrame(columns=_COLUMNS)


def _began(comparison: ComparedArms, names: tuple[str, ...]) -> int:
    """How many dyads of the arm asked about began with one of some offers."""
    table = comparison.attended()
    began = table[
        (table["arm"] == comparison.name) & table["intervention"].isin(names) & table["taken_up"].astype(bool)
    ]
    return int(began["dyad"].nunique())
