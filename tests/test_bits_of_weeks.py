"""Results of weeks are those of ``bits.json``: half of what ``bits.py`` lists, so that two workers share it."""

import bits
import bits_of_weeks
import pytest


@pytest.mark.parametrize("name", bits_of_weeks.FOUND)
def test_results_are_what_they_were(name):
    bits.check(name)
