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
    "ties_inside",
]

CAME, OFFERED_NOTHING, ALL = "sat in groups", "were offered nothing", "all mothers"
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
    families = course.families
    came = np.isin(families.numbers, course.groups()["family"].to_numpy(dtype=np.int64))
    was_offered = np.zeros(len(families), dtype=bool)
    for treatment in course.development.treatments:
        rows = treatment.offered_to
        was_offered |= True if rows is None else np.isin(families.numbers, families.family[rows])
    found = {CAME: came, OFFERED_NOTHING: ~was_offered, ALL: np.ones(len(families), dtype=bool)}
    return {name: who for name, who in found.items() if who.any()}


def states_of_mothers(course: Course) -> dict[str, NDArray[np.float64]]:
    """States of mothers (weeks + 1, families) by name, of those in :data:`FELT`.

    Parameters
    ----------
    course : of families.
    """
    mothers = course.families.mothers_at
    return {name: course.states[:, _STATES.index(name)][:, mothers] for name in FELT}


def ties_inside(course: Course) -> NDArray[np.int64]:
    """Ties of each mother to others of her community (weeks + 1, families).

    Parameters
    ----------
    course : of families.
    """
    numbers = course.families.numbers
    who = (np.searchsorted(numbers, each.ties.who[each.ties.inside]) for each in course.around)
    return np.stack([np.bincount(each, minlength=len(numbers)) for each in who])


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
    by = {name: values - states_of_mothers(twins)[name] for name, values in states_of_mothers(course).items()}
    by["ties"] = (ties_inside(course) - ties_inside(twins)).astype(np.float64)
    rows = [
        {"who": name, "mothers": int(who.sum()), "week": week}
        | {what: float(values[week - course.weeks.start, who].mean()) for what, values in by.items()}
        for name, who in sets_of_mothers(course).items()
        for week in sorted({end, course.weeks.stop})
    ]
    return pd.DataFrame(rows)


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
