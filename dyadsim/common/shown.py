"""What people see of an object that they print: one line, and in a notebook a small table, however large it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from .. import NOTICE

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Shown", "counted", "in_a_row", "in_four_digits", "shortened"]

_LINE, _CELL = 240, 80  # characters
_ROWS, _COLUMNS = 12, 9


class Shown:
    """An object that says in a line what it is and of how many; its class gives the line, and a table if it has one."""

    def _in_a_line(self) -> str:
        raise NotImplementedError

    def _in_a_table(self) -> pd.DataFrame | None:
        """Small, and soon made: the notebook asks for it whenever the object stands at the end of a cell."""
        return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {shortened(self._in_a_line(), _LINE)}>"

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        table = self._in_a_table()
        parts = [f"<p>{escape(repr(self)[1:-1])}</p>"]
        if table is not None:
            few = table.iloc[:_ROWS, :_COLUMNS].copy()
            for name in few.select_dtypes(exclude=["number", "bool"]):
                few[name] = few[name].map(lambda value: shortened(value, _CELL))
            few.columns = [shortened(str(name).replace("_", " "), _CELL) for name in few]
            parts.append(few.to_html(index=False, na_rep="", float_format="{:.3g}".format, border=0, max_rows=_ROWS))
            if table.shape != few.shape:
                parts.append(f"<p>{len(few)} of {len(table):,} rows, {few.shape[1]} of {table.shape[1]} columns</p>")
        return "\n".join([*parts, f"<p><small>{escape(NOTICE)}</small></p>"])


def shortened(text: Any, longest: int) -> str:
    """A text in one line of so many characters at most."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def counted(number: int, what: str) -> str:
    """Number of things, in words: ``1 dyad``, ``1,200 dyads``."""
    if number != 1:
        what = f"{what[:-1]}ies" if what[-1:] == "y" and what[-2:-1] not in "aeiou" else f"{what}s"
    return f"{number:,} {what}"


def in_a_row(names: Sequence[str], most: int = 4) -> str:
    """Names in a row: ``a, b and c``; of more than so many the first, and how many more there are."""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def in_four_digits(value: Any) -> str:
    """A value of a table as text: a number with fractions in four digits, nothing for what is not known."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"  # never 1.2e+04 for 12,345
