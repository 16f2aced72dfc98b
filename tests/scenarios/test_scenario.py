"""Scenarios: what users write, what is lived through with its twins, and what is reported of it."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.common.effect_size import cohens_d
from dyadsim.reports import scenario_report
from dyadsim.reports.family_section import TABLES as FAMILY_TABLES
from dyadsim.reports.scenario_key_weeks import key_weeks
from dyadsim.reports.scenario_summary import summary
from dyadsim.scenarios.grounding import COUPLED

NAMES = toml_models.names("scenarios")
ASKED_FOR = {
    "typical-year",
    "depressed-supported",
    "video-feedback",
    "psychotherapy",
    "peer-group",
    "phone-at-play",
    "preterm",
}
TABLES = {"weeks", "observed", "attachment", "attended", "effects", "grounding"}
TABLES |= {"by_offer", "for_whom", "of_hundred", "changed_of_hundred"}


def small(name, **changes):
    return ds.Scenario.load(name).changed({"dyads": 20, **changes})


@pytest.fixture(scope="module")
def video():
    scenario = small("video-feedback", dyads=60, weeks=60)
    return scenario, scenario.run()


def test_the_scenarios_that_are_asked_for_ship():
    assert set(NAMES) >= ASKED_FOR


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_runs_and_its_report_holds_what_it_should(name, tmp_path):
    scenario = small(name, days=1)
    assert scenario.says.endswith(".")
    assert scenario.question.endswith("?")
    found = scenario.run()
    said, files = scenario_report.write(scenario, found, tmp_path / "out")
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert ds.NOTICE in page
    assert all(f">{arm.name}<" in page for arm in scenario.arms)
    assert page.count("data:image/png") == len(list((tmp_path / "out").glob("*.png"))) >= 2
    for row in found.grounding().itertuples():
        assert row.grounding in page
    for source in found.grounding()["evidence"].str.split(", ").explode():
        assert not source or f"({source}" in page
    assert json.loads((tmp_path / "out/summary.json").read_text("utf-8"))["scenario"] == name
    assert {path.name for path in (tmp_path / "out").iterdir()} == {file.rpartition("/")[2] for file in files}
    tables = {path.stem: pd.read_parquet(path) for path in (tmp_path / "out").glob("*.parquet")}
    assert set(tables) <= TABLES | (set(FAMILY_TABLES) if scenario.families else set())
    pd.testing.assert_frame_equal(tables["weeks"], found.weeks())
    assert len(tables["weeks"]) == scenario.weeks * scenario.dyads * len(scenario.arms)
    assert len(said["in_short"]) >= 3


def test_arms_hold_the_same_dyads_and_differ_only_by_what_is_done(video):
    scenario, found = video
    assert [arm.name for arm in scenario.arms] == ["with video feedback", "without"]
    own, twins = found.own, found.twins["without"]
    assert np.array_equal(own.states[:27], twins.states[:27])
    assert own.twins().frame().equals(twins.frame())
    assert list(found.courses) == ["with video feedback", "without"]


def test_twins_may_differ_in_risks_and_support():
    found = small("phone-at-play", weeks=10, days=1).run()
    names = [*found.courses]
    assert names == ["phone, guidance", "phone, no guidance", "no phone"]
    phone = [found.courses[name].known(0)["distraction"] for name in names]
    assert phone[0].equals(phone[1])
    assert (phone[0] - phone[2]).to_numpy() == pytest.approx(1.06)


def test_effects_are_those_of_the_scores(video):
    _, found = video
    effects = found.effects().set_index(["instrument", "week"])
    seen = found.observed().pivot(index="dyad", columns=["arm", "instrument", "week"], values="score")
    own, twin = (seen[arm, "eas", 40] for arm in found.courses)
    row = effects.loc["eas", 40]
    assert row["difference"] == pytest.approx((own - twin).mean())
    assert row["d"] == pytest.approx(cohens_d(own, twin))
    # A trial's own luck, and how far the d of these 60 pairs may be off: by leaving out one pair at a time.
    left_out = [cohens_d(own.drop(dyad), twin.drop(dyad)) for dyad in own.index]
    luck = (2 + row["d"] ** 2 / 4) / 60 + 59**2 / 60 * np.var(left_out, ddof=1)
    assert row["trial_high"] - row["trial_low"] == pytest.approx(2 * t.ppf(0.975, 118) * np.sqrt(luck))
    assert effects.loc["eas", 26]["d"] == 0
    assert effects.loc["eas", 40]["grounding"] == "measured"
    assert effects.loc["epds", 40]["grounding"] == COUPLED
    assert found.means()["mean"].notna().all()


def test_what_a_difference_rests_on_is_the_loosest_of_what_differs():
    found = small("psychotherapy", days=1).run()
    assert found.rests_on(["depression"], "care as usual") == "assumed"
    assert found.rests_on(["depression"], "neither") == "borrowed"
    assert found.rests_on(["symptoms"], "neither") == "borrowed"
    assert found.rests_on(["sensitivity"], "neither") == COUPLED


def test_shares_of_attachment_are_those_that_raters_would_see(video):
    _, found = video
    shares = found.shares()
    assert shares.groupby("arm")["share"].sum().to_numpy() == pytest.approx(1)
    own = shares[(shares["arm"] == "without") & (shares["attachment"] == "secure")]["share"].item()
    chances = found.twins["without"].attachment_chances["secure"].mean()
    assert 0.7 * chances < own < 0.9 * chances + 0.1  # nine in ten are given their true class
    short = small("peer-group", weeks=16, days=1)
    early = short.run()
    assert early.shares().empty
    assert not early.attachment().size
    assert "strange-situation is not given" in summary(short, early)["in_short"][-1]


def test_the_summary_says_in_words_what_the_numbers_say(video):
    scenario, found = video
    said = summary(scenario, found)
    first = said["in_short"][0]
    row = next(row for row in said["effects"] if row["instrument"] == "eas" and row["week"] == 40)
    assert f"was {row['difference']:.2g} points higher in week 40 (at the end of Video feedback; " in first
    assert f"In numbers: d = {row['d']:+.2f} in week 40" in first
    assert first.index("measured in controlled studies") < first.index("d = ")
    assert "measured in controlled studies" in first
    assert key_weeks(found, "without") == {40: "at the end of Video feedback", 60: "at the end of the course"}
    assert said["attended"][0]["began"] == pytest.approx(0.9, abs=0.1)
    assert said["notice"] == ds.NOTICE


OWN = """
name = "walks"
population = "mine.toml"
dyads = 12
weeks = 12
risks = [{ setting = "poverty", share = 0.5 }]
support = ["kin-support"]
interventions = ["walk.toml", { name = "rules.py:Rule", start_week = 3 }]

