"""What an outcome follows: indices against theory, dependence against what is known, and what the report holds."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from sweeping import BURDEN, SENSITIVITY, design

import dyadsim as ds
from dyadsim.reports import sweep_report
from dyadsim.sweeps.cells import cells
from dyadsim.sweeps.sensitivity_indices import KNOWN_TO, NOTHING, binned, dependence, indices, interaction, too_few

PI = 3.141592653589793
NAMES = ("sensitivity", "negativity", "sociability")
A, B = 7.0, 0.1


def ishigami(run):
    """Ishigami & Homma's function (1990) of three traits, which has known indices."""
    one, two, three = (run.cohort.traits[name] for name in NAMES)
    return np.sin(one) + A * np.sin(two) ** 2 + B * three**4 * np.sin(one)


def theory():
    """Its Sobol indices (Saltelli et al. 2008, Global Sensitivity Analysis, section 4.7)."""
    parts = {
        (0,): (1 + B * PI**4 / 5) ** 2 / 2,
        (1,): A**2 / 8,
        (0, 2): B**2 * PI**8 * (1 / 18 - 1 / 50),
    }
    variance = sum(parts.values())
    first = [parts.get((k,), 0.0) / variance for k in range(3)]
    total = [sum(part for which, part in parts.items() if k in which) / variance for k in range(3)]
    return first, total, parts[0, 2] / variance


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    ranges = [{"name": name, "low": -PI, "high": PI} for name in NAMES]
    asked = design(
        design="sobol", points=1024, dyads=1, interaction={"seconds": 1}, factors=ranges, outcomes=[ishigami]
    )
    return ds.sweep(asked, tmp_path_factory.mktemp("known") / "ishigami", workers=1)


def test_sobol_indices_of_a_known_function_agree_with_theory(known):
    """The tolerance is that of 1,024 base points; the design has a fixed seed."""
    table = indices(known, known.view())
    first, total, together = theory()
    of = {kind: table[table["index"] == kind] for kind in ("S1", "ST", "S2")}
    np.testing.assert_allclose(of["S1"]["value"], first, atol=0.03)
    np.testing.assert_allclose(of["ST"]["value"], total, atol=0.03)
    np.testing.assert_allclose(of["S2"]["value"], [0, together, 0], atol=0.06)
    for kind, truth in (("S1", first), ("ST", total), ("S2", [0, together, 0])):
        assert ((of[kind]["low"] < truth) & (truth < of[kind]["high"])).all()


def test_too_few_points_for_an_interval_are_told_with_how_many_it_takes(known, tmp_path):
    """Of so many points as are said to be needed, intervals are as narrow as they are to be (by their root law)."""
    assert too_few(known, indices(known, known.view())) == ""
    few = ds.sweep(known.design.changed({"points": 64, "outcomes": [ishigami]}), tmp_path / "few", workers=1)
    table = indices(few, few.view())
    said = too_few(few, table)
    widest = ((table["high"] - table["low"]) / 2)[table["index"].isin(["S1", "ST"])].max()
    assert widest > KNOWN_TO
    assert f"with {len(few.points)} points their intervals reach up to {widest:.2f} to either side" in said
    needed = int(re.search(r"About ([\d,]+) points", said)[1].replace(",", ""))
    assert needed == pytest.approx(len(few.points) * (widest / KNOWN_TO) ** 2, rel=0.1)
    assert len(few.points) < needed < len(known.points)
    assert too_few(few, table[table["index"] == "S2"]) == ""


def test_cells_have_their_means_counts_and_spread(known):
    table = cells(known, known.view(), "sensitivity", "negativity", 4)
    both = interaction(known, known.view(), "sensitivity", "negativity", 4)
    pd.testing.assert_frame_equal(table[["x", "y", "mean", "points"]], both)
    values = known.values(known.view())
    inside = (binned(known, "sensitivity", 4) == table["x"][0]) & (binned(known, "negativity", 4) == table["y"][0])
    assert table["sd"][0] == pytest.approx(values[inside].std(ddof=1))
    assert table["dyads"].tolist() == table["points"].tolist()  # one dyad a point
    one = cells(known, known.view(), "sensitivity", "", 4)
    over = dependence(known, known.view(), "sensitivity", 4)
    assert sorted(one["mean"]) == pytest.approx(sorted(over["mean"]))
    with pytest.raises(ds.DyadsimError, match="not of 'sensitivity' twice"):
        cells(known, known.view(), "sensitivity", "sensitivity", 4)


