"""The shipped rules of interaction: how a context and traits become preferences (log-odds) for what comes next.

Free of Mesa and of loops. Each rule is a static method that broadcasts: contexts stand on the three middle axes,
dyads on the last, next states on the first. A rule sees the context of the second before and the traits, nothing
else; a theory that needs more memory is outside this form. To change one, subclass and override a single method
(``docs/rules.md``).

The patterns below (who pulls whom where) are assumed in sign and shape, after the sources named; their strengths are
the coefficients of ``coefficients.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..common.errors import unknown, whole_number
from .states import AROUSAL_LEVELS, DISTRESSED, ICEP
from .traits import TRAITS, Trait

__all__ = ["Context", "InfantRules", "MotherRules"]

Array = NDArray[Any]

MONTH = 52.18 / 12  # weeks
REFERENCE_AGE = TRAITS["age"].default  # the age of the sessions that the defaults were set by
INFANT, MOTHER = ICEP.infant_names, ICEP.mother_names
_CONTEXT_AXES = (1, 1, 1, 1)


def _pattern(names: list[str], **weights: float) -> Array:
    """Weights by next state, ready to broadcast: (next states, 1, 1, 1, 1)."""
    return np.array([weights.get(name, 0.0) for name in names]).reshape(-1, *_CONTEXT_AXES)


def _answer(names: list[str], to: list[str], **weights: dict[str, float]) -> Array:
    """Weights by next state and the other's present state: (next states, states of the other)."""
    return np.array([[weights.get(other, {}).get(name, 0.0) for other in to] for name in names])


# Infant: what her state draws from him when she is available (Tronick 1989, doi 10.1037/0003-066x.44.2.112) ...
RESPONSE = _answer(
    INFANT,
    to=MOTHER,
    negative={"protest": 1.0, "withdrawn": 0.5, "object": 0.5, "monitor": -0.5, "positive": -1.0},
    vocal={"protest": -0.5, "monitor": 0.5, "positive": 0.5},
    positive={"protest": -0.5, "monitor": 0.5, "positive": 1.5},
)
# ... and when she is not: less gaze and smile, more protest (Mesman et al. 2009, doi 10.1016/j.dr.2009.02.001).
ABSENCE = _pattern(INFANT, protest=0.5, withdrawn=0.5, monitor=-0.5, positive=-1.5)
AROUSAL = _pattern(INFANT, protest=1.0, withdrawn=0.5, monitor=-0.1, positive=-0.5)
NEGATIVITY = _pattern(INFANT, protest=1.0, withdrawn=0.5, positive=-0.5)
SOCIABILITY = _pattern(INFANT, monitor=1.0, positive=1.0)
OBJECT = _pattern(INFANT, object=1.0)

