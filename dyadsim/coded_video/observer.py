"""Noldus The Observer XT: exported events, as delimited text or workbook.

One row an event; a state has a row where it starts, with its duration, and one where it stops, which says nothing more.
Modifiers are no part of a code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..common.delimited_text import TextTable
from ..common.errors import DyadsimError, quoted, unknown
from .coding import EVENTS, Coding, Reader
from .workbooks import has_headers, sheets_of

__all__ = ["READERS"]

_LAYOUT = "Observer XT, events"
_NEEDS = ("Behavior", "Event_Type", "Time_Relative_sf", "Duration_sf")
_TYPES = ("State start", "State stop", "State point", "Point")
_NONE = ("", "--")
Row = tuple[str, str, str, str, float, float, str]


def _read(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of exported events."""
    rows: list[Row] = []
    remarks: list[str] = []
    sheets = sheets_of(name, content, _NEEDS)
    logs = _logs([sheet.table for sheet in sheets])
    without = 0
    for sheet in sheets:
        columns = sheet.table.columns
        onsets, durations = sheet.table.numbers("Time_Relative_sf", "Duration_sf")
        blank = [""] * len(onsets)
        sessions, subjects, coders = (columns.get(key, blank) for key in ("Observation", "Subject", "Event_Log"))
        for n, (line, code, kind) in enumerate(
            zip(sheet.table.lines, columns["Behavior"], columns["Event_Type"], strict=True)
        ):
            if code in _NONE and kind in _NONE:  # a comment, or where an observation begins
                without += 1
                continue
            if (is_state := _is_state(sheet.table, line, kind)) is None:
                continue
            _check(sheet.table, line, code, columns, n, float(onsets[n]), float(durations[n]) if is_state else 0.0)
            place = f"line {line}" if len(sheets) == 1 else f"sheet {sheet.title}, line {line}"
            offset = round(float(onsets[n] + durations[n]), 6) if is_state else np.nan
            coder = coders[n] if logs else ""
            rows.append((sessions[n] or sheet.title, coder, subjects[n], code, float(onsets[n]), offset, place))
    if logs:
        remarks.append("Observations have several event logs, which were taken for coders.")
    if without:
        remarks.append(f"Rows without a behaviour were passed over: {without}.")
    if modifiers := _modifiers([sheet.table for sheet in sheets]):
        remarks.append(f"Passed over, since they are no part of a code: {', '.join(modifiers)}.")
    events = pd.DataFrame(rows, columns=list(EVENTS)).astype({"onset": float, "offset": float})
    return Coding(name, _LAYOUT, events, None if fps is None else 1 / fps, remarks=tuple(remarks))


def _is_state(table: TextTable, line: int, kind: str) -> bool | None:
    """Whether an event is a state that starts (True) or has no length (False); None where a state stops."""
    known = {each.lower(): each for each in _TYPES}
    match known.get(" ".join(kind.lower().split())):
        case "State start":
            return True
        case "State stop":
            return None
        case "State point" | "Point":
            return False
    said = str(unknown("event type", kind, _TYPES))
    raise DyadsimError(f"'{table.name}', line {line}: {said[0].lower()}{said[1:]}")


def _check(
    table: TextTable, line: int, code: str, columns: Mapping[str, Sequence[str]], n: int, onset: float, duration: float
) -> None:
    """Refuse an event without a behaviour, a time or a duration."""
    if code in _NONE:
        raise DyadsimError(f"'{table.name}', line {line}: there is no behaviour.")
    for header, number in (("Time_Relative_sf", onset), ("Duration_sf", duration)):
        if np.isnan(number):
            raise DyadsimError(
                f"'{table.name}', line {line}: {header} must be a number of seconds, not {quoted(columns[header][n])}."
            )


def _logs(tables: Sequence[TextTable]) -> bool:
    """Whether an observation has several event logs, one a coder."""
    seen = {
        pair
        for table in tables
        for pair in zip(table.columns.get("Observation", ()), table.columns.get("Event_Log", ()), strict=False)
    }
    return len({observation for observation, _ in seen}) < len(seen)


def _modifiers(tables: Sequence[TextTable]) -> list[str]:
    """Headers of modifiers that some event has."""
    return list(
        dict.fromkeys(
            header
            for table in tables
            for header, cells in table.columns.items()
            if header.startswith("Modifier") and not {*cells} <= {*_NONE}
        )
    )


READERS = (Reader(_LAYOUT, _NEEDS, lambda _, content: has_headers(content, _NEEDS), _read),)
"""Readers of each layout."""
