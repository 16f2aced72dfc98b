"""Findings on second caregivers: their symptoms, the couple, caring as a team, and what the infant has of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..community.second_caregiver import shares_of_care
from ..measurement.instruments import Instrument
from .agreement import Number, Part, Words, correlation, visible, within
from .family_studies import LEVEL, FamilyStudies, slopes, standard
from .longitudinal_studies import odds_ratio
from .registry import finding

_EARLY, _QUARTER, _HALF_YEAR, _YEAR = 8, 17, 26, 52
_DESIGN = "universal"


def _ill(studies: FamilyStudies, week: int = _HALF_YEAR) -> tuple[pd.Series, pd.Series]:
    """Whether the mother, and the partner, of each family is depressed."""
    hers, his = studies.both(_DESIGN, "epds", week)
    return hers >= Instrument.load("epds").cut, his >= Instrument.load("epds").cut


def _his(studies: FamilyStudies, name: str, week: int = _HALF_YEAR) -> pd.Series:
    return studies.state(_DESIGN, name, week, "partners")


def _between(studies: FamilyStudies, name: str, week: int, of: str) -> pd.Series:
    """What is between the caregivers of families with two, by family: ``care`` or ``coparenting``."""
    course = studies.course(_DESIGN)
    families = course.families
    rows = families.partners_at - (of == "mothers")
    values = getattr(course.around[week - course.weeks.start].between, name)
    return pd.Series(values[rows], index=pd.Index(families.family[rows], name="family"))


def _share_of_care(studies: FamilyStudies, week: int) -> pd.Series:
    """Share of care that each partner has, by family."""
    course = studies.course(_DESIGN)
    families = course.families
    shares = shares_of_care(families, course.around[week - course.weeks.start].between.care)[families.partners_at]
    return pd.Series(shares, index=pd.Index(families.family[families.partners_at], name="family"))


@finding("F092", level=LEVEL, sets=True)
def _prevalence(studies: FamilyStudies, id: str) -> Number:
    """Share of partners at or above the cut of the EPDS (11; studies use 9 to 13), mean of 8, 26 and 52 weeks."""
    return within(id, float(np.mean([_ill(studies, week)[1].mean() for week in (_EARLY, _HALF_YEAR, _YEAR)])))


@finding("F098", level=LEVEL)
def _both_depressed(studies: FamilyStudies, id: str) -> Number:
    """Share of couples of whom both are depressed at half a year (within .01)."""
    hers, his = _ill(studies)
    return within(id, float((hers & his).mean()), published=0.0318, near=0.01)


@finding("F103", level=LEVEL, sets=True)
def _by_hers(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of a partner's depression by hers, at half a year."""
    hers, his = _ill(studies)
    return within(id, odds_ratio(his, hers))


@finding("F104", level=LEVEL, sets=True)
def _by_couple(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of a partner's depression by dissatisfaction with the relationship (the lowest third of the couple
    scale), at half a year."""
    _, his = _ill(studies)
    scores = studies.seen(_DESIGN, "couple-scale", _HALF_YEAR, "partners")
    return within(id, odds_ratio(his, scores < scores.quantile(1 / 3)))


@finding("F105", level=LEVEL, sets=True)
def _by_past(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of a partner's depression by what of it he brings along (vulnerability above 1)."""
    _, his = _ill(studies)
    course = studies.course(_DESIGN)
    vulnerable = pd.Series(course.partners.background()["vulnerability"].to_numpy() > 1, index=his.index)
    return within(id, odds_ratio(his, vulnerable))


