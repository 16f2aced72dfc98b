"""Nulls: measures as observed beside what they would be if something that joins the two were not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.shown import Shown, counted

__all__ = ["Null"]

_COLUMNS = ("episode", "measure", "observed", "null", "low", "high", "as_extreme", "draws")


@dataclass(frozen=True, repr=False)
class Null(Shown):
    """Measures as observed, and under a null: by shuffled partners, say, or by a model with one arrow cut.

    Attributes
    ----------
    table : one row an episode and measure: ``observed``; ``null`` (mean over draws); ``low`` and ``high`` (between them
        lie 95 of 100 draws); ``as_extreme`` (share of draws, the observed one among them, that lie as far from the mean
        of the null, on either side: (1 + so many) / (1 + draws), Phipson & Smyth 2010, doi 10.2202/1544-6115.1585);
        ``draws`` (those in which the measure is known).
    how : how the null is made, in words that finish "with ...".
    about : of what, with which seed and scheme.
    """

    table: pd.DataFrame
    how: str
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls, observed: pd.DataFrame, drawn: NDArray[np.float64], how: str, about: Mapping[str, Any] | None = None
    ) -> Null:
        """Null from what was observed and what was drawn.

        Parameters
        ----------
        observed : one row an episode, its name in ``episode``, and a column a measure.
        drawn : (draws, episodes, measures) the same under the null; NaN where a measure is not known.
        how : how the null is made, in words that finish "with ...".
        about : of what, with which seed and scheme.
        """
        measures = [str(name) for name in observed if name != "episode"]
        rows: list[tuple[Any, ...]] = []
        for e, episode in enumerate(observed["episode"]):
            for m, measure in enumerate(measures):
                seen, null = float(observed[measure].iloc[e]), drawn[:, e, m]
                rows.append((episode, measure, seen, *_summary(seen, null[~np.isnan(null)])))
        return cls(pd.DataFrame(rows, columns=list(_COLUMNS)), how, dict(about or {}))

    def _in_a_line(self) -> str:
        measures = self.table["measure"].nunique()
        draws = counted(int(self.table["draws"].max()), "draw")
        return f"{counted(measures, 'measure')} beside {draws} with {self.how}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.table

    def frame(self) -> pd.DataFrame:
        """Table of the null: a row an episode and measure."""
        return self.table.copy()

    def sentences(self) -> list[str]:
        """Each measure in a sentence: as observed, under the null, and how rare so much is there."""
        several = self.table["episode"].nunique() > 1
        said = []
        for row in self.table.to_dict("records"):
            what = str(row["measure"]).replace("_", " ") + (f", {row['episode']}" if several else "")
            if np.isnan(row["observed"]) or not row["draws"]:
                said.append(f"{what}: not known, as observed or with {self.how}.")
                continue
            said.append(
                f"{what}: {row['observed']:.3g} as observed; with {self.how} {row['null']:.3g} on average, 95 of 100 "
                f"draws between {row['low']:.3g} and {row['high']:.3g}; as far off as observed lie "
                f"{_share(row['as_extreme'])}."
            )
        return said


def _summary(observed: float, null: NDArray[np.float64]) -> tuple[float, float, float, float, int]:
    """Mean, interval and share as extreme of some draws (those that are known), and how many they are."""
    if not len(null):
        return np.nan, np.nan, np.nan, np.nan, 0
    mean = float(null.mean())
    low, high = (float(each) for each in np.quantile(null, (0.025, 0.975)))
    # Rounding must not make a draw that is the observed one itself less extreme.
    far = np.abs(null - mean) >= abs(observed - mean) - 1e-12
    as_extreme = (1 + int(far.sum())) / (1 + len(null)) if not np.isnan(observed) else np.nan
    return mean, low, high, as_extreme, len(null)


def _share(share: float) -> str:
    """A share in words: ``3.2 of 100``."""
    return f"{100 * share:.2g} of 100" if share < 1 else "all"
