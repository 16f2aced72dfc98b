"""A course read from its file (:func:`dyadsim.saved_course`), checked, and ready to go on to the bit.

What :mod:`.course_file` wrote, by whatever rules made it: a file that is damaged or was made by other rules is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, whole_number
from ..common.files import path_of
from ..common.shown import Shown, counted
from ..common.user_files import unlike
from ..common.workers import thread_count
from ..community.edges import Ties
from ..community.family import BROUGHT, Families
from ..community.second_caregiver import FamilyStates
from ..community.surroundings import Around, Surroundings
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from ..interventions.catalogue import Intervention
from ..interventions.effect_rule import InterventionRule
from ..interventions.effect_rule import probe as probe_of
from ..interventions.offers import Offered
from ..people.cohort import Cohort
from ..people.risks_and_support import Exposure, Setting
from ..theory.age_norms import Norms
from ..theory.coefficients import Coefficients
from ..theory.coordination import READINGS, CoordinationRule, coordination_rule
from ..theory.dynamics import Dynamics
from ..theory.rules import CaregiverRules, InfantRules, MotherRules, PartnerRules
from ..theory.slow_states import SLOW, SOURCES
from ..theory.traits import TRAITS, Trait
from .course import FIRST, LAST, Course, through
from .course_file import FORM, marks_of_rules
from .develop import held_states
from .families import bound_to_families
from .group_sessions import seated
from .play import FamilyPlay, Play
from .push_sizes import bound
from .starting_states import Start
from .weekly_step import Development

__all__ = ["SavedCourse", "saved_course"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class SavedCourse(Shown):
    """The end of a course: ``saved.go_on(26)`` goes on from there.

    Attributes
    ----------
    development : what its weeks are stepped with.
    next_week : that with which it goes on.
    states : (states, dyads) slow states at its start.
    starting_states : (states, dyads) by intervention that has started, slow states when it did.
    around : of families, what is around their dyads then.
    """

    development: Development
    next_week: int
    states: Numbers
    starting_states: Mapping[str, Numbers]
    around: Around | None = None

    def _in_a_line(self) -> str:
        cohort = self.development.cohort
        return f"{counted(len(cohort), 'dyad')} ({cohort.population}), goes on with week {self.next_week}"

    def go_on(self, weeks: int, progress: Callable[[int, int], None] | None = None) -> Course:
        """Course of the weeks that follow: to the bit what one longer course would hold.

        Parameters
        ----------
        weeks : how many.
        progress : called with weeks done and weeks in all.

        Raises
        ------
        DyadsimError
            if ``weeks`` is no whole number, or more than a course may hold.
        """
        begun = (self.development, self.next_week, self.states, weeks, self.starting_states)
        return through(*begun, progress, self.around)


def saved_course(
    path: str | Path,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
    partner: type[CaregiverRules] = PartnerRules,
    coordination: type[CoordinationRule] | None = None,
    interventions: Collection[type[InterventionRule]] = (),
    threads: int | None = None,
) -> SavedCourse:
    """End of a course, read from the file that :meth:`Course.save` wrote, from which it goes on.

    Parameters
    ----------
    path : of the file.
    infant, mother, partner, coordination : the rules that the course followed, where they were not the shipped ones.
    interventions : the rules of its interventions, where they were not the usual one.
    threads : how many to use (default: as many as there are cores for it); no result depends on it.

    Returns
    -------
    The end of the course, with ``go_on(weeks)``.

    Raises
    ------
    DyadsimError
        if the file is none of ours or damaged, or the course was made by other rules, or by rules that were edited
        since.

    >>> ds.develop(ds.Cohort.sample(3, seed=1), weeks=2, seed=1).save("end.zip")
    >>> ds.saved_course("end.zip").go_on(2)
    """
    rules, cores = Rules(infant, mother).alone(), thread_count(threads)
    readings = [*READINGS.values(), *([] if coordination is None else [coordination_rule(coordination)])]
    given = tuple(interventions) if isinstance(interventions, Collection) else (interventions,)
    for each in given:
        if not (isinstance(each, type) and issubclass(each, InterventionRule)):
            raise DyadsimError(f"interventions takes classes made from ds.InterventionRule, not {each!r:.60}.")
    acting: list[type[InterventionRule]] = [InterventionRule, *given]
    path = path_of(path)
    if not path.is_file():
        raise DyadsimError(f"There is no saved course '{path}'.")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        about = json.loads(str(arrays.pop("about")))
        _check_origin(path, about, rules, partner, readings, acting)
        return _revived(about, arrays, rules, partner, readings, acting, cores)
    except _OtherOriginError as error:
        raise DyadsimError(str(error)) from None
    except Exception:  # whatever a damaged file makes the readers say
        raise DyadsimError(f"'{path}' is no saved course, or a damaged one.") from None


class _OtherOriginError(Exception):
    """A sound file from which this installation, or these rules, cannot go on."""


def _check_origin(
    path: str | Path,
    about: dict[str, Any],
    rules: Rules,
    partner: type[CaregiverRules],
    readings: list[type[CoordinationRule]],
    acting: Sequence[type[InterventionRule]],
) -> None:
    """Refuse a sound file that other rules, or another version, made."""
    if about["form"] != FORM:
        raise _OtherOriginError(f"'{path}' was saved by another version of dyadsim (form {about['form']}).")
    was = about.get("files")  # of rules of the user's that are no part of a sweep
    if (
        was
        and (file := unlike(was, marks_of_rules([rules.infant, rules.mother, partner, *readings, *acting]))) is not None
    ):
        raise _OtherOriginError(f"'{file}' is not what it was when '{path}' was saved; going on needs the very same.")
    if probe(rules) != about["tables"]:
        raise _OtherOriginError(f"'{path}' was made by other rules of interaction; going on needs the very same ones.")
    if about["coordination"] not in [rule.__name__ for rule in readings]:
        raise _OtherOriginError(
            f"'{path}' reads coordination by {about['coordination']}; pass that class as coordination."
        )
    for each in about["interventions"]:
        if _rule_of(each, acting) is None:
            raise _OtherOriginError(
                f"'{path}' has an intervention by the rule {each['rule']}; pass that very class in interventions."
            )


def _revived(
    about: dict[str, Any],
    arrays: dict[str, NDArray[Any]],
    rules: Rules,
    partner: type[CaregiverRules],
    readings: list[type[CoordinationRule]],
    acting: Sequence[type[InterventionRule]],
    threads: int,
) -> SavedCourse:
    """End of a course from what its file holds: anything that does not fit together raises some error."""
    cohort = _cohort(about, arrays)
    of_states, of_sources = (len(SLOW), len(cohort)), (len(SOURCES), len(cohort))
    shapes: dict[str, tuple[int, ...]] = {
        "states": of_states,
        "start": of_states,
        "levels": of_states,
        "sources": of_sources,
    }
    shapes |= {name: of_states for name in arrays if name.startswith("met ")}
    shapes |= {name: (len(cohort),) for name in arrays if name.startswith(BROUGHT)}
    for name, shape in shapes.items():
        if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            raise ValueError(name)
    played = (Paradigm(**about["paradigm"]), rules, about["days"], about["seed"], about["replicate"], threads)
    families = Families.revived(cohort, about["families"], arrays) if "families" in about else None
    play = Play(*played) if families is None else FamilyPlay(*played, partner, families.is_partner)
    start = Start(arrays["start"], arrays["levels"], arrays["sources"])
    reading = next(rule for rule in reversed(readings) if rule.__name__ == about["coordination"])
    held = held_states(about["held"])
    offers = [Offered.revived(each, _rule_of(each, acting) or InterventionRule) for each in about["interventions"]]
    binding = bound(offers, cohort, play.luck) if families is None else bound_to_families(offers, families, play.luck)
    treatments = tuple(
        replace(each, skill=arrays.get(f"skill {each.name}"), readiness=arrays.get(f"readiness {each.name}"))
        for each in binding
    )
    feedback, began = bool(about["feedback"]), int(about["began"])
    development = Development(cohort, play, reading, feedback, held, start, began, treatments)
    next_week = whole_number("week", about["next_week"], FIRST, LAST)
    starting_states = {each.name: arrays[f"met {each.name}"] for each in treatments if each.start_week < next_week}
    if families is None:
        return SavedCourse(development, next_week, arrays["states"], starting_states)
    surrounded = replace(development, surroundings=Surroundings(families), groups=seated(treatments, families))
    return SavedCourse(surrounded, next_week, arrays["states"], starting_states, _around(arrays, len(families)))


def _around(arrays: dict[str, NDArray[Any]], families: int) -> Around:
    """What is around the dyads of families, of a shape that fits; anything else raises some error."""
    between = FamilyStates(*(arrays[f"between {each.name}"] for each in fields(FamilyStates)))
    ties = Ties(*(arrays[f"ties {each.name}"] for each in fields(Ties)))
    rows, edges = {each.shape for each in vars(between).values()}, {each.shape for each in ties.arrays}
    if rows != {arrays["units"].shape} or len(edges) != 1 or arrays["sat"].shape != (families,):
        raise ValueError("families")
    return Around(between, ties, arrays["sat"])


def _rule_of(said: Mapping[str, Any], acting: Sequence[type[InterventionRule]]) -> type[InterventionRule] | None:
    """Rule that acts as that of a saved offer did: of its name, with the same strengths; None if there is none."""
    entry = Intervention(**said["entry"])
    named = [rule for rule in acting if rule.__qualname__ == said["rule"]]
    return next((rule for rule in named if probe_of(rule, entry) == said["acts"]), None)


def _cohort(about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Cohort:
    """Cohort of a saved course, its traits checked."""
    units = arrays["units"]
    extra = tuple(Trait(**each) for each in about["extra_traits"])
    known = {**TRAITS, **{trait.name: trait for trait in extra}}
    traits = {name: trait.check(arrays[f"trait {name}"]) for name, trait in known.items()}
    exposures = tuple(Exposure(Setting(**each), arrays[f"who {k}"]) for k, each in enumerate(about["settings"]))
    if any(values.shape != units.shape for values in (*traits.values(), *(each.who for each in exposures))):
        raise ValueError("dyads")
    bare = Cohort(traits, units, Coefficients(about["coefficients"]), about["population"])
    norms = Norms(**{each.name: arrays[f"norms {each.name}"] for each in fields(Norms)})
    dynamics = Dynamics(about["dynamics"], norms)
    return replace(bare, extra_traits=extra, seed=about["cohort_seed"], exposures=exposures, dynamics=dynamics)