# Mother: what fits his state (Ainsworth's prompt and fitting answer). Positive entries are answers to him.
FITTING = _answer(
    MOTHER,
    to=INFANT,
    protest={"vocal": 1.0, "neutral": 0.3, "positive": -1.0, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
    withdrawn={"vocal": 1.0, "neutral": 0.3, "positive": -0.5, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
    object={"vocal": 0.5, "neutral": 0.3, "negative": -0.5, "withdrawn": -0.5, "elsewhere": -0.5},
    monitor={"vocal": 1.0, "neutral": 0.3, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
    positive={"vocal": 0.3, "neutral": -0.5, "positive": 1.5, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
)
# Burden: most to negative, then to disengaged, least from positive (order of Lovejoy et al. 2000, doi
# 10.1016/s0272-7358(98)00100-7); the weights are assumed.
BURDEN = _pattern(MOTHER, negative=1.0, withdrawn=0.8, elsewhere=0.8, neutral=0.2, vocal=-0.1, positive=-0.3)
DISTRACTION = _pattern(MOTHER, elsewhere=1.0)

_AVAILABLE = np.array([name not in ("withdrawn", "elsewhere") for name in MOTHER])
_DISTRESSED = np.array([name in DISTRESSED for name in INFANT])


@dataclass(frozen=True)
class Context:
    """What a rule sees: both partners' states and his arousal the second before, and whether she is available to him.

    Arrays of shapes that broadcast to (infant, mother, arousal, 1).

    Attributes
    ----------
    infant, mother : numbers of their states, in the order of ``states.ICEP`` (0 to 4, 0 to 5).
    arousal : his level, 0 to 4.
    available : whether she is; she is not while withdrawn or elsewhere, nor in an episode that makes her unavailable.
    """

    infant: Array
    mother: Array
    arousal: Array
    available: Array

    @classmethod
    def everywhere(cls, available: bool = True) -> Context:
        """All 5 x 6 x 5 contexts.

        Parameters
        ----------
        available : false if to him she is not there, whatever her face. That is what he answers to; what she does is
            her rule's, unless the episode holds her in a state.
        """
        infant, mother, arousal, _ = np.ogrid[: len(INFANT), : len(MOTHER), :AROUSAL_LEVELS, :1]
        return cls(infant, mother, arousal, _availability(mother) & available)

    @classmethod
    def of(cls, infant: str, mother: str, arousal: int, available: bool = True) -> Context:
        """A single context, by the names of the states and the level of arousal.

        Parameters
        ----------
        infant, mother : names of their states (``monitor``, ``vocal``).
        arousal : his level, 0 to 4.
        available : false in an episode that makes her unavailable to him.

        Raises
        ------
        DyadsimError
            for an unknown state, or a level that does not exist.
        """
        for what, name, names in (("infant state", infant, INFANT), ("mother state", mother, MOTHER)):
            if name not in names:
                raise unknown(what, name, names)
        arousal = whole_number("level of arousal", arousal, 0, AROUSAL_LEVELS - 1)
        numbers = [INFANT.index(infant), MOTHER.index(mother), arousal]
        his, hers, level = np.array(numbers).reshape(3, *_CONTEXT_AXES)
        return cls(his, hers, level, _availability(hers) & available)


def _availability(mother: Array) -> Array:
    """Whether she is available in each of these states of hers."""
    return _AVAILABLE[mother]


def _staying(present: Array, states: int) -> Array:
    """1 where the next state (first axis) is the present one, else 0."""
    return np.eye(states)[:, present]


class InfantRules:
    """How the infant goes on from second to second.

    To change how, subclass it and override a method; traits that it needs beside the shipped ones stand in
    ``extra_traits``.
    """

    extra_traits: ClassVar[tuple[Trait, ...]] = ()

    @staticmethod
    def preferences(traits: Any, context: Context) -> ArrayLike:
        """Log-odds of his next state.

        Parameters
        ----------
        traits : holds each trait (dyads,) and each coefficient (a number, or one a next state) as an attribute.
        context : the states and arousal of the second before.

        Returns
        -------
        (5, infant, mother, arousal, dyads) array, any axis but the first may be 1.
        """
        t = traits
        months = (t.age - REFERENCE_AGE) / MONTH
        response = np.where(context.available, RESPONSE[:, context.mother], ABSENCE)
        return (
            t.infant_base
            + t.negativity_effect * t.negativity * NEGATIVITY
            + (t.sociability_effect * t.sociability + t.sociability_growth * months) * SOCIABILITY
            + t.object_growth * months * OBJECT
            + _staying(context.infant, len(INFANT))
            * (t.infant_inertia + t.infant_persistence_effect * t.infant_persistence)
            + t.infant_contingency * response
            + t.arousal_effect * context.arousal * AROUSAL
        )

    @staticmethod
    def arousal_change(traits: Any, context: Context) -> tuple[ArrayLike, ArrayLike]:
        """Log-odds of his arousal falling and rising by one level, each against staying.

        Parameters
        ----------
        traits : holds each trait (dyads,) and each coefficient as an attribute.
        context : the states and arousal of the second before.

        Returns
        -------
        falling, rising : (infant, mother, arousal, dyads) arrays, any axis may be 1.
        """
        t = traits
        months = (t.age - REFERENCE_AGE) / MONTH
        distressed = _DISTRESSED[context.infant]
        playing = context.infant == INFANT.index("object")
        answered = context.available & (FITTING[context.mother, context.infant] > 0)
        falling = (
            t.arousal_fall
            + t.regulation_calms * t.regulation
            + t.regulation_growth * months
            + t.answer_calms * answered
            + t.comfort_calms * playing
        )
        rising = (
            t.arousal_rise
            + t.negativity_arouses * t.negativity
            + t.distress_arouses * distressed
            + t.absence_arouses * ~context.available
        )
        return falling, rising


class MotherRules:
    """How the mother goes on from second to second.

    To change how, subclass it and override its method; traits that it needs beside the shipped ones stand in
    ``extra_traits``.
    """

    extra_traits: ClassVar[tuple[Trait, ...]] = ()

    @staticmethod
    def preferences(traits: Any, context: Context) -> ArrayLike:
        """Log-odds of her next state.

        Parameters
        ----------
        traits : holds each trait (dyads,) and each coefficient (a number, or one a next state) as an attribute.
        context : the states and arousal of the second before.

        Returns
        -------
        (6, infant, mother, arousal, dyads) array, any axis but the first may be 1.
        """
        t = traits
        answering = t.mother_contingency * np.exp(t.sensitivity_effect * t.sensitivity)
        return (
            t.mother_base
            + t.burden_effect * t.burden * BURDEN
            + t.distraction_effect * t.distraction * DISTRACTION
            + answering * FITTING[:, context.infant]
            + _staying(context.mother, len(MOTHER))
            * (t.mother_inertia + t.mother_persistence_effect * t.mother_persistence)
        )
