"""Files as BORIS and the Observer XT write them, from events: (tier, onset, offset, code), offset None for a point.

Layouts as in ``shared/formats.md`` and in BORIS's own exporters (8.27). Each function takes the events of one session,
or of several by their names, and gives the bytes of a file. Times are written to the millisecond.
"""

from __future__ import annotations

import csv
import gzip
import io
import json

import numpy as np
from openpyxl import Workbook

EVENTS = [
    ("mother", 0.0, 4.0, "smile"),
    ("infant", 0.4, 2.4, "gaze, away"),
    ("infant", 2.4, 6.0, "smile"),
    ("mother", 4.0, 9.5, "neutral"),
    ("infant", 6.0, 9.52, "neutral"),
    ("mother", 5.2, None, "touch"),
    ("mother", 9.5, 12.0, "smile"),
    ("infant", 9.52, 12.0, "gaze, away"),
]
FPS = 25.0
LENGTH = 12.0
_DATE = "2023-05-04 10:20:30"


def events_of(coding, session="visit 1"):
    """(tier, onset, offset, code) of a session, in order; None for what has no length."""
    own = coding.events[coding.events["session"] == session]
    rows = zip(own["tier"], own["onset"], own["offset"], own["code"], strict=True)
    return [(tier, onset, None if np.isnan(offset) else offset, code) for tier, onset, offset, code in rows]


def in_order(events):
    return sorted(events, key=lambda event: (event[1], event[0]))


def _named(events):
    """Events by session."""
    return events if isinstance(events, dict) else {"visit 1": events}


def _length(events):
    """How long the media of some events are."""
    return max(onset if offset is None else offset for _, onset, offset, _ in events)


