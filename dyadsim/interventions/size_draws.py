"""Draws of what an intervention's sizes may be: how far the evidence, or the lack of it, leaves them open.

A size with a published interval is drawn from the normal distribution that has it as its 95 %. Where no interval is
known, the spread is a share of the size that depends on what it rests on (:data:`SPREAD`, assumed). How far a state is
pushed for a drawn size is so many times the push of the declared one (:mod:`dyadsim.development.push_sizes`).
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ..common.effect_size import BOUND
from ..common.random_numbers import WeeklyLuck
from .catalogue import Effect, Intervention

__all__ = ["SPREAD", "drawn", "spread_of"]

SPREAD = {"measured": 0.25, "borrowed": 0.5, "assumed": 0.75}
"""Standard deviation of a size without an interval, as a share of it (assumed)."""
_WITHIN = 0.95  # draws come from the middle of the distribution: no programme is as odd as one in forty
_LARGEST = 3.0


def spread_of(effect: Effect) -> float:
    """The standard deviation of what a size may be.

    Parameters
    ----------
    effect : of an intervention.
    """
    if effect.interval is not None:
        low, high = effect.interval
        return (high - low) / (2 * BOUND)
    return SPREAD[effect.grounding] * abs(effect.size)


def drawn(entry: Intervention, number: int) -> Intervention:
    """An intervention with other sizes, of which its evidence might have been; a size of 0 stays 0.

    Parameters
    ----------
    entry : of the catalogue.
    number : of the draw, from 0; the same gives the same sizes, whatever else is drawn.

    Examples
    --------
    >>> entry = ds.Intervention.load("peer-support")
    >>> [effect.size for effect in drawn(entry, 3).effects]
    """
    luck, unit = WeeklyLuck(), np.array([number], dtype=np.int64)
    effects = []
    for effect in entry.effects:
        uniform = float(luck.outcome(unit, f"size of {entry.name} on {effect.state}")[0])
        off = float(ndtri((1 - _WITHIN) / 2 + _WITHIN * uniform)) * spread_of(effect)
        size = round(float(np.clip(effect.size + off, -_LARGEST, _LARGEST)), 4)
        if effect.size:
            effect = effect.model_copy(update={"size": size, "interval": None, "declared": effect.size})
        effects.append(effect)
    return entry.model_copy(update={"effects": tuple(effects)})
