"""Arms of a scenario side by side, with one parameter set or with several: what tables are made from.

Tables of scores are over all sets; a course is of one set, and whoever asks for courses gets one a set; what is the
same with every set is in the circumstances of an arm.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..development.course import Course
from ..interventions.offers import Offered
from ..measurement.instruments import Instrument
from ..people.risks_and_support import Exposure
from .grounding import COUPLED, Ground

__all__ = ["Circumstances", "ComparedArms"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Circumstances:
    """Dyads, weeks, risks, support and offers of an arm: the same with every parameter set.

    Attributes
    ----------
    dyads : how many.
    weeks : numbers of the weeks that were lived through (week 0 begins with his birth).
    exposures : risks and support, with the dyads that live under each.
    offered : interventions as they are declared, in the order of their names.
    """

    dyads: int
    weeks: range
    exposures: tuple[Exposure, ...]
    offered: tuple[Offered, ...]

    @classmethod
    def of(cls, course: Course) -> Circumstances:
        treated = (treatment.offered for treatment in course.development.treatments)
        offered = tuple(replace(each, entry=each.entry.as_declared) for each in treated)
        return cls(len(course), course.weeks, tuple(course.cohort.exposures), offered)


class ComparedArms(ABC):
    """Arms side by side: the one asked about, and those of its twins; what tables are made from.

    Attributes
    ----------
    instruments : through which the dyads are seen.
    visits : the weeks in which they are seen.
    """

    instruments: tuple[Instrument, ...]
    visits: tuple[int, ...]

    @property
    @abstractmethod
    def arms(self) -> tuple[str, ...]:
        """Names of the arms: the one asked about, then those of the twins."""

    @property
    @abstractmethod
    def sets(self) -> int:
        """Number of parameter sets with which it was lived through."""

    @abstractmethod
    def courses_by_set(self, arm: str) -> tuple[Course, ...]:
        """The courses of an arm, one a parameter set."""

    @abstractmethod
    def weeks(self) -> pd.DataFrame:
        """Table of the weeks of every dyad in every arm."""

    @abstractmethod
    def observed(self) -> pd.DataFrame:
        """Table of the scores of every dyad at every visit."""

    @abstractmethod
    def attachment(self) -> pd.DataFrame:
        """Attachment of every dyad at twelve months; empty if the course does not reach them."""

    @abstractmethod
    def attended(self) -> pd.DataFrame:
        """Attendance of every dyad at each intervention; empty if nothing is offered."""

    @abstractmethod
    def means(self) -> pd.DataFrame:
        """Means by arm, instrument and week."""

    @abstractmethod
    def effects(self) -> pd.DataFrame:
        """Differences from the twins by instrument and week."""

    @abstractmethod
    def shares(self) -> pd.DataFrame:
        """Shares of the classes of attachment by arm; empty if the course does not reach twelve months."""

    @abstractmethod
    def secure_variance(self, against: str) -> float:
        """Squared error of the difference from some twins in the share that is seen as secure."""

    @abstractmethod
    def grounding(self) -> pd.DataFrame:
        """Sizes that the arms rest on, and from where each is known."""

    @abstractmethod
    def grounds(self, states: Collection[str], against: str) -> tuple[Ground, ...]:
        """What a difference from some twins rests on: what shifts some states in one arm only, the loosest first.

        Parameters
        ----------
        states : slow states or loads in which the arms may differ.
        against : name of the arm of the twins.

        Returns
        -------
        One each intervention, risk or support; none if no size shifts one of them in one arm only.
        """

    @abstractmethod
    def scores(self, arm: str, scale: Instrument) -> Numbers:
        """Scores (sets, dyads, visits) of an arm through an instrument that gives scores.

        Parameters
        ----------
        arm : its name.
        scale : one of the instruments that give scores.
        """

    @abstractmethod
    def seen_chances(self, arm: str) -> Numbers:
        """Chances (sets, dyads, classes) of the classes that raters would give; of no dyads before twelve months."""

    @property
    def communities(self) -> NDArray[np.int64] | None:
        """Number of the community of each dyad (dyads,), where these have ties; None where dyads are independent."""
        return None

    @property
    @abstractmethod
    def provenance(self) -> dict[str, Any]:
        """Provenance of the courses of the arm asked about."""

    @property
    def name(self) -> str:
        """Name of the arm asked about."""
        return self.arms[0]

    @property
    def twin_arms(self) -> tuple[str, ...]:
        """Names of the arms of the twins."""
        return self.arms[1:]

    def circumstances(self, arm: str) -> Circumstances:
        """Dyads, weeks, risks, support and offers of an arm: the same with every parameter set."""
        return Circumstances.of(self.courses_by_set(arm)[0])

    def instrument(self, name: str) -> Instrument:
        """The instrument that tables of scores call so; it may be of a file of the user's."""
        return next(each for each in self.instruments if each.name == name)

    def scales(self) -> list[Instrument]:
        """The instruments that give scores."""
        return [each for each in self.instruments if not each.classifies]

    def rests_on(self, states: Collection[str], against: str) -> str:
        """Grounding of a difference in some states or loads: that of its loosest size, or ``by coupling``."""
        ground = self.loosest(states, against)
        return COUPLED if ground is None else ground.grounding

    def is_unverified(self, states: Collection[str], against: str) -> bool:
        """Whether that size was recalled, and not read at its source."""
        ground = self.loosest(states, against)
        return ground is not None and ground.unverified

    def loosest(self, states: Collection[str], against: str) -> Ground | None:
        """Ground of a difference from some twins: the loosest of :meth:`grounds`; None if there is none."""
        return next(iter(self.grounds(states, against)), None)

    def instrument_read(self, name: str) -> Instrument:
        """The instrument of that name among those asked for, or else the one that ships."""
        return next((each for each in self.instruments if each.name == name), None) or Instrument.load(name)

    @property
    def start(self) -> int:
        """The week in which dyads are seen before anything was done: the first visit, or if need be the first week."""
        own = self.circumstances(self.name)
        first = self.visits[0]
        return first if all(first <= each.start_week for each in own.offered) else own.weeks.start

    def at_the_start(self, scale: Instrument) -> Numbers:
        """Scores (dyads,) of the arm asked about at the :attr:`start`, the mean over parameter sets."""
        read = [course.observe(scale, self.start).to_numpy(dtype=float) for course in self.courses_by_set(self.name)]
        return np.asarray(np.mean(read, axis=0)[:, 0])

    def share_attended(self) -> Numbers | None:
        """Share (dyads,) of the sessions offered until the end that each dyad of the arm asked about attended.

        None if none are offered.
        """
        own = self.circumstances(self.name)
        planned = sum(int((each.start_week + each.dose.week_of < own.weeks.stop).sum()) for each in own.offered)
        if not planned:
            return None
        table = self.attended()
        sessions = table[table["arm"] == self.name].groupby("dyad", sort=False)["sessions"].sum()
        units = self.courses_by_set(self.name)[0].cohort.units
        return np.asarray(sessions.reindex(units, fill_value=0).to_numpy(dtype=float) / planned)
