"""The Mesa model of weeks: families in communities, one week a step; the courses of the array engine, to the bit."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import mesa
import networkx
import numpy as np
import pandas as pd
from mesa.discrete_space import Network
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import Seed, WeeklyLuck
from ..common.shown import Shown
from ..community.edges import Ties
from ..community.family import COMMUNITY, Families
from ..community.second_caregiver import FamilyStates
from ..community.support_network import LONELY
from ..community.surroundings import Around, Surroundings
from ..interaction.paradigms import Paradigm
from ..people.population import Population
from ..theory.coordination import CoordinationRule, MoreIsBetter
from ..theory.family_parameters import FamilyParameters
from ..theory.rules import CaregiverRules, InfantRules, MotherRules, PartnerRules
from ..theory.tie_rules import GROUP, OUTSIDE
from .community_agents import Caregiver, Group, Home, Infant, Mother, Partner, SeenByHer, Tie
from .course import Course
from .develop import development_of

__all__ = ["CommunityModel"]

Numbers = NDArray[np.float64]


class CommunityModel(Shown, mesa.Model):
    """Families in communities, one week a step.

    Parameters
    ----------
    families : the families; without them, ``n_families`` (40) are drawn from ``population`` (community) with the
        model's seed, as :meth:`Families.sample` has ``partners``, ``ties`` and ``community_size``.
    interventions : what is offered, as :func:`dyadsim.develop` has it.
    weeks : after how many the model stops running.
    seed, replicate : name the luck, as in :func:`dyadsim.develop`. Without a seed each model has its own (as Mesa's
        models do); ``model.luck.seed`` tells which.
    first_week : of his life; 0 is birth.
    paradigm, days, feedback, coordination, hold, infant, mother, partner, threads : as for :func:`dyadsim.develop`.
        The seconds of a week are its environment: they are played by the engine, by these rules.
    kwargs : parameters of families to set, by their names in ``FAMILY_PARAMETERS``, where families are drawn.

    Attributes
    ----------
    space : Mesa's network: a cell for each family, by its number, and a connection where there is a tie.
    week : the week that the next step goes through.
    course : what has happened so far, as :func:`dyadsim.develop` gives it.
    ties : table of the ties of all mothers now.
    mean_depression, mean_loneliness, mean_support : of mothers now, standard scores.
    share_lonely : of mothers now.
    ties_inside, ties_from_groups : ties to mothers of the community now; those of them that groups made.
    mean_persons : on whom mothers could count this week.
    mean_partner_depression, mean_share_of_care : of second caregivers now; NaN without any.
    at_sessions : mothers who were at a session of a group this week.

    Raises
    ------
    DyadsimError
        for unknown names and values out of range.

    Examples
    --------
    >>> model = ds.CommunityModel(n_families=12, weeks=4, seed=1)
    >>> model.run_model()
    >>> model.datacollector.get_model_vars_dataframe()[["mean_loneliness", "ties_inside"]]
    """

    def __init__(
        self,
        families: Families | None = None,
        interventions: Any = (),
        weeks: int = 52,
        seed: Seed | None = None,
        replicate: int = 0,
        first_week: int = 0,
        population: str | Path | Population | None = None,
        n_families: int | None = None,
        *,
        partners: float | bool | None = None,
        ties: bool | None = None,
        community_size: int | None = None,
        paradigm: str | Path | Paradigm = "free-play",
        days: int = 7,
        feedback: bool = True,
        coordination: str | type[CoordinationRule] = MoreIsBetter,
        hold: Mapping[str, float] | None = None,
        infant: type[InfantRules] = InfantRules,
        mother: type[CaregiverRules] = MotherRules,
        partner: type[CaregiverRules] = PartnerRules,
        threads: int | None = None,
        **kwargs: Any,  # so named because Mesa's SolaraViz takes extra parameters under this name only
    ) -> None:
        self.luck = WeeklyLuck(secrets.randbits(32) if seed is None else seed, replicate)
        super().__init__(seed=self.luck.seed)
        to_draw = {
            "population": population, "n_families": n_families, "partners": partners, "ties": ties,
            "community_size": community_size,
        }  # fmt: skip
        self.families = _families(families, {k: v for k, v in to_draw.items() if v is not None} | kwargs, self.luck)
        self.development = development_of(
            self.families, weeks, interventions, self.luck.seed,
            first_week=first_week, replicate=replicate, paradigm=paradigm, days=days, feedback=feedback,
            coordination=coordination, hold=hold, infant=infant, mother=mother, partner=partner, threads=threads,
        )  # fmt: skip
        self.running: bool = True
        self.week = self.development.began
        self._ends = self.week + int(weeks)
        self._starting_states: dict[str, Numbers] = {}
        self._states: list[Numbers] = []
        self._around: list[Around] = []
        self._measures: list[dict[str, Numbers]] = []
        around = self.development.around_first
        self.space = Network(_graph(self.families, around), random=self.random, cell_klass=Home)
        self.homes: list[Home] = [self._settled(place, around) for place in range(len(self.families))]
        self.communities: dict[int, list[Home]] = {}
        for home in self.homes:
            self.communities.setdefault(home.mother.community, []).append(home)
        self.groups = [
            Group(self, programme, number, self.families.numbers[seats == number].tolist())
            for programme, seats in self.development.groups.items()
            for number in np.unique(seats[seats >= 0]).tolist()
        ]
        self.datacollector = _collector(self.agent_types)
        mesa.Agent._ids.pop(self, None)  # Mesa 3.3.1 would hold the model for ever

    def _settled(self, place: int, around: Around | None) -> Home:
        """Cell of the family at a place, with its members as they are at the start."""
        development, families = self.development, self.families
        home: Home = self.space[int(families.numbers[place])]
        first = int(families.mothers_at[place])
        home.rows = slice(first, first + 1 + int(families.has_partner[place]))
        home.families = families[place]
        home.mother = Mother(self, home)
        home.partner = Partner(self, home) if families.has_partner[place] else None
        home.infant = Infant(self, home)
        seen = SeenByHer(home.families, home.mother) if development.surroundings is not None else None
        home.development = replace(development.of(home.rows), surroundings=seen)
        states = development.with_held(development.start.states)[:, home.rows]
        theirs = Around(FamilyStates(*np.zeros((3, len(home.caregivers)))), Ties.none(), np.zeros(1))
        if around is not None:
            theirs = around.of(home.rows, slice(place, place + 1), home.mother.family, home.mother.family)
        for member in (*home.caregivers, home.infant):
            member.begin(states, theirs.between)
        home.mother.sat = float(theirs.sat[0])
        _, *parts = theirs.ties.arrays
        home.mother.ties = {each[0]: Tie(*each) for each in zip(*(part.tolist() for part in parts), strict=True)}
        return home

    def _in_a_line(self) -> str:
        began = self.development.began
        return f"{self.families._in_a_line()}, week {self.week} of {began} to {self._ends - 1}"

    def __copy__(self) -> CommunityModel:
        """Refused: a shallow copy's step would move the agents of the model that it was copied from."""
        raise DyadsimError(
            "A CommunityModel shares its agents with a shallow copy, which could not be stepped; use copy.deepcopy."
        )

    def step(self) -> None:
        """One week, in this order; after the last: nothing.

        1. The week is played, second by second: every caregiver with the infant, as they are at its start.
        2. Groups hold their sessions, and mothers who come meet there.
        3. Mothers look at their ties: on whom they can count, who knows whom, who is well.
        4. Each family goes through the week by the equations of the weekly step.
        5. All decide, on what there was at the start of the week: each finds the own next state, and mothers which ties
           begin and end.
        6. All advance, and the network is connected anew.
        7. It is written down.
        """
        if not self.running:
            return
        development, week, states = self.development, self.week, self.states
        self._states.append(states)
        self._around += self._around_now()
        self._starting_states = development.begun(week, states, self._starting_states)
        measures = development.played(week, states, development.shifts(week, self._starting_states))
        self._measures.append(measures)
        self._all_of(Group, "hold_session")
        self._all_of(Mother, "look")
        for home in self.homes:
            home.live(week, measures, self._starting_states)
        for phase in ("decide", "advance"):
            for kind in (Mother, Partner, Infant):
                self._all_of(kind, phase)
        self.week += 1
        self.running = self.week < self._ends
        self.datacollector.collect(self)

    def _all_of(self, kind: type[mesa.Agent], phase: str) -> None:
        """Have all agents of a kind do something."""
        if kind in self.agents_by_type:
            self.agents_by_type[kind].do(phase)

    @property
    def states(self) -> Numbers:
        """Slow states (states, rows) of all now, one row a caregiver and the infant, as a course has them."""
        return np.concatenate([home.states for home in self.homes], axis=1)

    @property
    def course(self) -> Course:
        if not self._measures:
            raise DyadsimError("Nothing has happened yet: step the model first.")
        measures = {name: np.stack([each[name] for each in self._measures]) for name in self._measures[0]}
        return Course(
            self.development,
            range(self.development.began, self.week),
            np.stack([*self._states, self.states]),
            measures,
            dict(self._starting_states),
            (*self._around, *self._around_now()),
        )

    @property
    def ties(self) -> pd.DataFrame:
        return Surroundings(self.families).tie_table(self.week, self.states, self._all_around())

    @property
    def mean_depression(self) -> float:
        return _mean(home.mother.depression for home in self.homes)

    @property
    def mean_loneliness(self) -> float:
        return _mean(home.mother.loneliness for home in self.homes)

    @property
    def mean_support(self) -> float:
        return _mean(home.mother.support for home in self.homes)

    @property
    def share_lonely(self) -> float:
        return _mean(home.mother.loneliness > LONELY for home in self.homes)

    @property
    def ties_inside(self) -> int:
        return sum(len(home.mother.friends) for home in self.homes)

    @property
    def ties_from_groups(self) -> int:
        return sum(tie.kind == GROUP for home in self.homes for tie in home.mother.ties.values())

    @property
    def mean_persons(self) -> float:
        return _mean(home.mother.persons for home in self.homes)

    @property
    def mean_partner_depression(self) -> float:
        return _mean(home.partner.depression for home in self.homes if home.partner is not None)

    @property
    def mean_share_of_care(self) -> float:
        return _mean(home.partner.share_of_care for home in self.homes if home.partner is not None)

    @property
    def at_sessions(self) -> int:
        return len({family for group in self.groups for family in group.present})

    def _around_now(self) -> tuple[Around, ...]:
        """What is around all dyads now; nothing where the dyads live by themselves."""
        return (self._all_around(),) if self.families.surrounded else ()

    def _all_around(self) -> Around:
        """What is between all caregivers now, and the ties of all mothers."""
        return Around.joined(
            Around(home.between, home.mother.edges, np.array([home.mother.sat])) for home in self.homes
        )


