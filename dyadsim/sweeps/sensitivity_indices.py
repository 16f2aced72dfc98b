"""Sensitivity of an outcome to the factors of a sweep: indices by SALib, partial dependence, two factors together.

Indices are SALib's (Iwanaga, Usher & Herman 2022, doi 10.18174/sesmo.18155): Sobol (Sobol 1993, 2001; Saltelli et al.
2010), Morris (Morris 1991; Campolongo, Cariboni & Saltelli 2007) and PAWN (Pianosi & Wagener 2018). The formulas and
their sources stand at :func:`_sobol`, :func:`_morris` and :func:`_pawn`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common import random_numbers
from ..common.effect_size import BOUND, bound
from ..common.errors import DyadsimError, unknown
from .design import Design
from .points import MORRIS_LEVELS, problem_of
from .results import Results, View

__all__ = ["KNOWN_TO", "METHODS", "NOTHING", "binned", "dependence", "indices", "interaction", "method_for", "too_few"]

Numbers = NDArray[np.float64]
METHODS = ("sobol", "morris", "pawn")
NOTHING = "(a factor that does nothing)"
"""PAWN indices are above 0 even for such a factor, more so the fewer points there are: it stands beside the others."""
KNOWN_TO = 0.1
"""How far intervals of indices may reach to either side before points are called too few."""
_COLUMNS = ["method", "index", "factor", "other", "value", "low", "high", "points"]
_RESAMPLES = 200
_RESAMPLES_PAWN = 50  # each takes as long as the index itself,
_RESAMPLED = 1_000  # so of so many points at most, the standard deviation then scaled to as many as there are
_SLICES = 10  # of a factor's range, by PAWN, where each would hold so many points:
_LEAST = 20
_BINS = 10
_SETS = 20  # replicates whose indices are worked out, where each lives by another parameter set
_SEED = 0  # of our own draws
_SEED_OF_SALIB = 1  # which takes 0 for none, and then draws otherwise at each reading


def method_for(results: Results) -> str:
    """Method that a design was laid for; PAWN reads any other."""
    kind = results.manifest.asked.get("design", "grid")
    return str(kind) if kind in ("sobol", "morris") else "pawn"


def indices(results: Results, view: View, method: str | None = None) -> pd.DataFrame:
    """Sensitivity indices: how far an outcome follows each factor.

    Parameters
    ----------
    results : of a sweep.
    view : the outcome, as :meth:`Results.view` gives it.
    method : ``sobol``, ``morris`` or ``pawn`` (default: that for which the design was laid).

    Returns
    -------
    One row an index: ``method``, ``index`` (S1: alone; S2: of two factors beyond each alone; ST: with all its
    interactions, each a share of the variance between points; mu, mu_star, sigma: mean, mean size and standard
    deviation of elementary effects, in the outcome's unit for the whole range of a factor; pawn: distance between
    distributions, 0 to 1), ``factor``, ``other`` (of S2), ``value``, ``low`` and ``high`` (95 % interval: of S1, S2, ST
    by resampling base points as if each lay anywhere, so that Sobol's, which lie evenly, hold the index more often; of
    mu, mu_star by Student's t over trajectories; of pawn by resampling points, of the index that as many points give on
    average; where every replicate lives by a parameter set of its own, over these too; NaN where there is none),
    ``points``. With common luck all of it is of these dyads.

    Raises
    ------
    DyadsimError
        for a method for which the design was not laid, or an outcome that has too few values or does not vary.

    Examples
    --------
    >>> results = ds.Results.read("results")
    >>> indices(results, results.view("match", episode="play"))
    """
    chosen = method_for(results) if method is None else method
    if chosen not in METHODS:
        raise unknown("method", chosen, METHODS)
    if chosen != "pawn" and chosen != method_for(results):
        raise DyadsimError(
            f"{chosen.capitalize()} indices need design = '{chosen}', and this one is "
            f"'{results.manifest.asked.get('design', 'grid')}'; pawn reads any."
        )
    if results.over_parameter_sets:
        return _over_sets(results, view, chosen)
    return _once(results, view, chosen, results.values(view).to_numpy(dtype=float))


def _over_sets(results: Results, view: View, method: str) -> pd.DataFrame:
    """Indices of each replicate, which has its own parameter set: their mean, and an interval over all of them."""
    wide = results.values(view, by_replicate=True).unstack("replicate").reindex(range(len(results.points)))
    each = [_once(results, view, method, wide[replicate].to_numpy(dtype=float)) for replicate in list(wide)[:_SETS]]
    table = pd.concat(each, ignore_index=True)
    # Two intervals: of one set's index, by its points, and of the index of another set than these (few: Student's t).
    table["within"] = (table["high"] - table["value"]) ** 2
    keys = ["method", "index", "factor", "other"]
    found = table.groupby(keys, sort=False).agg(
        value=("value", "mean"), between=("value", "var"), within=("within", "mean"), points=("points", "min")
    )
    between = bound(len(each) - 1) ** 2 * (1 + 1 / len(each)) * found["between"]
    # Their squares add up, as the luck of the points and the choice of the set do not depend on each other.
    half = np.sqrt(between.fillna(0) + found["within"])
    return found.assign(low=found["value"] - half, high=found["value"] + half).reset_index()[_COLUMNS]


def too_few(results: Results, table: pd.DataFrame) -> str:
    """Sentence that intervals of indices are wider than :data:`KNOWN_TO`, and how many points it takes; else empty.

    An interval narrows as the root of the number of points. How wide is too wide is a convention: with 0.1 to either
    side a factor that does much is told from one that does nothing; Sarrazin, Pianosi & Wagener 2016 (doi
    10.1016/j.envsoft.2016.02.005) ask for less where numbers themselves are to be reported.

    Parameters
    ----------
    results : of a sweep.
    table : its indices, as :func:`indices` gives them.
    """
    own = table[table["factor"].isin(results.factors) & table["index"].isin(["S1", "ST", "pawn", "mu_star"])]
    half = ((own["high"] - own["low"]) / 2).to_numpy(dtype=float)
    if own["method"].eq("morris").any():  # in the outcome's unit: as shares of the largest
        half = half / max(float(own["value"].abs().max()), np.finfo(float).tiny)
    widest = float(np.nanmax(half, initial=0.0))
    if widest <= KNOWN_TO:
        return ""
    points = int(own["points"].min())
    of = " of the largest index" if own["method"].eq("morris").any() else ""
    if results.over_parameter_sets:
        needs = "Part of that is what the evidence leaves open, which no number of points narrows."
    else:
        block = _block(results)
        needed = block * int(np.ceil(points * (widest / KNOWN_TO) ** 2 / block))
        needs = f"About {_round_up(needed):,} points are needed for {KNOWN_TO:g}."
    return (
        f"Too few points for some of these indices: with {points:,} points their intervals reach up to "
        f"{widest:.2f}{of} to either side. {needs}"
    )


def _round_up(number: int) -> int:
    """Number of two digits and zeros that is as large at least."""
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return -(-number // step) * step


def _once(results: Results, view: View, chosen: str, values: Numbers) -> pd.DataFrame:
    """Indices of one value a point (points,), NaN where there is none."""
    known = values[~np.isnan(values)]
    if not known.size or np.ptp(known) <= 1e-12 * max(1.0, np.abs(known).max()):
        raise DyadsimError(f"'{view}' does not vary between the points that have a value, so nothing can explain it.")
    work: dict[str, Callable[[Results, Numbers], list[tuple[Any, ...]]]] = {
        "sobol": _sobol, "morris": _morris, "pawn": _pawn
    }  # fmt: skip
    return pd.DataFrame([(chosen, *row) for row in work[chosen](results, values)], columns=_COLUMNS)


def _whole(values: Numbers, each: int) -> NDArray[np.bool_]:
    """(points,) whether a point is of a block (base point, trajectory) of ``each`` points that all have a value."""
    blocks = ~np.isnan(values[: len(values) // each * each]).reshape(-1, each).any(axis=1)
    if blocks.sum() < 2:
        raise DyadsimError("Too few points have a value yet: indices need two whole blocks of the design at least.")
    return np.repeat(blocks, each)


def _sobol(results: Results, values: Numbers) -> list[tuple[Any, ...]]:
    """Sobol indices: shares of the variance between points.

    With Y the outcome and X_i a factor (Sobol 1993, Math. Modelling Comput. Exp. 1, 407-414; Sobol 2001, doi
    10.1016/S0378-4754(00)00270-6)::

        S1_i  = V[E(Y | X_i)] / V(Y)
        ST_i  = E[V(Y | all factors but X_i)] / V(Y)
        S2_ij = V[E(Y | X_i, X_j)] / V(Y) - S1_i - S1_j

    They are estimated over base points, each with its row of two independent samples A and B and the rows between, in
    which one factor is taken from the other sample: S1 and ST as Saltelli et al. (2010, doi
    10.1016/j.cpc.2009.09.018), S2 as Saltelli (2002, doi 10.1016/S0010-4655(02)00280-1).
    """
    from SALib.analyze import sobol

    names = results.factors
    kept = values[: len(results.points)]
    kept = kept[_whole(kept, _block(results))]
    found = sobol.analyze(
        problem_of(names), kept, calc_second_order=_second_order(results), num_resamples=_RESAMPLES, seed=_SEED_OF_SALIB
    )
    rows = [
        (index, name, "", *_around(found[index][k], found[f"{index}_conf"][k]), len(kept))
        for index in ("S1", "ST")
        for k, name in enumerate(names)
    ]
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))] if _second_order(results) else []
    return rows + [
        ("S2", names[i], names[j], *_around(found["S2"][i, j], found["S2_conf"][i, j]), len(kept)) for i, j in pairs
    ]


def _morris(results: Results, values: Numbers) -> list[tuple[Any, ...]]:
    """Mean, mean size and standard deviation of elementary effects.

    The elementary effect of a factor is the step of the outcome over the step of that factor alone, from one point of a
    trajectory to the next: ``EE = (Y(x + step) - Y(x)) / step``, steps in shares of the factor's range. Over
    trajectories, ``mu`` is the mean of EE and ``sigma`` its standard deviation (Morris 1991, doi
    10.1080/00401706.1991.10484804), ``mu_star`` the mean of its size, in which effects of both signs do not cancel
    (Campolongo, Cariboni & Saltelli 2007, doi 10.1016/j.envsoft.2006.10.004). Both means are over independent
    trajectories, of which there are few: intervals are Student's.
    """
    from SALib.analyze import morris

    names = results.factors
    whole = _whole(values, _block(results))
    kept = values[: len(whole)][whole]
    # The folder's own points, never points laid anew: another version of SALib lays others.
    steps = np.stack([_places(results, name) for name in names], axis=1)[: len(whole)][whole]
    found = morris.analyze(
        problem_of(names), steps, kept, num_resamples=2, num_levels=MORRIS_LEVELS, seed=_SEED_OF_SALIB
    )
    mu, stars, sigma = (np.asarray(found[index], dtype=float) for index in ("mu", "mu_star", "sigma"))
    count = len(kept) // (len(names) + 1)
    # The sum of squares of EE gives the variance of its size, too.
    of_sizes = np.maximum(sigma**2 + (mu**2 - stars**2) * count / (count - 1), 0.0)
    half, half_star = (bound(count - 1) * np.sqrt(each / count) for each in (sigma**2, of_sizes))
    of = {"mu_star": (stars, half_star), "mu": (mu, half), "sigma": (sigma, np.full(len(names), np.nan))}
    return [
        (index, name, "", *_around(value[k], off[k]), len(kept))
        for index, (value, off) in of.items()
        for k, name in enumerate(names)
    ]


def _places(results: Results, factor: str) -> Numbers:
    """(points,) levels of a factor as they were laid, listed ones by their place: they grow as shares of its range do.

    SALib looks only at which factor steps from one point of a trajectory to the next, and whether up or down; each step
    is as long, in shares.
    """
    asked = next(each for each in results.manifest.asked["factors"] if each["name"] == factor)
    levels = results.points[factor]
    if listed := asked.get("values"):
        levels = levels.map({level: place for place, level in enumerate(listed)})
    return levels.to_numpy(dtype=float)


def _pawn(results: Results, values: Numbers) -> list[tuple[Any, ...]]:
    """PAWN indices: how far the distribution of the outcome shifts if a factor is known to lie in a part of its range.

    The range of a factor is cut into slices of equally many points; in each, the distance between the outcome's
    distribution there, ``F(y | slice)``, and over all points, ``F(y)``, is that of Kolmogorov and Smirnov,
    ``max over y of |F(y) - F(y | slice)|``. The index is the median over slices (Pianosi & Wagener 2018, doi
    10.1016/j.envsoft.2018.07.019). Beside the factors stands one that does nothing, drawn at random: what it comes to
    is what so few points give by chance. Intervals are normal, by the standard deviation over resampled points.
    """
    names, kept = [*results.factors, NOTHING], ~np.isnan(values)
    if kept.sum() < 2 * _LEAST:
        raise DyadsimError(f"PAWN indices need {2 * _LEAST} points with a value at least; there are {kept.sum()}.")
    # (points, factors) levels, the last column the factor that does nothing; points without a value left out.
    levels = np.stack([_as_numbers(results.points[name]) for name in results.factors], axis=1)
    levels = np.column_stack([levels, random_numbers.shares(_SEED, len(values), NOTHING)])[kept]
    said = values[kept]
    here = _pawn_of(names, levels, said)
    # The same for points drawn with replacement. An index of fewer points varies more, by the root of their number.
    lots = np.random.default_rng(_SEED)
    some = min(len(said), _RESAMPLED)
    drawn = lots.integers(len(said), size=(_RESAMPLES_PAWN, some))
    again = np.stack([_pawn_of(names, levels[rows], said[rows]) for rows in drawn])
    half = BOUND * again.std(axis=0, ddof=1) * np.sqrt(some / len(said))
    return [("pawn", name, "", *_around(here[k], half[k]), len(said)) for k, name in enumerate(names)]


def _pawn_of(names: list[str], levels: Numbers, values: Numbers) -> Numbers:
    """(factors,) medians over slices, of which there are as many as leave enough points in each."""
    from SALib.analyze import pawn

    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    slices = int(np.clip(len(values) // _LEAST, 2, _SLICES))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(pawn.analyze(problem, levels, values, S=slices)["median"], dtype=float)


def _as_numbers(levels: pd.Series) -> Numbers:
    """(points,) levels as numbers: names by their order of appearance."""
    numeric = pd.api.types.is_numeric_dtype(levels)
    return np.asarray(levels if numeric else pd.factorize(levels)[0], dtype=float)


def _around(value: Any, half: Any) -> tuple[float, float, float]:
    """A value, and the ends of its interval."""
    return float(value), float(value - half), float(value + half)


# Where an outcome lies ------------------------------------------------------------------------------------------------


def dependence(results: Results, view: View, factor: str, bins: int = _BINS) -> pd.DataFrame:
    """Partial dependence: the outcome over a factor, averaged over all others (they vary independently of it).

    Parameters
    ----------
    results : of a sweep.
    view : the outcome, as :meth:`Results.view` gives it.
    factor : its name.
    bins : parts into which its range is cut, where it has more levels.

    Returns
    -------
    One row a level, or a part of the range: ``level`` (its middle), ``mean`` over points, ``low`` and ``high`` (95 %
    interval of that mean), ``points``. Points are taken as drawn at random, those of one base point or trajectory
    together (Student's t over these; Cameron & Miller 2015, doi 10.3368/jhr.50.2.317): points that lie evenly (sobol,
    latin-hypercube, grid) leave less open. With common luck it is of these dyads; how others would fare is in
    ``OUTCOME_se`` of :meth:`Results.means`.
    """
    values = results.values(view)
    where, block = binned(results, factor, bins).to_numpy(), np.arange(len(values)) // _block(results)
    table = pd.DataFrame({"level": where, "block": block, "value": values.to_numpy(dtype=float)}).dropna()
    rows = []
    for level in sorted(dict.fromkeys(table["level"]), key=_order):
        own = table[table["level"] == level]
        mean, count = own["value"].mean(), len(own)
        # How far the points of each block are off together.
        off = (own["value"] - mean).groupby(own["block"]).sum()
        error = np.sqrt((off**2).sum() * len(off) / (len(off) - 1)) / count if len(off) > 1 else np.nan
        rows.append((level, *_around(mean, bound(len(off) - 1) * error), count))
    return pd.DataFrame(rows, columns=["level", "mean", "low", "high", "points"])


def _second_order(results: Results) -> bool:
    return bool(results.manifest.asked.get("second_order", Design.model_fields["second_order"].default))


def _block(results: Results) -> int:
    """How many points of a design lie together: those of a base point or trajectory; in others each lies by itself."""
    kind, factors = results.manifest.asked.get("design", "grid"), len(results.factors)
    if kind == "sobol":  # its rows of A and B, one row a factor between them and, for S2, one more a factor
        return 2 * factors + 2 if _second_order(results) else factors + 2
    return factors + 1 if kind == "morris" else 1  # the first point of a trajectory, and one more for each factor


def interaction(results: Results, view: View, x: str, y: str, bins: int = _BINS) -> pd.DataFrame:
    """The outcome over two factors, averaged over all others.

    Parameters
    ----------
    results : of a sweep.
    view : the outcome, as :meth:`Results.view` gives it.
    x, y : names of two factors.
    bins : parts into which a factor's range is cut, where it has more levels.

    Returns
    -------
    One row a pair of levels: ``x``, ``y``, ``mean`` over points in the outcome's unit, ``points``.

    Raises
    ------
    DyadsimError
        for factors that are not there, or one twice.
    """
    if x == y:
        raise DyadsimError(f"An interaction is of two different factors, not of '{x}' twice.")
    across, along = (binned(results, name, bins) for name in (x, y))
    table = pd.DataFrame({"x": across, "y": along, "value": results.values(view)}).dropna()
    grouped = table.groupby(["x", "y"], sort=False)["value"]
    return grouped.agg(mean="mean", points="count").reset_index()


def binned(results: Results, factor: str, bins: int) -> pd.Series:
    """(points,) each point's level of a factor; of many levels the middle of the part of its range that it lies in.

    Raises
    ------
    DyadsimError
        for a factor that is not there.
    """
    if factor not in results.factors:
        raise unknown("factor of these results:", factor, results.factors)
    levels = results.points[factor]
    if not pd.api.types.is_numeric_dtype(levels) or levels.nunique() <= bins:
        return levels
    named = next(
        (each for each in results.manifest.asked.get("factors", ()) if each["name"] == factor), dict[str, Any]()
    )
    edges = np.linspace(named.get("low", levels.min()), named.get("high", levels.max()), bins + 1)
    places = np.clip(np.searchsorted(edges, levels, side="right") - 1, 0, bins - 1)
    return pd.Series(np.round((edges[:-1] + edges[1:])[places] / 2, random_numbers.DIGITS), index=levels.index)


def _order(level: Any) -> tuple[bool, Any]:
    return isinstance(level, str), 0 if isinstance(level, str) else level
