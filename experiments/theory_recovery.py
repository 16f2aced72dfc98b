"""Theory recovery: sessions simulated under each theory, compared under all of them: which one wins?

Each theory is first fitted to dyads simulated from the calibrated defaults, so that all look alike in shares and bouts,
then simulated from; all are fitted to what it made, and that with the lowest BIC wins. Writes the confusion matrices
(``docs/images/theory_recovery.csv`` and ``.png``).

    python experiments/theory_recovery.py --cases 100 --dyads 10 20 40 --workers 2
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dyadsim as ds
from dyadsim import plots
from dyadsim.fitting.coded_sequences import sequences_of
from dyadsim.fitting.fit_sessions import problem_of
from dyadsim.fitting.simulated_sequences import simulated
from dyadsim.fitting.theory import THEORIES, Theory

SECONDS, RIDGE = 300, 1e-3
FIRST_DYADS, STARTS = 200, 6
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


def fitted(theory, sequences, start=None):
    """Problem and optimum of a theory fitted to sequences."""
    problem = problem_of(sequences, theory.free(), theory.rules, "community", RIDGE, None)
    return problem, problem.best_of(STARTS if start is None else 2, start, threads=1)


def first_fits():
    """Free numbers of each theory, fitted to dyads in the middle simulated from the calibrated defaults."""
    session = ds.interact(ds.Cohort.typical().repeated(FIRST_DYADS), seed=1, seconds=SECONDS)
    sequences = sequences_of([session])
    return {name: fitted(Theory.load(name), sequences)[1].free for name in THEORIES}


def case(true, number, dyads, starts):
    """BIC of every theory on one case: dyads simulated under the true theory."""
    template = sequences_of([ds.interact(ds.Cohort.typical(), seed=1, seconds=SECONDS)])
    theory = Theory.load(true)
    problem = problem_of(template, theory.free(), theory.rules, "community", RIDGE, None)
    values = problem.values(starts[true])
    session = simulated(template[0], problem.likelihood.parameters, values, {"age": np.array([39.0])}, dyads, number, 0)
    sequences = sequences_of([session])
    seconds = sum(int(one.comparable.sum()) for one in sequences)
    bic = {}
    for name in THEORIES:
        tried, best = fitted(Theory.load(name), sequences, starts[name])
        bic[name] = tried.size * np.log(seconds) - 2 * best.log_likelihood.sum()
    return true, dyads, number, bic


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--cases", type=int, default=100, help="cases in all, the same number of each theory")
    parser.add_argument("--dyads", type=int, nargs="+", default=[10, 20, 40])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=IMAGES / "theory_recovery.csv")
    asked = parser.parse_args()
    started = time.time()
    starts = first_fits()
    print(f"first fits: {time.time() - started:.0f} s", flush=True)
    todo = [
        (true, number, dyads, starts)
        for dyads in asked.dyads
        for number in range(asked.cases // len(THEORIES))
        for true in THEORIES
    ]
    won = {(dyads, true): dict.fromkeys(THEORIES, 0) for dyads in asked.dyads for true in THEORIES}
    with ProcessPoolExecutor(asked.workers) as pool:
        for done, (true, dyads, _, bic) in enumerate(pool.map(case, *zip(*todo, strict=True)), 1):
            won[dyads, true][min(bic, key=bic.get)] += 1
            if sys.stderr.isatty() or done % 25 == 0:
                print(f"{done} of {len(todo)} cases, {time.time() - started:.0f} s", file=sys.stderr, flush=True)
    rows = [[dyads, true, *counts.values()] for (dyads, true), counts in won.items()]
    with asked.out.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["dyads", "true_theory", *THEORIES], *rows])
    plots.save(plots.theory_recovery(pd.read_csv(asked.out)), asked.out.with_suffix(".png"))
    for dyads in asked.dyads:
        right = sum(won[dyads, true][true] for true in THEORIES)
        print(f"{dyads} dyads of {SECONDS // 60} minutes: {right} of {len(todo) // len(asked.dyads)} won by their own")
    for row in rows:
        print(*row)


if __name__ == "__main__":
    main()
