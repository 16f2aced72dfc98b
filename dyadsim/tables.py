"""From rules to transition tables: the only bridge between the rules and what runs them (law, engine, agents).

Tables are made in float64 and turned once into integer thresholds of 24 bits; in float32, or with more bits, they would
differ between processors.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .cohort import Cohort
from .draws import BITS
from .errors import DyadsimError, unknown
from .paradigms import Episode, Paradigm
from .rules import Context, InfantRules, MotherRules
from .states import AROUSAL_LEVELS, ICEP
from .traits import COEFFICIENTS

__all__ = ["CONTEXTS", "START", "Rules", "Tables", "chances", "distinct", "kinds", "make_tables", "probe"]

INFANTS, MOTHERS = len(ICEP.infant), len(ICEP.mother)
CONTEXT_SHAPE = (INFANTS, MOTHERS, AROUSAL_LEVELS)
CONTEXTS = INFANTS * MOTHERS * AROUSAL_LEVELS

START = int(
    np.ravel_multi_index((ICEP.infant_names.index("monitor"), ICEP.mother_names.index("vocal"), 1), CONTEXT_SHAPE)
)
"""The context before the first second: she greets him, he looks at her, calm and awake (assumed)."""

INFANT_COLUMNS = slice(0, INFANTS - 1)
MOTHER_COLUMNS = slice(INFANTS - 1, INFANTS + MOTHERS - 2)
AROUSAL_COLUMNS = slice(INFANTS + MOTHERS - 2, INFANTS + MOTHERS)
COLUMNS = 12
"""Thresholds of a context: 4 for the infant's state, 5 for the mother's, 2 for arousal, one unused (for alignment)."""

Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class Rules:
    """The pair of rules that a run follows."""

    infant: type[InfantRules] = InfantRules
    mother: type[MotherRules] = MotherRules

    def traits_of(self, cohort: Cohort) -> dict[str, NDArray[np.float64]]:
        """The cohort's traits, with the default of each that a rule declares and the cohort lacks."""
        extra = (*self.infant.extra_traits, *self.mother.extra_traits)
        return {t.name: np.full(len(cohort), t.default) for t in extra} | dict(cohort.traits)


@dataclass(frozen=True)
class Tables:
    """Transition probabilities of some dyads in one kind of episode, next state first, dyads last.

    ``infant`` (5, 5, 6, 5, dyads), ``mother`` (6, ...), ``arousal`` (3: falls, stays, rises; ...); context axes on
    which nothing depends may have length 1.
    """

    infant: Probabilities
    mother: Probabilities
    arousal: Probabilities

    def by_context(self) -> tuple[Probabilities, Probabilities, Probabilities]:
        """The three as (dyads, 150 contexts, next states)."""
        whole = (np.broadcast_to(p, (p.shape[0], *CONTEXT_SHAPE, self.infant.shape[-1])) for p in self._parts())
        infant, mother, arousal = (np.moveaxis(p.reshape(len(p), CONTEXTS, -1), (0, 2), (2, 0)) for p in whole)
        return infant, mother, arousal

    def thresholds(self) -> NDArray[np.uint32]:
        """(dyads, 150, 12): a draw of 24 bits picks the state whose number is how many thresholds it reaches."""
        dyads = self.infant.shape[-1]
        out = np.zeros((dyads, *CONTEXT_SHAPE, COLUMNS), dtype=np.uint32)
        for columns, part in zip((INFANT_COLUMNS, MOTHER_COLUMNS, AROUSAL_COLUMNS), self._parts(), strict=True):
            reached = np.zeros_like(part[0])
            for column, probability in zip(range(columns.start, columns.stop), part, strict=False):
                reached = reached + probability
                out[..., column] = np.moveaxis(np.rint(reached * 2.0**BITS).astype(np.uint32), -1, 0)
        return out.reshape(dyads, CONTEXTS, COLUMNS)

    def _parts(self) -> tuple[Probabilities, Probabilities, Probabilities]:
        return self.infant, self.mother, self.arousal


def make_tables(cohort: Cohort, rules: Rules, episode: Episode) -> Tables:
    """The tables of every dyad of ``cohort`` while ``episode`` lasts.

    Raises
    ------
    DyadsimError
        if a rule gives something that is no table of probabilities.
    """
    traits, context, dyads = _rule_view(cohort, rules), Context.everywhere(episode.available), len(cohort)
    infant = _softmax(_asked(rules.infant.preferences, traits, context), INFANTS, dyads, rules.infant.preferences)
    falling, rising = _asked(rules.infant.arousal_change, traits, context)
    arousal = _softmax(np.stack(np.broadcast_arrays(falling, 0.0, rising)), 3, dyads, rules.infant.arousal_change)
    if episode.held >= 0:
        held = np.eye(MOTHERS)[episode.held].reshape(-1, 1, 1, 1, 1)
        return Tables(infant, np.broadcast_to(held, (MOTHERS, 1, 1, 1, dyads)), _bounded(arousal))
    mother = _softmax(_asked(rules.mother.preferences, traits, context), MOTHERS, dyads, rules.mother.preferences)
    return Tables(infant, mother, _bounded(arousal))


