"""The exact law of interaction: what simulation converges to, by linear algebra and without noise.

Given a dyad's traits, a session is a Markov chain on 150 contexts. From its transition matrices follow the course
through every second of a paradigm and the expected counts of everything that a
:class:`~dyadsim.measurement.tally.Tally` counts, so the law is measured by the very functions that measure sessions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..common.shown import Shown, counted
from ..measurement import measures as measured
from ..measurement.declarations import CONTINGENCIES, MEASURES
from ..measurement.repair_survival import survival
from ..measurement.tally import HORIZON, Latencies, Tally
from ..people.cohort import Cohort, check_cohort
from ..theory.rules import InfantRules, MotherRules
from ..theory.states import AROUSAL_LEVELS, ICEP, AnyScheme, MatchScheme, match_scheme
from .paradigms import Paradigm
from .rule_set import Rules
from .tables import CONTEXTS, START, distinct, kinds, make_tables, probe

__all__ = ["Law", "law"]

Matrix = NDArray[np.float64]
_CELLS = ICEP.cells
_alone = threadpool_limits.wrap(limits=1, user_api="blas")
"""Products of 150 x 150 gain nothing from several threads, and their last bits could depend on how many there are."""
_CURVE = ["episode", "seconds", "survival"]


def law(
    cohort: Cohort,
    paradigm: str | Path | Paradigm = "free-play",
    *,
    seconds: int | None = None,
    infant: type[InfantRules] = InfantRules,
    mother: type[MotherRules] = MotherRules,
) -> Law:
    """Exact law of a paradigm for every dyad of a cohort; dyads with the same traits share one.

    Parameters
    ----------
    cohort : the dyads.
    paradigm : a shipped name, a TOML file or a :class:`Paradigm`.
    seconds : the whole session stretched to so many seconds.
    infant, mother : the rules; pass a subclass to change one.

    Returns
    -------
    The law, measured by the functions that measure sessions.

    Raises
    ------
    DyadsimError
        for an unknown paradigm, impossible seconds, or a rule that gives no probabilities.

    >>> law = ds.law(ds.Cohort.sample(10, seed=1), "still-face")
    >>> law.match(), law.repair_survival()
    """
    rules = Rules(infant, mother).alone()
    probe(rules)  # refuses a rule that mixes dyads
    return Law(check_cohort(cohort), Paradigm.load(paradigm).lasting(seconds), rules)


class Law(Shown):
    """Exact law of a cohort in a paradigm, dyad by dyad and over the population."""

    def __init__(self, cohort: Cohort, paradigm: Paradigm, rules: Rules) -> None:
        self.cohort, self.paradigm, self.rules = cohort, paradigm, rules
        self.episodes = [episode.name for episode in paradigm.episodes]
        self._different, self._which = distinct(cohort, rules)
        self._chains = _chains(self._different, paradigm, rules)

    def _in_a_line(self) -> str:
        who = f"{counted(len(self.cohort), 'dyad')} ({self.cohort.population})"
        return f"exact, {who}, {self.paradigm.name}: {', '.join(self.episodes)}"

    def measures(
        self, scheme: AnyScheme = None, latencies: bool = True, only: Collection[str] | None = None
    ) -> pd.DataFrame:
        """Measures, one row a dyad and episode, in the columns of a session's (all but the grid's).

        Shares, match, arousal, counts and rates are exact expectations. Chance match, kappa, contingencies, bout
        lengths and repair survival are those functions of expected counts: what sessions come to when they are pooled
        or long. A single short session's own differ a little on average.

        Parameters
        ----------
        scheme : the match scheme: a name, or a matrix of your own (infant states x mother states).
        latencies : whether to say anything of repair survival, which takes a third of the time.
        only : names of the measures wanted.

        Raises
        ------
        DyadsimError
            if there is no such scheme or measure.
        """
        match = match_scheme(scheme)
        tally = self._tally(match if latencies else None)
        frame = measured.interaction_measures(tally, match, brief=measured.are_brief(only))
        rows = self._which[:, None] * len(self.episodes) + np.arange(len(self.episodes))
        frame = frame.iloc[rows.ravel()].reset_index(drop=True)
        return measured.by_episode(frame, self.cohort.units.tolist(), self.episodes, only)

    def pooled_measures(self, episodes: Collection[str] | None = None, scheme: AnyScheme = None) -> pd.Series:
        """Measures of the whole population in the named episodes, taken as one stretch; no latencies.

        Parameters
        ----------
        episodes : their names (default: all).
        scheme : the match scheme.

        Raises
        ------
        DyadsimError
            if there is no such episode or scheme.
        """
        wanted = self.episodes if episodes is None else episodes
        weights = np.bincount(self._which).astype(float)
        together = measured.pooled(self._tally(), self.episodes, wanted, weights)
        return measured.interaction_measures(together, match_scheme(scheme)).iloc[0]

    def shares(self) -> pd.DataFrame:
        """Expected share of time in each state, one row a dyad and episode."""
        shares = [name for name, measure in MEASURES.items() if measure.group == "states"]
        return self.measures(latencies=False)[["dyad", "episode", *shares]]

    def match(self, scheme: AnyScheme = None) -> pd.DataFrame:
        """Expected match, match expected by chance and kappa, one row a dyad and episode."""
        return self.measures(scheme, latencies=False)[["dyad", "episode", "match", "chance_match", "kappa"]]

    def contingencies(self) -> pd.DataFrame:
        """Self- and interactive contingency of each partner, one row a dyad and episode."""
        return self.measures(latencies=False)[["dyad", "episode", *CONTINGENCIES]]

    def repair_survival(self, scheme: AnyScheme = None) -> pd.DataFrame:
        """Repair survival of the population after 1 to 60 seconds: ``episode``, ``seconds``, ``survival``.

        As Kaplan & Meier (1958, doi 10.1080/01621459.1958.10501452), of expected counts.

        Parameters
        ----------
        scheme : the match scheme.
        """
        match = match_scheme(scheme)
        latencies = self._tally(match).latencies_of(match)
        weights = np.bincount(self._which)
        curves = {
            episode: survival(latencies[e :: len(self.episodes)].pooled(weights))[0]
            for e, episode in enumerate(self.episodes)
        }
        curve = pd.DataFrame(curves, index=pd.RangeIndex(1, HORIZON + 1, name="seconds"))
        return curve.melt(var_name="episode", value_name="survival", ignore_index=False).reset_index()[_CURVE]

    @_alone
    def bout_rates(self) -> pd.DataFrame:
        """Bouts a minute over all episodes, and how much sessions differ in them, one row a dyad.

        ``infant_mean``, ``mother_mean``: the dyad's expected rate; ``infant_sd``, ``mother_sd``: how far one session of
        that same dyad lies from it by chance.
        """
        rates = pd.DataFrame([chain.bout_rates() for chain in self._chains]).iloc[self._which]
        return rates.set_axis(pd.Index(self.cohort.units, name="dyad"), axis=0)

    def course(self) -> pd.DataFrame:
        """Chance of each state, and mean arousal, at every second, averaged over the population (one row a second)."""
        weights = np.bincount(self._which) / len(self._which)
        contexts = np.einsum("d,dtc->tc", weights, np.stack([chain.course for chain in self._chains]))
        whole = contexts.reshape(-1, len(ICEP.infant), len(ICEP.mother), AROUSAL_LEVELS)
        columns = {f"infant_{n}": whole[:, k].sum(axis=(1, 2)) for k, n in enumerate(ICEP.infant_names)}
        columns |= {f"mother_{n}": whole[:, :, k].sum(axis=(1, 2)) for k, n in enumerate(ICEP.mother_names)}
        columns["arousal"] = whole.sum(axis=(1, 2)) @ np.arange(AROUSAL_LEVELS)
        lengths = [episode.seconds for episode in self.paradigm.episodes]
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(whole), name="second"))
        frame.insert(0, "episode", np.repeat(self.episodes, lengths))
        return frame

    @_alone
    def _tally(self, scheme: MatchScheme | None = None) -> Tally:
        """Expected counts of the distinct dyads, dyad by dyad and episode by episode; latencies only under a scheme."""
        if scheme is None:
            return self._counts
        ages = zip(*(latency for chain in self._chains for latency in chain.latencies(scheme)), strict=True)
        return replace(self._counts, latencies={scheme.name: Latencies.of_at_risk(*map(np.array, ages))})

    @cached_property
    def _counts(self) -> Tally:
        """Expected counts that do not depend on a scheme."""
        parts = [part for chain in self._chains for part in chain.episodes]
        pairs = np.stack([part.pairs for part in parts])
        return Tally(
            ICEP,
            1.0,
            span=np.array([part.seconds for part in parts]),
            starts=np.stack([part.starts for part in parts]),
            pairs=pairs,
            lagged=pairs,
            latencies={},
            arousal=np.stack([part.arousal for part in parts]),
        )


@dataclass(frozen=True)
class _Episode:
    """One episode of one dyad: its kind, its first second, and expected counts."""

    kind: int
    first: int
    seconds: int
    starts: Matrix
    pairs: Matrix
    arousal: Matrix


class _Chain:
    """The chain of one dyad through a paradigm."""

    def __init__(self, matrices: Matrix, which: NDArray[np.int64], ends: list[int]) -> None:
        self.matrices = matrices  # (kinds, contexts, contexts)
        self._kinds, self._ends = which, ends
        firsts = [0, *ends[:-1]]
        self.course = _course(matrices, which, ends)
        self.episodes = [
            _expected(matrices[kind], self.course[first:end], kind, first)
            for kind, first, end in zip(which, firsts, ends, strict=True)
        ]

    def latencies(self, scheme: MatchScheme) -> list[tuple[float, Matrix, Matrix]]:
        """Expected mismatches, those at risk and those repaired by age (ages,), episode by episode."""
        # 1 in the contexts of a mismatch, 0 in those of a match.
        open_ = np.repeat(~scheme.cells, AROUSAL_LEVELS).astype(np.float64)
        lasting = [_lasting(matrix, open_) for matrix in self.matrices]
        out = []
        for e in self.episodes:
            course = self.course[e.first : e.first + e.seconds] * open_
            # Chance that a mismatch begins at each second, context by context: of being in one then, less that of
            # having been in one the second before. An episode's first second begins one wherever it is no match.
            begun = course.copy()
            begun[1:] -= course[:-1] @ self.matrices[e.kind] * open_
            out.append(_at_risk(begun.cumsum(axis=0), lasting[e.kind]))
        return out

    def bout_rates(self) -> dict[str, float]:
        """Mean and standard deviation over sessions of each partner's bouts a minute."""
        cell = np.arange(CONTEXTS) // AROUSAL_LEVELS
        minutes = self._ends[-1] / 60
        rates = {}
        for partner, state in (("infant", cell // len(ICEP.mother)), ("mother", cell % len(ICEP.mother))):
            mean, variance = self._changes(state[:, None] != state)
            rates[f"{partner}_mean"] = (mean + len(self._ends)) / minutes  # each episode begins with a bout
            rates[f"{partner}_sd"] = float(np.sqrt(variance)) / minutes
        return rates

    def _changes(self, change: NDArray[np.bool_]) -> tuple[float, float]:
        """Mean and variance of how many steps within episodes are a ``change`` (contexts, contexts).

        Carried along the chain, context by context: the chance of being there, and the first and second moment of the
        count so far.
        """
        # With N the changes so far: P(here), E[N; here] and E[N^2; here], a row each.
        moments = np.zeros((3, CONTEXTS))
        moments[0, START] = 1.0
        first = 0
        for kind, end in zip(self._kinds, self._ends, strict=True):
            matrix, changing = self.matrices[kind], self.matrices[kind] * change
            # The step into an episode counts for no change, since each episode begins with bouts of its own.
            moments = moments @ matrix
            for _ in range(end - first - 1):
                # A change makes N into N + 1: E[N + 1] = E[N] + P, and E[(N + 1)^2] = E[N^2] + 2 E[N] + P.
                more = moments[:2] @ changing
                moments = moments @ matrix
                moments[1] += more[0]
                moments[2] += 2 * more[1] + more[0]
            first = end
        _, mean, square = moments.sum(axis=1)
        return float(mean), float(square - mean**2)


@_alone
def _chains(cohort: Cohort, paradigm: Paradigm, rules: Rules) -> list[_Chain]:
    """Chain of each dyad, with a transition matrix for each kind of episode."""
    episodes, which = kinds(paradigm)
    tables = [make_tables(cohort, rules, episode).by_context() for episode in episodes]
    return [
        _Chain(np.stack([_matrix(*(part[d] for part in table)) for table in tables]), which, paradigm.ends)
        for d in range(len(cohort))
    ]


def _matrix(infant: Matrix, mother: Matrix, arousal: Matrix) -> Matrix:
    """Transition matrix (150, 150): given the context the three draws are independent, so their chances multiply.

    Parameters
    ----------
    infant, mother : (150, states) chances of the next state, by context.
    arousal : (150, 3) chances that arousal falls, stays and rises.
    """
    # Chances of the next level of arousal: a fall, a stay and a rise, each where it stays within the scale.
    level = np.arange(CONTEXTS) % AROUSAL_LEVELS
    next_level = np.zeros((CONTEXTS, AROUSAL_LEVELS))
    for change in (-1, 0, 1):
        inside = (level + change >= 0) & (level + change < AROUSAL_LEVELS)
        next_level[inside, level[inside] + change] = arousal[inside, change + 1]
    # P(i', m') = P(i') P(m'), then P(i', m', a') = P(i', m') P(a'): contexts are numbered infant first, arousal last.
    partners = infant[:, :, None] * mother[:, None, :]
    return (partners.reshape(CONTEXTS, -1, 1) * next_level[:, None, :]).reshape(CONTEXTS, CONTEXTS)


def _course(matrices: Matrix, which: NDArray[np.int64], ends: list[int]) -> Matrix:
    """Chances (seconds, contexts) of where the chain is at each second.

    x(t) = x(t - 1) P, with the matrix P of the episode that second t is of, from the greeting on.

    Parameters
    ----------
    matrices : (kinds, contexts, contexts) one a kind of episode.
    which, ends : of each episode its kind, and the second at which it is over.
    """
    course = np.empty((ends[-1], CONTEXTS))
    now = np.zeros(CONTEXTS)
    now[START] = 1.0
    first = 0
    for kind, end in zip(which, ends, strict=True):
        for second in range(first, end):
            now = now @ matrices[kind]
            course[second] = now
        first = end
    return course


def _expected(matrix: Matrix, course: Matrix, kind: int, first: int) -> _Episode:
    """Expected counts of an episode whose seconds go this ``course`` (seconds, contexts) by this ``matrix``."""
    # Expected times that each context was left for the next second, and the chances of the cell it was left for.
    left = course[:-1].sum(axis=0)
    to_cells = matrix.reshape(CONTEXTS, _CELLS, AROUSAL_LEVELS).sum(axis=2)
    # Summed over arousal these are transitions between cells; the first second follows none.
    return _Episode(
        int(kind),
        first,
        len(course),
        starts=course[0].reshape(_CELLS, AROUSAL_LEVELS).sum(axis=1),
        pairs=(left[:, None] * to_cells).reshape(_CELLS, AROUSAL_LEVELS, _CELLS).sum(axis=1),
        arousal=course.sum(axis=0).reshape(_CELLS, AROUSAL_LEVELS).sum(axis=0),
    )


def _lasting(matrix: Matrix, open_: Matrix) -> Matrix:
    """Chances (ages + 1, contexts) that a mismatch now is still unbroken 0, 1, ... seconds on.

    L(0) = 1 in a mismatch, else 0; L(k + 1) = L(0) P L(k): in one now, and from the next second on for k more.

    Parameters
    ----------
    matrix : (contexts, contexts) transitions.
    open_ : (contexts,) 1 where it is a mismatch, 0 where it is a match.
    """
    lasting = np.empty((HORIZON + 1, CONTEXTS))
    lasting[0] = open_
    for age in range(HORIZON):
        lasting[age + 1] = open_ * (matrix @ lasting[age])
    return lasting


def _at_risk(begun: Matrix, lasting: Matrix) -> tuple[float, Matrix, Matrix]:
    """Expected mismatches of an episode, and those at risk of repair and repaired at each age (ages,).

    A mismatch of age k whose next second is observed began k + 2 seconds or more before the episode's end, and lasted.

    Parameters
    ----------
    begun : (seconds, contexts) mismatches begun up to each second.
    lasting : (ages + 1, contexts) the chance that one still lasts so many seconds on.
    """
    seconds = len(begun)
    at_risk, repaired = np.zeros(HORIZON), np.zeros(HORIZON)
    oldest = min(HORIZON, seconds - 1)
    # Row k: those that began early enough to be seen at age k and a second later.
    from_these = begun[seconds - 2 - np.arange(oldest)]
    # At risk at age k are those of them that lasted so long; repaired those that then did not last one second more.
    at_risk[:oldest] = np.einsum("kc,kc->k", from_these, lasting[:oldest])
    repaired[:oldest] = at_risk[:oldest] - np.einsum("kc,kc->k", from_these, lasting[1 : oldest + 1])
    return float(begun[-1].sum()), at_risk, repaired
