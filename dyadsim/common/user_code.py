"""Classes and functions that users write, named as ``FILE.py:NAME``."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from .errors import DyadsimError, unknown
from .files import path_of
from .user_files import is_there
from .user_sources import sources_at

__all__ = ["user_class", "user_function", "user_module"]


def user_class(given: str, base: type[Any], what: str = "rule") -> type[Any]:
    """The class, made from ``base``, that ``FILE.py:CLASS`` names.

    Parameters
    ----------
    given : ``FILE.py:CLASS``.
    base : the class from which it must be made.
    what : what it is called in an error.

    Raises
    ------
    DyadsimError
        if there is no such file, it cannot be loaded, or it has no such class.
    """
    file, name, module = _found(given, what, "CLASS")
    classes = {key: value for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, base)}
    if name not in classes:
        raise unknown(f"{base.__name__} class in '{file}':", name, classes or ["none"])
    return classes[name]


def user_function(given: str, what: str = "outcome") -> Callable[..., Any]:
    """The function that ``FILE.py:FUNCTION`` names.

    Parameters
    ----------
    given : ``FILE.py:FUNCTION``.
    what : what it is called in an error.

    Raises
    ------
    DyadsimError
        if there is no such file, it cannot be loaded, or it has no such function.
    """
    file, name, module = _found(given, what, "FUNCTION")
    functions = {key: value for key, value in vars(module).items() if callable(value) and not key.startswith("_")}
    if name not in functions:
        raise unknown(f"function in '{file}':", name, functions or ["none"])
    return functions[name]


def _found(given: str, what: str, kind: str) -> tuple[str, str, ModuleType]:
    """File, name in it and loaded module of ``FILE.py:NAME``."""
    file, colon, name = given.rpartition(":")
    if not colon or not file:
        raise DyadsimError(f"A {what} is given as FILE.py:{kind}, not '{given}'.")
    return file, name, user_module(file, f"A {what} is given as FILE.py:{kind}, but there")


def user_module(file: str, there: str = "There") -> ModuleType:
    """The module that a Python file of a user's makes.

    Parameters
    ----------
    file : its path.
    there : how the sentence begins that says that there is no such file.

    Raises
    ------
    DyadsimError
        if there is no such file, or it cannot be loaded.
    """
    path = path_of(file)
    if not is_there(path):
        raise DyadsimError(f"{there} is no file '{file}'.")
    if not file.endswith(".py"):
        raise DyadsimError(f"'{file}' is no Python file.")
    sources = sources_at(str(path))
    try:
        return sources.module()
    except Exception as error:
        raise DyadsimError(f"'{file}' cannot be loaded: {type(error).__name__}: {error}.") from error
