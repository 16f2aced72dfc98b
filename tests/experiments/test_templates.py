"""The templates serve: by the commands that their README names, and each alone in an empty folder, with an effect."""

import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, module_at

import dyadsim as ds
from dyadsim.cli import app

TEMPLATES = ROOT / "experiments" / "templates"
README = (TEMPLATES / "README.md").read_text("utf-8")
FILES = sorted(path.name for path in TEMPLATES.iterdir() if path.suffix in (".py", ".toml"))
COMMANDS = re.findall(r"`(dyadsim [^`]+)`", README)


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of a template in an empty folder, in which we are."""
    monkeypatch.chdir(tmp_path)

    def copy(*names):
        for name in names:
            shutil.copy(TEMPLATES / name, tmp_path)
        return names[0]

    return copy


def test_the_readme_tells_of_every_template_and_of_nothing_else():
    assert sorted(re.findall(r"^\| `([\w.]+)`", README, re.M)) == FILES


def test_every_template_is_reached_by_a_command_of_the_readme():
    """By its name in one, or in a file that one names."""
    reached, waiting = set(), re.findall(r"[\w]+\.(?:py|toml)", " ".join(COMMANDS))
    while waiting:
        if (name := waiting.pop()) not in reached:
            reached.add(name)
            said = (TEMPLATES / name).read_text("utf-8")
            waiting += re.findall(r'"(\w+\.(?:py|toml))', said) if name.endswith(".toml") else []
    assert reached == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_template_shows_commands_that_the_readme_names(name):
    shown = re.findall(r"^[# ]*(dyadsim [^(\n]+)", (TEMPLATES / name).read_text("utf-8"), re.M)
    assert shown
    assert {command.strip() for command in shown} <= {*COMMANDS, "dyadsim interact --paradigm still-face"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_of_the_readme_runs_in_a_copy_of_the_folder(command, copied, capsys):
    copied(*FILES)
    with pytest.raises(SystemExit) as ended:
        app(shlex.split(command)[1:], prog_name="dyadsim")
    assert ended.value.code == 0
    assert "For thought and teaching" in capsys.readouterr().out


def test_a_rule_of_hers_changes_what_she_does(copied, cohort):
    rule = module_at(Path(copied("rule.py")).resolve()).MirroringMother
    expressive = cohort.replace(expressiveness=1, extra_traits=rule.extra_traits)
    smiles = [ds.law(who, mother=rule).measures()["mother_positive"].mean() for who in (expressive, cohort)]
    assert smiles[0] > smiles[1] > ds.law(cohort).measures()["mother_positive"].mean() + 0.005


def test_a_rule_of_hers_adds_what_its_equation_says(cohort):
    """Log-odds of smiling against vocalising: exp(expressiveness) more where he smiles, nothing elsewhere."""
    rule = module_at("experiments/templates/rule.py").MirroringMother
    dyad = cohort[:1].replace(expressiveness=-0.7, extra_traits=rule.extra_traits)
    for his, more in (("positive", np.exp(-0.7)), ("monitor", 0.0)):
        context = ds.Context.of(his, "neutral", arousal=1)
        own, shipped = (ds.chances(each, context, dyad).iloc[0] for each in (rule, ds.MotherRules))
        odds = [np.log(each["positive"] / each["vocal"]) for each in (own, shipped)]
        assert odds[0] - odds[1] == pytest.approx(more, abs=1e-9)


def test_a_rule_of_his_changes_what_calms_him(copied, cohort):
    rule = module_at(Path(copied("rule.py")).resolve()).SoothedInfant
    soothed = cohort.replace(soothability=2, extra_traits=rule.extra_traits)
    arousal = [ds.law(who, "still-face", infant=rule).measures()["arousal"] for who in (soothed, cohort)]
    assert (arousal[0].groupby(level=0).mean() <= arousal[1].groupby(level=0).mean()).all()
    assert arousal[0].mean() < arousal[1].mean() < ds.law(cohort, "still-face").measures()["arousal"].mean()


def test_a_paradigm_holds_her_and_shifts_a_trait(copied, cohort):
    measures = ds.law(cohort, copied("paradigm.toml")).measures().set_index(["dyad", "episode"])
    np.testing.assert_allclose(measures["mother_elsewhere"].xs("doorbell", level="episode"), 1)
    plain = [each.model_copy(update={"shift": {}}) for each in ds.Paradigm.load("paradigm.toml").episodes]
    without = ds.law(cohort, ds.Paradigm(name="plain", episodes=plain)).measures().set_index(["dyad", "episode"])
    coached, alone = (each["mother_vocal"].xs("coached play", level="episode") for each in (measures, without))
    assert coached.mean() > alone.mean()


def test_a_population_carries_more_and_lives_under_a_setting(copied):
    cohort = ds.Cohort.sample(400, copied("population.toml"), seed=1)
    assert cohort.traits["burden"].mean() > ds.Cohort.sample(400, seed=1).traits["burden"].mean() + 0.5
    (poverty,) = cohort.exposures
    assert 0.2 < poverty.who.mean() < 0.4  # 4 standard errors


def test_a_setting_moves_its_state(copied, cohort):
    under = ds.develop(cohort.with_setting(copied("setting.toml")), 8, seed=1, days=1)
    assert (under.at(8)["support"] < ds.develop(cohort, 8, seed=1, days=1).at(8)["support"]).all()


def test_an_instrument_sees_its_state(copied):
    course = ds.develop(ds.Cohort.sample(200, seed=1), 1, seed=1, days=1)
    seen = course.observe(copied("instrument.toml"), 1)[1]
    assert seen.between(0, 20).all()
    assert np.corrcoef(seen, course.at(1)["self_efficacy"])[0, 1] > 0.6


def test_an_intervention_moves_its_state_from_its_first_week_on(copied, cohort):
    offer = {"name": copied("intervention.toml"), "start_week": 2}
    course = ds.develop(cohort, 11, [offer], seed=1, days=1)
    by_week = [course.at(week)["self_efficacy"] - course.twins().at(week)["self_efficacy"] for week in (2, 10)]
    assert (by_week[0] == 0).all()
    assert by_week[1].mean() > 0.1


def test_a_rule_of_sessions_acts_as_its_equation_says(copied, cohort):
    rule = module_at(Path(copied("intervention_rule.py")).resolve()).LastingPeerSupport
    strengths = rule.strength(rule.entry.effects[0], taken(rule.entry, sessions=[0, 1, 2, 10], since=[0, 0, 0, 90]))
    assert strengths.tolist() == [0, 0, 0.2, 1]
    named = {"name": "intervention_rule.py:LastingPeerSupport", "start_week": 0}
    own, usual = (
        ds.develop(cohort, 14, [offer], seed=1, days=1).at(14)["loneliness"]
        for offer in (named, {"name": "peer-support", "start_week": 0})
    )
    assert own.mean() != usual.mean()


def taken(entry, sessions, since):
    return ds.Taken(entry, 1, np.array(sessions, float), np.array(since, float), {}, {})


def test_an_outcome_of_sessions_counts_the_smiles_that_are_returned(copied, cohort):
    session = ds.interact(cohort, "still-face", seed=1)
    said = module_at(Path(copied("outcome.py")).resolve()).smiles_returned(session)
    his, hers = ds.ICEP.infant_names.index("positive"), ds.ICEP.mother_names.index("positive")
    for dyad in (0, 7):
        after = [hers == session.mother[dyad, t + 1] for t in range(359) if session.infant[dyad, t] == his]
        assert said[dyad] == pytest.approx(np.mean(after))


def test_an_outcome_of_weeks_is_what_she_has_gained(copied, cohort):
    course = ds.develop(cohort, 3, seed=1, days=1)
    said = module_at(Path(copied("outcome.py")).resolve()).gained(course, 3)
    pd.testing.assert_series_equal(said, course.at(3)["sensitivity"] - course.at(0)["sensitivity"])


@pytest.mark.parametrize("name", ["sweep_sessions.toml", "sweep_weeks.toml"])
def test_a_sweep_records_outcomes_and_instruments_of_ones_own(name, copied):
    results = ds.sweep(copied(name, "outcome.py", "instrument.toml"), "out", workers=1)
    assert not len(results.failures)
    last = results.means()
    last = last if "week" not in last else last[(last["week"] == 34) & (last["arm"] != "without")]
    for outcome in results.outcomes[:2]:  # what grows with her sensitivity, or with the dose
        assert last[outcome].is_monotonic_increasing
    assert last.notna().all(axis=None)


def test_a_scenario_offers_both_interventions_under_the_setting(copied):
    scenario = ds.Scenario.load(copied("scenario.toml", *(name for name in FILES if name != "scenario.toml")))
    found = scenario.changed({"dyads": 10}).run()
    assert list(found.twins) == ["group", "neither"]
    effects = found.effects().query("week == 14").set_index(["against", "instrument"])["difference"]
    assert effects["neither", "self-efficacy-scale"] > 0
    assert effects["neither", "loneliness-scale"] != effects["group", "loneliness-scale"]
