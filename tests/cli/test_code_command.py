"""``dyadsim code``: several files, options, and what was settled, in plain words and as JSON."""

import json

import pytest
from coded_files import PUBLISHED, stretches, written

import dyadsim as ds

BOTH = [f"{name}.csv" for name in PUBLISHED]


def test_the_reading_is_told_beside_the_measures(run):
    status, out, _ = run("code", BOTH[0])
    assert status == 0
    assert "Offsets are the last frame of a code, and count" in out
    assert "The infant is not coded for 87.12 s (8 gaps), which stay uncoded." in out
    assert "28.960" in out


def test_several_files_are_measured_side_by_side(run, tmp_path):
    status, out, _ = run("code", *BOTH, "--out", "both")
    assert status == 0
    assert "2 coded sessions" in out
    assert "mangold_3367goodman: 'Maternal Problem Data' marks 8.72 s" in out
    assert {path.name for path in (tmp_path / "both").iterdir()} == {"measures.csv", "reading.csv", "provenance.json"}
    said = json.loads(run("code", *BOTH, "--json")[1])
    assert [each["repaired"] for each in said["sessions"]] == [7, 17]
    assert said["sessions"][0]["reading"]["mother_unscorable_yet_coded_s"] == pytest.approx(8.72)
    assert "no clinical instrument" in said["notice"]


def test_options_choose_what_is_read(run, tmp_path):
    rows = stretches(ds.read_coded(BOTH[1])).assign(dyad="d", coder="Ann")
    two = rows.assign(coder="Bo")
    text = rows.to_csv(index=False) + two.to_csv(index=False, header=False)
    file = written(tmp_path, text, "two.csv")
    status, _, said = run("code", file)
    assert status == 2
    assert "2 coders ('Ann', 'Bo')" in said
    timing = written(tmp_path, "dyad,episode,onset,offset\nd,play,0,150\nd,reunion,150,300\n", "timing.csv")
    asked = ("--coder", "bo", "--dyad", "d", "--codes", "valence", "--step", 1, "--episodes", timing)
    said = json.loads(run("code", file, *asked, "--json")[1])
    assert list(said["episodes"]) == ["play", "reunion"]
    assert (said["frames_per_second"], said["code_map"], said["reading"]["coder"]) == (1, "valence", "Bo")
    status, out, _ = run("code", file, *asked)
    assert status == 0
    assert "play" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--codes", "valance"), "Did you mean 'valence'"),
        (("--dyad", "x"), "Unknown dyad"),
        (("--coder", "x"), "names no coders"),
        (("--step", "-1"), "The step must be a number"),
        (("--episodes", "none.csv"), "There is no timing file"),
        (("--mother-column", "Maternal"), "Did you mean 'Maternal Affect'"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(run, words, sentence):
    status, _, said = run("code", BOTH[0], *words)
    assert status == 2
    assert sentence in said
