"""Points of a sweep from a table of the user's, CSV or Parquet: a column a factor, and perhaps one of seeds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..common.delimited_text import MOST_BYTES, text_table
from ..common.errors import DyadsimError, as_whole, quoted, twice
from ..common.files import is_file, path_of, read_bytes

__all__ = ["SEED", "point_table"]

SEED = "seed"
"""The column that names a point's dyads and luck."""
_NUMBER = "point"  # the column that numbers points, in tables that dyadsim wrote
_MOST_SEED = 2**63 - 1  # which every table can hold
_MOST = 2**53  # beyond which numbers with a decimal point leave whole numbers out
_MOST_COLUMNS = 1_000
_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_KINDS = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_null,
)
_INDEX = "__index_level_"  # what pandas calls a column of row names in Parquet


def point_table(file: str, most: int) -> pd.DataFrame:
    """Table of the points in a file, none twice and each with every level: whole numbers, numbers or names a column.

    Parameters
    ----------
    file : CSV (or text with tabs or semicolons), or Parquet.
    most : points.

    Raises
    ------
    DyadsimError
        if there is no such file, it cannot be read as it is meant, or it holds too many points.
    """
    path = path_of(file)
    if not is_file(path):
        raise DyadsimError(f"There is no table {quoted(file)}.")
    try:
        columns, rows = _of_parquet(path, most) if path.suffix.lower() == ".parquet" else _of_text(path)
    except DyadsimError as error:
        raise DyadsimError(f"'{file}' is no table of points: {error}") from None
    columns.pop(_NUMBER, None)
    if rows and list(columns.get("", ())) in [list(range(len(rows))), list(range(1, len(rows) + 1))]:
        del columns[""]  # numbers of rows, as many programs write them
    if "" in columns:
        raise DyadsimError(f"The table '{file}' has a column without a name.")
    if not rows or not columns:
        raise DyadsimError(f"The table '{file}' has no points.")
    if len(rows) > most:
        raise DyadsimError(f"A sweep has {most:,} points at most, and the table '{file}' {len(rows):,}.")
    if list(columns) == [SEED]:
        raise DyadsimError(f"The table '{file}' has no factor beside the seed; for more luck, ask for replicates.")
    for name, levels in columns.items():
        if name != SEED and {*map(type, levels)} == {float} and np.abs(levels).max() <= _MOST:
            continue  # as most are
        for row, level in zip(rows, levels, strict=True):
            if problem := _problem(name, level):
                raise DyadsimError(f"In the table '{file}', {row} {problem}.")
    if SEED in columns:  # 7.0 names the luck of 7
        columns[SEED] = [int(seed) for seed in columns[SEED]]
    points = pd.DataFrame(columns)
    if (double := points.duplicated()).any():
        raise DyadsimError(f"In the table '{file}', {rows[int(np.argmax(double))]} is the same point as one before.")
    return points


Columns = dict[str, Sequence[Any]]


def _of_text(path: Path) -> tuple[Columns, list[str]]:
    """Levels by column of a text file, None where there is none, and what each row is called."""
    table = text_table(path.name, read_bytes(path, MOST_BYTES))
    rows = [f"line {line}, row {row}" for row, line in enumerate(table.lines, 1)]
    numbers = dict(zip(table.columns, table.numbers(*table.columns), strict=True))
    return {name: _levels(name, cells, numbers[name].tolist(), rows) for name, cells in table.columns.items()}, rows


def _levels(name: str, cells: Sequence[str], numbers: Sequence[float], rows: Sequence[str]) -> Sequence[Any]:
    """The levels of a column: whole numbers if all are written so, else numbers, or names if none is a number."""
    if all(_WHOLE.fullmatch(cell) for cell in cells):
        return [int(cell) for cell in cells]
    if not any(number == number for number in numbers):  # none but NaN
        return [cell or None for cell in cells]
    for row, cell, number in zip(rows, cells, numbers, strict=True):
        if cell and number != number:
            raise DyadsimError(f"{row} has {quoted(cell)} for {name or 'a column'}, where others have numbers.")
    return [number if cell else None for cell, number in zip(cells, numbers, strict=True)]


def _of_parquet(path: Path, most: int) -> tuple[Columns, list[str]]:
    """Levels by column of a Parquet file, None where there is none, and what each row is called."""
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            if file.metadata.num_rows > most or file.metadata.num_columns > _MOST_COLUMNS:
                shape = f"{file.metadata.num_rows:,} rows and {file.metadata.num_columns:,} columns"
                raise DyadsimError(f"it has {shape}; {most:,} and {_MOST_COLUMNS:,} are the most.")
            table = file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, DyadsimError):
            raise
        raise DyadsimError(f"{' '.join(str(error).split())}.") from None
    names = ["" if name.startswith(_INDEX) else " ".join(name.split()) for name in table.column_names]
    if (double := twice(names)) is not None:
        raise DyadsimError(f"it has two columns {f'named {quoted(double)}' if double else 'without a name'}.")
    for name, kind in zip(names, table.schema.types, strict=True):
        values = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not any(known(values) for known in _KINDS):
            raise DyadsimError(f"{quoted(name)} holds {str(kind)!r:.60}, but numbers and names are read.")
    columns: Columns = {
        name: [_plain(level) for level in column.to_pylist()] for name, column in zip(names, table.columns, strict=True)
    }
    return columns, [f"row {row}" for row in range(1, table.num_rows + 1)]


def _plain(level: Any) -> Any:
    return None if level == "" else float(level) if isinstance(level, Decimal) else level


def _problem(name: str, level: Any) -> str | None:
    """What is wrong with a level, as the end of a sentence on its row; None of one that can be used."""
    if level is None or level != level:
        return f"has no {name}"
    if name == SEED:
        whole = as_whole(level)
        if whole is None or not 0 <= whole <= _MOST_SEED:
            return f"has the seed {quoted(level)}; a seed is a whole number from 0 to 2^63 - 1"
    elif not isinstance(level, str) and not abs(level) <= _MOST:
        return f"has {quoted(level)} for {name}; numbers are finite and no larger than 2^53"
    return None
