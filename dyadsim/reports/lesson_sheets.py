"""Sheets to a lesson: notes for whoever teaches it and a worksheet for whoever takes part, a page of A4 each, as PDF.

All that they say comes from the lesson; numbers and right predictions follow from the rules. A page is set as large as
its words allow.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from .. import NOTICE
from ..common.errors import DyadsimError
from ..interaction.rule_set import Rules
from ..scenarios.lesson import Lesson, Step, Told, told

__all__ = ["IS_NOT", "Sheet", "check_installed", "notes_sheet", "teachers_notes", "work_sheet", "worksheet"]

_SHIPPED_RULES = Rules()
IS_NOT = (
    NOTICE,
    "The dyads are those of a model. Published averages set it, some of it is assumed, and nobody in it is real.",
    "A single session is mostly luck; averages are the model's own, worked out exactly, and no norm for any family.",
)
"""What the model is not, as the notes tell it."""
_SIZES = [quarters / 4 for quarters in range(26, 43)]
"""Points of the text, from the smallest that can be read on."""
_MARGIN, _GAP = 40.0, 16.0  # points
_LETTERS = "ABCD"
_LANES = ("He", "She")

Say = Callable[[str], str]
Said = Sequence[tuple[Step, Told]]


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was set.

    Attributes
    ----------
    pdf : the file.
    pages : how many it has.
    size : points of its text.
    words : its paragraphs, in their order.
    """

    pdf: bytes
    pages: int
    size: float
    words: tuple[str, ...]


def check_installed() -> None:
    """Refuse to go on without the library that writes PDF.

    Raises
    ------
    DyadsimError
        if it is not there.
    """
    if importlib.util.find_spec("reportlab") is None:
        raise DyadsimError(
            "A lesson's sheets need 'reportlab', which is not installed: python -m pip install \"dyadsim[dashboard]\"."
        )


def teachers_notes(lesson: Lesson, rules: Rules = _SHIPPED_RULES, say: Say = str) -> bytes:
    """Notes for whoever teaches a lesson: aims, what is to be seen with its numbers, right predictions, questions.

    Parameters
    ----------
    lesson : of which.
    rules : of interaction, from which the numbers follow.
    say : what is done to each text before it is set, such as another choice of words.

    Returns
    -------
    A PDF of one page.

    Raises
    ------
    DyadsimError
        if reportlab is not installed, or the lesson has more words than a page takes.
    """
    return notes_sheet(lesson, rules, say).pdf


def worksheet(lesson: Lesson, rules: Rules = _SHIPPED_RULES, say: Say = str) -> bytes:
    """Worksheet for whoever takes part: predictions to tick, room to write, and a strip to draw what is seen.

    Parameters
    ----------
    lesson, rules, say : as :func:`teachers_notes` takes them.

    Returns
    -------
    A PDF of one page.

    Raises
    ------
    DyadsimError
        as :func:`teachers_notes` does.
    """
    return work_sheet(lesson, rules, say).pdf


def notes_sheet(lesson: Lesson, rules: Rules = _SHIPPED_RULES, say: Say = str) -> Sheet:
    """Notes as they were set: what :func:`teachers_notes` gives, with what a test wants to know of it."""
    said = _said(lesson, rules)
    return _fitted(lesson, "Notes for teaching", lambda page: _notes(page, lesson, said), say, columns=2)


def work_sheet(lesson: Lesson, rules: Rules = _SHIPPED_RULES, say: Say = str) -> Sheet:
    """Worksheet as it was set: what :func:`worksheet` gives, with what a test wants to know of it."""
    said = _said(lesson, rules)
    return _fitted(lesson, "Worksheet", lambda page: _work(page, lesson, said), say, columns=1)


def _said(lesson: Lesson, rules: Rules) -> Said:
    return [(step, told(lesson, place, rules)) for place, step in enumerate(lesson.steps)]


# What the sheets say


def _notes(page: _Page, lesson: Lesson, said: Said) -> list[Any]:
    """What stands in the notes, from top to bottom."""
    found = [page.text(lesson.title, scale=1.5, bold=True), page.text(lesson.says)]
    found += [page.text("Afterwards all can", bold=True), *(page.text(aim, bullet="•") for aim in lesson.aims)]
    for place, (step, words) in enumerate(said, start=1):
        head = f"{place}. {step.title} (second {step.first} to {step.until}, {step.speed:g} times as fast)"
        part = [page.text(head, bold=True, before=0.5), page.text(words.line, grey=True)]
        if words.predict:
            right = f"{_LETTERS[words.predict.right]}. {words.predict.options[words.predict.right]}"
            part.append(page.text(words.predict.question, lead="Ask first:"))
            part.append(page.text(f"{right}. {words.predict.answer}", lead="Right:"))
        part += [page.text(text, bullet="•") for text in words.texts]
        if words.ask:
            part.append(page.text(words.ask, lead="To talk about:"))
        found += part
    model = [page.text("What the model is not", bold=True, before=0.5)]
    found.append(page.together([*model, *(page.text(text, bullet="•") for text in IS_NOT)]))
    return found


def _work(page: _Page, lesson: Lesson, said: Said) -> list[Any]:
    """What stands on the worksheet, from top to bottom."""
    found = [page.text(lesson.title, scale=1.5, bold=True), page.text("Name: " + "_" * 40 + "  Date: " + "_" * 16)]
    for place, (step, words) in enumerate(said, start=1):
        left = [page.text(f"{place}. {step.title}", bold=True)]
        if words.predict:
            left.append(page.text(words.predict.question, lead="What do you expect?"))
            options = zip(_LETTERS, words.predict.options, strict=False)
            left += [page.text(f"{letter}. {option}", bullet="☐") for letter, option in options]
        right = [page.text(words.ask or words.line), page.lines(3)]
        found.append(page.side_by_side(left, right))
    step = lesson.steps[0]
    draw = (
        f"Draw what you see in step 1, from second {step.first} to {step.until}: a line for what he does and one for "
        "what she does, higher where it is more positive. Shade where they match; mark ruptures ▼ and repairs ▲."
    )
    strip = [page.text(draw, before=0.3), page.strip(step.first, step.until)]
    return [*found, page.together([*strip, page.text(NOTICE, grey=True, before=0.3)])]


