"""Trial (:class:`dyadsim.Trial`): a declared trial that can be run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..common.chunked_run import Progress
from ..common.errors import whole_number
from ..common.files import TemporaryFolder, path_of
from ..common.random_numbers import Seed, check_seed
from ..interaction.rule_set import Rules
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from .declared_trial import MOST_REPLICATES, DeclaredTrial
from .trial_results import TrialResults
from .trial_run import run_into

__all__ = ["Trial"]


class Trial(DeclaredTrial):
    """A trial: its fields are those of :class:`~dyadsim.trials.declared_trial.DeclaredTrial`, which its file has.

    Examples
    --------
    >>> trial = ds.Trial.load("video-feedback")
    >>> result = trial.run(replicates=4, seed=1, workers=1)
    >>> result.performance()[["analysis", "n", "truth", "mean"]]
    """

    def run(
        self,
        replicates: int | None = None,
        seed: Seed | None = None,
        out: str | Path | None = None,
        *,
        infant: type[InfantRules] = InfantRules,
        mother: type[CaregiverRules] = MotherRules,
        workers: int | None = None,
        scheduler: str | None = None,
        progress: Progress | None = None,
    ) -> TrialResults:
        """Run the trial: every replicate is enrolled, lived in all arms, seen, lost and analysed.

        Parameters
        ----------
        replicates : how many (default: as the trial says).
        seed : names dyads and luck (default: the trial's).
        out : results folder; one that is there goes on, or grows. Without it results last as long as they are used.
        infant, mother : the rules of interaction; pass a subclass to change one.
        workers : processes, from 1 (default: as many as there are cores for it); no result depends on it.
        scheduler : the address of a Dask scheduler (or its file), whose workers are used instead.
        progress : called with replicates done and replicates in all.

        Raises
        ------
        DyadsimError
            if nobody is eligible, for a number that is not possible, or a folder that another trial made.
        """
        changes: dict[str, Any] = {}
        if replicates is not None:
            changes["replicates"] = whole_number("number of replicates", replicates, 1, MOST_REPLICATES)
        if seed is not None:
            changes["seed"] = check_seed(seed)
        asked = self.changed(changes) if changes else self
        rules = Rules(infant, mother).alone()
        if out is not None:
            return TrialResults(run_into(asked, path_of(out), rules, workers, scheduler, progress))
        place = TemporaryFolder("dyadsim-trial-")
        return TrialResults(run_into(asked, place.path, rules, workers, scheduler, progress), place)
