"""Calibration of inheritance: norms of childhood, and the parameters that agree with the rows on generations.

Least squares on simulated generations (:mod:`dyadsim.findings.generation_studies`) in which the week's interaction
follows the linear theory, from what was assumed of every parameter (``data/priors.toml``). Before each step the norms
of childhood are made anew, since they follow from the parameters. Rows in words draw nothing; they are told. No row of
role *check* is read.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..common.errors import whole_number
from ..findings.agreement import Target, Targets
from ..findings.generation_studies import LEVEL, GenerationStudies
from ..findings.registry import findings_of
from ..theory.inheritance_parameters import CHILDHOOD, ChildhoodNorms, Inheritance
from .fit import SlopedFit, distances_of
from .priors import GenerationPriors
from .roomed_calibration import RoomedCalibration, rows_in_rooms

__all__ = ["GenerationCalibration", "GenerationFit", "calibrate_generations", "childhood_norms"]

Vector = NDArray[np.float64]

_SEED = 0  # of the studies; validation has others
_KNOWN_TO = 3.0  # a row counts as known to a third of half the width of the range in which it holds
_SETTLED = 0.1  # a fit has settled if its last step changed the cost by no larger a share
_DIGITS = 4
_NORM_ROUNDS = 2  # in which norms and what they score settle on each other


class GenerationCalibration(RoomedCalibration):
    """What a calibration of inheritance found: parameters, and norms of childhood (``data/inheritance.toml``)."""

    HEADER = """\
# Values of the parameters of theory/inheritance_parameters.py, and the norms of childhood.
# Made by the command below and not by hand. What was assumed before stands in priors.toml; what no row speaks of is as
# assumed there.

"""
    values: Inheritance

    def content(self) -> dict[str, Any]:
        return {**super().content(), "norms": self.values.norms.written()}


def calibrate_generations(
    families: int = 4000, rounds: int = 3, progress: Callable[[int, int], None] | None = None
) -> GenerationCalibration:
    """Fit inheritance to the rows that may set it, in as many processes as there are cores for it.

    Parameters
    ----------
    families : of each generation, 200 to 20,000.
    rounds : of finding slopes and taking a step, 1 to 20.
    progress : called with the steps done and how many there are.

    Returns
    -------
    The fitted parameters and norms, every row beside how far within its range it lies, and how much the evidence
    settled.

    Raises
    ------
    DyadsimError
        for numbers that are not possible.

    Examples
    --------
    ``ds.calibrate_generations().write("inheritance.toml")`` takes long. What ships is what it found last:

    >>> ds.Inheritance.default()["continuity of status"]
    0.4
    """
    families = whole_number("number of families", families, 200, 20_000)
    rounds = whole_number("number of rounds", rounds, 1, 20)
    steps, done = itertools.count(1), progress or (lambda done, total: None)
    total = 2 * rounds + 1
    fit = GenerationFit(families, GenerationPriors.read())
    values, costs = fit.priors.value, []
    for _ in range(rounds):
        fit.settle_norms(values)
        slopes = fit.slopes(values)
        done(next(steps), total)
        here = fit.read(values)
        costs.append(fit.cost(values, here))
        values = fit.stepped(values, slopes, here)
        done(next(steps), total)
    values = np.round(values, _DIGITS)
    fit.settle_norms(values)
    costs.append(fit.cost(values, fit.read(values)))
    done(next(steps), total)
    return GenerationCalibration(
        fit.inheritance(values),
        rows_in_rooms(LEVEL, fit._studies(values)),
        fit.uncertainty(values, slopes / fit.priors.sd),
        {
            "dyadsim": __version__,
            "command": f"dyadsim calibrate generations --families {families} --rounds {rounds}",
            "families": families,
            "rounds": rounds,
            "settled": bool(abs(costs[-1] - costs[-2]) <= _SETTLED * costs[-2]),
            "cost": round(costs[-1], 2),
            "evidence": list(findings_of(LEVEL, sets=True)),
        },
    )


class GenerationFit(SlopedFit[GenerationPriors]):
    """Distance of the parameters of inheritance from the evidence and from what was assumed.

    Parameters
    ----------
    families : of each generation.
    priors : what was assumed.
    """

    def __init__(self, families: int, priors: GenerationPriors) -> None:
        super().__init__(priors)
        self.families = families
        self.norms = Inheritance.default().norms  # until they are made from values

    def inheritance(self, values: Vector) -> Inheritance:
        """Parameters of inheritance with (parameters,) values of the free ones."""
        return Inheritance(self.priors.all_of(values), self.norms)

    def settle_norms(self, values: Vector) -> None:
        """Make the norms of childhood from these values."""
        for _ in range(_NORM_ROUNDS):
            # Rounded as the file has them, so that who reads it has the very norms of this fit.
            self.norms = ChildhoodNorms.read(childhood_norms(self._studies(values)).written())

    def read(self, values: Vector, known_to: float = _KNOWN_TO) -> Vector:
        """(targets,) distances of the rows that are numbers.

        Parameters
        ----------
        values : (parameters,) in the order of the priors.
        known_to : of the half of a row's range, the part to which it counts as known.
        """
        studies = self._studies(values)
        found: list[Target] = []
        for each in findings_of(LEVEL, sets=True).values():
            said = each(studies)
            found += said.parts if isinstance(said, Targets) else ()
        return distances_of(found, known_to)

    def _studies(self, values: Vector) -> GenerationStudies:
        return GenerationStudies(self.families, _SEED, self.inheritance(values), linear=True, threads=1)


def childhood_norms(studies: GenerationStudies) -> ChildhoodNorms:
    """Norms of childhood in a community, made of all of its generations.

    Parameters
    ----------
    studies : of generations; adversity there is scored by the norms that it was made with, which is undone.
    """
    norms, k = studies.inheritance.norms, CHILDHOOD.index("adversity")
    values = studies.lived("community").children[list(CHILDHOOD)].to_numpy(dtype=np.float64)
    values[:, k] = values[:, k] * norms.sd[k] + norms.mean[k]
    return ChildhoodNorms(values.mean(axis=0), values.std(axis=0), np.corrcoef(values.T))
