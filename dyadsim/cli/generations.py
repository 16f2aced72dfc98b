"""The command for generations: ``generations``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError
from .app import AsJson, Scheduler, Workers, app, path_option, usual_folder
from .shipped_lists import print_shipped
from .stop_signals import going_on

__all__ = ["generations"]


@app.command(epilog=NOTICE)
def generations(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]",
            help="A shipped scenario over generations, or a TOML file. Without it, those that ship are listed.",
        ),
    ] = None,
    families: Annotated[
        int | None, typer.Option(help="How many in each generation (default: as the scenario says).")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Names families and luck (default: as the scenario says).")] = None,
    out: Annotated[
        Path | None, path_option("Results folder. One that is there goes on. Default: the scenario's name.")
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> None:
    """Let families live through generations: what is handed on, by which way, and where cycles are broken.

    The same families live with the same luck in each arm: as declared, without what is offered, with a way from one
    generation to the next cut, with infants exchanged. Writes report.html, figures and tables beside the results
    (Parquet). Ctrl-C stops it; the same command goes on.

    Example: dyadsim generations three-generations --out three-generations
    """
    from ..lineages.generation_scenario import GenerationScenario
    from ..reports import generation_report
    from ..reports.generation_sentences import is_told
    from . import terminal

    if name is None:
        says = "dyadsim generations NAME runs one"
        print_shipped("generation_scenarios", GenerationScenario, "Shipped scenarios over generations", says)
        return
    asked = GenerationScenario.load(name)
    folder = usual_folder("scenario", asked.name) if out is None else out
    with terminal.rated(asked.title or asked.name) as progress, going_on(folder):
        found = asked.run(families, seed, folder, workers=workers, scheduler=scheduler, progress=progress)
    if not is_told(found):
        raise DyadsimError(f"What is declared came to nothing: {generation_report.in_short(found)[-1]}")
    with terminal.progress("writing the report"):
        files = generation_report.write(found)
    if as_json:
        terminal.print_json({**generation_report.said(found), "files": files})
    else:
        table = generation_report.shares_in_short(found)
        shares: dict[str, Callable[[Any], str]] = {str(each): "{:.0%}".format for each in table.columns[2:]}
        terminal.print_rows(asked.title or asked.name, generation_report.SHARES_SAY, table, shares)
        terminal.print_lines("In words", generation_report.in_short(found), files)
    if len(found.failures):
        print(f"dyadsim: {len(found.failures)} parts failed; the same command tries them again.", file=sys.stderr)
