"""Calibration of the ensemble: parameter sets drawn from what was assumed, and corrected to agree with the evidence.

A candidate draws its coefficients of interaction first (:mod:`dyadsim.fitting.randomised_likelihood`, on the exact
law), then makes the norms that follow from them, then draws parameters of development that agree under these norms (on
the linear theory). Coefficients are set by rows on interaction alone, as in the calibration. Some of the sets are
played, second by second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from .. import __version__
from ..common.errors import DyadsimError, whole_number
from ..common.files import path_of, replacing
from ..common.shown import Shown, counted
from ..common.workers import Crew, crew_of
from ..theory.age_norms import Norms
from ..theory.coefficients import Coefficients
from ..theory.dynamics import Dynamics
from ..theory.parameter_sets import NOTES, ParameterSet, table_of
from .calibrate_development import inputs_hash as of_development
from .calibrate_interaction import inputs_hash as of_interaction
from .candidates import KEPT, STAGES, Candidate, Candidates
from .ensemble_check import played
from .ensemble_targets import Calibrated, LevelTargets, Sizes, development_targets, interaction_targets
from .make_norms import changed_norms, few_norms
from .randomised_likelihood import Known, agreeing, draw_from, holds

__all__ = ["EnsembleCalibration", "calibrate_ensemble", "ensemble_hash"]

Vector = NDArray[np.float64]

_SEED = 2026
_DIGITS = 4
_TRIES = 2  # draws of the parameters of development under the norms of one draw of the coefficients
_MOST = 12  # times that the model is asked for one draw
_AHEAD = 4  # candidates that are worked on or wait, for every worker
_MOST_CANDIDATES = 40  # times as many as sets are asked for


@dataclass(frozen=True, repr=False)
class EnsembleCalibration(Shown):
    """What a calibration of the ensemble found.

    Attributes
    ----------
    sets : the parameter sets, equally weighted.
    rows : one row a target: ``id``, ``quantity``, ``target``, ``low``, ``high``, and of the sets the ``mean`` and the
        range that holds 95 of 100 of them (``from``, ``to``).
    parameters : one row a parameter that was free: ``assumed`` and ``assumed_sd`` before, the ``calibrated`` value and
        its ``laplace_sd`` (where a published range counts as a 95 % interval), ``mean`` and ``sd`` of the sets.
    provenance : what it was made from, how many candidates it took, and what simulation says.
    """

    sets: tuple[ParameterSet, ...]
    rows: pd.DataFrame
    parameters: pd.DataFrame
    provenance: Mapping[str, Any]

    def _in_a_line(self) -> str:
        return f"{counted(len(self.parameters), 'parameter')} by {counted(len(self.rows), 'row')} of evidence"

    def _in_a_table(self) -> pd.DataFrame:
        return self.parameters

    def write(self, path: str | Path) -> Path:
        """Write the sets with their provenance, in the form of ``data/ensemble.parquet``.

        Parameters
        ----------
        path : of the file, which is written anew.

        Raises
        ------
        DyadsimError
            if the file cannot be written.
        """
        import pyarrow
        import pyarrow.parquet

        table = pyarrow.Table.from_pandas(table_of(self.sets), preserve_index=False)
        notes = {**(table.schema.metadata or {}), NOTES: json.dumps(dict(self.provenance)).encode()}
        file = path_of(path)
        with replacing(file) as beside:
            pyarrow.parquet.write_table(
                table.replace_schema_metadata(notes), beside, compression="zstd", write_statistics=False
            )
        return file


@dataclass(frozen=True)
class _Prepared:
    """What all candidates go by: targets of both levels, norms of few dyads, and what their few dyads miss.

    Attributes
    ----------
    off : (targets,) to be added to distances of development that few dyads show.
    """

    about: Calibrated
    interaction: Known
    development: Known
    off: Vector
    norms: Norms


def calibrate_ensemble(
    sets: int = 128,
    progress: Callable[[int, int], None] | None = None,
    coefficients: Coefficients | None = None,
    dynamics: Dynamics | None = None,
    sizes: Sizes | None = None,
    candidates: Candidates | None = None,
) -> EnsembleCalibration:
    """Draw parameter sets that agree with the evidence, in as many processes as there are cores for it.

    Parameters
    ----------
    sets : how many, 2 to 10,000.
    progress : called with the steps done and how many there are.
    coefficients, dynamics : calibrated values that the sets lie about (default: the shipped ones).
    sizes : numbers of dyads (default: those by which the shipped ensemble was made).
    candidates : those that an earlier run has worked out, and the file for more (default: none).

    Returns
    -------
    The sets, with the rows that they agree with and where each parameter lies.

    Raises
    ------
    DyadsimError
        for a number that is not possible.

    Examples
    --------
    ``ds.calibrate_ensemble().write("ensemble.parquet")`` takes long. What ships is what it found last:

    >>> sets = ds.parameter_sets()
    >>> len(sets), sets[0].coefficients["noticing_effect"], sets[0].dynamics["rate of depression"]
    """
    sets = whole_number("number of sets", sets, 2, 10_000)
    told = progress or (lambda done, total: None)
    total = sets + 3
    told(0, total)
    shipped = Calibrated.shipped()
    about = Calibrated(coefficients or shipped.coefficients, dynamics or shipped.dynamics, sizes or shipped.sizes)
    candidates = Candidates() if candidates is None else candidates
    with crew_of(None, None, total) as crew:
        known = interaction_targets(about).known(crew)
        told(1, total)
        few = few_norms(about.coefficients, about.sizes.norms)
        prepared = _Prepared(about, known, *development_targets(about).known(crew), few)
        told(2, total)
        found: list[Candidate] = []
        kept: list[Candidate] = []
        for candidate in _candidates(crew, prepared, sets * _MOST_CANDIDATES, candidates):
            found.append(candidate)
            kept += [candidate] if candidate.stage == KEPT else []
            told(2 + len(kept), total)
            if len(kept) == sets:
                break
        counts = {stage: sum(each.stage == stage for each in found) for stage in STAGES}
        if len(kept) < sets:
            raise DyadsimError(
                f"Of {len(found)} candidates {len(kept)} agree with the evidence, of {sets} sets that were asked for: "
                f"{counts['seconds']} found no agreement on the seconds, {counts['weeks']} none on the weeks. See "
                "which rows do not hold with the calibrated values themselves."
            )
        made = tuple(_set(about, number, each) for number, each in enumerate(kept))
        few_sets = made[:: max(len(made) // about.sizes.played, 1)][: about.sizes.played]
        simulated = played(crew, about, few_sets, prepared.development.read)
    told(total, total)
    provenance = {
        "dyadsim": __version__,
        "command": f"dyadsim calibrate ensemble --sets {sets}",
        "sets": len(made),
        "candidates": len(found),
        "no_agreement_on": {stage: counts[stage] for stage in STAGES if stage != KEPT},
        "inputs": ensemble_hash(about.coefficients, about.dynamics),
        "calibrated_weeks": prepared.development.read.round(_DIGITS).tolist(),
        "simulated": simulated,
    }
    if about.sizes != Sizes():  # the command does not say it
        provenance["sizes"] = asdict(about.sizes)
    return EnsembleCalibration(made, _rows(about, kept), _parameters(prepared, kept), provenance)


def ensemble_hash(coefficients: Coefficients | None = None, dynamics: Dynamics | None = None) -> str:
    """Hash of what an ensemble goes by: rows, priors, rules, and the calibrated values that it lies about.

    Parameters
    ----------
    coefficients, dynamics : these values (default: the shipped ones).
    """
    coefficients, dynamics = coefficients or Coefficients.default(), dynamics or Dynamics.default()
    values = {name: np.asarray(value).tolist() for name, value in coefficients.items()}
    said = (of_interaction(), of_development(), values, dict(dynamics))
    return hashlib.sha256(f"{said!r}{dynamics.norms.digest}".encode()).hexdigest()[:16]


def _candidates(crew: Crew, prepared: _Prepared, most: int, known: Candidates) -> Iterator[Candidate]:
    """Candidates in the order of their numbers: those known first; of others some are worked on ahead."""
    yield from known.found[:most]
    first, ahead = len(known.found), _AHEAD * crew.size
    waiting = [crew.submit(_candidate, prepared, number) for number in range(first, min(first + ahead, most))]
    for number in range(first, most):
        candidate = waiting.pop(0).result()
        known.add(candidate)
        yield candidate
        if number + ahead < most:
            waiting.append(crew.submit(_candidate, prepared, number + ahead))


@threadpool_limits.wrap(limits=1, user_api="blas")
def _candidate(prepared: _Prepared, number: int) -> Candidate:
    """A candidate of a number, which names its draws: coefficients, their norms, and weekly parameters under these."""
    rng, about = np.random.default_rng([_SEED, number]), prepared.about
    interaction, development = interaction_targets(about), development_targets(about)
    known = prepared.interaction
    found = _agreeing(about, known, rng, interaction.read)
    if found is None:
        return Candidate("seconds")
    judged = interaction.judged(found[0])
    if about.sizes.must_agree and not holds(known, judged):
        return Candidate("seconds")
    coefficients = interaction.priors.coefficients(found[0])
    norms = changed_norms(about.dynamics.norms, prepared.norms, coefficients, about.sizes.norms)
    known = prepared.development

    def read(values: Vector) -> Vector:
        return development.read(development.dynamics(values, norms)) + prepared.off

    for _ in range(_TRIES):
        agreed = _agreeing(about, known, rng, read)
        if agreed is not None:
            return Candidate(KEPT, found[0], agreed[0], norms, (judged, agreed[1]))
    return Candidate("weeks", found[0])


def _agreeing(
    about: Calibrated, known: Known, rng: np.random.Generator, model: Callable[[Vector], Vector]
) -> tuple[Vector, Vector] | None:
    """Parameters of the next draw that agree, and what they are read as; None if none do."""
    draw = draw_from(known, rng)
    if about.sizes.must_agree:
        return agreeing(known, draw, model, _MOST, _DIGITS)
    values = np.round(draw.values, _DIGITS)
    read = model(values)
    return (values, read) if np.isfinite(read).all() else None


def _set(about: Calibrated, number: int, kept: Candidate) -> ParameterSet:
    assert kept.interaction is not None and kept.development is not None
    coefficients = interaction_targets(about).priors.coefficients(kept.interaction)
    return ParameterSet(number, coefficients, development_targets(about).dynamics(kept.development, kept.norms))


def _levels(about: Calibrated) -> dict[str, LevelTargets]:
    return {"interaction": interaction_targets(about), "development": development_targets(about)}


def _parameters(prepared: _Prepared, kept: list[Candidate]) -> pd.DataFrame:
    """The table :attr:`EnsembleCalibration.parameters`."""
    tables = []
    for level, targets in _levels(prepared.about).items():
        known: Known = getattr(prepared, level)
        values = np.array([getattr(each, level) for each in kept])
        columns = {"parameter": targets.priors.names, "assumed": known.assumed, "assumed_sd": known.assumed_sd}
        columns |= {"calibrated": known.values, "laplace_sd": known.sd()}
        tables.append(pd.DataFrame(columns | {"mean": values.mean(axis=0), "sd": values.std(axis=0, ddof=1)}))
    return pd.concat(tables, ignore_index=True)


def _rows(about: Calibrated, kept: list[Candidate]) -> pd.DataFrame:
    """The table :attr:`EnsembleCalibration.rows`: what the sets say of every target, in its unit."""
    tables = []
    for place, level in enumerate(_levels(about).values()):
        model = level.in_units(np.array([each.read[place] for each in kept if each.read is not None]))
        low, high = np.quantile(model, (0.025, 0.975), axis=0)
        tables.append(level.report().assign(**{"mean": model.mean(axis=0), "from": low, "to": high}))
    return pd.concat(tables, ignore_index=True)
