"""Results of a sweep: a folder opened, read as tables and summarised point by point."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError, unknown
from ..common.parquet_files import read_parquet
from ..common.shown import Shown, counted
from ..scenarios.outcomes import KEYS, columns_of
from ..theory.parameter_sets import ENSEMBLE
from .design import Design
from .point_means import of_dyads, with_intervals
from .points import Point, names_of, point_at
from .results_folder import Manifest

__all__ = ["Results", "View"]

_FEW = 2_000
"""Points of which the means are shown where results are printed; of more of them it would take long."""


@dataclass(frozen=True)
class View:
    """One number a point to look at: an outcome in an episode, or in an arm and a week.

    Attributes
    ----------
    outcome : its name.
    episode : of a session; None of a scenario.
    arm, week : of a scenario; None of a session.
    against : the twins from whom the difference is taken; None: no difference.
    """

    outcome: str
    episode: str | None = None
    arm: str | None = None
    week: int | None = None
    against: str | None = None

    def __str__(self) -> str:
        name = self.outcome.replace("_", " ")
        if self.episode is not None:
            return f"{name}, {self.episode}"
        arm = f"{self.arm} against {self.against}" if self.against else self.arm
        return f"{name} in week {self.week}, {arm}"

    @property
    def options(self) -> str:
        """The options of ``dyadsim results`` that show it."""
        said = {"outcome": self.outcome, "episode": self.episode, "arm": self.arm, "week": self.week}
        parts = [f"--{name} {_quoted(value)}" for name, value in said.items() if value is not None]
        return " ".join([*parts, *([f"--against {_quoted(self.against)}"] if self.against else [])])


def _quoted(value: object) -> str:
    return f"'{value}'" if " " in str(value) else str(value)


class Results(Shown):
    """A results folder, opened: tables of what a sweep came to.

    Attributes
    ----------
    manifest : what the folder says of itself.

    Examples
    --------
    >>> design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=5)
    >>> ds.sweep(design, "results", workers=1)
    >>> ds.Results.read("results").frame(points=[1])
    """

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._tables: dict[tuple[bool, str | None], pd.DataFrame] = {}

    def _in_a_line(self) -> str:
        made = f"{self.done:.0%} of {counted(len(self.points), 'point')}, {counted(self.dyads, 'dyad')} each"
        return f"{self.manifest.asked['name']} in '{self.folder}': {made}, {', '.join(self.outcomes)}"

    def _in_a_table(self) -> pd.DataFrame:
        few = self.done > 0 and len(self.points) <= _FEW
        return self.means() if few else self.points.reset_index()

    @classmethod
    def read(cls, folder: str | Path) -> Results:
        """The results in a folder, as far as they are there.

        Parameters
        ----------
        folder : what :func:`dyadsim.sweep` was given as ``out``.

        Raises
        ------
        DyadsimError
            if it is none, or its manifest cannot be read.
        """
        return cls(Manifest.read(folder))

    @property
    def folder(self) -> Path:
        return self.manifest.folder

    @property
    def design(self) -> Design:
        """The design that was asked for, as it has grown to be."""
        return self.manifest.design

    @property
    def points(self) -> pd.DataFrame:
        """One row a point, a column a factor."""
        return self.manifest.points

    def point(self, number: int) -> Point:
        """The point of a number: the levels of its factors, and its seed."""
        return point_at(self.points, number)

    @property
    def factors(self) -> list[str]:
        """Names of the factors."""
        return names_of(self.points)

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes."""
        return self.manifest.outcomes

    @property
    def factor_columns(self) -> dict[str, str]:
        """Columns of the factors in tables that have outcomes too, by factor: ``NAME (factor)`` where NAME is taken."""
        taken = {*columns_of(self.outcomes), *KEYS}
        return {name: f"{name} (factor)" if name in taken else name for name in self.factors}

    @property
    def of_weeks(self) -> bool:
        """Whether the sweep is of a scenario's weeks, and not of sessions."""
        return "scenario" in self.manifest.asked

    @property
    def over_parameter_sets(self) -> bool:
        """Whether every replicate lives by another parameter set of the ensemble."""
        asked = self.manifest.asked
        return ENSEMBLE in (asked.get("parameters"), asked.get("scenario", {}).get("parameters"))

    @property
    def keys(self) -> list[str]:
        """The columns that say, beside point, replicate and dyad, what a row is of."""
        return ["arm", "week"] if self.of_weeks else ["episode"]

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row a failure: ``point``, ``dyads`` (first, after the last), ``error``."""
        found = [failure for chunk in self.manifest.chunks for failure in chunk.failures]
        return pd.DataFrame(found, columns=["point", "dyads", "error"])

    @property
    def dyads(self) -> int:
        """How many dyads there are at each point, over all replicates."""
        return max((chunk.dyads[1] for chunk in self.manifest.chunks), default=0)

    @property
    def weeks(self) -> range | None:
        """The weeks of a scenario; None of sessions."""
        spans = [chunk.weeks for chunk in self.manifest.chunks if chunk.weeks is not None]
        return range(min(first for first, _ in spans), max(stop for _, stop in spans)) if spans else None

    @property
    def done(self) -> float:
        """The share of the work that is there, from 0 to 1."""
        chunks = self.manifest.chunks
        return sum(each.work for each in chunks if each.done) / max(sum(each.work for each in chunks), 1)

    def files(self) -> list[Path]:
        """The Parquet files that are there and sound."""
        return [self.folder / chunk.file for chunk in self.manifest.chunks if chunk.done]

    def frame(self, points: Collection[int] | None = None, dyads: Collection[int] | None = None) -> pd.DataFrame:
        """All values, or those of some points or dyads.

        They may be larger than memory; :meth:`means` reads chunk by chunk.

        Parameters
        ----------
        points, dyads : numbers of those that are wanted (default: all).

        Returns
        -------
        One row a point, dyad and episode (or arm and week): ``point``, ``replicate``, ``dyad``, ``episode`` (or ``arm``
        and ``week``), and every outcome in its own unit; NaN where a dyad has none.
        """
        wanted = [chunk for chunk in self.manifest.chunks if chunk.done and _holds(chunk.points, points)]
        parts = [
            _of(read_parquet(self.folder / chunk.file), point=points, dyad=dyads)
            for chunk in wanted
            if _holds(chunk.dyads, dyads)
        ]
        columns = ["point", "replicate", "dyad", *self.keys, *self.outcomes]
        frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return frame.sort_values(["point", "dyad"], kind="stable", ignore_index=True)

    def means(self, by_replicate: bool = False, against: str | None = None) -> pd.DataFrame:
        """Means over the dyads of every point.

        Parameters
        ----------
        by_replicate : whether each replicate has rows of its own.
        against : an arm of a scenario; means are then of the dyads' differences from their twins there.

        Returns
        -------
        One row a point (and replicate) and episode (or arm and week): factors (``NAME (factor)`` where an outcome is
        called NAME too), ``dyads``, every outcome's mean over dyads (infinite, where one of them is), and its standard
        error as ``OUTCOME_se``. Where every replicate lives by a parameter set of its own,
        points have ``OUTCOME_low`` and ``OUTCOME_high`` too: 95 of 100 others would lie within them (normal).
        """
        return self._table(by_replicate, against).copy()

    def _table(self, by_replicate: bool, against: str | None) -> pd.DataFrame:
        """The table of means, worked out once."""
        if (by_replicate, against) not in self._tables:
            keys = ["point", "replicate", *self.keys] if by_replicate else ["point", *self.keys]
            table = of_dyads(self.files(), keys, self.outcomes, against)
            if self.over_parameter_sets and not by_replicate and len(table):
                table = with_intervals(table, self._table(True, against), keys, self.outcomes)
            named = self.factor_columns
            factors = self.points[self.factors].rename(columns=named)
            with_factors = factors.merge(table, left_index=True, right_on="point", how="right")
            columns = [*keys, *named.values(), *(name for name in table if name not in keys)]
            self._tables[by_replicate, against] = with_factors[columns].reset_index(drop=True)
        return self._tables[by_replicate, against]

    def view(self, outcome: str | None = None, **of: Any) -> View:
        """An outcome to look at, point by point: ``results.view("match", episode="play")``.

        Parameters
        ----------
        outcome : its name (default: the first).
        of : ``episode`` (default: the last); or ``arm`` (default: the first), ``week`` (default: the last) and
            ``against``, the twins from whom the difference is taken (default: none).

        Raises
        ------
        DyadsimError
            if the results do not have it.
        """
        given = {name: value for name, value in of.items() if value is not None}
        table = self._table(False, None)
        if table.empty:
            raise DyadsimError(f"'{self.folder}' holds no values yet.")
        name = outcome or self.outcomes[0]
        if name not in self.outcomes:
            raise unknown("outcome of these results:", name, self.outcomes)
        allowed = ["arm", "week", "against"] if self.of_weeks else ["episode"]
        for key in given:
            if key not in allowed:
                raise DyadsimError(
                    f"These results are of {'weeks' if self.of_weeks else 'sessions'}; they have no {key}."
                )
        return View(name, **self._chosen(given, table))

    def _chosen(self, given: dict[str, Any], table: pd.DataFrame) -> dict[str, Any]:
        """Episode, or arm and week, as given or as usual; a value that the table does not have is refused."""
        usual = {"arm": table[self.keys[0]].iloc[0], "week": int(table["week"].max())} if self.of_weeks else {}
        if not self.of_weeks:
            usual = {"episode": table["episode"].iloc[-1]}
        chosen = {**usual, **given}
        for key, value in chosen.items():
            known = [str(each) for each in table["arm" if key == "against" else key].unique()]
            if str(value) not in known:
                raise unknown(f"{key} of these results:", value, known)
        return chosen

    def values(self, view: View, by_replicate: bool = False) -> pd.Series:
        """Means over dyads of what is looked at, by point.

        Parameters
        ----------
        view : the outcome, as :meth:`view` gives it.
        by_replicate : whether each replicate has a mean of its own.

        Returns
        -------
        (points,) in the outcome's unit, or one a point and replicate; NaN where there is none, or an infinite one.
        """
        found = self._seen(view, by_replicate).set_index(["point", "replicate"] if by_replicate else "point")
        finite = found[view.outcome].where(np.isfinite(found[view.outcome]))
        return finite if by_replicate else finite.reindex(range(len(self.points)))

    def left_out(self, view: View) -> str:
        """A sentence on points that have no value of what is looked at, or an infinite one; empty if all have one."""
        infinite = int(np.isinf(self._seen(view, False)[view.outcome]).sum())
        lacking = int(self.values(view).isna().sum())
        if not lacking:
            return ""
        of_them = f" ({infinite:,} an infinite one)" if infinite else ""
        return (
            f"{lacking:,} of {len(self.points):,} points have no finite value of {view}{of_them}; figures and "
            "indices leave them out."
        )

    def errors(self, view: View) -> pd.Series:
        """The standard errors of :meth:`values` over dyads, by point; of a difference from twins, paired."""
        return self._seen(view, False).set_index("point")[f"{view.outcome}_se"].reindex(range(len(self.points)))

    def dyad_counts(self, view: View) -> pd.Series:
        """How many dyads stand behind :meth:`values`, by point; 0 where there are none."""
        counted = self._seen(view, False).set_index("point")["dyads"]
        return counted.reindex(range(len(self.points)), fill_value=0)

    def _seen(self, view: View, by_replicate: bool) -> pd.DataFrame:
        rows = self._table(by_replicate, view.against)
        for key, value in (("episode", view.episode), ("arm", view.arm), ("week", view.week)):
            if value is not None:
                rows = rows[rows[key] == value]
        return rows


def _of(rows: pd.DataFrame, **wanted: Collection[int] | None) -> pd.DataFrame:
    """The rows whose numbers are wanted; None wants all of a kind."""
    for key, numbers in wanted.items():
        if numbers is not None:
            rows = rows[rows[key].isin(list(numbers))]
    return rows


def _holds(span: tuple[int, int], wanted: Collection[int] | None) -> bool:
    return wanted is None or any(span[0] <= each < span[1] for each in wanted)
