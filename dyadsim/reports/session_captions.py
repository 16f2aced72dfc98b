"""Captions of a session, by second: what just happened, in plain language.

"He" is the infant, "she" the mother. A caption tells what can be seen at its second and what was before; it knows
nothing of what comes. It blames nobody: a rupture is told as what it is, an ordinary turn of any dyad. While she
answers nothing (a still face, the phone) neither rupture nor repair is told, whatever the scheme counts: only what he
does, and that nothing answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..common.toml_models import names
from ..interaction.moments import Moment
from ..interaction.paradigms import Episode, Paradigm
from ..measurement.session import Session
from ..theory.states import DISTRESSED, LOOKING, AnyScheme

__all__ = ["Caption", "held_in_words", "narrated"]

_LONG = 10
"""Seconds of mismatch after which a repair is told as a long way back."""
_OPEN = 20
"""Seconds of mismatch after which it is told that one is still open."""
_PAUSE = 3
"""Seconds between two captions, so that each can be read; ruptures and repairs always have theirs."""
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_HE = {
    "protest": ("the baby began to fuss",),
    "withdrawn": ("the baby turned inward",),
    "object": ("the baby looked away to rest", "the baby turned to something else", "the baby looked around"),
    "monitor": ("the baby looked at her face",),
    "positive": ("the baby smiled at her",),
}
_SHE = {
    "negative": "she came close, a little much for him",
    "withdrawn": "she grew quiet and far away for a moment",
    "elsewhere": "her attention went elsewhere",
    "neutral": "she watched him quietly",
    "vocal": "she talked to him warmly",
    "positive": "she smiled",
}
_HE_DOES = {
    "protest": "he fusses",
    "withdrawn": "he is turned inward",
    "object": "he is with something else",
    "monitor": "he looks at her",
    "positive": "he smiles at her",
}
_SHE_DOES = {
    "negative": "she is not in tune with him",
    "withdrawn": "she is with him, but far away",
    "elsewhere": "her attention is elsewhere",
    "neutral": "she watches quietly",
    "vocal": "she talks to him",
    "positive": "she smiles",
}
_SHE_IS_HELD = {
    "elsewhere": "she is elsewhere",
    "neutral": "her face is still",
}
"""How she is held while she answers nothing, by the state; where none of these, she is not there for him."""
_PHONE = "phone"
_FADING = ["positive", "monitor"]
_FIRST = "They lost each other for the moment: a rupture, as happens in any dyad."


@dataclass(frozen=True)
class Caption:
    """What is told at a second: ``kind`` is episode, rupture, repair, unanswered, open, arousal or distress."""

    second: int
    kind: str
    text: str


def narrated(
    session: Session, paradigm: Paradigm | None = None, scheme: AnyScheme = None, dyad: int = 0
) -> list[Caption]:
    """Captions of one dyad's session, in the order of their seconds.

    Parameters
    ----------
    session : simulated, one step a second, in the states of ICEP.
    paradigm : what was done; its episodes are told when they begin.
    scheme : the match scheme.
    dyad : its place in the session.
    """
    seen = _Seen(session, paradigm, scheme, dyad)
    told = [
        *_episodes(seen, paradigm),
        *_events(seen),
        *_unanswered(seen),
        *_still_open(seen),
        *_aroused(seen),
    ]
    order = ("episode", "repair", "rupture", "distress", "arousal", "unanswered", "open")
    told.sort(key=lambda caption: (caption.second, order.index(caption.kind)))
    return list(_spaced(told))


class _Seen:
    """One dyad's session as names of states, and what counts as a match."""

    def __init__(self, session: Session, paradigm: Paradigm | None, scheme: AnyScheme, dyad: int) -> None:
        self.codes = session.codes
        self.pair = session.infant[dyad], session.mother[dyad]
        self.infant = [session.codes.infant_names[k] for k in session.infant[dyad]]
        self.mother = [session.codes.mother_names[k] for k in session.mother[dyad]]
        self.arousal = None if session.arousal is None else session.arousal[dyad]
        self.matched = session.matched(scheme, dyad)
        self.matrix = session.match_scheme(scheme).matrix
        self.starts = {0, *session.ends[:-1]}
        episodes = [] if paradigm is None else [each for each in paradigm.episodes for _ in range(each.seconds)]
        self.held = [None if each.available else held_in_words(each) for each in episodes] or [None] * len(self.infant)
        events = session.events(scheme, dyad)
        self.events = events[np.array([self.held[int(second)] is None for second in events["time"]], bool)]

    def turned(self, at: int) -> str:
        """Whose change between the second before and this one made or broke the match, in words."""
        (i0, i1), (m0, m1) = (part[at - 1 : at + 1] for part in self.pair)
        now = self.matrix[i1, m1]
        his, hers = self.matrix[i1, m0] == now, self.matrix[i0, m1] == now
        he = "the baby's smile faded" if self.infant[at - 1 : at + 1] == _FADING else self.he(at)
        she = _SHE[self.mother[at]]
        if his != hers:
            return he if his else she
        changes = ((he, i0 != i1), (she, m0 != m1))
        return " and ".join(what for what, changed in changes if changed)

    def he(self, at: int) -> str:
        """What he began to do, in one of several ways to say it."""
        ways = _HE[self.infant[at]]
        return ways[at % len(ways)]

    def by_her(self, at: int) -> bool:
        """Whether he went on as he was, and she did not."""
        return self.infant[at] == self.infant[at - 1]

    def together(self, at: int) -> str:
        """How they are, in a few words."""
        if (held := self.held[at]) is not None:
            return f"{_HE_DOES[self.infant[at]]}, {held}"
        if self.infant[at] == self.mother[at] == "positive":
            return "both smile"
        return f"{_HE_DOES[self.infant[at]]}, {_SHE_DOES[self.mother[at]]}"


