"""Simulating interaction with the compiled engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import Seed, SessionLuck
from ..common.threads import while_others_go_on
from ..common.workers import thread_count
from ..measurement.session import Session
from ..measurement.tally import HORIZON, SHORT, Latencies, Tally
from ..people.cohort import Cohort, check_cohort
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from ..theory.states import AROUSAL_LEVELS, ICEP, SCHEMES, match_scheme
from .paradigms import Paradigm
from .provenance import provenance
from .rule_set import Rules
from .tables import START, check_unchanged, distinct, kinds, thresholds_of

__all__ = [
    "interact",
    "sessions_by_luck",
    "sessions_counted",
]

Places = NDArray[np.int64]

TABLES, DYADS = 180, 4096
"""Most tables, and most dyads, of a chunk: what a thread simulates at once. Tables live only so long."""


def interact(
    cohort: Cohort,
    paradigm: str | Path | Paradigm = "free-play",
    seed: Seed = 0,
    *,
    seconds: int | None = None,
    replicate: int = 0,
    day: int = 0,
    session: int = 0,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
    states: bool = False,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Session:
    """Session of every dyad of a cohort through a paradigm, second by second.

    Parameters
    ----------
    cohort : the dyads.
    paradigm : a shipped name, a TOML file or a :class:`Paradigm`.
    seed, replicate : name the luck; the same give the same session to the bit, on any number of threads.
    seconds : the whole session stretched to so many seconds.
    day, session : when; another day or session of the day is other luck.
    infant, mother : the rules; pass a subclass to change one.
    states : keep every second's states now. Otherwise only counts are kept, and ``session.infant`` makes the states
        again when asked, the very same.
    threads : how many to use (default: as many as there are cores for it).
    progress : called with dyads done and dyads in all.

    Returns
    -------
    The session: ``infant``, ``mother`` and ``arousal`` are int8 (dyads, seconds).

    Raises
    ------
    DyadsimError
        for an unknown paradigm, a bad seed or number, or a rule that gives no probabilities.

    >>> session = ds.interact(ds.Cohort.sample(100, seed=1), "still-face", seed=1)
    >>> session.measures(only=["match", "kappa"]).groupby("episode").mean()
    """
    check_cohort(cohort)
    paradigm = Paradigm.load(paradigm).lasting(seconds)
    rules, luck = Rules(infant, mother).alone(), SessionLuck(seed, replicate, day, session)
    job = _Job(cohort, paradigm, rules, (luck,), thread_count(threads))
    about = provenance(cohort, paradigm, rules, luck)
    kept, counts = job.run(states=states, counts=True, progress=progress)
    return Session(
        cohort.units.tolist(),
        [episode.name for episode in paradigm.episodes],
        paradigm.ends,
        states=kept,
        play=partial(_states_again, job, about["tables"]),  # no closure: it can be sent to another process
        counted=counts,
        cohort=cohort,
        provenance=about,
    )


def sessions_counted(
    cohort: Cohort, paradigm: Paradigm, rules: Rules, lucks: Sequence[SessionLuck], scheme: str, threads: int
) -> Tally:
    """Tally of several sessions of every dyad, added up: one row a dyad and episode.

    Parameters
    ----------
    cohort, paradigm, rules : who does what, by which rules.
    lucks : one a session.
    scheme : the match scheme under which repair latencies are counted.
    threads : how many to use; no result depends on it.
    """
    _, counts = _Job(cohort, paradigm, rules, tuple(lucks), threads, (scheme,)).run(states=False, counts=True)
    assert counts is not None, "counts were asked for"
    return counts


def sessions_by_luck(cohort: Cohort, paradigm: Paradigm, rules: Rules, lucks: Sequence[SessionLuck]) -> Session:
    """Sessions of one dyad as one session: a row for each luck, as if it were that of another dyad.

    Each row is what :func:`interact` gives with that luck, to the bit; tables are made once for all.

    Parameters
    ----------
    cohort : of one dyad.
    paradigm, rules : what is done, by which rules.
    lucks : one a session.
    """
    return _Job(cohort, paradigm, rules.alone(), tuple(lucks), threads=1).by_luck()


@dataclass(frozen=True)
class _Job:
    """Simulation of a cohort: chunks of dyads go through tables and engine, each into its rows of what is filled.

    Counts of several sessions (``lucks``) add up.
    """

    cohort: Cohort
    paradigm: Paradigm
    rules: Rules
    lucks: tuple[SessionLuck, ...]
    threads: int
    schemes: tuple[str, ...] = tuple(SCHEMES)

    def run(
        self, states: bool, counts: bool, progress: Callable[[int, int], None] | None = None
    ) -> tuple[Any, Tally | None]:
        buffers = _Buffers(len(self.cohort), self.paradigm, states, counts, self.schemes)
        different, table_of = distinct(self.cohort, self.rules)
        done = 0
        for places in _in_threads(
            lambda places: self._simulate(places, different, table_of[places], buffers),
            _chunks(table_of, self.threads),
            self.threads,
        ):
            done += len(places)
            if progress:
                progress(done, len(self.cohort))
        kept = tuple(buffers.states) if states else None
        return kept, buffers.tally(self.paradigm, len(self.lucks)) if counts else None

    def by_luck(self) -> Session:
        """Session of one dyad with a row for each luck."""
        from . import engine  # numba is imported when first needed

        rows = len(self.lucks)
        episodes, which = kinds(self.paradigm)
        tables = thresholds_of(self.cohort, self.rules, episodes)
        units, ends = np.repeat(self.cohort.units.astype(np.uint64), rows), np.array(self.paradigm.ends)
        buffers = _Buffers(rows, self.paradigm, True, True, self.schemes)
        first = np.zeros(1, dtype=np.int64)
        for row, luck in enumerate(self.lucks):
            engine.run(
                *(tables, first, first + row, units, which, ends, luck.words[None], START, self._matches),
                *buffers.arrays,
            )
        infant, mother, arousal = buffers.states
        return Session(
            self.cohort.units.tolist() * rows,
            [episode.name for episode in self.paradigm.episodes],
            self.paradigm.ends,
            states=(infant, mother, arousal),
            counted=buffers.tally(self.paradigm, 1),
        )

    def _simulate(self, places: Places, different: Cohort, table_of: Places, buffers: _Buffers) -> Places:
        """Fill the rows of the dyads at ``places``, whose traits are those of some neighbours in ``different``."""
        from . import engine  # numba is imported when first needed

        first, last = table_of[0], table_of[-1]
        episodes, which = kinds(self.paradigm)
        tables = thresholds_of(different[first : last + 1], self.rules, episodes)
        units, ends = self.cohort.units.astype(np.uint64), np.array(self.paradigm.ends)
        lucks = np.array([luck.words for luck in self.lucks])
        with while_others_go_on():
            engine.run(
                *(tables, table_of - first, places, units, which, ends, lucks, START, self._matches), *buffers.arrays
            )
        return places

    @cached_property
    def _matches(self) -> NDArray[np.uint64]:
        """(schemes,) cells that are a match under each scheme, as bits."""
        cells = [np.flatnonzero(match_scheme(name).cells) for name in self.schemes]
        return np.array([(1 << each).sum() for each in cells], dtype=np.uint64)


def _states_again(job: _Job, tables: str) -> Any:
    """States of both and arousal, each (dyads, seconds), made again by the rules whose tables were played."""
    check_unchanged(job.rules, tables)
    return job.run(states=True, counts=False)[0]


def _chunks(table_of: Places, threads: int) -> list[Places]:
    """Places of dyads, in the order of their tables, so that those who share one are simulated together.

    Of one size and as many for each thread, so that none waits long for another.
    """
    each = threads * -(-len(table_of) // (threads * DYADS))
    size = -(-len(table_of) // each)
    places = np.argsort(table_of, kind="stable")
    by_table = np.split(places, np.flatnonzero(np.diff(table_of[places] // TABLES)) + 1)
    return [part[n : n + size] for part in by_table for n in range(0, len(part), size)]


class _Buffers:
    """Arrays that the engine fills: states and counts, or an array with no dyads for what is not asked for."""

    def __init__(self, dyads: int, paradigm: Paradigm, states: bool, counts: bool, schemes: tuple[str, ...]) -> None:
        self.schemes = schemes
        counted, episodes = dyads * counts, len(paradigm.episodes)
        self.states = np.empty((3, dyads * states, paradigm.seconds), dtype=np.int8)
        self.starts = np.zeros((counted, episodes, ICEP.cells), dtype=np.uint8)  # a week starts seven times at most
        self.pairs = np.zeros((counted, episodes, ICEP.cells, ICEP.cells), dtype=SHORT)
        self.arousal = np.zeros((counted, episodes, AROUSAL_LEVELS), dtype=SHORT)
        self.by_age = np.zeros((2, counted, episodes, len(schemes), HORIZON + 1), dtype=SHORT)  # repaired, still open

    @property
    def arrays(self) -> tuple[Any, ...]:
        """Arrays in the order in which the engine takes them."""
        return self.states, self.starts, self.pairs, self.arousal, *self.by_age

    def tally(self, paradigm: Paradigm, sessions: int) -> Tally:
        """Tally of so many sessions, a row a dyad and episode."""
        dyads, rows = len(self.starts), len(self.starts) * len(paradigm.episodes)
        pairs = self.pairs.reshape(rows, ICEP.cells, ICEP.cells)
        repaired, still_open = (np.moveaxis(part, 2, 0).reshape(len(self.schemes), rows, -1) for part in self.by_age)
        return Tally(
            ICEP,
            1.0,
            span=np.tile([episode.seconds * sessions for episode in paradigm.episodes], dyads),
            starts=self.starts.reshape(rows, ICEP.cells),
            pairs=pairs,
            lagged=pairs,
            latencies=dict(zip(self.schemes, map(Latencies, repaired, still_open), strict=True)),
            arousal=self.arousal.reshape(rows, AROUSAL_LEVELS),
        )


def _in_threads(work: Callable[[Places], Places], chunks: list[Places], threads: int) -> Iterator[Places]:
    """Chunks of dyads, each as it is done, by so many threads."""
    if threads == 1 or len(chunks) == 1:
        yield from map(work, chunks)
        return
    with ThreadPoolExecutor(min(threads, len(chunks))) as pool:
        yield from pool.map(work, chunks)
