"""Statistics that dyadsim reports, worked out again from the rows that it gives, and how often its intervals hold.

    python experiments/recompute_statistics.py
    python experiments/recompute_statistics.py --coverage

The first gives each statistic beside the same by a textbook's formula, the second how often each 95 % interval holds.

The first reads rows as a user would save them (CSV, Parquet) and uses none of the package's statistics. What an
interval should hold is in ``interval_coverage.py``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from interval_coverage import coverages
from rich.console import Console
from rich.table import Table
from scipy import stats

import dyadsim as ds
from dyadsim.sweeps.sensitivity_indices import dependence, indices

TOLERANCE = 1e-6
"""How far two numbers that should be the same may differ, relative to the larger; of a resampled interval a fifth."""
RESAMPLED = 0.2
HORIZON = 60  # seconds for which a mismatch is followed
STATES = {"sensitivity": (-2, 2), "burden": (-2, 2), "sociability": (-2, 2)}

Row = tuple[str, object, object, float]


# Repair survival ------------------------------------------------------------------------------------------------------


def of_survival(folder: Path, seed: int) -> Iterator[Row]:
    """Repair survival of a session, from the events of its dyads."""
    seconds = 120
    session = ds.interact(ds.Cohort.sample(20, seed=seed), seconds=seconds, seed=seed)
    for name, table in (
        ("events", pd.concat([session.events(dyad=dyad) for dyad in range(20)])),
        ("measures", session.measures()),
        ("repair_survival", session.repair_survival()),
    ):
        table.to_csv(folder / f"{name}.csv", index=False)
    events, measures, said = (pd.read_csv(folder / f"{name}.csv") for name in ("events", "measures", "repair_survival"))
    spells = {int(row.dyad): _spells(events, row, seconds) for row in measures.itertuples()}
    weights = pd.Series(1.0, index=list(spells))
    survival = np.exp(_log_survival(spells, weights))
    # Infinitesimal jackknife (Williams 1995, doi 10.2307/2533345): how far a dyad's weight moves log survival.
    moved = []
    for dyad in spells:
        more, less = weights.copy(), weights.copy()
        more[dyad] += 1e-4
        less[dyad] -= 1e-4
        moved.append((_log_survival(spells, more) - _log_survival(spells, less)) / 2e-4)
    n = len(spells)
    error = survival * np.sqrt(np.square(moved).sum(axis=0) * n / (n - 1))
    known = (survival > 0) & (survival < 1) & said["survival"].notna().to_numpy()
    wide = stats.t.ppf(0.975, n - 1) * error[known] / (survival[known] * -np.log(survival[known]))
    yield "repair survival, pooled", said["survival"][known], survival[known], TOLERANCE
    yield "its error, clustered by dyad", said["se"][known], error[known], 1e-5
    yield "lower end of its interval", said["low"][known], survival[known] ** np.exp(wide), 1e-5


def _spells(events: pd.DataFrame, row: object, seconds: int) -> list[tuple[float, bool]]:
    """Lengths of a dyad's mismatches, and whether each was repaired."""
    own = events[events["dyad"] == row.dyad]
    closed = [(length, True) for length in own["latency"].dropna()]
    if own.empty:
        return [(float(seconds), False)] if row.match == 0 else []
    last = own.iloc[-1]
    return closed + ([(seconds - last["time"], False)] if last["event"] == "rupture" else [])


def _log_survival(spells: dict[int, list[tuple[float, bool]]], weights: pd.Series) -> np.ndarray:
    """Logarithm of the curve of Kaplan & Meier (1958, doi 10.1080/01621459.1958.10501452), second by second."""
    table = pd.DataFrame(
        [(length, repaired, weights[dyad]) for dyad, each in spells.items() for length, repaired in each],
        columns=["length", "repaired", "weight"],
    )
    out = []
    for second in range(1, HORIZON + 1):
        # At risk: still open, and the next second seen; a mismatch cut off at this length was not seen to go on.
        at_risk = table[(table["length"] > second) | ((table["length"] == second) & table["repaired"])]["weight"].sum()
        repaired = table[(table["length"] == second) & table["repaired"]]["weight"].sum()
        out.append(np.log1p(-repaired / at_risk) if repaired < at_risk else 0.0 if at_risk == 0 else -np.inf)
    return np.cumsum(out)


