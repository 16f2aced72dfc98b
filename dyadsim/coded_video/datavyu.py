"""Datavyu: projects (.opf), their spreadsheet as text, and the exports by cell and by frame.

A column of a spreadsheet is a tier. Where its cells have several codes, the first is the tier's, and each other is a
tier of its own, "column.code". An offset of 0 after a later onset was never set, so the event has no length; a cell
that ends 1 ms before the next begins, as Datavyu sets them in one go, is taken to last until then.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise

import numpy as np
import pandas as pd

from ..common.delimited_text import MOST_BYTES, beginning_of, plain_text, text_table
from ..common.errors import DyadsimError, quoted, twice
from .clock_times import seconds_of
from .coding import EVENTS, Coding, Reader

__all__ = ["READERS"]

_ZIP = b"PK\x03\x04"
_DB = "db"
_MOST_MEMBERS = 1_000
_MOST_UNPACKED = 100  # times its packed size; a spreadsheet shrinks to about a tenth
_PLAINLY_SMALL = 1_000_000  # bytes, of which any share may be unpacked
_VERSIONS = ("#4", "#3", "#2")
_COLUMN = re.compile(r"(?P<name>(?:\\.|[^(\\])+)\((?P<kind>[A-Z]+)(?:,[^)]*)?\)(?:-(?P<codes>.*))?")
_CELL = re.compile(r"(\d\d:\d\d:\d\d:\d{3}),(\d\d:\d\d:\d\d:\d{3}),(.*)", re.ASCII | re.DOTALL)
_PARTS = ("ordinal", "onset", "offset")
_AT_ONCE = (0.0005, 0.0015)  # seconds between cells that were set in one go

Cell = tuple[float, float, tuple[str, ...], str]
"""Onset and offset (s) of a cell, its codes, and its place."""


# Projects and spreadsheets --------------------------------------------------------------------------------------------


def _knows_project(name: str, content: bytes) -> bool:
    if name.lower().endswith(".opf"):
        return True
    if content[:4] != _ZIP:
        return next(iter(beginning_of(content, 20).splitlines()), "").strip() in _VERSIONS
    try:
        return _DB in zipfile.ZipFile(BytesIO(content)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _read_project(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of a project, or of its spreadsheet as text."""
    if len(content) > MOST_BYTES:
        raise DyadsimError(f"'{name}' is too large: {MOST_BYTES:,} bytes is the most.")
    if not content.strip():
        raise DyadsimError(f"'{name}' is empty.")
    packed = content[:4] == _ZIP
    if packed:
        content = _unpacked(name, content)
    lines = plain_text(name, content).splitlines()
    if lines[0].strip() not in _VERSIONS:
        raise DyadsimError(
            f"'{name}' holds no Datavyu spreadsheet: it begins with {quoted(lines[0], 40)}, not with '#4'."
        )
    where = "line {} of its db" if packed else "line {}"
    tiers: dict[str, list[Cell]] = {}
    codes_of: dict[str, list[str]] = {}
    column: str | None = None
    for line, text in _whole_lines(lines):
        place = where.format(line)
        if cell := _CELL.fullmatch(text):
            if column is None:
                raise DyadsimError(f"'{name}', {place}: a cell stands before the name of any column.")
            times = seconds_of(cell[1]), seconds_of(cell[2])
            if np.isnan(times).any():
                raise DyadsimError(f"'{name}', {place}: {quoted(f'{cell[1]},{cell[2]}')} are no times.")
            tiers[column].append((*times, _codes(name, place, cell[3], codes_of[column]), place))
        elif head := _COLUMN.fullmatch(text.strip()):
            column = _unescaped(head["name"])
            if column in tiers:
                raise DyadsimError(f"'{name}', {place}: there are two columns named {quoted(column)}.")
            tiers[column] = []
            matrix = head["kind"] == "MATRIX"
            codes_of[column] = [_code_name(each) for each in _split(head["codes"] or "")] if matrix else []
        else:
            raise DyadsimError(
                f"'{name}', {place}: {quoted(text, 60)} is neither a column, 'name (MATRIX,true,)-code|NOMINAL', nor a "
                "cell, 'hh:mm:ss:mmm,hh:mm:ss:mmm,(code)'."
            )
    return _coding(name, "Datavyu, project" if packed else "Datavyu, spreadsheet as text", tiers, codes_of)


