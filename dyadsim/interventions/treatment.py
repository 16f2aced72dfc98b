"""What is offered to the dyads of a course, and how far it shifts their states week by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import DIGITS, WeeklyLuck
from ..common.user_numbers import user_numbers
from ..theory.slow_states import SLOW
from .attendance import Attended
from .catalogue import Effect
from .effect_rule import InterventionRule, Taken
from .offers import Offered

__all__ = ["ATTENDED", "Sizing", "Treatment"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
ATTENDED = ("dyad", "intervention", "taken_up", "sessions", "left_week")
"""Columns of what dyads attended."""


@dataclass(frozen=True)
class Sizing:
    """What follows from an entry (:mod:`dyadsim.development.push_sizes`).

    Attributes
    ----------
    pushes : by state, how far it is shifted where the effect is there in full, in standard scores.
    usual : by slow state, the mean of those for whom the entry is made, when it starts.
    """

    pushes: Mapping[str, float]
    usual: Mapping[str, float]

    def __post_init__(self) -> None:
        for name in ("pushes", "usual"):  # read-only, since all who are offered the entry share them
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Any, ...]:
        """Made anew where it is copied or sent: Python pickles no read-only mapping."""
        return Sizing, (dict(self.pushes), dict(self.usual))


@dataclass(frozen=True, eq=False)
class Treatment:
    """An offer bound to the dyads of a cohort and their luck.

    Attributes
    ----------
    offered : the offer.
    sizing : how far it pushes which state.
    units : (dyads,) numbers of the dyads.
    luck : by which they begin, come and leave.
    skill : (dyads,) how many times stronger it acts in the hands of those who give it to them; None: alike for all.
    readiness : (dyads,) log-odds by which they are readier to begin, to come and to stay; None: alike.
    offered_to : (dyads,) to whom it is offered; None: to all.
    comes_as : (dyads,) numbers that name their luck of coming, where two come as one; None: their own.
    untouched : by state, (dyads,) those whose state it does not shift by itself.
    """

    offered: Offered
    sizing: Sizing
    units: NDArray[np.int64]
    luck: WeeklyLuck
    skill: Numbers | None = None
    readiness: Numbers | None = None
    offered_to: NDArray[np.bool_] | None = None
    comes_as: NDArray[np.int64] | None = None
    untouched: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def of(self, dyads: slice | NDArray[np.int64]) -> Treatment:
        """The treatment of some of the dyads."""
        each = {name: getattr(self, name) for name in ("skill", "readiness", "offered_to", "comes_as")}
        theirs: dict[str, Any] = {name: None if values is None else values[dyads] for name, values in each.items()}
        untouched = {state: values[dyads] for state, values in self.untouched.items()}
        return replace(self, units=self.units[dyads], untouched=untouched, **theirs)

    @property
    def name(self) -> str:
        """The name of the intervention."""
        return self.offered.entry.name

    @property
    def start_week(self) -> int:
        """The week of his life in which it starts."""
        return self.offered.start_week

    @cached_property
    def attended(self) -> Attended:
        """Which sessions each dyad comes to."""
        numbers = self.units if self.comes_as is None else self.comes_as
        return self.offered.dose.attended(numbers, self.luck, self.readiness, self.offered_to)

    def frame(self, week: int) -> pd.DataFrame:
        """One row a dyad: ``taken_up``, ``sessions`` attended before a week, ``left_week`` (NaN: not by then)."""
        sessions, _ = self.attended.before(week - self.start_week)
        left = np.floor(self.start_week + self.attended.left)
        left = np.where(left < week, left, np.nan)
        columns = (self.units, self.name, self.attended.takes_up, sessions.astype(int), left)
        return pd.DataFrame(dict(zip(ATTENDED, columns, strict=True)))

    @staticmethod
    def states_by_name(states: Numbers) -> dict[str, Numbers]:
        """Slow states (dyads,) by name, from (states, dyads), as a rule may read them."""
        return {state: _read_only(scores) for state, scores in zip(_STATES, states, strict=True)}

    def came(self, week: int) -> NDArray[np.bool_]:
        """Truth (dyads,) of whether each came to a session in a week of his life."""
        before, after = (self.attended.before(at - self.start_week)[0] for at in (week, week + 1))
        return np.asarray(after > before)

    def shift(self, week: int, starting_states: Numbers | None) -> dict[str, Numbers]:
        """Shifts (dyads,) by state at the start of a week, in standard scores.

        Parameters
        ----------
        week : of his life.
        starting_states : (states, dyads) slow states at the start of ``start_week``; None before it.
        """
        since = week - self.start_week
        if since <= 0 or starting_states is None:
            return {}
        entry = self.offered.entry
        by_name = self.states_by_name(starting_states)
        sessions, since_end = self.attended.before(since)
        taken = Taken(entry, since, _read_only(sessions), _read_only(since_end), by_name, self.sizing.usual)
        shifts = {}
        for effect in entry.effects:
            strength = self._strength(effect, taken) * (1.0 if self.skill is None else self.skill)
            shift = np.round(self.sizing.pushes[effect.state] * strength, DIGITS)
            if effect.state in self.untouched:
                shift = np.where(self.untouched[effect.state], 0.0, shift)
            shifts[effect.state] = shift
        return shifts

    def _strength(self, effect: Effect, taken: Taken) -> Numbers:
        """What the rule says, checked: a finite number for each dyad, from that dyad alone; without sessions 0."""
        rule = self.offered.rule
        users = rule is not InterventionRule
        try:
            who = f"{rule.__name__}.strength"
            said = user_numbers(who, rule.strength(effect, taken)).copy()
            # A user's rule is asked again of the first dyad alone and of all in reverse: one that mixes dyads says
            # something else.
            alone, turned = (
                user_numbers(who, rule.strength(effect, taken.of(places))) if users else said[places]
                for places in (slice(1), slice(None, None, -1))
            )
        except DyadsimError:
            raise
        except Exception as error:
            why = " ".join(str(error).split())
            raise DyadsimError(f"{rule.__name__}.strength failed with {type(error).__name__}: {why}.") from error
        if said.shape != self.units.shape or not np.isfinite(said).all():
            raise DyadsimError(
                f"{rule.__name__}.strength must give a finite number for each of {len(self.units)} dyads."
            )
        if not (np.array_equal(said[:1], alone) and np.array_equal(said[::-1], turned)):
            raise DyadsimError(
                f"{rule.__name__}.strength mixes dyads: it may depend on each dyad's own dose and start."
            )
        return np.where(taken.sessions > 0, said, 0.0)


def _read_only(numbers: Numbers) -> Numbers:
    """A view of numbers that a rule may read and not write."""
    view = numbers.view()
    view.flags.writeable = False
    return view
