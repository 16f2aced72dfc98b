"""Marks of what made a results folder: rules, hashes of their tables, of what a few dyads come to, of user's files.

Whoever goes on with a folder, or replays a dyad of it, is held against this, so that no folder mixes two models.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..common.chunked_folder import Done
from ..common.parquet_files import read_parquet
from ..development.course_file import FORM as COURSE_FORM
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from .chunk_work import Block, rows_of_chunk
from .point_work import PointWork, payload_of
from .points import points_between

__all__ = ["made_by", "same_model", "same_rules"]

_FEW = 3  # dyads
_DIGITS = 6  # that must be the same: the last bits of a law or of a user's outcome differ between processors


def made_by(
    work: PointWork, points: pd.DataFrame, weeks: tuple[int, int] | None, files: Mapping[str, str]
) -> dict[str, Any]:
    """The line ``rules`` of a manifest: names of rules, hashes of their tables, of what a few dyads come to, of files.

    The few dyads tell of what no file tells: another version of dyadsim or of what makes its numbers, a function of the
    user's that was given other values, a file that such a function reads by itself.
    """
    done = _of_a_few(work, points, weeks)
    return {
        "infant": work.rules.infant.__qualname__,
        "mother": work.rules.mother.__qualname__,
        "tables": done.tables,
        "outcomes": _fingerprint(done),
        "saved_form": COURSE_FORM,
        "files": dict(files),
    }


def same_rules(made: Mapping[str, Any], rules: Rules) -> bool:
    """Whether these rules give the tables of those in ``made``, as :func:`made_by` gave it."""
    return probe(rules) == made["tables"]


def same_model(made: Mapping[str, Any], work: PointWork, points: pd.DataFrame, weeks: tuple[int, int] | None) -> bool:
    """Whether the same few dyads still come to what they came to in ``made``, as :func:`made_by` gave it."""
    return _fingerprint(_of_a_few(work, points, weeks)) == made["outcomes"]


def _of_a_few(work: PointWork, points: pd.DataFrame, weeks: tuple[int, int] | None) -> Done:
    """File of the first dyads of the first point, in the weeks of the first chunk."""
    dyads = (0, min(_FEW, work.design.dyads))
    return rows_of_chunk(payload_of(work), Block(points_between(points, 0, 1), dyads, weeks))


def _fingerprint(done: Done) -> str:
    """A hash of what came of some dyads: the same rules, weeks, measures and parameters give the same."""
    table = read_parquet(io.BytesIO(done.data))
    rounded = table.round(_DIGITS).to_json(double_precision=_DIGITS)
    return hashlib.sha256(rounded.encode()).hexdigest()[:16]
