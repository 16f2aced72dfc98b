"""Calibration of interaction: coefficients that agree best with ``calibrate`` rows, under the ``constraint`` rows.

Least squares on the exact law, averaged over the community population: every coefficient starts at what is assumed of
it (``data/priors.toml``) and is drawn from there by the rows that speak of it. A coefficient of which no row speaks
stays where it was assumed, and the report says so. No other role of evidence is read here.
"""

from __future__ import annotations

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

from .. import __version__
from ..common.errors import whole_number
from ..common.files import path_of, replacing
from ..common.shown import Shown, counted
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

__all__ = ["Calibration", "InteractionFit", "calibrate_interaction", "inputs_hash"]

Vector = NDArray[np.float64]

_MARGIN = 0.02  # a constraint holds with some room, so that it does not hang on the last digit
_SHARPNESS = 0.02  # how far below that room costs as much as a row at the edge of its tolerance
_KNOWN_TO = 4.0  # rows are fitted to a quarter of what the validation allows
_STEP = 1e-4
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
    parameters : one row a parameter: ``assumed`` and ``assumed_sd`` before, ``value`` and ``sd`` after, ``settled``
        (the share of the variance before that the evidence took away), ``pinned`` (nearly all), and ``trades_with``:
        the parameter that its uncertainty is most tied to, with the correlation ``tie``.
    provenance : what it was made from.
    """

    coefficients: Coefficients
    rows: pd.DataFrame
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
    dyads: int = 256, rounds: int = 12, progress: Callable[[int, int], None] | None = None
) -> Calibration:
    """Fit the interaction coefficients at 39 weeks of age.

    Parameters
    ----------
    dyads : over how many dyads, laid evenly over the community, the exact law is averaged; a power of two.
    rounds : most steps of the least squares, 1 to 1000, each of which costs a law for every coefficient and dyad; the
        provenance says whether they were enough for the fit to settle.
    progress : called with the laws worked out and how many there can be at most.

    Returns
    -------
    The fitted coefficients, every target beside what the model says of it, and how much the evidence settled.

    Raises
    ------
    DyadsimError
        for numbers that are not possible.

    Examples
    --------
    >>> found = ds.calibrate_interaction(dyads=4, rounds=1)
    >>> found.rows[["quantity", "target", "model"]]
    """
    from scipy.optimize import least_squares  # takes half a second to import

    rounds = whole_number("number of rounds", rounds, 1, 1000)
    fit = InteractionFit(Cohort.balanced(dyads), evidence.rows("interaction", MAY_SET), InteractionPriors.read())
    laws = itertools.count(1)

    def residuals(values: Vector) -> Vector:
        if progress:
            progress(next(laws), (rounds + 1) * (len(values) + 1))
        return fit.residuals(values)

    found = least_squares(
        residuals,
        fit.priors.value,
        jac="2-point",
        diff_step=np.full(len(fit.priors.names), _STEP),
        bounds=(fit.priors.low, fit.priors.high),
        max_nfev=rounds + 1,  # the first is where it starts
        ftol=1e-6,
    )
    values = np.round(found.x, _DIGITS)
    return Calibration(
        coefficients=fit.priors.coefficients(values),
        rows=fit.report(values),
        # The last rows of the slopes are those of what was assumed.
        parameters=fit.uncertainty(values, np.asarray(found.jac)[: -len(values)]),
        provenance={
            "dyadsim": __version__,
            "command": f"dyadsim calibrate interaction --dyads {dyads}",
            "population": fit.cohort.population,
            "paradigm": PARADIGM,
            "dyads": dyads,
            "evidence": [row.id for row in fit.rows],
            "inputs": inputs_hash(),
            "rounds": int(found.nfev) - 1,
            "settled": bool(found.status > 0),
            "cost": round(float(found.cost), 4),
        },
    )


def inputs_hash() -> str:
    """Hash of what a calibration goes by (rows, priors, rules): defaults made from other inputs are out of date."""
    given = [(row.id, row.value, row.low) for row in evidence.rows("interaction", MAY_SET)]
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
    """

    def __init__(self, cohort: Cohort, rows: list[evidence.Row], priors: InteractionPriors) -> None:
        super().__init__(priors)
        self.cohort, self.rows = cohort, rows
        self.at(priors.value)

    def at(self, values: Vector) -> None:
        """Take a dyad's sessions, from here on, to differ as much by chance as they do with these values."""
        # The law gives the standard deviation of each dyad's bouts a minute from one session to the next; sixteen dyads
        # or so, laid evenly, give the mean of its square.
        few = self.cohort[:: max(len(self.cohort) // 16, 1)]
        sds = self._law(values, few).bout_rates().filter(like="_sd")
        self._variance_by_chance = (sds**2).mean().rename(lambda name: name.removesuffix("_sd"))

    def residuals(self, values: Vector) -> Vector:
        """Distances of rows, of constraints, and last from what was assumed, each in units of how well it is known."""
        read, rows = self.read(values, _KNOWN_TO), len(self.targets)
        # A constraint that holds with room costs nothing.
        signs = np.minimum(read[rows:] - _MARGIN, 0.0) / _SHARPNESS
        return np.concatenate([read[:rows], signs, self.priors.distances(values)])

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
        self.at(values)
        model, constraints = self.model(values)
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
