"""Notes and worksheet of a lesson: a page each, with all that is asked, and nothing that is not in the lesson."""

import re

import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports import lesson_sheets
from dyadsim.reports.lesson_sheets import IS_NOT, notes_sheet, teachers_notes, work_sheet, worksheet
from dyadsim.scenarios.lesson import Lesson, told

NAMES = toml_models.names("lessons")


@pytest.fixture(scope="module", params=NAMES)
def sheets(request):
    lesson = Lesson.load(request.param)
    said = [told(lesson, place, Rules()) for place in range(len(lesson.steps))]
    return lesson, said, notes_sheet(lesson), work_sheet(lesson)


def pages_in(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_each_is_one_page_of_a4_that_can_be_read(sheets):
    *_, notes, work = sheets
    for sheet in (notes, work):
        assert sheet.pdf.startswith(b"%PDF-")
        assert sheet.pages == 1 == pages_in(sheet.pdf)
        assert b"595.2756 841.8898" in sheet.pdf
        assert sheet.size >= 7
    assert work.size >= 9


def test_notes_have_aims_what_is_to_be_seen_right_predictions_and_questions(sheets):
    lesson, said, notes, _ = sheets
    words = "\n".join(notes.words)
    assert all(part in words for part in (lesson.title, lesson.says, *lesson.aims, *IS_NOT))
    for step, each in zip(lesson.steps, said, strict=True):
        right = each.predict.options[each.predict.right]
        assert all(part in words for part in (step.title, each.line, *each.texts, each.ask, each.predict.question))
        assert f"Right: {'ABCD'[each.predict.right]}. {right}. {each.predict.answer}" in words


def test_the_worksheet_asks_everything_and_tells_no_answer(sheets):
    lesson, said, _, work = sheets
    words = "\n".join(work.words)
    assert lesson.title in words
    assert ds.NOTICE in words
    for step, each in zip(lesson.steps, said, strict=True):
        assert all(part in words for part in (step.title, each.predict.question, *each.predict.options, each.ask))
        assert not any(text in words for text in (*each.texts, each.predict.answer))
    assert "Draw what you see" in words


def test_the_same_lesson_gives_the_same_bytes_and_other_rules_others():
    class Unavailable(ds.MotherRules):
        @staticmethod
        def preferences(traits, context):
            nowhere = [[[[[9.0 * (state == "elsewhere")]]]] for state in ds.ICEP.mother_names]
            return ds.MotherRules.preferences(traits, context) + nowhere

    lesson = Lesson.load("rupture-and-repair")
    short = lesson.changed({"steps": lesson.steps[:1]})
    assert teachers_notes(short) == teachers_notes(short)
    assert worksheet(short).startswith(b"%PDF-")
    assert notes_sheet(short).words != notes_sheet(short, Rules(mother=Unavailable)).words


def test_other_words_are_set_as_they_are_said():
    lesson = Lesson.load("rupture-and-repair")
    sheet = work_sheet(lesson.changed({"steps": lesson.steps[:2]}), say=lambda text: text.replace("baby", "Mia & co"))
    assert any("What does looking away do for a Mia & co?" in words for words in sheet.words)
    assert sheet.pages == 1


def test_a_lesson_with_more_words_than_a_page_takes_gets_one_sentence():
    lesson = Lesson.load("rupture-and-repair")
    step = lesson.steps[0].changed({"texts": ["Many words. " * 400] * 5})
    with pytest.raises(ds.DyadsimError, match=r"'rupture-and-repair' has more words than a page takes; shorten"):
        teachers_notes(lesson.changed({"steps": [step]}))


def test_without_the_library_one_sentence_tells_how_to_get_it(monkeypatch):
    monkeypatch.setattr(lesson_sheets.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ds.DyadsimError, match=r'need \'reportlab\'.*python -m pip install "dyadsim\[dashboard\]"'):
        worksheet(Lesson.load("rupture-and-repair"))
