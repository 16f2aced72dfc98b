"""Episodes of coded sessions: from a timing file, from codes and tiers that mark them, and in order on the steps.

A timing file is delimited text: ``dyad, episode, onset, offset`` (or ``duration``), a row an episode; or a row a visit
with a column for each start and end (``start_play, start_sf, end_sf, end_play``). In that last form, in which the
still-face lies within the play, what comes before it is play and what follows is the reunion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.delimited_text import TextTable, text_table
from ..common.errors import DyadsimError, quoted, unknown
from .clock_times import UNITS, are_hundredths, from_first, times_of
from .code_maps import CodeMap, episode_named
from .headers import column_of, unit_of

__all__ = ["MOST_STEPS", "EpisodeTimes", "Stretch", "in_order", "marked_in"]

MOST_STEPS = 20_000_000
"""Steps of a session, or of an episode, at most."""
_START, _END = ("start", "onset", "begin"), ("end", "offset", "stop")
_BRIEF = 30.0  # seconds; shorter episodes are told


@dataclass(frozen=True)
class Stretch:
    """Episode of a session, from ``onset`` to ``offset`` (s), as some ``place`` tells it."""

    name: str
    onset: float
    offset: float
    place: str


@dataclass(frozen=True)
class EpisodeTimes:
    """Episodes of several sessions, as one timing file tells them.

    Attributes
    ----------
    file : its name.
    rows : session and episode, in the order of the file.
    """

    file: str
    rows: tuple[tuple[str, Stretch], ...]

    @classmethod
    def read(cls, file: str, content: bytes) -> EpisodeTimes:
        """Episodes from the content of a timing file.

        Raises
        ------
        DyadsimError
            if it has not the columns of a timing file, or a cell says no time.
        """
        table = text_table(file, content)
        session = column_of(table.columns, "dyad")
        episode, onset = column_of(table.columns, "episode"), column_of(table.columns, "onset")
        if episode and onset and (column_of(table.columns, "offset") or column_of(table.columns, "duration")):
            rows = _of_rows(table, session, episode, onset)
        else:
            rows = _of_columns(table, session)
        if not rows:
            raise DyadsimError(f"'{file}' holds no times of episodes.")
        return cls(file, tuple(rows))

    def of(self, name: str, said: str, words: Mapping[str, tuple[str, ...]], remarks: list[str]) -> list[Stretch]:
        """Episodes of a session: by its name, or by a name that is a whole part of it (``t2502`` of ``t2502_jr``).

        Raises
        ------
        DyadsimError
            if the timing file does not know it, or an episode of it does not end after it begins.
        """
        sessions = {session.casefold(): session for session, _ in self.rows}
        key = next((each.strip().casefold() for each in (said, name) if each.strip().casefold() in sessions), None)
        if key is None:
            parts = {name.casefold(), *re.split(r"[\W_]+", name.casefold())}
            within = [each for each in sessions if each and each in parts]
            if "" in sessions and len(sessions) == 1:
                within = [""]
            if len(within) != 1:
                raise unknown(f"dyad in the timing file '{self.file}':", name, list(sessions.values())[:50])
            key = within[0]
        as_whom = f" of {quoted(sessions[key])}" if key else ""
        remarks.append(f"Episodes are as '{self.file}' tells them{as_whom}.")
        rows = (each for session, each in self.rows if session.casefold() == key)
        found = [replace(each, name=episode_named(each.name, words) or each.name) for each in rows]
        for each in found:
            if not each.onset < each.offset:  # nor where one of them is blank
                raise DyadsimError(
                    f"'{self.file}', {each.place}: the episode '{each.name}' needs the time of its onset and a later "
                    "one of its offset."
                )
        brief = [(each.name, each.offset - each.onset) for each in found if each.offset - each.onset < _BRIEF]
        remarks += [f"The episode '{name}' lasts only {seconds:.2f} s." for name, seconds in brief]
        return found


def _of_rows(table: TextTable, session: str | None, episode: str, onset: str) -> list[tuple[str, Stretch]]:
    """Rows of a table that has an episode a row."""
    offset = column_of(table.columns, "offset")
    length = None if offset else column_of(table.columns, "duration")
    end = offset or length
    assert end is not None
    begun, ended = _times(table, [onset, end]).values()
    if length:
        ended = begun + ended
    begun, ended = from_first(begun, ended)
    names = table.columns[session] if session else [""] * len(begun)
    rows = zip(names, table.columns[episode], begun.tolist(), ended.tolist(), table.lines, strict=True)
    return [
        (name, Stretch(said, first, last, f"line {line}"))
        for name, said, first, last, line in rows
        if first == first or last == last  # else it did not take place
    ]


def _of_columns(table: TextTable, session: str | None) -> list[tuple[str, Stretch]]:
    """Rows of a table that has a visit a row and a column a time."""
    starts, stops = (_named(table, words) for words in (_START, _END))
    both = [episode for episode in starts if episode in stops]
    if not both:
        raise DyadsimError(
            f"'{table.name}' is no timing file: its header needs dyad, episode, onset and offset, or a start and an "
            f"end of each episode (start_play, start_sf, end_sf, end_play), not {', '.join(table.columns)[:200]}."
        )
    times = _times(table, [*starts.values(), *stops.values()])
    names = table.columns[session] if session else [""] * len(table.lines)
    words = CodeMap.load("icep").episodes
    known = {episode_named(episode, words) or episode: episode for episode in both}
    found: list[tuple[str, Stretch]] = []
    for n, line in enumerate(table.lines):
        at = {name: (float(times[starts[said]][n]), float(times[stops[said]][n])) for name, said in known.items()}
        if {*at} == {"play", "still-face"} and not at["play"][1] <= at["still-face"][0]:
            (begin, over), (still, met) = at["play"], at["still-face"]
            at = {"play": (begin, still), "still-face": (still, met), "reunion": (met, over)}
        found += [
            (names[n], Stretch(name, first, last, f"line {line}"))
            for name, (first, last) in at.items()
            if first == first or last == last  # else it did not take place
        ]
    return found


def _times(table: TextTable, headers: list[str]) -> dict[str, NDArray[np.float64]]:
    """Seconds of some columns, NaN where a cell is blank."""
    hundredths = are_hundredths([cell for header in headers for cell in table.columns[header]])
    found = {}
    for header in headers:
        if (unit := unit_of(header)) not in UNITS:
            raise DyadsimError(f"'{table.name}' counts '{header}' in {unit}; episodes need times.")
        found[header] = times_of(table.columns[header], unit, hundredths)
        for line, cell, time in zip(table.lines, table.columns[header], found[header], strict=True):
            if time != time and cell not in ("", "--"):
                raise DyadsimError(f"'{table.name}', line {line}: {header} must be a time, not {quoted(cell)}.")
    return found


def _named(table: TextTable, words: tuple[str, ...]) -> dict[str, str]:
    """Columns by the episode whose start, or end, their headers name."""
    found = {}
    for column in table.columns:
        parts = [part for part in re.split(r"[\W_]+", column.casefold()) if part not in ("", "time", "s", "ms", "sec")]
        if len(parts) > 1 and parts[0] in words:
            found[" ".join(parts[1:])] = column
        elif len(parts) > 1 and parts[-1] in words:
            found[" ".join(parts[:-1])] = column
    return found


def marked_in(
    events: pd.DataFrame, codes: CodeMap, others: Mapping[str, bool], tiers: Mapping[str, str]
) -> list[Stretch]:
    """Episodes that codes mark.

    Parameters
    ----------
    events : of a session.
    codes : the code map, which has the names of episodes.
    others : tiers that hold no states of a partner, and whether they are named for episodes (any code is one then).
    tiers : the partners' tiers, in which a code may mark an episode where it means no state.
    """
    found: dict[tuple[str, float, float], Stretch] = {}
    whose = {tier: partner for partner, tier in tiers.items()}
    for tier, code, onset, offset, place in zip(
        *(events[column] for column in ("tier", "code", "onset", "offset", "place")), strict=True
    ):
        code = str(code).strip()
        if offset != offset or not code or (tier in whose and codes.state(whose[tier], code) is not None):
            continue
        name = episode_named(code, codes.episodes) or (code if others.get(tier) else None)
        if name is not None and (tier in whose or tier in others):
            found.setdefault((name, round(onset, 3), round(offset, 3)), Stretch(name, onset, offset, place))
    return list(found.values())


def in_order(
    file: str, stretches: list[Stretch], first: float, steps: int, step: float, remarks: list[str]
) -> tuple[list[str], list[int], list[tuple[int, int]]]:
    """Names of episodes, the step at which each is over when they are put together, and its steps in the coding.

    Without any, all is one episode, ``session``. Episodes of one name are numbered; one in which nothing was coded is
    left out, and told.

    Raises
    ------
    DyadsimError
        if episodes overlap by more than a step, are too long, or all lie outside what was coded.
    """
    if not stretches:
        return ["session"], [steps], [(0, steps)]
    names: list[str] = []
    kept: list[tuple[int, int]] = []
    beyond: list[Stretch] = []
    for each in sorted(stretches, key=lambda each: (each.onset, each.offset)):
        begin, end = (round((time - first) / step) for time in (each.onset, each.offset))
        if end <= 0 or begin >= steps or begin >= end:
            beyond.append(each)
            continue
        if kept and begin < kept[-1][1]:
            if kept[-1][1] - begin > 1:
                raise DyadsimError(f"'{file}': the episode '{each.name}' ({each.place}) overlaps '{names[-1]}'.")
            begin = kept[-1][1]
        if end - begin > MOST_STEPS:
            raise DyadsimError(f"'{file}': the episode '{each.name}' ({each.place}) is longer than can be read.")
        number = sum(name == each.name or name.startswith(f"{each.name} ") for name in names)
        names.append(f"{each.name} {number + 1}" if each.name in names else each.name)
        kept.append((begin, end))
    for each in beyond:
        told = f"the episode '{each.name}' ({each.place}) lasts from {each.onset:g} to {each.offset:g} s"
        span = f"codes go from {first:g} to {first + steps * step:g} s"
        if not kept:
            raise DyadsimError(
                f"'{file}': {told}, where nothing is coded; {span}, and both must be counted from the same moment."
            )
        remarks.append(f"Left out, since nothing is coded in it: {told}, and {span}.")
    return names, np.cumsum([end - begin for begin, end in kept]).tolist(), kept
