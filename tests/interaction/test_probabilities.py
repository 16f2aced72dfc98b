"""Chances from what a rule says, in whatever form it says it."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from dyadsim.interaction.probabilities import probabilities
from dyadsim.theory.rules import Context
from dyadsim.theory.states import INNER


@pytest.mark.parametrize("shape", [(5, 5, 6, INNER, 4), (5, 1, 6, 1, 4), (5, 5, 1, 1, 1), (5, 1, 1, 1, 4)])
def test_chances_do_not_depend_on_how_log_odds_lie_in_memory(shape):
    traits, context = SimpleNamespace(age=np.zeros(4)), Context.everywhere()
    log_odds = np.random.default_rng(1).normal(0, 3, shape)
    weights = np.exp(log_odds - log_odds.max(axis=0))
    expected = np.broadcast_to(weights / sum(weights), (*shape[:4], 4))
    for order in itertools.permutations(range(5)):
        said = np.ascontiguousarray(log_odds.transpose(order)).transpose(np.argsort(order))
        chances = probabilities(lambda traits, context, said=said: said, traits, context, 5)
        np.testing.assert_array_equal(chances, expected)
