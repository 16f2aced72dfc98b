"""The command that lists the interventions that ship, and finds one by any of its names: ``catalogue``."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import NOTICE
from .app import AsJson, app

__all__ = ["catalogue"]


@app.command(epilog=NOTICE)
def catalogue(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Parts of a name, title or other name (VIPP-SD). Without any, all are listed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the interventions that ship, or find one by any of its names.

    A scenario, and ds.develop, take an intervention by what stands under name.

    Example: dyadsim catalogue transaction program
    """
    from ..interventions import catalogue as entries
    from . import terminal

    table = entries.catalogue(" ".join(words or ()))
    if as_json:
        terminal.print_json({"interventions": table.to_dict("records")})
        return
    shown = table[["name", "title", "other_names", "level", "grounding"]].rename(columns={"grounding": "sizes"})
    caption = "sizes: what the loosest of an entry's sizes rests on; --json and ds.catalogue() give all."
    terminal.print_rows("Interventions in the catalogue", caption, shown, {}, [])
