"""Designs of sweeps: what users may write, what is refused and how, and where points lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sweeping import BURDEN, SENSITIVITY, design, weeks

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interaction.rule_set import Rules
from dyadsim.sweeps.points import points_of
from dyadsim.theory.rules import InfantRules


def check(asked):
    asked.check(Rules())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"design": "sobl"}, "Did you mean 'sobol'"),
        ({"engine": "exact"}, "Known: simulation, law"),
        ({"points": None}, "A random design needs points"),
        ({"design": "grid"}, "A grid design has as many points as its levels say"),
        ({"design": "sobol", "points": 12}, "power of two, not 12"),
        ({"factors": []}, "needs factors"),
        ({"factors": [SENSITIVITY, SENSITIVITY]}, "Factor 'sensitivity' is there twice"),
        ({"factors": [{"name": "sensitivity", "low": 2, "high": -2}]}, "a low and a higher high"),
        ({"factors": [{"name": "sensitivity", "values": [1.0], "low": 0}]}, "either values or low and high"),
        ({"factors": [{"name": "sensitivity", "values": [1.0, 1.0]}]}, "has the value 1.0 twice"),
        ({"outcomes": ["mach"]}, "Did you mean 'match'"),
        ({"outcomes": ["match", "match"]}, "is there twice"),
        ({"outcomes": ["grid_range"], "engine": "law"}, "the exact law does not have it"),
        ({"outcomes": ["own.py:nothing"]}, "there is no file 'own.py'"),
        ({"table": "points.csv"}, "A table is for design = 'table'"),
        ({"scenario": "typical-year"}, "not of both"),
        (
            {"scenario": "typical-year", "interaction": None, "engine": "law", "outcomes": ["eas"]},
            "engine = 'simulation'",
        ),
        ({"parameters": "ensembel"}, "Did you mean 'ensemble'"),
        ({"interaction": {"scheme": "strikt"}}, "Did you mean 'strict'"),
        ({"interaction": {"population": "mixed-risk", "risks": ["poverty"]}}, "live under 'poverty' twice"),
        ({"interaction": {"risks": ["partner-support"]}}, "belongs under support"),
    ],
)
def test_a_design_that_cannot_be_is_told_in_a_sentence(wrong, said):
    with pytest.raises(ds.DyadsimError, match=said) as told:
        design(**wrong)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ({"name": "sensitivty", "low": 0, "high": 1}, "Did you mean 'sensitivity'"),
        ({"name": "sensitivity", "low": 0, "high": 9}, "is 9, but must lie between -4 and 4"),
        ({"name": "shift of senstivity", "low": 0, "high": 1}, "Did you mean 'sensitivity'"),
        ({"name": "share of povrty", "low": 0, "high": 1}, "Did you mean 'poverty'"),
        ({"name": "share of poverty", "low": 0, "high": 2}, "is a share from 0 to 1, not 2"),
        ({"name": "dose of video-feedback", "low": 0, "high": 1}, "a scenario with interventions"),
        ({"name": "paradigm", "values": ["still-fase"]}, "Did you mean 'still-face'"),
        ({"name": "paradigm", "low": 0, "high": 1}, "is set to names, not to 0"),
        ({"name": "days", "values": [1, 2]}, "is of a scenario"),
        ({"name": "rate of depression", "low": 0.1, "high": 0.2}, "a sweep of single sessions has none"),
        ({"name": "sensitivity", "values": ["high"]}, "is set to numbers, not to 'high'"),
        ({"name": "infant_contingency", "low": 0, "high": 1000}, "infant_contingency"),
    ],
)
def test_a_factor_that_cannot_be_is_told_before_any_work(factor, said):
    with pytest.raises(ds.DyadsimError, match=said):
        check(design(factors=[factor]))


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ({"name": "dose of vido-feedback", "low": 0, "high": 1}, "Did you mean 'video-feedback'"),
        ({"name": "uptake of video-feedback", "low": 0, "high": 2}, "uptake"),
        ({"name": "seconds", "values": [60]}, "is of a session"),
        ({"name": "start_week of video-feedback", "values": [90]}, "starts in week 90"),
    ],
)
def test_a_factor_of_weeks_that_cannot_be_is_told(factor, said):
    with pytest.raises(ds.DyadsimError, match=said):
        check(weeks(factors=[factor]))


def test_every_kind_of_factor_sets_what_it_says():
    from dyadsim.sweeps.point_setup import Setup

    base = weeks().base
    setup = Setup(base).at(
        {
            "dose of video-feedback": 0.5,
            "start_week of video-feedback": 22.0,
            "share of poverty": 0.25,
            "days": 3.0,
            "paradigm": "phone-play",
            "population": "preterm",
            "rate of depression": 0.2,
            "sensitivity": 1.0,
            "shift of burden": 0.5,
        }
    )
    (offer,) = setup.base.interventions
    assert (offer.dose, offer.start_week) == (0.5, 22)
    assert [(each.setting, each.share) for each in setup.base.risks] == [("poverty", 0.25)]
    assert (setup.base.days, setup.base.paradigm, setup.base.population) == (3, "phone-play", "preterm")
    assert setup.parameters(None).dynamics["rate of depression"] == 0.2
    before = ds.Cohort.sample(3, seed=1)
    met = setup.applied_to(before)
    assert (met.traits["sensitivity"] == 1).all()
    np.testing.assert_allclose(met.traits["burden"], before.traits["burden"] + 0.5)


def test_a_trait_that_a_rule_declares_can_be_a_factor(tmp_path):
    class Shy(InfantRules):
        extra_traits = (ds.Trait("shyness", "infant", 0.0, -1.0, 1.0, "standard score", "holds back"),)

        @staticmethod
        def preferences(traits, context):
            return InfantRules.preferences(traits, context) * (1 + 0.1 * traits.shyness)

    asked = design(factors=[{"name": "shyness", "low": -1, "high": 1}], points=3)
    with pytest.raises(ds.DyadsimError, match="Unknown factor 'shyness'"):
        check(asked)
    found = ds.sweep(asked, tmp_path / "out", infant=Shy, workers=1)
    assert found.means()["shyness"].nunique() == 3
    assert not len(found.failures)


@pytest.mark.parametrize("name", toml_models.names("designs"))
def test_shipped_designs_can_be_run_and_written_again(name):
    asked = ds.Design.load(name)
    check(asked)
    assert len(points_of(asked)) > 1
    assert asked.title and asked.says
    import tomllib

    assert ds.Design(**tomllib.loads(asked.toml())) == asked


@given(st.integers(2, 60), st.integers(0, 2**40))
def test_random_points_lie_in_their_range_and_the_first_stay(points, seed):
    asked = design(points=points, seed=seed, factors=[SENSITIVITY, {"name": "share of poverty", "values": [0.0, 0.5]}])
    laid, fewer = points_of(asked), points_of(asked.changed({"points": points // 2 or 1}))
    assert laid["sensitivity"].between(-2, 2).all()
    assert set(laid["share of poverty"]) <= {0.0, 0.5}
    assert laid.iloc[: len(fewer)].equals(fewer)


def test_a_latin_hypercube_covers_every_range_evenly():
    laid = points_of(design(design="latin-hypercube", points=20))
    for name in ("sensitivity", "burden"):
        assert sorted(np.floor((laid[name] + 2) / 4 * 20)) == list(range(20))


def test_a_grid_has_every_combination_once():
    factors = [{**SENSITIVITY, "levels": 3}, {"name": "paradigm", "values": ["free-play", "still-face"]}]
    laid = points_of(design(design="grid", points=None, factors=factors))
    assert laid.to_numpy().tolist() == [[s, p] for s in (-2.0, 0.0, 2.0) for p in ("free-play", "still-face")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no table of points"),
        ("sensitivity\n", "has no points"),
        ("sensitivity,burden\n1,\n", "row 1 has no burden"),
        ("sensitivity\n1\n1\n", "row 2 is the same point as one before"),
        ("sensitivty\n1\n", "Did you mean 'sensitivity'"),
    ],
)
def test_a_table_that_is_none_is_told(tmp_path, text, said):
    file = tmp_path / "points.csv"
    file.write_text(text)
    with pytest.raises(ds.DyadsimError, match=said):
        ds.sweep(design(design="table", points=None, factors=None, table=str(file)), tmp_path / "out", workers=1)
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_parameters_of_the_weeks_act_on_what_they_are_of(tmp_path):
    factors = [{"name": "rate of depression", "values": [0.05, 0.5]}]
    asked = weeks(factors=factors, design="grid", points=None, outcomes=["depression", "sensitivity"])
    found = ds.sweep(asked, tmp_path / "out", workers=1)
    wide = found.frame().pivot_table(index=["dyad", "arm", "week"], columns="point", values="depression")
    assert (
        wide.loc[wide.index.get_level_values("week") == 23, 0] != wide.loc[wide.index.get_level_values("week") == 23, 1]
    ).all()


def test_burden_is_a_known_factor():
    check(design(factors=[BURDEN]))


def test_a_scenario_with_families_is_refused():
    with pytest.raises(ds.DyadsimError, match=r"'coparenting' has families: leave \[families\] out"):
        ds.Design(name="d", scenario="coparenting", factors=[{"name": "uptake", "values": [0.5, 1.0]}])
