"""Calibration of the weeks: the parameters that agree best with the calibrate rows on risk and outcome.

Least squares on simulated studies (:mod:`dyadsim.findings.course_findings`), from what is assumed of every parameter
(``data/priors.toml``). Slopes come from studies in which the week's interaction follows the linear theory, which takes
a hundredth of the time; how far these lie from studies that sample it is measured at every round and made up for.
No row of another role is read.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w
from numpy.typing import NDArray

from .. import __version__
from ..common.errors import whole_number
from ..common.files import package_data, replacing
from ..development.recovery import BELOW, FOR_WEEKS, ILL_FROM
from ..findings.course_findings import COURSE_PATTERNS, Target
from ..findings.longitudinal_studies import DESIGNS, RELIEF_ENDS, VISITS, Studies
from ..findings.registry import rows_read
from ..theory.age_norms import Norms
from ..theory.couplings import ARROWS
from ..theory.dynamics import PARAMETERS, Dynamics
from ..theory.priors import assumed_parameters
from . import calibrate_interaction as calibration
from .make_norms import make_norms

__all__ = ["DevelopmentCalibration", "Fit", "Priors", "calibrate_development", "inputs_hash", "on_scale", "targets_of"]

Vector = NDArray[np.float64]

_SEED = 0
_TOWARDS = 3.0  # a row counts as known to a third of half the width of the range in which it holds
_STEP = 0.5  # of a slope, in standard deviations of what is assumed: attachment is drawn, a small step moves no one
_LARGER = 4  # times as many dyads where the linear theory is asked
_INNER = 2  # steps on the theory between two rounds of sampling
_BOLD = 1.0  # standard deviations that a parameter may move in a step
_SETTLED = 0.1  # a fit has settled if its last step changed the cost by no larger a share
_DIGITS = 4
_HEADER = """# Values of the parameters that dynamics.py describes, and the norms of lived measures.
# Made by the command below and not by hand. What was assumed before stands in priors.toml, what they were fitted to in
# evidence.csv.

