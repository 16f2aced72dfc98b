"""Results of a plan of a trial's size: power at every level, and the number of dyads that gives what is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..common.files import TemporaryFolder
from ..common.parquet_files import read_parquet
from ..common.shown import Shown, counted
from .analysis import ALPHA
from .performance import error_of_share
from .power_plan import PowerPlan
from .trial_folder import ReplicateChunk, ReplicateManifest

__all__ = ["LEVELS", "PowerChunk", "PowerManifest", "PowerResults"]

LEVELS = ["effect", "lost", "reliability"]
"""What is varied beside the number of dyads."""
_Z = 1.96


@dataclass(frozen=True)
class PowerChunk(ReplicateChunk):
    """Some replicates, at all levels."""


@dataclass
class PowerManifest(ReplicateManifest[PowerChunk]):
    """Contents of the results folder of a plan, as its files have it; what was asked is the plan."""

    KIND: ClassVar[str] = "power"
    CHUNK: ClassVar[type[Any]] = PowerChunk
    ASKED: ClassVar[str] = "plan"


class PowerResults(Shown):
    """Results of a plan, opened.

    Attributes
    ----------
    manifest : what the folder says of itself.
    """

    def __init__(self, manifest: PowerManifest, place: TemporaryFolder | None = None) -> None:
        """``place`` is the folder, where it lasts no longer than the results."""
        self.manifest, self._place = manifest, place

    @classmethod
    def read(cls, folder: str | Path) -> PowerResults:
        """The results in a folder, as far as they are there.

        Raises
        ------
        DyadsimError
            if it is none of a plan, or its manifest cannot be read.
        """
        return cls(PowerManifest.read(folder))

    def _in_a_line(self) -> str:
        return f"{self.plan.name}, {counted(self.replicates, 'replicate')} at {counted(len(self.table), 'level')}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.sample_sizes()

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.manifest.folder

    @cached_property
    def plan(self) -> PowerPlan:
        """The plan."""
        return PowerPlan(**self.manifest.asked)

    @property
    def replicates(self) -> int:
        """How many replicates are there."""
        return self.manifest.replicates

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Estimates, one row a replicate, number of dyads and level."""
        files = [self.folder / chunk.file for chunk in self.manifest.chunks if chunk.done and chunk.rows]
        parts = [read_parquet(file) for file in files]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    @cached_property
    def table(self) -> pd.DataFrame:
        """Power, one row a number of dyads and level.

        ``dyads``, ``effect``, ``lost``, ``reliability`` (NaN: as the trial has it), ``replicates``, ``converged``,
        ``failed`` (fits), ``n`` (mean analysed), ``truth`` (mean true effect), ``power`` and its Monte Carlo error
        ``power_error``. Where all replicates agree, the error is that of one more that does not.
        """
        if self.estimates.empty:
            return pd.DataFrame()
        rows = []
        for levels, each in self.estimates.groupby([*LEVELS, "dyads"], dropna=False, sort=True):
            fits = each[each["converged"]]
            many, hits = len(fits), int((fits["p"] < ALPHA).sum())
            told = dict(zip([*LEVELS, "dyads"], levels, strict=True))
            told |= {"replicates": len(each), "converged": many, "failed": len(each) - many, "n": each["n"].mean()}
            told |= {"truth": each["true"].mean(), "power": hits / many if many else np.nan}
            rows.append({**told, "power_error": error_of_share(hits, many)})
        return pd.DataFrame(rows)[["dyads", *LEVELS, *[name for name in rows[0] if name not in (*LEVELS, "dyads")]]]

    def sample_sizes(self) -> pd.DataFrame:
        """Number of dyads that gives the power that is wanted, one row a level.

        Power follows the normal distribution function of a + b root(dyads), fitted to all replicates by statsmodels;
        its error knows that trials of different sizes share their dyads (clustered by replicate).

        Returns
        -------
        :data:`LEVELS`, ``dyads`` randomised with ``low`` and ``high`` (95 %), and ``says``: NaN beside a sentence where
        the number lies outside of those that were looked at.
        """
        rows = []
        for levels, each in self.estimates.groupby(LEVELS, dropna=False, sort=True):
            rows.append(dict(zip(LEVELS, levels, strict=True)) | self._needed(each[each["converged"]]))
        return pd.DataFrame(rows, columns=[*LEVELS, "dyads", "low", "high", "says"])

    def _needed(self, fits: pd.DataFrame) -> dict[str, Any]:
        """The number of dyads at one level."""
        wanted = self.plan.power
        shares = (fits["p"] < ALPHA).groupby(fits["dyads"]).mean()
        none: dict[str, Any] = {"dyads": np.nan, "low": np.nan, "high": np.nan}
        if shares.max() < wanted:
            return none | {"says": f"more than {int(shares.index.max()):,}"}
        if shares.min() > wanted:
            return none | {"says": f"fewer than {int(shares.index.min()):,}"}
        a, b, error = _probit(fits)
        root = (_normal_quantile(wanted) - a) / b
        ends = [root + side * _Z * error(root) for side in (-1, 1)]
        number, low, high = (float(np.ceil(max(each, 0.0) ** 2)) for each in (root, *ends))
        return {"dyads": number, "low": low, "high": high, "says": f"{number:,.0f} ({low:,.0f} to {high:,.0f})"}


def _normal_quantile(share: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(share))


def _probit(fits: pd.DataFrame) -> tuple[float, float, Any]:
    """Intercept and slope of power on root(dyads), and the error of the root at which a power is reached."""
    import statsmodels.api as sm

    design = sm.add_constant(np.sqrt(fits["dyads"].to_numpy(dtype=float)))
    family = sm.families.Binomial(link=sm.families.links.Probit())
    hits = (fits["p"] < ALPHA).to_numpy(dtype=float)
    found = sm.GLM(hits, design, family=family).fit(
        cov_type="cluster", cov_kwds={"groups": fits["replicate"].to_numpy()}
    )
    (a, b), covariance = found.params, np.asarray(found.cov_params())

    def error(root: float) -> float:
        """Error of (z - a) / b, by its derivatives -1 / b and -root / b."""
        slope = np.array([-1 / b, -root / b])
        return float(np.sqrt(slope @ covariance @ slope))

    return float(a), float(b), error
