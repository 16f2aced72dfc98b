"""Norms of the lived measures, made from the exact law of the community, age by age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..development.play import DAYS, GROWN, PLAYED, Play, lived_measures
from ..interaction.law import law
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..people.cohort import Cohort
from ..theory.age_norms import FOLLOWED, Norms
from ..theory.coefficients import Coefficients
from ..theory.slow_states import LIVED

__all__ = ["FEW_DYADS", "changed_norms", "few_norms", "make_norms"]


_AGES = tuple(float(age) for age in range(0, GROWN + 1, 4))
FEW_DYADS = 128
"""By so many it is seen what other coefficients change."""
_FEW_AGES = (0.0, 13.0, 26.0, 39.0, 52.0)
_LEAST = 1e-6  # the last place that norms are written to: a newborn may never smile, and 0 has no logarithm
_WEEKS = 8  # sampled to see how far a week differs from the next by chance


def make_norms(
    dyads: int = 256,
    progress: Callable[[int, int], None] | None = None,
    coefficients: Coefficients | None = None,
    ages: Sequence[float] = _AGES,
) -> Norms:
    """Norms of the lived measures under the shipped rules.

    Parameters
    ----------
    dyads : how many, laid evenly over the community; a power of two.
    progress : called with ages done and ages in all.
    coefficients : strengths of the rules (default: the shipped ones).
    ages : in weeks, at which the law is worked out.
    """
    cohort = Cohort.balanced(dyads)
    if coefficients is not None:
        cohort = replace(cohort, coefficients=coefficients)
    traits = np.stack([cohort.traits[name] for name in FOLLOWED])
    by_age, slopes = [], []
    for done, age in enumerate(ages):
        if progress:
            progress(done, len(ages))
        # (measures, dyads) expectations of each dyad at this age, and how they follow its traits.
        lived = lived_measures(law(cohort.replace(age=age), PLAYED).measures())
        by_age.append(np.stack([lived[name] for name in LIVED]))
        slopes.append(_slopes(by_age[-1], traits))
    # (measures, ages) over dyads.
    mean, sd = np.stack(by_age).mean(axis=2).T, np.maximum(np.stack(by_age).std(axis=2).T, _LEAST)
    norms = Norms(np.array(ages, dtype=float), mean, sd, np.mean(slopes, axis=0), np.zeros(len(LIVED)))
    return replace(norms, chance=_chance(cohort, norms))


def changed_norms(whole: Norms, few: Norms, coefficients: Coefficients, dyads: int = FEW_DYADS) -> Norms:
    """Norms, changed by as much as other coefficients change those of few dyads at few ages.

    In a fifth of the time of :func:`make_norms`: what few dyads and ages miss, they miss with both coefficients.

    Parameters
    ----------
    whole, few : those of the coefficients that are changed: of all dyads and ages, and what :func:`few_norms` gives.
    coefficients : strengths of the rules as they are then.
    dyads : as of ``few``.
    """
    plain, other = few, few_norms(coefficients, dyads)
    # Mean and standard deviation change by a ratio, which is interpolated between ages on the scale of logarithms.
    ratios = [
        np.stack([np.exp(np.interp(whole.ages, plain.ages, row)) for row in np.log(one) - np.log(usual)])
        for one, usual in np.maximum([(other.mean, plain.mean), (other.sd, plain.sd)], _LEAST)
    ]
    made = Norms(
        whole.ages,
        whole.mean * ratios[0],
        whole.sd * ratios[1],
        whole.slopes + other.slopes - plain.slopes,
        whole.chance * other.chance / plain.chance,
    )
    return Norms.read(made.written())  # rounded as written ones are


def few_norms(coefficients: Coefficients, dyads: int = FEW_DYADS) -> Norms:
    """Norms of few dyads, a power of two, at few ages."""
    return make_norms(dyads, coefficients=coefficients, ages=_FEW_AGES)


def _slopes(measures: NDArray[np.float64], traits: NDArray[np.float64]) -> NDArray[np.float64]:
    """(measures, traits) regression weights of the standard scores of (measures, dyads) on (traits, dyads)."""
    scores = (measures - measures.mean(axis=1, keepdims=True)) / measures.std(axis=1, keepdims=True)
    # Least squares with an intercept, which is left out of what is given back.
    found, *_ = np.linalg.lstsq(np.vstack([np.ones(traits.shape[1]), traits]).T, scores.T, rcond=None)
    return found[1:].T


def _chance(cohort: Cohort, norms: Norms) -> NDArray[np.float64]:
    """(measures,) standard deviation of a dyad's weekly scores about their mean, in the middle of the first year."""
    play = Play(Paradigm.load(PLAYED), Rules(), DAYS, seed=0, replicate=0, threads=1)
    age = np.full(len(cohort), GROWN / 2)
    halfway = cohort.replace(age=age)
    weekly_measures = [play.week(halfway, week) for week in range(_WEEKS)]
    # (weeks, measures, dyads); the variance over weeks, averaged over dyads.
    scores = np.stack([norms.scores(np.stack([found[name] for name in LIVED]), age) for found in weekly_measures])
    return np.sqrt(scores.var(axis=0, ddof=1).mean(axis=1))
