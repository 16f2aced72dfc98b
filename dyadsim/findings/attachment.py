"""Findings on attachment at twelve months."""

from __future__ import annotations

from ..common.effect_size import cohens_d, d_of_odds
from ..theory import evidence
from .agreement import WITHIN_R, Target, published
from .longitudinal_studies import LongitudinalStudies, correlation
from .registry import finding

_SHARE = 0.02  # two points
_SHARPLY = (0.25, 0.75)  # of a correlation lost


def _secure(studies: LongitudinalStudies, instrument: str) -> float:
    """Correlation of an instrument's score and secure attachment, both at twelve months."""
    return correlation(studies.seen("community", instrument, 52), studies.classed("community", "secure"))


@finding("R015", level="development", sets=True)
def _sensitivity(studies: LongitudinalStudies, id: str) -> list[Target]:
    """EAS and attachment at twelve months; of a class other than secure, against secure dyads (the row's note)."""
    eas, secure = studies.seen("community", "eas", 52), studies.classed("community", "secure")
    found = [published(id, _secure(studies, "eas"), "r with security")]
    noted = {
        "avoidant": (-0.24, -0.34, -0.13),
        "resistant": (-0.12, -0.19, -0.06),
        "disorganised": (-0.19, -0.27, -0.11),
    }
    for name, (value, low, high) in noted.items():
        classed = studies.classed("community", name)
        compared = classed | secure
        found.append(Target(f"r, {name}", correlation(eas[compared], classed[compared]), value, low, high))
    return found


@finding("R017", level="development", sets=True)
def _over_the_time_gap(studies: LongitudinalStudies, id: str) -> list[Target]:
    """EAS at 13 and at 52 weeks and security at twelve months: r within .04 of the published when concurrent, and
    falling sharply over the gap, which is read as by a quarter to three quarters."""
    secure = studies.classed("community", "secure")
    early, at_once = (correlation(studies.seen("community", "eas", week), secure) for week in (13, 52))
    low, high = _SHARPLY
    return [
        Target("r, concurrent", at_once, 0.27, 0.27 - WITHIN_R, 0.27 + WITHIN_R),
        Target("share lost over nine months", 1 - early / at_once, (low + high) / 2, low, high),
    ]


@finding("R018", level="development", sets=True)
def _mentalising(studies: LongitudinalStudies, id: str) -> Target:
    """Reflective functioning and security, both at twelve months."""
    return published(id, _secure(studies, "reflective-functioning"), "r")


@finding("R020", level="development", sets=True)
def _sensitivity_again(studies: LongitudinalStudies, id: str) -> Target:
    """EAS and security at twelve months."""
    return published(id, _secure(studies, "eas"), "r")


@finding("R021", level="development", sets=True)
def _autonomous(studies: LongitudinalStudies, id: str) -> Target:
    """An autonomous state of mind (attachment interview from its cut) and security."""
    autonomous = studies.positive("community", "attachment-interview", 52)
    return published(id, correlation(autonomous, studies.classed("community", "secure")), "r")


@finding("R038", level="development", sets=True)
def _phone_use(studies: LongitudinalStudies, id: str) -> Target:
    """Attention drawn by phone and screens, and security at twelve months."""
    return published(id, _secure(studies, "phone-use"), "r")


@finding("R022", level="development", sets=True)
def _unresolved(studies: LongitudinalStudies, id: str) -> Target:
    """Unresolved loss or trauma and disorganised attachment."""
    unresolved = studies.positive("community", "unresolved-interview", 52)
    return published(id, correlation(unresolved, studies.classed("community", "disorganised")), "r")


@finding("R011", level="development", sets=True)
def _depressed_and_nonsecure(studies: LongitudinalStudies, id: str) -> Target:
    """Odds of attachment that is not secure after a depressive disorder, over those of the community: 1.5 to 2.5."""
    return Target("odds ratio", 1 / _odds_with_depression(studies, "secure"), 2.0, 1.5, 2.5, ratio=True)


@finding("R012", level="development", sets=True)
def _depressed_and_disorganised(studies: LongitudinalStudies, id: str) -> Target:
    """Disorganised attachment after a depressive disorder against the community (g of the odds ratio), at 12 months."""
    return published(id, d_of_odds(_odds_with_depression(studies, "disorganised")), "g")


def _odds_with_depression(studies: LongitudinalStudies, name: str) -> float:
    """Odds ratio of a class of attachment, after a depressive disorder over the community."""
    ill, well = (studies.classed(design, name).mean() for design in ("clinical", "community"))
    return float(ill / (1 - ill) / (well / (1 - well)))


@finding("R036", level="development", sets=True)
def _temperament_and_insecurity(studies: LongitudinalStudies, id: str) -> Target:
    """Negative emotionality of infants who are not secure against secure ones (d)."""
    return published(id, _by_temperament(studies, "avoidant", "resistant", "disorganised"), "d")


@finding("R037", level="development", sets=True)
def _temperament_and_resistance(studies: LongitudinalStudies, id: str) -> Target:
    """Negative emotionality of resistant infants against all others (d)."""
    return published(id, _by_temperament(studies, "resistant"), "d")


def _by_temperament(studies: LongitudinalStudies, *classes: str) -> float:
    """Standardised difference (d) in negative emotionality, infants of these classes against all others."""
    score, those = studies.seen("community", "temperament", 52), studies.classed("community", *classes)
    return cohens_d(score[those], score[~those])


@finding("O001a", "O001b", "O001c", "O001d", level="development", sets=True)
def _shares(studies: LongitudinalStudies, id: str) -> Target:
    """Share of the class in families of mixed risk, within 2 points."""
    name = {"a": "secure", "b": "avoidant", "c": "resistant", "d": "disorganised"}[id[-1]]
    share = evidence.row(id).number / 100
    model = float(studies.classed("mixed", name).mean())
    return Target(f"share {name}", model, share, share - _SHARE, share + _SHARE)
