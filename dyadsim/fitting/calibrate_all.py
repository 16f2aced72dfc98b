"""Calibration of everything that is fitted, in order, each step from the files of the steps before it.

The package's own files are not read for it: coefficients, weekly parameters and norms come from the folder. A log there
says what each file was made from; what is made from the very same already is not made again.
"""

from __future__ import annotations

import hashlib
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import tomli_w

from .. import __version__
from ..common.errors import DyadsimError
from ..common.files import folder_for, is_file, is_folder, make_folder, path_of, write_bytes
from ..common.shown import Shown
from ..findings.registry import MAY_SET, rows_read
from ..theory import evidence
from ..theory.coefficients import Coefficients
from ..theory.dynamics import Dynamics
from ..theory.priors import assumed_coefficients, assumed_parameters
from .calibrate_development import calibrate_development
from .calibrate_development import inputs_hash as of_development
from .calibrate_ensemble import calibrate_ensemble, ensemble_hash
from .calibrate_interaction import calibrate_interaction
from .calibrate_interaction import inputs_hash as of_interaction
from .candidates import Candidates
from .ensemble_targets import Sizes

__all__ = ["FILES", "LOG", "Calibrations", "calibrate_all"]

LOG = "calibration.toml"
"""Name of the log."""
FILES = {"interaction": "defaults.toml", "development": "development.toml", "ensemble": "ensemble.parquet"}
"""Files by step, in their order; of these names are those that ship."""
_CANDIDATES = "ensemble.candidates.jsonl"  # of an ensemble that is not done
_TOLD = 1000  # parts into which the whole is cut where it is told how much is done
_SHARES = {"interaction": 0.1, "development": 0.25, "ensemble": 0.65}  # of the time, about
_HEADER = """# What 'dyadsim calibrate all' made, and from what. Of each file the hash of all of its bytes (SHA-256).
# inputs: hash of all that a step goes by; rows, priors: hashes of these parts of it.

"""
_PUSHES = (
    "Sizes of pushes of interventions are solved from their catalogue entries and the weekly parameters when they are "
    "needed (development/push_sizes.py) and stored nowhere: there is nothing to make."
)


@dataclass(frozen=True)
class _Asked:
    """How much each step is given to do."""

    interaction: Mapping[str, int]
    development: Mapping[str, int]
    sets: int
    sizes: Sizes


_USUAL = _Asked(
    {"dyads": 128, "rounds": 10, "followed": 500},
    {"dyads": 4000, "rounds": 3, "norm_dyads": 256},
    128,
    Sizes(),
)
_QUICK = _Asked(
    {"dyads": 8, "rounds": 1, "followed": 50},
    {"dyads": 200, "rounds": 1, "norm_dyads": 64},
    2,
    Sizes(8, 8, 50, 50, 32, 200, 200, 200, played=1, sessions=50, must_agree=False),
)


class _Writes(Protocol):
    """What a calibration found."""

    @property
    def provenance(self) -> Mapping[str, Any]: ...

    def write(self, path: str | Path) -> Path: ...


@dataclass(frozen=True, repr=False)
class Calibrations(Shown):
    """What a calibration of everything made, and what was there already.

    Attributes
    ----------
    folder : of the files and the log.
    log : as :data:`LOG` has it: ``steps``, each with its file, hash, ``made_from``, version, times and seconds.
    made : steps that were made by this run; the files of the others were there.
    """

    folder: Path
    log: Mapping[str, Any]
    made: tuple[str, ...]

    def _in_a_line(self) -> str:
        return f"{len(self.made)} of {len(FILES)} steps made in '{self.folder}'"

    def _in_a_table(self) -> pd.DataFrame:
        return self.table()

    def table(self) -> pd.DataFrame:
        """One row a step: its file, whether this run made it, whether the fit settled, how long it took and its end."""
        rows = [
            (each["step"], each["file"], each["step"] in self.made, each["settled"], each["seconds"], each["ended"])
            for each in self.log["steps"]
            if "file" in each
        ]
        return pd.DataFrame(rows, columns=["step", "file", "made", "settled", "seconds", "ended"])


