"""Plain CSV, as labs keep codes in spreadsheets: long (an event a row) or wide (a step a row, a column a partner).

Columns are known by the words of :mod:`~dyadsim.coded_video.headers`. Times are seconds, milliseconds or clock times,
as their headers and cells say.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.delimited_text import TextTable, first_rows, text_table
from ..common.errors import DyadsimError, quoted
from .clock_times import are_hundredths, from_first, times_of
from .code_maps import Tiers, has_word
from .coding import EPISODES, EVENTS, LONGEST, Coding, Reader
from .headers import column_of, unit_of

__all__ = ["READERS"]

_LONG = "long CSV, an event a row"
_WIDE = "wide CSV, a time step a row"
_NO_TIME = ("", "--", "-", "na", "n/a", "nan", "none", "null", "missing")
"""What stands for the offset of an event without length."""
_PLAIN_S = 100.0  # seconds; whole numbers without a unit are milliseconds where codes would usually last longer
_EVEN = 0.02  # of a time step, by which rounding may shift a row
_ROWS_SHOWN = 200  # characters

_Headers = Sequence[str]


def _long_columns(headers: _Headers) -> dict[str, str | None]:
    """Headers of the columns of a long table, by what they hold; None for what it has not."""
    found: dict[str, str | None] = {}
    for what in ("onset", "offset", "duration", "partner", "code", "coder", "episode", "dyad"):
        found[what] = column_of(headers, what, found.values())
    return found


def _is_long(headers: _Headers) -> bool:
    found = _long_columns(headers)
    return all(found[what] for what in ("onset", "partner", "code")) and bool(found["offset"] or found["duration"])


def _wide_columns(headers: _Headers) -> tuple[dict[str, str | None], list[str]]:
    """Headers of dyad, coder, episode and time of a wide table, and those of its codes."""
    found: dict[str, str | None] = {}
    for what in ("time", "dyad", "coder", "episode"):
        found[what] = column_of(headers, what, found.values())
    codes = [header for header in headers if header and header not in found.values()]
    return found, codes


def _is_wide(headers: _Headers) -> bool:
    found, codes = _wide_columns(headers)
    words = Tiers()
    of_both = all(any(has_word(code, those) for code in codes) for those in (words.infant, words.mother))
    begins = column_of(headers, "onset") is not None
    return not begins and len(codes) >= 2 and (of_both or found["time"] is not None)


def _header(content: bytes, is_one: object) -> list[str] | None:
    """The first row that is a header of a layout; None if there is none."""
    assert callable(is_one)
    for row in first_rows(content):
        cells = [" ".join(cell.split()) for cell in row]
        if len(cells) > 1 and is_one(cells):
            return cells
    return None


def _knows_long(name: str, content: bytes) -> bool:
    return _header(content, _is_long) is not None


def _knows_wide(name: str, content: bytes) -> bool:
    return _header(content, _is_wide) is not None


def _table(name: str, content: bytes, is_one: object) -> TextTable:
    header = _header(content, is_one)
    if header is None:
        raise DyadsimError(f"'{name}' is no plain CSV of codes: none of its first lines has the headers of one.")
    return text_table(name, content, [title for title in header if title])


def _cells(table: TextTable, header: str | None) -> Sequence[str]:
    """Cells of a column, blank where there is none."""
    return [""] * len(table.lines) if header is None else table.columns[header]


def _seconds(
    table: TextTable, headers: list[str], fps: float | None, remarks: list[str]
) -> tuple[list[NDArray[np.float64]], str]:
    """Times of some columns in seconds, NaN where a cell says none, and the unit of their numbers."""
    cells = [table.columns[header] for header in headers]
    if table.decimal_commas:
        table.numbers(*headers)  # refuses points beside commas
    else:  # where a comma in a cell may part thousands
        cells = [[cell.replace(",", "?") for cell in column] for column in cells]
    hundredths = are_hundredths([cell for column in cells for cell in column])
    if hundredths:
        remarks.append("Times of three parts are read as minutes, seconds and hundredths.")
    units = [unit_of(header) for header in headers]
    unit = next((each for each in units if each != "s"), "s")
    found = [
        times_of(column, "s" if each == "frames" else each, hundredths, fps)
        for column, each in zip(cells, units, strict=True)
    ]
    if unit == "frames":
        if not fps or not fps > 0:
            raise DyadsimError(f"'{table.name}' counts its times in frames; give frames a second (fps=, option --fps).")
        found = [column / fps for column in found]
    return found, unit


def _each_from_its_first(sessions: Sequence[str], *columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Times counted from the first of each session, where they are counted from 1970."""
    found = [column.copy() for column in columns]
    for rows in pd.Series(range(len(sessions))).groupby(np.asarray(sessions, dtype=object)).groups.values():
        for column, counted in zip(found, from_first(*(column[rows] for column in columns)), strict=True):
            column[rows] = counted
    return tuple(found)


