"""Scenario over generations (:class:`dyadsim.GenerationScenario`): declared, and run in all of its arms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..common.chunked_run import Progress
from ..common.errors import whole_number
from ..common.files import TemporaryFolder, path_of
from ..common.random_numbers import Seed, check_seed
from .declared_generations import MOST_FAMILIES, DeclaredGenerations
from .generation_results import GenerationResults
from .generation_run import run_into

__all__ = ["GenerationScenario"]


class GenerationScenario(DeclaredGenerations):
    """A scenario over generations: its fields are those of
    :class:`~dyadsim.lineages.declared_generations.DeclaredGenerations`, which its file has.

    Examples
    --------
    >>> scenario = ds.GenerationScenario.load("therapy-for-the-grandmother").changed({"linear": True})
    >>> results = scenario.run(families=80, workers=1)
    >>> results.follow_up()[["generation", "whose", "outcome", "difference"]]
    """

    def run(
        self,
        families: int | None = None,
        seed: Seed | None = None,
        out: str | Path | None = None,
        *,
        workers: int | None = None,
        scheduler: str | None = None,
        progress: Progress | None = None,
    ) -> GenerationResults:
        """Run the scenario: the same families live through their generations in each arm.

        Parameters
        ----------
        families : how many in each generation (default: as the scenario says).
        seed : names families and luck (default: the scenario's).
        out : results folder; one that is there goes on. Without it results last as long as they are used.
        workers : processes, from 1 (default: as many as there are cores for it); no result depends on it.
        scheduler : the address of a Dask scheduler (or its file), whose workers are used instead.
        progress : called with generations done and generations of all arms.

        Raises
        ------
        DyadsimError
            for a number that is not possible, or a folder that another scenario made.
        """
        changes: dict[str, Any] = {}
        if families is not None:
            changes["number"] = whole_number("number of families", families, 2, MOST_FAMILIES)
        if seed is not None:
            changes["seed"] = check_seed(seed)
        asked = self.changed(changes) if changes else self
        if out is not None:
            return GenerationResults(run_into(asked, path_of(out), workers, scheduler, progress))
        place = TemporaryFolder("dyadsim-generations-")
        return GenerationResults(run_into(asked, place.path, workers, scheduler, progress), place)
