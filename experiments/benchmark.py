"""How fast dyadsim is on this machine, beside the same rules written as a Mesa user would write them.

    python experiments/benchmark.py
    python experiments/benchmark.py --json --out benchmark.json

It takes about a minute (Linux or macOS). Every time is the shortest of several runs, after a second or more of warming
up: a processor needs to wake up, and other work on the machine only ever makes a run longer. What is timed takes turns,
so that a spell of other work falls on all figures alike and ratios keep their sense.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from idiomatic_mesa import IdiomaticModel  # beside this file
from rich.console import Console
from rich.table import Table
from weeks_benchmark import course, scaling  # beside this file

import dyadsim as ds
from dyadsim.common.files import replacing
from dyadsim.common.workers import thread_count
from dyadsim.interaction.interact import TABLES
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules
from dyadsim.interaction.tables import make_tables

CORES = thread_count(None)
Figures = dict[str, float]
Timed = dict[str, tuple[Callable[[], Callable[[], Any]], int]]  # by figure: what makes ready what is timed; its dyads


@dataclass(frozen=True)
class Sizes:
    """How much is run."""

    dyads: int = 50_000
    sharing: int = 100
    seconds: int = 300
    distinct: int = 5_000
    agents: int = 100
    law: int = 40
    memory: int = 20_000
    course: int = 1_000
    course_many: int = 10_000
    weeks: int = 52
    courses: int = 4
    rounds: int = 20
    cold_starts: int = 3
    warm_up: float = 1.0


QUICK = Sizes(
    dyads=200,
    sharing=10,
    seconds=30,
    distinct=200,
    agents=5,
    law=2,
    memory=200,
    course=10,
    course_many=20,
    weeks=2,
    courses=1,
    rounds=2,
    cold_starts=1,
    warm_up=0.0,
)


def in_turns(timed: Timed, sizes: Sizes) -> Figures:
    """Seconds a dyad of the shortest run of each; rounds that begin before the machine is warm do not count."""
    runs: list[list[float]] = []
    awake = time.perf_counter() + sizes.warm_up
    while len(runs) < sizes.rounds:
        counts, seconds = time.perf_counter() >= awake, []
        for ready, _ in timed.values():
            run = ready()
            began = time.perf_counter()
            result = run()
            seconds.append(time.perf_counter() - began)
            del result  # giving its memory back is not part of the work
        runs += [seconds] * counts
        print(f"\rbenchmark: round {len(runs)} of {sizes.rounds}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return {name: min(times) / timed[name][1] for name, times in zip(timed, zip(*runs, strict=True), strict=True)}


def fresh(code: str, **environment: str) -> float:
    """The number that Python code prints in a process of its own, with this very dyadsim."""
    own = os.environ | {"PYTHONPATH": str(Path(ds.__file__).parents[1])} | environment
    return float(subprocess.run([sys.executable, "-c", code], env=own, check=True, stdout=subprocess.PIPE).stdout)


def fresh_processes(sizes: Sizes) -> Figures:
    """Import, compilation and peak memory; with the kernel in the cache, so that no peak is the compiler's."""
    timed = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"
    first = "import dyadsim as ds; cohort = ds.Cohort.sample(2); " + timed.format("ds.interact(cohort, seconds=10)")
    cohort = f"ds.Cohort.sample({sizes.sharing}).repeated({sizes.memory // sizes.sharing})"
    peak = (
        f"import resource, sys, dyadsim as ds; ds.interact({cohort}, seconds={{}});"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == 'darwin' else 2**10))"
    )
    cold = []
    for _ in range(sizes.cold_starts - 1):
        with TemporaryDirectory() as cache:
            cold.append(fresh(first, NUMBA_CACHE_DIR=cache))
    with TemporaryDirectory() as cache:  # which the last of them fills
        cold.append(fresh(first, NUMBA_CACHE_DIR=cache))
        again = [fresh(first, NUMBA_CACHE_DIR=cache) for _ in range(2)]
        lengths = sizes.seconds, 10 * sizes.seconds
        short, long = (fresh(peak.format(seconds), NUMBA_CACHE_DIR=cache) for seconds in lengths)
    return {
        "first_use_s": min(cold) - min(again),
        "import_s": min(fresh(timed.format("import dyadsim")) for _ in range(sizes.rounds)),
        "peak_memory_mib_short": short,
        "peak_memory_mib_long": long,
        "memory_growth_mib": long - short,
    }


