"""Plan of a sweep: which chunks a folder is to have, and how one that is there may grow.

A folder grows by more points, more replicates and more weeks. Nothing that is there is planned anew: new points get new
numbers, new replicates new dyads, and new weeks go on where the old ones ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import pandas as pd

from ..common.chunked_folder import check_empty, check_same_files
from ..common.errors import DyadsimError
from ..interaction.rule_set import Rules
from .design import Design
from .factor import Factor
from .made_by import made_by, same_model, same_rules
from .point_work import PointWork
from .points import grown, point_at, points_of
from .results_folder import Chunk, Manifest
from .user_inputs import check_no_new_files, marks_of_inputs

__all__ = ["planned"]

_MAY_GROW = ("points", "replicates", "factors", "table", "title", "says", "name")
_SECOND = {"simulation": 1 / 30_000, "law": 1 / 300}  # seconds that a dyad's session of five minutes takes, about
_WEEK = 1 / 5_000  # that a dyad's week takes
_POINT, _POINTS_WEEK = 0.002, 0.004  # that a point takes, and its week, however few dyads it has
_MOST_S, _LEAST_S, _PARTS = 1.0, 0.1, 64  # seconds of a chunk; chunks of a sweep, unless they would be too small
_SPAN = 50  # dyads of a point that stay together, since a point takes its time however few they are
_ROWS = 5_000  # dyads of a chunk at most, counted at each point


def planned(folder: Path, design: Design, rules: Rules) -> tuple[Manifest, PointWork]:
    """The folder with every chunk that the design asks for, those that are done among them, and the work on them.

    Raises
    ------
    DyadsimError
        if the folder was made by another design, other files, other rules or other parameters.
    """
    points, weeks, work = points_of(design), _weeks_of(design), PointWork.of(design, rules)
    work.setup(point_at(points, 0))  # refuses factors that a table names wrongly, before any work
    if not (folder / "manifest.json").is_file():
        check_empty(folder)
        said = design.model_dump(mode="json", exclude_defaults=True)
        made = made_by(work, points, weeks, marks_of_inputs(design, work, points))
        new = Manifest(folder, said, made, list(design.outcome_functions), points)
        new.chunks = list(_chunks(design, (0, len(points)), (0, _units(design)), weeks, 0))
        new.write_points()
        new.write()
        return new, work
    old = Manifest.read(folder)
    old.sweep_up()
    _check_same(old, design, work, points)
    wider = _wider(old, design, grown(old.points, points, design))
    _grow(old, wider)
    return old, PointWork.of(wider, rules)


def _units(design: Design) -> int:
    """Dyads of each point, over all replicates."""
    return design.replicates * design.dyads


def _weeks_of(design: Design) -> tuple[int, int] | None:
    """The scenario's first week, and that after its last; None of sessions."""
    base = design.scenario
    return None if base is None else (base.first_week, base.stop)


# Growing ----------------------------------------------------------------------------------------------------------


def _check_same(old: Manifest, design: Design, work: PointWork, points: pd.DataFrame) -> None:
    """Refuse a design, files, rules or a model that did not make the folder, and changes by which it cannot grow."""
    files, was = marks_of_inputs(design, work, points), old.rules.get("files")
    if was is None and files:
        raise DyadsimError(
            f"'{old.folder}' was made before files were noted, so nothing tells whether '{next(iter(files))}' is what "
            "it was; it can be read, but for more give another folder."
        )
    was = was or {}
    check_same_files(old.folder, was, files)
    if not same_rules(old.rules, work.rules):
        raise DyadsimError(
            f"'{old.folder}' was made by other rules ({old.rules['infant']}, {old.rules['mother']}; tables "
            f"{old.rules['tables']}) than those asked for; give another folder."
        )
    before, asked = (_fixed(said) for said in (old.asked, design.model_dump(mode="json", exclude_defaults=True)))
    if (key := next((key for key in (*before, *asked) if before.get(key) != asked.get(key)), None)) is not None:
        told = (_short(each.get(key, "as usual")) for each in (before, asked))
        file = f" in '{design.scenario_file}'" if design.scenario_file and key.startswith("scenario") else ""
        raise DyadsimError(
            f"'{old.folder}' was made with {key} {next(told)}, and now {next(told)} is asked for{file}; only points, "
            "replicates and weeks can grow. Give another folder."
        )
    check_no_new_files(old.folder, was, design, work)
    if not same_model(old.rules, work, old.points, old.chunks[0].weeks):
        raise DyadsimError(
            f"'{old.folder}' was made by another version of the model: the same dyads do not come to the same now; "
            "give another folder."
        )
    old.rules = {**old.rules, "files": {**was, **files}}


