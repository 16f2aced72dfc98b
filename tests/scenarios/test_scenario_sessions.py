"""Sessions that stand beside the weeks of a scenario, what is drawn of them, and rules of one's own in its weeks."""

import numpy as np
import pytest
from conftest import module_at

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interaction.rule_set import Rules
from dyadsim.measurement.declarations import WEEKLY_MEASURES
from dyadsim.reports import scenario_report

OWN = module_at("experiments/templates/rule.py").MirroringMother
SMALL = {"dyads": 8, "weeks": 8, "days": 1}


def same(first, second):
    return np.array_equal(first.states, second.states) and all(
        np.array_equal(first.measures[name], second.measures[name], equal_nan=True) for name in WEEKLY_MEASURES
    )


# Sessions


@pytest.mark.parametrize("names", [["typical"], ["still-face", "depressed"], toml_models.names("encounters")[:4]])
def test_names_stand_for_shipped_encounters(names):
    scenario = ds.Scenario(name="x", sessions=names)
    assert scenario.sessions == tuple(ds.Encounter.load(name) for name in names)
    assert ds.Scenario(name="x", sessions=scenario.sessions).sessions == scenario.sessions


def test_sessions_are_written_as_names_or_as_tables(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "mine"\nsessions = ["typical", { name = "b", dyad = 3, moments = [{ name = "phone", at = 60 }] }]\n'
        "[outputs.phase]\nx = 'burden'\nmeasure = 'match'\nepisode = 'play'\n"
    )
    scenario = ds.Scenario.load(file)
    typical, other = scenario.sessions
    assert typical == ds.Encounter.load("typical")
    assert (other.dyad, other.moments[0].name, other.moments[0].at) == (3, "phone", 60)
    phase = scenario.outputs.phase
    assert (phase.x, phase.y, phase.measure, phase.episode) == ("burden", "negativity", "match", "play")
    assert toml_models.parse(ds.Scenario, "text", scenario.toml().encode()) == scenario


def test_at_most_four_sessions_can_be_watched():
    assert len(ds.Scenario(name="x", sessions=["typical"] * 4).sessions) == 4
    with pytest.raises(ds.DyadsimError, match="'sessions' must have fewer entries"):
        ds.Scenario(name="x", sessions=["typical"] * 5)


def test_a_scenario_has_no_sessions_and_no_phase_diagram_unless_asked():
    scenario = ds.Scenario(name="x")
    assert scenario.sessions == ()
    assert scenario.outputs.phase is None


def test_sessions_and_a_phase_diagram_change_nothing_of_the_weeks():
    plain = ds.Scenario.load("depressed-supported").changed(SMALL)
    sessions = ["still-face", {"name": "b", "dyad": 1, "seed": 9, "moments": [{"name": "coach", "at": 60}]}]
    asked = {**plain.outputs.model_dump(), "phase": {"x": "burden"}}
    watched = plain.changed({"sessions": sessions, "outputs": asked})
    for session in watched.sessions:
        session.session()
    courses = [scenario.run().courses for scenario in (plain, watched)]
    assert [*courses[0]] == [*courses[1]] == ["supported", "with little support"]
    assert all(same(*pair) for pair in zip(*(each.values() for each in courses), strict=True))
    assert not same(courses[0]["supported"], plain.changed({"seed": 2}).run().own)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ('sessions = ["typicle"]', "Did you mean 'typical'"),
        ('sessions = "typical"', "'sessions' must be a list"),
        ("sessions = [3]", "must be a table, not 3"),
        ('sessions = [{ title = "x" }]', "sessions.0: 'name' is missing"),
        ('sessions = [{ name = "x", popluation = "community" }]', "Did you mean 'population'"),
        ('sessions = [{ name = "x", population = "comunity" }]', "Did you mean 'community'"),
        ('sessions = [{ name = "x", moments = [{ name = "phone", at = 900 }] }]', "the session lasts 300 seconds"),
        ('[outputs.phase]\nx = "burden"\ny = "burden"', "needs two different traits, not 'burden' twice"),
        ('[outputs.phase]\nz = "burden"', "Unknown key"),
        ("[outputs.phase]\nx = 3", "must be text, not 3"),
        ("[outputs.phase]\nmeasure = 'mtch'", "Unknown measure 'mtch'. Did you mean 'match'"),
    ],
)
def test_sessions_that_cannot_be_are_told_in_one_sentence(change, sentence, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(f'name = "mine"\n{change}\n')
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        ds.Scenario.load(path)
    assert "\n" not in str(told.value)
    assert "mine.toml" in str(told.value)


def test_the_phase_diagram_of_a_report_is_of_the_episode_that_is_asked_for():
    asked = {"measure": "infant_protest", "episode": "reunion"}
    scenario = ds.Scenario(name="x", sessions=["still-face"], outputs={"phase": asked})
    scenario_report.check(scenario, None)
    title = scenario_report.watched(scenario)["phase_diagram"][1].axes[0].get_title("left")
    assert title == "reunion, match scheme “strict”, exact law"
    for session, known in (("typical", "play"), ("still-face", "play, still-face, reunion")):
        other = scenario.changed({"sessions": [session], "outputs": {"phase": {"episode": "reunon"}}})
        with pytest.raises(ds.DyadsimError, match=f"Unknown episode 'reunon'.*Known: {known}"):
            scenario_report.check(other, None)


# Rules of one's own


@pytest.fixture(scope="module")
def ruled():
    scenario = ds.Scenario.load("phone-at-play").changed(SMALL | {"weeks": 10})
    return scenario, scenario.run(), scenario.run(rules=Rules(mother=OWN))


def test_the_weeks_follow_rules_of_ones_own_in_every_arm(ruled):
    scenario, plain, found = ruled
    assert len(scenario.arms) == 3
    for arm in scenario.arms:
        asked = {"paradigm": scenario.paradigm, "days": 1, "mother": OWN}
        own = ds.develop(scenario.cohort(arm), 10, arm.interventions, scenario.seed, **asked)
        assert same(found.courses[arm.name], own)
        assert not same(found.courses[arm.name], plain.courses[arm.name])
        assert found.courses[arm.name].provenance["rules"] == ["InfantRules", "MirroringMother"]


def test_without_rules_the_weeks_follow_the_shipped_ones(ruled):
    scenario, plain, _ = ruled
    assert same(plain.own, scenario.run(rules=Rules()).own)
    assert plain.own.provenance["rules"] == ["InfantRules", "MotherRules"]


def test_a_rule_of_the_infants_is_followed_too():
    class Sleepy(ds.InfantRules):
        @staticmethod
        def preferences(traits, context):
            return ds.InfantRules.preferences(traits, context) + 9.0 * np.eye(5)[1].reshape(5, 1, 1, 1, 1)

    scenario = ds.Scenario(name="x", **SMALL)
    awake, asleep = scenario.run().own, scenario.run(rules=Rules(infant=Sleepy)).own
    assert (asleep.measures["distress"] > 0.9).all()
    assert (awake.measures["distress"] < 0.9).all()
