"""ELAN: annotation files and text exports give the events that are in them, and bad ones a sentence."""

import tempfile
from pathlib import Path

import pytest
from coding_files import (
    EVENTS,
    REAL,
    coding_of,
    delimited,
    elan_eaf,
    elan_long,
    elan_tab,
    elan_wide,
    events_of,
    real_events,
    time_headers,
)

import dyadsim as ds
from dyadsim.coded_video.elan import READERS

FORMATS = [("msec",), ("ss.msec",), ("hh:mm:ss.ms",), ("hh:mm:ss.ms", "ss.msec", "msec")]
NUMBERS = [(tier, onset, offset, str(n - 3)) for n, (tier, onset, offset, _) in enumerate(EVENTS)]


def read(content, name="visit.txt", fps=None):
    return coding_of(READERS, content, name, fps)


@pytest.fixture(scope="module", params=REAL)
def real(request):
    return real_events(request.param)


# What is well written -------------------------------------------------------------------------------------------------


def test_an_annotation_file_gives_its_events():
    coding = read(elan_eaf(EVENTS), "visit.eaf")
    assert events_of(coding) == sorted(EVENTS)
    assert coding.tiers == ("mother", "infant", "notes")
    assert coding.layout == "ELAN, annotation file"
    assert coding.remarks == ()
    assert coding.events["place"].iloc[0] == "annotation 'a1' of the tier 'mother'"
    assert read(elan_eaf(EVENTS)).layout == coding.layout  # whatever its name


@pytest.mark.parametrize("write", [elan_eaf, elan_tab, elan_long, elan_wide])
def test_real_sessions_give_their_events_in_every_layout(write, real):
    assert events_of(read(write(real))) == sorted(real)


@pytest.mark.parametrize("formats", FORMATS)
@pytest.mark.parametrize("participants", [None, {}, {"mother": "Anna", "infant": "1234"}])
@pytest.mark.parametrize("duration", [True, False])
@pytest.mark.parametrize("events", [EVENTS, NUMBERS], ids=["words", "numbers"])
def test_lines_without_headers_are_read_whatever_their_columns(formats, participants, duration, events):
    assert events_of(read(elan_tab(events, formats, participants, duration))) == sorted(events)


@pytest.mark.parametrize("formats", FORMATS)
@pytest.mark.parametrize("separator", ["\t", ";", ","])
@pytest.mark.parametrize("first", ["", '"#file:///C:/visits, all/a; b.eaf"\n', "\n"])
def test_a_column_a_tier_is_read(formats, separator, first):
    coding = read(elan_wide(EVENTS, formats, separator, first))
    assert events_of(coding) == sorted(EVENTS)
    assert coding.tiers == ("mother", "infant", "notes")
    assert coding.layout == "ELAN, export with a column a tier"


@pytest.mark.parametrize("formats", FORMATS)
def test_an_annotation_a_line_with_headers_is_read(formats):
    coding = read(elan_long(EVENTS, formats))
    assert events_of(coding) == sorted(EVENTS)
    assert coding.layout == "ELAN, tab-delimited export with headers"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("write", [elan_tab, elan_long, elan_wide])
def test_encodings_and_ends_of_lines_make_no_difference(encoding, end, write):
    events = [(tier, onset, offset, f"{code}, très") for tier, onset, offset, code in EVENTS]
    content = write(events).decode().replace("\n", end).encode(encoding)
    assert events_of(read(content)) == sorted(events)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_xml_make_no_difference(encoding):
    events = [(tier, onset, offset, f"{code}, <très> & so") for tier, onset, offset, code in EVENTS]
    text = elan_eaf(events).decode().replace("UTF-8", encoding.removesuffix("-sig"), 1)
    assert events_of(read(text.encode(encoding))) == sorted(events)


def test_decimal_commas_are_read_where_no_commas_split_columns():
    content = elan_wide(EVENTS, ("ss.msec",), ";").replace(b".", b",").replace(b"ss,", b"ss.")
    assert events_of(read(content)) == sorted(EVENTS)
    assert events_of(read(elan_tab(EVENTS, ("ss.msec",)).replace(b".", b","))) == sorted(EVENTS)


