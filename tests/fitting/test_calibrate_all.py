"""Everything that is fitted, made in order: each step from the files of the steps before it, and nothing twice."""

import functools
import hashlib
import json
import shutil
import sys
import tomllib
from concurrent.futures import Future
from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from few_priors import SHIPPED, change_priors, copied, fix_interaction_but

import dyadsim as ds
from dyadsim.cli import main
from dyadsim.findings.registry import rows_read
from dyadsim.fitting import calibrate_all as module
from dyadsim.fitting import calibrate_development, calibrate_ensemble
from dyadsim.fitting.calibrate_all import FILES, LOG, calibrate_all
from dyadsim.fitting.candidates import Candidate, Candidates
from dyadsim.fitting.make_norms import make_norms
from dyadsim.interaction.rule_set import Rules
from dyadsim.interaction.tables import probe
from dyadsim.theory.age_norms import Norms
from dyadsim.theory.coefficients import Coefficients
from dyadsim.theory.dynamics import Dynamics
from dyadsim.theory.parameter_sets import sets_of

STEPS = tuple(FILES)
files_read_once = functools.cache(calibrate_development.files_read)


@pytest.fixture
def data(monkeypatch, tmp_path):
    return copied(monkeypatch, tmp_path)


def log_of(folder):
    return {each["step"]: each for each in tomllib.loads((folder / LOG).read_text("utf-8"))["steps"]}


# Really made ----------------------------------------------------------------------------------------------------------


def fix_all_but_few(priors):
    """Two free parameters a level: what takes time is done for each of them."""
    free = {"infant_contingency", "arousal_rise", "depression -> sensitivity", "secure -> none"}
    fix_interaction_but(priors, free)
    for group in priors["development"].values():
        for name, prior in group.items():
            if "sd" in prior and name not in free:
                prior["sd"] = 0.0
    priors["development"]["rates"]["rate of depression"]["sd"] = 0.01


def test_each_step_is_made_with_what_the_steps_before_it_found_and_never_with_what_ships(data, monkeypatch, tmp_path):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # in this process, where it is seen
    monkeypatch.setattr(calibrate_development, "files_read", set)  # which any values show
    few = [row for row in rows_read() if row.id in ("R001", "R015")]  # of one of five designs
    monkeypatch.setattr(calibrate_development, "rows_read", lambda: few)
    change_priors(data, fix_all_but_few)
    probe(Rules())  # of a cohort with the shipped values, once in a process
    norms, coefficients, told = set(), set(), []
    at, view = Norms.at, Rules.view
    monkeypatch.setattr(Norms, "at", lambda self, age: norms.add(self) or at(self, age))
    monkeypatch.setattr(Rules, "view", lambda self, cohort: coefficients.add(cohort.coefficients) or view(self, cohort))
    found = calibrate_all(tmp_path / "made", quick=True, progress=lambda done, total: told.append(done / total))

    assert found.made == STEPS
    assert told == sorted(told)
    assert told[-1] == 1
    made = Coefficients.read(tmp_path / "made/defaults.toml")
    dynamics = Dynamics.read(tmp_path / "made/development.toml")
    sets = [*sets_of(pd.read_parquet(tmp_path / "made/ensemble.parquet"))]
    assert dynamics.norms.written() == make_norms(64, coefficients=made).written()
    assert Coefficients.default() not in coefficients
    assert {made, *(one.coefficients for one in sets)} <= coefficients
    assert Norms.default() not in norms
    assert {dynamics.norms, sets[0].dynamics.norms} <= norms
    # What is not free is as assumed, not as it ships.
    assert all(one.coefficients["noticing"] == made["noticing"] != Coefficients.default()["noticing"] for one in sets)

    # The log says what was made from what.
    log = log_of(tmp_path / "made")
    made_files = {name: hashlib.sha256((tmp_path / "made" / name).read_bytes()).hexdigest() for name in FILES.values()}
    assert [*log] == ["interaction", "development", "pushes", "ensemble"]
    assert "stored nowhere" in log["pushes"]["says"]
    assert {FILES[step]: log[step]["sha256"] for step in STEPS} == made_files
    assert log["ensemble"]["made_from"].items() >= {name: made_files[name] for name in [*FILES.values()][:2]}.items()
    assert log["development"]["made_from"]["defaults.toml"] == made_files["defaults.toml"]
    assert all(log[step]["started"] <= log[step]["ended"] for step in STEPS)
    assert {path.name for path in (tmp_path / "made").iterdir()} == {LOG, *FILES.values()}


