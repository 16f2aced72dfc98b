"""The command moments: what it prints and writes is what a session gives, and bad input gets one sentence."""

import json

import pandas as pd
import pytest

import dyadsim as ds

FILE = "mangold_3532goodman"


def test_it_prints_and_writes_what_the_session_gives(run, tmp_path):
    clips = ds.read_coded(FILE).moments_worth_showing(most=4)
    status, out, _ = run("moments", FILE, "--most", "4", "--out", "clips.csv", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["clips"] == json.loads(clips.frame().to_json(orient="records"))
    assert told["remarks"] == list(clips.remarks)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "clips.csv", keep_default_na=False), clips.frame())
    status, out, _ = run("moments", FILE, "--kind", "repair", "--kind", "chain", "--within", "2")
    assert status == 0
    assert "both are cheerful" in out
    assert "shared-joy" not in out
    assert "no rating of a parent" in out


def test_a_picture_shows_the_clips(run, tmp_path):
    status, out, _ = run("moments", FILE, "--out", "clips.png")
    assert (status, (tmp_path / "clips.png").read_bytes()[:4]) == (0, b"\x89PNG")
    assert "wrote clips.png" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nothing.csv",), "no file 'nothing.csv'"),
        ((FILE, "--kind", "repare"), "Did you mean 'repair'"),
        ((FILE, "--kind", "bid-missed"), "never alone"),
        ((FILE, "--most", "0"), "whole number from 1 to 100"),
        ((FILE, "--within", "90"), "must lie between 0.04 and 20"),
        ((FILE, "--out", "clips.txt"), "not into 'clips.txt'"),
        ((FILE, "--out", "nowhere/clips.csv"), "no folder 'nowhere'"),
    ],
)
def test_bad_input_gets_one_sentence(run, words, sentence):
    status, out, err = run("moments", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
