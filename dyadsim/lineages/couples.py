"""Couples: who of a generation's grown children lives with whom, and whose infants the next families have.

Daughters and sons of a community find each other by a declared likeness in state of mind
(:class:`~dyadsim.theory.family_parameters.FamilyParameters`, *alike sensitivity*); where there are too few, somebody
comes from elsewhere. As many families follow as there were before: a couple's second infant is simulated as a family of
its own, since a family here has one infant. Every draw is of one person, and only those of a community choose among
each other, so that other communities change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from ..common.random_numbers import trait_normals
from .persons import UNKNOWN

__all__ = ["DAUGHTER", "SON", "Couples", "couples_of", "sexes"]

Whole = NDArray[np.int64]
Numbers = NDArray[np.float64]
DAUGHTER, SON = "daughter", "son"


@dataclass(frozen=True, eq=False)
class Couples:
    """Parents of the next families, each at their place among the children of the generation before.

    Attributes
    ----------
    mother, father : (families,) places; -1 for somebody from elsewhere, or where there is nobody.
    with_partner : (families,) true where there are two.
    """

    mother: Whole
    father: Whole
    with_partner: NDArray[np.bool_]


def sexes(seed: int, units: Whole) -> NDArray[np.object_]:
    """Whether each child is a daughter or a son: by even chances.

    Parameters
    ----------
    seed : of the generation.
    units : numbers of the families into which they are born.
    """
    return np.where(trait_normals(seed, units, "child: sex") < 0, DAUGHTER, SON).astype(object)


def couples_of(children: pd.DataFrame, seed: int, share: float | None, alike: float) -> Couples:
    """Couples of a generation, a family each, in the order of the families in which the children grew up.

    Parameters
    ----------
    children : a generation's, with ``mother``, ``father``, ``community``, ``sex``, ``history`` and ``born_in`` (the
        number of the family).
    seed : of their generation.
    share : of mothers who live with a partner; None: no partner is simulated, and sons have no families.
    alike : correlation of the state of mind of two partners.
    """
    units = children["born_in"].to_numpy(dtype=np.int64)
    draws = {name: trait_normals(seed, units, f"child: {name}") for name in ("place", "partner", "met")}
    # Sorted by a noisy score, two who stand at the same place are alike by the square of what the score knows.
    drawn_to = np.sqrt(alike) * children["history"].to_numpy() + np.sqrt(1 - alike) * draws["met"]
    daughter = (children["sex"] == DAUGHTER).to_numpy()
    parents = children[["mother", "father"]].to_numpy(dtype=np.int64)
    mother, father = np.full(len(children), UNKNOWN), np.full(len(children), UNKNOWN)
    with_partner = np.zeros(len(children), dtype=bool)
    community = children["community"].to_numpy()
    for rows in np.split(np.arange(len(children)), np.flatnonzero(np.diff(community)) + 1):
        hers, his, two = _paired(rows, daughter, draws, drawn_to, share)
        his = _no_siblings(hers, his, parents)
        # Couples in the order of their luck, each as often as the families that follow allow.
        nth = np.arange(len(rows)) % len(hers)
        mother[rows], father[rows], with_partner[rows] = hers[nth], his[nth], two[nth]
    return Couples(mother.astype(np.int64), father.astype(np.int64), with_partner)


def _paired(
    rows: Whole, daughter: NDArray[np.bool_], draws: dict[str, Numbers], drawn_to: Numbers, share: float | None
) -> tuple[Whole, Whole, NDArray[np.bool_]]:
    """Mothers, fathers, and whether there are two, of the couples of one community."""

    def in_order(some: Whole) -> Whole:
        return some[np.lexsort((some, draws["place"][some]))]

    daughters, sons = in_order(rows[daughter[rows]]), in_order(rows[~daughter[rows]])
    if not len(daughters):  # every son lives with somebody from elsewhere
        return np.full(len(sons), UNKNOWN), sons, np.full(len(sons), share is not None)
    his = np.full(len(daughters), UNKNOWN)
    if share is None:
        return daughters, his, np.zeros(len(daughters), dtype=bool)
    two = draws["partner"][daughters] < ndtri(share)
    seeking = np.flatnonzero(two)
    number = min(len(seeking), len(sons))
    chosen, theirs = seeking[:number], sons[:number]
    by_score = chosen[np.argsort(drawn_to[daughters[chosen]], kind="stable")]
    his[by_score] = theirs[np.argsort(drawn_to[theirs], kind="stable")]
    return daughters, his, two


def _no_siblings(hers: Whole, his: Whole, parents: Whole) -> Whole:
    """Fathers of the couples, such that nobody lives with a sister or a brother.

    Two who share a parent change partners with the next couple for whom that makes no siblings a couple; if there is
    none, she lives with somebody from elsewhere.
    """

    def siblings(one: int, other: int) -> bool:
        known = (parents[one] != UNKNOWN) & (parents[one] == parents[other])
        return bool(known.any())

    found = his.copy()
    together = np.flatnonzero((hers >= 0) & (found >= 0))
    for k in together:
        if not siblings(hers[k], found[k]):
            continue
        for j in np.roll(together, -1 - int(np.flatnonzero(together == k)[0]))[:-1]:
            if not siblings(hers[k], found[j]) and not siblings(hers[j], found[k]):
                found[k], found[j] = found[j], found[k]
                break
        else:
            found[k] = UNKNOWN
    return found