# Scenarios ------------------------------------------------------------------------------------------------------------


def of_scenario(folder: Path, seed: int) -> Iterator[Row]:
    """Differences between twins, d, and what trials would find, from the scores of single dyads."""
    scenario = _scenario(seed)
    observed, effects, _ = _saved(scenario, folder)
    for row in effects.to_dict("records"):
        own, twin = _scores(observed, scenario, row)
        n, d = len(own), _d(own, twin)
        error = (n - 1) ** 2 / n * np.var([_d(np.delete(own, i), np.delete(twin, i)) for i in range(n)], ddof=1)
        off = stats.t.ppf(0.975, 2 * n - 2) * np.sqrt(2 / n + d**2 / (4 * n) + error)
        name = row["instrument"]
        yield f"{name}: difference between twins", row["difference"], np.mean(own - twin), TOLERANCE
        yield f"{name}: d", row["d"], d, TOLERANCE
        yield f"{name}: of 95 of 100 trials, lowest d", row["trial_low"], d - off, TOLERANCE


def of_ensemble(folder: Path, seed: int) -> Iterator[Row]:
    """Means, differences, d and shares over parameter sets with their intervals, from single dyads of each set."""
    scenario = _scenario(seed, parameters="ensemble")
    observed, effects, comparison = _saved(scenario, folder)
    for row in effects.to_dict("records"):
        own, twin = (each.reshape(20, -1) for each in _scores(observed, scenario, row))
        n, name = own.shape[1], row["instrument"]
        d = [_d(*pair) for pair in zip(own, twin, strict=True)]
        added = [
            [n * d[s] - (n - 1) * _d(np.delete(own[s], i), np.delete(twin[s], i)) for i in range(n)] for s in range(20)
        ]
        (off, share), (off_d, _) = _over_sets(own - twin), _over_sets(np.array(added))
        yield f"{name}: upper end of the difference", row["high"], np.mean(own - twin) + off, TOLERANCE
        yield f"{name}: upper end of d", row["d_high"], np.mean(d) + off_d, TOLERANCE
        yield f"{name}: share from parameters", row["from_parameters"], share, TOLERANCE
    means = comparison.means()
    said = means[(means["arm"] == scenario.arms[0].name) & (means["instrument"] == name)]["high"].iloc[0]
    yield f"{name}: upper end of a mean", said, own.mean() + _over_sets(own)[0], TOLERANCE


def _scenario(seed: int, **how: object) -> ds.Scenario:
    twins = [{"name": "with little support", "risks": ["low-support"]}]
    outputs = {"weeks": [8], "instruments": ["support-scale", "epds"]}
    return ds.Scenario(name="twins", dyads=20, weeks=8, days=1, twins=twins, outputs=outputs, seed=seed, **how)


def _saved(scenario: ds.Scenario, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, object]:
    comparison = scenario.run()
    comparison.observed().to_parquet(folder / "observed.parquet")
    comparison.effects().to_parquet(folder / "effects.parquet")
    return pd.read_parquet(folder / "observed.parquet"), pd.read_parquet(folder / "effects.parquet"), comparison


def _scores(observed: pd.DataFrame, scenario: ds.Scenario, row: dict[str, object]) -> list[np.ndarray]:
    """Scores of both arms behind a row of effects, set by set and dyad by dyad."""
    own = observed[(observed["instrument"] == row["instrument"]) & (observed["week"] == row["week"])]
    by = [name for name in ("set", "dyad") if name in own]
    arms = (scenario.arms[0].name, row["against"])
    return [own[own["arm"] == arm].sort_values(by)["score"].to_numpy() for arm in arms]


def _d(one: np.ndarray, other: np.ndarray) -> float:
    """Cohen's d by the mean of both variances (Cohen 1988, doi 10.4324/9780203771587)."""
    return float((np.mean(one) - np.mean(other)) / np.sqrt((np.var(one, ddof=1) + np.var(other, ddof=1)) / 2))


