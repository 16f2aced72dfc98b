"""The command for lessons: ``lesson``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .. import NOTICE
from .app import AsJson, InfantRule, MotherRule, app, path_option, rules_of, usual_folder
from .shipped_lists import print_shipped

__all__ = ["lesson"]


@app.command(epilog=NOTICE)
def lesson(
    name: Annotated[
        str | None, typer.Argument(help="A shipped lesson, or a TOML file. Without it, lessons are listed.")
    ] = None,
    out: Annotated[Path | None, path_option("Folder for the sheets. Default: the lesson's name.")] = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
    as_json: AsJson = False,
) -> None:
    """Write a lesson's sheets: notes for whoever teaches it and a worksheet, a page of A4 each, as PDF.

    Their numbers and right predictions are worked out from the rules. It needs the extra 'dashboard' (python -m pip
    install "dyadsim[dashboard]").

    Example: dyadsim lesson rupture-and-repair --out lesson
    """
    from ..scenarios.lesson import Lesson
    from . import terminal

    if name is None:
        print_shipped("lessons", Lesson, "Lessons", "Write the sheets of one by its name")
        return
    from ..reports.lesson_sheets import check_installed, teachers_notes, worksheet
    from ..reports.output_folder import check_folder, write_folder

    check_installed()
    asked, rules = Lesson.load(name), rules_of(infant, mother).alone()
    folder = usual_folder("lesson", asked.name) if out is None else out
    names = ("notes.pdf", "worksheet.pdf")
    check_folder(folder, "lesson", names)
    with terminal.progress("setting the sheets"):
        sheets = (teachers_notes(asked, rules), worksheet(asked, rules))
        contents = dict(zip(names, sheets, strict=True))
        about = {"lesson": asked.name, "infant": infant, "mother": mother, "command": sys.argv}
        files = write_folder(folder, "lesson", contents, "provenance.json", about)
    steps = [{"title": step.title, "line": step.line} for step in asked.steps]
    if as_json:
        terminal.print_json({"name": asked.name, "title": asked.title, "steps": steps, "files": files})
    else:
        terminal.print_lines(asked.title, [f"{step['title']}: {step['line']}" for step in steps], files)
