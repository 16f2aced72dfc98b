"""The report of a scenario: what people read in it."""

import pytest

import dyadsim as ds
from dyadsim.reports import scenario_report
from dyadsim.reports.scenario_summary import summary
from dyadsim.reports.scenario_words import titles

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


MINE = """
name = "mine-of-mood"
by = "self-report"
unit = "points 0 to 10"
high = 10
mean = 4
sd = 2
of = { depression = 1.0, stress = -0.5 }
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(MINE)
    return tmp_path


@pytest.mark.parametrize("parameters", ["calibrated", "ensemble"])
@pytest.mark.parametrize("offers", [[], [{"name": "modified-mitp", "start_week": 1}]])
def test_an_instrument_of_a_file_is_reported_like_one_that_ships(mine, offers, parameters, monkeypatch):
    monkeypatch.setattr("dyadsim.scenarios.scenario.SETS", 2)
    seen = {"instruments": ["eas", "mine.toml", "strange-situation"], "weeks": [0, 4]}
    usual = {"name": "own", "dyads": 6, "weeks": 4, "parameters": parameters, "interventions": offers}
    scenario = ds.Scenario(**usual, outputs=seen)
    said, _ = scenario_report.write(scenario, scenario.run(), mine / "out")
    assert "mine-of-mood" in (mine / "out" / "report.html").read_text("utf-8")
    assert "strange-situation is not given" in " ".join(said["in_short"])
    assert "mine-of-mood" in " ".join(said["in_short"])


def test_two_instruments_of_one_name_are_refused(mine):
    (mine / "other.toml").write_text(MINE.replace("mine-of-mood", "eas"))
    with pytest.raises(ds.DyadsimError, match="Two instruments are called 'eas'; give yours another name"):
        ds.Scenario(name="own", outputs={"instruments": ["eas", "other.toml"]})


def test_a_sweep_of_a_scenario_records_an_instrument_of_a_file_where_no_outcomes_are_named(mine):
    scenario = {"name": "own", "dyads": 2, "weeks": 1, "outputs": {"instruments": ["mine.toml"]}}
    asked = ds.Design(name="own", dyads=1, scenario=scenario, factors=[{"name": "negativity", "values": [0, 1]}])
    found = ds.sweep(asked, mine / "swept", workers=1)
    assert found.means()["mine.toml"].notna().all()
    assert found.failures.empty
