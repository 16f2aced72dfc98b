"""No interactive contingency: each goes on as they were, and neither follows the other; what looks like it is chance.

The null of Cohn & Tronick (1988, doi 10.1037/0012-1649.24.3.386) and of Gottman & Ringland (1981):
two partners, each with a rhythm of their own.
"""

import copy
from typing import Any

import dyadsim as ds


def _without(traits: Any, *coefficients: str) -> Any:
    """What a rule sees, with some coefficients at 0."""
    seen = copy.copy(traits)
    for name in coefficients:
        setattr(seen, name, 0.0)
    return seen


class Infant(ds.InfantRules):
    """Infant whom nothing that she does moves."""

    @staticmethod
    def preferences(traits, context):  # type: ignore[no-untyped-def]
        """Log-odds of his next state, of which hers is no part."""
        return ds.InfantRules.preferences(_without(traits, "infant_contingency", "absence_effect"), context)

    @staticmethod
    def attention(traits, context):  # type: ignore[no-untyped-def]
        """Log-odds that his attention is with her, whether she answers or not."""
        return ds.InfantRules.attention(_without(traits, "answer_holds", "bids"), context)

    @staticmethod
    def arousal_change(traits, context):  # type: ignore[no-untyped-def]
        """Log-odds of his arousal falling and rising, whether she answers or not."""
        return ds.InfantRules.arousal_change(_without(traits, "answer_calms", "absence_arouses"), context)


class Mother(ds.MotherRules):
    """Mother whom nothing that he does moves."""

    @staticmethod
    def preferences(traits, context):  # type: ignore[no-untyped-def]
        """Log-odds of her next state, of which his is no part."""
        return ds.MotherRules.preferences(_without(traits, "mother_contingency"), context)
