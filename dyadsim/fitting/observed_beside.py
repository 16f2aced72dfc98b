"""Measures of a coded session beside those of simulated ones that are coded alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.random_numbers import Seed
from ..interaction.interact import interact
from ..interaction.paradigms import LONGEST, Paradigm
from ..interaction.rule_set import Rules
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..people.population import Population
from ..theory.states import AnyScheme
from .coded_sequences import sequences_of
from .simulated_sequences import as_coded

__all__ = ["OF_CODING", "beside_population", "observed_beside"]

OF_CODING = ("seconds", "codable")
"""Measures of the coding, not of the dyad."""
_RULES = Rules()


def observed_beside(coded: Session, made: Session, scheme: AnyScheme = None) -> pd.DataFrame:
    """Measures of a coded session beside those of many simulated ones with the same episodes.

    Columns: ``episode``, ``measure``, ``observed``, ``simulated`` (mean), ``low`` and ``high`` (between which 95 % of
    simulated sessions lie), ``within``.

    Parameters
    ----------
    coded, made : of one dyad, and of as many as were simulated, with the same codes.
    scheme : the match scheme.
    """
    seen, drawn = coded.measures(scheme), made.measures(scheme)
    rows = []
    for episode in coded.episodes:
        of_seen, of_made = seen[seen["episode"] == episode], drawn[drawn["episode"] == episode]
        for name in seen.columns[2:]:
            values = of_made[name].dropna()
            observed = float(of_seen[name].iloc[0])
            if np.isnan(observed) or len(values) < 2 or name in OF_CODING:
                continue
            low, high = values.quantile([0.025, 0.975])
            rows.append((episode, name, observed, values.mean(), low, high, low <= observed <= high))
    columns = ["episode", "measure", "observed", "simulated", "low", "high", "within"]
    return pd.DataFrame(rows, columns=columns)


def beside_population(
    session: Session,
    age: float,
    dyads: int = 200,
    *,
    seed: Seed = 0,
    population: str | Population = "community",
    scheme: AnyScheme = None,
    rules: Rules = _RULES,
) -> pd.DataFrame:
    """Measures of a coded session beside those of dyads of a population who were fitted to nothing.

    Each is drawn from the population, of the same age, and simulated once: as long, coded alike, with the same gaps. It
    says how far the model's dyads differ from each other and from one session to the next, and is no norm.

    Parameters
    ----------
    session : coded, of one dyad.
    age : of the infant, in weeks.
    dyads, population : how many, and of which.
    seed : names them and their luck.
    scheme : the match scheme.
    rules : by which they act.

    Returns
    -------
    The table of :func:`observed_beside`.

    Raises
    ------
    DyadsimError
        if nobody is coded, the age is out of range, or an episode is longer than the model plays.

    >>> beside_population(ds.read_coded("mangold_3532goodman.csv"), age=13)
    """
    (sequence,) = sequences_of([session])
    drawn = Cohort.sample(dyads, population, seed).replace({"age": float(age)}, extra_traits=rules.extra_traits)
    lengths = np.diff(sequence.ends, prepend=0).tolist()
    episodes = tuple(
        episode.changed({"seconds": min(seconds, LONGEST)})
        for episode, seconds in zip(sequence.episodes, lengths, strict=True)
    )
    played = Paradigm(name="as coded", episodes=episodes)
    again = interact(drawn, played, seed, infant=rules.infant, mother=rules.mother, states=True, threads=1)
    return observed_beside(sequence.as_session(), as_coded(sequence, again.infant, again.mother), scheme)
