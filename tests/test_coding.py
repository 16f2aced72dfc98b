"""Coded video in: real sessions give the published values, and bad files a sentence."""

from importlib import resources

import pytest

import dyadsim as ds
from dyadsim.coding import shipped_sessions

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
    from dyadsim import coding

    inclusive = coding._frames
    monkeypatch.setattr(coding, "_frames", lambda *given: (inclusive(*given)[0], inclusive(*given)[1] - 1))
    frame = ds.read_coded(name).measures("valence").iloc[0]
    assert (frame["mismatch_spells"], frame["repaired"]) == (spells, 0)


def test_columns_are_found_by_header_in_any_order(tmp_path):
    lines = [line.split(",") for line in text("mangold_3532goodman.csv").splitlines()]
    order = [8, 0, 6, 4, 3, 1, 2, 5, 9, 7]
    shuffled = "\n".join(";".join(row[k] for k in order) for row in lines)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
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
        ("a,b,c\n1,2,3\n", "is not a Mangold INTERACT export: its header lacks Level"),
        (HEADER, "holds no codes"),
        (HEADER + "3,,1,zero,1,1,1,A\n", "line 2: Onset_Time must be a number, not 'zero'"),
        (HEADER + "3,,1,2,1,1,1,A\n", "line 2: the offset comes before the onset"),
        (HEADER + "3,,1,0,1,1,1,\n3,,2,0,1,1,,Q\n3,,3,1.04,2,1,,A\n", "holds the code 'Q'.*A, N, W"),
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
