"""Moments worth showing: the stretches of a session that a therapist may pick for video feedback, each with why.

Clips are ranked within their kind, taken in turn from each kind so that there is a mix, and none shows what another
shows already. Bids missed come last, one for three others at most: corrective messages come after positive ones (van
IJzendoorn et al. 2023, doi 10.1017/s0954579421001462).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ..common.errors import DyadsimError, unknown, whole_number
from ..common.shown import Shown, counted
from ..common.user_numbers import numbers_within
from ..theory.states import CodeSet
from .clip_kinds import ANSWERED, KINDS, LONGEST, MISSED, WITHIN, Clip
from .coded_stretches import Stretch, lumps

__all__ = ["MomentsWorthShowing", "ShownDyad", "held_still", "worth_showing"]

MOST = 100
"""Clips at most."""
OTHERS = 3
"""Clips of other kinds for each bid missed (assumed)."""
_HELD_STILL = re.compile(r"still[ _-]?face|separation|^sf\b", re.I)
_TIMES = ("onset", "offset", "seconds", "turn")
_COLUMNS = ("place", "kind", "episode", *_TIMES, "infant", "mother", "also", "why", "look")


@dataclass(frozen=True)
class ShownDyad:
    """Dyad of which moments are shown, and how its session is coded.

    Attributes
    ----------
    dyad : its name or number.
    codes, step : the states told apart, and the seconds between observations.
    scheme : name of the match scheme by which there are repairs.
    left_out : names of episodes in which she is asked to answer nothing.
    """

    dyad: Any
    codes: CodeSet
    step: float
    scheme: str
    left_out: Sequence[str]


@dataclass(frozen=True, repr=False)
class MomentsWorthShowing(Shown):
    """Moments worth showing of one dyad's session, in the order in which they are offered.

    What ranks is a stretch of the session, within its kind; nothing here rates a parent.

    Attributes
    ----------
    of : the dyad, and how its session is coded.
    clips : the moments; steps count from the session's start.
    also : of each clip, other kinds that it shows too.
    remarks : sentences on what was left out, and on what the codes cannot tell.
    """

    of: ShownDyad
    clips: tuple[Clip, ...]
    also: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.clips)

    def _in_a_line(self) -> str:
        kinds = [clip.kind for clip in self.clips]
        each = ", ".join(f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds)
        return f"dyad {self.of.dyad}, {counted(len(self), 'clip')}{f' ({each})' if each else ''}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.frame()[["kind", "onset", "offset", "why"]]

    def frame(self, in_time: bool = False) -> pd.DataFrame:
        """The clips as a table, one row each.

        ``place`` (in the order in which they are offered, from 1), ``kind``, ``episode``, ``onset``, ``offset``,
        ``seconds`` (how long), ``turn`` (when what it is about happens; all in seconds from the session's start),
        ``infant``, ``mother`` (the states from which it turns), ``also`` (other kinds that it shows too), ``why`` and
        ``look`` (why it is worth showing, and what to look at).

        Parameters
        ----------
        in_time : sorted by onset instead.
        """
        rows = [
            (
                *(place, clip.kind, clip.episode),
                *(round(step * self.of.step, 6) for step in (clip.first, clip.stop, clip.stop - clip.first, clip.turn)),
                *(clip.infant, clip.mother, ", ".join(also), clip.why, clip.look),
            )
            for place, (clip, also) in enumerate(zip(self.clips, self.also, strict=True), 1)
        ]
        frame = pd.DataFrame(rows, columns=list(_COLUMNS))
        frame = frame.astype(dict.fromkeys(_TIMES, float) | {"place": int})  # of no clips too
        return frame.sort_values("onset", ignore_index=True) if in_time else frame


def held_still(episodes: Iterable[str], paradigm: Any = None) -> list[str]:
    """Names of the episodes in which she is asked to answer nothing, so that there is nothing to show of answers.

    Parameters
    ----------
    episodes : their names.
    paradigm : as the provenance of a simulated session has it; without one, still-faces and separations go by name.
    """
    if paradigm is None:
        return [name for name in episodes if _HELD_STILL.search(name)]
    free = {each["name"] for each in paradigm["episodes"] if each["mother"] is None and each["available"]}
    return [name for name in episodes if name not in free]


def worth_showing(
    stretches: Iterable[Stretch],
    of: ShownDyad,
    *,
    most: int = 10,
    kinds: Collection[str] | None = None,
    within: float = WITHIN,
) -> MomentsWorthShowing:
    """Moments worth showing of coded stretches; further parameters, and errors, as of the method of a session.

    Parameters
    ----------
    stretches : of its session.
    of : the dyad.
    most, kinds, within : as the method has them.
    """
    most = whole_number("number of moments worth showing", most, 1, MOST)
    within = float(numbers_within("The time in which an answer is one", within, of.step, LONGEST, "seconds"))
    wanted, parts = _checked(kinds), list(stretches)
    ranked = {kind: _ranked(clip for part in parts for clip in KINDS[kind](part, within)) for kind in wanted}
    bids = ranked.pop(MISSED, [])
    clips = _with_missed(_in_turn(ranked, most), bids, most)
    also = tuple(tuple(kind for kind in ranked if kind != one.kind and _turns_in(one, ranked[kind])) for one in clips)
    return MomentsWorthShowing(of, tuple(clips), also, tuple(_remarks(of, clips)))


def _checked(kinds: Collection[str] | None) -> list[str]:
    """Kinds that are wanted, in the order in which they are offered."""
    if kinds is None:
        return list(KINDS)
    asked = [kinds] if isinstance(kinds, str) else list(kinds)
    for kind in asked:
        if kind not in KINDS:
            raise unknown("kind of moment worth showing:", kind, KINDS)
    if not set(asked) - {MISSED}:
        raise DyadsimError(
            f"Bids missed are shown after others, never alone; name another kind too, as {next(iter(KINDS))}."
        )
    return [kind for kind in KINDS if kind in asked]


def _ranked(clips: Iterable[Clip]) -> list[Clip]:
    """Clips of one kind, the worthiest first; of those that overlap the worthiest alone."""
    kept: list[Clip] = []
    for clip in sorted(clips, key=lambda each: (*(-number for number in each.worth), each.first)):
        if not any(map(clip.overlaps, kept)):
            kept.append(clip)
    return kept


def _in_turn(ranked: dict[str, list[Clip]], most: int) -> list[Clip]:
    """Clips taken in turn from each kind, none that overlaps one taken already."""
    chosen: list[Clip] = []
    waiting = {kind: iter(clips) for kind, clips in ranked.items()}
    while waiting and len(chosen) < most:
        for kind in list(waiting):
            found = next((clip for clip in waiting[kind] if not any(map(clip.overlaps, chosen))), None)
            if found is None:
                del waiting[kind]
            elif len(chosen) < most:
                chosen.append(found)
    return chosen


def _with_missed(others: list[Clip], bids: list[Clip], most: int) -> list[Clip]:
    """Clips with bids missed after them: one for so many others, none that overlaps one of them."""
    # What may be taken if others make room for it: of n clips in all a share of 1 / (OTHERS + 1).
    for room in range(most // (OTHERS + 1), 0, -1):
        kept = others[: most - room]
        free = [bid for bid in bids if not any(map(bid.overlaps, kept))]
        if len(free) >= room and len(kept) >= OTHERS * room:
            return [*kept, *(_beside_answered(bid, kept) for bid in free[:room])]
    return others


def _beside_answered(bid: Clip, shown: Sequence[Clip]) -> Clip:
    """A bid missed with the place of the clip in which she answers the same signal, if one is shown."""
    for place, clip in enumerate(shown, 1):
        if clip.kind == ANSWERED and clip.infant == bid.infant:
            return replace(bid, look=f"{bid.look} In clip {place} she answers the same signal; look at that one first.")
    return bid


def _turns_in(clip: Clip, others: Iterable[Clip]) -> bool:
    return any(clip.first <= other.turn < clip.stop for other in others)


def _remarks(of: ShownDyad, clips: Sequence[Clip]) -> Iterator[str]:
    """Sentences on what was left out, and on what the codes cannot tell."""
    if of.left_out:
        yield f"Left out: {', '.join(of.left_out)}, where she is asked to answer nothing."
    if any(clip.kind == next(iter(KINDS)) for clip in clips):
        yield f"Repairs, and how long they were out of step, are under match scheme '{of.scheme}'."
    if lumps(of.codes):
        yield (
            "These codes tell fewer states apart than the engagement states, so what she does is said to fit him only "
            "where it does in all states that they may be; while he is upset they cannot tell a warm voice from a "
            "laugh, and it counts only where he is brighter after it."
        )
    if not clips:
        yield "Nothing is worth showing by these rules: no such stretch is long enough and wholly coded."
    elif any(clip.kind == MISSED for clip in clips):
        yield "Bids missed come last, and few: they are an ordinary part of any dyad, and shown after what goes well."
