"""Run over the chunks of a results folder: who works on which, what is kept, what a death of a worker means."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from .chunked_folder import AnyChunk, ChunkedFolder, Done
from .errors import DyadsimError
from .files import folder_for, make_folder
from .user_files import UserFiles
from .workers import Crew, crew_of, is_death

__all__ = ["Order", "Progress", "locked", "run_into_folder", "run_through"]

Progress = Callable[[int, int], None]
_AHEAD = 2  # chunks for each worker that are under way at once: no more, so that memory stays flat
_NOTED_S = 2.0  # between two writings of the manifest
_Chunk = TypeVar("_Chunk", contravariant=True)
Folder = TypeVar("Folder", bound=ChunkedFolder[Any])


class Order(Protocol[_Chunk]):
    """How a chunk is given to workers, and what stands for one that came to nothing."""

    def work(self, chunk: _Chunk) -> tuple[Any, ...]:
        """The function that works on a chunk, and what it is called with; it gives a :class:`Done`."""
        ...

    def failed(self, chunk: _Chunk, error: str) -> Done:
        """The chunk of which nothing came, for a reason that its worker could not tell."""
        ...


@contextmanager
def locked(folder: Path) -> Iterator[None]:
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


def run_through(
    manifest: ChunkedFolder[AnyChunk],
    order: Order[AnyChunk],
    workers: int | None,
    scheduler: str | None,
    progress: Progress | None,
) -> None:
    """Work on what is missing in a folder, until it is there or the run is stopped.

    Parameters
    ----------
    manifest : of the folder.
    order : how chunks are given to workers.
    workers : processes (default: as many as there are cores for it); no result depends on it.
    scheduler : the address of a Dask scheduler (or its file), whose workers are used instead.
    progress : called with the work done and the work in all.

    Raises
    ------
    DyadsimError
        if a worker follows other rules, or a file cannot be written; what is done stays.
    """
    missing = deque(manifest.missing())
    if not missing:
        return
    manifest.begin_run()
    manifest.write()
    with crew_of(workers, scheduler, len(missing)) as crew:
        run = _Run(manifest, order, crew, missing, progress)
        try:
            run.through()
        except DyadsimError as error:
            raise DyadsimError(f"{error} {run.stopped}") from None
        finally:
            run.note()


def run_into_folder(
    folder: Path,
    planned: Callable[[Path], Folder],
    order_of: Callable[[Folder], Order[Any]],
    workers: int | None,
    scheduler: str | None,
    progress: Progress | None,
) -> Folder:
    """Work into a folder of its own, which no other run works on meanwhile; the folder as it is then.

    Parameters
    ----------
    folder : it is made if it is not there.
    planned : gives its manifest with all chunks that are asked for, those that are done among them.
    order_of : gives how chunks of it are given to workers.
    workers, scheduler, progress : as :func:`run_through` has them.

    Raises
    ------
    DyadsimError
        for what cannot be planned into it, or written.
    """
    with UserFiles().reading():
        folder_for(folder)
        make_folder(folder)
        with locked(folder):
            manifest = planned(folder)
            run_through(manifest, order_of(manifest), workers, scheduler, progress)
    return type(manifest).read(folder)


@dataclass
class _Run(Generic[AnyChunk]):
    """One run over the chunks of a folder: those that wait, are under way, or were under way when a worker died."""

    manifest: ChunkedFolder[AnyChunk]
    order: Order[AnyChunk]
    crew: Crew
    waiting: deque[AnyChunk]
    progress: Progress | None
    under_way: dict[Future[Done], AnyChunk] = field(default_factory=dict)
    suspects: deque[AnyChunk] = field(default_factory=deque)
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
            if len(self.under_way) >= _AHEAD * self.crew.size or any(future.done() for future in self.under_way):
                return  # what is done is taken first: in this very process that is each chunk, so that it is told of
            chunk = self.waiting.popleft()
            if chunk.after is not None and chunk.after in self._open():
                self.waiting.append(chunk)  # it goes on where another ends
            else:
                self._submit(chunk)

    def _open(self) -> set[int]:
        """The numbers of chunks that are still to come."""
        return {chunk.number for chunk in (*self.waiting, *self.suspects, *self.under_way.values())}

    def _submit(self, chunk: AnyChunk) -> None:
        self.under_way[self.crew.submit(*self.order.work(chunk))] = chunk

    def _take(self, future: Future[Done], chunk: AnyChunk) -> None:
        error = future.exception()
        if error is None:
            self._keep(chunk, future.result())
        elif not is_death(error):
            raise error
        elif chunk.number in self.tried:  # twice, and then alone
            self._keep(chunk, self.order.failed(chunk, "The worker died of it, perhaps for lack of memory."))
        else:
            self.tried.add(chunk.number)
            self.suspects.append(chunk)

    def _keep(self, chunk: AnyChunk, done: Done) -> None:
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
