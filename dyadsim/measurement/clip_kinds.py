"""Kinds of moments worth showing, and where each is found in a coded stretch.

Video feedback dwells on positive sequences (van IJzendoorn et al. 2023, doi 10.1017/s0954579421001462; Juffer & Steele
2014, doi 10.1080/14616734.2014.912484): a signal, an answer and what he makes of it; and microanalysis finds them where
the two lose and find each other (Beebe 2003, doi 10.1002/imhj.10042). What ranks is a stretch, never a parent. All
seconds below are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..theory.states import LOOKING
from . import clip_words as words
from .coded_stretches import Stretch, lumps
from .runs import runs

__all__ = ["ANSWERED", "KINDS", "LONGEST", "MISSED", "WITHIN", "Clip"]

WITHIN = 3.0
"""Seconds in which an answer is one: most come within 1 or 2, and infants of three months notice a tie up to 3 (Keller
et al. 1999, as told by Striano & Henning 2004)."""
BEFORE, AFTER = 2.0, 3.0
"""Seconds of a clip before a signal begins, and after an answer or the end of a window."""
HELD = 1.0
"""Seconds that a signal, an answer or a match must last to be seen."""
LONG = 5.0
"""Seconds of mismatch after which a repair is worth showing; so many of them are shown."""
CHAIN, CHANGES = 5.0, 2
"""A chain lasts so many seconds at least, with so many changes of his states."""
CALM = 2.0
"""Seconds that she is with him fittingly before he calms, and that he stays calm."""
JOY = 2.0
"""Seconds of shared joy at least."""
LONGEST = 20.0
"""Seconds of a clip at most."""


@dataclass(frozen=True)
class Clip:
    """Moment worth showing: from which step of a session to which, and why.

    Attributes
    ----------
    kind : one of :data:`KINDS`.
    episode : in which it lies.
    first, stop : its first step, and the one after its last.
    turn : the step that it is about: of a signal, a repair, a calming.
    infant, mother : names of the states from which it turns, as she could see them.
    worth : what ranks clips of a kind, the higher the sooner; it speaks of the stretch.
    why, look : a sentence each: why it is worth showing, and what to look at.
    """

    kind: str
    episode: str
    first: int
    stop: int
    turn: int
    infant: str
    mother: str
    worth: tuple[float, ...]
    why: str
    look: str

    def overlaps(self, other: Clip) -> bool:
        """Whether both show some of the same steps."""
        return self.first < other.stop and other.first < self.stop


def repairs(at: Stretch, within: float) -> Iterator[Clip]:
    """Repairs after a long mismatch; the longer it was, the sooner. One into shared distress is left out."""
    starts, lengths = runs(at.matched)
    for place in range(1, len(starts)):
        turn, mismatch = int(starts[place]), int(lengths[place - 1])
        upset = at.codes.infant[at.infant[turn]].valence < 0 or at.codes.mother[at.mother[turn]].valence < 0
        if not at.matched[turn] or mismatch < at.steps(LONG) or lengths[place] < at.steps(HELD) or upset:
            continue
        said = words.repaired(at, turn, mismatch, place > 1)
        span = turn - at.steps(LONG), turn + at.steps(AFTER)
        yield _clip(at, "repair", span, turn, turn - 1, (float(mismatch), float(lengths[place])), said)


def bids_answered(at: Stretch, within: float) -> Iterator[Clip]:
    """Bids that she answers: first those after which he is brightest beside his signal, then by her promptness.

    An answer is a change of hers to a state that fits the signal, and him as he is by then, and lasts to be seen. Where
    codes cannot tell whether it fits (a bright face while he is upset), it is one if he is brighter after it.
    """
    levels = np.array([state.level for state in at.codes.infant])
    starts, lengths = runs(at.mother)
    for bid in _bids(at):
        signal, ahead = at.infant[bid], slice(bid + 1, bid + 1 + at.steps(within))
        if at.may_fit(signal, at.mother[bid]):
            continue  # she is with him already
        fitting = at.may_fit(signal, at.mother[ahead]) & at.may_fit(at.infant[ahead], at.mother[ahead])
        if not fitting.any():
            continue
        answer = bid + 1 + int(fitting.argmax())
        hers = int(np.searchsorted(starts, answer, side="right")) - 1
        after = at.infant[answer : answer + at.steps(AFTER)]
        sure = at.fits(signal, at.mother[answer]) or levels[after].max() > levels[signal]
        if starts[hers] + lengths[hers] - answer < at.steps(HELD) or not sure:
            continue
        brighter = round(float(levels[after].mean() - levels[signal]), 6)
        said = words.answered(at, bid, answer, after)
        span = bid - at.steps(BEFORE), answer + at.steps(AFTER)
        yield _clip(at, ANSWERED, span, bid, bid, (brighter, float(bid - answer)), said)


def bids_missed(at: Stretch, within: float) -> Iterator[Clip]:
    """Bids that are not answered for the moment: the longer he goes on signalling, the plainer, and the sooner.

    All she does from the bid to the end of the window is surely no answer, and none of it is cut off.
    """
    window = at.steps(within)
    for bid in _bids(at):
        signal = int(at.infant[bid])
        if bid + window >= len(at) or not at.misses(signal, at.mother[bid : bid + window + 1]).all():
            continue
        goes_on = _signals_like(at, signal)[at.infant[bid:]] & ~at.may_fit(at.infant[bid:], at.mother[bid:])
        kept = len(goes_on) if goes_on.all() else int(goes_on.argmin())
        said = words.missed(at, bid, window, kept)
        span = bid - at.steps(BEFORE), bid + max(window, kept) + at.steps(BEFORE)
        yield _clip(at, MISSED, span, bid, bid, (float(kept),), said)


def chains(at: Stretch, within: float) -> Iterator[Clip]:
    """Chains of fitting answers: first those with most changes of either, then the longest."""
    starts, lengths = runs(at.fits(at.infant, at.mother))
    changes = {
        who: np.flatnonzero(part[1:] != part[:-1]) + 1 for who, part in (("his", at.infant), ("hers", at.mother))
    }
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if length < at.steps(CHAIN) or not at.fits(at.infant[start], at.mother[start]):
            continue
        first, stop = _richest(at, changes["his"], start, start + length)
        his, hers = (each[(each > first) & (each < stop)] for each in changes.values())
        if len(his) < CHANGES:
            continue
        turn, said = int(his[0]), words.chained(at, first, stop, his.tolist())
        yield _clip(at, "chain", (first, stop), turn, turn, (float(len(his) + len(hers)), float(stop - first)), said)


def calmings(at: Stretch, within: float) -> Iterator[Clip]:
    """Stretches in which he calms while she is fittingly with him; the longer he was upset, the sooner."""
    upset = np.array([state.valence < 0 for state in at.codes.infant])[at.infant]
    starts, lengths = runs(upset)
    calm = at.steps(CALM)
    for place in range(len(starts) - 1):
        start, length = int(starts[place]), int(lengths[place])
        turn, last = start + length, slice(start + length - calm, start + length)
        if not upset[start] or length < calm or lengths[place + 1] < calm:
            continue
        if at.may_fit(at.infant[last], at.mother[last]).all():
            said = words.calmed(at, length, turn, place > 0)
            span = turn - at.steps(LONG), turn + at.steps(AFTER)
            yield _clip(at, "calming", span, turn, turn - 1, (float(length),), said)


def joys(at: Stretch, within: float) -> Iterator[Clip]:
    """Shared joy, both at their brightest; the longer, the sooner."""
    levels = (np.array([state.level for state in own]) for own in (at.codes.infant, at.codes.mother))
    his, hers = (level == level.max() for level in levels)
    both = his[at.infant] & hers[at.mother]
    starts, lengths = runs(both)
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if both[start] and length >= at.steps(JOY):
            stop = start + length
            span = start - at.steps(BEFORE), stop + at.steps(BEFORE)
            said = words.enjoyed(at, start, stop)
            yield _clip(at, "shared-joy", span, start, max(start - 1, 0), (float(length),), said)


ANSWERED, MISSED = "bid-answered", "bid-missed"
KINDS: dict[str, Callable[[Stretch, float], Iterator[Clip]]] = {
    "repair": repairs,
    ANSWERED: bids_answered,
    "chain": chains,
    "calming": calmings,
    "shared-joy": joys,
    MISSED: bids_missed,
}
"""How each kind is found, in the order in which kinds are offered; bids missed come last."""


def _bids(at: Stretch) -> Iterator[int]:
    """Steps at which he turns to her, or signals distress, and it lasts to be seen."""
    starts, lengths = runs(at.infant)
    for bid, length in zip(starts[1:].tolist(), lengths[1:].tolist(), strict=True):
        if length >= at.steps(HELD) and _is_bid(at, int(at.infant[bid - 1]), int(at.infant[bid])):
            yield bid


def _is_bid(at: Stretch, before: int, signal: int) -> bool:
    """Whether going from one of his states to another turns to her, or signals distress."""
    old, new = at.codes.infant[before], at.codes.infant[signal]
    if lumps(at.codes):  # affect alone: he brightens, or gets upset
        return new.valence != 0 and new.valence != old.valence
    return new.name in ("protest", "positive") or (new.name == "monitor" and old.name not in LOOKING)


def _signals_like(at: Stretch, signal: int) -> NDArray[np.bool_]:
    """Which of his states go on with a signal: distress with distress, looking with looking."""
    valence = at.codes.infant[signal].valence
    if lumps(at.codes) or valence < 0:
        return np.array([state.valence == valence for state in at.codes.infant])
    return np.array([state.name in LOOKING for state in at.codes.infant])


def _richest(at: Stretch, changes: NDArray[np.int64], start: int, stop: int) -> tuple[int, int]:
    """Steps of the part of a chain that can be shown: all of it, or where he changes most."""
    most = at.steps(LONGEST)
    if stop - start <= most:
        return start, stop
    inside = changes[(changes > start) & (changes < stop)]
    firsts = np.clip(inside - at.steps(BEFORE), start, stop - most) if len(inside) else np.array([start])
    counts = np.searchsorted(inside, firsts + most) - np.searchsorted(inside, firsts, side="right")
    first = int(firsts[np.argmax(counts)])
    return first, first + most


def _clip(
    at: Stretch,
    kind: str,
    span: tuple[int, int],
    turn: int,
    seen: int,
    worth: tuple[float, ...],
    said: tuple[str, str],
) -> Clip:
    """Clip of a stretch: what would lie outside of it is cut off, and what is longer than can be shown."""
    first = max(span[0], 0)
    stop = min(span[1], len(at), first + at.steps(LONGEST))
    infant, mother = at.codes.infant_names[at.infant[seen]], at.codes.mother_names[at.mother[seen]]
    place = at.first
    return Clip(kind, at.episode, place + first, place + stop, place + turn, infant, mother, worth, *said)
