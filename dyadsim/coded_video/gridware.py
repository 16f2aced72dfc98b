"""GridWare: trajectories (.trj), a row where something changes and a column a partner; the last row is the end alone.

Time in which nothing could be coded has a code of its own, which is read as it stands: a code map says that it is not
coded. A cell without anything is no event.

Lamey A, Hollenstein T, Lewis MD & Granic I (2004). GridWare (version 1.1) [computer software];
Hollenstein T (2013). State Space Grids: Depicting Dynamics Across Development. doi:10.1007/978-1-4614-5007-8
"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from ..common.delimited_text import beginning_of, number_of, text_rows
from ..common.errors import DyadsimError, quoted, twice
from .coding import EVENTS, Coding, Reader, spans_of

__all__ = ["READERS"]

_LAYOUT = "GridWare, trajectory"
_ONSET = "onset"


def _knows(name: str, content: bytes) -> bool:
    first = next(iter(beginning_of(content).lstrip().splitlines()), "")
    return name.lower().endswith(".trj") or first.casefold().startswith(f"{_ONSET}\t")


def _read(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of a trajectory."""
    rows, _ = text_rows(name, content, "\t")
    header = rows[0][1]
    while header and not header[-1]:
        header = header[:-1]
    tiers = header[1:]
    if header[0].casefold() != _ONSET or not tiers or not all(tiers):
        raise DyadsimError(
            f"'{name}', line {rows[0][0]}: a trajectory begins with 'Onset' and the names of its variables, with tabs "
            f"between, not with {quoted(' '.join(header))}."
        )
    if (double := twice(tiers)) is not None:
        raise DyadsimError(f"'{name}' has two variables named {quoted(double)}.")
    times = [_time(name, line, cells[0]) for line, cells in rows[1:]]
    for line, cells in rows[1:]:
        if any(cells[len(header) :]):
            raise DyadsimError(
                f"'{name}', line {line}, does not fit its header: it has {len(cells)} cells, the header {len(header)}."
            )
    for (before, time), (line, _) in zip(pairwise(times), rows[2:], strict=True):
        if time <= before:
            raise DyadsimError(f"'{name}', line {line}: the onset {time:g} does not come after {before:g}.")
    if len(times) < 2 or any(rows[-1][1][1:]):
        raise DyadsimError(
            f"'{name}', line {rows[-1][0]}: the last row must be the time of the end alone; the file may be cut off."
        )
    events = []
    for column, tier in enumerate(tiers, 1):
        codes = [cells[column] if column < len(cells) else "" for _, cells in rows[1:]]
        codes[-1] = ""
        begun = 0
        for n in range(1, len(codes)):
            if codes[n] != codes[begun] or n == len(codes) - 1:
                if codes[begun]:
                    place = f"line {rows[begun + 1][0]}"
                    events.append(("", "", tier, codes[begun], times[begun], times[n], place))
                begun = n
    return Coding(
        name,
        _LAYOUT,
        pd.DataFrame(events, columns=list(EVENTS)),
        spans=spans_of([("", times[0], times[-1])]),
        tiers=tuple(tiers),
    )


def _time(name: str, line: int, cell: str) -> float:
    time = number_of(cell.replace(",", "."))
    if time != time:
        raise DyadsimError(f"'{name}', line {line}: the onset must be a number of seconds, not {quoted(cell)}.")
    return time


READERS = (Reader(_LAYOUT, (), _knows, _read),)
"""Reader of GridWare's trajectories."""
