"""Coded sessions written for other programs: CSV, GridWare, ELAN and BORIS's tables; and named clips for ELAN.

States become events, one for each stretch in one state. Time that was not coded is left out (in GridWare, which knows
no gaps, it has the code "uncoded"). Episodes are a tier, subject or variable of their own, "episode".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError, quoted, twice, unknown
from ..common.files import file_for, path_of, write_bytes
from ..measurement.session import Session, runs
from .boris_project_file import project_of

__all__ = ["EPISODE", "LAYOUTS", "UNCODED", "clips_for_elan", "events_of", "write_clips", "write_coded"]

EPISODE = "episode"
"""Tier of episodes."""
UNCODED = "uncoded"
"""Code of time that was not coded, where a layout knows no gaps."""
PARTNERS = ("mother", "infant")
_COLUMNS = ("dyad", "partner", "code", "onset", "offset")
_SUFFIXES = {".csv": "csv", ".trj": "gridware", ".eaf": "elan", ".tsv": "boris", ".boris": "boris-project"}
_DECIMALS = 6
_BORIS_HEAD = (
    "Observation id", "Observation date", "Description", "Observation type", "Source", "Time offset (s)",
    "Coding duration", "Media duration (s)", "FPS (frame/s)", "Subject",
)  # fmt: skip
_BORIS_AGGREGATED = (
    *_BORIS_HEAD, "Observation duration by subject by observation", "Behavior", "Behavioral category", "Behavior type",
    "Start (s)", "Stop (s)", "Duration (s)", "Media file name", "Image index start", "Image index stop",
    "Image file path start", "Image file path stop", "Comment start", "Comment stop",
)  # fmt: skip
_BORIS_TABULAR = (
    "Observation id", "Observation date", "Description", "Observation duration", "Observation type", "Source",
    "Time offset (s)", "Media duration (s)", "FPS", "Subject", "Behavior", "Behavioral category", "Behavior type",
    "Time", "Media file name", "Image index", "Image file path", "Comment",
)  # fmt: skip
_NA = "NA"


def write_coded(sessions: Session | Sequence[Session], file: str | Path, *, layout: str | None = None) -> Path:
    """Write coded or simulated sessions into a file that another program opens.

    Parameters
    ----------
    sessions : one session, or several.
    file : path. Its ending says the layout where ``layout`` does not: ``.csv``, ``.trj`` (GridWare), ``.eaf`` (ELAN),
        ``.tsv`` (BORIS), ``.boris`` (a project of BORIS).
    layout : "csv" (a row an event: dyad, partner, onset, offset, code), "gridware" and "elan" (one dyad a file),
        "boris" (aggregated events), "boris-tabular" (tabular events, with starts and stops) or "boris-project".

    Returns
    -------
    The path. Times are seconds from the start of the session; ELAN and BORIS have them to the millisecond.

    Raises
    ------
    DyadsimError
        if the layout is not known or holds one dyad only, a dyad comes twice, or the file cannot be written.

    >>> ds.write_coded(ds.read_coded("mangold_3532goodman.csv"), "3532.eaf").name
    '3532.eaf'
    """
    path = path_of(file)
    name = layout if layout is not None else _SUFFIXES.get(path.suffix.lower())
    if name is None:
        raise DyadsimError(
            f"'{path.name}' tells no layout by its ending; end it in {', '.join(_SUFFIXES)}, or name a layout: "
            f"{', '.join(LAYOUTS)}."
        )
    if name not in LAYOUTS:
        raise unknown("layout", name, LAYOUTS)
    file_for(path)
    given = [sessions] if isinstance(sessions, Session) else [*sessions]
    dyads = [(_plain(dyad), session, n) for session in given for n, dyad in enumerate(session.dyads)]
    if not dyads:
        raise DyadsimError(f"There is no session to write into '{path.name}'.")
    if (double := twice(dyad for dyad, *_ in dyads)) is not None:
        raise DyadsimError(f"Two sessions are of the dyad {quoted(double)}; write each into a file of its own.")
    if name in _ONE_DYAD and len(dyads) > 1:
        raise DyadsimError(
            f"A file of the layout '{name}' holds one dyad, not {len(dyads):,}; write a file a dyad, or all as csv or "
            "boris."
        )
    return write_bytes(path, LAYOUTS[name](dyads, "\t" if path.suffix.lower() == ".tsv" else ","))


def events_of(session: Session, dyad: int = 0) -> pd.DataFrame:
    """Stretches in one state, and episodes, of the dyad at that place.

    Columns are ``dyad``, ``partner`` ("mother", "infant" or "episode"), ``code``, ``onset`` and ``offset`` (s).

    >>> events_of(session).query("partner == 'infant'")
    """
    rows: list[tuple[str, str, str, float, float]] = []
    who = _plain(session.dyads[dyad])
    for partner, names in _states(session):
        states = getattr(session, partner)[dyad]
        for start, length in zip(*runs(states), strict=True):
            if states[start] >= 0:
                rows.append((who, partner, names[states[start]], *_between(session, start, start + length)))
    firsts = [0, *session.ends[:-1]]
    for episode, first, end in zip(session.episodes, firsts, session.ends, strict=True):
        rows.append((who, EPISODE, _plain(episode), *_between(session, first, end)))
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _states(session: Session) -> list[tuple[str, list[str]]]:
    """Names of the states of each partner."""
    return [(partner, getattr(session.codes, f"{partner}_names")) for partner in PARTNERS]


def _between(session: Session, first: int | np.integer[Any], end: int | np.integer[Any]) -> tuple[float, float]:
    """Onset and offset (s) of steps."""
    return round(float(first * session.step), _DECIMALS), round(float(end * session.step), _DECIMALS)


def _plain(text: Any) -> str:
    """A text in one line, which any of the files can hold."""
    plain = " ".join(str(text).split())
    if not plain.isprintable() or not plain:
        raise DyadsimError(f"No file of codes can hold the name {text!r:.80}.")
    return plain


def _number(seconds: float, decimals: int = _DECIMALS) -> str:
    """Seconds in plain digits, without zeros at the end."""
    return f"{seconds:.{decimals}f}".rstrip("0").rstrip(".")


def _delimited(rows: list[Sequence[str]], separator: str, ends: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=ends).writerows(rows)
    return text.getvalue().encode()


# Layouts --------------------------------------------------------------------------------------------------------------

Dyads = list[tuple[str, Session, int]]
"""Name, session, and place in the session, of each dyad."""


def _csv(dyads: Dyads, separator: str) -> bytes:
    """A row an event."""
    rows: list[Sequence[str]] = [("dyad", "partner", "onset", "offset", "code")]
    for _, session, n in dyads:
        for who, partner, code, onset, offset in events_of(session, n).itertuples(index=False):
            rows.append((who, partner, _number(onset), _number(offset), code))
    return _delimited(rows, separator)


def _gridware(dyads: Dyads, separator: str) -> bytes:
    """A row where any of the three changes; the end alone in the last row."""
    ((_, session, n),) = dyads
    steps = session.ends[-1]
    episode = np.searchsorted(session.ends, np.arange(steps), side="right")
    columns = [(getattr(session, partner)[n][:steps], [*names, UNCODED]) for partner, names in _states(session)]
    columns.append((episode, [_plain(name) for name in session.episodes]))
    changes = np.flatnonzero(np.any([np.append(True, values[1:] != values[:-1]) for values, _ in columns], axis=0))
    rows: list[Sequence[str]] = [("Onset", *PARTNERS, EPISODE)]
    for step in changes:
        codes = (names[values[step]] for values, names in columns)  # -1 is the last name
        rows.append((_number(_between(session, step, step)[0]), *codes))
    rows.append((_number(_between(session, steps, steps)[0]),))
    return _delimited(rows, "\t")


def _elan(dyads: Dyads, separator: str) -> bytes:
    """A tier a partner, and one of the episodes."""
    ((_, session, n),) = dyads
    events = events_of(session, n)
    return _eaf({partner: events[events["partner"] == partner] for partner in (*PARTNERS, EPISODE)})


def _eaf(tiers: dict[str, pd.DataFrame]) -> bytes:
    """An ELAN file of tiers (``code``, ``onset``, ``offset``), made by pympi."""
    from pympi.Elan import Eaf, to_string

    eaf = Eaf(author="dyadsim")
    eaf.remove_tier("default")
    for tier, events in tiers.items():
        eaf.add_tier(tier, part=tier if tier in PARTNERS else None)
        for code, onset, offset in events[["code", "onset", "offset"]].itertuples(index=False):
            begin = round(onset * 1000)
            eaf.add_annotation(tier, begin, max(round(offset * 1000), begin + 1), code)
    # The format has time slots in order of time; pympi numbers them as they come.
    slots = sorted(eaf.timeslots, key=lambda slot: (eaf.timeslots[slot], int(slot.removeprefix("ts"))))
    names = {slot: f"ts{n}" for n, slot in enumerate(slots, 1)}
    eaf.timeslots = {names[slot]: eaf.timeslots[slot] for slot in slots}
    for aligned, *_ in eaf.tiers.values():
        aligned.update({each: (names[begin], names[end], *more) for each, (begin, end, *more) in aligned.items()})
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + to_string(eaf, encoding="UTF-8")


def _boris(dyads: Dyads, separator: str) -> bytes:
    """Aggregated events: a row a state, by subject and behaviour."""
    rows: list[Sequence[str]] = [_BORIS_AGGREGATED]
    for _, session, n in dyads:
        events = events_of(session, n)
        events["length"] = events["offset"] - events["onset"]
        lengths = events.groupby("partner")["length"].sum()
        for who, partner, code, onset, offset, length in events.sort_values(
            ["partner", "code", "onset"], kind="stable"
        ).itertuples(index=False):
            rows.append(
                (
                    *_boris_head(session, who, partner),
                    *(f"{lengths[partner]:.3f}", code, "", "STATE"),
                    *(f"{seconds:.3f}" for seconds in (onset, offset, length)),
                    *([_NA] * 5),
                    *("", ""),
                )
            )
    return _delimited(rows, separator, "\r\n")


def _boris_tabular(dyads: Dyads, separator: str) -> bytes:
    """Tabular events: a row a start and a row a stop, in order of time; a state stops before the next one starts."""
    rows: list[Sequence[str]] = [_BORIS_TABULAR]
    for _, session, n in dyads:
        marks = []
        for who, partner, code, onset, offset in events_of(session, n).itertuples(index=False):
            marks += [(onset, 1, "START", who, partner, code), (offset, 0, "STOP", who, partner, code)]
        for time, _, status, who, partner, code in sorted(marks, key=lambda mark: mark[:2]):
            dyad, date, said, kind, source, offset, length, *media = _boris_head(session, who, partner)
            head = (dyad, date, said, length, kind, source, offset, *media)  # as BORIS has it
            rows.append((*head, code, "", status, f"{time:.3f}", _NA, _NA, _NA, ""))
    return _delimited(rows, separator, "\r\n")


def _boris_project(dyads: Dyads, separator: str) -> bytes:
    """A project, an observation a dyad."""
    lasting = {who: _between(session, 0, session.ends[-1])[1] for who, session, _ in dyads}
    return project_of({who: (lasting[who], events_of(session, n)) for who, session, n in dyads})


def _boris_head(session: Session, dyad: str, partner: str) -> tuple[str, ...]:
    """Cells on the observation, and its subject; the rate says the length of a step."""
    length = f"{_between(session, 0, session.ends[-1])[1]:.3f}"
    return dyad, "", "", "Live observation", _NA, "0.000", length, _NA, f"{1 / session.step:.3f}", partner


LAYOUTS: dict[str, Callable[[Dyads, str], bytes]] = {
    "csv": _csv,
    "gridware": _gridware,
    "elan": _elan,
    "boris": _boris,
    "boris-tabular": _boris_tabular,
    "boris-project": _boris_project,
}
"""What makes a file of each layout."""
_ONE_DYAD = ("gridware", "elan")


# Clips ----------------------------------------------------------------------------------------------------------------


def write_clips(clips: pd.DataFrame, file: str | Path, *, tier: str = "moments") -> Path:
    """Write named stretches of a video as annotations that ELAN plays.

    Parameters
    ----------
    clips : one row a clip: ``onset`` and ``offset`` (s), ``label``.
    file : path of an ``.eaf`` file.
    tier : its name; clips that overlap others go to a further one ("moments 2"), since those of a tier may not.

    Returns
    -------
    The path.

    Raises
    ------
    DyadsimError
        if there are no clips, one has no length or no label, or the file cannot be written.

    >>> clips = pd.DataFrame({"onset": [12.0], "offset": [20.5], "label": ["a repair after a long mismatch"]})
    >>> write_clips(clips, "moments.eaf")
    """
    path = path_of(file)
    if path.suffix.lower() != ".eaf":
        raise DyadsimError(f"Clips are written for ELAN: end '{path.name}' in .eaf.")
    file_for(path)
    return write_bytes(path, clips_for_elan(clips, path.name, tier))


def clips_for_elan(clips: pd.DataFrame, name: str, tier: str) -> bytes:
    """Content of a file with named stretches of a video, as :func:`write_clips` writes it.

    Parameters
    ----------
    clips, tier : as there.
    name : of the file, for messages.
    """
    if missing := [column for column in ("onset", "offset", "label") if column not in clips.columns]:
        raise DyadsimError(f"Clips lack the columns {', '.join(missing)} (needed: onset, offset, label).")
    if clips.empty:
        raise DyadsimError(f"There are no clips to write into '{name}'.")
    times = clips[["onset", "offset"]].apply(pd.to_numeric, errors="coerce")
    wrong = ~((times["onset"] >= 0) & (times["offset"] > times["onset"]) & np.isfinite(times["offset"]))
    if wrong.any():
        n = int(wrong.to_numpy().argmax())
        said = " to ".join(f"{each}" for each in clips[["onset", "offset"]].iloc[n])
        raise DyadsimError(f"Clip {n + 1} goes from {said} s, which is no stretch of a video.")
    tiers: list[list[tuple[str, float, float]]] = []
    for onset, offset, label in times.assign(label=clips["label"]).sort_values("onset").itertuples(index=False):
        fitting = next((each for each in tiers if each[-1][2] <= onset), None)
        if fitting is None:
            tiers.append(fitting := [])
        fitting.append((_plain(label), float(onset), float(offset)))
    named = {tier if n == 1 else f"{tier} {n}": rows for n, rows in enumerate(tiers, 1)}
    tables = {name: pd.DataFrame(rows, columns=["code", "onset", "offset"]) for name, rows in named.items()}
    return _eaf(tables)
