"""Rule sets: the pair of rules that a run follows, checked, and what rules see of a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown
from ..people.cohort import Cohort, declared
from ..theory.coefficients import COEFFICIENTS
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from ..theory.traits import Trait

__all__ = ["RuleView", "Rules", "users_classes"]

_OURS = ("dyadsim.", "mesa.", "builtins")
_BEHAVIOUR = {"__init__", "decide", "advance", "choose", "draw", "context", "step"}
"""What a class of agents may override beside its rule; Mesa alone follows it."""


class RuleView(SimpleNamespace):
    """Traits (dyads,) and coefficients as a rule sees them: attributes of what it takes as ``traits``."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise unknown("trait or coefficient in a rule:", name, vars(self))


@dataclass(frozen=True)
class Rules:
    """Pair of rules that a run follows, the infant's and that of the caregiver who plays with him.

    Raises
    ------
    DyadsimError
        if one is no class of rules, or a class that overrides none.
    """

    infant: type[InfantRules] = InfantRules
    mother: type[CaregiverRules] = MotherRules

    def __post_init__(self) -> None:
        pairs = (
            ("infant", self.infant, InfantRules, InfantRules),
            ("mother", self.mother, CaregiverRules, MotherRules),
        )
        for who, rule, base, usual in pairs:
            if not (isinstance(rule, type) and issubclass(rule, base)):
                raise DyadsimError(f"{who} must be a class made from ds.{usual.__name__}, not {rule!r:.60}.")
            defined = _names_users_define(rule)
            methods = [name for name, value in vars(base).items() if isinstance(value, staticmethod)]
            if defined and not defined & {*methods, *_BEHAVIOUR, "extra_traits"}:
                raise DyadsimError(f"{rule.__name__} changes no rule: override {' or '.join(methods)}.")

    @property
    def extra_traits(self) -> tuple[Trait, ...]:
        """The traits that the rules declare beside the shipped ones."""
        return (*declared(self.infant.extra_traits), *declared(self.mother.extra_traits))

    @property
    def beyond_rules(self) -> dict[str, list[str]]:
        """Behaviour of agents beside their rules, by ``infant`` and ``mother``: the names that the classes override."""
        found = {who: sorted(_names_users_define(getattr(self, who)) & _BEHAVIOUR) for who in ("infant", "mother")}
        return {who: names for who, names in found.items() if names}

    def alone(self) -> Rules:
        """These rules, where rules alone are followed: behaviour that only Mesa agents would show is refused."""
        for who, names in self.beyond_rules.items():
            raise DyadsimError(
                f"{getattr(self, who).__name__} overrides '{names[0]}', which only the Mesa model follows; law and "
                f"engine follow rules alone, so run it as ds.DyadModel({who}={getattr(self, who).__name__})."
            )
        return self

    def traits_of(self, cohort: Cohort) -> dict[str, NDArray[np.float64]]:
        """Traits (dyads,) of a cohort by name, read-only; the default of those that a rule declares and it lacks."""
        traits = {t.name: np.full(len(cohort), t.default) for t in self.extra_traits} | dict(cohort.traits)
        seen = {name: values.view() for name, values in traits.items()}
        for values in seen.values():
            values.setflags(write=False)  # rules say, they change nothing
        return seen

    def view(self, cohort: Cohort) -> RuleView:
        """Traits and coefficients as rules see them; a coefficient with a number a state stands on the first axis."""
        view: dict[str, Any] = dict(self.traits_of(cohort))
        for name, value in cohort.coefficients.items():
            view[name] = value.reshape(-1, 1, 1, 1, 1) if COEFFICIENTS[name].states else value
        return RuleView(**view)


def users_classes(rule: type) -> list[type]:
    """Classes that a user wrote: the class of rules, and those between it and ours."""
    return [each for each in rule.__mro__ if not each.__module__.startswith(_OURS)]


def _names_users_define(rule: type) -> set[str]:
    """Names that a user's class of rules, or one between it and ours, defines."""
    return {name for each in users_classes(rule) for name in vars(each)}
