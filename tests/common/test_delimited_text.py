"""Delimited text of others: cells as they stand, or a sentence; never other numbers than were written."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.common import delimited_text
from dyadsim.common.delimited_text import text_table

PLAIN = "a;b;c\n1,5;x;\n-2;NA;3,25\n0,5;y,z,u,v,w;0,5\n"


def table(text, encoding="utf-8", **how):
    return text_table("t.csv", text if isinstance(text, bytes) else text.encode(encoding), **how)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n \n"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_encodings_line_ends_and_separators_change_no_cell(encoding, end, separator):
    found = table(PLAIN.replace("\n", end).replace(";", separator).replace("x", "é"), encoding)
    assert found.columns == {"a": ("1,5", "-2", "0,5"), "b": ("é", "NA", "y,z,u,v,w"), "c": ("", "3,25", "0,5")}
    numbers = found.numbers("a", "b", "c")
    np.testing.assert_array_equal(numbers, [[1.5, -2, 0.5], [np.nan] * 3, [np.nan, 3.25, 0.5]])


def test_lines_are_counted_as_they_stand_in_the_file():
    assert table('a,b\n\n1,2\n"x\ny",3\n4,5').lines == [3, 4, 6]


def test_no_text_but_a_blank_is_nothing():
    words = ["NA", "None", "null", "nan", "-", "N/A", "NULL", "#N/A", "n/a", ""]
    found = table("a,b\n" + "".join(f"1,{word}\n" for word in words))
    assert found.columns["b"] == tuple(words)
    assert np.isnan(found.numbers("b")).all()


def test_only_what_is_written_as_a_number_is_one():
    odd = ["1_000", "0x10", "inf", "٣", "1 000", "1.2.3", "--1", "1e", "1.5"]
    assert np.isnan(table("a\n" + "\n".join(odd)).numbers("a")[0]).tolist() == [True] * 8 + [False]


def test_a_header_is_one_line():
    assert list(table('"a\nb",c\n1,2\n').columns) == ["a b", "c"]


def test_blank_cells_at_the_ends_of_rows_are_none_or_blank():
    assert table("a;b;;\n1;2;;;;\n3\n").columns == {"a": ("1", "3"), "b": ("2", "")}
    assert table("a,b,\n1,2,\n,,\n").columns == {"a": ("1",), "b": ("2",)}


def test_the_header_may_come_after_other_lines():
    found = table("1\t2\nMade by a program, or so\nx\ty\n1,5\t2\n", needs=("y", "x"))
    assert found.columns == {"x": ("1,5",), "y": ("2",)}
    assert found.lines == [4]


def test_of_a_file_that_has_not_what_is_needed_there_are_headers_alone():
    found = table("1;2\nx;z\n1;2;3\n", needs=("y", "x"))
    assert (found.columns, found.lines) == ({"x": (), "z": ()}, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\n0,1\n", "line 2, does not fit its header: it has 2 cells, and the header 1; decimal commas need"),
        ("a,b,c\n0,1,2,\n", "it has 4 cells, and the header 3"),
        ("a,b,c\n1,2\n", "it has 2 cells, and the header 3"),
        ("a;b\n1;2\n3", "seems to be cut off: its last line, 3"),
        ("a\tb\n1\t2\t3\n", "line 2, does not fit its header: it has 3 cells, and the header 2."),
        ("a,b,a\n1,2,3\n", "two columns named 'a'"),
        ("a,,\n1,2,3\n", "two columns without a name"),
        ('a,b\n1,"2\n3,4\n', "cannot be split into columns: line 2: unexpected end of data"),
        ('a,b\n1,"2"3\n', "cannot be split into columns: line 2"),
        ("x" * 300 + ",b\n1,2\n", "has a header of 300 characters; 200 is the most"),
        (" \n\n", "is empty"),
        (";\n\t;", "is empty"),
        ("", "is empty"),
        (b"\xff\xfe\x00", "is not a text file"),
        ("a,b\n1,2".encode("utf-16-le"), "is not a text file, or of an unknown encoding; save it as UTF-8"),
        ("a,b\n1,2".encode("utf-32"), "is not a text file"),
        (b"a,b\n1,\0", "is not a text file"),
    ],
)
def test_what_cannot_be_read_as_it_is_meant_is_refused(text, sentence):
    with pytest.raises(ds.DyadsimError, match=r"'t\.csv'") as error:
        table(text)
    assert sentence in str(error.value)


def test_points_and_commas_in_one_file_are_refused_since_one_may_part_thousands():
    with pytest.raises(ds.DyadsimError, match=r"'0\.5' in line 2, '1,234' in line 3.*no sign between thousands"):
        table("a;b\n0.5;x\n1,234;y\n").numbers("a")
    assert np.isnan(table("a;b\n1,234.5;x\n1.234,5;y\n").numbers("a")).all()


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(delimited_text, "MOST_BYTES", 10)
    with pytest.raises(ds.DyadsimError, match=r"'t\.csv' is too large: 10 bytes is the most"):
        table("a,b\n1,2\n3,4\n")
