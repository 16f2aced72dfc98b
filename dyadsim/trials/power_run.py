"""Power of a trial over sizes, effects, losses and reliabilities (:func:`dyadsim.power`): the same luck at all of them.

Dyads of each replicate are enrolled and live once for each effect; trials of fewer dyads are their first, and losses
and instruments are laid over the same lives. So levels differ by what they are, and not by luck.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.chunked_folder import Done, Failure, check_empty, check_same_files, error_line, parquet
from ..common.chunked_run import Progress, locked, run_through
from ..common.errors import DyadsimError
from ..common.files import TemporaryFolder, folder_for, make_folder, path_of
from ..common.toml_models import files_named
from ..common.user_files import UserFiles, mark
from ..common.user_sources import marks_of
from ..common.work_payload import opened, payload_of
from ..interaction.rule_set import Rules
from ..interaction.tables import probe
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from .drop_out import states_asked_for
from .enrolment import enrolled
from .potential import Life, lives, observed
from .power_plan import PowerPlan
from .power_results import PowerChunk, PowerManifest, PowerResults
from .replicates import Replicates
from .trial_run import made_by, own_rules, user_rules

__all__ = ["power"]

_DYADS = 2_000  # that live at once
_FIRST = 100  # replicates before it is asked whether they are enough
_MORE = 1.1  # times as many as seem to be needed are run next
_opened = functools.lru_cache(maxsize=2)(opened)


def power(
    plan: str | Path | PowerPlan,
    out: str | Path | None = None,
    *,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> PowerResults:
    """Power of a trial at every level of a plan, and the number of dyads that gives the power that is wanted.

    Replicates are run until the Monte Carlo error of every power is small enough, or there are as many as the plan
    allows.

    Parameters
    ----------
    plan : a shipped name, a TOML file or a :class:`PowerPlan`.
    out : results folder; one that is there goes on. Without it results last as long as they are used.
    infant, mother : the rules of interaction; pass a subclass to change one.
    workers : processes, from 1 (default: as many as there are cores for it); no result depends on it.
    scheduler : the address of a Dask scheduler (or its file), whose workers are used instead.
    progress : called with replicates done and replicates that are planned so far.

    Returns
    -------
    The results folder, opened: power at every level, and the numbers of dyads.

    Raises
    ------
    DyadsimError
        for a plan that is not possible, or a folder that another plan made.

    Examples
    --------
    >>> plan = ds.PowerPlan.load("video-feedback").changed({"dyads": (40, 80), "effects": (1.0,), "replicates": 10})
    >>> ds.power(plan, workers=1).table[["dyads", "power", "power_error"]]
    """
    asked = PowerPlan.load(plan)
    rules = Rules(infant, mother).alone()
    if out is not None:
        return PowerResults(_into(asked, path_of(out), rules, workers, scheduler, progress))
    place = TemporaryFolder("dyadsim-power-")
    return PowerResults(_into(asked, place.path, rules, workers, scheduler, progress), place)


def _into(
    plan: PowerPlan, folder: Path, rules: Rules, workers: int | None, scheduler: str | None, progress: Progress | None
) -> PowerManifest:
    with UserFiles().reading():
        folder_for(folder)
        make_folder(folder)
        with locked(folder):
            manifest = _begun(plan, folder, rules)
            order = _Order(payload_of((plan, rules), [*user_rules(plan.base), *own_rules(rules)]), rules)
            while True:
                _grow(manifest, plan)
                run_through(manifest, order, workers, scheduler, progress)
                manifest = PowerManifest.read(folder)
                if _is_enough(manifest, plan):
                    return manifest


@dataclass(frozen=True)
class _Order:
    """How chunks of replicates are given to workers."""

    payload: bytes
    rules: Rules

    def work(self, chunk: PowerChunk) -> tuple[Any, ...]:
        """The function that works on a chunk, and what it is called with."""
        return worked_out, self.payload, chunk

    def failed(self, chunk: PowerChunk, error: str) -> Done:
        """The chunk of which nothing came."""
        return _done(pd.DataFrame(), [{"replicates": list(chunk.replicates), "error": error}], self.rules)


def worked_out(payload: bytes, chunk: PowerChunk) -> Done:
    """Estimates of some replicates at all levels; what fails is told in them."""
    files, (plan, rules) = _opened(payload)
    with files.reading():
        try:
            return _done(_estimates(plan, *chunk.replicates, rules), [], rules)
        except Exception as error:  # a rule of the user's may raise anything
            return _done(pd.DataFrame(), [{"replicates": list(chunk.replicates), "error": error_line(error)}], rules)


def _done(table: pd.DataFrame, failures: list[Failure], rules: Rules) -> Done:
    table = table if len(table) else pd.DataFrame({"replicate": pd.Series(dtype="int64")})
    return Done(parquet(table, failures), {}, probe(rules))


def _estimates(plan: PowerPlan, first: int, stop: int, rules: Rules) -> pd.DataFrame:
    """Estimates, one row a level, number of dyads and replicate."""
    lived: dict[tuple[float, str, bytes], list[Life]] = {}
    parts = []
    for cell in plan.cells:
        trial = plan.declared(cell)
        dyads = enrolled(trial, first, stop, rules)
        # Who is enrolled is named, so that levels at which it is the same share their lives.
        who = dyads.cohort.units.tobytes()
        arms = {}
        for arm in trial.what.arms:
            strength = cell.effect if arm == trial.what.arms[0] else 1.0
            if (key := (strength, arm.name, who)) not in lived:
                lived[key] = lives(dyads, arm, strength=strength)
            arms[arm.name] = observed(dyads, arm, lived[key], states_asked_for(trial.lost), strength)
        true = Replicates(dyads, arms, {}).truth(trial.asked[0]).set_index("replicate")["true"]
        for number in plan.dyads:
            kept = dyads.place < number
            smaller = Replicates(dyads.first(number), {name: each.of(kept) for name, each in arms.items()}, {})
            found = smaller.printed(trial.answers[0])
            found["true"] = found["replicate"].map(true)
            levels = {"dyads": number, "effect": cell.effect, "lost": cell.lost, "reliability": cell.reliability}
            parts.append(found.assign(**{name: float("nan") if at is None else at for name, at in levels.items()}))
    columns = [
        "dyads",
        "effect",
        "lost",
        "reliability",
        "replicate",
        "b",
        "se",
        "p",
        "n",
        "converged",
        "failed",
        "true",
    ]
    return pd.concat(parts, ignore_index=True)[columns]


# Plan -----------------------------------------------------------------------------------------------------------------


def _begun(plan: PowerPlan, folder: Path, by: Rules) -> PowerManifest:
    """The folder, begun or found, and made by this very plan."""
    said = plan.model_dump(mode="json", exclude_defaults=True)
    trial = plan.declared()
    files = {path: mark(content) for path, content in files_named([said, trial.model_dump(mode="json")]).items()}
    for each in own_rules(by):
        files |= marks_of(each)
    rules = {**made_by(trial, by), "files": files}
    if not (folder / "manifest.json").is_file():
        check_empty(folder)
        manifest = PowerManifest(folder, said, rules)
        manifest.write()
        return manifest
    manifest = PowerManifest.read(folder)
    manifest.sweep_up()
    check_same_files(folder, manifest.rules.get("files", {}), files)
    grows = ("replicates", "error", "power", "title", "says", "name")
    before, now = ({key: value for key, value in each.items() if key not in grows} for each in (manifest.asked, said))
    if before != now:
        raise DyadsimError(f"'{folder}' was made by another plan; only replicates can be added. Give another folder.")
    if any(manifest.rules.get(key) != rules[key] for key in ("tables", "dyads")):
        raise DyadsimError(f"'{folder}' was made by another version of the model; give another folder.")
    manifest.asked = said
    return manifest


def _grow(manifest: PowerManifest, plan: PowerPlan) -> None:
    """Add chunks for the replicates that seem to be needed, and for some at the start."""
    had = max((chunk.replicates[1] for chunk in manifest.chunks), default=0)
    wanted = min(plan.replicates, _FIRST)
    if had and len(table := PowerResults(manifest).table):
        # The error of a share falls as the root of the replicates.
        worst = float((table["power_error"] / plan.error).max())
        wanted = min(plan.replicates, max(had, int(had * worst**2 * _MORE))) if worst > 1 else had
    each = max(1, _DYADS // max(plan.dyads))
    for number in range(had, wanted, each):
        stop = min(number + each, wanted)
        manifest.chunks.append(PowerChunk(len(manifest.chunks), (number, stop)))


def _is_enough(manifest: PowerManifest, plan: PowerPlan) -> bool:
    """Whether every power is known well enough, or there are as many replicates as the plan allows."""
    had = max((chunk.replicates[1] for chunk in manifest.chunks), default=0)
    table = PowerResults(manifest).table
    nothing = table.empty or any(chunk.failures for chunk in manifest.chunks)
    return nothing or had >= plan.replicates or bool((table["power_error"] <= plan.error).all())
