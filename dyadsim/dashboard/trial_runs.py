"""Runs of a trial for one visitor, each ended at the next chunk of replicates where it is not waited for any more."""

from __future__ import annotations

from typing import cast

import solara

from ..common.chunked_run import Progress
from ..common.errors import DyadsimError
from ..interaction.rule_set import Rules
from ..trials.trial import Trial
from .outcome import Outcome
from .tab_runs import MOST_WORK, TabRun, refuse_work, use_tab_run
from .trial_outcomes import outcome_of

__all__ = ["MOST_FITS", "TrialRun", "check_size", "use_trial_run"]

MOST_FITS = 5_000
"""Fits of models, over analyses, imputations and replicates, of a run in the dashboard: some minutes."""


def check_size(trial: Trial) -> None:
    """Refuse a trial that would keep the dashboard busy for long.

    Raises
    ------
    DyadsimError
        if it is more work than a page should be asked for.
    """
    who, weeks = trial.who, max(trial.stop(age) - age for age in trial.who.ages)
    lived = trial.replicates * (who.most_screened + who.dyads * len(trial.what.arms) * weeks)
    refuse_work("trial", lived, "dyad-weeks", MOST_WORK, "dyadsim trial")
    imputed = [each.imputations if each.missing != "complete case" else 1 for each in trial.answers]
    refuse_work("trial", trial.replicates * sum(imputed), "fits", MOST_FITS, "dyadsim trial")


class TrialRun(TabRun[Outcome]):
    """Runs of trials."""

    def start(self, trial: Trial, rules: Rules) -> None:
        """Run a trial, in place of what is running."""
        check_size(trial)
        self.begin(lambda progress: _outcome(trial, rules, progress))


def _outcome(trial: Trial, rules: Rules, progress: Progress) -> Outcome:
    results = trial.run(infant=rules.infant, mother=rules.mother, workers=1, progress=progress)
    if not results.replicates:
        raise DyadsimError(f"No replicate came to anything: {results.failures['error'].iloc[0]}")
    return outcome_of(results, trial.name)


_runs: solara.Reactive[TrialRun | None] = solara.reactive(cast("TrialRun | None", None))


def use_trial_run() -> TrialRun:
    """The runs of trials of this tab."""
    return use_tab_run(_runs, TrialRun)
