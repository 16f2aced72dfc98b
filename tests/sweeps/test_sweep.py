"""Sweeps: what a results folder holds, how it survives, goes on and grows."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from sweeping import BURDEN, SENSITIVITY, data_of, design, weeks

import dyadsim as ds
from dyadsim.sweeps import planning
from dyadsim.theory.parameter_sets import parameter_set
from dyadsim.theory.rules import MotherRules


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    return sweep(design(), tmp_path_factory.mktemp("sweep") / "small")


@pytest.fixture
def many_chunks(monkeypatch):
    """Chunks of one point, so that little work has many of them."""
    monkeypatch.setattr(planning, "_ROWS", 4)


def sweep(asked, folder, **how):
    """In this process, unless said: it takes no time to start."""
    return ds.sweep(asked, folder, **{"workers": 1, **how})


def lazier():
    """A mother who answers nothing for a while less readily."""

    class Lazier(MotherRules):
        @staticmethod
        def preferences(traits, context):
            return 0.9 * MotherRules.preferences(traits, context)

    return Lazier


def test_a_sweep_is_the_sessions_of_its_points(swept):
    for point in (0, 7):
        levels = swept.points.loc[point].to_dict()
        cohort = ds.Cohort.sample(4, seed=1).replace(levels)
        own = ds.interact(cohort, "still-face", seed=1, seconds=30).measures()[["dyad", "episode", *swept.outcomes]]
        recorded = swept.frame(points=[point])[["dyad", "episode", *swept.outcomes]]
        pd.testing.assert_frame_equal(recorded, own, check_exact=True)


def test_means_are_those_of_the_dyads(swept):
    whole = swept.frame().groupby(["point", "episode"], sort=False)["match"].agg(["mean", "sem"]).reset_index()
    both = swept.means().merge(whole, on=["point", "episode"])
    np.testing.assert_allclose(both["match"], both["mean"], rtol=1e-12)
    np.testing.assert_allclose(both["match_se"], both["sem"], rtol=1e-8)
    assert (swept.means()["dyads"] == 4).all()


def test_a_difference_from_twins_is_taken_dyad_by_dyad(tmp_path):
    found = sweep(weeks(dyads=6), tmp_path / "out")
    view = found.view("sensitivity", week=23, against="without")
    frame = found.frame(points=[2]).query("week == 23").pivot(index="dyad", columns="arm", values="sensitivity")
    difference = frame["with Video feedback"] - frame["without"]
    assert found.values(view)[2] == pytest.approx(difference.mean())
    assert found.errors(view)[2] == pytest.approx(difference.sem())
    assert set(found.means(against="without")["arm"]) == {"with Video feedback"}


def test_a_replicate_has_dyads_of_its_own(tmp_path):
    twice = sweep(design(replicates=2, points=3), tmp_path / "two").frame()
    assert (twice["replicate"] == twice["dyad"] // 4).all()
    assert sorted(twice["dyad"].unique()) == list(range(8))


def test_points_share_their_dyads_and_luck_unless_asked_otherwise(tmp_path):
    asked = {"design": "grid", "points": None, "factors": [{"name": "paradigm", "values": ["free-play", "separation"]}]}
    base = {"interaction": {"seconds": 30}}
    same = sweep(design(**asked, **base), tmp_path / "same")
    assert "seed" not in same.points
    apart = sweep(design(**asked, **base, common_luck=False), tmp_path / "apart")
    first, second = apart.points["seed"]
    assert first != second
    cohort = ds.Cohort.sample(4, seed=int(second))
    own = ds.interact(cohort, "separation", seed=int(second), seconds=30).measures()
    assert apart.frame(points=[1])["match"].tolist() == own["match"].tolist()


def test_no_result_depends_on_workers_or_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "_ROWS", 12)
    one, two = (sweep(design(), tmp_path / str(workers), workers=workers) for workers in (1, 2))
    assert len(data_of(one.folder)) == 4
    assert data_of(one.folder) == data_of(two.folder)
    monkeypatch.setattr(planning, "_ROWS", 5_000)
    whole = sweep(design(), tmp_path / "whole")
    pd.testing.assert_frame_equal(whole.frame(), one.frame(), check_exact=True)


def test_a_dyad_that_differs_by_nothing_is_the_same_at_both_points(tmp_path):
    factors = [{"name": "share of poverty", "values": [0.0, 0.5]}]
    asked = design(design="grid", points=None, dyads=40, factors=factors, interaction={"paradigm": "free-play"})
    found = sweep(asked, tmp_path / "poor").frame()
    by_point = [part["match"].to_numpy() for _, part in found.groupby("point")]
    poor = ds.Cohort.sample(40, seed=1).with_setting("poverty", 0.5).exposures[0].who
    equal = by_point[0] == by_point[1]
    assert equal[~poor].all()
    assert not equal[poor].all()


def test_the_exact_law_is_an_engine(tmp_path):
    found = sweep(design(engine="law", points=2, dyads=2), tmp_path / "law")
    cohort = ds.Cohort.sample(2, seed=1).replace(found.points.loc[1].to_dict())
    exact = ds.law(cohort, "still-face", seconds=30).measures()
    np.testing.assert_allclose(found.frame(points=[1])["match"], exact["match"], atol=1e-10)


def test_an_outcome_of_ones_own_is_recorded_under_its_name(tmp_path):
    def wishes(run):
        return run.cohort.traits["sensitivity"]

    found = sweep(design(outcomes=[wishes, "match"], points=2), tmp_path / "own")
    assert found.outcomes == ["wishes", "match"]
    assert (found.frame(points=[1])["wishes"] == found.points["sensitivity"][1]).all()
    assert ds.Results.read(found.folder).means()["wishes"].notna().all()  # without the function


# Survival ------------------------------------------------------------------------------------------------------------


def test_going_on_works_out_only_what_is_missing(tmp_path, many_chunks):
    whole = sweep(design(), tmp_path / "whole")
    before = data_of(whole.folder)
    assert len(before) == 12
    lost = whole.folder / "data" / "000003.parquet"
    lost.unlink()
    again = sweep(design(), whole.folder)
    assert again.manifest.runs[-1]["chunks"] == 1
    assert data_of(whole.folder) == before
    sweep(design(), whole.folder)
    assert len(ds.Results.read(whole.folder).manifest.runs) == 2  # where nothing is missing nothing is done


@pytest.mark.parametrize("left", [0, 4, 1000])
def test_a_truncated_chunk_is_told_and_worked_out_again(tmp_path, many_chunks, left):
    whole = sweep(design(), tmp_path / "whole")
    before = data_of(whole.folder)
    cut = whole.folder / "data" / "000005.parquet"
    cut.write_bytes(cut.read_bytes()[:left])
    found = ds.Results.read(whole.folder)
    (sentence,) = found.manifest.damaged
    assert "000005.parquet' is truncated or damaged; the others can be read." in sentence
    assert set(found.frame()["point"]) == set(range(12)) - {5}
    sweep(design(), whole.folder)
    assert data_of(whole.folder) == before


def test_a_point_that_raises_stops_nothing(tmp_path):
    table = pd.DataFrame({"sensitivity": [0.0, 99.0, 1.0], "burden": [0.0, 0.0, 1.0]})
    table.to_csv(tmp_path / "points.csv", index=False)
    asked = design(design="table", points=None, factors=None, table=str(tmp_path / "points.csv"))
    found = sweep(asked, tmp_path / "out")
    (failure,) = found.failures.to_dict("records")
    assert failure["point"] == 1
    assert failure["error"] == "Trait 'sensitivity' is 99, but must lie between -4 and 4 (standard score)."
    assert set(found.frame()["point"]) == {0, 2}
    assert json.loads((found.folder / "manifest.json").read_text())["failures"][0]["point"] == 1


def test_a_rule_that_raises_at_a_point_is_blamed_alone(tmp_path):
    def angry(run):
        if (run.cohort.traits["sensitivity"] > 1).any():
            raise ZeroDivisionError("no\nway")
        return run.cohort.traits["burden"]

    found = sweep(design(outcomes=[angry]), tmp_path / "out")
    failed = found.points.index[found.points["sensitivity"] > 1]
    assert 0 < len(failed) < 12
    assert list(found.failures["point"]) == list(failed)
    assert set(found.failures["error"]) == {"ZeroDivisionError: no way"}


def test_a_folder_made_by_other_rules_is_refused_and_can_be_read(tmp_path):
    sweep(design(), tmp_path / "out", mother=lazier())
    with pytest.raises(ds.DyadsimError, match=r"was made by other rules \(InfantRules, .*Lazier; tables"):
        sweep(design(), tmp_path / "out")
    assert len(ds.Results.read(tmp_path / "out").frame()) == 12 * 4 * 3
    with pytest.raises(ds.DyadsimError, match="a replay needs the very same ones"):
        ds.replay(tmp_path / "out", 0, 0)


def test_a_folder_made_by_another_version_of_the_model_is_refused(tmp_path):
    sweep(design(), tmp_path / "out")
    file = tmp_path / "out" / "manifest.json"
    said = json.loads(file.read_text())
    file.write_text(file.read_text().replace(said["rules"]["outcomes"], "0123456789abcdef"))
    with pytest.raises(ds.DyadsimError, match="by another version of the model"):
        sweep(design(), tmp_path / "out")


def test_a_full_disk_is_told_and_what_was_finished_stays(tmp_path, many_chunks, monkeypatch):
    full = OSError(28, "No space left on device")
    write, written = Path.write_bytes, []

    def until_full(path, content):
        if len(written) >= 5:
            write(path, content[:100])  # some of it gets there
            raise full
        written.append(path)
        return write(path, content)

    with monkeypatch.context() as small, pytest.raises(ds.DyadsimError) as told:
        small.setattr(Path, "write_bytes", until_full)
        sweep(design(), tmp_path / "out", workers=1)
    assert "cannot be written: No space left on device." in str(told.value)
    assert "5 of 12 chunks are done and can be read; the same command goes on." in str(told.value)
    left = ds.Results.read(tmp_path / "out")
    assert not left.manifest.damaged
    assert set(left.frame()["point"]) == set(range(5))
    assert not list(left.folder.glob("**/.*.part"))
    sweep(design(), tmp_path / "out")
    whole = sweep(design(), tmp_path / "whole")
    assert data_of(tmp_path / "out") == data_of(whole.folder)


def test_a_worker_that_dies_of_a_chunk_is_told_and_the_others_are_not_blamed(tmp_path, many_chunks):
    def deadly(run):
        import os

        if (run.cohort.traits["burden"] > 1).any():
            os._exit(1)
        return run.cohort.traits["burden"]

    table = tmp_path / "points.csv"
    table.write_text("burden\n0.1\n0.2\n1.5\n0.4\n0.5\n")
    asked = design(design="table", points=None, factors=None, table=str(table), outcomes=[deadly])
    found = sweep(asked, tmp_path / "out", workers=2)
    assert list(found.failures["point"]) == [2]
    assert set(found.frame()["point"]) == {0, 1, 3, 4}
    assert found.failures["error"].str.contains("The worker died of it").all()


def test_two_runs_do_not_work_on_one_folder(tmp_path):
    from dyadsim.common.chunked_run import locked

    (tmp_path / "out").mkdir()
    with locked(tmp_path / "out"), pytest.raises(ds.DyadsimError, match="Another run is working on"):
        sweep(design(), tmp_path / "out")


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ds.DyadsimError, match=r"holds other files \('thesis.docx'\)"):
        sweep(design(), tmp_path)


# Growth --------------------------------------------------------------------------------------------------------------


def grids(levels):
    factors = [{"name": "sensitivity", "values": levels}, {"name": "burden", "values": [0.0, 1.0]}]
    return {"design": "grid", "points": None, "factors": factors}


@pytest.mark.parametrize(
    ("few", "many"),
    [
        ({"design": "sobol", "points": 2}, {"design": "sobol", "points": 4}),
        ({"design": "morris", "points": 2}, {"design": "morris", "points": 5}),
        ({"points": 5}, {"points": 9}),
        (grids([0.0, 1.0]), grids([-1.0, 0.0, 1.0])),
    ],
    ids=["sobol", "morris", "random", "grid"],
)  # fmt: skip
def test_a_design_that_grows_keeps_its_points(tmp_path, few, many):
    small = sweep(design(**few), tmp_path / "out")
    before, points = data_of(small.folder), len(small.points)
    grown = sweep(design(**many), tmp_path / "out")
    after = data_of(grown.folder)
    assert {name: after[name] for name in before} == before
    assert grown.points.iloc[:points].equals(small.points)
    fresh = sweep(design(**many), tmp_path / "fresh")
    assert len(grown.points) == len(fresh.points) > points
    key = [*grown.factors, "dyad", "episode"]
    tables = [each.frame().merge(each.points, left_on="point", right_index=True) for each in (grown, fresh)]
    one, other = (table.drop(columns="point").sort_values(key, ignore_index=True) for table in tables)
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_table_grows_by_rows(tmp_path):
    file = tmp_path / "points.csv"
    asked = design(design="table", points=None, factors=None, table=str(file))
    file.write_text("sensitivity,burden\n0,0\n1,0\n")
    sweep(asked, tmp_path / "out")
    file.write_text("sensitivity,burden\n-1,0\n0,0\n1,0\n")
    grown = sweep(asked, tmp_path / "out")
    assert grown.points["sensitivity"].tolist() == [0, 1, -1]
    assert grown.done == 1
    file.write_text("sensitivity,burden\n2,2\n")
    with pytest.raises(ds.DyadsimError, match="not among those that are asked for"):
        sweep(asked, tmp_path / "out")


def test_a_latin_hypercube_cannot_grow_in_points_but_in_replicates(tmp_path):
    sweep(design(design="latin-hypercube", points=4), tmp_path / "out")
    with pytest.raises(ds.DyadsimError, match="A Latin hypercube cannot grow"):
        sweep(design(design="latin-hypercube", points=8), tmp_path / "out")
    grown = sweep(design(design="latin-hypercube", points=4, replicates=3), tmp_path / "out")
    assert (grown.means()["dyads"] == 12).all()


def test_points_and_replicates_grow_together(tmp_path, many_chunks):
    sweep(design(points=3, replicates=1), tmp_path / "out")
    grown = sweep(design(points=5, replicates=2), tmp_path / "out")
    fresh = sweep(design(points=5, replicates=2), tmp_path / "fresh")
    assert grown.manifest.runs[-1]["chunks"] == 5 * 2 - 3
    pd.testing.assert_frame_equal(grown.frame(), fresh.frame(), check_exact=True)


def test_a_smaller_design_finds_all_there_and_takes_nothing_away(tmp_path):
    large = sweep(design(points=6, replicates=2), tmp_path / "out")
    small = sweep(design(points=3), tmp_path / "out")
    assert len(small.manifest.runs) == 1
    assert small.manifest.asked == large.manifest.asked


def test_more_weeks_go_on_where_the_others_ended(tmp_path):
    few = sweep(weeks(), tmp_path / "out")
    before = data_of(few.folder)
    grown = sweep(weeks({"weeks": 5}), tmp_path / "out")
    after = data_of(grown.folder)
    assert {name: after[name] for name in before} == before
    fresh = sweep(weeks({"weeks": 5}), tmp_path / "fresh").frame()
    both = grown.frame().merge(fresh, on=["point", "replicate", "dyad", "arm", "week"], suffixes=("", " fresh"))
    assert {20, 25} <= set(both["week"])
    for name in grown.outcomes:
        assert both[name].equals(both[f"{name} fresh"].rename(name))
    again = sweep(weeks({"weeks": 6}, replicates=2), tmp_path / "out")
    assert again.done == 1
    assert again.frame().groupby("week")["dyad"].nunique()[26] == 6


def test_a_weeks_chunk_without_its_end_is_worked_out_again(tmp_path):
    found = sweep(weeks(), tmp_path / "out")
    before = data_of(found.folder)
    (found.folder / "ends" / "000000.zip").unlink()
    sweep(weeks(), tmp_path / "out")
    assert data_of(found.folder) == before


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"seed": 2}, "was made with seed as usual, and now 2 is asked for"),
        ({"dyads": 5}, "was made with dyads 4, and now 5 is asked for"),
        ({"outcomes": ["match"]}, "was made with outcomes"),
        ({"interaction": {"seconds": 30}}, "was made with interaction"),
        ({"factors": [SENSITIVITY]}, "was laid|were laid|was made with"),
        ({"factors": [{**SENSITIVITY, "high": 1}, BURDEN]}, "was made with factors"),
        ({"engine": "law"}, "was made with engine"),
    ],
)
def test_what_cannot_grow_is_named(swept, other, said):
    with pytest.raises(ds.DyadsimError, match=said):
        sweep(design(**other), swept.folder)


# Parameter sets -------------------------------------------------------------------------------------------------------


def test_replicates_live_by_the_sets_of_the_ensemble(tmp_path):
    found = sweep(design(points=2, replicates=3, parameters="ensemble"), tmp_path / "out")
    for number in range(3):
        one = parameter_set(number)
        cohort = ds.Cohort.sample(
            4, seed=1, first=4 * number, dynamics=one.dynamics, coefficients=one.coefficients
        ).replace(found.points.loc[1].to_dict())
        own = ds.interact(cohort, "still-face", seed=1, seconds=30).measures()
        rows = found.frame(points=[1])
        assert rows.loc[rows["replicate"] == number, "match"].tolist() == own["match"].tolist()


def test_intervals_of_an_ensemble_hold_what_differs_between_its_sets(tmp_path):
    asked = {"points": 2, "replicates": 8, "dyads": 6, "engine": "law"}
    found = sweep(design(**asked, parameters="ensemble"), tmp_path / "out")
    means = found.means()
    by_set = found.means(by_replicate=True).query("point == 1 and episode == 'play'")["match"]
    (row,) = means.query("point == 1 and episode == 'play'").to_dict("records")
    assert row["match_high"] - row["match"] == pytest.approx(t.ppf(0.975, 7) * by_set.std() * (1 + 1 / 8) ** 0.5)
    assert row["match_low"] < row["match"] - 1.96 * row["match_se"]
    assert "match_low" not in sweep(design(points=2), tmp_path / "one").means()


def test_weeks_of_an_ensemble_go_on_and_are_replayed_exactly(tmp_path):
    asked = {"parameters": "ensemble", "replicates": 2, "points": 2, "dyads": 2}
    sweep(weeks({"weeks": 2}, **asked), tmp_path / "out")
    grown = sweep(weeks({"weeks": 3}, **asked), tmp_path / "out")
    fresh = sweep(weeks({"weeks": 3}, **asked), tmp_path / "fresh").frame()
    both = grown.frame().merge(fresh, on=["point", "replicate", "dyad", "arm", "week"], suffixes=("", " fresh"))
    assert len(both) == len(fresh)
    for name in grown.outcomes:
        assert both[name].equals(both[f"{name} fresh"].rename(name))
    keys = ["arm", "week"]
    again, recorded = (
        each.sort_values(keys, ignore_index=True)
        for each in (ds.replay(grown, 1, 3).again(), ds.replay(grown, 1, 3).recorded())
    )
    pd.testing.assert_frame_equal(again, recorded, check_exact=True)
