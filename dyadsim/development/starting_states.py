"""Where a course starts: the slow states of every dyad, drawn so that they agree with what its cohort says of it.

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
_MET = ("sensitivity", "regulation", "burden")
"""What a cohort says of slow states."""


@dataclass(frozen=True)
class Start:
    """States (states, dyads), and what stays: own levels (states, dyads) and sources (sources, dyads)."""

    states: Numbers
    levels: Numbers
    sources: Numbers


@threadpool_limits.wrap(limits=1, user_api="blas")
def begin(cohort: Cohort, first_week: int) -> Start:
    """States in the first week of a course, own levels and sources.

    Before and at birth expectation of repair is 0: he has lived nothing that would set him apart. Later it has grown
    apart as far as it would have in so many weeks.
    """
    theory = system(cohort.dynamics)
    law, drawn = theory.with_feedback, _Drawn.of(cohort, theory)
    shift = _shift(cohort)
    brought = np.stack([drawn.background[name] + shift[name] for name in BACKGROUND])
    sources = np.concatenate([brought, np.stack([cohort.traits[name] for name in PLAY_TRAITS])])
    off = _met(cohort) - _seen(
        mixed(law.settles, drawn.levels) + mixed(law.drawn_by, sources) + drawn.fluctuation, theory
    )
    pushed = _by_levels(cohort, theory)
    off -= _seen(pushed, theory)
    levels, background, fluctuation = _corrected(drawn, mixed(_gains(law, theory), off))
    sources[: len(BACKGROUND)] += background - np.stack([*drawn.background.values()])
    states = mixed(law.settles, levels) + mixed(law.drawn_by, sources) + fluctuation + pushed
    states += np.outer(law.settles[:, _STATES.index("depression")], cohort.dynamics.calendar(first_week))
    states[_STATES.index("expectation")] *= 1 - (1 - cohort.dynamics["rate of expectation"]) ** max(first_week, 0)
    return Start(*(np.round(part, DIGITS) for part in (states, levels, sources)))


@dataclass(frozen=True)
class _Drawn:
    """What theory says of a dyad of which nothing is known: a draw of all that may differ."""

    levels: Numbers
    background: dict[str, Numbers]
    fluctuation: Numbers

    @classmethod
    def of(cls, cohort: Cohort, theory: System) -> _Drawn:
        def normals(what: str, names: list[str]) -> Numbers:
            return np.stack([trait_normals(cohort.seed or 0, cohort.units, f"{what} {name}") for name in names])

        spread = np.linalg.cholesky(theory.with_feedback.fluctuation)
        return cls(
            theory.level_sd[:, None] * normals("level", _STATES),
            dict(zip(BACKGROUND, normals("background", list(BACKGROUND)), strict=True)),
            mixed(np.asarray(spread, dtype=np.float64), normals("start", _STATES)),
        )


def _met(cohort: Cohort) -> Numbers:
    return np.stack([cohort.traits[name] for name in _MET])


def _seen(states: Numbers, theory: System) -> Numbers:
    """What a cohort would say of dyads with these slow states: (3, dyads)."""
    burden = sum(states[_STATES.index(name)] for name in CARRIED) / theory.load_sd["burden"]
    return np.stack([states[_STATES.index("sensitivity")], states[_STATES.index("regulation")], burden])


def _shift(cohort: Cohort) -> dict[str, Numbers]:
    """What the settings have done to each part of the background, dyad by dyad."""
    shift = {name: np.zeros(len(cohort)) for name in BACKGROUND}
    for move, by in cohort.moved():
        if move.state in BACKGROUND:
            shift[move.state] += by
    return shift


def _by_levels(cohort: Cohort, theory: System) -> Numbers:
    """Shift of the states by what settings push lastingly: (states, dyads)."""
    pushed = np.zeros((len(_STATES), len(cohort)))
    for move, by in cohort.moved():
        if move.state in SLOW and move.weeks is None:
            pushed[_STATES.index(move.state)] += by
    return mixed(theory.with_feedback.settles, pushed)


def _gains(law: Stationary, theory: System) -> Numbers:
    """(levels, background and fluctuation; 3): what a difference in what was met says of each (conditional mean)."""
    brought = len(BACKGROUND)
    seen = _seen(np.eye(len(_STATES)), theory)
    covariance = np.zeros((2 * len(_STATES) + brought,) * 2)
    own = np.concatenate([theory.level_sd**2, np.ones(brought)])
    covariance[: len(own), : len(own)] = np.diag(own)
    covariance[len(own) :, len(own) :] = law.fluctuation
    by = np.hstack([seen @ law.settles, seen @ law.drawn_by[:, :brought], seen])
    return np.asarray(np.linalg.solve(by @ covariance @ by.T, by @ covariance).T, dtype=np.float64)


def _corrected(drawn: _Drawn, change: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    n, brought = len(_STATES), len(BACKGROUND)
    background = np.stack([*drawn.background.values()])
    return drawn.levels + change[:n], background + change[n : n + brought], drawn.fluctuation + change[n + brought :]
