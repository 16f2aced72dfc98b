"""The report of a scenario: what people read in it."""

import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.reports import scenario_first, scenario_report
from dyadsim.reports.scenario_summary import summary
from dyadsim.reports.scenario_tables import offers_without_twins
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


# What is read first


@pytest.fixture(scope="module")
def two():
    offers = [{"name": "peer-support", "start_week": 2}, {"name": "video-feedback", "start_week": 4}]
    seen = {"instruments": ["eas", "epds", "loneliness-scale"], "weeks": [0, 18]}
    usual = {"dyads": 40, "weeks": 18, "days": 1, "interventions": offers, "outputs": seen}
    scenario = ds.Scenario(name="two", title="Two offers", **usual)
    scenario = scenario.changed({"twins": scenario.twins_without_each()})
    return scenario, scenario.run()


def test_the_first_findings_are_words_of_a_hundred_and_say_how_sure_and_on_what_they_rest(two):
    scenario, found = two
    said = summary(scenario, found)
    first = said["first"]
    assert 3 <= len(first) <= 5
    assert {each["about"] for each in first} >= {"All that is offered, together", "What Peer support adds"}
    for each in first:
        assert " d =" not in each["what"]
        assert {*each["how_sure"]} == {"luck", "evidence", "model"}
    sensitive = next(each for each in first if each["instrument"] == "eas")
    assert sensitive["what"].startswith("Of 100 mothers, ")
    assert "Emotional Availability Scales (her sensitivity to him)" in sensitive["what"]
    assert [each["name"] for each in sensitive["grounds"]] == ["video-feedback"]
    assert (
        "Video feedback: size measured in controlled studies (recalled and not read: unverified)"
        in (sensitive["rests_on"])
    )
    sad = next(each for each in first if each["instrument"] == "epds" and each["against"] == "without Peer support")
    assert sad["rests_on"] == "Peer support: size measured in controlled studies."
    page = scenario_report.page(said, scenario, found, {})
    assert page.index("What came out") < page.index("How sure") < page.index(ds.NOTICE) < page.index("d = ")
    for heading in ("Which offer did how much", "Of a hundred", "For whom", "what a point means"):
        assert page.index("What came out") < page.index(heading)
    assert "need not add up" in page
    assert "does not know who is a first-time mother" in page


def test_shares_beside_each_other_differ_by_what_is_said_of_them():
    row = {"own": 7.5, "twins": 18.0, "more": -10.5, "low": -15.2, "high": -5.8}
    assert scenario_first._instead(row) == "8 instead of 18"
    assert scenario_first._more(row["more"]) == "10 fewer"
    assert scenario_first._probably(row) == "probably 6 to 15 fewer"
    assert scenario_first._probably({**row, "high": 2.2}) == "probably between 15 fewer and 2 more"
    assert scenario_first._probably({**row, "low": -0.2, "high": 0.3}) == "probably less than 1"


def test_offers_without_twins_of_their_own_are_named(two):
    scenario, found = two
    assert offers_without_twins(found) == ""
    short = scenario.changed({"twins": [{"name": "neither", "interventions": []}], "dyads": 4})
    assert "What Peer support and Video-feedback" in offers_without_twins(short.run())


def test_a_scenario_without_twins_says_how_many_of_a_hundred_stand_where(two):
    scenario, _ = two
    alone = scenario.changed({"interventions": [], "twins": []})
    (first,) = summary(alone, alone.run())["first"]
    assert first["what"].startswith("Of 100 mothers, ")
    assert "11 points or more on the Edinburgh Postnatal Depression Scale" in first["what"]


@pytest.mark.parametrize("name", toml_models.names("instruments"))
def test_every_instrument_has_a_full_name_and_says_what_a_point_means(name):
    scale = ds.Instrument.load(name)
    assert "(" in scale.title
    assert scale.point.endswith((".", ")."))
    if scale.cut is not None:
        words = {3: "Three", 20: "20"}.get(scale.cut, f"{scale.cut:g}")
        assert words in scale.point
    elif not scale.classifies and scale.evidence == ("assumed",):
        assert "No cut" in scale.point
