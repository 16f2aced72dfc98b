"""The commands fit and compare-theories: what they print and write is what the library gives; bad input, a sentence."""

import json

import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.reports.fit_report import FIT_FILES

FILE, OTHER = "mangold_3532goodman", "mangold_3367goodman"
QUICK = ("--age", "13", "--free", "sensitivity", "--free", "infant_persistence", "--times", "20")


CODES = ("negative", "neutral", "positive")


def short(shift):
    """A minute of codes, as a file has them."""
    return "dyad,partner,code,onset,offset\n" + "".join(
        f"one,{partner},{CODES[(7 * k // length + length + shift) % 3]},{k},{k + length}\n"
        for partner, length in (("infant", 3), ("mother", 4))
        for k in range(0, 60, length)
    )


@pytest.fixture(scope="module")
def fitted():
    return ds.fit(ds.read_coded(FILE), free=["sensitivity", "infant_persistence"], ages=13)


def test_fit_prints_and_writes_what_the_library_gives(run, tmp_path, fitted):
    status, out, err = run("fit", FILE, *QUICK, "--out", "fitted", "--json")
    assert status == 0, err
    told, frame = json.loads(out), fitted.frame()
    assert pd.DataFrame(told["estimates"])["estimate"].tolist() == pytest.approx(frame["estimate"].tolist())
    checks = fitted.checks(20)
    assert pd.DataFrame(told["checks"])[list(checks)]["high"].tolist() == pytest.approx(checks["high"].tolist())
    cut = pd.DataFrame(told["arrow_cut"]).set_index(["arrow", "measure"])["null"]
    null = fitted.arrow_cut("infant", 20).frame().set_index("measure")["null"]
    assert cut["infant", "kappa"] == pytest.approx(null["kappa"])
    assert [row["name"] for row in told["held_out"]] == ["fitted dyads", "Markov chain", "hidden Markov model"]
    names = {file.removeprefix("fitted/") for file in told["files"]}
    assert {"report.html", "provenance.json", "estimates.csv", "profiles.png", "arrow_cut.csv", "reading.csv"} <= names
    assert names <= set(FIT_FILES)
    written = pd.read_csv(tmp_path / "fitted" / "estimates.csv")
    assert written["low"].tolist() == pytest.approx(frame["low"].tolist())
    about = json.loads((tmp_path / "fitted" / "provenance.json").read_text("utf-8"))
    assert about["options"]["age"] == 13
    assert about["sessions"][0]["file"] == f"{FILE}.csv"


