"""Arrows cut: a fitted dyad of whom one no longer follows the other.

Who does not follow goes by the average of their own chances over all that the other may be doing, weighted by how
often the two are seen so together. So their own shares and bouts stay nearly as they are; those of the other may
change, since they follow from these. A mechanism is taken away, where shuffled partners only take away the pair.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..common.errors import unknown
from ..interaction.tables import CONTEXT_SHAPE, Tables

__all__ = ["ARROWS", "without_arrow"]

Numbers = NDArray[np.float64]
ARROWS = {"mother": "her not following him", "infant": "him not following her"}
"""Who may no longer follow the other, and how that is told."""
_SELDOM = 1e-9
"""Weight of what is hardly ever seen, so that every average has something to be made of."""


def without_arrow(tables: Tables, who: str, time: Numbers) -> Tables:
    """Tables of one dyad in which the mother, or the infant, no longer follows the other.

    Parameters
    ----------
    tables : of one dyad.
    who : ``mother`` or ``infant``.
    time : (5, 6, inner) share of time in each context.

    Raises
    ------
    DyadsimError
        if there is no such arrow.
    """
    if who not in ARROWS:
        raise unknown("arrow to cut: of", who, ARROWS)
    weights = time + _SELDOM
    if who == "mother":  # over his states and what he is like inside, for each state of hers
        return replace(tables, mother=_averaged(tables.mother, weights, (1, 3)))
    # Over her states, for each of his and each inner state: next state, arousal and attention alike.
    infant, arousal, attention = (
        _averaged(part, weights, (2,)) for part in (tables.infant, tables.arousal, tables.attention)
    )
    return replace(tables, infant=infant, arousal=arousal, attention=attention)


def _averaged(part: Numbers, weights: Numbers, over: tuple[int, ...]) -> Numbers:
    """Chances (next states, infant, mother, inner, 1) averaged over some axes of the context."""
    whole = np.broadcast_to(part, (len(part), *CONTEXT_SHAPE, 1))
    each = weights[None, ..., None]
    return (whole * each).sum(axis=over, keepdims=True) / each.sum(axis=over, keepdims=True)
