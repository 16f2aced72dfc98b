"""Commands for sweeps: what they say, and how they end, where points fail or values are infinite."""

import json

import pytest

import dyadsim as ds

DESIGN = """
name = "small"
dyads = 4
interaction = {{ seconds = 30 }}
outcomes = ["own.py:{}"]
[[factors]]
name = "burden"
values = [-1, 0, 1]
"""
OWN = """
import numpy as np

def never(session):
    raise RuntimeError("no")

def sometimes(session):
    if (session.cohort.traits["burden"] > 0).any():
        raise RuntimeError("too much")
    return session.cohort.traits["burden"]

def endless(session):
    return np.where(session.cohort.traits["burden"] > 0, np.inf, session.cohort.traits["burden"])
"""


@pytest.fixture
def sweep(run, tmp_path):
    (tmp_path / "own.py").write_text(OWN)

    def call(outcome, *more):
        (tmp_path / "design.toml").write_text(DESIGN.format(outcome))
        return run("sweep", "design.toml", "--out", "out", "--workers", "1", *more)

    return call


def test_a_sweep_of_which_nothing_came_ends_like_what_cannot_be_done(sweep, run):
    status, out, err = sweep("never")
    assert status == 2
    assert "1 of 1 chunks are done." in out
    assert err.strip().splitlines() == [
        "dyadsim: 3 of 3 points failed, the first of them (point 0) with 'RuntimeError: no'; manifest.json in 'out' "
        "tells all, and the same command tries them again."
    ]
    assert len(ds.Results.read("out").failures) == 3
    status, out, _ = run("results", "out")
    assert status == 0
    assert "Point 0 (dyads 0 to 3) failed: RuntimeError: no" in out
    status, out, _ = sweep("never", "--json")
    assert status == 2
    assert len(json.loads(out)["failures"]) == 3


def test_a_sweep_of_which_some_points_failed_says_so_beside_its_results(sweep):
    status, out, err = sweep("sometimes")
    assert status == 0
    assert "sometimes" in out
    assert "dyadsim: 1 of 3 points failed, the first of them (point 2) with 'RuntimeError: too much'" in err


def test_infinite_values_end_no_command_and_no_json(sweep, run):
    status, out, err = sweep("endless")
    assert (status, err) == (0, "")
    assert "endless is infinite at 1 of 3 points" in out
    for more in (["--report"], ["--pdf"], ["--figure", "spread"], ["--figure", "dependence"], []):
        status, out, err = run("results", "out", *more)
        assert (status, err) == (0, ""), more
        assert "1 of 3 points have no finite value of endless, play (1 an infinite one)" in out
    status, out, _ = run("results", "out", "--json")
    assert json.loads(out, parse_constant=pytest.fail)["left_out"].startswith("1 of 3 points")
