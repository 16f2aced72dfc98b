"""Results of a sweep as the page Results shows them: heat map, the points of a cell, the dyads of a point."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import pandas as pd

from ..common.shown import counted
from ..sweeps.cells import cells
from ..sweeps.results import Results, View
from ..sweeps.sensitivity_indices import binned
from ..theory.traits import TRAITS
from .form_fields import plain

__all__ = ["cell_of", "cell_table", "dyads_of", "heat_data", "heat_table", "level", "points_in", "recorded_of", "spans"]

_BINS = 10
_NOTES = {"spread": ", ± the standard deviation between them", "counts": ", and below it how many points / dyads"}
_DIGITS = 6  # most behind the point


def level(value: Any) -> str:
    """Level of a factor as a short text."""
    return plain(value) if isinstance(value, str) else f"{value:.3g}"


# Heat map -------------------------------------------------------------------------------------------------------------


def heat_table(results: Results, view: View, x: str, y: str) -> pd.DataFrame:
    """Table of a heat map, a row a cell, as :func:`dyadsim.sweeps.cells.cells` has it.

    Of one factor only, all cells are in one row: ``y`` is empty.
    """
    return cells(results, view, x, y, _BINS)


def cell_of(results: Results, x: str, y: str, point: int) -> tuple[Any, Any]:
    """The cell of the heat map that a point lies in."""
    across, upwards = (binned(results, name, _BINS)[point] if name else "" for name in (x, y))
    return across, upwards


def heat_data(
    table: pd.DataFrame, view: View, x: str, y: str, chosen: tuple[Any, Any] | None, says: str = "mean"
) -> dict[str, Any]:
    """A heat map as ``Heat`` takes it: its rows from above, with what each cell says, its colour and its ink.

    Parameters
    ----------
    table, view, x, y : as in :func:`heat_table`.
    chosen : cell.
    says : what stands in the cells: ``mean``, with ``spread``, or ``counts``.
    """
    across, upwards = spans(table)
    low, high = table["mean"].min(), table["mean"].max()
    digits = _digits(high - low, max(abs(low), abs(high)))
    scale = _Scale(low, high, digits, says)
    found = {(row.x, row.y): row for row in table.itertuples()}
    drawn = [[_cell(found.get((i, j)), scale, (x, y), (i, j)) for i in across] for j in reversed(upwards)]
    place = [upwards[::-1].index(chosen[1]), across.index(chosen[0])] if chosen in found and chosen else []
    return {
        "title": str(view),
        "x": {"label": _axis(x), "levels": [level(each) for each in across]},
        "y": {"label": _axis(y), "levels": [level(each) for each in reversed(upwards)]},
        "cells": drawn,
        "chosen": place,
        "low": f"{low:.{digits}f}",
        "high": f"{high:.{digits}f}",
        "note": _NOTES.get(says, ""),
    }


def cell_table(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """The cells as a table for people."""
    named = {"x": plain(x), "y": plain(y), "sd": "spread of its points (sd)"}
    shown = table if y else table.drop(columns="y")
    sides = [side for side in "xy" if side in shown]
    ordered = shown.sort_values(sides, kind="stable", ignore_index=True)
    return ordered.assign(**{side: ordered[side].map(level) for side in sides}).rename(columns=named)


def spans(table: pd.DataFrame) -> tuple[list[Any], list[Any]]:
    """Levels across and upwards, from the lowest."""
    across, upwards = (sorted(set(table[side]), key=lambda each: (isinstance(each, str), each)) for side in "xy")
    return across, upwards


@dataclass(frozen=True)
class _Scale:
    """Scale of a heat map: the lowest and the highest mean, digits behind the point, and what stands in cells."""

    low: float
    high: float
    digits: int
    says: str


def _cell(row: Any, scale: _Scale, names: tuple[str, str], at: tuple[Any, Any]) -> dict[str, Any]:
    where = " and ".join(f"{plain(name)} {level(each)}" for name, each in zip(names, at, strict=True) if name)
    if row is None:
        return {"text": "", "colour": "", "ink": "", "says": f"No point with a value at {where}", "there": False}
    span = scale.high - scale.low
    shade = matplotlib.colormaps["cividis"]((row.mean - scale.low) / span if span > 0 else 0.5)
    mean = f"{row.mean + 0.0:.{scale.digits}f}"
    points, dyads = counted(row.points, "point"), counted(row.dyads, "dyad")
    known = np.isfinite(row.sd)
    spread = f"{row.sd:.{scale.digits}f}" if known else ""
    below = {"spread": f"± {spread}" if known else "one point", "counts": f"{row.points:,} / {row.dyads:,}"}
    return {
        "text": mean,
        "below": below.get(scale.says, ""),
        "colour": matplotlib.colors.to_hex(shade),
        "ink": _ink(shade),
        "says": f"{mean} at {where}, {points}, {dyads}" + (f", spread of its points (sd) {spread}" if known else ""),
        "there": True,
    }


def _ink(shade: tuple[float, ...]) -> str:
    """Black or white, whichever can be read better: one of them has a contrast of 4.58 at least on any colour."""
    # Relative luminance of an sRGB colour (Web Content Accessibility Guidelines 2.1).
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in shade[:3]]
    return "#000000" if np.dot([0.2126, 0.7152, 0.0722], linear) > 0.179 else "#ffffff"


def _digits(span: float, size: float) -> int:
    """Digits behind the point that tell cells apart."""
    known = span if span > 0 else size
    return int(np.clip(1 - math.floor(math.log10(known)), 0, _DIGITS)) if known > 0 and math.isfinite(known) else 1


def _axis(name: str) -> str:
    known = TRAITS.get(name)
    return plain(name) + (f" ({known.unit})" if known else "")


# Points and dyads -----------------------------------------------------------------------------------------------------


def points_in(results: Results, view: View, x: str, y: str, cell: tuple[Any, Any]) -> pd.DataFrame:
    """The points of a cell: factor levels, what is looked at, its standard error, dyads."""
    inside = binned(results, x, _BINS) == cell[0]
    if y:
        inside &= binned(results, y, _BINS) == cell[1]
    factors = results.points.loc[inside.to_numpy(), results.factors]
    means = _at(results.means(against=view.against), view).set_index("point").reindex(factors.index)
    shown = factors.rename(columns=lambda name: plain(results.factor_columns[name])).assign(
        **{view.outcome: means[view.outcome]}
    )
    shown["standard error"] = means[f"{view.outcome}_se"]
    shown["spread of dyads (sd)"] = means[f"{view.outcome}_se"] * np.sqrt(means["dyads"])
    for side in ("low", "high"):  # of an ensemble of parameters
        if (name := f"{view.outcome}_{side}") in means:
            shown[f"{side} over parameters"] = means[name]
    return shown.assign(dyads=means["dyads"].fillna(0).astype(int)).reset_index(names="point")


def dyads_of(frame: pd.DataFrame, results: Results, view: View) -> pd.DataFrame:
    """The dyads of a point: every outcome where it is looked at, and with the twins what is looked at in these."""
    rows = _at(frame, view)[["dyad", *results.outcomes]]
    if view.against is None:
        return rows.reset_index(drop=True)
    twins = frame[(frame["arm"] == view.against) & (frame["week"] == view.week)]
    named = {view.outcome: f"{view.outcome}, {view.against}"}
    return rows.merge(twins[["dyad", view.outcome]].rename(columns=named), on="dyad", how="left")


def recorded_of(frame: pd.DataFrame, results: Results, dyad: int, arm: str | None) -> pd.DataFrame:
    """Records of a dyad, a row an episode, or a week of that arm: every outcome."""
    rows = frame[frame["dyad"] == dyad]
    rows = rows if arm is None else rows[rows["arm"] == arm]
    return rows[[results.keys[-1], *results.outcomes]].reset_index(drop=True)


def _at(table: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows of what is looked at."""
    asked: Iterable[tuple[str, Any]] = (("episode", view.episode), ("arm", view.arm), ("week", view.week))
    for key, value in asked:
        if value is not None:
            table = table[table[key] == value]
    return table
