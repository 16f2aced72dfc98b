"""Sweep: a design worked out point by point into a results folder that survives, grows and tells what it is.

The order of events stands in :func:`sweep`: look at what is there, plan what is missing, work on it, write it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..common.errors import DyadsimError
from ..common.files import folder_for, make_folder, path_of
from ..common.user_files import UserFiles
from ..common.workers import Crew, crew_of, is_death
from ..interaction.rule_set import Rules
from ..theory.rules import InfantRules, MotherRules
from .chunk_work import Done, failed, rows_of_chunk
from .design import Design
from .planning import planned
from .point_work import PointWork, payload_of
from .results import Results
from .results_folder import Chunk, Manifest

__all__ = ["Progress", "sweep"]

Progress = Callable[[int, int], None]
_AHEAD = 2  # chunks for each worker that are under way at once: no more, so that memory stays flat
_NOTED_S = 2.0  # between two writings of the manifest


def sweep(
    design: str | Path | Design,
    out: str | Path,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[MotherRules] = MotherRules,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Work out a design into a results folder; what is there already is kept, and only what is missing worked out.

    Give the same folder again to go on after an interruption, or a design that has grown (more points, replicates or
    weeks) to extend it.

    Parameters
    ----------
    design : a shipped name, a TOML file or a :class:`Design`.
    out : the results folder; it is made if it is not there.
    infant, mother : the rules; pass a subclass to change one.
    workers : processes, from 1 (default: as many as there are cores for it); no result depends on it.
    scheduler : the address of a Dask scheduler (or its file), whose workers are used instead.
    progress : called with the work done and the work in all: sessions of dyads, or weeks of dyads, over all points.

    Returns
    -------
    The results folder, opened. A point that fails is recorded there (:attr:`Results.failures`) and stops no other.

    Raises
    ------
    DyadsimError
        for a design that is not possible, a folder that was made by another design, other rules or another version of
        the model, or that cannot be written.

    Examples
    --------
    >>> design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=5)
    >>> ds.sweep(design, "results", workers=1).means()
    """
    folder, rules = path_of(out), Rules(infant, mother).alone()
    with UserFiles().reading():
        asked = Design.load(design)
        asked.check(rules)
        folder_for(folder)
        make_folder(folder)
        with _locked(folder):
            manifest, work = planned(folder, asked, rules)
            _work_on(manifest, work, workers, scheduler, progress)
    return Results.read(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder for this run alone: two runs at once would undo each other's work."""
    with (folder / ".lock").open("w") as file:
        try:
            import fcntl  # Unix only; elsewhere nothing is locked

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except OSError:
            raise DyadsimError(f"Another run is working on '{folder}'.") from None
        yield


def _work_on(
    manifest: Manifest, work: PointWork, workers: int | None, scheduler: str | None, progress: Progress | None
) -> None:
    """Work on what is missing, until it is there or the run is stopped."""
    missing = deque(manifest.missing())
    if not missing:
        return
    manifest.begin_run()
    manifest.write()
    with crew_of(workers, scheduler, len(missing)) as crew:
        run = _Run(manifest, payload_of(work), crew, missing, progress)
        try:
            run.through()
        except DyadsimError as error:
            raise DyadsimError(f"{error} {run.stopped}") from None
        finally:
            run.note()


@dataclass
class _Run:
    """One run over the chunks of a folder: those that wait, are under way, or were under way when a worker died."""

    manifest: Manifest
    payload: bytes
    crew: Crew
    waiting: deque[Chunk]
    progress: Progress | None
    under_way: dict[Future[Done], Chunk] = field(default_factory=dict)
    suspects: deque[Chunk] = field(default_factory=deque)
    tried: set[int] = field(default_factory=set)
    began: float = field(default_factory=time.perf_counter)
    noted: float = 0.0
    chunks: int = 0
    done: int = 0
    total: int = 0

    def through(self) -> None:
        """Go on until nothing is missing."""
        self.done = sum(each.work for each in self.manifest.chunks if each.done)
        self.total = sum(each.work for each in self.manifest.chunks)
        self._tell()
        while self.waiting or self.suspects or self.under_way:
            self._send()
            finished, _ = wait(self.under_way, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda each: self.under_way[each].number):
                self._take(future, self.under_way.pop(future))
            if time.perf_counter() - self.noted > _NOTED_S:
                self.note()

    def _send(self) -> None:
        """Keep everyone busy. A chunk in whose time a worker died is tried alone, so that no other is blamed."""
        if self.suspects:
            if not self.under_way:
                self._submit(self.suspects.popleft())
            return
        for _ in range(len(self.waiting)):
            if len(self.under_way) >= _AHEAD * self.crew.size:
                return
            chunk = self.waiting.popleft()
            if chunk.after in self._open():
                self.waiting.append(chunk)  # its weeks go on where another's end
            else:
                self._submit(chunk)

    def _open(self) -> set[int | None]:
        """The numbers of chunks that are still to come; in a sweep of sessions nothing waits for them."""
        return {chunk.number for chunk in (*self.waiting, *self.suspects, *self.under_way.values()) if chunk.weeks}

    def _submit(self, chunk: Chunk) -> None:
        ends = None if chunk.after is None else self.manifest.ended(chunk.after)
        block = chunk.block(self.manifest.points)
        self.under_way[self.crew.submit(rows_of_chunk, self.payload, block, ends)] = chunk

    def _take(self, future: Future[Done], chunk: Chunk) -> None:
        error = future.exception()
        if error is None:
            self._keep(chunk, future.result())
        elif not is_death(error):
            raise error
        elif chunk.number in self.tried:  # twice, and then alone
            block = chunk.block(self.manifest.points)
            self._keep(chunk, failed(self.payload, block, "The worker died of it, perhaps for lack of memory."))
        else:
            self.tried.add(chunk.number)
            self.suspects.append(chunk)

    def _keep(self, chunk: Chunk, done: Done) -> None:
        if done.tables != self.manifest.rules["tables"]:
            raise DyadsimError("A worker follows other rules than this process: it has another version of dyadsim.")
        try:
            self.manifest.keep(chunk.number, done)
        finally:  # a stop may come when the file is there and nothing else of it is known yet
            self.chunks += self.manifest.holds(chunk.number, done)
        self.done += 0 if chunk.done else chunk.work
        self._tell()

    def _tell(self) -> None:
        if self.progress:
            self.progress(self.done, self.total)

    def note(self) -> None:
        """Write down how far the run is."""
        self.noted = time.perf_counter()
        seconds = round(self.noted - self.began, 3)
        self.manifest.runs[-1] |= {"chunks": self.chunks, "seconds": seconds, "workers": self.crew.size}
        self.manifest.write()

    @property
    def stopped(self) -> str:
        done = sum(chunk.done for chunk in self.manifest.chunks)
        return f"{done} of {len(self.manifest.chunks)} chunks are done and can be read; the same command goes on."
