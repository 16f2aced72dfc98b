"""Commands that fit the model to coded sessions: ``fit`` and ``compare-theories``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError
from .app import AsJson, InfantRule, MotherRule, Out, Scheme, app, rules_of
from .reading_options import Coder, Codes, Dyad, Episodes, Files, Fps, InfantColumn, MotherColumn, Step, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..measurement.session import Session
    from ..reports.fit_findings import FitFindings
    from ..reports.theory_report import TheoryFindings

__all__ = ["compare_theories", "fit"]

Age = Annotated[float | None, typer.Option(help="Age of the infants in weeks (default: 39).")]
Times = Annotated[int, typer.Option(help="How often each session is simulated for the checks.")]
Seed = Annotated[int, typer.Option(help="Names the luck; the same seed gives the same result.")]
Threads = Annotated[int | None, typer.Option(help="Threads; no result depends on it. Default: all cores.")]
ParadigmName = Annotated[
    str | None,
    typer.Option(
        help="What is held in the episodes, by their names: a shipped paradigm or a TOML file. Default: a still face "
        "in episodes whose names begin so."
    ),
]


@app.command(epilog=NOTICE)
def fit(
    files: Files,
    age: Age = None,
    free: Annotated[
        list[str] | None, typer.Option(help="A trait or coefficient fitted to each dyad; repeatable. Default: ten.")
    ] = None,
    shared: Annotated[
        list[str] | None, typer.Option(help="A trait or coefficient fitted once for all dyads; repeatable.")
    ] = None,
    about: Annotated[
        str | None,
        typer.Option(
            metavar="TABLE.csv", help="Covariates: a column 'dyad', perhaps 'session' and 'age', and numbers a column."
        ),
    ] = None,
    effect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COVARIATE:PARAMETER", help="A covariate or episode on which a parameter depends; repeatable."
        ),
    ] = None,
    ridge: Annotated[
        float, typer.Option(help="How strongly dyads are drawn towards the population: 0 not at all, 1 as by a prior.")
    ] = 1.0,
    population: Annotated[str, typer.Option(help="Whose: a shipped population or a TOML file.")] = "community",
    one_dyad: Annotated[bool, typer.Option("--one-dyad", help="All sessions are of one and the same dyad.")] = False,
    paradigm: ParadigmName = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Intervals by the profile of the likelihood, not by standard errors.")
    ] = False,
    times: Times = 200,
    bootstrap: Annotated[int, typer.Option(help="So often simulate all sessions and fit again.")] = 0,
    scheme: Scheme = None,
    codes: Codes = None,
    dyad: Dyad = None,
    episodes: Episodes = None,
    mother_column: MotherColumn = None,
    infant_column: InfantColumn = None,
    coder: Coder = None,
    fps: Fps = None,
    step: Step = None,
    seed: Seed = 0,
    threads: Threads = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Fit the model to coded sessions: each dyad's parameters, how surely, and what the model gets right and wrong.

    An estimate is what these minutes and this model say together, and no rating of a parent. With --out, report.html
    tells it all for a lab.

    Example: dyadsim fit mangold_3532goodman.csv --age 13 --out fitted
    """
    from ..common.errors import whole_number
    from ..fitting.covariate_table import covariate_table
    from ..fitting.fit_sessions import FREE
    from ..fitting.fit_sessions import fit as fitted_to
    from ..reports import fit_report
    from ..reports.fit_findings import findings
    from ..reports.output_folder import check_folder
    from . import terminal

    check_folder(out, "fit", fit_report.FIT_FILES)
    whole_number("number of simulated sessions", times, 2, 10_000)
    whole_number("number of simulated fits", bootstrap, 0, 10_000)
    if bootstrap == 1:
        raise DyadsimError("One simulated fit has no spread; give --bootstrap 2 or more.")
    rules = rules_of(infant, mother)
    sessions = read(
        files,
        one_dyad,
        dyad=dyad,
        codes=codes,
        mother=mother_column,
        infant=infant_column,
        fps=fps,
        step=step,
        coder=coder,
        episodes=episodes,
    )
    for session in sessions:
        session.match_scheme(scheme)  # refused before any work
    options: dict[str, Any] = {
        "free": free or [name for name in FREE if name not in (shared or [])],
        "shared": shared or [],
        "covariates": None if about is None else covariate_table(about),
        "effects": _effects(effect or []),
        "ages": age,
        "ridge": ridge,
        "population": population,
        "infant": rules.infant,
        "mother": rules.mother,
        "threads": threads,
    }
    with terminal.progress("fitting") as progress:
        fitted = fitted_to(sessions, paradigm=paradigm, progress=progress, **options)
    with terminal.progress("holding halves out"):
        held_out = _held_out(sessions, {"paradigm": paradigm, **options})
    with terminal.progress("simulating what was fitted") as progress:
        found = findings(
            fitted,
            sessions,
            held_out,
            population=population,
            times=times,
            bootstrap=bootstrap,
            by_profile=profile,
            profiles=out is not None,
            seed=seed,
            scheme=scheme,
            threads=threads,
            progress=progress,
        )
    written = []
    if out:
        asked = {"options": {**options, "covariates": about, "age": age, "seed": seed, "times": times}}
        asked["options"] |= {name: getattr(options[name], "__name__", "") for name in ("infant", "mother")}
        with terminal.progress("writing the report"):
            written = fit_report.write(found, out, sessions.report(), {**asked, "command": sys.argv})
    if as_json:
        terminal.print_json({**fit_report.said(found), "files": written})
        return
    _print_fit(found, age is None and about is None, written)


