"""The command that compares two coders: what it prints and writes is what the library gives."""

import json
import re

import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.cli.agreement import AGREEMENT_FILES
from dyadsim.coded_video.read import shipped_sessions
from dyadsim.common.files import package_data


@pytest.fixture
def two(tmp_path):
    """The file of a coder, and that of another who has her neutral some of the time that she is positive."""
    assert "mangold_3532goodman.csv" in shipped_sessions()
    text = package_data("sessions", "mangold_3532goodman.csv").read_text("utf-8")
    lines = text.splitlines()
    place = lines[0].split(",").index("Maternal Affect")
    changed = 0
    for k, line in enumerate(lines[1:], start=1):
        cells = line.split(",")
        if re.fullmatch("[123]", cells[place]) and (changed := changed + 1) % 4 == 0:
            cells[place] = "0"
            lines[k] = ",".join(cells)
    (tmp_path / "first.csv").write_text(text)
    (tmp_path / "second.csv").write_text("\n".join(lines))
    return tmp_path / "first.csv", tmp_path / "second.csv"


def test_it_says_what_the_library_says(run, two):
    found = ds.agreement(*map(ds.read_coded, two), tolerance=0.5)
    status, out, _ = run("agreement", *two, "--tolerance", 0.5, "--json")
    said = json.loads(out)
    assert status == 0
    assert said["sentences"] == found.sentences()
    assert said["agreement"][1]["kappa"] == found.frame()["kappa"][1]
    assert 0 < said["agreement"][1]["kappa"] < 1
    assert said["tolerance"] == pytest.approx(0.48)  # whole frames
    assert "no clinical instrument" in said["notice"]
    status, out, _ = run("agreement", *two)
    assert status == 0
    assert "They agree least on neutral" in out and "Worth looking at again" in out


def test_it_writes_every_table(run, two, tmp_path):
    assert run("agreement", *two, "--out", "compared")[0] == 0
    assert {path.name for path in (tmp_path / "compared").iterdir()} == set(AGREEMENT_FILES)
    found = ds.agreement(*map(ds.read_coded, two))
    again = pd.read_csv(tmp_path / "compared" / "codes.csv")
    assert again["kappa"].to_numpy() == pytest.approx(found.codes["kappa"].to_numpy(), nan_ok=True)
    confusions = pd.read_csv(tmp_path / "compared" / "confusions_mother.csv", index_col="first")
    assert confusions.loc["positive", "neutral"] == pytest.approx(found.confusions["mother"].loc["positive", "neutral"])
    about = json.loads((tmp_path / "compared" / "provenance.json").read_text("utf-8"))
    assert about["written"]["by"] == "agreement"
    assert run("agreement", *two, "--out", "compared")[0] == 0  # the same may write there again


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere.csv",), "There is no file 'nowhere.csv'"),
        (("mangold_3367goodman", "--tolerance", "-1"), "tolerance must be a number of seconds from 0 to 60, not -1.0"),
        (("mangold_3367goodman", "--scheme", "strict"), "needs the engagement states of ICEP"),
    ],
)
def test_bad_input_gets_one_sentence(run, words, sentence):
    status, out, err = run("agreement", "mangold_3532goodman", *words)
    assert (status, out) == (2, "")
    assert sentence in err and len(err.splitlines()) == 1
