"""The command for services: ``services``."""

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

__all__ = ["services"]


@app.command(epilog=NOTICE)
def services(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[COMPARISON]",
            help="A shipped comparison of services, or a TOML file. Without it, comparisons and services are listed.",
        ),
    ] = None,
    communities: Annotated[
        int | None, typer.Option(help="How many communities (default: as the comparison says).")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Names families and luck (default: as the comparison says).")] = None,
    out: Annotated[
        Path | None, path_option("Results folder. One that is there goes on. Default: the comparison's name.")
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> None:
    """Compare services for the same families: who is found, who waits, who is helped, at what cost.

    The same families live under each service and under none, with the same luck. Writes report.html, figures and tables
    beside the results (Parquet). Ctrl-C stops it; the same command goes on.

    Example: dyadsim services four-services --out four-services
    """
    from ..reports import service_report
    from ..services.service_comparison import ServiceComparison
    from . import terminal

    if name is None:
        _list()
        return
    asked = ServiceComparison.load(name)
    folder = usual_folder("services", asked.name) if out is None else out
    with terminal.rated(asked.title or asked.name) as progress, going_on(folder):
        found = asked.run(communities, seed, folder, workers=workers, scheduler=scheduler, progress=progress)
    if not found.arms:
        raise DyadsimError(f"Not every arm came to something: {service_report.in_short(found)[-1]}")
    with terminal.progress("writing the report"):
        files = service_report.write(found)
    if as_json:
        terminal.print_json({**service_report.said(found), "files": files})
    else:
        table = service_report.cascade_in_short(found)
        shares: dict[str, Callable[[Any], str]] = {str(name): "{:.0%}".format for name in table.columns[2:]}
        terminal.print_rows(asked.title or asked.name, service_report.CASCADE_SAYS, table, shares)
        terminal.print_lines("In words", service_report.in_short(found), files)
    if len(found.failures):
        print(f"dyadsim: {len(found.failures)} parts failed; the same command tries them again.", file=sys.stderr)


def _list() -> None:
    """Print the comparisons and services that ship, a line each."""
    from ..services.service import Service
    from ..services.service_comparison import ServiceComparison

    print_shipped(
        "service_comparisons",
        ServiceComparison,
        "Shipped comparisons of services",
        "dyadsim services NAME runs one",
        last=False,
    )
    print_shipped("services", Service, "Shipped services", "a comparison names some")
