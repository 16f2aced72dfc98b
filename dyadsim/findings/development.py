"""Findings on risk, outcome and attachment that are compared after development was calibrated, and never tuned to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..interaction.interact import interact
from ..theory import evidence
from .agreement import WITHIN_R, Part, Target, Words, down, up
from .longitudinal_studies import VISITS, LongitudinalStudies, correlation, over_visits
from .registry import finding
from .session_studies import REUNION, STILL_FACE

_POINTS = 0.5  # of the EPDS: as near as a mean should come
_SHARE = 0.03
_LASTING = 3  # of the five visits at which who stays high screens positive


def _near(says: str, value: float, published: float, within: float) -> Target:
    """A number that agrees so near to what is published."""
    return Target(says, float(value), published, published - within, published + within)


# Symptoms over time ---------------------------------------------------------------------------------------------------


@finding("R014", level="development")
def sensitivity_follows_symptoms(studies: LongitudinalStudies, id: str) -> Words:
    """Community from 6 to 104 weeks: EAS change where the EPDS rises (upper fifth of change) against where it falls,
    and EAS where it is high at all visits of the first year (upper fifth of the mean) against where it is low."""
    before, after = (studies.seen("community", "epds", week) for week in (6, 104))
    change = studies.seen("community", "eas", 104) - studies.seen("community", "eas", 6)
    rise = (after - before).rank(pct=True, method="first")
    visits = pd.concat([studies.seen("community", "epds", week) for week in VISITS], axis=1)
    level = visits.mean(axis=1).rank(pct=True, method="first")
    late = studies.seen("community", "eas", 104)
    return Words(
        (
            down("EAS change, EPDS rising against falling", change[rise > 0.8], change[rise < 0.2]),
            down("EAS at two years, EPDS high against low", late[level > 0.8], late[level < 0.2]),
        )
    )


@finding("O006", level="development")
def mean_epds_by_time(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Mean EPDS of the community at 2, 8, 26 and 78 weeks, each within half a point."""
    published = {2: 5.5, 8: 4.3, 26: 4.2, 78: 4.9}
    return [
        _near(f"week {week}", studies.seen("community", "epds", week).mean(), mean, _POINTS)
        for week, mean in published.items()
    ]


