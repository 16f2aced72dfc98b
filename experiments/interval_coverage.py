"""How often the 95 % intervals of dyadsim hold what they are of, over repeated draws.

Dyads do not depend on each other, so a large run of the model is cut into cohorts, each a draw of its own; what is true
is read from the large run. ``claim`` says what each interval must do: ``95``: hold in 93 to 97 of 100 draws; ``more``:
in 93 or more, since points lie evenly and intervals take them as drawn at random; ``few``: less often, since the
difference of a few dyads, at the floor or ceiling of an instrument, makes what small cohorts may not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pandas as pd

import dyadsim as ds
from dyadsim.common.effect_size import bound, cohens_d, pseudo_values
from dyadsim.common.total_variance import total_variance
from dyadsim.measurement.repair_survival import pooled_survival
from dyadsim.scenarios.comparison import Comparison, trial_variance
from dyadsim.sweeps.point_means import with_intervals
from dyadsim.sweeps.points import points_of
from dyadsim.sweeps.sensitivity_indices import dependence, indices

SIZES = (20, 60, 200)
Row = tuple[str, int, str, list[bool]]


def coverages(draws: int, seed: int, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Share of draws in which each interval holds, with its standard error."""
    rng = np.random.default_rng(seed)
    rows = []
    for part in PARTS:
        for name, size, claim, held in part(draws, seed, sizes, rng):
            share = float(np.mean(held))
            error = float(np.sqrt(share * (1 - share) / len(held)))
            rows.append((name, size, len(held), round(100 * share, 1), round(100 * error, 1), claim))
    return pd.DataFrame(rows, columns=["interval", "size", "draws", "holds, %", "error", "claim"])


