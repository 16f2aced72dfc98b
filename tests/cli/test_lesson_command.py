"""The command that lists lessons and writes their sheets."""

import json

import pytest

from dyadsim.common import toml_models
from dyadsim.reports import lesson_sheets
from dyadsim.scenarios.lesson import Lesson


def test_without_a_name_lessons_are_listed(run):
    status, out, _ = run("lesson")
    assert status == 0
    assert all(name in out and Lesson.load(name).title.split()[0] in out for name in toml_models.names("lessons"))


def test_both_sheets_of_a_lesson_are_written_again_and_again(run, tmp_path):
    status, out, _ = run("lesson", "rupture-and-repair", "--json")
    said = json.loads(out)
    folder = tmp_path / "rupture-and-repair"
    assert status == 0
    assert {path.name for path in folder.iterdir()} == {"notes.pdf", "worksheet.pdf", "provenance.json"}
    assert [step["title"] for step in said["steps"]] == [one.title for one in Lesson.load("rupture-and-repair").steps]
    assert len(said["files"]) == 3
    assert "no clinical instrument" in said["notice"]
    first = (folder / "notes.pdf").read_bytes()
    status, out, _ = run("lesson", "rupture-and-repair")
    assert status == 0
    assert "Match is rare: Watch the blue ribbon" in out
    assert (
        (folder / "notes.pdf").read_bytes() == first == lesson_sheets.teachers_notes(Lesson.load("rupture-and-repair"))
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("lesson rupture-and-repairs", "Did you mean 'rupture-and-repair'"),
        ("lesson mine.toml", "There is no lesson file 'mine.toml'"),
        ("lesson rupture-and-repair --mother none.py:No", "none.py"),
    ],
)
def test_a_lesson_that_is_not_there_gets_one_sentence(run, words, sentence):
    status, out, err = run(*words.split())
    assert status == 2
    assert sentence in err
    assert not out
    assert err.count("\n") == 1


def test_without_reportlab_one_sentence_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setattr(lesson_sheets.importlib.util, "find_spec", lambda name: None)
    status, _, err = run("lesson", "rupture-and-repair")
    assert status == 2
    assert 'python -m pip install "dyadsim[dashboard]"' in err
