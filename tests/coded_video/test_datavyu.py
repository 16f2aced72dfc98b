"""Datavyu: projects and exports give the events that are in them, and bad or hostile ones a sentence."""

import io
import zipfile

import numpy as np
import pytest
from coding_files import (
    EVENTS,
    REAL,
    coding_of,
    datavyu_csv,
    datavyu_db,
    datavyu_frames,
    datavyu_opf,
    delimited,
    events_of,
    real_events,
    zipped,
)

import dyadsim as ds
from dyadsim.coded_video.datavyu import READERS


def read(content, name="visit.txt"):
    return coding_of(READERS, content, name)


def spreadsheet(*lines):
    """A project of a spreadsheet of these lines."""
    return zipped(project="", db="\n".join(["#4", *lines]) + "\n")


HEAD = "mother (MATRIX,true,)-code|NOMINAL"


def text_db(events):
    return datavyu_db(events).encode()


# What is well written -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("write", [datavyu_opf, text_db, datavyu_csv, datavyu_frames])
def test_real_sessions_give_their_events_in_every_layout(write, name):
    events = real_events(name)
    assert events_of(read(write(events))) == sorted(events)


def test_a_project_gives_its_columns():
    coding = read(datavyu_opf(EVENTS))
    assert coding.tiers == ("mother", "infant", "notes")
    assert coding.layout == "Datavyu, project"
    assert coding.events["place"].iloc[0] == "line 3 of its db"
    assert read(text_db(EVENTS), "visit.csv").layout == "Datavyu, spreadsheet as text"


@pytest.mark.parametrize("write", [datavyu_opf, datavyu_csv, datavyu_frames])
def test_of_several_codes_the_first_is_read_and_the_others_are_tiers(write):
    coding = read(write(EVENTS, arguments=("code", "quality")))
    assert events_of(coding) == sorted(EVENTS)
    assert "mother.quality" in coding.tiers
    assert "the first is read ('mother' is its 'code')" in coding.remarks[0]


def test_codes_beside_the_first_can_be_read_too():
    both = [("mother", 0.0, 1.0, "p"), ("mother.loud", 0.0, 1.0, "yes"), ("mother", 1.0, 2.0, "n")]
    project = spreadsheet(
        "mother (MATRIX,true,)-affect|NOMINAL,loud|NOMINAL",
        "00:00:00:000,00:00:01:000,(p,yes)",
        "00:00:01:000,00:00:02:000,(n,)",
    )
    export = delimited(
        [
            ["mother.ordinal", "mother.onset", "mother.offset", "mother.affect", "mother.loud"],
            ["0", "0", "1000", "p", "yes"],
            ["1", "1000", "2000", "n", ""],
        ]
    )
    assert events_of(read(project)) == events_of(read(export)) == sorted(both)


