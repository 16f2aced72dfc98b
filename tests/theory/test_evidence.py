"""Published figures: what a row gives, and how rows are chosen."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.theory import evidence


def test_a_row_gives_its_number_its_interval_and_its_spread():
    rate, effect = evidence.row("M_rate_inf"), evidence.row("T001")
    assert (rate.number, rate.sd) == (9.07, 3.31)
    assert effect.interval == (-0.161, 0.418)
    assert np.isnan(evidence.row("M_mesman_sfe").number)
    with pytest.raises(ds.DyadsimError, match="Did you mean 'M_rate_inf'"):
        evidence.row("M_rate_in")


def test_rows_are_chosen_by_domain_and_role():
    assert len(evidence.rows("interaction")) == 218
    assert {row.role for row in evidence.rows("interaction", ("calibrate", "constraint"))} == {
        "calibrate",
        "constraint",
    }
