"""Section of a scenario's report on those around the dyads: whom an offer reached, and second caregivers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from .. import plots
from ..plots.style import Figure
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.family_comparison import FamilyComparison
from ..scenarios.reach import GROUPS, OUTCOMES
from .scenario_key_weeks import key_weeks

__all__ = ["PICTURE", "TABLES", "family_pictures", "family_section", "family_tables"]

TABLES = ("around", "ties", "reach")
"""Each by the method of a comparison of families that makes it."""
PICTURE = "reach"


def family_tables(comparison: AnyComparison) -> dict[str, pd.DataFrame]:
    """Tables of those around the dyads, by name; none of a scenario without families."""
    if not isinstance(comparison, FamilyComparison):
        return {}
    return {name: table for name in TABLES if len(table := getattr(comparison, name)())}


def family_pictures(comparison: AnyComparison) -> dict[str, tuple[str, Figure]]:
    """Pictures of those around the dyads, by name, each with what it shows."""
    if not (isinstance(comparison, FamilyComparison) and len(comparison.reach())):
        return {}
    against = comparison.twin_arms[-1]
    says = f"Whom it reached: those who came, and those offered nothing, against “{against}”"
    return {PICTURE: (says, plots.reach(comparison.whole[comparison.name], comparison.whole[against]))}


def family_section(comparison: AnyComparison) -> dict[str, Any] | None:
    """What the page tells of those around the dyads; None of a scenario without families.

    Returns
    -------
    ``about`` (the families, in a line), ``partner`` (what a second caregiver is called), ``reach`` (by twin, rows of
    the last visit in words), ``partners`` (by twin, rows of what instruments show of second caregivers at the key
    weeks).
    """
    if not isinstance(comparison, FamilyComparison):
        return None
    families = comparison.whole[comparison.name].families
    weeks = {name: key_weeks(comparison, name) for name in comparison.twin_arms}
    of_partners = (
        {}
        if comparison.partners is None
        else {name: _partners(comparison.partners, name, weeks[name]) for name in weeks}
    )
    return {
        "about": families._in_a_line(),
        "partner": comparison.partner,
        "reach": _reach(comparison),
        "partners": of_partners,
        "weeks": weeks,
    }


def _reach(comparison: FamilyComparison) -> dict[str, list[dict[str, Any]]]:
    """Rows of reach at the last visit, by twin: who they are in words, and each outcome's difference."""
    table = comparison.reach()
    if not len(table):
        return {}
    last = table[table["week"] == max(comparison.visits)]
    found = {}
    for against, rows in last.groupby("against", sort=False):
        found[str(against)] = [
            {
                "who": f"Mothers who {GROUPS[str(group)]}"
                if group != "all"
                else "All mothers of the communities (total)",
                "mothers": int(own["mothers"].iloc[0]),
                "outcomes": [{"name": OUTCOMES[str(row["outcome"])], **row} for row in own.to_dict("records")],
            }
            for group, own in rows.groupby("group", sort=False)
        ]
    return found


def _partners(partners: AnyComparison, against: str, weeks: Collection[int]) -> list[dict[str, Any]]:
    """Rows of what instruments show of second caregivers against their twins, at some weeks."""
    effects = partners.effects()
    shown = effects[(effects["against"] == against) & effects["week"].isin(weeks)]
    return [
        {"scale": partners.instrument(str(name)), "by_week": own.set_index("week").loc[list(weeks)].to_dict("records")}
        for name, own in shown.groupby("instrument", sort=False)
    ]
