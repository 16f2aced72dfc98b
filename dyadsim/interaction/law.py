"""The exact law of interaction: what simulation converges to, by linear algebra and without noise.

Given a dyad's traits, a session is a Markov chain on 300 contexts. From its chances follow the course
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

from ..common.shown import Shown, counted
from ..measurement import measures as measured
from ..measurement.declarations import CONTINGENCIES, MEASURES
from ..measurement.repair_survival import survival
from ..measurement.tally import HORIZON, Latencies, Tally
from ..people.cohort import Cohort, check_cohort
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from ..theory.states import AROUSAL_LEVELS, ICEP, INNER, AnyScheme, MatchScheme, match_scheme
from .paradigms import Paradigm
from .rule_set import Rules
from .tables import CONTEXT_SHAPE, START, distinct, kinds, make_tables, probe

__all__ = ["Law", "law"]

Matrix = NDArray[np.float64]
_CELLS = ICEP.cells
_SHAPE = (_CELLS, INNER)
_LEVEL = np.arange(INNER) % AROUSAL_LEVELS
"""Arousal of each inner state."""
_CURVE = ["episode", "seconds", "survival"]


def law(
    cohort: Cohort,
    paradigm: str | Path | Paradigm = "free-play",
    *,
    seconds: int | None = None,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
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
    """Exact law of a cohort in a paradigm, dyad by dyad and over the population.

    With ``before``, (30 cells, 10 inner states) chances of the context in the second before the first, it begins there.
    """

    def __init__(self, cohort: Cohort, paradigm: Paradigm, rules: Rules, before: Matrix | None = None) -> None:
        self.cohort, self.paradigm, self.rules = cohort, paradigm, rules
        self.episodes = [episode.name for episode in paradigm.episodes]
        self._different, self._which = distinct(cohort, rules)
        self._chains = _chains(self._different, paradigm, rules, before)

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

    def bout_rates(self) -> pd.DataFrame:
        """Bouts a minute over all episodes, and how much sessions differ in them, one row a dyad.

        ``infant_mean``, ``mother_mean``: the dyad's expected rate; ``infant_sd``, ``mother_sd``: how far one session of
        that same dyad lies from it by chance.
        """
        rates = pd.DataFrame([chain.bout_rates() for chain in self._chains]).iloc[self._which]
        return rates.set_axis(pd.Index(self.cohort.units, name="dyad"), axis=0)

    def time_in_contexts(self) -> Matrix:
        """Expected share of all time in each context: (dyads, his states, hers, his inner states)."""
        shares = np.stack([chain.course.mean(axis=0) for chain in self._chains])
        return shares.reshape(-1, *CONTEXT_SHAPE)[self._which]

    def course(self) -> pd.DataFrame:
        """Chance of each state, and mean arousal, at every second, averaged over the population (one row a second)."""
        weights = np.bincount(self._which) / len(self._which)
        contexts = np.einsum("d,dtcn->tcn", weights, np.stack([chain.course for chain in self._chains]))
        whole = contexts.reshape(-1, *CONTEXT_SHAPE)
        columns = {f"infant_{n}": whole[:, k].sum(axis=(1, 2)) for k, n in enumerate(ICEP.infant_names)}
        columns |= {f"mother_{n}": whole[:, :, k].sum(axis=(1, 2)) for k, n in enumerate(ICEP.mother_names)}
        columns["arousal"] = whole.sum(axis=(1, 2)) @ _LEVEL
        lengths = [episode.seconds for episode in self.paradigm.episodes]
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(whole), name="second"))
        frame.insert(0, "episode", np.repeat(self.episodes, lengths))
        return frame

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


@dataclass(frozen=True)
class _Step:
    """One second of a dyad's chain in one kind of episode: chances of its independent draws, by cell and inner state.

    ``infant`` (30, 10, 5), ``mother`` (30, 10 or 1, 6), ``inner`` (30, 10, 10).
    """

    infant: Matrix
    mother: Matrix
    inner: Matrix

    @classmethod
    def of(cls, infant: Matrix, mother: Matrix, arousal: Matrix, attention: Matrix) -> _Step:
        """The step of chances of each draw: arousal (30, 10, 3) falls, stays or rises, attention (30, 10, 2)."""
        # Chances of the next level of arousal: a fall, a stay and a rise, each where it stays within the scale.
        level = np.zeros((*arousal.shape[:2], AROUSAL_LEVELS))
        for change in (-1, 0, 1):
            inside = (_LEVEL + change >= 0) & (_LEVEL + change < AROUSAL_LEVELS)
            level[:, inside, _LEVEL[inside] + change] = arousal[:, inside, change + 1]
        # P(n') = P(attention') P(arousal'): inner states are numbered attention first.
        return cls(infant, mother, (attention[..., :, None] * level[..., None, :]).reshape(*level.shape[:2], INNER))

    @property
    def draws(self) -> tuple[Matrix, Matrix, Matrix]:
        """The three, as compiled code takes them."""
        return self.infant, self.mother, self.inner

    def course(self, before: Matrix, filled: Matrix) -> None:
        """Fill (seconds, cells, inner) with the chances of where the chain is, from the second ``before`` on."""
        from .chain_arithmetic import course

        course(before, *self.draws, filled)

    def begun(self, visited: Matrix, matched: NDArray[np.bool_]) -> Matrix:
        """Expected mismatches (seconds, cells, inner) begun up to each second of an episode that goes this course."""
        from .chain_arithmetic import begun

        filled = np.empty_like(visited)
        begun(visited, matched, *self.draws, filled)
        return filled

    def lasting(self, matched: NDArray[np.bool_]) -> Matrix:
        """Chances (ages + 1, cells, inner) that a mismatch now is still unbroken 0, 1, ... seconds on."""
        from .chain_arithmetic import lasting

        filled = np.empty((HORIZON + 1, *_SHAPE))
        lasting(matched, *self.draws, filled)
        return filled

    def pairs(self, left: Matrix) -> Matrix:
        """Expected transitions (cells, next cells), of contexts (cells, inner) that were left so often each."""
        his = left[..., None] * self.infant
        mother = np.broadcast_to(self.mother, (*left.shape, self.mother.shape[2]))
        return np.einsum("cni,cnm->cim", his, mother).reshape(_CELLS, _CELLS)

    def changing(self, partner: str) -> _Step:
        """Step of the chances of those next states in which that partner's state is another."""
        infants, mothers = np.divmod(np.arange(_CELLS), len(ICEP.mother))
        cells = np.arange(_CELLS)
        infant, mother = self.infant.copy(), self.mother.copy()
        if partner == "infant":
            infant[cells, :, infants] = 0.0
        else:
            mother[cells, :, mothers] = 0.0
        return replace(self, infant=infant, mother=mother)


