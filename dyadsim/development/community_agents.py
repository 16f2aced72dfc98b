"""Mothers, partners, infants and groups of a community as Mesa agents, one week a step, at home in a network.

A family is a cell of Mesa's network space, and two cells are connected where one of the mothers has a tie to the other.
What pulls on a slow state is in the equations of the weekly step, which each family goes through by itself; whom a
mother can count on, and whether a tie begins or ends, she finds out for herself among those whom she knows and meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any, ClassVar

import mesa
import numpy as np
from mesa.discrete_space import Cell, CellCollection, FixedAgent
from numpy.typing import NDArray

from ..common.random_numbers import WeeklyLuck
from ..community.edges import Ties
from ..community.family import Families
from ..community.second_caregiver import INFANTS_ONE, FamilyStates, family_states_after, shares_of_care
from ..community.support_network import GivenByTies, counted_on, given_by_counts
from ..community.surroundings import Around, Surroundings
from ..community.ties import TieChances
from ..theory.slow_states import INFANTS_OWN, SLOW
from ..theory.tie_rules import (
    BEGIN_OR_END,
    COUNTED_ON,
    FRIEND,
    GROUP,
    KIN,
    MADE_LATER,
    NEIGHBOUR,
    OUTSIDE,
    chance_to_begin,
    hours_after,
    known_anew,
    odds_of_meeting,
    openness,
)
from .weekly_step import Development, Week

__all__ = ["Caregiver", "Group", "Home", "Infant", "Mother", "Partner", "SeenByHer", "Tie"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_EXPECTATION = _STATES.index("expectation")
_BETWEEN = [each.name for each in fields(FamilyStates)]


class Home(Cell):
    """Cell of the network in which a family lives: what its members have in common.

    Attributes
    ----------
    families : this family alone.
    rows : its places among the rows of all families, one a caregiver.
    development : the weekly step of this family alone.
    mother, partner, infant : who lives here; ``partner`` is None in a single-parent family.
    lived : the week that has been gone through last.
    """

    families: Families
    rows: slice
    development: Development
    mother: Mother
    infant: Infant
    partner: Partner | None = None
    lived: Week

    @property
    def caregivers(self) -> tuple[Caregiver, ...]:
        """The mother, and the partner where there is one."""
        return (self.mother,) if self.partner is None else (self.mother, self.partner)

    @property
    def states(self) -> Numbers:
        """Slow states (states, caregivers) of its members now."""
        return np.array([each.column for each in self.caregivers]).T

    @property
    def between(self) -> FamilyStates:
        """What is between its caregivers now."""
        by_name = {name: np.array([getattr(each, name) for each in self.caregivers]) for name in _BETWEEN}
        return FamilyStates(**by_name)

    def live(self, week: int, measures: dict[str, Numbers], starting_states: Mapping[str, Numbers]) -> None:
        """Go through a week: where it leads the family's states, by the equations of the weekly step.

        Parameters
        ----------
        week : of his life.
        measures : (rows,) of all families, by name, of the week's play.
        starting_states : (states, rows) of all families, by programme that has started.
        """
        around = None
        if self.families.surrounded:
            around = Around(self.between, Ties.none(), np.array([self.mother.sat]))
        played = {name: values[self.rows] for name, values in measures.items()}
        started = {name: values[:, self.rows] for name, values in starting_states.items()}
        self.lived = self.development.week(week, self.states, started, around, played)

    # Mesa 3.3.1 would remember neighbourhoods: miss ties that have changed since, and hold the model for ever.
    neighborhood = property(lambda self: self.get_neighborhood())

    def get_neighborhood(self, radius: int = 1, include_center: bool = False) -> CellCollection[Cell]:
        """Families that can be reached by so many ties."""
        found = {self: self._agents}
        for _ in range(radius):
            found |= {other: other._agents for cell in list(found) for other in cell.connections.values()}
        if not include_center:
            del found[self]
        return CellCollection(found, random=self.random)


@dataclass(frozen=True, eq=False)
class SeenByHer(Surroundings):
    """What is around a family, as its mother sees it; of her ties she decides herself."""

    mother: Mother

    def given(self, week: int, states: Numbers, around: Around) -> GivenByTies:
        return self.mother.given

    def after(self, week: int, states: Numbers, around: Around, groups: NDArray[np.int64], luck: WeeklyLuck) -> Around:
        return Around(family_states_after(self.families, week, around.between, states, luck), around.ties, around.sat)


class Member(FixedAgent):
    """Someone of a family. Each week all decide on what there is at its start, then all advance.

    Slow states (:attr:`STATES`) are plain attributes, standard scores by their names (``mother.depression``). An infant
    without a second caregiver has NaN for ``expectation_of_partner``.
    """

    STATES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, model: Any, home: Home) -> None:
        super().__init__(model)
        self.cell = home
        self.next: dict[str, float] = {}

    @property
    def home(self) -> Home:
        """The cell of the family."""
        home: Home = self.cell
        return home

    @property
    def family(self) -> int:
        """Number of the family."""
        return int(self.home.coordinate)

    @property
    def community(self) -> int:
        """Number of the community."""
        return int(self.home.families.community[0])

    def of(self, states: Numbers, between: FamilyStates) -> dict[str, float]:
        """What is this member's, by name, in the states (states, caregivers) of a family and what is between them."""
        raise NotImplementedError

    def begin(self, states: Numbers, between: FamilyStates) -> None:
        """Be as the family's states say (parameters as of :meth:`of`)."""
        self.__dict__.update(self.of(states, between))

    def decide(self) -> None:
        """Find the own next state in where this week leads the family."""
        lived = self.home.lived
        self.next = self.of(lived.after, self.home.between if lived.around is None else lived.around.between)

    def advance(self) -> None:
        """Go into the state decided on."""
        self.__dict__.update(self.next)


