"""Runs of scenarios over generations for one visitor, each ended at the next generation where it is not waited for."""

from __future__ import annotations

from typing import cast

import solara

from ..common.chunked_run import Progress
from ..common.errors import DyadsimError
from ..reports.generation_sentences import is_told
from .generation_choices import GenerationChoices
from .generation_outcomes import outcome_of
from .outcome import Outcome
from .tab_runs import MOST_WORK, TabRun, refuse_work, use_tab_run

__all__ = ["GenerationRun", "check_size", "use_generation_run"]

_QUICKER = 10  # times as fast as played weeks are those by the linear theory, at least
_TAKEN_APART = 2  # twins more that are lived to take the tie of mothers and infants apart


def check_size(choices: GenerationChoices) -> None:
    """Refuse generations that would keep the dashboard busy for long.

    Raises
    ------
    DyadsimError
        if it is more work than a page should be asked for.
    """
    asked = choices.scenario
    arms = len(asked.arms) + _TAKEN_APART
    work = 2 * asked.number * asked.weeks * asked.generations * arms  # two caregivers of most infants
    most = MOST_WORK * (_QUICKER if asked.linear else 1)
    refuse_work("scenario over generations", work, "dyad-weeks", most, "dyadsim generations")


class GenerationRun(TabRun[Outcome]):
    """Runs of scenarios over generations."""

    def start(self, choices: GenerationChoices) -> None:
        """Run a scenario, in place of what is running."""
        check_size(choices)
        self.begin(lambda progress: _outcome(choices, progress))


def _outcome(choices: GenerationChoices, progress: Progress) -> Outcome:
    results = choices.scenario.run(workers=1, progress=progress)
    if not is_told(results):
        raise DyadsimError(f"Not every arm came to something: {results.failures['error'].iloc[0]}")
    return outcome_of(results, choices.base.name)


_runs: solara.Reactive[GenerationRun | None] = solara.reactive(cast("GenerationRun | None", None))


def use_generation_run() -> GenerationRun:
    """The runs of scenarios over generations of this tab."""
    return use_tab_run(_runs, GenerationRun)
