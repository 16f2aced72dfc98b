"""Families over weeks: how their starting states are drawn, and how what is offered to them is bound to their
members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import DIGITS, WeeklyLuck
from ..community.family import Families
from ..community.peer_groups import check_size
from ..community.second_caregiver import INFANTS_ONE
from ..community.surroundings import Around, Surroundings
from ..interventions.offers import Offered
from ..interventions.treatment import Treatment
from ..theory.coordination import CoordinationRule
from ..theory.linear_system import mixed, system
from ..theory.slow_states import SLOW
from .group_sessions import seated
from .play import Play
from .push_sizes import treatment_of
from .starting_states import Start, begin, grown_apart
from .weekly_step import Development

__all__ = ["begin_families", "bound_to_families", "development_of_families"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_ROUNDS = 8  # in which states and what is around them settle on each other
_BY_GROUPS = ("support", "loneliness")
"""What a programme in groups does to these comes by the ties that are made there, where ties are simulated."""


def development_of_families(
    families: Families,
    play: Play,
    coordination: type[CoordinationRule],
    feedback: bool,
    held: Mapping[str, float],
    first_week: int,
    offers: Iterable[Offered],
) -> Development:
    """Development of families at the start of its first week, with those around their dyads.

    Parameters
    ----------
    families, first_week : whose, and from which week of his life on.
    play, coordination, feedback, held : as :class:`Development` has them.
    offers : what is offered to them.

    Raises
    ------
    DyadsimError
        if something is offered to partners where there is none, or a group is larger than a community.
    """
    surroundings = Surroundings(families)
    treatments = bound_to_families(offers, families, play.luck)
    start, around = begin_families(surroundings, first_week)
    about = (families.cohort, play, coordination, feedback, held, start, first_week, treatments)
    return Development(*about, surroundings, around, seated(treatments, families))


def begin_families(surroundings: Surroundings, first_week: int) -> tuple[Start, Around]:
    """Start of a course of families, and what is around their dyads then.

    As of a cohort (:func:`dyadsim.development.starting_states.begin`), with caregivers alike as they are, and with what
    those around them have done to them already.

    Parameters
    ----------
    surroundings : of the families.
    first_week : of the course, in weeks of his life.
    """
    families = surroundings.families
    own = surroundings.own_levels, surroundings.own_shares
    drawn = begin(families.cohort, first_week, surroundings.normals, ~families.is_partner, own)
    levels = surroundings.one_infant(drawn.levels.copy())
    law = system(families.cohort.dynamics).with_feedback
    settles = law.settles
    lasting = mixed(settles, levels) + mixed(law.drawn_by, drawn.sources)
    # Pulls lead as far as they last: of what is in the states, what comes and goes is left out.
    led = np.zeros_like(lasting)
    around = surroundings.at_first(first_week, drawn.states)
    for _ in range(_ROUNDS):
        pulls = surroundings.pulls(first_week, lasting + led, around, drawn.sources)
        led = surroundings.one_infant(mixed(settles, pulls))
        around = replace(around, between=surroundings.between_at_first(lasting + led))
    led[_STATES.index("expectation")] *= grown_apart(families.cohort.dynamics, first_week)
    states = surroundings.one_infant(drawn.states + led)
    return Start(np.round(states, DIGITS), np.round(levels, DIGITS), drawn.sources), around


def bound_to_families(offers: Iterable[Offered], families: Families, luck: WeeklyLuck) -> tuple[Treatment, ...]:
    """Treatments: what is offered, as it acts on the members of families.

    Parameters
    ----------
    offers : one or more.
    families : to whom.
    luck : names to whom it is offered, who takes it up, which sessions they come to, and who leaves.

    Raises
    ------
    DyadsimError
        if something is offered to partners where there is none, or a group is larger than a community.
    """
    return tuple(_bound(treatment_of(each, families.cohort, luck), families) for each in offers)


def _bound(treatment: Treatment, families: Families) -> Treatment:
    """The treatment of the rows to whom it is offered."""
    offered, partner = treatment.offered, families.is_partner
    if offered.to == "partner" and not partner.any():
        raise DyadsimError(f"'{treatment.name}' is offered to partners, but none of these families has one.")
    if offered.entry.in_groups and families.ties:
        check_size(families, offered.seats or round(families.parameters["seats of a group"]))
    rows = {"mother": ~partner, "partner": partner, "both": np.ones(len(partner), dtype=bool)}[offered.to]
    if offered.share < 1:
        rows = rows & (treatment.luck.outcome(families.family, f"{treatment.name}: offered") < offered.share)
    untouched = {}
    if offered.to == "both":  # the infant is one, and so is what it does to him
        untouched = dict.fromkeys(INFANTS_ONE, partner)
    if offered.entry.in_groups and families.ties:
        untouched |= dict.fromkeys(_BY_GROUPS, ~partner)
    # A couple comes as one; two who are offered the same each for themselves come each by their own luck.
    couple = offered.to == "both" and "couple" in offered.entry.format
    comes_as = families.family if couple else None
    return replace(treatment, offered_to=None if rows.all() else rows, untouched=untouched, comes_as=comes_as)
