"""What a programme in groups does to a community and its twin: to those who came, to who was offered nothing, to all.

Twins are whole communities with the same luck, so a difference of one mother from her twin is what followed from the
programme: *direct* in those who sat in its groups, *spillover* in those to whom nothing was offered.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.shown import counted
from ..development.course import Course
from ..scenarios.reach import GROUPS, mothers_by_offer, reach, ties_inside
from ..theory.slow_states import SLOW

__all__ = [
    "ALL",
    "CAME",
    "FELT",
    "OFFERED_NOTHING",
    "differences",
    "in_short",
    "sets_of_mothers",
    "states_of_mothers",
    "ties_by_week",
]

CAME, OFFERED_NOTHING, ALL = "sat in groups", "were offered nothing", "all mothers"
_SETS = dict(zip(GROUPS, (CAME, OFFERED_NOTHING, ALL), strict=True))
FELT = {
    "loneliness": ("loneliness", "less lonely", "lonelier"),
    "depression": ("symptoms", "fewer depressive symptoms", "more depressive symptoms"),
    "support": ("support", "less support felt", "more support felt"),
}
"""States that are told: what each is called, and what less and more of it is."""
_HARDLY, _HARDLY_A_TIE = 0.05, 0.1
"""Differences below these, in standard deviations and in ties, are called hardly any."""
_STATES = list(SLOW)


def sets_of_mothers(course: Course) -> dict[str, NDArray[np.bool_]]:
    """Who sat in groups, who was offered nothing, and all: (families,) by name, without those that are nobody.

    Parameters
    ----------
    course : of families, to whom something was offered.
    """
    return {_SETS[group]: who for group, who in mothers_by_offer(course).items()}


def states_of_mothers(course: Course) -> dict[str, NDArray[np.float64]]:
    """States of mothers (weeks + 1, families) by name, of those in :data:`FELT`.

    Parameters
    ----------
    course : of families.
    """
    mothers = course.families.mothers_at
    return {name: course.states[:, _STATES.index(name)][:, mothers] for name in FELT}


def ties_by_week(course: Course) -> NDArray[np.int64]:
    """Ties of each mother to others of her community (weeks + 1, families).

    Parameters
    ----------
    course : of families.
    """
    return np.stack([ties_inside(course, week) for week in range(course.weeks.start, course.weeks.stop + 1)])


def differences(course: Course, twins: Course) -> pd.DataFrame:
    """Mean differences of mothers from their twins, at the end of the programme and of the course.

    Parameters
    ----------
    course : of families, to whom something was offered.
    twins : the same without it (:meth:`Course.twins`).

    Returns
    -------
    One row a set of mothers (:func:`sets_of_mothers`) and week: ``who``, ``mothers``, ``week``, and the differences in
    ``loneliness``, ``depression``, ``support`` (standard scores) and ``ties`` in the community.
    """
    end = min(max(each.offered.end_week for each in course.development.treatments), course.weeks.stop)
    told = reach(course, twins, tuple(sorted({end, course.weeks.stop})))
    by = told.pivot(index=["group", "mothers", "week"], columns="outcome", values="difference")[[*FELT, "ties"]]
    table = by.reset_index().rename(columns={"group": "who"}).rename_axis(columns=None)
    in_order = table.assign(place=table["who"].map([*_SETS].index)).sort_values(["place", "week"], ignore_index=True)
    return in_order.drop(columns="place").assign(who=in_order["who"].map(_SETS))


def in_short(course: Course, table: pd.DataFrame) -> list[str]:
    """What came of a programme in one community, in sentences.

    Parameters
    ----------
    course : as :func:`differences` has it.
    table : what that gives.
    """
    last = course.weeks.stop
    told = table[table["week"] == last].set_index("who")
    says = list(_of_ties(course))
    if CAME not in told.index:
        says.append("Nobody came to a group, so the community and its twin are the same.")
        return says
    heads = {
        CAME: "Direct effect in week {week}: the {n} mothers who sat in groups",
        OFFERED_NOTHING: "Spillover: the {n} to whom nothing was offered",
        ALL: "In total: all {n} mothers of the community",
    }
    for name, row in told.iterrows():
        head = heads[str(name)].format(week=last, n=int(row["mothers"]))
        says.append(f"{head}, beside their twins: {_otherwise(row)}.")
    if OFFERED_NOTHING not in told.index:
        says.append("It was offered to all, so there is no spillover to see.")
    says.append(
        "Numbers in brackets are mean differences in standard deviations of mothers at large; below 0.2 they are "
        "called very small."
    )
    says.append(
        f"This is one community of {len(course.families)} families with one luck. In so few, ties that happen "
        "to form or end weigh much: with another seed the numbers are others, and may point the other way."
    )
    return says


def _otherwise(row: pd.Series) -> str:
    """What is otherwise, in words."""
    said, hardly = [], []
    for name, (called, less, more) in FELT.items():
        if abs(row[name]) < _HARDLY:
            hardly.append(called)
        else:
            said.append(f"{more if row[name] > 0 else less} ({row[name]:+.2f})")
    if abs(row["ties"]) < _HARDLY_A_TIE:
        hardly.append("ties")
    else:
        said.append(f"{abs(row['ties']):.1f} {'more' if row['ties'] > 0 else 'fewer'} ties in the community")
    if hardly:
        *most, last = hardly
        said.append(
            f"hardly any difference in {', '.join(most)} or {last}" if most else f"hardly any difference in {last}"
        )
    return ", ".join(said)


def _of_ties(course: Course) -> Iterator[str]:
    """Sentence on ties that were made in groups, and how many of them are left."""
    made: set[tuple[int, int]] = set()
    left: set[tuple[int, int]] = set()
    for week in range(course.weeks.start, course.weeks.stop + 1):
        ties = course.ties(week)
        in_groups = ties[(ties["kind"] == "group") & (ties["whom"] >= 0)]
        left = {(min(pair), max(pair)) for pair in zip(in_groups["who"], in_groups["whom"], strict=True)}
        made |= left
    groups = course.groups()
    if len(groups):
        seated = groups.drop_duplicates(["programme", "group"])
        yield (
            f"{counted(len(groups), 'mother')} sat in {counted(len(seated), 'group')}. There "
            f"{counted(len(made), 'pair')} came to be tied; {len(left)} of them still are in week {course.weeks.stop}."
        )