def _delimited(rows, separator, end="\r\n", encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(sheets):
    """Workbook of rows by sheet; texts that are numbers are written as numbers, as programs write them."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title[:31])
        for row in rows:
            sheet.append([_cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def _table(rows, to, **how):
    if to == "xlsx":
        return workbook({"events": rows})
    return _delimited(rows, {"csv": ",", "tsv": "\t", "semicolons": ";"}[to], **how)


def boris_project(events=EVENTS, *, gz=False, modifier="", since=0.0, live=False, close=True, kind=" event"):
    """Project (.boris): ``since`` shifts times; ``close`` : whether the last state is stopped."""
    sessions = _named(events)
    codes = {code: offset is None for own in sessions.values() for _, _, offset, code in own}
    ethogram = {
        str(n): {
            "type": ("Point" if point else "State") + kind, "key": chr(97 + n % 26), "code": code, "description": "",
            "color": "", "category": "affect", "modifiers": {}, "excluded": "", "coding map": "",
        }
        for n, (code, point) in enumerate(codes.items())
    }  # fmt: skip
    tiers = dict.fromkeys(tier for own in sessions.values() for tier, *_ in own)
    subjects = {str(n): {"key": str(n), "name": tier, "description": ""} for n, tier in enumerate(tiers)}
    observations = {}
    for name, own in sessions.items():
        marks = []
        for tier, onset, offset, code in own:
            marks.append([round(since + onset, 3), tier, code, modifier, ""])
            if offset is not None:
                marks.append([round(since + offset, 3), tier, code, modifier, ""])
        marks.sort(key=lambda mark: mark[0])
        file = f"{name}.mp4"
        observations[name] = {
            "file": {} if live else {"1": [file], "2": []}, "type": "LIVE" if live else "MEDIA",
            "date": _DATE.replace(" ", "T"), "description": "", "time offset": 0.0,
            "events": marks if live else [[*mark, round(mark[0] * FPS)] for mark in marks if mark[0] < 1e6],
            "observation time interval": [0, 0], "independent_variables": {"age": "6"},
            "start_from_current_epoch_time": since > 1e8,
        }  # fmt: skip
        if not close:
            observations[name]["events"].pop()
        if not live:
            observations[name]["media_info"] = {
                "length": {file: _length(own)},
                "fps": {file: FPS},
                "offset": {"1": 0.0},
            }
    content = json.dumps(
        {
            "time_format": "hh:mm:ss", "project_date": _DATE.replace(" ", "T"), "project_name": "visits",
            "project_description": "", "project_format_version": "7.0",
            "subjects_conf": subjects, "behaviors_conf": ethogram, "observations": observations,
            "behavioral_categories": ["affect"], "coding_map": {}, "behaviors_coding_map": [],
            "independent_variables": {"0": {"label": "age", "type": "numeric", "description": ""}},
            "converters": {},
        },
        indent=1,
    ).encode()  # fmt: skip
    return gzip.compress(content, mtime=0) if gz else content


AGGREGATED = (
    "Observation id", "Observation date", "Description", "Observation type", "Source", "Time offset (s)",
    "Coding duration", "Media duration (s)", "FPS (frame/s)", "age", "Subject",
    "Observation duration by subject by observation", "Behavior", "Behavioral category", "Modifier #1",
    "Behavior type", "Start (s)", "Stop (s)", "Duration (s)", "Media file name", "Image index start",
    "Image index stop", "Image file path start", "Image file path stop", "Comment start", "Comment stop",
)  # fmt: skip
OLD_AGGREGATED = (
    "Observation id", "Observation date", "Description", "Media file", "Total length", "FPS", "age", "Subject",
    "Behavior", "Behavioral category", "Modifiers", "Behavior type", "Start (s)", "Stop (s)", "Duration (s)",
    "Comment start", "Comment stop",
)  # fmt: skip


def boris_aggregated(events=EVENTS, *, to="tsv", old=False, modifier="", since=0.0, **how):
    """Aggregated events, of today or of older versions, as CSV, TSV or workbook."""
    rows = [OLD_AGGREGATED if old else AGGREGATED]
    for name, own in _named(events).items():
        length = f"{_length(own):.3f}"
        for tier, onset, offset, code in own:
            start, stop = f"{since + onset:.3f}", f"{since + (onset if offset is None else offset):.3f}"
            kind, lasts = ("POINT", "NA") if offset is None else ("STATE", f"{offset - onset:.3f}")
            if old:
                before = (name, _DATE, "", f"{name}.mp4", length, FPS, "6", tier, code, "affect", modifier)
                rows.append((*before, kind, start, stop, lasts, "", ""))
            else:
                media = ("Media file", f"player #1:{name}.mp4", "0.0", length, length, f"{FPS:.3f}")
                before = (name, _DATE, "", *media, "6", tier, length, code, "affect", modifier)
                images = (round(onset * FPS), round((onset if offset is None else offset) * FPS), "", "", "", "")
                rows.append((*before, kind, start, stop, lasts, f"{name}.mp4", *images))
    return _table(rows, to, **how)


TABULAR = (
    "Observation id", "Observation date", "Description", "Observation duration", "Observation type", "Source",
    "Time offset (s)", "Media duration (s)", "FPS", "age", "Subject", "Behavior", "Behavioral category", "Modifier #1",
    "Behavior type", "Time", "Media file name", "Image index", "Image file path", "Comment",
)  # fmt: skip
OLD_TABULAR = (
    "Time", "Media file path", "Total length", "FPS", "Subject", "Behavior", "Behavioral category", "Comment", "Status",
)  # fmt: skip


def boris_tabular(events=EVENTS, *, to="tsv", old=False, modifier="", **how):
    """Tabular events, of today, or of older versions with a preamble (of the first session alone)."""
    rows, sessions = [TABULAR], _named(events)
    if old:
        name, *_ = sessions
        sessions = {name: sessions[name]}
        lines = [
            ("Observation id", name), (), ("Media file(s)",), (), ("Player #1", f"{name}.mp4"), (),
            ("Observation date", _DATE), (), ("Description", "a visit, the first"), (), ("Time offset (s)", "0.0"), (),
            ("independent variables",), ("variable", "value"), ("age", "6"), *((f"v{n}", "1") for n in range(12)), (),
        ]  # fmt: skip
        rows = [(*line, *[""] * (len(OLD_TABULAR) - len(line))) for line in lines] + [OLD_TABULAR]
    for name, own in sessions.items():
        length, marks = f"{_length(own):.3f}", []
        for tier, onset, offset, code in own:
            times = [(onset, "POINT")] if offset is None else [(onset, "START"), (offset, "STOP")]
            marks += [(time, kind, tier, code) for time, kind in times]
        for time, kind, tier, code in sorted(marks, key=lambda mark: mark[0]):
            file = f"{name}.mp4"
            if old:
                rows.append((f"{time:.3f}", file, length, FPS, tier, code, "affect", "", kind))
            else:
                media = ("Media file(s)", f"player #1:{file}", "0.0", length, f"{FPS:.3f}")
                before = (name, _DATE, "", length, *media, "6", tier, code, "affect", modifier)
                rows.append((*before, kind, f"{time:.3f}", file, round(time * FPS), "NA", ""))
    return _table(rows, to, **how)


OBSERVER = (
    "Date_Time_Absolute_dmy_hmsf", "Date_dmy", "Time_Absolute_hms", "Time_Absolute_f", "Time_Relative_hmsf",
    "Time_Relative_hms", "Time_Relative_f", "Time_Relative_sf", "Duration_sf", "Observation", "Event_Log", "Subject",
    "Behavior", "Modifier_1", "Event_Type", "Comment",
)  # fmt: skip


def _observer_rows(events, modifier, comma):
    rows = [OBSERVER]
    for name, own in _named(events).items():
        marks = []
        for tier, onset, offset, code in own:
            if offset is None:
                marks.append((onset, 0.0, tier, code, "Point"))
            else:
                marks += [(onset, offset - onset, tier, code, "State start"), (offset, 0.0, tier, code, "State stop")]
        for time, length, tier, code, kind in sorted(marks, key=lambda mark: mark[0]):
            seconds = f"{time:.3f}".replace(".", "," if comma else ".")
            lasting = f"{length:.3f}".replace(".", "," if comma else ".")
            clock = f"00:00:{int(time):02d}"
            absolute = (f"04.05.2023 10:20:{int(time):02d}.000", "04.05.2023", f"10:20:{int(time):02d}", "0")
            before = (*absolute, f"{clock}.{round(time % 1 * 1000):03d}", clock, "0", seconds, lasting)
            rows.append((*before, name, "Event log 1", tier, code, modifier, kind, ""))
    return rows


def observer_csv(events=EVENTS, *, to="semicolons", modifier="", comma=False, **how):
    """Events exported by the Observer XT as text; ``comma`` : with decimal commas."""
    return _table(_observer_rows(events, modifier, comma), to, **how)


def observer_xlsx(events=EVENTS, *, modifier="", by_sheet=False):
    """Events exported by the Observer XT as a workbook; ``by_sheet`` : one sheet an observation."""
    if not by_sheet:
        return workbook({"Events": _observer_rows(events, modifier, False)})
    return workbook({name: _observer_rows({name: own}, modifier, False) for name, own in _named(events).items()})
