"""From counts of (joint state, next joint state) to what each partner did, and how far each follows self and other.

Counts are whole numbers, and whole numbers add up the same in any order: so measures of a stretch are the same to the
bit, whatever other stretches are measured beside it.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..theory.states import CodeSet, MatchScheme, State

__all__ = ["CONTINGENCIES", "Moves", "contingencies"]

CONTINGENCIES = [f"{who}_{of}_contingency" for who in ("infant", "mother") for of in ("self", "interactive")]

Numbers = NDArray[np.float64]
_NO_VARIANCE = 1e-12  # what rounding leaves where nothing varies


class Moves:
    """Pairs of observations (n, cells, cells), seen partner by partner.

    Attributes
    ----------
    infant, mother : (n, states, states) a partner's own state, and their own next.
    infant_then_mother, mother_then_infant : (n, states, states) one's state and the other's next.
    now : (n, infant, mother) the first observation of each pair.
    ruptures, repairs : (n,) moves out of a match, and into one.
    """

    def __init__(self, pairs: NDArray[np.generic], codes: CodeSet, scheme: MatchScheme) -> None:
        infants, mothers, cells = len(codes.infant), len(codes.mother), codes.cells
        views = np.concatenate(
            [
                np.repeat(np.eye(infants), mothers, axis=0),
                np.tile(np.eye(mothers), (infants, 1)),
                scheme.cells[:, None],
                np.ones((cells, 1)),
            ],
            axis=1,
        )
        counts = pairs.astype(np.float64)
        by_next = (counts.reshape(-1, cells) @ views).reshape(-1, cells, views.shape[1])
        seen = by_next.swapaxes(1, 2).reshape(-1, cells) @ views
        seen = seen.reshape(len(pairs), views.shape[1], views.shape[1]).swapaxes(1, 2)  # (n, now, next)
        infant, mother = slice(0, infants), slice(infants, infants + mothers)
        self.infant, self.mother = seen[:, infant, infant], seen[:, mother, mother]
        self.infant_then_mother, self.mother_then_infant = seen[:, infant, mother], seen[:, mother, infant]
        self.ruptures = seen[:, -2, -1] - seen[:, -2, -2]
        self.repairs = seen[:, -1, -2] - seen[:, -2, -2]
        self.now = by_next[:, :, -1].reshape(-1, infants, mothers)

    @cached_property
    def total(self) -> Numbers:
        """(n,) how many pairs."""
        return self.now.sum(axis=(1, 2))


def contingencies(moves: Moves, codes: CodeSet) -> dict[str, Numbers]:
    """Self- and interactive contingency of each partner, from observations a second apart.

    The standardised regression weights of a partner's engagement level one second later on their own level and the
    other's (lag one; after Beebe et al. 2016, doi 10.1037/a0040085). NaN where a level does not vary.
    """
    infant, mother = _levels(codes.infant), _levels(codes.mother)
    together = np.einsum("nab,a,b->n", moves.now, infant, mother)
    out = {}
    for who, own, other, level, others_level in (
        ("infant", moves.infant, moves.mother_then_infant, infant, mother),
        ("mother", moves.mother, moves.infant_then_mother, mother, infant),
    ):
        now, then, others_now = own.sum(axis=2), own.sum(axis=1), other.sum(axis=2)
        n = moves.total
        partners = _correlation(n, together, (now, level), (others_now, others_level))
        with_self = _correlation(n, np.einsum("nab,a,b->n", own, level, level), (now, level), (then, level))
        crossed = np.einsum("nab,a,b->n", other, others_level, level)
        with_other = _correlation(n, crossed, (others_now, others_level), (then, level))
        unexplained = 1 - partners**2
        spread = np.where(unexplained > _NO_VARIANCE, unexplained, np.nan)
        out[f"{who}_self_contingency"] = (with_self - with_other * partners) / spread
        out[f"{who}_interactive_contingency"] = (with_other - with_self * partners) / spread
    return out


def _levels(states: tuple[State, ...]) -> Numbers:
    return np.array([state.level for state in states], dtype=float)


def _correlation(n: Numbers, products: Numbers, *two: tuple[Numbers, Numbers]) -> Numbers:
    """(n,) from the sum of products, and each one's counts (n, states) and level of each state."""
    (sum_x, spread_x), (sum_y, spread_y) = (_sum_and_spread(n, counts, level) for counts, level in two)
    return (n * products - sum_x * sum_y) / n**2 / (spread_x * spread_y)


def _sum_and_spread(n: Numbers, counts: Numbers, level: Numbers) -> tuple[Numbers, Numbers]:
    total = counts @ level
    variance = (n * (counts @ level**2) - total**2) / n**2
    return total, np.sqrt(np.where(variance > _NO_VARIANCE, variance, np.nan))
