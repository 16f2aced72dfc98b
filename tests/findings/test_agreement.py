"""When a finding is said to hold."""

import numpy as np
import pytest

from dyadsim.findings import agreement


def test_a_number_holds_in_its_range_and_words_if_every_part_has_its_sign():
    assert agreement.Number.near(0.31, 0.30, 0.05).holds
    assert not agreement.Number.near(0.35, 0.30, 0.05).holds
    rng = np.random.default_rng(1)
    low, high = rng.normal(0, 1, 1000), rng.normal(0.5, 1, 1000)
    more, less = agreement.up("more", high, low), agreement.down("less", high, low)
    assert more.holds
    assert not less.holds
    assert more.value == pytest.approx(0.5, abs=0.15)
    assert agreement.Words((more,)).holds
    assert not agreement.up("hardly more", low + 0.1, low).holds  # a difference smaller than small is none
    assert not agreement.Words((more, less)).holds
    assert "(not)" in str(less)


def test_no_difference_is_judged_by_what_a_study_of_that_size_could_have_seen():
    rng = np.random.default_rng(1)
    one, other = rng.normal(0, 1, 4000), rng.normal(0.3, 1, 4000)
    assert agreement.absent("seen by 20 and 20", one, other, (20, 20)).holds
    assert not agreement.absent("seen by 400 and 400", one, other, (400, 400)).holds


def test_nothing_to_compare_does_not_hold():
    assert not agreement.up("no spread", np.ones(10), np.ones(10)).holds
