"""Figures and tables as a browser takes them: SVG to look at, PNG (300 dpi), PDF and CSV to keep."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..common.errors import DyadsimError
from ..common.shown import in_four_digits
from ..interaction.phase_diagram import phase_diagram
from ..reports.folder import number
from ..scenarios.outputs import Phase
from ..theory.traits import TRAITS
from .form_fields import plain

__all__ = ["DRAWING", "axis_of", "csv_file", "figure_file", "pdf_file", "phase_data", "rows_of", "svg", "whole_csv"]

DRAWING = threading.Lock()
"""Matplotlib draws one figure at a time: its fonts and settings are shared by all threads."""

_MIME = {"png": "image/png", "pdf": "application/pdf", "svg": "image/svg+xml"}
_DPI = 300
_MOST_ROWS = 50_000  # of a table that a browser is given at once


def svg(figure: Figure) -> str:
    """A figure as the address of a picture."""
    return f"data:{_MIME['svg']};base64,{_drawn(figure, 'svg')}"


def figure_file(figure: Figure, kind: str, name: str) -> dict[str, Any]:
    """A figure as a file to keep: ``png``, ``pdf`` or ``svg``."""
    return {"name": f"{name}.{kind}", "mime": _MIME[kind], "content": _drawn(figure, kind), "base64": True}


def _drawn(figure: Figure, kind: str) -> str:
    held = io.BytesIO()
    with DRAWING:
        figure.savefig(held, format=kind, dpi=_DPI if kind == "png" else "figure")
    return base64.b64encode(held.getvalue()).decode("ascii")


def csv_file(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """A table as a file to keep, all digits of its numbers in it."""
    return {"name": f"{name}.csv", "mime": "text/csv", "content": table.to_csv(index=False), "base64": False}


def pdf_file(content: bytes, name: str) -> dict[str, Any]:
    """A PDF that was made as a file to keep."""
    return {"name": f"{name}.pdf", "mime": _MIME["pdf"], "content": base64.b64encode(content).decode(), "base64": True}


def whole_csv(table: pd.DataFrame, name: str, way_out: str) -> dict[str, Any]:
    """A table that may be long as a file to keep.

    Parameters
    ----------
    table, name : as in :func:`csv_file`.
    way_out : how to come by one that is too long.

    Raises
    ------
    DyadsimError
        if it has more rows than a browser is given at once.
    """
    if len(table) > _MOST_ROWS:
        raise DyadsimError(f"This table has {len(table):,} rows, and a page gives {_MOST_ROWS:,} at most: {way_out}.")
    return csv_file(table, name)


def rows_of(table: pd.DataFrame, digits: int | None = 2) -> dict[str, Any]:
    """A table as ``Sheet`` takes it: heads and rows of text; without ``digits`` as the commands print it."""
    heads = [{"label": plain(str(name)), "number": table[name].dtype.kind in "fiu"} for name in table]
    return {"heads": heads, "rows": [[_text(value, digits) for value in row] for row in table.itertuples(index=False)]}


def _text(value: Any, digits: int | None) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "–"
    if isinstance(value, float):
        return in_four_digits(value) if digits is None else f"{round(value, digits) + 0.0:.{digits}f}"
    return "yes" if value is True else "" if value is False else str(value)


def phase_data(chosen: Phase, **asked: Any) -> dict[str, Any]:
    """A phase diagram as ``Phase`` takes it: a cell a pair of values, with its colour and what it says."""
    grid = phase_diagram(chosen.x, chosen.y, chosen.measure, points=11, **asked)
    values = grid[chosen.measure].to_numpy()
    known, measure = values[np.isfinite(values)], plain(chosen.measure)
    low, high = (known.min(), known.max()) if len(known) else (np.nan, np.nan)
    shades = matplotlib.colormaps["cividis"]((values - low) / (high - low if high > low else 1.0))
    shades[~np.isfinite(values)] = 1.0  # white, which is no colour of the scale: not known
    cells = [
        {
            "x": round(float(x), 6),
            "y": round(float(y), 6),
            "colour": matplotlib.colors.to_hex(shade),
            "says": f"{measure} {number(float(value))} at {plain(chosen.x)} {x:g}, {plain(chosen.y)} {y:g}",
        }
        for (x, y, value), shade in zip(grid.itertuples(index=False), shades, strict=True)
    ]
    return {
        "traits": [chosen.x, chosen.y],
        "title": f"{measure}, {grid.attrs['episode']}, exact law",
        "cells": cells,
        "low": number(float(low)),
        "high": number(float(high)),
    }


def axis_of(name: str, values: Sequence[float], present: float) -> dict[str, Any]:
    """An axis of a phase diagram, and where the sliders stand on it."""
    known = TRAITS.get(name)
    unit = f" ({known.unit})" if known else ""
    steps = np.unique(values)
    return {
        "label": plain(name) + unit,
        "low": f"{steps[0]:g}",
        "high": f"{steps[-1]:g}",
        "step": float(steps[1] - steps[0]),
        "value": present,
    }
