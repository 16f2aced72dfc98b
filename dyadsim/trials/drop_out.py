"""Drop-out and gaps: which visits and readings of the dyads of a trial are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from .chances import Dependence, chances_with_share, leaning
from .enrolment import Enrolled, place_luck
from .losses import Gaps, Lost, LostBy
from .visits import column

__all__ = ["gaps", "last_visit", "states_asked_for"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


def states_asked_for(lost: Lost) -> tuple[str, ...]:
    """States on which losses depend."""
    parts: list[LostBy | Gaps] = [*lost.visits, *lost.gaps]
    depends = (each for part in parts for each in part.depends)
    return tuple(dict.fromkeys(each.state for each in depends if each.state is not None))


def last_visit(dyads: Enrolled, own: Mapping[str, NDArray[np.generic]], arms: NDArray[np.str_], attended: Numbers,
               states: Mapping[tuple[str, str], Numbers]) -> Whole:  # fmt: skip
    """The place (dyads,) of the last visit at which each dyad was seen.

    Parameters
    ----------
    dyads : enrolled.
    own : readings by column, of each dyad in its own arm.
    arms : (dyads,) names of their arms.
    attended : (dyads,) share of the sessions planned.
    states : true scores by state and visit, in their own arms.
    """
    trial = dyads.trial
    visits = [visit.name for visit in trial.seen.visits]
    last = np.full(len(arms), len(visits) - 1)
    read_before = {each.visit: _last_read(dyads, own, visits.index(each.visit)) for each in trial.lost.visits}
    leaves = {
        each.visit: dyads.luck.outcome(dyads.cohort.units, f"trial: lost by {each.visit}") for each in trial.lost.visits
    }
    for replicate in np.unique(dyads.replicate):
        those = np.flatnonzero(dyads.replicate == replicate)
        # One draw a replicate places all its shares alike in their ranges.
        drawn = float(place_luck(trial, int(replicate), "share lost", 1)[0])
        there, gone_before = np.ones(len(those), dtype=bool), 0.0
        for each in trial.lost.visits:
            place = visits.index(each.visit)
            low, high = each.range
            share = low + drawn * (high - low)
            # Of those who are still there, so many that the declared share of all is gone.
            of_these = (share - gone_before) / (1 - gone_before) if gone_before < 1 else 0.0
            log_odds = _leaning(each.depends, those, read_before[each.visit], states, each.visit, attended, arms)
            chance = np.zeros(len(those))
            chance[there] = chances_with_share(log_odds[there], max(of_these, 0.0))
            leave = there & (leaves[each.visit][those] < chance)
            last[those[leave]] = place - 1
            there &= ~leave
            gone_before = share
    return last


def gaps(dyads: Enrolled, own: Mapping[str, NDArray[np.generic]], arms: NDArray[np.str_], attended: Numbers,
         states: Mapping[tuple[str, str], Numbers]) -> dict[str, NDArray[np.bool_]]:  # fmt: skip
    """Readings that are missing (dyads,) by column, though the dyad is still seen; as :func:`last_visit` has them."""
    trial = dyads.trial
    missing: dict[str, NDArray[np.bool_]] = {}
    for place, visit in enumerate(trial.seen.visits):
        for number, each in enumerate(trial.lost.gaps):
            for scale in trial.seen.used_at(visit) if place else ():
                instrument = scale.instrument.name
                if each.instruments and instrument not in each.instruments:
                    continue
                name = column(instrument, visit.name)
                luck = dyads.luck.outcome(dyads.cohort.units, f"trial: gap {number} in {name}")
                gap = missing.setdefault(name, np.zeros(len(arms), dtype=bool))
                read = _last_read(dyads, own, place)
                for replicate in np.unique(dyads.replicate):
                    those = np.flatnonzero(dyads.replicate == replicate)
                    log_odds = _leaning(each.depends, those, read, states, visit.name, attended, arms)
                    gap[those] |= luck[those] < chances_with_share(log_odds, each.share)
    return missing


def _last_read(dyads: Enrolled, own: Mapping[str, NDArray[np.generic]], place: int) -> dict[str, Numbers]:
    """What was read last before a visit (dyads,) by instrument, of those that give points."""
    read = dict(dyads.readings)
    for visit in dyads.trial.seen.visits[:place]:
        for scale in dyads.trial.seen.used_at(visit):
            if not scale.instrument.classifies:
                values = own[column(scale.instrument.name, visit.name)]
                read[scale.instrument.name] = np.asarray(values, dtype=np.float64)
    return read


def _leaning(depends: Iterable[Dependence], those: Whole, read: Mapping[str, Numbers],
             states: Mapping[tuple[str, str], Numbers], visit: str, attended: Numbers,
             arms: NDArray[np.str_]) -> Numbers:  # fmt: skip
    """Log-odds (those,) of a loss at a visit."""
    now = {state: values[those] for (state, at), values in states.items() if at == visit}
    return leaning(depends, {name: values[those] for name, values in read.items()}, now, attended[those], arms[those])
