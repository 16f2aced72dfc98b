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
from scipy.special import expit

from ..common.errors import unknown, whole_number
from .states import AROUSAL_LEVELS, DISTRESSED, ICEP, INNER, LOOKING
from .traits import TRAITS, Trait

__all__ = ["CaregiverRules", "Context", "InfantRules", "MotherRules", "PartnerRules"]

Array = NDArray[Any]

MONTH = 52.18 / 12  # weeks
HALF_HEEDING = 1.5  # weeks: newborns heed her little, infants of six weeks do (Bertin & Striano 2006, N036)
RIPENING = 2.5  # weeks
HALF_SMILING = 8.0  # weeks: smiles come about the end of the second month (Lavelli & Fogel 2005, N056)
REFERENCE_AGE = TRAITS["age"].default  # the age of the sessions that the defaults were set by
INFANT, MOTHER = ICEP.infant_names, ICEP.mother_names
_CONTEXT_AXES = (1, 1, 1, 1)


def _pattern(names: list[str], **weights: float) -> Array:
    """Weights by next state, ready to broadcast: (next states, 1, 1, 1, 1)."""
    return np.array([weights.get(name, 0.0) for name in names]).reshape(-1, *_CONTEXT_AXES)


def _answer(names: list[str], to: list[str], **weights: dict[str, float]) -> Array:
    """Weights by next state and the other's present state: (next states, states of the other)."""
    return np.array([[weights.get(other, {}).get(name, 0.0) for other in to] for name in names])


