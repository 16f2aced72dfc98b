"""Table of what something changes in twins with the same dyads and luck: a row a change, a column a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table

import dyadsim as ds

__all__ = ["changes_table"]

Case = TypeVar("Case")


def changes_table(
    title: str, cases: Sequence[Case], change: Callable[[Case], Mapping[str, float]], header: str = "{}"
) -> Table:
    """Table of changes, each a mean over dyads; progress is told beside it.

    Parameters
    ----------
    title : of the table.
    cases : a column each.
    change : what a case changes, by name; the same names for every case.
    header : of a column, with a case in its braces.
    """
    found = [change(case) for case in track(cases, console=Console(stderr=True), transient=True)]
    table = Table(title=title, caption=ds.NOTICE)
    table.add_column("mean over dyads")
    for case in cases:
        table.add_column(header.format(case), justify="right")
    for row in found[0]:
        table.add_row(row, *(f"{each[row]:+.2f}" for each in found))
    return table
