"""RTTM: who speaks when is read as talk, and bad files get a sentence."""

import pytest
from coding_files import EVENTS, coding_of, events_of, rttm

import dyadsim as ds
from dyadsim.coded_video.rttm import READERS

LINE = "SPEAKER visit 1 0.5 1.25 <NA> <NA> FEM <NA> <NA>\n"


def read(content, name="visit.rttm"):
    return coding_of(READERS, content if isinstance(content, bytes) else content.encode(), name)


def test_speech_is_read_and_said_to_be_talk():
    coding = read(rttm(EVENTS), "visit.txt")
    assert events_of(coding) == sorted((tier, onset, offset, "speaking") for tier, onset, offset, _ in EVENTS)
    assert {*coding.events["session"]} == {"visit"}
    assert "talk and no engagement state: only a code map of your own" in coding.remarks[0]


def test_each_file_of_an_rttm_is_a_session():
    coding = read(rttm(EVENTS, "a") + rttm(EVENTS, "b"))
    assert coding.events.groupby("session").size().to_dict() == {"a": len(EVENTS), "b": len(EVENTS)}


def test_comments_blank_lines_and_other_kinds_are_passed_over():
    more = (
        f";; made by hand\n\nSPKR-INFO visit 1 <NA> <NA> <NA> unknown FEM <NA> <NA>\n{LINE}LEXEME visit 1 0 1 hi lex\n"
    )
    for end in ("\n", "\r\n", "\r"):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            content = more.replace("\n", end).encode(encoding)
            assert events_of(read(content)) == [("FEM", 0.5, 1.75, "speaking")]
    assert events_of(read(LINE.replace(" ", "\t").replace("\t<NA>\n", "\n"))) == [("FEM", 0.5, 1.75, "speaking")]


def test_speech_of_no_length_is_none():
    assert len(read(LINE + LINE.replace("1.25", "0.000")).events) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        (";; nothing\n", "holds no codes"),
        (LINE + "hello\n", "line 2: lines of speech begin with SPEAKER, not with 'hello'"),
        (LINE + LINE[:30], "line 2 is cut off, or no RTTM: it lacks a speaker"),
        (LINE.replace("FEM", "<NA>"), "line 1 is cut off, or no RTTM: it lacks a speaker"),
        (LINE.replace("0.5", "soon"), "line 1: the onset must be seconds from 0 on, not 'soon'"),
        (LINE.replace("1.25", "-1"), "line 1: the duration must be seconds from 0 on, not '-1'"),
        (LINE.replace("1.25", "1,25"), "line 1: the duration must be seconds from 0 on, not '1,25'"),
        (LINE.replace("1.25", "9999999"), "line 1: a time is no number up to 1,000,000 s"),
        (b"SPEAKER \0\0", "is not a text file"),
    ],
)
def test_a_bad_file_gets_one_sentence(content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        read(content)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("'visit.rttm'")


def test_other_files_are_not_taken_for_rttm():
    others = [b"", b"SPEAKERS are two\n", b"a,b\n", bytes(range(256))]
    assert not [content for content in others for reader in READERS if reader.knows("visit.txt", content)]
