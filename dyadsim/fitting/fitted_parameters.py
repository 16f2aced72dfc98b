"""Parameters that can be fitted to coded sessions: traits of a dyad and coefficients of the rules, as numbers in a row.

Each has a range, the value that the calibrated population has in the middle, and how far dyads (or, of a coefficient,
what was assumed of it) spread around it: the units in which the fit moves, and what its ridge pulls towards.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, twice, unknown
from ..interaction.rule_set import Rules, RuleView
from ..people.cohort import Cohort
from ..people.population import Population
from ..theory.coefficients import COEFFICIENTS
from ..theory.priors import assumed_coefficients
from ..theory.traits import TRAITS

__all__ = ["FittedParameters"]

Numbers = NDArray[np.float64]
_NOT_FITTED = ("age",)
_EXTRA_SD = 8.0
"""Of the range of a trait that a user's rule declares: one part in so many is taken as its spread (assumed)."""


@dataclass(frozen=True)
class FittedParameters:
    """Parameters by name, with what is known of them before any data.

    Attributes
    ----------
    names : of traits (``sensitivity``), coefficients (``infant_contingency``) or an entry (``infant_base.object``).
    low, high : their ranges.
    middle : what the calibrated population has.
    spread : (names, names) covariance around it.
    typical : the dyad in the middle of the population; what is not fitted is as it has it.
    rules : by which the dyads act.
    """

    names: tuple[str, ...]
    low: Numbers
    high: Numbers
    middle: Numbers
    spread: Numbers
    typical: Cohort
    rules: Rules

    @classmethod
    def of(cls, names: Iterable[str], rules: Rules, population: str | Population = "community") -> FittedParameters:
        """Parameters of these names under those rules.

        Raises
        ------
        DyadsimError
            for an unknown name, one that stands twice, and one that cannot be fitted (age, a reference of 0).
        """
        chosen = tuple(names)
        if not chosen:
            raise DyadsimError("At least one parameter is fitted: name a trait or a coefficient.")
        if (double := twice(chosen)) is not None:
            raise DyadsimError(f"The parameter '{double}' is named twice.")
        group = Population.load(population)
        typical = Cohort.typical(group).replace(extra_traits=rules.extra_traits)
        known = [_known(name, typical, rules) for name in chosen]
        low, high, middle, sd = (np.array(each, dtype=float) for each in zip(*known, strict=True))
        return cls(chosen, low, high, middle, _covariance(chosen, sd, group), typical, rules)

    @property
    def sd(self) -> Numbers:
        """Standard deviation of each in the population."""
        return np.sqrt(np.diag(self.spread))

    def __len__(self) -> int:
        return len(self.names)

    def view(self, values: Numbers, known: Mapping[str, Numbers], shift: Mapping[str, float]) -> RuleView:
        """What rules see of dyads with these values: (dyads, names).

        Parameters
        ----------
        values : one row a dyad.
        known : by name of a trait what is known of it, one number a dyad (``age``).
        shift : by name of a trait what an episode adds to it, to the end of its range at most.
        """
        dyads = len(values)
        view: dict[str, Any] = dict(vars(self.rules.view(self.typical)))
        for name, trait in self.rules.traits_of(self.typical).items():
            view[name] = np.full(dyads, float(trait[0]))
        view |= known
        for name, column in zip(self.names, np.ascontiguousarray(values.T), strict=True):
            coefficient, _, state = name.partition(".")
            if state:
                one = np.broadcast_to(view[coefficient], (*view[coefficient].shape[:-1], dyads)).copy()
                one[COEFFICIENTS[coefficient].states.index(state)] = column
                view[coefficient] = one
            else:
                view[name] = column
        for name, by in shift.items():
            view[name] = np.clip(view[name] + by, TRAITS[name].low, TRAITS[name].high)
        return RuleView(**view)

    def cohort(self, values: Numbers, known: Mapping[str, float]) -> Cohort:
        """One dyad with these values (names,), to be simulated."""
        changes: dict[str, Any] = dict(zip(self.names, np.clip(values, self.low, self.high).tolist(), strict=True))
        return self.typical.replace({**known, **changes})


@functools.cache
def _priors() -> dict[str, Any]:
    """What was assumed of the coefficients, read once."""
    return assumed_coefficients()


def _known(name: str, typical: Cohort, rules: Rules) -> tuple[float, float, float, float]:
    """Lowest and highest value, middle and standard deviation of a parameter."""
    traits = {**TRAITS, **{trait.name: trait for trait in rules.extra_traits}}
    fitted = [each for each in traits if each not in _NOT_FITTED]
    if name in _NOT_FITTED:
        raise DyadsimError(f"'{name}' is known of a dyad and not fitted; give it as ages.")
    if name in traits:
        trait = traits[name]
        sd = 1.0 if trait.unit == "standard score" else (trait.high - trait.low) / _EXTRA_SD
        return trait.low, trait.high, float(rules.traits_of(typical)[name][0]), sd
    coefficient, dot, state = name.partition(".")
    if coefficient not in COEFFICIENTS:
        raise unknown("trait or coefficient to fit:", name, [*fitted, *COEFFICIENTS])
    known, prior, value = COEFFICIENTS[coefficient], _priors()[coefficient], typical.coefficients
    if bool(dot) != bool(known.states):
        way = f"one number a state: name one of {', '.join(f'{coefficient}.{s}' for s in known.states)}"
        raise DyadsimError(f"Coefficient '{coefficient}' is {way if known.states else 'a single number'}.")
    middle = value[coefficient]
    if dot:
        if state not in known.states:
            raise unknown(f"state of coefficient '{coefficient}'", state, known.states)
        prior, middle = prior[state], middle[known.states.index(state)]
    if not prior["sd"]:
        raise DyadsimError(f"'{name}' is the reference of the others and stays as it is.")
    return known.low, known.high, float(middle), float(prior["sd"])


def _covariance(names: Sequence[str], sd: Numbers, group: Population) -> Numbers:
    """Covariance of parameters in a population: correlated traits as it has them, others independent."""
    correlations = np.eye(len(names))
    for each in group.all_correlations:
        if all(name in names for name in each.between):
            i, j = (names.index(name) for name in each.between)
            correlations[i, j] = correlations[j, i] = each.r
    given = np.array([_given_sd(name, one, group) for name, one in zip(names, sd, strict=True)])
    return np.asarray(correlations * given[:, None] * given[None, :])


def _given_sd(name: str, usual: float, group: Population) -> float:
    """Standard deviation that a population gives of a trait (one of 0 counts as the usual one)."""
    given = group.traits.get(name)
    return given.sd if given is not None and given.sd else usual