def held_in_words(episode: Episode) -> str:
    """How she is while she answers nothing, in a few words.

    Parameters
    ----------
    episode : in which she answers nothing.
    """
    if _name(episode) == _PHONE:
        return "her attention is on the phone"
    return _SHE_IS_HELD.get(episode.mother or "", "she is not there for him")


def _name(episode: Episode) -> str:
    """Name of an episode without its number."""
    return episode.name.rstrip("0123456789 ")


def _episodes(seen: _Seen, paradigm: Paradigm | None) -> Iterator[Caption]:
    """Captions of what each episode is, when it begins."""
    if paradigm is None:
        return
    moments: Mapping[str, Moment] = {one.episode.name: one for one in map(Moment.load, names("moments"))}
    begins, held = 0, False
    for place, (episode, ends) in enumerate(zip(paradigm.episodes, paradigm.ends, strict=True)):
        if begins >= len(seen.infant):
            return
        name = _name(episode)
        touches = " Her hands touch him." if episode.touched else ""
        if name == _PHONE and episode.available:
            yield Caption(begins, "episode", "She takes up her phone; she may look up and answer him.")
        elif name in moments:
            yield Caption(begins, "episode", moments[name].caption + touches)
        elif held and episode.free:
            at_once = "They meet at once." if seen.matched[begins] else "Watch how long they need."
            yield Caption(begins, "episode", f"She is back with him and can answer again. {at_once}")
        elif place:
            how = f" {_capital(held_in_words(episode))} and answers nothing.{touches}" if not episode.available else ""
            yield Caption(begins, "episode", f"Now: {name}.{how}")
        else:
            yield Caption(0, "episode", f"They begin: {seen.together(0)}.")
        begins, held = ends, not episode.free


def _events(seen: _Seen) -> Iterator[Caption]:
    """Captions of ruptures and repairs; a repair tells the rupture that it mended."""
    lost: tuple[int, str] | None = None
    first = True
    for second, event, latency in zip(seen.events["time"], seen.events["event"], seen.events["latency"], strict=True):
        at = int(second)
        what = seen.turned(at)
        if event == "rupture":
            after = _FIRST if first else "Now they are at different things." if seen.by_her(at) else "A rupture."
            yield Caption(at, event, f"{_capital(what)} at {at} s. {after}")
            first = False
        else:
            yield Caption(at, event, _repaired(seen, at, int(latency), lost))
        lost = (at, what) if event == "rupture" else None


def _repaired(seen: _Seen, at: int, latency: int, lost: tuple[int, str] | None) -> str:
    """Sentence on a repair, with the rupture that it mends where that is the last one told."""
    how = seen.together(at)
    since = at - latency
    if lost is None or lost[0] != since:
        if since and seen.held[since - 1] is not None:
            first = f"{_seconds(latency)} after she could answer again: {how}. The first repair since then."
            return f"At {at} s they found each other, {first}"
        return f"At {at} s they found each other, {_seconds(latency)} into this episode: {how}."
    began, what = lost
    back = "found their way back" if latency >= _LONG else "found each other again"
    return f"{_capital(what)} at {began} s; {_seconds(latency)} later they {back}: {how}. A repair."


def _unanswered(seen: _Seen) -> Iterator[Caption]:
    """Captions of his bids while she answers nothing: that he turns to her."""
    for at in range(1, len(seen.infant)):
        before, now = (seen.infant[second] in LOOKING for second in (at - 1, at))
        held = seen.held[at]
        if held is not None and now and not before and at not in seen.starts:
            yield Caption(at, "unanswered", f"{_capital(seen.he(at))} at {at} s; {held}.")


def _still_open(seen: _Seen) -> Iterator[Caption]:
    """Captions of mismatches that have lasted long, each told once, with what both are doing."""
    lasted = 0
    for second, matched in enumerate(seen.matched.tolist()):
        lasted = 0 if matched or seen.held[second] is not None else 1 if second in seen.starts else lasted + 1
        if lasted == _OPEN:
            yield Caption(second, "open", f"{_capital(_seconds(_OPEN))} out of step so far: {seen.together(second)}.")


def _aroused(seen: _Seen) -> Iterator[Caption]:
    """Captions of his distress when it begins in a stretch of calm, and of the height and the end of his arousal."""
    calm_since, high = 0, False
    for second, state in enumerate(seen.infant):
        if state in DISTRESSED:
            if second - calm_since >= _LONG:
                yield Caption(second, "distress", f"{_capital(seen.he(second))} at {second} s.")
            calm_since = second + 1
        if seen.arousal is None:
            continue
        if not high and seen.arousal[second] >= 3:
            high = True
            yield Caption(second, "arousal", "He is getting very upset; calming will take a while.")
        elif high and seen.arousal[second] <= 1:
            high = False
            at = ", looking at her" if state in LOOKING else ""
            yield Caption(second, "arousal", f"He has calmed down{at}.")


def _spaced(told: list[Caption]) -> Iterator[Caption]:
    """Captions that can be read: one a second, and fewer of those that can be left out."""
    last = -_PAUSE
    taken: set[int] = set()
    for caption in told:
        always = caption.kind in ("episode", "rupture", "repair")
        if caption.second in taken or (not always and caption.second - last < _PAUSE):
            continue
        taken.add(caption.second)
        last = caption.second
        yield caption


def _seconds(number: int) -> str:
    word = _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)
    return f"{word} second{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
