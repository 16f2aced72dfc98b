"""Tables of files that are delimited text or workbooks (.xlsx), which programs export alike: cells as text.

A workbook is a zip of XML. What it would unpack to, and how many rows and cells it has, is bounded before and while it
is read; entities in its XML are refused by defusedxml, which openpyxl uses.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

from ..common.delimited_text import (
    MOST_BYTES,
    TextTable,
    first_rows,
    rows_above,
    table_of_rows,
    text_table,
)
from ..common.errors import DyadsimError

__all__ = ["Sheet", "has_headers", "is_workbook", "sheets_of"]

_ZIP = b"PK\x03\x04"
_BOOK = "xl/workbook.xml"
_TEXTS = "xl/sharedStrings.xml"
_SHEETS = "xl/worksheets/"
MOST_UNPACKED = 100_000_000
"""Bytes at most that a workbook may unpack to."""
MOST_RATIO = 200
"""Times at most that a part of a workbook may grow when it is unpacked, where it is large."""
MOST_ROWS = 200_000
"""Rows at most of a workbook."""
MOST_CELLS = 3_000_000
"""Cells at most of a workbook, those left blank between others among them."""
_HEADER_WITHIN = 100  # rows
_HEAD = 262_144  # bytes of a part in which headers are looked for
_SMALL = 1_000_000  # bytes; whatever it grows from, it does no harm


@dataclass(frozen=True)
class Sheet:
    """Table of a file, or of one sheet of a workbook.

    Attributes
    ----------
    title : of the sheet; "" where the file is text.
    above : cells of the rows above the headers.
    table : its cells, as text.
    """

    title: str
    above: list[list[str]]
    table: TextTable


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook by its content: a zip with the parts of one."""
    with suppress(Exception):
        return content[:4] == _ZIP and _BOOK in zipfile.ZipFile(io.BytesIO(content)).namelist()
    return False


def has_headers(content: bytes, needs: Sequence[str]) -> bool:
    """Whether a file, text or workbook, has these headers; quick, and never raises."""
    if content[:4] != _ZIP:
        return any({*needs} <= {" ".join(cell.split()) for cell in row} for row in first_rows(content, _HEADER_WITHIN))
    with suppress(Exception):  # of whatever is no workbook
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = [part for part in book.namelist() if part == _TEXTS or part.startswith(_SHEETS)][:20]
            words = []
            for part in parts:
                with book.open(part) as opened:
                    words.append(opened.read(_HEAD).decode("utf-8", "replace"))
        return all(any(f">{escape(need)}<" in text for text in words) for need in needs)
    return False


def sheets_of(name: str, content: bytes, needs: Sequence[str]) -> list[Sheet]:
    """Tables of a file that have these headers: one of a text, of a workbook one a sheet.

    Parameters
    ----------
    name : of the file, for messages.
    content : its bytes.
    needs : headers that a table must have.

    Raises
    ------
    DyadsimError
        if it is too large, cannot be read, a row does not fit its header, or no table has all the headers.

    >>> [sheet.table.columns.keys() for sheet in sheets_of("coded.csv", content, ("Time", "Behavior"))]
    """
    if content[:4] != _ZIP:
        table = text_table(name, content, needs)
        _check_headers(name, [*table.columns], needs)
        return [Sheet("", rows_above(name, content, needs), table)]
    found: list[Sheet] = []
    most: list[str] = []
    books = list(_rows_by_sheet(name, content))
    for title, rows in books:
        had = [len({*needs} & {*cells}) for _, cells in rows[:_HEADER_WITHIN]]
        first = had.index(max(had)) if had else 0
        headers = rows[first][1] if rows else []
        if {*needs} <= {*headers}:
            called = f"{name}, sheet {title}" if len(books) > 1 else name
            above = [cells for _, cells in rows[:first]]
            found.append(Sheet(title, above, table_of_rows(called, rows[first:])))
        elif len({*needs} & {*headers}) >= len({*needs} & {*most}):
            most = headers
    if not found:
        _check_headers(name, most, needs)
    return found


def _check_headers(name: str, headers: Sequence[str], needs: Sequence[str]) -> None:
    """Refuse a table that lacks headers."""
    if missing := [need for need in needs if need not in headers]:
        raise DyadsimError(
            f"'{name}' lacks the {'column' if len(missing) == 1 else 'columns'} {', '.join(missing)}; its line of "
            f"headers must have {', '.join(needs)}."
        )


def _rows_by_sheet(name: str, content: bytes) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    """Title, and row and cells of every row that is not blank, of each sheet of a workbook."""
    from openpyxl import load_workbook

    _check_size(name, content)
    counted = [0, 0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    sheet.reset_dimensions()
                    yield sheet.title, _rows(name, sheet.iter_rows(values_only=True), counted)
            finally:
                book.close()
    except DyadsimError:
        raise
    except Exception:  # of a damaged file: openpyxl raises whatever its XML or zip readers raise
        raise DyadsimError(
            f"'{name}' cannot be read as a workbook: it is cut off or damaged; save it again as .xlsx or as CSV."
        ) from None


def _check_size(name: str, content: bytes) -> None:
    """Refuse what is too large, or would be when unpacked."""
    if len(content) > MOST_BYTES:
        raise DyadsimError(f"'{name}' is too large: {MOST_BYTES:,} bytes is the most.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = book.infolist()
    except Exception:
        raise DyadsimError(f"'{name}' is cut off or damaged: it begins as a zip, and is none.") from None
    if _BOOK not in (part.filename for part in parts):
        raise DyadsimError(f"'{name}' is a zip, and no workbook (.xlsx): it has no {_BOOK}.")
    large = (part for part in parts if part.file_size > _SMALL)
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        part.file_size > MOST_RATIO * max(1, part.compress_size) for part in large
    ):
        raise DyadsimError(f"'{name}' would unpack to far more than a table of codes holds, and is not read.")


def _rows(name: str, rows: Iterator[tuple[Any, ...]], counted: list[int]) -> list[tuple[int, list[str]]]:
    """Row and cells of every row that is not blank; ``counted`` : rows and cells so far."""
    found = []
    for line, row in enumerate(rows, 1):
        counted[0] += 1
        counted[1] += len(row)
        if counted[0] > MOST_ROWS or counted[1] > MOST_CELLS:
            raise DyadsimError(f"'{name}' has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells, and is not read.")
        cells = [_text(value) for value in row]
        if any(cells):
            while not cells[-1]:
                cells.pop()
            found.append((line, cells))
    return found


def _text(value: object) -> str:
    """Text of a cell; whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, timedelta):
        return repr(value.total_seconds())
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value).strip()
