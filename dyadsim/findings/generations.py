"""Findings on generations: transmission of attachment, its stability, maltreatment and adversity, and what breaks
cycles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d, d_of_odds
from ..measurement import instruments
from ..measurement.instruments import Instrument
from ..theory import attachment
from ..theory.attachment import SECURE, WEEK
from .agreement import WITHIN_R, Part, Target, Words, correlation, goes_with, published, up, visible
from .generation_studies import LEVEL, GenerationStudies
from .longitudinal_studies import odds_ratio
from .registry import finding

_COMMUNITY, _AT_RISK = "community", "at risk"
_EARLY = 8  # weeks after birth, when depressive symptoms are asked for
_BORN = 0
_TENTH = 0.1
_ABUSE = ("emotional_abuse", "physical_abuse")
_ILL_FROM = 1.0364  # standard scores of vulnerability: 15 of 100 adults have a psychiatric disorder (assumed)
_DEPRESSED = 13  # points of the EPDS


def _autonomous(studies: GenerationStudies, design: str = _COMMUNITY) -> pd.Series:
    """Whether the interview finds an autonomous state of mind, from its cut."""
    return studies.seen(design, "attachment-interview", WEEK) >= Instrument.load("attachment-interview").cut


def _secure(studies: GenerationStudies, design: str = _COMMUNITY) -> pd.Series:
    return studies.seen(design, "strange-situation", WEEK) == SECURE


@finding("R021", level=LEVEL, sets=True)
def _state_of_mind(studies: GenerationStudies, id: str) -> Target:
    """Autonomous state of mind (attachment interview from its cut) and security, of mothers whose own childhood was
    simulated."""
    return published(id, correlation(_autonomous(studies), _secure(studies)), "r")


@finding("R022", level=LEVEL, sets=True)
def _unresolved(studies: GenerationStudies, id: str) -> Target:
    """Unresolved loss or trauma and disorganised attachment, of mothers whose own childhood was simulated."""
    cut = Instrument.load("unresolved-interview").cut
    unresolved = studies.seen(_COMMUNITY, "unresolved-interview", WEEK) >= cut
    disorganised = studies.seen(_COMMUNITY, "strange-situation", WEEK) == attachment.CLASSES[3]
    return published(id, correlation(unresolved, disorganised), "r")


@finding("F143", level=LEVEL)
def _responsive(studies: GenerationStudies, id: str) -> Target:
    """EAS at twelve months of autonomous mothers against others (d, within .15)."""
    eas, autonomous = studies.seen(_COMMUNITY, "eas", WEEK), _autonomous(studies)
    return published(id, cohens_d(eas[autonomous], eas[~autonomous]), "d", near=0.15)


@finding("F144", level=LEVEL, sets=True)
def _carried_by_sensitivity(studies: GenerationStudies, id: str) -> Target:
    """Share of the tie of an autonomous state of mind with security that goes through EAS: the product of the two
    correlations along the way, over the whole, as van IJzendoorn (1995) reckoned it; a quarter, within a tenth."""
    autonomous, eas, secure = _autonomous(studies), studies.seen(_COMMUNITY, "eas", WEEK), _secure(studies)
    share = correlation(autonomous, eas) * correlation(eas, secure) / correlation(autonomous, secure)
    return published(id, share, "share", near=_TENTH)


@finding("F146", level=LEVEL, sets=True)
def _under_risk(studies: GenerationStudies, id: str) -> Words:
    """Shares of secure infants of autonomous mothers and of insecure infants of others, in families at risk against the
    community: the first is smaller by more than .05; the second differs by less than .10 and by less than the first."""
    shares = {}
    for design in (_COMMUNITY, _AT_RISK):
        autonomous, secure = _autonomous(studies, design), _secure(studies, design)
        shares[design] = secure[autonomous].mean(), (~secure)[~autonomous].mean()
    (handed_on, others), (at_risk, others_at_risk) = shares[_COMMUNITY], shares[_AT_RISK]
    return Words(
        (
            Part("secure with an autonomous mother, at risk (difference of shares)", at_risk - handed_on, -1, 0.05),
            Part("insecure with another, at risk (difference of shares)", others_at_risk - others, 0, 0.1),
        )
    )


def _at_two_ages(studies: GenerationStudies) -> tuple[pd.Series, pd.Series]:
    """Classes that raters give the same dyads at twelve months and at two years."""
    lived = studies.lived("two years").lived[0]
    course, situation = lived.course.mothers, Instrument.load("strange-situation")
    luck, units = course.development.play.luck, course.cohort.units
    later = instruments.classified(situation, lived.children["attachment_later"], units, luck, 2 * WEEK)
    return course.observe("strange-situation", WEEK)[WEEK].reset_index(drop=True), pd.Series(later)


@finding("F147", level=LEVEL, sets=True)
def _stable(studies: GenerationStudies, id: str) -> Target:
    """Security in the Strange Situation at twelve months and at two years."""
    earlier, later = _at_two_ages(studies)
    return published(id, correlation(earlier == SECURE, later == SECURE), "r")


@finding("F148", level=LEVEL)
def _stable_in_four(studies: GenerationStudies, id: str) -> Target:
    """Agreement of the four classes at twelve months and at two years beyond chance (kappa, within .04)."""
    earlier, later = _at_two_ages(studies)
    table = pd.crosstab(earlier, later).reindex(index=attachment.CLASSES, columns=attachment.CLASSES).fillna(0)
    shares = table.to_numpy() / table.to_numpy().sum()
    by_chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    return published(id, float((np.trace(shares) - by_chance) / (1 - by_chance)), "kappa")


@finding("F152", level=LEVEL)
def _into_adulthood(studies: GenerationStudies, id: str) -> Target:
    """Security at twelve months and an autonomous state of mind of the same person as a mother: from 0 to .14."""
    own = studies.table(_COMMUNITY)["mother_attachment"]
    known = own.notna()
    r = correlation(own[known] == SECURE, _autonomous(studies)[known])
    return Target("r", r, 0.10, 0.0, 0.10 + WITHIN_R)


@finding("F153", level=LEVEL, sets=True)
def _among_others(studies: GenerationStudies, id: str) -> list[Target]:
    """Security in the Strange Situation, and competence with peers, externalising and internalising problems."""
    lived = studies.lived(_COMMUNITY).lived
    seen = pd.concat([each.course.mothers.observe("strange-situation", WEEK)[WEEK] for each in lived])
    children = pd.concat([each.children for each in lived])
    targets = {"competence": 0.19, "externalising": -0.15, "internalising": -0.07}
    found = []
    for name, value in targets.items():
        r = correlation((seen == SECURE).to_numpy(), children[name])
        found.append(Target(f"r, {name}", r, value, value - WITHIN_R, value + WITHIN_R))
    return found


@finding("F156", level=LEVEL)
def _parenting(studies: GenerationStudies, id: str) -> Words:
    """Sensitivity that a mother met and her own; abuse that she lived through and that of her child; how she fared
    among others between the two."""
    table, eas = studies.table(_COMMUNITY), studies.seen(_COMMUNITY, "eas", WEEK)
    known = table["mother_care"].notna()
    table, eas = table[known], eas[known]
    met = table[[f"mother_{kind}" for kind in _ABUSE]].astype(float).max(axis=1)
    done = table[list(_ABUSE)].astype(float).max(axis=1)
    return Words(
        (
            goes_with("care met and own sensitivity", table["mother_care"], eas),
            goes_with("abuse lived through and of the child", met, done),
            goes_with("own competence and sensitivity", table["mother_competence"], eas, least=0.02),
            goes_with("own externalising and abuse of the child", table["mother_externalising"], done, least=0.02),
        )
    )


@finding("F157", level=LEVEL)
def _observed_parenting(studies: GenerationStudies, id: str) -> Target:
    """EAS of mothers, and the sensitivity that they met as infants: .1 to .3."""
    table = studies.table(_COMMUNITY)
    known = table["mother_care"].notna()
    r = correlation(table["mother_care"][known], studies.seen(_COMMUNITY, "eas", WEEK)[known])
    return Target("r", r, 0.2, 0.1, 0.3)


def _handed_on(studies: GenerationStudies, met: str, done: str) -> float:
    """Odds of a kind of maltreatment of her child, of mothers who lived through it over others."""
    table = studies.table(_COMMUNITY)
    known = table[f"mother_{met}"].notna()
    return odds_ratio(table[done][known].astype(bool), table[f"mother_{met}"][known].astype(bool))


def _kind(met: str, done: str) -> Callable[[GenerationStudies, str], Target]:
    def read(studies: GenerationStudies, id: str) -> Target:
        return published(id, d_of_odds(_handed_on(studies, met, done)), "d")

    return read


finding("F158", level=LEVEL, sets=True, how="Any maltreatment of her in childhood, and of her child (d of the odds).")(
    _kind("maltreated", "maltreated")
)
for _id, _name in (("F159", "neglect"), ("F160", "emotional_abuse"), ("F161", "physical_abuse")):
    finding(_id, level=LEVEL, how=f"The same for {_name.replace('_', ' ')}, in both (d of the odds).")(
        _kind(_name, _name)
    )


@finding("F162", level=LEVEL)
def _second_pool(studies: GenerationStudies, id: str) -> Target:
    """Any maltreatment in both, as an odds ratio of 2.99, within 1.5 times."""
    ratio = _handed_on(studies, "maltreated", "maltreated")
    return Target("odds ratio", ratio, 2.99, 2.99 / 1.5, 2.99 * 1.5, ratio=True)


@finding("F167", level=LEVEL, sets=True)
def _breakers(studies: GenerationStudies, id: str) -> Words:
    """Mothers who were maltreated and whose child is not, against those whose child is: the couple scale, and warmth
    (EAS)."""
    table, eas = studies.table(_COMMUNITY), studies.seen(_COMMUNITY, "eas", WEEK)
    couple = studies.seen(_COMMUNITY, "couple-scale", WEEK)
    met = table["mother_maltreated"].astype("boolean").fillna(False).astype(bool)
    broken, kept = met & ~table["maltreated"], met & table["maltreated"]
    return Words(
        (
            visible("supportive partner, little violence: couple scale", cohens_d(couple[broken], couple[kept]), 1),
            visible("warmth: EAS", cohens_d(eas[broken], eas[kept]), 1),
        )
    )


def _with_adversity(studies: GenerationStudies, id: str, instrument: str, week: int) -> Target:
    adversity = studies.table(_COMMUNITY)["mother_adversity"]
    known = adversity.notna()
    return published(id, correlation(adversity[known], studies.seen(_COMMUNITY, instrument, week)[known]), "r")


@finding("F168", level=LEVEL, sets=True)
def _adversity_after_birth(studies: GenerationStudies, id: str) -> Target:
    """Adversity of her childhood, and EPDS at eight weeks."""
    return _with_adversity(studies, id, "epds", _EARLY)


@finding("F169", level=LEVEL)
def _adversity_before_birth(studies: GenerationStudies, id: str) -> Target:
    """Adversity of her childhood, and EPDS when she gives birth."""
    return _with_adversity(studies, id, "epds", _BORN)


@finding("F170", level=LEVEL)
def _adversity_and_anxiety(studies: GenerationStudies, id: str) -> Target:
    """Adversity of her childhood, and the anxiety scale when she gives birth."""
    return _with_adversity(studies, id, "anxiety-scale", _BORN)


@finding("F176", level=LEVEL, sets=True)
def _family_history(studies: GenerationStudies, id: str) -> Target:
    """Odds of 13 points of the EPDS at eight weeks, of mothers one of whose parents had a psychiatric disorder (the 15
    of 100 most vulnerable) over others; within 1.5 times."""
    ill = []
    for lived in studies.later(_COMMUNITY):
        people = studies.lived(_COMMUNITY).lineage.table
        mothers = people.reindex(lived.children["raised_by"])
        parents = [people["vulnerability"].reindex(mothers[parent]).to_numpy() for parent in ("mother", "father")]
        known = np.isfinite(parents[0])
        ill.append(pd.DataFrame({"known": known, "ill": np.fmax(*parents) > _ILL_FROM}))
    family = pd.concat(ill, ignore_index=True)
    depressed = studies.seen(_COMMUNITY, "epds", _EARLY) >= _DEPRESSED
    known = family["known"]
    ratio = odds_ratio(depressed[known], family["ill"][known])
    return Target("odds ratio", ratio, 2.08, 2.08 / 1.5, 2.08 * 1.5, ratio=True)


@finding("F177", level=LEVEL, sets=True)
def _style(studies: GenerationStudies, id: str) -> Words:
    """EPDS at eight weeks by the mother's style of attachment: insecure against secure, anxious against avoidant."""
    epds, style = studies.seen(_COMMUNITY, "epds", _EARLY), studies.table(_COMMUNITY)["mother_style"]
    secure, avoidant, anxious = (epds[style == name] for name in ("secure", "avoidant", "anxious"))
    insecure = pd.concat([avoidant, anxious])
    return Words(
        (
            visible("insecure against secure, symptoms", cohens_d(insecure, secure), 1),
            up("anxious against avoidant, symptoms", anxious, avoidant),
        )
    )


@finding("F178", level=LEVEL)
def _bonding(studies: GenerationStudies, id: str) -> Target:
    """Bonding (reversed bonding problems) at eight weeks, and security."""
    bonding = -studies.seen(_COMMUNITY, "bonding-problems", _EARLY)
    return published(id, correlation(bonding, _secure(studies)), "r")