def _over_sets(values: np.ndarray) -> tuple[float, float]:
    """Half a 95 % interval of a mean over sets (rows) and dyads (columns), and the share of variance between sets.

    Sums of squares of a two-way layout (Searle, Casella & McCulloch 1992, doi 10.1002/9780470316856), for another set.
    """
    m, n = values.shape
    grand = values.sum() / (m * n)
    of_sets, of_dyads = (
        n * sum((row.mean() - grand) ** 2 for row in values),
        m * sum((c.mean() - grand) ** 2 for c in values.T),
    )
    left = ((values - grand) ** 2).sum() - of_sets - of_dyads
    sets, dyads, left = of_sets / (m - 1), of_dyads / (n - 1), max(left, 0.0) / ((m - 1) * (n - 1))
    luck, another = dyads / (m * n), (1 + 1 / m) / n
    if sets <= left * (1 + 1e-9):
        return float(stats.t.ppf(0.975, n - 1) * np.sqrt(luck)), 0.0
    total = luck + another * (sets - left)
    parts = [(luck, n - 1), (another * sets, m - 1), (another * left, (m - 1) * (n - 1))]
    freedom = max(total**2 / sum(part**2 / each for part, each in parts), min(m, n) - 1)
    return float(stats.t.ppf(0.975, freedom) * np.sqrt(total)), float(another * (sets - left) / total)


# Sweeps ---------------------------------------------------------------------------------------------------------------


