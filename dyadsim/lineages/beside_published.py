"""Published figures on generations beside what families of a scenario show of the same."""

from __future__ import annotations

import pandas as pd

from ..theory import evidence
from .transmission_gap import WHOLE

__all__ = ["BESIDE", "beside_published"]

BESIDE = (
    *("row", "what", "unit", "published", "published_low", "published_high", "here", "low", "high", "how"),
    *("source", "doi", "basis", "unverified"),
)
"""Columns of :func:`beside_published`."""
_MIND = "her state of mind and his security"
_HOW = {
    "R021": "Published: as an interview and raters see both, secure or not. Here: as both are.",
    "F144": "Published: by measured sensitivity alone, from the two correlations along the way. Here: by "
    "sensitivity as it is, among all other ways.",
    "F158": "Published: reports and records of any maltreatment. Here: any maltreatment by a caregiver, as it is.",
}


def beside_published(ties: pd.DataFrame, gap: pd.DataFrame, cycles: pd.DataFrame) -> pd.DataFrame:
    """Published figures beside those of families: neither is measured here as it was in the studies.

    Parameters
    ----------
    ties, gap, cycles : of the families as declared, each as its function gives it.

    Returns
    -------
    One row a figure: ``row``, ``what``, ``unit``, ``published``, ``published_low``, ``published_high``, ``here``,
    ``low``, ``high``, ``how`` (what lies between the two), ``source``, ``doi``, ``basis``, ``unverified``.
    """
    mind = ties[ties["tie"] == _MIND].to_dict("records")[0]
    last = gap[gap["generation"] == gap["generation"].max()].set_index("way").to_dict("index")
    of_mind = (float(mind["r"]), float(mind["low"]), float(mind["high"]))
    by_sensitivity = (float("nan"), float("nan"), float("nan"))
    if last:
        one, whole = last["sensitivity"], float(last[WHOLE]["slope"])
        by_sensitivity = (float(one["share"]), float(one["low"]) / whole, float(one["high"]) / whole)
    maltreated = cycles[cycles["what"] == "maltreatment"].to_dict("records")[0]
    of_cycle = (float(maltreated["d"]), float(maltreated["d_low"]), float(maltreated["d_high"]))
    here = {
        "R021": (_MIND, "r", of_mind),
        "F144": ("share of that tie that goes by sensitivity", "share", by_sensitivity),
        "F158": ("her maltreatment and her child's", "d", of_cycle),
    }
    rows = []
    for id, (what, unit, (value, low, high)) in here.items():
        row = evidence.row(id)
        least, most = row.interval
        unverified = evidence.is_unverified(id)
        about = (_HOW[id], row.source, row.doi, row.basis, unverified)
        rows.append((id, what, unit, row.number, least, most, value, low, high, *about))
    return pd.DataFrame(rows, columns=list(BESIDE))
