"""ELAN's text exports: an annotation a line, with or without headers, and a column a tier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.delimited_text import TextTable, beginning_of, first_rows, text_rows, text_table
from ..common.errors import DyadsimError, quoted
from .clock_times import seconds_of, times_of
from .coding import EVENTS, Coding, Reader
from .headers import column_of

__all__ = ["EXPORTS", "tier_name"]

_PARTNERS = re.compile(r"mother|mum|mom|maternal|caregiver|infant|baby|child", re.IGNORECASE)
_TIER = ("tier", "tier name", "tier-name")
_ANNOTATION = ("annotation", "annotation value", "value")
_FORMATS = ("msec", "ss.msec", "", "hh:mm:ss.ms", "pal-50fps", "pal", "hh:mm:ss:ff")
"""Formats of times in headers, the plainest first; "" is of headers that name none."""
_FRAMES = {"pal": 25.0, "pal-50fps": 50.0}
_TIME = re.compile(r"(Begin Time|End Time)(?: - ([^\t;,\"\r\n]{1,30}))?(?=[\t;,\"\r\n]|$)", re.IGNORECASE)
_NEEDS = ("Begin Time - ss.msec", "End Time - ss.msec")
_LOOKED_AT = 200  # rows
_ROUNDED = 0.0021  # seconds; two roundings to ms


def tier_name(tier: str, participant: str | None) -> str:
    """Name by which a tier is known: its own, with the participant's where that names a partner and its own does not.

    A tier without a name has the participant's.

    >>> tier_name("affect", "mother"), tier_name("mother affect", "P1")
    ('affect (mother)', 'mother affect')
    """
    tier, participant = " ".join(tier.split()), " ".join((participant or "").split())
    if not tier:
        return participant
    return f"{tier} ({participant})" if _PARTNERS.search(participant) and not _PARTNERS.search(tier) else tier


def _coding(
    name: str,
    layout: str,
    rows: Iterable[tuple[str, str, float, float, str]],
    left_out: int,
    tiers: Sequence[str] = (),
) -> Coding:
    """Coding of rows of tier, code, begin, end (s) and place; the same annotation twice is read once."""
    events = pd.DataFrame(
        [("", "", tier, code, begin, end if end != begin else np.nan, place) for tier, code, begin, end, place in rows],
        columns=list(EVENTS),
    )
    remarks: tuple[str, ...] = (f"Of the annotations, {left_out:,} hold no code and are left out.",) if left_out else ()
    same = events.duplicated([*EVENTS[:-1]])
    if same.any():
        remarks += (f"Of the annotations, {same.sum():,} stand there twice and are read once.",)
    return Coding(name, layout, events[~same].reset_index(drop=True), remarks=remarks, tiers=tuple(tiers))


# With headers ---------------------------------------------------------------------------------------------------------


def _time_headers(content: bytes) -> dict[str, tuple[str, str]]:
    """Headers of begin and end by their format, as they stand in the first lines."""
    found: dict[str, dict[str, str]] = {}
    for line in beginning_of(content).splitlines()[:10]:
        for match in _TIME.finditer(line):
            what, form = match[1].lower(), (match[2] or "").strip().lower()
            found.setdefault(form, {}).setdefault(what, match[0].strip())
    return {form: (both["begin time"], both["end time"]) for form, both in found.items() if len(both) == 2}


def _knows_headers(name: str, content: bytes) -> bool:
    headers = _time_headers(content)
    return bool(headers) and not ({*headers} == {""} and _is_plain(content))


def _is_plain(content: bytes) -> bool:
    """Whether a row of headers has a column of partners and one of codes, and none as ELAN calls them: plain CSV."""
    rows = first_rows(content)
    return any(
        column_of(row, "partner") and column_of(row, "code") and not {*map(str.lower, row)} & {*_TIER, *_ANNOTATION}
        for row in rows
    )


def _read_headers(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of an export with headers: an annotation a line, or a column a tier."""
    headers = _time_headers(content)
    rates = {**({"hh:mm:ss:ff": fps} if fps else {}), **_FRAMES}
    usable = [form for form in _FORMATS if form in headers and (form != "hh:mm:ss:ff" or fps)]
    if not usable:
        raise DyadsimError(
            f"'{name}' has no times that can be read: export them as msec, ss.msec or hh:mm:ss.ms (found: "
            f"{', '.join(form or 'none' for form in headers)[:100]})."
        )
    form = usable[0]
    table = text_table(name, content, headers[form])
    begin, end = (_times(table, header, form, rates.get(form)) for header in headers[form])
    by_name = {header.lower(): header for header in table.columns}
    tier = next((by_name[known] for known in _TIER if known in by_name), None)
    code = next((by_name[known] for known in _ANNOTATION if known in by_name), None)
    places = [f"line {line}" for line in table.lines]
    columns: list[str] = []
    if tier is not None and code is not None:
        who = table.columns[by_name["participant"]] if "participant" in by_name else [""] * len(places)
        tiers = [tier_name(each, its) for each, its in zip(table.columns[tier], who, strict=True)]
        if "" in tiers:
            raise DyadsimError(f"'{name}', {places[tiers.index('')]}: it names no tier.")
        rows = list(zip(tiers, table.columns[code], begin.tolist(), end.tolist(), places, strict=True))
        layout = "ELAN, tab-delimited export with headers"
    else:
        times = re.compile(r"(begin time|end time|duration)( - .*)?", re.IGNORECASE)
        columns = [column for column in table.columns if column and not times.fullmatch(column)]
        if not columns:
            raise DyadsimError(f"'{name}' has times but no column of a tier (or columns 'Tier' and 'Annotation').")
        rows = [
            (column, each, first, last, place)
            for column in columns
            for each, first, last, place in zip(
                table.columns[column], begin.tolist(), end.tolist(), places, strict=True
            )
            if each
        ]
        layout = "ELAN, export with a column a tier"
    coded = [row for row in rows if row[1]]
    return _coding(name, layout, coded, len(rows) - len(coded), columns)


