"""Work on a chunk: points and dyads go in, the bytes of its Parquet file come out.

A chunk depends on nothing but what goes in, so it gives the same bytes in this process, in another, and on a cluster.
A point that fails is told in the file itself and does not stop the others.
"""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..common.chunked_folder import FAILURES, Done, Failure, error_line
from ..common.errors import DyadsimError
from ..common.work_payload import opened
from ..development.course import Course
from ..development.course_file import write_course
from ..development.saved_course import saved_course
from ..interaction.tables import probe
from ..scenarios import outcomes
from ..scenarios.arms import Arm
from .design import Design
from .point_work import AT_ONCE, PointDyads, PointWork
from .points import Point

__all__ = ["Block", "failed", "rows_of_chunk"]


@dataclass(frozen=True)
class Block:
    """Order for a chunk: some dyads (first, after the last) of some points, and of a scenario some weeks.

    Attributes
    ----------
    ends : path, in the folder, of the file that is to tell where the weeks end.
    """

    points: Mapping[int, Point]
    dyads: tuple[int, int]
    weeks: tuple[int, int] | None = None
    ends: str = ""


_opened = functools.lru_cache(maxsize=2)(opened)


def rows_of_chunk(payload: bytes, block: Block, ends: bytes | None = None) -> Done:
    """Rows that come of a chunk, as the bytes of its file, and where its weeks end.

    Parameters
    ----------
    payload : as :func:`dyadsim.sweeps.point_work.payload_of` gives it.
    block : its points, dyads and weeks.
    ends : bytes of the zip file of the weeks before, for weeks that go on from there.

    Returns
    -------
    The chunk's file; what fails is told in it, and raises nothing.
    """
    files, work = _opened(payload)
    with files.reading():
        chunk = _Sessions(work) if block.weeks is None else _Weeks(work, block.weeks, block.ends, ends)
        for first, stop in work.spans(block.dyads):
            chunk.through(block.points, first, stop)
        return Done(chunk.file(), chunk.beside(), probe(work.rules))


def failed(payload: bytes, block: Block, error: str) -> Done:
    """File of a chunk of which nothing came, for a reason that its worker could not tell."""
    _, work = _opened(payload)
    chunk = _Sessions(work) if block.weeks is None else _Weeks(work, block.weeks, block.ends, None)
    chunk.failures = [{"point": number, "dyads": list(block.dyads), "error": error} for number in block.points]
    return Done(chunk.file(), chunk.beside(), probe(work.rules))


