"""The compiled arithmetic of ties: one week of all ties of some communities, pair by pair, without Python's lock.

Each draw is named by the two, the week and the decision, so it depends on them alone, whoever lives beside them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..common import philox
from ..common.compiled import compiled, inlined
from ..theory import tie_rules
from ..theory.tie_rules import FRIEND, GROUP, KIN, MADE_LATER, NEIGHBOUR, OUTSIDE

__all__ = ["known_of_ties", "through_a_week"]

_compiled = compiled(Path(philox.__file__).read_bytes(), Path(tie_rules.__file__).read_bytes())
_philox = inlined(philox.philox)
_chance = inlined(tie_rules.chance_to_begin)
_met = inlined(tie_rules.odds_of_meeting)
_hours = inlined(tie_rules.hours_after)
_known_anew = inlined(tie_rules.known_anew)


@inlined
def _uniform(clock: Any, one: Any, other: Any, purpose: Any, k0: Any, k1: Any) -> Any:
    """The draw between two, from 0 to 1 (:meth:`dyadsim.common.random_numbers.WeeklyLuck.between`)."""
    word, _, _, _ = _philox(np.uint64(clock), np.uint64(other), np.uint64(one), purpose, k0, k1)
    return (word + 0.5) / 2.0**32


@_compiled
def through_a_week(
    week: int,
    clocks: Any,
    words: Any,
    numbers: Any,
    starts: Any,
    here_from: Any,
    status: Any,
    openness: Any,
    groups: Any,
    meeting: Any,
    odds: Any,
    loss: Any,
    outside: Any,
    hours: Any,
    ties: Any,
    filled: Any,
) -> int:
    """Fill in the ties at the end of a week, and give their number.

    Parameters
    ----------
    week : of the course.
    clocks : counter words of this week for a beginning or end, and for being counted on.
    words : purpose and key of the luck.
    numbers : (families,) of families, those of a community beside one another, in their order.
    starts : (communities + 1,) place of the first family of each, and of the end.
    here_from : (families,) week from which she lives in the community.
    status : (families,) her statuses, a bit each.
    openness : (families,) how far she is open to new ties.
    groups : (programmes, families) in which group she sat this week; -1 in none.
    meeting : odds to begin for two strangers who meet in the community, in a group.
    odds : times that odds are larger with a shared friend, where named already, alike in status; times that ties which
        go both ways end as often; ties with which new ones are sought half as much.
    loss : (ages,) chance that a tie of an age ends.
    outside : chance that a tie out of the community ends, for kin, friends, professionals; that a friend is made there.
    hours : together a week with a tie, and in a session of a group.
    ties : who, whom, kind, since, counted, hours together: arrays (ties,) in the order of who, then whom.
    filled : the same arrays, to be filled.
    """
    who, whom, kind, since, ready, spent = ties
    to_who, to_whom, to_kind, to_since, to_ready, to_spent = filled
    purpose, k0, k1 = words[0], words[1], words[2]
    n = 0  # ties filled in
    at = 0  # next of the ties
    for c in range(len(starts) - 1):
        first, last = starts[c], starts[c + 1]
        size = last - first
        # Which tie is from whom to whom in this community (-1: none).
        place = np.full((size, size), -1, np.int64)
        begin = at
        i = 0
        for e in range(at, len(who)):
            while i < size and numbers[first + i] < who[e]:
                i += 1
            if i == size or numbers[first + i] != who[e]:
                break
            at = e + 1
            if whom[e] < OUTSIDE:
                j = np.searchsorted(numbers[first:last], whom[e])
                place[i, j] = e
        # Which two have a tie with the same third, in either direction: gone through by the ties of each third.
        shared = np.zeros((size, size), np.bool_)
        for k in range(size):
            for i in range(size):
                if place[i, k] >= 0 or place[k, i] >= 0:
                    for j in range(size):
                        if place[j, k] >= 0 or place[k, j] >= 0:
                            shared[i, j] = True
        e = begin
        for i in range(size):
            one = numbers[first + i]
            lives = here_from[first + i] <= week
            anew = _known_anew(one, week)
            has = 0
            for j in range(size):
                has += place[i, j] >= 0
            # Ties inside, in the order of their numbers; those out of the community come after, by larger numbers.
            for j in range(size):
                other, old = numbers[first + j], place[i, j]
                if i == j or not lives or here_from[first + j] > week:
                    continue
                together = 0
                for g in range(len(groups)):
                    together += groups[g, first + i] >= 0 and groups[g, first + i] == groups[g, first + j]
                named = place[j, i] >= 0
                draw = _uniform(clocks[0], one, other, purpose, k0, k1)
                if old < 0:
                    odds_met = _met(meeting[0], meeting[1], together, named)
                    differs = status[first + i] ^ status[first + j]
                    different = 0
                    while differs:
                        different += differs & 1
                        differs >>= 1
                    chance = _chance(
                        odds_met,
                        1.0 * shared[i, j],
                        1.0 * named,
                        different,
                        has,
                        openness[first + i],
                        odds[4],
                        odds[0],
                        odds[1],
                        odds[2],
                    )
                    if draw < chance:
                        to_who[n], to_whom[n], to_since[n] = one, other, week
                        to_kind[n] = GROUP if together > 0 else NEIGHBOUR
                        to_ready[n] = _uniform(clocks[1], one, other, purpose, k0, k1)
                        to_spent[n] = together * hours[1]
                        n += 1
                    continue
                age = min(week - since[old], len(loss) - 1)
                if draw >= loss[age] * (odds[3] if named else 1.0):
                    to_who[n], to_whom[n], to_kind[n], to_since[n] = one, other, kind[old], since[old]
                    to_ready[n] = _uniform(clocks[1], one, other, purpose, k0, k1) if anew else ready[old]
                    to_spent[n] = _hours(spent[old], hours[0], hours[1], together, named)
                    n += 1
            # Ties out of the community.
            while e < at and who[e] == one:
                if whom[e] >= OUTSIDE:
                    draw = _uniform(clocks[0], one, whom[e], purpose, k0, k1)
                    if draw >= outside[kind[e] - KIN]:
                        to_who[n], to_whom[n], to_kind[n], to_since[n] = one, whom[e], kind[e], since[e]
                        to_ready[n] = _uniform(clocks[1], one, whom[e], purpose, k0, k1) if anew else ready[e]
                        to_spent[n] = spent[e] + hours[0]
                        n += 1
                e += 1
            new = np.int64(OUTSIDE + MADE_LATER + week)  # the friend whom she may make in this week
            if _uniform(clocks[0], one, new, purpose, k0, k1) < outside[3]:
                to_who[n], to_whom[n], to_kind[n], to_since[n] = one, new, FRIEND, week
                to_ready[n] = _uniform(clocks[1], one, new, purpose, k0, k1)
                to_spent[n] = 0.0
                n += 1
    return n


@_compiled
def known_of_ties(numbers: Any, starts: Any, ties: Any, counts: Any, well: Any, found: Any) -> None:
    """Fill in what each mother's ties come to.

    Parameters
    ----------
    numbers : (families,) of families, those of a community beside one another, in their order.
    starts : (communities + 1,) place of the first family of each, and of the end.
    ties : who, whom and kind, arrays (ties,) in the order of who, then whom.
    counts : (ties,) true where she can count on the other.
    well : (families,) true for mothers who are well.
    found : (4, families) to be filled: persons on whom she can count; ties; pairs of them who know one another; well
        friends in the community.
    """
    who, whom, kind = ties
    at = 0
    for c in range(len(starts) - 1):
        first, last = starts[c], starts[c + 1]
        size = last - first
        tied = np.zeros((size, size), np.bool_)
        begin, i = at, 0
        for e in range(at, len(who)):
            while i < size and numbers[first + i] < who[e]:
                i += 1
            if i == size or numbers[first + i] != who[e]:
                break
            at = e + 1
            if whom[e] < OUTSIDE:
                tied[i, np.searchsorted(numbers[first:last], whom[e])] = True
        e = begin
        for i in range(size):
            kin = 0
            found[:, first + i] = 0
            while e < at and who[e] == numbers[first + i]:
                found[0, first + i] += counts[e]
                found[1, first + i] += 1
                kin += kind[e] == KIN
                e += 1
            found[2, first + i] = kin * (kin - 1) / 2  # kin know one another
            for j in range(size):
                if tied[i, j]:
                    found[3, first + i] += well[first + j]
                    for k in range(j):
                        found[2, first + i] += tied[i, k] and (tied[j, k] or tied[k, j])
