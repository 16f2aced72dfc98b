"""Fitted dyads: what coded sessions say of each dyad's parameters, how surely, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2, norm

from ..common.errors import DyadsimError, unknown, whole_number
from ..common.random_numbers import Seed
from ..common.shown import Shown, counted
from ..common.user_numbers import numbers_within
from ..interaction.law import Law
from ..interaction.paradigms import Paradigm
from ..interaction.tables import Tables
from ..measurement.null import Null
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..theory.states import AnyScheme
from .arrow_cut import ARROWS, without_arrow
from .coded_sequences import Sequence as CodedSequence
from .fit_problem import Optimum, Problem
from .observed_beside import OF_CODING, observed_beside
from .simulated_sequences import simulated

__all__ = ["FittedDyads", "check_told"]

Numbers = NDArray[np.float64]
Part = tuple[Problem, Optimum, Numbers]

_Z = float(norm.ppf(0.975))
_HALF_CHI2 = float(chi2.ppf(0.95, 1)) / 2
_FLAT = 1e-3
"""Information, for a standard deviation of the population, below which codes say nothing of a direction."""
_SHARES = 0.3
"""Part of a direction from which on a parameter is named as having a share in it."""
_NO_SHARE = 0.05
"""Part of a flat direction below which a number has no share in it."""
_POPULATION = 0.8
"""Shrinkage from which on an estimate is the population's rather than the dyad's."""
_MOST_TIMES = 10_000
_AT_END = 1e-6
"""Standard deviations from the end of its range within which a number lies at the end."""


def check_told(problem: Problem, best: Optimum, information: Numbers) -> None:
    """Refuse parameters that do alike, so that no code can tell one from the other.

    A single parameter of which a session says nothing (what she does in his distress, where there was none) stays where
    it is, and is told as such.

    Raises
    ------
    DyadsimError
        if there are such.
    """
    names = np.array(problem.likelihood.parameters.names)
    own, effects = np.tile(names[problem.varies], problem.dyads), [f"effect on {names[k]}" for k in problem.effects]
    labels = np.array([*own, *names[~problem.varies], *effects])
    # What lies at the end of its range is told as far as that goes: it cannot be looked at on both sides.
    low, high = problem.bounds.T
    inside = (best.free > low + _AT_END) & (best.free < high - _AT_END)
    values, directions = np.linalg.eigh(information[np.ix_(inside, inside)])
    for k in np.flatnonzero(np.abs(values) < _FLAT):
        alike = labels[inside][np.abs(directions[:, k]) > _SHARES]
        if len(alike) > 1:
            named = " and ".join(f"'{each}'" for each in alike)
            raise DyadsimError(
                f"These codes cannot tell what {named} do alike: the likelihood is the same if one makes up for the "
                f"other; leave one of them out, or give a ridge."
            )


@dataclass(frozen=True, repr=False)
class FittedDyads(Shown):
    """Dyads fitted to coded sessions: no rating of anybody, but what these minutes and this model say together.

    Attributes
    ----------
    dyads : their names.
    free, shared : parameters that differ between dyads, and those that all share.
    effects : covariate (or episode) and the parameter on which it acts.
    parts : problems that were solved one by one, their optima and the information there.
    """

    dyads: Sequence[Hashable]
    free: tuple[str, ...]
    shared: tuple[str, ...]
    effects: list[tuple[str, str]]
    parts: Sequence[Part]

    def _in_a_line(self) -> str:
        said = f"{counted(len(self.dyads), 'dyad')}, {counted(len(self.free), 'parameter')} each"
        return f"{said}, {counted(self.seconds, 'second')}, log-likelihood {self.log_likelihood:.1f}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.frame()

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of all sessions."""
        return float(sum(best.log_likelihood.sum() for _, best, _ in self.parts))

    @property
    def seconds(self) -> int:
        """Seconds of all sessions in which somebody is coded."""
        return sum(sequence.coded for problem, _, _ in self.parts for sequence in problem.likelihood.sequences)

    @property
    def ridge(self) -> float:
        """Weight of the population."""
        return self.parts[0][0].ridge

    def frame(self) -> pd.DataFrame:
        """Estimates, one row a dyad and parameter; what dyads share, and effects, have the dyad ``all``.

        Columns: ``dyad``, ``parameter``, ``estimate``, ``se`` and the 95 % interval ``low``, ``high`` (from the
        curvature of the likelihood, with the ridge if there is one), ``population`` (the middle that the ridge draws
        to), ``shrinkage`` (0: the codes alone, 1: the population alone), and ``told``: whether the codes say enough of
        it that the estimate is the dyad's own, and does not lie at the end of its range.
        """
        rows = []
        for problem, best, information in self.parts:
            rows += _rows(problem, best, information, self._of(problem), self.effects)
        columns = ["dyad", "parameter", "estimate", "se", "low", "high", "population", "shrinkage", "told"]
        return pd.DataFrame(rows, columns=columns)

    def profile(self, parameter: str, dyad: Hashable | None = None, points: int = 21) -> pd.DataFrame:
        """Profile of the likelihood: how well all sessions are explained if one parameter is held at each value.

        Parameters
        ----------
        parameter : its name.
        dyad : whose (default: the first).
        points : how many values, over four standard errors to each side or to the end of the range.

        Returns
        -------
        ``value`` and ``log_likelihood`` (with the ridge, if there is one), the best of which is 0.

        Raises
        ------
        DyadsimError
            for a dyad or a parameter that was not fitted.
        """
        problem, best, information, place = self._place(parameter, dyad)
        k = problem.likelihood.parameters.names.index(parameter)
        low, high = problem.bounds[place]
        se = _errors(problem, information)[place]
        reach = 4 * se if np.isfinite(se) else high - low
        start, end = max(low, best.free[place] - reach), min(high, best.free[place] + reach)
        grid = np.linspace(start, end, whole_number("number of points", points, 3, 1000))
        heights = np.array([_height(problem, best, place, value) for value in grid])
        parameters = problem.likelihood.parameters
        values = parameters.middle[k] + parameters.sd[k] * grid
        return pd.DataFrame({"value": values, "log_likelihood": heights - _height(problem, best, None, 0.0)})

    def deviance(self, parameter: str, value: float, dyad: Hashable | None = None) -> float:
        """Twice the log-likelihood (less the ridge) that is lost if one parameter is held at a value.

        A test at 5 % refuses the value above 3.84 (chi-squared with one degree of freedom).

        Parameters
        ----------
        parameter : its name.
        value : in its unit.
        dyad : whose (default: the first).

        Raises
        ------
        DyadsimError
            for a dyad or a parameter that was not fitted, or a value out of its range.
        """
        problem, best, _, place = self._place(parameter, dyad)
        parameters = problem.likelihood.parameters
        k = parameters.names.index(parameter)
        number = float(numbers_within(f"'{parameter}'", value, parameters.low[k], parameters.high[k], "in its unit"))
        held = _height(problem, best, place, (number - parameters.middle[k]) / parameters.sd[k])
        return max(2 * (_height(problem, best, None, 0.0) - held), 0.0)

    def interval(self, parameter: str, dyad: Hashable | None = None) -> tuple[float, float]:
        """95 % interval by the profile of the likelihood: the values that a test at 5 % would not refuse.

        Better than that of the standard error where the likelihood is skewed or ends at a bound (Venzon & Moolgavkar
        1988, doi 10.2307/2347496).

        Parameters
        ----------
        parameter : its name.
        dyad : whose (default: the first).

        Raises
        ------
        DyadsimError
            for a dyad or a parameter that was not fitted.
        """
        problem, best, information, place = self._place(parameter, dyad)
        k = problem.likelihood.parameters.names.index(parameter)
        parameters = problem.likelihood.parameters
        top, se = _height(problem, best, None, 0.0), _errors(problem, information)[place]
        ends = []
        for bound, side in zip(problem.bounds[place], (-1.0, 1.0), strict=True):

            def left(value: float) -> float:
                return _height(problem, best, place, value) - top + _HALF_CHI2

            step = side * (2 * se if np.isfinite(se) and se > 0 else 1.0)
            outer = float(np.clip(best.free[place] + step, *problem.bounds[place]))
            while left(outer) > 0 and outer != bound:
                outer = float(np.clip(outer + step, *problem.bounds[place]))
            end = outer if left(outer) > 0 else brentq(left, best.free[place], outer, xtol=1e-3)
            ends.append(float(parameters.middle[k] + parameters.sd[k] * end))
        return ends[0], ends[1]

    def cohort(self, dyad: Hashable | None = None) -> Cohort:
        """Fitted dyad as a cohort of one, to be played with, intervened on and followed through weeks.

        Parameters
        ----------
        dyad : whose (default: the first).

        Raises
        ------
        DyadsimError
            for a dyad that was not fitted.

        >>> fitted = ds.fit(ds.read_coded("mangold_3532goodman.csv"), ages=13)
        >>> ds.develop(fitted.cohort(), weeks=52, interventions=["video-feedback"])
        """
        problem, best, place = self._dyad(dyad)
        row = int(np.flatnonzero(problem.dyad_of == (place if problem.own else 0))[0])
        values = problem.values(best.free)[row]
        known = {name: float(given[row]) for name, given in problem.likelihood.known.items()}
        return problem.likelihood.parameters.cohort(values, known)

    def simulated(
        self, times: int = 200, seed: Seed = 0, dyad: Hashable | None = None, session: int = 0
    ) -> tuple[Session, Session]:
        """Coded session of a dyad, and so many simulated from what was fitted, with the same codes and gaps.

        Parameters
        ----------
        times : how many.
        seed : names the luck.
        dyad : whose (default: the first).
        session : which of the dyad's sessions, from 0.

        Raises
        ------
        DyadsimError
            for a dyad that was not fitted, or a session that it has not.
        """
        return self._again(times, seed, dyad, session, lambda tables: tables)

    def arrow_cut(
        self,
        arrow: str = "mother",
        times: int = 200,
        seed: Seed = 0,
        scheme: AnyScheme = None,
        dyad: Hashable | None = None,
        session: int = 0,
    ) -> Null:
        """Null by mechanism: what this pair's measures would be if one of them did not follow the other.

        The fitted dyad is simulated with that arrow cut: who does not follow goes by the average of their own chances.
        What the other then does may change too, since it follows from that.

        Parameters
        ----------
        arrow : who no longer follows: ``mother`` (she does not answer), or ``infant``.
        times, seed, dyad, session : as :meth:`simulated` takes them.
        scheme : the match scheme.

        Raises
        ------
        DyadsimError
            for an unknown arrow, a dyad that was not fitted, or a session that it has not.
        """
        cohort = self.cohort(dyad)
        play = Paradigm.load("free-play")
        time = Law(cohort, play, self.parts[0][0].likelihood.parameters.rules).time_in_contexts()[0]
        coded, again = self._again(times, seed, dyad, session, lambda tables: without_arrow(tables, arrow, time))
        names = [name for name in coded.measures(scheme).columns[2:] if name not in OF_CODING]
        observed = coded.measures(scheme)[["episode", *names]]
        drawn = again.measures(scheme)[names].to_numpy(dtype=float).reshape(times, len(coded.episodes), len(names))
        about = {"dyad": coded.dyads[0], "seed": seed, "scheme": coded.match_scheme(scheme).name}
        return Null.of(observed, drawn, f"the fitted dyad and {ARROWS[arrow]}", about)

    def bootstrap(self, times: int = 100, seed: Seed = 0, threads: int | None = None) -> pd.DataFrame:
        """Parametric bootstrap: all sessions simulated from the fit and fitted again (Efron & Tibshirani 1993).

        Parameters
        ----------
        times : how often.
        seed : names the luck.
        threads : how many to use; no result depends on it.

        Returns
        -------
        ``dyad``, ``parameter``, ``estimate``; over the fits to simulated sessions ``mean``, ``se`` and the interval
        ``low``, ``high`` (in which 95 % of them lie); and ``bias``, the mean less the estimate.
        """
        frame = self.frame()[["dyad", "parameter", "estimate"]]
        number = whole_number("number of simulated fits", times, 2, _MOST_TIMES)
        drawn = []
        for problem, best, _ in self.parts:
            values = problem.values(best.free)
            again = [
                self._session_again(problem, n, values, number, seed, lambda tables: tables)
                for n in range(len(problem.likelihood.sequences))
            ]
            rows = []
            for k in range(number):
                pairs = zip(problem.likelihood.sequences, again, strict=True)
                sequences = [each.coded_otherwise(made.infant[k], made.mother[k]) for each, made in pairs]
                other = replace(problem, likelihood=replace(problem.likelihood, sequences=sequences))
                rows.append(_natural(other, other.maximised(best.free, threads=threads).free))
            drawn.append(np.array(rows))
        every = np.concatenate(drawn, axis=1)
        low, high = np.quantile(every, [0.025, 0.975], axis=0)
        out = frame.assign(mean=every.mean(axis=0), se=every.std(axis=0, ddof=1), low=low, high=high)
        return out.assign(bias=out["mean"] - out["estimate"])

    def by_second(self, sequence: CodedSequence) -> Numbers:
        """Log-likelihood of each second of a sequence of one of the dyads, given all before (0 for its first)."""
        problem, best, _ = self._dyad(sequence.dyad)
        n = next(n for n, each in enumerate(problem.likelihood.sequences) if each.session == sequence.session)
        likelihood = replace(problem.likelihood, sequences=[sequence], rows=[problem.likelihood.rows[n]])
        return likelihood.by_second(problem.values(best.free), 0)

    def checks(
        self,
        times: int = 200,
        seed: Seed = 0,
        scheme: AnyScheme = None,
        dyad: Hashable | None = None,
        session: int = 0,
    ) -> pd.DataFrame:
        """What the fitted dyad gets right and wrong: measures of a coded session beside simulated ones.

        Columns: ``episode``, ``measure``, ``observed``, ``simulated`` (mean), ``low`` and ``high`` (between which 95 %
        of simulated sessions lie), ``within``.

        Parameters
        ----------
        times, seed, dyad, session : as :meth:`simulated` takes them.
        scheme : the match scheme.
        """
        return observed_beside(*self.simulated(times, seed, dyad, session), scheme)

    def _again(
        self, times: int, seed: Seed, dyad: Hashable | None, session: int, changed: Callable[[Tables], Tables]
    ) -> tuple[Session, Session]:
        """Coded session of a dyad, and so many simulated from what was fitted, by tables that are changed before."""
        problem, best, _ = self._dyad(dyad)
        who = self.dyads[0] if dyad is None else dyad
        own = [n for n, each in enumerate(problem.likelihood.sequences) if each.dyad == who]
        n = own[whole_number(f"session of dyad '{who}'", session, 0, len(own) - 1)]
        number = whole_number("number of simulated sessions", times, 2, _MOST_TIMES)
        again = self._session_again(problem, n, problem.values(best.free), number, seed, changed)
        return problem.likelihood.sequences[n].as_session(), again

    def _session_again(
        self,
        problem: Problem,
        n: int,
        values: Numbers,
        times: int,
        seed: Seed,
        changed: Callable[[Tables], Tables],
    ) -> Session:
        """Session of a sequence's dyad, so many times over, simulated from parameters (rows, names)."""
        sequence, rows = problem.likelihood.sequences[n], problem.likelihood.rows[n]
        known = {name: given[rows] for name, given in problem.likelihood.known.items()}
        parameters = problem.likelihood.parameters
        return simulated(sequence, parameters, values[rows], known, times, seed, sequence.session, changed)

    # Whose numbers are where --------------------------------------------------------------------------------

    def _of(self, problem: Problem) -> list[Hashable]:
        """Dyads of one of the problems, in its order."""
        return list(dict.fromkeys(sequence.dyad for sequence in problem.likelihood.sequences))

    def _dyad(self, dyad: Hashable | None) -> tuple[Problem, Optimum, int]:
        who = self.dyads[0] if dyad is None else dyad
        for problem, best, _ in self.parts:
            own = self._of(problem)
            if who in own:
                return problem, best, own.index(who)
        raise unknown("fitted dyad", str(who), map(str, self.dyads))

    def _place(self, parameter: str, dyad: Hashable | None) -> tuple[Problem, Optimum, Numbers, int]:
        problem, best, number = self._dyad(dyad)
        if parameter in self.free:
            place = number * problem.own + self.free.index(parameter)
        elif parameter in self.shared:
            place = problem.dyads * problem.own + self.shared.index(parameter)
        else:
            raise unknown("fitted parameter", parameter, (*self.free, *self.shared))
        information = next(each for one, _, each in self.parts if one is problem)
        return problem, best, information, place


