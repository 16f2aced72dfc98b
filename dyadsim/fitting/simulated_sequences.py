"""Sessions simulated from fitted parameters as they would have been coded: same lengths, same codes, same gaps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import Seed, SessionLuck
from ..common.threads import while_others_go_on
from ..interaction.tables import START, Tables, tables_of_view
from ..measurement.session import Session
from .coded_sequences import Sequence
from .fitted_parameters import FittedParameters

__all__ = ["as_coded", "simulated"]


def simulated(
    sequence: Sequence,
    parameters: FittedParameters,
    values: NDArray[np.float64],
    known: dict[str, NDArray[np.float64]],
    times: int,
    seed: Seed,
    replicate: int,
    changed: Callable[[Tables], Tables] = lambda tables: tables,
) -> Session:
    """Session of a sequence's dyad, so many times over, coded as it was coded.

    Parameters
    ----------
    sequence : what was coded; of it come lengths, codes and gaps.
    parameters : that were fitted, and the rules to simulate by.
    values : (episodes, names) parameters in each of its episodes.
    known : by name of a trait, its number in each episode.
    times : how many.
    seed, replicate : name the luck.
    changed : what is done with the tables before anything is simulated.
    """
    from ..interaction import engine  # numba is imported when first needed

    tables = []
    for e, episode in enumerate(sequence.episodes):
        view = parameters.view(
            values[e : e + 1], {name: given[e : e + 1] for name, given in known.items()}, episode.shift
        )
        tables.append(changed(tables_of_view(view, 1, parameters.rules, episode)).thresholds())
    states = np.empty((3, times, sequence.seconds), dtype=np.int8)
    none = np.empty((0, 0, 0)), np.empty((0, 0, 0, 0)), np.empty((0, 0, 0))
    nothing_counted = (
        none[0].astype(np.uint8),
        none[1].astype(np.uint16),
        none[2].astype(np.uint16),
        none[1].astype(np.uint16),
        none[1].astype(np.uint16),
    )
    with while_others_go_on():
        engine.run(
            np.stack(tables),
            np.zeros(times, dtype=np.int64),
            np.arange(times, dtype=np.int64),
            np.arange(times, dtype=np.uint64),
            np.arange(len(tables)),
            np.array(sequence.ends),
            np.array([SessionLuck(seed, replicate).words]),
            START,
            np.zeros(0, dtype=np.uint64),
            states,
            *nothing_counted,
        )
    return as_coded(sequence, states[0], states[1])


def as_coded(sequence: Sequence, infant: NDArray[np.int8], mother: NDArray[np.int8]) -> Session:
    """Session of engagement states (times, seconds) as the coders of a sequence would have coded them."""
    codes = []
    for states, may_be, seen in zip((infant, mother), sequence.may_be, sequence.codes, strict=True):
        names = sequence.code_set.infant if states is infant else sequence.code_set.mother
        code_of = may_be[: len(names)].argmax(axis=0).astype(np.int8)  # of each state, the code that may stand for it
        codes.append(np.where(seen < len(names), code_of[states], np.int8(-1)))
    return Session(
        list(range(len(infant))),
        [episode.name for episode in sequence.episodes],
        sequence.ends,
        codes=sequence.code_set,
        states=(codes[0], codes[1], None),
    )
