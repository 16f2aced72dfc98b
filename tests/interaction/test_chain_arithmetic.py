"""One second forward and back along a chain is the product with the whole matrix of its contexts."""

import numpy as np
import pytest
from dense_chain import transition_matrix
from own_theories import Absorbed, Watchful

import dyadsim as ds
from dyadsim.interaction.chain_arithmetic import backward, forward
from dyadsim.interaction.law import _Step
from dyadsim.interaction.paradigms import Episode
from dyadsim.interaction.rule_set import Rules
from dyadsim.interaction.tables import make_tables

PLAY = Episode(name="play", seconds=1)
STILL = Episode(name="still-face", seconds=1, mother="neutral", available=False)


class Reckless(ds.InfantRules):
    """Chances of 0 and 1: he protests where she is negative, whatever else, and arousal always rises."""

    @staticmethod
    def preferences(traits, context):
        protest = np.where(np.arange(5).reshape(-1, 1, 1, 1, 1) == 0, 0.0, -np.inf)
        return np.where(context.mother == 0, protest, ds.InfantRules.preferences(traits, context))

    @staticmethod
    def arousal_change(traits, context):
        return -np.inf, 50.0


@pytest.mark.parametrize("episode", [PLAY, STILL], ids=lambda episode: episode.name)
@pytest.mark.parametrize(
    "rules", [Rules(), Rules(Absorbed, Watchful), Rules(infant=Reckless)], ids=["shipped", "own", "reckless"]
)
def test_a_step_is_the_product_with_the_whole_matrix(rules, episode, cohort):
    dyads = cohort[:2]
    matrix = transition_matrix(dyads, rules, episode, dyad=1)
    step = _Step.of(*make_tables(dyads, rules, episode).by_dyad()[1])
    given = np.random.default_rng(1).normal(size=(30, 10))
    given[3:9] = 0.0
    then, now = np.full((30, 10), np.nan), np.full((30, 10), np.nan)
    forward(given, step.infant, step.mother, step.inner, then)
    backward(given, step.infant, step.mother, step.inner, now)
    assert np.allclose(then.ravel(), given.ravel() @ matrix, atol=1e-12)
    assert np.allclose(now.ravel(), matrix @ given.ravel(), atol=1e-12)
