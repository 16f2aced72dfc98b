"""Infant, mother and partner as Mesa agents. They follow the shipped rules and draw for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import mesa
import numpy as np

from ..common.errors import DyadsimError
from ..common.random_numbers import AROUSAL, ATTENTION, INFANT, MOTHER
from ..theory.rules import InfantRules, MotherRules, PartnerRules
from ..theory.states import AROUSAL_LEVELS, ICEP, INNER
from .paradigms import Episode
from .tables import AROUSAL_COLUMNS, ATTENTION_COLUMN, CONTEXT_SHAPE, INFANT_COLUMNS, MOTHER_COLUMNS, START

__all__ = ["Infant", "Mother", "Participant", "Partner"]

_AHEAD = 256  # seconds for which an agent makes its draws at once
_AT_FIRST = [int(n) for n in np.unravel_index(START, CONTEXT_SHAPE)]


class Participant(mesa.Agent):
    """One of the two in a dyad. Each second both decide on what they see, then both advance.

    By itself it follows its rule. A class made from it may override ``decide``, ``advance`` or ``step`` (called
    last, if it has one) and keep what it likes: a memory, say. Mesa alone follows that.

    Attributes
    ----------
    dyad : int
        the number of the dyad; it names the draws.
    state : int
        the engagement state, in the order of ``states.ICEP``.
    """

    names: ClassVar[list[str]] = []

    def __init__(self, model: Any, place: int, state: int) -> None:
        super().__init__(model)
        self.place = place
        self.dyad = int(model.cohort.units[place])
        self.state = self.next_state = state
        self._luck: dict[int, Any] = {}

    @property
    def episode(self) -> Episode:
        """The present episode, with what it holds and shifts: the rules know, a ``decide`` of one's own may ask."""
        return self.model.paradigm.episodes[self.model.episode]

    @property
    def state_name(self) -> str:
        return self.names[self.state]

    def context(self) -> int:
        """The number of the context that both see."""
        infant, mother = self.model.dyads[self.place]
        cell = infant.state * len(ICEP.mother) + mother.state
        return cell * INNER + infant.attending * AROUSAL_LEVELS + infant.arousal

    def choose(self, decision: int, columns: slice) -> int:
        """Draw for a decision: how many of its thresholds in this context the draw reaches."""
        thresholds = self.model.thresholds(self.place)[self.context(), columns]
        return int(np.searchsorted(thresholds, self.draw(decision), side="right"))

    def draw(self, decision: int) -> np.uint32:
        """This second's draw for a decision, the engine's own; 4 and up are for decisions of your own."""
        block, second = divmod(self.model.second, _AHEAD)
        if self._luck.get(decision, (None,))[0] != block:
            seconds = np.arange(block * _AHEAD, (block + 1) * _AHEAD)
            self._luck[decision] = (block, self.model.luck.interaction(self.dyad, seconds, decision))
        return self._luck[decision][1][second]

    def advance(self) -> None:
        """Go into the state decided on."""
        self.state = self.next_state

    def check(self) -> None:
        """Refuse a state that does not exist, as a class of the user's may have decided on."""
        self._check("state", self.state, self.names)

    def _check(self, what: str, number: Any, names: Sequence[object]) -> None:
        if not (isinstance(number, int | np.integer) and 0 <= number < len(names)):
            raise DyadsimError(
                f"{type(self).__name__} went into the {what} {number!r:.40}, but it must be a whole number from 0 to "
                f"{len(names) - 1} ({', '.join(map(str, names))})."
            )


class Infant(InfantRules, Participant):
    """The infant: an engagement state, an arousal of 0 to 4, and whether he is attending to her (1) or not (0)."""

    names = ICEP.infant_names

    def __init__(self, model: Any, place: int) -> None:
        super().__init__(model, place, _AT_FIRST[0])
        self.attending, self.arousal = divmod(_AT_FIRST[2], AROUSAL_LEVELS)
        self.next_attending, self.next_arousal = self.attending, self.arousal

    def decide(self) -> None:
        """Choose the next state, whether arousal falls, stays or rises, and where attention goes."""
        self.next_state = self.choose(INFANT, INFANT_COLUMNS)
        self.next_arousal = self.arousal + self.choose(AROUSAL, AROUSAL_COLUMNS) - 1
        self.next_attending = self.choose(ATTENTION, ATTENTION_COLUMN)

    def advance(self) -> None:
        super().advance()
        self.arousal, self.attending = self.next_arousal, self.next_attending

    def check(self) -> None:
        """Refuse a state, a level of arousal or an attention that does not exist."""
        super().check()
        self._check("attention", self.attending, ("elsewhere", "on her"))
        self._check("arousal", self.arousal, range(AROUSAL_LEVELS))


class Caregiver(Participant):
    """A caregiver: an engagement state."""

    names = ICEP.mother_names

    def __init__(self, model: Any, place: int) -> None:
        super().__init__(model, place, _AT_FIRST[1])

    def decide(self) -> None:
        """Choose the next state."""
        self.next_state = self.choose(MOTHER, MOTHER_COLUMNS)


class Mother(MotherRules, Caregiver):
    """The mother."""


class Partner(PartnerRules, Caregiver):
    """A second caregiver; ``ds.DyadModel(cohort=families.partners, mother=ds.Partner)`` lets them play."""
