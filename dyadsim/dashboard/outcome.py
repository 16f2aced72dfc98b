"""Outcome of something that was run, or of a folder, as pages show it: words, tables, pictures, what can be kept.

All of it is made by the reports of the commands; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import escape
from matplotlib.figure import Figure

from .downloads import DRAWING

__all__ = ["Kept", "Outcome", "ShownTable", "by_folder_name", "report_of", "text_file"]

Kept = tuple[str, str, Callable[[], dict[str, Any]]]
"""Title and kind of a file, and what makes it."""


@dataclass(frozen=True, eq=False)
class ShownTable:
    """A table: what its file is called, its title, whether it is closed at first, and how people read it where that is
    otherwise than in the file."""

    name: str
    title: str
    rows: pd.DataFrame
    closed: bool = False
    shown: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What is shown of results.

    Attributes
    ----------
    name : what its files are called after.
    title, about : heading, and sentences on what was asked.
    in_short : what came of it, in sentences.
    tables, says : tables, and what their columns mean.
    pictures : by name: title, figure, and the figure as a browser shows it.
    kept : files that are made when they are asked for.
    asked : what was run; None where it is a folder's.
    """

    name: str
    title: str
    about: tuple[str, ...]
    in_short: tuple[str, ...]
    tables: tuple[ShownTable, ...] = ()
    says: str = ""
    pictures: Mapping[str, tuple[str, Figure, str]] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    asked: Any = None


def by_folder_name(text: str, folder: Path, name: str) -> str:
    """Text, or HTML, in which a folder goes by its name."""
    return text.replace(str(escape(folder)), str(escape(name))).replace(str(folder), name)


def text_file(name: str, mime: str, text: str) -> dict[str, Any]:
    """A text as a file to keep."""
    return {"name": name, "mime": mime, "content": text, "base64": False}


def report_of(name: str, folder: Path, page: Callable[[], str]) -> Kept:
    """The whole report as a file that is kept; ``page`` makes its HTML, in which the folder goes by its name."""

    def report() -> dict[str, Any]:
        with DRAWING:
            made = page()
        return text_file(f"{name}.html", "text/html", by_folder_name(made, folder, name))

    return "The whole report, to print or keep", "html", report
