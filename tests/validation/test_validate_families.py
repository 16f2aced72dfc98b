"""How families stand against the findings on networks, second caregivers and statuses."""

import dyadsim as ds
from dyadsim.findings.registry import findings_of
from dyadsim.validation import validation


def test_validation_tells_of_every_row_and_which_hold():
    found = ds.validate_families(families=200, seed=1)
    assert set(found.rows["id"]) == set(findings_of("families"))
    assert set(found.not_expressed["id"]) == set(validation.not_expressed("families"))
    assert {"id", "target", "model", "difference", "holds", "role", "basis"} <= set(found.rows.columns)
    assert found.rows["how"].str.len().min() > 20
    assert set(found.counts()["role"]) == {"calibrate", "constraint", "check"}
    assert not {row.id for row in validation.rows_of("development")} & set(found.rows["id"])
