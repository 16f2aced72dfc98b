"""Paths as users give them: read one way, wherever they stand."""

import json
from pathlib import Path

import pytest

import dyadsim as ds
from dyadsim import plots
from dyadsim.common.errors import DyadsimError
from dyadsim.common.files import package_data, path_of
from dyadsim.common.user_code import user_function
from dyadsim.common.workers import crew_of
from dyadsim.dashboard.server_settings import folders_of
from dyadsim.scenarios.outcomes import at_hand


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A home with a file of each kind, while one works elsewhere."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(elsewhere)
    (home / "play.toml").write_text('name = "mine"\n[[episodes]]\nname = "play"\nseconds = 30\n')
    (home / "mine.py").write_text("def lively(course):\n    return 1\n")
    (home / "points.csv").write_text("sensitivity\n-1\n1\n")
    (home / "coded.csv").write_bytes(package_data("sessions", "mangold_3532goodman.csv").read_bytes())
    yield home
    assert not list(elsewhere.iterdir())


def test_a_path_is_read_with_its_home_and_nothing_else(home, monkeypatch):
    monkeypatch.setenv("PLACE", "there")
    assert path_of("~") == home
    assert path_of(Path("~/x/y")) == path_of("~/x/y") == home / "x/y"
    for as_it_is in ("$PLACE/x", "a~b", " x", "a/~/b", "."):
        assert path_of(as_it_is) == Path(as_it_is)
    assert path_of(path_of("./~")) == Path.cwd() / "~"


@pytest.mark.parametrize("given", ["", "  ", "a\0b", "caf\udce9", "~nobody-is-called-so/x", 3, None, b"x"])
def test_what_no_path_can_be_is_refused_in_a_sentence(given):
    with pytest.raises(DyadsimError) as refused:
        path_of(given)
    assert "\n" not in str(refused.value)
    for read in (ds.Results.read, ds.saved_course, ds.read_coded, lambda path: ds.sweep("two-by-two", path)):
        with pytest.raises(DyadsimError):
            read(given)


def test_everything_that_takes_a_path_goes_home(home, cohort):
    assert ds.Paradigm.load("~/play.toml").name == ds.Paradigm.load(Path("~/play.toml")).name == "mine"
    assert user_function("~/mine.py:lively")(None) == 1
    assert at_hand("~/mine.py:lively")
    assert len(ds.read_coded("~/coded.csv")) == 1
    design = ds.Design(
        name="try", design="table", table="~/points.csv", dyads=2, interaction={"paradigm": "~/play.toml"}
    )
    found = ds.sweep(design, "~/found", workers=1)
    assert found.folder == home / "found"
    assert len(ds.Results.read("~/found").means()) == 2
    assert folders_of(["~/found"]) == (home / "found",)
    course = ds.develop(cohort[:2], weeks=1)
    assert course.save("~/end.zip") == home / "end.zip"
    assert ds.saved_course(Path("~/end.zip")).next_week == 1
    figure = plots.grid(ds.read_coded("~/coded.csv"))
    assert plots.save(figure, "~/grid.png") == home / "grid.png"
    assert (home / "grid.png").stat().st_size


def test_a_scheduler_s_file_is_looked_for_at_home(home):
    pytest.importorskip("distributed")
    (home / "scheduler.json").write_text(json.dumps({"address": "nowhere"}))
    with pytest.raises(DyadsimError, match="No Dask scheduler answers"), crew_of(None, "~/scheduler.json", 1):
        pass


@pytest.mark.parametrize("name", ["x" * 3_000, "here/" + "é" * 200 + "/there"])
def test_a_name_that_no_file_can_have_is_refused(name):
    assert path_of("x" * 255) == Path("x" * 255)
    with pytest.raises(DyadsimError, match=r"No file or folder has a name of [\d,]+ bytes; 255 is the most"):
        path_of(name)
