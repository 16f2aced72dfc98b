"""Points of a design: where in the range of its factors a sweep looks.

Every way to lay points but the Latin hypercube has the points of a smaller design first, or among its own, so that it
can grow. SALib lays two of them (Iwanaga, Usher & Herman 2022, doi 10.18174/sesmo.18155): Saltelli's scheme on Sobol
points (Saltelli et al. 2010, doi 10.1016/j.cpc.2009.09.018) and Morris' trajectories (Morris 1991, doi
10.1080/00401706.1991.10484804).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common import random_numbers
from ..common.errors import DyadsimError
from .design import MOST_POINTS, Design
from .factor import Factor, Level
from .point_setup import target_of
from .point_table import SEED, point_table

__all__ = [
    "MORRIS_LEVELS",
    "Point",
    "grown",
    "names_of",
    "point_at",
    "points_between",
    "points_of",
    "problem_of",
    "shares_of",
]

MORRIS_LEVELS = 4
"""Levels of every factor on which Morris' trajectories step."""
_PREFIXED = ("sobol", "morris")  # a smaller design of these has the first points of a larger one, by the same SALib


@dataclass(frozen=True)
class Point:
    """One point of a design, in plain numbers and names.

    Attributes
    ----------
    levels : of its factors, by name.
    seed : what names its dyads and luck; None: the design's seed.
    """

    levels: Mapping[str, Level]
    seed: Any = None


def points_of(design: Design) -> pd.DataFrame:
    """Table of a design's points: a row a point, a column a factor, and the ``seed`` where points do not share it.

    Raises
    ------
    DyadsimError
        if a table cannot be read, or there are too many points.
    """
    if design.design == "table":
        points = point_table(str(design.table), MOST_POINTS)
        if SEED in points and not design.common_luck:
            raise DyadsimError(f"The table '{design.table}' has seeds of its own; leave common_luck = false out.")
    elif design.design == "grid":
        levels = [factor.grid(_is_whole(factor)) for factor in design.factors]
        _check_number(int(np.prod([float(len(each)) for each in levels])))
        points = pd.DataFrame(itertools.product(*levels), columns=[factor.name for factor in design.factors])
    else:
        shares = shares_of(design)
        columns = {each.name: each.at(shares[:, k], _is_whole(each)) for k, each in enumerate(design.factors)}
        points = pd.DataFrame(columns)
    if not design.common_luck:
        points[SEED] = random_numbers.seeds(design.seed, len(points))
    points.index.name = "point"
    return points


def names_of(points: pd.DataFrame) -> list[str]:
    """The names of the factors of a table of points."""
    return [str(name) for name in points if name != SEED]


def point_at(points: pd.DataFrame, number: int) -> Point:
    """The point of a number: the levels of its factors, and its seed."""
    return points_between(points, number, number + 1)[number]


def points_between(points: pd.DataFrame, first: int, stop: int) -> dict[int, Point]:
    """The points numbered from ``first`` to before ``stop``, by number."""
    rows = points.iloc[first:stop].to_dict("records")  # pandas gives plain numbers here, not NumPy's
    names = names_of(points)
    return {number: Point({name: row[name] for name in names}, row.get(SEED)) for number, row in enumerate(rows, first)}


def problem_of(names: Sequence[str]) -> dict[str, Any]:
    """Factors in SALib's form; each ranges over shares from 0 to 1."""
    names = list(names)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def shares_of(design: Design) -> NDArray[np.float64]:
    """(points, factors) shares from 0 to 1 of every factor's range."""
    count, factors = int(design.points or 0), len(design.factors)
    problem = problem_of([factor.name for factor in design.factors])
    if design.design == "random":
        return np.stack([random_numbers.shares(design.seed, count, factor.name) for factor in design.factors], axis=1)
    if design.design == "latin-hypercube":
        from scipy.stats import qmc  # takes half a second to import

        return np.asarray(qmc.LatinHypercube(factors, rng=design.seed).random(count))
    if design.design == "morris":
        from SALib.sample import morris

        _check_number(count * (factors + 1))
        # Each trajectory is drawn by a seed of its own, so that more of them begin as fewer do. Of the
        # seeds, 0 means none to some versions of SALib.
        seeds = np.maximum(random_numbers.seeds(design.seed, count) % 2**32, 1)
        drawn = [morris.sample(problem, 1, num_levels=MORRIS_LEVELS, seed=int(seed)) for seed in seeds]
        return np.concatenate(drawn)
    from SALib.sample import sobol

    _check_number(count * (2 * factors + 2 if design.second_order else factors + 2))
    asked = {"calc_second_order": design.second_order, "seed": design.seed % 2**32}
    return np.asarray(sobol.sample(problem, count, **asked))


def _is_whole(factor: Factor) -> bool:
    return target_of(factor.name).kind.whole


def _check_number(count: int) -> None:
    if count > MOST_POINTS:
        raise DyadsimError(f"A sweep has {MOST_POINTS:,} points at most, and this design {count:,}.")


def grown(old: pd.DataFrame, new: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The points of a design that has grown: those there were, with their numbers, then those that are new.

    Raises
    ------
    DyadsimError
        if the new points do not hold the old ones.
    """
    if list(old) != list(new):
        was, now = (", ".join(map(str, table)) for table in (old, new))
        raise DyadsimError(f"The points were laid over {was}, and now over {now}; give another folder.")
    if len(new) <= len(old) and (_is_part(design, new, old) or _same(new, old.iloc[: len(new)])):
        return old
    if _same(new.iloc[: len(old)], old):
        return new
    keys = [name for name in old if name != SEED or design.common_luck]  # seeds of a table are points' own
    known, asked = (pd.MultiIndex.from_frame(table[keys]) for table in (old, new))
    if design.design not in ("grid", "table") or not (set(known) <= set(asked) or set(asked) <= set(known)):
        if design.design == "latin-hypercube":
            raise DyadsimError(
                "A Latin hypercube cannot grow: more points would lie elsewhere; lay them as sobol or random, or give "
                "another folder."
            )
        if design.design in _PREFIXED:
            raise DyadsimError(
                f"The {design.design} points that are there were laid by other versions of SALib or SciPy than those "
                "installed (manifest.json names them under made_with), and these would not go on with them: install "
                "the former to let the design grow, or give another folder."
            )
        raise DyadsimError("The points that are there are not among those that are asked for; give another folder.")
    # The points there were keep their numbers, and those that are new follow.
    more = new[~asked.isin(known)]
    whole = pd.concat([old[keys], more[keys]], ignore_index=True)
    if SEED not in keys and SEED in old:
        whole[SEED] = random_numbers.seeds(design.seed, len(whole))
    whole.index.name = "point"
    return whole


def _is_part(design: Design, new: pd.DataFrame, old: pd.DataFrame) -> bool:
    """Whether no more is asked for than a library has laid by this design: another version of it may lay others."""
    return design.design in _PREFIXED or (design.design == "latin-hypercube" and len(new) == len(old))


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return len(one) == len(other) and one.to_dict("list") == other.to_dict("list")
