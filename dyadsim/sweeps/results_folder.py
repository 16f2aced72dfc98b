"""Results folder of a sweep: beside its chunks the points, and where weeks end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from ..common import chunked_folder
from ..common.chunked_folder import ChunkedFolder
from ..common.errors import DyadsimError
from ..common.files import make_folder, replacing
from ..common.parquet_files import read_parquet
from ..scenarios.outcomes import at_hand
from .chunk_work import Block
from .design import Design
from .points import points_between

__all__ = ["Chunk", "Manifest"]

_POINTS = "points.parquet"


@dataclass(frozen=True)
class Chunk(chunked_folder.Chunk):
    """One file of results: some dyads of some points (first, after the last) and, of a scenario, some weeks."""

    points: tuple[int, int]
    dyads: tuple[int, int]
    weeks: tuple[int, int] | None = None

    @property
    def ends(self) -> str:
        """The file that tells where its weeks ended."""
        return f"ends/{self.number:06d}.zip"

    @property
    def beside(self) -> tuple[str, ...]:
        return () if self.weeks is None else (self.ends,)

    @property
    def work(self) -> int:
        """Sessions, or weeks, of dyads that it holds."""
        weeks = 1 if self.weeks is None else self.weeks[1] - self.weeks[0]
        return (self.points[1] - self.points[0]) * (self.dyads[1] - self.dyads[0]) * weeks

    def of(self) -> dict[str, Any]:
        weeks = {} if self.weeks is None else {"weeks": self.weeks}
        return {"points": self.points, "dyads": self.dyads, **weeks}

    def block(self, points: pd.DataFrame) -> Block:
        """The work of this chunk: its points, dyads and weeks."""
        return Block(points_between(points, *self.points), self.dyads, self.weeks, self.ends)


@dataclass
class Manifest(ChunkedFolder[Chunk]):
    """Contents of the results folder of a sweep, as its files have it.

    Attributes
    ----------
    outcomes : their names.
    points : a row a point.
    """

    KIND: ClassVar[str] = "sweep"
    ASKED: ClassVar[str] = "design"
    PACKAGES: ClassVar[tuple[str, ...]] = ("numpy", "pandas", "scipy", "numba", "pyarrow", "SALib")
    outcomes: list[str]
    points: pd.DataFrame

    @classmethod
    def further_in(cls, path: Path, said: Mapping[str, Any]) -> tuple[list[str], pd.DataFrame]:
        points = read_parquet(path / _POINTS).set_index("point")
        return said["outcomes"], points.iloc[: said["points"]]

    @classmethod
    def chunk_said(cls, number: int, said: Mapping[str, Any]) -> Chunk:
        first, last = (tuple(said[key]) for key in ("points", "dyads"))
        weeks = tuple(said["weeks"]) if "weeks" in said else None
        return Chunk(number, first, last, weeks, after=said.get("after"), size=said.get("size"), rows=said.get("rows"))

    @cached_property
    def design(self) -> Design:
        """The design; outcomes that the user wrote are left out where their functions are not at hand.

        Raises
        ------
        DyadsimError
            if other files that it names are not there any more.
        """
        return Design(**{**self.asked, "outcomes": [each for each in self.asked.get("outcomes", ()) if at_hand(each)]})

    def told(self) -> dict[str, Any]:
        return {**super().told(), "outcomes": self.outcomes, "points": len(self.points)}

    def write_points(self) -> None:
        """Write the table of points."""
        make_folder(self.folder)
        with replacing(self.folder / _POINTS) as beside:
            self.points.reset_index().to_parquet(beside, index=False)

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
