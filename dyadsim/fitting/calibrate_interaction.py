"""Calibration of interaction: coefficients that agree best with ``calibrate`` rows, under the ``constraint`` rows.

Least squares: every coefficient starts at what is assumed of it (``data/priors.toml``) and is drawn from there by the
rows that speak of it. Shares, bouts and rates of one study are read from the exact law, averaged over the community;
rows on differences between dyads, groups, ages and procedures from simulated sessions with the same dyads and luck each
time. A coefficient of which no row speaks stays where it was assumed, and the report says so. No other role of evidence
is read here.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from .. import __version__
from ..common.errors import whole_number
from ..common.files import path_of, replacing
from ..common.shown import Shown, counted
from ..common.workers import crew_of
from ..findings.registry import MAY_SET
from ..findings.session_studies import PARADIGM, Reading
from ..findings.still_face_patterns import (
    CONSTRAINTS,
    POOLED,
    SD_BETWEEN_SESSIONS,
    SD_TOLERANCE,
    margins,
    session_rates,
)
from ..interaction.law import law
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..interaction.tables import thresholds_of
from ..people.cohort import Cohort
from ..theory import evidence
from ..theory.coefficients import COEFFICIENTS, Coefficients
from ..theory.priors import assumed_coefficients
from .fit import Fit, distance
from .priors import InteractionPriors
from .simulated_rows import SimulatedRows

__all__ = ["Calibration", "InteractionFit", "calibrate_interaction", "inputs_hash", "interaction_fit"]

Vector = NDArray[np.float64]

_MARGIN = 0.02  # a constraint holds with some room, so that it does not hang on the last digit
_SHARPNESS = 0.02  # how far below that room costs as much as a row at the edge of its tolerance
_KNOWN_TO = 4.0  # rows are fitted to a quarter of what the validation allows
_STEP = 0.2  # of the slopes, in standard deviations of what is assumed: what sessions tell goes by small steps
_FARTHEST = 6.0  # rooms
_SETTLED = 1e-3  # a fit has settled if a step changes the cost by no larger a share
_DIGITS = 4
_HEADER = """# Values of the coefficients of theory/coefficients.py, made by the command below and not by hand.
# What was assumed of them before stands in priors.toml, what they were fitted to in evidence.csv.

