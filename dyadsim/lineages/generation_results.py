"""Results of a scenario over generations: its folder opened, read as tables, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError, unknown
from ..common.files import TemporaryFolder
from ..common.shown import Shown, counted
from ..theory.attachment import CLASSES
from .declared_generations import AS_DECLARED, TWIN, DeclaredGenerations, GenerationArm
from .follow_up import FOLLOWED, follow_up
from .generation_folder import TABLES, GenerationManifest
from .lineage import Lineage
from .lineage_tables import shares_of_classes
from .ties_between import ties_between
from .transmission import stationary_shares, transmission
from .transmission_gap import gap_table

__all__ = ["GenerationResults"]


class GenerationResults(Shown):
    """Results of a scenario over generations, opened.

    Attributes
    ----------
    manifest : what the folder says of itself.

    Examples
    --------
    >>> scenario = ds.GenerationScenario.load("three-generations").changed({"linear": True, "cut": [], "fostered": []})
    >>> results = scenario.run(families=80, workers=1)
    >>> results.shares()[["arm", "generation", "secure"]]
    """

    def __init__(self, manifest: GenerationManifest, place: TemporaryFolder | None = None) -> None:
        """``place`` is the folder, where it lasts no longer than the results."""
        self.manifest, self._place = manifest, place

    @classmethod
    def read(cls, folder: str | Path) -> GenerationResults:
        """The results in a folder, as far as they are there.

        Raises
        ------
        DyadsimError
            if it is none of a scenario over generations, or its manifest cannot be read.
        """
        return cls(GenerationManifest.read(folder))

    def _in_a_line(self) -> str:
        asked = self.scenario
        return f"{asked.name}, {counted(len(self.arms), 'arm')}, {counted(asked.generations, 'generation')}"

    def _in_a_table(self) -> pd.DataFrame | None:
        return self.shares() if self.arms else None

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.manifest.folder

    @cached_property
    def scenario(self) -> DeclaredGenerations:
        """The scenario, as it was run."""
        return DeclaredGenerations(**self.manifest.asked)

    @cached_property
    def arms(self) -> tuple[GenerationArm, ...]:
        """Arms of which every generation is there, as declared first."""
        done = [chunk.arm for chunk in self.manifest.chunks if chunk.done and chunk.rows]
        return tuple(arm for arm in self.scenario.arms if done.count(arm.name) == self.scenario.generations)

    @property
    def failures(self) -> pd.DataFrame:
        """What failed: ``arm``, ``generation``, ``error``."""
        found = [failure for chunk in self.manifest.chunks for failure in chunk.failures]
        return pd.DataFrame(found, columns=["arm", "generation", "error"])

    def table(self, name: str, arm: str = AS_DECLARED, generation: int | None = None) -> pd.DataFrame:
        """One of the tables of the folder, of an arm.

        Parameters
        ----------
        name : ``data`` (mothers and infants), ``children`` or ``lineage``.
        arm : its name.
        generation : its number (default: all, one after another).

        Raises
        ------
        DyadsimError
            for another name, or what is not there.
        """
        if name not in TABLES:
            raise unknown("table", name, TABLES)
        if arm not in (names := [each.name for each in self.scenario.arms]):
            raise unknown("arm", arm, names)
        if generation is not None:
            return self.manifest.table(name, arm, generation)
        numbers = range(1, self.scenario.generations + 1)
        return pd.concat([self.manifest.table(name, arm, each) for each in numbers], ignore_index=True)

    @cached_property
    def _families(self) -> dict[str, pd.DataFrame]:
        return {arm.name: self.table("data", arm.name) for arm in self.arms}

    def families(self, arm: str = AS_DECLARED) -> pd.DataFrame:
        """Mothers and infants of an arm, one row a family and generation."""
        if arm not in self._families:
            raise DyadsimError(f"'{arm}' is not all in '{self.folder}' yet; the same command goes on.")
        return self._families[arm].copy()

    def lineage(self, arm: str = AS_DECLARED) -> Lineage:
        """Persons of an arm, and their parents."""
        return Lineage.of(self.table("lineage", arm).drop_duplicates("id"))

    def shares(self) -> pd.DataFrame:
        """Share of each class of attachment, and of the maltreated, one row an arm and generation."""
        tables = [shares_of_classes(self.table("children", arm.name)).assign(arm=arm.name) for arm in self.arms]
        found = pd.concat(tables, ignore_index=True)
        return found[["arm", "generation", *CLASSES, "maltreated"]]

    def transmission(self, arm: str = AS_DECLARED, parent: str = "mother") -> pd.DataFrame:
        """Class of children by that of their parent (:func:`~dyadsim.lineages.transmission.transmission`).

        Parameters
        ----------
        arm : its name.
        parent : ``mother`` or ``father``.
        """
        return transmission(self.lineage(arm).pairs("attachment", parent))

    def comes_to_rest(self, arm: str = AS_DECLARED) -> pd.Series:
        """Shares of classes to which the steps of :meth:`transmission` would lead, wherever they began."""
        return stationary_shares(self.transmission(arm))

    def ties(self) -> pd.DataFrame:
        """Ties of parents and children by arm (:func:`~dyadsim.lineages.ties_between.ties_between`)."""
        tables = [ties_between(self.families(arm.name)).assign(arm=arm.name) for arm in self.arms]
        found = pd.concat(tables, ignore_index=True)
        return found[["arm", *(name for name in found if name != "arm")]]

    def gap(self) -> pd.DataFrame:
        """The tie of her state of mind and his security by its ways, one row a generation from the second on and way
        (:class:`~dyadsim.lineages.transmission_gap.TransmissionGap`); the way ``whole`` is the tie itself."""
        numbers = range(2, self.scenario.generations + 1)
        tables = [self.table("gap", AS_DECLARED, each) for each in numbers]
        return pd.concat(tables, ignore_index=True) if tables else gap_table(None)

    def follow_up(self, outcomes: Sequence[str] = FOLLOWED) -> pd.DataFrame:
        """What was offered, followed into the generations after (:func:`~dyadsim.lineages.follow_up.follow_up`).

        Parameters
        ----------
        outcomes : columns of :meth:`families`.

        Returns
        -------
        With a column ``arm``: as declared, and each in which a way was cut, against its twin. Empty where nothing was
        offered.
        """
        pairs = [(arm.name, _twin_of(arm)) for arm in self.arms if arm.offered]
        found = [
            follow_up(self.families(name), self.families(twin), outcomes).assign(arm=name)
            for name, twin in pairs
            if twin in self._families
        ]
        if not found:
            return pd.DataFrame(columns=["arm", "generation", "whose", "outcome", "difference", "low", "high"])
        table = pd.concat(found, ignore_index=True)
        return table[["arm", *(name for name in table if name != "arm")]]

    def cycles(self) -> pd.DataFrame:
        """Cycles kept and broken: of children whose mother was maltreated, or not secure, how many are themselves.

        Returns
        -------
        One row an arm and what was lived through: ``arm``, ``what``, ``mothers`` (who did), ``kept``, ``broken``
        (shares of their children who do and do not), ``others`` (share of all other children who do).
        """
        rows = []
        for arm in self.arms:
            families = self.families(arm.name)
            for what, hers, his in (
                ("maltreatment", "mother_maltreated", lambda table: table["maltreated"].astype(bool)),
                ("insecure attachment", "mother_attachment", lambda table: table["attachment"] != CLASSES[0]),
            ):
                known = families[families[hers].notna()]
                lived = known[hers].astype(bool) if what == "maltreatment" else known[hers] != CLASSES[0]
                does = his(known)
                kept = float(does[lived].mean()) if lived.any() else np.nan
                others = float(does[~lived].mean()) if (~lived).any() else np.nan
                rows.append((arm.name, what, int(lived.sum()), kept, 1 - kept, others))
        return pd.DataFrame(rows, columns=["arm", "what", "mothers", "kept", "broken", "others"])


def _twin_of(arm: GenerationArm) -> str:
    return f"{TWIN} without {arm.cut[0]}" if arm.cut else TWIN
