"""Replay of one dyad of a sweep, alone: the very session that it played, or its very weeks, to the bit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.chunked_folder import check_same_files
from ..common.errors import DyadsimError, whole_number
from ..common.shown import Shown
from ..common.user_files import UserFiles
from ..development.course import Course
from ..interaction.interact import interact
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..scenarios.encounter import Encounter
from ..scenarios.outcomes import of_course
from ..scenarios.scenario import Scenario
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from .made_by import same_rules
from .point_work import PointWork
from .points import Point
from .results import Results
from .session_base import Interaction
from .user_inputs import marks_of_inputs

__all__ = ["Replay", "replay"]


def replay(
    results: Results | str | Path,
    point: int,
    dyad: int,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
) -> Replay:
    """A dyad of a point of a sweep, to be run again alone.

    Parameters
    ----------
    results : as :func:`dyadsim.sweep` gives them, or their folder.
    point, dyad : their numbers, from 0; dyads are counted over all replicates of a point.
    infant, mother : the rules by which the results were made, where they were not the shipped ones.

    Returns
    -------
    The dyad at that point; nothing of it is worked out before it is asked for.

    Raises
    ------
    DyadsimError
        if there is no such point or dyad, or the results were made by other rules or by files that were edited since.

    Examples
    --------
    >>> design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=5)
    >>> again = ds.replay(ds.sweep(design, "results", workers=1), point=1, dyad=3)
    >>> again.same, again.session().measures()
    """
    found = results if isinstance(results, Results) else Results.read(results)
    point = whole_number("point", point, 0, len(found.points) - 1)
    dyad = whole_number("dyad", dyad, 0, max(found.dyads, 1) - 1)
    rules, made = Rules(infant, mother).alone(), found.manifest.rules
    work = PointWork.of(found.design, rules)
    with UserFiles().reading():
        now = marks_of_inputs(found.design, work, found.points.iloc[point : point + 1])
    check_same_files(found.folder, made.get("files", now), now)
    if not same_rules(made, rules):
        raise DyadsimError(
            f"'{found.folder}' was made by other rules ({made['infant']}, {made['mother']}); a replay needs the very "
            "same ones."
        )
    return Replay(found, point, dyad, work)


@dataclass(frozen=True, eq=False, repr=False)
class Replay(Shown):
    """A dyad at one point of a sweep, run again when it is asked for.

    Attributes
    ----------
    results : where it was recorded.
    point, dyad : their numbers.
    work : how points of the sweep are worked on.
    """

    results: Results
    point: int
    dyad: int
    work: PointWork

    def _in_a_line(self) -> str:
        return f"point {self.point}, dyad {self.dyad} of '{self.results.folder}'"

    def recorded(self) -> pd.DataFrame:
        """The rows that the results have of it, one an episode, or an arm and week; of outcomes that the user
        wrote, those whose functions are at hand."""
        rows = self.results.frame([self.point], [self.dyad])
        return rows[[*self.results.keys, *self.outcomes]]

    def again(self) -> pd.DataFrame:
        """Rows as :meth:`recorded` has them, worked out again from this dyad alone."""
        if not self.results.of_weeks:
            dyads = self.work.dyads(self._point, self.dyad, self.dyad + 1)
            return self.work.played(dyads)[["episode", *self.outcomes]]
        # The weeks that were recorded; where nothing was, those of the scenario.
        recorded = sorted(set(self.recorded()["week"].tolist()))
        asked, weeks = self.work.design.outcome_functions, recorded or list(self.work.scenario(self._point).visits())
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
        """Whether the dyad comes to what was recorded, to the last bit; None where nothing was."""
        recorded, again = (frame.set_index(self.results.keys).sort_index() for frame in (self.recorded(), self.again()))
        return None if recorded.empty else bool(recorded.equals(again))

    @property
    def outcomes(self) -> list[str]:
        """The outcomes that are recorded and can be worked out here."""
        return [name for name in self.work.design.outcome_functions if name in self.results.outcomes]

    def session(self, week: int | None = None, arm: str | None = None) -> Session:
        """The session, second by second; of a scenario the first of a week in an arm.

        Parameters
        ----------
        week : of a scenario, in weeks of his life from 0 on (default: the last).
        arm : of a scenario, by name (default: the first).

        Raises
        ------
        DyadsimError
            for an arm that there is not, or a week that is not among the dyad's.
        """
        cohort, seed, rules = self.cohort(week, arm), self.work.seed(self._point), self.work.rules
        day = 0 if not self.results.of_weeks else 7 * self._week(week)
        how: dict[str, Any] = {"infant": rules.infant, "mother": rules.mother}
        base = self._base
        paradigm = base.played() if isinstance(base, Interaction) else Paradigm.load(base.paradigm)
        return interact(cohort, paradigm, seed, day=day, states=True, threads=1, **how)

    def encounter(self, week: int | None = None, arm: str | None = None) -> Encounter:
        """The session of :meth:`session`, in the form that the dashboard opens.

        Parameters
        ----------
        week, arm : as in :meth:`session`.
        """
        base, seed = self._base, self.work.seed(self._point)
        title = f"Point {self.point}, dyad {self.dyad}"
        how: dict[str, Any] = {"seed": seed, "paradigm": base.paradigm}
        if isinstance(base, Interaction):
            how |= {"seconds": base.seconds, "scheme": base.scheme}
        else:
            how |= {"day": 7 * self._week(week)}
            title += f", week {self._week(week)}"
        return Encounter.met(self.cohort(week, arm), name=title.lower(), title=title, **how)

    def cohort(self, week: int | None = None, arm: str | None = None) -> Cohort:
        """The dyad as it plays (of a scenario: in a week, in an arm).

        Parameters
        ----------
        week, arm : as in :meth:`session`.
        """
        if self.results.of_weeks:
            return self._course(arm).playing(self._week(week))
        return self.work.dyads(self._point, self.dyad, self.dyad + 1).cohort

    @cached_property
    def courses(self) -> dict[str, Course]:
        """The course of its weeks, by arm."""
        weeks = self.results.weeks
        assert weeks is not None, "weeks are asked for"
        return dict(self.work.courses(self._point, self.dyad, self.dyad + 1, len(weeks)))

    @cached_property
    def _point(self) -> Point:
        return self.results.point(self.point)

    @cached_property
    def _base(self) -> Interaction | Scenario:
        """What the dyad plays or goes through, with the factors set as its point has them."""
        return self.work.setup(self._point).base

    def _course(self, arm: str | None) -> Course:
        if arm is not None and arm not in self.courses:
            raise DyadsimError(f"There is no arm '{arm}'; there are {', '.join(self.courses)}.")
        return self.courses[arm] if arm else next(iter(self.courses.values()))

    def _week(self, week: int | None) -> int:
        weeks = self._course(None).weeks
        if weeks.stop <= 0:
            raise DyadsimError("Before birth there is no session to be seen.")
        return weeks.stop - 1 if week is None else whole_number("week", week, max(weeks.start, 0), weeks.stop - 1)
