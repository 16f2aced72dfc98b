"""Reading files of any program: which reader, several files and sessions, and what is said of them."""

import json

import numpy as np
import pandas as pd
import pytest
from coded_files import PUBLISHED, published, refused, remarks, stretches, written

import dyadsim as ds
from dyadsim.coded_video.read import READERS, coding_of
from dyadsim.common.files import package_data

BOTH = ["mangold_3367goodman.csv", "mangold_3532goodman.csv"]
TIMES = "Onset_Date Onset_Time Offset_Date Offset_Time Duration_Date Duration_Time"
CODES = ("Infant Affect", "Infant Problem Data", "Maternal Affect", "Maternal Problem Data", "Transcript")
NUMBERED = [
    [str(n) for n in range(1, 15)],
    ["Level", "Description", "Number", *TIMES.split(), *CODES],
    ["1", "d1 + d2", "1", "0d", "100", "0d", "140", "0d", "40.042", "", "", "", "", ""],
    ["2", "d1 + d2", "2", "0d", "100", "0d", "140", "0d", "40.042", "", "", "", "", "talk"],
    ["3", "", "3", "0d", "100", "0d", "104.708", "0d", "4.75", "N", "", "", "", ""],
    ["3", "", "4", "0d", "100", "0d", "117.583", "0d", "17.625", "", "", "2", "", ""],
    ["3", "", "5", "0d", "104.75", "0d", "116.833", "0d", "12.125", "W", "", "", "", ""],
    ["3", "", "6", "0d", "116.875", "0d", "121.167", "0d", "4.333", "", "U", "", "", "<BR>"],
    ["3", "", "7", "0d", "117.625", "0d", "119.917", "0d", "2.333", "", "", "3", "", ""],
]


def test_the_real_sessions_together_give_one_table():
    found = ds.coded_sessions(BOTH)
    assert repr(found) == "<CodedSessions: 2 sessions (mangold_3367goodman, mangold_3532goodman), 621 s>"
    assert [published(each) for each in found] == list(PUBLISHED.values())
    table = found.measures()
    assert table["dyad"].tolist() == list(PUBLISHED) == found.dyads
    assert table["repaired"].tolist() == [7, 17]
    assert list(found.measures(only=["match"]).columns) == ["dyad", "episode", "match"]
    assert isinstance(found[:1], ds.CodedSessions)
    assert (len(found), len(found[1:])) == (2, 1)
    assert found[-1].dyads == ["mangold_3532goodman"]


def test_the_report_says_what_was_settled():
    report = ds.coded_sessions(BOTH).report()
    assert report["dyad"].tolist() == list(PUBLISHED)
    assert report["infant_tier"].tolist() == ["Infant Affect"] * 2
    assert report["mother_unscorable_yet_coded_s"].round(2).tolist() == [8.72, 0]
    for session, row in zip(ds.coded_sessions(BOTH), report.itertuples(), strict=True):
        for partner in ("infant", "mother"):
            uncoded = (getattr(session, partner)[0] < 0).sum() * 0.04
            assert getattr(row, f"{partner}_uncoded_s") == pytest.approx(uncoded)
    assert report["remarks"].str.contains("Offsets are the last frame of a code, and count").all()
    json.dumps(ds.read_coded(BOTH[0]).provenance)


def test_a_header_below_a_line_of_numbers_dates_empty_and_problem_columns():
    """The layout of real files; codes invented."""
    text = "\n".join("\t".join(row) for row in NUMBERED)
    coding = coding_of("n.txt", text.encode())
    assert coding.step == pytest.approx(1 / 24)
    assert coding.tiers == CODES


def test_a_numbered_header_is_read_to_a_session(tmp_path):
    file = written(tmp_path, "\r".join("\t".join(row) for row in NUMBERED), "n.txt")
    found = ds.read_coded(file)
    assert (found.infant >= 0).sum() == 114 + 291
    said = found.provenance["reading"]
    assert said["infant_unscorable_s"] == pytest.approx(104 / 24, abs=0.001)
    assert said["tiers_passed_over"] == ["Transcript"]
    assert said["infant_unscorable_yet_coded_s"] == 0


def test_a_file_of_several_sessions_asks_for_one_and_gives_all(tmp_path):
    tables = [stretches(ds.read_coded(name)).assign(dyad=name) for name in PUBLISHED]
    file = written(tmp_path, pd.concat(tables).to_csv(index=False))
    assert "holds 2 sessions (mangold_3367goodman, mangold_3532goodman); name one (dyad=" in refused(file)
    for name in PUBLISHED:
        assert published(ds.read_coded(file, dyad=name)) == PUBLISHED[name]
    assert [published(each) for each in ds.coded_sessions(file)] == list(PUBLISHED.values())
    assert ds.coded_sessions([file, BOTH[0]], dyad="mangold_3532goodman").dyads == ["mangold_3532goodman"]
    assert "Did you mean 'mangold_3532goodman'" in refused(file, dyad="mangold_3532")
    with pytest.raises(ds.DyadsimError, match="None of the files holds a session of the dyad 'x'"):
        ds.coded_sessions([file, BOTH[0]], dyad="x")


def test_sessions_named_alike_are_told_apart(tmp_path):
    text = "dyad,partner,onset,offset,code\n7,infant,0,9,A\n7,mother,0,9,1\n"
    files = [written(tmp_path, text, name) for name in ("3m.csv", "6m.csv")]
    assert ds.coded_sessions(files).dyads == ["3m 7", "6m 7"]
    assert ds.coded_sessions([files[0], files[0]]).dyads == ["3m 7 1", "3m 7 2"]


