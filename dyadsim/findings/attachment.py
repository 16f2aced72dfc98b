"""Rows on attachment at twelve months."""

from __future__ import annotations

from ..common.effect_size import cohens_d, d_of_odds
from ..theory import evidence
from .course_registry import WITHIN_R, Target, correlation, published, row
from .longitudinal_studies import Studies

_SHARE = 0.02  # two points
_SHARPLY = (0.25, 0.75)  # of a correlation lost


def _secure(studies: Studies, instrument: str) -> float:
    return correlation(studies.seen("community", instrument, 52), studies.classed("community", "secure"))


@row("R015")
def _sensitivity(studies: Studies, id: str) -> list[Target]:
    """EAS and attachment at twelve months; of a class other than secure, against secure dyads (the row's note)."""
    eas, secure = studies.seen("community", "eas", 52), studies.classed("community", "secure")
    found = [published(id, _secure(studies, "eas"), "r with security")]
    noted = {
        "avoidant": (-0.24, -0.34, -0.13),
        "resistant": (-0.12, -0.19, -0.06),
        "disorganised": (-0.19, -0.27, -0.11),
    }
    for name, (value, low, high) in noted.items():
        own = studies.classed("community", name)
        found.append(Target(f"r, {name}", correlation(eas[own | secure], own[own | secure]), value, low, high))
    return found


@row("R017")
def _over_the_time_gap(studies: Studies, id: str) -> list[Target]:
    """EAS at 13 and at 52 weeks and security at twelve months: r within .04 of the published when concurrent, and
    falling sharply over the gap, which is read as by a quarter to three quarters."""
    secure = studies.classed("community", "secure")
    early, at_once = (correlation(studies.seen("community", "eas", week), secure) for week in (13, 52))
    low, high = _SHARPLY
    return [
        Target("r, concurrent", at_once, 0.27, 0.27 - WITHIN_R, 0.27 + WITHIN_R),
        Target("share lost over nine months", 1 - early / at_once, (low + high) / 2, low, high),
    ]


@row("R018")
def _mentalising(studies: Studies, id: str) -> Target:
    """Reflective functioning and security, both at twelve months."""
    return published(id, _secure(studies, "reflective-functioning"), "r")


@row("R020")
def _sensitivity_again(studies: Studies, id: str) -> Target:
    """EAS and security at twelve months."""
    return published(id, _secure(studies, "eas"), "r")


@row("R021")
def _autonomous(studies: Studies, id: str) -> Target:
    """An autonomous state of mind (attachment interview from its cut) and security."""
    autonomous = studies.positive("community", "attachment-interview", 52)
    return published(id, correlation(autonomous, studies.classed("community", "secure")), "r")


@row("R038")
def _phone_use(studies: Studies, id: str) -> Target:
    """Attention drawn by phone and screens, and security at twelve months."""
    return published(id, _secure(studies, "phone-use"), "r")


@row("R022")
def _unresolved(studies: Studies, id: str) -> Target:
    """Unresolved loss or trauma and disorganised attachment."""
    unresolved = studies.positive("community", "unresolved-interview", 52)
    return published(id, correlation(unresolved, studies.classed("community", "disorganised")), "r")


@row("R011")
def _depressed_and_nonsecure(studies: Studies, id: str) -> Target:
    """Odds of attachment that is not secure after a depressive disorder, over those of the community: 1.5 to 2.5."""
    return Target("odds ratio", 1 / _odds_with_depression(studies, "secure"), 2.0, 1.5, 2.5, ratio=True)


@row("R012")
def _depressed_and_disorganised(studies: Studies, id: str) -> Target:
    """Disorganised attachment after a depressive disorder against the community (g of the odds ratio), at 12 months."""
    return published(id, d_of_odds(_odds_with_depression(studies, "disorganised")), "g")


def _odds_with_depression(studies: Studies, name: str) -> float:
    ill, well = (studies.classed(design, name).mean() for design in ("clinical", "community"))
    return float(ill / (1 - ill) / (well / (1 - well)))


@row("R036")
def _temperament_and_insecurity(studies: Studies, id: str) -> Target:
    """Negative emotionality of infants who are not secure against secure ones (d)."""
    return published(id, _by_temperament(studies, "avoidant", "resistant", "disorganised"), "d")


@row("R037")
def _temperament_and_resistance(studies: Studies, id: str) -> Target:
    """Negative emotionality of resistant infants against all others (d)."""
    return published(id, _by_temperament(studies, "resistant"), "d")


def _by_temperament(studies: Studies, *classes: str) -> float:
    score, those = studies.seen("community", "temperament", 52), studies.classed("community", *classes)
    return cohens_d(score[those], score[~those])


@row("O001a", "O001b", "O001c", "O001d")
def _shares(studies: Studies, id: str) -> Target:
    """Share of the class in families of mixed risk, within 2 points."""
    name = {"a": "secure", "b": "avoidant", "c": "resistant", "d": "disorganised"}[id[-1]]
    share = evidence.row(id).number / 100
    model = float(studies.classed("mixed", name).mean())
    return Target(f"share {name}", model, share, share - _SHARE, share + _SHARE)