"""


@dataclass(frozen=True, repr=False)
class Calibration(Shown):
    """What a calibration of interaction found.

    Attributes
    ----------
    coefficients : the fitted values.
    rows : one row a target: ``id``, ``role``, ``quantity``, ``target``, ``model``, ``off`` (relative). Of a constraint
        each sign is a row: the model's margin must be above 0.
    simulated : one row a row that simulated sessions tell: ``id``, ``role``, whether it ``holds``, what the model
        ``says``.
    parameters : one row a parameter: ``assumed`` and ``assumed_sd`` before, ``value`` and ``sd`` after, ``settled``
        (the share of the variance before that the evidence took away), ``pinned`` (nearly all), and ``trades_with``:
        the parameter that its uncertainty is most tied to, with the correlation ``tie``.
    provenance : what it was made from.
    """

    coefficients: Coefficients
    rows: pd.DataFrame
    simulated: pd.DataFrame
    parameters: pd.DataFrame
    provenance: Mapping[str, Any]

    def _in_a_line(self) -> str:
        return f"{counted(len(self.parameters), 'parameter')} by {counted(len(self.rows), 'row')} of evidence"

    def _in_a_table(self) -> pd.DataFrame:
        return self.parameters

    def write(self, path: str | Path) -> Path:
        """Write the coefficients, with their provenance, in the form of ``data/defaults.toml``.

        Parameters
        ----------
        path : of the file, which is written anew.

        Raises
        ------
        DyadsimError
            if the file cannot be written.
        """
        interaction = {
            name: dict(zip(COEFFICIENTS[name].states, value.tolist(), strict=True))
            if COEFFICIENTS[name].states
            else value
            for name, value in self.coefficients.items()
        }
        text = tomli_w.dumps({"provenance": dict(self.provenance), "interaction": interaction})
        file = path_of(path)
        with replacing(file) as beside:
            beside.write_text(_HEADER + text, encoding="utf-8")
        return file


def calibrate_interaction(
    dyads: int = 128, rounds: int = 10, followed: int = 500, progress: Callable[[int, int], None] | None = None
) -> Calibration:
    """Fit the interaction coefficients, in as many processes as there are cores for it.

    Parameters
    ----------
    dyads : over how many dyads, laid evenly over the community, the exact law is averaged; a power of two.
    rounds : most steps of the least squares, 1 to 1000, each of which reads all rows once for every coefficient; the
        provenance says whether they were enough for the fit to settle.
    followed : dyads in each of the simulated studies, up to 100,000; with 0 the rows that sessions tell are left out.
    progress : called with the readings done and how many there can be at most.

    Returns
    -------
    The fitted coefficients, every target beside what the model says of it, and how much the evidence settled.

    Raises
    ------
    DyadsimError
        for numbers that are not possible.

    Examples
    --------
    >>> found = ds.calibrate_interaction(dyads=4, rounds=1, followed=0)
    >>> found.rows[["quantity", "target", "model"]]
    """
    from scipy.optimize import least_squares  # takes half a second to import

    rounds = whole_number("number of rounds", rounds, 1, 1000)
    followed = whole_number("number of dyads followed", followed, 0, 100_000)
    fit = interaction_fit(dyads, followed)
    priors, read = fit.priors, itertools.count(1)
    told = progress or (lambda done, total: None)
    most = (rounds + 1) * (len(priors.names) + 1)

    def residuals(values: Vector) -> Vector:
        told(next(read), most)
        return fit.residuals(values)

    def slopes(values: Vector) -> Vector:
        """Slopes of the residuals over the parameters, each shifted by a part of what is assumed, inward at an end."""
        steps = np.where(values + _STEP * priors.sd <= priors.high, 1.0, -1.0) * _STEP * priors.sd
        asked = [(values + step * np.eye(len(values))[k], dyads, followed) for k, step in enumerate(steps)]
        here, found = fit.residuals(values), []
        for future in [crew.submit(_residuals, *each) for each in asked]:
            found.append(future.result())
            told(next(read), most)
        return np.stack([(there - here) / step for there, step in zip(found, steps, strict=True)], axis=1)

    with crew_of(None, None, len(priors.names)) as crew:
        found = least_squares(
            residuals,
            priors.value,
            jac=slopes,
            bounds=(priors.low, priors.high),
            x_scale=priors.sd,
            max_nfev=rounds + 1,  # the first is where it starts
            ftol=_SETTLED,
        )
    values = np.round(found.x, _DIGITS)
    coefficients = priors.coefficients(values)
    return Calibration(
        coefficients=coefficients,
        rows=fit.report(values),
        simulated=fit.simulated.report(coefficients),
        # The last rows of the slopes are those of what was assumed.
        parameters=fit.uncertainty(values, np.asarray(found.jac)[: -len(values)]),
        provenance={
            "dyadsim": __version__,
            "command": f"dyadsim calibrate interaction --dyads {dyads} --followed {followed}",
            "population": fit.cohort.population,
            "paradigm": PARADIGM,
            "dyads": dyads,
            "followed": followed,
            "evidence": [*(row.id for row in fit.rows), *fit.simulated.findings],
            "inputs": inputs_hash(),
            "rounds": int(found.nfev) - 1,
            "settled": bool(found.status > 0),
            "cost": round(float(found.cost), 4),
        },
    )


@functools.cache
def interaction_fit(dyads: int, followed: int) -> InteractionFit:
    """The fit of the community over so many dyads, with studies of so many, made once in a process."""
    rows = [row for row in evidence.rows("interaction", MAY_SET) if row.id in POOLED or row.id in CONSTRAINTS]
    return InteractionFit(Cohort.balanced(dyads), rows, InteractionPriors.read(), SimulatedRows(followed))


@threadpool_limits.wrap(limits=1, user_api="blas")
def _residuals(values: Vector, dyads: int, followed: int) -> Vector:
    return interaction_fit(dyads, followed).residuals(values)


def inputs_hash() -> str:
    """Hash of what a calibration goes by (rows, priors, rules): defaults made from other inputs are out of date."""
    given = [(row.id, row.value, row.low, row.high) for row in evidence.rows("interaction", MAY_SET)]
    said = repr((given, assumed_coefficients(), PARADIGM, POOLED, SD_BETWEEN_SESSIONS))
    # And the rules, as tables of what was assumed before.
    few = replace(Cohort.balanced(4), coefficients=InteractionPriors.read().start)
    tables = thresholds_of(few, Rules(), Paradigm.load(PARADIGM).episodes)
    return hashlib.sha256(said.encode() + tables.tobytes()).hexdigest()[:16]


class InteractionFit(Fit[InteractionPriors]):
    """Distance of coefficients from the evidence and from what was assumed.

    Parameters
    ----------
    cohort : over whose dyads the exact law is averaged.
    rows : of evidence, that it is held against.
    priors : what was assumed.
    simulated : the rows that simulated sessions tell; none are read without.
    """

    def __init__(
        self, cohort: Cohort, rows: list[evidence.Row], priors: InteractionPriors, simulated: SimulatedRows
    ) -> None:
        super().__init__(priors)
        self.cohort, self.rows, self.simulated = cohort, rows, simulated
        self._variance_by_chance = self._by_chance(priors.value)

    def at(self, values: Vector) -> InteractionFit:
        """Fit in which a dyad's sessions differ as much by chance as they do with these values (at first: with those
        that were assumed)."""
        there = copy.copy(self)
        there._variance_by_chance = self._by_chance(values)
        return there

    def _by_chance(self, values: Vector) -> pd.Series:
        """Variance of a dyad's bouts a minute from one session to the next, by partner, with these values."""
        # The law gives its root for each dyad; sixteen dyads or so, laid evenly, give the mean of its square.
        few = self.cohort[:: max(len(self.cohort) // 16, 1)]
        sds = self._law(values, few).bout_rates().filter(like="_sd")
        return (sds**2).mean().rename(lambda name: name.removesuffix("_sd"))

    def residuals(self, values: Vector) -> Vector:
        """Distances of rows, of constraints, of rows that sessions tell, and last from what was assumed."""
        read, rows = self.read(values, _KNOWN_TO), len(self.targets)
        # A constraint that holds with room costs nothing.
        signs = np.minimum(read[rows:] - _MARGIN, 0.0) / _SHARPNESS
        # So does a part of a row that sessions tell; a row that is far off has its say, and no more.
        told = np.clip(self.simulated.rooms(self.priors.coefficients(values)) - 1.0, -_FARTHEST, 0.0)
        return np.concatenate([read[:rows], signs, told, self.priors.distances(values)])

    def read(self, values: Vector, known_to: float) -> Vector:
        """Distances (of logarithms) of every published number, and last the margins of the constraints as they are.

        Parameters
        ----------
        values : (parameters,) in the order of the priors.
        known_to : as in :func:`dyadsim.fitting.fit.distance`.
        """
        model, constraints = self.model(values)
        rows = [
            distance(np.log(model[name] / target), tolerance, known_to)
            for name, (target, tolerance) in self.targets.items()
        ]
        return np.array([*rows, *(margin for parts in constraints.values() for margin in parts.values())])

    @property
    def targets(self) -> dict[str, tuple[float, float]]:
        """Targets by name: what is published, and how far the model may lie from it, relative to it."""
        targets = {}
        for row in self.rows:
            if row.id in POOLED:
                targets[row.id] = row.number, POOLED[row.id].tolerance
            if row.id in SD_BETWEEN_SESSIONS:
                targets[f"{row.id} SD"] = row.sd, SD_TOLERANCE
        return targets

    def _law(self, values: Vector, cohort: Cohort) -> Any:
        return law(replace(cohort, coefficients=self.priors.coefficients(values)), PARADIGM)

    def model(self, values: Vector) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """What the model says of every target, and the margins of every constraint."""
        exact = self._law(values, self.cohort)
        reading = Reading(exact)
        model = {row.id: POOLED[row.id].of(reading) for row in self.rows if row.id in POOLED}
        measures = exact.measures(latencies=False)
        for id, partner in SD_BETWEEN_SESSIONS.items():
            rate = session_rates(measures, partner)
            # Sessions differ as dyads do, and by chance: the two variances add up.
            model[f"{id} SD"] = float(np.sqrt(rate.var(ddof=0) + self._variance_by_chance[partner]))
        return model, {row.id: margins(row.id, reading) for row in self.rows if row.id in CONSTRAINTS}

    def report(self, values: Vector) -> pd.DataFrame:
        """Every target beside what the model says at these values."""
        model, constraints = self.at(values).model(values)
        rows = [
            (name.removesuffix(" SD"), "calibrate", name, target, model[name], model[name] / target - 1)
            for name, (target, _) in self.targets.items()
        ]
        rows += [
            (id, "constraint", part, 0.0, margin, np.nan)
            for id, parts in constraints.items()
            for part, margin in parts.items()
        ]
        return pd.DataFrame(rows, columns=["id", "role", "quantity", "target", "model", "off"])
