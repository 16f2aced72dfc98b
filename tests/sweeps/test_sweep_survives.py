"""Sweeps under violence: killed at any moment, and on a cluster whose workers die."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from sweeping import data_of, design

import dyadsim as ds
from dyadsim.sweeps import planning
from dyadsim.sweeps.results_folder import Manifest

KILLS = 10
# The child begins while all is imported and compiled, so that it can be killed at any moment of its work.
VICTIM = textwrap.dedent("""
    import os, signal, sys, time
    sys.path.insert(0, {tests!r})
    from sweeping import design
    import dyadsim as ds
    from dyadsim.sweeps import planning
    planning._ROWS = 4
    folder, moments = sys.argv[1], [float(each) for each in sys.argv[2:]]
    asked = design(points=120)
    ds.sweep(asked, folder + "-warm", workers=1)  # imports and compiles
    began = time.perf_counter()
    ds.sweep(asked, folder + "-whole", workers=1)
    whole = time.perf_counter() - began
    for moment in moments:
        child = os.fork()
        if child == 0:
            ds.sweep(asked, folder, workers=1)
            os._exit(0)
        time.sleep(moment * whole)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print(len(os.listdir(folder + "/data")))
""")


@pytest.fixture
def many_chunks(monkeypatch):
    monkeypatch.setattr(planning, "_ROWS", 4)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed in its tracks where processes can be forked")
def test_killed_at_random_moments_and_resumed_it_ends_with_the_same_bytes(tmp_path, many_chunks):
    # Shares of the time that the whole takes on this machine: ten of them together are less than the whole.
    moments = [f"{random.Random(kill).uniform(0.02, 0.15):.3f}" for kill in range(KILLS)]
    code = VICTIM.format(tests=str(Path(__file__).parent.parent))
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "killed"), *moments], check=True, capture_output=True, text=True
    )
    assert 0 < int(told.stdout) < 120, "it was killed in the midst of its work"
    resumed = ds.sweep(design(points=120), tmp_path / "killed", workers=1)
    assert not resumed.manifest.damaged
    assert data_of(tmp_path / "killed") == data_of(tmp_path / "killed-warm")
    assert not list((tmp_path / "killed").glob("**/.*.part"))


def test_a_chunk_that_is_there_when_a_stop_comes_is_counted(tmp_path, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Manifest, "looked_at", stopped)  # the first thing done once its file is written
        ds.sweep(design(points=3, dyads=40), tmp_path, workers=1)
    results = ds.Results.read(tmp_path)
    assert [run["chunks"] for run in results.manifest.runs] == [1]
    assert sum(chunk.done for chunk in results.manifest.chunks) == 1


def _heeding():
    """Give a process its signals back, which whoever runs the tests may have it ignore: a shell in the background does
    so with Ctrl-C, nohup with the end of a terminal."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def running(tmp_path):
    """``dyadsim sweep`` with two workers, in the midst of its work; gives the process, its design and its folder."""
    asked = design(points=300, dyads=40)
    (tmp_path / "design.toml").write_text(asked.toml())
    command = [
        sys.executable,
        "-c",
        "from dyadsim.cli import main; main()",
        "sweep",
        "design.toml",
        "--out",
        "out",
        "--workers",
        "2",
    ]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heeding,
    )
    until = time.monotonic() + 60
    while not list((tmp_path / "out").glob("data/*.parquet")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    yield process, asked, tmp_path / "out"
    process.kill()


def test_the_command_is_killed_and_goes_on(running, tmp_path):
    process, asked, out = running
    process.kill()
    process.wait()
    assert 0 < ds.Results.read(out).done < 1
    assert ds.sweep(asked, out, workers=1).done == 1
    assert data_of(out) == data_of(ds.sweep(asked, tmp_path / "whole", workers=1).folder)


def test_ctrl_c_leaves_a_folder_that_goes_on(running):
    process, _, out = running
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the command and all its workers
    _, told = process.communicate(timeout=60)
    assert "Stopped; what is done is in 'out', and the same command goes on." in told
    assert "Traceback" not in told
    assert process.returncode == 128 + signal.SIGINT
    assert 0 < ds.Results.read(out).done < 1


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_command_that_is_told_to_end_does_as_with_ctrl_c_and_its_workers_end(running, name):
    psutil = pytest.importorskip("psutil", reason="workers of another process are seen through psutil")
    process, _, out = running
    others = psutil.Process(process.pid).children(recursive=True)
    number = getattr(signal, name)
    process.send_signal(number)  # as a queue does, or a shutdown: to the command alone
    _, told = process.communicate(timeout=60)
    _, left = psutil.wait_procs(others, timeout=20)
    assert not left
    assert process.returncode == 128 + number
    assert "Stopped; what is done is in 'out', and the same command goes on." in told
    assert "Traceback" not in told
    assert 0 < ds.Results.read(out).done < 1
    assert ds.Results.read(out).manifest.runs[-1]["chunks"] > 0, "the run was noted"