def _cut(total: int, size: int, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Cohorts of one size: none has a dyad of another while there are enough; then all are dealt anew."""
    dealt = 0
    while dealt < draws:
        order = rng.permutation(total)[: total // size * size].reshape(-1, size)[: draws - dealt]
        dealt += len(order)
        yield from order


def _survival(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    session = ds.interact(ds.Cohort.sample(max(50 * max(sizes), 4000), seed=seed), seconds=120, seed=seed)
    match = session.match_scheme()
    latencies = session._tally(match).latencies_of(match)
    truth = pooled_survival(latencies, 1.0)["survival"]
    for size in (5, *sizes):
        held: dict[int, list[bool]] = {2: [], 5: [], 10: []}
        for who in _cut(len(session), size, draws, rng):
            curve = pooled_survival(latencies[who], 1.0)
            for after, each in held.items():
                each.append(bool(curve["low"][after - 1] <= truth[after - 1] <= curve["high"][after - 1]))
        for after, each in held.items():
            yield f"repair survival after {after} s", size, "95", each


def _of_one_dyad(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    dyad = ds.Cohort.of()
    law = ds.law(dyad, seconds=600).repair_survival()["survival"]
    session = ds.interact(dyad.repeated(draws), seconds=600, seed=seed)
    match = session.match_scheme()
    latencies = session._tally(match).latencies_of(match)
    curves = [pooled_survival(latencies[k : k + 1], 1.0).loc[4] for k in range(draws)]
    yield "repair survival of one dyad, 600 s", 1, "95", [bool(c["low"] <= law[4] <= c["high"]) for c in curves]


def _scenario(dyads: int, seed: int) -> ds.Scenario:
    twins = [{"name": "with little support", "risks": ["low-support"]}]
    outputs = {"weeks": [48, 52], "instruments": ["support-scale", "epds", "eas", "strange-situation"]}
    how = {"first_week": 46, "weeks": 6, "days": 1, "twins": twins, "outputs": outputs, "seed": seed}
    return ds.Scenario(name="twins", dyads=dyads, **how)


def _twins(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    scenario = _scenario(max(50 * max(sizes), 4000), seed)
    comparison = scenario.run()
    own_arm, twin_arm = comparison.arms
    for scale in comparison.scales():
        own, twin = (comparison.seen(arm, scale)[52].to_numpy() for arm in (own_arm, twin_arm))
        for size in sizes:
            held = []
            for who, one, other in zip(*(_cut(len(own), size, draws, rng) for _ in range(3)), strict=True):
                row = _effects(own[who], twin[who])
                held.append(bool(row["trial_low"] <= cohens_d(own[one], twin[other]) <= row["trial_high"]))
            yield f"d of 95 of 100 trials, {scale.name} (d = {cohens_d(own, twin):+.2f})", size, "95", held


def _effects(own: np.ndarray, twin: np.ndarray) -> dict[str, float]:
    from dyadsim.scenarios.comparison import _difference

    return _difference(pd.Series(own), pd.Series(twin))


def _ensemble(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    """Draws of 20 sets and some dyads; true is what all dyads give with a set that is not among the 20."""
    sizes = tuple(size for size in sizes if size < 200)
    scenario = _scenario(20 * max(sizes), seed)
    scores: dict[str, list[list[np.ndarray]]] = {}
    for each in ds.parameter_sets()[:50]:
        courses = {
            arm.name: ds.develop(scenario.cohort(arm, parameters=each), 6, seed=seed, first_week=46, days=1)
            for arm in scenario.arms
        }
        comparison = Comparison(courses, scenario.instruments(), scenario.visits())
        for scale in comparison.scales():
            seen = [comparison.seen(arm, scale)[52].to_numpy() for arm in courses]
            scores.setdefault(scale.name, []).append(seen)
        secure = [course.attachment_chances["secure"].to_numpy() for course in courses.values()]
        scores.setdefault("secure", []).append(secure)
    for name, listed in scores.items():
        own, twin = np.array(listed).transpose(1, 0, 2)
        skewed = abs(pd.Series((own - twin).mean(axis=0)).skew()) > 3
        d = np.array([cohens_d(*pair) for pair in zip(own, twin, strict=True)])
        for size in sizes:
            held: dict[str, list[bool]] = {}
            for who in _cut(own.shape[1], size, draws, rng):
                other, *sets = rng.permutation(len(own))[:21]
                a, b = own[sets][:, who], twin[sets][:, who]
                of_d = total_variance([pseudo_values(*pair) for pair in zip(a, b, strict=True)])
                middle = np.mean([cohens_d(*pair) for pair in zip(a, b, strict=True)])
                found = cohens_d(*(arm[other][next(_cut(own.shape[1], size, 1, rng))] for arm in (own, twin)))
                off = bound(2 * size - 2) * np.sqrt(trial_variance(middle, size) + of_d.variance)
                for says, value, truth, reach in (
                    ("mean", a.mean(), own[other].mean(), total_variance(a).off),
                    ("difference", (a - b).mean(), (own[other] - twin[other]).mean(), total_variance(a - b).off),
                    ("d", middle, d[other], of_d.off),
                    ("d of trials", middle, found, off),
                ):
                    held.setdefault(says, []).append(bool(abs(value - truth) <= reach))
            for says, each in held.items():
                claim = "few" if skewed and says == "difference" else "95"
                yield f"ensemble, {name}: {says}", size, claim, each


def _replicates(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    cohort = ds.Cohort.sample(8000, seed=seed)
    match = ds.interact(cohort, seconds=60, seed=seed).measures(only=["match"])["match"].to_numpy()
    means = match.reshape(-1, 10).mean(axis=1)
    for size in (4, 20):
        held = []
        for who in _cut(len(means), size + 1, draws, rng):
            rows = pd.DataFrame({"point": 0, "episode": "play", "match": means[who[:-1]]})
            table = rows.groupby(["point", "episode"], as_index=False).mean()
            row = with_intervals(table, rows, ["point", "episode"], ["match"]).iloc[0]
            held.append(bool(row["match_low"] <= means[who[-1]] <= row["match_high"]))
        yield "another replicate of a point", size, "95", held


# Sweeps of a function whose values cost nothing -----------------------------------------------------------------------


def _logistic(x: np.ndarray) -> np.ndarray:
    """An outcome of three factors (shares of their range): bends, and two of them act together."""
    log_odds = 4 * (x[:, 0] - 0.5) + 2 * (x[:, 1] - 0.5) + 3 * (x[:, 0] - 0.5) * (x[:, 2] - 0.5)
    return np.asarray(1 / (1 + np.exp(-log_odds)))


class _Swept(SimpleNamespace):
    """What indices read of results, of values that are given."""

    over_parameter_sets = False

    @classmethod
    def of(cls, kind: str, points: int, seed: int) -> _Swept:
        names = ("sensitivity", "burden", "sociability")
        factors = [{"name": name, "low": 0, "high": 1} for name in names]
        asked = {"second_order": False} if kind == "sobol" else {}
        design = ds.Design(name="laid", design=kind, points=points, factors=factors, seed=seed, **asked)
        laid = points_of(design)
        manifest = SimpleNamespace(asked=design.model_dump(mode="json"))
        return cls(points=laid, factors=list(names), manifest=manifest, known=_logistic(laid.to_numpy()))

    def values(self, view: object) -> pd.Series:
        return pd.Series(self.known)


def _laid(kind: str, points: int, draws: int, rng: np.random.Generator, luck: float) -> Iterator[_Swept]:
    """Sweeps with a standard deviation of luck at every point, as a share of that of the outcome (.21)."""
    for seed in rng.integers(2**31, size=draws):
        swept = _Swept.of(kind, points, int(seed))
        swept.known = swept.known + 0.21 * luck * rng.standard_normal(len(swept.known))
        yield swept


def _morris(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    truth = indices(_Swept.of("morris", 3000, seed), None).set_index(["index", "factor"])["value"]
    for points in (10, 30):
        held: list[bool] = []
        mu: list[bool] = []
        for swept in _laid("morris", points, draws, rng, 0.0):
            table = indices(swept, None).set_index(["index", "factor"])
            for name, each in (("mu_star", held), ("mu", mu)):
                row, true = table.loc[(name, "burden")], truth[name, "burden"]
                each.append(bool(row["low"] <= true <= row["high"]))
        yield "Morris, mu*", points, "95", held
        yield "Morris, mu", points, "95", mu


def _sobol(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    truth = indices(_Swept.of("sobol", 2**13, seed), None).set_index(["index", "factor"])["value"]
    for luck in (0.0, 0.3, 2.0):
        # Luck of points adds to the variance, and to what all factors but one leave open.
        first, total = truth["S1", "burden"] / (1 + luck**2), (truth["ST", "burden"] + luck**2) / (1 + luck**2)
        held: dict[str, list[bool]] = {"S1": [], "ST": []}
        for swept in _laid("sobol", 64, draws, rng, luck):
            table = indices(swept, None).set_index(["index", "factor"])
            for name, true in (("S1", first), ("ST", total)):
                row = table.loc[(name, "burden")]
                held[name].append(bool(row["low"] <= true <= row["high"]))
        for name, each in held.items():
            yield f"Sobol, {name}, luck {luck:g} times the factors", 64, "more", each


def _dependence(draws: int, seed: int, sizes: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    whole = rng.random((400_000, 3))
    truth = _logistic(whole)[whole[:, 0] > 0.5].mean()
    for kind, points, claim in (
        ("random", 40, "95"),
        ("random", 200, "95"),
        ("sobol", 32, "more"),
        ("morris", 20, "95"),
    ):
        true = truth
        if kind == "morris":  # whose levels are four
            large = _Swept.of("morris", 4000, seed)
            true = large.known[large.points["sensitivity"] > 0.5].mean()
        held = []
        for swept in _laid(kind, points, draws, rng, 0.3):
            row = dependence(swept, None, "sensitivity", bins=2).iloc[1]
            held.append(bool(row["low"] <= true <= row["high"]))
        yield f"dependence, {kind}", points, claim, held


PARTS = (_survival, _of_one_dyad, _twins, _ensemble, _replicates, _morris, _sobol, _dependence)
