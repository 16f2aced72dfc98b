"""The command that runs a scenario: ``run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .. import NOTICE
from .app import AsJson, app, path_option, usual_folder
from .shipped_lists import print_shipped

__all__ = ["run"]


@app.command(epilog=NOTICE)
def run(
    scenario: Annotated[
        str | None, typer.Argument(help="A shipped scenario, or a TOML file. Without it, the shipped ones are listed.")
    ] = None,
    dyads: Annotated[int | None, typer.Option(help="How many dyads (default: as the scenario says).")] = None,
    weeks: Annotated[int | None, typer.Option(help="How many weeks (default: as the scenario says).")] = None,
    seed: Annotated[int | None, typer.Option(help="Names dyads and luck (default: as the scenario says).")] = None,
    parameters: Annotated[
        str | None,
        typer.Option(
            help="calibrated, or ensemble: spread over 20 parameter sets that agree with the evidence, which takes 20 "
            "times as long (default: as the scenario says)."
        ),
    ] = None,
    threads: Annotated[int | None, typer.Option(help="Threads; no result depends on it. Default: all cores.")] = None,
    out: Annotated[
        Path | None,
        path_option("Folder for report, pictures and tables. Default: the scenario's name; with --json none."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario with its counterfactual twins, and report what is otherwise with them.

    Writes report.html (tables, pictures, and what each size rests on), tidy tables (Parquet) and summary.json.

    Example: dyadsim run video-feedback --out video-feedback
    """
    from ..reports import scenario_report
    from ..reports.scenario_first import lines
    from ..reports.scenario_summary import in_words, summary
    from ..scenarios.scenario import Scenario
    from . import terminal

    if scenario is None:
        print_shipped("scenarios", Scenario, "Shipped scenarios", "dyadsim run NAME runs one")
        return
    asked = Scenario.load(scenario)
    changes: dict[str, Any] = {"dyads": dyads, "weeks": weeks, "seed": seed, "parameters": parameters}
    asked = asked.changed({name: value for name, value in changes.items() if value is not None})
    folder = out if out is not None or as_json else usual_folder("scenario", asked.name)
    scenario_report.check(asked, folder)
    with terminal.progress(asked.title or asked.name) as progress:
        found = asked.run(progress, threads)
    said, files = (
        scenario_report.write(asked, found, folder) if folder else (in_words(summary(asked, found), asked), [])
    )
    if as_json:
        terminal.print_json(said)
        return
    terminal.print_lines(said["title"], [said["compared"], *lines(said["first"]), *said["doubts"]], None)
    if found.twin_arms:
        terminal.print_rows(*_effects(found))
    terminal.print_lines("In numbers", said["in_short"], files)


def _effects(found: Any) -> tuple[Any, ...]:
    """Title, caption, rows and formats of the table of differences in the weeks that a report dwells on."""
    from ..reports.scenario_key_weeks import TRIAL, key_effects
    from ..reports.scenario_words import HARDLY

    effects = key_effects(found)
    shown = effects[effects["d"].abs() >= HARDLY].drop(columns="unit")
    caption = f"Differences with a d below {HARDLY:g} are left out; report.html and effects.parquet have them. {TRIAL}"
    two = dict.fromkeys(("mean", "twin_mean"), "{:.2f}".format)
    numbers = ("difference", "low", "high", "d", "d_low", "d_high", "trial_low", "trial_high")
    signed = dict.fromkeys(numbers, "{:+.2f}".format) | {"from_parameters": "{:.0%}".format}
    return "What is otherwise with the twins", caption, shown, two | signed
