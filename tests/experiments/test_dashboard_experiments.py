"""Hostile and many visitors of a served dashboard, a small walk and a small crowd of what the commands do at large."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT

pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")


def found(script, *options):
    """What an experiment found; it ends with 1 where that is not as it should be."""
    command = [sys.executable, str(ROOT / "experiments" / script), "--json", *options]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


def test_a_hostile_walk_changes_no_file_asks_no_other_host_and_is_told_nothing():
    told = found("hostile_walk.py", "--requests", "120", "--seed", "7")
    assert told["files that were there"] > 1_000
    assert (told["files changed"], told["other hosts asked"], told["told of the inside"]) == ([], [], [])
    assert sum(told["answers"].values()) == 120
    assert {"403", "404", "405"} <= told["answers"].keys()


def test_no_visitor_sees_what_is_anothers_and_one_who_lost_the_connection_finds_the_run():
    told = found("visitors.py", "--visitors", "6", "--seconds", "12", "--running", "2")
    assert (told["saw what is another's"], told["failed"], told["turned to or deleted"]) == ([], [], [])
    assert told["visits"] >= 6
    assert told["connections lost during a run and found again"] >= 1
    assert told["runs at a time, most"] == 2
    assert told["memory that did not come back (MB)"] < 100
