"""Transitions of each partner, from counts of joint states and the next, and how far each follows self and other.

Counts are whole numbers, and whole numbers add up the same in any order: so measures of a stretch are the same to the
bit, whatever other stretches are measured beside it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.threads import while_others_go_on
from ..theory.states import CodeSet, MatchScheme, State
from .tally import SHORT

__all__ = ["Transitions", "contingencies"]

Numbers = NDArray[np.float64]
_NO_VARIANCE = 1e-12  # what rounding leaves where nothing varies


class Transitions:
    """Pairs of observations (n, cells, cells), seen partner by partner.

    Parameters
    ----------
    pairs : (n, cells, cells) how often one joint state was followed by another; a cell is an (infant, mother) pair,
        infant-major.
    codes : the states told apart.
    scheme : what counts as a match.
    """

    def __init__(self, pairs: NDArray[np.generic], codes: CodeSet, scheme: MatchScheme) -> None:
        self._pairs, self._codes, self._scheme = pairs, codes, scheme
        # Whose state now and whose next: a block each of what is seen.
        infants, mothers = len(codes.infant), len(codes.mother)
        self._his, self._hers = slice(0, infants), slice(infants, infants + mothers)

    @property
    def infant(self) -> Numbers:
        """His own state and his next (n, states, states)."""
        return self._seen[:, self._his, self._his]

    @property
    def mother(self) -> Numbers:
        """Her own state and her next (n, states, states)."""
        return self._seen[:, self._hers, self._hers]

    @property
    def infant_then_mother(self) -> Numbers:
        """His state and her next (n, his states, her states)."""
        return self._seen[:, self._his, self._hers]

    @property
    def mother_then_infant(self) -> Numbers:
        """Her state and his next (n, her states, his states)."""
        return self._seen[:, self._hers, self._his]

    @cached_property
    def now(self) -> Numbers:
        """The first observation of each pair (n, infant, mother)."""
        by_next = self._by_next[:, :, -1]  # whatever comes next
        return _stretches_innermost(by_next.reshape(-1, len(self._codes.infant), len(self._codes.mother)))

    @cached_property
    def total(self) -> Numbers:
        """Number of pairs (n,)."""
        return self.now.sum(axis=(1, 2))

    @property
    def crossings(self) -> Numbers:
        """Ruptures and repairs (2, n): transitions out of a match, and into one."""
        if self._pairs.dtype != SHORT:
            # Of all pairs that begin (end) in a match, those that end (begin) in one too are no ruptures (repairs).
            seen = self._seen
            return np.stack([seen[:, -2, -1] - seen[:, -2, -2], seen[:, -1, -2] - seen[:, -2, -2]])
        from .count_arithmetic import crossings  # numba is imported when first needed

        filled = np.empty((2, len(self._pairs)))
        with while_others_go_on():
            crossings(self._pairs, self._scheme.cells, *filled)
        return filled

    @cached_property
    def _views(self) -> NDArray[Any]:
        """What may be asked of a cell (cells, views): is he in this state, is she in that one, is it a match.

        The last column is true of every cell.
        """
        infants, mothers = len(self._codes.infant), len(self._codes.mother)
        asked = (
            np.repeat(np.eye(infants), mothers, axis=0),
            np.tile(np.eye(mothers), (infants, 1)),
            self._scheme.cells[:, None],
            np.ones((self._codes.cells, 1)),
        )
        # Counts of the engine's stretches, which are short, are whole in 32 bits: half the work.
        return np.concatenate(asked, axis=1).astype(np.float32 if self._pairs.dtype == SHORT else np.float64)

    @cached_property
    def _by_next(self) -> NDArray[Any]:
        """Pairs by cell now and what is asked of the next (n, cells, views)."""
        cells, views = self._views.shape
        return (self._pairs.astype(self._views.dtype).reshape(-1, cells) @ self._views).reshape(-1, cells, views)

    @cached_property
    def _seen(self) -> Numbers:
        """Pairs by what is asked of the first and of the next (n, views, views): those of which both are true."""
        cells, views = self._views.shape
        seen = self._by_next.swapaxes(1, 2).reshape(-1, cells) @ self._views
        return _stretches_innermost(seen.reshape(-1, views, views).swapaxes(1, 2))


def _stretches_innermost(counts: NDArray[np.generic]) -> Numbers:
    """Counts (n, ...) with stretches side by side in memory: sums over a few states then go along them."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(counts, 0, -1), dtype=np.float64), -1, 0)


def contingencies(transitions: Transitions, codes: CodeSet) -> dict[str, Numbers]:
    """Self- and interactive contingency of each partner, from observations a second apart.

    The standardised regression weights of a partner's engagement level one second later on their own level and the
    other's (lag one; after Beebe et al. 2016, doi 10.1037/a0040085). With r(own), r(other) the correlations of the
    level a second later with each of the two, and r that between the two, they are

        self = (r(own) - r(other) r) / (1 - r^2),   interactive = (r(other) - r(own) r) / (1 - r^2).

    Parameters
    ----------
    transitions : of n stretches, over one second.
    codes : the states, with the level of each.

    Returns
    -------
    (n,) weights by the name of the measure; NaN where a level does not vary.
    """
    infant, mother = _levels(codes.infant), _levels(codes.mother)
    together = np.einsum("nab,a,b->n", transitions.now, infant, mother)
    out = {}
    for who, self_then, other_then, level, others_level in (
        ("infant", transitions.infant, transitions.mother_then_infant, infant, mother),
        ("mother", transitions.mother, transitions.infant_then_mother, mother, infant),
    ):
        # How often each state was there: one's own now and next, the other's now.
        now, then, others_now = self_then.sum(axis=2), self_then.sum(axis=1), other_then.sum(axis=2)
        n = transitions.total
        # The three correlations, each from its sum of products.
        between = _correlation(n, together, (now, level), (others_now, others_level))
        with_self = _correlation(n, np.einsum("nab,a,b->n", self_then, level, level), (now, level), (then, level))
        crossed = np.einsum("nab,a,b->n", other_then, others_level, level)
        with_other = _correlation(n, crossed, (others_now, others_level), (then, level))
        # Where both say the same of each other, their weights cannot be told apart.
        unshared = 1 - between**2
        apart = np.where(unshared > _NO_VARIANCE, unshared, np.nan)
        out[f"{who}_self_contingency"] = (with_self - with_other * between) / apart
        out[f"{who}_interactive_contingency"] = (with_other - with_self * between) / apart
    return out


def _levels(states: tuple[State, ...]) -> Numbers:
    return np.array([state.level for state in states], dtype=float)


def _correlation(n: Numbers, products: Numbers, *two: tuple[Numbers, Numbers]) -> Numbers:
    """Correlation (n,) from the sum of products, and each one's counts (n, states) and level of each state.

    (sum xy / n - mean x mean y) / (sd x sd y); NaN where one of them does not vary.
    """
    (sum_x, sd_x), (sum_y, sd_y) = (_sum_and_sd(n, counts, level) for counts, level in two)
    return (n * products - sum_x * sum_y) / n**2 / (sd_x * sd_y)


def _sum_and_sd(n: Numbers, counts: Numbers, level: Numbers) -> tuple[Numbers, Numbers]:
    """Sum and standard deviation (n,) of the levels of states that were there so often."""
    total = counts @ level
    variance = (n * (counts @ level**2) - total**2) / n**2
    return total, np.sqrt(np.where(variance > _NO_VARIANCE, variance, np.nan))
