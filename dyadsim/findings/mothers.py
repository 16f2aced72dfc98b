"""Findings on mothers: symptoms and what she does and feels, support, infant crying, and the course of symptoms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..development.recovery import ILL_FROM, PUBLISHED, ill_at_start, recovered_in, weeks_of
from ..theory import evidence
from ..theory.dynamics import CALENDAR
from .agreement import Target, published
from .longitudinal_studies import RELIEF_ENDS, VISITS, LongitudinalStudies, correlation, odds_ratio, over_visits
from .registry import finding

_RECOVERY = 0.05  # five points
_EPDS = 0.3  # points of a mean
_WELL = 10  # points of the EPDS: comparison mothers are below
_SECOND_YEAR = (65, 78, 91, 104)
_EARLY = 8  # week in which mothers with and without a depressive disorder are compared

# Symptoms and sensitivity: three designs ------------------------------------------------------------------------------


@finding("R001", level="development", sets=True)
def _whole_sample(studies: LongitudinalStudies, id: str) -> Target:
    """EPDS and EAS in a community sample, mean of the visits."""
    return published(id, float(np.mean(over_visits(studies, "community", "epds", "eas"))), "r in the community")


@finding("R002", level="development", sets=True)
def _extreme_groups(studies: LongitudinalStudies, id: str) -> Target:
    """EAS of mothers with a depressive disorder and of as many well ones (EPDS below 10): r from d."""
    eas, epds = (studies.seen("community", each, _EARLY) for each in ("eas", "epds"))
    d = cohens_d(_clinical(studies, "eas", _EARLY), eas[epds < _WELL])
    return published(id, d / np.sqrt(d**2 + 4), "r between groups of one size")


@finding("R003", level="development", sets=True)
def _clinical_sample(studies: LongitudinalStudies, id: str) -> Target:
    """EPDS and EAS among mothers with a depressive disorder (EPDS from 13), mean of the first two visits."""
    found = [correlation(_clinical(studies, "epds", week), _clinical(studies, "eas", week)) for week in VISITS[:2]]
    return published(id, float(np.mean(found)), "r in a clinical sample")


def _clinical(studies: LongitudinalStudies, instrument: str, week: int) -> pd.Series:
    """Scores of mothers of the clinical sample who are ill in a week (EPDS from 13)."""
    ill = studies.seen("clinical", "epds", week) >= ILL_FROM
    return studies.seen("clinical", instrument, week)[ill]


@finding("R019", level="development", sets=True)
def _mentalising(studies: LongitudinalStudies, id: str) -> Target:
    """Reflective functioning and EAS in a community sample, mean of the visits."""
    return published(id, float(np.mean(over_visits(studies, "community", "reflective-functioning", "eas"))), "r")


@finding("R025", level="development", sets=True)
def _born_early(studies: LongitudinalStudies, id: str) -> Target:
    """EAS with infants born eight weeks early and at term (g), mean of the visits."""
    return published(id, _by_prematurity(studies), "g")


@finding("R026", level="development", sets=True)
def _a_week_earlier(studies: LongitudinalStudies, id: str) -> Target:
    """Standard deviations of EAS a week of gestation."""
    return published(id, -_by_prematurity(studies) / 8, "SD a week")


def _by_prematurity(studies: LongitudinalStudies) -> float:
    """Standardised difference in EAS, infants born early against term, mean of the visits."""
    at = []
    for week in VISITS:
        early, term = (studies.seen(design, "eas", week) for design in ("preterm", "community"))
        at.append(cohens_d(early, term[early.index]))  # the same dyads, born early and at term
    return float(np.mean(at))


# Bonding --------------------------------------------------------------------------------------------------------------


def _envelope(studies: LongitudinalStudies, symptoms: str, id: str) -> Target:
    """Correlation with bonding problems at the lowest (a) or the highest (b) visit; each must lie between the lowest
    and the highest published."""
    at = over_visits(studies, "community", symptoms, "bonding-problems")
    low, high = (evidence.row(id[:-1] + part).number for part in "ab")
    if id.endswith("a"):
        return Target("r, lowest visit", min(at), low, low, high)
    return Target("r, highest visit", max(at), high, low, high)


@finding("R006a", "R006b", level="development", sets=True)
def _depression_and_bonding(studies: LongitudinalStudies, id: str) -> Target:
    """EPDS and bonding problems: at every visit between the lowest and the highest published."""
    return _envelope(studies, "epds", id)


@finding("R007a", "R007b", level="development", sets=True)
def _anxiety_and_bonding(studies: LongitudinalStudies, id: str) -> Target:
    """Anxiety scale and bonding problems: at every visit between the lowest and the highest published."""
    return _envelope(studies, "anxiety-scale", id)


@finding("R008", level="development", sets=True)
def _stress_and_bonding(studies: LongitudinalStudies, id: str) -> Target:
    """Parenting stress and bonding problems, mean of the visits."""
    return published(id, float(np.mean(over_visits(studies, "community", "parenting-stress", "bonding-problems"))), "r")


@finding("R009", level="development", sets=True)
def _antenatal_depression(studies: LongitudinalStudies, id: str) -> Target:
    """EPDS eight weeks before birth and bonding problems after it, mean of the visits of half a year."""
    before = studies.seen("community", "epds", -8)
    after = [correlation(before, studies.seen("community", "bonding-problems", week)) for week in VISITS[:3]]
    low, high = (float(part) for part in evidence.row(id).value.split(" to "))
    return Target("r, lagged", float(np.mean(after)), (low + high) / 2, low, high)


@finding("R010", level="development", sets=True)
def _trauma_and_bonding(studies: LongitudinalStudies, id: str) -> Target:
    """Birth-related post-traumatic symptoms and the bond (bonding problems turned round), mean of the visits."""
    return published(id, -float(np.mean(over_visits(studies, "community", "trauma-scale", "bonding-problems"))), "r")


# Support and infant crying: who screens positive ----------------------------------------------------------------------


@finding("R027", level="development", sets=True)
def _low_support_in_pregnancy(studies: LongitudinalStudies, id: str) -> Target:
    """The 6 % with least support eight weeks before birth, against the others: EPDS positive at six weeks.
    (Published adjusted, for what the row does not say; here unadjusted.)"""
    support = studies.seen("community", "support-scale", -8)
    low = support <= support.quantile(0.06)
    return published(id, odds_ratio(studies.positive("community", "epds", 6), low), "OR", ratio=True)


@finding("R028a", "R028b", level="development", sets=True)
def _support(studies: LongitudinalStudies, id: str) -> Target:
    """The 6.0 % with low (a), the 53.9 % with moderate (b) support against the 40.1 % with high: EPDS at 26 weeks."""
    rank = studies.seen("community", "support-scale", 26).rank(pct=True, method="first")
    group = rank <= 0.06 if id.endswith("a") else (rank > 0.06) & (rank <= 0.599)
    compared = group | (rank > 0.599)
    positive = studies.positive("community", "epds", 26)
    return published(id, odds_ratio(positive[compared], group[compared]), "OR", ratio=True)


@finding("R033", level="development", sets=True)
def _inconsolable(studies: LongitudinalStudies, id: str) -> Target:
    """Inconsolable crying of 20 minutes a day and EPDS from 9 at eight weeks, adjusted for EPDS before birth."""
    return published(id, _by_crying(studies, "inconsolable-crying"), "OR", ratio=True)


@finding("R034", level="development", sets=True)
def _colic(studies: LongitudinalStudies, id: str) -> Target:
    """Crying of three hours a day by diary and EPDS from 9 at eight weeks, adjusted for EPDS before birth."""
    return published(id, _by_crying(studies, "crying-diary"), "OR", ratio=True)


def _by_crying(studies: LongitudinalStudies, crying: str) -> float:
    """Odds ratio of an EPDS from 9 at eight weeks where he cries much, adjusted for EPDS before birth."""
    high = studies.seen("community", "epds", 8) >= 9
    return odds_ratio(high, studies.positive("community", crying, 8), studies.seen("community", "epds", -8))


@finding("R035", level="development", sets=True)
def _colic_and_later(studies: LongitudinalStudies, id: str) -> Target:
    """Crying of three hours a day at eight weeks and a positive EPDS at 26 weeks."""
    later = studies.positive("community", "epds", 26)
    return published(id, odds_ratio(later, studies.positive("community", "crying-diary", 8)), "OR", ratio=True)


# Course of symptoms ---------------------------------------------------------------------------------------------------


@finding(*CALENDAR.values(), level="development", sets=True)
def _calendar(studies: LongitudinalStudies, id: str) -> Target:
    """Mean EPDS of the community, within 0.3 points."""
    week = next(at for at, said in CALENDAR.items() if said == id)
    return published(id, float(studies.seen("community", "epds", week).mean()), f"mean in week {week}", _EPDS)


@finding(*PUBLISHED, level="development", sets=True)
def _recovery(studies: LongitudinalStudies, id: str) -> Target:
    """Share of mothers in a clinical episode (EPDS from 13 at the start) who have recovered, within 5 points (nearer
    than the published interval)."""
    month, course = PUBLISHED[id], studies.course("clinical")
    model = float((recovered_in(course)[ill_at_start(course)] <= weeks_of(month)).mean())
    share = evidence.row(id).number / 100
    return Target(f"recovered by month {month}", model, share, share - _RECOVERY, share + _RECOVERY)


@finding("I037", level="development", sets=True)
def _fade_out(studies: LongitudinalStudies, id: str) -> Target:
    """Share that is left, half a year after twelve weeks of relief ended, of what they did to depressive symptoms.

    Published is the effect of psychological therapy half a year on (its interval with it), over that at its end (I036).
    """
    usual, relieved = studies.course("clinical"), studies.course("relieved")
    at_end, later = (
        float((relieved.at(week)["depression"] - usual.at(week)["depression"]).mean())
        for week in (RELIEF_ENDS, RELIEF_ENDS + 26)
    )
    said, end = evidence.row(id), evidence.row("I036").number
    low, high = sorted(part / end for part in said.interval)
    return Target("share left", later / at_end, said.number / end, low, high)


@finding("O011", level="development", sets=True)
def _prevalence(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Share of the community with a positive EPDS, mean of visits of the first and of the second year."""
    year, next_year = (
        float(np.mean([studies.positive("community", "epds", week).mean() for week in visits]))
        for visits in (VISITS, _SECOND_YEAR)
    )
    return [Target("year 1", year, 0.16, 0.14, 0.19), Target("year 2", next_year, 0.15, 0.12, 0.17)]
