"""Calibration of families: the parameters that agree with the rows on networks, second caregivers and statuses.

Least squares on simulated studies of families (:mod:`dyadsim.findings.family_studies`) in which the week's interaction
follows the linear theory. Steps begin at the values that ship; what was assumed of every parameter
(``data/priors.toml``) draws as the rows do. A row weighs until it lies well within its range. That states vary in
families as they do in a cohort is asked for as well. No row of role *check* is read.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..common.errors import whole_number
from ..community.support_network import given_by_persons
from ..findings.agreement import rooms
from ..findings.family_studies import FamilyStudies
from ..findings.registry import findings_of
from ..theory.family_parameters import FamilyParameters
from .fit import SlopedFit
from .priors import FamilyPriors
from .roomed_calibration import RoomedCalibration, rows_in_rooms

__all__ = ["FamilyCalibration", "FamilyFit", "calibrate_families"]

Vector = NDArray[np.float64]

_SEED = 0  # of the studies; validation has others
_KNOWN_TO = 3.0  # what a room counts, beside a standard deviation of what is assumed
_FARTHEST = 4.0  # rooms: what is farther off weighs no more, so that no single row drives the rest
_VARY = 0.05  # how near a standard deviation must come to 1
_MEAN = 0.05  # and a mean of partnered mothers without hard circumstances to 0
_HELD = ("depression", "support", "loneliness", "couple", "stress")
_HARD = ("poverty", "migration", "partner-violence", "single-parenthood")
_WEEKS = (0, 26, 52)  # of his life, at which states are to vary as usual
_SETTLED = 0.1  # a fit has settled if its last step changed the cost by no larger a share
_DIGITS = 4


class FamilyCalibration(RoomedCalibration):
    """What a calibration of families found (``data/families.toml``)."""

    HEADER = """\
# Values of the parameters of theory/family_parameters.py: each is described in data/family_parameters.csv.
# Made by the command below and not by hand. What was assumed before stands in priors.toml; what no row speaks of is as
# assumed there, and what was measured in others than mothers of infants is borrowed from them.

"""
    values: FamilyParameters


def calibrate_families(
    families: int = 1000, rounds: int = 3, progress: Callable[[int, int], None] | None = None
) -> FamilyCalibration:
    """Fit the parameters of families to the rows that may set them, in as many processes as there are cores for it.

    Parameters
    ----------
    families : in the largest studies, 200 to 20,000; other designs in proportion.
    rounds : of finding slopes and taking a step, 1 to 20.
    progress : called with the steps done and how many there are.

    Returns
    -------
    The fitted parameters, every row beside how far within its range it lies, and how much the evidence settled.

    Raises
    ------
    DyadsimError
        for numbers that are not possible.

    Examples
    --------
    ``ds.calibrate_families().write("families.toml")`` takes long. What ships is what it found last:

    >>> ds.FamilyParameters.default()["seats of a group"]
    8.0
    """
    families = whole_number("number of families", families, 200, 20_000)
    rounds = whole_number("number of rounds", rounds, 1, 20)
    steps, done = itertools.count(1), progress or (lambda done, total: None)
    total = 2 * rounds + 1
    fit = FamilyFit(families, FamilyPriors.read())
    values, costs = fit.priors.values_of(FamilyParameters.default()), []
    for _ in range(rounds):
        fit.settle_usual(values)
        slopes = fit.slopes(values)
        done(next(steps), total)
        here = fit.read(values)
        costs.append(fit.cost(values, here))
        # The best of a whole step, a half and a quarter: rows drop out once they hold, so slopes mislead far from here.
        tried = [values + by * (fit.stepped(values, slopes, here) - values) for by in (1.0, 0.5, 0.25)]
        values = min([values, *tried], key=lambda each: fit.cost(each, fit.read(each)))
        done(next(steps), total)
    values = np.array([float(f"{value:.{_DIGITS}g}") for value in values])
    fit.settle_usual(values)
    costs.append(fit.cost(values, fit.read(values)))
    done(next(steps), total)
    return FamilyCalibration(
        fit.parameters(values),
        rows_in_rooms("families", fit._studies(values)),
        fit.uncertainty(values, slopes / fit.priors.sd),
        {
            "dyadsim": __version__,
            "command": f"dyadsim calibrate families --families {families} --rounds {rounds}",
            "families": families,
            "rounds": rounds,
            "settled": bool(abs(costs[-1] - costs[-2]) <= _SETTLED * costs[-2]),
            "cost": round(costs[-1], 2),
            "evidence": list(findings_of("families", sets=True)),
        },
    )


class FamilyFit(SlopedFit[FamilyPriors]):
    """Distance of the parameters of families from the evidence and from what was assumed.

    Parameters
    ----------
    families : in the largest studies.
    priors : what was assumed.
    """

    def __init__(self, families: int, priors: FamilyPriors) -> None:
        super().__init__(priors)
        self.families = families
        self.usual = dict(FamilyParameters.default().grouped()["usual"])  # until it is made from values

    def parameters(self, values: Vector) -> FamilyParameters:
        """Parameters of families with (parameters,) values of the free ones."""
        return FamilyParameters({**self.priors.all_of(values), **self.usual})

    def settle_usual(self, values: Vector) -> None:
        """Make what is usual in a community from these values."""
        for _ in range(2):  # what is usual acts on states, and these a little on what is usual
            self.usual = usual_of(self._studies(values))

    def read(self, values: Vector, known_to: float = _KNOWN_TO) -> Vector:
        """(parts,) distances of what is not yet well within its range, in rooms.

        Parameters
        ----------
        values : (parameters,) in the order of the priors.
        known_to : how much a room counts.
        """
        studies = self._studies(values)
        found = [room for each in findings_of("families", sets=True).values() for room in rooms(each(studies)).values()]
        outside = np.clip(np.array(found) - 1.0, -_FARTHEST, 0.0)
        return np.concatenate([outside * known_to, _variation(studies)])

    def _studies(self, values: Vector) -> FamilyStudies:
        return FamilyStudies(self.families, _SEED, self.parameters(values), linear=True, threads=1)


def usual_of(studies: FamilyStudies) -> dict[str, float]:
    """What is usual in a community at half a year, by the names of the parameters.

    Parameters
    ----------
    studies : of families.
    """
    network = studies.course("universal").network(26)
    persons = given_by_persons(network["persons"].to_numpy(), studies.parameters)
    told = {
        "usual persons": persons.mean(),
        "spread of persons": persons.std(),
        "usual company": network["company"].mean(),
        "spread of company": network["company"].std(),
        "usual partner": network["partner"].mean(),
        "usual density": network["density"].mean(),
    }
    return {name: round(float(value), _DIGITS) for name, value in told.items()}


def _variation(studies: FamilyStudies) -> Vector:
    """Distances of standard deviations of states from 1, and of mothers' depression from the calendar, in families that
    live under nothing hard: the rest are better or worse off by what was put in."""
    found = []
    usual = ~np.logical_or.reduce([studies.under("universal", each) for each in _HARD])
    for week in _WEEKS:
        found += [(studies.state("universal", name, week)[usual].std() - 1) / _VARY for name in _HELD]
        found.append((studies.state("universal", "couple", week, "partners").std() - 1) / _VARY)
        low = studies.state("universal", "depression", week)[usual].mean()
        found.append((low - studies.course("universal").cohort.dynamics.calendar(week)) / _MEAN)
    return np.array(found)
