"""Lives of a cohort, stepped week by week: how ruptures and repairs change both, and so the next weeks.

    x' = x + k (level - x) + noise

The level to which a slow state returns is what is the dyad's own, what other states and traits pull, what the week's
interaction gave, and what settings and interventions push (:mod:`dyadsim.theory.linear_system`). The order of events in
a week stands in :meth:`Development.week`, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..common.errors import whole_number
from ..common.random_numbers import DIGITS
from ..interventions.treatment import Treatment, total
from ..people.cohort import Cohort
from ..theory.coordination import CoordinationRule, worth
from ..theory.linear_system import System, mixed, system
from ..theory.slow_states import CARRIED, INFANTS_OWN, LIVED, PLAY_TRAITS, SLOW, SOURCES
from ..theory.traits import TRAITS
from .course import Course, Week
from .play import GROWN, MEASURES, Play
from .starting_states import Start

__all__ = ["FIRST", "LAST", "Development"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_COORDINATION = list(LIVED).index("coordination")
_INFANTS = np.isin(_STATES, INFANTS_OWN)[:, None]
FIRST: int = -40
"""The first week of his life that a course may hold."""
LAST: int = 2_000
"""The week of his life after the last that it may hold."""


@dataclass(frozen=True)
class Development:
    """A cohort's weekly system, ready to be stepped.

    Attributes
    ----------
    cohort, play, coordination, feedback, held : who, how a week is sampled, and what was asked.
    start : own levels and sources of every dyad, which stay; the states in the first week.
    began : the first week.
    treatments : interventions that are offered, in the order of their names.
    """

    cohort: Cohort
    play: Play
    coordination: type[CoordinationRule]
    feedback: bool
    held: Mapping[str, float]
    start: Start
    began: int
    treatments: tuple[Treatment, ...] = ()

    def from_start(self, weeks: int, progress: Callable[[int, int], None] | None = None) -> Course:
        """The course of so many weeks from the first on."""
        return self.through(self.began, self.with_held(self.start.states), weeks, {}, progress)

    def without(self) -> Development:
        """The same lives, to which nothing is offered."""
        return replace(self, treatments=())

    def through(
        self,
        first_week: int,
        states: Numbers,
        weeks: int,
        met: Mapping[str, Numbers],
        progress: Callable[[int, int], None] | None = None,
    ) -> Course:
        """The course of so many weeks from ``states`` (states, dyads) on.

        ``met`` is, by treatment that has started, the states when it did.

        Raises
        ------
        DyadsimError
            if they are no whole number, or go beyond the last week that a course may hold.
        """
        weeks = whole_number("number of weeks", weeks, 1, LAST - first_week)
        lived: list[Week] = []
        for done, week in enumerate(range(first_week, first_week + weeks), start=1):
            met = {**met, **{each.name: states for each in self.treatments if each.offered.start_week == week}}
            lived.append(self.week(week, states, met))
            states = lived[-1].after
            if progress:
                progress(done, weeks)
        return Course.of(self, lived, met)

    def week(self, week: int, states: Numbers, met: Mapping[str, Numbers]) -> Week:
        """What happens in a week, in this order:

        1. His age and her and his states set the traits that the rules of interaction follow; what interventions have
           shifted of her distraction is added.
        2. Interaction is sampled on the days of the week, second by second (from birth on).
        3. Its measures become scores against dyads of his age; what coordination is worth, its rule says.
        4. The level of every state is found: the dyad's own, background and traits, other states, the calendar, what
           settings push this week, what the interaction gave, what interventions shift.
        5. All states go a part of the way to their levels at once, what comes anew is added, and by what the week's
           sessions add to the shifts of interventions, states move with them.
        6. States that are held are set to where they are held.
        """
        now, then = (self._shifts(at, met) for at in (week, week + 1))
        measures = self._interaction(week, states, now)  # 1, 2
        given = self._given(week, measures)  # 3
        level = self._level(week, states, given, now)  # 4
        after = self._stepped(week, states, level, self._of_states(then) - self._of_states(now))  # 5
        return Week(week, states, measures, self.with_held(after))  # 6

    def sources(self, week: int, met: Mapping[str, Numbers]) -> Numbers:
        """(sources, dyads) her background and the traits that stay, but for what interventions shift of these."""
        return self._sources(self._shifts(week, met))

    def playing(self, week: int, states: Numbers, met: Mapping[str, Numbers]) -> Cohort:
        """The cohort as it plays in a week: its traits made from the slow states."""
        return self._playing(week, states, self._shifts(week, met))

    def _playing(self, week: int, states: Numbers, shifts: Mapping[str, Numbers]) -> Cohort:
        own = dict(zip(_STATES, states, strict=True))
        burden = sum(own[name] for name in CARRIED) / self.system.load_sd["burden"]
        age = np.clip(week + self._early(), TRAITS["age"].low, GROWN)
        traits = {"sensitivity": own["sensitivity"], "regulation": own["regulation"], "burden": burden, "age": age}
        traits |= {name: self.cohort.traits[name] + by for name, by in shifts.items() if name in PLAY_TRAITS}
        within = {
            name: np.clip(np.round(values, DIGITS), TRAITS[name].low, TRAITS[name].high)
            for name, values in traits.items()
        }
        return replace(self.cohort, traits={**self.cohort.traits, **within})

    @property
    def system(self) -> System:
        return system(self.cohort.dynamics)

    def _early(self) -> Numbers:
        """(dyads,) weeks by which corrected age differs from age (negative: born early)."""
        early = np.zeros(len(self.cohort))
        for move, by in self.cohort.moved():
            if move.state == "age":
                early += by
        return early

    def _shifts(self, week: int, met: Mapping[str, Numbers]) -> dict[str, Numbers]:
        """(dyads,) by state, what interventions shift at the start of a week."""
        return total(each.shift(week, met.get(each.name)) for each in self.treatments)

    def _of_states(self, shifts: Mapping[str, Numbers]) -> Numbers:
        """(states, dyads) the part of the shifts that is of slow states."""
        none = np.zeros(len(self.cohort))
        return np.stack([shifts.get(name, none) for name in _STATES])

    def _sources(self, shifts: Mapping[str, Numbers]) -> Numbers:
        return np.stack([own + shifts.get(name, 0.0) for name, own in zip(SOURCES, self.start.sources, strict=True)])

    def _interaction(self, week: int, states: Numbers, shifts: Mapping[str, Numbers]) -> dict[str, Numbers]:
        if week >= 0:
            return self.play.week(self._playing(week, states, shifts), week)
        return {name: np.full(len(self.cohort), np.nan) for name in MEASURES}

    def _given(self, week: int, measures: Mapping[str, Numbers]) -> Numbers:
        """(lived, dyads) what the week's interaction gives, as scores; a measure that it did not determine gives 0."""
        if week < 0 or not self.feedback:
            return np.zeros((len(LIVED), len(self.cohort)))
        age = np.clip(week + self._early(), 0, GROWN)
        scores = np.nan_to_num(self.cohort.dynamics.norms.scores(np.stack([measures[name] for name in LIVED]), age))
        scores[_COORDINATION] = worth(self.coordination, scores[_COORDINATION])
        return scores

    def _level(self, week: int, states: Numbers, given: Numbers, shifts: Mapping[str, Numbers]) -> Numbers:
        own = mixed(self.system.pulls, self._sources(shifts)) + self.start.levels + self._of_states(shifts)
        felt = states if week >= 0 else np.where(_INFANTS, 0.0, states)
        level = own + mixed(self.system.couplings, felt) + mixed(self.system.gives, given)
        level[_STATES.index("depression")] += self.cohort.dynamics.calendar(week)
        for move, by in self.cohort.moved():
            if not move.lasting:
                level[_STATES.index(move.state)] += by * move.strength(week, self.began, self.cohort.dynamics)
        return level

    def _stepped(self, week: int, states: Numbers, level: Numbers, added: Numbers) -> Numbers:
        anew = self.system.noise_sd[:, None] * self.play.luck.noise(self.cohort.units, week, _STATES)
        after = np.round(states + self.system.rate[:, None] * (level - states) + anew + added, DIGITS)
        return after if week >= 0 else np.where(_INFANTS, np.round(states + added, DIGITS), after)

    def with_held(self, states: Numbers) -> Numbers:
        """The states with those that are held where they are held."""
        states = states.copy()
        for name, score in self.held.items():
            states[_STATES.index(name)] = score
        return states
