"""The command moments: what it prints and writes is what a session gives, and bad input gets one sentence."""

import json

import pandas as pd
import pympi
import pytest

import dyadsim as ds
from dyadsim.coded_video.file_times import in_file

FILE = "mangold_3532goodman"


def test_it_prints_and_writes_what_the_session_gives(run, tmp_path):
    clips = ds.read_coded(FILE).moments_worth_showing(most=4)
    status, out, _ = run("moments", FILE, "--most", "4", "--out", "clips.csv", "--json")
    told = json.loads(out)
    assert status == 0
    assert pd.DataFrame(told["clips"])[list(clips.frame())].equals(clips.frame())
    assert told["remarks"] == list(clips.remarks)
    written = pd.read_csv(tmp_path / "clips.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(written[list(clips.frame())], clips.frame())
    status, out, _ = run("moments", FILE, "--kind", "repair", "--kind", "chain", "--within", "2")
    assert status == 0
    assert "cheerful" in out
    assert "shared-joy" not in out
    assert "no rating of a parent" in out


CODED = """dyad,partner,code,onset,offset
one,infant,object,100,110
one,infant,monitor,110,116
one,infant,object,116,120
one,mother,neutral,100,112
one,mother,vocal,112,120
one,episode,play,100,108
one,episode,reunion,109,119
"""
"""Coded from second 100 of a video on; between the episodes a second is in neither."""


def test_times_for_elan_are_those_of_the_file(run, tmp_path):
    """He looks up at 110, she talks to him at 112: the clip begins 2 s before, but not before the episode."""
    (tmp_path / "late.csv").write_text(CODED)
    status, out, err = run("moments", "late.csv", "--kind", "bid-answered", "--json", "--out", "clips.eaf")
    assert status == 0, err
    (clip,) = json.loads(out)["clips"]
    assert (clip["file_onset"], clip["file_offset"]) == (109, 115)
    assert clip["onset"] == 8
    (annotation,) = pympi.Elan.Eaf(str(tmp_path / "clips.eaf")).get_annotation_data_for_tier("moments worth showing")
    assert annotation[:2] == (109_000, 115_000)
    assert annotation[2].startswith("1 bid-answered: He looks up at her face; 2 seconds later she talks")
    status, out, _ = run("moments", "late.csv", "--kind", "bid-answered")
    assert "109.00" in out


def test_a_session_is_counted_from_its_start_in_the_file():
    session = ds.read_coded(FILE)
    frame = in_file(session, session.moments_worth_showing().frame())
    assert ((frame["file_onset"] - frame["onset"]).round(6) == session.provenance["begins_in_file"][0]).all()
    simulated = ds.interact(ds.Cohort.sample(1, seed=1), "still-face", seed=1)
    frame = in_file(simulated, simulated.moments_worth_showing().frame())
    assert frame["file_offset"].equals(frame["offset"])


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


def test_clips_are_ranked_by_the_change_expected_of_the_fitted_dyad(run):
    status, out, _ = run("moments", FILE, "--fitted", "--age", "13", "--most", "4", "--json")
    assert status == 0
    told = json.loads(out)
    assert "is no forecast" in told["assumed"]
    changes = [clip["match_change"] for clip in told["clips"] if clip["kind"] != "bid-missed"]
    assert changes == sorted(changes, reverse=True)
    assert changes[0] > 0
