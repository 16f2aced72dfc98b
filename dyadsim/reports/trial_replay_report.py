"""Report of a dyad of a trial that was lived through again: what the trial saw of it, and its weeks in every arm."""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd

from .. import plots
from ..trials.trial_replay import TrialReplay
from .folder import write_tables

__all__ = ["write"]

_STATES = ("sensitivity", "depression", "stress", "bonding", "regulation", "expectation")


def write(replay: TrialReplay) -> tuple[dict[str, Any], pd.DataFrame, list[str]]:
    """Write what was seen of the dyad, its weeks in every arm and a picture into the folder of its results.

    Returns
    -------
    what is said, for programs; what was recorded beside what is replayed; the files.
    """
    folder = replay.results.folder / "replays" / f"replicate-{replay.replicate}-dyad-{replay.dyad}"
    same = "The same as recorded, to the bit." if replay.same else "Not the same as recorded."
    said: dict[str, Any] = {"replicate": replay.replicate, "dyad": replay.dyad, "arm": replay.arm, "same": replay.same}
    said["says"] = f"In the arm '{replay.arm}'. {same}"
    weeks = pd.concat([course.frame().assign(arm=arm) for arm, course in replay.courses.items()], ignore_index=True)
    pictures = {"weeks": plots.courses({arm: (course,) for arm, course in replay.courses.items()}, list(_STATES))}
    tables = {"seen": replay.beside(), "weeks": weeks}
    about = {**replay.course().provenance, **said, "command": sys.argv}
    return said, tables["seen"], write_tables(folder, "trial", tables, about, pictures)
