"""Means over the dyads of a sweep's points, summed up chunk by chunk: a folder may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from ..common.effect_size import bound
from ..common.parquet_files import read_parquet

__all__ = ["of_dyads", "with_intervals"]


def of_dyads(files: Iterable[Path], keys: list[str], outcomes: list[str], against: str | None = None) -> pd.DataFrame:
    """Means and standard errors over dyads, one row a combination of ``keys``.

    Parameters
    ----------
    files : Parquet files of values; all arms of a dyad are in one.
    keys : columns, the point first.
    against : an arm, from which every dyad's difference is taken in the others; None: no difference.

    Returns
    -------
    The keys, ``dyads``, and by outcome its mean and ``OUTCOME_se``; NaN where nothing is known. Points are in order,
    episodes and arms as they come.
    """
    parts = list(_sums(files, keys, outcomes, against))
    if not parts:
        return pd.DataFrame(columns=[*keys, "dyads", *outcomes])
    # Count, sum and sum of squares add up over files.
    in_order = [key for key in keys if key not in ("arm", "episode")]
    by_file = pd.concat(parts)
    # Dyads at both infinities have a sum of NaN, which pandas would take for 0.
    of_both = by_file.isna().groupby(level=keys, sort=False).any()
    together = by_file.groupby(level=keys, sort=False).sum().mask(of_both)
    together = together.sort_index(level=in_order, kind="stable", sort_remaining=False)
    out = together[["dyads"]].astype(int)
    for name in outcomes:
        count, total, squares = (together[f"{name} {part}"] for part in ("count", "sum", "squares"))
        out[name] = mean = total / count.where(count > 0)
        # Variance of a sample from its sums: (sum of squares - n mean^2) / (n - 1), which rounding may take below 0.
        variance = (squares - count * mean**2).clip(lower=0) / (count - 1).where(count > 1)
        out[f"{name}_se"] = (variance / count) ** 0.5
    return out.reset_index()


def _sums(files: Iterable[Path], keys: list[str], outcomes: list[str], against: str | None) -> Iterator[pd.DataFrame]:
    """Counts, sums and sums of squares of every outcome, file by file."""
    for path in files:
        frame = read_parquet(path)
        if against is not None:
            frame = _differences(frame, outcomes, against)
        if frame.empty:
            continue
        values = frame[outcomes]
        parts = {"count": values.notna().astype(float), "sum": values, "squares": values**2}
        named = [part.add_suffix(f" {name}") for name, part in parts.items()]
        whole = pd.concat([frame[keys].assign(dyads=1), *named], axis=1)
        yield whole.groupby(keys, sort=False).sum()


def _differences(frame: pd.DataFrame, outcomes: list[str], against: str) -> pd.DataFrame:
    """The difference of every dyad from its twin in the arm ``against``."""
    same = ["point", "dyad", "week"]
    twin = frame[frame["arm"] == against].set_index(same)[outcomes]
    others = frame[frame["arm"] != against].set_index(same)
    others[outcomes] = others[outcomes] - twin.reindex(others.index)
    return others.reset_index()


def with_intervals(table: pd.DataFrame, by_replicate: pd.DataFrame, keys: list[str], names: list[str]) -> pd.DataFrame:
    """``table`` with ``OUTCOME_low`` and ``OUTCOME_high``: within which the mean of another replicate lies.

    With a chance of 95 %, if replicates are normal: Student's t times their standard deviation, times the root of
    1 + 1 / replicates for what so few leave open of their mean (Hahn & Meeker 1991, doi 10.1002/9780470316771).
    """
    found = by_replicate.groupby(keys, sort=False)[names]
    count = found.count()
    half = (bound(count - 1) * found.std() * (1 + 1 / count) ** 0.5).reindex(pd.MultiIndex.from_frame(table[keys]))
    low, high = (table[names] + sign * half.reset_index(drop=True) for sign in (-1, 1))
    return pd.concat([table, low.add_suffix("_low"), high.add_suffix("_high")], axis=1)
