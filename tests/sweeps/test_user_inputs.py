"""Files of the user's that were edited between two runs: the folder is refused, and the file named."""

import json
import shutil
import subprocess
import sys

import pytest
from sweeping import SENSITIVITY, data_of, design, weeks

import dyadsim as ds
from dyadsim.theory.rules import MotherRules

NIGHT = """
name = "night"
says = "Night work."
kind = "risk"
about = "family"
[[moves]]
state = "negativity"
by = {by}
evidence = ["assumed"]
note = "x"
"""
RULE = """
import dyadsim as ds

class Prompt(ds.Mother):
    @staticmethod
    def preferences(traits, context):
        from deep.inside import STRENGTH
        return STRENGTH * ds.Mother.preferences(traits, context)
"""
FILES = {
    "night.toml": NIGHT.format(by=0.2),
    "tired.toml": 'name = "tired"\nsettings = [{ setting = "night.toml", share = 0.5 }]\n',
    "calm.toml": 'name = "calm"\nepisodes = [{ name = "play", seconds = 20 }]\n',
    "rule.py": RULE,
    "deep/inside.py": "STRENGTH = 1.1\n",
    "helper.py": "def twice(x):\n    return 2 * x\n",
    "oc.py": "def own(session):\n    from helper import twice\n    return twice(session.measures()['match'])\n",
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path / "own")
    return tmp_path / "own"


def asked(**changes):
    usual = {
        "design": "grid",
        "points": None,
        "interaction": {"population": "tired.toml", "paradigm": "calm.toml"},
        "factors": [{"name": "share of night.toml", "values": [0.0, 1.0]}],
        "outcomes": ["match", "oc.py:own"],
    }
    return design(**{**usual, **changes})


def prompt():
    from dyadsim.common.user_code import user_class

    return user_class("rule.py:Prompt", MotherRules)


def sweep(folder="out", **changes):
    return ds.sweep(asked(interaction={"paradigm": "calm.toml"}, **changes), folder, mother=prompt(), workers=1)


def test_the_manifest_names_every_file_with_its_hash(files):
    ds.sweep(asked(factors=[SENSITIVITY | {"levels": 2}]), "out", mother=prompt(), workers=1)
    noted = json.loads((files / "out" / "manifest.json").read_text())["rules"]["files"]
    assert {str(files / name) if name.endswith(".py") else name for name in FILES} == set(noted)


@pytest.mark.parametrize("name", ["night.toml", "calm.toml", "rule.py", "deep/inside.py", "helper.py", "oc.py"])
def test_an_edited_file_is_refused_and_named(files, name):
    whole = data_of(sweep().folder)
    (files / name).write_text(f"{FILES[name]}# another word\n")
    for again in (lambda: sweep(replicates=2), lambda: ds.replay("out", 1, 0, mother=prompt())):
        with pytest.raises(ds.DyadsimError, match=f"{name}' is not what it was when 'out' was made"):
            again()
    assert data_of("out") == whole
    (files / name).write_text(FILES[name].replace("\n", "\r\n"))
    assert sweep(replicates=2).done == 1, "how lines end changes nothing"
    assert ds.replay("out", 1, 0, mother=prompt()).same


def test_a_file_that_another_names_is_refused_and_named(files):
    (files / "out").mkdir()
    ds.sweep(asked(factors=[SENSITIVITY | {"levels": 2}]), "out", workers=1)
    (files / "night.toml").write_text(NIGHT.format(by=2.5))
    with pytest.raises(ds.DyadsimError, match=r"night\.toml' is not what it was"):
        ds.sweep(asked(factors=[SENSITIVITY | {"levels": 2}], replicates=2), "out", workers=1)


def test_a_moved_folder_is_accepted(files, tmp_path, monkeypatch):
    sweep()
    moved = shutil.move(files, tmp_path / "moved")
    monkeypatch.chdir(moved)
    assert sweep(replicates=2).done == 1
    named = design(outcomes=["match", f"{moved}/oc.py:own"])
    ds.sweep(named, "other", workers=1)
    again = shutil.move(moved, tmp_path / "again")
    monkeypatch.chdir(again)
    assert ds.sweep(named.changed({"outcomes": ["match", f"{again}/oc.py:own"]}), "other", workers=1).done == 1


