"""Courses on disk: the end of a week, from which the same lives go on to the bit."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cohort import Cohort
from .coordination import READINGS, CoordinationRule
from .course import Course
from .development import Development
from .dynamics import Dynamics
from .errors import DyadsimError, whole_number
from .lived import Play
from .norms import Norms
from .paradigms import Paradigm
from .preferences import Rules
from .rules import InfantRules, MotherRules
from .settings import Exposure, Setting
from .start import Start
from .tables import probe
from .traits import Coefficients, Trait
from .writing import replacing

__all__ = ["SavedCourse", "saved_course", "write"]

_FORM = 1  # of the file


class SavedCourse:
    """The end of a course: ``saved.go_on(26)`` lives on from there."""

    def __init__(self, lives: Development, next_week: int, states: NDArray[np.float64]) -> None:
        self.lives, self.next_week, self.states = lives, next_week, states

    def go_on(self, weeks: int) -> Course:
        """The following weeks: to the bit what one longer course would hold."""
        weeks = whole_number("number of weeks", weeks, 1, 2000)
        return self.lives.through(self.next_week, self.states, weeks)


def write(course: Course, path: Path) -> Path:
    """Write the end of a course, whole or not at all."""
    lives, cohort = course.lives, course.cohort
    about = {
        "form": _FORM,
        "next_week": course.weeks.stop,
        "began": lives.began,
        "feedback": lives.feedback,
        "coordination": lives.coordination.__name__,
        "held": dict(lives.held),
        "paradigm": lives.play.paradigm.model_dump(),
        "days": lives.play.days,
        "seed": lives.play.seed,
        "replicate": lives.play.replicate,
        "tables": probe(lives.play.rules),
        "norms": _norms(),
        "population": cohort.population,
        "cohort_seed": cohort.seed,
        "coefficients": {name: np.asarray(value).tolist() for name, value in cohort.coefficients.items()},
        "dynamics": dict(cohort.dynamics),
        "extra_traits": [asdict(trait) for trait in cohort.extra_traits],
        "settings": [each.setting.model_dump() for each in cohort.exposures],
    }
    arrays: dict[str, NDArray[Any]] = {f"trait {name}": values for name, values in cohort.traits.items()}
    arrays |= {f"who {k}": each.who for k, each in enumerate(cohort.exposures)}
    start = lives.start
    arrays |= {"units": cohort.units, "states": course.states[-1]}
    arrays |= {"start": start.states, "levels": start.levels, "sources": start.sources}
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)  # type: ignore[arg-type]
    return path


def saved_course(
    path: str | Path,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[MotherRules] = MotherRules,
    coordination: type[CoordinationRule] | None = None,
    threads: int = 1,
) -> SavedCourse:
    """Read what :meth:`Course.save` wrote.

    Parameters
    ----------
    infant, mother, coordination : the rules that the course followed, where they were not the shipped ones.
    threads : how many to use; no result depends on it.

    Raises
    ------
    DyadsimError
        if the file is none of ours, or the course was made by other rules.
    """
    about, arrays = _read(Path(path))
    rules = Rules(infant, mother).alone()
    if probe(rules) != about["tables"]:
        raise DyadsimError(f"'{path}' was made by other rules of interaction; going on needs the very same ones.")
    if about["norms"] != _norms():
        raise DyadsimError(f"'{path}' was made with other norms, by another version of dyadsim; it cannot go on here.")
    readings = {rule.__name__: rule for rule in (*READINGS.values(), *([coordination] if coordination else []))}
    if about["coordination"] not in readings:
        raise DyadsimError(f"'{path}' reads coordination by {about['coordination']}; pass that class as coordination.")
    cohort = _cohort(about, arrays)
    play = Play(Paradigm(**about["paradigm"]), rules, about["days"], about["seed"], about["replicate"], threads)
    start = Start(arrays["start"], arrays["levels"], arrays["sources"])
    reading = readings[about["coordination"]]
    lives = Development(cohort, play, reading, about["feedback"], about["held"], start, about["began"])
    return SavedCourse(lives, about["next_week"], arrays["states"])


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    if not path.is_file():
        raise DyadsimError(f"There is no saved course '{path}'.")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        about = json.loads(str(arrays.pop("about")))
        if about["form"] != _FORM:
            raise DyadsimError(f"'{path}' was saved by another version of dyadsim (form {about['form']}).")
        return about, arrays
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, DyadsimError):
            raise
        raise DyadsimError(f"'{path}' is no saved course, or a damaged one.") from None


def _norms() -> str:
    """A hash of the norms against which weeks are scored."""
    return hashlib.sha256(json.dumps(Norms.default().written()).encode()).hexdigest()[:16]


def _cohort(about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Cohort:
    traits = {name.removeprefix("trait "): values for name, values in arrays.items() if name.startswith("trait ")}
    exposures = tuple(Exposure(Setting(**each), arrays[f"who {k}"]) for k, each in enumerate(about["settings"]))
    bare = Cohort(traits, arrays["units"], Coefficients(about["coefficients"]), about["population"])
    extra = tuple(Trait(**each) for each in about["extra_traits"])
    dynamics = Dynamics(about["dynamics"])
    return replace(bare, extra_traits=extra, seed=about["cohort_seed"], exposures=exposures, dynamics=dynamics)
