"""Courses: weeks of dyads' lives, one after another, and what can be read from them.

:func:`from_start` goes through the weeks of a :class:`.weekly_step.Development` from the first on, :func:`through` from
any states on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import __version__
from ..common.errors import DyadsimError, as_whole, whole_number
from ..common.files import path_of
from ..common.random_numbers import WeeklyLuck
from ..common.shown import Shown, counted
from ..common.threads import in_threads
from ..interaction.tables import check_unchanged
from ..interventions.treatment import ATTENDED
from ..measurement import instruments
from ..measurement.declarations import WEEKLY_MEASURES
from ..people.cohort import Cohort
from ..theory import attachment
from ..theory.slow_states import LOADS, SLOW, SOURCES
from .course_file import write_course
from .weekly_step import Development

__all__ = ["FIRST", "LAST", "Course", "from_start", "through"]

Numbers = NDArray[np.float64]
Progress = Callable[[int, int], None]
_STATES = list(SLOW)
FIRST: int = -40
"""The first week of his life that a course may hold."""
LAST: int = 2_000
"""The week of his life after the last that it may hold."""
_FEW = 200  # dyads that are worth a thread of their own
_MANY = 10_000  # dyads of a thread whose operations are long enough for threads not to get into each other's way


@dataclass(frozen=True, eq=False, repr=False)
class Course(Shown):
    """Weeks of a cohort, one after another.

    Attributes
    ----------
    development : what the weeks were stepped with.
    weeks : numbers of the weeks (week 0 begins with his birth).
    states : (weeks + 1, states, dyads) slow states at the start of each week, and at the end of the last.
    measures : (weeks, dyads) by name, of each week's interaction; NaN before birth.
    starting_states : (states, dyads) by intervention that has started, slow states when it did.
    """

    development: Development
    weeks: range
    states: Numbers
    measures: dict[str, Numbers]
    starting_states: Mapping[str, Numbers] = field(default_factory=dict)

    @property
    def cohort(self) -> Cohort:
        """Dyads of the course, as they were when it started."""
        return self.development.cohort

    def __len__(self) -> int:
        return len(self.cohort)

    def _in_a_line(self) -> str:
        weeks = f"weeks {self.weeks.start} to {self.weeks.stop - 1}"
        who = f"{counted(len(self), 'dyad')} ({self.cohort.population})"
        return f"{who}, {weeks}, seed {self.development.play.seed}"

    def _in_a_table(self) -> pd.DataFrame:
        first, last = (self.at(week).mean() for week in (self.weeks.start, self.weeks.stop))
        return pd.DataFrame(
            {"mean of": first.index, f"week {self.weeks.start}": first.array, f"week {self.weeks.stop}": last.array}
        )

    def frame(self) -> pd.DataFrame:
        """Table of all weeks, one row a dyad and week: slow states and loads at its start, measures of its play.

        States and loads (``symptoms``, ``burden``) are standard scores; measures are shares, rates a minute and
        seconds, as in a session.
        """
        dyads, weeks = len(self), len(self.weeks)
        columns: dict[str, Any] = {
            "dyad": np.repeat(self.cohort.units, weeks),
            "week": np.tile(np.array(self.weeks), dyads),
        }
        for name, values in self._by_name(self.states[:-1]).items():
            columns[name] = values.T.ravel()
        return pd.DataFrame(columns | {name: values.T.ravel() for name, values in self.measures.items()})

    def at(self, week: int) -> pd.DataFrame:
        """Slow states and loads at the start of a week (or at the end of the last), one row a dyad."""
        states = self.states[self._place(week)]
        return pd.DataFrame(self._by_name(states), index=self._index)

    def background(self, week: int | None = None) -> pd.DataFrame:
        """Background of each mother, and the traits that pull on slow states, one row a dyad: these do not change.

        Interventions may shift her distraction: with a ``week`` as it is at its start, without one as it is by itself.
        """
        development = self.development
        sources = development.start.sources if week is None else development.sources(self._shifts(week))
        return pd.DataFrame(dict(zip(SOURCES, sources, strict=True)), index=self._index)

    def known(self, week: int) -> pd.DataFrame:
        """All that an instrument may see at the start of a week: slow states, loads, background, traits that stay."""
        return self.at(week).join(self.background(week))

    def playing(self, week: int) -> Cohort:
        """The cohort as it plays in a week: ``ds.interact`` with that week's day plays the very session."""
        return self.development.playing(week, self.states[self._place(week)], self._shifts(week))

    @cached_property
    def attachment_chances(self) -> pd.DataFrame:
        """Chances of the four classes at twelve months, one row a dyad.

        Raises
        ------
        DyadsimError
            if the course does not reach the start of week 52.
        """
        if attachment.WEEK not in range(self.weeks.start, self.weeks.stop + 1):
            raise DyadsimError(
                f"Attachment is drawn at the start of week {attachment.WEEK}, but this course goes from week "
                f"{self.weeks.start} to {self.weeks.stop}; go_on gives the weeks that follow."
            )
        known = self.known(attachment.WEEK)
        predictors = {name: known[name].to_numpy() for name in {pull.predictor for pull in attachment.PULLS.values()}}
        chances = attachment.chances(predictors, self.cohort.dynamics)
        return pd.DataFrame(chances.T, columns=list(attachment.CLASSES), index=self._index)

    @cached_property
    def attachment(self) -> pd.Series:
        """The class of each dyad at twelve months: secure, avoidant, resistant or disorganised."""
        luck = self._luck.outcome(self.cohort.units, "attachment")
        drawn = attachment.drawn(self.attachment_chances.to_numpy().T, luck)
        return pd.Series(np.array(attachment.CLASSES)[drawn], index=self._index, name="attachment")

    def observe(
        self, instrument: str | Path | instruments.Instrument, weeks: int | Collection[int], rater: int = 0
    ) -> pd.DataFrame:
        """Scores or classes that an instrument gives, one row a dyad, one column a week.

        What instruments are: :mod:`dyadsim.measurement.instruments`.

        Parameters
        ----------
        instrument : by name, such as ``eas`` or ``epds``, a TOML file, or a :class:`dyadsim.Instrument`.
        weeks : at the start of which it is given; the end of the last week counts as the start of the next. Attachment
            is classified in week 52.
        rater : another number is another rater of the same occasion, where the instrument has raters.

        Raises
        ------
        DyadsimError
            for an unknown instrument, or a week that the course does not hold.
        """
        chosen = instruments.Instrument.load(instrument)
        seen: dict[int, NDArray[Any]] = {}
        for week in weeks if isinstance(weeks, Iterable) else [weeks]:
            if chosen.classifies:
                if week != attachment.WEEK:
                    raise DyadsimError(f"'{chosen.name}' is done in week {attachment.WEEK}, not in week {week}.")
                seen[week] = instruments.classified(chosen, self.attachment, self.cohort.units, self._luck, week, rater)
            else:
                known = self.known(week)
                seen[week] = instruments.scored(chosen, known, self.cohort.units, self._luck, week, rater)
        return pd.DataFrame(seen, index=self._index)

    def go_on(self, weeks: int, progress: Progress | None = None) -> Course:
        """Course of the weeks that follow, of the same dyads: to the bit what one longer course would hold.

        Parameters
        ----------
        weeks : how many.
        progress : called with weeks done and weeks in all.

        Raises
        ------
        DyadsimError
            if ``weeks`` is no whole number, or more than a course may hold.
        """
        return through(self.development, self.weeks.stop, self.states[-1], weeks, self.starting_states, progress)

    def joined(self, later: Course) -> Course:
        """This course and the weeks that follow it (:meth:`go_on`), as one."""
        measures = {name: np.concatenate([values, later.measures[name]]) for name, values in self.measures.items()}
        states = np.concatenate([self.states, later.states[1:]])
        weeks = range(self.weeks.start, later.weeks.stop)
        return Course(self.development, weeks, states, measures, later.starting_states)

    def twins(self, progress: Progress | None = None) -> Course:
        """Counterfactual twin of the course: the same dyads, luck and weeks without the interventions."""
        development = self.development.without()
        whole = from_start(development, self.weeks.stop - development.began, progress)
        same_weeks = slice(self.weeks.start - development.began, None)
        measures = {name: values[same_weeks] for name, values in whole.measures.items()}
        return Course(development, self.weeks, whole.states[same_weeks], measures)

    def attended(self) -> pd.DataFrame:
        """Attendance by the end of the course, one row a dyad and intervention.

        ``taken_up``, ``sessions`` attended, and ``left_week``: the week in which they left the programme, NaN for those
        who stayed or never began.
        """
        found = [each.frame(self.weeks.stop) for each in self.development.treatments]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=ATTENDED)

    def save(self, path: str | Path) -> Path:
        """Write the end of the last week into a file from which :func:`dyadsim.saved_course` goes on."""
        return write_course(path_of(path), self.development, self.weeks.stop, self.states[-1], self.starting_states)

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the course: all it was made of."""
        development, cohort = self.development, self.cohort
        return {
            "dyadsim": __version__,
            "population": cohort.population,
            "cohort_seed": cohort.seed,
            "dyads": len(self),
            "settings": {each.setting.name: int(each.who.sum()) for each in cohort.exposures},
            "weeks": [self.weeks.start, self.weeks.stop - 1],
            "began": development.began,
            "paradigm": development.play.paradigm.model_dump(),
            "days_a_week": development.play.days,
            "interventions": [each.offered.provenance for each in development.treatments],
            "feedback": development.feedback,
            "coordination": development.coordination.__name__,
            "held": dict(development.held),
            "rules": [rule.__qualname__ for rule in (development.play.rules.infant, development.play.rules.mother)],
            "tables": development.play.tables,
            "coefficients": cohort.coefficients.changes(),
            "dynamics": cohort.dynamics.changes(),
            "norms": cohort.dynamics.norms.digest[:16],
            "seed": development.play.seed,
            "replicate": development.play.replicate,
        }

    @property
    def _luck(self) -> WeeklyLuck:
        return self.development.play.luck

    @property
    def _index(self) -> pd.Index:
        return pd.Index(self.cohort.units, name="dyad")

    def _shifts(self, week: int) -> dict[str, Numbers]:
        return self.development.shifts(week, self.starting_states)

    def _place(self, week: int) -> int:
        number = as_whole(week)
        if number is None or number not in range(self.weeks.start, self.weeks.stop + 1):
            raise DyadsimError(
                f"This course holds the weeks {self.weeks.start} to {self.weeks.stop} (the end of its last), "
                f"not {week!r}."
            )
        return number - self.weeks.start

    def _by_name(self, states: Numbers) -> dict[str, Numbers]:
        """Slow states and loads by name, from (states, dyads) or (weeks, states, dyads)."""
        named = {name: states[..., k, :] for k, name in enumerate(_STATES)}
        for load, parts in LOADS.items():
            named[load] = np.sum([named[part] for part in parts], axis=0) / self.development.system.load_sd[load]
        return named


def from_start(development: Development, weeks: int, progress: Progress | None = None) -> Course:
    """Course of so many weeks from the first week of a development on (as :func:`through`)."""
    states = development.with_held(development.start.states)
    return through(development, development.began, states, weeks, {}, progress)


def through(
    development: Development,
    first_week: int,
    states: Numbers,
    weeks: int,
    starting_states: Mapping[str, Numbers],
    progress: Progress | None = None,
) -> Course:
    """Course of so many weeks of a development, from some states on.

    Parameters
    ----------
    development : what the weeks are stepped with.
    first_week : of his life.
    states : (states, dyads) slow states at its start.
    weeks : how many.
    starting_states : (states, dyads) by intervention that has started before, slow states when it did.
    progress : called with weeks done and weeks in all.

    Raises
    ------
    DyadsimError
        if ``weeks`` is no whole number, or more than a course may hold; or a rule says something else by now.
    """
    weeks = whole_number("number of weeks", weeks, 1, LAST - first_week)
    check_unchanged(development.play.rules, development.play.tables)
    dyads = len(development.cohort)
    parts = _shared_out(dyads, development.play.threads)
    done = itertools.count(1)
    # Each thread writes the weeks of its dyads beside those of the others.
    lived = np.empty((weeks + 1, len(_STATES), dyads))
    lived[0] = states
    measures = {name: np.empty((weeks, dyads)) for name in WEEKLY_MEASURES}

    def live(some: slice, step: Callable[[], None]) -> Mapping[str, Numbers]:
        met: Mapping[str, Numbers] = {name: values[:, some] for name, values in starting_states.items()}
        theirs = development.of(some) if len(parts) > 1 else development
        for n, week in enumerate(islice(theirs.weeks(first_week, states[:, some], met), weeks)):
            lived[n + 1, :, some], met = week.after, week.starting_states
            for name, values in measures.items():
                values[n, some] = week.measures[name]
            step()
        return met

    # As many weeks are told as all have done together.
    told = (lambda: progress(next(done) // len(parts), weeks)) if progress else None
    met = in_threads(live, parts, told, by_turns=dyads < _MANY * len(parts))
    all_met = {name: np.concatenate([each[name] for each in met], axis=1) for name in met[0]}
    return Course(development, range(first_week, first_week + weeks), lived, measures, all_met)


def _shared_out(dyads: int, threads: int) -> list[slice]:
    """Dyads of each thread: all alike many, and no thread for a few, since each week takes its time for any number."""
    count = max(min(threads, dyads // _FEW), 1)
    return [slice(dyads * n // count, dyads * (n + 1) // count) for n in range(count)]