def _print_fit(found: FitFindings, age_is_assumed: bool, files: list[str]) -> None:
    from ..reports import fit_report
    from ..reports import fit_sentences as say
    from . import terminal

    who = str(found.fitted.dyads[0]) if len(found.fitted.dyads) == 1 else f"{len(found.fitted.dyads)} dyads"
    caption = f"{fit_report.TABLE_SAYS} Intervals {found.intervals}."
    terminal.print_rows(f"{who}: what was fitted", caption, fit_report.estimates_in_short(found), {})
    says = "What would be if one did not follow the other, by the fitted dyad"
    terminal.print_rows(says, fit_report.ARROWS_SAY, fit_report.arrows_in_short(found), {})
    lines = say.in_short(found)
    if age_is_assumed:
        lines.insert(1, "No age is given, so all infants are taken to be 39 weeks old; say it with --age.")
    lines += say.on_what_is_not_told(found, parameters=False)
    terminal.print_lines("In words", lines, files)


def _held_out(sessions: Sequence[Session], options: dict[str, Any]) -> pd.DataFrame | str:
    """Scores of what was held out; or, where nothing can be, why not."""
    from ..fitting.held_out import held_out_scores

    try:
        return held_out_scores(sessions, **options)
    except DyadsimError as error:
        return str(error)


def _effects(texts: list[str]) -> dict[str, list[str]]:
    """Parameters by covariate, from texts such as ``group:sensitivity``."""
    effects: dict[str, list[str]] = {}
    for text in texts:
        covariate, colon, parameter = (part.strip() for part in text.rpartition(":"))
        if not (covariate and colon and parameter):
            raise DyadsimError(f"--effect takes COVARIATE:PARAMETER, such as group:sensitivity, not '{text}'.")
        if parameter in effects.setdefault(covariate, []):
            raise DyadsimError(f"--effect gives '{text}' twice.")
        effects[covariate].append(parameter)
    return effects


@app.command(epilog=NOTICE)
def compare_theories(
    files: Files,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME|FILE.py",
            help="A theory: mutual-regulation, no-contingency, infant-led, mother-led, attention-withdrawal, or a file "
            "of rules; repeatable. Default: those five.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="What is held out in turn: dyad, or time (halves). Default: dyad, if there are several."),
    ] = None,
    age: Age = None,
    one_dyad: Annotated[bool, typer.Option("--one-dyad", help="All sessions are of one and the same dyad.")] = False,
    paradigm: ParadigmName = None,
    times: Times = 200,
    scheme: Scheme = None,
    codes: Codes = None,
    dyad: Dyad = None,
    episodes: Episodes = None,
    mother_column: MotherColumn = None,
    infant_column: InfantColumn = None,
    coder: Coder = None,
    fps: Fps = None,
    step: Step = None,
    seed: Seed = 0,
    threads: Threads = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compare theories of interaction on coded sessions: what each explains, foretells, and gets wrong.

    Each theory is a pair of rules, fitted and scored like the others, beside a Markov chain and a hidden Markov model
    that know nothing of dyads. With --out, report.html tells it all.

    Example: dyadsim compare-theories mangold_3367goodman mangold_3532goodman --by time --age 13 --out theories
    """
    from ..common.errors import whole_number
    from ..fitting.compare_theories import compare_theories as compared
    from ..fitting.theory import THEORIES
    from ..reports import theory_report
    from ..reports.output_folder import check_folder
    from . import terminal

    check_folder(out, "compare-theories", theory_report.THEORY_FILES)
    whole_number("number of simulations", times, 2, 10_000)
    # So that --rules a.py b.py means both, as one would think: what follows an option's first value counts as a file.
    also = [each for each in files if rules and (each.endswith(".py") or each in THEORIES)]
    coded = [each for each in files if each not in also]
    sessions = read(
        coded,
        one_dyad,
        dyad=dyad,
        codes=codes,
        mother=mother_column,
        infant=infant_column,
        fps=fps,
        step=step,
        coder=coder,
        episodes=episodes,
    )
    for session in sessions:
        session.match_scheme(scheme)  # refused before any work
    with terminal.progress("fitting theories") as progress:
        comparison = compared(
            sessions,
            [*rules, *also] if rules else THEORIES,
            by=by,
            paradigm=paradigm,
            ages=age,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    with terminal.progress("simulating each theory"):
        found = theory_report.findings(comparison, sessions, times, seed, scheme)
    written = []
    if out:
        asked = {"theories": [*(rules or THEORIES), *also], "by": comparison.held_out, "age": age, "seed": seed}
        with terminal.progress("writing the report"):
            written = theory_report.write(found, out, sessions.report(), {**asked, "command": sys.argv})
    if as_json:
        terminal.print_json({**theory_report.said(found), "files": written})
        return
    _print_theories(found, written)


def _print_theories(found: TheoryFindings, files: list[str]) -> None:
    from ..reports import theory_report
    from . import terminal

    terminal.print_rows(
        f"Theories on {theory_report.of_whom(found)}",
        theory_report.TABLE_SAYS,
        theory_report.table_in_short(found),
        {},
    )
    terminal.print_lines("In words", theory_report.in_short(found), files)
