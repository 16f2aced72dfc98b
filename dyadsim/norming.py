"""Making the norms of lived measures: the exact law of the community, age by age."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .cohort import Cohort
from .exact import law
from .lived import GROWN, Play, lived_of
from .norms import FOLLOWED, Norms
from .paradigms import paradigm_named
from .preferences import Rules
from .slow import LIVED

__all__ = ["PLAYED", "make_norms"]

PLAYED = "free-play"
"""The paradigm that a week is scored against."""
DAYS = 7

_STEP = 4  # weeks from one age to the next
_WEEKS = 8  # sampled to see how far a week differs from the next by chance


def make_norms(dyads: int = 256, progress: Callable[[int, int], None] | None = None) -> Norms:
    """Norms of the shipped rules.

    Parameters
    ----------
    dyads : spread evenly over the community; a power of two.
    progress : called with ages done and ages in all.
    """
    cohort = Cohort.balanced(dyads)
    traits = np.stack([cohort.traits[name] for name in FOLLOWED])
    ages = np.arange(0, GROWN + 1, _STEP, dtype=float)
    lived, slopes = [], []
    for done, age in enumerate(ages):
        if progress:
            progress(done, len(ages))
        lived.append(lived_of(law(cohort.replace(age=age), PLAYED).measures())[list(LIVED)].to_numpy().T)
        slopes.append(_slopes(lived[-1], traits))
    mean, sd = np.stack(lived).mean(axis=2).T, np.stack(lived).std(axis=2).T
    norms = Norms(ages, mean, sd, np.mean(slopes, axis=0), np.zeros(len(LIVED)))
    return Norms(ages, mean, sd, norms.slopes, _chance(cohort, norms))


def _slopes(lived: NDArray[np.float64], traits: NDArray[np.float64]) -> NDArray[np.float64]:
    """(lived, traits) regression weights of standard scores."""
    scores = (lived - lived.mean(axis=1, keepdims=True)) / lived.std(axis=1, keepdims=True)
    found, *_ = np.linalg.lstsq(np.vstack([np.ones(traits.shape[1]), traits]).T, scores.T, rcond=None)
    return found[1:].T


def _chance(cohort: Cohort, norms: Norms) -> NDArray[np.float64]:
    """(lived,) spread of a dyad's weekly scores about their mean, in the middle of the first year."""
    play = Play(paradigm_named(PLAYED), Rules(), DAYS, seed=0, replicate=0, threads=1)
    age = np.full(len(cohort), GROWN / 2)
    halfway = cohort.replace(age=age)
    weeks = [play.week(halfway, week) for week in range(_WEEKS)]
    scores = np.stack([norms.scores(np.stack([week[name] for name in LIVED]), age) for week in weeks])
    return np.sqrt(scores.var(axis=0, ddof=1).mean(axis=1))
