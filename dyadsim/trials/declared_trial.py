"""Declared trial: who takes part, what is done, seen, lost, asked and answered, as one TOML file has it.

The grammar is that of declared designs (Blair, Cooper, Coppock & Humphreys 2019, doi 10.1017/S0003055419000194): a
model of who and what, an inquiry, a way of looking, and an answer. The inquiry has a true value here, since every dyad
lives in every arm.
"""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import ClassVar

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice, unknown
from ..common.random_numbers import check_seed
from ..development.course import LAST
from ..theory import evidence
from .analysis import MULTIPLICITY, Analysis, Contrast, How
from .estimands import Estimand
from .losses import Gaps, Lost, LostBy
from .recruitment import Who
from .trial_arms import TrialArm, What
from .visits import Seen, column

__all__ = ["MOST_REPLICATES", "Answer", "DeclaredTrial", "Published", "outcome_column"]

MOST_REPLICATES = 100_000
PLACES = ("site", "giver", "dyad")
"""What dyads of a trial may be clustered in, as columns of its tables."""
USUAL = {"difference": "ancova", "odds ratio": "logistic", "moderation": "moderation"}
"""The usual method, by the measure that is asked for."""


class Answer(How):
    """An analysis of a trial.

    Attributes
    ----------
    name : what it is called (default: as the estimand).
    asks : the estimand, by name.
    baseline : whether the outcome, as it was at the first visit, is adjusted for (default: where it was read then).
    """

    name: str = ""
    asks: str
    baseline: bool | None = None

    @property
    def called(self) -> str:
        """What it is called."""
        return self.name or self.asks


class Published(toml_models.Written):
    """A published estimate that is placed among those of the replicates.

    Attributes
    ----------
    row : id of the evidence.
    analysis : whose estimates it is held against, by name.
    residual_sd : of the published scale, where it is another than the trial's: both are then told in residual standard
        deviations. Without it both are in points (or ratios of odds).
    sign : -1 where more of the one scale is less of the other.
    note : on the comparison.
    """

    row: str
    analysis: str
    residual_sd: float | None = Field(default=None, gt=0)
    sign: int = Field(default=1)
    note: str = ""

    @field_validator("row")
    @classmethod
    def _exists(cls, row: str) -> str:
        evidence.row(row)
        return row

    @field_validator("sign")
    @classmethod
    def _is_a_sign(cls, sign: int) -> int:
        if sign not in (-1, 1):
            raise DyadsimError(f"A sign is 1 or -1, not {sign}.")
        return sign