[[twins]]
name = "neither kin nor walks"
support = []
interventions = []

[outputs]
instruments = ["epds", "parenting-stress"]
weeks = [0, 6, 12]
states = ["stress", "depression"]
"""
WALK = """
name = "walk"
says = "A neighbour takes him for a walk."
level = "universal"
format = ["individual"]
age_range = [0, 52]
sessions = 4
weeks = 4
start_week = 2
[[effects]]
state = "stress"
size = -0.3
grounding = "assumed"
note = "an example"
"""
RULE = """
import dyadsim as ds

class Rule(ds.InterventionRule):
    entry = ds.Intervention(
        name="ruled", level="universal", format=["home"], age_range=[0, 52], sessions=4, weeks=4, start_week=2,
        effects=[{"state": "bonding", "size": 0.3, "grounding": "assumed", "note": "a rule of one's own"}],
    )

    @staticmethod
    def strength(effect, taken):
        return ds.InterventionRule.strength(effect, taken) * (taken.met["stress"] > 0)
"""


def test_a_scenario_of_ones_own_finds_the_files_beside_it_and_reports_them(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    files = {"walks.toml": OWN, "walk.toml": WALK, "rules.py": RULE, "mine.toml": 'name = "mine"\n'}
    for name, text in files.items():
        (folder / name).write_text(text)
    scenario = ds.Scenario.load(folder / "walks.toml")
    found = scenario.run()
    assert [each.name for each in found.own.development.treatments] == ["ruled", "walk"]
    assert [each.setting.name for each in found.own.cohort.exposures] == ["poverty", "kin-support"]
    assert [each.setting.name for each in found.twins["neither kin nor walks"].cohort.exposures] == ["poverty"]
    scenario_report.write(scenario, found, tmp_path / "out")
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert "<strong>Walk</strong> (walk): " in page
    assert "a rule of one&#39;s own" in page
    assert set(found.effects()["week"]) == {0, 6, 12}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ('popluation = "community"', "Did you mean 'population'"),
        ('population = "comunity"', "Did you mean 'community'"),
        ("dyads = 1", "'dyads' must be greater than or equal to 2"),
        ("dyads = 20.5", "'dyads' must be a whole number"),
        ("weeks = 0", "'weeks' must be greater than or equal to 1"),
        ("first_week = -60", "'first_week' must be greater than or equal to -40"),
        ("seed = -1", "seed must be a whole number"),
        ('risks = ["povrty"]', "Did you mean 'poverty'"),
        ('risks = ["kin-support"]', "'kin-support' is a protection; it belongs under support"),
        ('support = ["poverty"]', "'poverty' is a risk; it belongs under risks"),
        ('interventions = ["video-fedback"]', "Did you mean 'video-feedback'"),
        ('interventions = [{ name = "video-feedback", start_week = 80 }]', "starts in week 80, but the course goes"),
        ('interventions = [{ name = "video-feedback", star_week = 8 }]', "Did you mean 'start_week'"),
        ('interventions = [{ name = "video-feedback", uptake = 2.0 }]', "must be less than or equal to 1"),
        ('interventions = "video-feedback"', "'interventions' must be a list"),
        ('paradigm = "free-pley"', "Did you mean 'free-play'"),
        ('[[twins]]\nname = "all"', "Two arms are called 'all'"),
        ('[[twins]]\nname = "x"\nrisk = []', "Did you mean 'risks'"),
        ('[[twins]]\nname = "x"', "The twins 'x' differ in nothing"),
        ('interventions = ["rules.py"]', "given as FILE.py:CLASS, not 'rules.py'"),
        ('[interventions]\nname = "nbo"', r"must be a list \(\[\[...\]\] or \[...\] in TOML\)"),
        ('[outputs]\ninstruments = ["epd"]', "Did you mean 'epds'"),
        ("[outputs]\nweeks = [70]", "Outputs are asked for in week 70, but the course goes from week 0 to 52"),
        ('[outputs]\nstates = ["stres"]', "Did you mean 'stress'"),
        ("name = ", "not readable as TOML"),
    ],
)
def test_a_scenario_that_cannot_be_is_told_in_one_sentence(change, sentence, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(f'name = "mine"\n{change}\n' if not change.startswith("name") else change)
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        ds.Scenario.load(path)
    assert "\n" not in str(told.value)
    assert "mine.toml" in str(told.value)


def test_two_different_interventions_of_one_name_are_refused(tmp_path):
    (tmp_path / "mine.toml").write_text(WALK.replace('name = "walk"', 'name = "peer-support"'))
    offers = [{"name": str(tmp_path / "mine.toml"), "start_week": 4}]
    twins = [{"name": "the shipped one", "interventions": ["peer-support"]}]
    with pytest.raises(ds.DyadsimError, match="Two different interventions are called 'peer-support'"):
        small("typical-year", interventions=offers, twins=twins)


def test_dyads_cannot_live_under_the_same_risk_twice():
    with pytest.raises(ds.DyadsimError, match="The dyads of 'supported' live under 'depression' twice"):
        small("depressed-supported").changed({"risks": [{"setting": "depression"}]})


def test_a_report_says_that_a_size_was_recalled_and_a_rule_is_ones_own(video):
    scenario, found = video
    assert "recalled and not read at its source: unverified" in summary(scenario, found)["in_short"][0]
    assert found.effects().set_index("instrument").loc["eas", "unverified"].all()

    class Backwards(ds.InterventionRule):
        """More meetings do harm."""

        entry = ds.Intervention.load("video-feedback")

        @staticmethod
        def strength(effect, taken):
            return -ds.InterventionRule.strength(effect, taken)

    own = scenario.changed({"interventions": [{"name": Backwards, "start_week": 26}], "dyads": 10})
    rests = own.run().grounding().query("of == 'intervention'").iloc[0]
    assert rests["grounding"] == "assumed"
    assert "More meetings do harm." in rests["note"]
    assert "by the rule Backwards" in rests["given"]


def test_a_second_report_leaves_nothing_of_the_first(tmp_path):
    for name in ("peer-group", "typical-year"):
        scenario = small(name, weeks=16, days=1, title="costs $5 or $\\frac$")
        _, files = scenario_report.write(scenario, scenario.run(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {file.rpartition("/")[2] for file in files}


def test_a_programme_that_the_course_does_not_see_end_is_not_said_to():
    scenario = small("typical-year", weeks=20, days=1, interventions=["imh-hv"])
    found = scenario.run()
    assert key_weeks(found, "without") == {20: "at the end of the course"}
    assert summary(scenario, found)["attended"][0]["left"] < 0.3
