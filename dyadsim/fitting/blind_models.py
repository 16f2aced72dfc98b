"""Models of coded sessions that know nothing of dyads: what any theory has to be better than.

A first-order Markov chain of the pair of codes, and a hidden Markov model of it (hmmlearn). Both are fitted to some
sequences and score others second by second, so their scores stand beside those of theories.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from .coded_sequences import Sequence

__all__ = ["HiddenMarkovModel", "MarkovChain"]

Numbers = NDArray[np.float64]
_PRIOR = 0.5
"""Transitions that each pair of codes is taken to have had beside those seen (Jeffreys), so that none is impossible."""
_STARTS = 3
_STATES = (2, 4, 6, 8)
_STEPS, _SETTLED = 100, 1e-2
"""Of its fit: how many steps at most, and the gain in log-likelihood below which it has settled."""


@dataclass(frozen=True)
class MarkovChain:
    """First-order Markov chain of the pair of codes: what comes depends on what is now, and on nothing else."""

    name: str = "Markov chain"

    def fitted(self, sequences: Many[Sequence]) -> tuple[Numbers, int]:
        """Chances (pairs, pairs) of what comes next, and how many of them are free: those of pairs that were seen."""
        pairs = _pairs(sequences[0])
        counts = np.zeros((pairs, pairs))
        for sequence in sequences:
            for stretch in _stretches(sequence):
                np.add.at(counts, (stretch[:-1], stretch[1:]), 1)
        seen = counts.sum(axis=1) + counts.sum(axis=0) > 0
        chances = counts + _PRIOR / pairs
        return chances / chances.sum(axis=1, keepdims=True), int(
            (counts.sum(axis=1) > 0).sum() * max(seen.sum() - 1, 0)
        )

    def score(self, learnt: Numbers, sequence: Sequence) -> float:
        """Log-likelihood of a sequence after the first second of each stretch without a gap."""
        return float(sum(np.log(learnt[part[:-1], part[1:]]).sum() for part in _stretches(sequence)))


@dataclass(frozen=True)
class HiddenMarkovModel:
    """Hidden Markov model of the pair of codes (Rabiner 1989, doi 10.1109/5.18626), by hmmlearn.

    Attributes
    ----------
    states : how many hidden states it has (None: of 2 to 8 those with the lowest BIC).
    seed : of where its fit begins.
    """

    states: int | None = None
    seed: int = 0
    name: str = "hidden Markov model"

    @staticmethod
    def is_there() -> bool:
        """Whether hmmlearn is installed."""
        return importlib.util.find_spec("hmmlearn") is not None

    def fitted(self, sequences: Many[Sequence]) -> tuple[Any, int]:
        """Model of the best of a few starts, and how many numbers are free in it.

        Raises
        ------
        DyadsimError
            if hmmlearn is not installed.
        """
        if not self.is_there():
            raise DyadsimError("The hidden Markov model needs hmmlearn: pip install 'dyadsim[theories]'.")
        from hmmlearn.hmm import CategoricalHMM

        logging.getLogger("hmmlearn").setLevel(logging.ERROR)  # it tells of steps of a ten-thousandth that fail
        parts = [part for sequence in sequences for part in _stretches(sequence)]
        codes, lengths = np.concatenate(parts)[:, None], [len(part) for part in parts]
        pairs, best = _pairs(sequences[0]), (np.inf, None, 0)
        for k in _STATES if self.states is None else (self.states,):
            free = k * (k - 1) + (k - 1) + k * (len(np.unique(codes)) - 1)
            for start in range(_STARTS):
                model = CategoricalHMM(
                    n_components=k,
                    n_features=pairs,
                    emissionprob_prior=1 + _PRIOR / pairs,
                    transmat_prior=1 + _PRIOR / k,
                    n_iter=_STEPS,
                    tol=_SETTLED,
                    random_state=self.seed + start,
                    implementation="scaling",
                ).fit(codes, lengths)
                bic = np.log(len(codes)) * free - 2 * model.score(codes, lengths)
                if bic < best[0]:
                    best = bic, model, free
        return best[1], best[2]

    def score(self, learnt: Any, sequence: Sequence) -> float:
        """Log-likelihood of a sequence after the first second of each stretch, which is given as in all models."""
        return float(
            sum(
                learnt.score(part[:, None]) - learnt.score(part[:1, None]) for part in _stretches(sequence) if len(part)
            )
        )


def _pairs(sequence: Sequence) -> int:
    """How many pairs of codes there are."""
    return len(sequence.code_set.infant) * len(sequence.code_set.mother)


def _stretches(sequence: Sequence) -> list[NDArray[np.int64]]:
    """Pairs of codes in each stretch of comparable seconds, with the second before it, which is given."""
    pairs = sequence.codes[0] * len(sequence.code_set.mother) + sequence.codes[1]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], sequence.comparable, [False]]).astype(int)))
    return [pairs[first - 1 : last] for first, last in zip(edges[::2], edges[1::2], strict=True)]
