"""Coded stretches: parts of one dyad's session in which both are coded all the time, within one episode.

Whatever is found within such a stretch holds no uncoded time and crosses no end of an episode.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..theory.rules import FITTING
from ..theory.states import ICEP, CodeSet
from .runs import runs

__all__ = ["Fit", "Stretch", "coded_stretches", "fit_of", "lumps"]


def lumps(codes: CodeSet) -> bool:
    """Whether these codes tell fewer states apart than the rules do, as a code of affect does."""
    return codes != ICEP


@dataclass(frozen=True, eq=False)
class Fit:
    """How far each of her states fits each of his, (infant states, mother states) each; above 0 it answers him.

    By the table FITTING of the rules, whose weights are assumed. A code of fewer states may be any engagement state of
    its valence, so its fit lies between the least and the most of theirs.

    Attributes
    ----------
    mean, least, most : over the states that a code may be; all the same in the states of ICEP.
    """

    mean: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]


@functools.cache
def fit_of(codes: CodeSet) -> Fit:
    """How far each of her states fits each of his, in these codes."""
    if not lumps(codes):
        return Fit(FITTING.T, FITTING.T, FITTING.T)
    his, hers = (_by_valence([state.valence for state in own]) for own in (ICEP.infant, ICEP.mother))
    blocks = [[FITTING[np.ix_(hers[m.valence], his[i.valence])] for m in codes.mother] for i in codes.infant]
    return Fit(*(np.array([[of(block) for block in row] for row in blocks]) for of in (np.mean, np.min, np.max)))


def _by_valence(valences: list[int]) -> dict[int, list[int]]:
    return {valence: [k for k, each in enumerate(valences) if each == valence] for valence in set(valences)}


@dataclass(frozen=True, eq=False)
class Stretch:
    """Part of one dyad's session in which both are coded all the time, within one episode.

    Attributes
    ----------
    episode : its name.
    first : the step of the session at which it begins.
    infant, mother : (steps,) numbers of their states.
    matched : (steps,) whether they match.
    codes, step : of the session.
    fit : as :func:`fit_of` has it.
    """

    episode: str
    first: int
    infant: NDArray[np.int8]
    mother: NDArray[np.int8]
    matched: NDArray[np.bool_]
    codes: CodeSet
    step: float
    fit: Fit

    def __len__(self) -> int:
        return len(self.infant)

    def steps(self, seconds: float) -> int:
        """Steps that so many seconds take, at least one."""
        return max(round(seconds / self.step), 1)

    def seconds(self, steps: int) -> float:
        """Seconds that so many steps take."""
        return round(steps * self.step, 6)

    def fits(self, infant: Any, mother: Any) -> Any:
        """Whether a state of hers answers one of his (by their numbers), whatever states their codes may be."""
        return self.fit.least[infant, mother] > 0

    def may_fit(self, infant: Any, mother: Any) -> Any:
        """Whether it answers him on the whole; codes of fewer states do not tell whether it surely does."""
        return self.fit.mean[infant, mother] > 0

    def misses(self, infant: Any, mother: Any) -> Any:
        """Whether it is no answer, whatever states their codes may be; to watch him while he looks is neither."""
        return (self.fit.mean[infant, mother] < 0) & (self.fit.most[infant, mother] <= 0)


def coded_stretches(
    pair: tuple[NDArray[np.int8], NDArray[np.int8]],
    matched: NDArray[np.bool_],
    episodes: Sequence[str],
    ends: Sequence[int],
    codes: CodeSet,
    step: float,
    without: Collection[str] = (),
) -> Iterator[Stretch]:
    """Coded stretches of one dyad's session, in order.

    Parameters
    ----------
    pair : (steps,) numbers of his states and of hers, negative where not coded.
    matched : (steps,) whether they match.
    episodes, ends : names of the episodes, and the step at which each is over.
    codes, step : the states told apart, and seconds between observations.
    without : names of episodes that are left out.
    """
    infant, mother = pair
    coded, fit = (infant >= 0) & (mother >= 0), fit_of(codes)
    for name, begins, end in zip(episodes, [0, *ends[:-1]], ends, strict=True):
        if name in without or end <= begins:
            continue
        for start, length in zip(*runs(coded[begins:end]), strict=True):
            first = begins + int(start)
            if coded[first]:
                part = slice(first, first + int(length))
                yield Stretch(name, first, infant[part], mother[part], matched[part], codes, step, fit)
