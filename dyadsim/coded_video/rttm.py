"""RTTM: who speaks when, as diarisation programs for child-centred recordings write it (MAL, FEM, KCHI, OCH).

Each speaker is a tier, and each stretch of speech has the code "speaking". That is talk, no engagement state: only a
code map of the user's can say what it is to mean.

NIST (2009). The 2009 Rich Transcription Meeting Recognition Evaluation Plan, appendix A;
Lavechin M et al. (2020). An open-source voice type classifier for child-centered daylong recordings.
doi:10.21437/Interspeech.2020-1690
"""

from __future__ import annotations

import pandas as pd

from ..common.delimited_text import beginning_of, number_of, plain_text
from ..common.errors import DyadsimError, quoted
from .coding import EVENTS, Coding, Reader

__all__ = ["READERS", "SPEAKING"]

SPEAKING = "speaking"
"""Code of a stretch of speech."""
_LAYOUT = "RTTM"
_OTHERS = (
    "NOSCORE", "NO_RT_METADATA", "SEGMENT", "LEXEME", "NON-LEX", "NON-SPEECH", "FILLER", "EDIT", "IP", "SU", "CB",
    "A/P", "SPKR-INFO",
)  # fmt: skip
"""Kinds of lines that do not say who speaks when."""
_LAYOUT_LINE = "SPEAKER file channel onset duration <NA> <NA> speaker <NA> <NA>"
_NO_NAME = "<NA>"


def _kind(line: str) -> str:
    return next(iter(line.split(None, 1)), "")


def _knows(name: str, content: bytes) -> bool:
    lines = [line for line in beginning_of(content).splitlines() if line.strip() and not line.startswith(";")]
    return name.lower().endswith(".rttm") or (bool(lines) and _kind(lines[0]) in ("SPEAKER", "SPKR-INFO"))


def _read(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of the speakers of a file, or of several: each is a session."""
    rows = []
    for number, line in enumerate(plain_text(name, content).splitlines(), 1):
        parts = line.split()
        if not parts or line.startswith(";") or parts[0] in _OTHERS:
            continue
        place = f"line {number}"
        if parts[0] != "SPEAKER":
            raise DyadsimError(f"'{name}', {place}: lines of speech begin with SPEAKER, not with {quoted(parts[0])}.")
        if len(parts) < 8 or parts[7] == _NO_NAME:
            raise DyadsimError(f"'{name}', {place} is cut off, or no RTTM: it lacks a speaker ({_LAYOUT_LINE}).")
        onset, duration = (number_of(part) for part in parts[3:5])
        for what, time, said in (("onset", onset, parts[3]), ("duration", duration, parts[4])):
            if not time >= 0:
                raise DyadsimError(f"'{name}', {place}: the {what} must be seconds from 0 on, not {quoted(said)}.")
        if duration:
            rows.append((parts[1], "", parts[7], SPEAKING, onset, onset + duration, place))
    return Coding(
        name,
        _LAYOUT,
        pd.DataFrame(rows, columns=list(EVENTS)),
        remarks=(
            "RTTM says who speaks when, which is talk and no engagement state: only a code map of your own says what "
            f"'{SPEAKING}' means.",
        ),
    )


READERS = (Reader(_LAYOUT, (), _knows, _read),)
"""Reader of RTTM."""
