"""Starting states of a course: the slow states of every dyad, drawn so that they agree with what its cohort says of it.

A cohort says how a dyad is when it is met: its sensitivity, regulation and burden, and its traits. The rest is drawn
from the linear theory given that: what lasts and what fluctuates in every state, and the mother's background. Settings
that hold for long have had their effect already. What a cohort says is said against mothers at that time of life: the
calendar of depressive symptoms comes on top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..common.random_numbers import DIGITS, trait_normals
from ..people.cohort import Cohort
from ..theory.linear_system import Stationary, System, mixed, system
from ..theory.slow_states import BACKGROUND, CARRIED, PLAY_TRAITS, SLOW

__all__ = ["Start", "begin"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_SAID = ("sensitivity", "regulation", "burden")
"""Traits by which a cohort says something of slow states."""


@dataclass(frozen=True)
class Start:
    """How the dyads of a course start.

    Attributes
    ----------
    states : (states, dyads) slow states in the first week.
    levels : (states, dyads) what is a dyad's own in a state and lasts.
    sources : (sources, dyads) her background and the traits that pull on slow states; these stay.
    """

    states: Numbers
    levels: Numbers
    sources: Numbers


@threadpool_limits.wrap(limits=1, user_api="blas")
def begin(cohort: Cohort, first_week: int) -> Start:
    """Start of a course: states in its first week, own levels and sources of every dyad.

    Before and at birth expectation of repair is 0: he has lived nothing that would set him apart. Later it has grown
    apart as far as it would have in so many weeks.

    Parameters
    ----------
    cohort : the dyads, as they are when the course starts.
    first_week : of the course, in weeks of his life.
    """
    theory = system(cohort.dynamics)
    law, drawn = theory.with_feedback, _Drawn.of(cohort, theory)
    # Sources as drawn: background, by settings shifted, and the cohort's traits.
    shift = _shift(cohort)
    brought = np.stack([drawn.background[name] + shift[name] for name in BACKGROUND])
    sources = np.concatenate([brought, np.stack([cohort.traits[name] for name in PLAY_TRAITS])])
    # How far what the cohort says is off from what would be seen of the states as drawn, S own + D u + f, with what
    # settings have pushed of them.
    said = np.stack([cohort.traits[name] for name in _SAID])
    off = said - _seen(mixed(law.settles, drawn.levels) + mixed(law.drawn_by, sources) + drawn.fluctuation, theory)
    pushed = _by_levels(cohort, theory)
    off -= _seen(pushed, theory)
    # What was drawn, corrected by its mean given that difference: levels, background, fluctuation, one below the other.
    change = mixed(_gains(law, theory), off)
    to_levels, to_background, to_fluctuation = np.split(change, [len(_STATES), len(_STATES) + len(BACKGROUND)])
    levels = drawn.levels + to_levels
    fluctuation = drawn.fluctuation + to_fluctuation
    background = np.stack([*drawn.background.values()])
    sources[: len(BACKGROUND)] += (background + to_background) - background
    # The states that follow: S own + D u + f, and what settings pushed.
    states = mixed(law.settles, levels) + mixed(law.drawn_by, sources) + fluctuation + pushed
    # The calendar moves them as a lasting push of its size on depression would.
    states += np.outer(law.settles[:, _STATES.index("depression")], cohort.dynamics.calendar(first_week))
    # From 0 at birth on, expectation has gone 1 - (1 - rate)^weeks of the way.
    states[_STATES.index("expectation")] *= 1 - (1 - cohort.dynamics["rate of expectation"]) ** max(first_week, 0)
    return Start(*(np.round(part, DIGITS) for part in (states, levels, sources)))


@dataclass(frozen=True)
class _Drawn:
    """Draw, by the linear theory, of all in which dyads may differ of which nothing is known.

    Attributes
    ----------
    levels, fluctuation : (states, dyads) what is a dyad's own in a state: what lasts, and what comes and goes.
    background : (dyads,) by name.
    """

    levels: Numbers
    background: dict[str, Numbers]
    fluctuation: Numbers

    @classmethod
    def of(cls, cohort: Cohort, theory: System) -> _Drawn:
        def normals(what: str, names: list[str]) -> Numbers:
            return np.stack([trait_normals(cohort.seed or 0, cohort.units, f"{what} {name}") for name in names])

        # With W W' = P (lower Cholesky factor), W n has the covariance P where n are independent standard normals.
        factor = np.linalg.cholesky(theory.with_feedback.fluctuation)
        return cls(
            theory.level_sd[:, None] * normals("level", _STATES),
            dict(zip(BACKGROUND, normals("background", list(BACKGROUND)), strict=True)),
            mixed(np.asarray(factor, dtype=np.float64), normals("start", _STATES)),
        )


def _seen(states: Numbers, theory: System) -> Numbers:
    """(3, dyads) what a cohort would say (``_SAID``) of dyads with these slow states (states, dyads)."""
    burden = sum(states[_STATES.index(name)] for name in CARRIED) / theory.load_sd["burden"]
    return np.stack([states[_STATES.index("sensitivity")], states[_STATES.index("regulation")], burden])


def _shift(cohort: Cohort) -> dict[str, Numbers]:
    """What the settings have done to each part of the background, dyad by dyad."""
    shift = {name: np.zeros(len(cohort)) for name in BACKGROUND}
    for move, by in cohort.setting_shifts():
        if move.state in BACKGROUND:
            shift[move.state] += by
    return shift


def _by_levels(cohort: Cohort, theory: System) -> Numbers:
    """Shift of the states by what settings push lastingly: (states, dyads)."""
    pushed = np.zeros((len(_STATES), len(cohort)))
    for move, by in cohort.setting_shifts():
        if move.state in SLOW and move.weeks is None:
            pushed[_STATES.index(move.state)] += by
    return mixed(theory.with_feedback.settles, pushed)


def _gains(law: Stationary, theory: System) -> Numbers:
    """(levels, background and fluctuation; 3) what a difference in what the cohort says tells of each.

    Let w be all that may differ (own levels, background, fluctuation), with covariance V, and y = H w what the cohort
    says. For normal variables the mean of w given y is V H' inverse(H V H') y (Lütkepohl, 2005, appendix B,
    doi:10.1007/978-3-540-27752-1).
    """
    brought = len(BACKGROUND)
    seen = _seen(np.eye(len(_STATES)), theory)  # M (3, states): what is seen of states
    # V: levels and background are independent (of level_sd and 1), the fluctuation varies together as P.
    covariance = np.zeros((2 * len(_STATES) + brought,) * 2)
    own = np.concatenate([theory.level_sd**2, np.ones(brought)])
    covariance[: len(own), : len(own)] = np.diag(own)
    covariance[len(own) :, len(own) :] = law.fluctuation
    # H = M (S, D of background, I), since states are S own + D u + f.
    by = np.hstack([seen @ law.settles, seen @ law.drawn_by[:, :brought], seen])
    # V H' inverse(H V H') is the transpose of inverse(H V H') H V: both V and H V H' are symmetric.
    return np.asarray(np.linalg.solve(by @ covariance @ by.T, by @ covariance).T, dtype=np.float64)