def calibrate_all(
    out: str | Path, quick: bool = False, progress: Callable[[int, int], None] | None = None
) -> Calibrations:
    """Everything that is fitted, made anew in a folder: coefficients, weekly parameters with norms, the ensemble.

    What is there and was made from the same rows, priors, rules, sizes and files is kept; a run that was ended goes on
    with the step at which it was, and in the ensemble with the candidate.

    Parameters
    ----------
    out : the folder. It is for these files alone.
    quick : with so few dyads that it says nothing but that all steps run.
    progress : called with how much is done and how much there is.

    Returns
    -------
    The log, and which steps were made.

    Raises
    ------
    DyadsimError
        if the folder cannot be written or holds files of another origin, or a step finds no parameters.
    """
    folder, asked = path_of(out), _QUICK if quick else _USUAL
    run = _Run(folder, quick, progress or (lambda done, total: None))
    rows = [
        [(row.id, row.value, row.low, row.high) for row in each]
        for each in (evidence.rows("interaction", MAY_SET), rows_read())
    ]
    assumed = [assumed_coefficients(), assumed_parameters()]

    def goes_by(inputs: str, levels: slice) -> dict[str, str]:
        return {"inputs": inputs, "rows": _hash(rows[levels]), "priors": _hash(assumed[levels])}

    run.step(
        "interaction",
        goes_by(of_interaction(), slice(0, 1)),
        asked.interaction,
        lambda told, _: calibrate_interaction(**asked.interaction, progress=told),
    )
    coefficients = Coefficients.read(folder / FILES["interaction"])
    run.step(
        "development",
        goes_by(of_development(), slice(1, 2)),
        asked.development,
        lambda told, _: calibrate_development(**asked.development, progress=told, coefficients=coefficients),
    )
    dynamics = Dynamics.read(folder / FILES["development"])
    run.note("pushes", _PUSHES)
    kept = folder / _CANDIDATES
    run.step(
        "ensemble",
        goes_by(ensemble_hash(coefficients, dynamics), slice(None)),
        {"sets": asked.sets, **asdict(asked.sizes)},
        lambda told, made_from: calibrate_ensemble(
            asked.sets, told, coefficients, dynamics, asked.sizes, Candidates(kept, _hash((__version__, made_from)))
        ),
    )
    kept.unlink(missing_ok=True)
    return Calibrations(folder, run.log, tuple(run.made))


class _Run:
    """Steps in a folder, made where they are missing or out of date, and their log.

    Parameters
    ----------
    folder : of the files and the log.
    quick : whether sizes are those for a try.
    progress : told how much is done.
    """

    def __init__(self, folder: Path, quick: bool, progress: Callable[[int, int], None]) -> None:
        self.folder, self.quick, self.progress = folder, quick, progress
        self.made: list[str] = []
        self.share_done = 0.0
        self.steps = _checked(folder)
        make_folder(folder)

    @property
    def log(self) -> dict[str, Any]:
        """The log in plain values."""
        return {"dyadsim": __version__, "quick": self.quick, "steps": list(self.steps.values())}

    def step(
        self,
        name: str,
        goes_by: Mapping[str, str],
        asked: Mapping[str, Any],
        make: Callable[[Callable[[int, int], None], Mapping[str, Any]], _Writes],
    ) -> None:
        """Make a step, unless its file is there and was made from the same.

        Parameters
        ----------
        name : of the step.
        goes_by : hashes of what it is made from, beside the files of the steps before.
        asked : numbers that it was asked for.
        make : makes it; it is given whom to tell how far it is, and all that it is made from.
        """
        file, names = self.folder / FILES[name], list(FILES)
        before = {FILES[each]: self.steps[each]["sha256"] for each in names[: names.index(name)]}
        made_from = {**goes_by, **before, "asked": dict(asked)}
        if not (is_file(file) and self._is_of(name, made_from)):
            entry: dict[str, Any] = {
                "step": name,
                "file": file.name,
                "made_from": made_from,
                "dyadsim": __version__,
                "started": _now(),
            }
            self._write(name, entry)  # from now on what is there under this name is of this run
            began = time.monotonic()
            found = make(lambda done, total: self._tell(self.share_done + _SHARES[name] * done / total), made_from)
            found.write(file)
            seconds = round(time.monotonic() - began, 1)
            entry |= {"ended": _now(), "seconds": seconds, "sha256": _file_hash(file)}
            self._write(name, entry | {"settled": found.provenance.get("settled", True)})
            self.made.append(name)
        self.share_done += _SHARES[name]
        self._tell(self.share_done)

    def note(self, name: str, says: str) -> None:
        """Say of a step why there is nothing to make."""
        self._write(name, {"step": name, "says": says})

    def _is_of(self, name: str, made_from: Mapping[str, Any]) -> bool:
        entry = self.steps.get(name, {})
        return "sha256" in entry and entry["made_from"] == made_from

    def _write(self, name: str, entry: dict[str, Any]) -> None:
        """Write the log with this entry, those of the steps in their order."""
        order = ["interaction", "development", "pushes", "ensemble"]
        self.steps = {each: found for each in order if (found := {**self.steps, name: entry}.get(each))}
        write_bytes(self.folder / LOG, (_HEADER + tomli_w.dumps(self.log)).encode())

    def _tell(self, share: float) -> None:
        self.progress(round(share * _TOLD), _TOLD)


def _checked(folder: Path) -> dict[str, dict[str, Any]]:
    """Entries of the log by step; a folder is refused that cannot be written, or holds files that no log knows."""
    folder_for(folder)
    log, steps = folder / LOG, {}
    if is_file(log):
        try:
            steps = {each["step"]: each for each in tomllib.loads(log.read_text("utf-8"))["steps"]}
        except (OSError, ValueError, KeyError, TypeError):
            raise DyadsimError(f"'{log}' is no log of 'dyadsim calibrate all'; give a folder of its own.") from None
    for name, file_name in FILES.items():
        file, entry = folder / file_name, steps.get(name, {})
        if is_folder(file):
            raise DyadsimError(f"'{file}' is a folder, but a file of that name is to be written.")
        found = _file_hash(file) if is_file(file) else None
        if found and not (entry and entry.get("sha256", found) == found):
            raise DyadsimError(f"'{file}' is not as 'dyadsim calibrate all' wrote it; give a folder of its own.")
    return steps


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _hash(said: Any) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _file_hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
