"""Coded video in: real sessions give the published values, and bad files a sentence."""

from importlib import resources

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.coded_video.read import shipped_sessions

# dyad: codable, match, spells, repaired, median latency, survival at 2, 5, 10, 20 s (shared/data/README.md)
PUBLISHED = {
    "mangold_3367goodman.csv": (0.728, 0.083, 16, 7, 28.96, (0.938, 0.808, 0.718, 0.574)),
    "mangold_3532goodman.csv": (0.795, 0.497, 20, 17, 4.04, (0.750, 0.422, 0.241, 0.080)),
}
HEADER = "Level,Description,Number,Onset_Time,Offset_Time,Duration_Time,Maternal Affect,Infant Affect\n"


def text(name):
    return resources.files("dyadsim").joinpath("data/sessions", name).read_text("utf-8")


def written(tmp_path, content, name="session.csv", encoding="utf-8"):
    file = tmp_path / name
    file.write_text(content, encoding=encoding)
    return file


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_shipped_sessions_give_the_published_values(name):
    codable, match, spells, repaired, median, survival = PUBLISHED[name]
    frame = ds.read_coded(name).measures("valence").iloc[0]
    assert round(frame["codable"], 3) == codable
    assert round(frame["match"], 3) == match
    assert (frame["mismatch_spells"], frame["repaired"]) == (spells, repaired)
    assert round(frame["median_repair_latency"], 2) == median
    assert tuple(round(frame[f"repair_survival_{s}"] + 1e-9, 3) for s in (2, 5, 10, 20)) == survival


@pytest.mark.parametrize(("name", "spells"), [("mangold_3367goodman.csv", 44), ("mangold_3532goodman.csv", 26)])
def test_offsets_read_as_exclusive_would_lose_every_repair(name, spells, monkeypatch):
    """INTERACT's offsets are inclusive frames: read otherwise, a gap follows each code and no repair is left."""
    from dyadsim.coded_video import mangold

    inclusive = mangold._frames
    monkeypatch.setattr(mangold, "_frames", lambda *given: (inclusive(*given)[0], inclusive(*given)[1] - 1))
    frame = ds.read_coded(name).measures("valence").iloc[0]
    assert (frame["mismatch_spells"], frame["repaired"]) == (spells, 0)


def test_columns_are_found_by_header_in_any_order(tmp_path):
    lines = [line.split(",") for line in text("mangold_3532goodman.csv").splitlines()]
    order = [8, 0, 6, 4, 3, 1, 2, 5, 9, 7]
    shuffled = "\n".join(";".join(row[k] for k in order) for row in lines)
    shuffled = shuffled.replace("3532m3", "3532é3")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        file = written(tmp_path, shuffled, encoding=encoding)
        assert (
            ds.read_coded(file)
            .measures("valence")
            .iloc[0, 2:]
            .equals(ds.read_coded("mangold_3532goodman").measures("valence").iloc[0, 2:])
        )


def test_columns_can_be_named(tmp_path):
    renamed = text("mangold_3532goodman.csv").replace("Maternal Affect", "Her").replace("Infant Affect", "His")
    file = written(tmp_path, renamed)
    with pytest.raises(ds.DyadsimError, match="option --infant-column"):
        ds.read_coded(file)
    assert ds.read_coded(file, mother="Her", infant="His").measures("valence")["repaired"].item() == 17
    with pytest.raises(ds.DyadsimError, match="Known: Her,"):
        ds.read_coded(file, mother="Hers", infant="His")
    with pytest.raises(ds.DyadsimError, match="cannot both be read"):
        ds.read_coded(file, mother="Her", infant="Her")


def test_decimal_commas_are_read_where_columns_are_not_split_by_commas(tmp_path):
    rows = [line.split(",") for line in text("mangold_3532goodman.csv").splitlines()]
    file = written(tmp_path, "\n".join(";".join(row).replace(".", ",") for row in rows))
    assert ds.read_coded(file).measures()["repaired"].item() == 17


