"""Run of a scenario over generations: its arms, generation by generation, into a results folder that survives."""

from __future__ import annotations

import functools
import hashlib
import itertools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.chunked_folder import Done, Failure, error_line
from ..common.chunked_run import Progress, run_into_folder
from ..common.errors import DyadsimError
from ..common.toml_models import files_named
from ..common.user_files import mark
from ..common.work_payload import opened, payload_of
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from .declared_generations import AS_DECLARED, DeclaredGenerations
from .generation_folder import GenerationChunk, GenerationManifest
from .generation_steps import Asked, LivedGeneration, lived_through
from .lineage_tables import family_table, persons_of
from .transmission_gap import gap_table, transmission_gap

__all__ = ["run_into", "tables_of"]

_DIGITS = 6
_PROBED = 40  # families by which a folder knows its model again
_MAY_DIFFER = ("title", "says", "question", "name")
_RULES = Rules()
_opened = functools.lru_cache(maxsize=2)(opened)


def run_into(
    scenario: DeclaredGenerations,
    folder: Path,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> GenerationManifest:
    """Run a scenario into a folder; what is there already is kept, and only what is missing lived.

    Parameters
    ----------
    scenario : the scenario.
    folder : results folder; it is made if it is not there.
    workers, scheduler, progress : as in :func:`dyadsim.sweep`; progress is in generations.

    Raises
    ------
    DyadsimError
        if the folder was made by another scenario, other files or another version of the model; or if it cannot be
        written.
    """
    return run_into_folder(
        folder,
        lambda path: _planned(scenario, path),
        lambda manifest: _Order(payload_of(scenario, []), manifest),
        workers,
        scheduler,
        progress,
    )


def tables_of(
    asked: Asked, lived: LivedGeneration, before: pd.DataFrame | None, with_gap: bool
) -> dict[str, pd.DataFrame]:
    """Tables of a generation (:data:`~dyadsim.lineages.generation_folder.TABLES`), by name.

    Parameters
    ----------
    asked : what it was lived with.
    lived : the generation.
    before : children of the one before; None: of the first.
    with_gap : whether the tie of her state of mind and his security is taken apart.
    """
    gap = None if before is None or not with_gap else transmission_gap(asked, lived, before)
    return {
        "data": family_table(lived, before),
        "children": lived.children,
        "gap": gap_table(gap),
        "lineage": persons_of(lived, before),
    }


@dataclass(frozen=True)
class _Order:
    """How chunks of a scenario are given to workers: each with the children from whom it goes on."""

    payload: bytes
    manifest: GenerationManifest

    def work(self, chunk: GenerationChunk) -> tuple[Any, ...]:
        """The function that works on a chunk, and what it is called with."""
        before = None
        if chunk.after is not None:
            earlier = self.manifest.chunks[chunk.after]
            before = self.manifest.table("children", earlier.arm, earlier.generation)
        return worked_out, self.payload, chunk, before

    def failed(self, chunk: GenerationChunk, error: str) -> Done:
        """The chunk of which nothing came."""
        return _done(chunk, {}, [{**chunk.of(), "error": error}])


def worked_out(payload: bytes, chunk: GenerationChunk, before: pd.DataFrame | None) -> Done:
    """The tables of a chunk; one that fails is told in them, and stops no other arm."""
    files, scenario = _opened(payload)
    with files.reading():
        try:
            if before is not None and not len(before.columns) > 1:
                raise DyadsimError("The generation before came to nothing.")
            arm = next(each for each in scenario.arms if each.name == chunk.arm)
            asked = replace(scenario.asked(arm), generations=chunk.generation)
            lived = next(iter(lived_through(asked, before)))
            together = scenario.families.community_size > 1  # else infants cannot be exchanged
            with_gap = arm.name == AS_DECLARED and together
            return _done(chunk, tables_of(asked, lived, before, with_gap), [])
        except Exception as error:  # a size that no push can give, say
            return _done(chunk, {}, [{**chunk.of(), "error": error_line(error)}])


def _done(chunk: GenerationChunk, tables: dict[str, pd.DataFrame], failures: list[Failure]) -> Done:
    return chunk.done_with(tables, "family", failures, probe(_RULES))


# Plan -----------------------------------------------------------------------------------------------------------------


def _planned(scenario: DeclaredGenerations, folder: Path) -> GenerationManifest:
    """The folder with a chunk for every arm and generation that is asked for, those that are done among them."""
    said = scenario.model_dump(mode="json", exclude_defaults=True)
    files = {path: mark(content) for path, content in files_named(said).items()}
    rules = {"tables": probe(_RULES), "families": _first_families(scenario), "files": files}
    # Each goes on where the generation before it ends.
    numbered = enumerate(itertools.product(scenario.arms, range(1, scenario.generations + 1)))
    wanted = [
        GenerationChunk(place, arm.name, number, after=place - 1 if number > 1 else None)
        for place, (arm, number) in numbered
    ]
    return GenerationManifest.begun(folder, said, rules, wanted, _MAY_DIFFER)


def _first_families(scenario: DeclaredGenerations) -> str:
    """A hash of what the children of a few families come to."""
    few = scenario.changed({"number": min(scenario.number, _PROBED), "linear": True})
    children = next(iter(lived_through(few.asked(few.arms[0])))).children
    said = children.round(_DIGITS).to_json(double_precision=_DIGITS)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
