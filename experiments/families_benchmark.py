"""How long families take beside dyads alone, what ties take of it, and how time and memory grow with families.

    python experiments/families_benchmark.py
    python experiments/families_benchmark.py --many 100000 --out families.json

Ratios are of the shortest of some runs that take turns, on one thread. Many families are lived through chunk by chunk,
as a sweep would: the figures tell seconds a family and the peak of memory after each tenth of them.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

import dyadsim as ds
from dyadsim.common.files import replacing

_CHUNK = 4_000  # families that are lived through at once


def shortest(runs: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Seconds of each, the shortest of some rounds in which they take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - began)
    return {name: min(each) for name, each in seconds.items()}


def beside_dyads(families: int, weeks: int, rounds: int) -> dict[str, float]:
    """Seconds of families with partners, without ties, and of as many dyads; the ratio, and the share of ties."""
    whole = ds.Families.sample(families, seed=1, partners=1.0)
    untied = ds.Families.sample(families, seed=1, partners=1.0, ties=False)
    ds.develop(whole[:40], 1, seed=1)  # compiles, or finds what was compiled
    group = [{"name": "new-parents-group", "start_week": 6, "share": 0.5}]
    found = shortest(
        {
            "dyads_s": lambda: ds.develop(whole.mothers, weeks, seed=1, threads=1),
            "partners_s": lambda: ds.develop(untied, weeks, seed=1, threads=1),
            "families_s": lambda: ds.develop(whole, weeks, group, seed=1, threads=1),
        },
        rounds,
    )
    ratio = found["families_s"] / found["dyads_s"]
    return found | {"ratio": ratio, "share_of_ties": 1 - found["partners_s"] / found["families_s"]}


def many(families: int, weeks: int) -> list[dict[str, float]]:
    """Seconds a family and peak of memory (MiB) after each tenth of so many families, lived through chunk by chunk."""
    told, began, done = [], time.perf_counter(), 0
    for first in range(0, families, min(_CHUNK, families)):
        ds.develop(ds.Families.sample(min(_CHUNK, families - first), seed=1, first=first, partners=1.0), weeks, seed=1)
        done = min(first + _CHUNK, families)
        if done * 10 // families > (done - _CHUNK) * 10 // families:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            told.append(
                {"families": done, "ms_a_family": 1000 * (time.perf_counter() - began) / done, "peak_mib": peak}
            )
    return told


def main(
    families: Annotated[int, typer.Option(help="Families beside as many dyads.")] = 1_000,
    weeks: Annotated[int, typer.Option(help="Of each course.")] = 52,
    rounds: Annotated[int, typer.Option(help="Of which the shortest counts.")] = 5,
    most: Annotated[int, typer.Option("--many", help="Families that are lived through chunk by chunk.")] = 10_000,
    out: Annotated[Path | None, typer.Option(help="File for the figures (JSON).")] = None,
) -> None:
    """Measure families beside dyads, and how time and memory grow with their number."""
    figures: dict[str, Any] = {"beside_dyads": beside_dyads(families, weeks, rounds)}
    sizes = [size for size in (1_000, 10_000, 100_000) if size <= most] or [most]
    figures["linear"] = {str(size): many(size, weeks) for size in sizes}
    table = Table("figure", "value", title=f"{families:,} families, {weeks} weeks")
    for name, value in figures["beside_dyads"].items():
        table.add_row(name, f"{value:.3f}")
    for size, rows in figures["linear"].items():
        last = rows[-1]
        table.add_row(f"{int(size):,} families", f"{last['ms_a_family']:.2f} ms each, peak {last['peak_mib']:.0f} MiB")
    Console().print(table)
    if out is not None:
        with replacing(out) as beside:
            beside.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
