"""Threads that work on parts of a whole side by side, and tell whoever waits for them how far they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

__all__ = ["in_threads"]

Part = TypeVar("Part")
Result = TypeVar("Result")


class _StoppedError(Exception):
    """Another thread has failed, or the user has stopped the run."""


def in_threads(
    work: Callable[[Part, Callable[[], None]], Result], parts: Sequence[Part], told: Callable[[], None] | None
) -> list[Result]:
    """Results of work on each of some parts, in their order, each part in a thread of its own.

    What stops one, or whoever waits (Ctrl-C), stops the others at their next step.

    Parameters
    ----------
    work : takes a part, and what it is to call after each of its steps.
    parts : of the whole; one alone is worked on in this thread.
    told : called in this thread for every step of every part; None: nobody wants to know.
    """
    if len(parts) == 1:
        return [work(parts[0], told or (lambda: None))]
    news: SimpleQueue[Future[Result] | None] = SimpleQueue()
    stop = threading.Event()

    def step() -> None:
        if stop.is_set():
            raise _StoppedError
        if told is not None:  # waking whoever waits takes the lock from those who work
            news.put(None)

    with ThreadPoolExecutor(len(parts)) as pool:
        try:
            futures = [pool.submit(work, part, step) for part in parts]
            for each in futures:
                each.add_done_callback(news.put)
            ended = 0
            while ended < len(parts):
                future = news.get()
                if future is not None:
                    future.result()  # raises what the part failed with
                    ended += 1
                elif told is not None:
                    told()
        finally:
            stop.set()
        return [each.result() for each in futures]