def _height(problem: Problem, best: Optimum, place: int | None, value: float) -> float:
    """Log-likelihood less the ridge at the optimum, or at that with one number held."""
    there = best if place is None else problem.maximised(best.free, {place: value})
    return float(there.log_likelihood.sum() - 0.5 * there.free @ problem.penalty @ there.free)


def _natural(problem: Problem, free: Numbers) -> Numbers:
    """Free numbers (size,) in the units of their parameters; effects as what one unit of the covariate adds."""
    parameters = problem.likelihood.parameters
    middle, sd = (np.array(each) for each in (parameters.middle, parameters.sd))
    own, shared = problem.varies, ~problem.varies
    middles = np.concatenate([np.tile(middle[own], problem.dyads), middle[shared], np.zeros(len(problem.effects))])
    sds = np.concatenate([np.tile(sd[own], problem.dyads), sd[shared], sd[problem.effects]])
    return np.asarray(middles + sds * free)


def _errors(problem: Problem, information: Numbers) -> Numbers:
    """Standard errors (size,) of the free numbers; infinite along a direction of which nothing is known."""
    whole = information + problem.penalty
    values, directions = np.linalg.eigh(whole)
    with np.errstate(divide="ignore"):
        variances = np.where(values > _FLAT, 1 / np.where(values > 0, values, 1.0), np.inf)
    # A number that has next to no share in a flat direction is not made unsure by it.
    parts = np.where((np.abs(directions) > _NO_SHARE) | (values > _FLAT), directions**2 * variances, 0.0)
    return np.asarray(np.sqrt(parts.sum(axis=1)))


