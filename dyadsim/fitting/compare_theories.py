"""Comparing theories on coded sessions: each is a pair of rules, fitted and scored like the others.

The module that gives ``ds.compare_theories``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError, twice
from ..common.random_numbers import Seed, check_seed
from ..common.shown import Shown, counted
from ..interaction.paradigms import Paradigm
from ..measurement.session import Session
from ..theory.states import AnyScheme
from .blind_models import HiddenMarkovModel, MarkovChain
from .coded_sequences import Sequence
from .fit_problem import Optimum, Problem
from .fit_sessions import problem_of, read_sequences
from .folds import by_dyad, halves, score_of_folds
from .simulated_sequences import simulated
from .theory import COMPARED, THEORIES, Theory

__all__ = ["TheoryComparison", "compare_theories"]

Numbers = NDArray[np.float64]
_RIDGE = 1e-3
"""What keeps in the middle of the population what codes cannot tell: a thousandth of its weight."""
_TOLD = 1e-2
"""Information, for a standard deviation of the population, from which on a direction counts as a free number."""
_MOST_FOLDS = 10
_TIMES = 200
_STARTS = 2
"""Searches for the best fit of a theory to all sessions, since some have more than one hill; parts begin there."""


@dataclass(frozen=True)
class _Fitted:
    """A theory fitted to some sequences."""

    theory: Theory
    problem: Problem
    best: Optimum
    numbers: int


@dataclass(frozen=True, repr=False)
class TheoryComparison(Shown):
    """Theories of interaction side by side on the same coded sessions.

    Attributes
    ----------
    table : one row a theory or model that knows nothing of dyads.
    sequences : what was coded.
    fitted : each theory as it was fitted to all.
    held_out : how sessions were held out: by dyad, or by time.
    """

    table: pd.DataFrame
    sequences: list[Sequence]
    fitted: list[_Fitted]
    held_out: str

    def _in_a_line(self) -> str:
        best = self.table["name"].to_numpy()[self.table["held_out"].to_numpy().argmax()]
        dyads = len({sequence.dyad for sequence in self.sequences})
        return (
            f"{counted(len(self.fitted), 'theory')}, {counted(dyads, 'dyad')}; what was held out {best} foretells best"
        )

    def _in_a_table(self) -> pd.DataFrame:
        return self.table

    def frame(self) -> pd.DataFrame:
        """One row a theory or model: how well it explains what was coded, and foretells what it had not seen.

        Columns: ``name``, ``knows_dyads``, ``free`` (numbers that were fitted and that the codes can tell),
        ``log_likelihood``, ``aic``, ``bic`` (Akaike 1974, doi 10.1109/TAC.1974.1100705; Schwarz 1978, doi
        10.1214/aos/1176344136; n is the seconds), ``delta_bic`` (from the lowest), ``held_out`` (mean log-likelihood of
        a second that it was not fitted to) and ``held_out_se`` (over what was held out in one piece). All are of the
        same seconds: those in which both are coded, as they were the second before, and nothing is asked of her.
        """
        return self.table

    def wrong(
        self, theory: str | None = None, times: int = _TIMES, seed: Seed = 0, scheme: AnyScheme = None
    ) -> pd.DataFrame:
        """What each theory gets wrong: measures over all dyads, coded and simulated.

        Columns: ``theory``, ``measure``, ``observed`` (mean over sessions), ``simulated``, ``low``, ``high`` (95 % of
        simulated means), ``off`` (distance in standard deviations of these).

        Parameters
        ----------
        theory : one of them (default: all).
        times : how often all sessions are simulated.
        seed : names the luck.
        scheme : the match scheme.
        """
        rows = []
        for fitted in self.fitted:
            if theory not in (None, fitted.theory.name):
                continue
            seen, made = _measured(fitted, self.sequences, times, seed, scheme)
            for name in seen.columns:
                means = made[name].dropna()
                if seen[name].isna().all() or len(means) < 2:
                    continue
                observed, mean, sd = seen[name].mean(), means.mean(), means.std()
                low, high = means.quantile([0.025, 0.975])
                off = (observed - mean) / sd if sd > 0 else np.nan
                rows.append((fitted.theory.name, name, observed, mean, low, high, off))
        return pd.DataFrame(rows, columns=["theory", "measure", "observed", "simulated", "low", "high", "off"])

    def estimates(self) -> pd.DataFrame:
        """What was fitted: ``theory``, ``parameter``, ``estimate``, ``population`` (the calibrated middle)."""
        rows = []
        for fitted in self.fitted:
            parameters = fitted.problem.likelihood.parameters
            values = fitted.problem.values(fitted.best.free)[0]
            each = zip(parameters.names, values, parameters.middle, strict=True)
            rows += [(fitted.theory.name, *one) for one in each]
        return pd.DataFrame(rows, columns=["theory", "parameter", "estimate", "population"])


def compare_theories(
    sessions: Session | Iterable[Session],
    theories: Iterable[str | Path | Theory] = THEORIES,
    *,
    by: str | None = None,
    paradigm: str | Path | Paradigm | None = None,
    ages: float | None = None,
    seed: Seed = 0,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TheoryComparison:
    """Theories of interaction compared on coded sessions, beside models that know nothing of dyads.

    These are a Markov chain and, with hmmlearn (``pip install "dyadsim[theories]"``), a hidden Markov model.
    Of each theory all dyads share the parameters that its rules look at (:data:`~dyadsim.fitting.theory.COMPARED`, and
    the traits that it declares). Each is fitted to all sessions, and, to see what it foretells, to all but some.

    Parameters
    ----------
    sessions : coded or simulated.
    theories : shipped names, files of rules, or :class:`~dyadsim.fitting.theory.Theory`.
    by : what is held out in turn: ``dyad`` (up to ten groups of dyads), or ``time`` (either half of every session).
        Default: by dyad where there are two or more.
    paradigm : what is held in the episodes, by their names.
    ages : age of the infants in weeks (default: as simulated, else 39).
    seed : names the luck of where its fit begins.
    threads : how many to use; no result depends on it.
    progress : called with fits done and fits in all.

    Returns
    -------
    The theories side by side, each fitted to all sessions.

    Raises
    ------
    DyadsimError
        for an unknown theory, two of one name, nothing to hold out, or codes that a theory gives no chance.

    >>> session = ds.read_coded("mangold_3532goodman")
    >>> ds.compare_theories(session, "mutual-regulation", ages=13).frame()
    """
    chosen = [Theory.load(each) for each in ([theories] if isinstance(theories, str) else theories)]
    if not chosen:
        raise DyadsimError("There is no theory to compare: name some, or leave 'theories' out for all that ship.")
    if (double := twice(theory.name for theory in chosen)) is not None:
        raise DyadsimError(f"Two theories are named '{double}'; give their files different names.")
    sequences = read_sequences(sessions, paradigm)
    dyads = list(dict.fromkeys(sequence.dyad for sequence in sequences))
    held_by = by or ("dyad" if len(dyads) > 1 else "time")
    if held_by not in ("dyad", "time"):
        raise DyadsimError(f"Sessions are held out by 'dyad' or by 'time', not by {held_by!r:.40}.")
    folds = by_dyad(sequences, dyads) if held_by == "dyad" else halves(sequences)
    blind: list[MarkovChain | HiddenMarkovModel] = [MarkovChain()]
    if HiddenMarkovModel.is_there():
        hidden = HiddenMarkovModel(seed=check_seed(seed) % 2**31)
        blind.append(replace(hidden, states=hidden.fitted(sequences)[0].n_components))
    todo, done = (len(chosen) + len(blind)) * (1 + len(folds)), 0

    def went_on() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, todo)

    seconds = sum(int(sequence.comparable.sum()) for sequence in sequences)
    first = []
    for theory in chosen:
        problem = problem_of(sequences, theory.free(COMPARED), theory.rules, "community", _RIDGE, ages)
        first.append((theory, problem, problem.best_of(_STARTS, threads=threads)))
        went_on()
    rows, fitted = [], _from_the_best(first, threads)
    for theory, whole in zip(chosen, fitted, strict=True):
        held = []
        for training, tested in folds:
            held.append(_scores(_fit(whole, training, ages, threads), tested, ages))
            went_on()
        explained = sum(value for value, _ in _scores(whole, sequences, ages))
        rows.append((theory.name, True, whole.numbers, explained, *score_of_folds(held)))
    for model in blind:
        learnt, free = model.fitted(sequences)
        went_on()
        held = []
        for training, tested in folds:
            held.append(_of(model, model.fitted(training)[0], tested))
            went_on()
        explained = sum(value for value, _ in _of(model, learnt, sequences))
        rows.append((model.name, False, free, explained, *score_of_folds(held)))
    table = pd.DataFrame(rows, columns=["name", "knows_dyads", "free", "log_likelihood", "held_out", "held_out_se"])
    table.insert(4, "aic", 2 * table["free"] - 2 * table["log_likelihood"])
    table.insert(5, "bic", np.log(seconds) * table["free"] - 2 * table["log_likelihood"])
    table.insert(6, "delta_bic", table["bic"] - table["bic"].min())
    return TheoryComparison(table, sequences, fitted, held_by)


def _from_the_best(first: list[tuple[Theory, Problem, Optimum]], threads: int | None) -> list[_Fitted]:
    """Theories as they were fitted, or as they are from where the best of them ended, if that leads higher.

    What a theory leaves out is 0 in one that has it, so no theory ends lower than one that it holds within it.
    """
    _, problem, best = max(first, key=lambda each: each[2].log_likelihood.sum())
    known = dict(zip(problem.likelihood.parameters.names, problem.values(best.free)[0], strict=True))
    fitted = []
    for theory, own, ended in first:
        parameters = own.likelihood.parameters
        values = np.array([known.get(name, 0.0) for name in parameters.names])
        start = (np.clip(values, parameters.low, parameters.high) - parameters.middle) / parameters.sd
        if own is not problem:
            other = own.maximised(start, threads=threads)
            ended = max(ended, other, key=lambda each: each.log_likelihood.sum())
        # A number is counted if the codes tell it: as many as there are directions in which the likelihood is curved.
        curved = np.linalg.eigvalsh(own.information(ended.free, threads)) > _TOLD
        fitted.append(_Fitted(theory, own, ended, int(curved.sum())))
    return fitted


def _fit(whole: _Fitted, sequences: list[Sequence], ages: float | None, threads: int | None) -> _Fitted:
    """A theory that was fitted to all sequences, fitted to some of them, from there."""
    names, rules = whole.problem.likelihood.parameters.names, whole.theory.rules
    problem = problem_of(sequences, names, rules, "community", _RIDGE, ages)
    return replace(whole, problem=problem, best=problem.maximised(whole.best.free, threads=threads))


def _scores(fitted: _Fitted, sequences: list[Sequence], ages: float | None) -> list[tuple[float, int]]:
    """Log-likelihood of each sequence's comparable seconds under a theory, and how many these are."""
    names = fitted.problem.likelihood.parameters.names
    problem = problem_of(sequences, names, fitted.theory.rules, "community", _RIDGE, ages)
    values = problem.values(fitted.best.free)
    return [
        (float(problem.likelihood.by_second(values, n)[sequence.comparable].sum()), int(sequence.comparable.sum()))
        for n, sequence in enumerate(sequences)
    ]


