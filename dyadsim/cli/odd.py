"""The command that describes the model from the running code: ``odd``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import NOTICE
from ..common.errors import DyadsimError, unknown
from .app import app, path_option

__all__ = ["odd"]


@app.command(epilog=NOTICE)
def odd(
    name: Annotated[str | None, typer.Argument(help="One table only.")] = None,
    fill: Annotated[
        Path | None,
        path_option("A Markdown file whose blocks '<!-- dyadsim odd: NAME -->' are made anew."),
    ] = None,
) -> None:
    """Print the tables of the ODD description (states, traits, coefficients, ...), made from the running code.

    The tables of measures in docs/measures.md are printed by name, and filled alike.

    Example: dyadsim odd --fill docs/ODD.md
    """
    from ..common.files import replacing
    from ..reports.odd_tables import every_table, filled, tables

    known = every_table()
    if name is not None and name not in known:
        raise unknown("ODD table", name, known)
    if fill is None:
        for each in tables() if name is None else [name]:
            print(f"<!-- dyadsim odd: {each} -->\n{known[each]}\n<!-- end -->\n")
        return
    if not fill.is_file():
        raise DyadsimError(f"There is no file '{fill}' to fill.")
    try:
        text = filled(fill.read_text("utf-8"))
    except UnicodeDecodeError:
        raise DyadsimError(f"'{fill}' is no text.") from None
    with replacing(fill) as beside:
        beside.write_text(text, encoding="utf-8")
    print(f"wrote {fill}")
