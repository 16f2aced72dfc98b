"""How services stand against the findings on delivery."""

import dyadsim as ds
from dyadsim.findings.registry import findings_of
from dyadsim.validation import validation


def test_validation_tells_of_every_row_and_which_hold():
    found = ds.validate_services(families=200, seed=1)
    assert set(found.rows["id"]) == set(findings_of("services"))
    assert set(found.not_expressed["id"]) == set(validation.not_expressed("services"))
    assert found.rows["how"].str.len().min() > 20
    assert found.counts()["rows"].to_dict() == {0: 20, 1: 14, 2: 3}
    # What no luck of two hundred families can change: what services declare, and what a wait or a class cannot move.
    sure = found.rows.set_index("id").loc[["F190", "F197", "F214", "F233", "F244", "F245"], "holds"]
    assert sure.all()
