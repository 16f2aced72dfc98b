"""Courses of the same dyads side by side: what differs between them, and what each difference rests on.

The first course is the one asked about; the others are of its twins, the same dyads with the same luck. So a difference
is what was done, and not who they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..common.effect_size import BOUND, cohens_d
from ..development.course import Course
from ..interventions.catalogue import GROUNDINGS
from ..interventions.effect_rule import InterventionRule
from ..interventions.treatment import ATTENDED
from ..measurement.instruments import Instrument, given_classes, instrument_named
from ..theory import attachment, evidence
from ..theory.slow_states import LOADS

__all__ = ["CITED", "COUPLED", "Comparison", "seen_shares"]

COUPLED = "by coupling"
"""The grounding of what no intervention or setting moves by itself: it follows from the model's couplings."""

CITED = "cited"
"""The grounding of what a setting moves, where its size has a source."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Courses by what they are called, the instruments they are seen through, and the weeks in which they are seen."""

    courses: Mapping[str, Course]
    instruments: tuple[Instrument, ...]
    visits: tuple[int, ...]

    @property
    def own(self) -> Course:
        """The course asked about."""
        return next(iter(self.courses.values()))

    @property
    def twins(self) -> dict[str, Course]:
        """The others."""
        return dict(list(self.courses.items())[1:])

    @property
    def lived(self) -> Mapping[str, tuple[Course, ...]]:
        """By arm its course; where several parameter sets were lived with, the course of each."""
        return {arm: (course,) for arm, course in self.courses.items()}

    @property
    def sets(self) -> int:
        """With how many parameter sets it was lived through."""
        return 1

    def weeks(self) -> pd.DataFrame:
        """One row an arm, dyad and week: as :meth:`Course.frame` has them."""
        return self._by_arm({arm: course.frame() for arm, course in self.courses.items()})

    def observed(self) -> pd.DataFrame:
        """One row an arm, dyad, instrument and week: ``score``."""
        found = []
        for scale in self.scales():
            seen = self._by_arm({arm: self.seen(arm, scale).reset_index() for arm in self.courses})
            long = seen.melt(["arm", "dyad"], var_name="week", value_name="score")
            found.append(long.assign(instrument=scale.name))
        columns = ["arm", "dyad", "instrument", "week", "score"]
        return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)

    def attachment(self) -> pd.DataFrame:
        """One row an arm and dyad: the ``attachment`` class at twelve months and the chances of each; empty if none."""
        if not self._reaches_attachment:
            return pd.DataFrame(columns=["arm", "dyad", "attachment", *attachment.CLASSES])
        found = {
            arm: course.attachment_chances.assign(attachment=course.attachment) for arm, course in self.courses.items()
        }
        told = self._by_arm({arm: frame.reset_index() for arm, frame in found.items()})
        return told[["arm", "dyad", "attachment", *attachment.CLASSES]]

    def attended(self) -> pd.DataFrame:
        """One row an arm, dyad and intervention: ``taken_up``, ``sessions`` attended, ``left_week``; empty if none."""
        found = {arm: course.attended() for arm, course in self.courses.items() if course.development.treatments}
        columns = ["arm", *ATTENDED]
        return self._by_arm(found)[columns] if found else pd.DataFrame(columns=columns)

    def means(self) -> pd.DataFrame:
        """One row an arm, instrument and week: ``mean`` and ``sd`` over dyads, and the ``unit``."""
        by = ["arm", "instrument", "week"]
        found = self.observed().groupby(by, sort=False)["score"].agg(mean="mean", sd="std").reset_index()
        return found.assign(unit=found["instrument"].map({scale.name: scale.unit for scale in self.scales()}))

    def effects(self) -> pd.DataFrame:
        """One row a twin, instrument and week: what is otherwise with the twins.

        Returns
        -------
        ``against`` (the twins), ``instrument``, ``week``, ``unit``, ``mean``, ``twin_mean``, ``difference`` (in the
        unit), ``d`` (standardised by the spread of both), ``trial_low``, ``trial_high`` (between which d would lie in
        95 of 100 trials with so many dyads in each arm, who are no twins), ``grounding``, ``unverified``.
        """
        return self._differences.copy()

    @cached_property
    def _differences(self) -> pd.DataFrame:
        rows = []
        for name in self.twins:
            for scale in self.scales():
                own, seen = (self.seen(arm, scale) for arm in (self.name, name))
                rests = {
                    "grounding": self.rests_on(scale.of, name),
                    "unverified": self.is_unverified(scale.of, name),
                }
                rows += [
                    {"against": name, "instrument": scale.name, "week": week, "unit": scale.unit}
                    | _difference(own[week], seen[week])
                    | rests
                    for week in self.visits
                ]
        return pd.DataFrame(rows, columns=_EFFECTS)

    def shares(self) -> pd.DataFrame:
        """One row an arm and class of attachment: its ``share`` as raters would see it; empty if none."""
        rows = [
            {"arm": arm, "attachment": name, "share": share}
            for arm, course in self.courses.items()
            if self._reaches_attachment
            for name, share in seen_shares(course).items()
        ]
        return pd.DataFrame(rows, columns=["arm", "attachment", "share"])

    def secure_variance(self, against: str) -> float:
        """Of the difference in the share that is secure, what is due to parameters: none where there is one set."""
        return 0.0

    def grounding(self) -> pd.DataFrame:
        """One row for each size that an arm rests on: what moves which state by how much, and from where that is known.

        Returns
        -------
        ``arm``, ``of`` (intervention, risk or protection), ``name``, ``given`` (to whom, when, how much), ``state``,
        ``size`` (interventions: the d seen at the end of their own trials; settings: the push in standard scores),
        ``low``, ``high``, ``seen_by``, ``grounding``, ``evidence``, ``unverified`` (some of it is recalled, not read),
        ``note``.
        """
        return self._rests.copy()

    @cached_property
    def _rests(self) -> pd.DataFrame:
        makers = (_of_treatments, _of_settings)
        rows = [row for arm, course in self.courses.items() for make in makers for row in make(arm, course)]
        return pd.DataFrame(rows, columns=_GROUNDING)

    def rests_on(self, states: Collection[str], against: str) -> str:
        """What a difference in some states or loads rests on: the loosest of what moves one of them in one arm only."""
        row = self.loosest(states, against)
        return COUPLED if row is None else str(row["grounding"])

    def is_unverified(self, states: Collection[str], against: str) -> bool:
        """Whether that was recalled, and not read at its source."""
        row = self.loosest(states, against)
        return row is not None and bool(row["unverified"])

    def loosest(self, states: Collection[str], against: str) -> pd.Series | None:
        """Of the sizes on some states (or parts of loads) that one of two arms has and the other has not, the one that
        rests on least, a row of :meth:`grounding`; None if there is none."""
        rests = self._rests.drop(columns=["note"])
        own, other = (rests[rests["arm"] == name].drop(columns="arm") for name in (self.name, against))
        only = pd.concat([own, other], ignore_index=True).drop_duplicates(keep=False)
        only = only[only["state"].isin({part for state in states for part in LOADS.get(state, (state,))})]
        loose = only["grounding"].map([CITED, *GROUNDINGS].index) + 0.5 * only["unverified"].astype(bool)
        return None if only.empty else only.iloc[int(loose.argmax())]

    @property
    def name(self) -> str:
        """Of the arm asked about."""
        return next(iter(self.courses))

    @property
    def _reaches_attachment(self) -> bool:
        return attachment.WEEK in range(self.own.weeks.start, self.own.weeks.stop + 1)

    def scales(self) -> list[Instrument]:
        """The instruments that give scores."""
        return [each for each in self.instruments if not each.classifies]

    def seen(self, arm: str, scale: Instrument) -> pd.DataFrame:
        """Scores, one row a dyad and one column a visit."""
        return self._scores[arm, scale.name]

    @cached_property
    def _scores(self) -> dict[tuple[str, str], pd.DataFrame]:
        """By arm and instrument, one row a dyad and one column a visit."""
        return {
            (arm, scale.name): course.observe(scale, self.visits)
            for arm, course in self.courses.items()
            for scale in self.scales()
        }

    @staticmethod
    def _by_arm(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        return pd.concat([frame.assign(arm=arm) for arm, frame in frames.items()], ignore_index=True)


def seen_shares(course: Course) -> dict[str, float]:
    """Shares of the classes that raters would give at twelve months: means of the dyads' chances, so without luck."""
    seen = course.attachment_chances.to_numpy() @ given_classes(instrument_named("strange-situation"))
    return dict(zip(attachment.CLASSES, seen.mean(axis=0).tolist(), strict=True))


_EFFECTS = [
    "against", "instrument", "week", "unit", "mean", "twin_mean", "difference", "d", "trial_low", "trial_high",
    "grounding", "unverified",
]  # fmt: skip
_GROUNDING = [
    "arm", "of", "name", "given", "state", "size", "low", "high", "seen_by", "grounding", "evidence", "unverified",
    "note",
]  # fmt: skip


def _difference(own: pd.Series, twin: pd.Series) -> dict[str, float]:
    d = cohens_d(own, twin)
    off = BOUND * float(np.sqrt((2 + d**2 / 4) / len(own)))
    means = {"mean": float(own.mean()), "twin_mean": float(twin.mean()), "difference": float(own.mean() - twin.mean())}
    return {**means, "d": d, "trial_low": d - off, "trial_high": d + off}


def _of_treatments(arm: str, course: Course) -> Iterator[dict[str, Any]]:
    for treatment in course.development.treatments:
        rule = treatment.offered.rule
        usual = rule is InterventionRule
        for effect in treatment.offered.entry.effects:
            low, high = effect.interval or (np.nan, np.nan)
            yield {
                "arm": arm,
                "of": "intervention",
                "name": treatment.name,
                "given": treatment.offered.given,
                "state": effect.state,
                "size": effect.size,
                "low": low,
                "high": high,
                "seen_by": effect.seen_by or "",
                "grounding": effect.grounding if usual else "assumed",
                **_cited(effect.evidence),
                "note": effect.note if usual else f"{rule.__name__}: {_by_own_rule(rule)} {effect.note}",
            }


def _by_own_rule(rule: type[InterventionRule]) -> str:
    return f"a rule of its own, which is an assumption ({' '.join((rule.__doc__ or 'without a word on it').split())})."


def _of_settings(arm: str, course: Course) -> Iterator[dict[str, Any]]:
    for exposure in course.cohort.exposures:
        for move in exposure.setting.moves:
            cited = _cited(move.evidence)
            yield {
                "arm": arm,
                "of": exposure.setting.kind,
                "name": exposure.setting.name,
                "given": f"{exposure.who.mean():.0%} of dyads",
                "state": move.state,
                "size": move.size(course.cohort.dynamics),
                "low": np.nan,
                "high": np.nan,
                "seen_by": "",
                "grounding": CITED if cited["evidence"] else "assumed",
                **cited,
                "note": move.note,
            }


def _cited(ids: Iterable[str]) -> dict[str, Any]:
    named = [id for id in ids if id != "assumed"]
    return {"evidence": ", ".join(named), "unverified": any(evidence.is_unverified(id) for id in named)}
