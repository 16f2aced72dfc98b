"""Run of a comparison of services: its arms, chunk by chunk, into a results folder that survives."""

from __future__ import annotations

import functools
import hashlib
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.chunked_folder import Done, Failure, error_line
from ..common.chunked_run import Progress, run_into_folder
from ..common.toml_models import files_named
from ..common.user_files import mark
from ..common.work_payload import opened, payload_of
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from .comparison_folder import ArmChunk, ComparisonManifest
from .costing import costed
from .declared_comparison import DeclaredComparison, ServiceArm
from .outcomes import family_outcomes, waits
from .service_course import ServiceCourse, serve

__all__ = ["run_into", "served_in", "tables_of"]

_DIGITS = 6
_PROBED = 3  # weeks by which a folder knows its model again
_MAY_DIFFER = ("title", "says", "question", "name")
_RULES = Rules()
_opened = functools.lru_cache(maxsize=2)(opened)


def run_into(
    comparison: DeclaredComparison,
    folder: Path,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> ComparisonManifest:
    """Run a comparison into a folder; what is there already is kept, and only what is missing worked out.

    Parameters
    ----------
    comparison : the comparison.
    folder : results folder; it is made if it is not there.
    workers, scheduler, progress : as in :func:`dyadsim.sweep`; progress is in arms.

    Raises
    ------
    DyadsimError
        if the folder was made by another comparison, other files or another version of the model; or if it cannot be
        written.
    """
    return run_into_folder(
        folder,
        lambda path: _planned(comparison, path),
        lambda manifest: _Order(payload_of(comparison, [])),
        workers,
        scheduler,
        progress,
    )


def served_in(
    comparison: DeclaredComparison, arm: ServiceArm, number: int = 0, progress: Progress | None = None
) -> ServiceCourse:
    """Weeks of the families of an arm, with a parameter set of the comparison."""
    return serve(
        comparison.people(number),
        comparison.service_of(arm, number),
        comparison.weeks,
        comparison.seed,
        first_week=comparison.start,
        waves=comparison.waves,
        unlimited=arm.at_once,
        linear=comparison.linear,
        threads=1,
        progress=progress,
    )


def tables_of(comparison: DeclaredComparison, served: ServiceCourse) -> dict[str, pd.DataFrame]:
    """Tables of an arm (:data:`~dyadsim.services.comparison_folder.TABLES`), by name."""
    week = comparison.week_of_depression
    return {
        "data": family_outcomes(served, 0.0 if week is None else week.amount),
        "waits": waits(served),
        "events": costed(served.events, served.service),
        "load": served.load,
    }


@dataclass(frozen=True)
class _Order:
    """How chunks of a comparison are given to workers."""

    payload: bytes

    def work(self, chunk: ArmChunk) -> tuple[Any, ...]:
        """The function that works on a chunk, and what it is called with."""
        return worked_out, self.payload, chunk

    def failed(self, chunk: ArmChunk, error: str) -> Done:
        """The chunk of which nothing came."""
        return _done(chunk, {}, [{"arm": chunk.arm, "set": chunk.set, "error": error}])


def worked_out(payload: bytes, chunk: ArmChunk) -> Done:
    """The tables of a chunk; an arm that fails is told in them and stops no other."""
    files, comparison = _opened(payload)
    with files.reading():
        arm = next(each for each in comparison.arms if each.name == chunk.arm)
        try:
            return _done(chunk, tables_of(comparison, served_in(comparison, arm, chunk.set)), [])
        except Exception as error:  # a size that no push can give, say
            return _done(chunk, {}, [{"arm": chunk.arm, "set": chunk.set, "error": error_line(error)}])


def _done(chunk: ArmChunk, tables: dict[str, pd.DataFrame], failures: list[Failure]) -> Done:
    return chunk.done_with(tables, "family", failures, probe(_RULES))


# Plan -----------------------------------------------------------------------------------------------------------------


def _planned(comparison: DeclaredComparison, folder: Path) -> ComparisonManifest:
    """The folder with a chunk for every arm and set that is asked for, those that are done among them."""
    said = comparison.model_dump(mode="json", exclude_defaults=True)
    files = {path: mark(content) for path, content in files_named(said).items()}
    rules = {"tables": probe(_RULES), "families": _first_families(comparison), "files": files}
    wanted = itertools.product(range(len(comparison.sets_lived)), comparison.arms)
    chunks = [ArmChunk(place, arm.name, number) for place, (number, arm) in enumerate(wanted)]
    return ComparisonManifest.begun(folder, said, rules, chunks, _MAY_DIFFER)


def _first_families(comparison: DeclaredComparison) -> str:
    """A hash of what the first community comes to in a few weeks under the first service."""
    few = comparison.people()[: comparison.families.community_size]
    first = next(arm for arm in comparison.arms if arm.service is not None)
    served = serve(
        few, comparison.service_of(first), _PROBED, comparison.seed, first_week=comparison.start, linear=True, threads=1
    )
    said = served.course.frame().round(_DIGITS).to_json(double_precision=_DIGITS)
    events = served.events.to_json(double_precision=_DIGITS)
    return hashlib.sha256(f"{said}{events}".encode()).hexdigest()[:16]
