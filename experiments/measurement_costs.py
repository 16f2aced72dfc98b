"""Costs of drop-out, of a ceiling and of unreliability in power: what is simulated, and what theory says.

Run it as ``python experiments/measurement_costs.py --out FOLDER`` (some minutes of one core); it draws
``trial-costs.png``.
All trials are of the same lives: 120 dyads of families at risk, video feedback or nothing, sensitivity seen before and
after fifteen weeks by an instrument whose reliability and ceiling are varied, with some of the dyads lost at random.

Theory: an analysis of covariance sees a difference of sqrt(R) D with a residual variance of 1 - (R r)^2, where R is the
reliability, D the true difference and r the correlation of true scores over the weeks; losses leave n (1 - L) dyads. A
ceiling is laid over two normal variables with these moments.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy.stats import nct, t

import dyadsim as ds
from dyadsim import plots
from dyadsim.plots.style import INK, MATCH, RUPTURE, Figure
from dyadsim.trials.declared_trial import DeclaredTrial
from dyadsim.trials.enrolment import enrolled
from dyadsim.trials.potential import lives, observed
from dyadsim.trials.replicates import Replicates

DYADS, BATCH = 120, 10
LOST = (0.0, 0.15, 0.3, 0.45, 0.6)
RELIABILITY = (1.0, 0.8, 0.6, 0.4, 0.2)
CEILING = (4.0, 1.5, 0.75, 0.3, 0.0)
"""Standard deviations above the community's mean at which the scale ends."""
USUAL = {"lost": 0.0, "reliability": 0.8, "ceiling": 4.0}
AXES = {"lost": "share lost", "reliability": "reliability", "ceiling": "ceiling (SD above the mean of the community)"}
PANELS = {"lost": LOST, "reliability": RELIABILITY, "ceiling": CEILING}
_DRAWS = 400_000


def declared(folder: Path, lost: float, reliability: float, ceiling: float) -> DeclaredTrial:
    """The trial with so much lost, and such an instrument."""
    scale = ds.Instrument(
        name="plain", of={"sensitivity": 1.0}, by="records", unit="standard score", low=-20.0, high=ceiling, step=0.001,
        reliability=reliability,
    )  # fmt: skip
    file = folder / f"plain-{reliability:g}-{ceiling:g}.toml"
    file.write_text(scale.toml())
    return DeclaredTrial(
        name="costs",
        who={"population": "mixed-risk", "ages": [26], "dyads": DYADS},
        what={"arms": [{"name": "video", "interventions": ["video-feedback"]}, {"name": "nothing"}]},
        seen={
            "instruments": [str(file)],
            "visits": [{"name": "before", "week": 0}, {"name": "after", "week": 15}],
        },
        lost={"visits": [{"visit": "after", "share": lost}]} if lost else {},
        asked=[{"name": "sensitivity", "outcome": "plain", "visit": "after"}],
    )


def levels() -> list[dict[str, float]]:
    """Every level that a panel shows, others as usual."""
    found = [{**USUAL, name: level} for name, panel in PANELS.items() for level in panel]
    return list({tuple(each.items()): each for each in found}.values())


def simulated(replicates: int, folder: Path) -> pd.DataFrame:
    """Power at every level, and the moments of true scores that theory needs."""
    trials = [(each, declared(folder, **each)) for each in levels()]
    first, hits, moments = trials[0][1], [[] for _ in trials], []
    for start in range(0, replicates, BATCH):
        dyads = enrolled(first, start, min(start + BATCH, replicates))
        courses = {arm.name: lives(dyads, arm) for arm in first.what.arms}
        for place, (_, trial) in enumerate(trials):
            seen = enrolled(trial, start, min(start + BATCH, replicates))
            arms = {arm.name: observed(seen, arm, courses[arm.name]) for arm in trial.what.arms}
            found = Replicates(seen, arms, {})
            hits[place] += (found.printed(trial.answers[0])["p"] < 0.05).tolist()
            if place == 0:
                before = found.arms["nothing"].truths["plain_before"]
                treated, not_treated = (found.arms[name].truths["plain_after"] for name in ("video", "nothing"))
                moments.append(np.column_stack([before, not_treated, treated - not_treated]))
    before, after, effect = np.concatenate(moments).T
    about = {
        "d": effect.mean(), "mean": after.mean(), "sd": after.std(), "r": np.corrcoef(before, after)[0, 1],
        "sd_before": before.std(), "mean_before": before.mean(),
    }  # fmt: skip
    rows = [
        {**each, "power": np.mean(hit), "replicates": len(hit)} for (each, _), hit in zip(trials, hits, strict=True)
    ]
    return pd.DataFrame(rows).assign(**about)


def theory(row: pd.Series) -> float:
    """Power of the analysis of covariance at a level."""
    rng = np.random.default_rng(1)
    one, other = rng.standard_normal((2, _DRAWS))
    errors = np.sqrt(1 - row["reliability"]) * rng.standard_normal((2, _DRAWS))
    root = np.sqrt(row["reliability"])
    before = row["mean_before"] + row["sd_before"] * one
    after = row["mean"] + row["sd"] * (row["r"] * one + np.sqrt(1 - row["r"] ** 2) * other)
    read = np.minimum(root * before + errors[0], row["ceiling"])
    seen = [np.minimum(root * true + errors[1], row["ceiling"]) for true in (after, after + row["d"])]
    untreated, treated = seen
    difference = treated.mean() - untreated.mean()
    variance = (untreated.var() + treated.var()) / 2
    left = DYADS * (1 - row["lost"])
    error = np.sqrt(variance * (1 - np.corrcoef(read, untreated)[0, 1] ** 2) * 4 / left)
    freedom, apart = left - 3, difference / error
    bound = t.ppf(0.975, freedom)
    return float(1 - nct.cdf(bound, freedom, apart) + nct.cdf(-bound, freedom, apart))


def drawn(table: pd.DataFrame) -> Figure:
    """The figure: a panel for each cost, simulated with 95 % (Monte Carlo) and by theory."""
    figure = Figure(figsize=(10.5, 3.8), layout="constrained")
    every = figure.subplots(1, len(PANELS), sharey=True)
    for axes, (name, panel) in zip(every, PANELS.items(), strict=True):
        others = [other for other in USUAL if other != name]
        own = table[(table[others] == pd.Series(USUAL)[others]).all(axis=1) & table[name].isin(panel)].sort_values(name)
        error = 1.96 * np.sqrt(own["power"] * (1 - own["power"]) / own["replicates"])
        axes.errorbar(own[name], own["power"], yerr=error, fmt="o", color=MATCH, capsize=3, label="simulated")
        axes.plot(own[name], own["theory"], "-", color=RUPTURE, label="theory")
        axes.axhline(0.05, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_xlabel(AXES[name])
        axes.set_ylim(0, 1.02)
        plots.style.bare(axes)
    every[0].set_ylabel(f"power, {DYADS} dyads")
    every[0].legend(frameon=False)
    plots.style.sign(figure)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=400)
    parser.add_argument("--out", type=Path, default=Path())
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        table = simulated(asked.replicates, Path(folder))
    table["theory"] = table.apply(theory, axis=1)
    print(table.round(3).to_string(index=False))
    print(plots.save(drawn(table), asked.out / "trial-costs.png"))


if __name__ == "__main__":
    main()
