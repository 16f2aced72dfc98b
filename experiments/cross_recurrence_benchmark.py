"""What a cross-recurrence profile over all lags costs: seconds, and memory beyond what was there before.

Run it as ``python experiments/cross_recurrence_benchmark.py`` (some seconds of one core). The target is a profile of
7,000 points in a second and 200 MB; the matrix of 7,000 by 7,000 steps that it stands for would take 49 MB for a byte a
cell alone, and grows with the square of the length.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import numpy as np

import dyadsim as ds

STEPS = (3_500, 7_000, 30_000, 100_000, 1_000_000)
"""A profile has nearly twice as many points as the session has steps: 7,000 points of 3,500 steps."""


def session_of(steps: int) -> ds.Session:
    """Session of one dyad whose states, of ICEP, stay for about five steps."""
    rng = np.random.default_rng(1)
    states = [np.repeat(rng.integers(0, n, steps // 5 + 1), 5)[:steps].astype(np.int8)[None] for n in (5, 6)]
    return ds.Session(["one"], ["play"], [steps], states=(*states, None))


def measured(steps: int) -> tuple[int, float, float]:
    """Points of the profile, seconds that it takes, and by how many MB memory grows at most."""
    ds.cross_recurrence_profile(session_of(100), scheme="affect")  # what is loaded once
    session, before = session_of(steps), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    found = ds.cross_recurrence_profile(session, scheme="affect")
    spent = time.perf_counter() - begun
    return len(found.table), spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, help="One length alone, in this process.")
    asked = parser.parse_args()
    if asked.steps:
        points, seconds, megabytes = measured(asked.steps)
        print(f"{asked.steps:>9,} steps {points:>10,} points {seconds:8.4f} s {megabytes:8.1f} MB")
        return
    for steps in STEPS:  # a process each, since memory that was once taken is not given back
        subprocess.run([sys.executable, __file__, "--steps", str(steps)], check=True)


if __name__ == "__main__":
    main()
