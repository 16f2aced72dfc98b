"""How the level of development stands against the findings on it."""

import dyadsim as ds
from dyadsim.findings.registry import findings_of
from dyadsim.validation import validation


def test_validation_tells_of_every_row_and_which_hold():
    found = ds.validate_development(dyads=300, seed=1)
    assert set(found.rows["id"]) == set(findings_of("development"))
    assert set(found.not_expressed["id"]) == set(validation.not_expressed("development"))
    assert {"id", "target", "model", "difference", "holds", "role", "basis"} <= set(found.rows.columns)
    assert found.rows["how"].str.len().min() > 20
    assert set(found.counts()["role"]) == {"calibrate", "check", "context"}
