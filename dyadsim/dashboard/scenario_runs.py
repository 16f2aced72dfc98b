"""Runs of a scenario for one visitor, each ended at the next week where it is not waited for any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import solara

from ..common.errors import DyadsimError
from ..common.shown import counted, in_a_row
from ..interaction.rule_set import Rules
from ..reports import scenario_report
from ..reports.scenario_summary import summary
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.scenario import Scenario
from .downloads import DRAWING, svg
from .tab_runs import MOST_WORK, TabRun, use_tab_run

__all__ = ["Outcome", "Run", "check_size", "use_run"]


@dataclass(frozen=True)
class Outcome:
    """Outcome of a run: the comparison, what is said of it, differences by offer and by group, and its figures."""

    scenario: Scenario
    comparison: AnyComparison
    said: dict[str, Any]
    by_offer: pd.DataFrame
    for_whom: pd.DataFrame
    figures: dict[str, tuple[str, Any]]
    pictures: dict[str, str]

    def report(self) -> dict[str, Any]:
        """The report as a file to keep."""
        with DRAWING:
            text = scenario_report.page(self.said, self.scenario, self.comparison, scenario_report.images(self.figures))
        return {"name": f"{self.scenario.name}.html", "mime": "text/html", "content": text, "base64": False}

    def table(self, name: str) -> pd.DataFrame:
        """A table by the name of the method of the comparison that makes it."""
        found = getattr(self.comparison, name)()
        assert isinstance(found, pd.DataFrame)
        return found


def check_size(scenario: Scenario) -> None:
    """Refuse a scenario that would keep the dashboard busy for long.

    Raises
    ------
    DyadsimError
        if it is more work than a page should be asked for.
    """
    arms, sets = len(scenario.arms), len(scenario.sets)
    work = scenario.dyads * scenario.weeks * arms * sets
    if work <= MOST_WORK:
        return
    fewer = MOST_WORK // (scenario.weeks * arms * sets)
    ways = [f"take {fewer:,} dyads at most"] if fewer >= 2 else []
    ways += [
        "take fewer weeks",
        *(["fewer twins"] if arms > 2 else []),
        *(["calibrated parameters"] if sets > 1 else []),
    ]
    raise DyadsimError(
        f"This scenario has {work:,} dyad-weeks, and a page runs {MOST_WORK:,} at most (it has "
        f"{in_a_row(_factors(scenario, arms, sets))}); {', '.join(ways)}, or download its TOML and run it with "
        "'dyadsim run'."
    )


def _factors(scenario: Scenario, arms: int, sets: int) -> list[str]:
    times = [f"{sets} parameter sets"] if sets > 1 else []
    return [counted(scenario.dyads, "dyad"), counted(scenario.weeks, "week"), counted(arms, "arm"), *times]


class Run(TabRun[Outcome]):
    """Runs of scenarios."""

    def start(self, scenario: Scenario, rules: Rules) -> None:
        """Run a scenario, in place of what is running."""
        check_size(scenario)
        self.begin(lambda progress: _outcome(scenario, scenario.run(progress, rules=rules)))


def _outcome(scenario: Scenario, comparison: AnyComparison) -> Outcome:
    """Outcome of a run, with its pictures drawn."""
    with DRAWING:
        figures = scenario_report.pictures(scenario, comparison)
    pictures = {name: svg(figure) for name, (_, figure) in figures.items()}
    tables = comparison.by_offer(), comparison.for_whom()
    return Outcome(scenario, comparison, summary(scenario, comparison), *tables, figures, pictures)


_runs: solara.Reactive[Run | None] = solara.reactive(cast("Run | None", None))


def use_run() -> Run:
    """The runs of scenarios of this tab."""
    return use_tab_run(_runs, Run)
