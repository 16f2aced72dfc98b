"""Attention and withdrawal: looking at her arouses him, and as arousal rises he looks away, whatever she does.

Brazelton, Koslowski & Main (1974), cycles of attention and withdrawal; Field (1981), an infant's gaze aversion follows
his heart rate. She follows him as the shipped rule says. How strong both steps are is assumed.
"""

import numpy as np

import dyadsim as ds
from dyadsim.theory.theories.no_contingency import Infant as InfantAlone

LOOKING = np.array([name in ("monitor", "positive") for name in ds.ICEP.infant_names])

Mother = ds.MotherRules


class Infant(InfantAlone):
    """Infant whose arousal alone turns his attention to her and away; it has no persistence of its own."""

    extra_traits = (
        ds.Trait("withdrawal", "infant", 3.0, 0.0, 12.0, "log-odds per level", "how arousal turns his attention away"),
        ds.Trait("turning_point", "infant", 1.5, -1.0, 5.0, "level of arousal", "above it he rather looks away"),
        ds.Trait("looking_arouses", "infant", 1.0, 0.0, 8.0, "log-odds", "how looking at her raises his arousal"),
    )

    @staticmethod
    def attention(traits, context):  # type: ignore[no-untyped-def]
        """Log-odds that his attention is with her: the less, the more he is aroused."""
        return traits.withdrawal * (traits.turning_point - context.arousal)

    @staticmethod
    def arousal_change(traits, context):  # type: ignore[no-untyped-def]
        """Log-odds of his arousal falling and rising: it rises while he looks at her."""
        falling, rising = InfantAlone.arousal_change(traits, context)
        return falling, rising + traits.looking_arouses * LOOKING[context.infant]