class _Chain:
    """The chain of one dyad through a paradigm."""

    def __init__(self, steps: list[_Step], which: NDArray[np.int64], ends: list[int], before: Matrix) -> None:
        self.steps = steps  # one a kind of episode
        self._ends = ends
        firsts = [0, *ends[:-1]]
        self.course = _course(steps, which, ends, before)
        self.episodes = [
            _expected(steps[kind], self.course[first:end], kind, first)
            for kind, first, end in zip(which, firsts, ends, strict=True)
        ]

    def latencies(self, scheme: MatchScheme) -> list[tuple[float, Matrix, Matrix]]:
        """Expected mismatches, those at risk and those repaired by age (ages,), episode by episode."""
        lasting = [step.lasting(scheme.cells) for step in self.steps]
        return [
            _at_risk(
                self.steps[e.kind].begun(self.course[e.first : e.first + e.seconds], scheme.cells), lasting[e.kind]
            )
            for e in self.episodes
        ]

    def bout_rates(self) -> dict[str, float]:
        """Mean and standard deviation over sessions of each partner's bouts a minute."""
        minutes = self._ends[-1] / 60
        rates = {}
        for partner in ("infant", "mother"):
            mean, variance = self._changes(partner)
            rates[f"{partner}_mean"] = (mean + len(self._ends)) / minutes  # each episode begins with a bout
            rates[f"{partner}_sd"] = float(np.sqrt(variance)) / minutes
        return rates

    def _changes(self, partner: str) -> tuple[float, float]:
        """Mean and variance of how many steps within episodes change a partner's state."""
        from .chain_arithmetic import backward, changes

        mean = square = 0.0
        ahead = np.zeros(_SHAPE)  # changes that are expected from there on, context by context
        for e in reversed(self.episodes):
            step = self.steps[e.kind]
            visited = self.course[e.first : e.first + e.seconds]
            own, of_square = changes(visited, step.draws, step.changing(partner).draws, ahead)
            mean, square = mean + own, square + of_square
            # The step into an episode counts for no change, since each episode begins with bouts of its own.
            before = np.empty(_SHAPE)
            backward(ahead, *step.draws, before)
            ahead = before
        return mean, square - mean**2


