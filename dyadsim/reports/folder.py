"""Files of a folder of results: tables (CSV), provenance (JSON) and pictures (PNG), and numbers as text."""

from __future__ import annotations

import base64
import json
import math
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from .. import plots
from ..common.files import make_folder, replacing
from ..measurement.session import Session

__all__ = ["in_page", "json_text", "number", "with_error", "write_folder", "write_session", "write_text"]


def write_session(
    session: Session, scheme: str | None, dyad: int, out: Path, tables: dict[str, pd.DataFrame]
) -> list[str]:
    """Write the tables, pictures and provenance of a session into a folder; gives the files written.

    Parameters
    ----------
    session : simulated or coded.
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
    return write_folder(out, tables, about, pictures)


def write_folder(
    out: Path, tables: dict[str, pd.DataFrame], about: dict[str, Any], pictures: dict[str, Figure]
) -> list[str]:
    """Write tables (CSV), provenance (JSON) and pictures (PNG) into a folder, each by its name; gives the files."""
    make_folder(out)
    files = [write_text(out / f"{name}.csv", table.to_csv(index=False)) for name, table in tables.items()]
    files.append(write_text(out / "provenance.json", json_text(about)))
    files += [plots.save(picture, out / f"{name}.png") for name, picture in pictures.items()]
    return [str(file) for file in files]


def number(value: Any) -> str:
    """A measure as text: counts whole, all else with three digits, a dash for what is not known."""
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.3f}"
    return f"{value:,}"


def with_error(mean: float, se: float) -> str:
    """A mean and its standard error as text."""
    return number(mean) + ("" if math.isnan(se) or math.isnan(mean) else f" ({se:.3f})")


def json_text(content: Any, escaped: bool = False) -> str:
    """Content as JSON without NaN: what is not known is null. ``escaped``: in ASCII alone."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [plain(entry) for entry in value]
        value = value.item() if hasattr(value, "item") else value
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return json.dumps(plain(content), indent=2, ensure_ascii=escaped)


def write_text(path: Path, text: str) -> Path:
    """Write a text, whole or not at all."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")
    return path


def in_page(image: bytes) -> str:
    """Text of a PNG that a page can hold in itself."""
    return base64.b64encode(image).decode("ascii")
