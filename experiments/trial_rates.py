"""Rates of error of a trial's analyses: how often they reject without an effect, and what they make of a known one.

Run it as ``python experiments/trial_rates.py --replicates 2000``; it takes some minutes of all cores. Four trials of
``experiments/trials/no-effect.toml``: nothing lost; lost at random (by what was read, and by the arm); the same with
half a point added to what is read in one arm; and the same with what is missing drawn by multiple imputation.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

import dyadsim as ds
from dyadsim.trials.losses import Lost

HERE = Path(__file__).parent / "trials"
SHIFT = 0.5
LABELS = {
    "complete": "no effect, nothing lost",
    "at random": "no effect, lost at random",
    "shifted": f"{SHIFT} points added, lost at random",
    "imputed": "no effect, lost at random, imputed",
}


def trials() -> dict[str, ds.Trial]:
    """The trials, by a short name."""
    base = ds.Trial.load(HERE / "no-effect.toml")
    one, other = base.what.arms
    shifted = base.what.changed({"arms": (one.changed({"adds": {"eas": SHIFT}}), other)})
    differences = tuple(each for each in base.answered if base.estimand(each.asks).how_measured == "difference")
    ancova = next(each for each in base.answered if each.called == "ANCOVA")
    imputed = {"missing": "multiple imputation", "imputations": 10}
    ways = (
        ancova,
        ancova.changed({"name": "ANCOVA, imputed", **imputed}),
        ancova.changed({"name": "ANCOVA, imputed, 0 added", "missing": "delta", "imputations": 10, "deltas": (0.0,)}),
    )
    return {
        "complete": base.changed({"lost": Lost()}),
        "at random": base,
        "shifted": base.changed({"what": shifted, "answered": differences}),
        "imputed": base.changed({"answered": ways}),
    }


def rates(trial: ds.Trial, replicates: int, workers: int | None = None) -> pd.DataFrame:
    """Rejections, bias and coverage of each analysis, with their Monte Carlo errors."""
    found = trial.run(replicates, workers=workers).performance()
    columns = ["analysis", "converged", "failed", "n", "truth"]
    columns += [f"{name}{end}" for name in ("rejects", "bias", "coverage") for end in ("", "_error")]
    return found[columns]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--imputed", type=int, default=400, help="replicates with multiple imputation")
    asked = parser.parse_args()
    for name, trial in trials().items():
        many = asked.imputed if name == "imputed" else asked.replicates
        print(f"\n{LABELS[name]} ({many:,} replicates)")
        print(rates(trial, many).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
