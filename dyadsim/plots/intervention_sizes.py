"""Figure of the catalogue held against evidence: sizes put in and seen, published effects beside the model's."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..theory import evidence
from .style import INK, MATCH, RUPTURE, Figure, bare, sign

__all__ = ["sizes"]

_RATIOS = ("OR", "RR", "% secure")
_NAME = 70
_HOLDS = {True: (MATCH, "o", "model, agrees"), False: (RUPTURE, "X", "model, does not agree")}
_ENDS = (-1.5, 2.6)


def sizes(rows: pd.DataFrame, within: float) -> Figure:
    """Sizes that entries put in against what trials see (left), and published numbers that set no size (right).

    Parameters
    ----------
    rows : as :class:`dyadsim.validation.validation.Validation` has them for interventions.
    within : how near a size that was put in must come.
    """
    put_in = rows[rows["role"] == "set"]
    compared = rows[(rows["role"] != "set") & rows["difference"].notna()]
    figure = Figure(figsize=(14, max(6.0, 0.27 * len(compared) + 2.2)), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.5])
    _put_in(left, put_in, within)
    _compared(right, compared)
    sign(figure)
    return figure


def _put_in(axes: Axes, rows: pd.DataFrame, within: float) -> None:
    ends = np.array([rows["target"].astype(float).min() - 0.1, rows["target"].astype(float).max() + 0.1])
    axes.fill_between(ends, ends - within, ends + within, color="#dddddd", linewidth=0, label=f"within {within:g}")
    axes.plot(ends, ends, color=INK, linewidth=0.8)
    for (grounding, own), marker in zip(rows.groupby("basis", sort=True), ("^", "s", "o"), strict=False):
        axes.plot(own["target"], own["model"], marker, color=MATCH, alpha=0.7, markersize=7, label=f"{grounding} size")
    axes.set_xlabel("size put in (standardised difference)")
    axes.set_ylabel("size seen in a simulated trial")
    axes.set_title("Sizes put in", loc="left")
    axes.legend(frameon=False, loc="upper left")
    bare(axes)


def _compared(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw published effects beside the model's: ratios as logarithms, and what lies beyond the axis at its end."""
    for place, (_, row) in enumerate(rows.iloc[::-1].iterrows()):
        source = evidence.row(row["id"])
        ratio = source.metric.startswith(_RATIOS)
        published = float(row["model"]) - float(row["difference"])
        low, high = (_scaled(end, ratio) for end in source.interval)
        axes.plot([low, high], [place, place], color="#999999", linewidth=1.2)
        axes.plot(_scaled(published, ratio), place, "D", color="#777777", markersize=5)
        colour, marker, _ = _HOLDS[bool(row["holds"])]
        axes.plot(_scaled(float(row["model"]), ratio), place, marker, color=colour, markersize=8)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(rows)), [_label(row) for _, row in rows.iloc[::-1].iterrows()], fontsize=8)
    axes.set_ylim(-0.8, len(rows) - 0.2)
    axes.set_xlim(*_ENDS)
    axes.set_xlabel("standardised difference, points, or logarithm of a ratio (log); beyond the axis drawn at its end")
    axes.set_title("Published effects that set no size here", loc="left")
    axes.grid(axis="y", color="#eeeeee")
    axes.plot([], [], "D-", color="#777777", markersize=5, label="published, 95 % interval where given")
    for colour, marker, label in _HOLDS.values():
        axes.plot([], [], marker, color=colour, markersize=8, label=label)
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.2, -0.06), ncols=3, fontsize=9)
    bare(axes)


def _scaled(value: float, ratio: bool) -> float:
    return float(np.clip(np.log(value) if ratio else value, *_ENDS))


def _label(row: pd.Series) -> str:
    source = evidence.row(str(row["id"]))
    log = " (log)" if source.metric.startswith(_RATIOS) else ""
    unverified = ", unverified" if source.basis == evidence.UNVERIFIED else ""
    name = textwrap.shorten(f"{source.name} → {source.target}", _NAME, placeholder=" …")
    return f"{name}{log} ({row['id']}, {row['role']}{unverified})"
