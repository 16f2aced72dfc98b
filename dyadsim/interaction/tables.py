"""Transition tables made of rules: the only bridge between rules and what runs them (law, engine, agents).

Tables are made in float64 and turned once into integer thresholds of 24 bits; in float32, or with more bits, they would
differ between processors.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import BITS
from ..people.cohort import Cohort
from ..theory.rules import CaregiverRules, Context, InfantRules
from ..theory.states import AROUSAL_LEVELS, ICEP, INNER
from .paradigms import Episode, Paradigm
from .probabilities import Probabilities, against_not, against_staying, probabilities
from .rule_set import Rules, RuleView

__all__ = [
    "CONTEXTS",
    "START",
    "Tables",
    "chances",
    "check_unchanged",
    "distinct",
    "kinds",
    "make_tables",
    "probe",
    "tables_of_view",
    "thresholds_of",
]

INFANTS, MOTHERS = len(ICEP.infant), len(ICEP.mother)
CONTEXT_SHAPE = (INFANTS, MOTHERS, INNER)
CONTEXTS = INFANTS * MOTHERS * INNER

START = int(
    np.ravel_multi_index((ICEP.infant_names.index("object"), ICEP.mother_names.index("vocal"), 1), CONTEXT_SHAPE)
)
"""The context before the first second: she talks to him, he looks about, calm and awake (assumed)."""

INFANT_COLUMNS = slice(0, INFANTS - 1)
MOTHER_COLUMNS = slice(INFANTS - 1, INFANTS + MOTHERS - 2)
AROUSAL_COLUMNS = slice(INFANTS + MOTHERS - 2, INFANTS + MOTHERS)
ATTENTION_COLUMN = slice(AROUSAL_COLUMNS.stop, AROUSAL_COLUMNS.stop + 1)
COLUMNS = -(-ATTENTION_COLUMN.stop // 4) * 4
"""Thresholds of a context, a multiple of four for alignment."""


@dataclass(frozen=True)
class Tables:
    """Transition probabilities of some dyads in one kind of episode, next state first, dyads last.

    ``infant`` (5, 5, 6, 10, dyads), ``mother`` (6, ...), ``arousal`` (3: falls, stays, rises; ...), ``attention`` (2:
    elsewhere, on her; ...); context axes on which nothing depends may have length 1.
    """

    infant: Probabilities
    mother: Probabilities
    arousal: Probabilities
    attention: Probabilities

    def by_dyad(self) -> list[tuple[Probabilities, ...]]:
        """Probabilities of infant, mother, arousal and attention of each dyad, each (30 cells, inner, next states).

        The inner axis of hers has length 1 where what he is like inside is nothing to her.
        """
        dyads = self.infant.shape[-1]
        whole = [
            np.ascontiguousarray(
                np.moveaxis(np.broadcast_to(p, (len(p), INFANTS, MOTHERS, inner, dyads)), (4, 0), (0, 4))
            ).reshape(dyads, -1, inner, len(p))
            for p, inner in zip(self.parts(), (INNER, self.mother.shape[3], INNER, INNER), strict=True)
        ]
        return list(zip(*whole, strict=True))

    def thresholds(self) -> NDArray[np.uint32]:
        """Thresholds (dyads, 300, 12): a draw of 24 bits picks the state whose number is how many it reaches."""
        from .table_arithmetic import thresholds  # numba is imported when first needed

        dyads = self.infant.shape[-1]
        filled = np.empty((dyads, *CONTEXT_SHAPE, COLUMNS), dtype=np.uint32)
        whole = (np.broadcast_to(p, (len(p), INFANTS, MOTHERS, p.shape[3], dyads)) for p in self.parts())
        thresholds(*whole, 2.0**BITS, filled)
        return filled.reshape(dyads, CONTEXTS, COLUMNS)

    def parts(self) -> tuple[Probabilities, ...]:
        """Chances of infant, mother, arousal and attention."""
        return self.infant, self.mother, self.arousal, self.attention


def make_tables(cohort: Cohort, rules: Rules, episode: Episode) -> Tables:
    """Tables of every dyad of a cohort while an episode lasts.

    Parameters
    ----------
    cohort : the dyads.
    rules : by which they act.
    episode : with what it holds and shifts.

    Raises
    ------
    DyadsimError
        if a rule gives something that is no table of probabilities.
    """
    return tables_of_view(rules.view(cohort.shifted(episode.shift)), len(cohort), rules, episode)


def tables_of_view(traits: RuleView, dyads: int, rules: Rules, episode: Episode) -> Tables:
    """Tables of dyads as rules see them, while an episode lasts: a coefficient may be another one in each dyad.

    Parameters
    ----------
    traits : what the rules see of the dyads.
    dyads : how many they are.
    rules : by which they act.
    episode : with what it holds; what it shifts is in ``traits`` already.

    Raises
    ------
    DyadsimError
        if a rule gives something that is no table of probabilities.
    """
    context = Context.everywhere(episode.available, episode.touched)
    infant = probabilities(rules.infant.preferences, traits, context, INFANTS)
    arousal = _bounded(probabilities(rules.infant.arousal_change, traits, context, 3, against_staying))
    attention = probabilities(rules.infant.attention, traits, context, 2, against_not)
    if episode.held >= 0:
        held = np.eye(MOTHERS)[episode.held].reshape(-1, 1, 1, 1, 1)
        mother = np.broadcast_to(held, (MOTHERS, 1, 1, 1, dyads))
    else:
        mother = probabilities(rules.mother.preferences, traits, context, MOTHERS)
    return Tables(infant, mother, arousal, attention)


def chances(
    rule: type[InfantRules] | type[CaregiverRules], context: Context, cohort: Cohort | None = None
) -> pd.DataFrame:
    """Chances of each next state that a rule gives in one context.

    Parameters
    ----------
    rule : of the mother or of the infant.
    context : his state, hers and his arousal (:meth:`Context.of`).
    cohort : the dyads (default: a typical one).

    Returns
    -------
    One row a dyad, one column a state; rows add up to 1.

    Raises
    ------
    DyadsimError
        if the rule gives no probabilities.

    >>> context = ds.Context.of("protest", "neutral", arousal=2)
    >>> ds.chances(ds.MotherRules, context)
    """
    dyads = Cohort.of() if cohort is None else cohort
    if issubclass(rule, InfantRules):
        rules, names = Rules(infant=rule), ICEP.infant_names
    else:
        rules, names = Rules(mother=rule), ICEP.mother_names
    by_state = probabilities(rule.preferences, rules.view(dyads), context, len(names)).reshape(len(names), -1)
    return pd.DataFrame(by_state.T, columns=names, index=pd.Index(dyads.units, name="dyad"))


def kinds(paradigm: Paradigm) -> tuple[list[Episode], NDArray[np.int64]]:
    """One episode of each kind that needs tables of its own, and the kind of every episode."""
    keys = [episode.kind for episode in paradigm.episodes]
    first = list(dict.fromkeys(keys))
    return [paradigm.episodes[keys.index(key)] for key in first], np.array([first.index(key) for key in keys])


def distinct(cohort: Cohort, rules: Rules) -> tuple[Cohort, NDArray[np.int64]]:
    """Dyads that differ in any trait, and which of them each dyad of ``cohort`` equals: they share tables."""
    traits = list(rules.traits_of(cohort).values())
    # One word a dyad in which the bits of all its traits are mixed (multiplicative hashing: Knuth 1998, 6.4).
    word = np.zeros(len(cohort), dtype=np.uint64)
    for values in traits:
        word = (word ^ values.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        word ^= word >> np.uint64(32)
    which, _ = pd.factorize(word)
    first = np.empty(which.max() + 1, dtype=np.int64)
    first[which[::-1]] = np.arange(len(which))[::-1]  # written last, so kept: where each comes first
    if any((values != values[first[which]]).any() for values in traits):
        return cohort, np.arange(len(cohort))  # two different dyads with one word: let each have its own
    return cohort[first], which.astype(np.int64)


def thresholds_of(cohort: Cohort, rules: Rules, episodes: Iterable[Episode]) -> NDArray[np.uint32]:
    """Thresholds (episodes, dyads, 300, 12) of every dyad in each of some episodes (:meth:`Tables.thresholds`).

    Parameters
    ----------
    cohort : the dyads.
    rules : the pair of rules that they follow.
    episodes : one of each kind is enough (:func:`kinds`).
    """
    made = [make_tables(cohort, rules, episode).thresholds() for episode in episodes]
    return made[0][None] if len(made) == 1 else np.stack(made)


def probe(rules: Rules) -> str:
    """Hash of the tables of a fixed cohort: two machines, or two versions, with the same hash run the same model.

    A user's rule is asked each time: what it says may change with what it reads, an attribute of its class or a
    notebook's variable.

    Raises
    ------
    DyadsimError
        if a dyad's tables depend on the other dyads beside it, or are others when they are asked for again.
    """
    return _hash_of_shipped() if rules == Rules() else _hash_of(rules)


def check_unchanged(rules: Rules, tables: str) -> None:
    """Refuse rules that say something else by now than when their tables had that hash."""
    if probe(rules) != tables:
        raise DyadsimError(
            f"{rules.infant.__name__} or {rules.mother.__name__} says something else by now than when this was played: "
            f"what the rule reads has been changed."
        )


@functools.cache
def _hash_of_shipped() -> str:
    return _hash_of(Rules())


def _hash_of(rules: Rules) -> str:
    cohort = Cohort.sample(4, "community", seed=1)
    digest = hashlib.sha256()
    for episode in (
        Episode(name="play", seconds=1),
        Episode(name="still", seconds=1, mother="neutral", available=False),
    ):
        together, again = (make_tables(cohort, rules, episode).thresholds() for _ in range(2))
        if not np.array_equal(together, again):
            raise DyadsimError(
                f"{rules.infant.__name__} or {rules.mother.__name__} says something else when it is asked again: a "
                f"rule follows from traits and context alone, without chance or memory of its own (an agent of "
                f"ds.DyadModel may have a memory)."
            )
        alone = [make_tables(cohort[dyad], rules, episode).thresholds()[0] for dyad in range(len(cohort))]
        if not np.array_equal(together, alone):
            raise DyadsimError(
                f"{rules.infant.__name__} or {rules.mother.__name__} mixes dyads: what a rule says of a dyad may "
                f"depend on that dyad's own traits alone."
            )
        digest.update(together.tobytes())
    return digest.hexdigest()[:16]


def _bounded(arousal: Probabilities) -> Probabilities:
    """Chances of arousal within its ends: what would fall below the lowest or rise above the highest level stays."""
    shape = (3, *arousal.shape[1:3], 2, AROUSAL_LEVELS, arousal.shape[-1])
    falls, stays, rises = bounded = np.broadcast_to(arousal, (*shape[:3], INNER, shape[-1])).reshape(shape).copy()
    stays[:, :, :, 0] += falls[:, :, :, 0]
    falls[:, :, :, 0] = 0.0
    stays[:, :, :, -1] += rises[:, :, :, -1]
    rises[:, :, :, -1] = 0.0
    return bounded.reshape(*shape[:3], INNER, shape[-1])