# How far her state fits his: what a sensitive mother goes to (Ainsworth's prompt and fitting answer), and what he makes
# of hers. One table for both partners; positive entries answer him.
FITTING = _answer(
    MOTHER,
    to=INFANT,
    protest={"vocal": 1.0, "neutral": -0.3, "positive": -1.0, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
    withdrawn={"vocal": 1.0, "neutral": 0.0, "positive": -0.5, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
    object={"vocal": 0.4, "neutral": 0.3, "positive": 0.1, "negative": -1.0, "withdrawn": -0.5, "elsewhere": -0.5},
    monitor={"vocal": 1.0, "neutral": 0.0, "positive": 0.3, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
    positive={"vocal": 0.3, "neutral": -0.5, "positive": 1.5, "negative": -1.0, "withdrawn": -1.0, "elsewhere": -1.0},
)
# What she goes to when she misreads him: more play while he looks away or only watches (chase and dodge), a neutral
# face to his smile, anger, retreat or a smile to his distress (Beebe et al. 2010, doi 10.1080/14616730903338985).
MISREADING = _answer(
    MOTHER,
    to=INFANT,
    protest={"negative": 1.5, "withdrawn": 1.0, "positive": 0.5, "vocal": -0.5},
    withdrawn={"negative": 1.0, "withdrawn": 0.5, "positive": 1.0, "vocal": -0.5},
    object={"negative": 1.0, "positive": 0.3, "vocal": -0.5},
    monitor={"negative": 0.5, "positive": 0.5, "neutral": 0.5, "vocal": -0.5},
    positive={"neutral": 1.0, "withdrawn": 0.5, "positive": -1.0},
)

# Infant: what her state draws from him while his attention is with her (Tronick 1989, doi 10.1037/0003-066x.44.2.112)
RESPONSE = _answer(
    INFANT,
    to=MOTHER,
    negative={"protest": 1.0, "withdrawn": 0.5, "positive": -1.0},
    vocal={"protest": -0.5, "positive": 0.5},
    positive={"protest": -0.5, "positive": 1.5},
)
# ... and her absence: less smile, more protest (Mesman et al. 2009, doi 10.1016/j.dr.2009.02.001).
ABSENCE = _pattern(INFANT, protest=0.5, withdrawn=0.5, positive=-1.0)
AROUSAL = _pattern(INFANT, protest=1.0, withdrawn=0.5, monitor=-0.1, positive=-0.5)
LOOKING_AT_HER = _pattern(INFANT, monitor=1.0, positive=1.0)
SMILING = _pattern(INFANT, positive=1.0)

# Mother. Burden: most to negative, then to disengaged, least from positive (order of Lovejoy et al. 2000, doi
# 10.1016/s0272-7358(98)00100-7); the weights are assumed.
BURDEN = _pattern(MOTHER, negative=1.0, withdrawn=0.1, elsewhere=0.5, neutral=0.2, vocal=0.4, positive=-0.6)
DISTRACTION = _pattern(MOTHER, elsewhere=1.0)
STIMULATION = _pattern(MOTHER, positive=1.0, vocal=0.5, negative=0.5)

_AVAILABLE = np.array([name not in ("withdrawn", "elsewhere") for name in MOTHER])
_DISTRESSED = np.array([name in DISTRESSED for name in INFANT])


@dataclass(frozen=True)
class Context:
    """What a rule sees: both partners' states, his arousal and attention the second before, and if she is available.

    Arrays of shapes that broadcast to (infant, mother, inner, 1): arousal and attention share an axis, that of his
    inner state (0 to 4 with attention elsewhere, then 0 to 4 with it on her).

    Attributes
    ----------
    infant, mother : numbers of their states, in the order of ``states.ICEP`` (0 to 4, 0 to 5).
    arousal : his level, 0 to 4.
    attention : 1 while his attention is with her, 0 while it is with other things; what he does shows it in part only.
    available : whether she is; she is not while withdrawn or elsewhere, nor in an episode that makes her unavailable.
    touched : whether she touches him in an episode that makes her unavailable otherwise.
    """

    infant: Array
    mother: Array
    arousal: Array
    attention: Array
    available: Array
    touched: Array

    @classmethod
    def everywhere(cls, available: bool = True, touched: bool = False) -> Context:
        """All 5 x 6 x 10 contexts.

        Parameters
        ----------
        available : false if to him she is not there, whatever her face. That is what he answers to; what she does is
            her rule's, unless the episode holds her in a state.
        touched : true if she touches him meanwhile.
        """
        infant, mother, inner, _ = np.ogrid[: len(INFANT), : len(MOTHER), :INNER, :1]
        attention, arousal = np.divmod(inner, AROUSAL_LEVELS)
        return cls(infant, mother, arousal, attention, _availability(mother) & available, np.array(touched))

    @classmethod
    def of(
        cls,
        infant: str,
        mother: str,
        arousal: int,
        available: bool = True,
        attention: int | None = None,
        touched: bool = False,
    ) -> Context:
        """A single context, by the names of the states and the level of arousal.

        Parameters
        ----------
        infant, mother : names of their states (``monitor``, ``vocal``).
        arousal : his level, 0 to 4.
        available : false in an episode that makes her unavailable to him.
        attention : 1 if his is with her, 0 if not (default: 1 where he looks at her).
        touched : true if she touches him meanwhile.

        Raises
        ------
        DyadsimError
            for an unknown state, or a level that does not exist.
        """
        for what, name, names in (("infant state", infant, INFANT), ("mother state", mother, MOTHER)):
            if name not in names:
                raise unknown(what, name, names)
        arousal = whole_number("level of arousal", arousal, 0, AROUSAL_LEVELS - 1)
        attention = int(infant in LOOKING) if attention is None else whole_number("attention", attention, 0, 1)
        numbers = [INFANT.index(infant), MOTHER.index(mother), arousal, attention]
        his, hers, level, with_her = np.array(numbers).reshape(4, *_CONTEXT_AXES)
        return cls(his, hers, level, with_her, _availability(hers) & available, np.array(touched))


def _availability(mother: Array) -> Array:
    """Whether she is available in each of these states of hers."""
    return _AVAILABLE[mother]


def _staying(present: Array, states: int) -> Array:
    """1 where the next state (first axis) is the present one, else 0."""
    return np.eye(states)[:, present]


def _heeds(age: Any) -> Any:
    """How far she matters to him already: 0 at birth, a half at ten days, then nearly 1."""
    return age**2 / (age**2 + HALF_HEEDING**2)


def _ripe(age: Any) -> Any:
    """Logarithm of the share of infants' attention and smiles that has ripened: a half at eight weeks, then all."""
    return -np.logaddexp(0.0, (HALF_SMILING - age) / RIPENING)


def _matters(traits: Any) -> Any:
    """How much more, or less, what she does matters to him than at the age of reference."""
    months = (traits.age - REFERENCE_AGE) / MONTH
    return _heeds(traits.age) * np.exp(traits.contingency_growth * months)


def _fit(traits: Any, context: Context) -> Any:
    """How fittingly he is answered: by her state while she is available, by her touch at most while she is not."""
    seen = context.available * FITTING[context.mother, context.infant]
    return _heeds(traits.age) * (seen + traits.touch_answers * context.touched * ~context.available)


def _missed(traits: Any, context: Context) -> Any:
    """How much her absence is to him: less, the more he expects that it will be repaired, and while she touches him."""
    absent = ~context.available * (1 - traits.touch_answers * context.touched)
    return _matters(traits) * np.exp(-traits.expectation_effect * traits.expectation) * absent


def _mixed(*parts: tuple[Any, Any]) -> Any:
    """Log-odds of next states by a mixture: of each part its share, and log-odds of its own."""
    total = 0.0
    for share, log_odds in parts:
        odds = np.exp(log_odds - log_odds.max(axis=0))
        total = total + share * odds / odds.sum(axis=0)
    return np.log(total)


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
        context : the states, arousal and attention of the second before.

        Returns
        -------
        (5, infant, mother, inner, dyads) array, any axis but the first may be 1.
        """
        t = traits
        return (
            t.infant_base
            + t.smile_growth * _ripe(t.age) * SMILING
            + t.sociability_smiles * t.sociability * SMILING
            + _staying(context.infant, len(INFANT))
            * (t.infant_inertia + t.infant_persistence_effect * t.infant_persistence)
            + t.attention_effect * context.attention * LOOKING_AT_HER
            + t.infant_contingency * _matters(t) * context.attention * context.available * RESPONSE[:, context.mother]
            + t.absence_effect * _missed(t, context) * ABSENCE
            + t.arousal_effect * context.arousal * AROUSAL
        )

    @staticmethod
    def attention(traits: Any, context: Context) -> ArrayLike:
        """Log-odds that his attention is with her the next second.

        Being fittingly answered keeps it there and draws it back; when she is absent he bids for her, the more he
        expects repair, but no answer holds him.

        Parameters
        ----------
        traits : holds each trait (dyads,) and each coefficient as an attribute.
        context : the states, arousal and attention of the second before.

        Returns
        -------
        (infant, mother, inner, dyads) array, any axis may be 1.
        """
        t = traits
        months = (t.age - REFERENCE_AGE) / MONTH
        return (
            t.attention_base
            + t.attention_ripens * _ripe(t.age)
            + t.attention_growth * months
            + t.attention_inertia * (2 * context.attention - 1)
            + t.sociability_attends * t.sociability
            + t.answer_holds * _fit(t, context)
            + t.bids * _heeds(t.age) * np.exp(t.expectation_effect * t.expectation) * ~context.available
        )

    @staticmethod
    def arousal_change(traits: Any, context: Context) -> tuple[ArrayLike, ArrayLike]:
        """Log-odds of his arousal falling and rising by one level, each against staying.

        Parameters
        ----------
        traits : holds each trait (dyads,) and each coefficient as an attribute.
        context : the states, arousal and attention of the second before.

        Returns
        -------
        falling, rising : (infant, mother, inner, dyads) arrays, any axis may be 1.
        """
        t = traits
        months = (t.age - REFERENCE_AGE) / MONTH
        distressed = _DISTRESSED[context.infant]
        playing = context.infant == INFANT.index("object")
        falling = (
            t.arousal_fall
            + t.regulation_calms * t.regulation
            - t.negativity_unsettles * t.negativity
            + t.regulation_growth * months
            + t.answer_calms * np.maximum(_fit(t, context), 0)
            + t.comfort_calms * playing
        )
        rising = t.arousal_rise + t.distress_arouses * distressed + t.absence_arouses * _missed(t, context)
        return falling, rising


class CaregiverRules:
    """How a caregiver goes on from second to second: a mother, a father, whoever plays with him.

    To change how, subclass it and override its method; traits that it needs beside the shipped ones stand in
    ``extra_traits``.
    """

    extra_traits: ClassVar[tuple[Trait, ...]] = ()

    @staticmethod
    def preferences(traits: Any, context: Context) -> ArrayLike:
        """Log-odds of the caregiver's next state.

        Parameters
        ----------
        traits : holds each trait (dyads,) and each coefficient (a number, or one a next state) as an attribute.
        context : the states, arousal and attention of the second before.

        Returns
        -------
        (6, infant, mother, inner, dyads) array, any axis but the first may be 1.
        """
        t = traits
        load = 2**t.burden - 1  # what is light for most is heavy for few: it doubles with each standard score
        capacity = np.where(_DISTRESSED[context.infant], t.reflective_functioning, t.sensitivity)
        busy = context.mother == MOTHER.index("elsewhere")
        notices = expit(t.noticing + t.noticing_effect * capacity - t.burden_dulls * load - t.elsewhere_dulls * busy)
        reads = expit(t.reading + t.reading_effect * capacity)
        answering = t.mother_contingency * np.exp(t.stimulation_effect * t.stimulation)
        alone = (
            t.mother_base
            + t.stimulation_acts * t.stimulation * STIMULATION
            + t.burden_effect * load * BURDEN
            + t.distraction_effect * t.distraction * DISTRACTION
            + _staying(context.mother, len(MOTHER))
            * (t.mother_inertia + t.mother_persistence_effect * t.mother_persistence - t.burden_unsettles * load)
        )
        return _mixed(
            (1 - notices, alone),
            (notices * reads, alone + answering * FITTING[:, context.infant]),
            (notices * (1 - reads), alone + answering * MISREADING[:, context.infant]),
        )


class MotherRules(CaregiverRules):
    """How the mother goes on from second to second: as any caregiver, unless a theory says otherwise of mothers."""


class PartnerRules(CaregiverRules):
    """How a second caregiver goes on: as any caregiver, with traits of their own, unless a theory says otherwise."""
