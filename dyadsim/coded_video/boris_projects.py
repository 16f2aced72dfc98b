"""BORIS projects: a file of JSON, plain or gzipped, as observations and the marks in them."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..common.delimited_text import MOST_BYTES, number_of, plain_text
from ..common.errors import DyadsimError, quoted, twice, unknown

__all__ = ["NOBODY", "Mark", "Observation", "is_project", "observations_of"]

NOBODY = "No focal subject"
"""What BORIS calls the subject of an event that has none."""
_GZIP = b"\x1f\x8b"
_KEYS = (b'"observations"', b'"behaviors_conf"')
_HEAD = 1_000_000  # bytes that a gzipped file holds in which the keys are looked for
_BITE = 128  # bytes unpacked at once
_FIELDS = 4  # of an event: time, subject, behaviour, modifiers


@dataclass(frozen=True)
class Mark:
    """One event as it was marked: a start, a stop, a point, or a start or stop as its turn has it ("TURN").

    Attributes
    ----------
    session, subject, code, modifiers : whose it is, and what.
    kind : START, STOP, POINT or TURN.
    time : seconds.
    place : where in the file.
    category : of the behaviour; "" where it has none.
    """

    session: str
    subject: str
    code: str
    modifiers: str
    kind: str
    time: float
    place: str
    category: str = ""


@dataclass(frozen=True)
class Observation:
    """Observation of a project.

    Attributes
    ----------
    name : its id.
    marks : its events, in the order of the file.
    end : where its media end (s); None where there are none, or their lengths are not known.
    interval : to which the coding was limited (s), if it was.
    rates : frames a second of its media.
    variables : names of its independent variables that have a value.
    """

    name: str
    marks: list[Mark]
    end: float | None
    interval: tuple[float, float] | None
    rates: list[float]
    variables: list[str]


def is_project(_: str, content: bytes) -> bool:
    """Whether a file is a project by its content; quick, and never raises."""
    if content[:2] == _GZIP:
        head, unzipping = b"", zlib.decompressobj(31)
        with suppress(zlib.error):  # of a damaged file, of which what came before is looked at
            for start in range(0, _HEAD, _BITE):
                head += unzipping.decompress(content[start : start + _BITE], _HEAD)
                if len(head) > _HEAD:
                    break
        return head.lstrip()[:1] == b"{" and any(key in head for key in _KEYS)
    return content[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and any(key in content for key in _KEYS)


def observations_of(name: str, content: bytes) -> list[Observation]:
    """Observations of a project.

    Parameters
    ----------
    name : of the file, for messages.
    content : its bytes, of JSON or of gzipped JSON.

    Raises
    ------
    DyadsimError
        if it is too large, no JSON, no project, or an event in it cannot be read.
    """
    project = _of_kind(_json(name, content), dict, name, "the project", "an object")
    observations = _part(project, "observations", dict, name, "the project")
    ethogram = _part(project, "behaviors_conf", dict, name, "the project")
    behaviours: dict[str, tuple[str, str]] = {}
    for entry in ethogram.values():
        entry = _of_kind(entry, dict, name, "a behaviour of the ethogram", "an object")
        code, category = entry.get("code"), entry.get("category")
        kind = "TURN" if "state" in str(entry.get("type")).lower() else "POINT"
        behaviours[str(code).strip()] = (kind, category.strip() if isinstance(category, str) else "")
    return [
        _observation(
            name, str(called), _of_kind(each, dict, name, f"observation {quoted(called)}", "an object"), behaviours
        )
        for called, each in observations.items()
    ]


def _json(name: str, content: bytes) -> Any:
    """What the JSON of a file holds."""
    if len(content) > MOST_BYTES:
        raise DyadsimError(f"'{name}' is too large: {MOST_BYTES:,} bytes is the most.")
    if content[:2] == _GZIP:
        content = _unzipped(name, content)
    text = plain_text(name, content)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if (double := twice(key for key, _ in pairs)) is not None:
            raise DyadsimError(f"'{name}' names {quoted(double)} twice where a name may stand once.")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise DyadsimError(
                f"'{name}' is cut off: its JSON ends in line {error.lineno} before it is closed."
            ) from None
        raise DyadsimError(f"'{name}', line {error.lineno}, is no JSON: {error.msg}.") from None
    except DyadsimError:
        raise
    except RecursionError:
        raise DyadsimError(f"'{name}' is no BORIS project: its JSON is nested too deeply.") from None
    except ValueError:  # of a number with thousands of digits
        raise DyadsimError(f"'{name}' is no BORIS project: a number in it is too long.") from None


def _unzipped(name: str, content: bytes) -> bytes:
    """What a gzipped file holds, no more than may be read."""
    unzipping = zlib.decompressobj(31)
    try:
        plain = unzipping.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        raise DyadsimError(f"'{name}' is damaged: it begins as a gzipped file, and cannot be unpacked.") from None
    if len(plain) > MOST_BYTES:
        raise DyadsimError(f"'{name}' is too large: it unpacks to more than {MOST_BYTES:,} bytes.")
    if not unzipping.eof:
        raise DyadsimError(f"'{name}' is cut off: it is a gzipped file without its end.")
    return plain


def _observation(
    name: str, called: str, observation: Mapping[str, Any], behaviours: Mapping[str, tuple[str, str]]
) -> Observation:
    """Observation of what a project holds of it."""
    where = f"observation {quoted(called)}"
    events = _part(observation, "events", list, name, where)
    marks = [
        _mark(name, called, f"{where}, event {number}", event, behaviours) for number, event in enumerate(events, 1)
    ]
    offset = _number(observation.get("time offset"))
    lengths, rates = _media(observation)
    end = None if lengths is None else lengths + (0.0 if math.isnan(offset) else offset)
    return Observation(called, marks, end, _interval(observation), rates, _variables(observation))


def _mark(name: str, session: str, place: str, event: Any, behaviours: Mapping[str, tuple[str, str]]) -> Mark:
    """Mark that an event is: a list of time, subject, behaviour, modifiers, comment and what newer versions add."""
    event = _of_kind(event, list, name, place, "a list")
    if len(event) < _FIELDS:
        raise DyadsimError(
            f"'{name}', {place}: an event has a time, a subject, a behaviour and modifiers, and this has {len(event)} "
            f"{'part' if len(event) == 1 else 'parts'}."
        )
    time = _number(event[0])
    if math.isnan(time):
        raise DyadsimError(f"'{name}', {place}: its time must be a number of seconds, not {quoted(event[0])}.")
    for part, what in zip(event[1:_FIELDS], ("subject", "behaviour", "modifiers"), strict=True):
        if not isinstance(part, str):
            raise DyadsimError(f"'{name}', {place}: its {what} must be text, not {quoted(part)}.")
    subject, code, modifiers = (part.strip() for part in event[1:_FIELDS])
    if code not in behaviours:
        said = str(unknown("behaviour", code, behaviours))
        raise DyadsimError(f"'{name}', {place}: not in the ethogram: {said[0].lower()}{said[1:]}")
    kind, category = behaviours[code]
    return Mark(session, subject or NOBODY, code, modifiers, kind, time, place, category)


def _media(observation: Mapping[str, Any]) -> tuple[float | None, list[float]]:
    """How long the media of an observation last (the longest of its players), and their frames a second."""
    info, players = observation.get("media_info"), observation.get("file")
    if not isinstance(info, dict) or not isinstance(players, dict):
        return None, []
    length, fps = (part if isinstance(part := info.get(key), dict) else {} for key in ("length", "fps"))
    files = [[str(file) for file in each] for each in players.values() if isinstance(each, list) and each]
    sums = [sum(_number(length.get(file)) for file in each) for each in files]
    known = bool(sums) and not any(map(math.isnan, sums))
    return max(sums) if known else None, [_number(fps.get(file)) for each in files for file in each]


def _interval(observation: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where the coding of an observation was to begin and end; BORIS writes 0 and 0 where that was not limited."""
    given = observation.get("observation time interval")
    if isinstance(given, list) and len(given) == 2:
        start, end = map(_number, given)
        if 0 <= start < end:
            return start, end
    return None


def _variables(observation: Mapping[str, Any]) -> list[str]:
    """Names of independent variables that have a value."""
    variables = observation.get("independent_variables")
    return [str(key) for key, value in variables.items() if str(value)] if isinstance(variables, dict) else []


def _number(value: Any) -> float:
    """Number that a value says, as a number or as a text; NaN if it says none, or one without end."""
    if isinstance(value, str):
        return number_of(value.strip())
    with suppress(OverflowError):
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value) if math.isfinite(value) else math.nan
    return math.nan


def _part(of: Mapping[str, Any], key: str, kind: type, name: str, where: str) -> Any:
    """Part of what a project holds."""
    if key not in of:
        raise DyadsimError(f"'{name}' is no BORIS project: {where} has no {quoted(key)}.")
    return _of_kind(of[key], kind, name, f"{quoted(key)} of {where}", "an object" if kind is dict else "a list")


def _of_kind(value: Any, kind: type, name: str, where: str, what: str) -> Any:
    if not isinstance(value, kind):
        raise DyadsimError(f"'{name}': {where} must be {what} of JSON, not {quoted(value)}.")
    return value
