"""Figures of scenarios: what is otherwise than with the twins, how attachment falls out, what sessions give."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ..common.errors import DyadsimError
from ..interventions.catalogue import GROUNDINGS
from ..interventions.offers import Offered
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.compared_arms import Circumstances
from ..scenarios.grounding import CITED, COUPLED
from ..theory.attachment import CLASSES
from .courses import known_state, panels_of, week_axes, weekly, whose
from .style import INK, LINES, Figure, bare, sign

__all__ = ["attachment_classes", "dose_response", "effects"]

_RESTS = {name: f"size {name}" for name in GROUNDINGS} | {CITED: "from evidence", COUPLED: "follows from the couplings"}
_MOST = 4  # interventions that have a panel
_BANDS = 2  # with more twins than this their bands would hide the means
_HATCHES = ("", "///", "\\\\\\", "...", "xxx", "---", "|||", "+++", "ooo")
_GREY, _PALE = "#666666", "#e4e4e4"
_LETTER, _TITLE_LETTER, _LINE = 0.075, 0.09, 0.21  # inches: a letter in a legend and in a title, a legend's line
_TIE = "\u00a0"
_LONGEST = 40  # letters of a name in one line


def effects(comparison: AnyComparison, states: Sequence[str]) -> Figure:
    """Differences from the twins, week by week: the mean, and the middle 80 % of dyads (band).

    The weeks in which a programme is given are grey. Above each panel stands what its difference rests on.

    Parameters
    ----------
    comparison : with one to four twins.
    states : slow states or loads, a panel each.

    Raises
    ------
    DyadsimError
        for an unknown state, or no twins or more than can be told apart.
    """
    _check_arms(comparison)
    shown = [comparison.courses_by_set(arm) for arm in comparison.arms]
    for state in states:
        known_state(shown[0][0], state)
    figure, panels = panels_of(len(states), "difference in standard scores")
    bands = len(comparison.twin_arms) <= _BANDS
    for axes, state in zip(panels, states, strict=True):
        for name, twins, (colour, dashes) in zip(comparison.twin_arms, shown[1:], LINES, strict=False):
            apart = weekly(shown[0], state) - weekly(twins, state)
            _one_difference(axes, apart, name, bands, {"color": colour, "linestyle": dashes})
        week_axes(axes, [courses[0] for courses in shown])  # its weeks, the same with every set
        _titled(axes, whose(state), _rests(comparison, state))
    shaded = _programmes(panels, comparison.circumstances(comparison.name))
    says = "Difference between each dyad and its twin: mean" + ", and the middle 80 % of dyads (band)" * bands
    says += f"; over {comparison.sets} parameter sets" * (comparison.sets > 1)
    _legend(figure, [*panels[0].get_legend_handles_labels()[0], *shaded], says)
    sign(figure)
    return figure


def _check_arms(comparison: AnyComparison, twins: bool = True) -> None:
    if twins and not comparison.twin_arms:
        raise DyadsimError("The figure shows differences from twins, but this scenario has no twins.")
    if len(comparison.arms) > len(LINES):
        raise DyadsimError(f"The figure shows at most {len(LINES)} arms, not {len(comparison.arms)}.")


def _one_difference(axes: Axes, apart: pd.DataFrame, name: str, bands: bool, style: dict[str, Any]) -> None:
    if bands:
        low, high = (apart.quantile(share) for share in (0.1, 0.9))
        axes.fill_between(apart.columns, low, high, color=style["color"], alpha=0.15, linewidth=0)
        for edge in (low, high):
            axes.plot(apart.columns, edge, linewidth=0.7, alpha=0.6, **style)
    axes.plot(apart.columns, apart.mean(), linewidth=2.2, label=f"against {name}", **style)


def _rests(comparison: AnyComparison, state: str) -> str:
    """Words on what a difference rests on: against the first twin, and where it is otherwise for others, said so."""
    first, *others = (
        _RESTS[comparison.rests_on((state,), name)] + ", unverified" * comparison.is_unverified((state,), name)
        for name in comparison.twin_arms
    )
    return first if {first}.issuperset(others) else f"{first} (against the first twin)"


def _titled(axes: Axes, title: str, below: str) -> None:
    """Put a title, and what a difference rests on as a smaller line below it."""
    axes.set_title(title, loc="left", fontsize=11, pad=17, parse_math=False)
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate(below, (0, 1), (0, 5), fontsize=9, color=_GREY, parse_math=False, **place)


def _programmes(panels: Sequence[Axes], arm: Circumstances) -> list[Patch]:
    """Shade the weeks of each programme; gives those that the legend must name, having no room in the panel."""
    unnamed = []
    shown = [(each.entry.name, weeks) for each in arm.offered if (weeks := _span(arm.weeks, each))]
    for (name, weeks), hatch in zip(shown, _HATCHES * len(shown), strict=False):
        style: dict[str, Any] = {"facecolor": _PALE, "hatch": hatch, "edgecolor": "#c4c4c4", "linewidth": 0}
        for axes in panels:
            axes.axvspan(weeks.start, weeks.stop, alpha=0.6, zorder=-1, **style)
        if len(shown) == 1 and _fits(panels[0], name, weeks):
            _named_above(panels[0], name, (weeks.start + weeks.stop) / 2)
        else:
            when = _tied(f"weeks {weeks.start} to {weeks.stop - 1}")
            unnamed.append(Patch(label=f"{name}, {when}", **style))
    return unnamed


def _span(weeks: range, offered: Offered) -> range:
    """The weeks of a course in which a programme is given."""
    return range(max(offered.start_week, weeks.start), min(offered.end_week, weeks.stop))


def _fits(axes: Axes, name: str, weeks: range) -> bool:
    """Whether a name has room above the weeks of its programme, and birth is not marked there."""
    first, last = axes.get_xlim()
    room = _inches(axes) * len(weeks) / (last - first)
    return len(name) * _LETTER <= room and not (first < 0 and 0 in weeks)


def _inches(axes: Axes) -> float:
    """Width of a panel in inches."""
    return float(axes.get_window_extent().width / axes.figure.dpi)


def _named_above(axes: Axes, name: str, middle: float) -> None:
    """Write a name at the top, with room made for it above the curves."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.12 * (high - low))
    style: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": 8, "color": _GREY, "parse_math": False}
    axes.text(middle, 0.99, name, transform=axes.get_xaxis_transform(), **style)


