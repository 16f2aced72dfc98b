"""Check of an ensemble: whether its sets, made on the exact law and the linear theory, agree when they are played."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.workers import Crew, mapped
from ..findings.session_studies import PARADIGM, Reading
from ..findings.still_face_patterns import CONSTRAINTS, POOLED, SD_BETWEEN_SESSIONS, margins, session_rates
from ..interaction.interact import interact
from ..people.cohort import Cohort
from ..theory.parameter_sets import ParameterSet
from .ensemble_targets import Calibrated, development_targets, interaction_targets

__all__ = ["played"]

Vector = NDArray[np.float64]

_SEED = 1


def played(crew: Crew, about: Calibrated, sets: Sequence[ParameterSet], truth: Vector) -> dict[str, Any]:
    """Rows that do not hold in simulated sessions and studies of these sets, and in how many of them.

    Most of what so few dyads show of development is their luck. The same dyads are therefore followed with the
    calibrated parameters, too, and a set is held to what it changes of that, on top of what is known of these
    parameters.

    Parameters
    ----------
    crew : the workers.
    about : the calibrated values that the sets lie about.
    sets : those that are played.
    truth : (targets,) of development, distances with the calibrated parameters as many dyads show them.
    """
    calibrated = ParameterSet(-1, about.coefficients, about.dynamics)
    followed = mapped(crew, functools.partial(_followed, about), [calibrated, *sets])
    luck = truth - followed[0]
    level = development_targets(about)
    low, high = level.limits
    names = [f"{id}: {target.says}" for id, target in level.targets]
    of_development = [
        [name for name, bad in zip(names, (read + luck < low) | (read + luck > high), strict=True) if bad]
        for read in followed[1:]
    ]
    of_interaction = mapped(crew, functools.partial(_missed, about), sets)
    return {
        "sets": [one.number for one in sets],
        "sessions": about.sizes.sessions,
        "dyads_followed": about.sizes.few_followed,
        "rows_of_the_seconds": len(POOLED) + len(SD_BETWEEN_SESSIONS) + len(CONSTRAINTS),
        "targets_of_the_weeks": len(names),
        "missed_by_set": [[len(a), len(b)] for a, b in zip(of_interaction, of_development, strict=True)],
        "missed": dict(sorted(Counter(name for rows in (*of_interaction, *of_development) for name in rows).items())),
    }


def _followed(about: Calibrated, one: ParameterSet) -> Vector:
    """Distances of the targets of development, every second played."""
    return development_targets(about).read(one.dynamics, linear=False, coefficients=one.coefficients)


def _missed(about: Calibrated, one: ParameterSet) -> list[str]:
    """Rows on interaction that do not hold in sessions."""
    cohort = replace(Cohort.sample(about.sizes.sessions, seed=_SEED), coefficients=one.coefficients)
    session = interact(cohort, PARADIGM, seed=_SEED)
    reading, measures = Reading(session), session.measures()
    model = {id: quantity.of(reading) for id, quantity in POOLED.items()}
    model |= {f"{id} SD": float(session_rates(measures, partner).std()) for id, partner in SD_BETWEEN_SESSIONS.items()}
    targets = interaction_targets(about).allowed.items()
    missed = [name for name, (target, within) in targets if abs(model[name] / target - 1) > within]
    return missed + [id for id in CONSTRAINTS if min(margins(id, reading).values()) <= 0]
