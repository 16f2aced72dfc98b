"""Replicates of a trial: enrolled, lived in every arm, allocated, seen, lost, and analysed.

What comes of them is four tables: ``data`` (what the trial saw, one row a dyad), ``twins`` (what each dyad came to in
each arm, one row a dyad and arm), ``estimates`` (one row a replicate and analysis) and ``steps`` (what each step from
the truth to the analysis costs).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..interaction.rule_set import Rules
from .analysis import Analysis, Contrast, adjusted, analysed
from .declared_trial import Answer, DeclaredTrial, outcome_column
from .drop_out import gaps, last_visit, states_asked_for
from .enrolment import Enrolled, enrolled, place_luck
from .estimands import Estimand
from .potential import Life, Potential, lived, lives, observed
from .randomisation import allocated, strata_of
from .true_effects import as_asked, true_effects
from .visits import column

__all__ = ["STEPS", "Replicates", "replicates"]

Numbers = NDArray[np.float64]
_SHIPPED = Rules()
STEPS = ("truth", "instrument", "losses")
"""Steps from what is to what a trial sees: the state itself, what is read of it, and what is left of that."""


def replicates(trial: DeclaredTrial, first: int, stop: int, rules: Rules = _SHIPPED) -> Replicates:
    """The replicates ``first`` to before ``stop`` of a trial, worked out by some rules of interaction."""
    return Replicates.of(enrolled(trial, first, stop, rules))


@dataclass(frozen=True, eq=False)
class Replicates:
    """Some replicates of a trial.

    Attributes
    ----------
    dyads : enrolled.
    arms : what they come to in each arm, by its name.
    as_planned : the same, had all taken part as planned; of the arms of which an estimand asks that.
    """

    dyads: Enrolled
    arms: Mapping[str, Potential]
    as_planned: Mapping[str, Potential]

    @classmethod
    def of(cls, dyads: Enrolled, strength: float = 1.0) -> Replicates:
        """Replicates of enrolled dyads.

        Parameters
        ----------
        dyads : enrolled.
        strength : how many times stronger the interventions of the arm asked about act than their entries say.
        """
        trial, states = dyads.trial, states_asked_for(dyads.trial.lost)
        courses: dict[object, list[Life]] = {}
        arms = {}
        for arm in trial.what.arms:
            by = strength if arm == trial.what.arms[0] else 1.0
            # In arms that are offered nothing all live the same.
            offered = arm.interventions and (arm.name, arm.interventions)
            if offered not in courses:
                courses[offered] = lives(dyads, arm, strength=by)
            arms[arm.name] = observed(dyads, arm, courses[offered], states, by)
        asked = {trial.arms_of(each)[0].name for each in trial.asked if each.events == "hypothetical"}
        planned = {arm.name: lived(dyads, arm, as_planned=True) for arm in trial.what.arms if arm.name in asked}
        return cls(dyads, arms, planned)

    @property
    def trial(self) -> DeclaredTrial:
        """The trial."""
        return self.dyads.trial

    @property
    def numbers(self) -> range:
        """Numbers of the replicates."""
        funnel = self.dyads.funnel["replicate"]
        return range(int(funnel.min()), int(funnel.max()) + 1)

    @cached_property
    def arm(self) -> NDArray[np.str_]:
        """Names (dyads,) of their own arms."""
        trial, dyads = self.trial, self.dyads
        names = np.array([arm.name for arm in trial.what.arms])
        strata = strata_of(trial.what.strata, dyads.site, dyads.age, dyads.readings)
        arms = np.empty(len(dyads.place), dtype=np.int64)
        for number in self.numbers:
            those = np.flatnonzero(dyads.replicate == number)
            if len(those):
                draw = functools.partial(_list_luck, trial, number)
                levels = [level[those] for level in strata]
                arms[those] = allocated(trial.what, len(those), draw, dyads.site[those], levels)
        return names[arms]

    def own(self, what: str) -> dict[object, NDArray[np.generic]]:
        """Something of :class:`.potential.Potential` that is kept by name, of each dyad in its own arm."""
        parts = {name: getattr(each, what) for name, each in self.arms.items()}
        keys = next(iter(parts.values())).keys()
        return {key: self._chosen({name: part[key] for name, part in parts.items()}) for key in keys}

    def _chosen(self, by_arm: Mapping[str, NDArray[np.generic]]) -> NDArray[np.generic]:
        """Values (dyads,) of each dyad in its own arm, from those of every arm."""
        names = list(by_arm)
        place = np.array([names.index(each) for each in self.arm], dtype=np.int64)
        return np.stack([by_arm[name] for name in names])[place, np.arange(len(place))]

    @cached_property
    def attended(self) -> Numbers:
        """Share (dyads,) of the sessions planned in its own arm that each dyad attended."""
        return np.asarray(self._chosen({name: each.attended for name, each in self.arms.items()}), dtype=np.float64)

    @cached_property
    def whole(self) -> pd.DataFrame:
        """What the trial would have seen had nothing been lost, one row a dyad."""
        dyads = self.dyads
        taken = {name: each.sessions for name, each in self.arms.items()}
        giver = np.asarray(self._chosen({name: each.giver for name, each in self.arms.items()}), dtype=np.int64)
        table = pd.DataFrame(
            {
                "replicate": dyads.replicate,
                "dyad": dyads.cohort.units,
                "place": dyads.place,
                "arm": self.arm,
                "site": np.array([f"site {number + 1}" for number in dyads.site]),
                # Whoever has nobody in common with others is a cluster of his own.
                "giver": np.where(giver >= 0, giver, -1 - dyads.place),
                "age": dyads.age,
                "sessions": self._chosen(taken),
                "attended": self.attended,
            }
        )
        for visit, week in self.own("weeks").items():
            table[column("week", str(visit))] = week
        for name, read in self._unblinded().items():
            table[str(name)] = read
        return table

    def _unblinded(self) -> dict[object, NDArray[np.generic]]:
        """Own readings, with what those expect who know the arm."""
        read, trial = self.own("readings"), self.trial
        for each in trial.seen.unblinded:
            scale = trial.seen.scale(each.instrument).instrument
            for visit in trial.seen.visits[1:]:
                if (name := column(each.instrument, visit.name)) in read:
                    shifted = np.clip(np.asarray(read[name], dtype=float) + each.by * scale.sd, scale.low, scale.high)
                    read[name] = np.where(self.arm == each.arm, shifted, read[name])
        return read

    @cached_property
    def data(self) -> pd.DataFrame:
        """What the trial saw, one row a dyad; what was lost is missing. ``last_visit`` is that at which each was seen
        last. Outcomes that are yes or no have a column of 1 and 0."""
        trial, table = self.trial, self.whole.copy()
        own, states = self.own("readings"), self.own("states")
        last = last_visit(self.dyads, own, self.arm, self.attended, states)  # type: ignore[arg-type]
        missing = gaps(self.dyads, own, self.arm, self.attended, states)  # type: ignore[arg-type]
        for place, visit in enumerate(trial.seen.visits):
            for scale in trial.seen.used_at(visit):
                name = column(scale.instrument.name, visit.name)
                lost = (last < place) | missing.get(name, False)
                table[name] = table[name].where(~lost)
        table.insert(9, "last_visit", np.array([visit.name for visit in trial.seen.visits])[last])
        return _with_outcomes(table, trial)

    @cached_property
    def twins(self) -> pd.DataFrame:
        """What each dyad came to in each arm, one row a dyad and arm: readings, and ``NAME_true`` standard scores."""
        parts = []
        for name, each in self.arms.items():
            part = pd.DataFrame({"replicate": self.dyads.replicate, "dyad": self.dyads.cohort.units, "arm": name})
            part["sessions"], part["attended"] = each.sessions, each.attended
            parts.append(part.assign(**each.readings, **{f"{key}_true": values for key, values in each.truths.items()}))
        return pd.concat(parts).sort_values(["replicate", "dyad"], kind="stable", ignore_index=True)

    # Truth and estimates ---------------------------------------------------------------------------------------------

    def both(self, estimand: Estimand) -> tuple[Potential, Potential]:
        """What dyads come to in the arms that an estimand compares, as it makes of intercurrent events."""
        treated, against = self.trial.arms_of(estimand)
        of = self.as_planned if estimand.events == "hypothetical" else self.arms
        return of[treated.name], self.arms[against.name]

    def truth(self, estimand: Estimand) -> pd.DataFrame:
        """True effects of an estimand, one row a replicate (:func:`.true_effects.true_effects`)."""
        stayed = self.data[outcome_column(estimand)].notna().to_numpy()
        return true_effects(self.dyads, estimand, *self.both(estimand), stayed)

    def estimates(self) -> pd.DataFrame:
        """Estimates, one row a replicate, analysis and delta, with the true effect beside."""
        found = [self.answered(answer) for answer in self.trial.answers]
        table = pd.concat(found, ignore_index=True)
        family = table["analysis"].map({each.called: each.family or "" for each in self.trial.answers})
        of_one = family.where(family == "", family + " " + table["replicate"].astype(str))
        table["p_adjusted"] = adjusted(table["p"], of_one, self.trial.multiplicity)
        return table.sort_values(["replicate", "analysis"], kind="stable", ignore_index=True)

    def answered(self, answer: Answer) -> pd.DataFrame:
        """Estimates of one analysis, one row a replicate and delta, with the true effect beside."""
        estimand = self.trial.estimand(answer.asks)
        found = self.printed(answer).merge(self.truth(estimand), on="replicate", how="left")
        found.insert(0, "analysis", answer.called)
        found.insert(1, "asks", estimand.name)
        return found

    def printed(self, answer: Answer) -> pd.DataFrame:
        """What a paper would print of one analysis, one row a replicate and delta."""
        estimand = self.trial.estimand(answer.asks)
        analysis, contrast = self.trial.analysis(answer)
        known = self.data
        if estimand.who is not None:
            known = known[estimand.who.met_by(self.dyads.readings[estimand.who.reading])]
        parts = [
            _analysed(rows, analysis, contrast).assign(replicate=number) for number, rows in known.groupby("replicate")
        ]
        absent = sorted(set(self.numbers) - set(known["replicate"]))
        return pd.concat([*parts, *(_nobody().assign(replicate=number) for number in absent)], ignore_index=True)

    def steps(self) -> pd.DataFrame:
        """What each step costs: one row a replicate, estimand and step, all by ANCOVA.

        Of estimands of a difference in points, in all who were randomised, whatever they attended.

        ``truth``: the states themselves, of all; ``instrument``: what is read of them, of all; ``losses``: of those who
        are left.
        """
        parts = []
        for estimand in self.trial.asked:
            usual = estimand.who is None and estimand.events == "treatment policy"
            if estimand.how_measured != "difference" or estimand.is_share or not usual:
                continue
            answer = Answer(asks=estimand.name, method="ancova")
            analysis, contrast = self.trial.analysis(answer)
            for step, table in zip(STEPS, (self._true_table(estimand), self.whole, self.data), strict=True):
                for number, rows in table.groupby("replicate"):
                    row = _analysed(rows, analysis, contrast).assign(replicate=number, asks=estimand.name, step=step)
                    parts.append(row[["replicate", "asks", "step", "b", "se", "p", "n", "residual_sd", "failed"]])
        columns = ["replicate", "asks", "step", "b", "se", "p", "n", "residual_sd", "failed"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def _true_table(self, estimand: Estimand) -> pd.DataFrame:
        """The table of the trial with true standard scores in the place of an estimand's readings."""
        table, own = self.whole.copy(), self.own("truths")
        for visit in self.trial.seen.visits:
            if (name := column(estimand.outcome, visit.name)) in own:
                table[name] = own[name]
        return table

    def flow(self) -> pd.DataFrame:
        """How many are where, one row a replicate and arm: from ``screened`` to those seen at each visit."""
        data, rows = self.data, []
        visits = [visit.name for visit in self.trial.seen.visits]
        for of_all in self.dyads.funnel.to_dict("records"):
            for arm in self.trial.what.arms:
                of_arm = data[(data["replicate"] == of_all["replicate"]) & (data["arm"] == arm.name)]
                last = np.array([visits.index(each) for each in of_arm["last_visit"]], dtype=np.int64)
                seen = {column("seen", visit): int((last >= place).sum()) for place, visit in enumerate(visits)}
                counts = {
                    "allocated": len(of_arm),
                    "offered": bool(arm.interventions),
                    "began": int((of_arm["sessions"] > 0).sum()),
                }
                of_all_arms = {str(name): number for name, number in of_all.items()}
                rows.append({"replicate": of_all["replicate"], "arm": arm.name} | of_all_arms | counts | seen)
        return pd.DataFrame(rows)


