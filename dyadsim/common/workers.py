"""Workers: this process, processes on all cores of this machine, or the workers of a Dask cluster.

Each takes work and gives a future; what the work gives does not depend on who does it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Protocol

from .errors import DyadsimError, whole_number
from .files import path_of

__all__ = ["Crew", "crew_of", "is_death", "mapped", "thread_count"]

_IDLE_S = 60
_WATCH_S = 0.5  # between two looks of a worker at whether its parent is there
_ANSWER_S = 20  # that a scheduler may take to answer


class Crew(Protocol):
    """Workers to whom work is given, each piece for a future.

    Attributes
    ----------
    size : how many work at once.
    """

    @property
    def size(self) -> int: ...

    def submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        """Have ``work(*args)`` done by one of them; the future gives what comes of it."""
        ...


class _Here:
    """This very process: nothing to start, for little work."""

    size = 1

    def submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class _Processes:
    """Processes of this machine; when one dies, new ones are started."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._start()

    def _start(self) -> None:
        from loky import ProcessPoolExecutor  # unlike the standard library's it asks no guard of a user's script

        self._pool = ProcessPoolExecutor(
            self.size,
            timeout=_IDLE_S,
            initializer=_end_with,
            initargs=(os.getpid(),),
            env={"OPENBLAS_NUM_THREADS": "1"},
        )

    def submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        try:
            return self._pool.submit(work, *args)
        except BrokenProcessPool:
            self._start()
            return self._pool.submit(work, *args)

    def stop(self) -> None:
        """End the processes, whatever they do."""
        self._pool.shutdown(wait=True, kill_workers=True)


def _end_with(parent: int) -> None:
    """Have this process end as soon as the one that started it is gone, however that ended; Ctrl-C is for that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_S)
        os._exit(1)  # nobody waits for what it works on

    threading.Thread(target=watch, name="dyadsim parent", daemon=True).start()


class _Cluster:
    """The workers of a Dask cluster, local or remote."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pool = client.get_executor(pure=False)

    @property
    def size(self) -> int:
        """Threads of all workers that are there now: some may come or go."""
        return max(sum(self._client.nthreads().values()), 1)

    def submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        return self._pool.submit(work, *args)


def thread_count(threads: int | None) -> int:
    """How many threads to use: as many as asked for, or as there are cores that this process may use.

    A process may use fewer than the machine has: by its affinity, by the quota of its container (cgroup), or by the
    environment variable LOKY_MAX_CPU_COUNT.
    """
    if threads is not None:
        return whole_number("number of threads", threads, 1, 1024)
    from loky import cpu_count

    return int(cpu_count())


@contextmanager
def crew_of(workers: int | None, scheduler: str | None, chunks: int) -> Iterator[Crew]:
    """A crew of workers, for as long as it is needed.

    Parameters
    ----------
    workers : processes of this machine (default: as many as cores may be used).
    scheduler : the address of a Dask scheduler, or a file that tells it (``scheduler.json``); then its workers.
    chunks : how much there is to do: for a chunk alone no process is started.

    Raises
    ------
    DyadsimError
        if no scheduler answers there, Dask is not installed, or the number is not possible.
    """
    size = min(thread_count(workers), max(chunks, 1))
    if scheduler is not None:
        with _client(scheduler) as client:
            yield _Cluster(client)
    elif size == 1:
        yield _Here()
    else:
        processes = _Processes(size)
        try:
            yield processes
        finally:
            processes.stop()


def mapped(crew: Crew, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    """Results of ``work`` on each item, in their order, worked out by a crew."""
    return [each.result() for each in [crew.submit(work, item) for item in items]]


def _client(scheduler: str) -> Any:
    """A client of the Dask scheduler at an address or named in a file; refused where none answers."""
    try:
        from distributed import Client
    except ImportError:
        raise DyadsimError("A sweep on a cluster needs Dask: pip install 'dyadsim[cluster]'.") from None
    file = path_of(scheduler) if scheduler.endswith(".json") else None
    if file is not None and not file.is_file():  # for which Dask would wait without end
        raise DyadsimError(f"There is no scheduler file '{scheduler}'.")
    try:
        address = scheduler if file is None else json.loads(file.read_text())["address"]
        _knock(address)
        return Client(address, timeout=_ANSWER_S, set_as_default=False)
    except Exception as error:  # whatever is there may answer anything
        what = " ".join(str(error).split())
        raise DyadsimError(f"No Dask scheduler answers at '{scheduler}' ({what:.120}).") from None


def _knock(address: str) -> None:
    """See whether anyone is there at all: Dask itself would ask on and on, and let go of it only after a minute."""
    protocol, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("an address is like tcp://HOST:8786")
    if protocol in ("", "tcp", "tls"):
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_S).close()


def is_death(error: BaseException) -> bool:
    """Whether a worker died of the work (or was killed, as for lack of memory), and told nothing."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"
