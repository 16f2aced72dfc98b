"""TOML of others: read whole, or refused in a sentence before the parser can be held up by it."""

import tomllib

import pytest

import dyadsim as ds
from dyadsim.common.files import package_data
from dyadsim.common.toml_text import MOST_BYTES, toml_values

SMALL = 'name = "small"\ndesign = "grid"\n[[factors]]\nname = "sensitivity"\nlow = -1\nhigh = 1\n'


def refused(text: str | bytes) -> str:
    with pytest.raises(ds.DyadsimError) as error:
        toml_values(text if isinstance(text, bytes) else text.encode())
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_mark_at_the_start_is_no_part_of_the_first_key(tmp_path):
    file = tmp_path / "design.toml"
    file.write_text(SMALL, encoding="utf-8-sig")
    assert ds.Design.load(file) == ds.Design(**tomllib.loads(SMALL))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_another_encoding_is_refused_with_the_way_out(tmp_path, encoding):
    file = tmp_path / "design.toml"
    file.write_text("# é\n" + SMALL, encoding=encoding)
    with pytest.raises(ds.DyadsimError, match=r"design file '.*' is not of UTF-8, .*save it as UTF-8\.$"):
        ds.Design.load(file)


@pytest.mark.parametrize(
    "key",
    [
        f"a{'.a' * 40_000} = 1",
        f"a{' . a' * 20_000} = 1",
        '"a"' + '."a"' * 20_000 + " = 1",
        f"[a{'.a' * 40_000}]",
        f"b = {{ a{'.a' * 40_000} = 1 }}",
        "x = '''\n'''\na" + ".a" * 40_000 + " = 1",
        "x = 'a\\'\na" + ".a" * 40_000 + " = 1 # '",
        "# '''\na" + ".a" * 40_000 + " = 1\n# '''",
        'x = """\\""""\na' + ".a" * 40_000 + ' = 1\ny = """"""',
    ],
    ids=["bare", "spaced", "quoted", "header", "inline", "after lines", "after backslash", "comment", "escaped"],
)
def test_a_key_of_many_parts_is_refused_before_it_is_parsed(monkeypatch, key):
    monkeypatch.setattr(tomllib, "loads", None)
    assert "parts between dots; 10 is the most" in refused(key)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = " + "[" * 300, "300 deep within each other; 10 is the most"),
        ("a = " + "[" * 300 + "]" * 300, "300 deep"),
        ("a = " + "{ b = " * 300 + "1" + " }" * 300, "300 deep"),
        ("a = [" + "1, " * 501 + "]", "list of 501 entries; 500 is the most"),
        ("b.c = [" + "'x', " * 501 + "]", "list of 501 entries"),
        ("\n".join(f"a{n} = 1" for n in range(501)), "table of 501 keys"),
        ("\n".join(f"[a.b{n}]\nc = 1" for n in range(1001)), "2,002 keys and headers; 2,000 is the most"),
        ("#" * (MOST_BYTES + 1), "is too large: 160,000 bytes is the most"),
        ("a = " + "1" * 10_000, "is not readable as TOML"),
        ("a = '" + "'" * 10, "is not readable as TOML"),
        ("", None),
    ],
)
def test_what_is_too_much_is_told_with_the_bound(text, sentence):
    if sentence is None:
        assert toml_values(b"") == {}
    else:
        assert sentence in refused(text)


def test_dots_and_brackets_in_texts_numbers_and_comments_are_none_of_keys():
    said = "a = 'x" + ".x" * 500 + "[[[' # " + "{[." * 500 + "\nb = [" + "1.5, " * 400 + ']\nc."d.e' + ".f" * 50
    assert len(toml_values((said + '" = """\n' + '[."\n' * 300 + '"""').encode())) == 3


def test_a_file_too_long_is_not_read_whole(tmp_path):
    file = tmp_path / "design.toml"
    with file.open("wb") as made:
        made.truncate(2**40)
    with pytest.raises(ds.DyadsimError, match="too large"):
        ds.Design.load(file)


def test_what_ships_is_fifteen_times_smaller():
    kinds = (path for folder in package_data().iterdir() if folder.is_dir() for path in folder.iterdir())
    assert 15 * max(len(path.read_bytes()) for path in kinds if path.name.endswith(".toml")) <= MOST_BYTES


def test_a_name_that_no_file_can_have_is_told_so():
    with pytest.raises(ds.DyadsimError, match="No file or folder has a name of"):
        ds.Design.load("x" * 5_000 + ".toml")