def test_pawn_tells_what_matters_from_what_does_not(tmp_path):
    def by_burden(run):
        return run.cohort.traits["burden"] ** 3

    found = ds.sweep(design(points=400, dyads=1, outcomes=[by_burden]), tmp_path / "out", workers=1)
    table = indices(found, found.view()).set_index("factor")
    assert set(table.index) == {"sensitivity", "burden", NOTHING}
    assert table.loc["burden", "low"] > 0.5
    assert table.loc["sensitivity", "value"] < table.loc[NOTHING, "high"] + 0.1


def test_morris_effects_of_a_sum_are_its_slopes(tmp_path):
    def summed(run):
        return 3 * run.cohort.traits["sensitivity"] + run.cohort.traits["burden"]

    asked = design(design="morris", points=6, dyads=1, outcomes=[summed])
    found = ds.sweep(asked, tmp_path / "out", workers=1)
    table = indices(found, found.view())
    stars = table[table["index"] == "mu_star"].set_index("factor")["value"]
    np.testing.assert_allclose(stars[["sensitivity", "burden"]], [12, 4], rtol=1e-6)  # over a range of 4
    np.testing.assert_allclose(table[table["index"] == "sigma"]["value"], 0, atol=1e-6)


LAID = {
    "morris": {"design": "morris", "points": 8},
    "sobol": {"design": "sobol", "points": 8, "second_order": False},
    "latin-hypercube": {"design": "latin-hypercube", "points": 50},
}


def another_version(monkeypatch):
    """Libraries of another version, which lay other points by the same seeds."""
    from SALib.sample import morris, sobol
    from scipy.stats import qmc

    for module in (morris, sobol):
        lay = module.sample
        how = lambda *given, lay=lay, seed, **named: lay(*given, seed=seed + 1, **named)  # noqa: E731
        monkeypatch.setattr(module, "sample", how)
    hypercube = qmc.LatinHypercube
    monkeypatch.setattr(qmc, "LatinHypercube", lambda factors, rng: hypercube(factors, rng=rng + 1))


def product(run):
    return run.cohort.traits["sensitivity"] * (1 + run.cohort.traits["burden"])


@pytest.mark.parametrize("laid", LAID)
def test_a_folder_is_read_and_goes_on_by_its_own_points_whatever_would_lay_others_today(tmp_path, monkeypatch, laid):
    asked = design(**LAID[laid], dyads=1, outcomes=[product])
    found = ds.sweep(asked, tmp_path / "out", workers=1)
    before = indices(found, found.view())
    another_version(monkeypatch)
    again = ds.Results.read(tmp_path / "out")
    pd.testing.assert_frame_equal(indices(again, again.view()), before, check_exact=True)
    more = ds.sweep(design(**LAID[laid], dyads=1, outcomes=[product], replicates=2), tmp_path / "out", workers=1)
    pd.testing.assert_frame_equal(more.points, found.points, check_exact=True)
    grown = design(**{**LAID[laid], "points": 64}, dyads=1, outcomes=[product])
    refused = "cannot grow" if laid == "latin-hypercube" else f"The {laid} points .* other versions of SALib or SciPy"
    with pytest.raises(ds.DyadsimError, match=refused):
        ds.sweep(grown, tmp_path / "out", workers=1)


def test_steps_of_morris_go_by_the_place_of_a_listed_level(tmp_path):
    """Of the levels 2, -1, 1 the second is a step up from the first, as it is laid."""

    def sensitivity_of(run):
        return run.cohort.traits["sensitivity"]

    listed = {"name": "sensitivity", "values": [2, -1, 1]}
    asked = design(design="morris", points=6, dyads=1, factors=[listed, BURDEN], outcomes=[sensitivity_of])
    found = ds.sweep(asked, tmp_path / "out", workers=1)
    mu = indices(found, found.view()).set_index(["index", "factor"]).loc[("mu", "sensitivity"), "value"]
    levels = found.points["sensitivity"].to_numpy().reshape(6, 3)
    up = np.sign(np.diff(np.select([levels == 2, levels == -1], [0, 1], 2), axis=1))
    np.testing.assert_allclose(mu, (np.diff(levels, axis=1) * up).sum(axis=1).mean() / (2 / 3))


def test_the_manifest_keeps_the_versions_of_the_run_that_laid_the_points(tmp_path, monkeypatch):
    asked = design(design="morris", points=4, dyads=1)
    folder = ds.sweep(asked, tmp_path / "out", workers=1).folder
    read = lambda: json.loads((folder / "manifest.json").read_text("utf-8"))  # noqa: E731
    first = read()["made_with"]
    assert {"SALib", "scipy", "numpy", "pandas", "numba", "pyarrow"} == set(first)
    from dyadsim.common import chunked_folder

    monkeypatch.setattr(chunked_folder, "version", lambda name: "99.9")
    ds.sweep(asked.changed({"replicates": 2}), folder, workers=1)
    assert read()["made_with"] == first
    assert [run["made_with"]["SALib"] for run in read()["runs"]] == [first["SALib"], "99.9"]


