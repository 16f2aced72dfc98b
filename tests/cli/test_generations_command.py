"""The command for generations: what it prints is what the library gives, and bad input gets one sentence."""

import json

import pandas as pd
import pytest
from generating import small

import dyadsim as ds
from dyadsim.validation.validation import Validation


@pytest.fixture
def file(tmp_path):
    few = small(number=30, generations=2, interventions=[], helps=[], cut=[], fostered=[])
    (tmp_path / "small.toml").write_text(few.toml())
    (tmp_path / "none.toml").write_text(few.toml().replace("generations = 2", "generations = 0"))
    return tmp_path / "small.toml"


def test_without_a_name_scenarios_are_listed(run):
    status, out, _ = run("generations")
    assert status == 0
    for name in ("earned-security", "therapy-for-the-grandmother", "three-generations"):
        assert name in out


def test_generations_are_lived_told_and_written(run, file, tmp_path):
    asked = ("generations", file, "--families", 30, "--seed", 2, "--out", "here", "--workers", 1)
    status, out, _ = run(*asked, "--json")
    assert status == 0
    said = json.loads(out)
    direct = ds.GenerationScenario.load(file).run(families=30, seed=2, workers=1)
    assert (said["scenario"]["number"], said["scenario"]["seed"]) == (30, 2)
    assert said["shares"][0]["secure"] == direct.shares().loc[0, "secure"]
    assert "teaching" in said["notice"]
    assert (tmp_path / "here" / "report.html").is_file()
    status, out, _ = run(*asked)
    assert status == 0
    assert "attachment to the mother at twelve months" in out
    assert "parameters of inheritance are assumed" in out
    assert len(ds.GenerationResults.read(tmp_path / "here").manifest.runs) == 1  # nothing was missing
    status, _, err = run("generations", file, "--out", "here", "--families", 20)  # another scenario's folder
    assert status == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["generations", "three-generatons"], "Did you mean 'three-generations'"),
        (["generations", "no.toml"], "There is no generation_scenario file"),
        (["generations", "small.toml", "--families", "1"], "number of families must be a whole number from 2"),
        (["generations", "none.toml"], "generations"),
        (["generations", "small.toml", "--out", "services"], "services"),
    ],
)
def test_bad_input_gets_one_sentence(run, file, tmp_path, words, says):
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "manifest.json").write_text('{"kind": "services"}')
    status, _, err = run(*words)
    assert status == 2
    assert says in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_validation_holds_generations(run, monkeypatch):
    rows = pd.DataFrame([{"id": "R021", "target": "r 0.31", "model": "r 0.30", "holds": True, "role": "check"}])
    asked = []

    def held(families, seed, progress):
        asked.append((families, seed))
        return Validation(rows, rows.head(0), {})

    monkeypatch.setattr("dyadsim.validation.generations.validate_generations", held)
    status, out, _ = run("validate", "generations", "--families", 200, "--json")
    assert status == 0
    assert asked == [(200, "1")]
    assert json.loads(out)[0]["id"] == "R021"
