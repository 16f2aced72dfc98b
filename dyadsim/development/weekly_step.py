"""One week of a cohort: how ruptures and repairs change both, and so the next week.

    x' = x + k (level - x) + noise

The level to which a slow state returns is what is the dyad's own, what other states and traits pull, what the week's
interaction gave, and what risks, support and interventions push (:mod:`dyadsim.theory.linear_system`). The order of
events in a week stands in :meth:`Development.week`, once. What is made of the weeks, :mod:`.course` says.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import DIGITS
from ..community.surroundings import Around, Surroundings
from ..interventions.delivery import Delivered
from ..interventions.treatment import Treatment
from ..measurement.declarations import WEEKLY_MEASURES
from ..people.cohort import Cohort
from ..theory.coordination import CoordinationRule, worth
from ..theory.linear_system import System, mixed, system
from ..theory.slow_states import CARRIED, INFANTS_OWN, LIVED, PLAY_TRAITS, SHOWN_IN_PLAY, SLOW, SOURCES
from ..theory.traits import TRAITS
from .group_sessions import met
from .play import GROWN, Play
from .starting_states import Start

__all__ = ["Development", "Neighbour", "Week"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_COORDINATION = list(LIVED).index("coordination")
_INFANTS = np.isin(_STATES, INFANTS_OWN)[:, None]


class Neighbour(Protocol):
    """Who or what stands beside the dyads and shifts their states: an intervention that is offered to them is one."""

    @property
    def name(self) -> str: ...
    @property
    def start_week(self) -> int: ...
    def shift(self, week: int, starting_states: Numbers | None) -> Mapping[str, Numbers]:
        """Shift (dyads,) of each state that it shifts, by name, at the start of a week.

        Parameters
        ----------
        week : of his life.
        starting_states : (states, dyads) slow states at the start of ``start_week``; None before it.
        """


@dataclass(frozen=True)
class Week:
    """Week of all dyads: states before and after it, and measures of its play.

    Attributes
    ----------
    number : of the week (week 0 begins with his birth).
    before, after : (states, dyads) slow states at its start and at its end.
    measures : (dyads,) by name, of its interaction; NaN before birth.
    starting_states : (states, dyads) by neighbour that has started by now, slow states when it did.
    around : what is around the dyads of families at its end; None where the dyads live by themselves.
    """

    number: int
    before: Numbers
    measures: dict[str, Numbers]
    after: Numbers
    starting_states: Mapping[str, Numbers]
    around: Around | None = None


@dataclass(frozen=True)
class Development:
    """Weekly step of a cohort, with all that it needs.

    Attributes
    ----------
    cohort : the dyads, as they are when the course starts.
    play : how a week's interaction is sampled.
    coordination : how coordination feeds development.
    feedback : whether the week's interaction changes the slow states.
    held : slow states by name that are held at a score.
    start : own levels and sources of every dyad, which stay; the states in the first week.
    began : the first week.
    treatments : interventions that are offered, in the order of their names.
    surroundings : those around the dyads of families; None where the dyads live by themselves.
    around_first : what is around them in the first week.
    groups : (families,) by programme, in which group each mother sits.
    apart : whether these are dyads of families without those around them, to look at.
    delivered : interventions that a service gives to them, in the order of their names.
    """

    cohort: Cohort
    play: Play
    coordination: type[CoordinationRule]
    feedback: bool
    held: Mapping[str, float]
    start: Start
    began: int
    treatments: tuple[Treatment, ...] = ()
    surroundings: Surroundings | None = None
    around_first: Around | None = None
    groups: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    apart: bool = False
    delivered: tuple[Delivered, ...] = ()

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """All that stand beside the dyads: the interventions that are offered, and those that a service gives."""
        return (*self.treatments, *self.delivered)

    @property
    def system(self) -> System:
        """The numbers of the step, as the cohort's parameters of the weeks have them."""
        return system(self.cohort.dynamics)

    def without(self) -> Development:
        """Development of the same dyads with the same luck, to whom nothing is offered."""
        return replace(self, treatments=(), groups={}, delivered=())

    def of(self, dyads: slice | NDArray[np.int64]) -> Development:
        """Development of some of the dyads, on one thread: each lives by itself, to the bit as it does among all."""
        start = Start(*(part[:, dyads] for part in (self.start.states, self.start.levels, self.start.sources)))
        treatments = tuple(each.of(dyads) for each in self.treatments)
        of_these: dict[str, Any] = {
            "cohort": self.cohort[dyads],
            "play": self.play.of(dyads),
            "start": start,
            "treatments": treatments,
            "delivered": tuple(each.of(dyads) for each in self.delivered),
        }
        return replace(self, **of_these, surroundings=None, around_first=None, groups={})

    def parts(self, count: int) -> list[slice]:
        """Dyads in so many parts of about one size, each of which lives by itself: of families whole communities."""
        ends = np.arange(len(self.cohort) + 1)
        if self.surroundings is not None:
            families = self.surroundings.families
            ends = np.append(families.mothers_at, len(self.cohort))[families.starts]
        at = np.searchsorted(ends, len(self.cohort) * np.arange(count + 1) // count)
        return [slice(int(ends[a]), int(ends[b])) for a, b in itertools.pairwise(at) if a < b]

    def part(self, dyads: slice) -> Development:
        """Development of one of the :meth:`parts`, with those around its dyads."""
        theirs = self.of(dyads)
        if self.surroundings is None:
            return theirs
        families = self._families_at(dyads)
        around = self.surroundings.of(families)
        groups = {name: each[families] for name, each in self.groups.items()}
        return replace(theirs, surroundings=around, around_first=None, groups=groups)

    def _families_at(self, dyads: slice) -> slice:
        """Places of the families to which some dyads belong."""
        assert self.surroundings is not None
        at = self.surroundings.families.mothers_at
        return slice(int(np.searchsorted(at, dyads.start)), int(np.searchsorted(at, dyads.stop)))

    def around_in(self, dyads: slice, around: Around | None) -> Around | None:
        """What is around the dyads of one of the :meth:`parts`, of what is around all of them."""
        if self.surroundings is None or around is None:
            return None
        numbers = self.surroundings.families.family[dyads]
        return around.of(dyads, self._families_at(dyads), numbers[0], numbers[-1])

    def weeks(
        self,
        first_week: int,
        states: Numbers,
        starting_states: Mapping[str, Numbers],
        around: Around | None = None,
    ) -> Iterator[Week]:
        """Weeks from ``first_week`` on, one after another and without end: take as many as are wanted.

        Parameters
        ----------
        first_week : of his life.
        states : (states, dyads) slow states at its start.
        starting_states : (states, dyads) by neighbour that has started before, slow states when it did.
        around : what is around the dyads of families at its start.
        """
        for number in itertools.count(first_week):
            week = self.week(number, states, self.begun(number, states, starting_states), around)
            yield week
            states, starting_states, around = week.after, week.starting_states, week.around

    def begun(self, week: int, states: Numbers, starting_states: Mapping[str, Numbers]) -> dict[str, Numbers]:
        """Starting states (states, dyads) by neighbour that has started by a week, those that start now among them.

        Parameters
        ----------
        week : of his life.
        states : (states, dyads) slow states at its start.
        starting_states : of those that have started before.
        """
        return {**starting_states, **{each.name: states for each in self.neighbours if each.start_week == week}}

    def week(
        self,
        week: int,
        states: Numbers,
        starting_states: Mapping[str, Numbers],
        around: Around | None = None,
        measures: dict[str, Numbers] | None = None,
    ) -> Week:
        """Week of all dyads, with measures of its interaction given where it was sampled already (:meth:`played`).

        It is stepped in this order:

        1. His age and her and his states set the traits that the rules of interaction follow; what interventions have
           shifted of her distraction is added.
        2. Interaction is sampled on the days of the week, second by second (from birth on).
        3. Its measures become scores against dyads of his age; what coordination is worth, its rule says.
        4. The level of every state is found: the dyad's own, background and traits, other states, the calendar, what
           risks and support push this week, what the interaction gave, what interventions shift; in families what those
           around them pull, each caregiver telling on the infant by their share of care.
        5. All states go a part of the way to their levels at once, what comes anew is added, and by what the week's
           sessions add to the shifts of interventions, states move with them.
        6. States that are held are set to where they are held.
        7. In families shares of care and coparenting change, and ties are made and end, as states were at its start.
        """
        now, then = (self.shifts(at, starting_states) for at in (week, week + 1))
        if measures is None:
            measures = self.played(week, states, now)  # 1, 2
        given = self._given(week, measures)  # 3
        level = self._level(week, states, given, now, around)  # 4
        added = self._of_states(then) - self._of_states(now)
        after = self._stepped(week, states, level, added)  # 5
        held = self.with_held(after)  # 6
        return Week(week, states, measures, held, starting_states, self._around_after(week, states, around))  # 7

    def played(self, week: int, states: Numbers, shifts: Mapping[str, Numbers]) -> dict[str, Numbers]:
        """Measures (dyads,) by name of a week's interaction; NaN before birth (parameters as of :meth:`playing`)."""
        if week < 0:
            return {name: np.full(len(self.cohort), np.nan) for name in WEEKLY_MEASURES}
        return self.play.week(self.playing(week, states, shifts), week)

    def shifts(self, week: int, starting_states: Mapping[str, Numbers]) -> dict[str, Numbers]:
        """Shifts (dyads,) by all neighbours together at the start of a week, by state, or trait that stays.

        Parameters
        ----------
        week : of his life.
        starting_states : (states, dyads) by neighbour that has started, slow states when it did.
        """
        sums: dict[str, Numbers] = {}
        for each in self.neighbours:
            for state, by in each.shift(week, starting_states.get(each.name)).items():
                sums[state] = sums[state] + by if state in sums else by
        return sums if self.surroundings is None else self.surroundings.shared(sums)

    def sources(self, shifts: Mapping[str, Numbers]) -> Numbers:
        """Sources (sources, dyads): her background and the traits that stay, with their shifts (:meth:`shifts`)."""
        return np.stack(
            [lasting + shifts.get(name, 0.0) for name, lasting in zip(SOURCES, self.start.sources, strict=True)]
        )

    def playing(self, week: int, states: Numbers, shifts: Mapping[str, Numbers]) -> Cohort:
        """Cohort as it plays in a week: its traits made from the slow states, and shifted (:meth:`shifts`).

        Parameters
        ----------
        week : of his life.
        states : (states, dyads) slow states at its start.
        shifts : (dyads,) by state or trait.
        """
        slow = dict(zip(_STATES, states, strict=True))
        burden = sum(slow[name] for name in CARRIED) / self.system.load_sd["burden"]
        age = np.clip(week + self._weeks_early(), TRAITS["age"].low, GROWN)
        traits = {name: slow[name] for name in SHOWN_IN_PLAY} | {"burden": burden, "age": age}
        traits |= {name: self.cohort.traits[name] + by for name, by in shifts.items() if name in PLAY_TRAITS}
        within = {
            name: np.clip(np.round(values, DIGITS), TRAITS[name].low, TRAITS[name].high)
            for name, values in traits.items()
        }
        return replace(self.cohort, traits={**self.cohort.traits, **within})

    def with_held(self, states: Numbers) -> Numbers:
        """States (states, dyads), those that are held set to where they are held."""
        states = states.copy()
        for name, score in self.held.items():
            states[_STATES.index(name)] = score
        return states

    def _weeks_early(self) -> Numbers:
        """Weeks (dyads,) by which corrected age differs from age (negative: born early)."""
        early = np.zeros(len(self.cohort))
        for move, by in self.cohort.setting_shifts():
            if move.state == "age":
                early += by
        return early

    def _of_states(self, shifts: Mapping[str, Numbers]) -> Numbers:
        """Shifts (states, dyads) of slow states; 0 where there is none."""
        none = np.zeros(len(self.cohort))
        return np.stack([shifts.get(name, none) for name in _STATES])

    def _given(self, week: int, measures: Mapping[str, Numbers]) -> Numbers:
        """Scores (lived measures, dyads) that the week's interaction gives; 0 where it did not determine a measure."""
        if week < 0 or not self.feedback:
            return np.zeros((len(LIVED), len(self.cohort)))
        age = np.clip(week + self._weeks_early(), 0, GROWN)
        scores = np.nan_to_num(self.cohort.dynamics.norms.scores(np.stack([measures[name] for name in LIVED]), age))
        scores[_COORDINATION] = worth(self.coordination, scores[_COORDINATION])
        return scores

    def _level(
        self, week: int, states: Numbers, given: Numbers, shifts: Mapping[str, Numbers], around: Around | None
    ) -> Numbers:
        """Levels (states, dyads) to which the states return: own + B u + shifts + C x + L z + pushes."""
        # What this week's states and play do not change: B u, the dyad's own, shifts.
        lasting = mixed(self.system.pulls, self.sources(shifts)) + self.start.levels + self._of_states(shifts)
        felt = states if week >= 0 else np.where(_INFANTS, 0.0, states)  # before birth his pull on none
        level = lasting + mixed(self.system.couplings, felt) + mixed(self.system.gives, given)
        # Pushes: the calendar, and those of risks and support on slow states (on what stays, they act from the start).
        moved = 1.0 if self.surroundings is None else ~self.surroundings.families.is_partner  # it is of mothers
        level[_STATES.index("depression")] += self.cohort.dynamics.calendar(week) * moved
        for move, by in self.cohort.setting_shifts():
            if not move.lasting:
                level[_STATES.index(move.state)] += by * move.strength(week, self.began, self.cohort.dynamics)
        if self.surroundings is None or around is None:
            return level
        return self.surroundings.one_infant(
            level + self.surroundings.pulls(week, felt, around, self.start.sources), around
        )

    def _stepped(self, week: int, states: Numbers, level: Numbers, added: Numbers) -> Numbers:
        """States (states, dyads) at the end of the week: x + k (level - x) + noise + added."""
        if self.surroundings is None:
            anew = self.system.noise_sd[:, None] * self.play.luck.noise(self.cohort.units, week, _STATES)
        else:
            drawn = self.surroundings.noise(self.play.luck, week)
            anew = self.system.noise_sd[:, None] * drawn * self.surroundings.own_shares
        after = np.round(states + self.system.rate[:, None] * (level - states) + anew + added, DIGITS)
        # Before birth his states rest: only what interventions add moves them.
        return after if week >= 0 else np.where(_INFANTS, np.round(states + added, DIGITS), after)

    def _around_after(self, week: int, states: Numbers, around: Around | None) -> Around | None:
        """What is around the dyads of families at the end of a week."""
        if self.surroundings is None or around is None:
            return None
        sat = met(self.treatments, self.groups, self.surroundings.families, week, self.delivered)
        return self.surroundings.after(week, states, around, sat, self.play.luck)
