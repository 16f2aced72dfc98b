"""Courses: weeks of dyads' lives, one after another, and what can be read from them.

:func:`from_start` goes through the weeks of a :class:`.weekly_step.Development` from the first on, :func:`through` from
any states on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
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
from ..community.family import Families
from ..community.surroundings import Around, Surroundings
from ..interventions.treatment import ATTENDED
from ..measurement import instruments
from ..measurement.declarations import WEEKLY_MEASURES
from ..people.cohort import Cohort
from ..theory import attachment
from ..theory.slow_states import LOADS, SLOW, SOURCES
from .course_file import write_course
from .play import FamilyPlay, LinearPlay
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
    around : of families, what was around their dyads at the start of each week, and at the end of the last.
    """

    development: Development
    weeks: range
    states: Numbers
    measures: dict[str, Numbers]
    starting_states: Mapping[str, Numbers] = field(default_factory=dict)
    around: tuple[Around, ...] = ()

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

        Of families also who it is (``family``, ``caregiver``, ``community``), ``share_of_care``, ``coparenting`` (a
        standard score), and what a mother's ties give her (:meth:`network`). States and loads (``symptoms``,
        ``burden``) are standard scores; measures are shares, rates a minute and seconds, as in a session.
        """
        dyads, weeks = len(self), len(self.weeks)
        columns: dict[str, Any] = {
            "dyad": np.repeat(self.cohort.units, weeks),
            "week": np.tile(np.array(self.weeks), dyads),
        }
        by_week = self._by_name(self.states[:-1]) | self.measures
        if self.around:
            family = self.families.frame()[["family", "caregiver", "community"]]
            columns |= {str(name): np.repeat(values.to_numpy(), weeks) for name, values in family.items()}
            by_week |= self._around_by_name()
        return pd.DataFrame(columns | {name: values.T.ravel() for name, values in by_week.items()})

    def at(self, week: int) -> pd.DataFrame:
        """Slow states and loads at the start of a week (or at the end of the last), one row a dyad."""
        states = self.states[self._place(week)]
        return pd.DataFrame(self._by_name(states), index=self._index)

    def over_weeks(self, name: str) -> pd.DataFrame:
        """Scores of a slow state or load, one row a dyad, one column a week: at its start, and at the end of the last.

        Parameters
        ----------
        name : of the state or load.
        """
        weeks = range(self.weeks.start, self.weeks.stop + 1)
        return pd.DataFrame(self._by_name(self.states)[name].T, index=self._index, columns=weeks)

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

    @property
    def families(self) -> Families:
        """The families whose course it is.

        Raises
        ------
        DyadsimError
            if it is a course of dyads alone.
        """
        if self.development.surroundings is None:
            raise DyadsimError("This is a course of dyads, with nobody around them; develop ds.Families instead.")
        return self.development.surroundings.families

    @property
    def mothers(self) -> Course:
        """The course of mothers and infants alone, to look at; it goes on with their families only."""
        return self._rows(self.families.mothers_at)

    @property
    def partners(self) -> Course:
        """The course of second caregivers and infants alone, to look at.

        Raises
        ------
        DyadsimError
            if there are none.
        """
        if not len(self.families.partners_at):
            raise DyadsimError("None of these families has a second caregiver.")
        return self._rows(self.families.partners_at)

    def ties(self, week: int) -> pd.DataFrame:
        """Ties of mothers at the start of a week, one row each, in the order of who has them.

        Returns
        -------
        ``who`` (number of the family whose mother has it), ``whom`` (the other's; -1 out of the community), ``kind``,
        ``since`` (week), ``hours`` (together so far), ``strength`` (acquaintance, casual friend, friend; of kin,
        friends and professionals out of the community their kind), ``counted_on`` (whether she can count on the other).
        """
        place = self._place(week)
        return self._surroundings.tie_table(week, self.states[place], self.around[place])

    def network(self, week: int) -> pd.DataFrame:
        """What the ties of each mother give her at the start of a week, one row a family.

        Returns
        -------
        ``persons`` (on whom she can count, her partner among them), ``company`` (ties that she has), ``density`` (share
        of pairs of them who know one another), ``well_friends`` (friends in the community who are well).
        """
        place = self._place(week)
        given = self._surroundings.given(week, self.states[place], self.around[place])
        return pd.DataFrame(vars(given), index=pd.Index(self.families.numbers, name="family"))

    def groups(self) -> pd.DataFrame:
        """Groups of programmes, one row a mother who sits in one: ``programme``, ``family``, ``group``."""
        seated = dict(self.development.groups)
        seated |= {each.name: each.group[self.families.mothers_at] for each in self.development.delivered}
        rows = [
            pd.DataFrame({"programme": name, "family": self.families.numbers, "group": seats})[seats >= 0]
            for name, seats in seated.items()
        ]
        columns = ["programme", "family", "group"]
        return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)

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
        predictors = {name: known[name].to_numpy() for name in attachment.PREDICTORS}
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
            if ``weeks`` is no whole number, or more than a course may hold; or it was lived under a service.
        """
        self._check_alone("goes on")
        around = self.around[-1] if self.around else None
        return through(
            self.development, self.weeks.stop, self.states[-1], weeks, self.starting_states, progress, around
        )

    def joined(self, later: Course) -> Course:
        """This course and the weeks that follow it (:meth:`go_on`), as one."""
        measures = {name: np.concatenate([values, later.measures[name]]) for name, values in self.measures.items()}
        states = np.concatenate([self.states, later.states[1:]])
        weeks = range(self.weeks.start, later.weeks.stop)
        around = (*self.around[:-1], *later.around)
        return Course(self.development, weeks, states, measures, later.starting_states, around)

    def twins(self, progress: Progress | None = None) -> Course:
        """Counterfactual twin of the course: the same dyads, luck and weeks without the interventions."""
        development = self.development.without()
        whole = from_start(development, self.weeks.stop - development.began, progress)
        same_weeks = slice(self.weeks.start - development.began, None)
        measures = {name: values[same_weeks] for name, values in whole.measures.items()}
        return Course(development, self.weeks, whole.states[same_weeks], measures, around=whole.around[same_weeks])

    def attended(self) -> pd.DataFrame:
        """Attendance by the end of the course, one row a dyad and intervention.

        ``taken_up``, ``sessions`` attended, and ``left_week``: the week in which they left the programme, NaN for those
        who stayed or never began.
        """
        found = [each.frame(self.weeks.stop) for each in self.development.treatments]
        found += [each.frame(self.weeks.stop) for each in self.development.delivered]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=ATTENDED)

    def save(self, path: str | Path) -> Path:
        """Write the end of the last week into a file from which :func:`dyadsim.saved_course` goes on.

        Raises
        ------
        DyadsimError
            if no file can be written there, or the course was lived under a service or by the linear theory of play.
        """
        self._check_alone("is saved and goes on")
        if isinstance(self.development.play, LinearPlay):
            raise DyadsimError(
                "This course was lived by the linear theory of play, and a saved one goes on with play that is "
                "sampled; live it with linear=False to save it."
            )
        around = self.around[-1] if self.around else None
        return write_course(
            path_of(path), self.development, self.weeks.stop, self.states[-1], self.starting_states, around=around
        )

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the course: all it was made of."""
        development, cohort = self.development, self.cohort
        around: dict[str, Any] = {}
        if development.surroundings is not None:
            about = development.surroundings.families.about
            partner = [development.play.partner] if isinstance(development.play, FamilyPlay) else []
            changed = development.surroundings.families.parameters.changes()
            around["families"] = {**about, "parameters": changed, "rules": [rule.__qualname__ for rule in partner]}
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
            **({"given": [each.about for each in development.delivered]} if development.delivered else {}),
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
            **around,
        }

    def _check_alone(self, what: str) -> None:
        """Refuse what a course under a service cannot do: its staff and waiting lists stand beside it."""
        if self.development.delivered:
            raise DyadsimError(f"A course under a service {what} with its service only; ask for more weeks at once.")

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

    @property
    def _surroundings(self) -> Surroundings:
        self.families  # which refuses a course of dyads  # noqa: B018
        assert self.development.surroundings is not None
        return self.development.surroundings

    def _rows(self, rows: NDArray[np.int64]) -> Course:
        """The course of some rows, without those around them."""
        measures = {name: values[:, rows] for name, values in self.measures.items()}
        met = {name: values[:, rows] for name, values in self.starting_states.items()}
        theirs = self.development.of(rows)
        # Under what none of them lives, they do not: how second caregivers differ is nothing of mothers.
        under = tuple(each for each in theirs.cohort.exposures if each.who.any())
        development = replace(theirs, apart=True, cohort=replace(theirs.cohort, exposures=under))
        return Course(development, self.weeks, self.states[:, :, rows], measures, met)

    def _around_by_name(self) -> dict[str, Numbers]:
        """(weeks, dyads) by name, of what is around the dyads at the start of each week; NaN where it is not theirs."""
        surroundings, weeks = self._surroundings, len(self.weeks)
        told = [surroundings.told(self.weeks[n], self.states[n], self.around[n]) for n in range(weeks)]
        return {name: np.stack([each[name] for each in told]) for name in told[0]}

    def _by_name(self, states: Numbers) -> dict[str, Numbers]:
        """Slow states and loads by name, from (states, dyads) or (weeks, states, dyads)."""
        named = {name: states[..., k, :] for k, name in enumerate(_STATES)}
        for load, parts in LOADS.items():
            named[load] = np.sum([named[part] for part in parts], axis=0) / self.development.system.load_sd[load]
        return named


def from_start(development: Development, weeks: int, progress: Progress | None = None) -> Course:
    """Course of so many weeks from the first week of a development on (as :func:`through`)."""
    states = development.with_held(development.start.states)
    return through(development, development.began, states, weeks, {}, progress, development.around_first)


def through(
    development: Development,
    first_week: int,
    states: Numbers,
    weeks: int,
    starting_states: Mapping[str, Numbers],
    progress: Progress | None = None,
    around: Around | None = None,
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
    around : of families, what is around their dyads at its start.

    Raises
    ------
    DyadsimError
        if ``weeks`` is no whole number, or more than a course may hold; or a rule says something else by now.
    """
    weeks = whole_number("number of weeks", weeks, 1, LAST - first_week)
    development.play.check_unchanged()
    if development.apart:
        raise DyadsimError(
            "This is the course of one caregiver of each family, to look at; go on, or ask for twins, with the course "
            "of the families."
        )
    dyads = len(development.cohort)
    # No thread for a few, since each week takes its time for any number.
    parts = development.parts(max(min(development.play.threads, dyads // _FEW), 1))
    surrounded = [development.around_in(part, around) for part in parts]
    done = itertools.count(1)
    # Each thread writes the weeks of its dyads beside those of the others.
    lived = np.empty((weeks + 1, len(_STATES), dyads))
    lived[0] = states
    measures = {name: np.empty((weeks, dyads)) for name in WEEKLY_MEASURES}

    def live(some: slice, step: Callable[[], None]) -> tuple[Mapping[str, Numbers], list[Around | None]]:
        met: Mapping[str, Numbers] = {name: values[:, some] for name, values in starting_states.items()}
        theirs = development.part(some) if len(parts) > 1 else development
        met_around = [surrounded[parts.index(some)]]
        for n, week in enumerate(islice(theirs.weeks(first_week, states[:, some], met, met_around[0]), weeks)):
            lived[n + 1, :, some], met = week.after, week.starting_states
            met_around.append(week.around)
            for name, values in measures.items():
                values[n, some] = week.measures[name]
            step()
        return met, met_around

    # As many weeks are told as all have done together.
    told = (lambda: progress(next(done) // len(parts), weeks)) if progress else None
    found = in_threads(live, parts, told, by_turns=dyads < _MANY * len(parts))
    met = [each for each, _ in found]
    all_met = {name: np.concatenate([each[name] for each in met], axis=1) for name in met[0]}
    by_week = zip(*(each for _, each in found), strict=True)
    all_around = () if around is None else tuple(Around.joined(each) for each in by_week)
    return Course(development, range(first_week, first_week + weeks), lived, measures, all_met, all_around)
