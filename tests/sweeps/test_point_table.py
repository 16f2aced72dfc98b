"""Tables of points: every level is swept as it was written, or the table is refused."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sweeping import design

import dyadsim as ds
from dyadsim.sweeps.point_table import point_table
from dyadsim.sweeps.points import point_at, points_of


def written(tmp_path, content, name="points.csv"):
    file = tmp_path / name
    if isinstance(content, dict):
        names = list(content)
        pq.write_table(pa.table(list(content.values()), names=names), file := tmp_path / "points.parquet")
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


def levels(file):
    return {str(name): column.tolist() for name, column in point_table(file, 1_000).items()}


def asked(file, **changes):
    return design(design="table", points=None, factors=None, table=file, **changes)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("sensitivity;burden\n0,1;2\n0,2;3\n", {"sensitivity": [0.1, 0.2], "burden": [2, 3]}),
        ("sensitivity\tburden\n0,1\t2\n".encode("utf-16"), {"sensitivity": [0.1], "burden": [2]}),
        ("\ufeffsensitivity,burden\r\n0.1, 2 \r\n\r\n,,\r\n", {"sensitivity": [0.1], "burden": [2]}),
        ("sensitivity,burden,\n.5,1e-3,\n", {"sensitivity": [0.5], "burden": [0.001]}),
        (",sensitivity\n0,1\n1,2\n", {"sensitivity": [1, 2]}),
        ('"",sensitivity\n1,1\n2,3\n', {"sensitivity": [1, 3]}),
        ("point,sensitivity\n7,1\n", {"sensitivity": [1]}),
        ('population,"x, y"\ncommunity,1\n', {"population": ["community"], "x, y": [1]}),
        ("population\nNA\n", {"population": ["NA"]}),
        ("sensitivity,seed\n1,7\n1,8\n", {"sensitivity": [1, 1], "seed": [7, 8]}),
        (f"sensitivity,seed\n1,{2**63 - 1}\n", {"sensitivity": [1], "seed": [2**63 - 1]}),
        ({"a": pa.array([1, 2], pa.uint8())}, {"a": [1, 2]}),
        ({"a": pa.array([Decimal("0.10"), Decimal("2.50")])}, {"a": [0.1, 2.5]}),
        ({"a": pa.array(["x", "y", "x"]).dictionary_encode(), "b": [1, 2, 3]}, {"a": ["x", "y", "x"], "b": [1, 2, 3]}),
        ({"__index_level_0__": [0, 1], "a": [1.5, 2.5]}, {"a": [1.5, 2.5]}),
        ({"a": [1], "seed": [7.0]}, {"a": [1], "seed": [7]}),
    ],
)
def test_levels_are_read_as_they_are_written(tmp_path, content, found):
    said = levels(written(tmp_path, content))
    assert said == found
    assert [type(each[0]) for each in said.values()] == [type(each[0]) for each in found.values()]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("sensitivity\n0,1\n0,2\n", "line 2, does not fit its header"),
        ("sensitivity,burden\n1\n", "line 2, does not fit its header: it has 1 cells, and the header 2"),
        ("sensitivity;burden\n1\n", r"line 2, row 1 has no burden"),
        ("sensitivity\n1\nmuch\n", r"line 3, row 2 has 'much' for sensitivity, where others have numbers"),
        ("sensitivity\n1\nNA\n", "has 'NA' for sensitivity"),
        ("sensitivity\n1\ninf\n", "has 'inf' for sensitivity"),
        ("sensitivity\n1\n1e400\n", "has 'inf' for sensitivity; numbers are finite"),
        ("sensitivity\n99999999999999999999\n", "no larger than 2"),
        ("sensitivity,sensitivity\n1,2\n", "two columns named 'sensitivity'"),
        (",sensitivity\n5,1\n", "a column without a name"),
        ("sensitivity,seed\n1,7.9\n", r"line 2, row 1 has the seed '7.9'; a seed is a whole number from 0"),
        ("sensitivity,seed\n1,a\n", "has the seed 'a'"),
        ("sensitivity,seed\n1,-1\n", "has the seed '-1'"),
        (f"sensitivity,seed\n1,{2**63}\n", "has the seed"),
        ("seed\n7\n8\n", "no factor beside the seed; for more luck, ask for replicates"),
        ("sensitivity,seed\n1,7\n1,7\n", "row 2 is the same point"),
        ('sensitivity;burden\n"1.234,5";2\n1,5;2\n', "'1.234,5' for sensitivity"),
        ("", "is no table of points: .* is empty"),
        ("\n".join(["sensitivity", *map(str, range(1001))]), "1,000 points at most, and the table .* 1,001"),
        ({"a": [True]}, "'a' holds 'bool'"),
        ({"a": pa.array([0], pa.timestamp("ns"))}, "holds 'timestamp"),
        ({"a": [[1]]}, "holds 'list<"),
        ({"a": [b"x"]}, "holds 'binary'"),
        ({"a": [1, None]}, "row 2 has no a"),
        ({"a": [1.0, float("nan")]}, "row 2 has no a"),
        ({"a": [None]}, "row 1 has no a"),
        ({"a": [2**53 + 1]}, "no larger than 2"),
        ({"a": [0] * 1001}, "it has 1,001 rows and 1 columns; 1,000 and 1,000 are the most"),
        ({"__index_level_0__": ["x"], "a": [1]}, "a column without a name"),
    ],
)
def test_a_table_that_would_be_swept_otherwise_is_refused(tmp_path, content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        levels(written(tmp_path, content))
    assert "\n" not in str(error.value)


def test_parquet_that_is_none_or_has_a_name_twice_is_refused(tmp_path):
    with pytest.raises(ds.DyadsimError, match="is no table of points"):
        levels(written(tmp_path, "a,b\n", "points.parquet"))
    pq.write_table(pa.table([[1], [2]], names=["a", "a"]), tmp_path / "twice.parquet")
    with pytest.raises(ds.DyadsimError, match="two columns named 'a'"):
        levels(str(tmp_path / "twice.parquet"))


def test_levels_that_pandas_keeps_as_names_of_rows_are_levels_too(tmp_path):
    pd.DataFrame({"sensitivity": [1.0, 2.0], "burden": [3, 4]}).set_index("sensitivity").to_parquet(
        tmp_path / "points.parquet"
    )
    assert levels(str(tmp_path / "points.parquet")) == {"burden": [3, 4], "sensitivity": [1.0, 2.0]}


def test_a_seed_names_the_luck_of_its_point(tmp_path):
    file = written(tmp_path, "sensitivity,seed\n1,7\n1,8\n0,7\n")
    points = points_of(asked(file))
    assert [point_at(points, n).seed for n in range(3)] == [7, 8, 7]
    found = ds.sweep(asked(file, dyads=3), tmp_path / "out", workers=1).frame()
    by_hand = ds.sweep(
        design(design="grid", points=None, factors=[{"name": "sensitivity", "values": [0, 1]}], dyads=3, seed=7),
        tmp_path / "grid",
        workers=1,
    ).frame()
    sevens = found[found["point"] != 1].assign(point=lambda rows: rows["point"].map({0: 1, 2: 0}))
    same = sevens.sort_values(["point", "dyad"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(same, by_hand.sort_values(["point", "dyad"]).reset_index(drop=True))
    assert not found.query("point == 1")["match"].equals(found.query("point == 0")["match"])


def test_a_table_with_seeds_grows_with_them(tmp_path):
    file = written(tmp_path, "sensitivity,seed\n1,7\n1,8\n")
    ds.sweep(asked(file, dyads=2), tmp_path / "out", workers=1)
    written(tmp_path, "sensitivity,seed\n1,9\n1,8\n1,7\n")
    grown = ds.sweep(asked(file, dyads=2), tmp_path / "out", workers=1)
    assert grown.points["seed"].tolist() == [7, 8, 9]


def test_seeds_of_a_table_and_of_the_sweep_are_not_asked_for_at_once(tmp_path):
    file = written(tmp_path, "sensitivity,seed\n1,7\n")
    with pytest.raises(ds.DyadsimError, match="has seeds of its own; leave common_luck = false out"):
        points_of(asked(file, common_luck=False))


def test_a_factor_of_whole_numbers_is_not_cut_to_one(tmp_path):
    file = written(tmp_path, "seconds\n20.7\n")
    with pytest.raises(ds.DyadsimError, match=r"'seconds' is set to whole numbers, not to 20\.7"):
        ds.sweep(asked(file), tmp_path / "out", workers=1)