def test_columns_may_stand_in_another_order():
    header = ["infant", *time_headers(("msec",))[::-1], "mother"]
    rows = [["", "1000", "1000", "0", "positive"], ["negative", "500", "2500", "2000", ""]]
    assert events_of(read(delimited([header, *rows]))) == [
        ("infant", 2.0, 2.5, "negative"),
        ("mother", 0.0, 1.0, "positive"),
    ]


def test_times_in_frames_are_read_where_the_rate_is_known():
    rows = [["00:00:01:05", "00:00:02:00", "positive"]]
    for form, fps in (("PAL", None), ("hh:mm:ss:ff", 25)):
        content = delimited([[f"Begin Time - {form}", f"End Time - {form}", "mother"], *rows], "\t")
        assert events_of(read(content, fps=fps)) == [("mother", 1.2, 2.0, "positive")]
    with pytest.raises(ds.DyadsimError, match=r"no times that can be read: export them as msec.*hh:mm:ss:ff"):
        read(content)


def test_a_participant_names_a_tier_whose_own_name_says_no_partner():
    events = [("affect", 0.0, 1.0, "1"), ("affect-2", 0.0, 1.0, "-1"), ("mother gaze", 0.0, 1.0, "0")]
    who = {"affect": "Mother", "affect-2": "infant", "mother gaze": "Mother"}
    names = {"affect (Mother)", "affect-2 (infant)", "mother gaze"}
    assert {*read(elan_eaf(events, who)).events["tier"]} == names
    assert {*read(elan_tab(events, participants=who)).events["tier"]} == names
    assert {*read(elan_tab([("", 0.0, 1.0, "1")], participants={"": "Mother"})).events["tier"]} == {"Mother"}


def test_codes_that_are_not_there_are_left_out_and_said():
    events = [*EVENTS, ("mother", 7.0, 8.0, " "), ("mother", 8.0, 9.0, "--")]
    for write in (elan_eaf, elan_tab, elan_long):
        coding = read(write(events))
        assert events_of(coding) == sorted([*EVENTS, ("mother", 8.0, 9.0, "--")])  # a code map knows "--"
        assert coding.remarks == ("Of the annotations, 1 hold no code and are left out.",)


def test_an_annotation_that_stands_there_twice_is_read_once():
    coding = read(elan_tab([*EVENTS, EVENTS[0]]))
    assert events_of(coding) == sorted(EVENTS)
    assert "1 stand there twice" in coding.remarks[0]


# Annotations without times of their own -------------------------------------------------------------------------------


def eaf(slots, tiers, more=""):
    """XML of time slots (None: without a time) and of tiers: lists of annotations as XML."""
    order = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="ts{n}"' + ("/>" if time is None else f' TIME_VALUE="{time}"/>')
        for n, time in enumerate(slots, 1)
    )
    body = "".join(f'<TIER TIER_ID="{tier}">{"".join(rows)}</TIER>' for tier, rows in tiers.items())
    return f"<ANNOTATION_DOCUMENT><TIME_ORDER>{order}</TIME_ORDER>{body}{more}</ANNOTATION_DOCUMENT>".encode()


def aligned(number, begin, end, code, more=""):
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="ts{begin}" '
        f'TIME_SLOT_REF2="ts{end}" {more}><ANNOTATION_VALUE>{code}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def referring(number, to, code, before=None):
    previous = f' PREVIOUS_ANNOTATION="a{before}"' if before else ""
    return (
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a{number}" ANNOTATION_REF="a{to}"{previous}>'
        f"<ANNOTATION_VALUE>{code}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
    )


def test_slots_without_a_time_divide_what_is_between():
    parts = [aligned(1, 1, 2, "a"), aligned(2, 2, 3, "b"), aligned(3, 3, 4, "c"), aligned(4, 4, 5, "d")]
    coding = read(eaf([0, None, None, 3000, 3500], {"mother": parts}), "visit.eaf")
    assert events_of(coding) == [
        ("mother", 0.0, 1.0, "a"),
        ("mother", 1.0, 2.0, "b"),
        ("mother", 2.0, 3.0, "c"),
        ("mother", 3.0, 3.5, "d"),
    ]
    assert coding.remarks == (
        "Of the annotations, 3 have no times of their own and evenly divide those of what they belong to.",
    )


