"""The Mesa model: dyads of agents, one second a step; the same trajectories as the compiled engine, to the bit."""

from __future__ import annotations

import secrets
from bisect import bisect_left, bisect_right
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import mesa
import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import SessionLuck
from ..common.shown import Shown, counted
from ..measurement.session import Session
from ..people.cohort import Cohort, Population, check_cohort
from ..theory.rules import CaregiverRules, InfantRules, PartnerRules
from ..theory.states import match_scheme
from .mesa_agents import Infant, Mother, Participant, Partner
from .paradigms import Paradigm
from .provenance import provenance
from .rule_set import Rules
from .tables import kinds, thresholds_of

__all__ = ["DyadModel"]

AnyOne = TypeVar("AnyOne", bound=Participant)


class DyadModel(Shown, mesa.Model):
    """Dyads in a paradigm.

    Parameters
    ----------
    cohort : the dyads; without one, ``dyads`` (10) are drawn from ``population`` (community) with the model's seed.
    paradigm : a shipped name, a TOML file or a :class:`Paradigm`.
    seed, replicate, day, session : name the luck, as in :func:`dyadsim.interact`. Without a seed each model has its own
        (as Mesa's models do); ``model.luck.seed`` tells which.
    seconds : the whole session stretched to so many seconds.
    infant, mother : agent classes or bare rules; subclass to change a rule. A class made from :class:`Infant` or
        :class:`Mother` may also do what no rule can, such as remember (``docs/rules.md``): this model alone follows it,
        and ``session.provenance`` says so. A mother whom an episode holds is held whatever her class does.
    scheme : the match scheme of what is collected.
    kwargs : traits or coefficients to set for all dyads, such as ``sensitivity=-1``.

    Attributes
    ----------
    match, time_matched : share of dyads that match now; share of all dyad-seconds so far that did.
    ruptures, repairs : how many so far, over all dyads.
    arousal : mean arousal now.
    session : what has happened so far, with ``infant``, ``mother``, ``arousal`` and ``measures()``.

    Raises
    ------
    DyadsimError
        for unknown names and values out of range.
    """

    def __init__(
        self,
        cohort: Cohort | None = None,
        paradigm: str | Path | Paradigm = "free-play",
        seed: int | str | None = None,
        *,
        seconds: int | None = None,
        replicate: int = 0,
        day: int = 0,
        session: int = 0,
        infant: type[InfantRules] = Infant,
        mother: type[CaregiverRules] = Mother,
        dyads: int | None = None,
        population: str | Path | Population | None = None,
        scheme: str | Any = "strict",
        **kwargs: Any,  # so named because Mesa's SolaraViz takes extra parameters under this name only
    ) -> None:
        self.luck = SessionLuck(secrets.randbits(32) if seed is None else seed, replicate, day, session)
        super().__init__(seed=self.luck.seed)
        self.running: bool = True
        given = Rules(infant, mother)
        caregiver = Partner if issubclass(given.mother, PartnerRules) else Mother
        infant_agent, mother_agent = _as_agent(given.infant, Infant), _as_agent(given.mother, caregiver)
        rules = Rules(infant_agent, mother_agent)
        if cohort is not None and (dyads, population) != (None, None):
            raise DyadsimError("Give a cohort, or dyads and population to draw one from, not both.")
        drawn = cohort or Cohort.sample(10 if dyads is None else dyads, population or "community", self.luck.seed)
        self.cohort = check_cohort(drawn).replace(kwargs, extra_traits=rules.extra_traits)
        self.paradigm = Paradigm.load(paradigm).lasting(seconds)
        self._ends = self.paradigm.ends
        self.second = 0
        self._provenance = provenance(self.cohort, self.paradigm, rules, self.luck)
        episodes, self._kinds = kinds(self.paradigm)
        self._tables = thresholds_of(self.cohort, rules, episodes)
        self._scheme = match_scheme(scheme)
        self.dyads: list[tuple[Infant, Mother | Partner]] = [
            (infant_agent(self, place), mother_agent(self, place)) for place in range(len(self.cohort))
        ]
        self._seen = np.empty((3, len(self.cohort), self.paradigm.seconds), dtype=np.int8)
        self._matched = self._matches()
        self.ruptures = self.repairs = self._dyad_seconds_matched = 0
        self._beyond_rules = {name for names in rules.beyond_rules.values() for name in names}
        self.datacollector = self._collector()
        mesa.Agent._ids.pop(self, None)  # Mesa 3.3.1 would hold the model for ever

    def _in_a_line(self) -> str:
        who = f"{counted(len(self.cohort), 'dyad')} ({self.cohort.population})"
        return f"{who}, {self.paradigm.name}, second {self.second} of {self.paradigm.seconds}"

    def _collector(self) -> mesa.DataCollector:
        """Collector of one record a step, none before the first: so ``mesa.batch_run`` has the last second last."""
        infant, mother = (type(partner) for partner in self.dyads[0])
        # Mesa would make closures of the names of attributes, and what holds a closure cannot be pickled.
        of_both = {"dyad": attrgetter("dyad"), "state": attrgetter("state_name")}
        return mesa.DataCollector(
            model_reporters={name: name for name in ("match", "time_matched", "ruptures", "repairs", "arousal")},
            agenttype_reporters={infant: of_both | {"arousal": attrgetter("arousal")}, mother: of_both},
        )

    def __copy__(self) -> DyadModel:
        """Refused: a shallow copy's step would move the agents of the model that it was copied from."""
        raise DyadsimError(
            "A DyadModel shares its agents with a shallow copy, which could not be stepped; use copy.deepcopy."
        )

    def step(self) -> None:
        """One second: all decide on what they see, all advance, then it is written down. After the end: nothing.

        Agents of a class that has a ``step`` of its own are stepped when all have advanced.
        """
        if not self.running:
            return
        self.agents.do("decide")
        self.agents.do("advance")
        if "step" in self._beyond_rules:
            self.agents.do("step")
        held = self.paradigm.episodes[self.episode].held
        for infant, mother in self.dyads:
            if held >= 0:  # whatever a class of the user's has decided
                mother.state = mother.next_state = held
            if self._beyond_rules:
                infant.check()
                mother.check()
            self._seen[:, infant.place, self.second] = infant.state, mother.state, infant.arousal
        matched = self._matches()
        # Nothing is carried over into an episode: its first second neither ruptures nor repairs.
        if self.second not in (0, *self._ends):
            self.ruptures += int((self._matched & ~matched).sum())
            self.repairs += int((~self._matched & matched).sum())
        self._matched = matched
        self._dyad_seconds_matched += int(matched.sum())
        self.second += 1
        self.running = self.second < self.paradigm.seconds
        self.datacollector.collect(self)

    @property
    def episode(self) -> int:
        """The number of the episode that this second belongs to."""
        return bisect_right(self._ends, self.second)

    def thresholds(self, place: int) -> NDArray[np.uint32]:
        """Thresholds (contexts, columns) of the dyad at that place in the present episode."""
        return self._tables[self._kinds[self.episode]][place]

    @property
    def match(self) -> float:
        return float(self._matched.mean())

    @property
    def time_matched(self) -> float:
        return self._dyad_seconds_matched / max(self.second * len(self.dyads), 1)

    @property
    def arousal(self) -> float:
        return float(np.mean([infant.arousal for infant, _ in self.dyads]))

    @property
    def session(self) -> Session:
        """What has happened so far; an episode that has not begun is left out."""
        if self.second == 0:
            raise DyadsimError("Nothing has happened yet: step the model first.")
        begun = bisect_left(self._ends, self.second) + 1
        infant, mother, arousal = self._seen[:, :, : self.second].copy()
        return Session(
            self.cohort.units.tolist(),
            [episode.name for episode in self.paradigm.episodes[:begun]],
            [min(end, self.second) for end in self._ends[:begun]],
            states=(infant, mother, arousal),
            cohort=self.cohort,
            provenance=self._provenance,
        )

    def _matches(self) -> NDArray[np.bool_]:
        """Whether each dyad matches now (dyads,)."""
        return np.array([self._scheme.matrix[infant.state, mother.state] for infant, mother in self.dyads])


def _as_agent(rules: type, agent: type[AnyOne]) -> type[AnyOne]:
    """Agent class of rules: bare rules become one with the rules as written, all else as in ``agent``."""
    if issubclass(agent, rules):
        return agent
    return rules if issubclass(rules, agent) else type(rules.__name__, (rules, agent), {})