class Infant(Member):
    """The infant: one in regulation and regulatory symptoms, with an expectation of each caregiver."""

    STATES = (*INFANTS_ONE, "expectation_of_mother", "expectation_of_partner")

    def of(self, states: Numbers, between: FamilyStates) -> dict[str, float]:
        own = {name: float(states[_STATES.index(name), 0]) for name in INFANTS_ONE}
        expects = states[_EXPECTATION].tolist()
        of_partner = expects[1] if len(expects) > 1 else np.nan
        return own | {"expectation_of_mother": expects[0], "expectation_of_partner": of_partner}


class Caregiver(Member):
    """A caregiver of the infant.

    Attributes
    ----------
    care, coparenting, depressed_for : as :class:`~dyadsim.community.second_caregiver.FamilyStates` has them.
    """

    STATES = tuple(name for name in SLOW if name not in INFANTS_OWN)
    row = 0
    who = "mother"
    depression: float
    loneliness: float
    support: float
    couple: float
    care: float
    coparenting: float
    depressed_for: float

    def of(self, states: Numbers, between: FamilyStates) -> dict[str, float]:
        own = {name: float(states[_STATES.index(name), self.row]) for name in self.STATES}
        return own | {name: float(getattr(between, name)[self.row]) for name in _BETWEEN}

    @property
    def column(self) -> list[float]:
        """Slow states of the two, caregiver and infant, in the order of all arrays."""
        infant = self.home.infant
        his = {"expectation": f"expectation_of_{self.who}"}
        return [getattr(infant if name in INFANTS_OWN else self, his.get(name, name)) for name in _STATES]

    @property
    def share_of_care(self) -> float:
        """Share of the care for the infant; those of a family add up to 1."""
        return float(shares_of_care(self.home.families, self.home.between.care)[self.row])


class Partner(Caregiver):
    """A second caregiver: a father, another mother, a grandmother."""

    row = 1
    who = "partner"


@dataclass
class Tie:
    """A tie that a mother has (:class:`~dyadsim.community.ties.Ties` says what each part is)."""

    whom: int
    kind: int
    since: int
    ready: float
    hours: float