def of_sobol(folder: Path, seed: int) -> Iterator[Row]:
    """Sobol indices and their intervals, from the points and values that a sweep's folder holds."""
    results, points, found = _swept(folder / "sobol", seed, design="sobol", points=64, second_order=False)
    k = len(STATES)
    rows = found["match"].to_numpy().reshape(-1, k + 2)
    a, b, between = rows[:, 0], rows[:, -1], rows[:, 1:-1]
    said = indices(results, results.view("match")).set_index(["index", "factor"])
    rng = np.random.default_rng(seed)
    drawn = rng.integers(len(a), size=(1000, len(a)))
    for place, name in enumerate(STATES):
        for index, of in (("S1", _first_order), ("ST", _total)):
            row, own = said.loc[index, name], between[:, place]
            centred = [(each - rows.mean()) for each in (a, b, own)]
            again = [of(*(each[lot] for each in centred)) for lot in drawn]
            half = stats.norm.ppf(0.975) * np.std(again, ddof=1)
            yield f"{index} of {name}", row["value"], of(*centred), TOLERANCE
            yield f"{index} of {name}: half its interval", row["high"] - row["value"], half, RESAMPLED
    for name in STATES:
        table = dependence(results, results.view("match"), name, bins=2)
        upper = found["match"][(points[name] > 0).to_numpy()]
        off = (upper - upper.mean()).groupby(upper.index // (k + 2)).sum()
        error = np.sqrt((off**2).sum() * len(off) / (len(off) - 1)) / len(upper)
        yield (
            f"match over {name}: upper end",
            table["high"].iloc[1],
            upper.mean() + stats.t.ppf(0.975, len(off) - 1) * error,
            TOLERANCE,
        )


def _first_order(a: np.ndarray, b: np.ndarray, between: np.ndarray) -> float:
    """Saltelli et al. (2010, doi 10.1016/j.cpc.2009.09.018), table 2 (b)."""
    return float(np.mean(b * (between - a)) / np.var(np.concatenate([a, b])))


def _total(a: np.ndarray, b: np.ndarray, between: np.ndarray) -> float:
    """Jansen's estimator, table 2 (f) there."""
    return float(np.mean((a - between) ** 2) / 2 / np.var(np.concatenate([a, b])))


def of_morris(folder: Path, seed: int) -> Iterator[Row]:
    """Mean sizes of elementary effects (Campolongo et al. 2007, doi 10.1016/j.envsoft.2006.10.004)."""
    results, points, found = _swept(folder / "morris", seed, design="morris", points=10)
    said = indices(results, results.view("match")).set_index(["index", "factor"])
    effects: dict[str, list[float]] = {name: [] for name in STATES}
    for first in range(0, len(points), len(STATES) + 1):
        for now in range(first, first + len(STATES)):
            step = points.loc[now + 1, list(STATES)] - points.loc[now, list(STATES)]
            name = step.abs().idxmax()
            effects[name].append((found["match"][now + 1] - found["match"][now]) / (step[name] / 4))
    for name, each in effects.items():
        size = np.abs(each)
        off = stats.t.ppf(0.975, len(size) - 1) * size.std(ddof=1) / np.sqrt(len(size))
        yield f"mu* of {name}", said.loc[("mu_star", name), "value"], size.mean(), 1e-5
        yield f"mu* of {name}: half its interval", said.loc[("mu_star", name), "high"] - size.mean(), off, 1e-5


def of_replicates(folder: Path, seed: int) -> Iterator[Row]:
    """Means of points over the ensemble, with standard errors over dyads and the range of another replicate."""
    how = {"design": "grid", "factors": [{"name": "sensitivity", "values": [-1, 1]}], "replicates": 6, "dyads": 5}
    results, _, _ = _swept(folder / "ensemble", seed, parameters="ensemble", **how)
    rows = pd.concat([pd.read_parquet(file) for file in sorted((folder / "ensemble" / "data").glob("*.parquet"))])
    for row in results.means().to_dict("records"):
        own = rows[rows["point"] == row["point"]]
        by_set = own.groupby("replicate")["match"].mean()
        off = stats.t.ppf(0.975, 5) * by_set.std() * np.sqrt(1 + 1 / 6)
        yield f"point {row['point']}: error of the mean", row["match_se"], stats.sem(own["match"]), TOLERANCE
        yield f"point {row['point']}: highest of another replicate", row["match_high"], by_set.mean() + off, TOLERANCE


def _swept(folder: Path, seed: int, **how: object) -> tuple[ds.Results, pd.DataFrame, pd.DataFrame]:
    """A sweep, and from its folder the points and the mean of every point."""
    factors = [{"name": name, "low": low, "high": high} for name, (low, high) in STATES.items()]
    asked = {"factors": factors, "dyads": 4, "interaction": {"seconds": 120}, "outcomes": ["match"], **how}
    results = ds.sweep(ds.Design(name="recomputed", seed=seed, **asked), folder, workers=1)
    rows = pd.concat([pd.read_parquet(file) for file in sorted((folder / "data").glob("*.parquet"))])
    points = pd.read_parquet(folder / "points.parquet").set_index("point")
    return results, points, rows.groupby("point")[["match"]].mean().sort_index()


PARTS = (of_survival, of_scenario, of_ensemble, of_sobol, of_morris, of_replicates)


def recomputed(seed: int) -> pd.DataFrame:
    """Every statistic by the package and by hand, a row a statistic; of a curve the value that differs most."""
    rows = []
    for part in PARTS:
        with tempfile.TemporaryDirectory() as folder:
            for name, package, by_hand, tolerance in part(Path(folder), seed):
                one, other = np.atleast_1d(np.asarray(package, float)), np.atleast_1d(np.asarray(by_hand, float))
                most = int(np.argmax(np.abs(one - other)))
                scale = max(abs(one[most]), abs(other[most]), 1e-6)
                agrees = bool(np.abs(one - other)[most] <= tolerance * scale)
                rows.append((name, one[most], other[most], abs(one[most] - other[most]), tolerance, agrees))
    return pd.DataFrame(rows, columns=["statistic", "package", "independent", "difference", "tolerance", "agrees"])


def main(
    coverage: Annotated[bool, typer.Option("--coverage", help="How often intervals hold.")] = False,
    draws: Annotated[int, typer.Option(help="Repeated draws for each interval.")] = 500,
    seed: Annotated[int, typer.Option(help="Names dyads, luck and draws.")] = 1,
    out: Annotated[Path | None, typer.Option(help="A CSV file for the table.")] = None,
) -> None:
    """Print statistics worked out twice, or how often intervals hold."""
    table = coverages(draws, seed) if coverage else recomputed(seed)
    shown = Table(title="How often 95 % intervals hold" if coverage else "Worked out twice", caption=ds.NOTICE)
    for name in table:
        shown.add_column(str(name), overflow="fold")
    for row in table.itertuples(index=False):
        shown.add_row(*(f"{each:.6g}" if isinstance(each, float) else str(each) for each in row))
    Console(width=140).print(shown)
    if out:
        table.to_csv(out, index=False)
    if not coverage and not table["agrees"].all():
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