@finding("O007", level="development")
def trajectory_classes(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Share of the community that screens positive at three of the five visits or more, against the 9 % of the high
    class; mean EPDS falls from six weeks to six months, and no more after."""
    positive = pd.concat([studies.positive("community", "epds", week) for week in VISITS], axis=1).sum(axis=1)
    means = [studies.seen("community", "epds", week).mean() for week in (6, 26, 52)]
    return [
        _near("high course", (positive >= _LASTING).mean(), 0.09, _SHARE),
        Target("change, 6 to 26 weeks", means[1] - means[0], np.nan, -np.inf, -0.1),
        Target("change, 26 to 52 weeks", means[2] - means[1], 0.0, -0.3, 0.3),
    ]


@finding("O012", level="development")
def prevalence_worldwide(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Share of the community with a positive EPDS, mean of the visits of the first year, within the interval."""
    row = evidence.row("O012")
    share = float(np.mean([studies.positive("community", "epds", week).mean() for week in VISITS]))
    low, high = row.interval
    return [Target("share", share, row.number / 100, low / 100, high / 100)]


@finding("O013", level="development")
def prevalence_by_month(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Share with a positive EPDS (for the PHQ-9) at two weeks, at 13 and 26 weeks, and at 39, each within 3 points."""
    published = {2: 0.125, 13: 0.06, 26: 0.06, 39: 0.102}
    return [
        _near(f"week {week}", studies.positive("community", "epds", week).mean(), share, _SHARE)
        for week, share in published.items()
    ]


# Context rows, shown for comparison -----------------------------------------------------------------------------------


@finding("R005", level="development")
def stress_and_sensitivity(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Parenting stress and EAS in the community, mean of the visits, within .04."""
    found = over_visits(studies, "community", "parenting-stress", "eas")
    return [_near("r", float(np.mean(found)), evidence.row("R005").number, WITHIN_R)]


@finding("R023", level="development")
def adversity_and_parenting(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Childhood adversity (the risk) and EAS at 26 weeks in families of mixed risk, within .04."""
    exposure = next(
        each for each in studies.course("mixed").cohort.exposures if each.setting.name == "childhood-adversity"
    )
    eas = studies.seen("mixed", "eas", 26)
    adversity = pd.Series(exposure.who, index=eas.index)
    return [_near("r", correlation(adversity, eas), evidence.row("R023").number, WITHIN_R)]


@finding("R029", level="development")
def support_and_symptoms(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Perceived support and EPDS in the community, mean of the visits, in the range that is recalled."""
    found = float(np.mean(over_visits(studies, "community", "support-scale", "epds")))
    return [Target("r", found, -0.375, -0.40, -0.35)]


@finding("R031", level="development")
def couple_and_symptoms(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Satisfaction with the couple relationship and mothers' EPDS, mean of the visits, within .12 (66 couples: half the
    width of the interval that the sample size gives is .21)."""
    found = float(np.mean(over_visits(studies, "community", "couple-scale", "epds")))
    return [_near("r", found, -0.36, 0.12)]


@finding("O003", level="development")
def attachment_at_low_risk(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Attachment in the community, against the low-risk shares that are recalled, each within 4 points."""
    published = {"secure": 0.62, "avoidant": 0.15, "resistant": 0.09, "disorganised": 0.15}
    return [_near(name, studies.classed("community", name).mean(), share, 0.04) for name, share in published.items()]


@finding("O004", level="development")
def security_and_depression(studies: LongitudinalStudies, id: str) -> list[Target]:
    """Secure attachment after a depressive disorder: between 42 and 48 %."""
    return [Target("share", float(studies.classed("clinical", "secure").mean()), 0.45, 0.42, 0.48)]


@finding("O015", level="development")
def stability_of_sensitivity(studies: LongitudinalStudies, id: str) -> list[Target]:
    """EAS of the community at 5 and 20 months: r between .3 and .45, as is recalled."""
    found = correlation(studies.seen("community", "eas", 22), studies.seen("community", "eas", 87))
    return [Target("r", found, 0.375, 0.30, 0.45)]


@finding("O017", level="development")
def reliability_of_sensitivity(studies: LongitudinalStudies, id: str) -> list[Target]:
    """EAS of the community a week apart: r between .6 and .8, as is recalled."""
    found = correlation(studies.seen("community", "eas", 39), studies.seen("community", "eas", 40))
    return [Target("r", found, 0.7, 0.6, 0.8)]


@finding("O018", level="development")
def norms_of_sensitivity(studies: LongitudinalStudies, id: str) -> list[Target]:
    """EAS of the community at 26 weeks: mean and standard deviation, as they are recalled."""
    eas = studies.seen("community", "eas", 26)
    return [
        Target("mean", float(eas.mean()), 5.25, 5.0, 5.5),
        Target("SD", float(eas.std()), 1.0, 0.9, 1.1),
    ]


# Interaction and attachment -------------------------------------------------------------------------------------------


def _still_face(studies: LongitudinalStudies, week: int, episode: str) -> pd.DataFrame:
    """Measures of one episode of a still-face that the community plays in a week of his life, by dyad."""
    course = studies.course("community")
    session = interact(course.playing(week), STILL_FACE, studies.seed, day=week * 7, threads=studies.threads)
    measures = session.measures()
    return measures[measures["episode"] == episode].set_index("dyad")


@finding("M_repair_attach", level="development")
def repair_latency_and_insecurity(studies: LongitudinalStudies, id: str) -> Words:
    """Still-face at 24 weeks: repair latency in the reunion, infants not secure at twelve months above others."""
    latency = _still_face(studies, 24, REUNION)["mean_repair_latency"]
    secure = studies.classed("community", "secure")
    return Words((up("latency, not secure", latency[~secure], latency[secure]),))


@finding("M_cohn91", level="development")
def smiles_and_attachment(studies: LongitudinalStudies, id: str) -> Words:
    """Still-face at 26 weeks: positive engagement in it, secure above others, avoidant below."""
    positive = _still_face(studies, 26, STILL_FACE)["infant_positive"]
    secure, avoidant = (studies.classed("community", name) for name in ("secure", "avoidant"))
    return Words(
        (
            up("positive, secure", positive[secure], positive[~secure]),
            down("positive, avoidant", positive[avoidant], positive[~avoidant]),
        )
    )


@finding("M_mesman_attach", level="development")
def affect_and_attachment(studies: LongitudinalStudies, id: str) -> Words:
    """Still-face at 26 weeks: positive affect in it up and negative down where secure, positive with sensitivity (signs
    only)."""
    seen = _still_face(studies, 26, STILL_FACE)
    secure = studies.classed("community", "secure")
    negative = seen["infant_protest"] + seen["infant_withdrawn"]
    sensitivity = correlation(studies.course("community").at(26)["sensitivity"], seen["infant_positive"])
    return Words(
        (
            Part("positive (d)", cohens_d(seen["infant_positive"][secure], seen["infant_positive"][~secure]), 1, 0.0),
            Part("negative (d)", cohens_d(negative[secure], negative[~secure]), -1, 0.0),
            Part("sensitivity (r)", sensitivity, 1, 0.0),
        )
    )


@finding("M_isabella", level="development")
def synchrony_and_attachment(studies: LongitudinalStudies, id: str) -> Words:
    """Play at 13 and 39 weeks, mean of both: coordination of secure dyads above others; her negative engagement
    (intrusive) in avoidant, her absence in resistant dyads above secure ones."""
    play = [_play(studies, week) for week in (13, 39)]
    mean = (play[0] + play[1]) / 2
    secure, avoidant, resistant = (studies.classed("community", n) for n in ("secure", "avoidant", "resistant"))
    return Words(
        (
            up("coordination, secure", mean["coordination"][secure], mean["coordination"][~secure]),
            up("intrusive, avoidant", mean["intrusive"][avoidant], mean["intrusive"][secure]),
            up("absent, resistant", mean["absent"][resistant], mean["absent"][secure]),
        )
    )


def _play(studies: LongitudinalStudies, week: int) -> pd.DataFrame:
    """Measures of a free play of the community in a week of his life, by dyad, under the names of the source."""
    course = studies.course("community")
    session = interact(course.playing(week), "free-play", studies.seed, day=week * 7, threads=studies.threads)
    measures = session.measures().set_index("dyad")
    return pd.DataFrame(
        {
            "coordination": measures["match"] - measures["chance_match"],
            "intrusive": measures["mother_negative"],
            "absent": measures["mother_elsewhere"] + measures["mother_withdrawn"],
        }
    )