@finding("F106", level=LEVEL)
def _by_money(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of a partner's depression by poverty, at half a year."""
    _, his = _ill(studies)
    poor = pd.Series(studies.under(_DESIGN, "poverty"), index=studies.course(_DESIGN).families.numbers)
    return within(id, odds_ratio(his, poor[his.index]))


@finding("F110", level=LEVEL, sets=True)
def _and_sensitivity(studies: FamilyStudies, id: str) -> Number:
    """A partner's EPDS and EAS, mean of 17, 26 and 52 weeks (r)."""
    return within(id, float(np.mean([
        correlation(*(studies.seen(_DESIGN, name, week, "partners") for name in ("epds", "eas")))
        for week in (_QUARTER, _HALF_YEAR, _YEAR)
    ])))  # fmt: skip


@finding("F112", level=LEVEL)
def _sensitivity_and_security(studies: FamilyStudies, id: str) -> Number:
    """A partner's EAS at half a year and security to him at a year (r, within .04)."""
    course = studies.course(_DESIGN).partners
    secure = course.attachment == "secure"
    return within(id, correlation(studies.seen(_DESIGN, "eas", _HALF_YEAR, "partners"), secure), near=0.04)


@finding("F113", level=LEVEL, sets=True)
def _two_attachments(studies: FamilyStudies, id: str) -> Words:
    """Chances of security to mother and to partner go together over infants (r)."""
    course = studies.course(_DESIGN)
    hers = course.mothers.attachment_chances["secure"].to_numpy()[course.families.has_partner]
    his = course.partners.attachment_chances["secure"].to_numpy()
    return Words((Part("security to one and the other (r)", correlation(hers, his), +1, 0.05),))


@finding("F119", level=LEVEL)
def _makes_up_first(studies: FamilyStudies, id: str) -> Words:
    """A partner's share of care where she is depressed since birth, against others: more at three months, less at a
    year where it has lasted (d)."""
    parts = []
    for week, sign in ((13, +1), (_YEAR, -1)):
        long = _between(studies, "depressed_for", week, "mothers") >= min(week, 39)
        care = _share_of_care(studies, week)
        parts.append(visible(f"week {week}", cohens_d(care[long], care[~long]), sign))
    return Words(tuple(parts))


@finding("F124", level=LEVEL)
def _couple_holds(studies: FamilyStudies, id: str) -> Words:
    """The partner's couple scale four months after birth against ten weeks before it: no change that 76 could tell;
    lower with depression."""
    before, after = (studies.seen(_DESIGN, "couple-scale", week, "partners") for week in (-10, _QUARTER))
    r = correlation(_his(studies, "couple", _QUARTER), _his(studies, "depression", _QUARTER))
    return Words((Part("change (d)", cohens_d(after, before), 0, 0.32), Part("with depression (r)", r, -1, 0.05)))


@finding("F125", level=LEVEL, sets=True)
def _team_and_trouble(studies: FamilyStudies, id: str) -> Number:
    """Coparenting as the mother sees it, and the infant's crying, sleep and feeding at a year, which stand for a
    child's troubles (r)."""
    team = _between(studies, "coparenting", _YEAR, "mothers")
    return within(id, correlation(team, studies.seen(_DESIGN, "regulatory-symptoms", _YEAR)[team.index]))


@finding("F127", level=LEVEL, sets=True)
def _depression_and_team(studies: FamilyStudies, id: str) -> Words:
    """A caregiver's own depression goes with less coparenting as they see it, at half a year and a year (r)."""
    parts = []
    for of in ("mothers", "partners"):
        for week in (_HALF_YEAR, _YEAR):
            team = _between(studies, "coparenting", week, of)
            low = studies.state(_DESIGN, "depression", week, of)[team.index]
            parts.append(Part(f"{of}, week {week} (r)", correlation(team, low), -1, 0.05))
    return Words(tuple(parts))


@finding("F128", level=LEVEL)
def _couple_and_team(studies: FamilyStudies, id: str) -> Words:
    """Coparenting is moderately stable from half a year to a year (r from .3 to .8); the couple before birth goes with
    coparenting after it, for both."""
    hers = [_between(studies, "coparenting", week, "mothers") for week in (_HALF_YEAR, _YEAR)]
    stable = correlation(*hers)
    parts = [Part("stability (r above .3)", stable, +1, 0.3), Part("stability (r below .8)", 0.8 - stable, +1, 0.0)]
    for of in ("mothers", "partners"):
        team = _between(studies, "coparenting", _HALF_YEAR, of)
        before = studies.state(_DESIGN, "couple", -10, of)[team.index]
        parts.append(Part(f"couple before birth, {of} (r)", correlation(before, team), +1, 0.1))
    return Words(tuple(parts))


@finding("F130", level=LEVEL)
def _programmes_for_both(studies: FamilyStudies, id: str) -> Words:
    """Couples who were offered a programme together against their twins, at the end: couple and coparenting of both
    better (d); what the partner does with the infant is not looked at, as it was not conclusive."""
    course, twins, week = studies.course("couples"), studies.twins("couples"), 14
    place = week - course.weeks.start
    parts = []
    for of in ("mothers", "partners"):
        rows = course.families.partners_at - (of == "mothers")
        own, other = (getattr(each, of).at(week)["couple"].to_numpy() for each in (course, twins))
        both = course.families.has_partner if of == "mothers" else slice(None)
        parts.append(visible(f"couple, {of}", cohens_d(own[both], other[both]), +1))
        team = (each.around[place].between.coparenting[rows] for each in (course, twins))
        parts.append(Part(f"coparenting, {of} (d)", cohens_d(*team), +1, 0.05))
    return Words(tuple(parts))


@finding("F131", level=LEVEL)
def _couple_falls(studies: FamilyStudies, id: str) -> Words:
    """Couple scale of both eleven months after birth against ten weeks before it: a small fall (d)."""
    parts = []
    for of in ("mothers", "partners"):
        before, after = (studies.seen(_DESIGN, "couple-scale", week, of) for week in (-10, 48))
        parts.append(visible(of, cohens_d(after, before), -1))
    return Words(tuple(parts))


@finding("F133", level=LEVEL, sets=True)
def _couple_protects(studies: FamilyStudies, id: str) -> Words:
    """Her couple scale goes with fewer symptoms: EPDS at half a year, also given her EPDS before birth (r, beta)."""
    epds, couple = (studies.both(_DESIGN, name, _HALF_YEAR)[0] for name in ("epds", "couple-scale"))
    before, couple_before = (studies.both(_DESIGN, name, -10)[0] for name in ("epds", "couple-scale"))
    later = slopes(standard(epds), standard(before), standard(couple_before))[1]
    return Words(
        (Part("together (r)", correlation(epds, couple), -1, 0.1), Part("later (beta)", float(later), -1, 0.02))
    )


@finding("F135", level=LEVEL)
def _time_and_bond(studies: FamilyStudies, id: str) -> Words:
    """A partner's bond at a year: with the couple (beta), and hardly with his share of care given the couple, which
    stands for the length of leave."""
    bond, couple = (_his(studies, name, _YEAR) for name in ("bonding", "couple"))
    course = studies.course(_DESIGN)
    shares = pd.Series(course.families.usual_share, index=course.families.numbers)[bond.index]
    by_couple, by_time = slopes(standard(bond), standard(couple), standard(shares))
    return Words((Part("couple (beta)", float(by_couple), +1, 0.1), Part("time (beta)", float(by_time), 0, 0.1)))


@finding("F136", level=LEVEL)
def _trust_and_symptoms(studies: FamilyStudies, id: str) -> Words:
    """A partner's symptoms at a year go with less trust in doing it at one month, and with less of a share in the care
    then (r)."""
    low = _his(studies, "depression", _YEAR)
    trust, care = _his(studies, "self_efficacy", 4), _share_of_care(studies, 4)
    return Words(
        (
            Part("trust (r)", correlation(low, trust), -1, 0.05),
            Part("share of care (r)", correlation(low, care), -1, 0.01),
        )
    )


@finding("F137", level=LEVEL, sets=True)
def _mean_score(studies: FamilyStudies, id: str) -> Number:
    """Mean EPDS of partners eight weeks after birth (within .3)."""
    return within(id, float(studies.seen(_DESIGN, "epds", _EARLY, "partners").mean()), near=0.3)
