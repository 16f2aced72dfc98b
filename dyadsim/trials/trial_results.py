"""Results of a trial: its folder opened, read as tables, and what its analyses could and could not see."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from ..common.errors import DyadsimError, unknown, whole_number
from ..common.files import TemporaryFolder
from ..common.shown import Shown, counted
from .declared_trial import DeclaredTrial
from .performance import performance
from .published_estimates import placed
from .step_costs import step_costs
from .trial_folder import TABLES, TrialManifest
from .true_effects import as_asked
from .visits import column

__all__ = ["TrialResults"]


class TrialResults(Shown):
    """Results of a trial, opened.

    Attributes
    ----------
    manifest : what the folder says of itself.

    Examples
    --------
    >>> result = ds.Trial.load("video-feedback").run(replicates=4, seed=1, workers=1)
    >>> result.performance()[["analysis", "n", "truth", "mean"]]
    """

    def __init__(self, manifest: TrialManifest, place: TemporaryFolder | None = None) -> None:
        """``place`` is the folder, where it lasts no longer than the results."""
        self.manifest, self._place = manifest, place

    @classmethod
    def read(cls, folder: str | Path) -> TrialResults:
        """The results in a folder, as far as they are there.

        Raises
        ------
        DyadsimError
            if it is none of a trial, or its manifest cannot be read.
        """
        return cls(TrialManifest.read(folder))

    def _in_a_line(self) -> str:
        return f"{self.trial.name}, {counted(self.replicates, 'replicate')} of {counted(self.trial.who.dyads, 'dyad')}"

    def _in_a_table(self) -> pd.DataFrame | None:
        return self.performance() if self.replicates else None

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.manifest.folder

    @cached_property
    def trial(self) -> DeclaredTrial:
        """The trial, as it was run."""
        return DeclaredTrial(**self.manifest.asked)

    @cached_property
    def _read(self) -> dict[str, pd.DataFrame]:
        """Tables that were read whole, by name."""
        return {}

    @property
    def replicates(self) -> int:
        """How many replicates are there."""
        return self.manifest.replicates

    @property
    def failures(self) -> pd.DataFrame:
        """Replicates that failed: ``replicates`` (first, after the last), ``error``."""
        found = [failure for chunk in self.manifest.chunks for failure in chunk.failures]
        return pd.DataFrame(found, columns=["replicates", "error"])

    def table(self, name: str, replicate: int | None = None) -> pd.DataFrame:
        """One of the tables of the folder, over all replicates or of one.

        Parameters
        ----------
        name : ``data``, ``twins``, ``estimates``, ``steps`` or ``flow``.
        replicate : its number, from 0.

        Raises
        ------
        DyadsimError
            for another name, or a replicate that is not there.
        """
        if name not in TABLES:
            raise unknown("table", name, TABLES)
        if replicate is None:
            if name not in self._read:
                self._read[name] = self.manifest.table(name)
            return self._read[name].copy()
        number = whole_number("replicate", replicate, 0, max(self.trial.replicates - 1, 0))
        found = self.manifest.table(name, (number, number + 1))
        if found.empty:
            raise DyadsimError(f"Replicate {number} is not in '{self.folder}' yet.")
        return found

    def data(self, replicate: int = 0) -> pd.DataFrame:
        """What a replicate saw, one row a dyad: the table that its analyses are of."""
        return self.table("data", replicate)

    def twins(self, replicate: int = 0) -> pd.DataFrame:
        """What each dyad of a replicate came to in each arm, one row a dyad and arm."""
        return self.table("twins", replicate)

    def estimates(self) -> pd.DataFrame:
        """What the paper would print and what was true, one row a replicate, analysis and delta."""
        return self.table("estimates")

    def steps(self) -> pd.DataFrame:
        """What each step from the truth to the data costs, one row a replicate, estimand and step."""
        return self.table("steps")

    def flow(self, replicate: int | None = None) -> pd.DataFrame:
        """How many are where, one row a replicate and arm."""
        return self.table("flow", replicate)

    def performance(self) -> pd.DataFrame:
        """Power, bias, coverage and more, one row an analysis (:func:`dyadsim.trials.performance.performance`)."""
        return performance(self.estimates(), self.trial)

    def published(self) -> pd.DataFrame:
        """Where published estimates lie among the simulated ones
        (:func:`dyadsim.trials.published_estimates.placed`)."""
        return placed(self.estimates(), self.trial)

    def step_costs(self) -> pd.DataFrame:
        """What each step from the truth to the planned analysis costs, one row an estimand and step
        (:func:`dyadsim.trials.step_costs.step_costs`)."""
        return step_costs(self.steps(), self.estimates(), self.trial)

    def individual_effects(self, asks: str | None = None) -> pd.DataFrame:
        """The true effect on each dyad, and how it was at the first visit.

        Parameters
        ----------
        asks : the estimand, by name (default: the first).

        Returns
        -------
        One row a dyad of all replicates: ``replicate``, ``dyad``, ``effect`` (in points, or 1, 0 and -1 of a class or
        cut) and what was read at the first visit.
        """
        estimand = self.trial.estimand(asks or self.trial.asked[0].name)
        treated, against = self.trial.arms_of(estimand)
        twins = self.table("twins")
        sides = [twins[twins["arm"] == arm.name].reset_index(drop=True) for arm in (treated, against)]
        one, other = (as_asked(estimand, {str(name): side[name].to_numpy() for name in side}) for side in sides)
        first = [name for name in sides[0] if str(name).endswith(f"_{self.first_visit}")]
        return sides[0][["replicate", "dyad", *first]].assign(effect=one - other)

    @property
    def first_visit(self) -> str:
        """The end of the names of columns of the first visit."""
        return column("", self.trial.seen.visits[0].name).removeprefix("_")
