"""BORIS: projects (.boris, JSON), aggregated events and tabular events, of this and older versions.

In a project, and in tabular events, a state is two marks, its start and its stop; marks of one subject, behaviour and
modifiers pair in order of time. A state that was never stopped is taken to last to the end of its observation, and the
coding says so. Modifiers and independent variables are no part of a code.

Friard O & Gamba M (2016). BORIS: a free, versatile open-source event-logging software for video/audio coding and live
observations. Methods in Ecology and Evolution 7, 1325-1330. doi:10.1111/2041-210X.12584
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.delimited_text import TextTable, number_of
from ..common.errors import DyadsimError, quoted, unknown
from .boris_projects import NOBODY, Mark, is_project, observations_of
from .clock_times import from_first, times_of
from .coding import EVENTS, Coding, Reader, spans_of
from .workbooks import Sheet, has_headers, sheets_of

__all__ = ["READERS"]

_AGGREGATED = ("Observation id", "Subject", "Behavior", "Behavior type", "Start (s)", "Stop (s)")
_TABULAR = ("Observation id", "Subject", "Behavior", "Behavior type", "Time")
_OLD_TABULAR = ("Time", "Subject", "Behavior", "Status")
_USUAL = {
    "Observation id", "Observation date", "Description", "Observation type", "Observation duration", "Source",
    "Time offset (s)", "Coding duration", "Media duration (s)", "FPS (frame/s)", "FPS", "Total length",
    "Total duration", "Media file", "Media file(s)", "Media file path", "Media file name", "Subject",
    "Observation duration by subject by observation", "Behavior", "Behavioral category", "Behavior type", "Status",
    "Time", "Start (s)", "Stop (s)", "Duration (s)", "Image index", "Image index start", "Image index stop",
    "Image file path", "Image file path start", "Image file path stop", "Comment", "Comment start", "Comment stop",
}  # fmt: skip
"""Headers of BORIS; whatever else stands before the subject is a lab's independent variable."""
_MODIFIERS = re.compile(r"Modifiers?( #?\d+)?|Modif #\d+")
_NONE = {"", "NA", "--", "None", "Not defined"}
_MOST_SAID = 3
_RATES = (0.1, 1000.0)  # frames a second at least and at most

Row = tuple[str, str, str, str, float, float, str]


# Projects -------------------------------------------------------------------------------------------------------------


