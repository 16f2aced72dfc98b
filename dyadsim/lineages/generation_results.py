"""Results of a scenario over generations: its folder opened, read as tables, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from ..common.errors import DyadsimError, unknown
from ..common.files import TemporaryFolder
from ..common.shown import Shown, counted
from ..theory.attachment import CLASSES
from ..theory.inheritance_parameters import INHERITANCE_PARAMETERS, Inheritance
from ..theory.traits import ASSUMED
from .beside_published import beside_published
from .cycles import CYCLES, cycles
from .declared_generations import AS_DECLARED, TWIN, DeclaredGenerations, GenerationArm
from .follow_up import FOLLOWED, LOST, follow_up, left_after, lost_without
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
        # Where infants are exchanged there is no twin with the same exchange.
        pairs = [(arm.name, _twin_of(arm)) for arm in self.arms if arm.offered and not arm.fostered]
        found = [
            follow_up(self.families(name), self.families(twin), outcomes).assign(arm=name)
            for name, twin in pairs
            if twin in self._families
        ]
        if not found:
            return pd.DataFrame(columns=["arm", "generation", "whose", "outcome", "difference", "low", "high"])
        table = pd.concat(found, ignore_index=True)
        return table[["arm", *(name for name in table if name != "arm")]]

    def what_is_left(self, outcomes: Sequence[str] = FOLLOWED) -> pd.DataFrame:
        """What is left, generation after generation, of what was offered, as a share of what it was in the first
        (:func:`~dyadsim.lineages.follow_up.left_after`). Empty where nothing was offered.

        Parameters
        ----------
        outcomes : columns of :meth:`families`.
        """
        table, begins = self.follow_up(outcomes), self.scenario.offered_in
        if not len(table) or not begins:
            return pd.DataFrame(columns=[*table, "first", "left", "left_low", "left_high"])
        return pd.concat([left_after(own, begins[0]) for _, own in table.groupby("arm", sort=False)], ignore_index=True)

    def lost_without(self, outcomes: Sequence[str] = FOLLOWED) -> pd.DataFrame:
        """What of the difference that an offer makes is lost when each way is cut, with a column ``way``
        (:func:`~dyadsim.lineages.follow_up.lost_without`). Empty where nothing was offered, or no way cut.

        Parameters
        ----------
        outcomes : columns of :meth:`families`.
        """
        columns, found = ["way", *LOST], []
        for arm in self.arms:
            twins = TWIN, arm.name, _twin_of(arm)
            if arm.offered and arm.cut and all(name in self._families for name in (AS_DECLARED, *twins)):
                one, twin, cut, cut_twin = (self._families[name] for name in (AS_DECLARED, *twins))
                found.append(lost_without(one, twin, cut, cut_twin, outcomes).assign(way=arm.cut[0]))
        return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)

    def cycles(self) -> pd.DataFrame:
        """Cycles kept and broken, one row an arm and what was lived through (:func:`~dyadsim.lineages.cycles.cycles`):
        of children whose mother was maltreated, or not secure, how many are themselves."""
        if not self.arms:
            return pd.DataFrame(columns=["arm", *CYCLES])
        tables = [cycles(self._families[arm.name]).assign(arm=arm.name) for arm in self.arms]
        return pd.concat(tables, ignore_index=True)[["arm", *CYCLES]]

    def parameters(self) -> pd.DataFrame:
        """Parameters of inheritance that the families lived with, and what each rests on: ``name``, ``group``,
        ``value``, ``unit``, ``meaning``, ``source``, ``assumed``."""
        values = Inheritance.default().replace(self.scenario.inheritance)
        rows = [
            (each.name, each.group, values[name], each.unit, each.meaning, each.source, each.source.startswith(ASSUMED))
            for name, each in INHERITANCE_PARAMETERS.items()
        ]
        return pd.DataFrame(rows, columns=["name", "group", "value", "unit", "meaning", "source", "assumed"])

    def beside_published(self) -> pd.DataFrame:
        """Published figures and what the families as declared show of the same
        (:func:`~dyadsim.lineages.beside_published.beside_published`)."""
        families = self.families()
        return beside_published(ties_between(families), self.gap(), cycles(families))


def _twin_of(arm: GenerationArm) -> str:
    return f"{TWIN} without {arm.cut[0]}" if arm.cut else TWIN