def test_texts_may_hold_commas_brackets_and_ends_of_lines():
    coding = read(
        spreadsheet(
            "mother (TEXT,true,)",
            "00:00:00:000,00:00:01:000,she smiles, warmly \\(twice\\)",
            "00:00:01:000,00:00:02:000,one line\\",
            "and another",
            "infant (MATRIX,false,a comment)-code|NOMINAL,what|NOMINAL",
            r"00:00:00:000,00:00:01:000,(a\,b\\c,)",
        )
    )
    assert [code for *_, code in events_of(coding)] == [
        r"a,b\c",
        "she smiles, warmly (twice)",
        "one line and another",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("write", [text_db, datavyu_csv, datavyu_frames])
def test_encodings_and_ends_of_lines_make_no_difference(encoding, end, write):
    events = [(tier, onset, offset, f"{code}, très") for tier, onset, offset, code in EVENTS]
    content = write(events).decode().replace("\n", end).encode(encoding)
    assert events_of(read(content)) == sorted(events)


def test_an_offset_that_was_never_set_is_no_length():
    project = spreadsheet(HEAD, "00:00:02:000,00:00:00:000,(bid)", "00:00:03:000,00:00:03:000,(bid)")
    coding = read(project)
    assert coding.events["offset"].isna().all()
    assert coding.remarks == ("Of the cells, 1 have an offset that was never set, and so no length.",)


def test_cells_set_in_one_go_leave_no_gap_of_a_millisecond():
    rows = [(0, "00:00:00:999"), (1, "00:00:01:999"), (2, "00:00:02:900"), (3, "00:00:04:000")]
    coding = read(spreadsheet(HEAD, *(f"00:00:0{onset}:000,{offset},(p)" for onset, offset in rows)))
    np.testing.assert_allclose(coding.events["offset"], [1, 2, 2.9, 4])
    assert coding.remarks == ("Of the cells, 2 end 1 ms before the next begins, and are taken to last until then.",)


def test_cells_without_a_code_are_left_out_and_said():
    events = [*EVENTS, ("mother", 7.0, 8.0, "")]
    for write in (datavyu_opf, datavyu_csv):
        coding = read(write(events))
        assert events_of(coding) == sorted(EVENTS)
        assert coding.remarks == ("Of the cells, 1 hold no code and are left out.",)


@pytest.mark.parametrize(("fps", "step"), [(25, 0.04), (50, 0.02), (30, None)])
def test_an_export_by_frame_tells_the_frame_where_whole_milliseconds_do(fps, step):
    coding = read(datavyu_frames(EVENTS, fps))
    assert events_of(coding) == sorted(EVENTS)
    assert coding.step == step


def test_columns_of_an_export_may_stand_in_another_order():
    header = ["b.code", "infant.code", "b.offset", "b.ordinal", "infant.onset", "infant.offset", "b.onset"]
    rows = [["x", "y", "500", "0", "0", "250", "100"], ["", "z", "", "", "250", "300", ""]]
    assert events_of(read(delimited([header, *rows], ";"))) == [
        ("b", 0.1, 0.5, "x"),
        ("infant", 0.0, 0.25, "y"),
        ("infant", 0.25, 0.3, "z"),
    ]


# What is not ----------------------------------------------------------------------------------------------------------


def bomb(size=50_000_000):
    return zipped(project="", db="#4\n" + HEAD + "\n" + "0" * size)


def many():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n in range(1_001):
            archive.writestr(f"{n}", "")
        archive.writestr("db", "#4")
    return packed.getvalue()


def encrypted():
    content = bytearray(zipped(db=datavyu_db(EVENTS)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def damaged():
    """Bytes within the packed spreadsheet turned over."""
    content = bytearray(zipped(db=datavyu_db(EVENTS)))
    for n in range(60, 90):
        content[n] ^= 255
    return bytes(content)


def twice_a_db():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("db", "#4")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("db", "#4")
    return packed.getvalue()


CELL = "00:00:00:000,00:00:01:000,(p)"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"hello", "holds no Datavyu spreadsheet: it begins with 'hello', not with '#4'"),
        (bytes(range(256)), "is not a text file"),
        (datavyu_opf(EVENTS)[:200], "is cut off or damaged: it cannot be unpacked"),
        (damaged(), "is cut off or damaged: it cannot be unpacked"),
        (encrypted(), "is encrypted; save it without a password"),
        (bomb(), "is refused: its spreadsheet unpacks to more than"),
        (many(), "holds 1,002 files; a Datavyu project holds two"),
        (zipped(project="x"), r"holds no spreadsheets \('db'\)"),
        (twice_a_db(), r"holds 2 spreadsheets \('db'\)"),
        (zipped(db=""), "holds an empty spreadsheet"),
        (zipped(db="\0\0\0"), "is not a text file"),
        (spreadsheet(), "holds no codes"),
        (spreadsheet(HEAD), "holds no codes"),
        (spreadsheet(CELL, HEAD), "line 2 of its db: a cell stands before the name of any column"),
        (spreadsheet(HEAD, CELL, HEAD, CELL), "line 4 of its db: there are two columns named 'mother'"),
        (
            spreadsheet(HEAD, CELL, "00:00:01:000,00:00:0"),
            "line 4 of its db: '.*,00:00:0' is neither a column",
        ),
        (spreadsheet("a" + " " * 200_000 + "b"), "line 2 of its db: 'a .* is neither a column"),
        (spreadsheet(HEAD, "00:00:02:000,00:00:01:000,(p)"), "line 3 of its db: the offset comes before the onset"),
        (spreadsheet(HEAD, "00:00:02:000,00:99:01:000,(p)"), "line 3 of its db: .* are no times"),
        (spreadsheet(HEAD, "00:00:00:000,00:00:01:000,(p"), r"a cell of several codes stands in brackets, not '\(p'"),
        (spreadsheet(HEAD, "00:00:00:000,00:00:01:000,(p,q)"), "line 3 of its db: it has 2 codes, and its column 1"),
    ],
)
def test_a_bad_project_gets_one_sentence(content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        read(content, "visit.opf")
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("'visit.opf'")


def test_a_project_that_is_too_large_is_refused():
    with pytest.raises(ds.DyadsimError, match="is too large: 20,000,000 bytes"):
        read(b"PK\x03\x04" + bytes(20_000_000), "visit.opf")


CSV = datavyu_csv(EVENTS).decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (CSV.replace("mother.offset", "mother.end"), "lacks, of 'mother', the column 'mother.offset'"),
        (CSV.replace("mother.onset", "mother.begin"), "lacks, of 'mother', the column 'mother.onset'"),
        (CSV.replace("mother.code", "code"), "lacks, of 'mother', a column of its codes"),
        (CSV.replace("mother.offset", "infant.offset"), "two columns named 'infant.offset'"),
        (CSV.replace("1,1200,3000", "1,3000,1200"), "line 3, 'mother': the offset comes before the onset"),
        (CSV.replace("1,1200,3000", "1,soon,3000"), "line 3: mother.onset must be a number of ms, not 'soon'"),
        (CSV.replace("1,1200,3000", "1,1200,"), "line 3: mother.offset must be a number of ms, not ''"),
        (CSV.replace("1,1200,3000", "1,1200"), "line 3, does not fit its header"),
        (CSV[: CSV.rindex("6040")], "does not fit its header"),
        (CSV.splitlines()[0] + "\n", "holds no codes"),
    ],
)
def test_a_bad_export_gets_one_sentence(content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        read(content.encode(), "visit.csv")
    assert "\n" not in str(error.value)


def test_other_files_are_not_taken_for_datavyu():
    others = [b"", b"a,b\n1,2\n", b"PK\x03\x04", zipped(**{"xl/workbook.xml": ""}), bytes(range(256))]
    assert not [content for content in others for reader in READERS if reader.knows("visit.txt", content)]