# How they are set


class _Page:
    """What a page is set with: text of one size in a column of one width."""

    def __init__(self, size: float, width: float, say: Say) -> None:
        self.size, self.width, self.say = size, width, say
        self.words: list[str] = []

    def text(
        self,
        text: str,
        *,
        lead: str = "",
        bullet: str = "",
        bold: bool = False,
        grey: bool = False,
        scale: float = 1.0,
        before: float = 0.0,
    ) -> Any:
        """A paragraph, after bold words or a bullet; space before it in lines."""
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        said = self.say(text)
        self.words.append(f"{lead} {said}".strip())
        size = self.size * scale
        style = ParagraphStyle(
            "text",
            fontName=_fonts()[bold],
            fontSize=size,
            leading=1.25 * size,
            spaceBefore=before * size,
            keepWithNext=bold,
            spaceAfter=0.3 * size,
            textColor="#444444" if grey else "black",
            leftIndent=1.3 * size if bullet else 0,
            bulletFontName=_fonts()[False],
            bulletFontSize=size,
        )
        start = f'<font name="{_fonts()[True]}">{escape(lead)}</font> ' if lead else ""
        return Paragraph(start + escape(said), style, bulletText=bullet or None)

    def together(self, parts: list[Any]) -> Any:
        """Parts that stay in one column."""
        from reportlab.platypus import KeepTogether

        return KeepTogether(parts)

    def side_by_side(self, left: list[Any], right: list[Any]) -> Any:
        """Two halves, under a line."""
        from reportlab.platypus import Table

        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEABOVE", (0, 0), (-1, 0), 0.5, "#888888"),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("RIGHTPADDING", (1, 0), (1, 0), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0.4 * self.size),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.2 * self.size),
        ]
        return Table([[left, right]], colWidths=[self.width / 2] * 2, style=style)

    def lines(self, count: int) -> Any:
        """Lines to write on, as far apart as a hand needs."""
        from reportlab.graphics.shapes import Drawing, Line

        apart, width = 19.0, self.width / 2 - 12
        drawn = Drawing(width, count * apart)
        for line in range(count):
            drawn.add(Line(0, line * apart + 1, width, line * apart + 1, strokeColor=_grey(), strokeWidth=0.5))
        return drawn

    def strip(self, first: int, until: int) -> Any:
        """Two empty lanes over the seconds from one to another."""
        from reportlab.graphics.shapes import Drawing, Line, Rect, String

        lane, foot, side = 38.0, 12.0, 26.0
        width = self.width - side - 8
        drawn = Drawing(self.width, 2 * lane + foot)
        body = _fonts()[False]
        for place, name in enumerate(_LANES):
            low = foot + (1 - place) * lane
            drawn.add(Rect(side, low, width, lane, fillColor=None, strokeColor=_grey(), strokeWidth=0.7))
            drawn.add(String(0, low + lane / 2, self.say(name), fontName=body, fontSize=8))
        every = 5 if until - first <= 60 else 10
        for second in range(-(-first // every) * every, until + 1, every):
            at = side + width * (second - first) / (until - first)
            drawn.add(Line(at, foot, at, foot + 2 * lane, strokeColor=_grey(), strokeWidth=0.2))
            drawn.add(String(at, 1, str(second), fontName=body, fontSize=7, textAnchor="middle"))
        return drawn


def _grey() -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor("#777777")


def _fitted(lesson: Lesson, what: str, story: Callable[[_Page], list[Any]], say: Say, columns: int) -> Sheet:
    """Sheet of one page, in the largest size that fits."""
    check_installed()
    title, found = f"{what}: {say(lesson.title)}", None
    low, high = 0, len(_SIZES)
    while low < high:  # a larger one does not fit where a smaller one does not
        middle = (low + high) // 2
        sheet = _set(title, story, _SIZES[middle], say, columns)
        if sheet is not None and sheet.pages == 1:
            found, low = sheet, middle + 1
        else:
            high = middle
    if found is None:
        raise DyadsimError(f"The lesson '{lesson.name}' has more words than a page takes; shorten its texts.")
    return found


def _set(title: str, story: Callable[[_Page], list[Any]], size: float, say: Say, columns: int) -> Sheet | None:
    """Sheet in a size; none where something in it is larger than a column."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate
    from reportlab.platypus.doctemplate import LayoutError

    width = (A4[0] - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    paddings = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    frames = [
        Frame(_MARGIN + column * (width + _GAP), _MARGIN, width, A4[1] - 2 * _MARGIN, **paddings)
        for column in range(columns)
    ]
    page, file = _Page(size, width, say), BytesIO()
    document = BaseDocTemplate(file, pagesize=A4, title=title, author="dyadsim", lang="en", invariant=1)
    document.addPageTemplates([PageTemplate(frames=frames)])
    try:
        document.build(story(page))
    except LayoutError:
        return None
    return Sheet(file.getvalue(), document.page, size, tuple(page.words))


@cache
def _fonts() -> tuple[str, str]:
    """Names of the text's font and its bold one, which come with matplotlib and have the signs that lessons use."""
    import matplotlib
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    names = ("DejaVuSans", "DejaVuSans-Bold")
    for name in names:
        pdfmetrics.registerFont(TTFont(name, Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")))
    return names