def test_fit_says_it_in_words_with_the_age_that_it_assumes(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")  # where words are not broken
    status, out, err = run("fit", FILE, "--free", "sensitivity", "--free", "distraction", "--times", "5")
    assert status == 0, err
    assert "mostly the population's" in out
    assert "all infants are taken to be 39 weeks old; say it with --age" in out
    assert "her not following him" in out
    assert "None of this is a rating of a parent" in out
    assert "Markov chain" in out


def test_covariates_effects_profiles_and_sessions_of_one_dyad(run, tmp_path):
    """Two sessions of one dyad, the second with another value of a covariate: its effect is fitted."""
    (tmp_path / "first.csv").write_text(short(0))
    (tmp_path / "later.csv").write_text(short(1))
    (tmp_path / "about.csv").write_text("dyad;session;age;group\nfirst one;0;13;0\nfirst one;1;13;1,0\n")
    words = ("--about", "about.csv", "--effect", "group:infant_persistence", "--free", "infant_persistence")
    status, out, err = run("fit", "first.csv", "later.csv", "--one-dyad", *words, "--profile", "--times", "5", "--json")
    assert status == 0, err
    told = json.loads(out)
    assert told["dyads"] == ["first one"]
    assert [row["parameter"] for row in told["estimates"]] == ["infant_persistence", "infant_persistence by group"]
    sessions = [ds.read_coded(name) for name in ("first.csv", "later.csv")]
    table = pd.DataFrame({"dyad": ["one", "one"], "session": [0, 1], "age": [13, 13], "group": [0, 1]})
    effects = {"group": ["infant_persistence"]}
    fitted = ds.fit(sessions, free=["infant_persistence"], covariates=table, effects=effects)
    assert told["estimates"][1]["estimate"] == pytest.approx(fitted.frame()["estimate"][1])
    low, high = fitted.interval("infant_persistence")
    assert [told["estimates"][0][end] for end in ("low", "high")] == pytest.approx([low, high])
    assert {row["session"] for row in told["checks"]} == {0, 1}


def test_a_theory_of_ones_own_is_compared_and_written_about(run, tmp_path):
    (tmp_path / "mine.py").write_text(
        '"""Mine: neither follows the other."""\n'
        "from dyadsim.theory.theories.no_contingency import Infant, Mother  # noqa\n"
    )
    (tmp_path / "short.csv").write_text(short(0))
    status, out, err = run(
        *("compare-theories", "short.csv", "--rules", "mine.py", "--age", "13", "--times", "20"),
        *("--out", "theories", "--json"),
    )
    assert status == 0, err
    told = json.loads(out)
    table = pd.DataFrame(told["theories"]).set_index("name")
    assert list(table.index) == ["mine", "Markov chain", "hidden Markov model"]
    assert told["held_out"] == "time"
    files = {file.removeprefix("theories/") for file in told["files"]}
    assert files == {
        *("theories.csv", "wrong.csv", "estimates.csv", "reading.csv"),
        *("scores.png", "wrong.png", "report.html", "provenance.json"),
    }
    page = (tmp_path / "theories" / "report.html").read_text("utf-8")
    assert "nothing in it is a rating of a parent" in page
    assert f"{table.loc['mine', 'bic']:.1f}" in page
    assert ">nan" not in page


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("fit", "nothing.csv"), "no file 'nothing.csv'"),
        (("fit", FILE, "--free", "sensitvity"), "Did you mean 'sensitivity'"),
        (("fit", FILE, "--free", "age"), "'age' is known of a dyad and not fitted"),
        (("fit", FILE, "--ridge", "-1"), "must lie between 0 and"),
        (("fit", FILE, "--effect", "group"), "--effect takes COVARIATE:PARAMETER"),
        (("fit", FILE, "--effect", "a:b", "--effect", "a:b"), "--effect gives 'a:b' twice"),
        (("fit", FILE, "--effect", "group:sensitivity"), "Unknown covariate or episode 'group'"),
        (("fit", FILE, "--about", "none.csv"), "no table of covariates 'none.csv'"),
        (("fit", FILE, "--about", "who.csv"), "'who.csv' has no column 'dyad', only 'who', 'age'"),
        (("fit", FILE, "--about", "old.csv"), "'old.csv', line 3: the covariate 'age' is 'old', which is no number"),
        (("fit", FILE, "--about", "half.csv"), "is the place of a session, a whole number from 0"),
        (("fit", FILE, "--about", "other.csv"), f"Covariates have no row of dyad '{FILE}'"),
        (("fit", FILE, "--times", "1"), "whole number from 2 to 10,000"),
        (("fit", FILE, "--bootstrap", "1"), "--bootstrap 2 or more"),
        (("fit", FILE, "--scheme", "strict"), "use the scheme 'valence'"),
        (("fit", FILE, "--age", "200"), "must lie between 0 and 104"),
        (("fit", FILE, "--infant", "nothing.py:X"), "no file 'nothing.py'"),
        (("fit", FILE, "--out", "who.csv"), "'who.csv' is a file"),
        (("compare-theories", FILE, "--by", "dyad"), "There is one dyad only"),
        (("compare-theories", FILE, "--by", "session"), "held out by 'dyad' or by 'time'"),
        (("compare-theories", FILE, "--rules", "infant-let"), "Did you mean 'infant-led'"),
        (("compare-theories", FILE, "--rules", "infant-led", "infant-led"), "Two theories are named 'infant-led'"),
        (("compare-theories", FILE, "--rules", "none.py"), "no file 'none.py'"),
        (("compare-theories", FILE, "--scheme", "strict"), "use the scheme 'valence'"),
    ],
)
def test_bad_input_gets_one_sentence(run, tmp_path, words, sentence):
    (tmp_path / "who.csv").write_text("who,age\none,13\n")
    (tmp_path / "old.csv").write_text("dyad,age\none,13\ntwo,old\n")
    (tmp_path / "half.csv").write_text("dyad,session\none,0.5\n")
    (tmp_path / "other.csv").write_text("dyad,age\none,13\n")
    status, out, err = run(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
