"""The terminal of the commands: tables and sentences, JSON, progress bars."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Literal

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from .. import NOTICE
from ..common.shown import in_four_digits
from ..reports.json_text import json_text

__all__ = ["print_json", "print_lines", "print_rows", "print_table", "progress", "rated"]


_LINE_S = 60
"""Seconds between two lines of progress where there is no terminal."""


_WIDE = 160
"""Columns of a table where there is no terminal to fit into and COLUMNS is not set."""


_SAID = TextColumn("{task.description}", markup=False)
"""What is worked on, as it is: a title may have brackets."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; gives the callback that is told how much is done (done, in all)."""
    console = Console(stderr=True)
    columns = (_SAID, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def rated(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for long work, with its rate a second and the time left; where there is no terminal (a cluster's
    log), a line a minute. Gives the callback that is told how much is done (done, in all)."""
    console = Console(stderr=True)
    columns = (_SAID, BarColumn(), TextColumn("{task.fields[said]}"))
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


def print_json(content: dict[str, Any] | list[Any]) -> None:
    """Print JSON, with the notice where it has keys; on a stream that is not UTF-8 its characters are escaped."""
    said = {**content, "notice": NOTICE} if isinstance(content, dict) else content
    print(json_text(said, escaped=not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")))


def print_table(
    title: str,
    caption: str,
    columns: list[str],
    rows: list[tuple[Any, list[str]]],
    files: list[str],
    notes: Sequence[str] = (),
) -> None:
    """Print a table of measures, notes on them a line each, the files written and the notice."""
    console = _console()
    _say(console, title, "bold")
    named = [[str(name).replace("_", " "), *values] for name, values in rows]
    _print_cells(console, ["measure", *columns], named, numbers=range(1, len(columns) + 1), justify="right")
    _say(console, caption, "italic")
    for note in notes:
        _say(console, f"- {note}")
    _close(console, files)


def print_rows(
    title: str,
    caption: str,
    rows: pd.DataFrame,
    shown_as: dict[str, Callable[[Any], str]],
    files: Sequence[str] | None = None,
) -> None:
    """Print a table as it is, then, if it is the last, the files written and the notice."""
    console = _console()
    _say(console, title, "bold")
    names = [str(name) for name in rows]
    as_text = [shown_as.get(name, in_four_digits) for name in names]
    cells = [[text(value) for text, value in zip(as_text, row, strict=True)] for row in rows.itertuples(index=False)]
    numbers = [place for place, kind in enumerate(rows.dtypes) if kind.kind in "fiub"]
    _print_cells(console, [name.replace("_", " ") for name in names], cells, numbers)
    _say(console, caption, "italic")
    if files is not None:
        _close(console, files)


def print_lines(title: str, lines: Sequence[str], files: Sequence[str] | None) -> None:
    """Print sentences, a line each, then, if they are the last, the files written and the notice."""
    console = _console()
    _say(console, title, "bold")
    for line in lines:
        _say(console, f"- {line}")
    if files is not None:
        _close(console, files)


def _console() -> Console:
    """Standard output, where a text is shown as it is: no markup, no emoji by name, no colours by guess."""
    plain: dict[str, Any] = {"markup": False, "emoji": False, "highlight": False}
    console = Console(**plain)
    fits = console.is_terminal or "COLUMNS" in os.environ
    return console if fits else Console(**plain, width=_WIDE)


def _say(console: Console, text: str, style: str | None = None) -> None:
    """Print a text, broken between words only."""
    console.print(_folded(text, console.width) if console.is_terminal else text, style=style, soft_wrap=True)


def _folded(text: str, width: int) -> str:
    """A text in lines of so many columns, broken between words only. (Rich's own way takes words apart, and puts dots
    for characters that take two columns.)"""
    if cell_len(text) <= width:
        return text
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        lines[-1:] = [longer] if cell_len(longer) <= width or not lines[-1] else [lines[-1], word]
    return "\n".join(lines)


def _close(console: Console, files: Sequence[str]) -> None:
    """Say what was written, and what it is not for."""
    for file in files:
        console.print(f"wrote {file}", soft_wrap=True)
    _say(console, NOTICE, "dim")


def _print_cells(
    console: Console,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[int],
    justify: Literal["left", "right"] = "left",
) -> None:
    """Print cells, each whole: as a table if the console is wide enough for it, else row by row, a line a cell.

    ``numbers`` are the places of columns whose cells are never broken; others are broken between words.
    """
    columns = list(zip(headings, *rows, strict=True))
    wanted = [max(map(cell_len, column)) for column in columns]
    widths = []
    for place, (heading, *cells) in enumerate(columns):
        whole = cells if place in numbers else " ".join(cells).split()
        widths.append(max(map(cell_len, [*heading.split(), *whole]), default=0))
    spare = console.width - 1 - sum(width + 3 for width in widths)  # a border and two blanks beside each
    if spare < 0:
        for row in rows:
            for heading, cell in zip(headings, row, strict=True):
                _say(console, f"{heading}: {cell}")
            console.print()
        return
    while spare and widths != wanted:
        narrowest = min((width, place) for place, width in enumerate(widths) if width < wanted[place])[1]
        widths[narrowest] += 1
        spare -= 1
    table = Table()
    for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        side = justify if place in numbers else "left"
        table.add_column(Text(_folded(heading, width)), width=width, justify=side, no_wrap=True, overflow="crop")
    for row in rows:
        table.add_row(*(Text(_folded(cell, width)) for cell, width in zip(row, widths, strict=True)))
    console.print(table)
