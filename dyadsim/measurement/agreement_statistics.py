"""Statistics of agreement of two coders, from counts of what they say, block by block.

Each is a function of counts that add up over blocks of time, so all get their errors in the same way: by the delete-one
jackknife over blocks that are longer than most bouts. Steps that follow each other are no independent observations;
errors that took them for such would be far too small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from ..common.effect_size import bound

__all__ = [
    "Estimate", "accuracy", "blocks_of", "confusion", "estimated", "highest_kappa", "kappa", "kappa_of_code", "more",
    "positive_agreement", "tolerant_counts", "tolerant_kappa",
]  # fmt: skip

Numbers = NDArray[np.float64]
BLOCK_S = 30.0
"""Seconds that a block lasts at least."""
_MOST_BLOCKS, _FEWEST_BLOCKS, _DYADS_ENOUGH = 20, 5, 10
_NOTHING = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A statistic with its 95 % interval; NaN where it is not known."""

    value: float
    low: float = np.nan
    high: float = np.nan


def blocks_of(dyads: int, steps: int, step: float) -> NDArray[np.int64]:
    """Number of the block of each step (dyads, steps): a dyad each where there are ten, else stretches of time."""
    most = 1 if dyads >= _DYADS_ENOUGH else min(_MOST_BLOCKS // dyads, int(steps * step // BLOCK_S))
    each = max(most, 1)
    within = np.arange(steps) * each // steps
    return np.asarray(np.arange(dyads)[:, None] * each + within, dtype=np.int64)


def confusion(first: NDArray[np.int8], second: NDArray[np.int8], block: NDArray[np.int64], codes: int) -> Numbers:
    """Counts (blocks, codes, codes) of steps by what the first and what the second coder says, where both coded."""
    both = (first >= 0) & (second >= 0)
    cell = (block * codes + first) * codes + second
    size = (int(block.max()) + 1) * codes**2
    return np.bincount(cell[both], minlength=size).astype(np.float64).reshape(-1, codes, codes)


def estimated(statistic: Callable[[Numbers], Numbers], counts: Numbers, least: float, most: float) -> Estimate:
    """Statistic of all blocks together, with its interval by the jackknife over blocks.

    error^2 = (b - 1) / b times the sum over blocks of (statistic without the block - their mean)^2, and the interval
    that of Student's t with b - 1 degrees of freedom (Tukey 1958; of dependent observations by blocks: Kuensch 1989,
    doi 10.1214/aos/1176347265).

    Parameters
    ----------
    statistic : of counts (..., what is counted), one number each.
    counts : (blocks, what is counted).
    least, most : bounds of the statistic, which its interval keeps to.
    """
    counts = counts[counts.reshape(len(counts), -1).any(axis=1)]
    total = counts.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(statistic(total))
        without = np.asarray(statistic(total - counts))
    b = len(counts)
    if b < _FEWEST_BLOCKS or np.isnan(value) or np.isnan(without).any() or np.ptp(without) < _NOTHING:
        return Estimate(value)
    error = np.sqrt((b - 1) / b * ((without - without.mean()) ** 2).sum())
    off = float(bound(b - 1) * error)
    return Estimate(value, max(value - off, least), min(value + off, most))


def _margins(counts: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Number of steps (...), and how many of each code by the first and by the second coder (..., codes)."""
    return counts.sum(axis=(-2, -1)), counts.sum(axis=-1), counts.sum(axis=-2)


def _beyond_chance(observed: Numbers, chance: Numbers) -> Numbers:
    """Agreement beyond chance, as a share of what there could be; NaN where chance alone makes all agree."""
    left = 1 - chance
    return np.asarray((observed - chance) / np.where(left > _NOTHING, left, np.nan))


def kappa(counts: Numbers) -> Numbers:
    """Cohen's kappa (...) of counts (..., codes, codes).

    (observed - chance) / (1 - chance), chance the sum over codes of both coders' shares (Cohen 1960, doi
    10.1177/001316446002000104).
    """
    n, first, second = _margins(counts)
    return _beyond_chance(np.trace(counts, axis1=-2, axis2=-1) / n, (first * second).sum(axis=-1) / n**2)


def highest_kappa(counts: Numbers) -> float:
    """The highest kappa that two coders could reach who give each code as often as these do (Cohen 1960)."""
    n, first, second = _margins(counts)
    return float(_beyond_chance(np.minimum(first, second).sum() / n, (first * second).sum() / n**2))


def _one_against_rest(counts: Numbers, code: int) -> Numbers:
    """Counts (..., 2, 2) of one code against all others."""
    n, first, second = _margins(counts)
    both, one, other = counts[..., code, code], first[..., code], second[..., code]
    return np.stack([both, one - both, other - both, n - one - other + both], axis=-1).reshape(*n.shape, 2, 2)


def kappa_of_code(code: int) -> Callable[[Numbers], Numbers]:
    """Kappa of one code against all others, as a statistic of counts."""
    return lambda counts: kappa(_one_against_rest(counts, code))


def positive_agreement(code: int) -> Callable[[Numbers], Numbers]:
    """Specific agreement on one code, as a statistic of counts.

    Of the time that one coder gives it, the share in which the other does: 2 both / (first + second) (Cicchetti &
    Feinstein 1990, doi 10.1016/0895-4356(90)90159-M).
    """

    def statistic(counts: Numbers) -> Numbers:
        _, first, second = _margins(counts)
        return np.asarray(2 * counts[..., code, code] / (first[..., code] + second[..., code]))

    return statistic


def more(code: int) -> Callable[[Numbers], Numbers]:
    """Seconds a minute by which the first coder gives a code more than the second, as a statistic of counts."""

    def statistic(counts: Numbers) -> Numbers:
        n, first, second = _margins(counts)
        return np.asarray(60 * (first[..., code] - second[..., code]) / n)

    return statistic


# With a tolerance -----------------------------------------------------------------------------------------------------


def tolerant_counts(
    first: NDArray[np.int8], second: NDArray[np.int8], block: NDArray[np.int64], codes: int, tolerance: int
) -> Numbers:
    """What kappa with a tolerance is made of, block by block (blocks, 3 + 4 codes).

    Steps that both coded; those at which the second (first) coder gives within the tolerance what the first (second)
    gives then; steps of each code by the first, steps with each within the tolerance by the second, and the reverse.
    """
    both = (first >= 0) & (second >= 0)
    at, size = block[both], int(block.max()) + 1

    def added(values: NDArray[np.generic]) -> Numbers:
        return np.bincount(at, weights=values.astype(np.float64), minlength=size).astype(np.float64)

    parts, hits = [], []
    for one, other in ((first, second), (second, first)):
        own, near, hit = [], [], np.zeros(int(both.sum()), dtype=bool)
        for code in range(codes):
            gives, has_near = (one == code)[both], _within(other == code, tolerance)[both]
            own.append(added(gives))
            near.append(added(has_near))
            hit |= gives & has_near
        hits.append(added(hit))
        parts += [*own, *near]
    return np.stack([added(np.ones(len(at))), *hits, *parts], axis=1)


def _within(there: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """Whether something is there within so many steps to either side (dyads, steps)."""
    so_far = np.pad(np.cumsum(there, axis=1), ((0, 0), (1, 0)))
    place = np.arange(there.shape[1])
    after, before = np.minimum(place + steps + 1, there.shape[1]), np.maximum(place - steps, 0)
    return np.asarray(so_far[:, after] > so_far[:, before])


def tolerant_agreement(counts: Numbers) -> tuple[Numbers, Numbers]:
    """Observed agreement and that by chance (...), both with a tolerance, from :func:`tolerant_counts`."""
    n, hits, margins = counts[..., 0], counts[..., 1:3], counts[..., 3:]
    gives, near, gives_back, near_back = np.split(margins, 4, axis=-1)
    chance = ((gives * near).sum(axis=-1) + (gives_back * near_back).sum(axis=-1)) / (2 * n**2)
    return hits.sum(axis=-1) / (2 * n), chance


def tolerant_kappa(counts: Numbers) -> Numbers:
    """Kappa (...) with a tolerance, from :func:`tolerant_counts`.

    A step counts as agreed if the other coder gives the same code within the tolerance; the two directions are
    averaged. Chance has the same tolerance: the share of time that one gives a code times the share in which the other
    has it within the tolerance, added over codes, as if the timelines were laid side by side at random. (With chance as
    of plain kappa, the tolerance itself would pass for agreement.)
    """
    return _beyond_chance(*tolerant_agreement(counts))


# What a kappa means ---------------------------------------------------------------------------------------------------


def accuracy(counts: Numbers, reached: float) -> float:
    """Share of time in which each coder would be right, if both were equally, for a kappa so high.

    The true shares of codes are taken to be the mean of both coders', and wrong codes to fall on all others alike
    (Bakeman, Quera, McArthur & Robinson 1997, doi 10.1037/1082-989X.2.4.357; Bakeman 2022, doi
    10.3758/s13428-022-01836-1).

    Parameters
    ----------
    counts : (codes, codes) steps by what the first and what the second coder says.
    reached : the kappa.

    Returns
    -------
    NaN where there is no such share: kappa is not above 0, or a single code is used.
    """
    n, first, second = _margins(counts)
    used = (first + second) > 0
    codes = int(used.sum())
    if codes < 2 or not reached > 0:
        return np.nan
    shares = (first + second)[used] / (2 * n)

    def missed(right: float) -> float:
        says = np.full((codes, codes), (1 - right) / (codes - 1))
        np.fill_diagonal(says, right)
        return float(kappa(np.einsum("t,ti,tj->ij", shares, says, says))) - reached

    return float(brentq(missed, 1 / codes, 1.0)) if missed(1.0) > 0 else 1.0
