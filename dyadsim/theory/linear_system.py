"""The linear part of the weekly system, and what follows from it: how states vary together and where pushes lead.

    x' = x + k (level - x) + noise,    level = own + C x + B u + L z + pushes

with slow states x, sources u (background and traits that stay), scores z of the week's interaction. Without feedback z
is 0; with it, z follows states and sources about as ``norms.slopes`` say, which makes a linear theory of the whole.

What is a dyad's own in a state has a lasting part and a fluctuating one. How much of it there is follows from the rest:
in the community every state has variance 1. (A state on which others pull so hard that nothing would be left has the
least there is of its own, and varies more.)
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..common.errors import DyadsimError
from .age_norms import FOLLOWED
from .couplings import ARROWS
from .dynamics import Dynamics
from .slow_states import CARRIED, LIVED, LOADS, PLAY_TRAITS, SLOW, SOURCES

__all__ = ["Stationary", "System", "mixed", "system"]

Matrix = NDArray[np.float64]
_STATES, _LIVED = list(SLOW), list(LIVED)
_N = len(_STATES)
_CARRIED = np.isin(_STATES, CARRIED).astype(float)
_DIGITS = 12
_LEAST = 0.005  # of a state's variance that is its own
_ROUNDS = 12  # of settling how much the loads vary, which the feedback depends on


@dataclass(frozen=True, eq=False)
class System:
    """Numbers that a week is stepped with; states in the order of ``SLOW``, sources of ``SOURCES``, lived of ``LIVED``.

    Attributes
    ----------
    rate : (states,) share of the way to its level that a state goes in a week.
    couplings, pulls, gives : (states, states | sources | lived) the arrows.
    level_sd, noise_sd : (states,) spread between dyads of what is their own and lasts; of what comes anew each week.
    load_sd : by load (``slow.LOADS``), the spread of the sum of its states in the community.
    with_feedback, without : the stationary laws of the linear theory.
    """

    rate: Matrix
    couplings: Matrix
    pulls: Matrix
    gives: Matrix
    level_sd: Matrix
    noise_sd: Matrix
    load_sd: dict[str, float]
    with_feedback: Stationary
    without: Stationary


@dataclass(frozen=True, eq=False)
class Stationary:
    """Where the linear system settles and how it varies there.

    Attributes
    ----------
    settles : (states, states) by it a lasting push on levels becomes a shift of states.
    drawn_by : (states, sources) shift of states per source.
    step : (states, states) by it a deviation becomes next week's.
    fluctuation : (states, states) covariance of what comes and goes in a dyad.
    covariance : (states, states) of the states over a community.
    """

    settles: Matrix
    drawn_by: Matrix
    step: Matrix
    fluctuation: Matrix
    covariance: Matrix


@functools.lru_cache(maxsize=64)
@threadpool_limits.wrap(limits=1, user_api="blas")
def system(dynamics: Dynamics) -> System:
    """The system of some parameters.

    Raises
    ------
    DyadsimError
        if they let states run away.
    """
    given = _Arrows(dynamics)
    load_sd = {name: np.sqrt(len(states)) for name, states in LOADS.items()}
    for _ in range(_ROUNDS):
        own = given.own_variance(load_sd["burden"])
        law = given.stationary(own, load_sd["burden"], feedback=True)
        load_sd = {name: float(np.sqrt(_of(names) @ law.covariance @ _of(names))) for name, names in LOADS.items()}
    return System(
        given.rate,
        given.couplings,
        given.pulls,
        given.gives,
        _settled(np.sqrt(given.lasting * own)),
        _settled(np.sqrt(given.fresh * own)),
        {name: round(sd, _DIGITS) for name, sd in load_sd.items()},
        law,
        given.stationary(own, load_sd["burden"], feedback=False),
    )


def _settled(numbers: Matrix) -> Matrix:
    """Without the last digits of a solved equation, which differ between processors and numbers of threads."""
    return np.asarray(np.round(numbers, _DIGITS), dtype=np.float64)


def _of(states: tuple[str, ...]) -> Matrix:
    return np.isin(_STATES, states).astype(float)


class _Arrows:
    """Arrows as matrices, and the covariance that follows from them."""

    def __init__(self, dynamics: Dynamics) -> None:
        self.rate = np.array([dynamics[f"rate of {state}"] for state in _STATES])
        self.lasting = np.array([dynamics[f"lasting {state}"] for state in _STATES])
        # What comes anew each week, so that a state alone would fluctuate with the variance that is not lasting.
        self.fresh = (1 - self.lasting) * (1 - (1 - self.rate) ** 2)
        self.couplings, self.pulls, self.gives = (
            self._matrix(dynamics, names) for names in (_STATES, list(SOURCES), _LIVED)
        )
        self.norms = dynamics.norms

    @staticmethod
    def _matrix(dynamics: Dynamics, sources: list[str]) -> Matrix:
        matrix = np.zeros((_N, len(sources)))
        for name, arrow in ARROWS.items():
            if arrow.source in sources:
                matrix[_STATES.index(arrow.target), sources.index(arrow.source)] = arrow.sign * dynamics[name]
        return matrix

    def _followed(self, burden_sd: float) -> tuple[Matrix, Matrix]:
        """How the scores of a week follow states (lived, states) and sources (lived, sources)."""
        slope = dict(zip(FOLLOWED, self.norms.slopes.T, strict=True))
        states, sources = np.zeros((len(_LIVED), _N)), np.zeros((len(_LIVED), len(SOURCES)))
        for name in ("sensitivity", "regulation"):
            states[:, _STATES.index(name)] = slope[name]
        states += np.outer(slope["burden"], _CARRIED) / burden_sd
        for name in PLAY_TRAITS:
            sources[:, SOURCES.index(name)] = slope[name]
        return states, sources

    def _linear(self, burden_sd: float, feedback: bool) -> tuple[Matrix, Matrix, Matrix]:
        """Settling, pull of sources, and step, with the week's interaction as the linear theory sees it."""
        states, sources = self._followed(burden_sd)
        back = np.eye(_N) - self.couplings - feedback * self.gives @ states
        step = np.eye(_N) - self.rate[:, None] * back
        if np.abs(np.linalg.eigvals(step)).max() >= 1:
            raise DyadsimError("With these parameters the slow states would run away: couplings are too strong.")
        settles = np.asarray(np.linalg.inv(back), dtype=np.float64)
        return settles, settles @ (self.pulls + feedback * self.gives @ sources), step

    def _by_chance(self, feedback: bool) -> Matrix:
        """Covariance of what a week's luck in interaction adds to the states."""
        given = self.rate[:, None] * self.gives * self.norms.chance
        return feedback * given @ given.T

    def own_variance(self, burden_sd: float) -> Matrix:
        """(states,) of each state, so that all have variance 1 in the community: linear equations, one a state."""
        settles, drawn_by, step = self._linear(burden_sd, feedback=True)
        each = np.einsum("ij,kj,j->jik", settles, settles, self.lasting)  # by a unit of lasting own variance
        noise = np.zeros((_N + 1, _N, _N))
        noise[range(_N), range(_N), range(_N)] = self.fresh
        noise[_N] = self._by_chance(feedback=True)
        moved = _lyapunov(step, noise)
        given = 1 - np.diag(drawn_by @ drawn_by.T) - np.diag(moved[_N])
        by_own = np.stack([np.diag(each[j] + moved[j]) for j in range(_N)], axis=1)
        return np.asarray(np.maximum(np.linalg.solve(by_own, given), _LEAST), dtype=np.float64)

    def stationary(self, own: Matrix, burden_sd: float, feedback: bool) -> Stationary:
        settles, drawn_by, step = self._linear(burden_sd, feedback)
        noise = np.diag(self.fresh * own) + self._by_chance(feedback)
        fluctuation = _lyapunov(step, noise[None])[0]
        lasting = settles * (self.lasting * own) @ settles.T
        covariance = lasting + drawn_by @ drawn_by.T + fluctuation
        return Stationary(*map(_settled, (settles, drawn_by, step, fluctuation, covariance)))


def _lyapunov(step: Matrix, noises: Matrix) -> Matrix:
    """For each noise covariance Q the P with P = A P A' + Q; all at once, as scipy's solver does for one."""
    n = len(step)
    flat = np.linalg.solve(np.eye(n * n) - np.kron(step, step), noises.reshape(len(noises), -1).T)
    return np.asarray(flat.T.reshape(noises.shape), dtype=np.float64)


def mixed(matrix: Matrix, rows: Matrix) -> Matrix:
    """``matrix @ rows``, term by term: a product's last bit may depend on how many dyads and threads there are."""
    out = np.zeros((len(matrix), rows.shape[1]))
    for i, k in np.argwhere(matrix):
        out[i] += matrix[i, k] * rows[k]
    return out
