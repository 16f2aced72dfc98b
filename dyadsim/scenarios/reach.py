"""Reach of what is offered in communities: what it does for those who came, and for those who were offered nothing.

Twins are whole communities, so a mother to whom nothing was offered differs from her twin by what her ties brought her.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import mean_over_clusters
from ..common.errors import DyadsimError
from ..development.course import Course

__all__ = ["GROUPS", "OUTCOMES", "mothers_by_offer", "reach", "reach_by_week", "ties_inside"]

GROUPS = {
    "came": "came to what was offered (direct)",
    "not offered": "were offered nothing (spillover)",
    "all": "all mothers of the communities (total)",
}
"""Groups of mothers by what they were offered, in words."""
OUTCOMES = {
    "support": "perceived support",
    "loneliness": "loneliness",
    "depression": "depressive symptoms",
    "ties": "ties in the community",
    "persons": "persons she can count on",
}
"""Outcomes in which reach is told: slow states in standard scores, and numbers of people."""


def reach(course: Course, twins: Course, weeks: tuple[int, ...]) -> pd.DataFrame:
    """Table of differences from the twins, one row a group of mothers, outcome and week.

    Parameters
    ----------
    course : of families with ties, to some of whom something is offered.
    twins : the same communities and luck, otherwise.
    weeks : at whose start they are compared.

    Returns
    -------
    ``group`` (one of :data:`GROUPS`), ``outcome`` (one of :data:`OUTCOMES`), ``week``, ``mothers``, ``communities``,
    ``mean``, ``twin_mean``, ``difference``, and ``low``, ``high``: its 95 % interval over communities (Student's t,
    since what happens in one community is not independent); NaN with a single one.

    Raises
    ------
    DyadsimError
        if the course is none of families with ties.

    Examples
    --------
    >>> families = ds.Families.sample(80, seed=1)
    >>> offers = [{"name": "new-parents-group", "start_week": 0, "share": 0.5}]
    >>> course = ds.develop(families, weeks=12, interventions=offers, seed=1)
    >>> ds.reach(course, course.twins(), (12,))[["group", "outcome", "difference"]]
    """
    members = mothers_by_offer(course)
    rows = []
    for week in weeks:
        own, other = (_outcomes(each, week) for each in (course, twins))
        for group, who in members.items():
            for outcome in OUTCOMES:
                told = _difference(own[outcome][who], other[outcome][who], course.families.community[who])
                rows.append({"group": group, "outcome": outcome, "week": week, **told})
    return pd.DataFrame(rows)


def reach_by_week(course: Course, twins: Course) -> pd.DataFrame:
    """Means of both, one row a group, outcome and week of the course: ``mean``, ``twin_mean``.

    Parameters
    ----------
    course, twins : as :func:`reach` takes them.
    """
    members, rows = mothers_by_offer(course), []
    for week in range(course.weeks.start, course.weeks.stop + 1):
        own, other = (_outcomes(each, week) for each in (course, twins))
        for group, who in members.items():
            for outcome in OUTCOMES:
                means = {"mean": own[outcome][who].mean(), "twin_mean": other[outcome][who].mean()}
                rows.append({"group": group, "outcome": outcome, "week": week, **means})
    return pd.DataFrame(rows)


def mothers_by_offer(course: Course) -> dict[str, NDArray[np.bool_]]:
    """Mothers (families,) of each of :data:`GROUPS`, true for those in it; a group without any is left out.

    Parameters
    ----------
    course : of families with ties.

    Raises
    ------
    DyadsimError
        if the course is none of families with ties.
    """
    families = course.families
    if not families.ties:
        raise DyadsimError("Reach is told of families with ties; these have none (ties = true gives them).")
    came, offered = np.zeros(len(families), dtype=bool), np.zeros(len(families), dtype=bool)
    for each in course.development.treatments:
        taken = each.attended.takes_up
        for rows in (families.mothers_at, families.partners_at):
            at = np.searchsorted(families.numbers, families.family[rows])
            came[at] |= taken[rows]
            offered[at] |= True if each.offered_to is None else each.offered_to[rows]
    for given in course.development.delivered:  # by a service: who has begun it
        mothers = given.began[families.mothers_at]
        came |= mothers
        offered |= mothers
    found = {"came": came, "not offered": ~offered, "all": np.ones(len(families), dtype=bool)}
    return {group: who for group, who in found.items() if who.any()}


def ties_inside(course: Course, week: int) -> NDArray[np.int64]:
    """Ties of each mother to others of her community (families,) at the start of a week.

    Parameters
    ----------
    course : of families with ties.
    week : of his life.
    """
    ties = course.around[week - course.weeks.start].ties
    who = np.searchsorted(course.families.numbers, ties.who[ties.inside])
    return np.bincount(who, minlength=len(course.families))


def _outcomes(course: Course, week: int) -> dict[str, NDArray[np.float64]]:
    """(families,) of mothers, by outcome."""
    states = course.at(week).iloc[course.families.mothers_at]
    found = {name: states[name].to_numpy() for name in ("support", "loneliness", "depression")}
    found["ties"] = ties_inside(course, week).astype(np.float64)
    found["persons"] = course.network(week)["persons"].to_numpy()
    return found


def _difference(
    own: NDArray[np.float64], other: NDArray[np.float64], community: NDArray[np.int64]
) -> dict[str, float | int]:
    """Columns of a row: means, their difference, and its interval over communities."""
    mean, low, high = mean_over_clusters(own - other, community)
    return {
        **{
            "mothers": len(own),
            "communities": len(np.unique(community)),
            "mean": float(own.mean()),
            "twin_mean": float(other.mean()),
        },
        **{"difference": mean, "low": low, "high": high},
    }
