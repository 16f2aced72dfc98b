"""Threads that work on parts of a whole side by side, and tell whoever waits for them how far they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

__all__ = ["in_threads", "while_others_go_on"]

Part = TypeVar("Part")
Result = TypeVar("Result")


_turns = threading.local()  # of a thread that takes turns with others, what they take them by


@contextmanager
def while_others_go_on() -> Iterator[None]:
    """Compiled work, in a thread that may take turns with others: meanwhile another has its turn.

    Never under a lock, which another might want in its turn: a ``cached_property`` holds one in Python 3.11.
    """
    turns = getattr(_turns, "of", None)
    if turns is None:
        yield
        return
    turns.release()
    try:
        yield
    finally:
        turns.acquire()


class _StoppedError(Exception):
    """Another thread has failed, or the user has stopped the run."""


def in_threads(
    work: Callable[[Part, Callable[[], None]], Result],
    parts: Sequence[Part],
    told: Callable[[], None] | None,
    by_turns: bool = False,
) -> list[Result]:
    """Results of work on each of some parts, in their order, each part in a thread of its own.

    What stops one, or whoever waits (Ctrl-C), stops the others at their next step.

    Parameters
    ----------
    work : takes a part, and what it is to call after each of its steps.
    parts : of the whole; one alone is worked on in this thread.
    told : called in this thread for every step of every part; None: nobody wants to know.
    by_turns : whether only half of the threads at a time do what is not compiled (:func:`while_others_go_on`). NumPy
        gives up Python's lock in every operation; where these are short, threads that all want it back wait for it a
        third of their time.
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

    turns = threading.Semaphore(len(parts) // 2) if by_turns else None

    def begun(part: Part) -> Result:
        if turns is None:
            return work(part, step)
        _turns.of = turns
        with turns:
            return work(part, step)

    with ThreadPoolExecutor(len(parts)) as pool:
        try:
            futures = [pool.submit(begun, part) for part in parts]
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
