"""Commands for trials: ``trial``, ``power`` and ``analyse``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError
from .app import AsJson, InfantRule, MotherRule, Scheduler, Workers, app, path_option, rules_of, usual_folder
from .shipped_lists import print_shipped
from .stop_signals import going_on

if TYPE_CHECKING:
    from ..trials.trial_results import TrialResults

__all__ = ["analyse", "power", "trial"]

_ODDS = ("odds_ratio", "odds_ratio_low", "odds_ratio_high")


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
    workers: Workers = None,
    scheduler: Scheduler = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
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
        print_shipped("trials", Trial, "Shipped trials", "dyadsim trial NAME runs one")
        return
    asked = Trial.load(name)
    folder = usual_folder("trial", asked.name) if out is None else out
    rules = rules_of(infant, mother)
    by: dict[str, Any] = {"infant": rules.infant, "mother": rules.mother}
    if dyad is not None:
        _replay(folder, replicate, dyad, by, as_json)
        return
    with terminal.rated(asked.title or asked.name) as progress, going_on(folder):
        how: dict[str, Any] = {**by, "workers": workers, "scheduler": scheduler}
        found = asked.run(replicates, seed, folder, **how, progress=progress)
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
        table = trial_report.performance_in_short(found)
        terminal.print_rows(found.trial.title or found.trial.name, trial_report.PERFORMANCE_SAYS, table, {})
        terminal.print_lines("In words", trial_report.in_short(found), files)
    if len(found.failures):
        print(f"dyadsim: {len(found.failures)} parts failed; the same command tries them again.", file=sys.stderr)


def _replay(folder: Path, replicate: int, dyad: int, by: dict[str, Any], as_json: bool) -> None:
    """Live one dyad through again, and say whether it comes to what was recorded."""
    from ..reports import trial_replay_report
    from ..trials.trial_replay import replay_dyad
    from . import terminal

    with terminal.progress("replaying"):
        again = replay_dyad(folder, replicate, dyad, **by)
        said, table, files = trial_replay_report.write(again)
    if as_json:
        terminal.print_json({**said, "files": files})
    else:
        terminal.print_rows(f"Replicate {replicate}, dyad {dyad}", said["says"], table, {}, files)
    if not again.same:
        raise DyadsimError("The replay does not give what was recorded: this is another version of the model.")


@app.command(epilog=NOTICE)
def power(
    plan: Annotated[
        str | None,
        typer.Argument(help="A shipped plan, or a TOML file. Without it, the shipped ones are listed."),
    ] = None,
    replicates: Annotated[int | None, typer.Option(help="At most (default: as the plan says).")] = None,
    out: Annotated[
        Path | None,
        path_option("Results folder. One that is there goes on. Default: the plan's name and -power."),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
    as_json: AsJson = False,
) -> None:
    """Find how many dyads a trial needs, over true effects, losses and reliabilities, all with the same luck.

    It stops as soon as every power is known well enough. Writes report.html, power.csv, sample_sizes.csv and power.png
    beside the estimates (Parquet). Ctrl-C stops it; the same command goes on.

    Example: dyadsim power video-feedback --replicates 100
    """
    from ..reports import power_report
    from ..trials.power_plan import PowerPlan
    from ..trials.power_run import power as work_out
    from . import terminal

    if plan is None:
        print_shipped("power_plans", PowerPlan, "Shipped plans of a trial's size", "dyadsim power NAME runs one")
        return
    asked = PowerPlan.load(plan)
    if replicates is not None:
        asked = asked.changed({"replicates": replicates})
    folder = usual_folder("plan", f"{asked.name}-power") if out is None else out
    rules = rules_of(infant, mother)
    with terminal.rated(asked.title or asked.name) as progress, going_on(folder):
        found = work_out(
            asked, folder, infant=rules.infant, mother=rules.mother, workers=workers, scheduler=scheduler,
            progress=progress,
        )  # fmt: skip
    if found.table.empty:
        raise DyadsimError(f"No replicate came to anything: {found.manifest.chunks[0].failures[0]['error']}")
    files = power_report.write(found)
    if as_json:
        terminal.print_json({**power_report.said(found), "files": files})
        return
    table = found.table.dropna(axis="columns", how="all")
    terminal.print_rows(asked.title or asked.name, power_report.TABLE_SAYS, table.drop(columns=["replicates"]), {})
    terminal.print_lines("In words", power_report.in_short(found), files)


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
        print_shipped("plans", AnalysisPlan, "Shipped analysis plans", "dyadsim analyse --plan NAME runs one")
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
    shown_as = {"p": _p_value, **dict.fromkeys(("b", "low", "high", *_ODDS, "icc"), _four_digits)}
    terminal.print_rows(asked.title or asked.name, _caption(asked), _estimates(found), shown_as, files)


def _caption(plan: Any) -> str:
    return f"b: treated less not treated; of odds the ratio stands beside. 95 % intervals. {plan.source}".strip()


def _estimates(found: Any) -> Any:
    """The columns that people read; those that say nothing are left out."""
    columns = ["analysis", "delta", "n", "b", "low", "high", "p", *_ODDS, "icc", "failed"]
    return found[[name for name in columns if (found[name].notna() & (found[name] != "")).any()]]


def _four_digits(value: float) -> str:
    return "" if value != value else f"{value:.4f}"


def _p_value(p: float) -> str:
    return "" if p != p else "<.0001" if p < 1e-4 else f"{p:.4f}"
