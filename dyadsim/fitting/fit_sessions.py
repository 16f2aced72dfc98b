"""Fitting the model to coded sessions: maximum likelihood, or with a ridge towards the calibrated population.

The module that gives ``ds.fit``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown
from ..common.user_numbers import numbers_within
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from ..measurement.session import Session
from ..people.population import Population
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from ..theory.traits import TRAITS
from .coded_sequences import Sequence, sequences_of
from .fit_problem import Problem
from .fitted_dyads import FittedDyads, check_told
from .fitted_parameters import FittedParameters
from .likelihood import Likelihood

__all__ = ["FREE", "fit", "problem_of", "read_sequences"]

FREE = (
    "negativity",
    "sociability",
    "infant_persistence",
    "infant_contingency",
    "sensitivity",
    "reflective_functioning",
    "stimulation",
    "burden",
    "distraction",
    "mother_persistence",
)
"""What is fitted to each dyad where nothing is said.

Not his regulation, which acts on arousal as negativity does, so that no coding can tell the two; and not his
expectation, which acts while she is absent alone.
"""

_LARGEST_RIDGE = 1e6


def fit(
    sessions: Session | Iterable[Session | Sequence],
    *,
    free: Iterable[str] | None = None,
    shared: Iterable[str] = (),
    covariates: pd.DataFrame | None = None,
    effects: Mapping[str, Iterable[str]] | None = None,
    ages: float | Mapping[Hashable, float] | None = None,
    ridge: float = 1.0,
    population: str | Population = "community",
    paradigm: str | Path | Paradigm | None = None,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FittedDyads:
    """Dyads fitted to coded sessions, by the likelihood of the chain.

    What coders could not see (his arousal and attention), what a code lumps (a code of valence stands for several
    engagement states), and what was not coded is summed over by the forward algorithm; nothing is filled in. The first
    second of a session is taken as given, and in a still-face what she was asked to do is.

    Parameters
    ----------
    sessions : coded or simulated, one or several a dyad, which is known by its name; of any lengths.
    free : traits and coefficients fitted to each dyad (default: :data:`FREE`, but for those that are shared).
    shared : those fitted once for all dyads.
    covariates : numbers that differ between dyads, a column each, with a column ``dyad`` (and, where they differ
        between sessions of a dyad, ``session``: its place among those given). A column ``age`` is age in weeks.
    effects : by name of a covariate, or of an episode, the parameters on which it has an effect that all dyads share.
    ages : age of the infants in weeks, one for all or by dyad (default: as simulated, else 39).
    ridge : how strongly each dyad is drawn towards the population: 1 as if the population were a prior, 0 not at all.
    population : whose middle and spread that is.
    paradigm : what is held in the episodes, by their names (default: a still face in those whose names begin so).
    infant, mother : the rules.
    threads : how many to use; no result depends on it.
    progress : called with dyads done and dyads in all.

    Returns
    -------
    The fitted dyads, with standard errors, profiles and checks.

    Raises
    ------
    DyadsimError
        if nobody is coded, a name is unknown, a number is out of range, or, without ridge, the codes cannot tell some
        parameters.

    >>> fitted = ds.fit(ds.read_coded("mangold_3532goodman.csv"), ages=13)
    >>> fitted.frame()
    """
    sequences = read_sequences(sessions, paradigm)
    rules = Rules(infant, mother).alone()
    probe(rules)
    of_all = tuple(shared)
    own = tuple(name for name in FREE if name not in of_all) if free is None else tuple(free)
    weight = float(numbers_within("The ridge", ridge, 0.0, _LARGEST_RIDGE, "times the population as a prior"))
    parameters = FittedParameters.of((*own, *of_all), rules, population)
    varies = np.arange(len(parameters)) < len(own)
    known = _Known(sequences, covariates, effects or {}, ages, parameters)
    dyads = list(dict.fromkeys(sequence.dyad for sequence in sequences))
    if known.effects and not weight and known.between_dyads and len(own):
        raise DyadsimError(
            "Without a ridge the effect of a covariate that does not change within a dyad cannot be told from the "
            "dyads' own parameters; give a ridge, or name the parameter in 'shared'."
        )
    # Dyads that share nothing are fitted one by one.
    together = bool(known.effects) or not varies.all()
    groups = [dyads] if together else [[dyad] for dyad in dyads]
    parts = []
    for done, group in enumerate(groups, 1):
        chosen = [n for n, sequence in enumerate(sequences) if sequence.dyad in group]
        problem = known.problem([sequences[n] for n in chosen], chosen, group, varies, weight)
        best = problem.maximised(threads=threads)
        information = problem.information(best.free, threads)
        if not weight:
            check_told(problem, best, information)
        parts.append((problem, best, information))
        if progress:
            progress(done, len(groups))
    return FittedDyads(dyads, own, of_all, known.effects, parts)


def problem_of(
    sequences: list[Sequence],
    shared: Iterable[str],
    rules: Rules,
    population: str | Population,
    ridge: float,
    ages: float | None,
) -> Problem:
    """Problem of a fit in which all dyads share all parameters.

    Parameters
    ----------
    sequences : coded sessions.
    shared : names of the parameters.
    rules, population, ridge, ages : as :func:`fit` has them.
    """
    parameters = FittedParameters.of(shared, rules, population)
    known = _Known(sequences, None, {}, ages, parameters)
    dyads = list(dict.fromkeys(sequence.dyad for sequence in sequences))
    return known.problem(sequences, list(range(len(sequences))), dyads, np.zeros(len(parameters), bool), ridge)


def read_sequences(
    sessions: Session | Iterable[Session | Sequence], paradigm: str | Path | Paradigm | None
) -> list[Sequence]:
    """Coded sequences of one session or several; what was read before stays as it is, and what is none is refused."""
    held = None if paradigm is None else Paradigm.load(paradigm)
    try:
        given = [sessions] if isinstance(sessions, Session) else list(sessions)
    except TypeError:
        raise DyadsimError(f"Sessions to fit are given as ds.Session, not {sessions!r:.60}.") from None
    read = [one for one in given if isinstance(one, Sequence)]
    return read or sequences_of([one for one in given if not isinstance(one, Sequence)], held)


class _Known:
    """What is known of each sequence beside its codes: age and covariates, which make the rows of parameters."""

    def __init__(
        self,
        sequences: list[Sequence],
        covariates: pd.DataFrame | None,
        effects: Mapping[str, Iterable[str]],
        ages: float | Mapping[Hashable, float] | None,
        parameters: FittedParameters,
    ) -> None:
        self.parameters = parameters
        table = _checked_table(covariates, sequences)
        self.effects: list[tuple[str, str]] = []
        episodes = {episode.name for sequence in sequences for episode in sequence.episodes}
        for name, on in effects.items():
            if name not in episodes and (table is None or name not in table):
                raise unknown("covariate or episode", name, [*episodes, *([] if table is None else table)])
            for parameter in [on] if isinstance(on, str) else on:
                if parameter not in parameters.names:
                    raise unknown(f"fitted parameter for the effect of '{name}':", parameter, parameters.names)
                self.effects.append((name, parameter))
        self.age = [_age(sequence, table, ages) for sequence in sequences]
        self.covariate = [
            [[_value(name, sequence, episode.name, table) for name, _ in self.effects] for episode in sequence.episodes]
            for sequence in sequences
        ]
        of_dyad: dict[Hashable, set[tuple[float, ...]]] = {}
        for sequence, each in zip(sequences, self.covariate, strict=True):
            of_dyad.setdefault(sequence.dyad, set()).update(map(tuple, each))
        self.between_dyads = all(len(seen) == 1 for seen in of_dyad.values())

    def problem(
        self,
        sequences: list[Sequence],
        places: list[int],
        dyads: list[Hashable],
        varies: NDArray[np.bool_],
        ridge: float,
    ) -> Problem:
        """Problem of some sequences: a row of parameters for all that differs in dyad, age or covariates.

        Parameters
        ----------
        sequences, places : some of those given, and which they are.
        dyads : whose they are.
        varies : of each parameter, whether it differs between dyads.
        ridge : weight of the population.
        """
        rows: dict[tuple[object, ...], int] = {}
        row_of = []
        for n, sequence in zip(places, sequences, strict=True):
            keys = [
                (dyads.index(sequence.dyad) if varies.any() else 0, self.age[n], *each) for each in self.covariate[n]
            ]
            row_of.append(np.array([rows.setdefault(key, len(rows)) for key in keys]))
        dyad_of = np.array([key[0] for key in rows], dtype=np.int64)
        likelihood = Likelihood(
            sequences, self.parameters, row_of, {"age": np.array([key[1] for key in rows], dtype=np.float64)}
        )
        return Problem(
            likelihood,
            len(dyads) if varies.any() else 1,
            dyad_of,
            varies,
            np.array([self.parameters.names.index(parameter) for _, parameter in self.effects], dtype=np.int64),
            np.array([key[2:] for key in rows], dtype=np.float64).reshape(len(rows), len(self.effects)),
            ridge,
        )


def _checked_table(covariates: pd.DataFrame | None, sequences: list[Sequence]) -> pd.DataFrame | None:
    """Table of covariates with a row for each dyad (and session), or None."""
    if covariates is None:
        return None
    if not isinstance(covariates, pd.DataFrame) or "dyad" not in covariates:
        raise DyadsimError("Covariates are given as a table (pandas.DataFrame) with a column 'dyad'.")
    keys = [name for name in ("dyad", "session") if name in covariates]
    if covariates.duplicated(keys).any():
        twice = covariates["dyad"][covariates.duplicated(keys)].iloc[0]
        raise DyadsimError(f"Covariates have two rows of dyad '{twice}'; one a dyad, or one a dyad and 'session'.")
    for name in covariates.columns.difference(keys):
        values = pd.to_numeric(covariates[name], errors="coerce")
        if values.isna().any() or not np.isfinite(values).all():
            raise DyadsimError(f"The covariate '{name}' has a value that is no number; code groups as 0 and 1.")
    return covariates


def _value(name: str, sequence: Sequence, episode: str, table: pd.DataFrame | None) -> float:
    """Number that a covariate has in an episode of a sequence; of an episode's own name, whether it is that one."""
    if table is None or name not in table:
        return float(name == episode)
    rows = table[table["dyad"] == sequence.dyad]
    if "session" in table:
        rows = rows[rows["session"] == sequence.session]
    if rows.empty:
        raise DyadsimError(f"Covariates have no row of dyad '{sequence.dyad}'.")
    return float(rows[name].iloc[0])


def _age(sequence: Sequence, table: pd.DataFrame | None, ages: float | Mapping[Hashable, float] | None) -> float:
    """Age of the infant of a sequence, in weeks."""
    trait = TRAITS["age"]
    if table is not None and "age" in table:
        given = _value("age", sequence, "", table)
    elif isinstance(ages, Mapping):
        if sequence.dyad not in ages:
            raise DyadsimError(f"No age is given for dyad '{sequence.dyad}'; give one for each, in weeks.")
        given = ages[sequence.dyad]
    elif ages is not None:
        given = ages
    else:
        given = trait.default if sequence.age is None else sequence.age
    return float(trait.check(given))
