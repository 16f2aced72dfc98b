"""Findings on work with mother and infant together: video feedback and psychotherapies."""

from __future__ import annotations

from ..common.effect_size import cohens_d, d_of_odds, odds_ratio, r_of_d, told_from_none
from ..development.recovery import ILL_FROM
from ..scenarios.comparison import seen_shares
from .agreement import NEAR_RATIO, Number, Part, Words, visible, within
from .programme_trials import ProgrammeTrials, epds_of
from .registry import finding

_NEAR_R = 0.04
_SKIPPI_SD = 6.9  # points of the scale of child symptoms, residual (T009)

# Video feedback -------------------------------------------------------------------------------------------------------


@finding("I008", level="interventions")
def video_feedback_attachment(trials: ProgrammeTrials, id: str) -> Number:
    """video-feedback: odds of secure attachment at twelve months, as raters see it."""
    return within(id, odds_ratio(*trials.classed("video-feedback", "secure")))


@finding("I009", level="interventions")
def video_feedback_stress(trials: ProgrammeTrials, id: str) -> Number:
    """video-feedback: parenting stress at the end."""
    return within(id, trials.d("video-feedback", "parenting-stress"))


@finding("I010", level="interventions")
def video_feedback_behaviour(trials: ProgrammeTrials, id: str) -> Number:
    """video-feedback: regulatory symptoms (for child behaviour) at the end."""
    return within(id, trials.d("video-feedback", "regulatory-symptoms"))


@finding("I011", level="interventions")
def vipp(trials: ProgrammeTrials, id: str) -> Number:
    """video-feedback (VIPP-SD): EAS at the end, as a correlation, within .04."""
    return within(id, r_of_d(trials.d("video-feedback", "eas")), near=_NEAR_R)


@finding("I014", level="interventions")
def marte_meo(trials: ProgrammeTrials, id: str) -> Number:
    """marte-meo: EAS (for the CARE-Index) at the end."""
    return within(id, trials.d("marte-meo", "eas"))


@finding("I015", level="interventions")
def marte_meo_synchrony(trials: ProgrammeTrials, id: str) -> Number:
    """marte-meo: match above chance (for dyadic synchrony) in the four weeks after the end."""
    return within(id, trials.d_of_play("marte-meo", "coordination", 0, 4))


@finding("T018", level="interventions")
def vipi(trials: ProgrammeTrials, id: str) -> Words:
    """marte-meo: EAS at the end; more where the EPDS was 10 or more at the start; regulatory symptoms (for
    socio-emotional difficulties) and EPDS 26 weeks later."""
    sad, others = (trials.d("marte-meo", "eas", who=epds_of(low, high)) for low, high in ((10, 31), (0, 10)))
    return Words(
        (
            visible("EAS", trials.d("marte-meo", "eas"), +1),
            Part("more if depressed (d)", sad - others, +1, 0.05),
            visible("regulatory symptoms, 6 months", trials.d("marte-meo", "regulatory-symptoms", 26), -1),
            visible("EPDS", trials.d("marte-meo", "epds"), -1),
        )
    )


@finding("T019", level="interventions")
def mother_baby(trials: ProgrammeTrials, id: str) -> Words:
    """parent-baby-intervention: EAS, odds of secure attachment (as d), no difference in EPDS that 71 could tell."""
    name = "parent-baby-intervention"
    secure = d_of_odds(odds_ratio(*trials.classed(name, "secure")))
    return Words(
        (
            visible("EAS", trials.d(name, "eas"), +1),
            visible("secure", secure, +1),
            Part("EPDS (d)", trials.d(name, "epds"), 0, told_from_none(35.5, 35.5)),
        )
    )


@finding("I063", "I064", level="interventions")
def promoting_first_relationships(trials: ProgrammeTrials, id: str) -> Number:
    """promoting-first-relationships: EAS at the end (I064: 26 weeks later)."""
    return within(id, trials.d("promoting-first-relationships", "eas", after=26 if id == "I064" else 0))


# Psychotherapies ------------------------------------------------------------------------------------------------------


@finding("I017", "I018", level="interventions")
def psychotherapy_attachment(trials: ProgrammeTrials, id: str) -> Number:
    """parent-infant-psychotherapy: ratio of shares at twelve months, secure (I017), disorganised (I018)."""
    one, other = trials.classed("parent-infant-psychotherapy", "secure" if id == "I017" else "disorganised")
    return within(id, one / other)


