"""How long generations take: three of a thousand families with a year of play each, and growth.

    python experiments/generations_benchmark.py
    python experiments/generations_benchmark.py --families 1000 --out generations.json

Play is sampled, on as many threads as there are cores for it.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import dyadsim as ds
from dyadsim.common.files import replacing


def lived(families: int, generations: int, linear: bool = False) -> float:
    """Seconds that some generations of families take, drawn and lived."""
    began = time.perf_counter()
    ds.generations(ds.Families.sample(families, seed=1), generations, seed=1, linear=linear)
    return time.perf_counter() - began


def measured(families: int) -> dict[str, float]:
    """Seconds by what was lived; what is compiled is loaded before."""
    lived(40, 1)
    found = {
        f"{families:,} families, three generations": lived(families, 3),
        f"{families:,} families, one generation": lived(families, 1),
        f"{2 * families:,} families, three generations": lived(2 * families, 3),
        f"{families:,} families, three generations, linear theory of play": lived(families, 3, linear=True),
    }
    whole, one, twice, _ = found.values()
    found["three generations beside one (times)"] = whole / one
    found["twice as many families (times)"] = twice / whole
    return found


def main(
    families: Annotated[int, typer.Option(help="In each generation.")] = 1000,
    out: Annotated[Path | None, typer.Option(help="A file for the numbers (JSON).")] = None,
) -> None:
    """Measure how long generations take."""
    found = measured(families)
    table = Table("what", "seconds, or times", title="Generations")
    for name, value in found.items():
        table.add_row(name, f"{value:.2f}")
    Console().print(table)
    if out is not None:
        with replacing(out) as beside:
            beside.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