def _rows(
    problem: Problem, best: Optimum, information: Numbers, dyads: list[Hashable], effects: list[tuple[str, str]]
) -> list[tuple[object, ...]]:
    """Rows of the table of estimates of one problem."""
    parameters = problem.likelihood.parameters
    names = np.array(parameters.names)
    errors = _errors(problem, information)
    # Of each number, which part of its estimate is the ridge's: 1 - I (I + P)^-1, on the diagonal.
    with np.errstate(invalid="ignore"):
        weights = information @ np.linalg.pinv(information + problem.penalty)
    shrinkage = np.clip(1 - np.diag(weights), 0.0, 1.0) if problem.ridge else np.zeros(problem.size)
    own, shared = names[problem.varies], names[~problem.varies]
    labels: list[tuple[Hashable, str]] = [(dyad, str(name)) for dyad in dyads for name in own] if len(own) else []
    labels += [("all", str(name)) for name in shared]
    rows: list[tuple[object, ...]] = []
    for place, (dyad, name) in enumerate(labels):
        k = parameters.names.index(name)
        sd, middle = parameters.sd[k], parameters.middle[k]
        value, se = middle + sd * best.free[place], sd * errors[place]
        low, high = (float(np.clip(value + side * _Z * se, parameters.low[k], parameters.high[k])) for side in (-1, 1))
        at_end = min(value - parameters.low[k], parameters.high[k] - value) < sd * _AT_END
        told = shrinkage[place] < _POPULATION and np.isfinite(se) and not at_end
        rows.append((dyad, name, value, se, low, high, middle, shrinkage[place], bool(told)))
    for number, (covariate, parameter) in enumerate(effects):
        place = len(labels) + number
        sd = parameters.sd[parameters.names.index(parameter)]
        value, se = sd * best.free[place], sd * errors[place]
        name = f"{parameter} by {covariate}"
        rows.append(("all", name, value, se, value - _Z * se, value + _Z * se, 0.0, 0.0, bool(np.isfinite(se))))
    return rows
