"""Findings on match, repair, gaze, smiles and contingency, and arithmetic on calibrate rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..theory.evidence import row
from ..theory.rules import MONTH
from ..theory.states import ICEP, LOOKING
from .agreement import Number, Part, Words, absent, down, ratio, up
from .registry import finding
from .session_studies import EPISODES, STILL_FACE, SessionStudies

_LOOKS = np.isin(ICEP.infant_names, LOOKING)
_LOOKED_AT = np.isin(ICEP.mother_names, ["negative", "neutral", "vocal", "positive"])
_MUTUAL_GAZE = np.outer(_LOOKS, _LOOKED_AT)
_LOOSE = 0.25  # how near, relative, a number without a published interval must come


# Arithmetic on calibrate rows --------------------------------------------------------------------------------------


_BOUTS = {
    "M_haz_inf_monitor_exit": "infant_monitor_bout",
    "M_haz_inf_pos_exit": "infant_positive_bout",
    "M_haz_inf_obj_exit": "infant_object_bout",
    "M_haz_inf_pro_exit": "infant_protest_bout",
    "M_haz_cg_pos_exit": "mother_positive_bout",
}


@finding(*_BOUTS, level="interaction")
def exit_hazard(studies: SessionStudies, id: str) -> Number:
    """One over the mean bout, pooled over the still-face session."""
    return Number.near(1 / studies.session(paradigm=STILL_FACE).pooled_measures()[_BOUTS[id]], row(id).number, 0.10)


@finding("M_rate_joint_ceiling", level="interaction")
def joint_changes(studies: SessionStudies, id: str) -> Number:
    """Changes of the joint state a minute in play and reunion, which may not exceed the two partners' bouts."""
    session = studies.session(paradigm=STILL_FACE)
    transitions = session.pooled_moves(["play", "reunion"])
    stays = np.einsum("imim->", transitions)
    ceiling = row(id).number
    return Number(float(60 * (1 - stays / transitions.sum())), 0.0, ceiling, ceiling)


def _chance(studies: SessionStudies, with_object: bool) -> float:
    """Chance match as the row reckons it: infant shares of the whole session, her shares in play and reunion."""
    session = studies.session(paradigm=STILL_FACE)
    his, hers = session.pooled_measures(), session.pooled_measures(["play", "reunion"])
    watching = hers["mother_neutral"] + hers["mother_vocal"]
    looking = his["infant_monitor"] + with_object * his["infant_object"]
    return float(his["infant_positive"] * hers["mother_positive"] + looking * watching)


@finding("M_chance_match_strict", level="interaction")
def chance_strict(studies: SessionStudies, id: str) -> Number:
    """Infant shares of the whole session by her shares in play and reunion, strict scheme."""
    return Number.near(_chance(studies, with_object=False), row(id).number, 0.10)


@finding("M_chance_match_incl_object", level="interaction")
def chance_with_object(studies: SessionStudies, id: str) -> Number:
    """Infant shares of the whole session by her shares in play and reunion, strict scheme, with object engagement while
    she watches counted as match."""
    return Number.near(_chance(studies, with_object=True), row(id).number, 0.10)


# Match and repair --------------------------------------------------------------------------------------------------


@finding("M_match_30", level="interaction")
def match_share(studies: SessionStudies, id: str) -> Number:
    """Share of free play matched (strict scheme), mean of 3, 6 and 9 months, within 25 %."""
    return Number.near(sum(studies.measures(months=months)["match"].mean() for months in (3, 6, 9)) / 3, 0.30, _LOOSE)


@finding("M_match_age", level="interaction")
def match_by_age(studies: SessionStudies, id: str) -> Words:
    """Match above chance (strict) in free play at 3, 6 and 9 months; small: less than half of the time matched."""
    three, six, nine = (studies.measures(months=months) for months in (3, 6, 9))
    return Words(
        (
            up("3 to 6 months", six["above_chance"], three["above_chance"]),
            up("6 to 9 months", nine["above_chance"], six["above_chance"]),
            Part("share matched at 9 months, less one half", nine["match"].mean() - 0.5, -1, 0.0),
        )
    )


@finding("M_repair_every_s", level="interaction")
def time_between_repairs(studies: SessionStudies, id: str) -> Number:
    """Seconds from one repair to the next in free play at six months (strict scheme)."""
    return Number(60 / studies.session(months=6).pooled_measures()["repairs_per_min"], 3.0, 5.0)


@finding("M_repair_next_step", level="interaction")
def repaired_at_once(studies: SessionStudies, id: str) -> Number:
    """Share (%) of mismatches that the next second repairs, free play at six months (strict scheme), within 25 %."""
    curve = studies.session(months=6).repair_survival()["survival"]
    return Number.near(100 * (1 - curve.iloc[0]), 34.0, _LOOSE)


