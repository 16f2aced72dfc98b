"""Setup of a point: what the base of a sweep becomes once its factors are set, kind of factor by kind.

A factor is called by its name: a trait or coefficient (``sensitivity``), a weekly parameter (``rate of
depression``), or one of those that :func:`known_names` lists (``shift of sensitivity``, ``share of poverty``, ``dose of
video-feedback``, ``paradigm``). The name is taken apart once, by :func:`target_of`; :data:`KINDS` has a line and a
function for each kind.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace

from ..common.errors import DyadsimError, unknown
from ..common.random_numbers import DIGITS
from ..interaction.rule_set import Rules
from ..people.cohort import Cohort, check_cohort
from ..people.population import LivesUnder
from ..people.risks_and_support import Setting
from ..scenarios.arms import Offers
from ..scenarios.scenario import Scenario
from ..theory.coefficients import COEFFICIENTS, Coefficients
from ..theory.dynamics import PARAMETERS, Dynamics
from ..theory.parameter_sets import ParameterSet
from ..theory.traits import TRAITS
from .factor import Level
from .session_base import Interaction

__all__ = ["KINDS", "FactorKind", "Setup", "Target", "known_names", "target_of"]


@dataclass(frozen=True)
class Setup:
    """A base, with what some factors make of it.

    Attributes
    ----------
    base : a session, or a scenario's weeks.
    rules : of interaction; traits that a user's rules add can be factors too.
    by_hand : traits and coefficients that are set, by name.
    shifts : by how much traits are shifted, by name; they stop at the end of their range.
    weekly_parameters : those that are set, by name.
    """

    base: Interaction | Scenario
    rules: Rules = field(default_factory=Rules)
    by_hand: Mapping[str, float] = field(default_factory=dict)
    shifts: Mapping[str, float] = field(default_factory=dict)
    weekly_parameters: Mapping[str, float] = field(default_factory=dict)

    def at(self, levels: Mapping[str, Level]) -> Setup:
        """The setup with factors set to these levels.

        Raises
        ------
        DyadsimError
            for an unknown factor, one that this base has not, or a level that it cannot have.
        """
        setup = self
        for name, level in levels.items():
            target = target_of(name)
            setup = target.kind.sets(setup, target, level)
        return setup

    def applied_to(self, cohort: Cohort) -> Cohort:
        """The dyads of a cohort, with what is set by hand, and shifted.

        Raises
        ------
        DyadsimError
            for a trait that is unknown, or set out of its range.
        """
        return check_cohort(cohort).shifted(self.shifts).replace(self.by_hand, extra_traits=self.rules.extra_traits)

    def parameters(self, given: ParameterSet | None) -> ParameterSet | None:
        """The parameters of the model: ``given`` (None: the calibrated ones), some weekly parameters set."""
        if not self.weekly_parameters:
            return given
        usual = given or ParameterSet(-1, Coefficients.default(), Dynamics.default())
        return replace(usual, dynamics=usual.dynamics.replace(dict(self.weekly_parameters)))


# A factor's name ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FactorKind:
    """A kind of factor: which names it knows, how it sets a level, and whether it takes whole numbers only.

    Attributes
    ----------
    called : as docs list it: a word alone (``paradigm``), or one before an object in capitals (``share of SETTING``);
        empty for names that stand for themselves.
    sets : gives a setup with a factor of this kind at a level.
    whole : whether its levels are whole numbers.
    among : the names that stand for themselves.
    """

    called: str
    sets: Callable[[Setup, Target, Level], Setup]
    whole: bool = False
    among: Container[str] = ()

    @property
    def word(self) -> str:
        """What every name of this kind begins with: ``share``, ``paradigm``."""
        return self.called.partition(" of ")[0]

    def object_in(self, name: str) -> str | None:
        """What a name of this kind sets (``poverty`` in ``share of poverty``); None for a name of another kind."""
        if " of " in self.called:
            start = f"{self.word} of "
            return name.removeprefix(start) if name.startswith(start) else None
        return name if name == self.called or name in self.among else None


@dataclass(frozen=True)
class Target:
    """What a factor's name stands for: its kind, and the object that it sets.

    Attributes
    ----------
    name : as it is written, ``share of poverty``.
    object : ``poverty``.
    """

    name: str
    kind: FactorKind
    object: str

    def number(self, level: Level) -> float:
        """The level as a number, whole where the kind asks for it.

        Raises
        ------
        DyadsimError
            for a name, or a part of a whole.
        """
        if isinstance(level, str):
            raise DyadsimError(f"Factor '{self.name}' is set to numbers, not to '{level}'.")
        if self.kind.whole and level != int(level):
            raise DyadsimError(f"Factor '{self.name}' is set to whole numbers, not to {level:g}.")
        return int(level) if self.kind.whole else float(level)


@functools.cache
def target_of(name: str) -> Target:
    """A factor's name, taken apart; one that no other kind knows is of a trait or coefficient."""
    for kind in KINDS:
        if (found := kind.object_in(name)) is not None:
            return Target(name, kind, found)
    return Target(name, _TRAITS_AND_COEFFICIENTS, name)


