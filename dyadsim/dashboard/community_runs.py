"""Lives of a community and of its twin for one visitor, and what is shown of them."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import solara

from ..common.chunked_run import Progress
from ..development.develop import develop
from ..interaction.rule_set import Rules
from ..reports.community_report import differences, in_short
from .community_choices import CommunityChoices
from .community_drawing import course_lines, drawn, weekly_means
from .tab_runs import TabRun, use_tab_run

__all__ = ["CommunityOutcome", "CommunityRun", "use_community_run"]


@dataclass(frozen=True, eq=False)
class CommunityOutcome:
    """What is shown of a community.

    Attributes
    ----------
    asked : what was chosen.
    drawn : both communities, as ``Community`` takes them.
    curves : as ``Curves`` takes them.
    in_short : what came of it, in sentences.
    means, differences : tables.
    """

    asked: CommunityChoices
    drawn: dict[str, Any]
    curves: list[dict[str, Any]]
    in_short: list[str]
    means: pd.DataFrame
    differences: pd.DataFrame


class CommunityRun(TabRun[CommunityOutcome]):
    """Runs of a community and its twin."""

    def start(self, choices: CommunityChoices, rules: Rules) -> None:
        """Live the weeks of both, in place of what is running."""
        self.begin(lambda progress: _first(rules) if choices == _FIRST else _outcome(choices, rules, progress))


_FIRST = CommunityChoices()


_living = threading.Lock()


def _first(rules: Rules) -> CommunityOutcome:
    """The community that everybody sees at first: lived once, since it changes with nothing but the rules."""
    with _living:  # who comes meanwhile waits for it
        return _lived_at_first(rules)


@functools.lru_cache(maxsize=1)
def _lived_at_first(rules: Rules) -> CommunityOutcome:
    return _outcome(_FIRST, rules, lambda *_: None)


def _outcome(choices: CommunityChoices, rules: Rules, progress: Progress) -> CommunityOutcome:
    course = develop(
        choices.sampled(),
        choices.weeks,
        [choices.offer],
        choices.seed,
        infant=rules.infant,
        mother=rules.mother,
        threads=1,
        progress=lambda done, total: progress(done, 2 * total),
    )
    twins = course.twins(lambda done, total: progress(total + done, 2 * total))
    means, table = weekly_means(course, twins), differences(course, twins)
    return CommunityOutcome(
        choices,
        drawn(course, twins, choices.entry.title),
        course_lines(means),
        in_short(course, table),
        means,
        table,
    )


_runs: solara.Reactive[CommunityRun | None] = solara.reactive(cast("CommunityRun | None", None))


def use_community_run() -> CommunityRun:
    """The runs of communities of this tab."""
    return use_tab_run(_runs, CommunityRun)
