"""Mangold INTERACT: text exports, in which each column of codes is a tier.

Offsets are inclusive frames. Rows of level 1 and 2 are spans of sessions, those of level 3 are codes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.delimited_text import first_rows, text_table
from ..common.errors import DyadsimError, quoted
from .coding import EVENTS, Coding, Reader, spans_of

__all__ = ["READERS"]

_NAME = "Mangold INTERACT export"
_TIMES = ("Onset_Time", "Offset_Time")
_LAYOUT = ("Level", "Description", "Number", *_TIMES, "Duration_Time")
_DAYS = ("Onset_Date", "Offset_Date")
_FURTHER = ("Duration_Date",)
_TEXTS = ("transcript", "comment", "note", "remark")
_LEVELS = (1, 2, 3)
_CODE_LEVEL = 3
_WIDEST_FRAME = 1.0  # seconds
_RATES = (10, 12, 12.5, 15, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 100, 120)
_TELLING = 0.45  # frames; times rounded more coarsely than this fit any rate
_LONGEST = 1_000_000  # seconds


def _knows(name: str, content: bytes) -> bool:
    """Whether a file has the header of an INTERACT export."""
    return any({*_LAYOUT} <= {" ".join(cell.split()) for cell in row} for row in first_rows(content))


def _read(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of an INTERACT export: every column of codes is a tier.

    Parameters
    ----------
    name : of the file, for messages.
    content : its bytes.
    fps : frames a second (None: found from the times).

    Raises
    ------
    DyadsimError
        if it is no such export, holds several sessions or codes where none can be, or its times are not of ``fps``.
    """
    table = _interact_table(name, content)
    _check_one_session(name, table)
    codes = table[table["Level"] == _CODE_LEVEL]
    if codes.empty:
        raise DyadsimError(f"'{name}' holds no codes: there is no row of level {_CODE_LEVEL}.")
    columns = [str(column) for column in table.columns if column not in (*_LAYOUT, *_DAYS, *_FURTHER)]
    _check_level_of_codes(name, table, columns)
    step = _frame_length(name, codes, fps)
    start = float(codes["Onset_Time"].min())
    first = start - round((start - float(table["Onset_Time"].min())) / step) * step  # on a frame of the codes
    events = [_events(codes, column, first, step) for column in columns]
    return Coding(
        name,
        _NAME,
        pd.concat(events, ignore_index=True) if events else pd.DataFrame(columns=list(EVENTS)),
        step=step,
        spans=spans_of([("", first, first + step * int(_frames(table, first, step)[1].max()))]),
        remarks=(f"Offsets are the last frame of a code, and count: each code lasts {step:.4g} s longer.",),
        tiers=tuple(columns),
    )


def _events(codes: pd.DataFrame, column: str, first: float, step: float) -> pd.DataFrame:
    """Events of a column of codes."""
    coded = codes[codes[column] != ""]
    onset, end = _frames(coded, first, step)
    return pd.DataFrame(
        {
            "session": "",
            "coder": "",
            "tier": column,
            "code": coded[column].to_numpy(),
            "onset": first + onset * step,
            "offset": first + end * step,
            "place": [f"line {line}" for line in coded.index],
        },
        columns=list(EVENTS),
    )


def _interact_table(name: str, content: bytes) -> pd.DataFrame:
    """Table of the rows of a file, times as numbers (s); the index is the line in the file."""
    text = text_table(name, content, _LAYOUT)
    if missing := [column for column in _LAYOUT if column not in text.columns]:
        raise DyadsimError(
            f"'{name}' is not a Mangold INTERACT export: its header lacks {', '.join(missing)} (needed, in one of its "
            f"first lines: {', '.join(_LAYOUT)} and a column of codes a partner)."
        )
    table = pd.DataFrame(dict(text.columns), index=pd.Index(text.lines), dtype=str)
    numbers = text.numbers("Level", *_TIMES)
    for column, known in zip(("Level", *_TIMES), numbers, strict=True):
        for line, given, number in zip(text.lines, text.columns[column], known, strict=True):
            if not (number in _LEVELS if column == "Level" else abs(number) <= _LONGEST):
                must = "1, 2 or 3" if column == "Level" else f"a number up to {_LONGEST:,}"
                raise DyadsimError(f"'{name}', line {line}: {column} must be {must}, not {quoted(given)}.")
        table[column] = known
    backwards = table["Offset_Time"] < table["Onset_Time"]
    if backwards.any():
        raise DyadsimError(f"'{name}', line {table.index[backwards][0]}: the offset comes before the onset.")
    for column in table.columns.intersection([*_DAYS]):
        said = table[column][table[column] != ""]
        if said.nunique() > 1:
            line = said.index[said != said.iloc[0]][0]
            days = f"from {quoted(said.iloc[0])} to {quoted(said[line])}"
            raise DyadsimError(f"'{name}', line {line}: {column} goes {days}; a session lies in one day.")
    return table


