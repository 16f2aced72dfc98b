"""Results folder of a trial: chunks of replicates, each with five tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import pandas as pd

from ..common import chunked_folder
from ..common.chunked_folder import ChunkedFolder
from ..common.table_chunks import TableChunk, tables_at

__all__ = ["TABLES", "ReplicateChunk", "ReplicateManifest", "TrialChunk", "TrialManifest"]

TABLES: Mapping[str, str] = {
    "data": "what the trial saw, one row a dyad",
    "twins": "what each dyad came to in each arm, one row a dyad and arm",
    "estimates": "what the paper would print, and what was true, one row a replicate and analysis",
    "steps": "what each step from the truth to the data costs, one row a replicate, estimand and step",
    "flow": "how many are where, one row a replicate and arm",
}
"""Tables of a chunk, each in a folder of its own."""


@dataclass(frozen=True)
class ReplicateChunk(chunked_folder.Chunk):
    """Some replicates: the first, and that after the last."""

    replicates: tuple[int, int]

    @property
    def work(self) -> int:
        """Replicates."""
        return self.replicates[1] - self.replicates[0]

    def of(self) -> dict[str, Any]:
        return {"replicates": self.replicates}


@dataclass(frozen=True)
class TrialChunk(ReplicateChunk, TableChunk):
    """Some replicates of a trial."""

    TABLES: ClassVar[Mapping[str, str]] = TABLES


AnyReplicates = TypeVar("AnyReplicates", bound=ReplicateChunk)


@dataclass
class ReplicateManifest(ChunkedFolder[AnyReplicates]):
    """Contents of a results folder of replicates, as its files have it.

    Attributes
    ----------
    CHUNK : the class of its chunks.
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("numpy", "pandas", "scipy", "numba", "pyarrow", "statsmodels")
    CHUNK: ClassVar[type[Any]]

    @classmethod
    def chunk_said(cls, number: int, said: Mapping[str, Any]) -> AnyReplicates:
        chunk: AnyReplicates = cls.CHUNK(
            number, tuple(said["replicates"]), size=said.get("size"), rows=said.get("rows")
        )
        return chunk

    @property
    def replicates(self) -> int:
        """How many replicates are there."""
        return sum(chunk.work for chunk in self.chunks if chunk.done and chunk.rows)


@dataclass
class TrialManifest(ReplicateManifest[TrialChunk]):
    """Contents of the results folder of a trial, as its files have it; what was asked is the trial."""

    KIND: ClassVar[str] = "trial"
    CHUNK: ClassVar[type[Any]] = TrialChunk
    ASKED: ClassVar[str] = "trial"

    def table(self, name: str, replicates: tuple[int, int] | None = None) -> pd.DataFrame:
        """One of :data:`TABLES` over all replicates that are there, or from one number to before another.

        Raises
        ------
        DyadsimError
            if a file cannot be read.
        """
        first, stop = replicates or (0, max((chunk.replicates[1] for chunk in self.chunks), default=0))
        wanted = [c for c in self.chunks if c.done and c.rows and c.replicates[0] < stop and first < c.replicates[1]]
        parts = tables_at(self.folder, name, wanted)
        found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"replicate": []})
        return found[found["replicate"].between(first, stop - 1)].reset_index(drop=True)