def _fixed(said: dict[str, Any]) -> dict[str, Any]:
    """The part of a design, in plain values, that must stay as it is."""
    fixed = {key: value for key, value in said.items() if key not in _MAY_GROW}
    fixed["names of factors"] = [factor["name"] for factor in said.get("factors", ())]
    if said.get("design") not in ("grid", "table", None):
        fixed["factors"] = said.get("factors")
    if "scenario" in said:
        del fixed["scenario"]
        parts = said["scenario"].items()
        fixed |= {f"scenario's {key}": value for key, value in parts if key not in ("weeks", "title", "question")}
    return {key: _wherever(value) for key, value in fixed.items()}


def _wherever(said: Any) -> Any:
    """Plain values with files of the user's named without their folder, which may be moved; hashes tell them apart."""
    if isinstance(said, dict):
        return {key: _wherever(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_wherever(value) for value in said]
    return PurePath(said).name if isinstance(said, str) and (said.endswith(".toml") or ".py:" in said) else said


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _wider(old: Manifest, design: Design, points: pd.DataFrame) -> Design:
    """The design that is asked for; where it asks for less than the folder has, with what the folder has."""
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
        old.chunks += _chunks(design, points, dyads, weeks, len(old.chunks))
    old.asked = design.model_dump(mode="json", exclude_defaults=True)
    old.write_points()
    old.write()


def _more_weeks(old: Manifest, weeks: tuple[int, int] | None) -> None:
    """Add, for each chunk whose weeks end too early, one that goes on from there."""
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


def _chunks(
    design: Design, points: tuple[int, int], dyads: tuple[int, int], weeks: tuple[int, int] | None, number: int
) -> Iterator[Chunk]:
    """Chunks that cover some dyads of some points and each take about as long; the same on every machine.

    Parameters
    ----------
    points, dyads, weeks : of each the first, and that after the last.
    number : of the first chunk.
    """
    if points[1] <= points[0] or dyads[1] <= dyads[0]:
        return
    # Seconds of a chunk: a part of the whole work, neither too small nor too large.
    width = dyads[1] - dyads[0]
    point, each = _seconds(design, weeks)
    whole = (points[1] - points[0]) * (point + width * each)
    seconds = min(max(whole / _PARTS, _LEAST_S), _MOST_S)
    # So many dyads of a point, and so many points, take that long.
    span = max(min(max(int(seconds / each), _SPAN), _ROWS, width), 1)
    step = max(min(int(seconds / (point + span * each)), _ROWS // span), 1)
    for first in range(*points, step):
        for dyad in range(*dyads, span):
            yield Chunk(number, (first, min(first + step, points[1])), (dyad, min(dyad + span, dyads[1])), weeks)
            number += 1


def _seconds(design: Design, weeks: tuple[int, int] | None) -> tuple[float, float]:
    """Seconds that a point takes, about, and those that each of its dyads adds."""
    base = design.scenario
    if base is None or weeks is None:
        return _POINT, _SECOND[design.engine]
    course_weeks = (weeks[1] - weeks[0]) * len(base.arms)
    return course_weeks * _POINTS_WEEK, course_weeks * _WEEK
