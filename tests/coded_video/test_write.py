"""Exports: sessions written for other programs open there, and give the same events when they are read again."""

import csv
import io
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from coding_files import (
    REAL,
    coding_of,
    datavyu_csv,
    datavyu_frames,
    datavyu_opf,
    elan_eaf,
    elan_long,
    elan_tab,
    elan_wide,
    real_events,
)
from coding_files import events_of as events_read
from coding_files import gridware as trajectory
from pympi.Elan import Eaf

import dyadsim as ds
from dyadsim.coded_video import elan, gridware
from dyadsim.coded_video.write import EPISODE, LAYOUTS, UNCODED, events_of, write_clips
from dyadsim.measurement.session import Session
from dyadsim.theory.states import VALENCE

BORIS = (
    "Observation id,Observation date,Description,Observation type,Source,Time offset (s),Coding duration,"
    "Media duration (s),FPS (frame/s),Subject,Observation duration by subject by observation,Behavior,"
    "Behavioral category,Behavior type,Start (s),Stop (s),Duration (s),Media file name,Image index start,"
    "Image index stop,Image file path start,Image file path stop,Comment start,Comment stop"
)
"""As in formats.md; without modifiers and independent variables, of which there are none."""


@pytest.fixture(scope="module", params=REAL)
def real(request):
    return ds.read_coded(request.param)


@pytest.fixture(scope="module")
def visit():
    """Three episodes, gaps, and time at the end that was not coded."""
    mother = np.array([[2, 2, 1, 1, -1, -1, 0, 0, 2, 2, -1, -1]], dtype=np.int8)
    infant = np.array([[-1, 1, 1, 0, 0, 0, 0, 2, 2, -1, -1, -1]], dtype=np.int8)
    return Session(
        dyads=["visit, 1"],
        episodes=["play", "still-face", "reunion"],
        ends=[4, 8, 12],
        codes=VALENCE,
        step=0.5,
        states=(infant, mother, None),
    )


def stretches(session):
    rows = events_of(session)[["partner", "onset", "offset", "code"]]
    return sorted(rows.itertuples(index=False, name=None))


def table(path, separator=","):
    return [*csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""), delimiter=separator)]


def test_events_are_the_stretches_in_one_state(visit):
    assert stretches(visit) == [
        ("episode", 0.0, 2.0, "play"),
        ("episode", 2.0, 4.0, "still-face"),
        ("episode", 4.0, 6.0, "reunion"),
        ("infant", 0.5, 1.5, "neutral"),
        ("infant", 1.5, 3.5, "negative"),
        ("infant", 3.5, 4.5, "positive"),
        ("mother", 0.0, 1.0, "positive"),
        ("mother", 1.0, 2.0, "neutral"),
        ("mother", 3.0, 4.0, "negative"),
        ("mother", 4.0, 5.0, "positive"),
    ]


def test_elan_opens_in_pympi_and_reads_as_it_was(tmp_path, real, visit):
    for session in (real, visit):
        path = ds.write_coded(session, tmp_path / "visit.eaf")
        opened = Eaf(str(path))
        assert [*opened.get_tier_names()] == ["mother", "infant", EPISODE]
        assert opened.get_parameters_for_tier("infant")["PARTICIPANT"] == "infant"
        times = [*opened.timeslots.values()]
        assert times == sorted(times)
        given = [row for row in stretches(session) if row[0] == "mother"]
        found = sorted((row[0] / 1000, row[1] / 1000, row[2]) for row in opened.get_annotation_data_for_tier("mother"))
        assert found == [row[1:] for row in given]
        assert events_read(coding_of(elan.READERS, path.read_bytes(), path.name)) == stretches(session)


def test_a_trajectory_reads_as_it_was(tmp_path, real, visit):
    for session in (real, visit):
        path = ds.write_coded(session, tmp_path / "visit.trj")
        coding = coding_of(gridware.READERS, path.read_bytes(), path.name)
        assert [event for event in events_read(coding) if event[-1] != UNCODED] == stretches(session)
        assert coding.spans.values.tolist() == [["", 0.0, round(session.ends[-1] * session.step, 6)]]


def test_a_trajectory_has_a_row_where_something_changes(tmp_path, visit):
    assert ds.write_coded(visit, tmp_path / "visit.trj").read_text().splitlines()[:5] == [
        "Onset\tmother\tinfant\tepisode",
        "0\tpositive\tuncoded\tplay",
        "0.5\tpositive\tneutral\tplay",
        "1\tneutral\tneutral\tplay",
        "1.5\tneutral\tnegative\tplay",
    ]
    assert (tmp_path / "visit.trj").read_text().splitlines()[-1] == "6"


def test_csv_has_a_row_an_event(tmp_path, real, visit):
    for session in (real, visit):
        rows = table(ds.write_coded(session, tmp_path / "visit.csv"))
        assert [*rows[0]] == ["dyad", "partner", "onset", "offset", "code"]
        assert {row["dyad"] for row in rows} == {*session.dyads}
        found = [(row["partner"], float(row["onset"]), float(row["offset"]), row["code"]) for row in rows]
        assert sorted(found) == stretches(session)


