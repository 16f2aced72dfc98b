"""Run of a trial: its replicates, chunk by chunk, into a results folder that survives and grows."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.chunked_folder import Done, Failure, check_empty, check_same_files, error_line
from ..common.chunked_run import Progress, run_into_folder
from ..common.errors import DyadsimError
from ..common.toml_models import files_named
from ..common.user_files import mark
from ..common.user_sources import marks_of
from ..common.work_payload import opened, payload_of
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from .declared_trial import DeclaredTrial
from .enrolment import enrolled
from .potential import lived
from .replicates import replicates
from .trial_folder import TABLES, TrialChunk, TrialManifest

__all__ = ["first_dyads", "made_by", "own_rules", "run_into", "user_rules"]

_DYADS = 2_400  # of a chunk, about: so many are worth the weeks that each age and arm takes
_PARTS = 16  # chunks of a run, unless they would be too large
_FEW = 3  # dyads by which a folder knows its model again
_DIGITS = 6
_MAY_GROW = ("replicates", "title", "says", "question", "name", "published")
_opened = functools.lru_cache(maxsize=2)(opened)


def run_into(
    trial: DeclaredTrial,
    folder: Path,
    rules: Rules,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> TrialManifest:
    """Run a trial into a folder; replicates that are there already are kept, and only what is missing worked out.

    Parameters
    ----------
    trial : the trial, with as many replicates as are wanted.
    folder : results folder; it is made if it is not there.
    rules : of interaction.
    workers, scheduler, progress : as in :func:`dyadsim.sweep`; progress is in replicates.

    Raises
    ------
    DyadsimError
        if nobody is eligible; if the folder was made by another trial, other files or another version of the model; or
        if it cannot be written.
    """
    return run_into_folder(
        folder,
        lambda path: _planned(trial, path, rules),
        lambda manifest: _Order(payload_of((trial, rules), [*user_rules(trial), *own_rules(rules)]), rules),
        workers,
        scheduler,
        progress,
    )


@dataclass(frozen=True)
class _Order:
    """How chunks of a trial are given to workers."""

    payload: bytes
    rules: Rules

    def work(self, chunk: TrialChunk) -> tuple[Any, ...]:
        """The function that works on a chunk, and what it is called with."""
        return worked_out, self.payload, chunk

    def failed(self, chunk: TrialChunk, error: str) -> Done:
        """The chunk of which nothing came."""
        return _done(chunk, {}, [{"replicates": list(chunk.replicates), "error": error}], self.rules)


def worked_out(payload: bytes, chunk: TrialChunk) -> Done:
    """The tables of a chunk; a replicate that fails is told in them and stops no other."""
    files, (trial, rules) = _opened(payload)
    with files.reading():
        tables, failures = _tables(trial, *chunk.replicates, rules)
        return _done(chunk, tables, failures, rules)


def _tables(trial: DeclaredTrial, first: int, stop: int, rules: Rules) -> tuple[dict[str, pd.DataFrame], list[Failure]]:
    """Tables of some replicates, by name, and what failed; where something does, each is tried alone."""
    try:
        found = replicates(trial, first, stop, rules)
        made = {"data": found.data, "twins": found.twins, "estimates": found.estimates()}
        return {**made, "steps": found.steps(), "flow": found.flow()}, []
    except Exception as error:  # a rule of the user's may raise anything
        if stop - first == 1:
            return {}, [{"replicates": [first, stop], "error": error_line(error)}]
    parts = [_tables(trial, number, number + 1, rules) for number in range(first, stop)]
    whole = [tables for tables, _ in parts if tables]
    joined = {name: pd.concat([each[name] for each in whole], ignore_index=True) for name in TABLES if whole}
    return joined, [failure for _, failures in parts for failure in failures]


def _done(chunk: TrialChunk, tables: dict[str, pd.DataFrame], failures: list[Failure], by: Rules) -> Done:
    return chunk.done_with(tables, "replicate", failures, probe(by))


# Plan -----------------------------------------------------------------------------------------------------------------


def _planned(trial: DeclaredTrial, folder: Path, by: Rules) -> TrialManifest:
    """The folder with a chunk for every replicate that is asked for, those that are done among them."""
    said = trial.model_dump(mode="json", exclude_defaults=True) | {"replicates": trial.replicates}
    files = _marks(trial) | {file: hashed for each in own_rules(by) for file, hashed in marks_of(each).items()}
    rules = {**made_by(trial, by), "files": files}
    if not (folder / "manifest.json").is_file():
        check_empty(folder)
        manifest = TrialManifest(folder, said, rules)
    else:
        manifest = TrialManifest.read(folder)
        manifest.sweep_up()
        check_same_files(folder, manifest.rules.get("files", {}), files)
        _check_same(manifest, said, rules)
        manifest.asked = said | {"replicates": max(trial.replicates, manifest.asked["replicates"])}
    had = max((chunk.replicates[1] for chunk in manifest.chunks), default=0)
    more = trial.replicates - had
    if more > 0:
        each = max(1, min(-(-more // _PARTS), _DYADS // trial.who.dyads))
        for number in range(had, trial.replicates, each):
            stop = min(number + each, trial.replicates)
            manifest.chunks.append(TrialChunk(len(manifest.chunks), (number, stop)))
    manifest.write()
    return manifest


def _check_same(manifest: TrialManifest, said: dict[str, Any], rules: dict[str, Any]) -> None:
    """Refuse another trial, other rules, or another version of the model than made a folder."""
    before, now = (
        {key: value for key, value in each.items() if key not in _MAY_GROW} for each in (manifest.asked, said)
    )
    if (key := next((key for key in (*before, *now) if before.get(key) != now.get(key)), None)) is not None:
        raise DyadsimError(
            f"'{manifest.folder}' was made by a trial with another '{key}'; only replicates can be added to it. Give "
            "another folder."
        )
    if any(manifest.rules.get(key) != rules[key] for key in ("tables", "dyads")):
        raise DyadsimError(
            f"'{manifest.folder}' was made by another version of the model, or by other rules: the same dyads do not "
            "come to the same now; give another folder."
        )


def made_by(trial: DeclaredTrial, rules: Rules) -> dict[str, str]:
    """Names of the rules, the hash of their tables, and of what a few dyads come to: how a folder knows its model."""
    names = {"infant": rules.infant.__qualname__, "mother": rules.mother.__qualname__}
    return {**names, "tables": probe(rules), "dyads": first_dyads(trial, rules)}


def own_rules(rules: Rules) -> list[Any]:
    """Rules of interaction that are the user's own."""
    return [each for each in (rules.infant, rules.mother) if not each.__module__.startswith("dyadsim.")]


