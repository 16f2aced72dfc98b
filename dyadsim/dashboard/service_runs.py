"""Runs of services for one visitor, each ended at the next arm where it is not waited for any more."""

from __future__ import annotations

from typing import cast

import solara

from ..common.chunked_run import Progress
from ..common.errors import DyadsimError
from .outcome import Outcome
from .service_choices import ServiceChoices
from .service_outcomes import outcome_of
from .tab_runs import MOST_WORK, TabRun, refuse_work, use_tab_run

__all__ = ["ServiceRun", "check_size", "use_service_run"]


def check_size(choices: ServiceChoices) -> None:
    """Refuse services that would keep the dashboard busy for long.

    Raises
    ------
    DyadsimError
        if it is more work than a page should be asked for.
    """
    work = 2 * choices.families * choices.weeks * len(choices.comparison.arms)  # two caregivers of most infants
    refuse_work("comparison", work, "dyad-weeks", MOST_WORK, "dyadsim services")


class ServiceRun(TabRun[Outcome]):
    """Runs of services."""

    def start(self, choices: ServiceChoices) -> None:
        """Run a service, in place of what is running."""
        check_size(choices)
        self.begin(lambda progress: _outcome(choices, progress))


def _outcome(choices: ServiceChoices, progress: Progress) -> Outcome:
    results = choices.comparison.run(workers=1, progress=progress)
    if not results.arms:
        raise DyadsimError(f"Not every arm came to something: {results.failures['error'].iloc[0]}")
    return outcome_of(results, choices.base.name)


_runs: solara.Reactive[ServiceRun | None] = solara.reactive(cast("ServiceRun | None", None))


def use_service_run() -> ServiceRun:
    """The runs of services of this tab."""
    return use_tab_run(_runs, ServiceRun)
