"""Parameter recovery: sessions simulated from known traits, fitted, and held against what was true.

Dyads are drawn from the community, play for ten minutes, and each is fitted alone: without ridge, for bias and coverage
of 95 % intervals, and with it, for how far it shrinks. Writes ``docs/images/parameter_recovery.csv``, bias and coverage
of each parameter, and ``docs/images/parameter_recovery.png``; ``--rows`` keeps what was fitted to each dyad, and
``--draw`` starts from there.

    python experiments/parameter_recovery.py --dyads 500 --workers 2
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dyadsim as ds
from dyadsim import plots

SECONDS, SEED = 600, 11
TARGETS = ("infant_persistence", "mother_persistence", "infant_contingency", "sensitivity")
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
REFUSED = chi2.ppf(0.95, 1)


def one(number):
    """Rows of one dyad: truth, estimates and whether intervals cover it."""
    cohort = ds.Cohort.sample(1, "community", SEED, first=number)
    session = ds.interact(cohort, "free-play", seed=SEED, seconds=SECONDS)
    free, drawn = (ds.fit(session, ridge=ridge, threads=1) for ridge in (0.0, 1.0))
    rows = []
    for alone, ridged in zip(free.frame().itertuples(), drawn.frame().itertuples(), strict=True):
        name = alone.parameter
        true = cohort.traits[name][0] if name in cohort.traits else cohort.coefficients[name]
        covers = free.deviance(name, true) < REFUSED if name in TARGETS else None
        wald = alone.low <= true <= alone.high
        rows.append(
            (number, name, true, alone.estimate, alone.low, alone.high, wald, covers, ridged.estimate, ridged.shrinkage)
        )
    return rows


def told(table):
    """Bias, coverage and shrinkage by parameter."""
    off = table["estimate"] - table["true"]
    ridged = table["ridged"] - table["true"]
    by = table["parameter"]
    out = pd.DataFrame({"bias": off.groupby(by).mean(), "se": off.groupby(by).std()})
    out["bias_in_se"] = out["bias"] / out["se"]
    out["wald_coverage"] = table.groupby("parameter")["wald"].mean()
    out["profile_coverage"] = table.groupby("parameter")["profile"].apply(lambda each: each.astype(float).mean())
    out["rmse_with_ridge"] = np.sqrt((ridged**2).groupby(by).mean())
    out["shrinkage"] = table.groupby("parameter")["shrinkage"].mean()
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--dyads", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rows", type=Path, help="file (CSV) for what was fitted to each dyad")
    parser.add_argument("--draw", type=Path, help="such a file: nothing is fitted, it is told and drawn")
    asked = parser.parse_args()
    table = pd.read_csv(asked.draw) if asked.draw else fitted(asked.dyads, asked.workers)
    if asked.rows:
        table.round(4).to_csv(asked.rows, index=False)
    said = told(table).round(3)
    said.to_csv(IMAGES / "parameter_recovery.csv")
    plots.save(plots.parameter_recovery(table[table["parameter"].isin(TARGETS)]), IMAGES / "parameter_recovery.png")
    print(said.to_string())


def fitted(dyads, workers):
    """Rows of all dyads."""
    started, rows = time.time(), []
    with ProcessPoolExecutor(workers) as pool:
        for done, some in enumerate(pool.map(one, range(dyads), chunksize=4), 1):
            rows += some
            if done % 50 == 0:
                print(f"{done} of {dyads} dyads, {time.time() - started:.0f} s", file=sys.stderr, flush=True)
    columns = ["dyad", "parameter", "true", "estimate", "low", "high", "wald", "profile", "ridged", "shrinkage"]
    return pd.DataFrame(rows, columns=columns)


if __name__ == "__main__":
    main()
