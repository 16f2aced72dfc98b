"""Delimited text that others wrote (CSV, exports of other programs): cells as they stand, nothing guessed.

The rules stand here once. Text is UTF-8, UTF-16 with its mark, or else the Western code page of older Windows tools.
Columns are split by tabs, semicolons or commas, whichever the header has most of. No text stands for "missing" but a
blank. Numbers have decimal points or, in files that are not split by commas, decimal commas, never both.

Every row has as many cells as the header. Where no comma splits columns, blank cells may be missing at its end (but in
a last line without an end, which was cut off) or be too many. Blank rows are passed over.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from .errors import DyadsimError, quoted, twice

__all__ = [
    "MOST_BYTES",
    "TextTable",
    "beginning_of",
    "first_rows",
    "number_of",
    "plain_text",
    "rows_above",
    "table_of_rows",
    "text_rows",
    "text_table",
]

MOST_BYTES = 20_000_000
"""Bytes of a file at most."""
_HEADER_WITHIN = 100  # rows; exports with a preamble list their variables in it
_BEGINNING = 100_000  # bytes, among which the first rows are looked for
_LONGEST_HEADER = 200
_SEPARATORS = "\t;,"  # of as many of each, the one that is least often part of a text
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class TextTable:
    """Table of a text file: its cells, as text without spaces around it.

    Attributes
    ----------
    name : of the file, for messages.
    columns : cells by header, in the order of the file; one column may have no name ("").
    lines : of each row, its line in the file.
    decimal_commas : whether numbers may have decimal commas, since no commas split columns.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]
    decimal_commas: bool

    def numbers(self, *columns: str) -> list[NDArray[np.float64]]:
        """Numbers of some columns, NaN where a cell says none.

        Raises
        ------
        DyadsimError
            if some have decimal points and others decimal commas, so that one of them may separate thousands.
        """
        marks: dict[str, str] = {}
        found = []
        for cells in (self.columns[column] for column in columns):
            plain = [cell.replace(",", ".") for cell in cells] if self.decimal_commas else cells
            found.append(np.array([number_of(cell) for cell in plain], dtype=np.float64))
            for mark in ",." if self.decimal_commas else "":
                marked = (n for n, cell in enumerate(cells) if mark in cell and found[-1][n] == found[-1][n])
                if (first := next(marked, None)) is not None:
                    marks.setdefault(mark, f"{quoted(cells[first])} in line {self.lines[first]}")
        if len(marks) > 1:
            raise DyadsimError(
                f"'{self.name}' has decimal points and decimal commas ({marks['.']}, {marks[',']}); write all alike, "
                "and no sign between thousands."
            )
        return found


def number_of(cell: str) -> float:
    """Number that a cell says, with a decimal point where it has one; NaN if it says none."""
    return float(cell) if _NUMBER.fullmatch(cell) else np.nan


def text_table(name: str, content: bytes, needs: Sequence[str] = ()) -> TextTable:
    """Table of the text of a file.

    Parameters
    ----------
    name : of the file, for messages.
    content : its bytes; of a file that is too long, more than :data:`MOST_BYTES`.
    needs : headers by which the line of headers is known among the first ones; without them it is the first. Where no
        line has all of them, the table has headers alone: those of the line that has most.

    Raises
    ------
    DyadsimError
        if it is too large, no text, empty, or a row does not fit the header.
    """
    text = plain_text(name, content)
    separator, first, had = _header(text, needs)
    last = None if had == len({*needs}) else first + 1
    try:
        return _table(name, islice(_rows(text, separator), first, last), separator, text.endswith(("\n", "\r")))
    except csv.Error as error:
        raise DyadsimError(f"'{name}' cannot be split into columns: {error}.") from None


def plain_text(name: str, content: bytes) -> str:
    """Text of a file that is no table; refused if it is too large, no text or empty."""
    text = _decoded(name, content)
    if not text.strip():
        raise DyadsimError(f"'{name}' is empty.")
    return text


def beginning_of(content: bytes, most: int = 20_000) -> str:
    """Beginning of what may be a text, for a first look at what it is: nothing is refused."""
    coding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return content[:most].decode(coding, errors="replace")


def text_rows(name: str, content: bytes, separator: str) -> tuple[list[tuple[int, list[str]]], bool]:
    """Line and cells of every row of a text that is no table with a header, and whether its last line has an end.

    Raises
    ------
    DyadsimError
        if it is too large, no text, empty, or cannot be split.
    """
    text = plain_text(name, content)
    try:
        rows = list(_rows(text, separator))
    except csv.Error as error:
        raise DyadsimError(f"'{name}' cannot be split into columns: {error}.") from None
    if not rows:
        raise DyadsimError(f"'{name}' is empty.")
    return rows, text.endswith(("\n", "\r"))


