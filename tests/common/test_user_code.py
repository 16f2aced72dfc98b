"""Files of the user's: each is loaded with the modules beside it, mixed with no other, and hides no library."""

import pickle
import sys

import pytest

import dyadsim as ds
from dyadsim.common.user_code import user_function
from dyadsim.common.user_files import UserFiles, mark, unlike


def written(folder, **texts):
    for name, text in texts.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def told(folder, file="oc"):
    return user_function(f"{folder / file}.py:tell")()


def test_two_files_and_two_helpers_of_one_name_are_not_mixed_up(tmp_path):
    tell = "import helper\ndef tell():\n    import late\n    return helper.NAME, late.NAME"
    folders = [
        written(tmp_path / name, oc=tell, helper=f"NAME = 'helper {name}'", late=f"NAME = 'late {name}'")
        for name in ("a", "b")
    ]
    first, second = (user_function(f"{folder / 'oc.py'}:tell") for folder in folders)
    assert first() == ("helper a", "late a")
    assert second() == ("helper b", "late b")
    assert first() == ("helper a", "late a")
    assert "helper" not in sys.modules


def test_a_helper_that_is_edited_is_loaded_anew(tmp_path):
    folder = written(tmp_path / "a", oc="from helper import NAME\ndef tell(): return NAME", helper="NAME = 'before'")
    assert told(folder) == "before"
    written(folder, helper="NAME = 'now and longer'")
    assert told(folder) == "now and longer"


def test_packages_beside_a_file_are_found_with_all_forms_of_import(tmp_path):
    folder = written(
        tmp_path / "a",
        oc="import pack.inner as inner, pack.deep.most\nfrom pack import inner as same\nfrom plain.part import P\n"
        "def tell():\n    from pack.deep import most\n    assert inner is same and most is pack.deep.most\n"
        "    return most.M, P",
        pack__inner="I = 1",
        pack__deep__most="from ..inner import I\nM = I + 1",
        plain__part="P = 3",
    )
    (folder / "pack" / "__init__.py").write_text("from . import inner")
    assert told(folder) == (2, 3)


def test_any_name_of_a_file_will_do(tmp_path):
    tell = "import helper\ndef tell(): return helper.N"
    for name in ("my-outcome", "my.outcome", "2nd"):
        assert told(written(tmp_path / "a", **{name: tell, "helper": "N = 3"}), name) == 3


def test_a_data_class_with_written_types_can_be_made(tmp_path):
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n"
    assert told(written(tmp_path / "a", oc=f"{text}def tell(): return A(2).x")) == 2


@pytest.mark.parametrize("name", ["random", "json", "numpy", "dyadsim"])
def test_a_file_named_like_a_library_is_refused_where_it_could_be_meant(tmp_path, name):
    folder = written(tmp_path / "a", oc=f"def tell():\n    import {name}", **{name: "def tell(): return 'mine'"})
    with pytest.raises(ds.DyadsimError, match=f"{name}.py' has the name of a Python library.* rename it"):
        told(folder)
    assert told(folder, name) == "mine", "named itself it is meant"
    assert sys.modules[name].__file__ != str(folder / f"{name}.py")


def test_a_file_named_like_a_library_hides_nothing_from_libraries(tmp_path):
    folder = written(tmp_path / "a", oc="import wave\ndef tell(): return wave.open", chunk="1 / 0", audioop="1 / 0")
    sys.modules.pop("wave", None)
    assert told(folder).__module__ == "wave"
    with pytest.raises(ds.DyadsimError, match="cannot be loaded: ModuleNotFoundError: No module named 'this_is_not"):
        told(written(tmp_path / "b", oc="import this_is_not_there"))


def test_files_are_known_by_name_and_content_wherever_they_lie():
    one, other = mark(b"a\r\nb"), mark(b"a\nc")
    assert mark(b"\xef\xbb\xbfa\nb") == one != other
    assert unlike({"here/x.py": one}, {"there/x.py": one, "new.py": other}) is None
    assert unlike({"here/x.py": one}, {"there/x.py": other}) == "there/x.py"
    assert unlike({"a/x.py": one, "b/x.py": other}, {"c/x.py": other}) is None


def test_work_that_reads_files_once_needs_them_no_more_and_follows_no_edit(tmp_path):
    folder = written(tmp_path / "a", rule="class R:\n    def tell(self): ...\ndef tell(): return 1")
    (folder / "calm.toml").write_text('name = "calm"\nepisodes = [{ name = "play", seconds = 9 }]\n')
    path = str(folder / "calm.toml")
    files = UserFiles()
    with files.reading():
        assert ds.Paradigm.load(path).seconds == told(folder, "rule") + 8
    sent = pickle.loads(pickle.dumps(files))
    (folder / "calm.toml").unlink()
    (folder / "rule.py").write_text("1 / 0")
    with sent.reading():
        assert ds.Paradigm.load(path).seconds == told(folder, "rule") + 8
    with pytest.raises(ds.DyadsimError, match="There is no paradigm file"):
        ds.Paradigm.load(path)
