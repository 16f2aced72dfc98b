"""Findings on single parents, migrants, partner violence and poverty: what goes with them, and through what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..measurement.instruments import Instrument
from .agreement import Number, Part, Words, correlation, within
from .family_studies import LEVEL, FamilyStudies, slopes, standard
from .longitudinal_studies import odds_ratio
from .registry import finding

_DESIGN = "universal"
_VISITS = (8, 17, 26, 39)
_PREGNANT, _EARLY, _HALF_YEAR, _YEAR = -10, 8, 26, 52
_UNSUPPORTIVE = -1.3  # the couple relationship of the lowest tenth
_LIKELY = 12  # points of the EPDS from which studies of migrants count
_ILL = 13  # points of the EPDS: above 12


def _status(studies: FamilyStudies, name: str) -> pd.Series:
    return pd.Series(studies.under(_DESIGN, name), index=studies.course(_DESIGN).families.numbers)


def _single(studies: FamilyStudies) -> pd.Series:
    families = studies.course(_DESIGN).families
    return pd.Series(~families.has_partner, index=families.numbers)


def _ill(studies: FamilyStudies, week: int) -> pd.Series:
    return studies.seen(_DESIGN, "epds", week) >= Instrument.load("epds").cut


@finding("F269", level=LEVEL, sets=True)
def _share_single(studies: FamilyStudies, id: str) -> Number:
    """Share of single-parent families (within .01)."""
    return within(id, float(_single(studies).mean()), near=0.01)


@finding("F270", level=LEVEL)
def _single_and_ill(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of more than 12 points of the EPDS before birth, single mothers against others (published about 2)."""
    ill = studies.seen(_DESIGN, "epds", _PREGNANT) >= _ILL
    return within(id, odds_ratio(ill, _single(studies)), published=2.0, near=1.5, ratio=True)


@finding("F271", level=LEVEL, sets=True)
def _worse_than_none(studies: FamilyStudies, id: str) -> Number:
    """Points of the EPDS before birth by which mothers with an unsupportive partner (the lowest tenth of the couple)
    lie above single mothers (published 3.0; within 1.5)."""
    epds, single = studies.seen(_DESIGN, "epds", _PREGNANT), _single(studies)
    unsupportive = ~single & (studies.state(_DESIGN, "couple", _PREGNANT) < _UNSUPPORTIVE)
    return Number(float(epds[unsupportive].mean() - epds[single].mean()), 1.5, 4.5, 3.0)


@finding("F272", level=LEVEL, sets=True)
def _quality_not_status(studies: FamilyStudies, id: str) -> Words:
    """EPDS at half a year of single mothers against others, given support, loneliness and stress: nothing left
    (beta)."""
    given = [studies.state(_DESIGN, name, _HALF_YEAR) for name in ("support", "loneliness", "stress", "couple")]
    epds = studies.seen(_DESIGN, "epds", _HALF_YEAR)
    left = slopes(standard(epds), _single(studies).astype(float), *map(standard, given))[0]
    return Words((Part("single, given the relationship (d)", float(left), 0, 0.2),))