@pytest.mark.parametrize("laid", ["sobol", "morris"])
def test_intervals_are_the_same_at_each_reading_and_no_luck_of_the_users_is_touched(tmp_path, laid):
    found = ds.sweep(design(**LAID[laid], dyads=1, outcomes=[product]), tmp_path / "out", workers=1)
    np.random.seed(3)  # noqa: NPY002
    users = np.random.get_state()[1].copy()  # noqa: NPY002
    before = indices(found, found.view())
    assert (np.random.get_state()[1] == users).all()  # noqa: NPY002
    again = ds.Results.read(tmp_path / "out")
    pd.testing.assert_frame_equal(indices(again, again.view()), before, check_exact=True)
    assert (before["high"] > before["low"])[before["low"].notna()].all()


def test_intervals_of_morris_effects_are_those_of_a_mean_over_trajectories(tmp_path):
    """By hand from the points that the folder holds: the effect of each step of each of six trajectories."""

    def bent(run):
        return run.cohort.traits["sensitivity"] ** 3 - run.cohort.traits["burden"]

    asked = design(design="morris", points=6, dyads=1, outcomes=[bent])
    found = ds.sweep(asked, tmp_path / "out", workers=1)
    table = indices(found, found.view()).set_index(["index", "factor"])
    points, values = found.points.to_numpy().reshape(6, 3, 2), found.values(found.view()).to_numpy().reshape(6, 3)
    steps = np.diff(points, axis=1) / 4  # in shares of a range of 4
    which = np.abs(steps).argmax(axis=2)
    effects = np.diff(values, axis=1) / np.take_along_axis(steps, which[..., None], axis=2)[..., 0]
    of = np.take_along_axis(effects, which.argsort(axis=1), axis=1)[:, found.factors.index("sensitivity")]
    for index, each in (("mu", of), ("mu_star", np.abs(of))):
        row = table.loc[index, "sensitivity"]
        assert row["value"] == pytest.approx(each.mean())
        assert row["high"] - row["value"] == pytest.approx(t.ppf(0.975, 5) * each.std(ddof=1) / np.sqrt(6))


def test_intervals_over_sets_are_for_another_set(tmp_path):
    """By hand from the values of each set: of its trajectories, and of another set than these three."""
    asked = {"design": "morris", "points": 5, "dyads": 2, "replicates": 3, "parameters": "ensemble", "engine": "law"}
    found = ds.sweep(design(**asked, outcomes=["match"]), tmp_path / "out", workers=1)
    view = found.view("match", episode="play")
    row = indices(found, view).set_index(["index", "factor"]).loc["mu_star", "sensitivity"]
    points = found.points.to_numpy().reshape(5, 3, 2)
    place = found.factors.index("sensitivity")
    steps = np.diff(points, axis=1)[..., place] / 4  # 0 but where it is the one that steps
    by_set = found.values(view, by_replicate=True).unstack("replicate").to_numpy().reshape(5, 3, 3)
    changed = np.abs(np.diff(by_set, axis=1)[steps != 0] / steps[steps != 0][:, None])  # (trajectories, sets)
    within = (t.ppf(0.975, 4) ** 2 * changed.var(axis=0, ddof=1) / 5).mean()
    between = t.ppf(0.975, 2) ** 2 * (1 + 1 / 3) * changed.mean(axis=0).var(ddof=1)
    assert row["value"] == pytest.approx(changed.mean())
    assert row["high"] - row["value"] == pytest.approx(np.sqrt(within + between))


def test_the_law_and_simulation_agree_on_what_match_follows(tmp_path):
    """First-order indices, each with its 95 % interval: the intervals overlap for every factor (fixed seed)."""
    factors = [SENSITIVITY, {**BURDEN, "name": "sociability"}, {**BURDEN, "name": "negativity"}]
    asked = {
        "design": "sobol",
        "points": 64,
        "second_order": False,
        "factors": factors,
        "outcomes": ["infant_positive"],
    }
    base = {"interaction": {"paradigm": "still-face"}}
    found = {
        "law": ds.sweep(design(**asked, **base, dyads=1, engine="law"), tmp_path / "law", workers=1),
        "simulation": ds.sweep(design(**asked, **base, dyads=60), tmp_path / "simulation", workers=1),
    }
    first = {}
    for name, results in found.items():
        table = indices(results, results.view(episode="play"))
        first[name] = table[table["index"] == "S1"].set_index("factor")
    law, simulated = first["law"], first["simulation"]
    assert (law["low"] < simulated["high"]).all()
    assert (simulated["low"] < law["high"]).all()
    assert law["value"].idxmax() == simulated["value"].idxmax() == "sociability"


