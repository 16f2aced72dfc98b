"""Expected change if a moment worth showing is shown: what the model makes of it, for one fitted dyad.

Nobody has measured what a single clip does. What is assumed: looking at a clip acts on noticing and reading him in
contexts like that of the clip, which the rules have as sensitivity, and in his distress as reflective functioning; and
the clips share alike what a programme of video feedback does to sensitivity. From that on it is exact: the law of the
dyad, begun in such a context, without and with the shift.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown, whole_number
from ..common.random_numbers import DIGITS
from ..interaction.law import Law
from ..interaction.paradigms import LONGEST, Paradigm
from ..interaction.rule_set import Rules
from ..interventions.catalogue import Effect, Intervention
from ..measurement.clip_kinds import MISSED, Clip
from ..measurement.moments_worth_showing import MomentsWorthShowing
from ..people.cohort import Cohort, check_cohort
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from ..theory.states import ICEP, AnyScheme, CodeSet, State

__all__ = ["CHANGED", "expected_change"]

Contexts = NDArray[np.float64]
CHANGED = {"match": 1, "repairs_per_min": 1, "mean_repair_latency": -1}
"""Measures whose change is expected, and whether more of each (1) or less (-1) comes first."""
IN_CALM, IN_DISTRESS = "sensitivity", "reflective_functioning"
"""Traits by which she notices and reads him: those that the rules of a caregiver ask (Ainsworth; Fonagy)."""
PLAYED = "free-play"


def expected_change(
    clips: MomentsWorthShowing,
    cohort: Cohort,
    *,
    by: str = "match",
    intervention: str | Path | Intervention = "video-feedback",
    seconds: int = 60,
    scheme: AnyScheme = None,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
) -> pd.DataFrame:
    """Change that the model expects of showing each clip, for one dyad: in the minute after contexts like the clip's.

    Assumed: a clip shifts sensitivity, or in his distress reflective functioning, by an equal share of what a programme
    of video feedback moves; nobody has measured either. The rest follows exactly. It ranks clips, and says nothing of
    what a real showing does.

    Parameters
    ----------
    clips : moments worth showing (``session.moments_worth_showing()``).
    cohort : the dyad, a cohort of one, such as a fitted one.
    by : the measure by whose change clips are ranked: ``match``, ``repairs_per_min`` or
        ``mean_repair_latency``.
    intervention : whose size on sensitivity the clips share: a shipped name, a TOML file or an entry.
    seconds : of free play after the context, from 2.
    scheme : match scheme.
    infant, mother : the rules by which the dyad was fitted.

    Returns
    -------
    One row a clip, those of most change first and bids missed last: ``place``, ``kind``, ``onset``, ``offset``, ``why``
    (as of the clips), ``trait`` and ``shift``; each measure without it, and ``..._change`` by it; ``low`` and ``high``,
    the change of the ranking measure by the ends of the size's interval, where it has one. ``attrs`` says what is
    assumed.

    Raises
    ------
    DyadsimError
        for several dyads, an unknown measure, scheme or intervention, or one that does not move sensitivity.

    >>> session = ds.interact(ds.Cohort.sample(1, seed=1), seed=1)
    >>> ds.expected_change(session.moments_worth_showing(), session.cohort)
    """
    if not isinstance(clips, MomentsWorthShowing):
        raise DyadsimError(f"Clips are those of session.moments_worth_showing(), not {clips!r:.60}.")
    if len(check_cohort(cohort)) != 1:
        raise DyadsimError(f"Change is expected of one dyad, not of {len(cohort)}; choose one, as cohort[0].")
    if by not in CHANGED:
        raise unknown("measure to rank clips by:", by, CHANGED)
    seconds = whole_number("seconds after a clip", seconds, 2, LONGEST)
    entry = Intervention.load(intervention)
    effect = _on_sensitivity(entry)
    play, rules = Paradigm.load(PLAYED).lasting(seconds), Rules(infant, mother).alone()
    usual = Law(cohort, Paradigm.load(PLAYED), rules).time_in_contexts()[0]
    rows = []
    for place, clip in enumerate(clips.clips, 1):
        before, trait = _contexts_like(clip, clips.of.codes, usual), _trait_for(clip, clips.of.codes)

        def after(size: float, before: Contexts = before, trait: str = trait) -> pd.Series:
            shifted = cohort.shifted({trait: size / len(clips)})
            return Law(shifted, play, rules, before).measures(scheme, only=list(CHANGED)).iloc[0][list(CHANGED)]

        without, shown = after(0.0), after(effect.size)
        ends = [after(size)[by] - without[by] for size in effect.interval or ()]
        low, high = sorted(ends) if ends else (np.nan, np.nan)
        change = {f"{name}_change": shown[name] - without[name] for name in CHANGED}
        about = {"place": place, "trait": trait, "shift": effect.size / len(clips)}
        rows.append({**about, **without, **change, "low": low, "high": high})
    return _ranked(clips, rows, by).pipe(_with_assumptions, entry, effect, seconds)


def _on_sensitivity(entry: Intervention) -> Effect:
    for effect in entry.effects:
        if effect.state == IN_CALM:
            return effect
    raise DyadsimError(f"'{entry.name}' does not move {IN_CALM}, which clips are assumed to act on.")


def _state_of(name: str, states: tuple[State, ...]) -> State:
    return next(state for state in states if state.name == name)


def _trait_for(clip: Clip, codes: CodeSet) -> str:
    """The trait by which she notices and reads him where the clip turns."""
    return IN_DISTRESS if _state_of(clip.infant, codes.infant).valence < 0 else IN_CALM


def _contexts_like(clip: Clip, codes: CodeSet, usual: Contexts) -> Contexts:
    """Chances (cells, inner states) of the contexts that a clip's may be, as often each as in this dyad's own play.

    Parameters
    ----------
    clip : with the states from which it turns.
    codes : in which they are coded; a code of fewer states may be any of its valence.
    usual : (his states, hers, inner states) shares of time.
    """
    may_be: list[list[bool]] = []
    for name, coded, states in ((clip.infant, codes.infant, ICEP.infant), (clip.mother, codes.mother, ICEP.mother)):
        valence = _state_of(name, coded).valence
        may_be.append([state.name == name if codes == ICEP else state.valence == valence for state in states])
    chosen = usual * np.array(may_be[0])[:, None, None] * np.array(may_be[1])[:, None]
    return np.ascontiguousarray((chosen / chosen.sum()).reshape(ICEP.cells, -1))


def _ranked(clips: MomentsWorthShowing, rows: list[dict[str, object]], by: str) -> pd.DataFrame:
    """Clips with what is expected of each: most change of the ranking measure first, bids missed last."""
    shown = clips.frame()[["place", "kind", "onset", "offset", "why"]]
    measures = [*CHANGED, *(f"{name}_change" for name in CHANGED), "low", "high"]
    frame = shown.merge(pd.DataFrame(rows, columns=["place", "trait", "shift", *measures]), on="place")
    last = (frame["kind"] == MISSED).to_numpy()
    gain = CHANGED[by] * frame[f"{by}_change"].to_numpy(dtype=np.float64)
    return frame.iloc[np.lexsort((-gain.round(DIGITS), last))].reset_index(drop=True)


def _with_assumptions(frame: pd.DataFrame, entry: Intervention, effect: Effect, seconds: int) -> pd.DataFrame:
    frame.attrs["assumed"] = [
        f"The clips share alike what '{entry.name}' is seen to move sensitivity by, {effect.size:+.2f} standard scores "
        f"({effect.grounding}: {', '.join(effect.evidence)}); that single clips do so is assumed.",
        "A clip in which he is distressed is assumed to shift reflective functioning instead, by as much.",
        f"The change is that of {seconds} seconds of free play begun in a context like the clip's, by the exact law; "
        "it ranks clips, and is no forecast of what showing them does.",
    ]
    return frame
