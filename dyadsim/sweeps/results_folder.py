"""Results folder: ``manifest.json`` (what was asked, and what is there), points, chunks, where weeks end.

Every file is written beside its place and renamed, so whatever a killed run leaves is whole. A chunk is done when its
file is there and sound; the manifest says so too, but may lag behind.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .. import NOTICE, __version__
from ..common.errors import DyadsimError
from ..common.files import make_folder, path_of, replacing, write_bytes
from ..scenarios.outcomes import at_hand
from .chunk_work import FAILURES, Block, Done, Failure
from .design import Design
from .points import points_between

__all__ = ["Chunk", "Manifest"]

FORM = 1
"""Version of the folder's form; a folder of another version is refused."""
_FILE, _POINTS = "manifest.json", "points.parquet"
_PACKAGES = ("numpy", "pandas", "scipy", "numba", "pyarrow", "SALib")
"""Those by which points are laid and numbers worked out."""


def _versions() -> dict[str, str]:
    """What is installed here of all that lays points and works out numbers."""
    installed = {name: version(name) for name in _PACKAGES}
    return {"dyadsim": __version__, "python": platform.python_version(), **installed}


@dataclass(frozen=True)
class Chunk:
    """One file of results: some dyads of some points (first, after the last) and, of a scenario, some weeks.

    Attributes
    ----------
    after : the number of the chunk at whose end its weeks go on.
    size, rows : of its file, once it is there; None before.
    failures : what failed in it.
    """

    number: int
    points: tuple[int, int]
    dyads: tuple[int, int]
    weeks: tuple[int, int] | None = None
    after: int | None = None
    size: int | None = None
    rows: int | None = None
    failures: tuple[Failure, ...] = ()

    @property
    def file(self) -> str:
        return f"data/{self.number:06d}.parquet"

    @property
    def ends(self) -> str:
        """The file that tells where its weeks ended."""
        return f"ends/{self.number:06d}.zip"

    @property
    def done(self) -> bool:
        return self.size is not None

    @property
    def work(self) -> int:
        """Sessions, or weeks, of dyads that it holds."""
        weeks = 1 if self.weeks is None else self.weeks[1] - self.weeks[0]
        return (self.points[1] - self.points[0]) * (self.dyads[1] - self.dyads[0]) * weeks

    def block(self, points: pd.DataFrame) -> Block:
        """The work of this chunk: its points, dyads and weeks."""
        return Block(points_between(points, *self.points), self.dyads, self.weeks)

    def said(self) -> dict[str, Any]:
        """Its line in the manifest."""
        status = ("failed" if self.failures and not self.rows else "done") if self.done else "missing"
        told: dict[str, Any] = {"file": self.file, "status": status, "points": self.points, "dyads": self.dyads}
        optional = {"weeks": self.weeks, "after": self.after, "rows": self.rows, "size": self.size}
        return {**told, **{name: value for name, value in optional.items() if value is not None}}


