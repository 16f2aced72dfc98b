"""Compiled functions: numba's, kept on disk where a cache can be had, and free of Python's lock while they run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numba

__all__ = ["compiled", "inlined"]


def compiled(*built_on: Any) -> Callable[[Callable[..., Any]], Any]:
    """Decorator that compiles a function, with a cache on disk (a read-only install with no home has none).

    Parameters
    ----------
    built_on : all from other files that is compiled into the function. The cache notices edits of the function's own
        file only; so these are made part of the name that it is kept under.
    """
    key = hashlib.sha256(repr((built_on, numba.__version__)).encode()).hexdigest()[:8]

    def of(function: Callable[..., Any]) -> Any:
        function.__qualname__ += f"_{key}"
        try:
            return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
        except RuntimeError:
            return numba.njit(nogil=True, error_model="numpy")(function)

    return of


def inlined(function: Callable[..., Any]) -> Any:
    """Decorator of a function that is compiled into each of the :func:`compiled` ones that call it."""
    return numba.njit(forceinline=True, error_model="numpy")(function)
