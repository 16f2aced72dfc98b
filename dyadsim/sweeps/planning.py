"""Planning a sweep: which chunks a folder is to have, and how one that is there may grow.

A folder grows by more points, more replicates and more weeks. Nothing that is there is planned anew: new points get new
numbers, new replicates new dyads, and new weeks go on where the old ones ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.errors import DyadsimError
from ..development.course_file import FORM as SAVED
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from .chunk_work import rows_of_chunk
from .design import Design
from .factor import Factor
from .point_work import Job, payload_of
from .points import grown, points_of
from .results_folder import Chunk, Manifest, fingerprint

__all__ = ["planned"]

_MAY_GROW = ("points", "replicates", "factors", "table", "title", "says", "name")
_SECOND = {"simulation": 1 / 30_000, "law": 1 / 300}  # seconds that a dyad's session of five minutes takes, about
_WEEK = 1 / 5_000  # that a dyad's week takes
_POINT, _POINTS_WEEK = 0.002, 0.004  # that a point takes, and its week, however few dyads it has
_MOST_S, _LEAST_S, _PARTS = 1.0, 0.1, 64  # seconds of a chunk; chunks of a sweep, unless they would be too small
_SPAN = 50  # dyads of a point that stay together, since a point takes its time however few they are
_ROWS = 5_000  # dyads of a chunk at most, counted at each point
_PROBED = 3  # dyads


def planned(folder: Path, design: Design, rules: Rules) -> tuple[Manifest, Job]:
    """The folder with every chunk that the design asks for, those that are done among them, and the job they are of.

    Raises
    ------
    DyadsimError
        if the folder was made by another design, other rules or other parameters.
    """
    points, weeks, job = points_of(design), _weeks_of(design), Job.of(design, rules)
    _try_names(points, job)
    if not (folder / "manifest.json").is_file():
        _refuse_others(folder)
        said = design.model_dump(mode="json", exclude_defaults=True)
        new = Manifest(folder, said, list(design.asked()), points, _made_by(job, points, weeks))
        new.chunks = list(_blocks(design, (0, len(points)), (0, _units(design)), weeks, 0))
        new.write_points()
        new.write()
        return new, job
    old = Manifest.read(folder)
    old.sweep_up()
    _check_same(old, design, job)
    wider = _wider(old, design, grown(old.points, points, design))
    _grow(old, wider)
    return old, Job.of(wider, rules)


def _units(design: Design) -> int:
    return design.replicates * design.dyads


def _weeks_of(design: Design) -> tuple[int, int] | None:
    base = design.scenario
    return None if base is None else (base.first_week, base.stop)


def _refuse_others(folder: Path) -> None:
    other = next((path for path in sorted(folder.iterdir()) if not path.name.startswith(".")), None)
    if other is not None:
        raise DyadsimError(f"'{folder}' holds other files ('{other.name}'); give a folder of its own for results.")


def _try_names(points: pd.DataFrame, job: Job) -> None:
    """Refuse factors that a table names wrongly, before any work."""
    job.setup(Chunk(0, (0, 1), (0, 1)).block(points).points[0])


def _made_by(job: Job, points: pd.DataFrame, weeks: tuple[int, int] | None) -> dict[str, Any]:
    """By what a folder is made: names of the rules, and hashes of their tables and of what a few dyads come to."""
    first = Chunk(0, (0, 1), (0, min(_PROBED, job.design.dyads)), weeks)
    done = rows_of_chunk(payload_of(job), first.block(points))
    return {
        "infant": job.rules.infant.__qualname__,
        "mother": job.rules.mother.__qualname__,
        "tables": probe(job.rules),
        "outcomes": fingerprint(done),
        "saved_form": SAVED,
    }


# Growing ----------------------------------------------------------------------------------------------------------


def _check_same(old: Manifest, design: Design, job: Job) -> None:
    """Refuse what did not make the folder, and what cannot grow."""
    if probe(job.rules) != old.rules["tables"]:
        raise DyadsimError(
            f"'{old.folder}' was made by other rules ({old.rules['infant']}, {old.rules['mother']}; tables "
            f"{old.rules['tables']}) than those asked for; give another folder."
        )
    was, asked = (_fixed(said) for said in (old.asked, design.model_dump(mode="json", exclude_defaults=True)))
    if (key := next((key for key in (*was, *asked) if was.get(key) != asked.get(key)), None)) is not None:
        told = (_short(each.get(key, "as usual")) for each in (was, asked))
        raise DyadsimError(
            f"'{old.folder}' was made with {key} {next(told)}, and now {next(told)} is asked for; only points, "
            "replicates and weeks can grow. Give another folder."
        )
    if _made_by(job, old.points, old.chunks[0].weeks)["outcomes"] != old.rules["outcomes"]:
        raise DyadsimError(
            f"'{old.folder}' was made by another version of the model: the same dyads do not come to the same now; "
            "give another folder."
        )


def _fixed(said: dict[str, Any]) -> dict[str, Any]:
    """What must stay as it is, of a design in plain values."""
    fixed = {key: value for key, value in said.items() if key not in _MAY_GROW}
    fixed["names of factors"] = [factor["name"] for factor in said.get("factors", ())]
    if said.get("design") not in ("grid", "table", None):
        fixed["factors"] = said.get("factors")
    if "scenario" in said:
        scenario = {key: value for key, value in said["scenario"].items() if key not in ("weeks", "title", "question")}
        fixed["scenario"] = scenario
    return fixed


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _wider(old: Manifest, design: Design, points: pd.DataFrame) -> Design:
    """What is asked for with, where less of it is asked for than is there, what is there."""
    changes: dict[str, Any] = {"replicates": max(design.replicates, old.asked.get("replicates", 1))}
    if len(points) == len(old.points):
        factors = tuple(Factor(**each) for each in old.asked.get("factors", ()))
        changes |= {"points": old.asked.get("points"), "table": old.asked.get("table"), "factors": factors}
    if design.scenario is not None:
        ends = max(chunk.weeks[1] for chunk in old.chunks if chunk.weeks)
        weeks = max(design.scenario.weeks, ends - design.scenario.first_week)
        changes["scenario"] = design.scenario.changed({"weeks": weeks})
    old.points = points
    return design.changed(changes)


def _grow(old: Manifest, design: Design) -> None:
    """Add chunks for what the design has more of."""
    had = max((chunk.points[1] for chunk in old.chunks), default=0)
    units, more, weeks = max((chunk.dyads[1] for chunk in old.chunks), default=0), _units(design), _weeks_of(design)
    _more_weeks(old, weeks)
    for points, dyads in (((0, had), (units, more)), ((had, len(old.points)), (0, more))):
        old.chunks += _blocks(design, points, dyads, weeks, len(old.chunks))
    old.asked = design.model_dump(mode="json", exclude_defaults=True)
    old.write_points()
    old.write()


def _more_weeks(old: Manifest, weeks: tuple[int, int] | None) -> None:
    """A chunk that goes on for each whose weeks end earlier."""
    if weeks is None:
        return
    followed = {chunk.after for chunk in old.chunks}
    for chunk in [each for each in old.chunks if each.number not in followed]:
        assert chunk.weeks is not None, "weeks go on where there were some"
        if chunk.weeks[1] < weeks[1]:
            on = replace(
                chunk,
                number=len(old.chunks),
                weeks=(chunk.weeks[1], weeks[1]),
                after=chunk.number,
                size=None,
                rows=None,
                failures=(),
            )
            old.chunks.append(on)


def _blocks(
    design: Design, points: tuple[int, int], dyads: tuple[int, int], weeks: tuple[int, int] | None, number: int
) -> Iterator[Chunk]:
    """Chunks that cover some dyads of some points, each of about the same time; the same on every machine."""
    if points[1] <= points[0] or dyads[1] <= dyads[0]:
        return
    width = dyads[1] - dyads[0]
    point, each = _seconds(design, weeks)
    whole = (points[1] - points[0]) * (point + width * each)
    seconds = min(max(whole / _PARTS, _LEAST_S), _MOST_S)
    span = max(min(max(int(seconds / each), _SPAN), _ROWS, width), 1)
    step = max(min(int(seconds / (point + span * each)), _ROWS // span), 1)
    for first in range(*points, step):
        for dyad in range(*dyads, span):
            block = (first, min(first + step, points[1])), (dyad, min(dyad + span, dyads[1]))
            yield Chunk(number, *block, weeks)
            number += 1


def _seconds(design: Design, weeks: tuple[int, int] | None) -> tuple[float, float]:
    """About how long a point takes, and each of its dyads beside."""
    base = design.scenario
    if base is None or weeks is None:
        return _POINT, _SECOND[design.engine]
    lived = (weeks[1] - weeks[0]) * len(base.arms)
    return lived * _POINTS_WEEK, lived * _WEEK
