"""Chunks of a results folder that hold several tables, each table in a folder of its own (trials, services,
generations)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pyarrow as pa

from .chunked_folder import Chunk, Done, Failure, parquet
from .errors import DyadsimError
from .parquet_files import read_parquet

__all__ = ["TableChunk", "tables_at"]

_FIRST = "data"


@dataclass(frozen=True)
class TableChunk(Chunk):
    """A part of the work of which several tables come.

    Attributes
    ----------
    TABLES : what they hold, by name; *data* among them is the chunk's own file.
    """

    TABLES: ClassVar[Mapping[str, str]]

    @property
    def beside(self) -> tuple[str, ...]:
        return tuple(self.path(table) for table in self.TABLES if table != _FIRST)

    def path(self, table: str) -> str:
        """The file of one of its tables."""
        return f"{table}/{self.number:06d}.parquet"

    def done_with(self, tables: Mapping[str, pd.DataFrame], key: str, failures: list[Failure], hashed: str) -> Done:
        """The chunk worked out; a table that is not there has no rows.

        Parameters
        ----------
        tables : by name.
        key : the column that a table without rows has.
        failures : what failed.
        hashed : hash of the tables of the rules that made it.
        """
        empty = pd.DataFrame({key: pd.Series(dtype="int64")})
        files = {self.path(name): parquet(tables.get(name, empty), failures) for name in self.TABLES}
        return Done(files.pop(self.file), files, hashed)


def tables_at(folder: Path, name: str, chunks: Iterable[TableChunk]) -> list[pd.DataFrame]:
    """Tables of one name of chunks that are done.

    Raises
    ------
    DyadsimError
        if a file cannot be read.
    """
    try:
        return [read_parquet(folder / chunk.path(name)) for chunk in chunks]
    except (pa.ArrowException, OSError):
        raise DyadsimError(f"A file in '{folder / name}' cannot be read; the same command makes it anew.") from None
