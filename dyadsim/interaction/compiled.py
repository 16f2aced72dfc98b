"""Compiled functions: :mod:`dyadsim.common.compiled`, under the name by which the engine knows it."""

from ..common.compiled import compiled

__all__ = ["compiled"]
