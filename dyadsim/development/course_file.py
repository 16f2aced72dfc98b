"""The file of a course: how its end is written (:meth:`dyadsim.Course.save`).

From the end of its last week the same dyads go on to the bit. Reading the file again is :mod:`.saved_course`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.files import file_for, replacing
from ..common.user_sources import marks_of
from ..community.surroundings import Around
from .play import FamilyPlay
from .weekly_step import Development

Numbers = NDArray[np.float64]

__all__ = ["FORM", "marks_of_rules", "write_course"]

FORM = 3
"""Version of the file's form; a file of another version is refused."""


def marks_of_rules(rules: Iterable[type]) -> dict[str, str]:
    """Hashes, by path, of the files of the user's that classes of rules come from; none of shipped ones."""
    return {file: hashed for rule in rules for file, hashed in marks_of(rule).items()}


def write_course(
    path: Path,
    development: Development,
    next_week: int,
    states: Numbers,
    starting_states: Mapping[str, Numbers],
    marked: bool = True,
    around: Around | None = None,
) -> Path:
    """Write the end of a course into a file, whole or not at all.

    Parameters
    ----------
    path : of the file, which is replaced where there is one.
    development : what the weeks were stepped with.
    next_week : that with which the course goes on.
    states : (states, dyads) slow states at its start.
    starting_states : (states, dyads) by intervention that has started, slow states when it did.
    marked : whether to note hashes of the user's rules (a sweep does so once, for all its courses).
    around : of families, what is around their dyads then.

    Raises
    ------
    DyadsimError
        if no file can be written there.
    """
    file_for(path)
    cohort = development.cohort
    about = {
        "form": FORM,
        "next_week": next_week,
        "began": development.began,
        "feedback": development.feedback,
        "coordination": development.coordination.__name__,
        "held": dict(development.held),
        "paradigm": development.play.paradigm.model_dump(),
        "days": development.play.days,
        "seed": development.play.seed,
        "replicate": development.play.replicate,
        "tables": development.play.tables,
        "population": cohort.population,
        "cohort_seed": cohort.seed,
        "coefficients": {name: np.asarray(value).tolist() for name, value in cohort.coefficients.items()},
        "dynamics": dict(cohort.dynamics),
        "extra_traits": [asdict(trait) for trait in cohort.extra_traits],
        "settings": [each.setting.model_dump() for each in cohort.exposures],
        "interventions": [each.offered.provenance for each in development.treatments],
    }
    if development.surroundings is not None:
        about["families"] = development.surroundings.families.about
    play, acting = development.play.rules, [each.offered.rule for each in development.treatments]
    partner = [development.play.partner] if isinstance(development.play, FamilyPlay) else []
    rules = [play.infant, play.mother, *partner, development.coordination, *acting]
    if marked and (marks := marks_of_rules(rules)):
        about["files"] = marks
    arrays: dict[str, NDArray[Any]] = {f"trait {name}": values for name, values in cohort.traits.items()}
    arrays |= {f"norms {name}": values for name, values in asdict(cohort.dynamics.norms).items()}
    arrays |= {f"who {k}": each.who for k, each in enumerate(cohort.exposures)}
    arrays |= {f"met {name}": values for name, values in starting_states.items()}
    for each in development.treatments:
        given = {"skill": each.skill, "readiness": each.readiness}
        arrays |= {f"{what} {each.name}": values for what, values in given.items() if values is not None}
    if development.surroundings is not None and around is not None:
        arrays |= development.surroundings.families.arrays
        arrays |= {f"between {name}": values for name, values in vars(around.between).items()}
        arrays |= {f"ties {name}": values for name, values in vars(around.ties).items()} | {"sat": around.sat}
    start = development.start
    arrays |= {"units": cohort.units, "states": states}
    arrays |= {"start": start.states, "levels": start.levels, "sources": start.sources}
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)  # type: ignore[arg-type]
    return path