def _legend(figure: Figure, handles: Sequence[Any], title: str = "") -> None:
    """Put a legend above all panels, in as many columns as there is room for; names stand as they are written."""
    labels = [_in_lines(handle.get_label(), _LONGEST) for handle in handles]
    title = _in_lines(title, figure.get_figwidth() / _LETTER)
    longest = max((len(line) for label in labels for line in label.splitlines()), default=0)
    columns = max(1, int(figure.get_figwidth() / (longest * _LETTER + 0.8)))
    style: dict[str, Any] = {"alignment": "left", "frameon": False, "handlelength": 3, "ncols": columns}
    legend = figure.legend(handles, labels, loc="outside upper left", title=title, **style)
    for text in (*legend.get_texts(), legend.get_title()):
        text.set_parse_math(False)
    lines = max("\n".join(part).count("\n") for part in np.array_split(np.array(labels), columns))
    figure.set_figheight(figure.get_figheight() + _LINE * (lines + title.count("\n")))


def _in_lines(text: str, longest: float) -> str:
    """Text broken into lines, but not where it is tied."""
    return textwrap.fill(text, int(longest)).replace(_TIE, " ")


def _tied(text: str) -> str:
    """Text whose words stay in one line, with the minus of numbers."""
    return text.replace(" ", _TIE).replace("-", "−")


