"""Cells of a heat map: an outcome over one factor or two, with how many points and dyads stand behind each mean."""

from __future__ import annotations

import pandas as pd

from ..common.errors import DyadsimError
from .results import Results, View
from .sensitivity_indices import binned

__all__ = ["cells"]


def cells(results: Results, view: View, x: str, y: str, bins: int) -> pd.DataFrame:
    """Table of cells: the outcome over two factors, averaged over all others.

    Parameters
    ----------
    results : of a sweep.
    view : the outcome, as :meth:`Results.view` gives it.
    x, y : names of two factors; without ``y`` all cells are in one row.
    bins : parts into which a factor's range is cut, where it has more levels.

    Returns
    -------
    One row a cell in which a point has a value: ``x``, ``y`` (empty without one), ``mean`` over its points in the
    outcome's unit, ``sd`` between them (NaN of a single one), ``points``, and ``dyads``, of all its points together.

    Raises
    ------
    DyadsimError
        for factors that are not there, or one twice.
    """
    if x == y:
        raise DyadsimError(f"A heat map is of two different factors, not of '{x}' twice.")
    upwards = binned(results, y, bins) if y else ""
    table = pd.DataFrame(
        {"x": binned(results, x, bins), "value": results.values(view), "dyads": results.dyad_counts(view)}
    )
    grouped = table.assign(y=upwards).dropna(subset="value").groupby(["x", "y"], sort=False)
    found = grouped.agg(
        mean=("value", "mean"), sd=("value", "std"), points=("value", "count"), dyads=("dyads", "sum")
    ).reset_index()
    return found.astype({"points": int, "dyads": int})
