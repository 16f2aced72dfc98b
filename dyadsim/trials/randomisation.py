"""Randomisation: which dyad of a replicate comes to which arm, by the luck that its number names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .trial_arms import Stratum, What

__all__ = ["allocated", "as_shared", "strata_of"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
_TO_THE_BETTER = (
    0.8  # chance that minimisation takes the arm that it prefers (Pocock & Simon 1975, doi 10.2307/2529712)
)


Draw = Callable[[str, int], Numbers]
"""Uniform draws for so many places of a list that has a name: those of fewer places are the first of those of more."""


def allocated(what: What, dyads: int, draw: Draw, site: Whole, strata: Sequence[Whole]) -> Whole:
    """Arms (dyads,) by their places, of the dyads of one replicate in the order in which they come.

    Parameters
    ----------
    what : arms and the way of allocation.
    dyads : how many.
    draw : luck of the lists by which they are allocated.
    site : (dyads,) number of each dyad's site.
    strata : for each stratum that is declared, (dyads,) the level of each dyad.
    """
    shares = np.array(what.shares)
    if what.allocation == "simple":
        return np.searchsorted(np.cumsum(shares)[:-1], draw("dyads", dyads), side="right")
    if what.allocation == "complete":
        return as_shared(shares, draw("dyads", dyads))
    if what.allocation == "blocked":
        return _blocks(shares, dyads, draw, what.dyads_of_block, "dyads")
    if what.allocation == "stratified":
        return _within(shares, dyads, draw, what.dyads_of_block, strata)
    if what.allocation == "minimised":
        return _minimised(shares, draw("dyads", dyads), draw("preferences", dyads), strata)
    assert what.sites is not None, "clusters are sites"
    return as_shared(shares, draw("sites", what.sites.number))[site]


def as_shared(shares: Numbers, luck: Numbers) -> Whole:
    """Arms (units,) of units of which each arm gets its share, as nearly as whole numbers can; luck says who.

    Parameters
    ----------
    shares : (arms,) that sum to 1.
    luck : (units,) uniform draws.

    Examples
    --------
    >>> as_shared(np.array([0.5, 0.5]), np.array([0.9, 0.1, 0.5, 0.2])).tolist()
    [1, 0, 1, 0]
    """
    # The k-th unit, in the order of its luck, is in the arm in whose part of the line from 0 to 1 its middle lies.
    middle = (np.arange(len(luck)) + 0.5) / len(luck)
    arms = np.empty(len(luck), dtype=np.int64)
    arms[np.argsort(luck, kind="stable")] = np.searchsorted(np.cumsum(shares)[:-1], middle, side="right")
    return arms


def _blocks(shares: Numbers, dyads: int, draw: Draw, block: int, name: str) -> Whole:
    """Arms (dyads,) in blocks of dyads that come one after another; the last may be cut off where they end."""
    blocks = draw(name, -(-dyads // block) * block).reshape(-1, block)
    return np.concatenate([as_shared(shares, each) for each in blocks])[:dyads]


def _within(shares: Numbers, dyads: int, draw: Draw, block: int, strata: Sequence[Whole]) -> Whole:
    """Blocks within each combination of strata."""
    arms, levels = np.empty(dyads, dtype=np.int64), np.column_stack(strata)
    for cell in np.unique(levels, axis=0):
        there = (levels == cell).all(axis=1)
        arms[there] = _blocks(shares, int(there.sum()), draw, block, f"stratum {' '.join(map(str, cell.tolist()))}")
    return arms


def _minimised(shares: Numbers, luck: Numbers, preferences: Numbers, strata: Sequence[Whole]) -> Whole:
    """Each dyad to the arm by which strata differ least, most of the time.

    How unlike arms are with the dyad in one of them is the sum, over strata, of the range over arms of the dyads with
    its level, each divided by the share of the arm.
    """
    arms = np.empty(len(luck), dtype=np.int64)
    so_far = [np.zeros((int(level.max()) + 1, len(shares))) for level in strata]
    for dyad in range(len(luck)):
        unlike = np.zeros(len(shares))
        for counts, level in zip(so_far, strata, strict=True):
            with_it = (counts[level[dyad]] + np.eye(len(shares))) / shares
            unlike += np.ptp(with_it, axis=1)
        best = np.flatnonzero(np.isclose(unlike, unlike.min()))
        others = np.setdiff1d(np.arange(len(shares)), best)
        among = best if preferences[dyad] < _TO_THE_BETTER or not len(others) else others
        part = np.cumsum(shares[among]) / shares[among].sum()
        arms[dyad] = among[np.searchsorted(part[:-1], luck[dyad], side="right")]
        for counts, level in zip(so_far, strata, strict=True):
            counts[level[dyad], arms[dyad]] += 1
    return arms


def strata_of(declared: Sequence[Stratum], site: Whole, age: Whole, readings: Mapping[str, Numbers]) -> list[Whole]:
    """Levels (dyads,) of each stratum that is declared.

    Parameters
    ----------
    declared : the strata.
    site, age : (dyads,) of each dyad.
    readings : (dyads,) by instrument, at the first visit.
    """
    known = {"site": site, "age": np.unique(age, return_inverse=True)[1].ravel()}
    return [
        known[each.by] if each.cut is None else (readings[each.by] >= each.cut).astype(np.int64) for each in declared
    ]