@finding("M_noe_monotone", level="interaction")
def matching_and_later_affect(studies: SessionStudies, id: str) -> Words:
    """Thirds of dyads by their match in play: infant affect in still-face and reunion, third by third."""
    play = studies.measures(paradigm=STILL_FACE, months=4)["match"]
    third = np.digitize(play, np.quantile(play, [1 / 3, 2 / 3]))
    parts = []
    for episode in EPISODES[1:]:
        later = studies.measures(paradigm=STILL_FACE, months=4, episode=episode)
        for low, high in ((0, 1), (1, 2)):
            step = f"{episode}, third {high + 1} against {low + 1}:"
            less, more = later[third == low], later[third == high]
            parts.append(up(f"{step} positive", more["infant_positive"], less["infant_positive"]))
            parts.append(down(f"{step} negative", more["infant_negative_affect"], less["infant_negative_affect"]))
    return Words.of(parts)


@finding("M_repair_anxiety", level="interaction")
def repair_and_anxiety(studies: SessionStudies, id: str) -> Words:
    """Median repair latency of each dyad (Kaplan-Meier, where reached) in the reunion at 3.5 months, anxious against
    community; seen by 19 and 27."""
    anxious, others = (
        studies.measures(group, STILL_FACE, 3.5, "reunion")["median_repair_latency"]
        for group in ("anxious", "community")
    )
    return Words((absent("latency, anxious", anxious, others, (19, 27)),))


# Gaze, smiles, contingency -----------------------------------------------------------------------------------------


def _transitions(studies: SessionStudies, months: float) -> NDArray[np.float64]:
    """(his state, hers, his next, her next) counts of free play at an age, over all dyads."""
    return studies.session(months=months).pooled_moves()


def _gaze_turns(transitions: NDArray[np.float64], partner: str, looked_at: bool) -> tuple[float, float]:
    """Chances of starting and of stopping to look within a second, when the other does or does not look."""
    # The partner's states first, and which states of the two are looking.
    theirs = transitions if partner == "infant" else transitions.transpose(1, 0, 3, 2)
    looks, other = (_LOOKS, _LOOKED_AT) if partner == "infant" else (_LOOKED_AT, _LOOKS)
    away, at = theirs[~looks][:, other == looked_at], theirs[looks][:, other == looked_at]
    return float(away[:, :, looks].sum() / away.sum()), float(at[:, :, ~looks].sum() / at.sum())


@finding("M_messer_gaze", level="interaction")
def gaze_draws_gaze(studies: SessionStudies, id: str) -> Words:
    """Log ratio of starting, and of stopping, to look when looked at or not; at 10, 26 and 54 weeks."""
    parts, pull = [], {}
    for weeks in (10, 26, 54):
        transitions = _transitions(studies, weeks / MONTH)
        for who in ("infant", "mother"):
            (start, stop), (start_alone, stop_alone) = (_gaze_turns(transitions, who, at) for at in (True, False))
            pull[weeks, who] = start / start_alone
            parts.append(ratio(f"{who} starts, {weeks} weeks", start, start_alone, 1))
            parts.append(ratio(f"{who} stops, {weeks} weeks", stop, stop_alone, -1))
    fades = [
        ratio(f"{who}'s pull to start, 54 to 10 weeks", pull[54, who], pull[10, who], -1)
        for who in ("infant", "mother")
    ]
    return Words.of([*parts, *fades])


@finding("M_mutualgaze_lead", level="interaction")
def gaze_then_smile(studies: SessionStudies, id: str) -> Words:
    """Log ratio of a smile in the second after mutual gaze against one after none, at 4 months, from a neutral face."""
    # From his neutral face: by her state, how often it is followed by a smile of his.
    neutral = _transitions(studies, 4)[ICEP.infant_names.index("monitor")]
    smiles = neutral[:, ICEP.infant_names.index("positive")].sum(axis=1) / neutral.sum(axis=(1, 2))
    after = np.average(smiles[_LOOKED_AT], weights=neutral.sum(axis=(1, 2))[_LOOKED_AT])
    without = np.average(smiles[~_LOOKED_AT], weights=neutral.sum(axis=(1, 2))[~_LOOKED_AT])
    return Words((ratio("smile after mutual gaze", float(after), float(without), 1),))


def _mutual_gaze(studies: SessionStudies, months: float, turn: int) -> float:
    """Share of mutual gaze that the infant begins (turn 1) or ends (turn -1), where one of the two alone did it."""
    transitions = _transitions(studies, months)
    # An end is a beginning in reversed time: from both looking, back to one of them alone.
    joint = transitions if turn == 1 else transitions.transpose(2, 3, 0, 1)
    into = joint[:, :, _LOOKS][:, :, :, _LOOKED_AT].sum(axis=(2, 3))
    by_infant, by_mother = into[~_LOOKS][:, _LOOKED_AT].sum(), into[_LOOKS][:, ~_LOOKED_AT].sum()
    return float(by_infant / (by_infant + by_mother))


@finding("M_stern_94", level="interaction")
def infant_leads_gaze(studies: SessionStudies, id: str) -> Number:
    """Per cent of mutual gaze that the infant begins and ends (shares multiplied) in free play at 3.5 months, within
    5 points."""
    share = 100 * _mutual_gaze(studies, 3.5, 1) * _mutual_gaze(studies, 3.5, -1)
    return Number(share, 89.0, 99.0, 94.0)