def _times(table: TextTable, header: str, form: str, rate: float | None) -> NDArray[np.float64]:
    """Times (s) of a column."""
    column = next((column for column in table.columns if column.lower() == " ".join(header.lower().split())), None)
    if column is None:
        raise DyadsimError(f"'{table.name}' lacks the column {quoted(header)} in its header.")
    cells = table.columns[column]
    if form in ("msec", "ss.msec"):
        times = table.numbers(column)[0] / (1000 if form == "msec" else 1)
    else:
        times = times_of(
            cells, "ms" if not form and not any(set(".,:") & {*cell} for cell in cells) else "s", False, rate
        )
    for cell, time, line in zip(cells, times.tolist(), table.lines, strict=True):
        if time != time:
            raise DyadsimError(f"'{table.name}', line {line}: {quoted(cell)} is no time ({header}).")
    return times


# Without headers ------------------------------------------------------------------------------------------------------


class _Places:
    """Where the columns of an export without headers are.

    Attributes
    ----------
    first : of the times; what comes before are the tier and, where there are two, the participant.
    formats : in how many formats each time stands, side by side.
    ended : the column after the times: the annotation.
    """

    def __init__(self, first: int, formats: int, durations: bool) -> None:
        self.first, self.formats, self.durations = first, formats, durations
        self.ended = first + formats * (3 if durations else 2)

    def fits(self, row: Sequence[str], units: Sequence[str]) -> bool:
        """Whether a row has times there, the same in every format, and the duration that is between them."""
        if len(row) < self.ended or not row[0] + row[self.first - 1] or seconds_of(row[0]) == seconds_of(row[0]):
            return False
        times = [seconds_of(cell, unit) for cell, unit in zip(row, units, strict=False)][self.first : self.ended]
        by_time = [times[n : n + self.formats] for n in range(0, len(times), self.formats)]
        if not all(max(each) - min(each) <= _ROUNDED for each in by_time):  # NaN never is
            return False
        lasts = by_time[1][0] - by_time[0][0]
        return abs(lasts - by_time[2][0]) <= _ROUNDED if self.durations else lasts >= 0


_ALL_PLACES = [_Places(first, n, durations) for durations in (True, False) for n in (4, 3, 2, 1) for first in (1, 2)]


def _units(rows: Iterable[Sequence[str]]) -> list[str]:
    """Unit of plain numbers in each column: seconds have a decimal mark somewhere, ms never."""
    with_mark: set[int] = set()
    width = 0
    for row in rows:
        width = max(width, len(row))
        with_mark |= {n for n, cell in enumerate(row) if re.fullmatch(r"-?\d+[.,]\d+", cell)}
    return ["s" if n in with_mark else "ms" for n in range(width)]


def _found_places(rows: list[Sequence[str]]) -> _Places | None:
    """Where the columns are, if most rows have them there."""
    units = _units(rows)
    fitting = {places: sum(places.fits(row, units) for row in rows) for places in _ALL_PLACES}
    best = max(_ALL_PLACES, key=lambda places: fitting[places])
    return best if rows and 2 * fitting[best] > len(rows) else None


def _knows_lines(name: str, content: bytes) -> bool:
    lines = beginning_of(content).splitlines()
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines[:10] if line.strip()]
    if len(lines) <= 10 and len(rows) > 1 and len(rows[-1]) < len(rows[0]):
        rows.pop()  # cut off
    places = _found_places([*rows])
    return places is not None and any(seconds_of(cell) >= 0 for cell in rows[0][places.first : places.ended])


def _read_lines(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of an export without headers."""
    numbered, ended = text_rows(name, content, "\t")
    places = _found_places([row for _, row in numbered[:_LOOKED_AT]])
    if places is None:
        raise DyadsimError(
            f"'{name}' is no tab-delimited export of ELAN: most of its lines lack tier, begin, end and annotation."
        )
    units = _units(row for _, row in numbered)
    begins = [*range(places.first, places.first + places.formats)]
    plain = [column for column in begins if all(":" not in row[column] for _, row in numbered if len(row) > column)]
    column = (plain or begins)[-1]
    rows, without = [], 0
    for line, row in numbered:
        if len(row) < places.ended or (len(row) == places.ended and line == numbered[-1][0] and not ended):
            cause = "the file seems to be cut off" if line == numbered[-1][0] else "cells are missing"
            raise DyadsimError(f"'{name}', line {line} ends before its annotation: {cause}.")
        begin, end = (seconds_of(row[n], units[n], fps=fps) for n in (column, column + places.formats))
        for n, time in ((column, begin), (column + places.formats, end)):
            if time != time:
                raise DyadsimError(f"'{name}', line {line}: {quoted(row[n])} is no time.")
        tier = tier_name(row[0], row[1] if places.first == 2 else None)
        if not tier:
            raise DyadsimError(f"'{name}', line {line}: it names no tier.")
        code = row[places.ended] if len(row) > places.ended else ""
        without += not code
        if code:
            rows.append((tier, " ".join(code.split()), begin, end, f"line {line}"))
    return _coding(name, "ELAN, tab-delimited export", rows, without)


EXPORTS = (
    Reader("ELAN, export with headers", _NEEDS, _knows_headers, _read_headers),
    Reader("ELAN, tab-delimited export", (), _knows_lines, _read_lines),
)
"""Readers of ELAN's text exports."""
