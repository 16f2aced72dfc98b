"""Coefficients of the rules of interaction: what each weighs, in which unit and range, and what its value rests on."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..common.errors import DyadsimError, unknown
from ..common.files import package_data
from ..common.shown import Shown, counted
from ..common.user_numbers import numbers_within
from .states import ICEP
from .traits import ASSUMED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COEFFICIENTS", "Coefficient", "Coefficients"]


@dataclass(frozen=True)
class Coefficient:
    """A strength in the rules: what it weighs, and between which numbers it may lie.

    Attributes
    ----------
    name : by which the rules know it.
    low, high : its range, both ends included.
    unit, meaning : for people.
    source : what its value rests on.
    states : with them it is one number for each of those states; without, a single number.
    """

    name: str
    low: float
    high: float
    unit: str
    meaning: str
    source: str = ASSUMED
    states: tuple[str, ...] = ()


_SHARES_AND_BOUTS = "SCHWAN shares and bouts (doi 10.1145/3776574.3831216)"
_SESSION_SD = "SCHWAN spread between sessions, M_rate_inf and M_rate_cg (doi 10.1145/3776574.3831216)"
_SIGN_SFE = "assumed, in the direction of M_mesman_sfe"
_SIGN_BEEBE = "assumed, in the order of M_beebe_asym"
_LOGIT = "log-odds"
_PER_SD = "log-odds per standard score"
_PER_LOAD = "log-odds per unit of load"
_PER_MONTH = "log-odds per month of age"
_CAPACITY = "sensitivity (in his distress: reflective functioning)"
_INFANT = tuple(ICEP.infant_names)
_MOTHER = tuple(ICEP.mother_names)


COEFFICIENTS: dict[str, Coefficient] = {
    coefficient.name: coefficient
    for coefficient in (
        # Infant: next state
        Coefficient("infant_base", -15, 5, _LOGIT, "pull of each infant state", _SHARES_AND_BOUTS, _INFANT),
        Coefficient(
            "infant_inertia",
            -2,
            12,
            _LOGIT,
            "pull of staying in each state",
            f"{_SHARES_AND_BOUTS}, withdrawn assumed",
            _INFANT,
        ),
        Coefficient("infant_contingency", 0, 4, _LOGIT, "how strongly he follows her state", _SIGN_BEEBE),
        Coefficient("contingency_growth", -1, 1, "log ratio per month of age", "how following her grows with age"),
        Coefficient("absence_effect", 0, 5, _LOGIT, "how her absence turns him from smiles to distress", _SIGN_SFE),
        Coefficient("arousal_effect", 0, 3, _LOGIT + " per level", "how arousal turns him to distress", _SIGN_SFE),
        Coefficient("attention_effect", 0, 8, _LOGIT, "how attention to her shows in looking at her"),
        Coefficient("sociability_smiles", 0, 3, _PER_SD, "how sociability makes him smile"),
        Coefficient("smile_growth", 0, 3, _LOGIT + " per log share of maturity", "how smiles come in the first months"),
        Coefficient("infant_persistence_effect", 0, 3, _PER_SD, "how his persistence adds to staying", _SESSION_SD),
        # Infant: attention
        Coefficient("attention_base", -8, 8, _LOGIT, "pull of attending to her"),
        Coefficient(
            "attention_ripens", 0, 3, _LOGIT + " per log share", "how attending to her ripens in the first months"
        ),
        Coefficient("attention_inertia", 0, 8, _LOGIT, "how long his attention stays where it is"),
        Coefficient("attention_growth", -1, 1, _PER_MONTH, "change of the pull of attending to her with age"),
        Coefficient("sociability_attends", 0, 3, _PER_SD, "how sociability draws his attention to her"),
        Coefficient("answer_holds", 0, 5, _LOGIT, "how being fittingly answered holds his attention"),
        Coefficient("bids", 0, 5, _LOGIT, "how he turns to her when she is absent"),
        Coefficient("touch_answers", 0, 1, "fit", "how far her touch answers him while her face does not"),
        Coefficient("expectation_effect", 0, 2, "log ratio per standard score", "how expecting repair softens absence"),
        # Infant: arousal
        Coefficient("arousal_rise", -10, 3, _LOGIT, "rising a level, at rest", _SIGN_SFE),
        Coefficient("arousal_fall", -10, 3, _LOGIT, "falling a level, at rest", _SIGN_SFE),
        Coefficient("distress_arouses", 0, 5, _LOGIT, "rising while in protest or withdrawn", _SIGN_SFE),
        Coefficient("absence_arouses", 0, 5, _LOGIT, "rising while she is unavailable", _SIGN_SFE),
        Coefficient("negativity_unsettles", 0, 3, _PER_SD, "falling less with negativity"),
        Coefficient("answer_calms", 0, 5, _LOGIT, "falling while he is fittingly answered", _SIGN_SFE),
        Coefficient("comfort_calms", 0, 5, _LOGIT, "falling with self-comfort in object play"),
        Coefficient("regulation_calms", 0, 3, _PER_SD, "falling with regulation"),
        Coefficient("regulation_growth", -1, 1, _PER_MONTH, "growth of regulation with age"),
        # Mother: next state
        Coefficient(
            "mother_base",
            -15,
            5,
            _LOGIT,
            "pull of each mother state",
            f"{_SHARES_AND_BOUTS}, withdrawn assumed",
            _MOTHER,
        ),
        Coefficient(
            "mother_inertia",
            -2,
            12,
            _LOGIT,
            "pull of staying in each state",
            f"{_SHARES_AND_BOUTS}, withdrawn and elsewhere assumed",
            _MOTHER,
        ),
        Coefficient("mother_contingency", 0, 4, _LOGIT, "how strongly she answers his state", _SIGN_BEEBE),
        Coefficient("stimulation_effect", 0, 2, "log ratio per standard score", "how stimulation multiplies answering"),
        Coefficient("stimulation_acts", 0, 3, _PER_SD, "how stimulation makes her act rather than watch"),
        Coefficient("noticing", -5, 8, _LOGIT, "chance that she notices his signal"),
        Coefficient("noticing_effect", 0, 3, _PER_SD, f"how {_CAPACITY} makes her notice"),
        Coefficient("reading", -5, 8, _LOGIT, "chance that she reads rightly what she notices"),
        Coefficient("reading_effect", 0, 3, _PER_SD, f"how {_CAPACITY} makes her read rightly"),
        Coefficient("elsewhere_dulls", 0, 5, _LOGIT, "how much less she notices while elsewhere", "N119"),
        Coefficient("burden_dulls", 0, 3, _PER_LOAD, "how much less she notices under burden"),
        Coefficient("burden_effect", 0, 3, _PER_LOAD, "how burden makes her engagement less positive"),
        Coefficient("burden_unsettles", 0, 3, _PER_LOAD, "how burden makes her stay less long in a state"),
        Coefficient("distraction_effect", 0, 4, _PER_SD, "how distraction draws her elsewhere"),
        Coefficient("mother_persistence_effect", 0, 3, _PER_SD, "how her persistence adds to staying", _SESSION_SD),
    )
}
"""The coefficients of the shipped rules, by name. In sources, M_ begins an evidence id."""


class Coefficients(Shown, Mapping[str, Any]):
    """Values of all coefficients: a float each, or an array with one number a state.

    Parameters
    ----------
    values : all of :data:`COEFFICIENTS`, by name: a number, or one a state (a sequence, or by the state's name).

    Raises
    ------
    DyadsimError
        if one is missing, unknown or out of range.

    Examples
    --------
    >>> ds.Coefficients.default().replace({"infant_contingency": 1.2, "infant_base.object": 0.1})
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        missing = COEFFICIENTS.keys() - values.keys()
        if missing:
            raise DyadsimError(f"Coefficient '{min(missing)}' is missing; all of {', '.join(COEFFICIENTS)} are needed.")
        self._values = {name: _coefficient_value(name, value) for name, value in values.items()}

    @classmethod
    @functools.cache
    def default(cls) -> Coefficients:
        """The shipped values (``data/defaults.toml``)."""
        return cls.read(package_data("defaults.toml"))

    @classmethod
    def read(cls, file: Traversable) -> Coefficients:
        """The values of a file that ``dyadsim calibrate interaction`` wrote."""
        return cls(tomllib.loads(file.read_text("utf-8"))["interaction"])

    def replace(self, changes: Mapping[str, Any]) -> Coefficients:
        """Coefficients with some values changed, all others as they are.

        Parameters
        ----------
        changes : by name a number, or one a state; ``name.state`` changes one entry of a coefficient with one a state.

        Raises
        ------
        DyadsimError
            for an unknown name or state, or a value out of range.
        """
        if not changes:
            return self
        values = {name: np.array(value) for name, value in self._values.items()}
        for key, value in changes.items():
            name, dot, state = key.partition(".")
            known = _coefficient_named(name)
            if not dot:
                values[name] = _coefficient_value(name, value)
            elif not known.states:
                raise DyadsimError(f"Coefficient '{name}' is a single number and has no '.{state}'.")
            elif state in known.states:
                values[name][known.states.index(state)] = _single(f"Coefficient '{key}'", value, known)
            else:
                raise unknown(f"state of coefficient '{name}'", state, known.states)
        return Coefficients(values)

    def changes(self) -> dict[str, Any]:
        """What differs from the shipped values: a number, or a number a state."""
        default = Coefficients.default()
        return {
            name: value.tolist() if COEFFICIENTS[name].states else value
            for name, value in self.items()
            if not np.array_equal(value, default[name])
        }

    def __reduce__(self) -> tuple[Any, ...]:
        """Made anew from its values where it is copied or sent: NumPy would forget that arrays are read-only."""
        return Coefficients, (self._values,)

    @property
    def _key(self) -> tuple[tuple[str, Any], ...]:
        return tuple((name, tuple(np.ravel(value).tolist())) for name, value in sorted(self._values.items()))

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Coefficients) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def _in_a_line(self) -> str:
        return counted(len(self), "coefficient")

    def _in_a_table(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({"name": list(self), "value": [str(value) for value in self.values()]})

    def __len__(self) -> int:
        return len(self._values)


def _coefficient_named(name: str) -> Coefficient:
    if name not in COEFFICIENTS:
        raise unknown("coefficient", name, COEFFICIENTS)
    return COEFFICIENTS[name]


def _coefficient_value(name: str, value: Any) -> Any:
    """The value of that coefficient, checked: a float, or a read-only array with one number a state."""
    known = _coefficient_named(name)
    what = f"Coefficient '{name}'"
    if not known.states:
        return _single(what, value, known)
    if isinstance(value, Mapping):
        for state in value.keys() - set(known.states):
            raise unknown(f"state of coefficient '{name}'", state, known.states)
        value = [value.get(state, np.nan) for state in known.states]
    numbers = numbers_within(what, value, known.low, known.high, known.unit)
    if numbers.shape != (len(known.states),):
        raise DyadsimError(f"{what} needs one number for each of {', '.join(known.states)}.")
    numbers = numbers.copy()
    numbers.setflags(write=False)  # the defaults are shared by all
    return numbers


def _single(what: str, value: Any, known: Coefficient) -> float:
    """One number within the range of a coefficient; ``what`` names it in an error."""
    number = numbers_within(what, value, known.low, known.high, known.unit)
    if number.ndim:
        raise DyadsimError(f"{what} is a single number for all dyads, not {number.size} of them.")
    return float(number)
