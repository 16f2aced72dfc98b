"""Lineages: tables of persons, read and refused; who descends from whom; transmission and where it would lead."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

import dyadsim as ds
from dyadsim.common.delimited_text import MOST_BYTES
from dyadsim.lineages.transmission import stationary_shares, transmission
from dyadsim.theory.attachment import CLASSES

FAMILY = {
    "id": [1, 2, 3, 4, 5],
    "mother": [-1, -1, 1, 1, 3],
    "father": [-1, -1, 2, 2, -1],
    "generation": [0, 0, 1, 1, 2],
    "community": [0, 0, 0, 0, 0],
    "attachment": ["secure", "", "avoidant", "secure", "secure"],
}


def table(**changes):
    return pd.DataFrame({**FAMILY, **changes})


def test_ancestors_descendants_and_pairs():
    lineage = ds.Lineage.of(table())
    assert (lineage.first, lineage.last, len(lineage)) == (0, 2, 5)
    assert list(lineage.descendants(1).index) == [3, 4, 5] == list(lineage.descendants(2).index)
    assert list(lineage.ancestors(5).index) == [1, 2, 3]
    assert list(lineage.of_generation(1).index) == [3, 4]
    pairs = lineage.pairs("attachment")
    assert pairs[["parent", "child"]].to_numpy().tolist() == [
        ["secure", "avoidant"], ["secure", "secure"], ["avoidant", "secure"]
    ]  # fmt: skip
    with pytest.raises(ds.DyadsimError, match="'attachment' is known of no father and child both"):
        lineage.pairs("attachment", "father")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_saved_table_is_read_as_it_was(tmp_path, ending):
    lineage, file = ds.Lineage.of(table()), tmp_path / f"mine.{ending}"
    if ending == "csv":
        lineage.table.reset_index().to_csv(file, index=False, sep=";")
    else:
        lineage.save(file)
    again = ds.Lineage.read(file).table
    assert again.reset_index().to_csv() == lineage.table.reset_index().to_csv()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mother": [1, -1, 1, 1, 3]}, "person 1 is their own mother; give -1 where a mother is not known"),
        ({"father": [-1, -1, 2, 2, 5]}, "person 5 is their own father"),
        ({"mother": [-1, -1, 9, 1, 3]}, "the mother of person 3 is 9, who is not in it; add them, or give -1"),
        ({"mother": [-1, -1, 5, 1, 3]}, "person 3 is of generation 1, and their mother of no earlier one"),
        ({"id": [1, 2, 3, 3, 5]}, "has person 3 twice"),
        ({"id": [-7, 2, 3, 4, 5], "mother": -1}, "has a person -7; persons have numbers from 0"),
        ({"generation": [-1, 0, 1, 1, 2]}, "has a generation -1; generations count from 0"),
        ({"community": ["here"] * 5}, "has a 'community' that is no whole number"),
        ({"generation": [0, 0, 1.5, 1, 2]}, "has a 'generation' that is no whole number"),
        ({"attachment": ["safe"] * 5}, "Unknown attachment in the table: 'safe'"),
    ],
)
def test_a_table_that_is_no_lineage_is_refused_in_a_sentence(changes, told):
    with pytest.raises(ds.DyadsimError) as error:
        ds.Lineage.of(table(**changes))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_table_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(ds.DyadsimError, match="made of a pandas DataFrame"):
        ds.Lineage.of([1, 2])
    with pytest.raises(ds.DyadsimError, match="has no column 'community'; a lineage has id, mother, father"):
        ds.Lineage.of(table().drop(columns="community"))
    with pytest.raises(ds.DyadsimError, match="has 0 rows"):
        ds.Lineage.of(table()[:0])
    with pytest.raises(ds.DyadsimError, match="There is no table"):
        ds.Lineage.read(tmp_path / "nobody.csv")
    for content, told in ((b"PAR1", "cannot be read"), (b"", "cannot be read")):
        (tmp_path / "cut.parquet").write_bytes(content)
        with pytest.raises(ds.DyadsimError, match=told):
            ds.Lineage.read(tmp_path / "cut.parquet")
    (tmp_path / "long.csv").write_bytes(b"id,mother\n" + b"1,1\n" * (MOST_BYTES // 4 + 1))
    with pytest.raises(ds.DyadsimError, match="is too large"):
        ds.Lineage.read(tmp_path / "long.csv")


def test_an_unknown_person_column_or_generation_is_told():
    lineage = ds.Lineage.of(table())
    with pytest.raises(ds.DyadsimError, match="There is no person 99"):
        lineage.descendants(99)
    with pytest.raises(ds.DyadsimError, match="Did you mean 'attachment'"):
        lineage.pairs("atachment")
    with pytest.raises(ds.DyadsimError, match="has generations 0 to 2"):
        lineage.of_generation(3)


def pairs(number, steps, seed, communities=20):
    """Children of parents of all classes, by steps (4, 4) of chances."""
    luck = np.random.default_rng(seed)
    parent = luck.integers(0, 4, number)
    child = np.array([luck.choice(4, p=steps[each]) for each in parent])
    names = np.array(CLASSES)
    community = luck.integers(0, communities, number)
    return pd.DataFrame({"parent": names[parent], "child": names[child], "community": community})


STEPS = np.array([[0.7, 0.1, 0.1, 0.1], [0.4, 0.4, 0.1, 0.1], [0.4, 0.1, 0.4, 0.1], [0.3, 0.1, 0.1, 0.5]])


def test_intervals_of_a_transmission_hold_the_chances_in_95_of_100():
    """Of 40 tables 640 intervals; that fewer than 92.5 % of them hold has a chance below one in a thousand."""
    holds = []
    for seed in range(40):
        found = transmission(pairs(600, STEPS, seed))
        assert found.groupby("parent")["share"].sum().round(9).eq(1).all()
        truth = STEPS[[CLASSES.index(p) for p in found["parent"]], [CLASSES.index(c) for c in found["child"]]]
        holds.append(((found["low"] <= truth) & (truth <= found["high"])).mean())
    assert np.mean(holds) > 0.925


@given(some.lists(some.floats(0.05, 1), min_size=16, max_size=16))
def test_stationary_shares_are_those_that_steps_leave_as_they_are(numbers):
    steps = np.array(numbers).reshape(4, 4)
    steps /= steps.sum(axis=1, keepdims=True)
    rows = [(p, c, steps[i, j]) for i, p in enumerate(CLASSES) for j, c in enumerate(CLASSES)]
    shares = stationary_shares(pd.DataFrame(rows, columns=["parent", "child", "share"])).to_numpy()
    np.testing.assert_allclose(shares @ steps, shares, atol=1e-10)
    np.testing.assert_allclose(np.linalg.matrix_power(steps, 200)[0], shares, atol=1e-8)


def test_of_a_class_that_no_parent_had_it_is_said_that_nothing_follows():
    some_pairs = pairs(60, STEPS, 1)
    with pytest.raises(ds.DyadsimError, match="No parent was 'resistant' as an infant"):
        stationary_shares(transmission(some_pairs[some_pairs["parent"] != "resistant"]))
