"""The dyad of an encounter as a cohort of one, made once for all that a page shows of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from ..interaction.rule_set import Rules
from ..people.cohort import Cohort
from ..scenarios.encounter import Encounter

__all__ = ["cohort_of"]

_WHO = {"population", "dyad", "risks", "support", "traits", "coefficients", "seed"}
"""The fields of an encounter that say who the dyad is; the others say what it does, under which luck."""
_KEPT = 64  # of all visitors; a dyad takes some kilobytes


@dataclass(frozen=True)
class _Asked:
    """An encounter and the rules; two are equal where the dyads are."""

    who: str
    rules: Rules
    encounter: Encounter = field(compare=False)


def cohort_of(encounter: Encounter, rules: Rules) -> Cohort:
    """The dyad of an encounter, as :meth:`Encounter.cohort` makes it; one that was made lately is given again.

    Raises
    ------
    DyadsimError
        as :meth:`Encounter.cohort` does.
    """
    return _made(_Asked(encounter.model_dump_json(include=_WHO), rules, encounter))


@functools.lru_cache(maxsize=_KEPT)
def _made(asked: _Asked) -> Cohort:
    return asked.encounter.cohort(asked.rules)
