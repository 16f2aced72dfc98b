"""Output folders: of one command's work at a time, and nothing of the user's is lost in them."""

import json

import pytest

import dyadsim as ds
from dyadsim.reports import output_folder
from dyadsim.reports.output_folder import check_folder, write_folder

FEW, MANY = {"a.csv": b"1"}, {"a.csv": b"2", "b.csv": b"3"}


def write(out, contents, work="interact", record="provenance.json"):
    return write_folder(out, work, contents, record, {"seed": 1})


def held(out):
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix != ".json"}


def test_a_second_run_of_the_same_work_leaves_nothing_of_the_first(tmp_path):
    files = write(tmp_path / "out", MANY)
    assert files == [str(tmp_path / "out" / name) for name in ("a.csv", "b.csv", "provenance.json")]
    write(tmp_path / "out", FEW)
    assert held(tmp_path / "out") == FEW
    said = json.loads((tmp_path / "out/provenance.json").read_text())
    assert (said["seed"], said["written"]["by"], list(said["written"]["files"])) == (1, "interact", ["a.csv"])


@pytest.mark.parametrize("record", ["provenance.json", "summary.json"])
def test_another_work_s_folder_is_refused_before_any_work(tmp_path, record):
    write(tmp_path, MANY, "run", record)
    with pytest.raises(ds.DyadsimError, match=r"holds what 'dyadsim run' wrote; give a folder of its own\.$"):
        check_folder(tmp_path, "code", ["c.csv"])
    with pytest.raises(ds.DyadsimError, match="'dyadsim run'"):
        write(tmp_path, FEW, "code")
    assert held(tmp_path) == MANY


def test_a_results_folder_of_a_sweep_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ds.DyadsimError, match="holds what 'dyadsim sweep' wrote"):
        check_folder(tmp_path, "interact", FEW)


def test_a_user_s_own_files_stay_as_they_are(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write(tmp_path, MANY)
    write(tmp_path, FEW)
    assert held(tmp_path) == {**FEW, "notes.txt": b"mine"}


@pytest.mark.parametrize("name", ["a.csv", "provenance.json"])
def test_a_user_s_own_file_of_a_name_that_is_to_be_written_is_not_lost(tmp_path, name):
    (tmp_path / name).write_text('{"name": "mine"}')
    with pytest.raises(ds.DyadsimError, match=f"{name}' cannot be written: an earlier run did not write"):
        check_folder(tmp_path, "interact", [*FEW, "provenance.json"])
    assert (tmp_path / name).read_text() == '{"name": "mine"}'


@pytest.mark.parametrize("name", MANY)
def test_a_file_that_was_changed_since_is_the_user_s(tmp_path, name):
    write(tmp_path, MANY)
    (tmp_path / name).write_text("mended by hand")
    with pytest.raises(ds.DyadsimError, match=f"{name}' cannot be written: it was changed since"):
        check_folder(tmp_path, "interact", FEW)
    with pytest.raises(ds.DyadsimError, match="changed since"):
        write(tmp_path, FEW)
    assert (tmp_path / name).read_text() == "mended by hand"


def test_a_record_that_names_files_elsewhere_removes_none(tmp_path):
    write(tmp_path / "out", MANY)
    (tmp_path / "mine.csv").write_bytes(b"3")
    record = tmp_path / "out/provenance.json"
    record.write_text(record.read_text().replace('"b.csv"', '"../mine.csv"'))
    with pytest.raises(ds.DyadsimError, match="give a folder of its own"):
        write(tmp_path / "out", FEW)
    assert (tmp_path / "mine.csv").exists()


@pytest.mark.parametrize("writings", range(4))
def test_a_run_that_was_cut_short_can_be_run_again(tmp_path, monkeypatch, writings):
    write(tmp_path, {**MANY, "c.csv": b"old"})
    done = []

    def full(path, content):
        if len(done) == writings:
            raise ds.DyadsimError(f"'{path}' cannot be written: No space left on device.")
        done.append(path)
        path.write_bytes(content)

    with monkeypatch.context() as disk:
        disk.setattr(output_folder, "write_bytes", full)
        with pytest.raises(ds.DyadsimError, match="No space left"):
            write(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    write(tmp_path, FEW)
    assert held(tmp_path) == FEW


def test_a_name_of_another_encoding_is_written_down_as_it_can_be(tmp_path):
    write_folder(tmp_path, "code", FEW, "provenance.json", {"command": ["caf\udce9"]})
    assert json.loads((tmp_path / "provenance.json").read_text("utf-8"))["command"] == ["caf\udce9"]
