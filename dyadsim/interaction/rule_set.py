"""From what rules say to probabilities: ask a rule, check what it says, and turn log-odds into chances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown
from ..people.cohort import Cohort, declared
from ..theory.rules import Context, InfantRules, MotherRules
from ..theory.states import AROUSAL_LEVELS, ICEP
from ..theory.traits import COEFFICIENTS, Trait

__all__ = ["Probabilities", "RuleView", "Rules", "against_staying", "probabilities"]

Probabilities = NDArray[np.float64]
_CONTEXTS = (len(ICEP.infant), len(ICEP.mother), AROUSAL_LEVELS)
_OURS = ("dyadsim.", "mesa.", "builtins")
_BEHAVIOUR = ("decide", "advance", "choose", "draw", "context", "step")


class RuleView(SimpleNamespace):
    """What a rule sees as ``traits``: traits (dyads,) and coefficients as attributes."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise unknown("trait or coefficient in a rule:", name, vars(self))


@dataclass(frozen=True)
class Rules:
    """The pair of rules that a run follows.

    Raises
    ------
    DyadsimError
        if one is no class of rules, or a class that overrides none.
    """

    infant: type[InfantRules] = InfantRules
    mother: type[MotherRules] = MotherRules

    def __post_init__(self) -> None:
        for who, rule, base in (("infant", self.infant, InfantRules), ("mother", self.mother, MotherRules)):
            if not (isinstance(rule, type) and issubclass(rule, base)):
                raise DyadsimError(f"{who} must be a class made from ds.{base.__name__}, not {rule!r:.60}.")
            own = _own_names(rule)
            methods = [name for name, value in vars(base).items() if isinstance(value, staticmethod)]
            if own and not own & {*methods, *_BEHAVIOUR, "extra_traits"}:
                raise DyadsimError(f"{rule.__name__} changes no rule: override {' or '.join(methods)}.")

    @property
    def extra_traits(self) -> tuple[Trait, ...]:
        """The traits that the rules declare beside the shipped ones."""
        return (*declared(self.infant.extra_traits), *declared(self.mother.extra_traits))

    def alone(self) -> Rules:
        """These rules, where rules alone are followed: behaviour that only Mesa agents would show is refused."""
        for rule in (self.infant, self.mother):
            if behaviour := _own_names(rule) & set(_BEHAVIOUR):
                raise DyadsimError(
                    f"{rule.__name__} overrides '{min(behaviour)}', which only the Mesa model follows; law and engine "
                    f"follow rules alone."
                )
        return self

    def traits_of(self, cohort: Cohort) -> dict[str, NDArray[np.float64]]:
        """The cohort's traits, with the default of each that a rule declares and the cohort lacks."""
        traits = {t.name: np.full(len(cohort), t.default) for t in self.extra_traits} | dict(cohort.traits)
        return {name: _read_only(values) for name, values in traits.items()}

    def view(self, cohort: Cohort) -> RuleView:
        """Traits and coefficients as rules see them; a coefficient with a number a state stands on the first axis."""
        view: dict[str, Any] = dict(self.traits_of(cohort))
        for name, value in cohort.coefficients.items():
            view[name] = value.reshape(-1, 1, 1, 1, 1) if COEFFICIENTS[name].states else value
        return RuleView(**view)


def _read_only(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A view that a rule cannot write to: rules say, they change nothing."""
    view = values.view()
    view.setflags(write=False)
    return view


def _own_names(rule: type) -> set[str]:
    """What a user's class, or one between it and ours, defines."""
    return {name for each in rule.__mro__ if not each.__module__.startswith(_OURS) for name in vars(each)}


def probabilities(
    rule: Callable[..., Any],
    traits: RuleView,
    context: Context,
    states: int,
    read: Callable[[Any], Any] = lambda said: said,
) -> Probabilities:
    """Chances of the next states (states, infant, mother, arousal, dyads); context axes may have length 1.

    Raises
    ------
    DyadsimError
        if the rule fails, or what it says is no table of probabilities.
    """
    try:
        with np.errstate(all="ignore"):  # what is not finite is found below
            said = np.asarray(read(rule(traits, context)))
    except DyadsimError:
        raise
    except Exception as error:
        said_of_it = " ".join(str(error).split())
        raise DyadsimError(f"The rule {rule.__qualname__} failed with {type(error).__name__}: {said_of_it}.") from error
    return _softmax(_shaped(said, states, len(traits.age), rule), rule)


def against_staying(said: Any) -> NDArray[np.float64]:
    """Log-odds of falling, staying, rising from those of falling and of rising, each against staying."""
    falling, rising = said
    return np.stack(np.broadcast_arrays(falling, np.zeros((1, 1, 1, 1)), rising))


def _shaped(said: NDArray[Any], states: int, dyads: int, rule: Callable[..., Any]) -> NDArray[np.float64]:
    if said.dtype.kind not in "fiub":
        raise DyadsimError(f"The rule {rule.__qualname__} gives no real numbers but {said.ravel()[:3]!r:.60}.")
    shape = (*said.shape, 1, 1, 1, 1) if said.ndim == 1 else said.shape
    allowed = (states, *_CONTEXTS, dyads)
    if len(shape) != 5 or shape[0] != states or any(n not in (1, m) for n, m in zip(shape, allowed, strict=True)):
        raise DyadsimError(
            f"The rule {rule.__qualname__} gives log-odds of shape {said.shape}, but they must broadcast to {allowed}: "
            f"next states, infant, mother, arousal, dyads."
        )
    return np.broadcast_to(said.astype(np.float64, copy=False).reshape(shape), (*shape[:4], dyads))


def _softmax(given: NDArray[np.float64], rule: Callable[..., Any]) -> Probabilities:
    with np.errstate(invalid="ignore"):
        weights = given - given.max(axis=0)
        np.exp(weights, out=weights)
    total = weights.sum(axis=0)
    if not np.isfinite(total).all():
        i, m, a, dyad = (int(n) for n in np.argwhere(~np.isfinite(total))[0])
        odds = np.array2string(given[:, i, m, a, dyad], precision=3, separator=", ")
        raise DyadsimError(
            f"The rule {rule.__qualname__} gives no probabilities for infant {ICEP.infant_names[i]}, "
            f"mother {ICEP.mother_names[m]}, arousal {a} (dyad {dyad}): its log-odds there are {odds}, but must be "
            f"finite (or -inf for what never happens, not for all)."
        )
    weights /= total
    return weights