def chances(
    rule: type[InfantRules] | type[MotherRules], context: Context, cohort: Cohort | None = None
) -> pd.DataFrame:
    """What a rule says in one context: the chance of each next state, one row a dyad (default: a typical dyad).

    >>> chances(MotherRules, Context.of("protest", "neutral", arousal=2))
    """
    dyads = Cohort.of() if cohort is None else cohort
    if issubclass(rule, InfantRules):
        rules, names = Rules(infant=rule), ICEP.infant_names
    else:
        rules, names = Rules(mother=rule), ICEP.mother_names
    said = _asked(rule.preferences, _rule_view(dyads, rules), context)
    by_state = _softmax(said, len(names), len(dyads), rule.preferences).reshape(len(names), len(dyads))
    return pd.DataFrame(by_state.T, columns=names, index=pd.Index(dyads.units, name="dyad"))


def kinds(paradigm: Paradigm) -> tuple[list[Episode], NDArray[np.int64]]:
    """One episode of each kind that needs tables of its own, and the kind of every episode."""
    keys = [(episode.held, episode.available) for episode in paradigm.episodes]
    first = list(dict.fromkeys(keys))
    return [paradigm.episodes[keys.index(key)] for key in first], np.array([first.index(key) for key in keys])


def distinct(cohort: Cohort, rules: Rules) -> tuple[Cohort, NDArray[np.int64]]:
    """The dyads that differ in any trait, and which of them each dyad of ``cohort`` equals: they share tables."""
    traits = np.column_stack(list(rules.traits_of(cohort).values()))
    _, first, which = np.unique(
        traits.view(f"V{traits.itemsize * traits.shape[1]}").ravel(), return_index=True, return_inverse=True
    )
    order = np.argsort(first)
    return cohort[first[order]], np.argsort(order)[which.ravel()]


@functools.cache
def probe(rules: Rules) -> str:
    """A hash of the tables of a fixed cohort: two machines, or two versions, with the same hash run the same model."""
    cohort = Cohort.sample(8, "community", seed=1)
    digest = hashlib.sha256()
    for episode in (
        Episode(name="play", seconds=1),
        Episode(name="still", seconds=1, mother="neutral", available=False),
    ):
        digest.update(make_tables(cohort, rules, episode).thresholds().tobytes())
    return digest.hexdigest()[:16]


class _RuleView(SimpleNamespace):
    """What a rule sees as ``traits``: traits (dyads,) and coefficients as attributes."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise unknown("trait or coefficient in a rule:", name, vars(self))


def _rule_view(cohort: Cohort, rules: Rules) -> _RuleView:
    """Traits and coefficients as attributes; a coefficient with a number a state stands on the first axis."""
    view: dict[str, Any] = dict(rules.traits_of(cohort))
    for name, value in cohort.coefficients.items():
        view[name] = value.reshape(-1, 1, 1, 1, 1) if COEFFICIENTS[name].states else value
    return _RuleView(**view)


def _asked(rule: Callable[..., Any], traits: _RuleView, context: Context) -> Any:
    """What a rule says; whatever goes wrong in a rule of the user's is told as such."""
    try:
        return rule(traits, context)
    except Exception as error:
        if isinstance(error, DyadsimError):
            raise
        raise DyadsimError(f"The rule {rule.__qualname__} failed with {type(error).__name__}: {error}") from error


def _softmax(preferences: ArrayLike, states: int, dyads: int, rule: Callable[..., Any]) -> Probabilities:
    """Probabilities over the first axis; refuses what is no table, naming the rule."""
    try:
        given = np.asarray(preferences, dtype=np.float64)
    except (TypeError, ValueError):
        raise DyadsimError(f"The rule {rule.__qualname__} gives no numbers but {preferences!r:.60}.") from None
    given = given.reshape(given.shape + (1,) * (5 - given.ndim)) if given.ndim < 5 else given
    allowed = (states, *CONTEXT_SHAPE, dyads)
    fits = given.ndim == 5 and given.shape[0] == states
    if not fits or any(n not in (1, full) for n, full in zip(given.shape[1:], allowed[1:], strict=True)):
        raise DyadsimError(
            f"The rule {rule.__qualname__} gives log-odds of shape {np.shape(preferences)}, but they must "
            f"broadcast to {allowed}: next states, infant, mother, arousal, dyads."
        )
    given = np.broadcast_to(given, (*given.shape[:4], dyads))
    with np.errstate(invalid="ignore"):
        weights = np.exp(given - given.max(axis=0))
    total = weights.sum(axis=0)
    if not np.isfinite(total).all():
        state, where = _first_bad(given)
        raise DyadsimError(
            f"The rule {rule.__qualname__} gives no probabilities {where}: its log-odds there are "
            f"{state}, but must be finite numbers (or -inf for what never happens, not for all)."
        )
    weights /= total
    return weights


def _first_bad(given: NDArray[np.float64]) -> tuple[str, str]:
    """What a faulty rule gave, and where."""
    bad = ~np.isfinite(given.max(axis=0)) | np.isnan(given).any(axis=0)
    i, m, a, dyad = (int(n) for n in np.argwhere(bad)[0])
    where = f"for infant {ICEP.infant_names[i]}, mother {ICEP.mother_names[m]}, arousal {a} (dyad {dyad})"
    return np.array2string(given[:, i, m, a, dyad], precision=3, separator=", "), where


def _bounded(arousal: Probabilities) -> Probabilities:
    """Arousal has ends: what would fall below the lowest level or rise above the highest stays."""
    shape = (3, *arousal.shape[1:3], AROUSAL_LEVELS, arousal.shape[-1])
    falls, stays, rises = bounded = np.broadcast_to(arousal, shape).copy()
    stays[:, :, 0] += falls[:, :, 0]
    falls[:, :, 0] = 0.0
    stays[:, :, -1] += rises[:, :, -1]
    rises[:, :, -1] = 0.0
    return bounded