class DeclaredTrial(toml_models.Shipped):
    """A trial as its file has it; :class:`dyadsim.Trial` runs it.

    Attributes
    ----------
    title, question : what a report is headed with, and what it is to answer.
    who : population, eligibility, consent.
    what : arms, sites, allocation.
    seen : visits and instruments.
    lost : adherence, drop-out, gaps.
    asked : estimands.
    answered : analyses (default: one an estimand, the usual one of its measure).
    multiplicity : how p values of a family are adjusted: ``holm``, ``bonferroni`` or ``fdr_bh``.
    published : estimates that the replicates are held against.
    replicates : how often the trial is run (default).
    seed : names dyads and luck; replicate r has the dyads numbered from r times those screened on.
    """

    KIND: ClassVar[str] = "trial"
    title: str = ""
    question: str = ""
    who: Who
    what: What
    seen: Seen
    lost: Lost = Lost()
    asked: toml_models.Listed[Estimand] = Field(min_length=1, max_length=20)
    answered: toml_models.Listed[Answer] = Field(default=(), max_length=40)
    multiplicity: str = "holm"
    published: toml_models.Listed[Published] = ()
    replicates: int = Field(default=200, ge=1, le=MOST_REPLICATES)
    seed: int = 1

    @field_validator("seed")
    @classmethod
    def _is_seed(cls, seed: int) -> int:
        return check_seed(seed)

    @field_validator("multiplicity")
    @classmethod
    def _is_known(cls, given: str) -> str:
        if given not in MULTIPLICITY:
            raise unknown("way to adjust for multiplicity", given, MULTIPLICITY)
        return given

    @model_validator(mode="after")
    def _can_be_run(self) -> DeclaredTrial:
        self._check_size()
        self._check_time()
        self._check_names()
        for estimand in self.asked:
            self._check_asked(estimand)
        for answer in self.answers:
            self._check_answered(answer)
        names = [answer.called for answer in self.answers]
        if name := twice(names):
            raise DyadsimError(f"Two analyses are called '{name}'; give one a name.")
        for each in self.published:
            if each.analysis not in names:
                raise unknown(f"analysis that '{each.row}' is held against:", each.analysis, names)
        return self

    # What cannot be ------------------------------------------------------------------------------------------------

    def _check_size(self) -> None:
        if len(self.what.arms) > self.who.dyads:
            raise DyadsimError(f"{len(self.what.arms)} arms are more than the {self.who.dyads} dyads randomised.")
        if self.what.sites is not None and self.what.sites.number > self.who.dyads:
            raise DyadsimError(f"{self.what.sites.number} sites are more than the {self.who.dyads} dyads randomised.")
        if self.replicates * self.who.most_screened > 2**32:
            raise DyadsimError("Replicates times dyads screened must not be more than 2^32.")

    def _check_time(self) -> None:
        """Refuse visits out of order or before the first, and offers that are not made for these ages."""
        for age in self.who.ages:
            before = self.seen.visits[0]
            for visit in self.seen.visits[1:]:
                if visit.at(age) + visit.weeks_of[0] <= age:
                    raise DyadsimError(
                        f"The visit '{visit.name}' would be in week {visit.at(age) + visit.weeks_of[0]} of his life, "
                        f"but the first visit is in week {age}."
                    )
                if (late := visit.at(age) + visit.weeks_of[1]) > LAST:
                    raise DyadsimError(
                        f"The visit '{visit.name}' would be in week {late:,} of his life, but the model ends with week "
                        f"{LAST:,}."
                    )
                if visit.week is not None and before.week is not None and visit.week <= before.week:
                    raise DyadsimError(
                        f"The visit '{visit.name}' comes after '{before.name}', so it is in a later week."
                    )
                before = before if visit.week is None else visit
            for arm in self.what.arms:
                for offer in arm.interventions:
                    offer.at(age)
                    if age + offer.start >= self.stop(age):
                        raise DyadsimError(
                            f"'{offer.entry.name}' starts {offer.start} weeks after the first visit, when the trial is "
                            "over."
                        )

    def _check_names(self) -> None:
        """Refuse names of visits, arms and instruments that the trial does not have."""
        arms, scales = [arm.name for arm in self.what.arms], [scale.instrument.name for scale in self.seen.instruments]
        parts: list[LostBy | Gaps] = [*self.lost.visits, *self.lost.gaps]
        depends = [*self.lost.adherence, *itertools.chain.from_iterable(part.depends for part in parts)]
        for name in [each.arm for each in depends if each.arm is not None] + [each.arm for each in self.seen.unblinded]:
            if name not in arms:
                raise unknown("arm", name, arms)
        for name in [*itertools.chain.from_iterable(each.instruments for each in self.lost.gaps)] + [
            name for arm in self.what.arms for name in arm.adds
        ]:
            if name not in scales:
                raise unknown("instrument of this trial:", name, scales)
        depends += () if self.who.consent is None else self.who.consent.depends
        read = [each.reading for each in depends if each.reading is not None]
        read += [each.reading for each in self.who.eligible]
        for name in read + [each.by for each in self.what.strata if each.cut is not None]:
            if name not in self.read_first:
                raise unknown("instrument of the first visit:", name, self.read_first)
        self._check_lost([visit.name for visit in self.seen.visits])

    def _check_lost(self, visits: list[str]) -> None:
        """Refuse losses that are not by a visit after the first, or not in their order."""
        told = self.lost.visits
        for each in told:
            if each.visit not in visits[1:]:
                raise unknown("visit after the first:", each.visit, visits[1:])
        order = [visits.index(each.visit) for each in told]
        falls = any(late.range[end] < early.range[end] for early, late in itertools.pairwise(told) for end in (0, 1))
        if order != sorted(order) or falls:
            raise DyadsimError("Losses are told in the order of visits, and who is lost stays so: shares do not fall.")

    def _check_asked(self, estimand: Estimand) -> None:
        visit = self.seen.visit(estimand.visit)
        if visit == self.seen.visits[0]:
            raise DyadsimError(f"'{estimand.name}' asks for '{visit.name}', which is before anyone was randomised.")
        used = [scale.instrument.name for scale in self.seen.used_at(visit)]
        if estimand.outcome not in used:
            raise unknown(f"outcome that an instrument measures at '{visit.name}':", estimand.outcome, used)
        classifies = self.seen.scale(estimand.outcome).instrument.classifies
        if classifies != (estimand.classed is not None):
            gives = "classes: say which is asked for (classed)" if classifies else "points, no classes"
            raise DyadsimError(f"'{estimand.outcome}' gives {gives}.")
        arms = [arm.name for arm in self.what.arms]
        for name in (estimand.treated, estimand.against):
            if name is not None and name not in arms:
                raise unknown("arm", name, arms)
        treated, against = self.arms_of(estimand)
        if treated == against:
            raise DyadsimError(f"'{estimand.name}' compares the arm '{treated.name}' with itself.")
        if estimand.events != "treatment policy" and not treated.interventions:
            raise DyadsimError(f"Nothing is offered in the arm '{treated.name}', so there are no intercurrent events.")
        for name in (estimand.moderator, None if estimand.who is None else estimand.who.reading):
            if name is not None and name not in self.read_first:
                raise unknown("instrument of the first visit:", name, self.read_first)
        if name := twice(each.name for each in self.asked):
            raise DyadsimError(f"Two estimands are called '{name}'.")

    def _check_answered(self, answer: Answer) -> None:
        estimand = self.estimand(answer.asks)
        if answer.method == "logistic" and not estimand.is_share:
            raise DyadsimError(f"'{answer.called}' is a logistic regression, but '{estimand.outcome}' is no yes or no.")
        if (answer.method == "moderation") != (estimand.how_measured == "moderation"):
            raise DyadsimError(
                f"'{answer.called}' answers a moderation by the method 'moderation', and nothing else by it."
            )
        odds = answer.method == "logistic" or (answer.method == "gee" and estimand.is_share)
        if odds != (estimand.how_measured == "odds ratio"):
            raise DyadsimError(
                f"'{answer.called}' gives {'odds' if odds else 'a difference'}, and '{estimand.name}' asks for "
                f"{'odds' if estimand.how_measured == 'odds ratio' else 'a difference'}."
            )
        if answer.method == "repeated" and estimand.is_share:
            raise DyadsimError(
                f"'{answer.called}' is of repeated points, and '{estimand.name}' asks for a class or cut."
            )
        if answer.cluster is not None and answer.cluster not in PLACES:
            raise unknown("cluster of a trial:", answer.cluster, PLACES)
        if answer.cluster == "site" and self.what.sites is None:
            raise DyadsimError(f"'{answer.called}' goes by sites, but the trial has none ([what.sites]).")
        first = self.seen.visits[0].name
        known = ["site", "age", *(column(name, first) for name in self.read_first)]
        for name in answer.covariates:
            if name not in known:
                raise unknown("covariate, known at the first visit:", name, known)
        if answer.baseline and estimand.outcome not in self.read_first:
            raise DyadsimError(
                f"'{estimand.outcome}' is not read at the first visit: '{answer.called}' has no baseline."
            )

    # What follows from it --------------------------------------------------------------------------------------------

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """Analyses: those declared, or the usual one of each estimand."""
        return self.answered or tuple(
            Answer(asks=each.name, method=USUAL[each.how_measured])  # type: ignore[arg-type]
            for each in self.asked
        )

    def estimand(self, name: str) -> Estimand:
        """The estimand of that name.

        Raises
        ------
        DyadsimError
            if there is none.
        """
        found = next((each for each in self.asked if each.name == name), None)
        if found is None:
            raise unknown("estimand", name, [each.name for each in self.asked])
        return found

    def answer(self, name: str) -> Answer:
        """The analysis of that name.

        Raises
        ------
        DyadsimError
            if there is none.
        """
        found = next((each for each in self.answers if each.called == name), None)
        if found is None:
            raise unknown("analysis", name, [each.called for each in self.answers])
        return found

    def arms_of(self, estimand: Estimand) -> tuple[TrialArm, TrialArm]:
        """The arms that an estimand compares: the treated one, and that against which it is held."""
        by_name = {arm.name: arm for arm in self.what.arms}
        treated = self.what.arms[0] if estimand.treated is None else by_name[estimand.treated]
        against = self.what.arms[-1] if estimand.against is None else by_name[estimand.against]
        return treated, against

    def analysis(self, answer: Answer) -> tuple[Analysis, Contrast]:
        """The analysis in terms of the columns of the trial's table, and which arms are compared."""
        estimand = self.estimand(answer.asks)
        treated, against = self.arms_of(estimand)
        first = self.seen.visits[0].name
        adjusted = estimand.outcome in self.read_first if answer.baseline is None else answer.baseline
        shared = {name: getattr(answer, name) for name in How.model_fields if name in answer.model_fields_set}
        columns: dict[str, object] = {}
        if answer.method == "repeated":
            later = [
                v
                for v in self.seen.visits[1:]
                if any(s.instrument.name == estimand.outcome for s in self.seen.used_at(v))
            ]
            columns["repeated"] = tuple(column(estimand.outcome, visit.name) for visit in later)
        if estimand.moderator is not None:
            columns["moderator"] = column(estimand.moderator, first)
        analysis = Analysis(
            name=answer.called,
            outcome=outcome_column(estimand),
            baseline=column(estimand.outcome, first) if adjusted else None,
            **shared,
            **columns,  # type: ignore[arg-type]
        )
        return analysis, Contrast("arm", treated.name, against.name, "attended")

    def stop(self, age: int) -> int:
        """The week of his life after the last that is lived, where he is so many weeks old at the first visit."""
        return max(visit.at(age) + visit.weeks_of[1] for visit in self.seen.visits)

    @cached_property
    def read_first(self) -> list[str]:
        """Names of the instruments that are read at the first visit."""
        return [scale.instrument.name for scale in self.seen.used_at(self.seen.visits[0])]


def outcome_column(estimand: Estimand) -> str:
    """The column of an estimand's outcome: what was read, or 1 and 0 for a class or cut.

    Examples
    --------
    >>> outcome_column(Estimand(name="secure", outcome="strange-situation", visit="12 months", classed="secure"))
    'strange-situation_12_months_secure'
    """
    name = column(estimand.outcome, estimand.visit)
    if estimand.classed is not None:
        return f"{name}_{estimand.classed}"
    return name if estimand.cut is None else f"{name}_from_{estimand.cut:g}"
