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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from .. import __version__
from ..common.errors import whole_number
from ..common.files import path_of, replacing
from ..common.shown import Shown, counted
from ..common.workers import Crew, crew_of
from ..theory.age_norms import Norms
from ..theory.coefficients import Coefficients
from ..theory.dynamics import Dynamics
from ..theory.parameter_sets import NOTES, ParameterSet, table_of
from .calibrate_development import inputs_hash as of_development
from .calibrate_interaction import inputs_hash as of_interaction
from .ensemble_check import played
from .ensemble_targets import LevelTargets, development_targets, interaction_targets
from .make_norms import changed_norms, few_norms
from .randomised_likelihood import Known, agreeing, draw_from, holds

__all__ = ["EnsembleCalibration", "calibrate_ensemble", "ensemble_hash"]

Vector = NDArray[np.float64]

_SEED = 2026
_DIGITS = 4
_TRIES = 2  # draws of the parameters of development under the norms of one draw of the coefficients
_MOST = 5  # times that the model is asked for one draw
_AT_ONCE = 16
_PLAYED = 8  # sets that are simulated
_MOST_CANDIDATES = 40  # times as many as sets are asked for
_STAGES = ("seconds", "weeks", "kept")  # where a candidate ended, in the words of the file


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

    interaction: Known
    development: Known
    off: Vector
    norms: Norms


@dataclass(frozen=True)
class _Candidate:
    """A candidate for a parameter set: where it ended, and its parameters as far as it came.

    Attributes
    ----------
    stage : one of ``_STAGES``: at which level nothing agreed, or ``kept``.
    interaction, development : (parameters,) the free ones of each level.
    norms : those that follow from the coefficients.
    read : (targets,) distances on interaction, and on development.
    """

    stage: str
    interaction: Vector | None = None
    development: Vector | None = None
    norms: Norms | None = None
    read: tuple[Vector, Vector] | None = None


def calibrate_ensemble(sets: int = 256, progress: Callable[[int, int], None] | None = None) -> EnsembleCalibration:
    """Draw parameter sets that agree with the evidence, in as many processes as there are cores for it.

    Parameters
    ----------
    sets : how many, 2 to 10,000.
    progress : called with the steps done and how many there are.

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
    with crew_of(None, None, total) as crew:
        known = interaction_targets().known(crew)
        told(1, total)
        prepared = _Prepared(known, *development_targets().known(crew), few_norms())
        told(2, total)
        found: list[_Candidate] = []
        for candidate in _candidates(crew, prepared, sets * _MOST_CANDIDATES):
            found.append(candidate)
            kept = [each for each in found if each.stage == "kept"]
            told(2 + len(kept), total)
            if len(kept) == sets:
                break
        made = tuple(_set(number, each) for number, each in enumerate(kept))
        simulated = played(crew, made[:: max(len(made) // _PLAYED, 1)][:_PLAYED], prepared.development.read)
    told(total, total)
    counts = {stage: sum(each.stage == stage for each in found) for stage in _STAGES}
    about = {
        "dyadsim": __version__,
        "command": f"dyadsim calibrate ensemble --sets {sets}",
        "sets": len(made),
        "candidates": len(found),
        "no_agreement_on": {stage: counts[stage] for stage in _STAGES[:-1]},
        "inputs": ensemble_hash(),
        "calibrated_weeks": prepared.development.read.round(_DIGITS).tolist(),
        "simulated": simulated,
    }
    return EnsembleCalibration(made, _rows(kept), _parameters(prepared, kept), about)


def ensemble_hash() -> str:
    """Hash of what an ensemble goes by: rows, priors, rules, and the calibrated values that it lies about."""
    default = {name: np.asarray(value).tolist() for name, value in Coefficients.default().items()}
    said = (of_interaction(), of_development(), default, dict(Dynamics.default()))
    return hashlib.sha256(f"{said!r}{Norms.default().digest}".encode()).hexdigest()[:16]


def _candidates(crew: Crew, prepared: _Prepared, most: int) -> Iterator[_Candidate]:
    """Candidates in the order of their numbers, some worked on ahead of what is asked for."""
    waiting = [crew.submit(_candidate, prepared, number) for number in range(min(_AT_ONCE, most))]
    for number in range(most):
        yield waiting.pop(0).result()
        if number + _AT_ONCE < most:
            waiting.append(crew.submit(_candidate, prepared, number + _AT_ONCE))


@threadpool_limits.wrap(limits=1, user_api="blas")
def _candidate(prepared: _Prepared, number: int) -> _Candidate:
    """A candidate of a number, which names its draws: coefficients, their norms, and weekly parameters under these."""
    rng, interaction, development = np.random.default_rng([_SEED, number]), interaction_targets(), development_targets()
    known = prepared.interaction
    found = agreeing(known, draw_from(known, rng), interaction.read, _MOST, _DIGITS)
    if found is None or not holds(known, judged := interaction.judged(found[0])):
        return _Candidate("seconds")
    if not interaction.holds_in_sessions(found[0]):
        return _Candidate("seconds")
    norms = changed_norms(interaction.priors.coefficients(found[0]), prepared.norms)
    known = prepared.development

    def read(values: Vector) -> Vector:
        return development.read(development.dynamics(values, norms)) + prepared.off

    for _ in range(_TRIES):
        agreed = agreeing(known, draw_from(known, rng), read, _MOST, _DIGITS)
        if agreed is not None:
            return _Candidate("kept", found[0], agreed[0], norms, (judged, agreed[1]))
    return _Candidate("weeks", found[0])


def _set(number: int, kept: _Candidate) -> ParameterSet:
    assert kept.interaction is not None and kept.development is not None
    coefficients = interaction_targets().priors.coefficients(kept.interaction)
    return ParameterSet(number, coefficients, development_targets().dynamics(kept.development, kept.norms))


def _levels() -> dict[str, LevelTargets]:
    return {"interaction": interaction_targets(), "development": development_targets()}


def _parameters(prepared: _Prepared, kept: list[_Candidate]) -> pd.DataFrame:
    """The table :attr:`EnsembleCalibration.parameters`."""
    tables = []
    for level, targets in _levels().items():
        known: Known = getattr(prepared, level)
        values = np.array([getattr(each, level) for each in kept])
        columns = {"parameter": targets.priors.names, "assumed": known.assumed, "assumed_sd": known.assumed_sd}
        columns |= {"calibrated": known.values, "laplace_sd": known.sd()}
        tables.append(pd.DataFrame(columns | {"mean": values.mean(axis=0), "sd": values.std(axis=0, ddof=1)}))
    return pd.concat(tables, ignore_index=True)


def _rows(kept: list[_Candidate]) -> pd.DataFrame:
    """The table :attr:`EnsembleCalibration.rows`: what the sets say of every target, in its unit."""
    tables = []
    for place, level in enumerate(_levels().values()):
        model = level.in_units(np.array([each.read[place] for each in kept if each.read is not None]))
        low, high = np.quantile(model, (0.025, 0.975), axis=0)
        tables.append(level.report().assign(**{"mean": model.mean(axis=0), "from": low, "to": high}))
    return pd.concat(tables, ignore_index=True)
