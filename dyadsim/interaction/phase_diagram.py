"""Phase diagrams: a measure over two traits, on the exact law."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError, unknown, whole_number
from ..people.cohort import Cohort, check_cohort
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from ..theory.states import AnyScheme, match_scheme
from ..theory.traits import TRAITS, Trait
from .law import law
from .paradigms import Paradigm
from .rule_set import Rules

__all__ = ["phase_diagram"]


def phase_diagram(
    x: str = "sensitivity",
    y: str = "negativity",
    measure: str = "mean_repair_latency",
    *,
    paradigm: str | Path | Paradigm = "free-play",
    episode: str | None = None,
    scheme: AnyScheme = None,
    points: int = 15,
    reach: float | None = None,
    dyad: Cohort | None = None,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
) -> pd.DataFrame:
    """Phase diagram: a measure of dyads that differ in two traits only, on the exact law.

    Parameters
    ----------
    x, y : the traits.
    measure : a column of ``law.measures()``.
    paradigm, episode : of what; by default the first episode.
    scheme : match scheme.
    points : how many values of each trait, from 3 to 101.
    reach : values run so far to either side of the default (in the trait's unit), or to the end of its range. By
        default 2 for standard scores, and all of the range for other traits.
    dyad : a cohort of one, which they equal in all else (default: a typical dyad).
    infant, mother : the rules; pass a subclass to change one.

    Returns
    -------
    One row a pair of values: the traits and the measure; ``attrs`` has the episode and the scheme.

    Raises
    ------
    DyadsimError
        for an unknown trait, measure or episode, or an impossible number.

    >>> table = ds.phase_diagram("sensitivity", "burden", "match", points=3)
    >>> table.pivot(index="burden", columns="sensitivity", values="match")
    """
    known_traits = TRAITS | {trait.name: trait for trait in Rules(infant, mother).extra_traits}
    for name in (x, y):
        if name not in known_traits:
            raise unknown("trait", name, known_traits)
    if x == y:
        raise DyadsimError(f"A phase diagram needs two different traits, not '{x}' twice.")
    if reach is not None and not (isinstance(reach, int | float) and reach > 0):
        raise DyadsimError(f"The reach must be a number above 0, not {reach!r:.60}.")
    points = whole_number("number of points", points, 3, 101)
    one = Cohort.of() if dyad is None else check_cohort(dyad)
    if len(one) != 1:
        raise DyadsimError(f"A phase diagram is of one dyad, not of {len(one)}.")
    across, along = (_values(known_traits[name], points, reach) for name in (x, y))
    pairs = np.array([(a, b) for b in along for a in across])
    varied = one.repeated(len(pairs)).replace({x: pairs[:, 0], y: pairs[:, 1]}, extra_traits=known_traits.values())
    exact = law(varied, paradigm, infant=infant, mother=mother)
    measures = exact.measures(scheme)
    if measure not in (known := measures.columns[2:]):
        raise unknown("measure", measure, known)
    wanted = exact.episodes[0] if episode is None else episode
    if wanted not in exact.episodes:
        raise unknown("episode", wanted, exact.episodes)
    grid = pd.DataFrame({x: pairs[:, 0], y: pairs[:, 1]})
    grid[measure] = measures.loc[measures["episode"] == wanted, measure].to_numpy()
    grid.attrs |= {"episode": wanted, "scheme": match_scheme(scheme).name}
    return grid


def _values(trait: Trait, points: int, reach: float | None) -> np.ndarray:
    """Values (points,) of a trait, evenly from one end of its reach about the default to the other."""
    if reach is None:
        reach = 2.0 if trait.unit == "standard score" else trait.high - trait.low
    return np.linspace(max(trait.low, trait.default - reach), min(trait.high, trait.default + reach), points)