def _unpacked(name: str, content: bytes) -> bytes:
    """The spreadsheet of a project, which is unpacked only if it is whole, not encrypted and not too large."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise DyadsimError(f"'{name}' holds {len(members):,} files; a Datavyu project holds two.")
            found = [member for member in members if member.filename == _DB]
            if len(found) != 1:
                raise DyadsimError(
                    f"'{name}' is no Datavyu project: it holds {len(found) or 'no'} spreadsheets ('db')."
                )
            if found[0].flag_bits & 1:
                raise DyadsimError(f"'{name}' is encrypted; save it without a password.")
            most = min(MOST_BYTES, max(_PLAINLY_SMALL, _MOST_UNPACKED * found[0].compress_size))
            with archive.open(found[0]) as member:
                text = member.read(most + 1)  # whatever size it claims to have
            if len(text) > most:
                raise DyadsimError(f"'{name}' is refused: its spreadsheet unpacks to more than {most:,} bytes.")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, DyadsimError):
            raise
        raise DyadsimError(f"'{name}' is cut off or damaged: it cannot be unpacked ({str(error)[:80]}).") from None
    if not text.strip():
        raise DyadsimError(f"'{name}' holds an empty spreadsheet.")
    return text


def _whole_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Line and text of every column and cell; a text that ends with a backslash goes on in the next line."""
    begun, parts = 0, list[str]()
    for line, text in enumerate(lines[1:], 2):
        begun = begun if parts else line
        parts.append(text)
        if (len(text) - len(text.rstrip("\\"))) % 2:
            continue
        if whole := "\n".join(parts).strip():
            yield begun, whole
        parts = []
    if parts:
        yield begun, "\n".join(parts)


def _split(text: str) -> list[str]:
    """Parts between commas that are not escaped, still escaped."""
    return [match[0].lstrip(",") for match in re.finditer(r"(?:^|,)(?:\\.|[^\\,])*", text, re.DOTALL)]


def _unescaped(text: str) -> str:
    """Text of which escapes are taken away, in one line."""
    return " ".join(re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL).split())


def _code_name(text: str) -> str:
    return _unescaped(text.rpartition("|")[0] or text)


def _codes(name: str, place: str, value: str, codes: list[str]) -> tuple[str, ...]:
    """Codes of a cell; of a column that has but one, a text."""
    if not codes:
        return (_unescaped(value),)
    value = value.strip()
    if not (value.startswith("(") and value.endswith(")")):
        raise DyadsimError(f"'{name}', {place}: a cell of several codes stands in brackets, not {quoted(value)}.")
    found = tuple(_unescaped(part) for part in _split(value[1:-1]))
    if len(found) > len(codes):
        raise DyadsimError(f"'{name}', {place}: it has {len(found)} codes, and its column {len(codes)}.")
    return found


# Exports --------------------------------------------------------------------------------------------------------------


def _knows_export(name: str, content: bytes) -> bool:
    first = beginning_of(content).lstrip().splitlines()[:3]
    return any(re.search(r"\.ordinal\b", line) and ".onset" in line and ".offset" in line for line in first)