def test_annotations_that_refer_to_others_have_their_times():
    tiers = {
        "gaze-code": [referring(5, 4, "x")],  # before what it refers to, and at the second remove
        "gaze": [referring(3, 1, "second", before=2), referring(2, 1, "first"), referring(4, 6, "alone")],
        "mother": [aligned(1, 1, 2, "positive"), aligned(6, 2, 3, "neutral")],
    }
    coding = read(eaf([0, 1000, 4000], tiers), "visit.eaf")
    assert events_of(coding) == sorted(
        [
            ("gaze-code", 1.0, 4.0, "x"),
            ("gaze", 0.0, 0.5, "first"),
            ("gaze", 0.5, 1.0, "second"),
            ("gaze", 1.0, 4.0, "alone"),
            ("mother", 0.0, 1.0, "positive"),
            ("mother", 1.0, 4.0, "neutral"),
        ]
    )


def test_a_code_may_stand_in_the_vocabulary():
    words = (
        '<CONTROLLED_VOCABULARY CV_ID="affect"><CV_ENTRY_ML CVE_ID="c1"><CVE_VALUE LANG_REF="und">positive</CVE_VALUE>'
        "</CV_ENTRY_ML></CONTROLLED_VOCABULARY>"
    )
    rows = [aligned(1, 1, 2, "", 'CVE_REF="c1"'), aligned(2, 2, 3, "own", 'CVE_REF="c1"')]
    coding = read(eaf([0, 1000, 2000], {"mother": rows}, words), "visit.eaf")
    assert [code for *_, code in events_of(coding)] == ["positive", "own"]
    assert coding.remarks == ("Of the annotations, 1 have their code from the file's vocabulary.",)


def test_an_annotation_without_length_has_no_offset():
    coding = read(eaf([1000, 1000], {"mother": [aligned(1, 1, 2, "bid")]}), "visit.eaf")
    assert coding.events["offset"].isna().all()


