"""Files of coded video that are slightly, or wildly, wrong: every reader answers with a coding or in a sentence.

    python experiments/mutated_codings.py --inputs 2000
    python experiments/mutated_codings.py --inputs 200 --layout BORIS --seed 7

Small valid files of every layout are changed at random by bytes, cells, rows and columns (tests/mutated_codings.py) and
given to their reader, and its coding to what makes sessions of it. An input passes when what comes of it is a coding or
one sentence that names the file, within two seconds of the processor. The same seed gives the same inputs; one that
fails is kept for whoever mends it.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mutated_codings import READERS, Tried, tried


def _of(place: int, inputs: int, seed: int) -> Tried:
    return tried(READERS[place], inputs, seed)


def main(
    inputs: Annotated[int, typer.Option(help="Inputs of each reader.")] = 2000,
    layout: Annotated[str, typer.Option(help="Only layouts with this in their name.")] = "",
    seed: Annotated[int, typer.Option(help="Names the inputs.")] = 1,
    kept: Annotated[Path, typer.Option(help="Folder for inputs that failed.")] = Path("mutated-codings"),
    workers: Annotated[int | None, typer.Option(help="Processes (default: one a core).")] = None,
) -> None:
    """Give the readers of coded video files that are wrong, and count their answers."""
    places = [place for place, reader in enumerate(READERS) if layout.casefold() in reader.layout.casefold()]
    if not places:
        raise typer.BadParameter(f"No layout has '{layout}' in its name: {', '.join(r.layout for r in READERS)}.")
    failed = 0
    with ProcessPoolExecutor(workers) as pool:
        of = [pool.submit(_of, place, inputs, seed) for place in places]
        for place, found in zip(places, (each.result() for each in of), strict=True):
            name = READERS[place].layout
            print(
                f"{name}: {found.files:,} inputs, {found.known:,} past the header, {found.read:,} read, "
                f"{found.sessions:,} with sessions; the longest took {found.longest:.1f} s",
                flush=True,
            )
            for number, (content, fault) in enumerate(found.faults):
                failed += 1
                kept.mkdir(parents=True, exist_ok=True)
                file = kept / f"{name.replace(' ', '-').replace(',', '')}-{seed}-{number}"
                file.write_bytes(content)
                print(f"  {file}: {fault.strip().splitlines()[-1]}")
    print(f"{failed} failed")
    raise typer.Exit(1 if failed else 0)


if __name__ == "__main__":
    typer.run(main)
