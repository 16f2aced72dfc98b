"""Peer groups: who of a community sits with whom in the groups of a programme, and who was there in a week.

Mothers who take a programme up are laid in an order by luck, community by community, and seated group by group. So
nobody's place among those who come depends on mothers who do not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import WeeklyLuck
from .family import Families

__all__ = ["check_size", "seats"]

Whole = NDArray[np.int64]


def check_size(families: Families, size: int) -> int:
    """The size of a group, which a community can fill.

    Raises
    ------
    DyadsimError
        if there are more seats than families in a community.
    """
    if size > families.community_size:
        raise DyadsimError(
            f"A group of {size} mothers is larger than a community of {families.community_size} families; give fewer "
            "seats, or larger communities (community_size)."
        )
    return size


def seats(families: Families, programme: str, comes: NDArray[np.bool_], size: int, luck: WeeklyLuck) -> Whole:
    """Number of the group in which each mother sits (families,); -1 for who does not come.

    A last group that would be less than half full joins the one before.

    Parameters
    ----------
    families : of whole communities.
    programme : names the luck.
    comes : (families,) true for mothers who take it up.
    size : mothers of a group.
    luck : of the weeks.
    """
    drawn = luck.outcome(families.numbers, f"{programme}: seat")
    seat = np.full(len(families), -1, dtype=np.int64)
    for first, last in zip(families.starts[:-1], families.starts[1:], strict=True):
        there = first + np.flatnonzero(comes[first:last])
        in_order = there[np.argsort(drawn[there], kind="stable")]
        groups = max((len(there) + size // 2) // size, 1)
        # Numbered by community, so that groups of different communities are never one.
        first_number = int(families.community[first]) * families.community_size
        seat[in_order] = first_number + np.minimum(np.arange(len(there)) // size, groups - 1)
    return seat
