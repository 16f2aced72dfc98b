"""Provenance of a simulated session: all that is needed to play it again."""

from __future__ import annotations

import hashlib
import inspect
from dataclasses import asdict
from typing import Any

from .. import __version__
from ..common.random_numbers import SessionLuck
from ..people.cohort import Cohort
from ..theory.rules import CaregiverRules, MotherRules, PartnerRules
from .paradigms import Paradigm
from .rule_set import Rules, users_classes
from .tables import probe

__all__ = ["provenance"]


def provenance(cohort: Cohort, paradigm: Paradigm, rules: Rules, luck: SessionLuck) -> dict[str, Any]:
    """Provenance of a simulated session: all it was made of; with the cohort's traits it can be made again.

    Parameters
    ----------
    cohort, paradigm, rules, luck : of the session.

    Returns
    -------
    In plain values; with ``beyond_rules``, by ``infant`` and ``mother``, where Mesa agents did more than rules say.
    """
    behaviour = {who: _told(getattr(rules, who), names) for who, names in rules.beyond_rules.items()}
    methods = (rules.infant.preferences, rules.infant.arousal_change)
    return {
        "dyadsim": __version__,
        "population": cohort.population,
        "cohort_seed": cohort.seed,
        "dyads": len(cohort),
        "paradigm": paradigm.model_dump(),
        "seconds": paradigm.seconds,
        "rules": [*(method.__qualname__ for method in methods), _of_caregiver(rules.mother)],
        "tables": probe(rules),
        "coefficients": cohort.coefficients.changes(),
        **({"beyond_rules": behaviour} if behaviour else {}),
        **asdict(luck),
    }


def _of_caregiver(rule: type[CaregiverRules]) -> str:
    """The rule of a caregiver by name; the shipped one by that of who follows it, mother or partner."""
    shipped = rule.preferences is CaregiverRules.preferences
    who = next((each for each in rule.__mro__ if each in (MotherRules, PartnerRules)), CaregiverRules)
    return f"{who.__name__}.preferences" if shipped else rule.preferences.__qualname__


def _told(agent: type, overrides: list[str]) -> dict[str, Any]:
    """What an agent does beside its rule: its class by module and name, what that overrides, a hash of its source.

    The hash, over all of the user's classes that it is made of, is None where Python cannot find a source.
    """
    try:
        source = "".join(inspect.getsource(each) for each in users_classes(agent))
    except (OSError, TypeError):
        source = None
    digest = None if source is None else hashlib.sha256(source.encode()).hexdigest()[:16]
    return {"class": f"{agent.__module__}.{agent.__qualname__}", "overrides": overrides, "source": digest}
