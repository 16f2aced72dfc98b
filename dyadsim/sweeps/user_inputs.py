"""Files and code of the user's that a sweep goes by, marked, so that no folder mixes what two contents of one gave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..common.errors import DyadsimError
from ..common.toml_models import files_named
from ..common.user_files import Marks, mark
from ..common.user_sources import marks_of
from .design import Design
from .point_work import PointWork, user_objects

__all__ = ["check_no_new_files", "marks_of_inputs"]


def marks_of_inputs(design: Design, work: PointWork, points: pd.DataFrame) -> dict[str, str]:
    """Hashes, by path, of every file of the user's by which some points of a design are worked out.

    These are the TOML files that the design or its points name, those that these name in turn, and of rules, outcomes
    and rules of interventions the Python files with all modules of the user's that they import. A scenario's own file
    is none of them: it stands in the design, and may grow; the same is true of a table of points.
    """
    levels = [str(level) for name in points for level in points[name].unique() if isinstance(level, str)]
    return _fixed_marks(design, work) | _marked(files_named([design.model_dump(mode="json"), list(points), levels]))


def check_no_new_files(folder: Path, was: Marks, design: Design, work: PointWork) -> None:
    """Refuse files that did not go into a folder, but for those that new points need.

    Raises
    ------
    DyadsimError
        for the first of them.
    """
    known = {Path(file).name for file in was}
    if new := next((file for file in _fixed_marks(design, work) if Path(file).name not in known), None):
        raise DyadsimError(f"'{new}' was not there when '{folder}' was made; give another folder.")


def _fixed_marks(design: Design, work: PointWork) -> dict[str, str]:
    """Hashes of what every point goes by."""
    said = design.model_dump(mode="json", exclude={"factors", "table"})
    found = _marked(files_named(said))
    for each in user_objects(work):
        found |= marks_of(each)
    return found | _entries(design)


def _entries(design: Design) -> dict[str, str]:
    """Hashes of interventions that were given in Python, which a design tells by their names only."""
    arms: Any = () if design.scenario is None else design.scenario.arms
    offers = [offer for arm in arms for offer in arm.interventions]
    given = [offer.completed().entry for offer in offers if not isinstance(offer.name, str) or ".py:" in offer.name]
    return {f"intervention {entry.name}": mark(entry.toml().encode()) for entry in given}


def _marked(files: dict[str, bytes]) -> dict[str, str]:
    return {path: mark(content) for path, content in files.items()}
