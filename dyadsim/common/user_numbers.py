"""Numbers that users and their code give, taken as they are or refused: never another number in their place."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import DyadsimError

__all__ = ["numbers_within", "user_numbers"]

_MOST_WHOLE = 2**53
"""Whole numbers up to here are floats of 64 bits; beyond, most are not."""


def user_numbers(who: str, given: Any) -> NDArray[np.float64]:
    """Numbers as float64, in the shape in which they were given; what is masked, None or pandas' NA is NaN.

    Parameters
    ----------
    who : gives them; the sentence on what is refused begins with it.
    given : an array, masked or not, a table's column, a list, or a number; truth values are 0 and 1.

    Raises
    ------
    DyadsimError
        for complex numbers, dates, text and whatever else is no real number, and for one that a float cannot hold.

    Examples
    --------
    >>> user_numbers("Outcome 'smiles'", np.ma.masked_equal([1, -99], -99))
    array([ 1., nan])
    """
    if type(given) is np.ndarray and given.dtype == np.float64:
        return given
    if isinstance(given, float):  # one of thousands that a calibration tries
        return np.array(given, np.float64)
    try:
        values = np.ma.array(given)
    except (TypeError, ValueError):
        raise DyadsimError(f"{who} gives no real numbers in rows of equal length but {given!r:.60}.") from None
    plain, missing = np.asarray(values.data), np.ma.getmaskarray(values)
    if plain.dtype.kind not in "biufO":
        raise DyadsimError(f"{who} gives no real numbers but {str(plain.ravel()[0])!r:.60}.")
    known, out = plain[~missing], np.full(plain.shape, np.nan)
    with np.errstate(over="ignore"):  # what overflows is found below
        numbers = np.array([_number(who, each) for each in known] if known.dtype.kind == "O" else known, np.float64)
    beyond = np.zeros(known.shape, bool)
    if known.dtype.kind in "iu":
        beyond = (known > _MOST_WHOLE) | (known < -_MOST_WHOLE)
    elif known.dtype.kind == "f":
        beyond = np.isinf(numbers) & ~np.isinf(known)
    if beyond.any():
        raise _cannot_hold(who, known[beyond][0])
    out[~missing] = numbers
    return out


def numbers_within(what: str, values: Any, low: float, high: float, unit: str) -> NDArray[np.float64]:
    """``values`` as float64 numbers, each from ``low`` to ``high`` (in ``unit``); anything else is refused."""
    try:
        numbers = user_numbers(what, values)
    except DyadsimError:
        raise DyadsimError(f"{what} must be a number from {low:g} to {high:g} ({unit}), not {values!r}.") from None
    wrong = numbers[~((numbers >= low) & (numbers <= high))]
    if wrong.size:
        raise DyadsimError(f"{what} is {wrong.flat[0]:g}, but must lie between {low:g} and {high:g} ({unit}).")
    return numbers


def _number(who: str, each: Any) -> float:
    """One number of several of unlike kinds."""
    if each is None or each is pd.NA or each is np.ma.masked:
        return math.nan
    if not isinstance(each, Real | Decimal | np.bool_):
        raise DyadsimError(f"{who} gives no real numbers but {each!r:.60}.")
    try:
        number = float(each)
    except OverflowError:
        raise _cannot_hold(who, each) from None
    if (isinstance(each, Integral) and abs(int(each)) > _MOST_WHOLE) or (math.isinf(number) and each != number):
        raise _cannot_hold(who, each)
    return number


def _cannot_hold(who: str, number: Any) -> DyadsimError:
    return DyadsimError(f"{who} gives {number!s:.40}, which a float of 64 bits does not hold.")
