"""Uniform draws of many units and decisions at once, compiled: the very numbers that NumPy gives, ten times as fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from . import philox
from .compiled import compiled, inlined

__all__ = ["all_uniforms"]

_compiled = compiled(Path(philox.__file__).read_bytes())
_philox, _uniform = inlined(philox.philox), inlined(philox.uniform)


@_compiled
def all_uniforms(decisions: Any, units: Any, week: Any, purpose: Any, k0: Any, k1: Any) -> Any:
    """Numbers (decisions, units) between 0 and 1, each named by these two, a week and a purpose, and a key of two."""
    drawn = np.empty((len(decisions), len(units)))
    for k in range(len(decisions)):
        for n in range(len(units)):
            high, low, _, _ = _philox(decisions[k], week, units[n], purpose, k0, k1)
            drawn[k, n] = _uniform(high, low)
    return drawn
