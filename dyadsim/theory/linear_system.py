"""The linear part of the weekly system, and what follows from it: how states vary together and where pushes lead.

    x' = x + k (level - x) + noise,    level = own + C x + B u + L z + pushes

with slow states x, rates k, couplings C, sources u (background and traits that stay) that pull by B, and scores z of
the week's interaction that give by L. Without feedback z is 0; with it, z follows states and sources about as
``norms.slopes`` say, z = F x + G u + chance, which makes a linear theory of the whole:

    S = inverse(I - C - L F)                where a lasting push on levels leads
    D = S (B + L G)                         where sources lead
    A = I - diag(k) (I - C - L F)           next week's deviation from this week's

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
from .slow_states import CARRIED, LIVED, LOADS, PLAY_TRAITS, SHOWN_IN_PLAY, SLOW, SOURCES

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
    """Numbers that a week is stepped with: states in the order of ``SLOW``, sources of ``SOURCES``, lived measures of
    ``LIVED``.

    Attributes
    ----------
    rate : (states,) share of the way to its level that a state goes in a week.
    couplings, pulls, gives : (states, states | sources | lived measures) the arrows: C, B, L.
    level_sd : (states,) standard deviation between dyads of what is their own in a state and lasts.
    noise_sd : (states,) standard deviation of what comes anew in a state each week.
    load_sd : by load (``slow_states.LOADS``), standard deviation of the sum of its states in the community.
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
    settles : (states, states) by it a lasting push on levels becomes a shift of states: S.
    drawn_by : (states, sources) shift of states per source: D.
    step : (states, states) by it a deviation becomes next week's: A.
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
    """The linear system of some parameters of the weeks.

    Parameters
    ----------
    dynamics : the parameters, and the norms against which weeks are scored.

    Returns
    -------
    the numbers that a week is stepped with, and the stationary laws with and without feedback.

    Raises
    ------
    DyadsimError
        if they let states run away.
    """
    given = _Arrows(dynamics)
    # Feedback depends on how much the loads vary, and that on the feedback: both are found in turn, from states that do
    # not vary together (a sum of n of them has the standard deviation root n).
    load_sd = {name: np.sqrt(len(states)) for name, states in LOADS.items()}
    summed = {name: np.isin(_STATES, states).astype(float) for name, states in LOADS.items()}  # 1 for each of a load
    for _ in range(_ROUNDS):
        own = given.own_variance(load_sd["burden"])
        law = given.stationary(own, load_sd["burden"], feedback=True)
        load_sd = {name: float(np.sqrt(each @ law.covariance @ each)) for name, each in summed.items()}
    return System(
        given.rate,
        given.couplings,
        given.pulls,
        given.gives,
        _rounded(np.sqrt(given.lasting * own)),
        _rounded(np.sqrt(given.fresh * own)),
        {name: round(sd, _DIGITS) for name, sd in load_sd.items()},
        law,
        given.stationary(own, load_sd["burden"], feedback=False),
    )


def _rounded(numbers: Matrix) -> Matrix:
    """Numbers without the last digits of a solved equation, which differ between processors and numbers of threads."""
    return np.asarray(np.round(numbers, _DIGITS), dtype=np.float64)


