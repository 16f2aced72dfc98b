"""Figures of trials: flow, estimates against truth and against what was published, costs of measurement, power."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from .style import INK, LINES, MATCH, REPAIR, RUPTURE, Figure, bare, sign

__all__ = ["cost_of_steps", "effects_by_severity", "estimates_against_truth", "flow", "forest", "power_curves"]

_PUBLISHED = "#777777"
_WIDE = 34
_MOST_DOTS = 3_000
_BINS = 6


def forest(placed: pd.DataFrame) -> Figure:
    """Published estimates beside the simulated ones, each with 95 %.

    Parameters
    ----------
    placed : as :func:`dyadsim.trials.published_estimates.placed` gives it.
    """
    shown = placed[placed["published"].notna()].reset_index(drop=True)
    figure = Figure(figsize=(8.6, 1.5 + 1.15 * max(len(shown), 1)), layout="constrained")
    every = figure.subplots(max(len(shown), 1), 1, squeeze=False).ravel()
    for axes, (_, row) in zip(every, shown.iterrows(), strict=False):
        _beside(axes, row)
    if shown.empty:
        every[0].text(0.5, 0.5, "No published estimate has a number here.", ha="center")
        every[0].axis("off")
    else:
        every[0].legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.02), fontsize=9)
    sign(figure)
    return figure


def _beside(axes: Axes, row: pd.Series) -> None:
    """Draw one published estimate and the simulated ones on an axis of their own unit."""
    ratio = row["unit"] == "odds ratio"
    for place, colour, marker, label, names in (
        (1, _PUBLISHED, "D", "published, 95 % interval", ("low", "published", "high")),
        (
            0,
            MATCH,
            "o",
            "simulated: middle, and where 95 of 100 trials lie",
            ("simulated_low", "simulated", "simulated_high"),
        ),
    ):
        low, middle, high = (float(row[name]) for name in names)
        axes.plot([low, high], [place, place], color=colour, linewidth=2)
        axes.plot(middle, place, marker, color=colour, markersize=8, label=label)
    axes.axvline(1 if ratio else 0, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    if ratio:
        axes.set_xscale("log")
        axes.set_xticks([0.25, 0.5, 1, 2, 4, 8], ["¼", "½", "1", "2", "4", "8"])
        axes.minorticks_off()
    unverified = ", unverified" if row["unverified"] else ""
    axes.set_yticks([0.5], [textwrap.fill(f"{row['analysis']} ({row['row']}{unverified})", _WIDE)], parse_math=False)
    axes.set_ylim(-0.6, 1.6)
    axes.set_xlabel(str(row["unit"]), fontsize=8, labelpad=1)
    bare(axes)


def flow(rows: pd.DataFrame, visits: Sequence[str], columns: Sequence[str]) -> Figure:
    """Flow of the dyads of one replicate from screening to the last visit, after CONSORT (2010).

    Schulz, Altman & Moher (2010), doi 10.1136/bmj.c332.

    Parameters
    ----------
    rows : of one replicate, one row an arm (:meth:`dyadsim.TrialResults.flow`).
    visits, columns : names of the visits, and of the columns that count who was seen there.
    """
    arms, first = len(rows), rows.iloc[0]
    steps = 2 + len(visits)
    figure = Figure(figsize=(3.4 * max(arms, 2), 0.95 * steps + 1.1), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(0, arms)
    axes.set_ylim(-steps + 0.55, 0.4)
    axes.axis("off")
    middle = arms / 2
    _box(axes, middle, 0, f"Screened\n{first['screened']:,}")
    out = int(first["screened"] - first["randomised"])
    unable, unwilling = first["screened"] - first["eligible"], first["eligible"] - first["consented"]
    reasons = f"not eligible {unable:,}, not willing {unwilling:,}"
    if left := int(first["consented"] - first["randomised"]):
        reasons += f",\nnot needed any more {left:,}"
    axes.text(middle + 0.52, -0.5, f"Excluded {out:,}\n({reasons})", fontsize=8, va="center")
    _arrow(axes, middle, -0.28, middle, -0.72)
    _box(axes, middle, -1, f"Randomised\n{first['randomised']:,}")
    for place, (_, row) in enumerate(rows.iterrows()):
        x = place + 0.5
        _arrow(axes, middle, -1.28, x, -1.72)
        began = f", began {row['began']:,}" if row["offered"] else ""
        _box(axes, x, -2, f"{textwrap.fill(str(row['arm']), 24)}\nallocated {row['allocated']:,}{began}")
        for step, (visit, column) in enumerate(zip(visits[1:], columns[1:], strict=True)):
            y = -3 - step
            _arrow(axes, x, y + 0.72, x, y + 0.28)
            lost = int(row[columns[step]] - row[column])
            _box(axes, x, y, f"{textwrap.fill(visit, 24)}: seen {row[column]:,}\nlost since {lost:,}")
    sign(figure)
    return figure


def _box(axes: Axes, x: float, y: float, text: str) -> None:
    box = FancyBboxPatch((x - 0.42, y - 0.27), 0.84, 0.54, boxstyle="round,pad=0.02", facecolor="white", edgecolor=INK)
    axes.add_patch(box)
    axes.text(x, y, text, ha="center", va="center", fontsize=8.5, parse_math=False)


def _arrow(axes: Axes, x: float, y: float, to_x: float, to_y: float) -> None:
    axes.annotate("", (to_x, to_y), (x, y), arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1})


def estimates_against_truth(estimates: pd.DataFrame, says: str) -> Figure:
    """Estimates of one analysis over its replicates, in order, with intervals: which are significant, which hold truth.

    Parameters
    ----------
    estimates : one row a replicate.
    says : what the analysis is called.
    """
    fits = estimates[estimates["converged"]].sort_values("b", ignore_index=True)
    figure = Figure(figsize=(8.4, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[2, 1])
    shown = fits.iloc[np.linspace(0, len(fits) - 1, min(len(fits), 200)).astype(int)] if len(fits) else fits
    significant = (shown["p"] < 0.05).to_numpy()
    for those, colour, marker, label in (
        (~significant, _PUBLISHED, "o", "p of .05 or more"),
        (significant, RUPTURE, "D", "p below .05"),
    ):
        at = np.flatnonzero(those)
        own = shown[those]
        off = np.stack([own["b"] - own["low"], own["high"] - own["b"]])
        left.errorbar(at, own["b"], yerr=off, fmt=marker, color=colour, markersize=3, linewidth=0.7, label=label)
    truth = float(estimates["true"].mean())
    for axes, draw in ((left, "axhline"), (right, "axhline")):
        getattr(axes, draw)(
            truth, color=MATCH, linewidth=1.6, label=f"true effect {truth:+.3g}" if axes is left else None
        )
        axes.axhline(0, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        bare(axes)
    left.set_xlabel("replicates, in the order of their estimates")
    left.set_ylabel("estimate, with 95 % interval")
    left.set_title(textwrap.fill(says, 60), loc="left", fontsize=10, parse_math=False)
    left.legend(frameon=False, fontsize=9, ncols=3, loc="upper left", bbox_to_anchor=(0, -0.13))
    right.hist(fits["b"], bins=30, orientation="horizontal", color=MATCH, alpha=0.6)
    right.sharey(left)
    right.set_xlabel("replicates")
    sign(figure)
    return figure


def effects_by_severity(effects: pd.DataFrame, severity: str, says: str, unit: str) -> Figure:
    """True effect on each dyad over how it was at the first visit, with means of as many in each bin.

    Parameters
    ----------
    effects : as :meth:`dyadsim.TrialResults.individual_effects` gives it.
    severity : the column that says how it was.
    says, unit : what the effect is on, and in which unit.
    """
    some = effects.iloc[:: max(len(effects) // _MOST_DOTS, 1)]
    figure = Figure(figsize=(6.8, 4.4), layout="constrained")
    axes = figure.subplots()
    # Scores are whole steps: dots that lie on one another are moved apart, each by the same part of a golden turn.
    apart = (np.arange(len(some)) * 0.6180339887498949) % 1 - 0.5
    step = np.min(np.diff(np.unique(effects["effect"])), initial=1.0)
    seen = f"a dyad and its twin ({len(some):,} shown, moved apart a little)"
    axes.plot(
        some[severity], some["effect"] + 0.7 * step * apart, ".", color=_PUBLISHED, alpha=0.3, markersize=3, label=seen
    )
    bins = pd.qcut(effects[severity], _BINS, duplicates="drop")
    means = effects.groupby(bins, observed=True).agg(
        at=(severity, "mean"), mean=("effect", "mean"), sd=("effect", "std"), n=("effect", "size")
    )
    error = 1.96 * means["sd"] / np.sqrt(means["n"])
    axes.errorbar(means["at"], means["mean"], yerr=error, fmt="o-", color=MATCH, capsize=3, label="mean, with 95 %")
    axes.axhline(0, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_xlabel(f"{severity.replace('_', ' ')}, as read", parse_math=False)
    axes.set_ylabel(f"true effect ({unit})", parse_math=False)
    axes.set_title(textwrap.fill(says, 70), loc="left", fontsize=10, parse_math=False)
    axes.legend(frameon=False, fontsize=9, ncols=2, loc="upper left", bbox_to_anchor=(0, -0.13))
    bare(axes)
    sign(figure)
    return figure


def cost_of_steps(costs: pd.DataFrame, says: Mapping[str, str]) -> Figure:
    """Effect and power at each step from the truth to the planned analysis.

    Parameters
    ----------
    costs : as :func:`dyadsim.trials.step_costs.step_costs` gives it.
    says : steps in words.
    """
    asked, steps = list(dict.fromkeys(costs["asks"])), list(says)
    figure = Figure(figsize=(9.4, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    for place, name in enumerate(asked):
        own = costs[costs["asks"] == name].set_index("step").reindex(steps)
        colour, dashes = LINES[place % len(LINES)]
        for axes, value, error in ((left, "d", "d_error"), (right, "power", "power_error")):
            at = np.arange(len(steps)) + 0.05 * (place - (len(asked) - 1) / 2)
            axes.errorbar(
                at,
                own[value],
                yerr=1.96 * own[error],
                color=colour,
                linestyle=dashes,
                marker="os^Dv"[place % 5],
                capsize=2,
                label=name,
            )
    for axes, title in ((left, "Effect (estimate over residual SD)"), (right, "Share of replicates with p below .05")):
        axes.set_xticks(range(len(steps)), [textwrap.fill(words, 16) for words in says.values()], fontsize=8)
        axes.set_title(title, loc="left", fontsize=10)
        bare(axes)
    left.axhline(0, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    right.axhline(0.05, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    right.set_ylim(0, 1.02)
    left.legend(frameon=False, fontsize=8)
    sign(figure)
    return figure


def power_curves(table: pd.DataFrame, wanted: float) -> Figure:
    """Power over the number of dyads, a panel an effect, a curve for each of the other levels.

    Parameters
    ----------
    table : as :attr:`dyadsim.PowerResults.table` has it.
    wanted : the power that is wanted.
    """
    effects = sorted(table["effect"].unique())
    others = [name for name in ("lost", "reliability") if table[name].nunique(dropna=False) > 1]
    figure = Figure(figsize=(3.4 * len(effects) + 1.2, 4.2), layout="constrained")
    every = figure.subplots(1, len(effects), sharey=True, squeeze=False).ravel()
    for axes, effect in zip(every, effects, strict=True):
        own = table[table["effect"] == effect]
        groups = own.groupby(others, dropna=False) if others else [((), own)]
        for place, (levels, rows) in enumerate(groups):
            colour, dashes = LINES[place % len(LINES)]
            named = zip(others, levels if isinstance(levels, tuple) else (levels,), strict=True)
            label = ", ".join(f"{name} {level:g}" for name, level in named) or None
            axes.errorbar(
                rows["dyads"],
                rows["power"],
                yerr=1.96 * rows["power_error"],
                color=colour,
                linestyle=dashes,
                marker="os^Dv"[place % 5],
                capsize=2,
                label=label,
            )
        axes.axhline(wanted, color=REPAIR, linewidth=1, linestyle=(0, (4, 3)))
        axes.set_title(f"effect × {effect:g}", loc="left", fontsize=10)
        axes.set_xlabel("dyads randomised")
        axes.set_ylim(0, 1.02)
        bare(axes)
    every[0].set_ylabel("power (Monte Carlo error: 95 %)")
    if others:
        every[-1].legend(frameon=False, fontsize=8)
    sign(figure)
    return figure