def engine(sizes: Sizes) -> Timed:
    """Sessions of dyads that share tables, on one thread and on all, and of dyads that each have their own."""
    shared = ds.Cohort.sample(sizes.sharing, seed=1).repeated(sizes.dyads // sizes.sharing)
    different = ds.Cohort.sample(sizes.distinct, seed=1)
    asked = ((shared, 1), (shared, CORES), (different, 1))
    one, every, apart = (partial(ds.interact, who, seconds=sizes.seconds, threads=n) for who, n in asked)
    session = apart()

    def with_table() -> None:
        one().measures()

    def apart_with_table() -> None:
        apart().measures()

    # A session that kept no states makes them when it is first asked, and a copy of it has not been asked.
    states_one, states_every = (partial(lambda played: replace(played).infant, play()) for play in (one, every))
    return {
        "engine_one_thread": (lambda: one, sizes.dyads),
        "engine_all_threads": (lambda: every, sizes.dyads),
        "engine_states_only": (lambda: states_one, sizes.dyads),
        "engine_states_only_all_threads": (lambda: states_every, sizes.dyads),
        "engine_distinct_dyads": (lambda: apart, sizes.distinct),
        "engine_and_table_of_measures": (lambda: with_table, sizes.dyads),
        "engine_distinct_and_table_of_measures": (lambda: apart_with_table, sizes.distinct),
        "measures_us_per_dyad": (lambda: session.measures, sizes.distinct),
    }


def mesa_models(sizes: Sizes) -> Timed:
    """The package's Mesa model and the idiomatic one, made anew for each run."""
    cohort = ds.Cohort.sample(sizes.agents, seed=1)
    return {
        "mesa_model": (lambda: ds.DyadModel(cohort, seconds=sizes.seconds, seed=1).run_model, sizes.agents),
        "idiomatic_mesa": (lambda: IdiomaticModel(cohort, sizes.seconds, seed=1).run_model, sizes.agents),
    }


def tables_and_law(sizes: Sizes) -> Timed:
    """What is made for each different dyad: its tables, and its law."""
    cohort, (episode,) = ds.Cohort.sample(sizes.distinct, seed=1), Paradigm.load("free-play").episodes
    chunks = [cohort[n : n + TABLES] for n in range(0, len(cohort), TABLES)]

    def tables() -> None:
        for chunk in chunks:
            make_tables(chunk, Rules(), episode).thresholds()

    def law() -> None:
        ds.law(cohort[: sizes.law], "still-face").measures()

    return {"table_us_per_dyad": (lambda: tables, sizes.distinct), "law_ms_per_dyad": (lambda: law, sizes.law)}


PLAY, AGENTS = "{dyads:,} dyads sharing {sharing} tables, {seconds} s", "{agents} different dyads, {seconds} s"
NOTES = {
    "engine_one_thread": f"dyad-seconds/s; free play of {PLAY}, all counted that measures are made from",
    "engine_all_threads": "dyad-seconds/s; the same on all cores",
    "scaling_on_all_threads": "engine_all_threads / engine_one_thread",
    "cores": "threads of engine_all_threads",
    "engine_states_only": "dyad-seconds/s; the same dyads on one thread, states kept and nothing counted",
    "engine_states_only_all_threads": "dyad-seconds/s; the same on all cores",
    "engine_distinct_dyads": "dyad-seconds/s; {distinct:,} different dyads and their tables, one thread, counted",
    "engine_and_table_of_measures": "dyad-seconds/s; engine_one_thread and session.measures(): a row for each dyad",
    "engine_distinct_and_table_of_measures": "dyad-seconds/s; the {distinct:,} different dyads and session.measures()",
    "measures_us_per_dyad": "microseconds; session.measures() of those",
    "mesa_model": f"dyad-seconds/s; ds.DyadModel, {AGENTS}, with all that it collects",
    "idiomatic_mesa": f"dyad-seconds/s; the same rules in plain Python, {AGENTS}, nothing collected",
    "ratio_to_idiomatic_mesa": "engine_all_threads / idiomatic_mesa (Mesa has one thread)",
    "ratio_on_one_thread_to_idiomatic_mesa": "engine_one_thread / idiomatic_mesa",
    "ratio_to_mesa_model": "engine_all_threads / mesa_model",
    "ratio_on_one_thread_to_mesa_model": "engine_one_thread / mesa_model",
    "table_us_per_dyad": "microseconds; one kind of episode, {distinct:,} different dyads",
    "law_ms_per_dyad": "milliseconds; law and measures of still-face, {law} different dyads, BLAS threads as set",
    "course_s": "seconds; ds.develop, {course:,} different dyads, {weeks} weeks of 7 sessions of 300 s, all cores",
    "course_one_thread_s": "seconds; the same on one thread",
    "course_scaling": "course_one_thread_s / course_s",
    "course_of_many_scaling": "the same of {course_many:,} dyads",
    "course_share_tables": "of course_one_thread_s: rules to tables, anew for each dyad and week",
    "course_share_sampling": "of it: drawing the seconds and counting them",
    "course_share_measures": "of it: counts to measures",
    "course_share_dynamics": "of it: the weekly system, its noise, scores and books",
    "first_use_s": "seconds; to compile: the first session with an empty cache, less one with a full cache",
    "import_s": "seconds; import dyadsim, which leaves numpy, numba and Mesa until they are needed",
    "peak_memory_mib_short": "MiB; a process with {memory:,} dyads for {seconds} s, no states kept",
    "peak_memory_mib_long": "MiB; the same for ten times as long",
    "memory_growth_mib": "MiB; the difference, about none if memory does not grow with seconds",
}
"""Each figure: its unit, and what was run."""


def measured(sizes: Sizes) -> Figures:
    # Fresh processes first, while this one is small: on Linux a process inherits the peak of the one that started it.
    print("benchmark: fresh processes", file=sys.stderr)
    figures = {"cores": CORES, **fresh_processes(sizes)}
    per_dyad = in_turns(engine(sizes) | mesa_models(sizes) | tables_and_law(sizes), sizes)
    units = {"measures_us_per_dyad": 1e6, "table_us_per_dyad": 1e6, "law_ms_per_dyad": 1e3}
    for name, seconds in per_dyad.items():
        figures[name] = seconds * units[name] if name in units else sizes.seconds / seconds
    print("benchmark: weeks", file=sys.stderr)
    figures |= course(sizes.course, sizes.weeks, sizes.courses, CORES)
    figures["course_of_many_scaling"] = scaling(sizes.course_many, sizes.weeks, CORES)
    one, every = figures["engine_one_thread"], figures["engine_all_threads"]
    figures["scaling_on_all_threads"] = every / one
    for model in ("idiomatic_mesa", "mesa_model"):
        figures |= {
            f"ratio_to_{model}": every / figures[model],
            f"ratio_on_one_thread_to_{model}": one / figures[model],
        }
    return {name: figures[name] for name in NOTES}


def provenance(sizes: Sizes) -> dict[str, Any]:
    """Where, when and on what it was measured. Python does not know the processor's name on Linux, /proc does."""
    told = Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []
    names = (line.partition(":")[2].strip() for line in told if line.startswith("model name"))
    return {
        "dyadsim": ds.__version__,
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "mesa")},
        "processor": next(names, platform.processor() or platform.machine()),
        "cores": CORES,
        "openblas_num_threads": os.environ.get("OPENBLAS_NUM_THREADS"),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "sizes": asdict(sizes),
    }


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Sizes too small for figures to mean much: a trial.")] = False,
    out: Annotated[Path | None, typer.Option(help="A file for the JSON.", dir_okay=False)] = None,
) -> None:
    """Measure how fast dyadsim is on this machine."""
    if out and not out.absolute().parent.is_dir():
        raise typer.BadParameter(f"There is no folder '{out.parent}'.", param_hint="--out")
    sizes = QUICK if quick else Sizes()
    figures, about = measured(sizes), provenance(sizes)
    text = json.dumps({**figures, "provenance": about}, indent=2)
    if out:
        with replacing(out) as beside:
            beside.write_text(text + "\n", encoding="utf-8")
    if as_json:
        print(text)
        return
    table = Table("figure", "value", "what was run", caption="{processor}, {cores} cores, {date}".format(**about))
    table.columns[1].justify = "right"
    for name, value in figures.items():
        table.add_row(name, f"{value:,.0f}" if value >= 1000 else f"{value:.3g}", NOTES[name].format(**asdict(sizes)))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
