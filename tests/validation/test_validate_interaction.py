"""How the level of interaction stands against the findings on it."""

import pytest

import dyadsim as ds
from dyadsim.findings import still_face_patterns
from dyadsim.validation.interaction import validate_interaction


@pytest.fixture(scope="module")
def validated():
    return validate_interaction(dyads=300, seed=1)


def test_a_validation_says_of_every_row_what_it_found(validated):
    rows = validated.rows
    assert len(rows) >= 35
    assert len(rows) + len(validated.not_expressed) == 218
    assert set(rows["id"]) >= still_face_patterns.POOLED.keys() | still_face_patterns.CONSTRAINTS.keys()
    assert rows["holds"].map(type).eq(bool).all()
    assert not rows[["target", "model", "role", "basis", "how"]].isna().any().any()
    assert rows["how"].str.len().min() > 10
    assert not rows.loc[rows["role"] == "check", "holds"].all()  # misses are shown
    assert validated.counts()["rows"].sum() == len(rows)


def test_a_validation_is_the_same_for_the_same_seed(validated):
    assert validate_interaction(dyads=300, seed=1).rows.equals(validated.rows)


@pytest.mark.parametrize("wrong", [{"dyads": 5}, {"dyads": "many"}, {"seed": -1}])
def test_an_impossible_validation_is_refused(wrong):
    with pytest.raises(ds.DyadsimError):
        validate_interaction(**wrong)
