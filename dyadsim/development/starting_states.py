"""Starting states of a course: the slow states of every dyad, drawn so that they agree with what its cohort says of it.

A cohort says how a dyad is when the course starts: the states that show in play, burden, and its traits. The rest is
drawn from the linear system given that: what lasts and what fluctuates in every state, and the mother's background.
Risks and support that hold for long have had their effect already. What a cohort says is said against mothers at that
time of life: the calendar of depressive symptoms comes on top.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..common.random_numbers import DIGITS, trait_normals
from ..people.cohort import Cohort
from ..theory.dynamics import Dynamics
from ..theory.linear_system import Stationary, System, mixed, system
from ..theory.slow_states import BACKGROUND, CARRIED, PLAY_TRAITS, SHOWN_IN_PLAY, SLOW
from ..theory.traits import TRAITS

__all__ = ["Start", "begin", "grown_apart", "said_as_drawn"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_SAID = (*SHOWN_IN_PLAY, "burden")
"""Traits by which a cohort says something of slow states."""


@dataclass(frozen=True)
class Start:
    """Starting states of a course's dyads, and what stays in each of them.

    Attributes
    ----------
    states : (states, dyads) slow states in the first week.
    levels : (states, dyads) what is a dyad's own in a state and lasts.
    sources : (sources, dyads) her background and the traits that pull on slow states; these stay.
    """

    states: Numbers
    levels: Numbers
    sources: Numbers


Normals = Callable[[int, NDArray[np.int64], str], Numbers]
"""Standard normal draws (dyads,) by seed, numbers of the dyads, and name."""


@threadpool_limits.wrap(limits=1, user_api="blas")
def begin(
    cohort: Cohort,
    first_week: int,
    normals: Normals = trait_normals,
    calendar: NDArray[np.bool_] | None = None,
    own: tuple[Numbers, Numbers] | None = None,
) -> Start:
    """Start of a course: states in its first week, own levels and sources of every dyad.

    Before and at birth expectation of repair is 0: no play has set him apart yet. Later it has grown
    apart as far as it would have in so many weeks.

    Parameters
    ----------
    cohort : the dyads, as they are when the course starts.
    first_week : of the course, in weeks of his life.
    normals : by which all is drawn that the cohort does not say.
    calendar : (dyads,) whom the calendar of depressive symptoms moves (default: all).
    own : (states, dyads) how much is a dyad's own, of what lasts and of what comes and goes, as a share of the usual
        (default: all of it).
    """
    linear = system(cohort.dynamics)
    law, drawn = linear.with_feedback, _Drawn.of(cohort, linear, normals)
    sources, pushed = drawn.sources(cohort), _lasting_shifts(cohort, linear)
    # How far what the cohort says is off from what would be seen of the states as drawn.
    off = np.stack([cohort.traits[name] for name in _SAID]) - _said_of(drawn.states(law, sources) + pushed, linear)
    # What was drawn, corrected by its mean given that difference: levels, background, fluctuation, one below the other.
    change = mixed(_gains(law, linear), off)
    to_levels, to_background, to_fluctuation = np.split(change, [len(_STATES), len(_STATES) + len(BACKGROUND)])
    levels = drawn.levels + to_levels
    fluctuation = drawn.fluctuation + to_fluctuation
    if own is not None:
        levels, fluctuation = levels * own[0], fluctuation * own[1]
    background = np.stack([*drawn.background.values()])
    sources[: len(BACKGROUND)] += (background + to_background) - background
    # The states that follow: S own + D u + f, and what risks and support pushed.
    states = mixed(law.settles, levels) + mixed(law.drawn_by, sources) + fluctuation + pushed
    # The calendar moves them as a lasting push of its size on depression would.
    moved = np.ones(len(cohort)) if calendar is None else calendar
    states += np.outer(law.settles[:, _STATES.index("depression")], cohort.dynamics.calendar(first_week) * moved)
    # From 0 at birth on, expectation has gone 1 - (1 - rate)^weeks of the way.
    states[_STATES.index("expectation")] *= grown_apart(cohort.dynamics, first_week)
    return Start(*(np.round(part, DIGITS) for part in (states, levels, sources)))


@threadpool_limits.wrap(limits=1, user_api="blas")
def said_as_drawn(cohort: Cohort, normals: Normals = trait_normals) -> dict[str, Numbers]:
    """Traits (dyads,) by name that a cohort would say of its dyads if nothing else were known of them than their draws.

    With these traits nothing that was drawn is corrected when a course begins (:func:`begin`): whoever brings a draw
    along keeps it.

    Parameters
    ----------
    cohort : the dyads; of their traits those that stay through the weeks are used.
    normals : by which all is drawn.
    """
    linear = system(cohort.dynamics)
    drawn = _Drawn.of(cohort, linear, normals)
    states = drawn.states(linear.with_feedback, drawn.sources(cohort)) + _lasting_shifts(cohort, linear)
    said = zip(_SAID, _said_of(states, linear), strict=True)
    return {name: np.clip(np.round(each, DIGITS), TRAITS[name].low, TRAITS[name].high) for name, each in said}


def grown_apart(dynamics: Dynamics, week: int) -> float:
    """How far expectations of repair have grown apart at the start of a week, from 0 at birth on."""
    return float(1 - (1 - dynamics["rate of expectation"]) ** max(week, 0))


@dataclass(frozen=True)
class _Drawn:
    """Draw, by the linear system, of all in which dyads may differ of which nothing is known.

    Attributes
    ----------
    levels, fluctuation : (states, dyads) what is a dyad's own in a state: what lasts, and what comes and goes.
    background : (dyads,) by name.
    """

    levels: Numbers
    background: dict[str, Numbers]
    fluctuation: Numbers

    def sources(self, cohort: Cohort) -> Numbers:
        """Sources (sources, dyads) as drawn: background, shifted by risks and support, and the cohort's traits."""
        shift = _background_shifts(cohort)
        brought = np.stack([self.background[name] + shift[name] for name in BACKGROUND])
        return np.concatenate([brought, np.stack([cohort.traits[name] for name in PLAY_TRAITS])])

    def states(self, law: Stationary, sources: Numbers) -> Numbers:
        """States (states, dyads) that follow from what was drawn: S own + D u + f."""
        return mixed(law.settles, self.levels) + mixed(law.drawn_by, sources) + self.fluctuation

    @classmethod
    def of(cls, cohort: Cohort, linear: System, normals_of: Normals) -> _Drawn:
        def normals(what: str, names: list[str]) -> Numbers:
            return np.stack([normals_of(cohort.seed or 0, cohort.units, f"{what} {name}") for name in names])

        # With W W' = P (lower Cholesky factor), W n has the covariance P where n are independent standard normals.
        factor = np.linalg.cholesky(linear.with_feedback.fluctuation)
        return cls(
            linear.level_sd[:, None] * normals("level", _STATES),
            dict(zip(BACKGROUND, normals("background", list(BACKGROUND)), strict=True)),
            mixed(np.asarray(factor, dtype=np.float64), normals("start", _STATES)),
        )


