"""Results folder of a comparison of services: a chunk for each arm and parameter set, with four tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from ..common.chunked_folder import ChunkedFolder
from ..common.errors import DyadsimError
from ..common.table_chunks import TableChunk, tables_at

__all__ = ["TABLES", "ArmChunk", "ComparisonManifest"]

TABLES: Mapping[str, str] = {
    "data": "what became of each family, one row a family",
    "waits": "each time that a family waited for a place",
    "events": "all that happened between service and families, with what it cost",
    "load": "what there was to do, one row a week and kind of staff, or programme",
}
"""Tables of a chunk, each in a folder of its own."""


@dataclass(frozen=True)
class ArmChunk(TableChunk):
    """One arm, lived with one parameter set.

    Attributes
    ----------
    arm : its name.
    set : number of the parameter set; 0 where there is one.
    """

    TABLES: ClassVar[Mapping[str, str]] = TABLES
    arm: str
    set: int

    @property
    def work(self) -> int:
        """One."""
        return 1

    def of(self) -> dict[str, Any]:
        return {"arm": self.arm, "set": self.set}


@dataclass
class ComparisonManifest(ChunkedFolder[ArmChunk]):
    """Contents of the results folder of a comparison, as its files have it; what was asked is the comparison."""

    KIND: ClassVar[str] = "services"
    ASKED: ClassVar[str] = "comparison"
    PACKAGES: ClassVar[tuple[str, ...]] = ("numpy", "pandas", "scipy", "numba", "pyarrow")

    @classmethod
    def chunk_said(cls, number: int, said: Mapping[str, Any]) -> ArmChunk:
        return ArmChunk(number, said["arm"], said["set"], size=said.get("size"), rows=said.get("rows"))

    def table(self, name: str, arm: str, number: int = 0) -> pd.DataFrame:
        """One of :data:`TABLES` of an arm with a parameter set.

        Raises
        ------
        DyadsimError
            if it is not there, or cannot be read.
        """
        chunk = next((each for each in self.chunks if (each.arm, each.set) == (arm, number) and each.done), None)
        if chunk is None:
            raise DyadsimError(f"'{arm}' is not in '{self.folder}' yet; the same command goes on.")
        return tables_at(self.folder, name, [chunk])[0]
