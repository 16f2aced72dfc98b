"""The Observer XT in: exports as text and workbook give the same events, and bad ones a sentence."""

import io
import zipfile

import pytest
from coding_files_tables import EVENTS, events_of, in_order, observer_csv, observer_xlsx, workbook

import dyadsim as ds
from dyadsim.coded_video import workbooks
from dyadsim.coded_video.observer import READERS

SECOND = [("infant", 1.0, 3.0, "smile"), ("mother", 0.0, 5.0, "neutral")]
(READER,) = READERS


def read(content, fps=None):
    assert READER.knows("coded", content)
    return READER.read("coded.file", content, fps)


@pytest.mark.parametrize("to", ["csv", "tsv", "semicolons"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("comma", [False, True])
def test_every_text_export_gives_the_events_that_were_coded(to, encoding, comma):
    if not (comma and to == "csv"):
        coding = read(observer_csv(to=to, encoding=encoding, comma=comma), fps=25)
        assert in_order(events_of(coding)) == in_order(EVENTS)
        assert coding.step == 0.04 and set(coding.events["coder"]) == {""}


def test_lines_may_end_in_cr_only():
    assert in_order(events_of(read(observer_csv(end="\r")))) == in_order(EVENTS)


@pytest.mark.parametrize("by_sheet", [False, True])
def test_workbooks_and_several_observations_are_read(by_sheet):
    coding = read(observer_xlsx({"visit 1": EVENTS, "visit 2": SECOND}, by_sheet=by_sheet))
    assert in_order(events_of(coding)) == in_order(EVENTS)
    assert in_order(events_of(coding, "visit 2")) == in_order(SECOND)
    assert coding.step is None


def test_stop_rows_say_nothing_more_and_may_be_left_out():
    lines = observer_csv().splitlines()
    assert in_order(events_of(read(b"\n".join(line for line in lines if b"State stop" not in line)))) == in_order(
        EVENTS
    )


def test_event_types_are_known_whatever_their_case_and_state_points_have_no_length():
    content = observer_csv().replace(b"State start", b"STATE  start").replace(b";Point;", b";State point;")
    assert in_order(events_of(read(content))) == in_order(EVENTS)


def test_rows_without_a_behaviour_and_modifiers_are_passed_over_and_named():
    content = observer_csv(modifier="left")
    comment = content.splitlines()[1].split(b";")
    comment[12] = comment[14] = b""
    said = " ".join(read(content + b";".join(comment) + b"\n").remarks)
    assert "without a behaviour were passed over: 1" in said and "Modifier_1" in said
    assert read(observer_csv(modifier="--")).remarks == ()


def test_several_event_logs_of_an_observation_are_coders():
    content = observer_csv()
    twice = content + b"".join(content.replace(b"Event log 1", b"Event log 2").splitlines(True)[1:])
    coding = read(twice)
    assert set(coding.events["coder"]) == {"Event log 1", "Event log 2"} and "coders" in " ".join(coding.remarks)


BAD = {
    "no time": (
        observer_csv().replace(b";0.400;", b";x;"),
        "line 3: Time_Relative_sf must be a number of seconds, not",
    ),
    "no duration": (observer_csv().replace(b";4.000;", b";-;", 1), "line 2: Duration_sf must be a number of seconds"),
    "a negative duration": (
        observer_csv().replace(b";4.000;", b";-1;", 1),
        "line 2: the offset comes before the onset",
    ),
    "no type": (observer_csv().replace(b"State start", b"State strt", 1), "unknown event type 'State strt'. Did you"),
    "no behaviour": (observer_csv().replace(b"smile", b"", 1), "line 2: there is no behaviour"),
    "points and commas": (observer_csv().replace(b";0.400;", b";0,400;"), "decimal points and decimal commas"),
    "cut off": (observer_csv()[:-40], "seems to be cut off"),
    "empty": (observer_csv().splitlines()[0], "holds no codes"),
    "a cut-off workbook": (observer_xlsx()[:-50], "is cut off or damaged"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_malformed_file_gets_one_sentence(fault):
    content, said = BAD[fault]
    with pytest.raises(ds.DyadsimError, match=said) as raised:
        READER.read("bad.file", content, None)
    assert "'bad.file'" in str(raised.value) and "\n" not in str(raised.value)


def repacked(change):
    """A workbook whose parts were changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(observer_xlsx())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return out.getvalue()


def in_sheet(change):
    return repacked(lambda part, data: change(data) if part.startswith("xl/worksheets/") else data)


ENTITIES = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "a zip bomb": (in_sheet(lambda data: data + b" " * 5_000_000), "would unpack to far more"),
    "entities": (
        in_sheet(lambda data: data.replace(b"<worksheet", ENTITIES + b"<worksheet", 1)),
        "cannot be read as a",
    ),
    "xml that is cut off": (in_sheet(lambda data: data[: len(data) // 2]), "cannot be read as a workbook"),
    "a row too far": (in_sheet(lambda data: data.replace(b'<row r="3"', b'<row r="99999999"')), "has more than"),
    "a zip of something": (
        repacked(lambda part, data: data).replace(b"xl/workbook.xml", b"xl/wxrkbook.xml"),
        "no workb",
    ),
    "no such columns": (workbook({"a": [["Behavior", "Event_Type"], ["x", "Point"]]}), "lacks the columns Time_Rel"),
    "an empty workbook": (workbook({"a": []}), "lacks the columns"),
    "no zip": (b"PK\x03\x04" + b"x" * 500, "begins as a zip, and is none"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_workbooks_are_refused(kind):
    content, said = HOSTILE[kind]
    READER.knows("bad.xlsx", content)
    with pytest.raises(ds.DyadsimError, match=said) as raised:
        READER.read("bad.xlsx", content, None)
    assert "'bad.xlsx" in str(raised.value) and "\n" not in str(raised.value)


def test_a_workbook_that_would_unpack_to_too_much_is_not_read(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 5000)
    with pytest.raises(ds.DyadsimError, match="would unpack to far more"):
        READER.read("x", observer_xlsx(), None)


def test_a_workbook_of_too_many_cells_is_not_read(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_CELLS", 100)
    with pytest.raises(ds.DyadsimError, match="more than 200,000 rows or 100 cells"):
        READER.read("x", observer_xlsx(), None)


def test_cells_of_a_workbook_are_text_as_a_person_would_write_it():
    from datetime import datetime, time, timedelta

    row = [1.0, 0.1, "  x ", None, True, datetime(2023, 5, 4, 10, 20), time(10, 20, 30), timedelta(seconds=61.5), "y"]
    (sheet,) = workbooks.sheets_of("b", workbook({"s": [[*"abcdefghi"], row]}), ("a", "i"))
    cells = [column[0] for column in sheet.table.columns.values()]
    assert cells == ["1", "0.1", "x", "", "1", "2023-05-04 10:20:00", "10:20:30", "61.5", "y"]


def test_what_is_no_workbook_is_known_as_none():
    assert workbooks.is_workbook(observer_xlsx()) and not workbooks.is_workbook(observer_csv())
    assert not READER.knows("x", b"PK\x03\x04" + b"x" * 500)
    assert not READER.knows("x", b"") and not READER.knows("x", b"\xff\xfe\x00")
