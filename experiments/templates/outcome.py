"""Outcomes of one's own for sweeps: copy it, and name a function among a design's outcomes as FILE.py:FUNCTION.

    dyadsim sweep sweep_sessions.toml --out sessions
    dyadsim sweep sweep_weeks.toml --out weeks

Such a function gives one number a dyad, from that dyad alone, NaN where there is none. docs/measures.md and
docs/sweeps.md have what is there already.
"""

import numpy as np

import dyadsim as ds


def smiles_returned(session):
    """Of single sessions: the share of his smiling seconds that she answers with a smile in the next one.

    ``session.infant`` and ``session.mother`` are numbers of states, one row a dyad, one column a second; ``session``
    also has ``arousal``, ``measures()``, ``cohort``. You may return (dyads,), the same for all episodes, or
    (dyads x episodes,): a number for each episode of the first dyad, then of the second, and so on.
    """
    his = session.infant[:, :-1] == ds.ICEP.infant_names.index("positive")
    hers = session.mother[:, 1:] == ds.ICEP.mother_names.index("positive")
    smiles = his.sum(axis=1)
    return np.where(smiles > 0, (his & hers).sum(axis=1) / np.maximum(smiles, 1), np.nan)


def gained(course, week):
    """Of weeks: by how much her sensitivity has risen since the first week, in standard scores.

    ``course.at(week)`` has the slow states at the start of a week, one row a dyad; ``course`` also has ``weeks``,
    ``measures`` (of the play of each week), ``observe(instrument, week)``.
    """
    return course.at(week)["sensitivity"] - course.at(course.weeks.start)["sensitivity"]
