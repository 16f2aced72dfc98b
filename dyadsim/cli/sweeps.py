"""Commands for batches: ``sweep``, ``results`` and ``replay``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError, unknown
from .app import AsJson, InfantRule, MotherRule, Scheduler, Workers, app, path_option, read_path, rules_of, usual_folder
from .shipped_lists import print_shipped
from .stop_signals import going_on

if TYPE_CHECKING:
    from ..sweeps.results import Results, View

__all__ = ["replay", "results", "sweep"]

Folder = Annotated[Path, typer.Argument(parser=read_path, metavar="FOLDER", help="A results folder.")]
_FIGURES = ("spread", "indices", "dependence", "interaction")


@app.command(epilog=NOTICE)
def sweep(
    design: Annotated[
        str | None, typer.Argument(help="A shipped design, or a TOML file. Without it, the shipped ones are listed.")
    ] = None,
    out: Annotated[
        Path | None,
        path_option("Results folder. One that is there goes on, or grows. Default: the design's name."),
    ] = None,
    points: Annotated[int | None, typer.Option(help="How many points (default: as the design says).")] = None,
    replicates: Annotated[int | None, typer.Option(help="How often each (default: as the design says).")] = None,
    weeks: Annotated[int | None, typer.Option(help="How many weeks of its scenario (default: as it says).")] = None,
    seed: Annotated[int | None, typer.Option(help="Names dyads and luck (default: as the design says).")] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
    as_json: AsJson = False,
) -> None:
    """Work out a sweep into a results folder, point by point. Ctrl-C stops it; the same command goes on.

    Example: dyadsim sweep sensitivity-and-burden --out sensitivity-and-burden
    """
    from ..sweeps.design import Design
    from ..sweeps.sweep import sweep as work_out
    from . import terminal

    if design is None:
        print_shipped("designs", Design, "Shipped designs", "dyadsim sweep NAME runs one")
        return
    asked = Design.load(design)
    changes: dict[str, Any] = {"points": points, "replicates": replicates, "seed": seed}
    if weeks is not None:
        if asked.scenario is None:
            raise DyadsimError("This design is of single sessions, which have no weeks.")
        changes["scenario"] = asked.scenario.changed({"weeks": weeks})
    asked = asked.changed({name: value for name, value in changes.items() if value is not None})
    rules = rules_of(infant, mother)
    folder = usual_folder("design", asked.name) if out is None else out
    with terminal.rated(asked.title or asked.name) as progress, going_on(folder):
        found = work_out(
            asked, folder, infant=rules.infant, mother=rules.mother, workers=workers, scheduler=scheduler,
            progress=progress,
        )  # fmt: skip
    _tell(found, as_json)
    _tell_failures(found)


@app.command(epilog=NOTICE)
def results(
    folder: Folder,
    outcome: Annotated[str | None, typer.Option(help="Outcome to look at (default: the first).")] = None,
    episode: Annotated[str | None, typer.Option(help="Of sessions: episode (default: the last).")] = None,
    arm: Annotated[str | None, typer.Option(help="Of a scenario: arm (default: its own dyads).")] = None,
    week: Annotated[int | None, typer.Option(help="Of a scenario: week (default: the last).")] = None,
    against: Annotated[str | None, typer.Option(help="Of a scenario: twins from whom the difference is taken.")] = None,
    figure: Annotated[str | None, typer.Option(help=f"One figure: {', '.join(_FIGURES)}.")] = None,
    factor: Annotated[
        list[str] | None, typer.Option(help="Factors of the figure; repeatable. Default: those that matter most.")
    ] = None,
    method: Annotated[str | None, typer.Option(help="Indices: sobol, morris or pawn (default: as laid for).")] = None,
    report: Annotated[bool, typer.Option("--report", help="Write a report with the main figures (HTML).")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write the report as PDF.")] = False,
    out: Annotated[
        Path | None,
        path_option("File of the report or figure (default: in the folder), or of the table (CSV)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Summarise a results folder, draw one figure, or write a report.

    Examples: dyadsim results FOLDER --report; dyadsim results FOLDER --figure interaction --factor sensitivity
    --factor burden --outcome match
    """
    from ..common.files import file_for
    from ..reports import sweep_report
    from ..reports.folder import write_text
    from ..sweeps.results import Results
    from . import terminal

    file_for(out)
    found = Results.read(folder)
    of = {"episode": episode, "arm": arm, "week": week, "against": against}
    if figure is not None and figure not in _FIGURES:
        raise unknown("figure", figure, _FIGURES)
    if report or pdf or figure:
        view = found.view(outcome, **of)
        with terminal.progress("drawing"):
            if figure:
                file = out or found.folder / f"{figure}.png"
                written = [sweep_report.write_figure(found, view, figure, factor or [], method, file)]
            else:
                views = [view] if outcome else [found.view(name, **of) for name in found.outcomes]
                written = sweep_report.write(found, views, out, pdf=pdf, page=report)
        left_out = filter(None, map(found.left_out, [view] if figure or outcome else views))
        said = [*sweep_report.in_short(found), *left_out]
        terminal.print_lines(f"Results in {folder}", said, [str(file) for file in written])
        return
    if out is not None:
        write_text(out, found.means().to_csv(index=False))
    _tell(found, as_json, found.view(outcome, **of) if found.done > 0 and len(found.means()) else None, method, out)


