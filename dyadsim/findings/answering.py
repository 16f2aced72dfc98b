"""Findings on being answered: what her sensitivity, her contingency and his being answered go with in the seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import trait_normals
from ..measurement.session import Session
from ..theory.rules import FITTING
from ..theory.states import DISTRESSED, ICEP, LOOKING
from .agreement import Number, Part, Target, Words, correlation, goes_with, interval_of_r, published
from .registry import finding
from .session_studies import EPISODES, STILL_FACE, SessionStudies

__all__ = ["rated"]

_HOUR = 3000  # seconds of the long home visits, fifty minutes
_UPSET = np.isin(ICEP.infant_names, DISTRESSED)
_LOOKS = np.isin(ICEP.infant_names, LOOKING)
_RATER = 0.66  # agreement of one rater of sensitivity with the next (ICC, N157)


def rated(studies: SessionStudies, population: str = "community") -> NDArray[np.float64]:
    """Sensitivity (dyads,) as one rater sees it, with an error of the size that agreement between raters (N157) tells.

    Parameters
    ----------
    studies : whose dyads are rated.
    population : of the dyads.
    """
    true = studies.traits(population)["sensitivity"]
    error = trait_normals(studies.seed, np.arange(studies.dyads), "rater of sensitivity")
    return np.asarray(true + np.sqrt(1 / _RATER - 1) * error, dtype=np.float64)


def _fit_where(session: Session, episodes: list[int], upset: bool) -> NDArray[np.float64]:
    """How fittingly (dyads,) she answers in some episodes while he is upset, or while he is not; NaN where he never
    is."""
    cells = session.time_in_cells()[:, episodes].sum(axis=1)
    there = cells * np.equal(_UPSET, upset)[:, None]
    with np.errstate(invalid="ignore"):
        return np.asarray((there * FITTING.T).sum(axis=(1, 2)) / there.sum(axis=(1, 2)), dtype=np.float64)


def _in_both_contexts(studies: SessionStudies) -> NDArray[np.float64]:
    """How fittingly she answers (2, dyads): at play at home, and his distress in the still-face procedure, at 6
    months."""
    play = _fit_where(studies.session(months=6, seconds=600), [0], upset=False)
    still = _fit_where(studies.session(paradigm=STILL_FACE, months=6), [0, 2], upset=True)
    seen = np.stack([play, still])
    return seen[:, np.isfinite(seen).all(axis=0)]


@finding("N001", level="interaction", sets=True)
def sensitivity_in_two_settings(studies: SessionStudies, id: str) -> Target:
    """How fittingly she answers him at play at home (10 minutes), and his distress in the still-face procedure (play
    and reunion), at 6 months: r over dyads."""
    return published(id, correlation(*_in_both_contexts(studies)), "r")


@finding("N025", level="interaction", sets=True)
def sensitivity_to_distress(studies: SessionStudies, id: str) -> Number:
    """Share of variance that answering his distress shares with answering him at play, at 6 months (an hour in each of
    them, so that luck is small): less than a half."""
    session = studies.session(months=6, seconds=_HOUR)
    seen = np.stack([_fit_where(session, [0], upset) for upset in (False, True)])
    known = np.isfinite(seen).all(axis=0)
    return Number(correlation(*seen[:, known]) ** 2, 0.0, 0.5)


@finding("N010", level="interaction", sets=True)
def contingency_and_smiles(studies: SessionStudies, id: str) -> Words:
    """Her interactive contingency in play, and his smiles over the whole still-face procedure, at 4 and 9 months."""
    parts = []
    for months in (4, 9):
        by_episode = [studies.measures("community", STILL_FACE, months, episode) for episode in EPISODES]
        smiles = np.sum([each["infant_positive"] for each in by_episode], axis=0)
        contingency = by_episode[0]["mother_interactive_contingency"].to_numpy()
        known = np.isfinite(contingency)
        parts.append(goes_with(f"contingency and smiles, {months} months", contingency[known], smiles[known]))
    return Words.of(parts)


@finding("N018", level="interaction", sets=True)
def matching_and_recovery(studies: SessionStudies, id: str) -> Words:
    """Matching in play (match less mean mismatch, both as standard scores), and looking and smiling in the reunion, at
    3, 6 and 9 months. That it holds net of matching in the reunion is not looked for, nor is RSA."""
    parts = []
    for months in (3, 6, 9):
        play, after = (studies.measures("community", STILL_FACE, months, each) for each in ("play", "reunion"))
        match, mismatch = play["match"], play["mean_repair_latency"]
        composite = ((match - match.mean()) / match.std() - (mismatch - mismatch.mean()) / mismatch.std()).to_numpy()
        known = np.isfinite(composite)
        parts.append(goes_with(f"{months} months", composite[known], after["infant_gaze"].to_numpy()[known]))
    return Words.of(parts)


@finding("N027", level="interaction", sets=True)
def contingencies_together(studies: SessionStudies, id: str) -> Words:
    """Her and his interactive contingency over fifty minutes at 5 months: they go together, as 684 dyads could have
    seen. Rates of vocalising are not looked for: his voice has no state."""
    found = studies.measures(months=5, seconds=_HOUR)
    hers, his = (found[f"{partner}_interactive_contingency"] for partner in ("mother", "infant"))
    return Words((goes_with("hers and his", hers, his, least=1.96 / np.sqrt(684)),))


@finding("N029", level="interaction", sets=True)
def gaze_nearly_independent(studies: SessionStudies, id: str) -> Words:
    """Mutual gaze in fifty minutes of play at 6 months: its share above chance, which is small (less than .05)."""
    looked_at = np.isin(ICEP.mother_names, ["negative", "neutral", "vocal", "positive"])
    gaze = studies.session(months=6, seconds=_HOUR).pooled_measures(scheme=np.outer(_LOOKS, looked_at))
    above = float(gaze["match"] - gaze["chance_match"])
    return Words((Part("above chance, less .05", above - 0.05, -1, 0.0), Part("above chance", above, 1, 0.0)))


@finding("N030", level="interaction", sets=True)
def answers_to_crying(studies: SessionStudies, id: str) -> Number:
    """Share of protests in play at 5 months in whose first five seconds she talks to him warmly: the most frequent
    answer. Picking up has no state."""
    session = studies.session(months=5, seconds=600)
    infant, mother = session.infant, session.mother
    upset, talks = infant == ICEP.infant_names.index("protest"), mother == ICEP.mother_names.index("vocal")
    begins = upset[:, 1:-5] & ~upset[:, :-6]
    soon = np.any([talks[:, 1 + k : talks.shape[1] - 5 + k] for k in range(6)], axis=0)
    return Number(float(soon[begins].mean()), 0.5, 1.0)


@finding("N074", level="interaction", sets=True)
def long_looks_follow_long_looks(studies: SessionStudies, id: str) -> Words:
    """Successive lengths (logarithms) of looks at her face, and of looks away, in play at 3 months, within dyads: r. In
    the still-face that of looks at her is much the same (within .1), that of looks away less."""
    session = studies.session(paradigm=STILL_FACE, months=3)
    looks = _LOOKS[session.infant]
    ends = [0, *session.ends]
    play, still = (looks[:, ends[n] : ends[n + 1]] for n in (0, 1))
    at, away, at_still, away_still = (
        _serial_dependence(part, seen) for part in (play, still) for seen in (True, False)
    )
    return Words(
        (
            Part("looks at her (r)", at, 1, 0.02),
            Part("looks away (r)", away, 1, 0.02),
            Part("looks at her, still-face less play (r)", at_still - at, 0, 0.1),
            Part("looks away, still-face less play (r)", away_still - away, -1, 0.0),
        )
    )


def _serial_dependence(looks: NDArray[np.bool_], seen: bool) -> float:
    """Correlation of the length of a whole look (or look away) with that of the next, pooled about each dyad's mean."""
    pairs = []
    for one in looks:
        edges = np.flatnonzero(np.diff(one)) + 1
        lengths = np.log(np.diff(edges))  # whole bouts: neither cut off by the start nor by the end
        kind = lengths[int(one[edges[0]] != seen) :: 2] if len(edges) > 1 else lengths[:0]
        if len(kind) > 2:
            centred = kind - kind.mean()
            # About a mean of n values, successive ones go against each other by -1 / (n - 1): taken out.
            pairs.append((centred[:-1] @ centred[1:] + centred @ centred / len(kind), centred @ centred))
    along, spread = np.array(pairs).sum(axis=0)
    return float(along / spread)


