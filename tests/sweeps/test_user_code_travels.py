"""Outcomes and rules of the user's, with the modules that they import, on every kind of worker."""

import sys
import threading

import pytest
from sweeping import data_of, design, weeks

import dyadsim as ds

HELPER = "FACTOR = {factor}\ndef scaled(x):\n    return FACTOR * x\n"
OUTCOMES = """
import helper
from helper import scaled

def by_module(session):
    return helper.scaled(session.measures()["match"])

def by_name(session):
    return scaled(session.measures()["match"])

def late(session):
    import later.most
    from later import most
    assert most is later.most
    return most.FACTOR * session.measures()["match"]
"""
RULE = """
import dyadsim as ds
from helper import FACTOR

class Stronger(ds.InterventionRule):
    entry = ds.Intervention.load("video-feedback")

    @staticmethod
    def strength(effect, taken):
        import helper
        return helper.FACTOR * ds.InterventionRule.strength(effect, taken)
"""


def written(folder, factor=2.0):
    (folder / "later").mkdir(parents=True)
    (folder / "helper.py").write_text(HELPER.format(factor=factor))
    (folder / "later" / "most.py").write_text(f"FACTOR = {factor}\n")
    (folder / "oc.py").write_text(OUTCOMES)
    (folder / "rule.py").write_text(RULE)
    return folder


@pytest.fixture(params=["two processes", "cluster"])
def others(request):
    """Options for workers other than this process."""
    if request.param == "cluster":
        return {"scheduler": request.getfixturevalue("cluster").scheduler_address}
    request.getfixturevalue("two_processes")
    return {"workers": 2}


@pytest.fixture(params=["two processes", "cluster"])
def others_or_new(request):
    """The same, but the processes are new: they are started with this one's path of modules."""
    if request.param == "cluster":
        return {"scheduler": request.getfixturevalue("cluster").scheduler_address}
    return {"workers": 2}


@pytest.fixture
def many_chunks(monkeypatch):
    from dyadsim.sweeps import planning

    monkeypatch.setattr(planning, "_ROWS", 4)


def named(folder):
    return [f"{folder / 'oc.py'}:{name}" for name in ("by_module", "by_name", "late")]


def test_modules_beside_a_file_travel_with_it(tmp_path, others, many_chunks):
    asked = design(outcomes=["match", *named(written(tmp_path / "own"))])
    here = ds.sweep(asked, tmp_path / "here", workers=1)
    there = ds.sweep(asked, tmp_path / "there", **others)
    assert not len(here.failures)
    assert not len(there.failures)
    assert data_of(here.folder) == data_of(there.folder)
    frame = there.frame()
    for name in ("by_module", "by_name", "late"):
        assert frame[name].equals(2 * frame["match"])


def test_files_of_one_name_are_not_mixed_up_by_workers(tmp_path, others, many_chunks):
    for factor in (3.0, 5.0):
        asked = design(outcomes=["match", *named(written(tmp_path / f"own {factor}", factor))])
        frame = ds.sweep(asked, tmp_path / f"out {factor}", **others).frame()
        for name in ("by_module", "by_name", "late"):
            assert frame[name].equals(factor * frame["match"])


def test_functions_given_in_python_travel_with_what_they_import(tmp_path, others_or_new, many_chunks, monkeypatch):
    for factor in (3.0, 5.0):
        folder = written(tmp_path / f"own {factor}", factor)
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(folder))
            for name in ("oc", "helper", "later", "later.most"):
                patch.delitem(sys.modules, name, raising=False)
            import oc

            asked = design(outcomes=["match", oc.by_module, oc.by_name, oc.late])
            frame = ds.sweep(asked, tmp_path / f"out {factor}", **others_or_new).frame()
            for name in ("oc", "helper", "later", "later.most"):
                sys.modules.pop(name, None)  # what patch deletes it puts back in the end
        for name in ("by_module", "by_name", "late"):
            assert frame[name].equals(factor * frame["match"])


def test_rules_of_interventions_and_files_that_are_named_travel_too(tmp_path, others, many_chunks):
    folder = written(tmp_path / "own")
    (folder / "few.toml").write_text(
        'name = "few"\ndyads = 3\nfirst_week = 20\nweeks = 2\ndays = 1\nrisks = ["night.toml"]\n'
        'interventions = [{ name = "rule.py:Stronger", start_week = 20 }]\n'
    )
    (folder / "night.toml").write_text(
        'name = "night"\nsays = "Night work."\nkind = "risk"\nabout = "family"\n'
        '[[moves]]\nstate = "negativity"\nby = 0.2\nevidence = ["assumed"]\nnote = "x"\n'
    )
    asked = weeks(factors=[{"name": "sensitivity", "low": -1, "high": 1}])
    asked = ds.Design(**{**asked.model_dump(exclude_defaults=True), "scenario": str(folder / "few.toml")})
    here = ds.sweep(asked, tmp_path / "here", workers=1)
    there = ds.sweep(asked, tmp_path / "there", **others)
    assert not len(there.failures)
    assert data_of(here.folder) == data_of(there.folder)


def test_what_cannot_be_sent_is_told(tmp_path):
    lock = threading.Lock()

    def held(session):
        return session.measures()["match"] if lock else 0

    with pytest.raises(ds.DyadsimError, match=r"cannot be sent to workers .*give them by file, FILE.py:NAME"):
        ds.sweep(design(outcomes=[held]), tmp_path / "out", workers=1)
