"""Rows on differences between dyads, groups, ages and procedures, read from simulated sessions for a calibration.

The exact law gives expectations; how much sessions differ, what goes with what over dyads, and how often a pattern is
shown needs sessions. They have the same dyads and the same luck each time, so that coefficients alone change them.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..findings.agreement import rooms
from ..findings.registry import Finding, findings_of
from ..findings.session_studies import SessionStudies
from ..findings.still_face_patterns import CONSTRAINTS, POOLED
from ..theory.coefficients import Coefficients
from .priors import InteractionPriors

__all__ = ["SimulatedRows"]

_SEED = 0  # of the studies; validation has others
_HANDFUL = 50  # dyads, where what the model says is not used


class SimulatedRows:
    """The rows that may set a coefficient and that the exact law cannot tell.

    Parameters
    ----------
    dyads : in each study; with 0 no row is read.
    """

    def __init__(self, dyads: int) -> None:
        self.dyads = dyads
        self.findings: dict[str, Finding] = {
            id: each
            for id, each in findings_of("interaction", sets=True).items()
            if dyads and id not in POOLED and id not in CONSTRAINTS
        }

    def rooms(self, coefficients: Coefficients) -> NDArray[np.float64]:
        """(parts,) how far within its limits each part of each row lies (:func:`dyadsim.findings.agreement.rooms`)."""
        studies = SessionStudies(self.dyads, _SEED, coefficients, threads=1)
        return np.array([room for each in self.findings.values() for room in rooms(each(studies)).values()])

    @functools.cached_property
    def parts(self) -> list[tuple[str, str]]:
        """Row and words of each part, in the order of :meth:`rooms`."""
        studies = SessionStudies(_HANDFUL, _SEED, InteractionPriors.read().start, threads=1)
        return [(id, says) for id, each in self.findings.items() for says in rooms(each(studies))]

    def report(self, coefficients: Coefficients) -> pd.DataFrame:
        """One row a finding: ``id``, ``role``, whether it ``holds``, and what the model ``says``."""
        studies = SessionStudies(self.dyads, _SEED, coefficients)
        said = {id: each(studies) for id, each in self.findings.items()}
        return pd.DataFrame(
            [(id, self.findings[id].row.role, found.holds, str(found)) for id, found in said.items()],
            columns=["id", "role", "holds", "says"],
        )