def _check_one_session(name: str, table: pd.DataFrame) -> None:
    """Refuse a file of several sessions, which would be read as one dyad.

    Rows of level 1 are sessions; of level 2 there may be one for each coder, which then overlap.
    """
    first, second = (table[table["Level"] == level] for level in _LEVELS[:2])
    sessions = first.index.tolist()
    if len(sessions) < 2 and len(second) > 1:
        second = second.sort_values("Onset_Time", kind="stable")
        before = second["Offset_Time"].cummax().shift()
        sessions = second.index[before.isna() | (second["Onset_Time"] > before)].tolist()
    if len(sessions) > 1:
        lines = ", ".join(str(line) for line in sorted(sessions)[:5]) + (", ..." if len(sessions) > 5 else "")
        raise DyadsimError(
            f"'{name}' holds {len(sessions)} sessions (lines {lines}); export each into a file of its own."
        )


def _frame_length(name: str, codes: pd.DataFrame, fps: float | None) -> float:
    """Seconds a frame: found from the times, or as given, unless the times say otherwise."""
    if fps is None:
        if (found := _rate_of_times(codes)) is None:
            raise DyadsimError(
                f"The frame rate of '{name}' cannot be found from its times; give frames a second (fps)."
            )
        return 1 / found
    try:
        rate = float(fps)
    except (TypeError, ValueError):
        rate = np.nan
    if not 1 / _WIDEST_FRAME <= rate <= 1000:
        raise DyadsimError(f"Frames a second must lie between {1 / _WIDEST_FRAME:g} and 1000, not {fps!r}.")
    if _rate_of_times(codes, (rate,)) is None:
        if (found := _rate_of_times(codes)) is not None:
            raise DyadsimError(
                f"The times of '{name}' are of {found:.6g} frames a second, not of {rate:g}; leave fps out."
            )
        _check_on_frames(name, codes, rate)
    return 1 / rate


def _check_on_frames(name: str, codes: pd.DataFrame, rate: float) -> None:
    """Refuse times that lie between frames of a rate, where they are not rounded too coarsely to tell."""
    loose = _loose(codes, rate)
    if loose >= _TELLING:
        return
    first = codes["Onset_Time"].min()
    for time in _TIMES:
        off = _off_frames(codes[time].to_numpy() - first, rate) > loose
        if off.any():
            line = codes.index[off][0]
            raise DyadsimError(
                f"'{name}', line {line}: {time} {codes[time][line]:g} lies between two frames of {rate:g} a second."
            )


def _rate_of_times(codes: pd.DataFrame, rates: tuple[float, ...] = ()) -> float | None:
    """Frames a second on which all times lie, of ``rates`` or of those that are usual; None if there are none such.

    Among rates near the usual gap from an inclusive offset to the next onset. Times may be rounded (to 1/100 or
    1/1000 s), so the gap alone would mislead: at 30 frames a second it reads 0.03.
    """
    # Gaps from each offset to the next onset; the usual one is about a frame.
    onsets = np.sort(codes["Onset_Time"].unique())
    after = onsets[np.minimum(np.searchsorted(onsets, codes["Offset_Time"], side="right"), len(onsets) - 1)]
    gaps = np.round(after - codes["Offset_Time"], 4)
    gaps = gaps[(gaps > 0) & (gaps <= _WIDEST_FRAME)]
    if gaps.empty:
        return None
    usual = float(gaps.mode()[0])
    times = _times(codes)
    for rate in sorted(rates or {round(1 / usual, 6), *_RATES}, key=lambda rate: _misfit(times, rate)):
        if 0.6 < usual * rate < 1.5 and _misfit(times, rate) <= _loose(codes, rate) < _TELLING:
            return rate
    return None


def _times(codes: pd.DataFrame) -> NDArray[np.float64]:
    """All times, each once, from the first on."""
    times = np.concatenate([codes["Onset_Time"], codes["Offset_Time"]])
    return np.unique(np.round(times - times.min(), 6))


def _loose(codes: pd.DataFrame, rate: float) -> float:
    """How far a time may lie from its frame by rounding, in frames: two roundings, half a last digit each."""
    times = _times(codes)
    decimals = next(d for d in range(7) if np.allclose(times, np.round(times, d), atol=1e-9) or d == 6)
    return 0.02 + rate * 10.0**-decimals * (decimals < 6)


def _misfit(times: NDArray[np.float64], rate: float) -> float:
    """How far, at most, a time lies from a whole frame, in frames."""
    return float(_off_frames(times, rate).max())


def _off_frames(times: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    frames = times * rate
    return np.abs(frames - np.rint(frames))


def _frames(rows: pd.DataFrame, first: float, step: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First frame of each row and the one after its last: INTERACT's offsets are inclusive frames."""
    onset, offset = (np.rint((rows[time].to_numpy() - first) / step).astype(np.int64) for time in _TIMES)
    return onset, offset + 1


def _check_level_of_codes(name: str, table: pd.DataFrame, columns: Iterable[str]) -> None:
    """Refuse codes in rows that are spans of sessions, where they would be lost; free text may stand there."""
    spans = table[table["Level"] < _CODE_LEVEL]
    for column in columns:
        if any(text in column.casefold() for text in _TEXTS):
            continue
        if (coded := spans[column] != "").any():
            line = spans.index[coded][0]
            raise DyadsimError(
                f"'{name}', line {line}, holds a code in the column '{column}', but is of level "
                f"{spans['Level'][line]:g}; codes are of level {_CODE_LEVEL}."
            )


READERS: tuple[Reader, ...] = (Reader(_NAME, _LAYOUT, _knows, _read),)
