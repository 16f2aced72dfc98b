"""Commands that make and read sessions: ``interact`` and ``code``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError
from .app import AsJson, InfantRule, MotherRule, Out, Scheme, app, rules_of
from .reading_options import Coder, Codes, Dyad, Episodes, Fps, InfantColumn, MotherColumn, Step

if TYPE_CHECKING:
    import pandas as pd

    from ..measurement.session import Session

__all__ = ["code", "interact"]


@app.command(epilog=NOTICE)
def interact(
    population: Annotated[str, typer.Option(help="Who: a shipped population or a TOML file.")] = "community",
    dyads: Annotated[int, typer.Option(help="How many dyads.")] = 100,
    paradigm: Annotated[str, typer.Option(help="What is done: a shipped paradigm or a TOML file.")] = "free-play",
    seconds: Annotated[int | None, typer.Option(help="Stretch the whole session to so many seconds.")] = None,
    scheme: Scheme = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Set a trait or coefficient for all: NAME=VALUE; repeatable.")
    ] = None,
    infant: InfantRule = None,
    mother: MotherRule = None,
    show: Annotated[int, typer.Option(help="The dyad that the pictures show.")] = 0,
    seed: Annotated[str, typer.Option(help="Names the luck; the same seed gives the same session.")] = "0",
    threads: Annotated[int | None, typer.Option(help="Threads; no result depends on it. Default: all cores.")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a session of many dyads and measure it.

    Example: dyadsim interact --population depressed --paradigm still-face --dyads 200 --seed 1 --out depressed
    """
    from ..interaction.interact import interact as simulate
    from ..measurement.measures import in_short, summary_of
    from ..people.cohort import Cohort
    from ..reports.folder import SESSION_FILES, with_error, write_session
    from ..reports.output_folder import check_folder
    from . import terminal

    check_folder(out, "interact", SESSION_FILES)
    rules = rules_of(infant, mother)
    cohort = Cohort.sample(dyads, population, seed).replace(_set_by_hand(set_ or []), extra_traits=rules.extra_traits)
    if not 0 <= show < dyads:
        raise DyadsimError(f"The dyad to show must be 0 to {dyads - 1}, not {show}.")
    with terminal.progress(f"{dyads:,} dyads") as progress:
        session = simulate(
            cohort,
            paradigm,
            seed,
            seconds=seconds,
            infant=rules.infant,
            mother=rules.mother,
            threads=threads,
            progress=progress,
        )
    session.provenance["scheme"] = session.match_scheme(scheme).name
    tables = {"measures": session.measures(scheme), "repair_survival": session.repair_survival(scheme)}
    tables["summary"] = summary = summary_of(**tables, step=session.step)
    files = write_session(session, "interact", scheme, show, out, tables) if out else []
    means = {(m, e): {"mean": mean, "se": se} for e, m, mean, se in summary.itertuples(index=False)}
    names = list(dict.fromkeys(summary["measure"]))
    about = session.provenance
    if as_json:
        episodes = {e: _nested({m: means[m, e] for m in names}) for e in session.episodes}
        terminal.print_json({"provenance": about, "scheme": about["scheme"], "episodes": episodes, "files": files})
        return
    who = f"{about['dyads']:,} dyads ({about['population']})"
    terminal.print_table(
        f"{who}, {about['paradigm']['name']}, seed {about['seed']}, scheme {about['scheme']}",
        "Mean over dyads (standard error); latencies in seconds, pooled over all mismatches, errors clustered by dyad.",
        session.episodes,
        [
            (name, [with_error(**means[name, episode]) for episode in session.episodes])
            for name in in_short(names, session.codes)
        ],
        files,
    )


@app.command(epilog=NOTICE)
def code(
    files: Annotated[list[str], typer.Argument(help="Files of coding programs, or names of shipped sessions.")],
    scheme: Scheme = None,
    codes: Codes = None,
    dyad: Dyad = None,
    episodes: Episodes = None,
    mother_column: MotherColumn = None,
    infant_column: InfantColumn = None,
    coder: Coder = None,
    fps: Fps = None,
    step: Step = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Read coded video sessions and measure them as simulated ones are measured; says what was settled on the way.

    Two sessions are shipped: mangold_3367goodman.csv and mangold_3532goodman.csv.

    Example: dyadsim code mangold_3532goodman.csv --out coded
    """
    from ..coded_video.read import coded_sessions
    from ..reports.folder import SESSION_FILES, write_session, write_tables
    from ..reports.output_folder import check_folder

    check_folder(out, "code", SESSION_FILES)
    sessions = coded_sessions(
        files,
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
        session.provenance["scheme"] = session.match_scheme(scheme).name
    measures = sessions.measures(scheme)
    written = []
    if out and len(sessions) == 1:
        tables = {"measures": measures, "repair_survival": sessions[0].repair_survival(scheme)}
        written = write_session(sessions[0], "code", scheme, 0, out, tables)
    elif out:
        about = {"sessions": [session.provenance for session in sessions]}
        written = write_tables(out, "code", {"measures": measures, "reading": sessions.report()}, about, {})
    _print_coded(list(sessions), measures, written, as_json)


def _print_coded(sessions: list[Session], measures: pd.DataFrame, files: list[str], as_json: bool) -> None:
    """Print measures of coded sessions, and what was settled when they were read."""
    from ..measurement.measures import in_short
    from ..reports.folder import number
    from . import terminal

    rows = [{str(name): value for name, value in row.items()} for row in measures.to_dict("records")]
    if as_json:
        said = []
        for session in sessions:
            own = [_nested(row) for row in rows if row["dyad"] == session.dyads[0]]
            by_episode = {"episodes": {row["episode"]: row for row in own}} if len(own) > 1 else own[0]
            said.append({**session.provenance, **by_episode})
        terminal.print_json({**said[0], "files": files} if len(said) == 1 else {"sessions": said, "files": files})
        return
    caption = "Latencies in seconds; shares are of the time in which both partners are coded."
    notes = [
        f"{session.dyads[0]}: {remark}" if len(sessions) > 1 else remark
        for session in sessions
        for remark in session.provenance["reading"]["remarks"]
    ]
    about = sessions[0].provenance
    title = "{file}, {frames_per_second:g} frames a second, scheme {scheme}".format(**about)
    if len(sessions) > 1:
        title = f"{len(sessions):,} coded sessions, scheme {', '.join({s.provenance['scheme']: 0 for s in sessions})}"
    names = ["value"] if len(rows) == 1 else [f"{row['dyad']} {row['episode']}" for row in rows]
    if len(sessions) == 1 and len(rows) > 1:
        names = [str(row["episode"]) for row in rows]
    shown = in_short(rows[0], sessions[0].codes)
    terminal.print_table(
        title, caption, names, [(name, [number(row[name]) for row in rows]) for name in shown], files, notes
    )


def _set_by_hand(texts: list[str]) -> dict[str, float]:
    """Values of traits and coefficients by name, from texts such as ``sensitivity=1``."""
    values: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        name = name.strip()
        try:
            number = float(value)
        except ValueError:
            raise DyadsimError(f"--set takes NAME=VALUE with a number, not '{text}'.") from None
        if name in values:
            raise DyadsimError(f"--set gives '{name}' twice.")
        values[name] = number
    return values


def _nested(measures: dict[str, Any]) -> dict[str, Any]:
    """Measures for JSON: repair survival by seconds, all else as it is."""
    from ..measurement.declarations import SURVIVAL

    survival = {str(seconds): measures[name] for name, seconds in SURVIVAL.items()}
    others = {name: value for name, value in measures.items() if name not in SURVIVAL}
    return {**others, "repair_survival": survival}