class Mother(Caregiver):
    """The mother, and her ties.

    Attributes
    ----------
    ties : by the number of the other, in the order of their numbers.
    groups : in which she sits.
    sat : sessions of groups at which she was in the week before.
    given : what her ties came to at the start of the week that was gone through last.
    """

    given: GivenByTies

    def __init__(self, model: Any, home: Home) -> None:
        super().__init__(model, home)
        self.ties: dict[int, Tie] = {}
        self.next_ties: dict[int, Tie] = {}
        self.groups: list[Group] = []
        self.sat = 0.0

    @property
    def edges(self) -> Ties:
        """Her ties as arrays."""
        ties = list(self.ties.values())
        whom, kind, since = (
            np.array([getattr(tie, name) for tie in ties], dtype=np.int64) for name in ("whom", "kind", "since")
        )
        ready, hours = (np.array([getattr(tie, name) for tie in ties], dtype=np.float64) for name in ("ready", "hours"))
        return Ties(np.full(len(ties), self.family, dtype=np.int64), whom, kind, since, ready, hours)

    @property
    def friends(self) -> list[Home]:
        """Families of the community to whose mothers she has a tie."""
        near = self.home.connections
        return [near[tie.whom] for tie in self.ties.values() if tie.whom < OUTSIDE]

    @property
    def persons(self) -> float:
        """Persons on whom she could count this week; 0 where no ties are simulated."""
        return float(self.given.persons[0]) if self.home.families.ties else 0.0

    def look(self) -> None:
        """See what her ties come to: on whom she can count, who of them know one another, which friends are well."""
        families, week = self.home.families, self.model.week
        if not families.ties:
            return
        hers = self.edges
        persons = counted_on(hers, np.full(len(hers), self.depression), week, families.parameters).sum()
        kin = sum(tie.kind == KIN for tie in self.ties.values())
        friends = self.friends
        acquainted = kin * (kin - 1) / 2  # kin know one another
        acquainted += sum(other.coordinate in one.connections for one, other in combinations(friends, 2))
        well = sum(friend.mother.depression < families.parameters["well below"] for friend in friends)
        counts = np.array([[persons], [len(hers)], [acquainted], [well]], dtype=np.float64)
        self.given = given_by_counts(families, counts, np.array([self.sat]), np.array([self.couple]))

    def comes_to(self, programme: str) -> bool:
        """Whether she comes to a session of a programme this week."""
        (treatment,) = (each for each in self.home.development.treatments if each.name == programme)
        return bool(treatment.came(self.model.week)[0])

    def decide(self) -> None:
        """Find her next state, and decide which ties begin and end."""
        super().decide()
        self.next["sat"] = float(sum(self.family in group.present for group in self.groups))
        if self.home.families.ties:
            self.next_ties = {tie.whom: tie for tie in self._ties_after()}

    def advance(self) -> None:
        """Go into the state decided on; families are connected while one of the mothers has a tie to the other."""
        super().advance()
        space, before, self.ties = self.model.space, self.ties, self.next_ties
        for whom in self.ties.keys() - before.keys():
            if whom < OUTSIDE:
                space.add_connection(self.home, space[whom])
        for whom in before.keys() - self.ties.keys():
            if whom < OUTSIDE and self.family not in space[whom].mother.ties:
                space.remove_connection(self.home, space[whom])

    def _ties_after(self) -> Iterator[Tie]:
        """Ties at the end of the week, in the order of their numbers: those that do not end, and those that begin.

        Each is decided by a draw that depends on the two, the week and the decision alone.
        """
        week, luck, families = self.model.week, self.model.luck, self.home.families
        chances = TieChances.of(families.parameters)
        others = [home.mother for home in self.model.communities[self.community] if home is not self.home]
        outside = [tie for tie in self.ties.values() if tie.whom >= OUTSIDE]
        anew = OUTSIDE + MADE_LATER + week  # the friend out of the community whom she may make in this week
        whom = [*(other.family for other in others), *(tie.whom for tie in outside), anew]
        draws = iter(luck.between(self.family, np.array(whom), week, BEGIN_OR_END).tolist())
        for other, draw in zip(others, draws, strict=False):
            if self.lives_here and other.lives_here:
                yield from self._tie_to(other, draw, chances)
        *ends, made = chances.outside_in(week).tolist()
        for tie, draw in zip(outside, draws, strict=False):
            if draw >= ends[tie.kind - KIN]:
                yield Tie(tie.whom, tie.kind, tie.since, self._ready_now(tie), tie.hours + float(chances.hours[0]))
        if next(draws) < made:
            yield Tie(anew, FRIEND, week, self._ready(anew), 0.0)

    @property
    def lives_here(self) -> bool:
        """Whether she lives in the community by now."""
        return bool(self.home.families.here_from[0] <= self.model.week)

    def _tie_to(self, other: Mother, draw: float, chances: TieChances) -> Iterator[Tie]:
        """The tie to another mother at the end of the week, if there is one."""
        week, tie = self.model.week, self.ties.get(other.family)
        with_tie, of_session = chances.hours.tolist()
        shared_friend, named_already, alike, both_ways, room = chances.odds.tolist()
        together = sum(group.met(self.family, other.family) for group in self.groups)
        named = self.family in other.ties
        if tie is not None:
            loss = float(chances.loss[min(week - tie.since, len(chances.loss) - 1)])
            if draw >= loss * (both_ways if named else 1.0):
                hours = hours_after(tie.hours, with_tie, of_session, together, named)
                yield Tie(tie.whom, tie.kind, tie.since, self._ready_now(tie), hours)
            return
        in_community, in_group = chances.meeting[int(week < 0)].tolist()
        chance = chance_to_begin(
            meeting=odds_of_meeting(in_community, in_group, together, named),
            shared=not self.home.connections.keys().isdisjoint(other.home.connections.keys()),
            named=named,
            different=int(self.home.families.status[0] ^ other.home.families.status[0]).bit_count(),
            has=len(self.friends),
            openness=float(openness(self.depression, self.home.families.parameters)),
            room=room,
            by_shared=shared_friend,
            by_named=named_already,
            by_likeness=alike,
        )
        if draw < chance:
            kind = GROUP if together > 0 else NEIGHBOUR
            yield Tie(other.family, kind, week, self._ready(other.family), together * of_session)

    def _ready(self, whom: int) -> float:
        """How readily another can be counted on, as it is drawn in this week."""
        return float(self.model.luck.between(self.family, whom, self.model.week, COUNTED_ON))

    def _ready_now(self, tie: Tie) -> float:
        """How readily the other of a tie can be counted on at the end of the week."""
        return self._ready(tie.whom) if known_anew(self.family, self.model.week) else tie.ready


class Group(mesa.Agent):
    """A group of a programme: mothers who meet in its sessions.

    Attributes
    ----------
    programme : its name.
    number : of the group.
    members : numbers of the families whose mothers sit in it.
    present : of those who came this week.
    """

    def __init__(self, model: Any, programme: str, number: int, members: list[int]) -> None:
        super().__init__(model)
        self.programme, self.number, self.members = programme, number, members
        self.present: set[int] = set()
        for family in members:
            model.space[family].mother.groups.append(self)

    @property
    def size(self) -> int:
        """How many sit in it."""
        return len(self.members)

    @property
    def came(self) -> int:
        """How many came this week."""
        return len(self.present)

    def hold_session(self) -> None:
        """Meet, as far as there is a session this week: those who come are there together."""
        space = self.model.space
        self.present = {family for family in self.members if space[family].mother.comes_to(self.programme)}

    def met(self, one: int, other: int) -> bool:
        """Whether two mothers sat in it together this week (by the numbers of their families)."""
        return one in self.present and other in self.present