# What is made again ---------------------------------------------------------------------------------------------------


@pytest.fixture
def called(monkeypatch):
    """Steps that were asked for; each gives the shipped file. (Which files the studies read changes in no test here: it
    is found once, by following dyads through all of them.)"""
    asked = []
    monkeypatch.setattr(calibrate_development, "files_read", files_read_once)

    def of(step):
        def make(*args, **named):
            asked.append(step)
            return SimpleNamespace(provenance={}, write=lambda path: shutil.copy(SHIPPED / FILES[step], path))

        return make

    for step in STEPS:
        monkeypatch.setattr(module, f"calibrate_{step}", of(step))
    return asked


def made_by(called, folder, **asked):
    """Steps that a run made."""
    called.clear()
    assert calibrate_all(folder, **asked).made == tuple(called)
    return called


def test_nothing_is_made_twice(called, tmp_path):
    assert made_by(called, tmp_path / "made") == [*STEPS]
    log = (tmp_path / "made" / LOG).read_bytes()
    assert made_by(called, tmp_path / "made") == []
    assert (tmp_path / "made" / LOG).read_bytes() == log
    (tmp_path / "made/development.toml").unlink()
    assert made_by(called, tmp_path / "made") == ["development"]  # and the ensemble was made from the very same
    assert made_by(called, tmp_path / "made", quick=True) == [*STEPS]


@pytest.mark.parametrize(("level", "again"), [("interaction", [*STEPS]), ("development", ["development", "ensemble"])])
def test_a_changed_prior_has_its_step_and_those_after_it_made_again(called, data, tmp_path, level, again):
    def change(priors):
        group = priors["interaction"] if level == "interaction" else priors["development"]["rates"]
        next(iter(group.values()))["sd"] *= 1.5

    calibrate_all(tmp_path / "made")
    before = log_of(tmp_path / "made")
    change_priors(data, change)
    assert made_by(called, tmp_path / "made") == again
    after = log_of(tmp_path / "made")
    assert [step for step in STEPS if before[step]["made_from"]["priors"] != after[step]["made_from"]["priors"]] == (
        ["interaction", "ensemble"] if level == "interaction" else again
    )


def test_other_coefficients_have_what_follows_from_them_made_again(called, monkeypatch, tmp_path):
    calibrate_all(tmp_path / "made")
    (tmp_path / "made/defaults.toml").unlink()
    text = (SHIPPED / "defaults.toml").read_text("utf-8") + "# other bytes\n"
    writes = SimpleNamespace(provenance={"settled": False}, write=lambda path: path.write_text(text, "utf-8"))
    monkeypatch.setattr(module, "calibrate_interaction", lambda **asked: called.append("interaction") or writes)
    assert made_by(called, tmp_path / "made") == [*STEPS]
    assert [log_of(tmp_path / "made")[step]["settled"] for step in STEPS] == [False, True, True]


