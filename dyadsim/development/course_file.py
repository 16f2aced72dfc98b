"""Writing the end of a course, from which the same lives can go on; :mod:`.saved_course` reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..common.files import file_for, replacing
from ..interaction.tables import probe
from ..interventions.treatment import Treatment
from ..people.cohort import Cohort
from ..theory.coordination import CoordinationRule
from ..theory.linear_system import System
from .play import Play
from .starting_states import Start

Numbers = NDArray[np.float64]
Progress = Callable[[int, int], None]

__all__ = ["FORM", "Lives", "write"]

FORM = 3
"""Of the file: another form is refused."""


class Lives(Protocol):
    """What a course is stepped with (:class:`dyadsim.development.develop.Development`)."""

    @property
    def cohort(self) -> Cohort: ...
    @property
    def play(self) -> Play: ...
    @property
    def coordination(self) -> type[CoordinationRule]: ...
    @property
    def feedback(self) -> bool: ...
    @property
    def held(self) -> Mapping[str, float]: ...
    @property
    def start(self) -> Start: ...
    @property
    def began(self) -> int: ...
    @property
    def system(self) -> System: ...
    @property
    def treatments(self) -> tuple[Treatment, ...]: ...
    def playing(self, week: int, states: Numbers, met: Mapping[str, Numbers]) -> Cohort: ...
    def sources(self, week: int, met: Mapping[str, Numbers]) -> Numbers: ...
    def without(self) -> Lives: ...
    def from_start(self, weeks: int, progress: Progress | None = None) -> Any: ...
    def through(
        self,
        first_week: int,
        states: Numbers,
        weeks: int,
        met: Mapping[str, Numbers],
        progress: Progress | None = None,
    ) -> Any: ...


def write(path: Path, lives: Lives, next_week: int, states: Numbers, met: Mapping[str, Numbers]) -> Path:
    """Write the end of a course, whole or not at all: the states (states, dyads) at the start of ``next_week``.

    ``met`` is, by intervention that has started, the states when it did.
    """
    file_for(path)
    cohort = lives.cohort
    about = {
        "form": FORM,
        "next_week": next_week,
        "began": lives.began,
        "feedback": lives.feedback,
        "coordination": lives.coordination.__name__,
        "held": dict(lives.held),
        "paradigm": lives.play.paradigm.model_dump(),
        "days": lives.play.days,
        "seed": lives.play.seed,
        "replicate": lives.play.replicate,
        "tables": probe(lives.play.rules),
        "population": cohort.population,
        "cohort_seed": cohort.seed,
        "coefficients": {name: np.asarray(value).tolist() for name, value in cohort.coefficients.items()},
        "dynamics": dict(cohort.dynamics),
        "extra_traits": [asdict(trait) for trait in cohort.extra_traits],
        "settings": [each.setting.model_dump() for each in cohort.exposures],
        "interventions": [each.offered.provenance for each in lives.treatments],
    }
    arrays: dict[str, NDArray[Any]] = {f"trait {name}": values for name, values in cohort.traits.items()}
    arrays |= {f"norms {name}": values for name, values in asdict(cohort.dynamics.norms).items()}
    arrays |= {f"who {k}": each.who for k, each in enumerate(cohort.exposures)}
    arrays |= {f"met {name}": states for name, states in met.items()}
    start = lives.start
    arrays |= {"units": cohort.units, "states": states}
    arrays |= {"start": start.states, "levels": start.levels, "sources": start.sources}
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)  # type: ignore[arg-type]
    return path