@pytest.mark.parametrize(("name", "separator"), [("visit.csv", ","), ("visit.tsv", "\t")])
def test_aggregated_events_have_the_columns_of_boris(tmp_path, real, visit, name, separator):
    for session in (real, visit):
        path = ds.write_coded(session, tmp_path / name, layout="boris")
        assert path.read_bytes().startswith(BORIS.replace(",", separator).encode() + b"\r\n")
        rows = table(path, separator)
        assert {row["Behavior type"] for row in rows} == {"STATE"}
        found = [(row["Subject"], float(row["Start (s)"]), float(row["Stop (s)"]), row["Behavior"]) for row in rows]
        assert sorted(found) == stretches(session)
        for row in rows:
            assert float(row["Duration (s)"]) == pytest.approx(float(row["Stop (s)"]) - float(row["Start (s)"]))
            assert float(row["FPS (frame/s)"]) == pytest.approx(1 / session.step)
        lengths = {row["Subject"]: float(row["Observation duration by subject by observation"]) for row in rows}
        assert lengths["episode"] == pytest.approx(session.ends[-1] * session.step)


def test_tabular_events_pair_starts_and_stops(tmp_path, real, visit):
    for session in (real, visit):
        rows = table(ds.write_coded(session, tmp_path / "visit.csv", layout="boris-tabular"))
        assert all(float(before["Time"]) <= float(after["Time"]) for before, after in pairwise(rows))
        going, found = {}, []
        for row in rows:
            key = row["Subject"], row["Behavior"]
            if row["Behavior type"] == "START":
                assert not [subject for subject, _ in going if subject == key[0]]  # one state at a time
                going[key] = float(row["Time"])
            else:
                found.append((key[0], going.pop(key), float(row["Time"]), key[1]))
        assert not going
        assert sorted(found) == stretches(session)


def test_simulated_sessions_of_several_dyads_go_into_one_table(tmp_path):
    session = ds.interact(ds.Cohort.sample(3, seed=1), seconds=60, seed=1)
    for layout, dyad in (("csv", "dyad"), ("boris", "Observation id")):
        rows = table(ds.write_coded(session, tmp_path / "all.csv", layout=layout))
        assert {row[dyad] for row in rows} == {"0", "1", "2"}
    for n in range(3):
        states = events_of(session, n).query("partner == 'mother'")
        assert (states["offset"] - states["onset"]).sum() == 60
    with pytest.raises(ds.DyadsimError, match="layout 'elan' holds one dyad, not 3; write a file a dyad"):
        ds.write_coded(session, tmp_path / "all.eaf")
    with pytest.raises(ds.DyadsimError, match="layout 'gridware' holds one dyad, not 3"):
        ds.write_coded(session, tmp_path / "all.trj")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.csv"]


def test_sessions_of_unequal_lengths_go_into_one_table(tmp_path, visit):
    rows = table(ds.write_coded([visit, ds.read_coded(REAL[0])], tmp_path / "all.csv"))
    assert {row["dyad"] for row in rows} == {"visit, 1", "mangold_3367goodman"}
    with pytest.raises(ds.DyadsimError, match="Two sessions are of the dyad 'visit, 1'"):
        ds.write_coded([visit, visit], tmp_path / "all.csv")
    with pytest.raises(ds.DyadsimError, match="There is no session to write"):
        ds.write_coded([], tmp_path / "all.csv")


def test_what_cannot_be_written_gets_a_sentence_and_leaves_what_was_there(tmp_path, visit):
    path = tmp_path / "visit.eaf"
    ds.write_coded(visit, path)
    before = path.read_bytes()
    bad = Session(["a\x01b"], ["play"], [12], VALENCE, 0.5, visit.states)
    with pytest.raises(ds.DyadsimError, match="No file of codes can hold the name"):
        ds.write_coded(bad, path)
    assert path.read_bytes() == before
    for name, sentence in (
        ("visit.docx", r"'visit.docx' tells no layout by its ending; end it in .csv, .trj, .eaf, .tsv"),
        ("nowhere/visit.csv", "there is no folder"),
        (".", "tells no layout"),
    ):
        with pytest.raises(ds.DyadsimError, match=sentence):
            ds.write_coded(visit, tmp_path / name)
    with pytest.raises(ds.DyadsimError, match=r"Unknown layout 'elann'. Did you mean 'elan'\? Known: csv,"):
        ds.write_coded(visit, path, layout="elann")
    assert [each.name for each in tmp_path.iterdir()] == ["visit.eaf"]  # no backup, no part


def test_a_layout_is_told_by_the_ending_or_by_name(tmp_path, visit):
    for name in LAYOUTS:
        assert ds.write_coded(visit, tmp_path / "visit.txt", layout=name).stat().st_size > 100
    assert ds.write_coded(visit, str(tmp_path / "VISIT.EAF")).read_bytes().startswith(b"<?xml")