@finding("F273", level=LEVEL)
def _single_crude(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of depression at eight weeks, single mothers against others (published about 3.1; 1.5 times)."""
    return within(id, odds_ratio(_ill(studies, _EARLY), _single(studies)), published=3.1, near=1.5, ratio=True)


@finding("F275", level=LEVEL, sets=True)
def _migrants_ill(studies: FamilyStudies, id: str) -> Number:
    """Share of mothers who have migrated with 12 points of the EPDS or more, mean of 8, 26 and 52 weeks."""
    anew = _status(studies, "migration")
    ill = [studies.seen(_DESIGN, "epds", week)[anew] >= _LIKELY for week in (_EARLY, _HALF_YEAR, _YEAR)]
    return within(id, float(np.mean([each.mean() for each in ill])))


@finding("F276", level=LEVEL)
def _migrants_crude(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of depression at half a year, mothers who have migrated against others."""
    return within(id, odds_ratio(_ill(studies, _HALF_YEAR), _status(studies, "migration")))


@finding("F277", level=LEVEL, sets=True)
def _migrants_adjusted(studies: FamilyStudies, id: str) -> Number:
    """The same, given poverty and whether she is single."""
    given = (_status(studies, "poverty"), _single(studies))
    return within(id, odds_ratio(_ill(studies, _HALF_YEAR), _status(studies, "migration"), *given))


@finding("F298", level=LEVEL)
def _foreign(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of 12 points of the EPDS or more at one month, mothers who have migrated against others (1.5
    times)."""
    ill = studies.seen(_DESIGN, "epds", 4) >= _LIKELY
    return within(id, odds_ratio(ill, _status(studies, "migration")), near=1.5, ratio=True)


@finding("F267", level=LEVEL)
def _violence_at_a_year(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of depression at a year, mothers in poverty who suffer partner violence against others."""
    ill = studies.seen("poor", "epds", _YEAR) >= Instrument.load("epds").cut
    return within(id, odds_ratio(ill, pd.Series(studies.under("poor", "partner-violence"), index=ill.index)))


@finding("F268", level=LEVEL)
def _violence_and_support(studies: FamilyStudies, id: str) -> Number:
    """Partner violence and the support scale at a year, mothers in poverty (r)."""
    support = studies.seen("poor", "support-scale", _YEAR)
    return within(id, correlation(studies.under("poor", "partner-violence"), support))


@finding("F280", level=LEVEL, sets=True)
def _violence(studies: FamilyStudies, id: str) -> Number:
    """Odds ratio of depression after birth by partner violence, mean of 8, 17, 26 and 39 weeks."""
    by = [odds_ratio(_ill(studies, week), _status(studies, "partner-violence")) for week in _VISITS]
    return within(id, float(np.mean(by)))


@finding("F284", level=LEVEL, sets=True)
def _violence_and_security(studies: FamilyStudies, id: str) -> Number:
    """Partner violence and security to the mother at a year: the difference in its chance, as a correlation between
    groups of one size."""
    secure = studies.course(_DESIGN).mothers.attachment_chances["secure"].to_numpy()
    suffers = _status(studies, "partner-violence").to_numpy()
    one, other = secure[suffers].mean(), secure[~suffers].mean()
    middle = (one + other) / 2
    return within(id, float((one - other) / (2 * np.sqrt(middle * (1 - middle)))))


@finding("F291", level=LEVEL, sets=True)
def _circumstances_and_sensitivity(studies: FamilyStudies, id: str) -> Number:
    """Number of hard circumstances (poverty, migration, raising him alone) and EAS, mean of 26 and 52 weeks, in
    size."""
    hard = _status(studies, "poverty").astype(float) + _status(studies, "migration") + _single(studies)
    by = [correlation(hard, studies.seen(_DESIGN, "eas", week)) for week in (_HALF_YEAR, _YEAR)]
    return Number(float(-np.mean(by)), 0.12, 0.32)


@finding("F292", level=LEVEL)
def _symptoms_and_sensitivity(studies: FamilyStudies, id: str) -> Number:
    """EPDS and EAS, mean of 26 and 52 weeks (r, within .04)."""
    by = [correlation(*(studies.seen(_DESIGN, name, week) for name in ("epds", "eas"))) for week in (_HALF_YEAR, _YEAR)]
    return within(id, float(np.mean(by)), near=0.04)


@finding("F293", level=LEVEL, sets=True)
def _not_culture(studies: FamilyStudies, id: str) -> Words:
    """Sensitivity of mothers who have migrated is lower, and no longer once stress, symptoms and poverty are given
    (d)."""
    anew = _status(studies, "migration")
    sensitivity = studies.state(_DESIGN, "sensitivity", _HALF_YEAR)
    given = [studies.state(_DESIGN, name, _HALF_YEAR) for name in ("stress", "depression")]
    poor = _status(studies, "poverty").astype(float)
    left = slopes(standard(sensitivity), anew.astype(float), poor, *map(standard, given))[0]
    crude = cohens_d(sensitivity[anew], sensitivity[~anew])
    return Words((Part("migrated (d)", crude, -1, 0.0), Part("left over (d)", float(left), 0, 0.15)))


@finding("F297", level=LEVEL)
def _symptoms_not_parenting(studies: FamilyStudies, id: str) -> Words:
    """Mothers in poverty after therapy against before: symptoms fall by .15 and more, sensitivity gains less than half
    of that (d, at a year)."""
    own, other = studies.course("poor, treated").mothers, studies.course("poor").mothers
    fall, gain = (cohens_d(own.at(_YEAR)[name], other.at(_YEAR)[name]) for name in ("depression", "sensitivity"))
    return Words(
        (Part("symptoms (d)", fall, -1, 0.15), Part("sensitivity, beside half of it (d)", gain + fall / 2, -1, 0.0))
    )
