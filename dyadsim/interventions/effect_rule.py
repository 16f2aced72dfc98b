"""The rule by which an intervention's sessions act, which a theorist may replace.

An intervention shifts a state and the level to which it returns alike, by its push
(:mod:`dyadsim.development.push_sizes`) times the strength that the sessions attended so far have. So the shift is there
as soon as the sessions are, and is gone as they fade; what it does to other states takes the time that the couplings
take.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import DIGITS
from ..theory.slow_states import SLOW
from .attendance import saturated
from .catalogue import Effect, Intervention

__all__ = ["InterventionRule", "Taken", "probe"]

Numbers = NDArray[np.float64]
_PROBE = 24  # dyads of a probe without fading, and with
_STRONGEST = 3.0
"""No moderation makes an effect more than so many times stronger, or turns it round."""


@dataclass(frozen=True, eq=False)
class Taken:
    """What the rule of an intervention sees of the dyads to whom it is offered.

    Attributes
    ----------
    entry : the intervention.
    week : since it started.
    sessions : (dyads,) attended before this week.
    since : (dyads,) weeks since the programme ended for them: with its last week, or when they left; 0 until then.
    met : starting states: slow states by name (dyads,), as they were when it started, in standard scores.
    usual : the same by name, as they are on average in those for whom it is made.
    """

    entry: Intervention
    week: int
    sessions: Numbers
    since: Numbers
    met: Mapping[str, Numbers]
    usual: Mapping[str, float]

    def of(self, dyads: slice) -> Taken:
        """What a rule sees of some of the dyads."""
        starting_states = {name: states[dyads] for name, states in self.met.items()}
        return replace(self, sessions=self.sessions[dyads], since=self.since[dyads], met=starting_states)


class InterventionRule:
    """How the sessions attended so far act. Subclass it, name the ``entry``, and override ``strength``.

    Attributes
    ----------
    entry : the intervention.

    Examples
    --------
    >>> class ForStressedMothers(ds.InterventionRule):
    ...     entry = ds.Intervention.load("peer-support")
    ...
    ...     @staticmethod
    ...     def strength(effect, taken):
    ...         return ds.InterventionRule.strength(effect, taken) * (taken.met["stress"] > 1)
    """

    entry: ClassVar[Intervention]

    @staticmethod
    def strength(effect: Effect, taken: Taken) -> Numbers:
        """How much of an effect is there: saturated dose x fading since it ended x moderation.

        Parameters
        ----------
        effect : on which state, and for whom it is stronger.
        taken : sessions attended so far, time since they ended, and starting states, dyad by dyad.

        Returns
        -------
        (dyads,) array: 0 none, 1 that of all sessions planned; must be 0 without sessions.
        """
        entry = taken.entry
        dose = saturated(taken.sessions, entry.sessions, entry.half_at)
        left = 0.5 ** (taken.since / entry.half_life)
        moderation: Numbers | float = 1.0
        if effect.moderated is not None:
            higher = taken.met[effect.moderated.by] - taken.usual[effect.moderated.by]
            moderation = np.clip(1 + effect.moderated.stronger * higher, 0.0, _STRONGEST)
        return np.asarray(dose * left * moderation, dtype=np.float64)


def probe(rule: type[InterventionRule], entry: Intervention) -> str:
    """A hash of what a rule makes of a fixed set of doses and starting states: rules that act alike have the same."""
    sessions = np.arange(2.0 * _PROBE) % (entry.sessions + 2)
    since = np.arange(2.0 * _PROBE) // _PROBE * 10.0
    starting_states = {state: np.sin(np.arange(2.0 * _PROBE) + k) for k, state in enumerate(SLOW)}
    usual = dict.fromkeys(SLOW, 0.0)
    said = [
        np.round(rule.strength(effect, Taken(entry, week, sessions, since, starting_states, usual)), DIGITS)
        for effect in entry.effects
        for week in (1, entry.weeks, 2 * entry.weeks)
    ]
    return hashlib.sha256(np.stack(said).tobytes()).hexdigest()[:16]