def test_codes_of_two_sets_can_stand_side_by_side(tmp_path):
    file = written(tmp_path, "partner,onset,offset,code\ninfant,0,9,Ipos\nmother,0,9,Cpos\n", "icep.csv")
    found = ds.coded_sessions([BOTH[0], file])
    assert found.measures("valence")["match"].round(3).tolist() == [0.083, 1]


def test_options_reach_the_sessions():
    coarse = ds.read_coded(BOTH[1], step=1)
    assert coarse.step == 1
    assert coarse.ends == [301]
    own = ds.CodeMap.load("valence").changed({"name": "mine"})
    assert ds.read_coded(BOTH[1], codes=own).provenance["code_map"] == "mine"
    assert "mine" not in remarks(ds.read_coded(BOTH[1]))
    said = refused(BOTH[0], codes="icep")
    assert "in the column 'Infant Affect', which the code map 'icep' does not know" in said


def test_a_foreign_file_is_told_the_nearest_layout_and_what_it_lacks(tmp_path):
    said = refused(written(tmp_path, "dyad,partner,onset,smile\n1,infant,0,A\n"))
    assert "its header lacks offset, code" in said
    assert "nearest to 'long CSV, an event a row'" in said
    for program in ("Mangold INTERACT", "BORIS", "Observer XT", "Datavyu", "ELAN", "GridWare", "RTTM", "wide CSV"):
        assert program in said
    header = "Level,Description,Number,Onset_Time,Offset_Time,Maternal Affect,Infant Affect\n"
    assert "nearest to 'Mangold INTERACT export', but its header lacks Duration_Time;" in refused(
        written(tmp_path, header)
    )


def test_a_timing_file_given_as_a_coded_one_is_told_where_it_belongs(tmp_path):
    said = refused(written(tmp_path, "visit,start_play,start_sf,end_sf,end_play\nt1,0:06:10,2:09:10,4:08:00,6:11:00\n"))
    assert "holds times of episodes and no codes; give it beside the coded file" in said


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, bytes(range(256)) * 40, b"PK\x03\x04" + b"\x00" * 60, b'"a\n'])
def test_readers_know_without_raising(content):
    assert not any(reader.knows("x", content) for reader in READERS)
    with pytest.raises(ds.DyadsimError):
        coding_of("x", content)


def test_a_file_that_is_too_large_is_told_so():
    large = b"dyad,partner,onset,offset,code\n" + b"1,infant,0,1,A\n" * 1_400_000
    with pytest.raises(ds.DyadsimError, match="is too large: 20,000,000 bytes is the most"):
        coding_of("large.csv", large)


@pytest.mark.parametrize("files", [[], [3], ["missing.csv"], None])
def test_what_is_no_file_is_refused(files):
    with pytest.raises(ds.DyadsimError):
        ds.coded_sessions(files)


def mutated(rng, text):
    """A text with a few bytes, cells, rows or lines otherwise, most of them below its header."""
    lines = text.splitlines()
    for _ in range(rng.integers(1, 4)):
        n = int(rng.integers(0 if rng.random() < 0.2 else 1, len(lines)))
        cells = lines[n].split(",")
        k = int(rng.integers(len(cells)))
        kind = rng.integers(6)
        if kind == 0:
            cells[k] = str(rng.choice(["", "--", "NaN", "1e9", "-1", "x", "0:00:01", "é", '"', "9" * 40, "1;2"]))
            lines[n] = ",".join(cells)
        elif kind == 1:
            lines[n] = lines[n][: int(rng.integers(len(lines[n]) + 1))]
        elif kind == 2:
            lines.insert(n, lines[int(rng.integers(len(lines)))])
        elif kind == 3:
            rng.shuffle(cells)
            lines[n] = ",".join(cells)
        elif kind == 4:
            other = int(rng.integers(1, len(lines)))
            lines[n], lines[other] = lines[other], lines[n]
        else:
            place = int(rng.integers(len(lines[n]) + 1))
            lines[n] = lines[n][:place] + chr(int(rng.integers(1, 1000))) + lines[n][place:]
    return "\n".join(lines)


def valid(kind):
    if kind == "mangold":
        return package_data("sessions", BOTH[1]).read_text("utf-8")
    if kind == "long":
        return stretches(ds.read_coded(BOTH[1])).assign(dyad="d").to_csv(index=False)
    rows = [f"{n / 25:.2f},{'ANW'[n // 20 % 3]},{n // 30 % 3 - 1}" for n in range(200)]
    return "\n".join(["time,infant,mother", *rows])


@pytest.mark.parametrize("kind", ["mangold", "long", "wide"])
def test_a_file_with_faults_is_read_or_gets_a_sentence(kind):
    """Never a traceback; more than half of the files get past the header."""
    from dyadsim.coded_video.timeline import Options, sessions_of

    text, rng, past = valid(kind), np.random.default_rng(1), 0
    for _ in range(100):
        content = mutated(rng, text).encode("utf-8", "replace")
        past += any(reader.knows("x.csv", content) for reader in READERS)
        try:
            list(sessions_of(coding_of("x.csv", content), Options()))
        except ds.DyadsimError as error:
            assert str(error).count("\n") == 0
    assert past > 50
