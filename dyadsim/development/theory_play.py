"""Play as the linear theory of the weeks has it: for theory, where sampling every second would take too long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..people.cohort import Cohort
from ..theory.age_norms import FOLLOWED
from ..theory.slow_states import LIVED
from .play import GROWN, MEASURES, Play
from .starting_states import mixed

__all__ = ["TheoryPlay"]


@dataclass(frozen=True)
class TheoryPlay(Play):
    """The week's interaction as the linear theory has it, instead of sampled: in a hundredth of the time."""

    def week(self, cohort: Cohort, week: int) -> dict[str, NDArray[np.float64]]:
        norms = cohort.dynamics.norms
        traits = np.stack([cohort.traits[name] for name in FOLLOWED])
        luck = self.luck.noise(cohort.units, week, LIVED)
        scores = mixed(norms.slopes, traits) + norms.chance[:, None] * luck
        mean, sd = norms.at(np.clip(cohort.traits["age"], 0, GROWN))
        lived = dict(zip(LIVED, mean + sd * scores, strict=True))
        return {name: lived.get(name, np.full(len(cohort), np.nan)) for name in MEASURES}