@finding("I021", level="interventions")
def reflective_disorganised(trials: ProgrammeTrials, id: str) -> Number:
    """minding-the-baby: ratio of shares disorganised at twelve months."""
    one, other = trials.classed("minding-the-baby", "disorganised")
    return within(id, one / other)


@finding("I019", level="interventions")
def psychotherapy_depression(trials: ProgrammeTrials, id: str) -> Number:
    """parent-infant-psychotherapy: ratio of shares with a positive EPDS at the end."""
    one, other = trials.positive("parent-infant-psychotherapy", "epds")
    return within(id, one / other)


@finding("T001", level="interventions")
def skippi_sensitivity(trials: ProgrammeTrials, id: str) -> Number:
    """pip-f against care-as-usual from week 13, postpartum-disorder: EAS points at six weeks."""
    return within(id, trials.points("pip-f", "care-as-usual", "eas", "postpartum-disorder", 13))


@finding("T002", level="interventions")
def skippi_symptoms(trials: ProgrammeTrials, id: str) -> Number:
    """pip-f against care-as-usual from week 13, postpartum-disorder: EPDS points at six weeks (the trial's scale has
    points of about the same size: residual SD 3.8)."""
    return within(id, trials.points("pip-f", "care-as-usual", "epds", "postpartum-disorder", 13))


@finding("T003", level="interventions")
def skippi_child(trials: ProgrammeTrials, id: str) -> Number:
    """pip-f against care-as-usual from week 13, postpartum-disorder: regulatory symptoms at six weeks, as d times the
    trial's residual SD of 6.9 points (T009)."""
    one, other = (trials.arms(name, 19, "postpartum-disorder", 13)[0] for name in ("pip-f", "care-as-usual"))
    seen = (course.observe("regulatory-symptoms", 19)[19] for course in (one, other))
    return within(id, cohens_d(*seen) * _SKIPPI_SD)


@finding("T004", level="interventions")
def skippi_attachment(trials: ProgrammeTrials, id: str) -> Number:
    """pip-f against care-as-usual from week 13, postpartum-disorder: odds of secure attachment at twelve months of his
    life."""
    one, other = (trials.arms(name, 52, "postpartum-disorder", 13)[0] for name in ("pip-f", "care-as-usual"))
    return within(id, odds_ratio(seen_shares(one)["secure"], seen_shares(other)["secure"]))


@finding("T005", level="interventions")
def skippi_severe(trials: ProgrammeTrials, id: str) -> Words:
    """pip-f, EPDS of 13 or more at the start: EAS and reflective functioning 34 weeks after the end, and that they gain
    more than the others."""
    severe, others = epds_of(ILL_FROM, 31), epds_of(0, ILL_FROM)
    parts = []
    for scale in ("eas", "reflective-functioning"):
        d = trials.d("pip-f", scale, 34, who=severe)
        parts += [
            visible(scale, d, +1),
            Part("more if severe (d)", d - trials.d("pip-f", scale, 34, who=others), +1, 0.05),
        ]
    return Words(tuple(parts))


@finding("T024", level="interventions")
def toddler_parent(trials: ProgrammeTrials, id: str) -> Number:
    """infant-parent-psychotherapy: odds of secure attachment at twelve months (67.4 against 16.7 % at 36)."""
    return within(
        id,
        odds_ratio(*trials.classed("infant-parent-psychotherapy", "secure")),
        odds_ratio(0.674, 0.167),
        NEAR_RATIO,
        ratio=True,
    )


@finding("I030", level="interventions")
def watch_wait_wonder(trials: ProgrammeTrials, id: str) -> Words:
    """watch-wait-and-wonder against parent-infant-psychotherapy from week 26: secure at twelve months (odds as d). (The
    signs of depression and competence, this row put in.)"""
    group, names = "postpartum-disorder", ("watch-wait-and-wonder", "parent-infant-psychotherapy")
    one, two = (trials.arms(name, 52, group, 26)[0] for name in names)
    return Words(
        (visible("secure", d_of_odds(odds_ratio(seen_shares(one)["secure"], seen_shares(two)["secure"])), +1),)
    )
