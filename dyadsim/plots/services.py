"""Figures of services: the cascade of care, waiting, load, who is missed, and what is bought at which cost."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import cycle, islice

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from ..services.declared_comparison import NONE
from .style import INK, LINES, Figure, bare, sign

__all__ = [
    "acceptability_curves",
    "care_cascade",
    "cost_effectiveness_plane",
    "service_load",
    "waiting_times",
    "who_is_missed",
]

_LETTERS = 26
_MOST_DOTS = 300
_HALF_YEAR = 26
_WEEKS = 8  # over which load is told
_MARKERS = "oDs^v"


def _styles(names: Sequence[str]) -> dict[str, tuple[str, object, str]]:
    """Colour, dashes and marker of each arm, by its name."""
    arms = [name for name in names if name != NONE]
    looks = islice(zip(cycle(LINES), cycle(_MARKERS), strict=False), len(arms))
    styles = {name: (colour, dashes, marker) for name, ((colour, dashes), marker) in zip(arms, looks, strict=True)}
    return {name: styles.get(name, ("#999999", "-", "x")) for name in names}


def _arms(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in dict.fromkeys(table["arm"])]


def _wrapped(name: str) -> str:
    return textwrap.fill(name, _LETTERS)


def _legend_above(figure: Figure, axes: Axes, columns: int = 3) -> None:
    handles, names = axes.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=min(len(names), columns), frameon=False, fontsize=9)


def care_cascade(cascade: pd.DataFrame, says: Mapping[str, str]) -> Figure:
    """Cascade of care: of the mothers who were depressed, the share that came to each step, with its 95 % interval.

    Parameters
    ----------
    cascade : as :meth:`dyadsim.ServiceResults.cascade` gives it.
    says : steps in words.
    """
    arms, steps = _arms(cascade), [step for step in says if step != "ill"]
    figure = Figure(figsize=(9, 1.4 + len(steps) * (0.34 + 0.2 * len(arms))), layout="constrained")
    axes = figure.subplots()
    high = 0.8 / len(arms)
    for place, (arm, (colour, _, _)) in enumerate(_styles(arms).items()):
        own = cascade[cascade["arm"] == arm].set_index("step").loc[steps]
        at = np.arange(len(steps)) + (place - (len(arms) - 1) / 2) * high
        axes.barh(at, own["share"], high * 0.9, color=colour, label=_wrapped(arm))
        off = np.stack([own["share"] - own["low"].clip(lower=0), own["high"].clip(upper=1) - own["share"]])
        axes.errorbar(own["share"], at, xerr=np.nan_to_num(off), fmt="none", ecolor=INK, elinewidth=0.8)
        for y, share, end, mothers in zip(at, own["share"], own["high"].clip(upper=1), own["mothers"], strict=True):
            words = f"{share:.0%} ({mothers:,})"
            axes.text(max(np.nan_to_num(end), share) + 0.01, y, words, va="center", fontsize=8)
    axes.set_yticks(np.arange(len(steps)), [textwrap.fill(says[step], 30) for step in steps])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.16)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("of the mothers who were depressed in some week (in brackets how many)")
    bare(axes)
    _legend_above(figure, axes)
    sign(figure)
    return figure


def waiting_times(waits: Mapping[str, pd.DataFrame]) -> Figure:
    """Waiting for care: of those referred, how many have begun, and how many have given up, by weeks waited.

    Parameters
    ----------
    waits : by arm, times that families waited for care (the table ``waits`` of a results folder).
    """
    figure = Figure(figsize=(8.4, 4.6), layout="constrained")
    axes = figure.subplots()
    longest = max((float(each["waited"].max()) for each in waits.values() if len(each)), default=1.0)
    weeks = np.arange(0, max(min(longest, 52.0), 4.0) + 1)
    for arm, (colour, _, marker) in _styles(list(waits)).items():
        table = waits[arm]
        if not len(table):
            continue
        for outcomes, dashes, words in (
            (("began",), "-", "have begun"),
            (("gave up", "too old"), ":", "have given up"),
        ):
            when = np.sort(table.loc[table["outcome"].isin(outcomes), "waited"].to_numpy())
            share = np.searchsorted(when, weeks, side="right") / len(table)
            label = f"{_wrapped(arm)}: {words}"
            axes.plot(weeks, share, color=colour, linestyle=dashes, marker=marker, markevery=6, ms=4, label=label)
    if weeks[-1] > _HALF_YEAR:
        axes.axvline(_HALF_YEAR, color="#999999", linewidth=0.8, linestyle=(0, (4, 3)))
        axes.text(_HALF_YEAR, 1.0, " half a year", fontsize=8, color="#555555", va="top")
    axes.set_xlim(0, weeks[-1])
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("weeks waited")
    axes.set_ylabel("of those referred to care")
    bare(axes)
    _legend_above(figure, axes, 2)
    sign(figure)
    return figure


def service_load(load: pd.DataFrame) -> Figure:
    """Load by week: the share of the hours of each kind of staff that are used, and how many wait for each programme.

    Parameters
    ----------
    load : as :meth:`dyadsim.ServiceResults.load` gives it.
    """
    arms = _arms(load)
    figure = Figure(figsize=(9.5, 2.5 * len(arms) + 0.9), layout="constrained")
    panels = figure.subplots(len(arms), 2, squeeze=False, sharex=True)
    for (hours, lists), arm in zip(panels, arms, strict=True):
        own = load[load["arm"] == arm]
        for axes, kind in ((hours, "staff"), (lists, "programme")):
            some = own[own["is"] == kind]
            for name, (colour, dashes, _) in _styles([str(each) for each in dict.fromkeys(some["of"])]).items():
                rows = some[some["of"] == name]
                # Of eight weeks: waves of births come in steps, and part of a post works in some weeks only.
                used, had, waiting = (
                    rows[each].rolling(_WEEKS, min_periods=1) for each in ("used", "hours", "waiting")
                )
                told = (used.sum() / had.sum()).clip(upper=1) if kind == "staff" else waiting.mean()
                axes.plot(rows["service_week"], told, color=colour, linestyle=dashes, label=name)
            axes.legend(frameon=False, fontsize=8, loc="upper right")
            bare(axes)
        hours.set_ylim(0, 1.5)  # with room for the legend
        hours.set_yticks([0, 0.5, 1])
        hours.yaxis.set_major_formatter(PercentFormatter(1))
        hours.set_title(f"{_wrapped(arm)}: hours used", loc="left", fontsize=10)
        lists.set_title("families who wait", loc="left", fontsize=10)
        lists.set_ylim(0, max(1.4 * lists.get_ylim()[1], 1))
    for axes in panels[-1]:
        axes.set_xlabel("week of the service (births from week 0 to 51)")
    sign(figure)
    return figure


def who_is_missed(equity: pd.DataFrame, groups: Mapping[str, str]) -> Figure:
    """Whom a service misses: of depressed mothers of each group, the share that was never found, and that never began.

    Parameters
    ----------
    equity : as :meth:`dyadsim.ServiceResults.equity` gives it.
    groups : in words.
    """
    arms = _arms(equity)
    shown = [name for name in groups if name in set(equity["group"])]
    figure = Figure(figsize=(9.5, 1.5 + 0.55 * len(shown) + 0.12 * len(arms) * len(shown)), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    high = 0.8 / len(arms)
    for axes, step, words in zip(panels, ("found", "began"), ("never found", "never began care"), strict=True):
        for place, (arm, (colour, _, _)) in enumerate(_styles(arms).items()):
            own = equity[equity["arm"] == arm].set_index("group").reindex(shown)
            at = np.arange(len(shown)) + (place - (len(arms) - 1) / 2) * high
            missed = 1 - own[step]
            axes.barh(at, missed, high * 0.9, color=colour, label=_wrapped(arm))
            for y, share in zip(at, missed, strict=True):
                if not np.isnan(share):
                    axes.text(share + 0.01, y, f"{share:.0%}", va="center", fontsize=8)
        axes.set_xlim(0, 1.12)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_title(words, loc="left", fontsize=10)
        axes.set_xlabel("of depressed mothers")
        bare(axes)
    panels[0].set_yticks(
        np.arange(len(shown)),
        [textwrap.fill(groups[name], 22) for name in shown],
    )
    panels[0].invert_yaxis()
    _legend_above(figure, panels[0])
    sign(figure)
    return figure


def cost_effectiveness_plane(drawn: pd.DataFrame, effects: Mapping[str, str], prices: str) -> Figure:
    """Cost-effectiveness plane: what each service costs and does more than none, a family; a dot a draw.

    Parameters
    ----------
    drawn : as :meth:`dyadsim.ServiceResults.draws` gives it.
    effects : a panel each, with what one of it is.
    prices : of the costs.
    """
    figure = Figure(figsize=(5 * len(effects), 4.6), layout="constrained")
    panels = figure.subplots(1, len(effects), squeeze=False)[0]
    for axes, (effect, words) in zip(panels, effects.items(), strict=True):
        known = drawn.dropna(subset=[effect])
        for arm, (colour, _, marker) in _styles(_arms(drawn)).items():
            own = known[known["arm"] == arm]
            some = own.iloc[:: max(len(own) // _MOST_DOTS, 1)]
            axes.plot(1_000 * some[effect], some["cost"], ".", color=colour, alpha=0.25, markersize=3)
            axes.plot(
                1_000 * own[effect].mean(),
                own["cost"].mean(),
                marker,
                color=colour,
                ms=9,
                mec="white",
                label=_wrapped(arm),
            )
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_xlabel(textwrap.fill(f"of 1,000 families: {words}", 44))
        axes.set_ylabel(f"cost more, a family ({prices})")
        bare(axes)
    _legend_above(figure, panels[0])
    sign(figure)
    return figure


def acceptability_curves(curves: Mapping[str, pd.DataFrame], effects: Mapping[str, str], prices: str) -> Figure:
    """Acceptability: how likely each service is the best choice, by what one more of an effect is worth.

    Parameters
    ----------
    curves : by effect, as :meth:`dyadsim.ServiceResults.acceptability` gives them.
    effects : what one of each is.
    prices : of the worth.
    """
    figure = Figure(figsize=(5 * len(curves), 4.2), layout="constrained")
    panels = figure.subplots(1, len(curves), squeeze=False)[0]
    for axes, (effect, curve) in zip(panels, curves.items(), strict=True):
        for arm, (colour, dashes, _) in _styles(_arms(curve)).items():
            own = curve[curve["arm"] == arm]
            axes.plot(own["worth"], own["best"], color=colour, linestyle=dashes, label=_wrapped(arm))
        axes.set_ylim(0, 1.02)
        axes.set_xlim(0, curve["worth"].max())
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.tick_params(axis="x", rotation=30)
        axes.set_xlabel(textwrap.fill(f"worth of one {effects[effect]} ({prices})", 44))
        axes.set_ylabel("chance to be the best choice")
        bare(axes)
    _legend_above(figure, panels[0])
    sign(figure)
    return figure
