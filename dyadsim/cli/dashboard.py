"""The command that serves the dashboard: ``dashboard``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import NOTICE
from .app import InfantRule, MotherRule, app, path_option, rules_of

__all__ = ["dashboard"]


@app.command(epilog=NOTICE)
def dashboard(
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in, who then may use this one.")
    ] = "127.0.0.1",
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser on it.")] = True,
    results: Annotated[
        list[Path] | None,
        path_option("A results folder, or a folder that holds some, for the pages that open them; repeatable."),
    ] = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
) -> None:
    """Open the dashboard in a browser: Classroom, Explore, Compare, Scenario, Community, Service,
    Generations, Trial, Results, and Mesa's own page.

    It needs the extra 'dashboard' (python -m pip install "dyadsim[dashboard]") and no internet.

    Examples: dyadsim dashboard --mother experiments/templates/rule.py:MirroringMother; dyadsim dashboard --results
    sensitivity-and-burden
    """
    from ..dashboard.server import start

    start(host, port, open_, rules_of(infant, mother), results or [])
