"""How long services take: a comparison of four with its twins, what a service takes beside its families, and growth.

    python experiments/services_benchmark.py
    python experiments/services_benchmark.py --communities 40 --many 6400 --out services.json

The comparison is the shipped one, on as many processes as there are cores; the rest is on one thread.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

import dyadsim as ds
from dyadsim.common.files import replacing


def seconds(run: Callable[[], Any]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def comparison(communities: int) -> dict[str, float]:
    """Seconds of the shipped comparison of four services, without and with twins who are seen at once."""
    found = {}
    for name, at_once in (("four services, and none", False), ("and each at once", True)):
        asked = ds.ServiceComparison.load("four-services").changed({"at_once": at_once})
        with TemporaryDirectory() as folder:
            out = Path(folder) / "services"
            found[name] = seconds(lambda asked=asked, out=out: asked.run(communities, out=out))
    return found


def beside_families(families: int, weeks: int) -> dict[str, float]:
    """Seconds of families under a service and under none, on one thread, and the share that the service takes."""
    some = ds.Families.sample(families, seed=1)
    how = {"weeks": weeks, "seed": 1, "waves": 10, "first_week": 0, "threads": 1}
    ds.serve(some[:80], "screen-and-step", 2, seed=1)  # compiles, or finds what was compiled
    none = min(seconds(lambda: ds.serve(some, None, **how)) for _ in range(2))
    under = min(seconds(lambda: ds.serve(some, "screen-and-step", **how)) for _ in range(2))
    return {"none_s": none, "service_s": under, "share_of_service": 1 - none / under}


def growth(most: int, weeks: int) -> dict[str, float]:
    """Milliseconds a family, by how many there are; with the linear theory of play, so that services weigh more."""
    sizes = [size for size in (400, 1_600, 6_400, 25_600) if size <= most]
    found = {}
    for size in sizes:
        some = ds.Families.sample(size, seed=1)
        took = seconds(
            lambda some=some: ds.serve(some, "screen-and-step", weeks, seed=1, waves=10, linear=True, threads=1)
        )
        found[f"{size}"] = 1_000 * took / size
    return found


def main(
    communities: Annotated[int, typer.Option(help="Communities of the comparison.")] = 40,
    families: Annotated[int, typer.Option(help="Families beside as many without a service.")] = 800,
    weeks: Annotated[int, typer.Option(help="Of these courses.")] = 52,
    most: Annotated[int, typer.Option("--many", help="The most families, to see how time grows.")] = 6_400,
    out: Annotated[Path | None, typer.Option(help="File for the figures (JSON).")] = None,
) -> None:
    """Measure services: a comparison, their share beside families, and how time grows."""
    figures = {
        "comparison_s": comparison(communities),
        "beside_families": beside_families(families, weeks),
        "ms_a_family": growth(most, weeks),
    }
    table = Table("figure", "value", title=f"services, {communities} communities")
    for group, values in figures.items():
        for name, value in values.items():
            table.add_row(f"{group}: {name}", f"{value:.3f}")
    Console().print(table)
    if out is not None:
        with replacing(out) as beside:
            beside.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
