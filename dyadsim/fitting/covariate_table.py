"""Covariates of dyads from a file: what differs between them, to be given to a fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..common.delimited_text import MOST_BYTES, text_table
from ..common.errors import DyadsimError, as_whole, quoted
from ..common.files import is_file, path_of, read_bytes

__all__ = ["covariate_table"]

_DYAD, _SESSION = "dyad", "session"


def covariate_table(file: str | Path) -> pd.DataFrame:
    """Table of covariates in a file: a column ``dyad``, perhaps ``session``, and numbers a column.

    Parameters
    ----------
    file : CSV, or text with tabs or semicolons.

    Returns
    -------
    The table as :func:`dyadsim.fit` takes it, with names of dyads as text.

    Raises
    ------
    DyadsimError
        if there is no such file, it has no column of dyads, or a cell of another column is no number.
    """
    path = path_of(file)
    if not is_file(path):
        raise DyadsimError(f"There is no table of covariates {quoted(file)}.")
    table = text_table(path.name, read_bytes(path, MOST_BYTES))
    if _DYAD not in table.columns:
        raise DyadsimError(f"'{path.name}' has no column 'dyad', only {', '.join(map(quoted, table.columns))}.")
    found: dict[str, object] = {_DYAD: list(table.columns[_DYAD])}
    for name in table.columns:
        if name == _DYAD:
            continue
        (numbers,) = table.numbers(name)
        if (missing := np.flatnonzero(~np.isfinite(numbers))).size:
            cell, line = table.columns[name][missing[0]], table.lines[missing[0]]
            raise DyadsimError(
                f"'{path.name}', line {line}: the covariate {quoted(name)} is {quoted(cell)}, which is no number; code "
                "groups as 0 and 1."
            )
        found[name] = numbers
    if _SESSION in found:
        places = [as_whole(number) for number in np.asarray(found[_SESSION]).tolist()]
        if None in places:
            raise DyadsimError(f"'{path.name}': the column 'session' is the place of a session, a whole number from 0.")
        found[_SESSION] = places
    return pd.DataFrame(found)
