"""Scenarios with families: mothers and infants compared as ever, those around them beside."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.reports import scenario_report
from dyadsim.reports.family_section import family_section, family_tables

SHIPPED = ("fathers-included", "coparenting", "isolated-and-new-here", "groups-against-home-visits")


@pytest.fixture(scope="module")
def scenario():
    small = {"dyads": 24, "weeks": 12, "days": 1, "first_week": 0, "outputs": {"weeks": [0, 12]}}
    asked = ds.Scenario.load("groups-against-home-visits").changed(small)
    return asked.changed({"families": {"community_size": 12, "partner": "father", "partners": 0.8}})


@pytest.fixture(scope="module")
def comparison(scenario):
    return scenario.run()


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_have_families(name):
    assert name in toml_models.names("scenarios")
    scenario = ds.Scenario.load(name)
    assert scenario.families is not None and scenario.question
    for arm in scenario.arms:
        assert isinstance(scenario.people(arm, dyads=12), ds.Families)


def test_without_the_section_dyads_live_by_themselves():
    scenario = ds.Scenario.load("peer-group").changed({"dyads": 4, "weeks": 6})
    assert isinstance(scenario.people(scenario.arms[0]), ds.Cohort)
    assert not hasattr(scenario.run(), "whole")


def test_what_is_compared_is_mothers_and_infants(scenario, comparison):
    whole = comparison.whole[comparison.name]
    assert len(comparison.own) == len(whole.families) == 24
    assert np.array_equal(comparison.own.at(12), whole.at(12).iloc[whole.families.mothers_at])
    direct = ds.develop(scenario.people(scenario.arms[0]), 12, list(scenario.arms[0].interventions), seed=1, days=1)
    assert np.array_equal(direct.states, whole.states)


def test_those_around_them_are_told_beside(comparison):
    assert set(comparison.reach()["against"]) == {"home visits", "without"}
    around = comparison.around()
    assert set(around["caregiver"]) == {"mother", "father"} and {"share_of_care", "persons"} <= set(around)
    ties = comparison.ties()
    assert set(ties["week"]) == {0, 12} and set(ties["arm"]) == set(comparison.arms)
    assert len(comparison.partners.own) == len(comparison.whole[comparison.name].families.partners_at)


def test_the_report_has_their_section_tables_and_picture(scenario, comparison, tmp_path):
    said, files = scenario_report.write(scenario, comparison, tmp_path / "report")
    names = {file.rsplit("/", 1)[-1] for file in files}
    assert {"around.parquet", "ties.parquet", "reach.parquet", "reach.png", "report.html"} <= names
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "Those around the dyads" in page and "Fathers and infants" in page
    section = family_section(comparison)
    assert set(section["reach"]) == {"home visits", "without"}
    assert family_tables(comparison).keys() == {"around", "ties", "reach"}
    again, _ = scenario_report.write(scenario, comparison, tmp_path / "report")
    assert again["title"] == said["title"]


@pytest.mark.parametrize(
    ("families", "sentence"),
    [
        ({"partners": 1.2}, "partners"),
        ({"community_size": 0}, "community_size"),
        ({"partner": ""}, "partner"),
        ({"tie": True}, "tie"),
    ],
)
def test_a_section_that_cannot_be_is_refused_in_one_sentence(families, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.Scenario.load("coparenting").changed({"families": families})


def test_risks_of_an_arm_hold_for_families(scenario):
    changed = scenario.changed({"risks": [{"setting": "poverty", "share": 0.5}]})
    families = changed.people(changed.arms[0])
    under = next(each for each in families.cohort.exposures if each.setting.name == "poverty")
    assert under.who[families.partners_at].any() and under.who[families.mothers_at].any()


def test_it_can_be_run_with_each_parameter_set(scenario):
    found = scenario.changed(
        {"parameters": "ensemble", "dyads": 12, "weeks": 2, "interventions": [], "twins": [], "outputs": {}}
    )
    arm, one = found.arms[0], found.sets[0]
    families = found.people(arm, parameters=one)
    assert families.cohort.dynamics == one.dynamics
