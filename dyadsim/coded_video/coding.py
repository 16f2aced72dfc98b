"""Codings: what a coding file says, event by event, before its codes are read as states.

Each program's file gives a :class:`Reader` for each of its layouts, and every reader gives a :class:`Coding`; what
comes after (which tier is whose, which code means which state, what is done with gaps) is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError

__all__ = ["EVENTS", "MOST_EVENTS", "Coding", "Reader", "spans_of"]

EVENTS = ("session", "coder", "tier", "code", "onset", "offset", "place")
"""Columns of the events of a coding."""
SPANS = ("session", "onset", "offset")
EPISODES = ("session", "episode", "onset", "offset")
MOST_EVENTS = 1_000_000
"""Events of a file at most."""
LONGEST = 1_000_000.0
"""Seconds at most that a time may lie from 0."""


def spans_of(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    """Table of spans: ``session``, ``onset``, ``offset`` (s)."""
    return pd.DataFrame(rows, columns=list(SPANS))


@dataclass(frozen=True)
class Coding:
    """Events that coders marked in the sessions of one file.

    Attributes
    ----------
    file : its name, for messages.
    layout : which layout of which program it has ("ELAN, tab-delimited export").
    events : one row an event, columns as in :data:`EVENTS`:
        ``session`` and ``coder`` (text, "" where the file names none), ``tier`` (the tier, subject or column in which
        it stands), ``code`` (text as it stands), ``onset`` and ``offset`` (s; the offset is where the event is over,
        not its last frame; NaN for what has no length), ``place`` (where in the file: "line 12", "annotation a3").
    step : seconds a frame, where the file tells; else None.
    spans : of each session when it was coded at all (``session``, ``onset``, ``offset``), where the file tells.
    episodes : named stretches of each session (``session``, ``episode``, ``onset``, ``offset``), where the file tells.
    remarks : sentences on what the reader had to settle ("offsets are the last frame of a code, and count").
    tiers : names of all tiers, also of those without events, where the file tells.

    Raises
    ------
    DyadsimError
        if there are no events or too many, a time is none, or an event ends before it begins.
    """

    file: str
    layout: str
    events: pd.DataFrame
    step: float | None = None
    spans: pd.DataFrame | None = None
    episodes: pd.DataFrame | None = None
    remarks: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        events = self.events
        assert tuple(events.columns) == EVENTS
        if events.empty:
            raise DyadsimError(f"'{self.file}' ({self.layout}) holds no codes.")
        if len(events) > MOST_EVENTS:
            raise DyadsimError(f"'{self.file}' holds {len(events):,} events; {MOST_EVENTS:,} is the most.")
        onset, offset = events["onset"].to_numpy(), events["offset"].to_numpy()
        faults = (
            (~(np.abs(onset) <= LONGEST) | (np.abs(offset) > LONGEST), f"a time is no number up to {LONGEST:,.0f} s"),
            (offset < onset, "the offset comes before the onset"),
        )
        for wrong, what in faults:
            if wrong.any():
                raise DyadsimError(f"'{self.file}', {events['place'].to_numpy()[wrong][0]}: {what}.")
        for table, of in ((self.spans, "where its coding begins or ends"), (self.episodes, "of an episode")):
            if table is not None and (table[["onset", "offset"]].abs() > LONGEST).any(axis=None):
                raise DyadsimError(f"'{self.file}': a time {of} is no number up to {LONGEST:,.0f} s.")


@dataclass(frozen=True)
class Reader:
    """Way to read one layout of one program.

    Attributes
    ----------
    layout : as people know it ("BORIS, aggregated events").
    needs : headers that a table of this layout has (none where it is no table).
    knows : says of a file's name and content, quickly and without raising, whether it has this layout.
    read : coding of a file, from its name, its content, and frames a second where the user gave them (else None).
    """

    layout: str
    needs: tuple[str, ...]
    knows: Callable[[str, bytes], bool]
    read: Callable[[str, bytes, float | None], Coding]
