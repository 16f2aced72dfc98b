"""Findings on the phone: what she says and does while she holds it, and how he takes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..theory.states import ICEP
from .agreement import Number, Part, Target, Words, correlation, down, up, within
from .registry import finding
from .session_studies import SessionStudies

_AT_HOME = "phone-at-home"
_BOUTS = "phone-play"  # she is held elsewhere, as where mothers are told to take up the phone
_LONG = 1200  # seconds to which those bouts are stretched, so that each lasts two minutes
_ELSEWHERE, _WARM = ICEP.mother_names.index("elsewhere"), [ICEP.mother_names.index(n) for n in ("vocal", "positive")]
_UPSET = ICEP.infant_names.index("protest")


def _moves(studies: SessionStudies, phone: bool) -> NDArray[np.float64]:
    """(his state, hers, his next, her next) counts at home at 4 months, with the phone in her hand or without."""
    session = studies.session(paradigm=_AT_HOME, months=4)
    return session.pooled_moves([each for each in session.episodes if each.startswith("phone") == phone])


@finding("N112", level="interaction", sets=True)
def words_with_the_phone(studies: SessionStudies, id: str) -> Number:
    """Time in which she talks or smiles to him while she has the phone over that without it, at home at 4 months."""
    shares = [
        moves.sum(axis=(0, 2, 3))[_WARM].sum() / moves.sum() for moves in (_moves(studies, at) for at in (True, False))
    ]
    return within(id, shares[0] / shares[1])


@finding("N116", level="interaction", sets=True)
def put_down_for_crying(studies: SessionStudies, id: str) -> Number:
    """Rate at which she looks up from the phone while he protests over that while he does not, at home at 4 months.
    Where she is elsewhere with the phone in hand, it is put down when she looks up."""
    elsewhere = _moves(studies, phone=True)[:, _ELSEWHERE].sum(axis=1)  # (his state, her next)
    leaves = elsewhere.sum(axis=1) - elsewhere[:, _ELSEWHERE]
    crying = np.arange(len(leaves)) == _UPSET
    rates = [leaves[who].sum() / elsewhere[who].sum() for who in (crying, ~crying)]
    return within(id, rates[0] / rates[1])


@finding("N119", level="interaction", sets=True)
def bids_unanswered(studies: SessionStudies, id: str) -> Target:
    """Odds that she answers his smile or protest within a second by talk or a smile while her attention is on the
    phone, over those while it is not, at home at 4 months; within a range of two each way about a fifth."""
    moves = _moves(studies, phone=True) + _moves(studies, phone=False)
    bids = [ICEP.infant_names.index(state) for state in ("positive", "protest")]
    odds = []
    for away in (True, False):
        where = [m for m in range(len(ICEP.mother_names)) if (m == _ELSEWHERE) == away and m not in _WARM]
        there = moves[bids][:, where].sum(axis=(0, 1, 2))
        answered = there[_WARM].sum()
        odds.append(answered / (there.sum() - answered))
    return Target("odds ratio", float(odds[0] / odds[1]), 0.2, 0.1, 0.4, ratio=True)


@finding("N040", level="interaction", sets=True)
def phone_at_three_ages(studies: SessionStudies, id: str) -> Words:
    """A bout of the phone of two minutes, as in the study, against the play before it, at 6, 9 and 12 months: protest
    up, looking and smiles down."""
    parts = []
    for months in (6, 9, 12):
        play, phone = (studies.measures("community", _BOUTS, months, each, seconds=_LONG) for each in ("play", "phone"))
        parts += [
            up(f"protest, {months} months", phone["infant_protest"], play["infant_protest"]),
            down(f"smiles, {months} months", phone["infant_positive"], play["infant_positive"]),
            down(f"looking, {months} months", phone["infant_monitor"], play["infant_monitor"]),
        ]
    return Words.of(parts)


@finding("N124", level="interaction", sets=True)
def not_fully_back(studies: SessionStudies, id: str) -> Words:
    """A bout of the phone of two minutes at 6 months: smiles fall and negative affect rises, and in the play after it
    they are not back. That older ones are more negative is looked for at 12 against 6 months."""
    six = {each: studies.measures("community", _BOUTS, 6, each, seconds=_LONG) for each in ("play", "phone", "play 2")}
    older = studies.measures("community", _BOUTS, 12, "phone", seconds=_LONG)["infant_negative_affect"]
    return Words(
        (
            down("smiles, phone", six["phone"]["infant_positive"], six["play"]["infant_positive"]),
            up("negative, phone", six["phone"]["infant_negative_affect"], six["play"]["infant_negative_affect"]),
            up("negative after it", six["play 2"]["infant_negative_affect"], six["play"]["infant_negative_affect"]),
            Part(
                "negative, 12 less 6 months (share)",
                float(older.mean() - six["phone"]["infant_negative_affect"].mean()),
                1,
                0,
            ),
        )
    )


@finding("N114", level="interaction")
def crying_with_the_phone(studies: SessionStudies, id: str) -> Number:
    """Share of time that he protests while she has the phone over that without it, at home at 4 months, mean over
    dyads. The procedure says when she takes it up, so that mothers wait until he is calm is not put in."""
    session = studies.session(paradigm=_AT_HOME, months=4)
    cells, phone = session.time_in_cells(), np.array([each.startswith("phone") for each in session.episodes])
    on, off = (cells[:, at].sum(axis=(1, 3)) for at in (phone, ~phone))
    share_on, share_off = (each[:, _UPSET] / each.sum(axis=1) for each in (on, off))
    cries = share_off > 0
    return within(id, (share_on[cries] / share_off[cries]).mean())


@finding("N115", level="interaction")
def taken_up_whatever_he_does(studies: SessionStudies, id: str) -> Number:
    """Rate at which her attention goes to the phone in her hand while he protests over that while he does not, at home
    at 4 months; within the interval of the row's note."""
    moves = _moves(studies, phone=True)
    there = np.delete(moves, _ELSEWHERE, axis=1).sum(axis=(1, 2))  # (his state, her next)
    crying = np.arange(len(there)) == _UPSET
    rates = [there[who, _ELSEWHERE].sum() / there[who].sum() for who in (crying, ~crying)]
    return Number(float(rates[0] / rates[1]), 0.84, 1.30, 1.05)


@finding("N118", level="interaction")
def words_with_the_phone_adjusted(studies: SessionStudies, id: str) -> Number:
    """Time in which she talks or smiles to him while she has the phone against that without it, at home at 4 months, in
    per cent more; within 16 points, as wide as the interval of the raw ratio (N112). That it depends on the length of a
    bout is left open by the row."""
    change = 100 * (words_with_the_phone(studies, "N112").value - 1)
    return Number(change, -32.0, 0.0, -16.0)


@finding("N127", level="interaction")
def habits_and_parenting(studies: SessionStudies, id: str) -> Words:
    """Her distraction as a trait, and her talk, her smiles and how fittingly she answers in play at 6 months (r): weak
    (below .2)."""
    seen, distraction = studies.measures(months=6), studies.traits()["distraction"]
    parenting = (("talk", "mother_vocal"), ("smiles", "mother_positive"), ("fit", "answered"))
    return Words.of(Part(f"{says} (r)", correlation(distraction, seen[of]), 0, 0.2) for says, of in parenting)
