"""Design of a sweep, as users write it: a base, the factors that vary, how often, and what is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PrivateAttr, field_serializer, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice, unknown
from ..common.random_numbers import check_seed
from ..interaction.rule_set import Rules
from ..people.cohort import MOST_DYADS, Cohort
from ..scenarios.outcomes import USUAL, UserOutcome, columns_of, named, user_outcome
from ..scenarios.scenario import Scenario
from ..theory.parameter_sets import ENSEMBLE, ParametersName
from .factor import Factor
from .point_setup import Setup
from .session_base import Interaction

__all__ = ["ENGINES", "KINDS", "MOST_POINTS", "Design"]

KINDS: Mapping[str, str] = {
    "grid": "every combination of the factors' levels",
    "random": "points drawn evenly",
    "latin-hypercube": "points spread so that every factor's range is covered evenly; it cannot grow",
    "sobol": "Saltelli's scheme on Sobol points, from which Sobol indices are worked out",
    "morris": "Morris' trajectories, from which elementary effects are worked out",
    "table": "the rows of a table of your own, a column a factor",
}
"""How points are laid, by name."""

ENGINES: Mapping[str, str] = {
    "simulation": "every dyad's session (or weeks), drawn second by second",
    "law": "the exact law of every dyad's session: expectations without luck",
}
MOST_POINTS = 1_000_000
_NEEDS_POINTS = ("random", "latin-hypercube", "sobol", "morris")
_MOST_REPLICATES = 100_000


def _as_scenario(given: Any) -> Any:
    """The scenario that a name or a file stands for; a table is one already."""
    return Scenario.load(given) if isinstance(given, str) else given


class Design(toml_models.Shipped):
    """What a sweep is to do, as its file has it.

    Attributes
    ----------
    title : what a report is headed with.
    design : how points are laid (:data:`KINDS`).
    points : how many; ``sobol``: base points N, a power of two, of which N (k + 2) points come, or N (2k + 2) with
        ``second_order``; ``morris``: trajectories N, of which N (k + 1) come.
    second_order : of ``sobol``, whether interactions of two factors are to be found.
    table : of ``table``, a CSV or Parquet file with a column a factor.
    factors : what varies (for a table its columns say so).
    replicates, dyads : how many replicates every point has, and each of them dyads. A replicate has dyads of its own:
        replicate r those numbered from r times ``dyads`` on.
    seed, common_luck : dyads and luck are named by the seed (a whole number from 0 on) and, but for
        ``common_luck = false``, the same at every point, so that points differ by their factors alone.
    parameters : ``calibrated``, or ``ensemble``: replicate r lives by set r of those that agree with the evidence.
    engine : ``simulation`` or ``law``.
    interaction, scenario : the base, one of the two: a session of every dyad, or a scenario's weeks.
    outcomes : by name; or ``FILE.py:FUNCTION``, or a function.

    Examples
    --------
    >>> design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=5)
    >>> ds.sweep(design, "results", workers=1).means()
    """

    KIND: ClassVar[str] = "design"
    title: str = ""
    design: str = "grid"
    points: int | None = Field(default=None, ge=1, le=MOST_POINTS)
    second_order: bool = True
    table: str | None = None
    factors: toml_models.Listed[Factor] = ()
    replicates: int = Field(default=1, ge=1, le=_MOST_REPLICATES)
    dyads: int = Field(default=100, ge=1, le=MOST_DYADS)
    seed: int = 1
    common_luck: bool = True
    parameters: ParametersName = "calibrated"
    engine: str = "simulation"
    interaction: Interaction = Interaction()
    scenario: Annotated[Scenario | None, BeforeValidator(_as_scenario)] = None
    outcomes: toml_models.Listed[Any] = ()
    _scenario_file: str = PrivateAttr("")

    def __init__(self, *unnamed: Any, **values: Any) -> None:
        super().__init__(*unnamed, **values)
        if str(given := values.get("scenario")).endswith(".toml") and not isinstance(given, Scenario):
            self._scenario_file = str(given)

    def changed(self, changes: Mapping[str, Any]) -> Design:
        """A copy with some fields otherwise, checked anew."""
        other = super().changed(changes)
        other._scenario_file = other._scenario_file or self._scenario_file
        return other

    @property
    def scenario_file(self) -> str:
        """The TOML file from which the scenario was read; empty where it was given otherwise."""
        return self._scenario_file

    @field_validator("seed")
    @classmethod
    def _is_seed(cls, seed: int) -> int:
        return check_seed(seed)

    @field_validator("design", "engine")
    @classmethod
    def _is_known(cls, given: str, info: Any) -> str:
        known = {"design": KINDS, "engine": ENGINES}[info.field_name]
        if given not in known:
            raise unknown("way to lay points" if info.field_name == "design" else info.field_name, given, known)
        return given

    @field_serializer("outcomes")
    def _as_text(self, outcomes: tuple[Any, ...]) -> list[str]:
        return [each if isinstance(each, str) else f"{each.__module__}:{each.__qualname__}" for each in outcomes]

    @model_validator(mode="after")
    def _fits_together(self) -> Design:
        self._check_points()
        if name := twice(factor.name for factor in self.factors):
            raise DyadsimError(f"Factor '{name}' is there twice.")
        if self.scenario is not None and "interaction" in self.model_fields_set:
            raise DyadsimError("A sweep is of single sessions (interaction) or of a scenario's weeks, not of both.")
        if self.scenario is not None and self.scenario.families is not None:
            raise DyadsimError(
                f"A sweep lives dyads through by themselves, but '{self.scenario.name}' has families: leave [families] "
                "out, or vary ds.CommunityModel with mesa.batch_run."
            )
        if self.scenario is not None and self.engine == "law":
            raise DyadsimError("The exact law is of single sessions; a scenario's weeks need engine = 'simulation'.")
        if self.replicates * self.dyads > 2**32:
            raise DyadsimError("Replicates times dyads must not be more than 2^32.")
        looked_at = self.outcomes or self._usual()
        if name := twice(self._name(outcome) for outcome in looked_at):
            raise DyadsimError(f"The outcome '{name}' is there twice.")
        if name := twice(columns_of([self._name(outcome) for outcome in looked_at])):
            raise DyadsimError(f"An outcome cannot be called '{name}': tables of means call a column of another so.")
        return self

    def _check_points(self) -> None:
        if self.design == "table":
            if self.table is None or self.factors:
                raise DyadsimError("A table design needs a table, whose columns are its factors, and no factors.")
        elif self.table is not None:
            raise DyadsimError(f"A table is for design = 'table', not for '{self.design}'.")
        elif not self.factors:
            raise DyadsimError("A sweep needs factors: what is to vary.")
        if (self.points is None) == (self.design in _NEEDS_POINTS):
            needs = "needs points: how many" if self.points is None else "has as many points as its levels say"
            raise DyadsimError(f"A {self.design} design {needs}.")
        if self.design == "sobol" and self.points is not None and self.points & (self.points - 1):
            raise DyadsimError(f"The points of a sobol design are a power of two, not {self.points}.")

    @property
    def base(self) -> Interaction | Scenario:
        """The session, or the scenario; what a sweep says of dyads, seed and parameters goes before the scenario's."""
        return self.interaction if self.scenario is None else self.scenario

    @property
    def over_parameter_sets(self) -> bool:
        """Whether every replicate lives by another parameter set of the ensemble."""
        asked = self.scenario.parameters if self.scenario is not None else "calibrated"
        return ENSEMBLE in (self.parameters, asked)

    @cached_property
    def outcome_functions(self) -> Mapping[str, UserOutcome | None]:
        """The outcomes by their names, each with the user's function where it is one, else None."""
        return {self._name(outcome): user_outcome(outcome) for outcome in self.outcomes or self._usual()}

    def _name(self, outcome: Any) -> str:
        return named(outcome, self.engine, weeks=self.scenario is not None)

    def _usual(self) -> tuple[str, ...]:
        """Outcomes of a design that names none: a scenario's states and scales, or the usual measures."""
        if self.scenario is None:
            return USUAL
        instruments = self.scenario.instruments_as_given().items()
        scales = [given for given, instrument in instruments if not instrument.classifies]
        return tuple(dict.fromkeys((*self.scenario.states(), *scales)))

    def check(self, rules: Rules) -> None:
        """Refuse factors that this base has not, and levels that they cannot have, one factor at a time.

        Raises
        ------
        DyadsimError
            for the first of them.
        """
        for factor in self.factors:
            for level in factor.ends():
                Setup(self.base, rules).at({factor.name: level}).applied_to(Cohort.of())
