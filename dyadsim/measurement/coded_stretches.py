"""Coded stretches: parts of one dyad's session in which both are coded all the time, within one episode.

Whatever is found within such a stretch holds no uncoded time and crosses no end of an episode.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..theory.rules import FITTING
from ..theory.states import ICEP, CodeSet
from .runs import runs

__all__ = ["Stretch", "coded_stretches", "fit_of", "lumps"]

Fit = NDArray[np.float64]


def lumps(codes: CodeSet) -> bool:
    """Whether these codes tell fewer states apart than the rules do, as a code of affect does."""
    return codes != ICEP


def fit_of(codes: CodeSet) -> Fit:
    """How far each of her states fits each of his, (infant states, mother states); above 0 it answers him.

    The table FITTING of the rules, whose weights are assumed. A code of fewer states may be any engagement state of its
    valence, so its fit is the mean over them.
    """
    if not lumps(codes):
        return FITTING.T
    his, hers = (_of_valence([s.valence for s in own]) for own in (ICEP.infant, ICEP.mother))
    return np.array(
        [[FITTING[np.ix_(hers[m.valence], his[i.valence])].mean() for m in codes.mother] for i in codes.infant]
    )


def _of_valence(valences: list[int]) -> dict[int, list[int]]:
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
        """Whether a state of hers answers one of his, by their numbers."""
        return self.fit[infant, mother] > 0


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
