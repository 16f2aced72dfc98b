"""Report of a replayed dyad: its measures beside those recorded, and its session second by second."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd

from .. import plots
from ..sweeps.replay import Replay
from .folder import write_tables
from .output_folder import check_folder

__all__ = ["write"]

_FILES = ("measures.csv", "events.csv", "states.csv", "timeline.png", "weeks.png", "provenance.json")
_SAYS = {
    None: "Nothing was recorded of this dyad (yet, or it failed).",
    True: "The same as recorded, to the bit.",
    False: "Not the same as recorded.",
}
"""What is said of a replay, by whether it is the same as what was recorded."""


def write(replay: Replay, week: int | None, arm: str | None, out: Path | None) -> tuple[dict[str, Any], Any, list[str]]:
    """Write timeline, measures and provenance into a folder; gives what is said, a table for people, and the files.

    Raises
    ------
    DyadsimError
        for an arm that there is not, a week that is not among the dyad's, or a folder that cannot be written.
    """
    folder = out or replay.results.folder / "replays" / f"point-{replay.point}-dyad-{replay.dyad}"
    check_folder(folder, "replay", _FILES)
    session = replay.session(week, arm)
    levels = dict(replay.results.point(replay.point).levels)
    where = ", ".join(f"{name} {level}" for name, level in levels.items())
    says = f"At {where}. {_SAYS[replay.same]}"
    said: dict[str, Any] = {"point": levels, "dyad": replay.dyad, "same": replay.same, "says": says}
    design = replay.work.design
    scheme = None if design.scenario is not None else design.interaction.scheme
    tables = {"measures": replay.beside(), "events": session.events(scheme), "states": _states(session)}
    about = {**session.provenance, **said, "command": sys.argv}
    pictures = {"timeline": plots.timeline(session, 0, scheme)}
    if design.scenario is not None:
        pictures["weeks"] = plots.courses(replay.courses, list(design.scenario.states()))
    return said, tables["measures"], write_tables(folder, "replay", tables, about, pictures)


def _states(session: Any) -> pd.DataFrame:
    """The states of both and the infant's arousal, one row a second."""
    names = [[state.name for state in partner] for partner in (session.codes.infant, session.codes.mother)]
    infant, mother = session.infant[0], session.mother[0]
    return pd.DataFrame(
        {
            "second": range(len(infant)),
            "infant": [names[0][state] for state in infant],
            "mother": [names[1][state] for state in mother],
            "arousal": session.arousal[0],
        }
    )
