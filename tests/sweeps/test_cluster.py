"""Sweeps and trials on a Dask cluster of two worker processes: the same bytes as here, and a worker may be killed."""

import os
import signal
import threading
import time

import pytest
from sweeping import BURDEN, SENSITIVITY, data_of, design, weeks
from trialling import small

import dyadsim as ds
from dyadsim.sweeps import planning
from dyadsim.theory.rules import MotherRules

distributed = pytest.importorskip("distributed", reason="the extra dyadsim[cluster] is not installed")


class Prompter(MotherRules):
    """She answers more readily."""

    @staticmethod
    def preferences(traits, context):
        return 1.1 * MotherRules.preferences(traits, context)


def test_a_cluster_gives_the_same_bytes(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "_ROWS", 4)
    here = ds.sweep(design(), tmp_path / "here", workers=1)
    there = ds.sweep(design(), tmp_path / "there", scheduler=cluster.scheduler_address)
    assert len(data_of(here.folder)) == 12
    assert data_of(here.folder) == data_of(there.folder)
    assert there.manifest.runs[-1]["workers"] == 2


def test_weeks_and_rules_of_ones_own_travel_to_the_cluster(cluster, tmp_path):
    here = ds.sweep(weeks(), tmp_path / "here", mother=Prompter, workers=1)
    there = ds.sweep(weeks(), tmp_path / "there", mother=Prompter, scheduler=cluster.scheduler_address)
    assert data_of(here.folder) == data_of(there.folder)


def test_a_trial_gives_the_same_bytes_on_a_cluster(cluster, tmp_path):
    trial = small({"replicates": 4})
    here = trial.run(out=tmp_path / "here", mother=Prompter, workers=1)
    there = trial.run(out=tmp_path / "there", mother=Prompter, scheduler=cluster.scheduler_address)
    files = sorted(path.relative_to(here.folder) for path in here.folder.glob("*/*.parquet"))
    assert len(files) == 5 * 4
    assert all((here.folder / file).read_bytes() == (there.folder / file).read_bytes() for file in files)


def test_a_worker_killed_in_the_middle_loses_nothing(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "_ROWS", 100)
    asked = design(points=120, dyads=100, factors=[SENSITIVITY, BURDEN], interaction={"paradigm": "still-face"})
    killed = []

    def kill_one():
        until = time.monotonic() + 30
        while not list((tmp_path / "there").glob("data/*.parquet")) and time.monotonic() < until:
            time.sleep(0.01)
        with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
            pid = next(iter(client.run(os.getpid).values()))
        os.kill(pid, signal.SIGKILL)
        killed.append(len(list((tmp_path / "there").glob("data/*.parquet"))))

    killer = threading.Thread(target=kill_one)
    killer.start()
    there = ds.sweep(asked, tmp_path / "there", scheduler=cluster.scheduler_address)
    killer.join()
    assert 0 < killed[0] < 120
    assert there.done == 1
    assert not len(there.failures)
    assert data_of(there.folder) == data_of(ds.sweep(asked, tmp_path / "here", workers=1).folder)


def test_a_scheduler_that_does_not_answer_is_told(tmp_path, monkeypatch):
    from dyadsim.common import workers

    monkeypatch.setattr(workers, "_ANSWER_S", 1)
    with pytest.raises(ds.DyadsimError, match=r"No Dask scheduler answers at 'tcp://127.0.0.1:9'"):
        ds.sweep(design(), tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ds.DyadsimError, match=r"There is no scheduler file 'nowhere.json'"):
        ds.sweep(design(), tmp_path / "out", scheduler="nowhere.json")