def attachment_classes(comparison: AnyComparison) -> Figure:
    """Attachment at twelve months: the share of each class in each arm, as raters would see it.

    Parameters
    ----------
    comparison : of one arm or several, whose courses reach twelve months.

    Raises
    ------
    DyadsimError
        if they do not, or there are more arms than can be told apart.
    """
    _check_arms(comparison, twins=False)
    if comparison.attachment().empty:
        comparison.courses_by_set(comparison.name)[0].attachment_chances  # noqa: B018 - says why there are none
    shares = comparison.shares().set_index(["arm", "attachment"])["share"]
    arms = comparison.arms
    figure = Figure(figsize=(8.6, 2.2 + 0.3 * len(CLASSES) * (len(arms) + 1)), layout="constrained")
    axes = figure.subplots()
    for place, (arm, (colour, _)) in enumerate(zip(arms, LINES, strict=False)):
        y = np.arange(len(CLASSES)) + (place - (len(arms) - 1) / 2) * 0.8 / len(arms)
        wide = shares.loc[arm].reindex(CLASSES).to_numpy()
        style: dict[str, Any] = {"color": colour, "hatch": _HATCHES[place], "edgecolor": "white", "linewidth": 0}
        bars = axes.barh(y, wide, height=0.74 / len(arms), label=arm, **style)
        axes.bar_label(bars, [f"{share:.1%}" for share in wide], padding=4, fontsize=9, color=INK)
    axes.set_yticks(range(len(CLASSES)), CLASSES)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlim(0, min(1.0, axes.get_xlim()[1] * 1.08))
    axes.set_xlabel("share of dyads, as raters would class them")
    bare(axes)
    _legend(figure, axes.containers, "Attachment at twelve months")
    sign(figure)
    return figure


def dose_response(comparison: AnyComparison) -> Figure:
    """Dose and response: each dyad's difference from its twin at the end of a programme, by sessions attended.

    Parameters
    ----------
    comparison : with an intervention and a twin (the first is the one compared with); the first four interventions of
        the arm asked about have a panel each.

    Raises
    ------
    DyadsimError
        if there is no intervention or no twin.
    """
    _check_arms(comparison)
    given = comparison.circumstances(comparison.name).offered
    if not given:
        raise DyadsimError("The figure shows what sessions give, but nothing is offered to the dyads of this scenario.")
    against = comparison.twin_arms[0]
    figure, panels = panels_of(min(len(given), _MOST), "difference in standard scores", "sessions attended", 2, False)
    for axes, offered in zip(panels, given, strict=False):
        _one_dose(axes, comparison, against, offered)
    says = f"Difference between each dyad and its twin, against {against}"
    says += f", mean over {comparison.sets} parameter sets" * (comparison.sets > 1)
    says += "; all that is offered acts in it" * (len(given) > 1)
    says += f"; the first {_MOST} of {len(given)} interventions" * (len(given) > _MOST)
    figure.set_figheight(1.1 * figure.get_figheight())
    _legend(figure, panels[0].get_legend_handles_labels()[0], says)
    sign(figure)
    return figure


def _one_dose(axes: Axes, comparison: AnyComparison, against: str, offered: Offered) -> None:
    name, effect = offered.entry.name, offered.entry.effects[0]
    week = min(offered.end_week, comparison.circumstances(comparison.name).weeks.stop)
    both = zip(comparison.courses_by_set(comparison.name), comparison.courses_by_set(against), strict=True)
    apart = np.mean([one.known(week)[effect.state] - twin.known(week)[effect.state] for one, twin in both], axis=0)
    attended = comparison.attended()
    here = (attended["arm"] == comparison.name) & (attended["intervention"] == name)
    sessions = attended.loc[here, "sessions"].to_numpy()
    beside = (np.arange(len(apart)) * 0.618034 % 1 - 0.5) * 0.5
    colour, dashes = LINES[0]
    axes.scatter(sessions + beside, apart, s=14, color=colour, alpha=0.4, linewidth=0, zorder=2, label="a dyad")
    mean = pd.Series(apart).groupby(sessions).mean()
    style: dict[str, Any] = {"color": INK, "linestyle": dashes, "linewidth": 1.4, "zorder": 1.5}
    axes.plot(mean.index, mean, marker="D", markersize=5, markerfacecolor="white", label="mean", **style)
    axes.axhline(0, color="#999999", linewidth=0.8, zorder=0)
    axes.set_xlim(-0.5, max(offered.dose.sessions, *sessions) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    end = "the end" if week == offered.end_week else "the end of the course"
    title = f"{name}: {_tied(whose(effect.state))}, {_tied(f'at {end} (week {week})')}"
    _titled(axes, _in_lines(title, _inches(axes) / _TITLE_LETTER), _RESTS[effect.grounding])
    bare(axes)