def test_points_that_failed_take_their_block_out_and_no_more(known, monkeypatch):
    whole = indices(known, known.view())
    values = known.values(known.view())
    values.iloc[3] = np.nan
    monkeypatch.setattr(known, "values", lambda view: values)
    table = indices(known, known.view())
    assert (table["points"] == whole["points"] - 8).all()


def test_what_cannot_be_explained_is_told(known, tmp_path):
    with pytest.raises(ds.DyadsimError, match="Morris indices need design = 'morris', and this one is 'sobol'"):
        indices(known, known.view(), "morris")
    with pytest.raises(ds.DyadsimError, match="Did you mean 'sobol'"):
        indices(known, known.view(), "sobel")

    def same(run):
        return np.ones(len(run.cohort))

    found = ds.sweep(design(outcomes=[same]), tmp_path / "out", workers=1)
    with pytest.raises(ds.DyadsimError, match="'same, reunion' does not vary"):
        indices(found, found.view())


def test_dependence_and_interaction_are_means_over_points(known):
    view = known.view()
    over = dependence(known, view, "negativity")
    np.testing.assert_allclose(over["mean"] - over["mean"].mean(), A * (np.sin(over["level"]) ** 2 - 0.5), atol=0.9)
    assert over["points"].sum() == len(known.points)
    both = interaction(known, view, "sensitivity", "sociability")
    assert both["points"].sum() == len(known.points)
    corner = both.loc[both["x"].add(both["y"]).idxmax(), "mean"]
    assert np.isfinite(corner)
    with pytest.raises(ds.DyadsimError, match="two different factors"):
        interaction(known, view, "sensitivity", "sensitivity")


def test_intervals_of_dependence_take_the_points_of_a_base_point_together(known):
    """Eight points of a base point stand in pairs of levels, and are no eight draws."""
    over = dependence(known, known.view(), "sensitivity", bins=4)
    level = np.digitize(known.points["sensitivity"], np.linspace(-PI, PI, 5)[1:-1])
    value = known.values(known.view()).to_numpy()
    for row, own in zip(over.to_dict("records"), (level == k for k in range(4)), strict=True):
        block, mean = np.flatnonzero(own) // 8, value[own].mean()
        off = np.array([(value[own] - mean)[block == each].sum() for each in np.unique(block)])
        error = np.sqrt(len(off) / (len(off) - 1) * (off**2).sum()) / own.sum()
        assert row["mean"] == pytest.approx(mean)
        assert row["high"] - mean == pytest.approx(t.ppf(0.975, len(off) - 1) * error)
        assert error > 1.2 * value[own].std(ddof=1) / np.sqrt(own.sum())


def test_dependence_on_names_keeps_them(tmp_path):
    factors = [{"name": "paradigm", "values": ["still-face", "free-play"]}, SENSITIVITY]
    asked = design(design="grid", points=None, factors=factors, interaction={"seconds": 60}, outcomes=["match"])
    found = ds.sweep(asked, tmp_path / "out", workers=1)
    over = dependence(found, found.view(episode="play"), "paradigm")
    assert list(over["level"]) == ["still-face", "free-play"]


def test_a_report_holds_its_figures_each_with_the_command_that_makes_it(tmp_path):
    found = ds.sweep(design(points=60, outcomes=["match"]), tmp_path / "out", workers=1)
    page, paper = sweep_report.write(found, [found.view()], None, pdf=True, page=True)
    text = page.read_text()
    for kind in ("spread", "indices", "dependence", "interaction"):
        assert f"dyadsim results {found.folder} --figure {kind} --outcome match --episode reunion" in text
    assert text.count("<img") == 4
    assert ds.NOTICE in text
    assert paper.read_bytes().startswith(b"%PDF")


def test_a_view_names_what_the_results_have(known):
    with pytest.raises(ds.DyadsimError, match="Did you mean 'ishigami'"):
        known.view("ishigamy")
    with pytest.raises(ds.DyadsimError, match="they have no week"):
        known.view(week=3)
    with pytest.raises(ds.DyadsimError, match="Known: play"):
        known.view(episode="still-face")