def _list_luck(trial: DeclaredTrial, replicate: int, name: str, places: int) -> Numbers:
    """Luck of a list by which the dyads of a replicate are allocated."""
    return place_luck(trial, replicate, f"allocation of {name}", places)


def _with_outcomes(table: pd.DataFrame, trial: DeclaredTrial) -> pd.DataFrame:
    """The table with a column for every outcome that is yes or no; missing where the reading is."""
    for estimand in trial.asked:
        if estimand.is_share:
            read = {str(name): table[name].to_numpy() for name in [column(estimand.outcome, estimand.visit)]}
            there = table[column(estimand.outcome, estimand.visit)].notna().to_numpy()
            table[outcome_column(estimand)] = np.where(there, as_asked(estimand, read), np.nan)
    return table


def _analysed(rows: pd.DataFrame, analysis: Analysis, contrast: Contrast) -> pd.DataFrame:
    """Rows of an analysis; a replicate in which an arm is empty has failed fits, and stops no other."""
    if rows["arm"].isin([contrast.treated]).any() and rows["arm"].isin([contrast.against]).any():
        return analysed(rows, analysis, contrast)
    return _nobody("nobody is in one of the arms")


def _nobody(why: str = "nobody was eligible") -> pd.DataFrame:
    """The row of a replicate that could not be analysed."""
    numbers = dict.fromkeys(("delta", "b", "se", "low", "high", "p", "freedom"), float("nan"))
    counts = dict.fromkeys(("n", "n_treated", "n_against"), 0)
    rest = {"residual_sd": float("nan"), "icc": float("nan"), "converged": False, "failed": why}
    return pd.DataFrame([{**numbers, **counts, **rest}])
