"""Counts of ties that begin, last and end in a simulated study, as sociologists count them between two visits."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..community.edges import Ties
from ..development.course import Course

__all__ = ["Between", "between", "matrix_of", "reciprocity", "transitivity"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Between:
    """Ties at one visit, by ordered pairs of mothers who live in one community (pairs,), and at the next.

    Attributes
    ----------
    before, after : whether one has the tie to the other.
    returned : whether the other had the tie to her at the first visit.
    shared : whether both had a tie with the same third then.
    weeks : between the visits.
    """

    before: Bools
    after: Bools
    returned: Bools
    shared: Bools
    weeks: int

    def begun(self, among: Bools | None = None) -> float:
        """Share of the pairs without a tie, of those in ``among``, that have one at the next visit."""
        free = ~self.before if among is None else ~self.before & among
        return float(self.after[free].mean())


def matrix_of(course: Course, ties: Ties) -> Bools:
    """Ties inside communities (communities, families, families), true where the first has one to the second."""
    families = course.families
    size = families.community_size
    inside = ties.inside
    matrix = np.zeros((len(families.starts) - 1, size, size), dtype=bool)
    first = families.community[0]
    matrix[ties.who[inside] // size - first, ties.who[inside] % size, ties.whom[inside] % size] = True
    return matrix


def between(course: Course, visits: Iterable[int]) -> list[Between]:
    """What ties do from each visit to the next, over all communities.

    Parameters
    ----------
    course : of families in communities of one size.
    visits : weeks of his life.
    """
    found = []
    pairs = ~np.eye(course.families.community_size, dtype=bool)
    for one, other in itertools.pairwise(visits):
        before, after = (matrix_of(course, course.around[week - course.weeks.start].ties) for week in (one, other))
        either = (before | before.swapaxes(1, 2)).astype(float)
        shared = either @ either > 0
        returned = before.swapaxes(1, 2)
        first, last, back, third = (each[:, pairs].ravel() for each in (before, after, returned, shared))
        found.append(Between(first, last, back, third, other - one))
    return found


def reciprocity(matrix: Bools) -> float:
    """Share of the ties (communities, n, n) that go both ways."""
    return float((matrix & matrix.swapaxes(1, 2)).sum() / matrix.sum())


def transitivity(matrix: Bools) -> float:
    """Share of pairs with a tie to the same third that are tied themselves, over (communities, n, n)."""
    either = (matrix | matrix.swapaxes(1, 2)).astype(float)
    two_steps = either @ either
    off = ~np.eye(matrix.shape[1], dtype=bool)
    return float((two_steps * either)[:, off].sum() / two_steps[:, off].sum())