def _read_export(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of an export by cell or by frame."""
    table = text_table(name, content)
    parts = [header.rpartition(".") for header in table.columns]
    columns = list(dict.fromkeys(column for column, _, part in parts if column and part in _PARTS))
    if not columns:
        raise DyadsimError(f"'{name}' is no export of Datavyu: it has no column that ends in '.onset'.")
    codes_of: dict[str, list[str]] = {column: [] for column in columns}
    for header in table.columns:
        owner = max((column for column in columns if header.startswith(f"{column}.")), key=len, default=None)
        if owner is not None and (part := header[len(owner) + 1 :]) not in _PARTS:
            codes_of[owner].append(part)
    by_frame = any(header.casefold() in ("nframe", "framenum", "frame") for header in table.columns)
    tiers: dict[str, list[Cell]] = {}
    for column in columns:
        headers = [f"{column}.{part}" for part in ("onset", "offset", *codes_of[column])]
        if len(headers) < 3 or (lacking := [header for header in headers if header not in table.columns]):
            what = f"the column '{lacking[0]}'" if len(headers) > 2 else "a column of its codes"
            raise DyadsimError(f"'{name}' lacks, of '{column}', {what}.")
        read: dict[tuple[str, ...], Cell] = {}
        for line, cells in zip(
            table.lines, zip(*(table.columns[header] for header in headers), strict=True), strict=True
        ):
            if not any(cells) or (by_frame and cells in read):
                continue
            times = [seconds_of(cell, "ms") for cell in cells[:2]]
            for cell, time, header in zip(cells, times, headers[:2], strict=False):
                if time != time:
                    raise DyadsimError(f"'{name}', line {line}: {header} must be a number of ms, not {quoted(cell)}.")
            read[cells if by_frame else (str(line),)] = (times[0], times[1], cells[2:], f"line {line}, '{column}'")
        tiers[column] = list(read.values())
    times_of_frames = next((cells for header, cells in table.columns.items() if header.casefold() == "time"), ())
    step = _frame(times_of_frames) if by_frame else None
    return _coding(name, f"Datavyu, export by {'frame' if by_frame else 'cell'}", tiers, codes_of, step)


def _frame(cells: Sequence[str]) -> float | None:
    """Seconds a frame, where the times of frames, which are cut off to whole ms, tell it."""
    gaps = {round(after - before, 6) for before, after in pairwise(seconds_of(cell, "ms") for cell in cells)}
    gap = gaps.pop() if len(gaps) == 1 else 0.0
    return gap if gap > 0 and (round(1 / gap, 3)).is_integer() else None  # NaN is not


# Both -----------------------------------------------------------------------------------------------------------------


def _coding(
    name: str, layout: str, columns: dict[str, list[Cell]], codes_of: dict[str, list[str]], step: float | None = None
) -> Coding:
    """Coding of the cells of every column."""
    rows: list[tuple[str, str, str, str, float, float, str]] = []
    tiers: list[str] = []
    unset = closed = without = 0
    for column, cells in columns.items():
        names = [column, *(f"{column}.{code}" for code in codes_of[column][1:])]
        tiers += names
        ends = _ends(cells)
        unset += sum(offset == 0 < onset for onset, offset, *_ in cells)
        closed += sum(end != offset for end, (_, offset, *_) in zip(ends, cells, strict=True))
        for end, (onset, _, codes, place) in zip(ends, cells, strict=True):
            without += not codes or not codes[0]
            rows += [
                ("", "", tier, code, onset, np.nan if end == onset or end == 0 else end, place)
                for tier, code in zip(names, codes, strict=False)
                if code
            ]
    if (double := twice(tiers)) is not None:
        raise DyadsimError(f"'{name}' has two columns named {quoted(double)}.")
    counted = (
        (unset, "have an offset that was never set, and so no length"),
        (closed, "end 1 ms before the next begins, and are taken to last until then"),
        (without, "hold no code and are left out"),
    )
    remarks = tuple(f"Of the cells, {number:,} {what}." for number, what in counted if number)
    if several := [column for column in columns if len(codes_of[column]) > 1]:
        first = several[0]
        remarks += (
            f"Of columns with several codes the first is read ('{first}' is its {quoted(codes_of[first][0])}); the "
            f"others are tiers of their own ('{first}.{codes_of[first][1]}').",
        )
    return Coding(name, layout, pd.DataFrame(rows, columns=list(EVENTS)), step, remarks=remarks, tiers=tuple(tiers))


def _ends(cells: list[Cell]) -> list[float]:
    """Where each cell of a column is over."""
    onsets = np.unique([onset for onset, *_ in cells])
    offsets = np.array([offset for _, offset, *_ in cells])
    following = np.append(onsets, np.inf)[np.searchsorted(onsets, offsets, side="right")]
    gap = following - offsets
    return np.where((gap > _AT_ONCE[0]) & (gap < _AT_ONCE[1]), following, offsets).tolist()


READERS = (
    Reader("Datavyu, project", (), _knows_project, _read_project),
    Reader("Datavyu, export", (), _knows_export, _read_export),
)
"""Readers of Datavyu's files."""
