"""Scenarios over generations: the same numbers from a folder as in Python, resumed, refused in a sentence."""

import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.common.toml_models import names
from dyadsim.lineages import generation_steps
from dyadsim.lineages.declared_generations import AS_DECLARED, TWIN
from dyadsim.lineages.generation_folder import TABLES

SHIPPED = names("generation_scenarios")


def few(name, **changes):
    return ds.GenerationScenario.load(name).changed({"linear": True, "number": 80, **changes})


@pytest.fixture(scope="module")
def therapy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("therapy") / "results"
    return few("therapy-for-the-grandmother", cut=("adversity",)).run(out=folder, workers=1)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_can_be_lived_and_each_arm_differs_from_the_first_by_its_treatment_alone(name):
    scenario = few(name, generations=2)
    assert scenario.title and scenario.question and scenario.says
    results = scenario.run(families=40, workers=1)
    assert results.arms == scenario.arms and not len(results.failures)
    first = results.table("children", AS_DECLARED, 1)
    for arm in results.arms:
        own = results.table("children", arm.name, 1)
        same = ["id", "mother", "father", "negativity", "sex"]
        pd.testing.assert_frame_equal(own[same], first[same])
        if arm.offered and not arm.fostered and not arm.cut:
            pd.testing.assert_frame_equal(own, first)


def test_results_are_those_of_python_to_the_bit(therapy):
    scenario = therapy.scenario
    offers = [{"name": "video-feedback", "generation": 1, "start_week": 13, "share": 0.5}]
    families = ds.Families.sample(80, seed=scenario.seed)
    lived = ds.generations(families, 3, offers, scenario.seed, linear=True, under=[], threads=2)
    pd.testing.assert_frame_equal(therapy.families(), lived.frame(), check_dtype=False)
    pd.testing.assert_frame_equal(therapy.table("children"), lived.children, check_dtype=False)
    assert therapy.lineage().table.index.equals(lived.lineage.table.index)
    followed = therapy.follow_up()
    own = followed[followed["arm"] == AS_DECLARED].drop(columns="arm").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, lived.follow_up().reset_index(drop=True))
    gap = lived.transmission_gap()
    last = therapy.gap().query("generation == 3").set_index("way")
    assert last.loc["whole", "slope"] == gap.whole[0]
    pd.testing.assert_series_equal(last["slope"].drop("whole"), gap.parts.set_index("way")["slope"])


def test_a_run_goes_on_from_the_end_of_a_generation_to_the_bit(therapy, tmp_path, two_processes):
    again = few("therapy-for-the-grandmother", cut=("adversity",)).run(out=tmp_path / "again", workers=1)
    for chunk in again.manifest.chunks:
        if chunk.generation > 1 and chunk.arm != TWIN:  # what a killed run had not got to
            for table in TABLES:
                (again.folder / chunk.path(table)).unlink()
    told = []
    gone_on = few("therapy-for-the-grandmother", cut=("adversity",)).run(
        out=tmp_path / "again", workers=2, progress=lambda done, total: told.append((done, total))
    )
    assert told[0] == (6, 12) and told[-1] == (12, 12)
    for chunk in therapy.manifest.chunks:
        for table in TABLES:
            one, other = ((each.folder / chunk.path(table)).read_bytes() for each in (therapy, gone_on))
            assert one == other


def test_shares_ties_and_cycles_are_counted_from_the_tables(therapy):
    families = therapy.families()
    shares = therapy.shares().set_index(["arm", "generation"]).loc[(AS_DECLARED, 2)]
    second = families[families["generation"] == 2]
    assert shares["secure"] == pytest.approx((second["attachment"] == "secure").mean())
    assert shares["maltreated"] == pytest.approx(second["maltreated"].mean())
    cycles = therapy.cycles().set_index(["arm", "what"])
    later = families[families["generation"] > 1]
    known = later[later["mother_maltreated"].notna()]
    lived_through = known[known["mother_maltreated"].astype(bool)]
    row = cycles.loc[(AS_DECLARED, "maltreatment")]
    assert row["mothers"] == len(lived_through)
    assert row["kept"] == pytest.approx(lived_through["maltreated"].mean()) == pytest.approx(1 - row["broken"])
    ties = therapy.ties().set_index(["arm", "tie"])
    both = later.dropna(subset=["mother_negativity"])
    r = both[["mother_negativity", "negativity"]].astype(float).corr().iloc[0, 1]
    assert ties.loc[(AS_DECLARED, "her temperament as an infant and his"), "r"] == pytest.approx(r, abs=1e-9)