def _read_project(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of a project."""
    observations = observations_of(name, content)
    coded = [each for each in observations if each.marks]
    marks, remarks = _by_category([mark for each in coded for mark in each.marks])
    if empty := [quoted(each.name) for each in observations if not each.marks]:
        remarks.append(f"Observations without events were passed over: {_some(empty)}.")
    variables = [variable for each in coded for variable in each.variables]
    remarks += _passed_over(variables, ["modifiers"] * any(mark.modifiers not in _NONE for mark in marks))
    rows, unpaired = _paired(name, marks, {each.name: each.end for each in coded if each.end is not None})
    spans = [(each.name, *each.interval) for each in coded if each.interval is not None]
    rates = [rate for each in coded for rate in each.rates]
    return _coding(name, "BORIS, project", rows, rates, fps, [*remarks, *unpaired], spans)


# Tables ---------------------------------------------------------------------------------------------------------------


def _read_aggregated(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of aggregated events: one row an event, with its start and its stop."""
    sheets = sheets_of(name, content, _AGGREGATED)
    marks, remarks = _by_category([mark for sheet in sheets for mark in _marks(sheet, len(sheets), "Start (s)")])
    stops = np.concatenate([_times(sheet.table, "Stop (s)")[0] for sheet in sheets])
    cells = [cell for sheet in sheets for cell in sheet.table.columns["Stop (s)"]]
    rows: list[Row] = []
    for mark, stop, cell in zip(marks, stops, cells, strict=True):
        if mark.kind == "POINT":
            stop = np.nan
        elif np.isnan(stop):
            raise _no_time(name, mark.place, "Stop (s)", cell)
        rows.append((mark.session, "", mark.subject, mark.code, mark.time, float(stop), mark.place))
    return _coding(name, "BORIS, aggregated events", rows, _rates(sheets), fps, [*remarks, *_unread(sheets)])


def _read_tabular(name: str, content: bytes, fps: float | None, needs: tuple[str, ...]) -> Coding:
    """Coding of tabular events: one row a start, a stop or a point."""
    sheets = sheets_of(name, content, needs)
    marks, remarks = _by_category([mark for sheet in sheets for mark in _marks(sheet, len(sheets), "Time")])
    lengths = [_length(sheet.table, n) for sheet in sheets for n in range(len(sheet.table.lines))]
    ends = {mark.session: length for mark, length in zip(marks, lengths, strict=True) if length is not None}
    rows, unpaired = _paired(name, marks, ends)
    return _coding(name, "BORIS, tabular events", rows, _rates(sheets), fps, [*remarks, *_unread(sheets), *unpaired])


def _marks(sheet: Sheet, sheets: int, when: str) -> Iterator[Mark]:
    """Mark of each row of a table; older tabular events name their observation above the headers."""
    table, columns = sheet.table, sheet.table.columns
    titles = [cells[1] for cells in sheet.above if cells[0] == "Observation id" and len(cells) > 1]
    sessions = columns.get("Observation id", [*titles, sheet.title][:1] * len(table.lines))
    modifiers = [columns[header] for header in columns if _MODIFIERS.fullmatch(header)]
    kinds = columns["Behavior type"] if "Behavior type" in columns else columns["Status"]
    allowed = ("STATE", "POINT") if when == "Start (s)" else ("START", "STOP", "POINT")
    categories = columns.get("Behavioral category", [""] * len(table.lines))
    for n, (line, time, code) in enumerate(zip(table.lines, _times(table, when)[0], columns["Behavior"], strict=True)):
        place = f"line {line}" if sheets == 1 else f"sheet {sheet.title}, line {line}"
        if code in ("", "--"):
            raise DyadsimError(f"'{table.name}', line {line}: there is no behaviour.")
        if (kind := kinds[n].upper()) not in allowed:
            said = str(unknown("behaviour type", kinds[n], allowed))
            raise DyadsimError(f"'{table.name}', line {line}: {said[0].lower()}{said[1:]}")
        if np.isnan(time):
            raise _no_time(table.name, f"line {line}", when, columns[when][n])
        yield Mark(
            sessions[n],
            NOBODY if columns["Subject"][n] in _NONE else columns["Subject"][n],
            code,
            "|".join(cells[n] for cells in modifiers),
            kind,
            float(time),
            place,
            "" if categories[n] in _NONE else categories[n],
        )


def _times(table: TextTable, *headers: str) -> list[NDArray[np.float64]]:
    """Times of some columns: seconds, or clock times where a project shows them so; NaN where a cell says none."""
    found = table.numbers(*headers)
    for header, times in zip(headers, found, strict=True):
        clocks = [n for n, cell in enumerate(table.columns[header]) if ":" in cell]
        if clocks:
            times[clocks] = times_of([table.columns[header][n] for n in clocks])
    return found


def _length(table: TextTable, n: int) -> float | None:
    """Where the media of a row end: what plays one after the other, in the player with most; None if it is not said."""
    for header in ("Media duration (s)", "Total length"):
        players = table.columns[header][n].split("|") if header in table.columns else []
        sums = [sum(number_of(part.strip()) for part in player.split(";")) for player in players if player.strip()]
        if sums and not np.isnan(sums).any():
            offset = number_of(table.columns["Time offset (s)"][n]) if "Time offset (s)" in table.columns else 0.0
            return max(sums) + (0.0 if np.isnan(offset) else offset)
    return None


def _rates(sheets: Iterable[Sheet]) -> list[float]:
    """Frames a second that tables name."""
    cells = {
        cell for sheet in sheets for header in ("FPS (frame/s)", "FPS") for cell in sheet.table.columns.get(header, ())
    }
    return [number_of(part.strip()) for cell in cells for part in re.split(r"[;|]", cell)]


def _unread(sheets: Iterable[Sheet]) -> list[str]:
    """What is said of columns that are no part of a code."""
    columns = {header: cells for sheet in sheets for header, cells in sheet.table.columns.items()}
    modifiers = [header for header, cells in columns.items() if _MODIFIERS.fullmatch(header) and not {*cells} <= _NONE]
    before = [*columns]
    before = before[: before.index("Subject")]
    return _passed_over(
        [header for header in before if header and header not in _USUAL and not _MODIFIERS.fullmatch(header)], modifiers
    )


# Both -----------------------------------------------------------------------------------------------------------------


def _by_category(marks: list[Mark]) -> tuple[list[Mark], list[str]]:
    """Marks whose category stands for the subject where none is named, and what is said of it."""
    if any(mark.subject != NOBODY for mark in marks) or not any(mark.category for mark in marks):
        return marks, []
    of = [replace(mark, subject=mark.category or NOBODY) for mark in marks]
    return of, ["No subject is named; behavioural categories were taken for subjects."]


def _paired(name: str, marks: Sequence[Mark], ends: Mapping[str, float]) -> tuple[list[Row], list[str]]:
    """Events of marks, and what is said of states without a stop; ``ends`` : of observations, where it is known."""
    rows: list[Row] = []
    opened: dict[tuple[str, str, str, str], Mark] = {}
    last: dict[str, float] = {}
    for mark in sorted(marks, key=lambda mark: mark.time):
        last[mark.session] = mark.time
        if mark.kind == "POINT":
            rows.append((mark.session, "", mark.subject, mark.code, mark.time, np.nan, mark.place))
            continue
        key = (mark.session, mark.subject, mark.code, mark.modifiers)
        start = opened.pop(key, None)
        if mark.kind == "START" and start is not None:
            raise DyadsimError(
                f"'{name}', {mark.place}: {quoted(mark.code)} of {quoted(mark.subject)} starts again before it has "
                f"stopped ({start.place})."
            )
        if mark.kind == "STOP" and start is None:
            raise DyadsimError(
                f"'{name}', {mark.place}: {quoted(mark.code)} of {quoted(mark.subject)} stops, and has not started; "
                "export whole observations."
            )
        if start is None:
            opened[key] = mark
        else:
            rows.append((mark.session, "", mark.subject, mark.code, start.time, mark.time, start.place))
    for mark in opened.values():
        end = max(ends.get(mark.session, -np.inf), last[mark.session])
        rows.append((mark.session, "", mark.subject, mark.code, mark.time, end, mark.place))
    order = {session: n for n, session in enumerate(dict.fromkeys(mark.session for mark in marks))}
    rows.sort(key=lambda row: order[row[0]])
    which = [f"{quoted(mark.code)} of {quoted(mark.subject)} ({mark.place})" for mark in opened.values()]
    return rows, [f"Without a stop, and taken to last to the end of the observation: {_some(which)}."] * bool(which)


def _coding(
    name: str,
    layout: str,
    rows: list[Row],
    rates: Iterable[float],
    fps: float | None,
    remarks: Iterable[str],
    spans: list[tuple[str, float, float]] | None = None,
) -> Coding:
    """Coding of events: in the order of the file's observations, each from its first event if counted from 1970."""
    events = pd.DataFrame(rows, columns=list(EVENTS)).astype({"onset": float, "offset": float})
    remarks = list(remarks)
    events = events.iloc[np.lexsort((events["onset"], pd.factorize(events["session"])[0]))].reset_index(drop=True)
    since = []
    for session, own in events.groupby("session", sort=False):
        before = own["onset"].to_numpy(), own["offset"].to_numpy()
        after = from_first(*before)
        if after[0] is not before[0]:
            events.loc[own.index, "onset"], events.loc[own.index, "offset"] = after
            since.append(str(session))
    if since:
        remarks.append(f"Times counted from 1970 in {_some(since)}; they were counted from the first event instead.")
        spans = [span for span in spans or () if span[0] not in since]
    step, said = _step(rates, fps)
    return Coding(name, layout, events, step, spans_of(spans) if spans else None, remarks=(*remarks, *said))


def _step(rates: Iterable[float], fps: float | None) -> tuple[float | None, list[str]]:
    """Seconds a frame, as the user gave it, or as the file tells where it tells of one rate."""
    if fps is not None:
        return 1 / fps, []
    known = sorted({round(rate, 3) for rate in rates if _RATES[0] <= rate <= _RATES[1]})
    if len(known) > 1:
        return None, [
            f"The media have several frame rates ({', '.join(f'{rate:g}' for rate in known)}); none was taken."
        ]
    return (1 / known[0] if known else None), []


def _passed_over(variables: Iterable[str], modifiers: Sequence[str]) -> list[str]:
    """What is said of what is no part of a code."""
    names = list(dict.fromkeys(variables))
    what = [f"independent variables ({', '.join(names)})"] * bool(names) + [*modifiers]
    return [f"Passed over, since they are no part of a code: {', '.join(what)}."] * bool(what)


def _some(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - _MOST_SAID} more" if len(names) > _MOST_SAID else ""
    return ", ".join(names[:_MOST_SAID]) + more


def _no_time(name: str, place: str, header: str, cell: str) -> DyadsimError:
    return DyadsimError(f"'{name}', {place}: {header} must be a time in seconds, not {quoted(cell)}.")


def _table_reader(layout: str, needs: tuple[str, ...], read: Callable[[str, bytes, float | None], Coding]) -> Reader:
    return Reader(layout, needs, lambda _, content: has_headers(content, needs), read)


READERS = (
    Reader("BORIS, project", (), is_project, _read_project),
    _table_reader("BORIS, aggregated events", _AGGREGATED, _read_aggregated),
    _table_reader("BORIS, tabular events", _TABULAR, partial(_read_tabular, needs=_TABULAR)),
    _table_reader("BORIS, older tabular events", _OLD_TABULAR, partial(_read_tabular, needs=_OLD_TABULAR)),
)
"""Readers of each layout."""
