"""The picture of a validation: published against simulated, finding by finding."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .style import INK, MATCH, RUPTURE, Figure, bare, sign

__all__ = ["findings"]

_ROLES = ("calibrate", "constraint", "derived", "check", "context")
_NAME = 62  # letters of a finding's name that there is room for
_RATIOS = (0.25, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 4)
_HOLDS = {True: (MATCH, "o", "holds"), False: (RUPTURE, "X", "does not hold")}


def findings(rows: pd.DataFrame) -> Figure:
    """Findings held against the model: numbers as ratios to what is published (left), words and ranges (right).

    Parameters
    ----------
    rows : as :class:`dyadsim.validation.validation.Validation` has them.
    """
    numbers = rows[rows["difference"].notna()]
    words = rows[rows["difference"].isna()]
    height = 0.24 * max(len(numbers), len(words)) + 2.0
    figure = Figure(figsize=(13, height), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.5, 1])
    _ratios(left, _by_role(numbers))
    _marks(right, _by_role(words))
    sign(figure)
    return figure


def _by_role(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values("role", key=lambda role: role.map(_ROLES.index), kind="stable", ascending=False)


def _labels(axes: Axes, rows: pd.DataFrame) -> None:
    unverified = rows["basis"].eq("recalled").map({True: " (unverified)", False: ""})
    axes.set_yticks(range(len(rows)), [f"{r}{u}" for r, u in zip(rows["id"], unverified, strict=True)], fontsize=8)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    roles = rows["role"].to_numpy()
    for y in np.flatnonzero(roles[1:] != roles[:-1]) + 0.5:
        axes.axhline(y, color="#bbbbbb", linewidth=0.8)
    for role in dict.fromkeys(roles):
        place = np.flatnonzero(roles == role).mean()
        axes.text(1.01, place, role, transform=axes.get_yaxis_transform(), va="center", fontsize=9, color=INK)
    bare(axes)


def _ratios(axes: Axes, rows: pd.DataFrame) -> None:
    place = np.arange(len(rows))
    model = rows["model"].to_numpy(dtype=float)
    target = model - rows["difference"].to_numpy(dtype=float)
    for holds, (colour, marker, label) in _HOLDS.items():
        shown = rows["holds"].to_numpy(dtype=bool) == holds
        axes.plot((model / target)[shown], place[shown], marker, color=colour, label=label, markersize=7)
    axes.axvline(1.0, color=INK, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xticks(_RATIOS, [f"{ratio:g}" for ratio in _RATIOS])
    axes.set_xticks([], minor=True)
    off = max([1.2, *np.exp(np.abs(np.log(model / target)))]) * 1.05
    axes.set_xlim(1 / off, off)
    axes.set_xlabel("model / published (1 = the same)")
    axes.grid(axis="y", color="#eeeeee")
    axes.set_title("Numbers", loc="left")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    _labels(axes, rows)


def _marks(axes: Axes, rows: pd.DataFrame) -> None:
    for place, (holds, name) in enumerate(zip(rows["holds"], rows["name"], strict=True)):
        colour, marker, _ = _HOLDS[bool(holds)]
        axes.plot(0, place, marker, color=colour, markersize=8)
        says = textwrap.shorten(name, _NAME, placeholder=" …")
        axes.text(0.06, place, says, va="center", fontsize=8, color=INK, parse_math=False)
    axes.set_xlim(-0.06, 1.6)
    axes.set_xticks([])
    axes.set_title("Findings in words, and ranges", loc="left")
    _labels(axes, rows)
    axes.spines["bottom"].set_visible(False)
