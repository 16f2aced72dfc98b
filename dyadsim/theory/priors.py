"""What is assumed of coefficients and of parameters of the weeks before any evidence (``data/priors.toml``)."""

from __future__ import annotations

import tomllib
from typing import Any

from ..common.files import package_data

__all__ = ["assumed_coefficients", "assumed_of_families", "assumed_of_inheritance", "assumed_parameters"]


def assumed_coefficients() -> dict[str, Any]:
    """Every coefficient before any evidence: by name (and state) a ``value`` and its ``sd``."""
    text = package_data("priors.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["interaction"])


def assumed_parameters() -> dict[str, dict[str, float]]:
    """Every parameter of the weeks before any evidence: by name a ``value`` and its ``sd``."""
    return _grouped("development")


def assumed_of_families() -> dict[str, dict[str, float]]:
    """Every parameter of families before any evidence, but for what is made from the rest: as those of the weeks."""
    return _grouped("families")


def assumed_of_inheritance() -> dict[str, dict[str, float]]:
    """Every parameter of inheritance before any evidence: as those of the weeks."""
    return _grouped("generations")


def _grouped(level: str) -> dict[str, dict[str, float]]:
    """Priors of a level by name, whatever their group."""
    text = package_data("priors.toml").read_text("utf-8")
    return {name: prior for group in tomllib.loads(text)[level].values() for name, prior in group.items()}
