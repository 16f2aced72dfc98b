"""Calibration of development: the parameters that agree best with the calibrate rows on risk and outcome.

Least squares on simulated studies (:mod:`dyadsim.findings.longitudinal_studies`), from what is assumed of every
parameter (``data/priors.toml``). Slopes come from studies in which the week's interaction follows the linear theory,
which takes a hundredth of the time; how far these lie from studies that sample it is measured at every round and made
up for.
No row of another role is read.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import tomli_w
from numpy.typing import NDArray

from .. import __version__
from ..common.errors import whole_number
from ..common.files import package_data, path_of, replacing
from ..common.shown import Shown, counted
from ..common.toml_models import noted
from ..development.recovery import BELOW, FOR_WEEKS, ILL_FROM
from ..findings.agreement import Target, Targets
from ..findings.longitudinal_studies import DESIGNS, RELIEF_ENDS, VISITS, LongitudinalStudies
from ..findings.registry import findings_of, rows_read
from ..theory.age_norms import Norms
from ..theory.coefficients import Coefficients
from ..theory.couplings import ARROWS
from ..theory.dynamics import Dynamics
from ..theory.priors import assumed_parameters
from .calibrate_interaction import inputs_hash as of_interaction
from .fit import SlopedFit, distances_of
from .make_norms import make_norms
from .priors import DevelopmentPriors

__all__ = [
    "HANDFUL",
    "DevelopmentCalibration",
    "DevelopmentFit",
    "calibrate_development",
    "files_read",
    "inputs_hash",
    "targets_of",
]

Vector = NDArray[np.float64]

_SEED = 0
_KNOWN_TO = 3.0  # a row counts as known to a third of half the width of the range in which it holds
HANDFUL = 250
"""So few dyads show which rows and files are read."""
_LARGER = 4  # times as many dyads where the linear theory is asked
_INNER = 2  # steps on the linear theory between two rounds of sampling
_SETTLED = 0.1  # a fit has settled if its last step changed the cost by no larger a share
_DIGITS = 4
_WORDS = re.compile(rb"^(?:title|point) = .*\n", re.MULTILINE)
"""Lines of shipped files that are for people alone."""
_HEADER = """# Values of the parameters of theory/dynamics.py, and the norms of lived measures.
# Made by the command below and not by hand. What was assumed before stands in priors.toml, what they were fitted to in
# evidence.csv.