def _are_ms(lengths: NDArray[np.float64], *columns: NDArray[np.float64]) -> bool:
    """Whether times without a unit are milliseconds: whole numbers by which codes would last minutes."""
    known = lengths[lengths > 0]
    whole = all((column[~np.isnan(column)] % 1 == 0).all() for column in columns)
    return bool(whole and known.size and np.median(known) >= _PLAIN_S)


def _read_long(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of a table that has an event a row."""
    table = _table(name, content, _is_long)
    found = _long_columns(list(table.columns))
    remarks: list[str] = []
    onset_at, end_at = found["onset"], found["offset"] or found["duration"]
    assert onset_at is not None
    assert end_at is not None
    (onset, end), unit = _seconds(table, [onset_at, end_at], fps, remarks)
    for header, times, may_lack in ((onset_at, onset, False), (end_at, end, True)):
        for line, cell, time in zip(table.lines, table.columns[header], times, strict=True):
            if time != time and not (may_lack and cell.casefold() in _NO_TIME):
                raise DyadsimError(f"'{name}', line {line}: {header} must be a time, not {quoted(cell)}.")
    offset = end if found["offset"] else onset + end
    sessions = list(_cells(table, found["dyad"]))
    onset, offset = _each_from_its_first(sessions, onset, offset)
    is_clock = any(":" in cell for cell in table.columns[onset_at][:100])
    if unit == "s" and not is_clock and _are_ms(offset - onset, onset, offset):
        onset, offset = onset / 1000, offset / 1000
        remarks.append("Times are whole numbers of which codes would last minutes, and are read as milliseconds.")
    events = pd.DataFrame(
        {
            "session": sessions,
            "coder": list(_cells(table, found["coder"])),
            "tier": list(_cells(table, found["partner"])),
            "code": list(_cells(table, found["code"])),
            "onset": onset,
            "offset": offset,
            "place": [f"line {line}" for line in table.lines],
        },
        columns=list(EVENTS),
    )
    episodes = _cells(table, found["episode"]) if found["episode"] else []
    return Coding(name, _LONG, events, episodes=_episodes(sessions, episodes, onset, offset), remarks=tuple(remarks))


def _episodes(
    sessions: Sequence[str], episodes: Sequence[str], onset: NDArray[np.float64], offset: NDArray[np.float64]
) -> pd.DataFrame | None:
    """Episodes as a column names them row by row: each from its first onset to its last offset."""
    rows = pd.DataFrame({"session": sessions, "episode": list(episodes) or "", "onset": onset, "offset": offset})
    rows = rows[rows["episode"] != ""]
    if rows.empty:
        return None
    rows["offset"] = rows["offset"].fillna(rows["onset"])
    spans = rows.groupby(["session", "episode"], sort=False).agg({"onset": "min", "offset": "max"}).reset_index()
    return spans[list(EPISODES)]


def _read_wide(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of a table that has a time step a row: what is coded alike without a break is one event."""
    table = _table(name, content, _is_wide)
    found, codes = _wide_columns(list(table.columns))
    if not table.lines:
        raise DyadsimError(f"'{name}' holds no codes: there is no row below its header.")
    remarks: list[str] = []
    sessions = np.array(_cells(table, found["dyad"]), dtype=object)
    coders = np.array(_cells(table, found["coder"]), dtype=object)
    times = _wide_times(table, found["time"], sessions, fps, remarks)
    step = _row_step(table, times, sessions, fps, found["time"])
    if found["time"] is None:
        remarks.append(f"There is no column of times: each row is {step:g} s, as given.")
    # A break comes where the session, the coder or the time goes on otherwise than by a step.
    new = np.append(True, (sessions[1:] != sessions[:-1]) | (coders[1:] != coders[:-1]))
    uneven = ~new & (np.abs(np.diff(times, prepend=times[0]) - step) > max(_EVEN * step, 0.0011))
    if uneven.any():
        remarks.append(
            f"Between {uneven.sum():,} rows and the ones before lies another time than a step of {step:g} s."
        )
    parts = [_runs(table, header, sessions, coders, times, step, new | uneven) for header in codes]
    episodes = _cells(table, found["episode"]) if found["episode"] else []
    remarks.append("Each row lasts a step, and a code until the offset of its last row.")
    spans = pd.DataFrame({"session": sessions, "onset": times, "offset": times + step})
    return Coding(
        name,
        _WIDE,
        pd.concat(parts, ignore_index=True),
        step=step,
        spans=spans.groupby("session", sort=False).agg({"onset": "min", "offset": "max"}).reset_index(),
        episodes=_episodes(list(sessions), episodes, times, times + step),
        remarks=tuple(remarks),
        tiers=tuple(codes),
    )


def _wide_times(
    table: TextTable, header: str | None, sessions: NDArray[np.object_], fps: float | None, remarks: list[str]
) -> NDArray[np.float64]:
    """Seconds at which each row begins, counted in each session from its first row where there is no time."""
    if header is None:
        if not fps or not fps > 0:
            raise DyadsimError(
                f"'{table.name}' has no column of times; give rows a second (fps=, option --fps; 1 for a row a second)."
            )
        return pd.Series(sessions).groupby(sessions, sort=False).cumcount().to_numpy() / fps
    (times,), unit = _seconds(table, [header], fps, remarks)
    if (wrong := np.flatnonzero(np.isnan(times))).size:
        line, cell = table.lines[wrong[0]], table.columns[header][wrong[0]]
        raise DyadsimError(f"'{table.name}', line {line}: {header} must be a time, not {quoted(cell)}.")
    (times,) = _each_from_its_first(sessions.tolist(), times)
    gaps = np.diff(times)
    if unit == "s" and ":" not in table.columns[header][0] and _are_ms(gaps * 5, times):
        times = times / 1000
        remarks.append(f"'{header}' counts in steps of 20 or more, and is read as milliseconds.")
    if np.abs(times).max(initial=0) > LONGEST:
        raise DyadsimError(f"'{table.name}': {header} goes beyond {LONGEST:,.0f} s.")
    return times


def _row_step(
    table: TextTable, times: NDArray[np.float64], sessions: NDArray[np.object_], fps: float | None, header: str | None
) -> float:
    """Seconds a row lasts: the usual time to the next row."""
    if header is None:
        assert fps
        return 1 / fps
    same = sessions[1:] == sessions[:-1]
    gaps = np.diff(times)
    if (back := np.flatnonzero(same & (gaps <= 0))).size:
        line = table.lines[back[0] + 1]
        cell = table.columns[header][back[0] + 1]
        raise DyadsimError(
            f"'{table.name}', line {line}: {header} is {quoted(cell)}, which is not after the row before; a wide table "
            "has a row a time step, one session after another."
        )
    if not same.any():
        if fps and fps > 0:
            return 1 / fps
        raise DyadsimError(f"'{table.name}' has a single row a session, so its time step cannot be told (fps=, --fps).")
    usual = float(np.quantile(gaps[same], 0.5, method="lower"))  # one that there is
    exact = (times[1:] - times[:-1])[same]
    if fps and not abs(usual * fps - 1) < 0.1:
        raise DyadsimError(f"The rows of '{table.name}' are {usual:g} s apart, not {fps:g} a second; leave fps out.")
    near = exact[np.abs(exact - usual) <= max(_EVEN * usual, 0.0011)]
    return round(float(near.mean()), 6)  # of rounded times, such as 0.033 and 0.034, the mean


def _runs(
    table: TextTable,
    header: str,
    sessions: NDArray[np.object_],
    coders: NDArray[np.object_],
    times: NDArray[np.float64],
    step: float,
    broken: NDArray[np.bool_],
) -> pd.DataFrame:
    """Events of one column: runs of the same code without a break; blank cells are none."""
    cells = np.array(table.columns[header], dtype=object)
    starts = np.flatnonzero(broken | np.append(True, cells[1:] != cells[:-1]))
    lasts = np.append(starts[1:], len(cells)) - 1
    coded = cells[starts] != ""
    starts, lasts = starts[coded], lasts[coded]
    return pd.DataFrame(
        {
            "session": sessions[starts],
            "coder": coders[starts],
            "tier": header,
            "code": cells[starts],
            "onset": times[starts],
            "offset": times[lasts] + step,
            "place": [f"line {table.lines[start]}" for start in starts],
        },
        columns=list(EVENTS),
    )


READERS: tuple[Reader, ...] = (
    Reader(_LONG, ("partner", "onset", "offset", "code"), _knows_long, _read_long),
    Reader(_WIDE, ("time", "infant", "mother"), _knows_wide, _read_wide),
)
