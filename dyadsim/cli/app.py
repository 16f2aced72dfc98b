"""The application that commands register with, and the options that several of them take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from .. import NOTICE
from ..common.errors import DyadsimError
from ..theory.states import SCHEMES

if TYPE_CHECKING:
    from ..interaction.rule_set import Rules

__all__ = [
    "AsJson",
    "Group",
    "InfantRule",
    "MotherRule",
    "Out",
    "Scheme",
    "app",
    "path_option",
    "read_path",
    "rules_of",
    "usual_folder",
]


class Group(TyperGroup):
    """Commands, of which each is listed with the whole of its first line, however narrow the terminal."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is not None and found.help:
            found.short_help = found.help.partition("\n\n")[0]
        return found


app = typer.Typer(
    name="dyadsim",
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,  # which takes brackets for markup, and cuts words in a narrow terminal
    pretty_exceptions_enable=False,
    help="How a mother and her infant coordinate, rupture and repair, second by second.",
)

Scheme = Annotated[
    str | None,
    typer.Option(help=f"Match scheme: {', '.join(SCHEMES)}. Default: strict; valence for three-valued codes."),
]


def read_path(given: str) -> Path:
    """The path that an option or argument names."""
    from ..common.files import path_of

    try:
        return path_of(given)
    except DyadsimError as error:
        raise typer.BadParameter(str(error)) from None


def path_option(says: str) -> Any:
    """An option that names a file or folder."""
    return typer.Option(parser=read_path, metavar="PATH", help=says)


Out = Annotated[Path | None, path_option("Folder for tables (CSV), pictures (PNG) and provenance (JSON).")]
InfantRule = Annotated[str | None, typer.Option(help="A rule of your own for the infant: FILE.py:CLASS.")]
MotherRule = Annotated[str | None, typer.Option(help="A rule of your own for the mother: FILE.py:CLASS.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


Workers = Annotated[
    int | None, typer.Option(help="Processes; no result depends on it. Default: one a core that it may use.")
]
Scheduler = Annotated[
    str | None, typer.Option(help="A Dask scheduler instead: its address, or its file (scheduler.json).")
]


def rules_of(infant: str | None, mother: str | None) -> Rules:
    """The shipped rules, or the classes that FILE.py:CLASS names."""
    from ..common.user_code import user_class
    from ..interaction.rule_set import Rules
    from ..theory.rules import InfantRules, MotherRules

    return Rules(
        InfantRules if infant is None else user_class(infant, InfantRules),
        MotherRules if mother is None else user_class(mother, MotherRules),
    )


def usual_folder(what: str, name: str) -> Path:
    """A folder here of the name that a file gives itself, if that can be one."""
    if not re.fullmatch(r"\w[\w. -]*", name):
        raise DyadsimError(f"The {what}'s name '{name}' is none for a folder; say where to write with --out.")
    return Path(name)


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
