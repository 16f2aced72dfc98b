"""What commands give back: tables and JSON on the terminal, files in a folder, a progress bar."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from . import NOTICE, plots
from .session import Session
from .writing import replacing

__all__ = ["number", "print_json", "print_table", "progress", "with_error", "write_session"]


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; gives the callback that moves it (done, in all)."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def write_session(
    session: Session, scheme: str | None, dyad: int, out: Path, tables: dict[str, pd.DataFrame]
) -> list[str]:
    """Tables, pictures and provenance into a folder, each written beside its place and moved there."""
    out.mkdir(parents=True, exist_ok=True)
    tables = {**tables, "events": session.events(scheme, dyad)}
    if session.cohort is not None:
        tables["cohort"] = session.cohort.frame().reset_index()
    files = [_write(out / f"{name}.csv", table.to_csv(index=False)) for name, table in tables.items()]
    about = {**session.provenance, "pictures": session.dyads[dyad], "command": sys.argv}
    files.append(_write(out / "provenance.json", _json(about)))
    for name, picture in (("timeline", plots.timeline), ("grid", plots.grid)):
        files.append(plots.save(picture(session, dyad, scheme), out / f"{name}.png"))
    return [str(file) for file in files]


def print_json(content: dict[str, Any]) -> None:
    """Print JSON, with the notice."""
    print(_json({**content, "notice": NOTICE}))


def print_table(
    title: str, caption: str, columns: list[str], rows: list[tuple[Any, list[str]]], files: list[str]
) -> None:
    """Print a table of measures, the files written and the notice."""
    console = Console()
    console.print(title, style="bold", highlight=False, markup=False)
    table = Table(caption=caption, caption_justify="left")
    table.add_column("measure")
    for column in columns:
        table.add_column(Text(column), justify="right", overflow="fold")
    for name, values in rows:
        table.add_row(str(name).replace("_", " "), *values)
    console.print(table)
    for file in files:
        console.print(f"wrote {file}", highlight=False, soft_wrap=True, markup=False)
    console.print(NOTICE, style="dim")


def number(value: Any) -> str:
    """A measure as text: counts whole, all else with three digits, a dash for what is not known."""
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.3f}"
    return f"{value:,}"


def with_error(mean: float, se: float) -> str:
    """A mean and its standard error as text."""
    return number(mean) + ("" if math.isnan(se) or math.isnan(mean) else f" ({se:.3f})")


def _json(content: Any) -> str:
    """JSON without NaN: what is not known is null."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [plain(entry) for entry in value]
        value = value.item() if hasattr(value, "item") else value
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return json.dumps(plain(content), indent=2, ensure_ascii=False)


def _write(path: Path, text: str) -> Path:
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")
    return path
