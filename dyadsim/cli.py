"""The shell: ``dyadsim COMMAND``. It reads what users write and calls the library; it computes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from .errors import DyadsimError, unknown

__all__ = ["main"]

app = typer.Typer(
    name="dyadsim",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="How a mother and her infant coordinate, rupture and repair, second by second.\n\n"
    "For thought and teaching; no clinical instrument and no rating of a parent.",
)

Scheme = Annotated[
    str, typer.Option(help="Match scheme: strict, affect, joint-attention or valence.", show_default=True)
]
Out = Annotated[Path | None, typer.Option(help="Folder for tables (CSV), pictures (PNG) and provenance (JSON).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def main() -> None:
    """Run the command line. Input that cannot be used ends with one sentence and exit code 2."""
    try:
        app()
    except DyadsimError as error:
        print(f"dyadsim: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"dyadsim: {error.strerror}: '{error.filename}'.", file=sys.stderr)
        sys.exit(2)


def _version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
def interact(
    population: Annotated[str, typer.Option(help="Who: a shipped population or a TOML file.")] = "community",
    dyads: Annotated[int, typer.Option(help="How many dyads.")] = 100,
    paradigm: Annotated[str, typer.Option(help="What is done: a shipped paradigm or a TOML file.")] = "still-face",
    seconds: Annotated[int | None, typer.Option(help="Stretch the whole session to so many seconds.")] = None,
    scheme: Scheme = "strict",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Set a trait or coefficient for all: NAME=VALUE; repeatable.")
    ] = None,
    infant: Annotated[str | None, typer.Option(help="A rule of your own for the infant: FILE.py:CLASS.")] = None,
    mother: Annotated[str | None, typer.Option(help="A rule of your own for the mother: FILE.py:CLASS.")] = None,
    show: Annotated[int, typer.Option(help="The dyad that the pictures show.")] = 0,
    seed: Annotated[str, typer.Option(help="Names the luck; the same seed gives the same session.")] = "1",
    threads: Annotated[int | None, typer.Option(help="Threads; no result depends on it. Default: all cores.")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a session of many dyads and measure it.

    Example: dyadsim interact --population depressed --paradigm still-face --dyads 200 --seed 1 --out depressed
    """
    from . import output
    from .cohort import Cohort
    from .rules import InfantRules, MotherRules
    from .simulate import interact as simulate

    rules: dict[str, Any] = {"infant": _rule(infant, InfantRules), "mother": _rule(mother, MotherRules)}
    extra = (*rules["infant"].extra_traits, *rules["mother"].extra_traits)
    cohort = Cohort.sample(dyads, population, seed).replace(extra, **dict(_setting(text) for text in set_ or []))
    if not 0 <= show < dyads:
        raise DyadsimError(f"The dyad to show must be 0 to {dyads - 1}, not {show}.")
    with output.progress(f"{dyads:,} dyads") as progress:
        session = simulate(cohort, paradigm, seed, seconds=seconds, threads=threads, progress=progress, **rules)
    summary = session.summary(scheme)
    files = output.write_session(session, scheme, show, out, {"summary": summary}) if out else []
    means = {(m, e): {"mean": mean, "se": se} for e, m, mean, se in summary.itertuples(index=False)}
    measures = list(dict.fromkeys(summary["measure"]))
    about = session.provenance
    if as_json:
        episodes = {e: {m: means[m, e] for m in measures} for e in session.episodes}
        output.print_json({"provenance": about, "scheme": scheme, "episodes": episodes, "files": files})
        return
    output.print_table(
        f"{about['dyads']:,} dyads ({about['population']}), {about['paradigm']}, seed {about['seed']}, scheme {scheme}",
        "Mean over dyads (standard error); latencies in seconds, pooled over all mismatches, errors clustered by dyad.",
        session.episodes,
        [
            (name, [output.with_error(**means[name, episode]) for episode in session.episodes])
            for name in _shown(measures)
        ],
        files,
    )


@app.command()
def code(
    file: Annotated[str, typer.Argument(help="A Mangold INTERACT export, or the name of a shipped session.")],
    scheme: Scheme = "valence",
    mother_column: Annotated[str | None, typer.Option(help="Header of the mother's codes.")] = None,
    infant_column: Annotated[str | None, typer.Option(help="Header of the infant's codes.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frames a second (default: found from the times).")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Read a coded video session and measure it as simulated ones are measured.

    Two sessions are shipped: mangold_3367goodman.csv and mangold_3532goodman.csv.

    Example: dyadsim code mangold_3532goodman.csv --out coded
    """
    from . import output
    from .coding import read_coded

    session = read_coded(file, mother=mother_column, infant=infant_column, fps=fps)
    measures = session.measures(scheme)
    files = output.write_session(session, scheme, 0, out) if out else []
    row = {str(name): value for name, value in measures.iloc[0].items()}
    if as_json:
        survival = {name.rsplit("_", 1)[1]: row.pop(name) for name in list(row) if name.startswith("repair_survival_")}
        output.print_json({**session.provenance, "scheme": scheme, **row, "repair_survival": survival, "files": files})
        return
    output.print_table(
        f"{session.provenance['file']}, {session.provenance['frames_per_second']:g} frames a second, scheme {scheme}",
        "Latencies in seconds; shares are of the time in which both partners are coded.",
        ["value"],
        [(name, [output.number(row[name])]) for name in _shown(row)],
        files,
    )


def _rule(given: str | None, base: type[Any]) -> type[Any]:
    """The shipped rules, or the class that FILE.py:CLASS names."""
    if given is None:
        return base
    import importlib.util

    file, _, name = given.rpartition(":")
    if not file or not Path(file).is_file():
        raise DyadsimError(f"A rule is given as FILE.py:CLASS, but there is no file '{file or given}'.")
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    if spec is None or spec.loader is None:
        raise DyadsimError(f"'{file}' is no Python file.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise DyadsimError(f"'{file}' cannot be loaded: {type(error).__name__}: {error}.") from error
    classes = {key: value for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, base)}
    if name not in classes:
        raise unknown(f"{base.__name__} class in '{file}':", name, classes or ["none"])
    return classes[name]


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise DyadsimError(f"--set takes NAME=VALUE with a number, not '{text}'.") from None


_TABLE = (
    "codable", "match", "chance_match", "kappa", "mismatch_spells", "repaired", "ruptures_per_min", "repairs_per_min",
    "median_repair_latency", "mean_repair_latency", "repair_survival", "contingency", "arousal", "infant_", "mother_",
    "grid_",
)  # fmt: skip


def _shown(names: Iterable[str]) -> list[str]:
    """The measures that a printed table holds; CSV and JSON hold all."""
    return [name for name in names if any(part in name for part in _TABLE) and "bout" not in name]


if __name__ == "__main__":
    main()
