"""Plain CSV, long and wide: the real sessions give their published values, and whatever labs write says the same."""

import numpy as np
import pandas as pd
import pytest
from coded_files import PUBLISHED, published, refused, remarks, stretches, written

import dyadsim as ds

LONG = """dyad,partner,onset,offset,code
d1,infant,0,2.5,A
d1,infant,2.5,4,--
d1,infant,4,10,W
d1,mother,0,6,1
d1,mother,6,10,-2
"""
HIS = [2] * 5 + [-1] * 3 + [0] * 12
HERS = [2] * 12 + [0] * 8


def of(tmp_path, text, name="d1.csv", encoding="utf-8", **options):
    return ds.read_coded(written(tmp_path, text, name, encoding), **options)


def is_the_same(found):
    assert found.step == 0.5
    assert found.dyads == ["d1"]
    assert found.infant[0].tolist() == HIS
    assert found.mother[0].tolist() == HERS


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("early", [0, 0.04], ids=["exclusive", "inclusive"])
def test_the_real_sessions_as_long_csv_give_the_published_values(tmp_path, name, early):
    table = stretches(ds.read_coded(name)).assign(dyad=name)
    table["offset"] = (table["offset"] - early).round(3)
    found = ds.read_coded(written(tmp_path, table.to_csv(index=False)))
    assert published(found) == PUBLISHED[name]
    assert found.step == 0.04
    assert ("Offsets are the last 0.04 s" in remarks(found)) == bool(early)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("times", ["time", "ms", "none", "clock", "epoch"])
def test_the_real_sessions_as_wide_csv_give_the_published_values(tmp_path, name, times):
    session = ds.read_coded(name)
    seconds = np.arange(session.ends[-1]) * session.step
    his = np.array(["W", "N", "A", ""])[session.infant[0]]
    hers = np.array(["neg", "neu", "pos", "--"])[session.mother[0]]
    columns = {
        "time": {"Time (s)": seconds.round(3)},
        "ms": {"ms": (seconds * 1000).round().astype(int)},
        "none": {},
        "clock": {"Time": [f"{s // 3600:02.0f}:{s // 60 % 60:02.0f}:{s % 60:06.3f}" for s in seconds.round(3)]},
        "epoch": {"timestamp": (1551435630000 + (seconds * 1000).round()).astype(np.int64)},
    }[times]
    file = written(tmp_path, pd.DataFrame({**columns, "Infant": his, "Mother": hers}).to_csv(index=False))
    found = ds.read_coded(file, fps=25 if times == "none" else None)
    assert published(found) == PUBLISHED[name]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines_change_nothing(tmp_path, encoding, end):
    is_the_same(of(tmp_path, LONG.replace("\n", end), encoding=encoding))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace(",", ";").replace(".", ","),
        lambda text: (
            text.replace("onset,offset", "Start (s),Duration").replace("2.5,4", "2.5,1.5").replace("4,10", "4,6")
        ).replace("6,10", "6,4"),
        lambda text: text.replace("dyad,partner,onset,offset,code", "Session ID,Subject,Begin Time,End Time,Behaviour"),
        lambda text: "\n".join(["Made by a lab,,,,", "", *text.splitlines()]),
        lambda text: "\n".join(",".join(row.split(",")[k] for k in (4, 2, 1, 3, 0)) for row in text.splitlines()),
        lambda text: text.replace("2.5", "0:00:02.500").replace(",4,", ",0:00:04.0,"),
        lambda text: text.replace("code", "code,comment").replace("A\n", 'A,"one, two; ""three"""\n')
        .replace("--\n", "--,\n").replace("W\n", "W,\n").replace("1\n", "1,\n").replace("-2\n", "-2,\n"),
        lambda text: text.replace("infant,0", "INFANT ,0", 0).replace("d1,mother", " d1 , mother"),
        lambda text: text.replace("--", ""),
    ],
    ids=["semicolons", "tabs", "decimal commas", "durations", "synonyms", "title", "order", "clock", "commas", "spaces",
         "blank"],
)  # fmt: skip
def test_what_says_the_same_in_another_form_is_read_as_the_same(tmp_path, change):
    is_the_same(of(tmp_path, change(LONG)))


def test_milliseconds_are_known_by_their_header_or_by_their_size(tmp_path):
    rows = [row.split(",") for row in LONG.splitlines()]
    whole = "\n".join(
        ",".join([*row[:2], *(f"{float(each) * 1000:.0f}" for each in row[2:4]), row[4]]) for row in rows[1:]
    )
    is_the_same(of(tmp_path, "dyad,partner,onset_ms,offset_ms,code\n" + whole))
    found = of(tmp_path, "dyad,partner,onset,offset,code\n" + whole)
    is_the_same(found)
    assert "are read as milliseconds" in remarks(found)


def test_frames_need_their_rate(tmp_path):
    text = "partner,onset frame,offset frame,code\ninfant,0,50,A\nmother,0,50,1\n"
    assert "counts its times in frames; give frames a second" in refused(written(tmp_path, text))
    assert of(tmp_path, text, fps=25).ends == [50]


def test_times_since_1970_are_counted_from_each_session_s_first(tmp_path):
    rows = [
        f"{dyad},{who},{begin + a:.3f},{begin + b:.3f},{code}"
        for dyad, begin in (("d1", 1551435630), ("d2", 1591435630))
        for who, a, b, code in (("infant", 0, 2.5, "A"), ("infant", 4, 10, "W"), ("mother", 0, 6, "1"))
    ]
    found = ds.coded_sessions(written(tmp_path, "\n".join(["dyad,partner,onset,offset,code", *rows])))
    assert [(each.dyads, each.ends) for each in found] == [(["d1"], [20]), (["d2"], [20])]