# What is not ----------------------------------------------------------------------------------------------------------

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">]>
<ANNOTATION_DOCUMENT>&lol2;</ANNOTATION_DOCUMENT>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<ANNOTATION_DOCUMENT>&x;</ANNOTATION_DOCUMENT>"""
ONE = aligned(1, 1, 2, "positive")
CHAIN = [referring(n, n + 1, "x") for n in range(2, 5_000)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"not xml at all", "is cut off, or no file of ELAN: syntax error: line 1"),
        (elan_eaf(EVENTS)[:1200], r"is cut off, or no file of ELAN: .*line \d+"),
        (b"<html><body/></html>", "begins with <html>, not with <ANNOTATION_DOCUMENT>"),
        (LAUGHS, "declares entities"),
        (OUTSIDE, "declares entities"),
        (b"<a>" * 100_000, "'visit.eaf' is no ELAN file: its XML is nested more than 20 deep"),
        (b"<?xml version='1.0' encoding='martian'?><a/>", "is cut off, or no file of ELAN"),
        (elan_eaf([]), "holds no codes"),
        (eaf([2000, 1000], {"mother": [ONE]}), "annotation 'a1' of the tier 'mother': the offset comes before"),
        (eaf(["1e3", 1000], {"mother": [ONE]}), "time slot 'ts1': '1e3' is no time in whole milliseconds"),
        (eaf([-5, 1000], {"mother": [ONE]}), "time slot 'ts1': '-5' is no time"),
        (eaf([0], {"mother": [ONE]}), "annotation 'a1' of the tier 'mother': there is no time slot 'ts2'"),
        (eaf([0, None], {"mother": [ONE]}), "annotation 'a1' of the tier 'mother': it has no time"),
        (eaf([0, 1000], {"mother": [ONE, ONE]}), "two annotations named 'a1'"),
        (eaf([0, 1000], {"mother": [ONE]}).replace(b"ts2", b"ts1", 1), "two time slots named 'ts1'"),
        (eaf([0, 1000], {"": [ONE]}), "has a tier without a name"),
        (eaf([0, 1000], {"mother": [ONE.replace("TIME_SLOT_REF2", "x")]}), "'a1'.* lacks its TIME_SLOT_REF2"),
        (eaf([0, 1000], {"mother": [ONE.replace('"a1"', '"one"')]}), "the name 'one' .* has not one number"),
        (eaf([0, 1000], {"mother": [ONE], "b": [referring(2, 9, "x")]}), "'a2' of the tier 'b': it refers to no ann"),
        (eaf([0], {"b": CHAIN}), "'a2' of the tier 'b': it refers to no annotation that has a time"),
        (eaf([0, 1000], {"mother": [ONE]}).replace(b"<TIME_SLOT ", b"<SLOT ", 1), "a SLOT stands among time slots"),
        (eaf([0], {"b": [referring(2, 3, "x"), referring(3, 2, "y")]}), "'a2' of the tier 'b': it refers to no ann"),
        (eaf([0, 2_000_000_000], {"mother": [ONE]}), "a time is no number up to 1,000,000 s"),
        (b"<ANNOTATION_DOCUMENT>" + b" " * 20_000_000, "is too large"),
    ],
)
def test_a_bad_annotation_file_gets_one_sentence(content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        read(content, "visit.eaf")
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("'visit.eaf'")


def test_a_file_of_more_elements_than_elan_writes_is_refused(monkeypatch):
    monkeypatch.setattr("dyadsim.coded_video.elan._MOST_ELEMENTS", 1_000)
    with pytest.raises(ds.DyadsimError, match="is no ELAN file: its XML has too many elements"):
        read(b"<a>" + b"<b/>" * 1_000, "visit.eaf")


LINES = elan_tab(EVENTS).decode()
WIDE = elan_wide(EVENTS, ("msec",)).decode()
LONG = elan_long(EVENTS, ("msec",)).decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LINES.replace("\t1200\t3000\t", "\t3000\t1200\t"), "line 2: the offset comes before the onset"),
        (LINES.replace("\t1200\t3000\t", "\tsoon\t3000\t"), "line 2: 'soon' is no time"),
        (
            LINES.replace("\t1200\t3000\t1800\tneutral", "\t1200"),
            "line 2 ends before its annotation: cells are missing",
        ),
        (LINES[: LINES.rindex("\t")], "line 6 ends before its annotation: the file seems to be cut off"),
        (LINES.replace("mother\t1200", "\t1200"), "line 2: it names no tier"),
        (LINES.replace("\t1200\t3000", "\t1200\t9999999999"), "line 2: a time is no number up to 1,000,000 s"),
        (WIDE.replace("1200\t3000", "3000\t1200"), "line 5: the offset comes before the onset"),
        (WIDE.replace("1200\t3000", "--\t3000"), r"line 5: '--' is no time \(Begin Time - msec\)"),
        (WIDE[: WIDE.rindex("6040")], "seems to be cut off"),
        ("\n".join(line.rsplit("\t", 3)[0] for line in WIDE.splitlines()), "times but no column of a tier"),
        (WIDE.splitlines()[0] + "\n", "holds no codes"),
        (WIDE.replace("infant", "mother"), "two columns named 'mother'"),
        (LONG.replace("mother\t\t1200", "\t\t1200"), "line 3: it names no tier"),
        (LONG.replace("1200\t3000", "x\t3000"), "line 3: 'x' is no time"),
    ],
)
def test_a_bad_export_gets_one_sentence(content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        read(content.encode())
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("'visit.txt'")


def test_other_tables_are_not_taken_for_exports():
    others = [
        b"",
        b"partner\tonset\toffset\tcode\nmother\t0\t1\tpositive\n",
        b"Onset\tmother\tinfant\n0\t1\t2\n5\n",
        b"0\t1\t2\t3\n1\t2\t3\t4\n",
        b"dyad,partner,onset\na,b,1\n",
        bytes(range(256)),
    ]
    assert not [content for content in others for reader in READERS if reader.knows("visit.txt", content)]


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    read(elan_eaf(EVENTS), "visit.eaf")
    with pytest.raises(ds.DyadsimError):
        read(eaf([0, None], {"mother": [ONE]}), "visit.eaf")
    assert not [*Path(tmp_path).iterdir()]
