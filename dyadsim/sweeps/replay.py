"""Replaying one dyad of a sweep alone: the very session or weeks that it lived, to the bit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.errors import DyadsimError, whole_number
from ..development.course import Course
from ..interaction.interact import interact
from ..interaction.paradigms import Paradigm, paradigm_named
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..scenarios.encounter import Encounter
from ..scenarios.outcomes import of_course
from ..theory.rules import InfantRules, MotherRules
from .point_setup import Setup
from .point_work import Job, Point
from .results import Results
from .session_base import Interaction

__all__ = ["Replay", "replay"]


def replay(
    results: Results | str | Path,
    point: int,
    dyad: int,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[MotherRules] = MotherRules,
) -> Replay:
    """One dyad of a point of a sweep, to be run again alone: ``ds.replay(results, 12, 3).session()``.

    Parameters
    ----------
    results : as :func:`dyadsim.sweep` gives them, or their folder.
    point, dyad : their numbers.
    infant, mother : the rules by which the results were made, where they were not the shipped ones.

    Raises
    ------
    DyadsimError
        if there is no such point or dyad, or the results were made by other rules.
    """
    found = results if isinstance(results, Results) else Results.read(results)
    point = whole_number("point", point, 0, len(found.points) - 1)
    dyad = whole_number("dyad", dyad, 0, max(found.dyads, 1) - 1)
    rules, made = Rules(infant, mother).alone(), found.manifest.rules
    if probe(rules) != made["tables"]:
        raise DyadsimError(
            f"'{found.folder}' was made by other rules ({made['infant']}, {made['mother']}); a replay needs the very "
            "same ones."
        )
    return Replay(found, point, dyad, Job.of(found.design, rules))


@dataclass(frozen=True, eq=False)
class Replay:
    """One dyad at one point.

    Attributes
    ----------
    results : where it was recorded.
    point, dyad : their numbers.
    job : how the sweep works.
    """

    results: Results
    point: int
    dyad: int
    job: Job

    def recorded(self) -> pd.DataFrame:
        """What the results say of it: a row an episode, or an arm and week; of outcomes of the user's own, those whose
        functions are at hand."""
        rows = self.results.frame([self.point], [self.dyad])
        return rows[[*self.results.keys, *self.outcomes]]

    def again(self) -> pd.DataFrame:
        """The same rows, worked out again from this dyad alone."""
        if not self.results.of_weeks:
            met = self.job.met(self._levels, self.dyad, self.dyad + 1)
            return self.job.interaction(met)[["episode", *self.outcomes]]
        asked, weeks = self.job.design.asked(), self._visits
        parts = [of_course(course, weeks, asked).assign(arm=arm) for arm, course in self.courses.items()]
        return pd.concat(parts, ignore_index=True)[[*self.results.keys, *self.outcomes]]

    def beside(self) -> pd.DataFrame:
        """One row an outcome and episode (or arm and week): ``recorded`` (NaN where nothing is) and ``replayed``."""
        sides = [
            frame.melt(self.results.keys, self.outcomes, "outcome", name)
            for frame, name in ((self.again(), "replayed"), (self.recorded(), "recorded"))
        ]
        keys = [*self.results.keys, "outcome"]
        return sides[0].merge(sides[1], on=keys, how="left")[[*keys, "recorded", "replayed"]]

    @cached_property
    def same(self) -> bool | None:
        """Whether it comes to what was recorded, to the last bit; None where nothing was."""
        recorded, again = (frame.set_index(self.results.keys).sort_index() for frame in (self.recorded(), self.again()))
        return None if recorded.empty else bool(recorded.equals(again))

    @property
    def outcomes(self) -> list[str]:
        """Those that are recorded and can be worked out here."""
        return [name for name in self.job.design.asked() if name in self.results.outcomes]

    def session(self, week: int | None = None, arm: str | None = None) -> Session:
        """The session, second by second; of a scenario the first of a week (default: the last) of its life in an arm.

        Raises
        ------
        DyadsimError
            for a week or arm that it did not live.
        """
        cohort, seed, rules = self.cohort(week, arm), self.job.seed(self._levels), self.job.rules
        day = 0 if not self.results.of_weeks else 7 * self._week(week)
        how: dict[str, Any] = {"infant": rules.infant, "mother": rules.mother}
        return interact(cohort, self._played, seed, day=day, states=True, threads=1, **how)

    def encounter(self, week: int | None = None, arm: str | None = None) -> Encounter:
        """The same session in the form that the dashboard opens."""
        base, seed = self._setup.base, self.job.seed(self._levels)
        title = f"Point {self.point}, dyad {self.dyad}"
        how: dict[str, Any] = {"seed": seed, "paradigm": base.paradigm}
        if isinstance(base, Interaction):
            how |= {"seconds": base.seconds, "scheme": base.scheme}
        else:
            how |= {"day": 7 * self._week(week)}
            title += f", week {self._week(week)}"
        return Encounter.met(self.cohort(week, arm), name=title.lower(), title=title, **how)

    def cohort(self, week: int | None = None, arm: str | None = None) -> Cohort:
        """The dyad as it plays (of a scenario: in a week, in an arm)."""
        if self.results.of_weeks:
            return self._course(arm).playing(self._week(week))
        return self.job.met(self._levels, self.dyad, self.dyad + 1).cohort

    @cached_property
    def courses(self) -> dict[str, Course]:
        """Its weeks, by arm."""
        weeks = self.results.weeks
        assert weeks is not None, "weeks are asked for"
        return dict(self.job.begun(self._levels, self.dyad, self.dyad + 1, len(weeks)))

    @property
    def _visits(self) -> list[int]:
        """The weeks that were recorded; where nothing was, those of the scenario."""
        recorded = sorted(set(self.recorded()["week"].tolist()))
        return recorded or list(self.job.weeks(self._setup).visits())

    @property
    def _played(self) -> Paradigm:
        base = self._setup.base
        return base.played() if isinstance(base, Interaction) else paradigm_named(base.paradigm)

    @property
    def _levels(self) -> Point:
        chunk = replace(self.results.manifest.chunks[0], points=(self.point, self.point + 1))
        return chunk.block(self.results.points).points[self.point]

    @cached_property
    def _setup(self) -> Setup:
        return self.job.setup(self._levels)

    def _course(self, arm: str | None) -> Course:
        if arm is not None and arm not in self.courses:
            raise DyadsimError(f"There is no arm '{arm}'; there are {', '.join(self.courses)}.")
        return self.courses[arm] if arm else next(iter(self.courses.values()))

    def _week(self, week: int | None) -> int:
        lived = self._course(None).weeks
        if lived.stop <= 0:
            raise DyadsimError("Before birth there is no session to be seen.")
        return lived.stop - 1 if week is None else whole_number("week", week, max(lived.start, 0), lived.stop - 1)
