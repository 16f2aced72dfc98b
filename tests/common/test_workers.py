"""Workers: how many cores they may use, and how they end with whoever started them."""

import os
import signal
import subprocess
import sys

import pytest

from dyadsim.common.workers import thread_count

COUNT = "from dyadsim.common.workers import thread_count; print(thread_count(None))"
PARENT = """
import os, sys, threading
from dyadsim.common.workers import crew_of
with crew_of(2, None, 2) as crew:
    print(*{crew.submit(os.getpid).result() for _ in range(20)}, flush=True)
    crew.submit(threading.Event().wait)
    threading.Event().wait()
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="a process is bound to a core on Linux only")
def test_a_process_uses_the_cores_that_it_may_use(monkeypatch):
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT")  # which conftest sets
    one = min(os.sched_getaffinity(0))
    bound = subprocess.run(
        [sys.executable, "-c", COUNT], check=True, capture_output=True, text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {one}),
    )  # fmt: skip
    assert int(bound.stdout) == 1
    assert thread_count(None) == len(os.sched_getaffinity(0))


def test_a_limit_by_the_environment_is_kept(monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    assert thread_count(None) == 1
    assert thread_count(3) == 3


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_a_script_that_is_killed(number):
    psutil = pytest.importorskip("psutil", reason="workers of another process are seen through psutil")
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as script:
        workers = [psutil.Process(int(pid)) for pid in script.stdout.readline().split()]
        assert workers
        script.send_signal(number)
        script.wait()
        _, left = psutil.wait_procs(workers, timeout=20)
    assert not left