@dataclass
class Manifest:
    """Contents of a results folder, as its files have it.

    Attributes
    ----------
    folder : where it is.
    asked : the design, in plain values, as it has grown to be.
    outcomes : their names.
    points : a row a point.
    rules : names and hashes of what it was made by.
    chunks : in the order in which they were planned.
    runs : when, how and with which versions it was worked on.
    made_with : versions of all that had a part in the run that laid the points; each of the ``runs`` has its own.
    damaged : sentences on chunks whose files are not what they were.
    """

    folder: Path
    asked: dict[str, Any]
    outcomes: list[str]
    points: pd.DataFrame
    rules: Mapping[str, Any]
    chunks: list[Chunk] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    made_with: Mapping[str, str] = field(default_factory=_versions)
    damaged: list[str] = field(default_factory=list)

    def __getstate__(self) -> dict[str, Any]:
        """What is sent, with the whole path: another process may stand in another directory."""
        return vars(self) | {"folder": self.folder.absolute()}

    @classmethod
    def read(cls, folder: str | Path) -> Manifest:
        """The manifest of a folder, every chunk looked at.

        Raises
        ------
        DyadsimError
            if it is no results folder, or one of another form.
        """
        path = path_of(folder)
        if not (path / _FILE).is_file():
            raise DyadsimError(f"'{folder}' is no results folder: it has no {_FILE}.")
        try:
            said = json.loads((path / _FILE).read_text("utf-8"))
            if said["form"] != FORM:
                raise DyadsimError(f"'{folder}' has another form (version {said['dyadsim']} of dyadsim made it).")
            points = pd.read_parquet(path / _POINTS).set_index("point").iloc[: said["points"]]
            made_with = {"dyadsim": said["dyadsim"], "python": said["python"], **said["made_with"]}
            chunks = [_chunk(number, each) for number, each in enumerate(said["chunks"])]
        except DyadsimError as error:
            raise error from None
        except Exception:  # whatever damaged files make the readers say
            raise DyadsimError(f"'{folder}' cannot be read: its manifest or its points are damaged.") from None
        found = cls(path, said["design"], said["outcomes"], points, said["rules"], [], said["runs"], made_with)
        found.chunks = [found._looked_at(chunk) for chunk in chunks]
        return found

    @cached_property
    def design(self) -> Design:
        """The design; outcomes that the user wrote are left out where their functions are not at hand.

        Raises
        ------
        DyadsimError
            if other files that it names are not there any more.
        """
        return Design(**{**self.asked, "outcomes": [each for each in self.asked.get("outcomes", ()) if at_hand(each)]})

    def _looked_at(self, chunk: Chunk) -> Chunk:
        """The chunk as its file has it: done if that is sound."""
        path, missing = self.folder / chunk.file, replace(chunk, size=None, rows=None, failures=())
        if not path.is_file():
            if chunk.done:
                self.damaged.append(f"Chunk '{path}' is missing.")
            return missing
        try:
            meta = pq.read_metadata(path)
            failures = json.loads((meta.metadata or {})[FAILURES])
        except (pa.ArrowException, OSError, KeyError, ValueError):
            self.damaged.append(f"Chunk '{path}' is truncated or damaged; the others can be read.")
            return missing
        if chunk.size not in (None, path.stat().st_size):
            self.damaged.append(f"Chunk '{path}' is not what was written; the others can be read.")
            return missing
        if chunk.weeks is not None and not (self.folder / chunk.ends).is_file():
            return missing
        return replace(chunk, size=path.stat().st_size, rows=meta.num_rows, failures=tuple(failures))

    def write(self) -> None:
        """Write the manifest, whole or not at all."""
        make_folder(self.folder)
        lines = {key: json.dumps(value, ensure_ascii=False, default=str) for key, value in self._said().items()}
        chunks = ",\n  ".join(json.dumps(chunk.said()) for chunk in self.chunks)
        text = ",\n".join(f'"{key}": {value}' for key, value in lines.items())
        with replacing(self.folder / _FILE) as beside:
            beside.write_text(f'{{\n{text},\n"chunks": [\n  {chunks}\n]\n}}\n', encoding="utf-8")

    def _said(self) -> dict[str, Any]:
        made_with = dict(self.made_with)
        return {
            "form": FORM,
            "notice": NOTICE,
            "dyadsim": made_with.pop("dyadsim"),
            "python": made_with.pop("python"),
            "made_with": made_with,
            "rules": dict(self.rules),
            "design": self.asked,
            "outcomes": self.outcomes,
            "points": len(self.points),
            "failures": [failure for chunk in self.chunks for failure in chunk.failures],
            "runs": self.runs,
        }

    def write_points(self) -> None:
        """Write the table of points."""
        make_folder(self.folder)
        with replacing(self.folder / _POINTS) as beside:
            self.points.reset_index().to_parquet(beside, index=False)

    def keep(self, number: int, done: Done) -> Chunk:
        """Write what came of a chunk: where its weeks ended first, so that a file that is there is done."""
        chunk = self.chunks[number]
        if done.ends is not None:
            _write(self.folder / chunk.ends, done.ends)
        _write(self.folder / chunk.file, done.data)
        self.chunks[number] = self._looked_at(replace(chunk, size=len(done.data)))
        return self.chunks[number]

    def holds(self, number: int, done: Done) -> bool:
        """Whether the file of a chunk is there as this result has it."""
        path = self.folder / self.chunks[number].file
        return path.is_file() and path.stat().st_size == len(done.data)

    def ended(self, number: int) -> bytes:
        """Bytes of the file that tells where the weeks of a chunk ended.

        Raises
        ------
        DyadsimError
            if it cannot be read.
        """
        path = self.folder / self.chunks[number].ends
        try:
            return path.read_bytes()
        except OSError as error:
            raise DyadsimError(f"'{path}' cannot be read: {error.strerror or error}.") from None

    def missing(self) -> Iterator[Chunk]:
        """Chunks that are not done, or in which something failed: it is tried again."""
        return (chunk for chunk in self.chunks if not chunk.done or chunk.failures)

    def begin_run(self) -> None:
        """Note that it is worked on."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.runs.append({"began": now, "command": sys.argv, "chunks": 0, "seconds": 0.0, "made_with": _versions()})

    def sweep_up(self) -> None:
        """Remove what a killed run has left half-written."""
        for part in self.folder.glob("**/.*.part"):
            part.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    write_bytes(path, content)


def _chunk(number: int, said: Mapping[str, Any]) -> Chunk:
    first, last = (tuple(said[key]) for key in ("points", "dyads"))
    weeks = tuple(said["weeks"]) if "weeks" in said else None
    return Chunk(number, first, last, weeks, said.get("after"), said.get("size"), said.get("rows"))