@app.command(epilog=NOTICE)
def replay(
    folder: Folder,
    point: Annotated[int, typer.Option(help="The number of the point.")] = 0,
    dyad: Annotated[int, typer.Option(help="The number of the dyad.")] = 0,
    week: Annotated[int | None, typer.Option(help="Of a scenario: the week to watch (default: the last).")] = None,
    arm: Annotated[str | None, typer.Option(help="Of a scenario: the arm to watch (default: its own dyads).")] = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
    out: Annotated[Path | None, path_option("Folder (default: FOLDER/replays/point-P-dyad-D).")] = None,
    show: Annotated[bool, typer.Option("--show", help="Open the timeline in this machine's viewer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run one dyad of a sweep again, alone, and show its session second by second beside what was recorded of it.

    Example: dyadsim replay sensitivity-and-burden --point 12 --dyad 3
    """
    from ..reports import replay_report
    from ..sweeps.replay import replay as run_again
    from . import terminal

    rules = rules_of(infant, mother)
    found = run_again(folder, point, dyad, infant=rules.infant, mother=rules.mother)
    with terminal.progress("replaying"):
        said, table, files = replay_report.write(found, week, arm, out)
    if as_json:
        terminal.print_json({**said, "files": files})
    else:
        terminal.print_rows(f"Point {point}, dyad {dyad}", said["says"], table, {}, files)
    if show:
        typer.launch(next(file for file in files if file.endswith("timeline.png")))
    if said["same"] is False:
        raise DyadsimError("The replay does not give what was recorded: this is another version of the model.")


def _tell(
    found: Results, as_json: bool, view: View | None = None, method: str | None = None, out: Path | None = None
) -> None:
    """Print what a results folder holds, in short."""
    from ..reports import sweep_report
    from . import terminal

    if as_json:
        terminal.print_json(sweep_report.said(found, view, method))
        return
    if len(found.means()):
        week = (view or found.view()).week
        terminal.print_rows(
            found.manifest.asked.get("title") or found.manifest.asked["name"],
            "How the means of points spread" + ("." if week is None else f", in week {week} (--week shows another)."),
            sweep_report.range_over_points(found, week),
            {},
        )
    if view is not None and len(explained := sweep_report.explained(found, view, method)):
        terminal.print_rows(f"What {view} follows", sweep_report.INDICES_SAY, explained, {})
    files = [str(out)] if out else []
    left_out = [found.left_out(view)] if view is not None else []
    said = [*sweep_report.in_short(found), *filter(None, left_out)]
    terminal.print_lines(f"Results in {found.folder}", said, files)


def _tell_failures(found: Results) -> None:
    """Say on standard error that points failed; a sweep of which nothing came ends like any that cannot be done."""
    if not len(found.failures):
        return
    number, _, error = found.failures.iloc[0]
    said = (
        f"{found.failures['point'].nunique():,} of {len(found.points):,} points failed, the first of them (point "
        f"{number}) with '{error}'; manifest.json in '{found.folder}' tells all, and the same command tries them again."
    )
    if not any(chunk.rows for chunk in found.manifest.chunks):
        raise DyadsimError(said)
    print(f"dyadsim: {said}", file=sys.stderr)