def test_exchanged_infants_are_held_beside_both_mothers():
    results = few("three-generations", generations=2, cut=()).run(workers=1)
    ties = results.ties().set_index(["arm", "tie"])
    kept, moved = (ties.loc[(arm, "her temperament as an infant and his")] for arm in results.ties()["arm"].unique())
    assert pd.isna(kept["birth_r"]) and moved["birth_r"] == pytest.approx(kept["r"], abs=0.1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"generations": 0}, "'generations' must be greater than or equal to 1, not 0"),
        ({"fostered": [4]}, "Infants of generation 4 are to be exchanged, but there are generations 1 to 3"),
        ({"cut": ["car"]}, "Did you mean 'care'"),
        ({"cut": ["care", "care"]}, "The way 'care' is cut twice"),
        ({"number": 1}, "'number' must be greater than or equal to 2"),
        ({"interventions": [{"name": "video-feedback", "generation": 9}]}, "is in generation 9"),
        ({"interventions": [{"name": "video-feedback", "start_week": 400}]}, "not in week 400"),
        ({"inheritance": {"secure -> histry": 0.1}}, "Did you mean 'secure -> history'"),
        ({"helps": [{"name": "a", "share": 0.5, "history": 9}]}, "history"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused_in_a_sentence(changes, told):
    with pytest.raises(ds.DyadsimError) as error:
        ds.GenerationScenario.load("three-generations").changed(changes)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_another_scenario_is_not_mixed_in(therapy, tmp_path):
    with pytest.raises(ds.DyadsimError, match="made by a scenario with another 'number'"):
        few("therapy-for-the-grandmother", cut=("adversity",), number=120).run(out=therapy.folder, workers=1)
    with pytest.raises(ds.DyadsimError, match="holds the results of a generations"):
        ds.ServiceResults.read(therapy.folder)
    with pytest.raises(ds.DyadsimError, match="Did you mean 'twin'"):
        therapy.table("data", "tvin")
    with pytest.raises(ds.DyadsimError, match="Did you mean 'lineage'"):
        therapy.table("lineages")


def test_an_arm_that_fails_is_told_and_stops_no_other_and_the_same_command_tries_it_again(tmp_path, monkeypatch):
    scenario = few("three-generations", generations=3, cut=(), fostered=(2,))
    whole = generation_steps.weeks_of

    def failing(asked, number, given, progress=None):
        if asked.fostered and number == 2:
            raise ds.DyadsimError("Nothing can give such a size.")
        return whole(asked, number, given, progress)

    monkeypatch.setattr("dyadsim.lineages.generation_steps.weeks_of", failing)
    results = scenario.run(out=tmp_path / "results", workers=1)
    assert [arm.name for arm in results.arms] == [AS_DECLARED]
    assert results.failures[["arm", "generation"]].to_numpy().tolist() == [
        ["exchanged in generation 2", 2], ["exchanged in generation 2", 3]
    ]  # fmt: skip
    assert results.failures["error"].tolist() == [
        "Nothing can give such a size.",
        "The generation before came to nothing.",
    ]
    monkeypatch.undo()
    assert len(scenario.run(out=tmp_path / "results", workers=1).arms) == 2


def test_adversity_in_childhood_is_laid_on_the_first_mothers_alone():
    scenario = few("three-generations", generations=2, cut=(), fostered=(), risks=["childhood-adversity"])
    people, asked = scenario.people(), scenario.asked(scenario.arms[0])
    assert people.under("childhood-adversity").all() and asked.under == ()