"""


@dataclass(frozen=True)
class DevelopmentCalibration:
    """What a calibration of the weeks found.

    Attributes
    ----------
    dynamics : the fitted parameters.
    norms : of lived measures, by age. Where they are not the shipped ones, by which weeks were scored, the fit has not
        settled: put the file in place and calibrate once more.
    rows : one row a target: ``id``, ``quantity``, ``target``, ``low``, ``high``, ``model`` and whether it ``holds``.
    parameters : one row a parameter that was free, as :class:`dyadsim.fitting.calibrate_interaction.Calibration` has
        them.
    provenance : what it was made from.
    """

    dynamics: Dynamics
    norms: Norms
    rows: pd.DataFrame
    parameters: pd.DataFrame
    provenance: Mapping[str, Any]

    def write(self, path: Path) -> Path:
        """Write parameters, norms and provenance in the form of ``data/development.toml``.

        Raises
        ------
        DyadsimError
            if the file cannot be written.
        """
        content = {
            "provenance": dict(self.provenance),
            "parameters": self.dynamics.grouped(),
            "norms": self.norms.written(),
        }
        with replacing(path) as beside:
            beside.write_text(_HEADER + tomli_w.dumps(content), encoding="utf-8")
        return path


def calibrate_development(
    dyads: int = 4000, rounds: int = 3, progress: Callable[[int, int], None] | None = None
) -> DevelopmentCalibration:
    """Fit the parameters of the weeks, in processes of their own.

    A script that calls this must do so under ``if __name__ == "__main__":``, or its processes would run it again.

    Parameters
    ----------
    dyads : of the community sample; other designs in proportion.
    rounds : of sampling the studies; between them steps are taken on the linear theory.
    progress : called with the steps done and how many there are.

    Raises
    ------
    DyadsimError
        for numbers that are not possible.
    """
    dyads = whole_number("number of dyads", dyads, 200, 100_000)
    rounds = whole_number("number of rounds", rounds, 1, 20)
    steps, done = itertools.count(1), progress or (lambda done, total: None)
    total = 2 + rounds * (2 + _INNER)
    norms = make_norms()
    done(next(steps), total)
    fit = Fit(dyads, Priors.read())
    values = fit.priors.value
    for _ in range(rounds):
        slopes = fit.slopes(values)
        done(next(steps), total)
        off = fit.model(values, theory=False) - fit.model(values, theory=True)
        done(next(steps), total)
        costs = []
        for _ in range(_INNER):
            distances = fit.model(values, theory=True, larger=_LARGER) + off
            costs.append(fit.cost(values, distances))
            values = fit.stepped(values, slopes, distances)
            done(next(steps), total)
    values = np.round(values, _DIGITS)
    costs.append(fit.cost(values, fit.model(values, theory=True, larger=_LARGER) + off))
    found = fit.targets(values, theory=False)
    done(next(steps), total)
    return DevelopmentCalibration(
        fit.priors.dynamics(values),
        norms,
        pd.DataFrame(
            [(id, each.says, each.published, each.low, each.high, each.value, each.holds) for id, each in found],
            columns=["id", "quantity", "target", "low", "high", "model", "holds"],
        ),
        fit.report(values, slopes),
        {
            "dyadsim": __version__,
            "command": f"dyadsim calibrate development --dyads {dyads} --rounds {rounds}",
            "dyads": dyads,
            "rounds": rounds,
            # The studies are scored against the shipped norms: with new ones this command must be run once more.
            "settled": bool(abs(costs[-1] - costs[-2]) <= _SETTLED * costs[-2])
            and norms.written() == Norms.default().written(),
            "cost": round(costs[-1], 2),
            "evidence": [row.id for row in rows_read()],
            "inputs": inputs_hash(),
        },
    )


def inputs_hash() -> str:
    """A hash of what this calibration goes by: defaults made from others are out of date."""
    given = [(row.id, row.value, row.low, row.high) for row in rows_read()]
    graph = [(arrow.name, arrow.sign) for arrow in ARROWS.values()]
    read = DESIGNS, VISITS, RELIEF_ENDS, ILL_FROM, BELOW, FOR_WEEKS
    said = repr((given, read, assumed_parameters(), graph, calibration.inputs_hash()))
    files = [package_data(folder) for folder in ("instruments", "settings", "populations")]
    texts = [path.read_bytes() for folder in files for path in sorted(folder.iterdir(), key=lambda path: path.name)]
    return hashlib.sha256(said.encode() + b"".join(texts)).hexdigest()[:16]


@dataclass(frozen=True)
class Priors:
    """What is assumed of every parameter; those that nothing speaks of are fixed."""

    names: list[str]
    value: Vector
    sd: Vector
    fixed: Mapping[str, float]

    @classmethod
    def read(cls) -> Priors:
        assumed = assumed_parameters()
        free = [name for name in PARAMETERS if assumed[name]["sd"] > 0]
        value, sd = (np.array([assumed[name][part] for name in free], dtype=float) for part in ("value", "sd"))
        return cls(free, value, sd, {name: assumed[name]["value"] for name in PARAMETERS if name not in free})

    def within(self, values: Vector) -> Vector:
        low, high = np.array([(PARAMETERS[name].low, PARAMETERS[name].high) for name in self.names]).T
        return np.clip(values, low, high)

    def dynamics(self, values: Vector) -> Dynamics:
        return Dynamics({**self.fixed, **dict(zip(self.names, values.tolist(), strict=True))})


class Fit:
    """How far a set of parameters is from the evidence and from what was assumed."""

    def __init__(self, dyads: int, priors: Priors) -> None:
        self.dyads, self.priors = dyads, priors
        self.ids = [row.id for row in rows_read() if row.id in COURSE_PATTERNS]

    def targets(self, values: Vector, theory: bool, larger: int = 1) -> list[tuple[str, Target]]:
        return targets_of(Studies(self.dyads * larger, _SEED, self.priors.dynamics(values), theory), self.ids)

    def model(self, values: Vector, theory: bool, larger: int = 1) -> Vector:
        """Distance of every target from what is published, in units of how well it is known."""
        return _distances(self.targets(values, theory, larger))

    def slopes(self, values: Vector) -> Vector:
        """(targets, parameters) change of the distances per standard deviation of what is assumed."""
        moved = [values, *self.steps(values)]
        asked = [(self.priors.dynamics(each), self.dyads, self.ids) for each in moved]
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            here, *there = pool.map(_by_theory, asked)
        steps = [(each[k] - values[k]) / self.priors.sd[k] for k, each in enumerate(moved[1:])]
        return np.stack([(each - here) / step for each, step in zip(there, steps, strict=True)], axis=1)

    def steps(self, values: Vector) -> list[Vector]:
        """Values with one of them moved, for each of them."""
        return [self._moved(values, k) for k in range(len(values))]

    def _moved(self, values: Vector, k: int) -> Vector:
        """A step up, or down at the upper end of the range."""
        moved = values.copy()
        moved[k] += _STEP * self.priors.sd[k]
        if self.priors.within(moved)[k] != moved[k]:
            moved[k] = values[k] - _STEP * self.priors.sd[k]
        return moved

    def cost(self, values: Vector, distances: Vector) -> float:
        """Half the sum of squared distances from the rows and from what was assumed."""
        assumed = (values - self.priors.value) / self.priors.sd
        return float(distances @ distances + assumed @ assumed) / 2

    def stepped(self, values: Vector, slopes: Vector, distances: Vector) -> Vector:
        """The next values: a least-squares step, rows and assumptions weighed together."""
        assumed = (values - self.priors.value) / self.priors.sd
        both = np.vstack([slopes, np.eye(len(values))])
        step, *_ = np.linalg.lstsq(both, -np.concatenate([distances, assumed]), rcond=None)
        return self.priors.within(values + np.clip(step, -_BOLD, _BOLD) * self.priors.sd)

    def report(self, values: Vector, slopes: Vector) -> pd.DataFrame:
        priors = self.priors
        return calibration.uncertainty(priors.names, priors.value, priors.sd, values, slopes / priors.sd)


def targets_of(studies: Studies, ids: list[str]) -> list[tuple[str, Target]]:
    """What rows say of studies, with their ids."""
    return [(id, target) for id in ids for target in COURSE_PATTERNS[id](studies)]


def _distances(targets: list[tuple[str, Target]]) -> Vector:
    return np.array([_distance(target) for _, target in targets])


def _distance(target: Target) -> float:
    """From what is published, or from the inner half of its range where that lies at the edge."""
    value, aim, low, high = on_scale(target)
    return (value - aim) / ((high - low) / 2 / _TOWARDS)


def on_scale(target: Target) -> tuple[float, float, float, float]:
    """Value, what it should come near, and the range in which it holds, on the scale on which distances are taken."""
    parts = np.array([target.value, target.published, target.low, target.high])
    value, published, low, high = np.log(np.maximum(parts, 0.01)) if target.ratio else parts
    aim = np.clip(published, low + (high - low) / 4, high - (high - low) / 4)
    return float(value), float(aim), float(low), float(high)


def _by_theory(asked: tuple[Dynamics, int, list[str]]) -> Vector:
    dynamics, dyads, ids = asked
    return _distances(targets_of(Studies(dyads, _SEED, dynamics, theory=True), ids))
