"""Figures of development: courses of slow states, who recovers, and what he comes to expect from what he lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import Locator, MaxNLocator, MultipleLocator, PercentFormatter
from numpy.typing import NDArray

from ..common.effect_size import BOUND
from ..common.errors import DyadsimError, unknown, whole_number
from ..common.total_variance import total_variance
from ..development.course import Course
from ..development.recovery import BELOW, FOR_WEEKS, PUBLISHED, ill_at_start, recovered_in, weeks_of
from ..theory import attachment, evidence
from ..theory.slow_states import INFANTS_OWN, LIVED
from .style import INK, LINES, RUPTURE, Figure, bare, sign

__all__ = ["courses", "expectation", "recovery"]

_SHOWN = ("sensitivity", "depression", "bonding", "stress", "regulation", "expectation")
_LONGER = {"expectation": "expectation of repair", "couple": "couple relationship"}
_COLUMNS = 3
_HALVES = 3  # with more courses than this the middle half of dyads would hide the means
_MARKERS = ("o", "s", "^", "X")
_ONES = {0.95: "much", 0.5: "middling", 0.05: "little"}
"""Dyads shown one by one: their place among all, ordered by lived repair, and how much of it they have."""

Numbers = NDArray[np.float64]


def courses(by_name: Mapping[str, Course | Sequence[Course]], states: Sequence[str] = _SHOWN) -> Figure:
    """Slow states week by week: mean over dyads with its 95 % interval, and the middle half of dyads (thin lines).

    Parameters
    ----------
    by_name : one to five courses, by what they are called; or of each several of the same dyads, one a parameter set:
        then intervals hold what differs between sets, too, and halves are those of all of them.
    states : slow states or loads, a panel each.

    Raises
    ------
    DyadsimError
        for an unknown state, or no course or more than can be told apart.
    """
    if not 1 <= len(by_name) <= len(LINES):
        raise DyadsimError(f"The figure shows one to {len(LINES)} courses, not {len(by_name)}.")
    by_set = {name: (given,) if isinstance(given, Course) else tuple(given) for name, given in by_name.items()}
    first = next(iter(by_set.values()))
    for state in states:
        known_state(first[0], state)
    figure, panels = panels_of(len(states))
    halves = len(by_set) <= _HALVES
    for axes, state in zip(panels, states, strict=True):
        for (name, shown), (colour, dashes) in zip(by_set.items(), LINES, strict=False):
            _one_course(axes, weekly(shown, state), name, halves, {"color": colour, "linestyle": dashes})
        week_axes(axes, [shown[0] for shown in by_set.values()])
        axes.set_title(whose(state), loc="left", fontsize=11)
    over = f"dyads and {len(first)} parameter sets" if len(first) > 1 else "dyads"
    says = f"Mean over {over} with its 95 % interval" + "; between the thin lines the middle half of dyads" * halves
    curves = panels[0].get_legend_handles_labels()
    figure.legend(
        *curves, loc="outside upper left", ncols=5, title=says, alignment="left", frameon=False, handlelength=3
    )
    sign(figure)
    return figure


def panels_of(
    count: int, y: str = "standard score", x: str = "week of his life", columns: int = _COLUMNS, sharex: bool = True
) -> tuple[Figure, list[Axes]]:
    """A new figure and its axes, labelled at the left and below the lowest panel of each column."""
    if not count:
        raise DyadsimError("The figure shows at least one slow state.")
    rows, columns = -(-count // columns), min(columns, count)
    figure = Figure(figsize=(max(4.0 * columns, 6.4) + 0.6, 2.9 * rows + 1.3), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=sharex, sharey=True, squeeze=False, gridspec_kw={"wspace": 0.05})
    for place, axes in enumerate(grid.flat):
        if place % columns == 0:
            axes.set_ylabel(y)
        if place + columns >= count:
            axes.set_xlabel(x)
            axes.tick_params(labelbottom=True)
        if place >= count:
            axes.remove()
    return figure, list(grid.flat[:count])


def weekly(by_set: Sequence[Course], state: str) -> pd.DataFrame:
    """Scores of a state, one row a set and dyad, one column a week; his from birth on, since before it they rest."""
    weeks = by_set[0].weeks
    first = max(weeks.start, 0) if state in INFANTS_OWN else weeks.start
    found = [each.over_weeks(state).loc[:, first:] for each in by_set]
    return pd.concat(found, keys=range(len(found)), names=["set"])


def _one_course(axes: Axes, scores: pd.DataFrame, name: str, halves: bool, style: dict[str, Any]) -> None:
    mean = scores.mean()
    # By set, dyad and week: the same dyads live with every set.
    off = total_variance(scores.to_numpy().reshape(-1, scores.groupby(level="set").size().iloc[0], scores.shape[1])).off
    axes.fill_between(scores.columns, mean - off, mean + off, color=style["color"], alpha=0.25, linewidth=0)
    for share in (0.25, 0.75) if halves else ():
        axes.plot(scores.columns, scores.quantile(share), linewidth=0.7, alpha=0.7, **style)
    axes.plot(scores.columns, mean, linewidth=2, label=name, **style)


def week_axes(axes: Axes, shown: Iterable[Course]) -> None:
    """Set the axis of weeks to those of some courses, with a line at birth where they begin before it."""
    start, stop = min(each.weeks.start for each in shown), max(each.weeks.stop for each in shown)
    axes.axhline(0, color="#999999", linewidth=0.8, zorder=0)
    if start < 0:
        axes.axvline(0, color="#999999", linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(0, 0.95, " birth", transform=axes.get_xaxis_transform(), fontsize=9, color="#666666")
    axes.set_xlim(start, stop)
    axes.xaxis.set_major_locator(_ticks(stop - start))
    bare(axes)


def _ticks(weeks: int) -> Locator:
    """Ticks of an axis of weeks: quarters of years or years, or whole weeks where there are few."""
    return MultipleLocator(13 if weeks <= 130 else 52) if weeks >= 26 else MaxNLocator(6, integer=True)


def whose(state: str) -> str:
    """A state in plain words: "her self efficacy"."""
    says = _LONGER.get(state, state.replace("_", " "))
    return f"{'his' if state in INFANTS_OWN else 'her'} {says}"


def known_state(course: Course, state: str) -> None:
    """Refuse a state that a course does not have."""
    known = [*map(str, course.at(course.weeks.start))]
    if state not in known:
        raise unknown("slow state", state, known)


# Recovery ------------------------------------------------------------------------------------------------------------


def recovery(course: Course, ill: pd.Series | None = None, by: str = "support") -> Figure:
    """Share who recover from a depressive episode, month by month, beside what is published, and by a first state.

    Parameters
    ----------
    course : from the start of the episode on; shares end seven weeks before it does, since recovery takes eight.
    ill : who counts, by dyad (default: who scores 13 points of the EPDS or more at the start).
    by : the slow state or load whose lower and upper half are compared.

    Raises
    ------
    DyadsimError
        for an unknown state, a course that is too short, nobody ill, or no halves to compare.
    """
    known_state(course, by)
    if len(course.weeks) < FOR_WEEKS:
        raise DyadsimError(f"Recovery is read from a course of at least {FOR_WEEKS} weeks, not {len(course.weeks)}.")
    at_start = course.at(course.weeks.start)
    ill = ill_at_start(course) if ill is None else ill.reindex(at_start.index, fill_value=False).astype(bool)
    if not ill.any():
        raise DyadsimError("No mother of this course is in a depressive episode at its start.")
    recovered = recovered_in(course)[ill]
    upper = at_start[by][ill] > at_start[by][ill].median()
    if upper.nunique() < 2:
        raise DyadsimError(f"The mothers who were ill do not differ in '{by}' at the start: there are no halves.")
    figure = Figure(figsize=(12, 4.9), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    _recovering(left, course, recovered, f"simulated ({len(recovered)} mothers)", INK, "-")
    _published(left)
    for half, says, (colour, dashes) in ((upper, "upper", LINES[0]), (~upper, "lower", LINES[1])):
        label = f"{says} half ({half.sum()} mothers)"
        _recovering(right, course, recovered[half], label, colour, dashes)
    _recovery_axes(left, "All, beside what is published")
    _recovery_axes(right, f"By {whose(by)} at the start")
    left.set_ylabel("share of mothers recovered")
    says = f"Mothers in a depressive episode; recovered: {FOR_WEEKS} weeks below {BELOW} points of the EPDS"
    figure.suptitle(says, fontsize=11, x=0.01, ha="left")
    sign(figure)
    return figure


def _recovering(axes: Axes, course: Course, recovered: pd.Series, label: str, colour: str, dashes: Any) -> None:
    """Cumulative share with its 95 % interval (Wilson), until the last week in which the course can show it."""
    weeks = np.arange(course.weeks.start, course.weeks.stop + 2 - FOR_WEEKS)
    share = (recovered.to_numpy() <= weeks[:, None]).mean(axis=1)
    low, high = _wilson(share, len(recovered))
    months = (weeks - course.weeks.start) / weeks_of(1)
    axes.fill_between(months, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(months, share, color=colour, linestyle=dashes, linewidth=2, label=label)


def _wilson(share: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Ends of the 95 % interval of shares of ``count``.

    With z = 1.96 these are (p + z^2 / 2n -/+ z root(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n) (Wilson 1927, doi
    10.1080/01621459.1927.10502953).
    """
    squared = BOUND**2 / count  # z^2 / n
    middle = share + squared / 2
    off = np.sqrt(squared * share * (1 - share) + squared**2 / 4)
    return (middle - off) / (1 + squared), (middle + off) / (1 + squared)


