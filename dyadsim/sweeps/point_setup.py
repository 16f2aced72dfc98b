"""Factors: what a sweep varies, and how the dyads of a point live once its factors are set.

A factor is called by its name: a trait or coefficient (``sensitivity``), a parameter of the weeks (``rate of
depression``), ``shift of sensitivity``, ``share of poverty``, ``dose of video-feedback``, ``paradigm``. One function
for each kind of name sets it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..common.errors import DyadsimError, unknown
from ..common.random_numbers import DIGITS
from ..interaction.rule_set import Rules
from ..people.cohort import Cohort, check_cohort
from ..people.population import LivesUnder
from ..people.risks_and_support import setting_named
from ..scenarios.arms import Offers
from ..scenarios.scenario import Scenario
from ..theory.coefficients import COEFFICIENTS, Coefficients
from ..theory.dynamics import PARAMETERS, Dynamics
from ..theory.parameter_sets import ParameterSet
from ..theory.traits import TRAITS
from .factor import Level
from .session_base import Interaction

__all__ = ["Setup", "is_whole", "known_names"]


@dataclass(frozen=True)
class Setup:
    """A base, with what some factors make of it.

    Attributes
    ----------
    base : a session, or a scenario's weeks.
    rules : of interaction; their own traits can be factors too.
    by_hand : traits and coefficients that are set, by name.
    shifts : traits that are moved, by name and as far as the end of their range.
    weeks : parameters of the weeks that are set, by name.
    """

    base: Interaction | Scenario
    rules: Rules = field(default_factory=Rules)
    by_hand: Mapping[str, float] = field(default_factory=dict)
    shifts: Mapping[str, float] = field(default_factory=dict)
    weeks: Mapping[str, float] = field(default_factory=dict)

    def at(self, levels: Mapping[str, Level]) -> Setup:
        """With factors set to these levels.

        Raises
        ------
        DyadsimError
            for an unknown factor, one that this base has not, or a level that it cannot have.
        """
        setup = self
        for name, level in levels.items():
            setup = _setter(name, setup.rules)(setup, name, level)
        return setup

    def met(self, cohort: Cohort) -> Cohort:
        """Dyads as they are met, with what is set by hand and moved.

        Raises
        ------
        DyadsimError
            for a trait that is unknown, or set out of its range.
        """
        return check_cohort(cohort).shifted(self.shifts).replace(self.by_hand, extra_traits=self.rules.extra_traits)

    def parameters(self, given: ParameterSet | None) -> ParameterSet | None:
        """The parameters of the model: ``given`` (None: the calibrated ones), some of the weeks set."""
        if not self.weeks:
            return given
        own = given or ParameterSet(-1, Coefficients.default(), Dynamics.default())
        return replace(own, dynamics=own.dynamics.replace(dict(self.weeks)))


Setter = Callable[[Setup, str, Any], Setup]


def _number(name: str, level: Level) -> float:
    if isinstance(level, str):
        raise DyadsimError(f"Factor '{name}' is set to numbers, not to '{level}'.")
    return float(level)


def _by_hand(setup: Setup, name: str, level: Level) -> Setup:
    return replace(setup, by_hand={**setup.by_hand, name: _number(name, level)})


def _shift(setup: Setup, name: str, level: Level) -> Setup:
    by = round(_number(name, level), DIGITS)
    return replace(setup, shifts={**setup.shifts, name.removeprefix(_OF["shift"]): by})


def _of_weeks(setup: Setup, name: str, level: Level) -> Setup:
    number = _number(name, level)
    if not isinstance(setup.base, Scenario) and not setup.base.risks and not setup.base.support:
        raise DyadsimError(f"Factor '{name}' is a parameter of the weeks; a sweep of single sessions has none.")
    Dynamics.default().replace({name: number})
    return replace(setup, weeks={**setup.weeks, name: number})


def _of_base(setup: Setup, name: str, level: Level) -> Setup:
    if name not in type(setup.base).model_fields:
        other = "a scenario" if isinstance(setup.base, Interaction) else "a session"
        raise DyadsimError(f"Factor '{name}' is of {other}, which this sweep does not have.")
    if is_whole(name):
        level = int(_number(name, level))
    elif not isinstance(level, str):
        raise DyadsimError(f"Factor '{name}' is set to names, not to {level:g}.")
    return replace(setup, base=setup.base.changed({name: level}))


def _share(setup: Setup, name: str, level: Level) -> Setup:
    setting, share = name.removeprefix(_OF["share"]), _number(name, level)
    if not 0 <= share <= 1:
        raise DyadsimError(f"Factor '{name}' is a share from 0 to 1, not {share:g}.")
    part = "risks" if setting_named(setting).kind == "risk" else "support"
    others = tuple(each for each in getattr(setup.base, part) if each.setting != setting)
    lived = (*others, LivesUnder(setting=setting, share=share)) if share > 0 else others
    return replace(setup, base=setup.base.changed({part: lived}))


def _offer(setup: Setup, name: str, level: Level) -> Setup:
    """Change one thing of an intervention wherever the scenario offers it, to its twins too."""
    key = next(key for key in _OFFER if name.startswith(_OF[key]))
    entry = name.removeprefix(_OF[key])
    if not isinstance(setup.base, Scenario):
        raise DyadsimError(f"Factor '{name}' is of a scenario with interventions, which this sweep does not have.")
    number = int(_number(name, level)) if is_whole(name) else _number(name, level)
    base, found = setup.base, []

    def changed(offers: Offers) -> Offers:
        named = [each.completed().entry.name for each in offers]
        found.extend(named)
        return tuple(
            each.changed({key: number}) if own == entry else each for each, own in zip(offers, named, strict=True)
        )

    changes = {"interventions": changed(base.interventions)}
    twins = [
        twin if twin.interventions is None else twin.changed({"interventions": changed(twin.interventions)})
        for twin in base.twins
    ]
    if entry not in found:
        raise unknown("intervention of the scenario:", entry, found or ["none"])
    return replace(setup, base=base.changed({**changes, **({"twins": tuple(twins)} if twins else {})}))


_OFFER = ("dose", "uptake", "attendance", "drop_out", "start_week")
_OF = {key: f"{key} of " for key in ("shift", "share", *_OFFER)}
_BASE = ("population", "paradigm", "seconds", "days")


def is_whole(name: str) -> bool:
    """Whether a factor is set to whole numbers only."""
    return name in ("seconds", "days") or name.startswith(_OF["start_week"])


def _setter(name: str, rules: Rules) -> Setter:
    of = next((key for key, start in _OF.items() if name.startswith(start)), "")
    if of:
        return {"shift": _shift, "share": _share}.get(of, _offer)
    if name in _BASE:
        return _of_base
    if name in PARAMETERS:
        return _of_weeks
    own = [trait.name for trait in rules.extra_traits]
    if name not in (*TRAITS, *own) and name.partition(".")[0] not in COEFFICIENTS:
        raise unknown("factor", name, [*TRAITS, *own, *COEFFICIENTS, *known_names()])
    return _by_hand


def known_names() -> list[str]:
    """The names of factors beside traits, coefficients and parameters of the weeks, as they are written."""
    return [*_BASE, "shift of TRAIT", "share of SETTING", *(f"{_OF[key]}INTERVENTION" for key in _OFFER)]
