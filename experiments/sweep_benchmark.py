"""How fast a sweep is beside one call of ``ds.interact`` on as many dyads, and how much memory it takes.

    python experiments/sweep_benchmark.py            # some minutes; the one call takes 8 GB of memory
    python experiments/sweep_benchmark.py --large    # and a sweep of ten times as many points

A sweep draws every dyad of every point, makes its tables, measures it and writes its row; it is timed from its first
step to its last, worker processes and their start among it. The one call is timed without drawing the cohort, and
measures nothing. Memory is that of all processes of a sweep together, looked at ten times a second: what each holds by
itself and its part of what they share (PSS), and the sum of what each sees (RSS), which counts shared pages several
times. Linux only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.table import Table

import dyadsim as ds
from dyadsim.common.workers import thread_count

CORES = thread_count(None)
ONE_CALL = """
import sys, time
import dyadsim as ds
ds.interact(ds.Cohort.sample(200), "still-face", threads={cores})
cohort = ds.Cohort.sample({dyads}, seed=1)
began = time.perf_counter()
session = ds.interact(cohort, "still-face", seed=1, threads={cores})
print(time.perf_counter() - began)
"""
SWEEP = """
import time
import dyadsim as ds
asked = ds.Design(
    name="benchmark", design="random", points={points}, replicates=10, dyads=100,
    interaction={{"paradigm": "still-face"}},
    factors=[{{"name": "sensitivity", "low": -2, "high": 2}}, {{"name": "burden", "low": -2, "high": 2}}],
)
began = time.perf_counter()
found = ds.sweep(asked, {folder!r}, workers={cores})
seconds = time.perf_counter() - began
assert found.done == 1 and not len(found.failures)
print(seconds)
"""
NOTES = {
    "cores": "threads of the call, worker processes of the sweep",
    "interact_dyads_per_s": "still-face sessions a second: ds.interact on {dyads:,} different dyads in one call",
    "sweep_dyads_per_s": "the same of ds.sweep: {points:,} points x 10 replicates x 100 dyads, nine outcomes written",
    "sweep_over_interact": "sweep_dyads_per_s / interact_dyads_per_s; the mean of {rounds} runs of each in turn",
    "sweep_peak_pss_mib": "MiB; most memory of the sweep's processes together, shared pages counted once",
    "sweep_peak_rss_mib": "MiB; the same, shared pages counted in every process",
    "sweep_mib_on_disk": "MiB; its data",
    "large_dyads_per_s": "as sweep_dyads_per_s, of ten times as many points",
    "large_peak_pss_mib": "MiB; as sweep_peak_pss_mib, of ten times as many points",
    "large_peak_rss_mib": "MiB; as sweep_peak_rss_mib, of ten times as many points",
}


def timed(code: str) -> tuple[float, float, float]:
    """Seconds that code in a process of its own prints, and the most memory (MiB: PSS, RSS) of it and its children."""
    own = os.environ | {"PYTHONPATH": str(Path(ds.__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", code], env=own, stdout=subprocess.PIPE, text=True)
    peaks, over = [0.0, 0.0], threading.Event()
    watching = threading.Thread(target=watch, args=(process.pid, peaks, over))
    watching.start()
    said, _ = process.communicate()
    over.set()
    watching.join()
    if process.returncode:
        raise SystemExit("benchmark: a run failed.")
    return float(said), peaks[0], peaks[1]


def watch(pid: int, peaks: list[float], over: threading.Event) -> None:
    """Note the most memory of a process and all that it has started."""
    while not over.wait(0.1):
        pss = rss = 0
        try:
            root = psutil.Process(pid)
            for each in (root, *root.children(recursive=True)):
                seen = each.memory_full_info()
                pss, rss = pss + seen.pss, rss + seen.rss
        except psutil.Error:
            continue
        peaks[:] = max(peaks[0], pss / 2**20), max(peaks[1], rss / 2**20)


def swept(points: int) -> tuple[float, float, float, float]:
    """Rate, peaks (PSS, RSS) and MiB on disk of a sweep."""
    with TemporaryDirectory() as folder:
        seconds, pss, rss = timed(SWEEP.format(points=points, folder=f"{folder}/out", cores=CORES))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.parquet")) / 2**20
    return points * 1000 / seconds, pss, rss, size


def measured(points: int, rounds: int, large: bool) -> dict[str, float]:
    dyads = points * 1000
    calls, sweeps = [], []
    for done in range(rounds):
        print(f"benchmark: round {done + 1} of {rounds}", file=sys.stderr)
        calls.append(dyads / timed(ONE_CALL.format(dyads=dyads, cores=CORES))[0])
        sweeps.append(swept(points))
    call, sweep = sum(calls) / rounds, sum(each[0] for each in sweeps) / rounds
    figures = {
        "cores": CORES,
        "interact_dyads_per_s": call,
        "sweep_dyads_per_s": sweep,
        "sweep_over_interact": sweep / call,
        "sweep_peak_pss_mib": max(each[1] for each in sweeps),
        "sweep_peak_rss_mib": max(each[2] for each in sweeps),
        "sweep_mib_on_disk": sweeps[0][3],
    }
    if large:
        print("benchmark: ten times as many points", file=sys.stderr)
        rate, pss, rss, _ = swept(10 * points)
        figures |= {"large_dyads_per_s": rate, "large_peak_pss_mib": pss, "large_peak_rss_mib": rss}
    return figures


def main(
    points: Annotated[int, typer.Option(help="Points of the sweep.")] = 1_000,
    rounds: Annotated[int, typer.Option(help="Runs of each.")] = 2,
    large: Annotated[bool, typer.Option("--large", help="And ten times as many points.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Measure sweeps on this machine."""
    figures = measured(points, rounds, large)
    if as_json:
        print(json.dumps({**figures, "processor": processor()}, indent=2))
        return
    table = Table("figure", "value", "what was run", caption=f"{processor()}, {CORES} cores, {time.strftime('%F %R')}")
    table.columns[1].justify = "right"
    sizes: dict[str, Any] = {"points": points, "dyads": points * 1000, "rounds": rounds}
    for name, value in figures.items():
        table.add_row(name, f"{value:,.0f}" if value >= 100 else f"{value:.3g}", NOTES[name].format(**sizes))
    Console().print(table)


def processor() -> str:
    """Its name, as Linux tells it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


if __name__ == "__main__":
    typer.run(main)
