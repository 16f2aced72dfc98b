"""Numbers of a user's code: each as it is, missing where it is missing, or refused in a sentence."""

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.common.user_numbers import user_numbers

NAN = float("nan")
MASKED = np.ma.masked_equal([1.0, -99.0], -99.0)


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        (MASKED, [1, NAN]),
        (np.ma.masked_equal([1, -99], -99), [1, NAN]),
        ([MASKED, MASKED], [[1, NAN], [1, NAN]]),
        (pd.Series([1, None, pd.NA], dtype="Int64"), [1, NAN, NAN]),
        (pd.Series([1.5, None], dtype="Float64"), [1.5, NAN]),
        (pd.array([True, None], dtype="boolean"), [1, NAN]),
        (pd.Series([1, None], dtype="int64[pyarrow]"), [1, NAN]),
        ([None, 2], [NAN, 2]),
        ([Decimal("1.5"), Fraction(1, 2), 3], [1.5, 0.5, 3]),
        (np.array([0.5, np.inf], np.float32), [0.5, np.inf]),
        ([2**53, -(2**53)], [2**53, -(2**53)]),
        ([True, False], [1, 0]),
    ],
)
def test_numbers_are_what_was_given(given, numbers):
    found = user_numbers("It", given)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, numbers)


@pytest.mark.parametrize(
    "given",
    [
        [1 + 0j],
        np.array([1j]),
        ["1"],
        [datetime.date(2026, 1, 1)],
        pd.to_datetime(["2020-01-01"]),
        pd.Series(pd.to_timedelta([1])),
        pd.Series([1, pd.NaT], dtype=object),
        [2**53 + 1],
        [10**400],
        [np.int64(2**60), None],
        np.array([-(2**63)]),
        np.array([2**63 + 5], np.uint64),
        [Decimal("1e400")],
        [[1, 2], [3]],
        {"one": 1},
        iter([1.0]),
    ],
)
def test_what_is_no_number_that_a_float_holds_is_refused(given):
    with pytest.raises(ds.DyadsimError, match=r"^It gives (no real numbers .*but|.*a float of 64 bits does not hold)"):
        user_numbers("It", given)
