"""BORIS projects (.boris), written from events: what BORIS opens as a project of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

__all__ = ["project_of"]

_FORMAT = "7.0"
_DAY = "1970-01-01T00:00:00"  # sessions have no date
_KEYS = "abcdefghijklmnopqrstuvwxyz0123456789"
_POINTS = 3  # decimals of a time


def project_of(dyads: Mapping[str, tuple[float, pd.DataFrame]]) -> bytes:
    """Content of a project with one live observation a dyad; every code is a state, marked where it starts and stops.

    Parameters
    ----------
    dyads : by name, how long it was coded (s), and its events (``partner``, ``code``, ``onset``, ``offset`` in s).

    >>> project_of({"visit": (60.0, events)})[:1]
    b'{'
    """
    every = pd.concat([events for _, events in dyads.values()])
    codes, subjects = (list(dict.fromkeys(every[column])) for column in ("code", "partner"))
    project = {
        "time_format": "s",
        "project_date": _DAY,
        "project_name": "dyadsim",
        "project_description": "",
        "project_format_version": _FORMAT,
        "subjects_conf": {
            str(n): {"key": _key(n), "name": subject, "description": ""} for n, subject in enumerate(subjects)
        },
        "behaviors_conf": {str(n): _behaviour(n, code) for n, code in enumerate(codes)},
        "observations": {name: _observation(seconds, events) for name, (seconds, events) in dyads.items()},
        "behavioral_categories": [],
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    return json.dumps(project, indent=0).encode()


def _key(n: int) -> str:
    """The key by which BORIS takes a subject or code; none where they have run out."""
    return _KEYS[n] if n < len(_KEYS) else ""


def _behaviour(n: int, code: str) -> dict[str, Any]:
    return {
        "type": "State event",
        "key": _key(n),
        "code": code,
        "description": "",
        "color": "",
        "category": "",
        "modifiers": {},
        "excluded": "",
        "coding map": "",
    }


def _observation(seconds: float, events: pd.DataFrame) -> dict[str, Any]:
    """Live observation of events: a mark where each starts and one where it stops, in order of time."""
    marks = []
    for partner, code, onset, offset in events[["partner", "code", "onset", "offset"]].itertuples(index=False):
        marks += [(onset, 1, partner, code), (offset, 0, partner, code)]
    return {
        "file": {},
        "type": "LIVE",
        "date": _DAY,
        "description": "",
        "time offset": 0.0,
        "events": [[round(time, _POINTS), partner, code, "", ""] for time, _, partner, code in sorted(marks)],
        "observation time interval": [0, round(seconds, _POINTS)],
        "independent_variables": {},
        "scan_sampling_time": 0,
        "start_from_current_time": False,
        "start_from_current_epoch_time": False,
    }