@finding("N076", level="interaction", sets=True)
def no_shared_tempo(studies: SessionStudies, id: str) -> Target:
    """His and her bouts a minute over the still-face procedure, over dyads (r)."""
    session = studies.session(paradigm=STILL_FACE)
    table = session.measures()
    his, hers = (
        (table[f"{who}_bouts_per_min"] * table["seconds"]).groupby(table["dyad"]).sum() for who in ("infant", "mother")
    )
    return published(id, correlation(his, hers), "r")


@finding("N082", "N102", level="interaction", sets=True)
def rated_sensitivity_goes_with(studies: SessionStudies, id: str) -> Target:
    """Rated sensitivity and burden (N082), or his temperament (N102), over dyads of the community (r); within the
    interval of the published r. Infant mood (N102) was at its floor and is not looked for."""
    trait, n = {"N082": ("burden", 96), "N102": ("negativity", 61)}[id]
    published_r = {"N082": -0.02, "N102": -0.12}[id]
    low, high = interval_of_r(published_r, n)
    return Target(f"r with {trait}", correlation(rated(studies), studies.traits()[trait]), published_r, low, high)


@finding("N106", level="interaction", sets=True)
def answering_the_reactive(studies: SessionStudies, id: str) -> Words:
    """Her reflective functioning, by which she notices and answers his distress, and his negative affect in the reunion
    at 5 months: the more of it the less distress, and more so where he is easily distressed (upper third) than where he
    is not (lower third). How in step the two were is not looked for: distress itself makes answers fitting."""
    upset = studies.measures("community", STILL_FACE, 5, "reunion")["infant_negative_affect"].to_numpy()
    traits = studies.traits()
    negativity, holds = traits["negativity"], traits["reflective_functioning"]
    low, high = np.quantile(negativity, [1 / 3, 2 / 3])
    few, many = (
        np.polyfit(holds[who], upset[who], 1)[0] / upset.std() for who in (negativity < low, negativity > high)
    )
    return Words(
        (
            Part("standard deviations a standard score, where reactive", float(many), -1, 0.05),
            Part("less that where not", float(many - few), -1, 0.0),
        )
    )