# Read again -----------------------------------------------------------------------------------------------------------

FILES = [
    ("visit.csv", "csv"),
    ("visit.trj", "gridware"),
    ("visit.eaf", "elan"),
    ("visit.csv", "boris"),
    ("visit.tsv", "boris"),
    ("visit.csv", "boris-tabular"),
]


@pytest.mark.parametrize(("name", "layout"), FILES)
def test_what_was_written_is_read_as_the_same_session(tmp_path, real, name, layout):
    again = ds.read_coded(ds.write_coded(real, tmp_path / name, layout=layout), fps=25)
    assert np.array_equal(again.infant, real.infant)
    assert np.array_equal(again.mother, real.mother)
    assert (again.episodes, again.ends, again.step) == (real.episodes, real.ends, real.step)
    assert again.measures("valence").iloc[0, 2:].equals(real.measures("valence").iloc[0, 2:])


@pytest.mark.parametrize(("name", "layout"), FILES)
def test_episodes_and_states_of_a_simulated_session_are_read_as_they_were(tmp_path, name, layout):
    rng = np.random.default_rng(3)
    infant, mother = (np.repeat(rng.integers(0, n, 60), 3)[None].astype(np.int8) for n in (5, 6))
    session = Session(["a"], ["play", "still-face", "reunion"], [60, 120, 180], states=(infant, mother, None))
    again = ds.read_coded(ds.write_coded(session, tmp_path / name, layout=layout), codes="icep", step=1)
    assert np.array_equal(again.infant, infant)
    assert np.array_equal(again.mother, mother)
    assert (again.episodes, again.ends) == (session.episodes, session.ends)


@pytest.mark.parametrize(
    "write", [elan_eaf, elan_tab, elan_long, elan_wide, datavyu_opf, datavyu_csv, datavyu_frames, trajectory]
)
@pytest.mark.parametrize("name", REAL)
def test_real_sessions_have_their_measures_in_whichever_layout_labs_bring_them(tmp_path, name, write):
    path = tmp_path / "visit.txt"
    path.write_bytes(write(real_events(name)))
    found, real = (ds.read_coded(each, fps=25).measures("valence").iloc[0] for each in (path, name))
    for measure in ("mismatch_spells", "repaired", "median_repair_latency", "repair_survival_5", "ruptures"):
        assert found[measure] == real[measure], measure
    assert round(found["match"], 3) == round(real["match"], 3)


# Clips ----------------------------------------------------------------------------------------------------------------


def test_clips_open_in_pympi_and_those_that_overlap_lie_in_tiers_of_their_own(tmp_path):
    clips = pd.DataFrame(
        {
            "onset": [12.0, 2.25, 14.0, 20.5, 15.0],
            "offset": [20.5, 4.0, 16.0, 30.0, 18.0],
            "label": ["a repair, after a <long> mismatch", "a bid\nanswered", "a chain", "a bid missed", "très"],
            "why": ["x"] * 5,
        }
    )
    opened = Eaf(str(write_clips(clips, tmp_path / "moments.eaf")))
    found = {tier: sorted(opened.get_annotation_data_for_tier(tier)) for tier in opened.get_tier_names()}
    assert found == {
        "moments": [
            (2250, 4000, "a bid answered"),
            (12000, 20500, "a repair, after a <long> mismatch"),
            (20500, 30000, "a bid missed"),
        ],
        "moments 2": [(14000, 16000, "a chain")],
        "moments 3": [(15000, 18000, "très")],
    }


@pytest.mark.parametrize(
    ("clips", "sentence"),
    [
        ({"onset": [1.0], "offset": [2.0]}, "lack the columns label"),
        ({"onset": [], "offset": [], "label": []}, "There are no clips"),
        ({"onset": [1.0, 3.0], "offset": [2.0, 3.0], "label": ["a", "b"]}, "Clip 2 goes from 3.0 to 3.0 s"),
        ({"onset": [-1.0], "offset": [2.0], "label": ["a"]}, "Clip 1 goes from -1.0 to 2.0 s"),
        ({"onset": [1.0], "offset": [np.nan], "label": ["a"]}, "Clip 1 goes from 1.0 to nan s"),
        ({"onset": ["soon"], "offset": [2.0], "label": ["a"]}, "Clip 1 goes from soon to 2.0 s"),
        ({"onset": [1.0], "offset": [2.0], "label": [" "]}, "can hold the name ' '"),
    ],
)
def test_bad_clips_get_a_sentence(tmp_path, clips, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        write_clips(pd.DataFrame(clips), tmp_path / "moments.eaf")
    with pytest.raises(ds.DyadsimError, match=r"end 'moments.txt' in \.eaf"):
        write_clips(pd.DataFrame(clips), tmp_path / "moments.txt")
    assert not [*tmp_path.iterdir()]
