"""Cycles kept and broken: of children whose mother lived through something as a child, how many do and do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import d_of_odds
from ..theory.attachment import SECURE
from .transmission import share_between

__all__ = ["CYCLES", "cycles"]

CYCLES = (
    *("what", "mothers", "kept", "kept_low", "kept_high", "broken", "broken_low", "broken_high"),
    *("others", "others_low", "others_high", "d", "d_low", "d_high"),
)
"""Columns of :func:`cycles`."""
_NORMAL = 1.96  # standard errors of a 95 % interval


def cycles(families: pd.DataFrame) -> pd.DataFrame:
    """Cycles kept and broken: of children whose mother was maltreated, or not secure, how many are themselves.

    Parameters
    ----------
    families : as :meth:`.generations.Generations.frame` has them.

    Returns
    -------
    One row for what was lived through: ``what``, ``mothers`` (who did), ``kept``, ``broken`` (shares of their children
    who do and do not), ``others`` (share of all other children who do), each with 95 % (``_low``, ``_high``; over
    communities), and ``d`` (of the odds, how much more often those children do than all others, with ``d_low`` and
    ``d_high`` as if no two families were alike: Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x; empty where one of
    the shares is 0 or 1).
    """
    rows = []
    for what, hers, his in (
        ("maltreatment", "mother_maltreated", "maltreated"),
        ("insecure attachment", "mother_attachment", "attachment"),
    ):
        known = families[families[hers].notna()]
        lived, does = (
            (known[name] != SECURE if what != "maltreatment" else known[name].astype(bool)).to_numpy()
            for name in (hers, his)
        )
        community = known["community"].to_numpy()
        kept, low, high = share_between(does[lived], community[lived])
        others = share_between(does[~lived], community[~lived])
        rows.append((what, int(lived.sum()), kept, low, high, 1 - kept, 1 - high, 1 - low, *others, *_d(lived, does)))
    return pd.DataFrame(rows, columns=list(CYCLES))


def _d(lived: NDArray[np.bool_], does: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Standardised difference that an odds ratio stands for, with its 95 % interval."""
    counts = np.array([(one & other).sum() for one in (lived, ~lived) for other in (does, ~does)], dtype=np.float64)
    if not counts.all():
        return (float("nan"),) * 3
    log = float(np.log(counts[0] * counts[3] / (counts[1] * counts[2])))
    off = _NORMAL * float(np.sqrt((1 / counts).sum()))
    d, low, high = (d_of_odds(float(np.exp(each))) for each in (log, log - off, log + off))
    return d, low, high