def _said_of(states: Numbers, linear: System) -> Numbers:
    """Traits (said, dyads) that a cohort would say (``_SAID``) of dyads with these slow states (states, dyads)."""
    burden = sum(states[_STATES.index(name)] for name in CARRIED) / linear.load_sd["burden"]
    return np.stack([*(states[_STATES.index(name)] for name in SHOWN_IN_PLAY), burden])


def _background_shifts(cohort: Cohort) -> dict[str, Numbers]:
    """Shifts (dyads,) of each part of the background by risks and support."""
    shift = {name: np.zeros(len(cohort)) for name in BACKGROUND}
    for move, by in cohort.setting_shifts():
        if move.state in BACKGROUND:
            shift[move.state] += by
    return shift


def _lasting_shifts(cohort: Cohort, linear: System) -> Numbers:
    """Shifts (states, dyads) to which the lasting pushes of risks and support have led: S times the pushes."""
    pushed = np.zeros((len(_STATES), len(cohort)))
    for move, by in cohort.setting_shifts():
        if move.state in SLOW and move.weeks is None:
            pushed[_STATES.index(move.state)] += by
    return mixed(linear.with_feedback.settles, pushed)


def _gains(law: Stationary, linear: System) -> Numbers:
    """Gains (levels, background and fluctuation; said): what a difference in what the cohort says tells of each.

    Let w be all that may differ (own levels, background, fluctuation), with covariance V, and y = H w what the cohort
    says. For normal variables the mean of w given y is V H' inverse(H V H') y (Lütkepohl, 2005, appendix B,
    doi:10.1007/978-3-540-27752-1).
    """
    brought = len(BACKGROUND)
    said = _said_of(np.eye(len(_STATES)), linear)  # M (said, states): what is said of states
    # V: levels and background are independent (of level_sd and 1), the fluctuation varies together as P.
    covariance = np.zeros((2 * len(_STATES) + brought,) * 2)
    lasting = np.concatenate([linear.level_sd**2, np.ones(brought)])
    covariance[: len(lasting), : len(lasting)] = np.diag(lasting)
    covariance[len(lasting) :, len(lasting) :] = law.fluctuation
    # H = M (S, D of background, I), since states are S own + D u + f.
    by = np.hstack([said @ law.settles, said @ law.drawn_by[:, :brought], said])
    # V H' inverse(H V H') is the transpose of inverse(H V H') H V: both V and H V H' are symmetric.
    return np.asarray(np.linalg.solve(by @ covariance @ by.T, by @ covariance).T, dtype=np.float64)
