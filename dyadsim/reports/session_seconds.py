"""A session second by second, as a table that any program reads: who does what, in which episode, and what happened."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import whole_number
from ..interaction.paradigms import Paradigm
from ..measurement.session import Session
from ..theory.states import AnyScheme

__all__ = ["session_seconds"]


def session_seconds(
    session: Session, scheme: AnyScheme = None, paradigm: Paradigm | None = None, dyad: int = 0
) -> pd.DataFrame:
    """The table of one dyad's session, a row a second (of a coded session: a row an observation).

    Parameters
    ----------
    session : simulated or coded.
    scheme : a name, a matrix of your own, or none: the code set's own.
    paradigm : what was done, by which it is known where she is held.
    dyad : its place in ``session.dyads``, from 0.

    Returns
    -------
    Columns ``second``, ``episode``, ``infant``, ``mother``, ``arousal`` (where it is known), ``match`` (1 or 0),
    ``event`` (``rupture`` or ``repair`` in the second in which it happens) and, with a paradigm, ``held`` (1 where she
    is held in a state, or is not there for him). What nobody coded is empty.

    Raises
    ------
    DyadsimError
        if there is no such dyad or scheme.

    >>> encounter = ds.Encounter.load("still-face")
    >>> session_seconds(encounter.session(), encounter.scheme, encounter.played())
    """
    place = whole_number("place of the dyad", dyad, 0, len(session) - 1)
    steps = np.arange(session.ends[-1])
    lengths = np.diff(session.ends, prepend=0)
    named = {who: _named(states, codes) for who, states, codes in (
        ("infant", session.infant[place], session.codes.infant_names),
        ("mother", session.mother[place], session.codes.mother_names),
    )}  # fmt: skip
    columns: dict[str, Any] = {
        "second": _times(steps, session.step),
        "episode": np.repeat(session.episodes, lengths),
        **named,
    }
    if session.arousal is not None:
        columns["arousal"] = session.arousal[place].astype(int)
    matched = pd.array(session.matched(scheme, place).astype(int), dtype="Int64")
    matched[~session.codable(place)] = pd.NA
    columns["match"] = matched
    happened = session.events(scheme, place)
    events = np.full(len(steps), "", dtype=object)
    events[np.rint(happened["time"].to_numpy() / session.step).astype(int)] = happened["event"].to_numpy()
    columns["event"] = events
    if paradigm is not None:
        columns["held"] = np.repeat([int(not episode.free) for episode in paradigm.episodes], lengths)
    return pd.DataFrame(columns)


def _named(states: NDArray[np.int8], names: list[str]) -> NDArray[np.object_]:
    """States by name; empty where nobody coded (-1, which is the last of these names)."""
    return np.array([*names, ""], dtype=object)[states]


def _times(steps: NDArray[np.int64], step: float) -> NDArray[Any]:
    """When each observation begins, in seconds; whole where all are."""
    return steps if step == 1 else (steps * step).round(6)
