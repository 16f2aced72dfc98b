"""Theories to be compared: a pair of rules with a name, and the parameters that are free under it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..common.errors import DyadsimError, unknown
from ..common.files import path_of
from ..common.shown import Shown
from ..common.user_code import user_module
from ..interaction.paradigms import Episode
from ..interaction.rule_set import Rules
from ..interaction.tables import tables_of_view
from ..theory.rules import CaregiverRules, InfantRules, MotherRules
from ..theory.theories import __name__ as _SHIPPED_IN
from .fitted_parameters import FittedParameters

__all__ = ["COMPARED", "THEORIES", "Theory"]

THEORIES = ("mutual-regulation", "no-contingency", "infant-led", "mother-led", "attention-withdrawal")
"""Names of the shipped theories."""

COMPARED = (
    "infant_base.protest",
    "infant_base.monitor",
    "infant_base.positive",
    "infant_inertia.protest",
    "infant_inertia.object",
    "infant_inertia.monitor",
    "infant_inertia.positive",
    "infant_contingency",
    "absence_effect",
    "attention_base",
    "attention_inertia",
    "answer_holds",
    "arousal_effect",
    "arousal_rise",
    "arousal_fall",
    "mother_base.negative",
    "mother_base.elsewhere",
    "mother_base.vocal",
    "mother_base.positive",
    "mother_inertia.negative",
    "mother_inertia.elsewhere",
    "mother_inertia.neutral",
    "mother_inertia.vocal",
    "mother_inertia.positive",
    "mother_contingency",
)
"""Parameters that may be free where theories are compared: what each does alone, and how strongly each follows.

Those that a theory's rules do not look at are not free under it, and not counted.
"""


@dataclass(frozen=True, repr=False)
class Theory(Shown):
    """A theory of interaction: rules of both, by a name.

    Attributes
    ----------
    name : of the shipped theory, or of the file.
    rules : of infant and mother.
    says : what it says, the first line of its file.
    """

    name: str
    rules: Rules
    says: str = ""

    @classmethod
    def load(cls, given: str | Path | Theory) -> Theory:
        """Theory of a shipped name or a file of rules.

        The file has classes made from ``ds.InfantRules`` or ``ds.MotherRules``, one of each at most, named ``Infant``
        and ``Mother`` if there are more; who has none goes by the shipped rules.

        Parameters
        ----------
        given : the name, the path of a Python file, or a theory.

        Raises
        ------
        DyadsimError
            for an unknown name, or a file without rules.
        """
        if isinstance(given, Theory):
            return given
        if str(given) in THEORIES:
            module = importlib.import_module(f"{_SHIPPED_IN}.{str(given).replace('-', '_')}")
            return cls(str(given), Rules(module.Infant, module.Mother), _first_line(module))
        if not str(given).endswith(".py"):
            raise unknown("theory", str(given), [*THEORIES, "a file of rules (FILE.py)"])
        file = path_of(given)
        module = user_module(str(file))
        infant, mother = (
            _class_in(module, InfantRules, "Infant", file),
            _class_in(module, CaregiverRules, "Mother", file),
        )
        if infant is None and mother is None:
            raise DyadsimError(f"'{file}' holds no rules: a class made from ds.InfantRules or ds.MotherRules.")
        return cls(file.stem, Rules(infant or InfantRules, mother or MotherRules).alone(), _first_line(module))

    def _in_a_line(self) -> str:
        return f"{self.name}: {self.says}"

    def free(self, candidates: Iterable[str] = COMPARED) -> tuple[str, ...]:
        """Those of some parameters that its rules look at, and the traits that it declares itself.

        Parameters
        ----------
        candidates : names of traits and coefficients.
        """
        names = (*candidates, *(trait.name for trait in self.rules.extra_traits))
        parameters = FittedParameters.of(names, self.rules)
        # Tables of a dyad in the middle, and of one more for each parameter, which is moved in it.
        values = np.vstack([parameters.middle, parameters.middle + np.diag(0.3 * parameters.sd)])
        values = np.clip(values, parameters.low, parameters.high)
        known = {"age": np.full(len(values), float(parameters.typical.traits["age"][0]))}
        moved = np.zeros(len(names), dtype=bool)
        for available in (True, False):
            episode = Episode(name="play", seconds=1, available=available)
            view = parameters.view(values, known, {})
            for part in tables_of_view(view, len(values), self.rules, episode).parts():
                change = np.abs(part[..., 1:] - part[..., :1]).reshape(-1, part.shape[-1] - 1)
                moved |= change.max(axis=0) > 0 if part.shape[-1] > 1 else False
        return tuple(name for name, looked_at in zip(names, moved, strict=True) if looked_at)


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0]


def _class_in(module: ModuleType, base: type[Any], usual: str, file: Path) -> type[Any] | None:
    """Class of rules that a file defines, the one of the usual name if there are several."""
    ours = (InfantRules, CaregiverRules, MotherRules)
    found = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, base) and (value not in ours or name == usual)
    }
    if len(found) > 1 and usual not in found:
        raise DyadsimError(f"'{file}' has several classes ({', '.join(found)}); name the one that is meant {usual}.")
    return found.get(usual, next(iter(found.values()), None))
