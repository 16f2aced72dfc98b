"""Files of a folder of results: tables (CSV), provenance (JSON) and pictures (PNG), and numbers as text."""

from __future__ import annotations

import base64
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from .. import plots
from ..common.files import replacing
from ..measurement.session import Session
from .json_text import utf8
from .output_folder import write_folder

__all__ = ["SESSION_FILES", "in_page", "number", "with_error", "write_session", "write_tables", "write_text"]


SESSION_FILES = (
    *(f"{table}.csv" for table in ("measures", "repair_survival", "summary", "events", "cohort", "reading")),
    *("timeline.png", "grid.png", "provenance.json"),
)
"""All that :func:`write_session` may write, and ``reading`` of several coded sessions."""


def write_session(
    session: Session, work: str, scheme: str | None, dyad: int, out: Path, tables: dict[str, pd.DataFrame]
) -> list[str]:
    """Write the tables, pictures and provenance of a session into a folder; gives the files written.

    Parameters
    ----------
    session : simulated or coded.
    work : the command that made it.
    scheme : the match scheme.
    dyad : the place of the one that pictures and events show.
    out : the folder.
    tables : further tables, by name.
    """
    tables = {**tables, "events": session.events(scheme, dyad)}
    if session.cohort is not None:
        tables["cohort"] = session.cohort.frame().reset_index()
    about = {**session.provenance, "pictures": session.dyads[dyad], "command": sys.argv}
    pictures = {
        name: make(session, dyad, scheme) for name, make in (("timeline", plots.timeline), ("grid", plots.grid))
    }
    return write_tables(out, work, tables, about, pictures)


def write_tables(
    out: Path, work: str, tables: dict[str, pd.DataFrame], about: dict[str, Any], pictures: Mapping[str, Figure]
) -> list[str]:
    """Write tables (CSV), pictures (PNG) and provenance (JSON) into a folder, each by its name; gives the files."""
    contents = {f"{name}.csv": utf8(table.to_csv(index=False)) for name, table in tables.items()}
    contents |= {f"{name}.png": plots.png(picture) for name, picture in pictures.items()}
    return write_folder(out, work, contents, "provenance.json", about)


def number(value: Any) -> str:
    """A measure as text: counts whole, all else with three digits, a dash for what is not known."""
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.3f}"
    return f"{value:,}"


def with_error(mean: float, se: float) -> str:
    """A mean and its standard error as text."""
    return number(mean) + ("" if math.isnan(se) or math.isnan(mean) else f" ({se:.3f})")


def write_text(path: Path, text: str) -> Path:
    """Write a text, whole or not at all."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")
    return path


def in_page(image: bytes) -> str:
    """Text of a PNG that a page can hold in itself."""
    return base64.b64encode(image).decode("ascii")