def first_dyads(trial: DeclaredTrial, rules: Rules) -> str:
    """A hash of what the first dyads of the first replicate come to in every arm.

    Raises
    ------
    DyadsimError
        if nobody is eligible in it.
    """
    found = enrolled(trial, 0, 1, rules)
    few = found.first(max(_FEW, len(trial.what.arms), 0 if trial.what.sites is None else trial.what.sites.number))
    parts = [pd.DataFrame(lived(few, arm).readings).head(_FEW) for arm in trial.what.arms]
    said = pd.concat(parts, ignore_index=True).round(_DIGITS).to_json(double_precision=_DIGITS)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def user_rules(trial: DeclaredTrial) -> list[Any]:
    """Rules of interventions that are the user's own."""
    offers = (offer.at(age) for arm in trial.what.arms for offer in arm.interventions for age in trial.who.ages[:1])
    return [
        each for each in dict.fromkeys(offer.rule for offer in offers) if not each.__module__.startswith("dyadsim.")
    ]


def _marks(trial: DeclaredTrial) -> dict[str, str]:
    """Hashes of the user's files that the trial goes by."""
    said = files_named(trial.model_dump(mode="json"))
    found = {path: mark(content) for path, content in said.items()}
    for rule in user_rules(trial):
        found |= marks_of(rule)
    for arm in trial.what.arms:
        for offer in arm.interventions:
            if not isinstance(offer.name, str) or ".py:" in offer.name:
                found[f"intervention {offer.entry.name}"] = mark(offer.entry.toml().encode())
    return found
