"""Tables are read from Parquet files as they were written, and no thread is begun to do so."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from dyadsim.common.parquet_files import read_parquet

THREADS = """
import os, sys
from dyadsim.common.parquet_files import read_parquet
before = len(os.listdir("/proc/self/task"))
read_parquet(sys.argv[1])
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "table.parquet"
    table = pd.DataFrame({f"column {n}": range(50) for n in range(6)} | {"name": ["a", None] * 25, "at": 0.5})
    table.to_parquet(path, index=False)
    return path, table


def test_what_was_written_is_read_from_a_path_and_from_an_open_file(written):
    path, table = written
    pd.testing.assert_frame_equal(read_parquet(path), table)
    with path.open("rb") as file:
        pd.testing.assert_frame_equal(read_parquet(file), table)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted by Linux's /proc")
def test_no_thread_is_begun_that_could_abort_the_end_of_a_script(written):
    done = subprocess.run([sys.executable, "-c", THREADS, str(written[0])], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
