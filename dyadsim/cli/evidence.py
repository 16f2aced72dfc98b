"""Commands that hold the model against published findings: ``calibrate LEVEL`` and ``validate LEVEL``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer

from .. import NOTICE
from ..common.errors import unknown
from .app import AsJson, Group, app, path_option

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..validation.validation import Validation

__all__ = ["calibrate", "validate"]

_FIRST = "interaction"


class _Levels(Group):
    """Commands, one a level of the model; where none is named, that of interaction."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Arguments with the level first, wherever it stands: ``--dyads 400 development`` is as good."""
        place = self._place(args)
        if place is not None:
            args = [args[place], *args[:place], *args[place + 1 :]]
        elif args != ["--help"] and (not args or args[0].startswith("-")):
            args = [_FIRST, *args]
        return super().parse_args(ctx, args)

    def _place(self, args: list[str]) -> int | None:
        """Place of the argument that names a level; what follows an option (``--out development``) is its value."""
        values = [word.startswith("-") and "=" not in word and word != "--json" for word in ["", *args]]
        return next((k for k, word in enumerate(args) if word in self.commands and not values[k]), None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands:
            raise unknown("level of the model", args[0], self.commands)
        return super().resolve_command(ctx, args)


calibrate = typer.Typer(cls=_Levels, no_args_is_help=False)
validate = typer.Typer(cls=_Levels, no_args_is_help=False)
app.add_typer(calibrate, name="calibrate")
app.add_typer(validate, name="validate")

Fitted = Annotated[Path | None, path_option("File (TOML) for the fitted values and their provenance.")]
Sets = Annotated[Path | None, path_option("File (Parquet) for the parameter sets and their provenance.")]
Seed = Annotated[str, typer.Option(help="Names the luck.")]
Folder = Annotated[
    Path | None,
    path_option("Folder for tables and pictures. Default: validation-LEVEL; with --json none."),
]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


# Calibration ----------------------------------------------------------------------------------------------------------


@calibrate.callback(epilog=NOTICE)
def _calibrate() -> None:
    """Fit the default parameters to the evidence that may set them, and show what it does not pin down.

    Reads the rows of role calibrate and constraint only. The same command gives the same values, so it takes no seed.
    Every level takes --out, without which the values are shown and nothing is written, and --json. Without a level it
    is that of interaction; "all" fits everything, in order, into a folder. "dyadsim calibrate LEVEL --help" tells of
    the options of each.

    Example: dyadsim calibrate development --out development.toml
    """


@calibrate.command("interaction", epilog=NOTICE)
def _calibrate_interaction(
    dyads: Annotated[int, typer.Option(help="Dyads over which the exact law is averaged, a power of two.")] = 128,
    rounds: Annotated[int, typer.Option(help="Rounds of the least squares, at most.")] = 10,
    followed: Annotated[int, typer.Option(help="Dyads in each simulated study; 0: rows of the exact law alone.")] = 500,
    out: Fitted = None,
    as_json: AsJson = False,
) -> None:
    """Fit the coefficients of interaction, second by second: some five minutes.

    Example: dyadsim calibrate interaction --out defaults.toml
    """
    from ..fitting.calibrate_interaction import calibrate_interaction

    fitted, files = _fit(calibrate_interaction, out, dyads=dyads, rounds=rounds, followed=followed)
    _tell_fit(
        fitted,
        files,
        as_json,
        "Of a constraint the margin, which must be above zero. SD: between sessions.",
        "quarter of its tolerance",
    )


@calibrate.command("development", epilog=NOTICE)
def _calibrate_development(
    dyads: Annotated[int, typer.Option(help="Dyads of the community sample; other studies in proportion.")] = 4000,
    rounds: Annotated[int, typer.Option(help="Rounds of sampling the studies.")] = 3,
    out: Fitted = None,
    as_json: AsJson = False,
) -> None:
    """Fit the parameters of development, week by week: some five minutes.

    Example: dyadsim calibrate development --out development.toml
    """
    from ..fitting.calibrate_development import calibrate_development

    fitted, files = _fit(calibrate_development, out, dyads=dyads, rounds=rounds)
    _tell_fit(
        fitted,
        files,
        as_json,
        "Each in the design it came from, through its instruments; low, high: the range in which it holds.",
        "sixth of the range in which it holds",
    )


@calibrate.command("ensemble", epilog=NOTICE)
def _calibrate_ensemble(
    sets: Annotated[int, typer.Option(help="How many parameter sets.")] = 128,
    out: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Draw parameter sets of both levels that agree with the evidence: most of an hour.

    Example: dyadsim calibrate ensemble --out ensemble.parquet
    """
    from ..fitting.calibrate_ensemble import calibrate_ensemble
    from . import terminal

    found, files = _fit(calibrate_ensemble, out, sets=sets)
    about = found.provenance
    if as_json:
        _print_json(found)
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


@calibrate.command("families", epilog=NOTICE)
def _calibrate_families(
    families: Annotated[int, typer.Option(help="Families in the largest studies; others in proportion.")] = 1000,
    rounds: Annotated[int, typer.Option(help="Rounds of slopes and steps.")] = 4,
    out: Fitted = None,
    as_json: AsJson = False,
) -> None:
    """Fit partners, ties and what they give: a quarter of an hour.

    Example: dyadsim calibrate families --out families.toml
    """
    from ..fitting.calibrate_families import calibrate_families

    fitted, files = _fit(calibrate_families, out, families=families, rounds=rounds)
    of_rows = "rooms: how far within its range a row lies, in quarters of it; below 0 it does not hold."
    _tell_fit(fitted, files, as_json, of_rows, "room")


@calibrate.command("generations", epilog=NOTICE)
def _calibrate_generations(
    families: Annotated[int, typer.Option(help="Families of each generation.")] = 4000,
    rounds: Annotated[int, typer.Option(help="Rounds of slopes and steps.")] = 3,
    out: Fitted = None,
    as_json: AsJson = False,
) -> None:
    """Fit what goes from one generation to the next, and the norms of childhood: some minutes.

    Example: dyadsim calibrate generations --out inheritance.toml
    """
    from ..fitting.calibrate_generations import calibrate_generations

    fitted, files = _fit(calibrate_generations, out, families=families, rounds=rounds)
    of_rows = "rooms: how far within its range a row lies, in quarters of it; below 0 it does not hold."
    _tell_fit(fitted, files, as_json, of_rows, "room")


@calibrate.command("all", epilog=NOTICE)
def _calibrate_all(
    out: Annotated[Path, path_option("Folder for the files and their log.")] = Path("calibration"),
    quick: Annotated[bool, typer.Option("--quick", help="Few dyads: to see that all steps run, and no more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit everything anew, in order, each step from the files of the steps before it: some hour.

    The package's own files stay as they are. What is in the folder, made from the same, is not made again: a run that
    was ended goes on where it was. calibration.toml there says what was made from what.

    Example: dyadsim calibrate all --out calibration
    """
    from ..fitting.calibrate_all import FILES, LOG, calibrate_all
    from . import terminal

    with terminal.progress("calibrating") as progress:
        found = calibrate_all(out, quick, progress)
    if as_json:
        terminal.print_json({**found.log, "made": list(found.made)})
        return
    terminal.print_rows(
        "Everything that is fitted",
        "made: by this run; what is not was there, made from the same. settled: whether the rounds were enough for the "
        "fit. These files take effect once they are copied into dyadsim/data of a checkout (docs/evidence.md).",
        found.table(),
        {"made": _yes, "settled": _yes},
        [str(found.folder / name) for name in (*(FILES[step] for step in found.made), LOG)],
    )


def _fit(fit: Callable[..., Any], out: Path | None, **asked: int) -> tuple[Any, list[str]]:
    """Result of a calibration, and the files that it was written into."""
    from ..common.files import file_for
    from . import terminal

    file_for(out)
    with terminal.progress("fitting") as progress:
        fitted = fit(**asked, progress=progress)
    return fitted, [str(fitted.write(out))] if out else []


def _tell_fit(fitted: Any, files: list[str], as_json: bool, of_targets: str, known_to: str) -> None:
    """Print what the calibration of one level has found."""
    from . import terminal

    if not fitted.provenance["settled"]:
        print("The fit had not settled after these rounds: give it more of them.", file=sys.stderr)
    if as_json:
        _print_json(fitted)
        return
    terminal.print_rows(
        "Targets, published and fitted",
        of_targets,
        fitted.rows,
        {"off": lambda value: "" if pd.isna(value) else f"{value:+.1%}", "holds": _yes},
    )
    if (simulated := getattr(fitted, "simulated", None)) is not None and len(simulated):
        terminal.print_rows(
            "Rows that simulated sessions tell", "What the model says of each part.", simulated, {"holds": _yes}
        )
    terminal.print_rows(
        "Parameters, assumed and fitted",
        "settled: the share of what was open before (variance) that the rows settled, where each counts as known to a "
        f"{known_to}. A parameter that is not pinned rests on what data/priors.toml assumes. trades with: the "
        "parameter that its remaining uncertainty is most tied to (correlation).",
        _parameters(fitted.parameters),
        {"pinned": _yes, "settled": lambda value: f"{value:.0%}"},
        files,
    )


def _print_json(fitted: Any) -> None:
    from . import terminal

    tables = {"rows": fitted.rows, "parameters": fitted.parameters}
    if hasattr(fitted, "simulated"):
        tables["simulated"] = fitted.simulated
    terminal.print_json({**fitted.provenance, **{name: _records(table) for name, table in tables.items()}})


# Validation -----------------------------------------------------------------------------------------------------------


@validate.callback(epilog=NOTICE)
def _validate() -> None:
    """Hold the model against every published finding that it can express, misses included.

    Every level takes --dyads, --seed, --out and --json. Without a level it is that of interaction; "dyadsim validate
    LEVEL --help" tells of the options of each.

    Example: dyadsim validate development --out validation
    """


@validate.command("interaction", epilog=NOTICE)
def _validate_interaction(
    dyads: Annotated[int, typer.Option(help="Dyads simulated in each study.")] = 4000,
    seed: Seed = "1",
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Hold sessions, second by second, against findings on interaction.

    Example: dyadsim validate interaction --out validation
    """
    from .. import plots
    from ..validation.interaction import validate_interaction

    _hold(
        "interaction",
        lambda progress: validate_interaction(dyads, seed, progress),
        lambda found: {"findings": plots.findings(found)},
        out,
        as_json,
    )


@validate.command("development", epilog=NOTICE)
def _validate_development(
    dyads: Annotated[int, typer.Option(help="Dyads of the community sample; other studies in proportion.")] = 4000,
    seed: Seed = "1",
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Hold courses, week by week, against findings on risk and outcome.

    Example: dyadsim validate development --out validation
    """
    from .. import plots
    from ..validation.development import validate_development

    _hold(
        "development",
        lambda progress: validate_development(dyads, seed, progress),
        lambda found: {"findings": plots.findings(found), "couplings": plots.couplings()},
        out,
        as_json,
    )


@validate.command("interventions", epilog=NOTICE)
def _validate_interventions(
    dyads: Annotated[int, typer.Option(help="Dyads in each arm of each trial.")] = 1000,
    seed: Seed = "1",
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Hold trials of the catalogue against what its entries set, and findings that set nothing: two minutes.

    Example: dyadsim validate interventions --out validation
    """
    from .. import plots
    from ..validation.interventions import SET_WITHIN, validate_interventions

    _hold(
        "interventions",
        lambda progress: validate_interventions(dyads, seed, progress),
        lambda found: {"findings": plots.sizes(found, SET_WITHIN)},
        out,
        as_json,
    )


@validate.command("families", epilog=NOTICE)
def _validate_families(
    families: Annotated[int, typer.Option(help="Families in the largest studies; others in proportion.")] = 4000,
    seed: Seed = "1",
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Hold partners, ties and communities against findings on networks, fathers and hard circumstances: two minutes.

    Example: dyadsim validate families --out validation
    """
    from .. import plots
    from ..validation.families import validate_families

    _hold(
        "families",
        lambda progress: validate_families(families, seed, progress),
        lambda found: {"findings": plots.findings(found)},
        out,
        as_json,
    )


@validate.command("services", epilog=NOTICE)
def _validate_services(
    families: Annotated[int, typer.Option(help="Families in the usual study; others in proportion.")] = 1600,
    seed: Seed = "1",
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Hold services against findings on delivery: coverage, screening, the cascade of care, who stays, costs: a minute.

    Example: dyadsim validate services --out validation
    """
    from .. import plots
    from ..validation.services import validate_services

    _hold(
        "services",
        lambda progress: validate_services(families, seed, progress),
        lambda found: {"findings": plots.findings(found)},
        out,
        as_json,
    )


@validate.command("generations", epilog=NOTICE)
def _validate_generations(
    families: Annotated[int, typer.Option(help="Families of each generation.")] = 4000,
    seed: Seed = "1",
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Hold generations against findings on transmission, stability of attachment, and cycles: some minutes.

    Example: dyadsim validate generations --out validation
    """
    from .. import plots
    from ..validation.generations import validate_generations

    _hold(
        "generations",
        lambda progress: validate_generations(families, seed, progress),
        lambda found: {"findings": plots.findings(found)},
        out,
        as_json,
    )


def _hold(
    level: str,
    hold: Callable[[Callable[[int, int], None]], Validation],
    pictures: Callable[[pd.DataFrame], dict[str, Figure]],
    out: Path | None,
    as_json: bool,
) -> None:
    """Validate a level, write what was found into a folder, and tell of it."""
    from ..reports.folder import write_tables
    from ..reports.output_folder import check_folder
    from . import terminal

    folder = out if out is not None or as_json else Path(f"validation-{level}")
    work = f"validate {level}"
    check_folder(folder, work, ("findings.csv", "not_expressed.csv", "findings.png", "provenance.json"))
    with terminal.progress("findings") as progress:
        found = hold(progress)
    files = []
    if folder:
        tables = {"findings": found.rows, "not_expressed": found.not_expressed}
        files = write_tables(folder, work, tables, {**found.provenance, "command": sys.argv}, pictures(found.rows))
    if as_json:
        terminal.print_json(_records(found.rows))
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
    """Parameters as printed: the tie beside the parameter that it is to, where there is one worth the name."""
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
