"""Standard streams under a command: characters they have not got, readers who are gone, disks that are full."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dyadsim.cli import main

NAMED = """name = "schön"
title = "Ein “schönes” Jahr → 1"
dyads = 4
weeks = 3
"""


@pytest.fixture
def start(tmp_path):
    """Start ``dyadsim`` in an empty folder, as a shell does."""
    (tmp_path / "schön.toml").write_text(NAMED, "utf-8")

    def call(*words, encoding="utf-8", **streams):
        ours = {**os.environ, "PYTHONIOENCODING": encoding}
        code = "from dyadsim.cli import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", code, *words], cwd=tmp_path, env=ours, **{"stderr": subprocess.PIPE, **streams}
        )

    return call


RUN = ("run", "schön.toml", "--out", "schön")


@pytest.fixture
def told(start, tmp_path, monkeypatch):
    """Exit code, output and errors of ``dyadsim`` onto streams such as a new process makes of an encoding, in this
    process, which has all imported that it needs."""

    def call(*words, encoding):
        out = io.TextIOWrapper(io.BytesIO(), encoding, "strict")
        said = io.TextIOWrapper(io.BytesIO(), encoding, "backslashreplace")
        with monkeypatch.context() as patched, pytest.raises(SystemExit) as ended:
            patched.chdir(tmp_path)
            patched.setattr(sys, "argv", ["dyadsim", *words])
            patched.setattr(sys, "stdout", out)
            patched.setattr(sys, "stderr", said)
            main()
            raise SystemExit(0)
        said.flush()
        return ended.value.code or 0, out.buffer.getvalue(), said.buffer.getvalue()

    return call


def test_a_new_process_has_such_streams_and_says_the_same(start, told):
    running = start(*RUN, encoding="ascii", stdout=subprocess.PIPE)
    out, said = running.communicate()
    assert (running.returncode, out, said) == told(*RUN, encoding="ascii")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_characters_that_the_output_has_not_got_end_no_run(told, tmp_path, encoding, more):
    code, out, said = told(*RUN, *more, encoding=encoding)
    assert (code, said) == (0, b"")
    text = out.decode(encoding)
    if more:
        assert json.loads(text) == json.loads((tmp_path / "schön/summary.json").read_text("utf-8"))
    else:
        dashes = {"utf-8": "Ein “schönes” Jahr → 1", "cp1252": "Ein “schönes” Jahr -> 1"}
        plain = {"latin-1": 'Ein "schönes" Jahr -> 1', "ascii": 'Ein "sch\\xf6nes" Jahr -> 1'}
        assert text.startswith((dashes | plain)[encoding])


def test_a_table_in_ascii_has_borders_of_ascii_and_its_numbers(told):
    _, out, _ = told("code", "mangold_3532goodman", encoding="ascii")
    assert "| codable                        | 0.795 |" in out.decode("ascii")


def test_a_sentence_on_bad_input_is_said_in_any_encoding(start):
    running = start("run", "schön", encoding="ascii")
    assert b"Unknown scenario 'sch\\xf6n'" in running.communicate()[1]
    assert running.returncode == 2


@pytest.mark.parametrize("words", [("catalogue",), ("catalogue", "--json"), ("odd",), ("run", "--help")])
def test_a_reader_who_is_gone_gets_no_traceback(start, words):
    reading, writing = os.pipe()
    os.close(reading)
    running = start(*words, stdout=writing)
    os.close(writing)
    assert running.communicate()[1] == b""
    assert running.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [("catalogue",), ("odd",), ("--version",)])
def test_output_onto_a_full_disk_ends_in_a_sentence(start, words):
    with Path("/dev/full").open("w") as full:
        running = start(*words, stdout=full)
    said = running.communicate()[1].decode()
    assert said.startswith("dyadsim: The system refused: ")
    assert said.count("\n") == 1
    assert running.returncode == 2