@dataclass
class _Sessions:
    """The sessions of a chunk, as they are worked out; what fails is kept beside."""

    work: PointWork
    frames: list[pd.DataFrame] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def through(self, points: Mapping[int, Point], first: int, stop: int) -> None:
        """Work out dyads ``first`` to before ``stop`` of all points; points that play alike go in one go."""
        by_play: dict[tuple[Any, ...], dict[int, PointDyads]] = {}
        for number, point in points.items():
            with self.noting([number], first, stop):
                dyads = self.work.dyads(point, first, stop)
                by_play.setdefault(dyads.plays, {})[number] = dyads
        each = max(AT_ONCE[self.work.design.engine] // (stop - first), 1)
        for alike in by_play.values():
            numbers = list(alike)
            for part in (numbers[n : n + each] for n in range(0, len(numbers), each)):
                self._played(alike, part)

    def _played(self, alike: Mapping[int, PointDyads], numbers: list[int]) -> None:
        try:
            frame = self.work.played(PointDyads.together([alike[number] for number in numbers]))
        except Exception as error:
            if len(numbers) > 1:  # find out which of them fails
                for number in numbers:
                    self._played(alike, [number])
                return
            units = alike[numbers[0]].cohort.units
            self.failures.append(_failure(numbers[0], int(units[0]), int(units[-1]) + 1, error))
            return
        self.keep(frame, np.repeat(numbers, len(frame) // len(numbers)))

    def keep(self, frame: pd.DataFrame, points: Any) -> None:
        """Keep rows that are worked out, with the points that they are of."""
        frame.insert(0, "point", points)
        frame.insert(1, "replicate", frame["dyad"] // self.work.design.dyads)
        self.frames.append(frame)

    @contextmanager
    def noting(self, numbers: Iterable[int], first: int, stop: int) -> Iterator[None]:
        """Note what fails; a rule or an outcome of the user's may raise anything."""
        try:
            yield
        except Exception as error:
            self.failures += [_failure(number, first, stop, error) for number in numbers]

    def beside(self) -> dict[str, bytes]:
        """Bytes of the files beside its own, by path; sessions have none."""
        return {}

    def file(self) -> bytes:
        """Bytes of the Parquet file."""
        schema = schema_of(self.work.design).with_metadata({FAILURES: json.dumps(self.failures).encode()})
        table = schema.empty_table()
        if self.frames:
            frame = pd.concat(self.frames, ignore_index=True).sort_values(["point", "dyad"], kind="stable")
            table = pa.Table.from_pandas(frame, schema, preserve_index=False)
        sink = io.BytesIO()
        texts = [name for name in ("arm", "episode") if name in schema.names]
        pq.write_table(table.replace_schema_metadata(schema.metadata), sink, compression="zstd", use_dictionary=texts)
        return sink.getvalue()


class _Weeks(_Sessions):
    """The weeks of a chunk, and where they end: a zip file, a saved course in it a point, part of dyads and arm."""

    def __init__(self, work: PointWork, weeks: tuple[int, int], file: str, before: bytes | None) -> None:
        super().__init__(work)
        self.first_week, self.stop = weeks
        self._file = file
        self._before = None if before is None else zipfile.ZipFile(io.BytesIO(before))
        self._sink = io.BytesIO()
        self._ends = zipfile.ZipFile(self._sink, "w")

    def through(self, points: Mapping[int, Point], first: int, stop: int) -> None:
        for number, point in points.items():
            with self.noting([number], first, stop):
                self.keep(self._rows(number, point, first, stop), number)

    def _rows(self, number: int, point: Point, first: int, stop: int) -> pd.DataFrame:
        frames, ends = [], {}
        for place, (arm, course) in enumerate(self._courses(number, point, first, stop)):
            seen = outcomes.of_course(course, self._visits, self.work.design.outcome_functions)
            frames.append(seen.assign(arm=arm))
            with TemporaryDirectory() as folder:
                end = course.development, course.weeks.stop, course.states[-1], course.starting_states
                path = write_course(Path(folder) / "course.npz", *end, marked=False)
                ends[_entry(number, first, place)] = path.read_bytes()
        for name, content in ends.items():  # all arms, or none
            self._ends.writestr(zipfile.ZipInfo(name), content)
        return pd.concat(frames, ignore_index=True)

    @property
    def _visits(self) -> list[int]:
        """Weeks whose outcomes are kept: those of the scenario and, where it leaves them out, the last.

        The week in which one chunk ends and the next begins is kept by the former.
        """
        scenario = self.work.design.scenario
        assert scenario is not None, "weeks are asked for"
        weeks = {*scenario.visits(), *(() if scenario.outputs.weeks else (self.stop,))}
        first = self.first_week + (self._before is not None)
        return sorted(week for week in weeks if first <= week <= self.stop)

    def _courses(self, number: int, point: Point, first: int, stop: int) -> Iterator[tuple[str, Course]]:
        """The course of these weeks, by arm: from the start, or from where the weeks before ended."""
        if self._before is None:
            yield from self.work.courses(point, first, stop, self.stop - self.first_week)
            return
        for place, arm in enumerate(self.work.scenario(point).arms):
            entry = _entry(number, first, place)
            if entry not in self._before.namelist():
                raise DyadsimError(f"These dyads did not reach week {self.first_week}.")
            yield arm.name, self._gone_on(self._before.read(entry), arm)

    def _gone_on(self, content: bytes, arm: Arm) -> Course:
        rules = self.work.rules
        acting = {offer.completed().rule for offer in arm.interventions}
        with TemporaryDirectory() as folder:
            path = Path(folder) / "course.npz"
            path.write_bytes(content)
            saved = saved_course(path, infant=rules.infant, mother=rules.mother, interventions=acting, threads=1)
        return saved.go_on(self.stop - self.first_week)

    def beside(self) -> dict[str, bytes]:
        """Bytes of the zip file that tells where weeks ended."""
        self._ends.close()
        return {self._file: self._sink.getvalue()}


def _entry(number: int, first: int, arm: int) -> str:
    """Name, in the zip file of ends, of a point's dyads from ``first`` on in one arm."""
    return f"{number}-{first}-{arm}.npz"


def _failure(point: int, first: int, stop: int, error: Exception) -> Failure:
    return {"point": point, "dyads": [first, stop], "error": error_line(error)}


def schema_of(design: Design) -> pa.Schema:
    """Columns of a sweep's data: what a row is of, then its outcomes."""
    keys = [("point", pa.int64()), ("replicate", pa.int64()), ("dyad", pa.int64())]
    of = [("episode", pa.string())] if design.scenario is None else [("arm", pa.string()), ("week", pa.int64())]
    return pa.schema([*keys, *of, *((name, pa.float64()) for name in design.outcome_functions)])