def _published(axes: Axes) -> None:
    rows = [evidence.row(id) for id in PUBLISHED]
    share = np.array([row.number for row in rows]) / 100
    low, high = np.array([row.interval for row in rows]).T / 100
    label = f"published, with 95 % interval\n({rows[0].source.removesuffix(' JAD')}, {rows[0].n} mothers)"
    months, off = [*PUBLISHED.values()], [share - low, high - share]
    axes.errorbar(months, share, off, fmt="D", color=RUPTURE, markersize=7, capsize=4, zorder=3, label=label)


def _recovery_axes(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel("months since the start")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MultipleLocator(6))
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="upper left", handlelength=3)
    bare(axes)


# Expectation ---------------------------------------------------------------------------------------------------------


def expectation(course: Course, week: int | None = None) -> Figure:
    """Expectation of repair beside the repair that he lived: over all dyads, and week by week for three of them.

    Parameters
    ----------
    course : from birth, or later.
    week : at whose start expectation is read (default: the end of the course).

    Raises
    ------
    DyadsimError
        for a course that ends before birth, or a week before which it holds no lived one.
    """
    born = max(course.weeks.start, 0)
    if course.weeks.stop <= born:
        raise DyadsimError("This course ends before his birth: no repair has been lived.")
    week = whole_number("week", course.weeks.stop if week is None else week, born + 1, course.weeks.stop)
    lived = _lived_repair(course, range(born, week))
    expected = pd.DataFrame({at: course.at(at)["expectation"] for at in range(born, week + 1)})
    figure = Figure(figsize=(13, 5.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    _over_dyads(left, course, lived.mean(axis=1), expected[week])
    left.set_ylabel(f"expectation of repair in week {week} (standard score)")
    _one_by_one(right, lived, expected)
    sign(figure)
    return figure


def _lived_repair(course: Course, weeks: range) -> pd.DataFrame:
    """Repair in each dyad's weeks, scored against its age as development does; 0 where there was none to see."""
    norms, row = course.cohort.dynamics.norms, list(LIVED).index("repair")
    scores = {}
    for week in weeks:
        given = np.stack([course.measures[name][week - course.weeks.start] for name in LIVED])
        scores[week] = np.nan_to_num(norms.scores(given, course.playing(week).traits["age"])[row])
    return pd.DataFrame(scores, index=course.at(course.weeks.stop).index)


def _over_dyads(axes: Axes, course: Course, lived: pd.Series, expected: pd.Series) -> None:
    known = attachment.WEEK in range(course.weeks.start, course.weeks.stop + 1)
    classes = course.attachment if known else pd.Series("dyads", index=lived.index)
    for name, marker, (colour, _) in zip(attachment.CLASSES if known else ["dyads"], _MARKERS, LINES, strict=False):
        there = classes == name
        label = f"{name} ({there.mean():.0%})" if known else f"{there.sum()} dyads"
        style: dict[str, Any] = {"alpha": 0.65, "edgecolor": "white", "linewidth": 0.4}
        axes.scatter(lived[there], expected[there], s=26, color=colour, marker=marker, label=label, **style)
    related = f" (r = {np.corrcoef(lived, expected)[0, 1]:.2f})".replace("-", "−") if expected.nunique() > 1 else ""
    axes.set_xlabel("lived repair, mean of all weeks so far (standard score)")
    title = f"Every dyad{related}" + (", by attachment at twelve months" if known else "")
    axes.set_title(title, loc="left", fontsize=11)
    axes.legend(frameon=False, loc="best", handletextpad=0.2)
    bare(axes)


def _one_by_one(axes: Axes, lived: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Draw dyads with much, middling and little lived repair, one by one."""
    order = lived.mean(axis=1).sort_values().index
    for (share, says), (colour, dashes) in zip(_ONES.items(), LINES, strict=False):
        dyad = order[round(share * (len(order) - 1))]
        axes.plot(lived.columns, lived.loc[dyad], color=colour, linestyle=dashes, linewidth=0.8, alpha=0.6)
        label = f"{says} repair\n(dyad {dyad})"
        axes.plot(expected.columns, expected.loc[dyad], color=colour, linestyle=dashes, linewidth=2.6, label=label)
    axes.axhline(0, color="#999999", linewidth=0.8, zorder=0)
    axes.set_xlim(*expected.columns.to_numpy()[[0, -1]])
    axes.xaxis.set_major_locator(_ticks(len(lived.columns)))
    axes.set_xlabel("week of his life")
    axes.set_ylabel("standard score")
    axes.set_title("Three dyads: lived repair of each week (thin), expectation (thick)", loc="left", fontsize=11)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1), labelspacing=1, handlelength=3)
    bare(axes)
