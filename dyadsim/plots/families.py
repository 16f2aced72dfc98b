"""Figures of families in communities: whom an offer reaches, and how ties come and go."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ..common.errors import DyadsimError
from ..development.course import Course
from ..scenarios.reach import GROUPS, OUTCOMES, reach_by_week
from .style import LINES, Figure, sign

__all__ = ["reach"]

_SHOWN = ("ties", "support", "loneliness", "depression")


def reach(course: Course, twins: Course) -> Figure:
    """Weeks of those who came, of those in the same communities who were offered nothing, and of the twins of both.

    A line is a mean over mothers; the dashed one of the same colour is that of their twins, in communities to which
    nothing was offered. Weeks in which a programme is given are grey.

    Parameters
    ----------
    course : of families with ties, to some of whom something is offered.
    twins : the same communities and luck, otherwise.

    Raises
    ------
    DyadsimError
        if nobody was offered anything, or these are no families with ties.
    """
    told = reach_by_week(course, twins)
    groups = [group for group in ("came", "not offered") if group in set(told["group"])]
    if "came" not in groups:
        raise DyadsimError("Nobody of these families came to anything that was offered, so there is no reach to show.")
    figure = Figure(figsize=(11, 7.5), layout="constrained")
    panels = figure.subplots(2, 2).ravel()
    for axes, outcome in zip(panels, _SHOWN, strict=True):
        for group, (colour, _) in zip(groups, LINES, strict=False):
            _one_group(axes, told[(told["group"] == group) & (told["outcome"] == outcome)], GROUPS[group], colour)
        for each in course.development.treatments:
            axes.axvspan(each.start_week, each.offered.end_week, color="#e4e4e4", zorder=0)
        axes.set_title(OUTCOMES[outcome], loc="left", fontsize="medium")
        axes.set_xlabel("week of his life")
        axes.set_ylabel("a mother" if outcome == "ties" else "standard score")
        axes.set_xlim(course.weeks.start, course.weeks.stop)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=2, frameon=False)
    sign(figure)
    return figure


def _one_group(axes: Axes, told: pd.DataFrame, name: str, colour: str) -> None:
    axes.plot(told["week"], told["mean"], color=colour, label=f"mothers who {name}")
    axes.plot(told["week"], told["twin_mean"], color=colour, linestyle="--", linewidth=1.2, label="  their twins")
