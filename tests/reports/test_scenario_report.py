"""The report of a scenario: what people read in it."""

import pytest

import dyadsim as ds
from dyadsim.reports import scenario_report
from dyadsim.reports.scenario_summary import summary, titles

TITLE = "Modified Mother-Infant Transaction Program"


@pytest.fixture(scope="module")
def preterm():
    offers = [{"name": "modified-mitp", "start_week": 1}]
    seen = {"instruments": ["eas"], "states": ["sensitivity"], "weeks": [0, 4]}
    scenario = ds.Scenario(name="mine", population="preterm", dyads=6, weeks=4, interventions=offers, outputs=seen)
    return scenario, scenario.run()


def test_people_read_titles_where_programs_read_names(preterm):
    scenario, found = preterm
    said = summary(scenario, found)
    page = scenario_report.page(said, scenario, found, {})
    assert titles(found) == {"modified-mitp": TITLE}
    assert f"<strong>{TITLE}</strong> (modified-mitp): 11 sessions" in page
    assert f"<td>{TITLE}</td>" in page  # who came how often
    assert f"<strong>{TITLE}</strong> <small>(intervention" in page  # what it rests on
    assert [*said["arms"][0]["interventions"]] == ["modified-mitp"]
    assert set(found.grounding().query("of == 'intervention'")["name"]) == {"modified-mitp"}