@pytest.mark.parametrize("rate", [24, 25, 30000 / 1001, 30, 60])
@pytest.mark.parametrize("digits", [2, 3])
def test_the_frame_rate_is_found_from_rounded_times(tmp_path, rate, digits):
    """Codes without gaps, times rounded as tools export them: found, or refused when rounding hides it; never wrong."""
    rng = np.random.default_rng(7)
    lines = []
    for column in (0, 1):
        edges = np.cumsum(np.append(0, rng.integers(10, 200, 60)))
        for k, (first, last) in enumerate(zip(edges[:-1], edges[1:] - 1, strict=True)):
            code = ["-1", "0", "1"][k % 3]
            cells = [code, ""] if column == 0 else ["", code]
            lines.append(
                ",".join(["3", "", str(k), f"{first / rate:.{digits}f}", f"{last / rate:.{digits}f}", "", *cells])
            )
    file = written(tmp_path, HEADER + "\n".join(lines))
    given = ds.read_coded(file, fps=rate).measures()
    try:
        found = ds.read_coded(file).measures()
    except ds.DyadsimError as error:
        assert "give frames a second" in str(error)
        assert digits == 2 and rate > 30
    else:
        assert found[["mismatch_spells", "repaired"]].equals(given[["mismatch_spells", "repaired"]])


