"""Replay of one dyad of one replicate of a trial: its course in every arm, and what the trial saw of it, to the bit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.errors import DyadsimError, whole_number
from ..common.shown import Shown
from ..development.course import Course
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from .potential import course_of
from .replicates import Replicates, replicates
from .trial_results import TrialResults

__all__ = ["TrialReplay", "replay_dyad"]


def replay_dyad(
    results: TrialResults | str | Path,
    replicate: int,
    dyad: int,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
) -> TrialReplay:
    """A dyad of a replicate, to be lived through again alone.

    Parameters
    ----------
    results : of a trial, or their folder.
    replicate : its number, from 0.
    dyad : its place in the replicate, from 0 in the order in which they were randomised.
    infant, mother : the rules by which the results were made, where they were not the shipped ones.

    Returns
    -------
    The dyad in that replicate; nothing of it is worked out before it is asked for.

    Raises
    ------
    DyadsimError
        if there is no such replicate or dyad, or the results were made by other rules.

    Examples
    --------
    >>> result = ds.Trial.load("video-feedback").run(replicates=2, seed=1, workers=1)
    >>> again = ds.replay_dyad(result, replicate=1, dyad=7)
    >>> again.same
    True
    """
    found = results if isinstance(results, TrialResults) else TrialResults.read(results)
    replicate = whole_number("replicate", replicate, 0, max(found.trial.replicates - 1, 0))
    recorded = found.data(replicate)
    dyad = whole_number("dyad", dyad, 0, len(recorded) - 1)
    rules, made = Rules(infant, mother).alone(), found.manifest.rules
    if probe(rules) != made["tables"]:
        raise DyadsimError(
            f"'{found.folder}' was made by other rules ({made['infant']}, {made['mother']}); a replay needs the very "
            "same ones."
        )
    return TrialReplay(found, replicate, dyad, rules)


@dataclass(frozen=True, eq=False, repr=False)
class TrialReplay(Shown):
    """A dyad of a replicate, lived through again when it is asked for.

    Attributes
    ----------
    results : where it was recorded.
    replicate, dyad : numbers of the replicate, and of its place in it.
    rules : of interaction.
    """

    results: TrialResults
    replicate: int
    dyad: int
    rules: Rules

    def _in_a_line(self) -> str:
        return f"replicate {self.replicate}, dyad {self.dyad} of '{self.results.folder}'"

    @cached_property
    def again(self) -> Replicates:
        """The replicate, worked out again: who is in which arm depends on all of its dyads."""
        return replicates(self.results.trial, self.replicate, self.replicate + 1, self.rules)

    @cached_property
    def courses(self) -> dict[str, Course]:
        """The course of its weeks alone, by arm."""
        dyads = self.again.dyads
        return {arm.name: course_of(dyads, arm, self.dyad) for arm in dyads.trial.what.arms}

    @property
    def arm(self) -> str:
        """The arm in which it was."""
        return str(self.recorded()["arm"])

    def recorded(self) -> pd.Series:
        """What the trial saw of it, as it was recorded."""
        return self.results.data(self.replicate).iloc[self.dyad]

    def seen(self) -> pd.Series:
        """What the trial sees of it now."""
        return self.again.data.iloc[self.dyad]

    @cached_property
    def same(self) -> bool:
        """Whether what is seen, and what it comes to in each arm, is what was recorded, to the bit."""
        unit = self.recorded()["dyad"]
        then, now = self.results.twins(self.replicate), self.again.twins
        twins = [table[table["dyad"] == unit].reset_index(drop=True) for table in (then, now)]
        return self.recorded().equals(self.seen()) and twins[0].equals(twins[1])

    def beside(self) -> pd.DataFrame:
        """One row a column of the trial's table: ``recorded`` and ``replayed``."""
        both: dict[str, Any] = {"recorded": self.recorded(), "replayed": self.seen()}
        return pd.DataFrame(both).rename_axis("column").reset_index()

    def course(self, arm: str | None = None) -> Course:
        """The course in an arm (default: the one in which it was).

        Raises
        ------
        DyadsimError
            if there is no such arm.
        """
        name = arm or self.arm
        if name not in self.courses:
            raise DyadsimError(f"There is no arm '{name}'; there are {', '.join(self.courses)}.")
        return self.courses[name]