def _of(model: MarkovChain | HiddenMarkovModel, learnt: Any, sequences: list[Sequence]) -> list[tuple[float, int]]:
    """Log-likelihoods and seconds of the same kind under a model that knows nothing of dyads."""
    return [(model.score(learnt, one), int(one.comparable.sum())) for one in sequences]


def _measured(
    fitted: _Fitted, sequences: list[Sequence], times: int, seed: Seed, scheme: AnyScheme
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of every coded session (a row each), and their means over sessions in each simulation (a row each)."""
    likelihood = fitted.problem.likelihood
    values = fitted.problem.values(fitted.best.free)
    seen: list[pd.DataFrame] = []
    made: list[pd.DataFrame] = []
    for n, sequence in enumerate(sequences):
        rows = likelihood.rows[n]
        known = {name: given[rows] for name, given in likelihood.known.items()}
        again = simulated(sequence, likelihood.parameters, values[rows], known, times, seed, n)
        for session, kept in ((sequence.as_session(), seen), (again, made)):
            frame = session.measures(scheme)
            kept.append(frame.drop(columns=["episode", "seconds", "codable"]).groupby("dyad", sort=False).mean())
    names = list(seen[0].columns)
    # Of each simulation the mean over sessions, of those in which a measure is known.
    drawn = pd.concat(made, keys=range(len(made)))[names].astype(float).groupby(level="dyad", sort=False).mean()
    return pd.concat([one[names] for one in seen], ignore_index=True), drawn
