"""Validation of the catalogue: whether entries give the sizes they set, and every published effect that set none.

Rows of role *set* are sizes that an entry puts in, seen through its instrument in a simulated trial: they must come out
within .03. All others were not used for the size they are held against; what each role means is as in
:mod:`dyadsim.validation.validation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from .. import __version__
from ..common.errors import whole_number
from ..common.random_numbers import Seed, check_seed
from ..findings.agreement import Number
from ..findings.programme_trials import ProgrammeTrials
from ..findings.registry import Said
from ..theory import evidence
from .validation import Progress, Told, Validation, held_against, left_out

__all__ = ["SET_WITHIN", "validate_interventions"]

SET_WITHIN = 0.03
"""How near a size that an entry sets must come out of its trial."""


def validate_interventions(dyads: int = 1000, seed: Seed = 1, progress: Progress | None = None) -> Validation:
    """Hold the catalogue against what it sets, and against every row on interventions that the model can express.

    Parameters
    ----------
    dyads : in each arm of each trial, 100 to 100,000.
    seed : names dyads and luck.
    progress : called with trials simulated and trials in all.

    Returns
    -------
    Every row beside what the model says of it, and the rows that it cannot express.

    Raises
    ------
    DyadsimError
        for a number or seed that is not possible.

    Examples
    --------
    ``ds.validate_interventions()`` takes minutes. What it gives is read as what the other levels give:

    >>> seen = ds.validate_interaction(dyads=100)
    >>> seen.counts(), seen.rows[["name", "target", "model", "holds"]]
    """
    trials = ProgrammeTrials(whole_number("number of dyads", dyads, 100, 100_000), check_seed(seed), progress)
    trials.all()
    return Validation(
        pd.DataFrame([*_set(trials), *held_against("interventions", trials, _told)]),
        left_out("interventions"),
        {"dyadsim": __version__, "dyads": dyads, "seed": trials.seed, "trials": list(trials.entries)},
    )


def _set(trials: ProgrammeTrials) -> Iterator[dict[str, Any]]:
    """Rows of role *set*: every size that an entry of the catalogue puts in, beside what its trial shows."""
    for name, entry in trials.entries.items():
        for effect in entry.effects:
            seen = round(trials.set_d(name, effect), 6)
            yield {
                "id": f"{name}: {effect.state}",
                "name": f"{name} on {effect.state.replace('_', ' ')}",
                "target": effect.size,
                "model": seen,
                "difference": seen - effect.size,
                "holds": abs(seen - effect.size) <= SET_WITHIN,
                "role": "set",
                "basis": effect.grounding,
                "how": f"{effect.seen_by or 'true state'} at the end, {entry.population}, within {SET_WITHIN:g}",
                "source": ", ".join(id for id in effect.evidence if id != "assumed"),
                "doi": "",
            }


def _told(row: evidence.Row, said: Said) -> Told:
    """A number beside the published one that it is held against; a finding in words as words."""
    if not isinstance(said, Number):
        return row.value, str(said), np.nan
    return said.target, float(f"{said.value:.6g}"), said.value - said.target