def test_events_without_an_offset_are_points(tmp_path):
    found = of(tmp_path, LONG + "d1,infant,3,--,smile\nd1,infant,3,,smile\n")
    is_the_same(found)
    assert "2 events without length passed over" in remarks(found)


EPISODES = """partner,onset,offset,code,Episode,Coder
infant,0,4,A,Free play,JR
mother,0,4,1,Free play,jr
infant,4,10,W,SF,JR
mother,4,10,0,SF,jr
"""


def test_a_column_may_name_episodes_and_coders(tmp_path):
    found = of(tmp_path, EPISODES)
    assert (found.episodes, found.ends) == (["play", "still-face"], [4, 10])
    assert found.provenance["reading"]["coder"] == "JR"
    late = EPISODES.replace("mother,0,4", "mother,0,6").replace("mother,4,10", "mother,6,10")
    assert "the episode 'still-face' (the file) overlaps 'play'" in refused(written(tmp_path, late))


def test_wide_rows_may_have_gaps_episodes_and_several_sessions(tmp_path):
    rows = ["id,Phase,t,Baby,Mum"]
    for dyad in ("a", "b"):
        rows += [f"{dyad},{'play' if n < 4 else 'sf'},{n if n < 6 else n + 3},A,{n % 2}" for n in range(8)]
    found = ds.coded_sessions(written(tmp_path, "\n".join(rows)))
    assert found.dyads == ["a", "b"]
    for each in found:
        assert each.episodes == ["play", "still-face"]
        assert each.infant[0].tolist() == [2] * 6 + [-1] * 3 + [2] * 2
        assert each.step == 1
        assert "2 rows and the ones before lies another time than a step of 1 s" in remarks(each)


def test_wide_rows_at_the_end_that_nobody_coded_count_as_uncoded(tmp_path):
    found = of(tmp_path, "time,infant,mother\n0,A,1\n1,A,1\n2,,\n3,,\n")
    assert found.ends == [4]
    assert found.infant[0].tolist() == [2, 2, -1, -1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LONG.replace("2.5,4", "2.5,4,4"), "line 3, does not fit its header: it has 6 cells, and the header 5"),
        (LONG.replace("2.5,4", "4,2.5"), "line 3: the offset comes before the onset"),
        (LONG.replace("0,2.5", "soon,2.5"), "line 2: onset must be a time, not 'soon'"),
        (LONG.replace("0,2.5", ",2.5"), "line 2: onset must be a time, not ''"),
        (LONG.replace("0,2.5", "0,later"), "line 2: offset must be a time, not 'later'"),
        (LONG.replace("A", "Q"), "line 2, holds the code 'Q' in the tier 'infant', which the code map 'valence'"),
        (LONG.replace("2.5,4,--", "1,4,W"), "line 3: this code overlaps another in the tier 'infant' (line 2)"),
        (LONG.partition("\n")[0] + "\n", "holds no codes"),
        (LONG.replace("offset,", "").replace(",2.5,A", ",A"), "its header lacks offset"),
        (LONG.replace("mother", "nurse"), "no tiers or columns that could hold the mother's states"),
        (LONG.replace("2.5", "1,234"), "does not fit its header"),
        (LONG.replace(",", ";").replace("d1;mother;0", "d1;mother;0,0"), "has decimal points and decimal commas"),
        (LONG.replace("0,2.5", '"1,000","2,500"'), "line 2: onset must be a time, not '1,000'"),
        (LONG.replace("0,2.5", "0,25000000"), "a time is no number up to 1,000,000 s"),
        (LONG + 'd1,infant,"10', "cannot be split into columns"),
        ("time,infant,mother\n", "holds no codes: there is no row below its header"),
        ("time,infant,mother\n0,A,1\nx,A,1\n", "line 3: time must be a time, not 'x'"),
        ("time,infant,mother\n0,A,1\n1,A,1\n1,A,1\n", "line 4: time is '1', which is not after the row before"),
        ("time,infant,mother\n0,A,1\n", "has a single row a session, so its time step cannot be told"),
        ("infant,mother\nA,1\nA,1\n", "has no column of times; give rows a second"),
        ("time,infant,mother\n0,,\n1,,\n", "holds no codes"),
        ("time,infant,mother\n0,A,1\n1,Q,1\n", "line 3, holds the code 'Q' in the column 'infant'"),
        ("frame,infant,mother\n0,A,1\n1,A,1\n", "counts its times in frames; give frames a second"),
        (
            "time,his,hers\n0,A,1\n1,A,1\n",
            "that could hold the infant's states; name one of his, hers",
        ),
    ],
)
def test_a_file_that_does_not_fit_gets_a_sentence(tmp_path, text, sentence):
    assert sentence in refused(written(tmp_path, text))


def test_columns_of_a_wide_file_can_be_named(tmp_path):
    found = of(tmp_path, "time,his,hers\n0,A,1\n1,A,1\n", infant="his", mother="hers")
    assert found.provenance["columns"] == {"infant": "his", "mother": "hers"}


def test_a_rate_that_the_rows_contradict_is_refused(tmp_path):
    file = written(tmp_path, "time,infant,mother\n0,A,1\n1,A,1\n2,A,1\n")
    assert "are 1 s apart, not 25 a second; leave fps out" in refused(file, fps=25)


def test_a_file_of_a_row_a_second_needs_but_its_rate(tmp_path):
    found = of(tmp_path, "infant,mother\nA,1\nW,--\nW,0\n", fps=1)
    assert (found.step, found.ends) == (1, [3])
    assert "each row is 1 s, as given" in remarks(found)
