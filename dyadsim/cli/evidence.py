"""Commands that hold the model against published findings: ``calibrate`` and ``validate``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from .. import NOTICE
from ..common.errors import DyadsimError, unknown
from .app import AsJson, app

__all__ = ["calibrate", "validate"]

_ENSEMBLE = "ensemble"
_FITTED = ("interaction", "development", _ENSEMBLE)
_LEVELS = ("interaction", "development", "interventions")
Fitted = Annotated[
    str,
    typer.Argument(
        help=f"Which level of the model: {', '.join(_FITTED)} (parameter sets of both that agree with the evidence)."
    ),
]
Level = Annotated[str, typer.Argument(help=f"Which level of the model: {', '.join(_LEVELS)}.")]


_OF_TARGETS = {
    "interaction": "Of a constraint the margin, which must be above zero. SD: between sessions.",
    "development": "Each in the design it came from, through its instruments; low, high: the range in which it holds.",
}
_KNOWN_TO = {"interaction": "quarter of its tolerance", "development": "sixth of the range in which it holds"}


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _check_level(level: str, levels: Sequence[str]) -> None:
    if level not in levels:
        raise unknown("level of the model", level, levels)


@app.command(epilog=NOTICE)
def calibrate(
    level: Fitted = "interaction",
    dyads: Annotated[
        int | None,
        typer.Option(
            help="interaction: dyads over which the exact law is averaged, a power of two (256). "
            "development: dyads of the community sample (4000)."
        ),
    ] = None,
    rounds: Annotated[
        int | None, typer.Option(help="Rounds: of the least squares at most (12); of sampling the studies (3).")
    ] = None,
    sets: Annotated[int | None, typer.Option(help="ensemble: how many parameter sets (256).")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File (TOML; of the ensemble Parquet) for the fitted values and their provenance."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fit the default parameters to the evidence that may set them, and show what it does not pin down.

    Reads the rows of role calibrate and constraint only. The seconds (interaction) take some four minutes, the weeks
    (development) some ten, an ensemble of both some twenty-five. The same command gives the same values, so it takes no
    seed. Without --out the values are shown and nothing is written.

    Example: dyadsim calibrate development --out development.toml
    """
    from ..common import files as writing
    from ..fitting.calibrate_development import calibrate_development
    from ..fitting.calibrate_ensemble import calibrate_ensemble
    from ..fitting.calibrate_interaction import calibrate_interaction
    from . import terminal

    _check_level(level, _FITTED)
    writing.file_for(out)
    given = {"dyads": dyads, "rounds": rounds, "sets": sets}
    asked = {name: value for name, value in given.items() if value is not None}
    for name in asked:
        if (name == "sets") != (level == _ENSEMBLE):
            raise DyadsimError(f"'--{name}' is no option of 'dyadsim calibrate {level}'.")
    fit: Any = {"interaction": calibrate_interaction, "development": calibrate_development}.get(
        level, calibrate_ensemble
    )
    with terminal.progress("fitting") as progress:
        fitted = fit(**asked, progress=progress)
    files = [str(fitted.write(out))] if out else []
    if level == _ENSEMBLE:
        _ensemble(fitted, files, as_json)
        return
    if not fitted.provenance["settled"]:
        print("The fit had not settled after these rounds: give it more of them.", file=sys.stderr)
    if as_json:
        tables = {"rows": fitted.rows, "parameters": fitted.parameters}
        terminal.print_json({**fitted.provenance, **{name: _records(table) for name, table in tables.items()}})
        return
    terminal.print_rows(
        "Targets, published and fitted",
        _OF_TARGETS[level],
        fitted.rows,
        {"off": lambda value: "" if pd.isna(value) else f"{value:+.1%}", "holds": _yes},
    )
    terminal.print_rows(
        "Parameters, assumed and fitted",
        "settled: the share of what was open before (variance) that the rows settled, where each counts as known to a "
        f"{_KNOWN_TO[level]}. A parameter that is not pinned rests on what data/priors.toml assumes. trades with: the "
        "parameter that its remaining uncertainty is most tied to (correlation).",
        _parameters(fitted.parameters),
        {"pinned": _yes, "settled": lambda value: f"{value:.0%}"},
        files,
    )


