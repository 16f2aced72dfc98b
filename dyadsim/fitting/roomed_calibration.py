"""Calibrations whose rows are told by how far within their ranges they lie: those of families and of generations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import tomli_w

from ..common.files import path_of, replacing
from ..common.shown import Shown, counted
from ..findings.agreement import rooms
from ..findings.registry import findings_of
from ..theory.parameters import ParameterValues

__all__ = ["RoomedCalibration", "rows_in_rooms"]


@dataclass(frozen=True, repr=False)
class RoomedCalibration(Shown):
    """What a calibration found.

    Attributes
    ----------
    values : the fitted parameters.
    rows : one row a part of a finding: ``id``, ``role``, ``quantity``, and ``rooms`` (how far within its range; below 0
        it does not hold), ``holds``.
    parameters : one row a parameter that was free, as :class:`dyadsim.fitting.calibrate_interaction.Calibration` has
        them.
    provenance : what it was made from.
    HEADER : comments at the top of its file.
    """

    HEADER: ClassVar[str]
    values: ParameterValues
    rows: pd.DataFrame
    parameters: pd.DataFrame
    provenance: Mapping[str, Any]

    def _in_a_line(self) -> str:
        return (
            f"{counted(len(self.parameters), 'parameter')} by {counted(self.rows['id'].nunique(), 'row')} of evidence"
        )

    def _in_a_table(self) -> pd.DataFrame:
        return self.parameters

    def content(self) -> dict[str, Any]:
        """What its file holds, in plain values."""
        return {"provenance": dict(self.provenance), "parameters": self.values.grouped()}

    def write(self, path: str | Path) -> Path:
        """Write parameters and provenance in the form of the file that ships.

        Parameters
        ----------
        path : of the file, which is written anew.

        Raises
        ------
        DyadsimError
            if the file cannot be written.
        """
        file = path_of(path)
        with replacing(file) as beside:
            beside.write_text(self.HEADER + tomli_w.dumps(self.content()), encoding="utf-8")
        return file


def rows_in_rooms(level: str, studies: Any) -> pd.DataFrame:
    """Table of what studies say of the rows that may set something: ``id``, ``role``, ``quantity``, ``rooms``,
    ``holds``.

    Parameters
    ----------
    level : of the model.
    studies : of the kind from which findings of this level are read.
    """
    told = [
        (id, each.row.role, says or each.row.name, round(room, 2), room >= 0)
        for id, each in findings_of(level, sets=True).items()
        for says, room in rooms(each(studies)).items()
    ]
    return pd.DataFrame(told, columns=["id", "role", "quantity", "rooms", "holds"])