def _families(given: Any, to_draw: dict[str, Any], luck: WeeklyLuck) -> Families:
    """The families that are given, or drawn."""
    if given is None:
        known = ("population", "partners", "ties", "community_size")
        how = {name: to_draw.pop(name) for name in known if name in to_draw}
        many = to_draw.pop("n_families", COMMUNITY)
        parameters = FamilyParameters.default().replace(to_draw)
        return Families.sample(many, seed=luck.seed, parameters=parameters, **how)
    if not isinstance(given, Families):
        raise DyadsimError(f"families is ds.Families, such as ds.Families.around(cohort), not {given!r:.60}.")
    if to_draw:
        raise DyadsimError(f"Give families, or what they are drawn by ({', '.join(to_draw)}), not both.")
    return given


def _graph(families: Families, around: Around | None) -> networkx.Graph:
    """Graph of families by their numbers, with an edge where one of the mothers has a tie to the other."""
    graph = networkx.Graph()
    graph.add_nodes_from(families.numbers.tolist())
    if around is not None:
        inside = around.ties.whom < OUTSIDE
        graph.add_edges_from(zip(around.ties.who[inside].tolist(), around.ties.whom[inside].tolist(), strict=True))
    return graph


def _collector(kinds: Iterable[type]) -> mesa.DataCollector:
    """Collector of one record a step, none before the first: so ``mesa.batch_run`` has the last week last.

    Parameters
    ----------
    kinds : of the agents that there are; of others Mesa would make a table with rows of nothing.
    """
    of_caregivers = ("family", "community", *Caregiver.STATES, "coparenting", "share_of_care")
    by_kind = {
        Mother: (*of_caregivers, "persons"),
        Partner: of_caregivers,
        Infant: ("family", "community", *Infant.STATES),
        Group: ("programme", "number", "size", "came"),
    }
    # Mesa would make closures of the names of attributes, and what holds a closure cannot be pickled.
    of_agents = {kind: {name: attrgetter(name) for name in by_kind[kind]} for kind in kinds}
    of_model = (
        "mean_depression", "mean_loneliness", "mean_support", "share_lonely", "ties_inside", "ties_from_groups",
        "mean_persons", "mean_partner_depression", "mean_share_of_care", "at_sessions",
    )  # fmt: skip
    return mesa.DataCollector({name: name for name in of_model}, agenttype_reporters=of_agents)


def _mean(numbers: Iterable[float]) -> float:
    """Mean of some numbers; NaN of none."""
    each = list(numbers)
    return float(np.mean(each)) if each else float("nan")
