"""Development: how weeks of ruptures and repairs change both, and how that changes the next weeks.

    x' = x + k (level - x) + noise

The level to which a slow state returns is what is the dyad's own, what other states and traits pull, what the week's
interaction gave, and what settings push (:mod:`dyadsim.linear`). The order of events in a week stands in
:meth:`Development.week`, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cohort import Cohort, check_cohort
from .coordination import CoordinationRule, MoreIsBetter, coordination_rule, worth
from .course import Course, Week
from .draws import DIGITS, Weeks
from .errors import DyadsimError, unknown, whole_number
from .linear import System, system
from .lived import GROWN, MEASURES, Play
from .norms import Norms
from .paradigms import Paradigm, paradigm_named
from .preferences import Rules
from .rules import InfantRules, MotherRules
from .simulate import thread_count
from .slow import CARRIED, INFANTS_OWN, LIVED, LOADS, SLOW
from .start import Start, begin, mixed
from .traits import TRAITS

__all__ = ["Development", "develop", "held_states"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_COORDINATION = list(LIVED).index("coordination")
_INFANTS = np.isin(_STATES, INFANTS_OWN)[:, None]
FIRST, LAST = -40, 2_000
"""Weeks of his life that a course may hold."""


def develop(
    cohort: Cohort,
    weeks: int = 52,
    interventions: Sequence[Any] = (),
    seed: int | str = 0,
    *,
    first_week: int = 0,
    replicate: int = 0,
    paradigm: str | Path | Paradigm = "free-play",
    days: int = 7,
    feedback: bool = True,
    coordination: str | type[CoordinationRule] = MoreIsBetter,
    hold: Mapping[str, float] | None = None,
    infant: type[InfantRules] = InfantRules,
    mother: type[MotherRules] = MotherRules,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Course:
    """Let the dyads of a cohort live through weeks that change them.

    Parameters
    ----------
    cohort : the dyads, as they are when the course starts, and the settings under which they live.
    weeks : how many.
    interventions : none ship yet.
    seed, replicate : name the luck; the same give the same course to the bit, on any number of threads.
    first_week : of his life; 0 is birth. Before it slow states of the mother move, bonding is to the expected child,
        and no interaction is sampled.
    paradigm : what is sampled, five minutes of free play unless said; on how many ``days`` of a week (1 to 7).
    feedback : whether the week's interaction moves the slow states.
    coordination : how coordination feeds development: ``more``, ``midrange``, or a class of your own.
    hold : slow states held at a score from the first week on; a load (``symptoms``, ``burden``) holds each of its
        parts.
    infant, mother : the rules of interaction; pass a subclass to change one.
    threads : how many to use (default: as many as there are cores).
    progress : called with weeks done and weeks in all.

    Raises
    ------
    DyadsimError
        for a number, name or rule that is not possible.
    """
    check_cohort(cohort)
    if not isinstance(interventions, Sequence) or len(interventions):
        raise DyadsimError("No interventions ship with this version; leave interventions empty.")
    weeks = whole_number("number of weeks", weeks, 1, LAST - FIRST)
    first_week = whole_number("first week", first_week, FIRST, LAST - weeks)
    play = Play(
        paradigm_named(paradigm),
        Rules(infant, mother).alone(),
        days,
        seed,
        replicate,
        thread_count(threads),
    )
    held = held_states(hold or {})
    start = begin(cohort, first_week)
    lives = Development(cohort, play, coordination_rule(coordination), feedback, held, start, first_week)
    return lives.through(first_week, lives.with_held(start.states), weeks, progress)


@dataclass(frozen=True)
class Development:
    """A cohort's weekly system, ready to be stepped.

    Attributes
    ----------
    cohort, play, coordination, feedback, held : who, how a week is sampled, and what was asked.
    start : own levels and sources of every dyad, which stay; the states in the first week.
    began : the first week.
    """

    cohort: Cohort
    play: Play
    coordination: type[CoordinationRule]
    feedback: bool
    held: Mapping[str, float]
    start: Start
    began: int

    def through(
        self, first_week: int, states: Numbers, weeks: int, progress: Callable[[int, int], None] | None = None
    ) -> Course:
        """The course of so many weeks from ``states`` (states, dyads) on.

        Raises
        ------
        DyadsimError
            if they are no whole number, or go beyond the last week that a course may hold.
        """
        weeks = whole_number("number of weeks", weeks, 1, LAST - first_week)
        lived: list[Week] = []
        for done, week in enumerate(range(first_week, first_week + weeks), start=1):
            lived.append(self.week(week, states))
            states = lived[-1].after
            if progress:
                progress(done, weeks)
        return Course.of(self, lived)

    def week(self, week: int, states: Numbers) -> Week:
        """What happens in a week, in this order:

        1. His age and her and his states set the traits that the rules of interaction follow.
        2. Interaction is sampled on the days of the week, second by second (from birth on).
        3. Its measures become scores against dyads of his age; what coordination is worth, its rule says.
        4. The level of every state is found: the dyad's own, background and traits, other states, the calendar, what
           settings push this week, what the interaction gave.
        5. All states go a part of the way to their levels at once, and what comes anew is added.
        6. States that are held are set to where they are held.
        """
        measures = self._interaction(week, states)  # 1, 2
        given = self._given(week, measures)  # 3
        level = self._level(week, states, given)  # 4
        after = self._stepped(week, states, level)  # 5
        return Week(week, states, measures, self.with_held(after))  # 6

    def playing(self, week: int, states: Numbers) -> Cohort:
        """The cohort as it plays in a week: its traits made from the slow states."""
        own = dict(zip(_STATES, states, strict=True))
        burden = sum(own[name] for name in CARRIED) / self.system.load_sd["burden"]
        age = np.clip(week + self._early(), TRAITS["age"].low, GROWN)
        traits = {"sensitivity": own["sensitivity"], "regulation": own["regulation"], "burden": burden, "age": age}
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

    def _interaction(self, week: int, states: Numbers) -> dict[str, Numbers]:
        if week >= 0:
            return self.play.week(self.playing(week, states), week)
        return {name: np.full(len(self.cohort), np.nan) for name in MEASURES}

    def _given(self, week: int, measures: Mapping[str, Numbers]) -> Numbers:
        """(lived, dyads) what the week's interaction gives, as scores; a measure that it did not determine gives 0."""
        if week < 0 or not self.feedback:
            return np.zeros((len(LIVED), len(self.cohort)))
        age = np.clip(week + self._early(), 0, GROWN)
        scores = np.nan_to_num(Norms.default().scores(np.stack([measures[name] for name in LIVED]), age))
        scores[_COORDINATION] = worth(self.coordination, scores[_COORDINATION])
        return scores

    def _level(self, week: int, states: Numbers, given: Numbers) -> Numbers:
        own = mixed(self.system.pulls, self.start.sources) + self.start.levels
        felt = states if week >= 0 else np.where(_INFANTS, 0.0, states)
        level = own + mixed(self.system.couplings, felt) + mixed(self.system.gives, given)
        level[_STATES.index("depression")] += self.cohort.dynamics.calendar(week)
        for move, by in self.cohort.moved():
            if not move.lasting:
                level[_STATES.index(move.state)] += by * move.strength(week, self.began, self.cohort.dynamics)
        return level

    def _stepped(self, week: int, states: Numbers, level: Numbers) -> Numbers:
        luck = Weeks(self.play.seed, self.play.replicate)
        anew = self.system.noise_sd[:, None] * luck.noise(self.cohort.units, week, _STATES)
        after = np.round(states + self.system.rate[:, None] * (level - states) + anew, DIGITS)
        return after if week >= 0 else np.where(_INFANTS, states, after)

    def with_held(self, states: Numbers) -> Numbers:
        """The states with those that are held where they are held."""
        states = states.copy()
        for name, score in self.held.items():
            states[_STATES.index(name)] = score
        return states


def held_states(hold: Mapping[str, float]) -> dict[str, float]:
    """Scores at which slow states are held, those of loads on each of their parts.

    Raises
    ------
    DyadsimError
        for an unknown name, a score that is none, or a state that is held twice.
    """
    if not isinstance(hold, Mapping):
        raise DyadsimError(f"States are held by name, as in hold={{'depression': 0}}, not {hold!r:.60}.")
    held: dict[str, float] = {}
    for name, score in hold.items():
        if name not in SLOW and name not in LOADS:
            raise unknown("slow state to hold:", name, [*SLOW, *LOADS])
        if isinstance(score, bool) or not (isinstance(score, Real) and abs(score) <= 10):
            raise DyadsimError(f"'{name}' is held at a score from -10 to 10, not {score!r:.40}.")
        for state in LOADS.get(name, (name,)):
            if state in held:
                raise DyadsimError(f"'{state}' is held twice.")
            held[state] = float(score)
    return held
