"""What is assumed of coefficients and of parameters of the weeks before any evidence (``data/priors.toml``)."""

from __future__ import annotations

import tomllib
from typing import Any

from ..common.files import package_data

__all__ = ["assumed_coefficients", "assumed_parameters"]


def assumed_coefficients() -> dict[str, Any]:
    """Every coefficient before any evidence: by name (and state) a ``value`` and its ``sd``."""
    text = package_data("priors.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["interaction"])


def assumed_parameters() -> dict[str, dict[str, float]]:
    """Every parameter of the weeks before any evidence: by name a ``value`` and its ``sd``."""
    text = package_data("priors.toml").read_text("utf-8")
    groups = tomllib.loads(text)["development"]
    return {name: prior for group in groups.values() for name, prior in group.items()}
