"""The cascade of care, and whom it misses: of mothers who were depressed, how many were found, referred, and helped."""

from __future__ import annotations

import pandas as pd

from ..common.effect_size import mean_over_clusters
from .outcomes import STATUSES_TOLD

__all__ = ["GROUPS", "STEPS", "cascade", "equity", "false_positives", "groups_of"]

STEPS = {
    "ill": "were depressed in some week",
    "found": "were found: screened positive, noticed, or heard when they spoke of it",
    "referred": "were referred to care",
    "began": "began care",
    "stayed": "came to half of its sessions",
    "recovered": "and were well in the last eight weeks",
}
"""Steps of the cascade in words; each is of those of the step before."""
GROUPS = {
    "all": "all families",
    "poverty": "families in poverty",
    "migration": "families who have migrated",
    "single": "mothers alone with the infant",
    "none": "families of whom none of this is so",
}
"""Groups of families by status, in words."""


def groups_of(families: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Families (as :func:`~dyadsim.services.outcomes.family_outcomes` has them) by :data:`GROUPS`; those of nobody are
    left out."""
    statuses = list(STATUSES_TOLD.values())
    found = {"all": families, **{name: families[families[name]] for name in statuses}}
    found["none"] = families[~families[statuses].any(axis=1)]
    return {name: each for name, each in found.items() if len(each)}


def cascade(families: pd.DataFrame) -> pd.DataFrame:
    """Cascade of care, one row a step.

    Parameters
    ----------
    families : outcomes, one row each.

    Returns
    -------
    ``step`` (one of :data:`STEPS`), ``mothers``, ``share`` of the depressed, with its 95 % interval over communities
    (``low``, ``high``), and ``of_those_before``.
    """
    ill = families[families["ill"]]
    rows, there, before = [], pd.Series(True, index=ill.index), len(ill)
    for step in STEPS:
        there = there & ill[step]
        share, low, high = mean_over_clusters(there, ill["community"]) if len(ill) else (float("nan"),) * 3
        mothers = int(there.sum())
        of_before = mothers / before if before else float("nan")
        rows.append(
            {"step": step, "mothers": mothers, "share": share, "low": low, "high": high, "of_those_before": of_before}
        )
        before = mothers
    return pd.DataFrame(rows)


def equity(families: pd.DataFrame) -> pd.DataFrame:
    """Equity of a service: what it is for families by status.

    Parameters
    ----------
    families : outcomes, one row each.

    Returns
    -------
    One row a group (:data:`GROUPS`): ``families``, ``met`` (share of the contacts due), ``ill`` (share of mothers
    depressed in some week), ``found``, ``began``, ``recovered`` (shares of these), ``well`` (share of all, at the end),
    ``cost`` (a family).
    """
    rows = []
    for name, own in groups_of(families).items():
        ill = own[own["ill"]]
        due = own["due"].sum()
        steps = {row["step"]: row["share"] for row in cascade(own).to_dict("records")}
        rows.append(
            {
                "group": name,
                "families": len(own),
                "met": own["met"].sum() / due if due else float("nan"),
                "ill": len(ill) / len(own),
                **{step: steps[step] for step in ("found", "began", "recovered")},
                "well": own["well"].mean(),
                "cost": own["cost"].mean(),
            }
        )
    return pd.DataFrame(rows)


def false_positives(families: pd.DataFrame) -> dict[str, float]:
    """False positives of a service, and what they cost.

    Parameters
    ----------
    families : outcomes, one row each.

    Returns
    -------
    ``positives`` (screenings), ``false`` (of mothers who were not depressed then), ``share`` of them, ``cost`` (of
    interviews and care for mothers who never were), a family of the area.
    """
    positives, false = float(families["positives"].sum()), float(families["false_positives"].sum())
    never = families[~families["ill"]]
    return {
        "positives": positives,
        "false": false,
        "share": false / positives if positives else float("nan"),
        "cost": float(never["cost_of_care"].sum() / max(len(families), 1)),
    }