def _ensemble(found: Any, files: list[str], as_json: bool) -> None:
    """What is told of an ensemble."""
    from . import terminal

    about = found.provenance
    if as_json:
        tables = {"rows": found.rows, "parameters": found.parameters}
        terminal.print_json({**about, **{name: _records(table) for name, table in tables.items()}})
        return
    terminal.print_rows(
        "Targets, published and in the ensemble",
        "low, high: the range in which a row holds; from, to: of 95 of 100 sets. Of a constraint the margin.",
        found.rows,
        {},
    )
    failed, played = about["no_agreement_on"], about["simulated"]
    missed = [sum(counts) for counts in played["missed_by_set"]]
    terminal.print_rows(
        "Parameters, assumed, calibrated and in the ensemble",
        f"{about['sets']} sets of {about['candidates']} candidates; {failed['seconds']} found no agreement on the "
        f"seconds, {failed['weeks']} none on the weeks. laplace sd: what the linear model leaves open. Of "
        f"{len(played['sets'])} sets that were played, of {played['rows_of_the_seconds']} rows and "
        f"{played['targets_of_the_weeks']} targets {min(missed)} to {max(missed)} did not hold.",
        found.parameters,
        {},
        files,
    )


@app.command(epilog=NOTICE)
def validate(
    level: Level = "interaction",
    dyads: Annotated[
        int | None,
        typer.Option(
            help="Dyads simulated in each study (4000; development: of the community; interventions: 1000 in each arm)."
        ),
    ] = None,
    seed: Annotated[str, typer.Option(help="Names the luck.")] = "1",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for tables and pictures. Default: validation-LEVEL; with --json none."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the model against every published finding that it can express, misses included.

    Example: dyadsim validate development --out validation
    """
    from .. import plots
    from ..common import files as writing
    from ..reports import folder as output
    from ..validation.development import validate_development
    from ..validation.interaction import validate_interaction
    from ..validation.interventions import SET_WITHIN, validate_interventions
    from . import terminal

    _check_level(level, _LEVELS)
    folder = out if out is not None or as_json else Path(f"validation-{level}")
    writing.folder_for(folder)
    hold = {
        "interaction": validate_interaction,
        "development": validate_development,
        "interventions": validate_interventions,
    }[level]
    asked = {} if dyads is None else {"dyads": dyads}
    with terminal.progress("findings") as progress:
        found = hold(**asked, seed=seed, progress=progress)
    files = []
    if folder:
        tables = {"findings": found.rows, "not_expressed": found.not_expressed}
        about = {**found.provenance, "command": sys.argv}
        made = plots.findings(found.rows) if level != "interventions" else plots.sizes(found.rows, SET_WITHIN)
        pictures = {"findings": made}
        if level == "development":
            pictures["couplings"] = plots.couplings()
        files = output.write_folder(folder, tables, about, pictures)
    if as_json:
        print(output.as_json(_records(found.rows)))
        return
    shown = found.rows[["id", "target", "model", "difference", "holds", "role", "basis"]]
    terminal.print_rows(
        f"Findings on {level}, published and simulated",
        "Words: each part with its size (d: standardised difference over dyads; else as said; constraints: log ratios "
        "of shares, and contingencies); (not) marks a part that does not hold. A recalled figure was not read at its "
        "source: unverified. A row with several numbers holds if all of them do. findings.csv says how each is "
        "expressed.",
        shown,
        {"holds": lambda value: "yes" if value else "NO", "basis": _basis},
    )
    terminal.print_rows("Not expressed, and why", "", found.not_expressed, {})
    terminal.print_rows(
        "How many hold",
        "Only check rows are validation: calibrate and constraint rows set the model, derived rows follow from them, "
        "context rows are shown for comparison; set: sizes that entries of the catalogue put in.",
        found.counts(),
        {},
        files,
    )


def _parameters(found: pd.DataFrame) -> pd.DataFrame:
    """As printed: the tie beside the parameter it is to, where there is one worth the name."""
    said = [
        f"{name} ({tie:+.2f})" if abs(tie) > 0.3 else ""
        for name, tie in zip(found["trades_with"], found["tie"], strict=True)
    ]
    return found.drop(columns=["trades_with", "tie", "assumed_sd"]).assign(trades_with=said)


def _basis(basis: str) -> str:
    from ..theory.evidence import UNVERIFIED

    return f"{basis}, unverified" if basis == UNVERIFIED else basis


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