@finding("M_ec_init", level="interaction")
def eye_contact_begun(studies: SessionStudies, id: str) -> Number:
    """Share of mutual gaze that the infant begins, free play at 12 months, within 25 %."""
    return Number.near(_mutual_gaze(studies, 12, 1), 0.516, _LOOSE)


@finding("M_ec_bout", level="interaction")
def eye_contact_bout(studies: SessionStudies, id: str) -> Number:
    """Mean bout of mutual gaze (s) in free play at 12 months; seconds are the model's finest grain. Within 25 %."""
    gaze = studies.session(months=12).pooled_measures(scheme=_MUTUAL_GAZE)
    return Number.near(60 * gaze["match"] / gaze["ruptures_per_min"], 1.22, _LOOSE)


@finding("M_ec_gap", level="interaction")
def eye_contact_gap(studies: SessionStudies, id: str) -> Number:
    """Median gap between bouts of mutual gaze (s), free play of half an hour at 12 months, within 25 %."""
    long = studies.session(months=12, seconds=1800)
    return Number.near(long.pooled_measures(scheme=_MUTUAL_GAZE)["median_repair_latency"], 21.5, _LOOSE)


@finding("M_smile_rates", level="interaction")
def smile_rates(studies: SessionStudies, id: str) -> Words:
    """Smiles a second in free play at 4 and 8 months: onset when neither smiles, offset, and answering a smile."""
    four, eight = (_transitions(studies, months) for months in (4, 8))
    infant, mother = _smiles(four, (0, 1)), _smiles(four, (1, 0))
    parts = [
        ratio(f"infant to mother, {what}", infant[what], mother[what], sign)
        for what, sign in (("onset", -1), ("offset", 1), ("answer", -1))
    ]
    grown = ratio("8 to 4 months, infant onset", _smiles(eight, (0, 1))["onset"], infant["onset"], 1)
    return Words.of([*parts, grown])


def _smiles(transitions: NDArray[np.float64], order: tuple[int, int]) -> dict[str, float]:
    """A partner's chance of a smile to begin alone, to end, and to answer the other's.

    Parameters
    ----------
    transitions : (his state, hers, his next, her next) counts.
    order : the partner's place, then the other's: (0, 1) of the infant, (1, 0) of the mother.
    """
    # The partner's states first, and which state of each is a smile.
    theirs = transitions.transpose(*order, *(2 + n for n in order))
    names = ICEP.infant_names, ICEP.mother_names
    smile, other = (np.array(names[n]) == "positive" for n in order)
    onset, answer, going_on = theirs[~smile][:, ~other], theirs[~smile][:, other], theirs[smile]
    return {
        "onset": float(onset[:, :, smile].sum() / onset.sum()),
        "answer": float(answer[:, :, smile].sum() / answer.sum()),
        "offset": float(1 - going_on[:, :, smile].sum() / going_on.sum()),
    }


@finding("M_cohn_tronick_87", level="interaction")
def who_smiles_first(studies: SessionStudies, id: str) -> Words:
    """Joint smiles that one of the two began alone: the infant's share above one half, at 3, 6 and 9 months."""
    parts = []
    his, hers = ICEP.infant_names.index("positive"), ICEP.mother_names.index("positive")
    for months, sign in ((3, -1), (6, -1), (9, 1)):
        into = _transitions(studies, months)[:, :, his, hers]
        # Before both smiled, he did, or she did; not both already.
        infant_first, mother_first = into[his].sum() - into[his, hers], into[:, hers].sum() - into[his, hers]
        parts.append(Part(f"{months} months", float(infant_first / (infant_first + mother_first)) - 0.5, sign, 0.02))
    return Words.of(parts)


@finding("M_feldman99", level="interaction")
def who_follows(studies: SessionStudies, id: str) -> Words:
    """Interactive contingency at 3 months: hers above his (he leads, she follows); at 9 months both above zero."""
    three, nine = studies.measures(months=3), studies.measures(months=9)
    hers, his = "mother_interactive_contingency", "infant_interactive_contingency"
    return Words(
        (
            up("3 months: hers against his", three[hers], three[his]),
            Part("9 months: hers", nine[hers].mean(), 1, 0.02),
            Part("9 months: his", nine[his].mean(), 1, 0.02),
        )
    )


@finding("M_kaye_fogel", level="interaction")
def gaze_by_age(studies: SessionStudies, id: str) -> Words:
    """Per cent of play in which he looks at her face, at 6 and 26 weeks, each within 25 %."""
    early, late = (100 * studies.measures(months=weeks / MONTH)["infant_gaze"].mean() for weeks in (6, 26))
    return Words(
        tuple(
            Part(f"{weeks} weeks, less the published {target}:", value - target, 0, _LOOSE * target)
            for weeks, value, target in ((6, early, 70), (26, late, 33))
        )
    )
