"""Cycles kept and broken: of children whose mother lived through something as a child, how many do and do not."""

from __future__ import annotations

import pandas as pd

from ..common.effect_size import d_of_odds
from ..theory.attachment import SECURE
from .transmission import share_between

__all__ = ["CYCLES", "cycles"]

CYCLES = (
    *("what", "mothers", "kept", "kept_low", "kept_high", "broken", "broken_low", "broken_high"),
    *("others", "others_low", "others_high", "d"),
)
"""Columns of :func:`cycles`."""


def cycles(families: pd.DataFrame) -> pd.DataFrame:
    """Cycles kept and broken: of children whose mother was maltreated, or not secure, how many are themselves.

    Parameters
    ----------
    families : as :meth:`.generations.Generations.frame` has them.

    Returns
    -------
    One row for what was lived through: ``what``, ``mothers`` (who did), ``kept``, ``broken`` (shares of their children
    who do and do not), ``others`` (share of all other children who do), each with 95 % (``_low``, ``_high``; over
    communities), and ``d`` (of the odds, how much more often those children do than all others; empty where one of the
    shares is 0 or 1).
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
        d = float("nan")
        if 0 < kept < 1 and 0 < others[0] < 1:
            d = d_of_odds(kept / (1 - kept) / (others[0] / (1 - others[0])))
        rows.append((what, int(lived.sum()), kept, low, high, 1 - kept, 1 - high, 1 - low, *others, d))
    return pd.DataFrame(rows, columns=list(CYCLES))
