"""Attachment at twelve months: secure, avoidant, resistant or disorganised, by a multinomial logit.

What pulls where is declared here, sparse and signed, as the arrows between slow states are; the sizes are parameters of
:mod:`dyadsim.theory.dynamics`. The four classes are those of the Strange Situation (Ainsworth et al. 1978; Main &
Solomon 1990).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CLASSES", "PREDICTORS", "PULLS", "SECURE", "WEEK", "Pull", "chances", "drawn"]

CLASSES = ("secure", "avoidant", "resistant", "disorganised")
SECURE = CLASSES[0]
WEEK = 52
"""The week of his life at whose start attachment is drawn."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Pull:
    """One predictor of a class, against secure: it raises (+1) or lowers (-1) the log-odds."""

    predictor: str
    to: str
    sign: int
    evidence: tuple[str, ...] = ("assumed",)

    @property
    def name(self) -> str:
        """``predictor -> class``."""
        return f"{self.predictor} -> {self.to}"


PULLS: dict[str, Pull] = {
    pull.name: pull
    for pull in (
        Pull("expectation", "avoidant", -1, ("R011", "R038")),
        Pull("sensitivity", "avoidant", -1, ("R015", "R020")),
        Pull("reflective_functioning", "avoidant", -1, ("R018",)),
        Pull("history", "avoidant", -1, ("R021",)),
        Pull("negativity", "avoidant", +1, ("R036",)),
        Pull("expectation", "resistant", -1, ("R011", "R038")),
        Pull("sensitivity", "resistant", -1, ("R015", "R020")),
        Pull("reflective_functioning", "resistant", -1, ("R018",)),
        Pull("history", "resistant", -1, ("R021",)),
        Pull("negativity", "resistant", +1, ("R036", "R037")),
        Pull("expectation", "disorganised", -1, ("R011", "R038")),
        Pull("sensitivity", "disorganised", -1, ("R015", "R020")),
        Pull("reflective_functioning", "disorganised", -1, ("R018",)),
        Pull("history", "disorganised", -1, ("R021",)),
        Pull("frightening", "disorganised", +1, ("R012", "R022")),
        Pull("negativity", "disorganised", +1, ("R036",)),
    )
}
"""What pulls on which class, by ``predictor -> class``."""

PREDICTORS: tuple[str, ...] = tuple(dict.fromkeys(pull.predictor for pull in PULLS.values()))
"""All that pulls on a class, each once."""


def chances(predictors: Mapping[str, Numbers], sizes: Mapping[str, float]) -> Numbers:
    """(4, dyads) chances of the classes.

    Parameters
    ----------
    predictors : by name (dyads,), standard scores.
    sizes : by ``predictor -> class`` (log-odds per standard score, 0 or more) and by class (log-odds against secure of
        a dyad with all scores 0).
    """
    dyads = len(next(iter(predictors.values())))
    # Log-odds against secure, which itself stays at 0: those of a dyad with all scores 0, and what pulls on each class.
    log_odds = np.zeros((len(CLASSES), dyads))
    for k, each in enumerate(CLASSES[1:], start=1):
        log_odds[k] = sizes[each]
    for name, pull in PULLS.items():
        log_odds[CLASSES.index(pull.to)] += pull.sign * sizes[name] * predictors[pull.predictor]
    # Softmax; taking off the largest changes no chance and keeps exp within range.
    weights = np.exp(log_odds - log_odds.max(axis=0))
    return weights / weights.sum(axis=0)


def drawn(shares: Numbers, uniforms: Numbers) -> NDArray[np.int64]:
    """(dyads,) class of each dyad, by its number in :data:`CLASSES`.

    Parameters
    ----------
    shares : (4, dyads) chances of the classes (:func:`chances`).
    uniforms : (dyads,) draws from 0 to 1.
    """
    # The class in whose part of the line from 0 to 1 the draw falls: how many of the cumulated chances it is above.
    return (uniforms[None] >= np.cumsum(shares, axis=0)[:-1]).sum(axis=0)
