"""Comparison of services (:class:`dyadsim.ServiceComparison`): declared, and run on the same families and luck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..common.chunked_run import Progress
from ..common.errors import whole_number
from ..common.files import TemporaryFolder, path_of
from ..common.random_numbers import Seed, check_seed
from .comparison_run import run_into
from .declared_comparison import DeclaredComparison
from .service_results import ServiceResults

__all__ = ["ServiceComparison"]

_MOST = 2_500


class ServiceComparison(DeclaredComparison):
    """A comparison of services: its fields are those of
    :class:`~dyadsim.services.declared_comparison.DeclaredComparison`, which its file has.

    Examples
    --------
    >>> comparison = ds.ServiceComparison.load("four-services").changed({"weeks": 12, "linear": True})
    >>> results = comparison.run(communities=2, workers=1)
    >>> results.cascade()[["arm", "step", "mothers"]]
    """

    def run(
        self,
        communities: int | None = None,
        seed: Seed | None = None,
        out: str | Path | None = None,
        *,
        workers: int | None = None,
        scheduler: str | None = None,
        progress: Progress | None = None,
    ) -> ServiceResults:
        """Run the comparison: the same families live under each service, and under none.

        Parameters
        ----------
        communities : how many (default: as the comparison says).
        seed : names families and luck (default: the comparison's).
        out : results folder; one that is there goes on. Without it results last as long as they are used.
        workers : processes, from 1 (default: as many as there are cores for it); no result depends on it.
        scheduler : the address of a Dask scheduler (or its file), whose workers are used instead.
        progress : called with arms done and arms in all.

        Raises
        ------
        DyadsimError
            for a number that is not possible, or a folder that another comparison made.
        """
        changes: dict[str, Any] = {}
        if communities is not None:
            changes["communities"] = whole_number("number of communities", communities, 2, _MOST)
            changes["waves"] = min(self.waves, changes["communities"])
        if seed is not None:
            changes["seed"] = check_seed(seed)
        asked = self.changed(changes) if changes else self
        if out is not None:
            return ServiceResults(run_into(asked, path_of(out), workers, scheduler, progress))
        place = TemporaryFolder("dyadsim-services-")
        return ServiceResults(run_into(asked, place.path, workers, scheduler, progress), place)
