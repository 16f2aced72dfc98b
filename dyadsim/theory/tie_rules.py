"""The rule by which a tie between two mothers begins and ends: chances in a week, made of what is known of the two.

Plain arithmetic on numbers, so it serves agents as it is and is compiled for the array engine; both get the same bits.
What it is made of is in the order of events of stochastic models of networks: who meets, who is alike, who has a friend
in common, who has been named by the other (Snijders 2001, doi 10.1111/0081-1750.00099).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .family_parameters import FamilyParameters

__all__ = [
    "BEGIN_OR_END",
    "CLOSE_AT",
    "COUNTED_ON",
    "FRIEND",
    "GROUP",
    "HALF_YEAR",
    "KIN",
    "KINDS",
    "MADE_LATER",
    "NEIGHBOUR",
    "NEW_FOR",
    "OUTSIDE",
    "PROFESSIONAL",
    "chance_to_begin",
    "hours_after",
    "known_anew",
    "loss_by_age",
    "odds_of_meeting",
    "openness",
]

KINDS = ("neighbour", "group", "kin", "friend", "professional")
"""Kinds of a tie: to a mother of the community, met there or in a group; and to people out of it."""
NEIGHBOUR, GROUP, KIN, FRIEND, PROFESSIONAL = range(5)
OUTSIDE = 2**31
"""From this number on people are out of the community."""
MADE_LATER = 2**20
"""Friends made out of the community have the numbers ``OUTSIDE`` and this and the week."""
BEGIN_OR_END, COUNTED_ON = range(2)
"""Decisions between two: whether a tie begins or ends in a week; how readily one can be counted on in half a year."""
HALF_YEAR = 26
"""Weeks for which it stays as it is how readily someone can be counted on."""
NEW_FOR = 8
"""Weeks for which a tie is new (borrowed from students, F024 and F025)."""
CLOSE_AT = 1_040
"""Age in weeks from which a tie ends no less often."""
_DIGITS = 12


def odds_of_meeting(in_community: float, in_group: float, together: int, named: bool) -> float:
    """Odds that a tie begins between two strangers who meet as these two do in a week.

    Parameters
    ----------
    in_community, in_group : odds by living in one community, and by each group in which they sat together.
    together : in how many groups they did.
    named : whether the other has the tie already; who has named her seeks her company, as if they sat in a group.
    """
    odds = in_community + together * in_group
    if named and odds < in_group:
        odds = in_group
    return odds


def hours_after(hours: float, with_tie: float, of_session: float, together: int, named: bool) -> float:
    """Hours that two have spent together by the end of a week.

    Parameters
    ----------
    hours : by its start.
    with_tie : a week with a tie, as one of them has it; as many again if the other has it too.
    of_session : in a session of a group.
    together : in how many groups they sat together this week.
    named : whether the other has the tie too.
    """
    spent = hours + with_tie
    if named:
        spent = spent + with_tie
    return spent + together * of_session


def chance_to_begin(
    meeting: float,
    shared: float,
    named: float,
    different: int,
    has: int,
    openness: float,
    room: float,
    by_shared: float,
    by_named: float,
    by_likeness: float,
) -> float:
    """Chance that a mother comes to count another as a tie in a week.

    odds = meeting x openness x room^2 / (room^2 + ties^2) x shared friend x named already / likeness ^ differences

    Parameters
    ----------
    meeting : odds in strangers who meet as these two do in this week.
    shared, named : 1 if they have a tie to the same third, if the other has the tie already; else 0.
    different : in how many statuses they differ.
    has : ties that she has in the community.
    openness : how far she is open to new ties, 1 usual.
    room : ties with which she seeks new ones half as much.
    by_shared, by_named, by_likeness : how many times larger the odds are with each.
    """
    odds = meeting * openness * (room * room / (room * room + has * has))
    if shared > 0:
        odds = odds * by_shared
    if named > 0:
        odds = odds * by_named
    for _ in range(different):
        odds = odds / by_likeness
    return odds / (1.0 + odds)


def known_anew(mother: int, week: int) -> bool:
    """Whether it is drawn anew in a week on whom a mother can count: every half-year, not for all in the same week.

    Parameters
    ----------
    mother : number of her family.
    week : of his life.
    """
    return (week + mother) % HALF_YEAR == 0


def openness(depression: Any, parameters: FamilyParameters) -> Any:
    """How far mothers are open to new ties, 1 usual: depression keeps away.

    Parameters
    ----------
    depression : standard scores, of any shape.
    parameters : of families.
    """
    return 1 / (1 + parameters["depression keeps away"] * np.maximum(depression, 0.0))


def loss_by_age(parameters: FamilyParameters) -> NDArray[np.float64]:
    """Chances (ages in weeks, from 0 to :data:`CLOSE_AT`) that a tie of an age ends in a week.

    A new tie is held for two months; then it ends most often, and less and less often as it grows old.
    """
    ages = np.arange(CLOSE_AT + 1)
    new, young, old = (parameters[f"loss of {which} tie"] for which in ("a new", "a young", "an old"))
    halved = 0.5 ** ((ages - NEW_FOR) / parameters["ties grow old in"])
    return np.round(np.where(ages < NEW_FOR, new, old + (young - old) * halved), _DIGITS).astype(np.float64)