def test_levels_that_are_new_may_name_new_files_and_the_rest_may_not(files):
    factors = [{"name": "population", "values": ["community"]}]
    ds.sweep(asked(factors=factors), "out", workers=1)
    factors[0]["values"].append("tired.toml")
    grown = ds.sweep(asked(factors=factors), "out", workers=1)
    assert any(file.endswith("night.toml") for file in grown.manifest.rules["files"])
    (files / "night.toml").write_text(NIGHT.format(by=2.5))
    with pytest.raises(ds.DyadsimError, match=r"night\.toml' is not what it was"):
        ds.sweep(asked(factors=factors, replicates=2), "out", workers=1)


def test_a_scenario_may_grow_and_else_is_named(files):
    text = 'name = "few"\ndyads = 3\nfirst_week = 20\nweeks = {weeks}\ndays = {days}\nrisks = ["night.toml"]\n'
    usual = weeks(factors=[SENSITIVITY], outcomes=["sensitivity"]).model_dump(exclude_defaults=True)

    def again(weeks, days=1):
        (files / "few.toml").write_text(text.format(weeks=weeks, days=days))
        return ds.sweep(ds.Design(**{**usual, "scenario": "few.toml"}), "out", workers=1)

    again(1)
    assert again(2).weeks.stop == 22
    with pytest.raises(ds.DyadsimError, match=r"made with scenario's days 1, and now 2 is asked for in 'few\.toml'"):
        again(2, days=2)
    (files / "night.toml").write_text(NIGHT.format(by=2.5))
    with pytest.raises(ds.DyadsimError, match=r"night\.toml' is not what it was"):
        again(3)


def test_an_intervention_given_in_python_is_known_by_what_it_says(files):
    entry = ds.Intervention.load("video-feedback").changed({"name": "mine"})

    def again(entry, replicates=1):
        scenario = {"interventions": [{"name": entry, "start_week": 21}]}
        return ds.sweep(weeks(scenario, factors=[SENSITIVITY], replicates=replicates), "out", workers=1)

    again(entry)
    with pytest.raises(ds.DyadsimError, match="'intervention mine' is not what it was"):
        again(entry.changed({"half_life": entry.half_life + 1}), 2)


def test_a_folder_without_hashes_is_read_but_does_not_grow_by_files(files):
    sweep()
    ds.sweep(design(), "plain", workers=1)
    for folder in ("out", "plain"):
        manifest = json.loads((files / folder / "manifest.json").read_text())
        del manifest["rules"]["files"]
        (files / folder / "manifest.json").write_text(json.dumps(manifest))
    assert ds.replay("out", 1, 0, mother=prompt()).same
    with pytest.raises(ds.DyadsimError, match="made before files were noted, so nothing tells whether"):
        sweep(replicates=2)
    assert ds.sweep(design(replicates=2), "plain", workers=1).done == 1


SCRIPT = """
import dyadsim as ds
FACTORS = {{"by": [1, {factor}]}}

def scaled(x):
    return FACTORS["by"][1] * x

def own(session):
    return scaled(session.measures()["match"])

factors = [{{"name": "sensitivity", "values": [0.0, 1.0]}}]
ds.sweep(ds.Design(name="s", dyads=2, replicates={replicates}, factors=factors, outcomes=[own]), "out", workers=1)
"""


def test_a_function_of_a_script_is_known_by_its_text_and_what_it_uses(files):
    def run(**given):
        (files / "script.py").write_text(SCRIPT.format(**given))
        return subprocess.run([sys.executable, "script.py"], capture_output=True, text=True).stderr

    assert run(factor=2, replicates=1) == ""
    assert run(factor=2, replicates=2) == "", "the rest of a script may ask for more"
    assert "'__main__:own' is not what it was when 'out' was made" in run(factor=3, replicates=3)