def test_a_run_that_was_ended_goes_on_where_it_was(called, monkeypatch, tmp_path):
    def ended(*args, **named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(module, "calibrate_development", ended)
        calibrate_all(tmp_path / "made")
    assert "ended" not in log_of(tmp_path / "made")["development"]
    # Even if it was ended between the file and the log.
    shutil.copy(SHIPPED / "development.toml", tmp_path / "made")
    assert made_by(called, tmp_path / "made") == ["development", "ensemble"]


def test_a_folder_with_files_of_another_origin_is_refused_and_stays_as_it_is(called, tmp_path):
    shutil.copy(SHIPPED / "development.toml", tmp_path)
    with pytest.raises(ds.DyadsimError, match=r"development.toml' is not as 'dyadsim calibrate all' wrote it"):
        calibrate_all(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["development.toml"]
    calibrate_all(tmp_path / "made")
    with (tmp_path / "made/defaults.toml").open("a") as file:
        file.write("# mine\n")
    with pytest.raises(ds.DyadsimError, match=r"defaults.toml' is not as"):
        calibrate_all(tmp_path / "made")
    (tmp_path / "made" / LOG).write_text("steps = 3")
    with pytest.raises(ds.DyadsimError, match="is no log of"):
        calibrate_all(tmp_path / "made")
    (tmp_path / "other/ensemble.parquet").mkdir(parents=True)
    with pytest.raises(ds.DyadsimError, match="is a folder"):
        calibrate_all(tmp_path / "other")
    with pytest.raises(ds.DyadsimError, match="is a file"):
        calibrate_all(tmp_path / "made" / LOG)


def test_the_command_tells_what_was_made_and_what_was_there(called, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["dyadsim", "calibrate", "all", "--json"])
    for made in ([*STEPS], []):
        with suppress(SystemExit):
            main()
        said = json.loads(capsys.readouterr().out)
        assert said["made"] == made
        assert [each["step"] for each in said["steps"]] == ["interaction", "development", "pushes", "ensemble"]
    (tmp_path / "calibration/ensemble.parquet").unlink()
    monkeypatch.setattr(sys, "argv", ["dyadsim", "calibrate", "all"])
    with suppress(SystemExit):
        main()
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("wrote")] == [
        "wrote calibration/ensemble.parquet",
        "wrote calibration/calibration.toml",
    ]


# Candidates of the ensemble -------------------------------------------------------------------------------------------


def a_candidate(number):
    vector = np.random.default_rng(number).normal(size=3)
    return Candidate("kept", vector, vector / 3, Norms.default(), (vector / 7, vector[:2] / 11))


def same(one, other):
    return json.dumps(one.written()) == json.dumps(other.written())


def test_candidates_are_read_to_the_last_bit_and_half_a_line_is_none(tmp_path):
    file = tmp_path / "candidates.jsonl"
    kept = Candidates(file, "these")
    for candidate in (a_candidate(0), Candidate("seconds"), a_candidate(2)):
        kept.add(candidate)
    found = Candidates(file, "these").found
    assert [each.stage for each in found] == ["kept", "seconds", "kept"]
    assert np.array_equal(found[2].read[1], a_candidate(2).read[1])
    assert found[2].norms == Norms.default()
    file.write_text(file.read_text("utf-8")[:-20], "utf-8")
    assert [each.stage for each in Candidates(file, "these").found] == ["kept", "seconds"]
    assert len(file.read_text("utf-8").splitlines()) == 3  # with no half of one at the end
    assert Candidates(file, "others").found == []


def test_candidates_that_are_known_are_not_worked_out_again(monkeypatch, tmp_path):
    asked = []

    class Crew:
        size = 1

        def submit(self, work, prepared, number):
            asked.append(number)
            future = Future()
            future.set_result(a_candidate(number))
            return future

    first = calibrate_ensemble._candidates(Crew(), None, 30, Candidates(tmp_path / "here", "these"))
    whole = [next(first) for _ in range(4)]
    asked.clear()
    again = [*calibrate_ensemble._candidates(Crew(), None, 30, Candidates(tmp_path / "here", "these"))]
    assert asked == [*range(4, 30)]
    assert all(same(one, a_candidate(number)) for number, one in enumerate(again))
    assert all(map(same, whole, again))
    assert len(Candidates(tmp_path / "here", "these").found) == 30
