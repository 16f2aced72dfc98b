"""The shell: what commands print and write, and what they say to bad input."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest
from few_priors import change_priors, copied, fix_interaction_but

import dyadsim as ds
from dyadsim.coded_video.read import read_coded
from dyadsim.fitting.calibrate_interaction import interaction_fit


def test_code_prints_json_that_holds_what_is_promised(run):
    status, out, _ = run("code", "mangold_3532goodman.csv", "--scheme", "valence", "--json")
    said = json.loads(out)
    assert status == 0
    assert (said["mismatch_spells"], said["repaired"], said["median_repair_latency"]) == (20, 17, 4.04)
    assert round(said["codable"], 3) == 0.795
    assert round(said["match"], 3) == 0.497
    assert said["chance_match"] == pytest.approx(0.48, abs=0.001)
    assert set(said["repair_survival"]) == {"2", "5", "10", "20"}
    assert "no clinical instrument" in said["notice"]


def test_code_reads_a_path_and_writes_tables_and_pictures(run, tmp_path):
    status, out, _ = run("code", "mangold_3367goodman", "--out", "coded")
    assert status == 0
    assert "28.960" in out
    assert "no clinical instrument" in out
    written = {path.name for path in (tmp_path / "coded").iterdir()}
    assert written == {
        "measures.csv", "repair_survival.csv", "events.csv", "provenance.json", "timeline.png", "grid.png",
    }  # fmt: skip
    again = pd.read_csv(tmp_path / "coded/measures.csv")
    assert again["repaired"].item() == read_coded("mangold_3367goodman").measures("valence")["repaired"].item()


def test_interact_prints_and_writes_the_same_numbers(run, tmp_path):
    asked = ("interact", "--dyads", 12, "--paradigm", "still-face", "--seed", 3)
    status, out, _ = run(*asked, "--json", "--out", "here")
    said = json.loads(out)
    assert status == 0
    assert list(said["episodes"]) == ["play", "still-face", "reunion"]
    table = pd.read_csv(tmp_path / "here/measures.csv")
    assert table.groupby("episode")["match"].mean()["play"] == pytest.approx(said["episodes"]["play"]["match"]["mean"])
    assert {"cohort.csv", "summary.csv", "timeline.png"} <= {path.name for path in (tmp_path / "here").iterdir()}
    assert json.loads((tmp_path / "here/provenance.json").read_text())["seed"] == 3
    assert json.loads(run(*asked, "--json")[1])["episodes"] == said["episodes"]
    assert f"{said['episodes']['play']['match']['mean']:.3f}" in run(*asked)[1]


def test_interact_takes_traits_and_a_rule_of_ones_own(run, tmp_path):
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nimport dyadsim as ds\nclass Elsewhere(ds.MotherRules):\n    @staticmethod\n"
        "    def preferences(traits, context):\n        return 9.0 * np.eye(6)[2].reshape(6, 1, 1, 1, 1)\n"
    )
    asked = ("interact", "--dyads", 5, "--paradigm", "free-play", "--json")
    said = json.loads(run(*asked, "--mother", "mine.py:Elsewhere", "--set", "sensitivity=-1")[1])
    assert said["episodes"]["play"]["mother_elsewhere"]["mean"] > 0.95
    assert said["provenance"]["rules"][2] == "Elsewhere.preferences"


def test_validate_prints_and_writes_the_same_findings(run, tmp_path):
    status, out, _ = run("validate", "interaction", "--dyads", 200, "--json")
    rows = json.loads(out)
    assert status == 0
    assert len(rows) >= 35
    assert all({"id", "target", "model", "holds", "role", "basis"} <= row.keys() for row in rows)
    assert not list(tmp_path.iterdir())  # with --json nothing is written unasked
    status, out, _ = run("validate", "--dyads", 200)
    assert status == 0
    assert "M_match_age" in out
    assert "recalled, unverified" in out
    assert "no clinical instrument" in out
    folder = tmp_path / "validation-interaction"
    written = {"findings.csv", "not_expressed.csv", "provenance.json", "findings.png"}
    assert {path.name for path in folder.iterdir()} == written
    again = pd.read_csv(folder / "findings.csv")
    assert again["id"].tolist() == [row["id"] for row in rows]
    assert again["holds"].tolist() == [row["holds"] for row in rows]


@pytest.fixture
def few_free(monkeypatch, tmp_path_factory):
    """Two coefficients are free: what is fitted takes a reading of all rows for each."""
    data = copied(monkeypatch, tmp_path_factory.mktemp("few"))
    change_priors(data, lambda priors: fix_interaction_but(priors, {"infant_contingency", "arousal_rise"}))
    interaction_fit.cache_clear()
    yield
    interaction_fit.cache_clear()


def test_calibrate_shows_what_it_fitted_and_writes_it(run, tmp_path):
    few = "--dyads", 2, "--rounds", 1, "--followed", 0
    status, out, said = run("calibrate", "interaction", *few, "--out", "fit.toml")
    assert status == 0
    assert "had not settled" in said
    assert "M_occ_inf_object" in out
    assert "mother_persistence_effect" in out
    assert (tmp_path / "fit.toml").exists()
    said = json.loads(run("calibrate", *few, "--json")[1])
    assert {"rows", "parameters", "inputs", "notice"} <= said.keys()


def test_run_prints_and_writes_the_same_summary(run, tmp_path):
    asked = ("run", "video-feedback", "--dyads", 12, "--weeks", 42, "--seed", 3)
    status, out, _ = run(*asked, "--out", "here", "--json")
    said = json.loads(out)
    assert status == 0
    assert said == json.loads((tmp_path / "here/summary.json").read_text("utf-8"))
    assert (said["dyads"], said["weeks"], said["seed"]) == (12, [0, 41], 3)
    assert "no clinical instrument" in said["notice"]
    assert {"report.html", "summary.json", "weeks.parquet", "effects.png"} <= {
        path.name for path in (tmp_path / "here").iterdir()
    }
    effects = pd.read_parquet(tmp_path / "here/effects.parquet")
    assert effects["d"].tolist() == pytest.approx([row["d"] for row in said["effects"]])
    alone = json.loads(run(*asked, "--json")[1])
    assert alone["effects"] == said["effects"]
    assert {path.name for path in tmp_path.iterdir()} == {"here"}  # with --json nothing is written unasked


def test_run_writes_into_a_folder_of_the_scenario_s_name_and_lists_what_ships(run, tmp_path):
    status, out, _ = run("run", "peer-group", "--dyads", 8, "--weeks", 16)
    assert status == 0
    assert (tmp_path / "peer-group/report.html").exists()
    assert "Peer support for mothers with little social support" in out  # not a year, so not as it ships
    assert "no clinical instrument" in out
    status, out, _ = run("run")
    assert status == 0
    assert all(name in out for name in ("typical-year", "phone-at-play", "psychotherapy"))


def test_validate_interventions_shows_what_entries_set_and_what_they_do_not(run, tmp_path, monkeypatch):
    """With two entries and the rows on them: all take two minutes."""
    from dyadsim.findings import programme_trials
    from dyadsim.validation import validation

    every = validation.findings_of("interventions")
    few = {id: every[id] for id in ("I009", "I011", "I070", "I071")}
    two = SimpleNamespace(names=lambda folder: ["peer-support", "video-feedback"])
    monkeypatch.setattr(programme_trials, "toml_models", two)
    monkeypatch.setattr(validation, "findings_of", lambda level: few)
    status, out, _ = run("validate", "interventions", "--dyads", 150)
    assert status == 0
    assert "video-feedback: sensitivity" in out
    rows = pd.read_csv(tmp_path / "validation-interventions/findings.csv").set_index("id")
    assert rows["role"].tolist() == ["set"] * 3 + ["check"] * 2 + ["context"] * 2
    assert rows.loc["I009", "holds"]
    assert not rows.loc["I071", "holds"]  # the couplings give no support from fewer symptoms
    assert (tmp_path / "validation-interventions/findings.png").exists()


def test_a_level_may_stand_before_or_after_its_options_and_may_be_left_out(run, tmp_path, few_free):
    """What follows an option is its value and no level, whatever its name."""
    options = ["--dyads", "4", "--rounds", "1", "--followed", "0", "--json"]
    first = run("calibrate", "interaction", *options)
    assert first[0] == 0
    assert json.loads(first[1])["dyads"] == 4
    assert run("calibrate", *options, "interaction") == first
    assert run("calibrate", *options, "--out", "development")[:2] == first[:2]
    assert "[interaction.infant_base]" in (tmp_path / "development").read_text("utf-8")


def test_odd_prints_one_table_or_fills_a_page(run, tmp_path):
    (tmp_path / "page.md").write_text("# Mine\n\n<!-- dyadsim odd: traits -->\n<!-- end -->\n\nend\n")
    assert run("odd", "--fill", "page.md")[0] == 0
    table = run("odd", "traits")[1]
    assert "| `sensitivity` | mother |" in table
    assert (tmp_path / "page.md").read_text() == f"# Mine\n\n{table.strip()}\n\nend\n"


def test_catalogue_lists_all_and_finds_one_by_any_name(run):
    status, out, _ = run("catalogue")
    assert status == 0
    assert all(entry in out for entry in ds.catalogue()["name"])
    status, out, _ = run("catalogue", "transaction", "PROGRAM", "--json")
    (entry,) = json.loads(out)["interventions"]
    assert status == 0
    assert (entry["name"], entry["title"]) == ("modified-mitp", "Modified Mother-Infant Transaction Program")
    assert [*entry] == [*ds.catalogue()]


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["interact"],
        ["code"],
        ["calibrate"],
        *(["calibrate", level] for level in ("interaction", "development", "ensemble")),
        ["validate"],
        *(["validate", level] for level in ("interaction", "development", "interventions")),
        ["run"],
        ["odd"],
        ["catalogue"],
    ],
)
def test_help_tells_a_newcomer_what_to_do(run, command):
    status, out, _ = run(*command, "--help")
    assert status == 0
    assert "Usage" in out
    if command:
        assert "Example: dyadsim" in out
        assert "--json" in out or command == ["odd"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("catalogue viipp-sd", "nearest are 'video-feedback' (Video-feedback Intervention"),
        ("interact --population comunity", "Did you mean 'community'"),
        ("interact --paradigm stillface", "Did you mean 'still-face'"),
        ("interact --paradigm mine.toml", "no paradigm file 'mine.toml'"),
        ("interact --seconds -5", "not -5"),
        ("interact --scheme strikt", "Did you mean 'strict'"),
        ("interact --dyads 0", "whole number from 1"),
        ("interact --seed abc", "seed must be a whole number"),
        ("interact --threads 0", "threads must be a whole number from 1"),
        ("interact --show 100", "must be 0 to 99"),
        ("interact --set senstivity=1", "Did you mean 'sensitivity'"),
        ("interact --set sensitivity=11", "must lie between -4 and 4"),
        ("interact --set sensitivity", "NAME=VALUE"),
        ("interact --mother mine.py:Rule", "no file 'mine.py'"),
        ("interact --mother nan.py", "FILE.py:CLASS, not 'nan.py'"),
        ("interact --set sensitivity=1 --set sensitivity=2", "twice"),
        ("interact --set self=1", "Unknown trait or coefficient 'self'"),
        ("interact --set extra_traits=1", "Unknown trait or coefficient"),
        ("interact --dyads abc", "'--dyads'"),
        ("interact --dyads 1000000000000", "whole number from 1 to 10,000,000"),
        ("interact --out empty.csv", "'empty.csv' is a file"),
        ("interact --wrong", "--wrong"),
        ("run typcal-year", "Did you mean 'typical-year'"),
        ("run mine.toml", "no scenario file 'mine.toml'"),
        ("run video-feedback --weeks 10", "starts in week 26, but the course goes from week 0 to week 9"),
        ("run video-feedback --dyads 1", "'dyads' must be greater than or equal to 2"),
        ("run video-feedback --seed -1", "seed must be a whole number"),
        ("run video-feedback --threads 0", "threads must be a whole number"),
        ("run misspelt.toml", "Did you mean 'start_week'"),
        ("run outside.toml", "is none for a folder; say where to write with --out"),
        ("run typical-year --out taken", "is a folder, but a file of that name is to be written"),
        ("run typical-year --out empty.csv", "'empty.csv' is a file"),
        ("validate intervention", "Did you mean 'interventions'"),
        ("calibrate interventions", "Unknown level of the model 'interventions'"),
        ("interakt", "interakt"),
        ("interact --mother broken.py:Rule", "cannot be loaded: SyntaxError"),
        ("interact --mother nan.py:Nen", "Did you mean 'Nan'"),
        ("interact --mother nan.py:Nan", "Nan.preferences gives no probabilities"),
        ("calibrate interacton", "Did you mean 'interaction'"),
        ("calibrate interaction --dyads 100", "power of two"),
        ("calibrate interaction --rounds 0", "rounds must be a whole number"),
        ("calibrate interaction --out folder", "'folder' is a folder"),
        ("calibrate interaction --dyads 2 --out nowhere/fit.toml", "no folder 'nowhere'"),
        ("validate developmnt", "Known: interaction"),
        ("validate interaction --dyads 5", "dyads must be a whole number from 100"),
        ("validate interaction --seed x", "seed must be a whole number"),
        ("validate interaction --out empty.csv", "'empty.csv' is a file"),
        ("validate interaction --out /proc/here", "Nothing can be written into '/proc'"),
        ("calibrate interaction --out /proc/fit.toml", "Nothing can be written into '/proc'"),
        ("calibrate --rounds 0", "rounds must be a whole number"),
        ("calibrate interaction --sets 3", "No such option: --sets"),
        ("calibrate development --rounds 0", "rounds must be a whole number"),
        ("calibrate ensemble --dyads 300", "No such option: --dyads"),
        ("calibrate ensemble --sets 1", "sets must be a whole number"),
        ("calibrate all --out empty.csv", "'empty.csv' is a file"),
        ("calibrate all --out taken", "taken/defaults.toml' is a folder"),
        ("calibrate all --out /proc/here", "Nothing can be written into '/proc'"),
        ("calibrate all --dyads 3", "No such option: --dyads"),
        ("calibrate interaction development", "unexpected extra argument"),
        ("validate --dyads 5", "dyads must be a whole number from 100"),
        ("validate interventions --rounds 3", "No such option: --rounds"),
        ("odd trait", "Did you mean 'traits'"),
        ("odd --fill page.md", "no file 'page.md'"),
        ("odd --fill empty.csv", "no table to fill"),
        ("code missing.csv", "Shipped sessions"),
        ("code empty.csv", "is empty"),
        ("code nan.py", "no file of coded video that can be read"),
        ("code mangold_3532goodman.csv --scheme strict", "use the scheme 'valence'"),
        ("code mangold_3532goodman.csv --fps -1", "Frames a second"),
        ("code mangold_3532goodman.csv --out empty.csv", "'empty.csv' is a file"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(run, tmp_path, words, sentence):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.py").write_text("class Rule(")
    (tmp_path / "nan.py").write_text(
        "import numpy as np\nimport dyadsim as ds\nclass Nan(ds.MotherRules):\n    @staticmethod\n"
        "    def preferences(traits, context):\n        return np.full((6, 1, 1, 1, 1), np.nan)\n"
    )
    (tmp_path / "misspelt.toml").write_text(
        'name = "misspelt"\n[[interventions]]\nname = "video-feedback"\nstart_wek = 8\n'
    )
    (tmp_path / "outside.toml").write_text('name = "../outside"\n')
    (tmp_path / "taken/report.html").mkdir(parents=True)
    (tmp_path / "taken/defaults.toml").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    status, out, said = run(*words.split())
    assert status == 2
    assert out == ""
    assert sentence in said
    assert "Traceback" not in said
    assert len([line for line in said.splitlines() if line.startswith("dyadsim: ")]) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == before


def test_what_cannot_be_written_leaves_nothing_half_written(run, tmp_path):
    (tmp_path / "out" / "grid.png").mkdir(parents=True)
    status, _, said = run("code", "mangold_3532goodman.csv", "--out", "out")
    assert status == 2
    assert "grid.png' cannot be written" in said
    assert not list((tmp_path / "out").glob(".*"))


def test_names_with_brackets_and_dollars_are_only_names(run, tmp_path):
    (tmp_path / "odd.toml").write_text('name = "[/b]"\n[[episodes]]\nname = "$\\\\foo$ [/bold]"\nseconds = 30\n')
    status, out, _ = run("interact", "--dyads", 3, "--paradigm", "odd.toml", "--out", "[/b]out")
    assert status == 0
    assert (tmp_path / "[/b]out" / "timeline.png").exists()
    assert "[/bold]" in out


@pytest.mark.parametrize("out", ["~/x", "./y"])
def test_out_goes_home_after_an_equals_sign_too(run, tmp_path, monkeypatch, out):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert run("code", "mangold_3532goodman", f"--out={out}")[0] == 0
    assert (tmp_path / "home/x" if out == "~/x" else tmp_path / "y").is_dir()
    assert not (tmp_path / "~").exists()


@pytest.mark.parametrize("out", ["", "a\0b", "~nobody-is-called-so/x"])
@pytest.mark.parametrize(
    "words", ["interact --dyads 3", "code mangold_3532goodman", "run", "sweep", "validate", "calibrate"]
)
def test_a_path_that_can_be_none_is_refused_before_any_work(run, tmp_path, words, out):
    status, shown, said = run(*words.split(), f"--out={out}")
    assert (status, shown) == (2, "")
    assert said.startswith("dyadsim: Invalid value for '--out': ")
    assert not list(tmp_path.iterdir())


def test_a_folder_is_of_one_work(run, tmp_path):
    """What `interact` wrote is neither mixed with, nor lost to, what `code` writes; but runs of one command replace."""
    assert run("interact", "--dyads", 3, "--out", "here")[0] == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    for other in (("code", "mangold_3532goodman"), ("run", "typical-year"), ("validate", "interaction")):
        status, _, said = run(*other, "--out", "here")
        assert status == 2
        assert "'here' holds what 'dyadsim interact' wrote; give a folder of its own" in said
    assert {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()} == before
    assert run("interact", "--dyads", 4, "--out", "here")[0] == 0
    assert len(pd.read_csv(tmp_path / "here/cohort.csv")) == 4
