"""Folds: what a model is fitted to, what it then foretells, and how well."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np

from ..common.errors import DyadsimError
from .coded_sequences import Sequence

__all__ = ["Fold", "by_dyad", "halves", "score_of_folds"]

Fold = tuple[list[Sequence], list[Sequence]]
_MOST = 10


def halves(sequences: list[Sequence]) -> list[Fold]:
    """Either half of every session in which both have something to score, foretold from the other halves.

    Raises
    ------
    DyadsimError
        if no session is long enough.
    """
    pairs = [(one.cut(0, one.seconds // 2), one.cut(one.seconds // 2, one.seconds)) for one in sequences]
    kept = [pair for pair in pairs if all(half.comparable.any() for half in pair)]
    if not kept:
        raise DyadsimError("These sessions are too short to hold a half out.")
    first, second = (list(part) for part in zip(*kept, strict=True))
    return [(first, second), (second, first)]


def by_dyad(sequences: list[Sequence], dyads: list[Hashable]) -> list[Fold]:
    """Dyads, in up to ten groups, each foretold from the others.

    Raises
    ------
    DyadsimError
        if there is one dyad only.
    """
    if len(dyads) < 2:
        raise DyadsimError("There is one dyad only, so none can be held out; compare by 'time'.")
    number = min(_MOST, len(dyads))
    groups = [set(dyads[fold::number]) for fold in range(number)]
    return [
        ([one for one in sequences if one.dyad not in group], [one for one in sequences if one.dyad in group])
        for group in groups
    ]


def score_of_folds(folds: Iterable[list[tuple[float, int]]]) -> tuple[float, float]:
    """Mean log-likelihood of a second that was held out, and its standard error over what was held out in one piece.

    Parameters
    ----------
    folds : of each fold, of each session the log-likelihood of its seconds and how many they are.
    """
    pieces = np.array([piece for fold in folds for piece in fold], dtype=float).reshape(-1, 2)
    total, seconds = pieces.T
    mean = total.sum() / seconds.sum()
    # Pieces are of unequal length, so this is the error of a ratio (Cochran 1977, Sampling Techniques, ch. 6).
    off, number = total - mean * seconds, len(pieces)
    se = np.sqrt(number / (number - 1) * (off**2).sum()) / seconds.sum() if number > 1 else np.nan
    return float(mean), float(se)