def _chains(cohort: Cohort, paradigm: Paradigm, rules: Rules, before: Matrix | None = None) -> list[_Chain]:
    """Chain of each dyad, with a step for each kind of episode, from the same context before the first second on."""
    episodes, which = kinds(paradigm)
    by_kind = [make_tables(cohort, rules, episode).by_dyad() for episode in episodes]
    steps = ([_Step.of(*draws) for draws in dyad] for dyad in zip(*by_kind, strict=True))
    first = _at_first() if before is None else before
    return [_Chain(each, which, paradigm.ends, first) for each in steps]


def _at_first() -> Matrix:
    """Chances (cells, inner) before the first second: 1 where a session starts."""
    start = np.zeros(_SHAPE)
    start.flat[START] = 1.0
    return start


def _course(steps: list[_Step], which: NDArray[np.int64], ends: list[int], before: Matrix) -> Matrix:
    """Chances (seconds, cells, inner) of where the chain is at each second.

    Parameters
    ----------
    steps : one a kind of episode.
    which, ends : of each episode its kind, and the second at which it is over.
    before : (cells, inner) chances in the second before the first.
    """
    course = np.empty((ends[-1], *_SHAPE))
    first = 0
    for kind, end in zip(which, ends, strict=True):
        steps[kind].course(course[first - 1] if first else before, course[first:end])
        first = end
    return course


def _expected(step: _Step, course: Matrix, kind: int, first: int) -> _Episode:
    """Expected counts of an episode whose seconds go this ``course`` (seconds, cells, inner) by this step."""
    # Times that each context was left for the next second; the first second of an episode follows none.
    left = course[:-1].sum(axis=0)
    inner = course.sum(axis=(0, 1))
    return _Episode(
        int(kind),
        first,
        len(course),
        starts=course[0].sum(axis=1),
        pairs=step.pairs(left),
        arousal=inner.reshape(-1, AROUSAL_LEVELS).sum(axis=0),
    )


def _at_risk(begun: Matrix, lasting: Matrix) -> tuple[float, Matrix, Matrix]:
    """Expected mismatches of an episode, and those at risk of repair and repaired at each age (ages,).

    A mismatch of age k whose next second is observed began k + 2 seconds or more before the episode's end, and lasted.

    Parameters
    ----------
    begun : (seconds, cells, inner) mismatches begun up to each second.
    lasting : (ages + 1, cells, inner) the chance that one still lasts so many seconds on.
    """
    seconds = len(begun)
    at_risk, repaired = np.zeros(HORIZON), np.zeros(HORIZON)
    oldest = min(HORIZON, seconds - 1)
    # Row k: those that began early enough to be seen at age k and a second later.
    from_these = begun[seconds - 2 - np.arange(oldest)]
    # At risk at age k are those of them that lasted so long; repaired those that then did not last one second more.
    at_risk[:oldest] = np.einsum("kcn,kcn->k", from_these, lasting[:oldest])
    repaired[:oldest] = at_risk[:oldest] - np.einsum("kcn,kcn->k", from_these, lasting[1 : oldest + 1])
    return float(begun[-1].sum()), at_risk, repaired
