"""Sessions as two coders would give them, for tests of agreement."""

import numpy as np

import dyadsim as ds
from dyadsim.theory.states import VALENCE


def session_of(infant, mother, codes=VALENCE, step=1.0, ends=None, dyads=None, **about):
    """A session of states (dyads, steps), or of one dyad's (steps,)."""
    states = tuple(np.atleast_2d(np.asarray(each, dtype=np.int8)) for each in (infant, mother))
    ends = ends or [states[0].shape[1]]
    names = dyads or list(range(len(states[0])))
    episodes = [f"e{k}" for k in range(len(ends))]
    return ds.Session(names, episodes, ends, codes, step, (*states, None), provenance=about)


def chain(shape, codes, stay, rng):
    """States (dyads, steps) that stay with some probability, else are drawn anew."""
    states = rng.integers(0, codes, shape)
    stays = rng.random(shape) < stay
    for step in range(1, shape[1]):
        states[:, step] = np.where(stays[:, step], states[:, step - 1], states[:, step])
    return states.astype(np.int8)


def miscoded(states, codes, wrong, rng):
    """The same with some steps given another code, in bouts of three."""
    at = np.repeat(rng.random((len(states), states.shape[1] // 3 + 1)) < wrong, 3, axis=1)[:, : states.shape[1]]
    other = (states + rng.integers(1, codes, states.shape)) % codes
    return np.where(at, other, states).astype(np.int8)


def uncoded(states, share, rng):
    """The same with some steps uncoded."""
    return np.where(rng.random(states.shape) < share, -1, states).astype(np.int8)
