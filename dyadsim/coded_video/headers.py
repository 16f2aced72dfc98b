"""Headers of plain tables, by the words that people use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["SYNONYMS", "column_of", "unit_of"]

SYNONYMS: dict[str, tuple[str, ...]] = {
    "dyad": (
        "dyad", "dyad id", "dyadid", "dyad number", "session", "session id", "pair", "pair id", "visit", "visit id",
        "id", "family", "family id", "case", "case id", "observation", "observation id", "file", "video",
    ),
    "partner": (
        "partner", "subject", "who", "person", "role", "participant", "actor", "tier", "speaker", "focal", "member",
    ),
    "onset": (
        "onset", "onset time", "start", "start time", "starttime", "begin", "begin time", "begintime", "beginning",
        "from", "time start", "time onset", "start frame", "onset frame", "t start", "tmin",
    ),
    "offset": (
        "offset", "offset time", "end", "end time", "endtime", "ending", "stop", "stop time", "finish", "to", "until",
        "time end", "time offset", "end frame", "offset frame", "t end", "tmax",
    ),
    "duration": ("duration", "duration time", "dur", "length", "lasting"),
    "code": (
        "code", "codes", "state", "behavior", "behaviour", "value", "label", "annotation", "affect", "engagement",
        "phase", "event", "category", "rating",
    ),
    "coder": ("coder", "coder id", "rater", "rater id", "observer", "annotator", "coded by", "scorer"),
    "episode": ("episode", "condition", "procedure", "segment", "context", "phase"),
    "time": (
        "time", "t", "second", "seconds", "sec", "secs", "s", "ms", "milliseconds", "timestamp", "frame", "frames",
        "frame number", "timecode", "clock", "time point", "datetime", "date time", "row time",
    ),
}  # fmt: skip
"""Headers by what they hold, most usual first; units beside them do not count."""

_UNITS = {
    "ms": "ms", "msec": "ms", "msecs": "ms", "millisecond": "ms", "milliseconds": "ms", "millis": "ms",
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "min", "mins": "min", "minutes": "min",
    "frame": "frames", "frames": "frames", "hms": "s", "hh": "s", "mm": "s", "ss": "s", "hhmmss": "s",
}  # fmt: skip


def _plain(header: str) -> list[str]:
    """Words of a header, in small letters."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return [part for part in re.split(r"[\W_]+", apart.casefold()) if part]


def column_of(headers: Iterable[str], what: str, but: Iterable[str | None] = ()) -> str | None:
    """The header of the column that holds something of :data:`SYNONYMS`; None if there is none.

    Parameters
    ----------
    headers : of the table.
    what : is looked for.
    but : headers that hold something else already.
    """
    taken = {*but}
    found: dict[str, str] = {}
    for header in headers:
        if header in taken:
            continue
        words = _plain(header)
        found.setdefault(" ".join(words), header)
        while len(words) > 1 and words[-1] in _UNITS:
            words = words[:-1]
            found.setdefault(" ".join(words), header)
    return next((found[word] for word in SYNONYMS[what] if word in found), None)


def unit_of(header: str) -> str:
    """Unit that a header names: s, ms, min or frames; s where it names none."""
    named = [_UNITS[word] for word in _plain(header) if word in _UNITS]
    return named[-1] if named else "s"
