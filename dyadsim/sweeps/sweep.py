"""Sweep: a design worked out point by point into a results folder that survives, grows and tells what it is.

The order of events stands in :func:`sweep`: look at what is there, plan what is missing, work on it, write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..common.chunked_folder import Done
from ..common.chunked_run import Progress, locked, run_through
from ..common.files import folder_for, make_folder, path_of
from ..common.user_files import UserFiles
from ..interaction.rule_set import Rules
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from .chunk_work import failed, rows_of_chunk
from .design import Design
from .planning import planned
from .point_work import payload_of
from .results import Results
from .results_folder import Chunk, Manifest

__all__ = ["sweep"]


def sweep(
    design: str | Path | Design,
    out: str | Path,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Work out a design into a results folder; what is there already is kept, and only what is missing worked out.

    Give the same folder again to go on after an interruption, or a design that has grown (more points, replicates or
    weeks) to extend it.

    Parameters
    ----------
    design : a shipped name, a TOML file or a :class:`Design`.
    out : the results folder; it is made if it is not there.
    infant, mother : the rules; pass a subclass to change one.
    workers : processes, from 1 (default: as many as there are cores for it); no result depends on it.
    scheduler : the address of a Dask scheduler (or its file), whose workers are used instead.
    progress : called with the work done and the work in all: sessions of dyads, or weeks of dyads, over all points.

    Returns
    -------
    The results folder, opened. A point that fails is recorded there (:attr:`Results.failures`) and stops no other.

    Raises
    ------
    DyadsimError
        for a design that is not possible, a folder that was made by another design, other rules or another version of
        the model, or that cannot be written.

    Examples
    --------
    >>> design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=5)
    >>> ds.sweep(design, "results", workers=1).means()
    """
    folder, rules = path_of(out), Rules(infant, mother).alone()
    with UserFiles().reading():
        asked = Design.load(design)
        asked.check(rules)
        folder_for(folder)
        make_folder(folder)
        with locked(folder):
            manifest, work = planned(folder, asked, rules)
            run_through(manifest, _Order(manifest, payload_of(work)), workers, scheduler, progress)
    return Results.read(folder)


@dataclass(frozen=True)
class _Order:
    """How chunks of a sweep are given to workers."""

    manifest: Manifest
    payload: bytes

    def work(self, chunk: Chunk) -> tuple[Any, ...]:
        """The function that works on a chunk, and what it is called with."""
        ends = None if chunk.after is None else self.manifest.ended(chunk.after)
        return rows_of_chunk, self.payload, chunk.block(self.manifest.points), ends

    def failed(self, chunk: Chunk, error: str) -> Done:
        """The chunk of which nothing came."""
        return failed(self.payload, chunk.block(self.manifest.points), error)
