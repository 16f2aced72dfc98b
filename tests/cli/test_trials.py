"""The commands of trials: what they print is what the library gives, and bad input gets one sentence."""

import json

import pandas as pd
import pytest
from trialling import SMALL, small

import dyadsim as ds


@pytest.fixture
def file(tmp_path):
    (tmp_path / "small.toml").write_text(small().toml())
    return tmp_path / "small.toml"


@pytest.mark.parametrize(
    "words, ships",
    [(["trial"], "skkippi"), (["power"], "video-feedback"), (["analyse"], "thinking-healthy")],
)
def test_without_a_name_what_ships_is_listed(run, words, ships):
    status, out, _ = run(*words)
    assert status == 0
    assert ships in out


def test_a_trial_is_run_told_written_and_replayed(run, file, tmp_path):
    status, out, _ = run("trial", file, "--out", "here", "--workers", 1, "--json")
    assert status == 0
    said = json.loads(out)
    direct = small().run(workers=1)
    assert said["performance"][0]["mean"] == direct.performance().loc[0, "mean"]
    assert (tmp_path / "here" / "report.html").is_file()
    status, out, _ = run("trial", file, "--out", "here", "--workers", 1, "--replicates", 3)
    assert status == 0
    assert "3 of 3 replicates are there" in out
    status, out, _ = run("trial", file, "--out", "here", "--dyad", 5, "--replicate", 1, "--json")
    assert status == 0
    assert json.loads(out)["same"] is True


def test_sizes_are_found_told_and_written(run, file, tmp_path):
    (tmp_path / "plan.toml").write_text(
        'name = "mine"\ntrial = "small.toml"\ndyads = [6, 12]\nreplicates = 10\nerror = 0.2\n'
    )
    status, out, _ = run("power", "plan.toml", "--workers", 1, "--json")
    assert status == 0
    assert [row["dyads"] for row in json.loads(out)["power"]] == [6, 12]
    assert (tmp_path / "mine-power" / "power.png").is_file()


def test_the_real_trial_is_analysed_to_the_digits_that_are_known(run, tmp_path):
    """By its analyses of complete cases: all of them are looked at in tests/trials/test_analysis.py."""
    plan = ds.AnalysisPlan.load("thinking-healthy")
    complete = [each for each in plan.analyses if each.missing == "complete case"]
    (tmp_path / "complete.toml").write_text(plan.changed({"analyses": complete}).toml(), "utf-8")
    status, out, _ = run("analyse", "--plan", "complete.toml", "--out", "found.csv")
    assert status == 0
    for number in ("-4.3107", "-5.7358", "-2.8856", "0.2515", "0.1700", "0.3721", "6.6926"):
        assert number in out
    assert pd.read_csv(tmp_path / "found.csv").shape[0] == len(complete) == 5


@pytest.mark.parametrize(
    "words, says",
    [
        (["trial", "skkipi"], "Did you mean 'skkippi'"),
        (["trial", "no.toml"], "There is no trial file"),
        (["trial", "small.toml", "--replicates", "0"], "number of replicates must be a whole number from 1"),
        (["power", "skkipi"], "Did you mean 'skkippi'"),
        (["analyse", "table.csv"], "give --plan"),
        (["analyse", "table.csv", "--plan", "thinking-healthy"], "There is no table 'table.csv'"),
        (["trial", "small.toml", "--out", "nothing", "--dyad", "0"], "is no results folder"),
    ],
)
def test_bad_input_gets_one_sentence(run, file, words, says):
    status, _, err = run(*words)
    assert status == 2
    assert says in err
    assert "Traceback" not in err


def test_a_design_that_is_impossible_is_told_by_the_command(run, tmp_path):
    said = ds.Trial(**SMALL).toml().replace("dyads = 12", "dyads = 1")
    (tmp_path / "none.toml").write_text(said)
    status, _, err = run("trial", "none.toml")
    assert status == 2
    assert err.startswith("dyadsim: In the trial file 'none.toml':")