@finding("N153", level="interaction", sets=True)
def sensitivity_from_epoch_to_epoch(studies: SessionStudies, id: str) -> Target:
    """How fittingly she answers in two successive halves of ten minutes of play at 6 months, over dyads (r)."""
    session = studies.session(months=6, seconds=600)
    fit = FITTING[session.mother, session.infant]
    first, second = (half.mean(axis=1) for half in np.split(fit, 2, axis=1))
    return published(id, correlation(first, second), "r")


@finding("N164", level="interaction", sets=True)
def mothers_steadier(studies: SessionStudies, id: str) -> Words:
    """Shares of time of warm talk (hers) and of looking at her (his) at 2 and at 5 months, other luck: hers stay more
    alike than his (r)."""
    two, five = studies.measures(months=2), studies.measures(months=5, day=1)
    hers, his = (correlation(two[of], five[of]) for of in ("mother_vocal", "infant_gaze"))
    return Words((Part("hers (r)", hers, 1, 0.2), Part("hers less his (r)", hers - his, 1, 0.0)))


@finding("N017", level="interaction", sets=True)
def sensitivity_and_the_still_face(studies: SessionStudies, id: str) -> Words:
    """Sensitivity, and his smiles and negative affect in the still-face at 4 months (r)."""
    still, sensitivity = studies.measures("community", STILL_FACE, 4, STILL_FACE), studies.traits()["sensitivity"]
    return Words(
        (
            goes_with("smiles", sensitivity, still["infant_positive"], least=0.0),
            goes_with("negative affect", sensitivity, still["infant_negative_affect"], -1, least=0.0),
        )
    )