def test_what_is_uncoded_is_neither_match_nor_mismatch(tmp_path):
    file = written(tmp_path, HEADER + "3,,1,0,0.96,0.96,1,\n3,,2,0,0.56,0.56,,A\n3,,3,0.8,0.96,0.16,,W\n")
    session = ds.read_coded(file, fps=25)
    assert session.codable().sum() == 15 + 5
    assert session.matched("valence").sum() == 15
    frame = session.measures("valence").iloc[0]
    assert (frame["ruptures"], frame["mismatch_spells"], frame["repaired"]) == (0, 1, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("a,b,c\n1,2,3\n", "no file of coded video that can be read; known are those of Mangold INTERACT"),
        (HEADER, "holds no codes"),
        (HEADER + "3,,1,zero,1,1,1,A\n", "line 2: Onset_Time must be a number up to 1,000,000, not 'zero'"),
        (HEADER + "3,,1,2,1,1,1,A\n", "line 2: the offset comes before the onset"),
        (HEADER + "3,,1,0,1,1,1,\n3,,2,0,1,1,,Q\n3,,3,1.04,2,1,,A\n", "line 3, holds the code 'Q'.*A, N, W"),
        (HEADER + "3,,1,0,1,1,99,\n3,,2,0,1,1,,A\n3,,3,1.04,2,1,,A\n", "line 2, holds the code '99'.* -3 to 3"),
        (HEADER + "3,,1,0,1,1,0.5,\n3,,2,0,1,1,,A\n3,,3,1.04,2,1,,A\n", "holds the code '0.5'"),
        (HEADER + "3,,1,0,inf,1,1,A\n", "line 2: Offset_Time must be a number up to 1,000,000"),
        (HEADER + "\n\n3,,1,0,x,1,1,A\n", "line 4: Offset_Time"),
        (HEADER + "3,,1,0,1,1,1,\n3,,2,0,1,1,,A\n3,,3,0.96,2,1,,N\n3,,4,1.04,2,1,2,\n", "line 4: this code overlaps"),
        (HEADER + "3,,1,0,1,1,1,\n3,,2,1.04,2,1,,A\n", "no time at which both partners are coded"),
        ("\ufeff", "is empty"),
        (HEADER + "3,,1,0,1,1,1,\n", "frame rate .* cannot be found"),
        (HEADER + "3,,1,0,1,1,1,\n3,,1,1.04,2,1,1,\n", "no codes in the column 'Infant Affect'"),
        (HEADER + "3,,1,0,1,1,1,\n3,,1,1,1,1,1,1,1,1,1,1,1\n", "does not fit its header"),
    ],
)
def test_a_foreign_file_gets_one_sentence(tmp_path, content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        ds.read_coded(written(tmp_path, content))
    assert "\n" not in str(error.value)


def test_files_that_are_none(tmp_path):
    with pytest.raises(ds.DyadsimError, match="Shipped sessions: mangold_3367goodman"):
        ds.read_coded("missing.csv")
    with pytest.raises(ds.DyadsimError, match="is a folder"):
        ds.read_coded(tmp_path)
    binary = tmp_path / "video.mp4"
    binary.write_bytes(bytes(range(256)) * 4)
    with pytest.raises(ds.DyadsimError, match="not a text file"):
        ds.read_coded(binary)
    with pytest.raises(ds.DyadsimError, match="Frames a second"):
        ds.read_coded(shipped_sessions()[0], fps=0)


def test_three_valued_codes_have_no_strict_match():
    with pytest.raises(ds.DyadsimError, match="use the scheme 'valence'"):
        ds.read_coded("mangold_3532goodman").measures("strict")


# What users do to such files ------------------------------------------------------------------------------------------


def rows_of(name="mangold_3532goodman.csv"):
    return text(name).splitlines()


def shifted(row, seconds):
    cells = row.split(",")
    return ",".join([*cells[:3], *(f"{float(cell) + seconds:g}" for cell in cells[3:5]), *cells[5:]])


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("fps", [1, 5, 12.5, 24, 29.97, 30, 50, 100, 1000])
def test_a_given_rate_that_the_times_contradict_is_refused(name, fps):
    with pytest.raises(ds.DyadsimError, match=f"are of 25 frames a second, not of {fps:g}; leave fps out"):
        ds.read_coded(name, fps=fps)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_given_rate_that_is_that_of_the_times_changes_nothing(name):
    assert ds.read_coded(name, fps=25).measures().equals(ds.read_coded(name).measures())


def test_a_given_rate_between_whose_frames_a_time_lies_is_refused_where_the_times_tell_no_rate(tmp_path):
    file = written(tmp_path, HEADER + "3,,1,0,0.96,0.96,1,\n3,,2,0,0.96,0.96,,A\n3,,3,3.804,4.164,0.16,,W\n")
    with pytest.raises(ds.DyadsimError, match=r"line 4: Onset_Time 3\.804 lies between two frames of 24"):
        ds.read_coded(file, fps=24)
    assert ds.read_coded(file, fps=1000).step == 0.001


@pytest.mark.parametrize("code", ["NA", "None", "null", "nan", "-", "N/A", "NULL", "#N/A", "1_0", "٣"])
def test_no_code_is_dropped(tmp_path, code):
    rows = rows_of()
    n = next(n for n, row in enumerate(rows) if row.startswith("3,") and row.split(",")[6])
    cells = rows[n].split(",")
    rows[n] = ",".join([*cells[:6], code, *cells[7:]])
    with pytest.raises(ds.DyadsimError, match=f"line {n + 1}, holds the code '{code}' in the column 'Maternal Affect'"):
        ds.read_coded(written(tmp_path, "\n".join(rows)))


@pytest.mark.parametrize("left_out", ["", "1", "2"])
def test_two_sessions_in_one_file_are_not_one_dyad(tmp_path, left_out):
    header, *rows = rows_of()
    rows = [row for row in rows if row.partition(",")[0] != left_out]
    file = written(tmp_path, "\n".join([header, *rows, *(shifted(row, 1000) for row in rows)]))
    with pytest.raises(ds.DyadsimError, match=rf"holds 2 sessions \(lines 2, {2 + len(rows)}\); export each into"):
        ds.read_coded(file)


def test_two_coders_sets_of_one_session_are_one_session(tmp_path):
    rows = rows_of()
    file = written(tmp_path, "\n".join([*rows[:3], rows[2], *rows[3:]]))
    assert ds.read_coded(file).measures()["repaired"].item() == 17


def test_the_header_may_follow_a_line_of_numbers(tmp_path):
    """The layout of real files, with dates; codes invented."""
    header = "Level,Description,Number,Onset_Date,Onset_Time,Offset_Date,Offset_Time,Duration_Date,Duration_Time,"
    rows = [
        ",".join(map(str, range(1, 13))),
        header + "Infant Affect,Maternal Affect,Transcript",
        "1,d1,1,0d,100,0d,140,0d,40.042,,,",
        "3,,3,0d,100,0d,104.708,0d,4.75,N,,",
        "3,,4,0d,100,0d,117.583,0d,17.625,,2,<BR>",
        "3,,5,0d,104.75,0d,116.833,0d,12.125,W,,",
    ]
    file = written(tmp_path, "\n".join(rows).replace(",", "\t"))
    session = ds.read_coded(file)
    assert session.provenance["frames_per_second"] == 24
    assert (session.infant >= 0).sum() == 114 + 291  # 4.708 and 12.083 s, offsets inclusive
    rows[-1] = rows[-1].replace("0d,116", "1d,116")
    with pytest.raises(ds.DyadsimError, match="line 6: Offset_Date goes from '0d' to '1d'; a session lies in one day"):
        ds.read_coded(written(tmp_path, "\n".join(rows)))


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: "\r".join(rows),
        lambda rows: "\n".join([rows[0], *rows[:0:-1]]),
        lambda rows: "\n".join([*rows, *rows[3:]]),
        lambda rows: "\n".join([rows[0], *(shifted(row, -5000) for row in rows[1:])]),
        lambda rows: "\n".join(row.replace(",", "\t").rstrip("\t") for row in rows) + "\n",
        lambda rows: "\n \n".join(row.replace(",", ";") + ";;" for row in rows),
    ],
    ids=["CR", "backwards", "twice", "negative", "trimmed", "blank"],
)
def test_what_says_the_same_is_read_as_the_same(tmp_path, change):
    found = ds.read_coded(written(tmp_path, change(rows_of()))).measures().iloc[0, 2:]
    assert found.equals(ds.read_coded("mangold_3532goodman").measures().iloc[0, 2:])


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["3,,1,0,1,1,1,", "3.5,,2,0,1,1,,A"], "line 3: Level must be 1, 2 or 3, not '3.5'"),
        (["3,,1,0,1,1,1,", "1,,2,0,1,1,,A"], "line 3, holds a code in the column 'Infant Affect', but is of level 1"),
        (["3,,1,0,1,1,1,", "3,,2,0,1,1"], "line 3, does not fit its header: it has 6 cells, and"),
        (["3,,1,0,1,1,1,", f"3,,2,0,1,1,,{'A' * 300}"], f"holds the code '{'A' * 80}...' in"),
        (["3,,1,0,1,1,1,", f"3,,2,0,{'A' * 300},1,,A"], f"must be a number up to 1,000,000, not '{'A' * 80}...'"),
        (["3,,1,0,0,56,1,1,"], "line 2, does not fit its header: it has 9 cells, .* decimal commas need"),
        (["3,,1,0,1,1,1,", "3,,2,0,900000,1,,A"], "spans 22,500,001 frames; at most 20,000,000 can be read"),
        (["3,,1,0,1,1,1,", "3,,2,0,1,1,,A", "3,,3,0,0.5,1,,W"], "line 4: this code overlaps"),
    ],
)
def test_what_would_be_lost_is_refused(tmp_path, rows, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.read_coded(written(tmp_path, HEADER + "\n".join(rows)), fps=25)


def test_a_name_that_no_file_can_have_is_told_so():
    with pytest.raises(ds.DyadsimError, match="No file or folder has a name of"):
        ds.read_coded("x" * 5_000)
