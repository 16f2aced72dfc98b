"""Held-out scores: how well fitted dyads foretell the half of their sessions that they were not fitted to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ..interaction.paradigms import Paradigm
from ..measurement.session import Session
from .blind_models import HiddenMarkovModel, MarkovChain
from .coded_sequences import Sequence
from .fit_sessions import fit, read_sequences
from .folds import halves, score_of_folds

__all__ = ["held_out_scores"]


def held_out_scores(
    sessions: Session | Iterable[Session], *, paradigm: str | Path | Paradigm | None = None, **options: Any
) -> pd.DataFrame:
    """Score of the fitted dyads on what they were not fitted to, beside models that know nothing of dyads.

    Each half of every session is foretold by a fit to the other half; a session of which a half has nothing to score is
    left out. Without hmmlearn the hidden Markov model is left out. All scores are of the same seconds: those in
    which both are coded, as they were the second before, and nothing is asked of her.

    Parameters
    ----------
    sessions : coded or simulated.
    paradigm, options : as :func:`dyadsim.fit` takes them.

    Returns
    -------
    ``name``, ``held_out`` (mean log-likelihood of a second) and ``held_out_se`` (over halves), one row a model.

    Raises
    ------
    DyadsimError
        if a session is too short to hold a half out, or cannot be fitted.

    >>> ds.held_out_scores(ds.read_coded("mangold_3532goodman.csv"), ages=13)
    """
    sequences = read_sequences(sessions, paradigm)
    folds = halves(sequences)
    rows = [("fitted dyads", *score_of_folds(_fitted(training, tested, options) for training, tested in folds))]
    blind: list[MarkovChain | HiddenMarkovModel] = [MarkovChain()]
    for model in [*blind, *([HiddenMarkovModel()] if HiddenMarkovModel.is_there() else [])]:
        learnt = [(model.fitted(training)[0], tested) for training, tested in folds]
        scores = [[(model.score(known, one), int(one.comparable.sum())) for one in tested] for known, tested in learnt]
        rows.append((model.name, *score_of_folds(scores)))
    return pd.DataFrame(rows, columns=["name", "held_out", "held_out_se"])


def _fitted(training: list[Sequence], tested: list[Sequence], options: dict[str, Any]) -> list[tuple[float, int]]:
    """Log-likelihood of what was held out of each session, and of how many seconds."""
    fitted = fit(training, **options)
    return [(float(fitted.by_second(one)[one.comparable].sum()), int(one.comparable.sum())) for one in tested]
