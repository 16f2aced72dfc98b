"""What came of something that was run, or of a folder, as a part of a page."""

from __future__ import annotations

from typing import Any

import solara

from .layout import Box, Heading, Kept, Listed, Picture, Said, Table
from .outcome import Outcome

__all__ = ["OutcomeView"]


@solara.component
def OutcomeView(outcome: Outcome) -> Any:
    """What came of it, in words, numbers and pictures."""
    alt = "The sentences and tables of this page have the numbers."
    whole, closed = (
        [
            Table(each.name, each.title, each.rows, digits=None, closed=each.closed, shown=each.shown).key(
                f"table {each.name}"
            )
            for each in outcome.tables
            if each.closed == is_closed
        ]
        for is_closed in (False, True)
    )
    says = [Said(outcome.says)] if outcome.says else []
    return Box(
        [
            Heading(outcome.title),
            *map(Said, outcome.about),
            Heading("In short", 3),
            Listed(list(outcome.in_short)),
            *whole[:1],
            *says,
            *whole[1:],
            *(
                Picture(f"{outcome.name}-{name}", title, f"{title}. {alt}", figure, drawn).key(f"picture {name}")
                for name, (title, figure, drawn) in outcome.pictures.items()
            ),
            *closed,
            *([_Keep(outcome)] if outcome.kept else []),
        ],
        "stack",
    )


@solara.component
def _Keep(outcome: Outcome) -> Any:
    """Buttons to keep what is made only when it is asked for."""
    files = [Kept(title, [kind], lambda _, make=make: make()).key(title) for title, kind, make in outcome.kept]
    return Box([Heading("To keep", 3), Box(files, "columns")], "stack")
