"""Provenance of a simulated session: all that is needed to play it again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .. import __version__
from ..common.random_numbers import SessionLuck
from ..people.cohort import Cohort
from .paradigms import Paradigm
from .rule_set import Rules
from .tables import probe

__all__ = ["provenance"]


def provenance(cohort: Cohort, paradigm: Paradigm, rules: Rules, luck: SessionLuck) -> dict[str, Any]:
    """Provenance of a simulated session: all it was made of; with the cohort's traits it can be made again.

    Parameters
    ----------
    cohort, paradigm, rules, luck : of the session.
    """
    methods = (rules.infant.preferences, rules.infant.arousal_change, rules.mother.preferences)
    return {
        "dyadsim": __version__,
        "population": cohort.population,
        "cohort_seed": cohort.seed,
        "dyads": len(cohort),
        "paradigm": paradigm.model_dump(),
        "seconds": paradigm.seconds,
        "rules": [method.__qualname__ for method in methods],
        "tables": probe(rules),
        "coefficients": cohort.coefficients.changes(),
        **asdict(luck),
    }
