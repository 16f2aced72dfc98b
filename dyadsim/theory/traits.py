"""Traits of dyads, each described once: name, range, unit, meaning and source.

A *trait* differs between dyads; what is one number for all, and says how strongly traits act in the rules, is a
*coefficient* (:mod:`dyadsim.theory.coefficients`). Checks of what is given, sliders and tables are made from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.user_numbers import numbers_within

__all__ = ["ASSUMED", "TRAITS", "Trait"]

Values = NDArray[np.float64]
ASSUMED = "assumed"
"""What a value rests on that nobody has measured: a declared assumption."""


@dataclass(frozen=True)
class Trait:
    """What differs between dyads and stays as it is within a session.

    Attributes
    ----------
    name : by which rules and users know it.
    of : *infant* or *mother*.
    default : where nothing else is said.
    low, high : its range, both ends included.
    unit : of standard scores, 0 is the community mean and 1 a community standard deviation.
    meaning : in a few words.
    source : what its range and meaning rest on.
    """

    name: str
    of: str
    default: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str = ASSUMED

    def __post_init__(self) -> None:
        self.check(self.default)

    def check(self, values: Any) -> Values:
        """``values`` as floats within the range.

        Raises
        ------
        DyadsimError
            if one of them is no number or lies outside.
        """
        return numbers_within(f"Trait '{self.name}'", values, self.low, self.high, self.unit)


def _score(name: str, of: str, meaning: str, source: str = ASSUMED) -> Trait:
    """A trait in standard scores, within four standard deviations of the community mean."""
    return Trait(name, of, 0.0, -4.0, 4.0, "standard score", meaning, source)


TRAITS: dict[str, Trait] = {
    trait.name: trait
    for trait in (
        Trait("age", "infant", 39.0, 0.0, 104.0, "weeks", "age since term (corrected age for a preterm infant)"),
        _score("negativity", "infant", "temperament: how readily he is distressed"),
        _score("sociability", "infant", "temperament: how readily he looks at her face and smiles"),
        _score("regulation", "infant", "how well he calms himself once aroused"),
        _score("expectation", "infant", "how far he counts on being answered again (expectation of repair)"),
        _score("infant_persistence", "infant", "self-contingency: how long he stays in a state"),
        _score("sensitivity", "mother", "perceiving his signal, reading it rightly, answering promptly and fittingly"),
        _score(
            "reflective_functioning",
            "mother",
            "thinking of him as having a mind: what lets her hold (contain) his distress",
        ),
        _score("stimulation", "mother", "how much she does with him: reserved when low, overstimulating when high"),
        _score("burden", "mother", "load of depressive, anxious and trauma symptoms and stress she carries into play"),
        _score("distraction", "mother", "pull of the phone and other demands on her attention"),
        _score("mother_persistence", "mother", "self-contingency: how long she stays in a state"),
    )
}
"""The traits that the shipped rules know, by name."""
