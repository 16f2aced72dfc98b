"""How long a year of many dyads takes, and what takes it: tables, sampling, measures, weekly dynamics.

Run by ``benchmark.py``, beside which it stands. Shares are those of a run on one thread, in which the parts are timed
one by one; what is in none of them is the weekly dynamics and the keeping of books.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

import dyadsim as ds
from dyadsim.development import play
from dyadsim.interaction import engine, interact

PARTS: dict[str, tuple[Any, str]] = {
    "tables": (interact, "thresholds_of"),
    "sampling": (engine, "run"),
    "measures": (play, "measures_by_name"),
}
"""What is timed, by name: module and function."""


@contextmanager
def parts_timed() -> Iterator[dict[str, float]]:
    """Seconds spent in each part of :data:`PARTS` while this lasts (on one thread)."""
    spent = dict.fromkeys(PARTS, 0.0)

    def timing(part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                spent[part] += time.perf_counter() - began

        return timed

    patches = [
        patch.object(module, name, timing(part, getattr(module, name))) for part, (module, name) in PARTS.items()
    ]
    for each in patches:
        each.start()
    try:
        yield spent
    finally:
        for each in patches:
            each.stop()


def course(dyads: int, weeks: int, rounds: int, threads: int) -> dict[str, float]:
    """Seconds of a course on all and on one thread (the shortest of some runs), and the shares of the latter."""
    cohort = ds.Cohort.sample(dyads, seed=1)
    ds.develop(cohort[:2], 1)  # compiles, or finds what was compiled
    every, one = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        ds.develop(cohort, weeks, seed=1, threads=threads)
        every.append(time.perf_counter() - began)
        with parts_timed() as spent:
            began = time.perf_counter()
            ds.develop(cohort, weeks, seed=1, threads=1)
            one.append((time.perf_counter() - began, dict(spent)))
    total, parts = min(one, key=lambda run: run[0])
    shares = {f"course_share_{part}": seconds / total for part, seconds in parts.items()}
    rest = {"course_share_dynamics": 1 - sum(shares.values())}
    return {
        "course_s": min(every),
        "course_one_thread_s": total,
        "course_scaling": total / min(every),
        **shares,
        **rest,
    }


def scaling(dyads: int, weeks: int, threads: int, rounds: int = 2) -> float:
    """How many times as fast a course is on all threads as on one (the shortest of some runs of each)."""
    cohort = ds.Cohort.sample(dyads, seed=1)
    seconds: dict[int, list[float]] = {1: [], threads: []}
    for _ in range(rounds):
        for asked, runs in seconds.items():
            began = time.perf_counter()
            ds.develop(cohort, weeks, seed=1, threads=asked)
            runs.append(time.perf_counter() - began)
    return min(seconds[1]) / min(seconds[threads])
