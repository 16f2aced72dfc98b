"""Command that compares two coders of the same video: ``agreement``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .. import NOTICE
from .app import AsJson, Scheme, app, path_option

__all__ = ["agreement"]

AGREEMENT_FILES = (
    "agreement.csv", "codes.csv", "measures.csv", "stretches.csv", "provenance.json",
    *(f"{what}_{of}.csv" for what in ("confusions", "events") for of in ("infant", "mother", "match")),
)  # fmt: skip
"""All that the command may write."""
_SHOWN = (
    "of", "seconds", "agreement", "chance", "kappa", "kappa_low", "kappa_high", "tolerant_kappa", "event_agreement",
    "event_kappa", "alpha",
)  # fmt: skip


@app.command(epilog=NOTICE)
def agreement(
    first: Annotated[str, typer.Argument(help="A coded file, or the name of a shipped session.")],
    second: Annotated[str, typer.Argument(help="The same video by another coder.")],
    tolerance: Annotated[float, typer.Option(help="Seconds within which the same code, or its onset, agrees.")] = 1.0,
    scheme: Scheme = None,
    out: Annotated[Path | None, path_option("Folder for tables (CSV) and provenance (JSON).")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two coders of the same video: where they agree, where not, and what to look at again.

    Example: dyadsim agreement first.csv second.csv --tolerance 1 --out agreement
    """
    from ..coded_video.read import read_coded
    from ..measurement.coder_agreement import agreement as compared
    from ..reports.folder import write_tables
    from ..reports.output_folder import check_folder
    from . import terminal

    check_folder(out, "agreement", AGREEMENT_FILES)
    found = compared(read_coded(first), read_coded(second), tolerance, scheme)
    files = []
    if out:
        tables = {"agreement": found.frame(), "codes": found.codes, "measures": found.measures}
        tables["stretches"] = found.stretches
        for what, by_of in (("confusions", found.confusions), ("events", found.events)):
            tables |= {f"{what}_{of}": each.reset_index(names="first") for of, each in by_of.items()}
        files = write_tables(out, "agreement", tables, {**found.about, "files": [first, second]}, {})
    if as_json:
        content = {
            **found.about,
            "agreement": found.table.to_dict("records"),
            "codes": found.codes.to_dict("records"),
            "measures": found.measures.to_dict("records"),
            "stretches": found.stretches.to_dict("records"),
            "sentences": found.sentences(),
            "files": files,
        }
        terminal.print_json(content)
        return
    terminal.print_rows(
        f"{found.about['first']} and {found.about['second']}, scheme {found.about['scheme']}",
        f"By time unit of {found.about['step']:g} s, with a tolerance of {found.about['tolerance']:g} s, and by event.",
        found.table[list(_SHOWN)],
        {},
    )
    terminal.print_lines("In words", found.sentences(), files)