def rows_above(name: str, content: bytes, needs: Sequence[str]) -> list[list[str]]:
    """Cells of the rows above the line of headers, of which ``needs`` are some."""
    text = plain_text(name, content)
    separator, first, _ = _header(text, needs)
    return [cells for _, cells in islice(_rows(text, separator), first)]


def table_of_rows(name: str, rows: Iterable[tuple[int, list[str]]]) -> TextTable:
    """Table of rows that are split already: the line and cells of each, the headers first.

    Raises
    ------
    DyadsimError
        if there are none, or one does not fit the header.
    """
    return _table(name, iter(rows), "\t", True)


def first_rows(content: bytes, most: int = 10) -> list[list[str]]:
    """Cells of the first rows of a text file, once for each way of splitting columns; none where it is no text.

    What is quick enough to ask of any file: in which row a header stands, and what kind of file it is.
    """
    begun = content[:_BEGINNING]
    if len(content) > _BEGINNING and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        begun = begun[: max(begun.rfind(b"\n"), begun.rfind(b"\r")) + 1] or begun
    found: list[list[str]] = []
    with suppress(DyadsimError):
        text = _decoded("", begun)
        for separator in _SEPARATORS:
            with suppress(csv.Error):  # of text that is split otherwise, or that ends within quotes
                for _, cells in islice(_rows(text, separator), most):
                    found.append(cells)
    return found


def _decoded(name: str, content: bytes) -> str:
    """Text of a file."""
    if len(content) > MOST_BYTES:
        raise DyadsimError(f"'{name}' is too large: {MOST_BYTES:,} bytes is the most.")
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = content.decode("utf-16")
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("cp1252")
        if "\0" in text:
            raise UnicodeError
    except UnicodeError:
        raise DyadsimError(f"'{name}' is not a text file, or of an unknown encoding; save it as UTF-8.") from None
    return text


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"line {line}: {error}") from None


def _header(text: str, needs: Sequence[str]) -> tuple[str, int, int]:
    """What splits columns, how many rows come before the header, and how many of ``needs`` it has."""
    first = next(line for line in io.StringIO(text, newline="") if line.strip())
    best = (max(_SEPARATORS, key=first.count) if any(sign in first for sign in _SEPARATORS) else ",", 0, 0)
    for separator in _SEPARATORS if needs else "":
        with suppress(csv.Error):  # of text that is split otherwise
            for place, (_, cells) in enumerate(islice(_rows(text, separator), _HEADER_WITHIN)):
                best = max(best, (separator, place, len({*needs} & {*cells})), key=itemgetter(2))
    return best


def _table(name: str, rows: Iterator[tuple[int, list[str]]], separator: str, ended: bool) -> TextTable:
    """Table of rows, of which the first is the header; ``ended``: whether the last line has an end."""
    _, header = next(rows, (0, []))
    if not header:
        raise DyadsimError(f"'{name}' is empty.")
    header = [" ".join(title.split()) for title in header]
    if (longest := max(map(len, header))) > _LONGEST_HEADER:
        raise DyadsimError(f"'{name}' has a header of {longest:,} characters; {_LONGEST_HEADER} is the most.")
    width, lines, table, short = len(header), [], [], False
    for line, cells in rows:
        by_commas = separator == ","
        if any(cells[width:]) or (by_commas and len(cells) != width):  # which a decimal comma would shift
            shifted = by_commas and len(cells) > width
            hint = "; decimal commas need columns that are split by semicolons or tabs" if shifted else ""
            raise DyadsimError(
                f"'{name}', line {line}, does not fit its header: it has {len(cells)} cells, and the header {width}"
                f"{hint}."
            )
        lines.append(line)
        short = len(cells) < width
        table.append(cells[:width] + [""] * (width - len(cells)))
    if short and not ended:
        raise DyadsimError(f"'{name}' seems to be cut off: its last line, {lines[-1]}, ends before its columns do.")
    columns = list(zip(*table, strict=True)) or [()] * width
    # A column without a name and without a cell comes of separators at the ends of lines.
    named = [(title, cells) for title, cells in zip(header, columns, strict=True) if title or any(cells)]
    if (double := twice(title for title, _ in named)) is not None:
        raise DyadsimError(f"'{name}' has two columns {f'named {quoted(double)}' if double else 'without a name'}.")
    return TextTable(name, dict(named), lines, separator != ",")
