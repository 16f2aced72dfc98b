"""Findings on mothers in poverty: persons to count on, and support and symptoms of those depressed before birth."""

from __future__ import annotations

import pandas as pd

from ..common.effect_size import cohens_d
from ..measurement.instruments import Instrument
from .agreement import Number, correlation, within
from .family_studies import LEVEL, FamilyStudies, slopes, standard
from .longitudinal_studies import odds_ratio
from .registry import finding

_NEAR_RATE = 1.5  # times that a chance a week may be off
_PRENATAL, _HALF_YEAR, _YEAR = -8, 26, 52
_DEPRESSED = 13  # points of the EPDS from which mothers were taken


def _persons(studies: FamilyStudies, design: str, week: int) -> pd.Series:
    return studies.course(design).network(week)["persons"]


@finding("F020", level=LEVEL, sets=True)
def _two_persons(studies: FamilyStudies, id: str) -> Number:
    """CES-D of mothers in poverty at half a year, with two or more persons to count on against none or one, in
    points."""
    scores, persons = studies.seen("poor", "ces-d", _HALF_YEAR), _persons(studies, "poor", _HALF_YEAR)
    return within(id, float(scores[persons >= 2].mean() - scores[persons < 2].mean()))


@finding("F021", level=LEVEL)
def _support_counts_too(studies: FamilyStudies, id: str) -> Number:
    """CES-D of mothers in poverty by the support scale, given whether they have two persons: points for so much of the
    scale as ten points of the published one are (.45 of a standard deviation, assumed)."""
    scores, support = (studies.seen("poor", name, _HALF_YEAR) for name in ("ces-d", "support-scale"))
    two = (_persons(studies, "poor", _HALF_YEAR) >= 2).astype(float)
    return within(id, slopes(scores, support / support.std(), two)[0] * 0.45)


def _depressed(studies: FamilyStudies, instrument: str, week: int, design: str = "poor") -> pd.Series:
    """Scores of mothers in poverty with 13 points or more of the EPDS eight weeks before birth."""
    chosen = studies.seen(design, "epds", _PRENATAL) >= _DEPRESSED
    return studies.seen(design, instrument, week)[chosen]


@finding("F072", level=LEVEL, sets=True)
def _support_and_symptoms(studies: FamilyStudies, id: str) -> Number:
    """Support scale and EPDS at half a year, mothers in poverty who were depressed before birth (r)."""
    return within(id, correlation(*(_depressed(studies, name, _HALF_YEAR) for name in ("support-scale", "epds"))))


@finding("F073", level=LEVEL)
def _support_and_symptoms_later(studies: FamilyStudies, id: str) -> Number:
    """Support scale and EPDS at a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, name, _YEAR) for name in ("support-scale", "epds"))))


@finding("F074", level=LEVEL, sets=True)
def _support_holds(studies: FamilyStudies, id: str) -> Number:
    """Support scale at half a year and a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, "support-scale", week) for week in (_HALF_YEAR, _YEAR))))


def _lagged(studies: FamilyStudies, outcome: str, by: str, first: int, second: int) -> float:
    """Standardised slope of an outcome on something before it, given the outcome then."""
    after, before, cause = (
        standard(_depressed(studies, name, week)) for name, week in ((outcome, second), (outcome, first), (by, first))
    )
    return float(slopes(after, before, cause)[1])


@finding("F076", level=LEVEL, sets=True)
def _support_then_symptoms(studies: FamilyStudies, id: str) -> Number:
    """EPDS at a year on support at half a year, given the EPDS then (beta)."""
    return within(id, _lagged(studies, "epds", "support-scale", _HALF_YEAR, _YEAR))


@finding("F077", level=LEVEL, sets=True)
def _symptoms_then_support(studies: FamilyStudies, id: str) -> Number:
    """Support at a year on the EPDS at half a year, given support then (beta)."""
    return within(id, _lagged(studies, "support-scale", "epds", _HALF_YEAR, _YEAR))


@finding("F078", level=LEVEL)
def _support_before_birth(studies: FamilyStudies, id: str) -> Number:
    """EPDS at half a year on support before birth, given the EPDS then (beta)."""
    return within(id, _lagged(studies, "epds", "support-scale", _PRENATAL, _HALF_YEAR))


@finding("F079", level=LEVEL)
def _symptoms_hold(studies: FamilyStudies, id: str) -> Number:
    """EPDS at half a year and a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, "epds", week) for week in (_HALF_YEAR, _YEAR))))


@finding("F080", level=LEVEL)
def _stay_depressed(studies: FamilyStudies, id: str) -> Number:
    """Share above the cut of the EPDS at a year of those above it at half a year, and of the others (each within
    .1)."""
    now, then = (_depressed(studies, "epds", week) >= Instrument.load("epds").cut for week in (_HALF_YEAR, _YEAR))
    also = Number(float(then[~now].mean()), 0.24, 0.44, 0.34)
    return Number(float(then[now].mean()), 0.71, 0.91, 0.81, ("if not depressed", also))


@finding("F081", level=LEVEL)
def _treated_mood_lifts_support(studies: FamilyStudies, id: str) -> Number:
    """Support scale at half a year after therapy for depression, treated against untreated mothers in poverty who were
    depressed before birth (d)."""
    own, other = (_depressed(studies, "support-scale", _HALF_YEAR, each) for each in ("poor, treated", "poor"))
    return within(id, cohens_d(own, other))


@finding("F082", level=LEVEL)
def _communities_differ(studies: FamilyStudies, id: str) -> Number:
    """Share of the variance of the EPDS between communities at half a year, mothers in poverty who were depressed
    before birth (within .05)."""
    epds = _depressed(studies, "epds", _HALF_YEAR)
    by = epds.groupby(epds.index // studies.course("poor").families.community_size)
    sizes, means = by.size(), by.mean()
    within_them = float((by.var() * (sizes - 1)).sum() / (sizes - 1).sum())
    usual = float((sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1))
    between_them = float((sizes * (means - epds.mean()) ** 2).sum() / (len(sizes) - 1))
    own = max((between_them - within_them) / usual, 0.0)
    return within(id, own / (own + within_them), near=0.05)


@finding("F083", level=LEVEL)
def _couple_and_support(studies: FamilyStudies, id: str) -> Number:
    """Couple scale and support scale at a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, name, _YEAR) for name in ("couple-scale", "support-scale"))))


@finding("F139", level=LEVEL)
def _kin_at_hand(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of depression at half a year for those who can count on kin, which stands for a grandmother in the
    household, the same mothers (published .58; 1.5 times)."""
    ill = _depressed(studies, "epds", _HALF_YEAR) >= Instrument.load("epds").cut
    ties = studies.course("poor").ties(_HALF_YEAR)
    kin = ties[ties["counted_on"] & (ties["kind"] == "kin")]["who"].unique()
    return within(
        id, odds_ratio(ill, pd.Series(ill.index.isin(kin), index=ill.index)), 0.58, near=_NEAR_RATE, ratio=True
    )


@finding("F088", level=LEVEL, sets=True)
def _couple_and_symptoms(studies: FamilyStudies, id: str) -> Number:
    """Couple scale and EPDS at a year, the same mothers (r)."""
    return within(id, correlation(*(_depressed(studies, name, _YEAR) for name in ("couple-scale", "epds"))))
