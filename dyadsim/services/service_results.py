"""Results of a comparison of services: its folder opened, read as tables, and what they say together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import mean_over_clusters
from ..common.errors import DyadsimError, unknown
from ..common.files import TemporaryFolder
from ..common.shown import Shown, counted
from . import cascade as of_care
from . import cost_effectiveness as worth
from .comparison_folder import TABLES, ComparisonManifest
from .declared_comparison import NONE, DeclaredComparison, ServiceArm
from .outcomes import STATES_TOLD

__all__ = ["ServiceResults"]


class ServiceResults(Shown):
    """Results of a comparison of services, opened.

    Attributes
    ----------
    manifest : what the folder says of itself.

    Examples
    --------
    >>> comparison = ds.ServiceComparison.load("four-services").changed({"weeks": 12, "linear": True})
    >>> results = comparison.run(communities=2, workers=1)
    >>> results.equity()[["arm", "group", "met"]]
    """

    def __init__(self, manifest: ComparisonManifest, place: TemporaryFolder | None = None) -> None:
        """``place`` is the folder, where it lasts no longer than the results."""
        self.manifest, self._place = manifest, place

    @classmethod
    def read(cls, folder: str | Path) -> ServiceResults:
        """The results in a folder, as far as they are there.

        Raises
        ------
        DyadsimError
            if it is none of a comparison of services, or its manifest cannot be read.
        """
        return cls(ComparisonManifest.read(folder))

    def _in_a_line(self) -> str:
        asked = self.comparison
        families = counted(asked.communities * asked.families.community_size, "family")
        return f"{asked.name}, {counted(len(self.arms), 'arm')} of {families}"

    def _in_a_table(self) -> pd.DataFrame | None:
        return self.cascade() if len(self.arms) > 1 else None

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.manifest.folder

    @cached_property
    def comparison(self) -> DeclaredComparison:
        """The comparison, as it was run."""
        return DeclaredComparison(**self.manifest.asked)

    @property
    def sets(self) -> list[int]:
        """Numbers of the parameter sets of which every arm is there."""
        wanted = len(self.comparison.arms)
        done = [chunk.set for chunk in self.manifest.chunks if chunk.done and chunk.rows]
        return [number for number in dict.fromkeys(done) if done.count(number) == wanted]

    @property
    def arms(self) -> tuple[ServiceArm, ...]:
        """Arms that are there, that without a service first; none as long as no parameter set is whole."""
        return self.comparison.arms if self.sets else ()

    @property
    def under_service(self) -> tuple[ServiceArm, ...]:
        """Arms with a service as it is, and not its twin at once."""
        return tuple(arm for arm in self.arms if arm.service is not None and not arm.at_once)

    @property
    def failures(self) -> pd.DataFrame:
        """What failed: ``arm``, ``set``, ``error``."""
        found = [failure for chunk in self.manifest.chunks for failure in chunk.failures]
        return pd.DataFrame(found, columns=["arm", "set", "error"])

    def table(self, name: str, arm: str, set: int = 0) -> pd.DataFrame:
        """One of the tables of the folder, of an arm.

        Parameters
        ----------
        name : ``data``, ``waits``, ``events`` or ``load``.
        arm : its name.
        set : number of the parameter set.

        Raises
        ------
        DyadsimError
            for another name, or what is not there.
        """
        if name not in TABLES:
            raise unknown("table", name, TABLES)
        if arm not in (names := [each.name for each in self.comparison.arms]):
            raise unknown("arm", arm, names)
        return self.manifest.table(name, arm, set)

    @cached_property
    def _families(self) -> dict[tuple[str, int], pd.DataFrame]:
        """Outcomes of families by arm and set."""
        return {
            (arm.name, number): self.manifest.table("data", arm.name, number)
            for number in self.sets
            for arm in self.arms
        }

    def families(self, arm: str, set: int | None = None) -> pd.DataFrame:
        """Outcomes of the families of an arm (:func:`~dyadsim.services.outcomes.family_outcomes`).

        Parameters
        ----------
        arm : its name.
        set : number of the parameter set (default: all, one after another, with a column ``set``).
        """
        if set is not None:
            return self._families[arm, set].copy()
        parts = [self._families[arm, number].assign(set=number) for number in self.sets]
        if not parts:
            raise DyadsimError(f"Not all arms are in '{self.folder}' yet; the same command goes on.")
        return pd.concat(parts, ignore_index=True)

    def cascade(self) -> pd.DataFrame:
        """The cascade of care, one row an arm and step (:func:`~dyadsim.services.cascade.cascade`)."""
        return self._by_arm(of_care.cascade)

    def equity(self) -> pd.DataFrame:
        """What each service is for families by status (:func:`~dyadsim.services.cascade.equity`)."""
        return self._by_arm(of_care.equity)

    def false_positives(self) -> pd.DataFrame:
        """False positives, and what they cost (:func:`~dyadsim.services.cascade.false_positives`)."""
        return self._by_arm(lambda families: pd.DataFrame([of_care.false_positives(families)]))

    def _by_arm(self, make: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
        parts = [make(self.families(arm.name)).assign(arm=arm.name) for arm in self.under_service]
        found = pd.concat(parts, ignore_index=True)
        return found[["arm", *(name for name in found if name != "arm")]]

    def effects(self) -> pd.DataFrame:
        """Effects of each service on mothers and infants against the twins without one.

        Returns
        -------
        One row an arm and outcome: ``arm``, ``outcome`` (``well``, ``secure``, ``ill_weeks``, and slow states of mother
        and infant at the end, in standard scores), ``mean``, ``twin_mean``, ``difference``, and its 95 % interval over
        communities and sets (``low``, ``high``).
        """
        outcomes = [*worth.EFFECTS, *(f"end_{state}" for state in STATES_TOLD)]
        twins, rows = self.families(NONE), list[dict[str, object]]()
        for arm in self.under_service:
            own = self.families(arm.name)
            for name in outcomes:
                one, other = (each[name].astype(float) for each in (own, twins))
                mean, low, high = mean_over_clusters(one - other, own["community"])
                rows.append(
                    {
                        **{"arm": arm.name, "outcome": name, "mean": one.mean(), "twin_mean": other.mean()},
                        **{"difference": mean, "low": low, "high": high},
                    }
                )
        return pd.DataFrame(rows)

    def waits(self) -> pd.DataFrame:
        """Waits of each service, one row an arm and programme.

        Returns
        -------
        ``arm``, ``programme``, ``referred``, ``began``, ``gave_up`` (or found it too late), ``waits_still`` (counts),
        ``median``, ``mean``, ``longest`` (weeks of those who began), ``over_half_a_year`` (share of these).
        """
        rows = []
        for arm in self.under_service:
            table = pd.concat([self.table("waits", arm.name, number) for number in self.sets], ignore_index=True)
            for programme, own in table.groupby("programme", sort=False):
                began = own.loc[own["outcome"] == "began", "waited"]
                rows.append(
                    {
                        **{"arm": arm.name, "programme": programme, "referred": len(own), "began": len(began)},
                        "gave_up": int(own["outcome"].isin(("gave up", "too old")).sum()),
                        "waits_still": int((own["outcome"] == "waits still").sum()),
                        **{"median": began.median(), "mean": began.mean(), "longest": began.max()},
                        "over_half_a_year": float((began > 26).mean()) if len(began) else np.nan,
                    }
                )
        columns = [
            "arm",
            "programme",
            "referred",
            "began",
            "gave_up",
            "waits_still",
            "median",
            "mean",
            "longest",
            "over_half_a_year",
        ]
        return pd.DataFrame(rows, columns=columns)

    def cost_of_waiting(self) -> pd.DataFrame:
        """What waiting cost: families who waited, against their twins who were seen at once.

        Returns
        -------
        One row an arm that has such a twin: ``arm``, ``families`` (who waited at all), ``weeks`` (that they waited),
        ``ill_weeks`` (of depression more than the twin), ``low``, ``high`` (over communities), ``well`` (fewer at the
        end, a family), ``secure`` (less chance).
        """
        rows = []
        names = {arm.name for arm in self.arms if arm.at_once}
        for arm in self.under_service:
            twin = f"{arm.name}, at once"
            if twin not in names:
                continue
            own, other = self.families(arm.name), self.families(twin)
            who = own["waited"] > 0
            some, theirs = own[who], other[who]
            apart = (some["ill_weeks"] - theirs["ill_weeks"]).astype(float)
            mean, low, high = mean_over_clusters(apart, some["community"]) if len(some) else (np.nan,) * 3
            rows.append(
                {
                    "arm": arm.name,
                    **{"families": len(some), "weeks": some["waited"].mean()},
                    **{"ill_weeks": mean, "low": low, "high": high},
                    "well": (theirs["well"].astype(float) - some["well"].astype(float)).mean(),
                    "secure": (theirs["secure"] - some["secure"]).mean(),
                }
            )
        return pd.DataFrame(rows, columns=["arm", "families", "weeks", "ill_weeks", "low", "high", "well", "secure"])

    def load(self) -> pd.DataFrame:
        """Load week by week, one row an arm, week and kind of staff, or programme: means over parameter sets."""
        parts = []
        for arm in self.under_service:
            table = pd.concat([self.table("load", arm.name, number) for number in self.sets], ignore_index=True)
            keys = ["service_week", "of", "is"]
            numbers = [name for name in table if name not in keys]
            parts.append(table.groupby(keys, sort=False)[numbers].mean().reset_index().assign(arm=arm.name))
        found = pd.concat(parts, ignore_index=True)
        return found[["arm", *(name for name in found if name != "arm")]]

    def costs(self) -> pd.DataFrame:
        """Costs of each service a family, by what they were for: ``arm``, ``what``, ``hours``, ``cost``."""
        rows = []
        for arm in self.under_service:
            table = pd.concat([self.table("events", arm.name, number) for number in self.sets], ignore_index=True)
            by = table.groupby("what", sort=False)[["hours", "cost"]].sum() / len(self.families(arm.name))
            some = by[by["cost"] > 0].reset_index()
            rows.append(some.assign(arm=arm.name)[["arm", "what", "hours", "cost"]])
        return pd.concat(rows, ignore_index=True)

    @cached_property
    def _drawn(self) -> pd.DataFrame:
        wanted = {NONE, *(arm.name for arm in self.under_service)}
        tables = {key: each for key, each in self._families.items() if key[0] in wanted}
        return worth.draws(tables, NONE, self.comparison.seed)

    def draws(self) -> pd.DataFrame:
        """Draws of cost and effects beyond no service (:func:`~dyadsim.services.cost_effectiveness.draws`)."""
        return self._drawn.copy()

    def cost_effectiveness(self) -> pd.DataFrame:
        """Cost of one more of each effect (:func:`~dyadsim.services.cost_effectiveness.cost_effectiveness`)."""
        wanted = {NONE, *(arm.name for arm in self.under_service)}
        tables = {key: each for key, each in self._families.items() if key[0] in wanted}
        return worth.cost_effectiveness(tables, NONE, self._drawn)

    def acceptability(self, effect: str, values: NDArray[np.float64]) -> pd.DataFrame:
        """How often each arm is the best choice (:func:`~dyadsim.services.cost_effectiveness.acceptability`).

        Parameters
        ----------
        effect : ``well``, ``secure`` or ``ill_weeks``.
        values : of one more of it, in the prices of the services.
        """
        if effect not in worth.EFFECTS:
            raise unknown("effect", effect, worth.EFFECTS)
        return worth.acceptability(self._drawn, effect, NONE, values)

    def cost_groundings(self) -> pd.DataFrame:
        """All costs of the services: ``service``, ``what``, ``amount``, ``prices``, ``grounding``, ``evidence``,
        ``note``."""
        rows = [
            (service.name, what, each.amount, str(service.prices), each.grounding, ", ".join(each.evidence), each.note)
            for service in self.comparison.services
            for what, each in service.costs().items()
        ]
        if (week := self.comparison.week_of_depression) is not None:
            cited, prices = ", ".join(week.evidence), str(self.comparison.services[0].prices)
            about = ("a week of depression, in every arm", week.amount, prices, week.grounding, cited, week.note)
            rows.append(("all", *about))
        columns = ["service", "what", "amount", "prices", "grounding", "evidence", "note"]
        return pd.DataFrame(rows, columns=columns)
