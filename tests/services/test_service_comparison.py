"""Comparisons of services: a folder that survives, the same bits whoever works, twins that differ by service only."""

import json

import numpy as np
import pandas as pd
import pytest
from serving import CBT, invited, small, two

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.services.comparison_folder import TABLES
from dyadsim.services.declared_comparison import NONE, DeclaredComparison


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return two(at_once=True).run(out=tmp_path_factory.mktemp("two") / "out", workers=1)


def test_what_ships_can_be_declared_and_says_the_same_again():
    for name in toml_models.names("service_comparisons"):
        shipped = ds.ServiceComparison.load(name)
        assert DeclaredComparison(**shipped.model_dump(mode="json")).arms == shipped.arms
    assert [arm.name for arm in ds.ServiceComparison.load("four-services").arms][:3] == [
        "no service", "nordic-universal", "nordic-universal, at once",
    ]  # fmt: skip


def test_a_folder_holds_tables_of_every_arm_and_is_read_again(results):
    names = [arm.name for arm in results.arms]
    assert names == ["no service", "small", "small, at once", "more", "more, at once"]
    again = ds.ServiceResults.read(results.folder)
    for table in TABLES:
        for arm in names:
            assert again.table(table, arm).equals(results.table(table, arm))
    said = json.loads((results.folder / "manifest.json").read_text())
    assert (said["kind"], len(said["chunks"])) == ("services", 5)
    assert "teaching" in said["notice"]
    families = {arm: results.families(arm) for arm in names}
    assert all(each["family"].equals(families[NONE]["family"]) for each in families.values())
    assert (families[NONE]["cost"] == 0).all()
    assert families["small"]["cost"].sum() == pytest.approx(results.table("events", "small")["cost"].sum())
    assert len(results.load()["arm"].unique()) == 2
    assert {"arm", "programme", "median"} <= set(results.waits())
    assert set(results.effects()["arm"]) == {"small", "more"}
    assert (results.costs()["cost"] > 0).all()


def test_workers_change_no_bit_and_a_killed_run_goes_on(results, tmp_path, two_processes):
    out = tmp_path / "out"
    two(at_once=True).run(out=out, workers=2)
    again = ds.ServiceResults.read(out)
    for arm in results.arms:
        assert again.table("data", arm.name).equals(results.table("data", arm.name))
    (out / "data" / "000002.parquet").unlink()
    (out / "events" / "000003.parquet").unlink()
    assert not ds.ServiceResults.read(out).arms
    more = two(at_once=True).run(out=out, workers=1)
    assert more.manifest.runs[-1]["chunks"] == 2
    assert more.cascade().equals(results.cascade())


def test_another_comparison_is_not_mixed_in(results):
    with pytest.raises(ds.DyadsimError, match="made by a comparison with another 'weeks'"):
        two(at_once=True, weeks=17).run(out=results.folder, workers=1)
    with pytest.raises(ds.DyadsimError, match="not of a trial"):
        ds.TrialResults.read(results.folder)


def test_services_may_be_varied_and_each_value_is_an_arm():
    found = two(vary={"what": "staff of nurse", "values": [1, 100]}).run(workers=1)
    names = [arm.name for arm in found.under_service]
    assert names[:2] == ["small, staff of nurse 1", "small, staff of nurse 100"]
    used = found.costs().groupby("arm", sort=False)["hours"].sum()
    assert used.iloc[0] < used.iloc[1]


def test_an_ensemble_varies_parameters_and_sizes_and_intervals_hold_both():
    group = small(contacts=[], screening=[], interview=None, told_to="", programmes=[invited("video-feedback", 4)])
    asked = two(services=[group], parameters="ensemble", sets=2, weeks=20)
    found = asked.run(workers=1)
    assert found.sets == [0, 1]
    assert len(found.families("small")) == 2 * 18
    sizes = [[e.size for e in asked.service_of(asked.arms[1], n).programmes[0].offered.entry.effects] for n in (0, 1)]
    assert sizes[0] != sizes[1]
    told = found.cost_effectiveness()
    assert set(found.draws()["set"]) == {0, 1}
    assert len(told) == 3
    fixed = asked.changed({"sizes": False})
    assert fixed.service_of(asked.arms[1], 1) is asked.arms[1].service


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"services": [small(), small()]}, "Two services are called 'small'"),
        ({"services": ["specialist-only", "durham-connects"]}, "are compared in the same prices"),
        ({"services": ["specialist-onlie"]}, "Did you mean 'specialist-only'"),
        ({"waves": 4}, "3 communities make 3 waves at most, not 4"),
        ({"vary": {"what": "staff of doctor", "values": [1.0]}}, "None of these services has what is to be varied"),
        ({"parameters": "all"}, "parameters"),
        ({"families": {"ties": False, "partners": 0.0}}, "give partners above 0, or ties = true"),
    ],
)
def test_what_cannot_be_compared_is_told(changes, says):
    with pytest.raises(ds.DyadsimError, match=says):
        two(**changes)


def test_an_arm_that_fails_is_told_and_stops_no_other(tmp_path, monkeypatch):
    from dyadsim.services import comparison_run

    served = comparison_run.served_in

    def fails(comparison, arm, number=0, progress=None):
        if arm.name == "more":
            raise ds.DyadsimError("No.")
        return served(comparison, arm, number, progress)

    monkeypatch.setattr(comparison_run, "served_in", fails)
    found = two().run(out=tmp_path / "out", workers=1)
    assert found.failures.to_dict("records") == [{"arm": "more", "set": 0, "error": "No."}]
    assert not found.arms
    monkeypatch.setattr(comparison_run, "served_in", served)
    assert len(two().run(out=tmp_path / "out", workers=1).arms) == 3


def test_who_is_treated_by_the_service_only_is_better_off_than_the_twin():
    """Forty families each week of whom all are visited: those who had care are less depressed than their twins."""
    asked = two(communities=4, families={"community_size": 12, "ties": False}, weeks=52, waves=1, services=[small()])
    found = asked.run(workers=1)
    own, twins = found.families("small"), found.families(NONE)
    stayed = own["stayed"]
    assert stayed.sum() > 3
    apart = own.loc[stayed, "end_depression"] - twins.loc[stayed, "end_depression"]
    assert apart.mean() < -0.1
    assert np.abs(own.loc[~own["began"], "end_depression"] - twins.loc[~own["began"], "end_depression"]).max() == 0
    assert isinstance(own, pd.DataFrame)
    assert CBT in set(found.waits()["programme"])
