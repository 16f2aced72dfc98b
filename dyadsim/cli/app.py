"""The application that commands register with, and the options that several of them take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import NOTICE
from ..states import SCHEMES

__all__ = ["AsJson", "Out", "Scheme", "app"]

app = typer.Typer(
    name="dyadsim",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="How a mother and her infant coordinate, rupture and repair, second by second.",
)

Scheme = Annotated[
    str | None,
    typer.Option(help=f"Match scheme: {', '.join(SCHEMES)}. Default: strict; valence for three-valued codes."),
]
Out = Annotated[Path | None, typer.Option(help="Folder for tables (CSV), pictures (PNG) and provenance (JSON).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def _version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        print(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True, epilog=NOTICE)
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())
