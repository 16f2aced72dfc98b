"""Sessions of groups: in which group of a programme each mother of a community sits, and whom she met there in a
week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..community.family import Families
from ..community.peer_groups import seats
from ..interventions.delivery import Delivered
from ..interventions.treatment import Treatment

__all__ = ["met", "seated"]


def seated(treatments: Iterable[Treatment], families: Families) -> Mapping[str, NDArray[np.int64]]:
    """Groups (families,) in which mothers sit, by programme; -1 in none.

    Parameters
    ----------
    treatments : what is offered to the families.
    families : of whole communities.
    """
    groups = {}
    if families.ties:
        for each in treatments:
            if each.offered.entry.in_groups and each.offered.to != "partner":
                size = each.offered.seats or round(families.parameters["seats of a group"])
                comes = each.attended.takes_up[families.mothers_at]
                groups[each.name] = seats(families, each.name, comes, size, each.luck)
    return groups


def met(
    treatments: Iterable[Treatment],
    groups: Mapping[str, NDArray[np.int64]],
    families: Families,
    week: int,
    delivered: Iterable[Delivered] = (),
) -> NDArray[np.int64]:
    """Groups (programmes, families) in which mothers sat in a week; -1 for who was not there.

    Parameters
    ----------
    treatments : what is offered to the families.
    groups : as :func:`seated` gives them.
    families : whose mothers.
    week : of his life.
    delivered : what a service gives them.
    """
    sat = [
        np.where(each.came(week)[families.mothers_at], groups[each.name], -1)
        for each in treatments
        if each.name in groups
    ]
    if families.ties:
        sat += [each.groups_of(week)[families.mothers_at] for each in delivered if each.in_groups]
    return np.stack(sat) if sat else np.full((0, len(families)), -1, dtype=np.int64)
