"""Courses of the same dyads side by side, with one parameter set: what differs between them.

The first course is the one asked about; the others are of its twins, the same dyads with the same luck. So a difference
is what was done, and not who they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import bound, cohens_d, pseudo_values
from ..development.course import Course
from ..interventions.treatment import ATTENDED
from ..measurement.instruments import Instrument, given_classes
from ..theory import attachment
from .any_comparison import AnyComparison
from .grounding import Ground, grounds, sizes_put_in

__all__ = ["Comparison", "seen_chances", "seen_shares", "trial_variance"]

_EFFECTS = [
    "against", "instrument", "week", "unit", "mean", "twin_mean", "difference", "d", "trial_low", "trial_high",
    "grounding", "unverified",
]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(AnyComparison):
    """Arms side by side, one course each.

    Attributes
    ----------
    courses : by the name of their arm, that of the arm asked about first.
    instruments : through which the dyads are seen.
    visits : the weeks in which they are seen.
    """

    courses: Mapping[str, Course]
    instruments: tuple[Instrument, ...]
    visits: tuple[int, ...]

    @property
    def own(self) -> Course:
        """The course asked about."""
        return self.courses[self.name]

    @property
    def twins(self) -> dict[str, Course]:
        """The courses of the twins, by arm."""
        return {arm: self.courses[arm] for arm in self.twin_arms}

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms: the one asked about, then those of the twins."""
        return tuple(self.courses)

    @property
    def sets(self) -> int:
        """Number of parameter sets with which it was lived through: one."""
        return 1

    def courses_by_set(self, arm: str) -> tuple[Course, ...]:
        """The one course of an arm."""
        return (self.courses[arm],)

    def weeks(self) -> pd.DataFrame:
        """Weeks of the courses, one row an arm, dyad and week: as :meth:`Course.frame` has them."""
        return self._by_arm({arm: course.frame() for arm, course in self.courses.items()})

    def observed(self) -> pd.DataFrame:
        """Scores of the dyads, one row an arm, dyad, instrument and week: ``score``."""
        found = []
        for scale in self.scales():
            seen = self._by_arm({arm: self.seen(arm, scale).reset_index() for arm in self.courses})
            long = seen.melt(["arm", "dyad"], var_name="week", value_name="score")
            found.append(long.assign(instrument=scale.name))
        columns = ["arm", "dyad", "instrument", "week", "score"]
        return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)

    def attachment(self) -> pd.DataFrame:
        """Attachment at twelve months, one row an arm and dyad: the ``attachment`` class, and the chance of each class.

        Empty if the course does not reach twelve months.
        """
        if not self._reaches_attachment:
            return pd.DataFrame(columns=["arm", "dyad", "attachment", *attachment.CLASSES])
        found = {
            arm: course.attachment_chances.assign(attachment=course.attachment) for arm, course in self.courses.items()
        }
        told = self._by_arm({arm: frame.reset_index() for arm, frame in found.items()})
        return told[["arm", "dyad", "attachment", *attachment.CLASSES]]

    def attended(self) -> pd.DataFrame:
        """Attendance, a row an arm, dyad and intervention: ``taken_up``, ``sessions``, ``left_week``; empty if none."""
        found = {arm: course.attended() for arm, course in self.courses.items() if course.development.treatments}
        columns = ["arm", *ATTENDED]
        return self._by_arm(found)[columns] if found else pd.DataFrame(columns=columns)

    def means(self) -> pd.DataFrame:
        """Means of the scores, one row an arm, instrument and week: ``mean`` and ``sd`` over dyads, ``unit``."""
        by = ["arm", "instrument", "week"]
        found = self.observed().groupby(by, sort=False)["score"].agg(mean="mean", sd="std").reset_index()
        return found.assign(unit=found["instrument"].map({scale.name: scale.unit for scale in self.scales()}))

    def effects(self) -> pd.DataFrame:
        """Differences from the twins, one row a twin, instrument and week.

        Returns
        -------
        ``against`` (the twins), ``instrument``, ``week``, ``unit``, ``mean``, ``twin_mean``, ``difference`` (in the
        unit), ``d`` (the difference over the root of the mean of both variances between dyads: Cohen 1988, doi
        10.4324/9780203771587), ``trial_low``, ``trial_high`` (between which d would lie in 95 of 100 trials with so
        many dyads in each arm, who are no twins: Student's t times the root of the :func:`trial_variance` and the
        squared error of d between twins, by the jackknife), ``grounding``, ``unverified``.
        """
        return self._differences.copy()

    @cached_property
    def _differences(self) -> pd.DataFrame:
        rows = []
        for against in self.twin_arms:
            for scale in self.scales():
                own, twin = (self.seen(arm, scale) for arm in (self.name, against))
                rests = {
                    "grounding": self.rests_on(scale.of, against),
                    "unverified": self.is_unverified(scale.of, against),
                }
                rows += [
                    {"against": against, "instrument": scale.name, "week": week, "unit": scale.unit}
                    | _difference(own[week], twin[week])
                    | rests
                    for week in self.visits
                ]
        return pd.DataFrame(rows, columns=_EFFECTS)

    def shares(self) -> pd.DataFrame:
        """Shares of attachment, one row an arm and class: its ``share`` as raters would see it; empty if none."""
        rows = [
            {"arm": arm, "attachment": name, "share": share}
            for arm, course in self.courses.items()
            if self._reaches_attachment
            for name, share in seen_shares(course).items()
        ]
        return pd.DataFrame(rows, columns=["arm", "attachment", "share"])

    def secure_variance(self, against: str) -> float:
        """Squared error of the difference from some twins in the share that is seen as secure."""
        own, twin = (seen_chances(self.courses[arm])["secure"] for arm in (self.name, against))
        return float((own - twin).var() / len(own))

    def grounding(self) -> pd.DataFrame:
        """Sizes that the arms rest on, one row each: what shifts which state by how much, and from where that is known.

        Returns
        -------
        ``arm``, ``of`` (intervention, risk or protection), ``name``, ``given`` (to whom, when, how much), ``state``,
        ``size`` (interventions: the d seen at the end of their own trials; risks and protections: the push in standard
        scores), ``low``, ``high``, ``seen_by``, ``grounding``, ``evidence``, ``unverified`` (some of it is recalled,
        not read), ``note``.
        """
        return self._sizes.copy()

    @cached_property
    def _sizes(self) -> pd.DataFrame:
        return sizes_put_in(self.courses)

    def grounds(self, states: Collection[str], against: str) -> tuple[Ground, ...]:
        """What a difference from some twins rests on: what shifts some states in one arm only, the loosest first.

        Parameters
        ----------
        states : slow states or loads in which the arms may differ.
        against : name of the arm of the twins.
        """
        return grounds(self._sizes, states, self.name, against)

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the course asked about."""
        return self.own.provenance

    @property
    def _reaches_attachment(self) -> bool:
        return attachment.WEEK in range(self.own.weeks.start, self.own.weeks.stop + 1)

    def seen(self, arm: str, scale: Instrument) -> pd.DataFrame:
        """Scores of the dyads of an arm, one row a dyad and one column a visit.

        Parameters
        ----------
        arm : name of the arm.
        scale : one of the instruments that give scores.

        Returns
        -------
        In the unit of the instrument, by the number of the dyad and the week.
        """
        return self._scores[arm, scale.name]

    @cached_property
    def _scores(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Scores by arm and instrument, one row a dyad and one column a visit."""
        return {
            (arm, scale.name): course.observe(scale, self.visits)
            for arm, course in self.courses.items()
            for scale in self.scales()
        }

    def scores(self, arm: str, scale: Instrument) -> NDArray[np.float64]:
        """Scores (1, dyads, visits) of an arm.

        Parameters
        ----------
        arm : its name.
        scale : one of the instruments that give scores.
        """
        return self.seen(arm, scale).to_numpy(dtype=float)[None]

    def seen_chances(self, arm: str) -> NDArray[np.float64]:
        """Chances (1, dyads, classes) of the classes that raters would give in an arm."""
        if not self._reaches_attachment:
            return np.empty((1, 0, len(attachment.CLASSES)))
        return seen_chances(self.courses[arm]).to_numpy()[None]

    @staticmethod
    def _by_arm(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        return pd.concat([frame.assign(arm=arm) for arm, frame in frames.items()], ignore_index=True)


def seen_chances(course: Course) -> pd.DataFrame:
    """Chances of the classes that raters would give at twelve months, one row a dyad.

    Parameters
    ----------
    course : that reaches week 52.
    """
    # The chance of each true class (dyads, classes), times the chance that raters give it each class.
    seen = course.attachment_chances.to_numpy() @ given_classes(Instrument.load("strange-situation"))
    return pd.DataFrame(seen, columns=list(attachment.CLASSES), index=course.attachment_chances.index)


def seen_shares(course: Course) -> dict[str, float]:
    """Shares of the classes that raters would give at twelve months: means of the dyads' chances, so without luck.

    Parameters
    ----------
    course : that reaches week 52.

    Returns
    -------
    By class its share, from 0 to 1.
    """
    return dict(zip(attachment.CLASSES, seen_chances(course).to_numpy().mean(axis=0).tolist(), strict=True))


def trial_variance(d: Any, dyads: int) -> Any:
    """Sampling variance of a standardised difference between two independent groups of one size.

    2 / n + d^2 / (4 n), for large n (Hedges & Olkin 1985, Statistical Methods for Meta-Analysis, chapter 5).

    Parameters
    ----------
    d : the standardised difference, a number or an array.
    dyads : n, how many are in each group.

    Examples
    --------
    >>> trial_variance(0.0, 50)
    0.04
    """
    return (2 + d**2 / 4) / dyads


def _difference(own: pd.Series, twin: pd.Series) -> dict[str, float]:
    """Columns of a row of effects, from the scores of both arms at one visit."""
    d, dyads = cohens_d(own, twin), len(own)
    # What another trial finds is off by its own luck, and by that of these twins, as far as it is known.
    of_twins = float(np.nan_to_num(pseudo_values(own, twin).var(ddof=1))) / dyads
    off = float(bound(2 * dyads - 2) * np.sqrt(trial_variance(d, dyads) + of_twins))
    means = {"mean": float(own.mean()), "twin_mean": float(twin.mean()), "difference": float(own.mean() - twin.mean())}
    return {**means, "d": d, "trial_low": d - off, "trial_high": d + off}