"""


@dataclass(frozen=True, repr=False)
class DevelopmentCalibration(Shown):
    """What a calibration of development found.

    Attributes
    ----------
    dynamics : the fitted parameters.
    norms : of lived measures, by age, that follow from the coefficients; by these the weeks were scored.
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

    def _in_a_line(self) -> str:
        return f"{counted(len(self.parameters), 'parameter')} by {counted(len(self.rows), 'row')} of evidence"

    def _in_a_table(self) -> pd.DataFrame:
        return self.parameters

    def write(self, path: str | Path) -> Path:
        """Write parameters, norms and provenance in the form of ``data/development.toml``.

        Parameters
        ----------
        path : of the file, which is written anew.

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
        file = path_of(path)
        with replacing(file) as beside:
            beside.write_text(_HEADER + tomli_w.dumps(content), encoding="utf-8")
        return file


def calibrate_development(
    dyads: int = 4000,
    rounds: int = 3,
    progress: Callable[[int, int], None] | None = None,
    coefficients: Coefficients | None = None,
    norm_dyads: int = 256,
) -> DevelopmentCalibration:
    """Fit the weekly parameters to the rows on risk and outcome, in as many processes as there are cores for it.

    Parameters
    ----------
    dyads : of the community sample, 200 to 100,000; other designs in proportion.
    rounds : of sampling the studies, 1 to 20; between them steps are taken on the linear theory.
    progress : called with the steps done and how many there are.
    coefficients : strengths of the rules of interaction (default: the shipped ones).
    norm_dyads : over how many the norms are taken, a power of two.

    Returns
    -------
    The fitted parameters and norms, every target beside what the model says of it, and how much the evidence settled.

    Raises
    ------
    DyadsimError
        for numbers that are not possible.

    Examples
    --------
    ``ds.calibrate_development().write("development.toml")`` takes long. What ships is what it found last:

    >>> parameters, norms = ds.Dynamics.default(), ds.Dynamics.default().norms
    >>> parameters["rate of depression"], norms.mean.shape
    """
    dyads = whole_number("number of dyads", dyads, 200, 100_000)
    rounds = whole_number("number of rounds", rounds, 1, 20)
    steps, done = itertools.count(1), progress or (lambda done, total: None)
    total = 2 + rounds * (2 + _INNER)
    # Rounded as the file has them, so that who reads it has the very norms of this fit.
    norms = Norms.read(make_norms(norm_dyads, coefficients=coefficients).written())
    done(next(steps), total)
    fit = DevelopmentFit(dyads, DevelopmentPriors.read(), norms, coefficients)
    values = fit.priors.value
    for _ in range(rounds):
        slopes = fit.slopes(values)
        done(next(steps), total)
        # How far the linear theory is from studies that sample the week's interaction: made up for in the steps below.
        off = fit.read(values, linear=False) - fit.read(values)
        done(next(steps), total)
        costs = []
        for _ in range(_INNER):
            distances = fit.read(values, larger=_LARGER) + off
            costs.append(fit.cost(values, distances))
            values = fit.stepped(values, slopes, distances)
            done(next(steps), total)
    values = np.round(values, _DIGITS)
    costs.append(fit.cost(values, fit.read(values, larger=_LARGER) + off))
    found = fit.targets(values, linear=False)
    done(next(steps), total)
    return DevelopmentCalibration(
        fit.priors.dynamics(values, norms),
        norms,
        pd.DataFrame(
            [(id, each.says, each.published, each.low, each.high, each.value, each.holds) for id, each in found],
            columns=["id", "quantity", "target", "low", "high", "model", "holds"],
        ),
        fit.uncertainty(values, slopes / fit.priors.sd),
        {
            "dyadsim": __version__,
            "command": f"dyadsim calibrate development --dyads {dyads} --rounds {rounds}",
            "dyads": dyads,
            "rounds": rounds,
            "norm_dyads": norm_dyads,
            "settled": bool(abs(costs[-1] - costs[-2]) <= _SETTLED * costs[-2]),
            "cost": round(costs[-1], 2),
            "evidence": [row.id for row in rows_read()],
            "inputs": inputs_hash(),
        },
    )


def inputs_hash() -> str:
    """Hash of what this calibration goes by: defaults made from other inputs are out of date.

    These are the rows, the designs of the studies, what is assumed of the parameters, the graph of couplings, what the
    level of interaction was made from, and every shipped file that the studies read; a file that no study names is none
    of it.
    """
    rows = [(row.id, row.value, row.low, row.high) for row in rows_read()]
    designs = {name: vars(each) | {"setting": each.setting and each.setting.toml()} for name, each in DESIGNS.items()}
    graph = [(arrow.name, arrow.sign) for arrow in ARROWS.values()]
    rules = VISITS, RELIEF_ENDS, ILL_FROM, BELOW, FOR_WEEKS
    files = sorted(files_read())
    said = repr((rows, designs, rules, assumed_parameters(), graph, of_interaction(), files))
    # What people read in the place of a name, or of a point, changes nothing of a fit.
    texts = [_WORDS.sub(b"", package_data(folder, f"{name}.toml").read_bytes()) for folder, name in files]
    return hashlib.sha256(said.encode() + b"".join(texts)).hexdigest()[:16]


def files_read() -> set[tuple[str, str]]:
    """Folder and name of every shipped file that the studies go by: of people, risks, instruments and the procedure.

    Seen by following a handful of dyads through every study and reading every row, so that no list can be out of date.
    """
    studies = LongitudinalStudies(HANDFUL, _SEED, linear=True)
    with noted() as found:
        for design in DESIGNS:
            studies.course(design)
        targets_of(studies)
    return found


def targets_of(studies: LongitudinalStudies) -> list[tuple[str, Target]]:
    """Targets of the rows that may set a parameter, read from studies; each with the id of its row."""
    found = findings_of("development", sets=True)
    read = [found[row.id] for row in rows_read() if row.id in found]
    return [(each.id, target) for each in read for target in cast(Targets, each(studies)).parts]


class DevelopmentFit(SlopedFit[DevelopmentPriors]):
    """Distance of weekly parameters from the evidence and from what was assumed.

    Parameters
    ----------
    dyads : of the community sample; other designs in proportion.
    priors : what was assumed.
    norms : by which weeks are scored (default: the shipped ones).
    coefficients : strengths of the rules of interaction (default: the shipped ones).
    """

    def __init__(
        self,
        dyads: int,
        priors: DevelopmentPriors,
        norms: Norms | None = None,
        coefficients: Coefficients | None = None,
    ) -> None:
        super().__init__(priors)
        self.dyads, self.norms, self.coefficients = dyads, norms, coefficients

    def targets(self, values: Vector, linear: bool, larger: int = 1) -> list[tuple[str, Target]]:
        """What the model says of every published number.

        Parameters
        ----------
        values : (parameters,) in the order of the priors.
        linear : take the week's interaction from the linear theory instead of playing it.
        larger : times as many dyads.
        """
        dynamics = self.priors.dynamics(values, self.norms)
        return targets_of(
            LongitudinalStudies(self.dyads * larger, _SEED, dynamics, linear, coefficients=self.coefficients)
        )

    def read(self, values: Vector, known_to: float = _KNOWN_TO, linear: bool = True, larger: int = 1) -> Vector:
        """(targets,) distance of every published number, in units of how well it is known.

        Parameters
        ----------
        values, linear, larger : as in :meth:`targets`.
        known_to : as in :func:`dyadsim.fitting.fit.distance`.
        """
        return distances_of([target for _, target in self.targets(values, linear, larger)], known_to)
