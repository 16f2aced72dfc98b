"""The terminal of the commands: tables and sentences, JSON, progress bars."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from .. import NOTICE
from ..reports.folder import json_text

__all__ = ["print_json", "print_lines", "print_rows", "print_table", "progress", "rated"]


_LINE_S = 60
"""Seconds between two lines of progress where there is no terminal."""


_WIDE = 160
"""Columns of a table of rows where there is no terminal to fit into."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; gives the callback that is told how much is done (done, in all)."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def rated(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for long work, with its rate a second and the time left; where there is no terminal (a cluster's
    log), a line a minute. Gives the callback that is told how much is done (done, in all)."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None, said="")
        pace = _Pace()

        def tell(done: int, total: int) -> None:
            said = pace.said(done, total)
            bar.update(task, completed=done, total=total, said=said)
            if not console.is_terminal and pace.is_due(done == total):
                print(f"{what}: {said}", file=sys.stderr, flush=True)

        yield tell


class _Pace:
    """How fast something goes on, from when it was first told."""

    def __init__(self) -> None:
        self._began = self._told = time.monotonic()
        self._first: int | None = None

    def said(self, done: int, total: int) -> str:
        """Share done, rate and time left, in words."""
        if self._first is None:
            self._first, self._began = done, time.monotonic()
        spent = time.monotonic() - self._began
        share = f"{done / max(total, 1):.0%} of {total:,}"
        if done == self._first or not spent:
            return share
        rate = (done - self._first) / spent
        left = timedelta(seconds=round((total - done) / rate))
        return f"{share}, {rate:,.0f} a second, {left} left"

    def is_due(self, over: bool) -> bool:
        """Whether it is time for another line; over work that was short says nothing."""
        now = time.monotonic()
        due = now - self._told >= _LINE_S or (over and now - self._began >= _LINE_S)
        self._told = now if due else self._told
        return due


def print_json(content: dict[str, Any]) -> None:
    """Print JSON, with the notice."""
    print(json_text({**content, "notice": NOTICE}))


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
    _close(console, files)


def _close(console: Console, files: Sequence[str]) -> None:
    """Say what was written, and what it is not for."""
    for file in files:
        console.print(f"wrote {file}", highlight=False, soft_wrap=True, markup=False)
    console.print(NOTICE, style="dim")


def print_rows(
    title: str,
    caption: str,
    rows: pd.DataFrame,
    shown_as: dict[str, Callable[[Any], str]],
    files: Sequence[str] | None = None,
) -> None:
    """Print a table as it is, a line a row, then, if it is the last, the files written and the notice."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    console.print(title, style="bold", highlight=False, markup=False)
    table = Table()
    plain = [str(name) for name in rows]
    for place, name in enumerate(plain):
        whole = place == 0 or rows[name].dtype.kind in "fiub"  # never a number on two lines
        table.add_column(Text(name.replace("_", " ")), overflow="fold", no_wrap=whole)
    for row in rows.itertuples(index=False):
        values = zip(plain, row, strict=True)
        table.add_row(*(Text(shown_as[name](value) if name in shown_as else _plain(value)) for name, value in values))
    console.print(table)
    console.print(caption, style="italic", highlight=False, markup=False)
    if files is not None:
        _close(console, files)


def print_lines(title: str, lines: Sequence[str], files: Sequence[str]) -> None:
    """Print sentences, a line each, the files written and the notice."""
    console = Console()
    console.print(title, style="bold", highlight=False, markup=False)
    for line in lines:
        console.print(f"- {line}", highlight=False, markup=False, soft_wrap=not console.is_terminal)
    _close(console, files)


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