def known_names() -> list[str]:
    """The names of factors beside traits, coefficients and weekly parameters, as they are written."""
    return [kind.called for kind in KINDS if kind.called]


# How each kind sets a level -------------------------------------------------------------------------------------------


def _by_hand(setup: Setup, target: Target, level: Level) -> Setup:
    name, traits = target.object, [*TRAITS, *(trait.name for trait in setup.rules.extra_traits)]
    if name not in traits and name.partition(".")[0] not in COEFFICIENTS:
        raise unknown("factor", name, [*traits, *COEFFICIENTS, *known_names()])
    return replace(setup, by_hand={**setup.by_hand, name: target.number(level)})


def _shift(setup: Setup, target: Target, level: Level) -> Setup:
    return replace(setup, shifts={**setup.shifts, target.object: round(target.number(level), DIGITS)})


def _weekly_parameter(setup: Setup, target: Target, level: Level) -> Setup:
    number = target.number(level)
    # Risks and support shift traits through weekly parameters, so a session has these where it has any of those.
    if not isinstance(setup.base, Scenario) and not setup.base.risks and not setup.base.support:
        raise DyadsimError(f"Factor '{target.name}' is a parameter of the weeks; a sweep of single sessions has none.")
    Dynamics.default().replace({target.object: number})
    return replace(setup, weekly_parameters={**setup.weekly_parameters, target.object: number})


def _of_base(setup: Setup, target: Target, level: Level) -> Setup:
    """Set one field of the session or the scenario."""
    if target.object not in type(setup.base).model_fields:
        other = "a scenario" if isinstance(setup.base, Interaction) else "a session"
        raise DyadsimError(f"Factor '{target.name}' is of {other}, which this sweep does not have.")
    if target.kind.whole:
        level = target.number(level)
    elif not isinstance(level, str):
        raise DyadsimError(f"Factor '{target.name}' is set to names, not to {level:g}.")
    return replace(setup, base=setup.base.changed({target.object: level}))


def _share(setup: Setup, target: Target, level: Level) -> Setup:
    """Let a share of the dyads live under a risk or with a support."""
    setting, share = target.object, target.number(level)
    if not 0 <= share <= 1:
        raise DyadsimError(f"Factor '{target.name}' is a share from 0 to 1, not {share:g}.")
    part = "risks" if Setting.load(setting).kind == "risk" else "support"
    others = tuple(each for each in getattr(setup.base, part) if each.setting != setting)
    under = (*others, LivesUnder(setting=setting, share=share)) if share > 0 else others
    return replace(setup, base=setup.base.changed({part: under}))


def _offer(setup: Setup, target: Target, level: Level) -> Setup:
    """Change one thing of an intervention wherever the scenario offers it, to its twins too."""
    base = setup.base
    if not isinstance(base, Scenario):
        raise DyadsimError(
            f"Factor '{target.name}' is of a scenario with interventions, which this sweep does not have."
        )
    number, found = target.number(level), []

    def changed(offers: Offers) -> Offers:
        named = [each.completed().entry.name for each in offers]
        found.extend(named)
        return tuple(
            each.changed({target.kind.word: number}) if name == target.object else each
            for each, name in zip(offers, named, strict=True)
        )

    changes = {"interventions": changed(base.interventions)}
    twins = [
        twin if twin.interventions is None else twin.changed({"interventions": changed(twin.interventions)})
        for twin in base.twins
    ]
    if target.object not in found:
        raise unknown("intervention of the scenario:", target.object, found or ["none"])
    return replace(setup, base=base.changed({**changes, **({"twins": tuple(twins)} if twins else {})}))


KINDS = (
    FactorKind("population", _of_base),
    FactorKind("paradigm", _of_base),
    FactorKind("seconds", _of_base, whole=True),
    FactorKind("days", _of_base, whole=True),
    FactorKind("shift of TRAIT", _shift),
    FactorKind("share of SETTING", _share),
    FactorKind("dose of INTERVENTION", _offer),
    FactorKind("uptake of INTERVENTION", _offer),
    FactorKind("attendance of INTERVENTION", _offer),
    FactorKind("drop_out of INTERVENTION", _offer),
    FactorKind("start_week of INTERVENTION", _offer, whole=True),
    FactorKind("", _weekly_parameter, among=PARAMETERS),
)
"""The kinds of factors that are known by their names; whatever is called otherwise is a trait or a coefficient."""

_TRAITS_AND_COEFFICIENTS = FactorKind("", _by_hand)
"""Which of these there are depends on the rules of a run, so they are looked up when they are set."""
