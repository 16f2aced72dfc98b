"""Results folder of a scenario over generations: a chunk for each arm and generation, with two tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from ..common.chunked_folder import ChunkedFolder
from ..common.errors import DyadsimError
from ..common.table_chunks import TableChunk, tables_at

__all__ = ["TABLES", "GenerationChunk", "GenerationManifest"]

TABLES: Mapping[str, str] = {
    "data": "mothers and infants, one row a family",
    "children": "what childhood left and what they bring as adults, one row a child: from here the next generation "
    "goes on",
    "gap": "the tie of her state of mind and his security by its ways, one row a way, of what is declared",
    "lineage": "persons and their parents, one row each: the caregivers of the first generation, those who came from "
    "elsewhere, and the children",
}
"""Tables of a chunk, each in a folder of its own."""


@dataclass(frozen=True)
class GenerationChunk(TableChunk):
    """One generation of an arm.

    Attributes
    ----------
    arm : its name.
    generation : its number.
    """

    TABLES: ClassVar[Mapping[str, str]] = TABLES
    arm: str
    generation: int

    @property
    def work(self) -> int:
        """One."""
        return 1

    def of(self) -> dict[str, Any]:
        return {"arm": self.arm, "generation": self.generation}


@dataclass
class GenerationManifest(ChunkedFolder[GenerationChunk]):
    """Contents of the results folder of a scenario over generations; what was asked is the scenario."""

    KIND: ClassVar[str] = "generations"
    ASKED: ClassVar[str] = "scenario"
    PACKAGES: ClassVar[tuple[str, ...]] = ("numpy", "pandas", "scipy", "numba", "pyarrow")

    @classmethod
    def chunk_said(cls, number: int, said: Mapping[str, Any]) -> GenerationChunk:
        after, size, rows = (said.get(name) for name in ("after", "size", "rows"))
        return GenerationChunk(number, said["arm"], said["generation"], after=after, size=size, rows=rows)

    def table(self, name: str, arm: str, generation: int) -> pd.DataFrame:
        """One of :data:`TABLES` of an arm and generation.

        Raises
        ------
        DyadsimError
            if it is not there, or cannot be read.
        """
        found = (each for each in self.chunks if (each.arm, each.generation) == (arm, generation) and each.done)
        chunk = next(found, None)
        if chunk is None:
            raise DyadsimError(
                f"Generation {generation} of '{arm}' is not in '{self.folder}' yet; the same command goes on."
            )
        return tables_at(self.folder, name, [chunk])[0]
