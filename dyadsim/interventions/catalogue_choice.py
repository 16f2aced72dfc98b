"""Choice from the catalogue: entries by words, age, level, format and grounding, and each in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from ..common.errors import DyadsimError, unknown
from ..common.shown import counted
from .catalogue import GROUNDINGS, Effect, Intervention, search, shipped, words_in

__all__ = ["FORMATS", "LEVELS", "age_in_words", "can_start", "choose", "dose_in_words", "moves_in_words", "starts"]

LEVELS: dict[str, str] = {
    "universal": "For everyone",
    "at-risk": "For families at risk",
    "therapeutic": "Therapy",
}
"""The levels of the catalogue, and what each is called before people."""

FORMATS: dict[str, str] = {
    "individual": "with one person",
    "dyad": "with mother and infant together",
    "couple": "for couples",
    "group": "in a group",
    "home": "at home",
    "inpatient": "on a ward",
    "video": "with video",
}
"""The formats of the catalogue, and each in words."""

_WORDS = {
    "couple": "quality of the couple relationship",
    "expectation": "expectation of repair",
    "frightening": "frightened or frightening behaviour",
    "regulation": "calming himself",
    "self_efficacy": "trust in her own doing",
    "distraction": "distraction at play",
}
"""What an intervention moves, where its name alone says little."""


def choose(
    words: str = "",
    weeks: tuple[int, int] | None = None,
    level: str = "",
    format: str = "",
    grounding: str = "",
    throughout: bool = False,
) -> list[Intervention]:
    """The shipped entries that fit all that is asked, by title; none where nothing does.

    Parameters
    ----------
    words : parts of names, as :func:`dyadsim.catalogue` takes them; where nothing is called so, words of the sentence
        that tells what an entry is.
    weeks : of his life, from and to (both included); an entry fits that may start in one of them.
    level, format, grounding : one of :data:`LEVELS`, :data:`FORMATS` and ``GROUNDINGS``; empty: any.
    throughout : whether all of its sizes rest on ``grounding``, and not some alone.

    Raises
    ------
    DyadsimError
        for a level, format or grounding that there is not; for words by which nothing is called and of which no
        sentence speaks, with the nearest names.

    Examples
    --------
    >>> [entry.name for entry in choose("singing", weeks=(0, 12), format="group")]
    ['music-and-singing-group']
    """
    for what, given, known in (
        ("level", level, LEVELS),
        ("format", format, FORMATS),
        ("grounding", grounding, GROUNDINGS),
    ):
        if given and given not in known:
            raise unknown(what, given, known)
    fitting = [
        entry
        for entry in _by_words(words)
        if (weeks is None or starts(entry, *weeks) is not None)
        and level in ("", entry.level)
        and (not format or format in entry.format)
        and (not grounding or _rests_on(entry, grounding, throughout))
    ]
    return sorted(fitting, key=lambda entry: entry.full_name.casefold())


def _by_words(words: str) -> Sequence[Intervention]:
    try:
        return search(words)
    except DyadsimError:
        asked = words_in(words)
        if asked and (found := [each for each in shipped() if all(_speaks_of(each, word) for word in asked)]):
            return found
        raise


def _speaks_of(entry: Intervention, word: str) -> bool:
    """Whether the sentence on what an entry is has a word that begins so."""
    return any(each.startswith(word) for each in words_in(entry.says))


def _rests_on(entry: Intervention, grounding: str, throughout: bool) -> bool:
    return (all if throughout else any)(effect.grounding == grounding for effect in entry.effects)


def starts(entry: Intervention, first: int, last: int) -> int | None:
    """The week from ``first`` to ``last`` in which an entry starts, as near to its usual one as can be; None: never."""
    low, high = max(entry.age_range[0], first), min(entry.age_range[1], last)
    return min(max(entry.start_week, low), high) if low <= high else None


def can_start(entry: Intervention) -> str:
    """When it may start, in words: "starts between 20 weeks before birth and week 52"."""
    first, last = entry.age_range
    if last < 0:
        return f"starts between {-first} and {counted(-last, 'week')} before birth"
    return f"starts between {age_in_words(first)} and {age_in_words(last)}"


def age_in_words(week: int) -> str:
    """A week of his life in words: "20 weeks before birth", "birth", "week 52"."""
    if week < 0:
        return f"{counted(-week, 'week')} before birth"
    return f"week {week}" if week else "birth"


def dose_in_words(entry: Intervention) -> str:
    """How many sessions in how many weeks: "10 sessions in 10 weeks"."""
    return f"{counted(entry.sessions, 'session')} in {counted(entry.weeks, 'week')}"


def moves_in_words(entry: Intervention) -> list[str]:
    """What it moves, each with what that rests on: "less depression (d = -0.39, measured)"."""
    return [_move(effect) for effect in entry.effects]


def _move(effect: Effect) -> str:
    words = _WORDS.get(effect.state, effect.state.replace("_", " "))
    more = "more" if effect.size > 0 else "less" if effect.size < 0 else "no change in"
    return f"{more} {words} (d = {effect.size:+.2f}, {effect.grounding})"
