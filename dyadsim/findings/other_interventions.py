"""Findings on therapies for the mother, groups, couples, and programmes for everyone or around the birth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import d_of_odds, odds_ratio, told_from_none
from ..development.course import Course
from .agreement import NEAR_RATIO, Number, Part, Words, visible, within
from .programme_trials import ProgrammeTrials, epds_of
from .registry import finding

_MOST = 2 / 3


# Therapies for the mother ---------------------------------------------------------------------------------------------


@finding("I033", level="interventions")
def therapy_for_her(trials: ProgrammeTrials, id: str) -> Number:
    """cognitive-behavioural-therapy: EPDS at the end, how much lower (the row lent its size to another entry)."""
    return within(id, -trials.d("cognitive-behavioural-therapy", "epds"))


@finding("I040", level="interventions")
def therapy_and_interaction(trials: ProgrammeTrials, id: str) -> Number:
    """cognitive-behavioural-therapy, interpersonal-psychotherapy: mean EAS at the end."""
    names = ("cognitive-behavioural-therapy", "interpersonal-psychotherapy")
    return within(id, np.mean([trials.d(name, "eas") for name in names]))


# Attachment-based programmes ------------------------------------------------------------------------------------------


@finding("I022", level="interventions")
def circle_of_security(trials: ProgrammeTrials, id: str) -> Number:
    """circle-of-security: secure at twelve months (odds as d)."""
    return within(id, d_of_odds(odds_ratio(*trials.classed("circle-of-security", "secure"))))


@finding("I026", level="interventions")
def circle_of_security_trial(trials: ProgrammeTrials, id: str) -> Words:
    """circle-of-security: no difference in secure attachment (odds as d) that 75 and 66 could tell, but in EAS."""
    secure = d_of_odds(odds_ratio(*trials.classed("circle-of-security", "secure")))
    return Words(
        (
            Part("secure (d)", secure, 0, told_from_none(75, 66)),
            visible("EAS", trials.d("circle-of-security", "eas"), +1),
        )
    )


@finding("I027", "I028", level="interventions")
def catch_up(trials: ProgrammeTrials, id: str) -> Number:
    """attachment-and-biobehavioural-catch-up: not disorganised (I027), secure (I028) at twelve months (odds as d)."""
    kind, sign = ("disorganised", -1) if id == "I027" else ("secure", +1)
    ratio = odds_ratio(*trials.classed("attachment-and-biobehavioural-catch-up", kind))
    return within(id, sign * d_of_odds(ratio))


@finding("I029", level="interventions")
def minding_the_baby(trials: ProgrammeTrials, id: str) -> Words:
    """minding-the-baby: secure and disorganised at twelve months (odds as d)."""
    secure, disorganised = (
        d_of_odds(odds_ratio(*trials.classed("minding-the-baby", kind))) for kind in ("secure", "disorganised")
    )
    return Words((visible("secure", secure, +1), visible("disorganised", disorganised, -1)))


# Around the birth -----------------------------------------------------------------------------------------------------


@finding("I042", level="interventions")
def massage(trials: ProgrammeTrials, id: str) -> Number:
    """infant-massage with depressed mothers: EAS at the end."""
    return within(id, trials.d("infant-massage", "eas", population="depressed"))


@finding("I053", level="interventions")
def triple_p(trials: ProgrammeTrials, id: str) -> Words:
    """triple-p-baby with depressed mothers: no difference that 27 could tell in EPDS, bonding and EAS at the end."""
    limit = told_from_none(14, 13)
    scales = ("epds", "bonding-problems", "eas")
    found = {scale: trials.d("triple-p-baby", scale, population="depressed") for scale in scales}
    return Words(tuple(Part(f"{scale} (d)", d, 0, limit) for scale, d in found.items()))


@finding("I056", level="interventions")
def transaction_program(trials: ProgrammeTrials, id: str) -> Words:
    """modified-mitp: match above chance and his positive engagement at play, mean of the last quarter of the year."""
    found = {name: trials.d_of_play("modified-mitp", name, 23, 13) for name in ("coordination", "positive_engagement")}
    return Words(tuple(visible(name.replace("_", " "), d, +1) for name, d in found.items()))


# Groups ---------------------------------------------------------------------------------------------------------------


@finding("I061", level="interventions")
def mom_power(trials: ProgrammeTrials, id: str) -> Number:
    """mom-power, mothers who stayed: odds of a positive EPDS 13 weeks after the end."""
    found = trials.positive("mom-power", "epds", after=13, who=_stayed)
    return within(id, odds_ratio(*found), near=NEAR_RATIO, ratio=True)


@finding("I062", level="interventions")
def mom_power_by_dose(trials: ProgrammeTrials, id: str) -> Words:
    """mom-power: EPDS at the end of those who came to 70 % of the meetings, and of those who did not."""
    came, did_not = (trials.d("mom-power", "epds", who=_came(most)) for most in (True, False))
    return Words((visible("completers", came, -1), Part("others (d)", did_not, 0, 0.1)))


def _stayed(one: Course, other: Course) -> pd.Series:
    """Whether a mother stayed to the end of the treated course, by dyad."""
    return one.attended().set_index("dyad")["left_week"].isna()


def _came(most: bool) -> object:
    """Function that chooses the dyads who came to 70 % of the planned sessions (``most``), or those who did not."""

    def chosen(one: Course, other: Course) -> pd.Series:
        planned = one.development.treatments[0].offered.dose.sessions
        return (one.attended().set_index("dyad")["sessions"] >= 0.7 * planned) == most

    return chosen


@finding("I070", level="interventions")
def peers(trials: ProgrammeTrials, id: str) -> Number:
    """peer-support: EPDS at the end."""
    return within(id, trials.d("peer-support", "epds"))


@finding("I071", level="interventions")
def peers_and_support(trials: ProgrammeTrials, id: str) -> Words:
    """peer-support: perceived support at the end (no difference) and 13 weeks later (more)."""
    then, later = (trials.d("peer-support", "support-scale", after=weeks) for weeks in (0, 13))
    return Words((Part("support at the end (d)", then, 0, 0.1), visible("support later", later, +1)))


@finding("I072", level="interventions")
def singing(trials: ProgrammeTrials, id: str) -> Words:
    """music-and-singing-group, EPDS of 10 or more at the start: no difference at the end that 45 a group could tell;
    EPDS of 13 or more: fewer symptoms, and more so than in the others."""
    name = "music-and-singing-group"
    everyone, severe, others = (trials.d(name, "epds", who=epds_of(*ends)) for ends in ((10, 31), (13, 31), (10, 13)))
    return Words(
        (
            Part("all (d)", everyone, 0, told_from_none(45, 45)),
            visible("moderate to severe", severe, -1),
            Part("more if severe (d)", severe - others, -1, 0.05),
        )
    )


# Couples --------------------------------------------------------------------------------------------------------------


@finding("I066", level="interventions")
def family_foundations(trials: ProgrammeTrials, id: str) -> Words:
    """family-foundations: more than two-thirds of eight measures better at the end; couple still better 26 weeks later.
    (That it does more at higher risk, this row put in.)"""
    name = "family-foundations"
    scales = {
        "couple-scale": 1,
        "support-scale": 1,
        "self-efficacy-scale": 1,
        "eas": 1,
        "epds": -1,
        "anxiety-scale": -1,
    }
    scales |= {"parenting-stress": -1, "bonding-problems": -1}
    better = np.mean([sign * trials.d(name, scale) > 0 for scale, sign in scales.items()])
    return Words(
        (
            Part("share of measures better, less two thirds", float(better) - _MOST, +1, 0.0),
            visible("couple later", trials.d(name, "couple-scale", after=26), +1),
        )
    )
