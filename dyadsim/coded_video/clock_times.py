"""Clock times as coding programs write them, read as seconds.

One reading for all readers: plain seconds, ``m:ss``, ``h:mm:ss.mmm``, ``h:mm:ss:mmm``, ``m:ss:hh`` (hundredths),
``h:mm:ss:ff`` (frames), with AM or PM as spreadsheets show them, and dates with a time of day. Decimal commas count as
points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

__all__ = ["UNITS", "are_hundredths", "from_first", "seconds_of", "times_of"]

UNITS = {"s": 1.0, "ms": 0.001, "min": 60.0, "days": 86_400.0}
"""Seconds of a plain number in each unit; a spreadsheet's own numbers of times are days."""
_LONGEST_TEXT = 60
_LONGEST_VISIT = 3 * 3600.0  # seconds; a clock time that says more hours than these is in minutes
_SINCE_1970 = 100_000_000.0  # seconds; numbers beyond are counted from 1970
_SINCE_1970_MS = 100_000_000_000.0

_PLAIN = re.compile(r"([+-]?)(\d{1,15}(?:[.,]\d*)?|[.,]\d+)(?:[eE]([+-]?\d{1,2}))?\s*(s|sec|ms|min)?", re.ASCII)
_CLOCK = re.compile(
    r"([+-]?)(\d{1,6}):(\d{1,2})(?::(\d{1,2}))?(?:([.,:])(\d{1,9}))?\s*([ap]\.?m\.?)?", re.ASCII | re.IGNORECASE
)
_DAY = re.compile(r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})[T ,]+(\S.*?)\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def seconds_of(text: str, unit: str = "s", hundredths: bool = False, fps: float | None = None) -> float:
    """Seconds that a text says; NaN if it says no time.

    Parameters
    ----------
    text : "75.5", "1:15", "0:01:15.500", "00:01:15:500", "12:01:15 AM", "2019-03-01 10:20:30.5" (since 1970).
    unit : of plain numbers, one of :data:`UNITS`, unless the text names its own ("1200 ms").
    hundredths : whether three whole parts are minutes, seconds and hundredths (see :func:`are_hundredths`). They are
        anyway where the last is above 59.
    fps : frames a second, by which a fourth part of two digits is read; without it, it says no time.

    Examples
    --------
    >>> seconds_of("0:01:15.500"), seconds_of("1:15:50", hundredths=True)
    (75.5, 75.5)
    """
    text = text.strip()
    if len(text) > _LONGEST_TEXT:
        return np.nan
    if plain := _PLAIN.fullmatch(text):
        sign, number, power, own = plain.groups()
        value = float(number.replace(",", ".")) * 10.0 ** int(power or 0) * UNITS[(own or unit).replace("sec", "s")]
        return -value if sign == "-" else value
    if clock := _CLOCK.fullmatch(text):
        return _of_clock(clock, hundredths, fps)
    if day := _DAY.fullmatch(text):
        return _of_day(day)
    return np.nan


def _of_clock(clock: re.Match[str], hundredths: bool, fps: float | None) -> float:
    """Seconds of parts between colons."""
    sign, first, second, third, mark, rest, half = clock.groups()
    parts = [int(first), int(second)] + ([int(third)] if third is not None else [])
    last = 0.0
    if mark == ":" and len(parts) == 2:  # the third part has more than two digits: m:ss:mmm
        if len(rest) != 3:
            return np.nan
        last = int(rest) / 1000
    elif mark == ":":
        if len(rest) == 3:
            last = int(rest) / 1000
        elif fps and len(rest) <= 2 and int(rest) < fps:
            last = int(rest) / fps
        else:
            return np.nan
    elif rest:
        last = float(f"0.{rest}")
    elif len(parts) == 3 and half is None and (hundredths or parts[2] > 59):
        last = parts.pop() / 100
    if any(part > 59 for part in parts[1:]):
        return np.nan
    if half is not None:
        if not 1 <= parts[0] <= 12:
            return np.nan
        parts[0] = parts[0] % 12 + 12 * (half[0] in "pP")
        parts += [0] * (3 - len(parts))
    value = 0.0
    for part in parts:
        value = value * 60 + part
    return -(value + last) if sign == "-" else value + last


def _of_day(day: re.Match[str]) -> float:
    """Seconds since 1970 of a date (year first, else day first unless that is no date) and a time of day."""
    a, b, c, clock, zone = day.groups()
    time, shift = seconds_of(clock), 0.0
    if zone not in (None, "Z"):
        shift = (1 if zone[0] == "+" else -1) * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)
    numbers = (int(a), int(b), int(c))
    orders = [numbers] if len(a) == 4 else [numbers[::-1], (numbers[2], numbers[0], numbers[1])]
    for year, month, date in orders:
        try:
            midnight = datetime(year, month, date)
        except ValueError:
            continue
        return (midnight - datetime(1970, 1, 1)).total_seconds() + time - shift
    return np.nan


def are_hundredths(cells: Iterable[str]) -> bool:
    """Whether times of three whole parts (``4:08:38``) are minutes, seconds and hundredths, not hours.

    They are where some last part is above 59, or where they would be more hours than a visit lasts. Ask it of all times
    of a file at once: they are alike.
    """
    most = 0.0
    for cell in cells:
        clock = _CLOCK.fullmatch(cell.strip())
        if clock is None or clock[4] is None or clock[6] is not None or clock[7] is not None:
            continue
        if int(clock[4]) > 59:
            return True
        most = max(most, _of_clock(clock, False, None))
    return most > _LONGEST_VISIT


def times_of(
    cells: Sequence[str], unit: str = "s", hundredths: bool | None = None, fps: float | None = None
) -> NDArray[np.float64]:
    """Seconds of a column of times, NaN where a cell says none.

    Parameters
    ----------
    cells : as they stand.
    unit : of plain numbers.
    hundredths : as in :func:`seconds_of`; None: as the cells look.
    fps : frames a second, where a fourth part counts frames.
    """
    hundredths = are_hundredths(cells) if hundredths is None else hundredths
    return np.array([seconds_of(cell, unit, hundredths, fps) for cell in cells], dtype=np.float64)


def from_first(*columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Times counted from the first of all, where they are counted from 1970 (in s or ms); others as they are.

    Examples
    --------
    >>> from_first(np.array([1551435630.0, 1551435632.5]))
    (array([0. , 2.5]),)
    """
    known = np.concatenate([column[~np.isnan(column)] for column in columns]) if columns else np.empty(0)
    if not known.size or known.min() < _SINCE_1970:
        return columns
    unit = 0.001 if known.min() >= _SINCE_1970_MS else 1.0
    return tuple(np.round((column - known.min()) * unit, 6) for column in columns)