class _Arrows:
    """Arrows as matrices, and the covariance that follows from them.

    Attributes
    ----------
    rate, lasting : (states,) share of the way to its level in a week; share of own variance that never changes.
    fresh : (states,) variance that comes anew each week, for an own variance of 1.
    couplings, pulls, gives : (states, states | sources | lived measures) C, B, L.
    norms : by which a week's scores follow traits.
    """

    def __init__(self, dynamics: Dynamics) -> None:
        self.rate = np.array([dynamics[f"rate of {state}"] for state in _STATES])
        self.lasting = np.array([dynamics[f"lasting {state}"] for state in _STATES])
        # A state alone, x' = (1 - k) x + e, varies with var(e) / (1 - (1 - k)^2). This shall be what is not lasting.
        self.fresh = (1 - self.lasting) * (1 - (1 - self.rate) ** 2)
        self.couplings, self.pulls, self.gives = (
            self._matrix(dynamics, names) for names in (_STATES, list(SOURCES), _LIVED)
        )
        self.norms = dynamics.norms

    @staticmethod
    def _matrix(dynamics: Dynamics, sources: list[str]) -> Matrix:
        """(states, sources) strength of the arrow from each source to each state; 0 where there is none."""
        matrix = np.zeros((_N, len(sources)))
        for name, arrow in ARROWS.items():
            if arrow.source in sources:
                matrix[_STATES.index(arrow.target), sources.index(arrow.source)] = arrow.sign * dynamics[name]
        return matrix

    def _followed(self, burden_sd: float) -> tuple[Matrix, Matrix]:
        """How a week's scores follow states, F (lived measures, states), and sources, G (lived measures, sources)."""
        slope = dict(zip(FOLLOWED, self.norms.slopes.T, strict=True))
        states, sources = np.zeros((len(_LIVED), _N)), np.zeros((len(_LIVED), len(SOURCES)))
        for name in SHOWN_IN_PLAY:
            states[:, _STATES.index(name)] = slope[name]
        # burden = sum of the states that carry it / its standard deviation, so each of them has a part in its slope
        states += np.outer(slope["burden"], _CARRIED) / burden_sd
        for name in PLAY_TRAITS:
            sources[:, SOURCES.index(name)] = slope[name]
        return states, sources

    def _linear(self, burden_sd: float, feedback: bool) -> tuple[Matrix, Matrix, Matrix]:
        """Settling S, pull of sources D, and step A, with the week's interaction as the linear theory sees it.

        At rest x is its level: x = own + C x + B u + L (F x + G u), so (I - C - L F) x = own + (B + L G) u.
        """
        states, sources = self._followed(burden_sd)  # F, G
        back = np.eye(_N) - self.couplings - feedback * self.gives @ states  # I - C - L F
        # A week: x + k (level - x) = (I - diag(k) (I - C - L F)) x + what does not depend on x.
        step = np.eye(_N) - self.rate[:, None] * back
        if np.abs(np.linalg.eigvals(step)).max() >= 1:  # some deviation would not die out
            raise DyadsimError("With these parameters the slow states would run away: couplings are too strong.")
        settles = np.asarray(np.linalg.inv(back), dtype=np.float64)
        return settles, settles @ (self.pulls + feedback * self.gives @ sources), step

    def _by_chance(self, feedback: bool) -> Matrix:
        """K K', covariance of what a week's luck in interaction adds to the states: K = diag(k) L diag(chance)."""
        given = self.rate[:, None] * self.gives * self.norms.chance  # K
        return feedback * given @ given.T

    def own_variance(self, burden_sd: float) -> Matrix:
        """(states,) v, how much of each state is a dyad's own, so that all have variance 1 in the community.

        The covariance of the states is linear in v. With s(j) the j-th column of S and P(.) what fluctuates by a noise:

            Cov = sum over j of v(j) (lasting(j) s(j) s(j)' + P(fresh(j))) + D D' + P(chance)

        so diag(Cov) = 1 is one linear equation a state. What comes out too small is raised to the least there is.
        """
        settles, drawn_by, step = self._linear(burden_sd, feedback=True)  # S, D, A
        # What lasts, where own variance is 1 in state j alone and 0 in the others: lasting(j) s(j) s(j)'.
        lasting = np.einsum("ij,kj,j->jik", settles, settles, self.lasting)
        # What fluctuates: by the noise of each state j alone, and last by luck in interaction.
        noise = np.zeros((_N + 1, _N, _N))
        noise[range(_N), range(_N), range(_N)] = self.fresh
        noise[_N] = self._by_chance(feedback=True)
        fluctuates = _lyapunov(step, noise)
        # The part of each variance that is left for what is own: sources have variance 1 and are independent.
        left = 1 - np.diag(drawn_by @ drawn_by.T) - np.diag(fluctuates[_N])
        # Column j: what own variance of 1 in state j adds to the variance of every state.
        by_own = np.stack([np.diag(lasting[j] + fluctuates[j]) for j in range(_N)], axis=1)
        variance = np.linalg.solve(by_own, left)
        return np.asarray(np.maximum(variance, _LEAST), dtype=np.float64)

    def stationary(self, own: Matrix, burden_sd: float, feedback: bool) -> Stationary:
        """Where the system settles and how it varies there, with own variances ``own`` (states,)."""
        settles, drawn_by, step = self._linear(burden_sd, feedback)  # S, D, A
        # P = A P A' + diag(fresh * own) + K K'
        noise = np.diag(self.fresh * own) + self._by_chance(feedback)
        fluctuation = _lyapunov(step, noise[None])[0]
        # Cov = S diag(lasting * own) S' + D D' + P
        lasting = settles * (self.lasting * own) @ settles.T
        covariance = lasting + drawn_by @ drawn_by.T + fluctuation
        return Stationary(*map(_rounded, (settles, drawn_by, step, fluctuation, covariance)))


def _lyapunov(step: Matrix, noises: Matrix) -> Matrix:
    """(noises, states, states) for each noise covariance Q the P with P = A P A' + Q, as scipy's solver has for one.

    With vec(P), the rows of P one after another, vec(A P A') = (A kron A) vec(P). So every P solves the same linear
    equations, (I - A kron A) vec(P) = vec(Q) (Lütkepohl, 2005, section 2.1.4, doi:10.1007/978-3-540-27752-1).
    """
    n = len(step)
    right = noises.reshape(len(noises), -1).T  # a column vec(Q) for each noise
    flat = np.linalg.solve(np.eye(n * n) - np.kron(step, step), right)
    return np.asarray(flat.T.reshape(noises.shape), dtype=np.float64)


def mixed(matrix: Matrix, rows: Matrix) -> Matrix:
    """The product ``matrix @ rows``, summed term by term.

    The last bit of a library's product may depend on how many dyads and threads there are; this one does not.

    Parameters
    ----------
    matrix : (n, m).
    rows : (m, dyads).

    Returns
    -------
    (n, dyads) array
    """
    out = np.zeros((len(matrix), rows.shape[1]))
    for i, k in np.argwhere(matrix):
        out[i] += matrix[i, k] * rows[k]
    return out
