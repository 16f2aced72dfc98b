"""Figures of sweeps: an outcome's histogram over points, what it follows, and where two factors take it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from .style import INK, MATCH, RUPTURE, Figure, bare, sign

__all__ = ["interaction_map", "partial_dependence", "point_spread", "sensitivity_indices"]

_SAYS = {
    "S1": "S1: alone", "ST": "ST: with its interactions", "mu_star": "mu*: mean size of elementary effects",
    "pawn": "PAWN (median over slices)",
}  # fmt: skip
_WIDE = 24


def _plain(name: str) -> str:
    return textwrap.fill(name.replace("_", " "), _WIDE)


def point_spread(values: pd.Series, says: str) -> Figure:
    """Histogram of an outcome over the points of a design, with its median.

    Parameters
    ----------
    values : of the outcome, by point.
    says : what the outcome is called.
    """
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    known = values.dropna()
    axes.hist(known, bins=min(30, max(5, len(known) // 8)), color=MATCH, alpha=0.8)
    axes.axvline(known.median(), color=INK, linestyle=(0, (4, 3)), label=f"median {known.median():.3g}")
    axes.set_xlabel(says, parse_math=False)
    axes.set_ylabel("points")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False)
    bare(axes)
    sign(figure)
    return figure


def sensitivity_indices(table: pd.DataFrame, says: str) -> Figure:
    """Sensitivity indices with their intervals, factor by factor, the largest on top.

    Parameters
    ----------
    table : as :func:`dyadsim.sweeps.sensitivity_indices.indices` gives it.
    says : what the outcome is called.
    """
    shown = table[table["index"].isin(list(_SAYS))]
    kinds = list(dict.fromkeys(shown["index"]))
    last = shown[shown["index"] == kinds[-1]].sort_values("value")
    names = last["factor"].tolist()
    figure = Figure(figsize=(7.2, 1.4 + 0.42 * len(names) + 0.2 * len(kinds)), layout="constrained")
    axes = figure.subplots()
    for place, (kind, colour, marker) in enumerate(zip(kinds, (MATCH, RUPTURE), "os", strict=False)):
        own = shown[shown["index"] == kind].set_index("factor").loc[names]
        at = np.arange(len(names)) - 0.12 * (2 * place - len(kinds) + 1)
        axes.hlines(at, own["low"], own["high"], color=colour, linewidth=2)
        axes.plot(own["value"], at, marker, color=colour, label=_SAYS[kind])
    axes.axvline(0, color="#999999", linewidth=0.8)
    axes.set_yticks(range(len(names)), [_plain(name) for name in names], parse_math=False)
    axes.set_title(f"{says} ({int(table['points'].iloc[0]):,} points)", loc="left", fontsize=10, parse_math=False)
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    bare(axes)
    sign(figure)
    return figure


def partial_dependence(tables: Mapping[str, pd.DataFrame], says: str) -> Figure:
    """An outcome over each of some factors, averaged over the others, with 95 % intervals.

    Parameters
    ----------
    tables : by factor, as :func:`dyadsim.sweeps.sensitivity_indices.dependence` gives it.
    says : the outcome.
    """
    columns = 2 if len(tables) in (2, 4) else min(len(tables), 3)
    rows = -(-len(tables) // columns)
    figure = Figure(figsize=(3.4 * columns + 0.8, 2.9 * rows + 0.4), layout="constrained")
    every = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    for axes, (name, table) in zip(every, tables.items(), strict=False):
        _over(axes, table)
        axes.set_xlabel(_plain(name), parse_math=False)
        bare(axes)
    for axes in every[len(tables) :]:
        axes.set_visible(False)
    figure.supylabel(textwrap.fill(says, 40), fontsize=10)
    sign(figure)
    return figure


def _over(axes: Axes, table: pd.DataFrame) -> None:
    named = table["level"].map(lambda level: isinstance(level, str)).any()
    at = np.arange(len(table)) if named else table["level"].astype(float)
    off = [(table["mean"] - table["low"]).fillna(0), (table["high"] - table["mean"]).fillna(0)]
    axes.errorbar(at, table["mean"], yerr=off, fmt="o" if named else "o-", color=MATCH, capsize=2, markersize=4)
    if named:
        axes.set_xticks(at, [_plain(str(level)) for level in table["level"]], parse_math=False)


def interaction_map(table: pd.DataFrame, x: str, y: str, says: str) -> Figure:
    """An outcome over two factors as a heat map; what no point lies in stays white.

    Parameters
    ----------
    table : as :func:`dyadsim.sweeps.sensitivity_indices.interaction` gives it.
    x, y : what the factors are called.
    says : the outcome.
    """
    values = table.pivot(index="y", columns="x", values="mean").sort_index().sort_index(axis=1)
    figure = Figure(figsize=(7.0, 5.4), layout="constrained")
    axes = figure.subplots()
    cells = axes.pcolormesh(np.ma.masked_invalid(values.to_numpy(dtype=float)), cmap="cividis")
    figure.colorbar(cells, label=says).ax.yaxis.label.set_parse_math(False)
    for axis, levels in ((axes.xaxis, values.columns), (axes.yaxis, values.index)):
        axis.set_ticks(
            np.arange(len(levels)) + 0.5, [level if isinstance(level, str) else f"{level:.3g}" for level in levels]
        )
    if len(values.columns) > 6:
        axes.tick_params(axis="x", rotation=45)
    axes.set_xlabel(x.replace("_", " "), parse_math=False)
    axes.set_ylabel(y.replace("_", " "), parse_math=False)
    sign(figure)
    return figure
