"""Simulated trials of the catalogue's interventions, in which published effects are looked for.

Each is the trial that an entry describes: dyads of its population, its start, everyone begins. The control arm is the
twins, so what is found is the effect of treatment alone; a published trial adds the luck of who is in which arm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..common import toml_models
from ..common.effect_size import cohens_d
from ..common.errors import DyadsimError
from ..development.course import Course
from ..development.develop import develop
from ..interventions.catalogue import Effect, Intervention
from ..measurement.instruments import Instrument
from ..people.cohort import Cohort
from ..scenarios.comparison import seen_shares
from ..theory.attachment import WEEK

__all__ = ["ProgrammeTrials", "epds_of"]


class ProgrammeTrials:
    """Trials of so many dyads in each arm; each course is simulated when first asked for.

    Parameters
    ----------
    dyads, seed : how many in each arm; names dyads and luck.
    done : called with courses simulated and the number there will be.
    """

    def __init__(self, dyads: int, seed: int, done: Callable[[int, int], None] | None = None) -> None:
        self.dyads, self.seed, self._done = dyads, seed, done
        self.entries = {name: Intervention.load(name) for name in toml_models.names("interventions")}
        self._courses: dict[tuple[str, int, str], Course] = {}

    def all(self) -> None:
        """Simulate the trials of all entries, each to its end."""
        for told, (name, entry) in enumerate(self.entries.items(), start=1):
            self.arms(name, entry.start_week + entry.weeks)
            if self._done:
                self._done(told, len(self.entries))

    def arms(
        self, name: str, until: int, population: str | None = None, start_week: int | None = None
    ) -> tuple[Course, Course]:
        """The treated course and that of the twins, at least to the start of a week.

        Parameters
        ----------
        name : of the intervention.
        until : week of his life to whose start they go at least.
        population : who is treated (default: that of the entry).
        start_week : of his life, in which treatment begins (default: that of the entry).
        """
        entry = self.entries[name]
        start = entry.start_week if start_week is None else start_week
        attendance, drop_out = entry.trial_shares
        offer = {"name": name, "start_week": start, "uptake": 1.0, "attendance": attendance, "drop_out": drop_out}
        group = population or entry.population
        return self._course(group, start, until, name, [offer]), self._course(group, start, until, "", [])

    def _course(self, group: str, start: int, until: int, name: str, offers: list[dict[str, Any]]) -> Course:
        asked = (group, start, name)
        if asked not in self._courses:
            cohort = Cohort.sample(self.dyads, group, self.seed)
            self._courses[asked] = develop(cohort, until - start, offers, self.seed, first_week=start)
        course = self._courses[asked]
        if course.weeks.stop < until:
            self._courses[asked] = course.joined(course.go_on(until - course.weeks.stop))
        return self._courses[asked]

    # What a trial sees ------------------------------------------------------------------------------------------------

    def end(self, name: str) -> int:
        """The week at whose start a programme has ended."""
        return self.entries[name].start_week + self.entries[name].weeks

    def d(self, name: str, instrument: str, after: int = 0, population: str | None = None, who: Any = None) -> float:
        """Standardised difference (d) that an instrument shows after the end: positive where the treated score higher.

        Parameters
        ----------
        name : of the intervention.
        instrument : its name.
        after : weeks from the end of the programme.
        population : who is treated (default: that of the entry).
        who : chooses dyads (default: all): a function of the treated course and that of the twins.
        """
        week = self.end(name) + after
        one, other = self.arms(name, week, population)
        chosen = slice(None) if who is None else who(one, other).to_numpy()
        return cohens_d(*(course.observe(instrument, week)[week][chosen] for course in (one, other)))

    def d_of_play(self, name: str, measure: str, after: int, weeks: int) -> float:
        """Standardised difference (d) in a dyad's mean of a weekly measure over some weeks.

        Parameters
        ----------
        name : of the intervention.
        measure : of a week's play, such as ``coordination``.
        after : weeks from the end of the programme to the first of them.
        weeks : how many.
        """
        first = self.end(name) + after
        one, other = (
            course.measures[measure][first - course.weeks.start :][:weeks].mean(axis=0)
            for course in self.arms(name, first + weeks)
        )
        return cohens_d(one, other)

    def set_d(self, name: str, effect: Effect) -> float:
        """The standardised difference at the end that an effect's size is about, in the direction of its state."""
        if effect.seen_by:
            return float(np.sign(Instrument.load(effect.seen_by).of[effect.state])) * self.d(name, effect.seen_by)
        week = self.end(name)
        return cohens_d(*(course.known(week)[effect.state] for course in self.arms(name, week)))

    def points(self, name: str, against: str, instrument: str, population: str, start_week: int) -> float:
        """Difference in an instrument's points at the end, against another intervention.

        Parameters
        ----------
        name, against : of the two interventions.
        instrument : its name.
        population : who is treated.
        start_week : of his life, in which both begin.
        """
        week = start_week + self.entries[name].weeks
        one, other = (self.arms(each, week, population, start_week)[0] for each in (name, against))
        return float((one.observe(instrument, week)[week] - other.observe(instrument, week)[week]).mean())

    def classed(self, name: str, kind: str, population: str | None = None) -> tuple[float, float]:
        """Shares, 0 to 1, of one class of attachment at twelve months, with the intervention and without.

        Parameters
        ----------
        name : of the intervention.
        kind : the class.
        population : who is treated (default: that of the entry).

        Raises
        ------
        DyadsimError
            if the programme starts after that.
        """
        if self.entries[name].start_week >= WEEK:
            raise DyadsimError(f"'{name}' starts after twelve months.")
        one, other = self.arms(name, WEEK, population)
        return seen_shares(one)[kind], seen_shares(other)[kind]

    def positive(self, name: str, instrument: str, after: int = 0, who: Any = None) -> tuple[float, float]:
        """Shares, 0 to 1, at or above the instrument's cut, with the intervention and without.

        Parameters
        ----------
        name, instrument, after, who : as in :meth:`d`.
        """
        week = self.end(name) + after
        one, other = self.arms(name, week)
        chosen = slice(None) if who is None else who(one, other).to_numpy()
        cut = Instrument.load(instrument).cut
        shares = [(course.observe(instrument, week)[week][chosen] >= cut).mean() for course in (one, other)]
        return float(shares[0]), float(shares[1])


def epds_of(low: float, high: float) -> Callable[[Course, Course], pd.Series]:
    """Function that chooses the dyads whose EPDS lies from ``low`` to below ``high`` in the first week of the trial."""

    def chosen(one: Course, other: Course) -> pd.Series:
        score = other.observe("epds", one.weeks.start)[one.weeks.start]
        return (score >= low) & (score < high)

    return chosen
