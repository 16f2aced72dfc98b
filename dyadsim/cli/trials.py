"""Commands for trials: ``trial`` and ``analyse``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError
from .app import AsJson, app, path_option, usual_folder
from .stop_signals import Stopped

if TYPE_CHECKING:
    from ..trials.trial_results import TrialResults

__all__ = ["analyse", "trial"]

_COLUMNS = ["analysis", "delta", "n", "truth", "mean", "rejects", "bias", "coverage", "type_s", "type_m", "failed"]


@app.command(epilog=NOTICE)
def trial(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[TRIAL]", help="A shipped trial, or a TOML file. Without it, the shipped are listed."),
    ] = None,
    replicates: Annotated[int | None, typer.Option(help="How often it is run (default: as the trial says).")] = None,
    seed: Annotated[int | None, typer.Option(help="Names dyads and luck (default: as the trial says).")] = None,
    out: Annotated[
        Path | None,
        path_option("Results folder. One that is there goes on, or grows. Default: the trial's name."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes; no result depends on it. Default: one a core that it may use.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler instead: its address, or its file (scheduler.json).")
    ] = None,
    dyad: Annotated[
        int | None, typer.Option(help="Replay one dyad of the folder instead: its place in the replicate, from 0.")
    ] = None,
    replicate: Annotated[int, typer.Option(help="With --dyad: the number of its replicate, from 0.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Run a trial many times over, and report what it could and could not have seen.

    Every dyad lives in every arm with the same luck, so what is true is known. Writes report.html, figures, tables and
    the draft of a pre-registration beside the replicates (Parquet). Ctrl-C stops it; the same command goes on.

    Example: dyadsim trial skkippi --replicates 200 --out skkippi
    """
    from ..reports import trial_report
    from ..trials.trial import Trial
    from . import terminal

    if name is None:
        _list()
        return
    asked = Trial.load(name)
    folder = usual_folder("trial", asked.name) if out is None else out
    if dyad is not None:
        _replay(folder, replicate, dyad, as_json)
        return
    with terminal.rated(asked.title or asked.name) as progress:
        try:
            found = asked.run(replicates, seed, folder, workers=workers, scheduler=scheduler, progress=progress)
        except Stopped as stop:
            stop.args = (f"Stopped; what is done is in '{folder}', and the same command goes on.",)
            raise
    if not found.replicates:
        raise DyadsimError(f"No replicate came to anything: {found.failures['error'].iloc[0]}")
    with terminal.progress("writing the report"):
        files = trial_report.write(found)
    _tell(found, files, as_json)


def _tell(found: TrialResults, files: list[str], as_json: bool) -> None:
    """Print what a trial came to."""
    from ..reports import trial_report
    from . import terminal

    if as_json:
        terminal.print_json({**trial_report.said(found), "files": files})
    else:
        table = found.performance()
        columns = [name for name in _COLUMNS if table[name].notna().any()]
        caption = "rejects: share of replicates with p below .05; truth: mean effect over twins; of odds logarithms."
        terminal.print_rows(found.trial.title or found.trial.name, caption, table[columns], {})
        terminal.print_lines("In words", trial_report.in_short(found), files)
    if len(found.failures):
        print(f"dyadsim: {len(found.failures)} parts failed; the same command tries them again.", file=sys.stderr)


def _replay(folder: Path, replicate: int, dyad: int, as_json: bool) -> None:
    """Live one dyad through again, and say whether it comes to what was recorded."""
    from ..reports import trial_replay_report
    from ..trials.trial_replay import replay_dyad
    from . import terminal

    with terminal.progress("replaying"):
        again = replay_dyad(folder, replicate, dyad)
        said, table, files = trial_replay_report.write(again)
    if as_json:
        terminal.print_json({**said, "files": files})
    else:
        terminal.print_rows(f"Replicate {replicate}, dyad {dyad}", said["says"], table, {}, files)
    if not again.same:
        raise DyadsimError("The replay does not give what was recorded: this is another version of the model.")


def _list() -> None:
    """Print the shipped trials, a line each."""
    import pandas as pd

    from ..common import toml_models
    from ..trials.trial import Trial
    from . import terminal

    found = [Trial.load(name) for name in toml_models.names("trials")]
    rows = pd.DataFrame([(each.name, each.title, each.says) for each in found], columns=["name", "title", "says"])
    terminal.print_rows("Shipped trials", "dyadsim trial NAME runs one; your own are TOML files.", rows, {}, [])


@app.command(epilog=NOTICE)
def analyse(
    table: Annotated[
        str | None,
        typer.Argument(
            help="Table of a real trial, one row a dyad: CSV, Parquet, or a shipped name. Default: the plan's."
        ),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(help="Analysis plan: a TOML file or a shipped name. Without it, the shipped are listed."),
    ] = None,
    out: Annotated[Path | None, path_option("File for the estimates (CSV).")] = None,
    as_json: AsJson = False,
) -> None:
    """Analyse the table of a real trial by the analyses of virtual ones.

    Example: dyadsim analyse --plan thinking-healthy
    """
    from ..common.files import file_for
    from ..reports.folder import write_text
    from ..trials.analysis_plan import AnalysisPlan
    from ..trials.analysis_plan import analyse as work_out
    from . import terminal

    if plan is None:
        if table is not None:
            raise DyadsimError("A table is analysed by a plan: give --plan, a TOML file or a shipped name.")
        _list_plans()
        return
    file_for(out)
    asked = AnalysisPlan.load(plan)
    if table is None and asked.table is None:
        raise DyadsimError(f"The plan '{asked.name}' has no table of its own; give a file.")
    with terminal.progress(asked.title or asked.name):
        found = work_out(table or str(asked.table), asked)
    files = [str(write_text(out, found.to_csv(index=False)))] if out else []
    if as_json:
        terminal.print_json(
            {"plan": asked.name, "source": asked.source, "estimates": found.to_dict("records"), "files": files}
        )
        return
    terminal.print_rows(asked.title or asked.name, _caption(asked), _estimates(found), {"p": _p_value}, files)


def _caption(plan: Any) -> str:
    return f"b: treated less not treated; of odds the ratio stands beside. 95 % intervals. {plan.source}".strip()


def _estimates(found: Any) -> Any:
    """The columns that people read; those that say nothing are left out."""
    columns = [
        "analysis",
        "delta",
        "n",
        "b",
        "low",
        "high",
        "p",
        "odds_ratio",
        "odds_ratio_low",
        "odds_ratio_high",
        "icc",
    ]
    shown = found[[name for name in [*columns, "failed"] if found[name].replace("", None).notna().any()]]
    return shown.round(4)


def _p_value(p: float) -> str:
    return "" if p != p else "<.0001" if p < 1e-4 else f"{p:.4f}"


def _list_plans() -> None:
    """Print the shipped plans, a line each."""
    import pandas as pd

    from ..common import toml_models
    from ..trials.analysis_plan import AnalysisPlan
    from . import terminal

    found = [AnalysisPlan.load(name) for name in toml_models.names("plans")]
    rows = pd.DataFrame([(each.name, each.title, each.says) for each in found], columns=["name", "title", "says"])
    terminal.print_rows("Shipped plans", "dyadsim analyse --plan NAME runs one on its table.", rows, {}, [])
