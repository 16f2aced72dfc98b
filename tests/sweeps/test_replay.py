"""Replays: any dyad of any sweep again, alone, to the bit; and what the shell says of a folder."""

import json
import random

import pandas as pd
import pytest
from sweeping import design, weeks
from typer.testing import CliRunner

import dyadsim as ds
from dyadsim.cli import app


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    asked = design(points=30, dyads=20, replicates=2, outcomes=["match", "infant_positive_bout", "grid_entropy"])
    return ds.sweep(asked, tmp_path_factory.mktemp("replay") / "sessions", workers=1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    return ds.sweep(weeks(), tmp_path_factory.mktemp("replay") / "weeks", workers=1)


def test_ten_dyads_chosen_at_random_are_reproduced_exactly(swept):
    lots = random.Random(2026)
    for point, dyad in [(lots.randrange(30), lots.randrange(40)) for _ in range(10)]:
        replay = ds.replay(swept, point, dyad)
        assert len(replay.recorded()) == 3
        pd.testing.assert_frame_equal(replay.again().reset_index(drop=True), replay.recorded(), check_exact=True)
        own = replay.session().measures()[["episode", *swept.outcomes]]
        pd.testing.assert_frame_equal(own, replay.recorded(), check_exact=True)


def test_every_dyad_of_a_few_weeks_is_reproduced_exactly(lived):
    for point in range(3):
        for dyad in range(3):
            replay = ds.replay(lived, point, dyad)
            keys = ["arm", "week"]
            one, other = (each.sort_values(keys, ignore_index=True) for each in (replay.again(), replay.recorded()))
            pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_what_the_dashboard_opens_is_the_very_session(swept, lived):
    replay = ds.replay(swept, 7, 25)
    pd.testing.assert_frame_equal(replay.encounter().session().measures(), replay.session().measures())
    week = ds.replay(lived, 1, 2)
    assert (week.encounter(21).session().infant == week.session(21).infant).all()
    arms = [week.session(22, arm).measures()["match"].to_numpy() for arm in week.courses]
    assert len(arms) == 2


def test_a_replay_of_what_is_not_there_is_told(swept, lived):
    with pytest.raises(ds.DyadsimError, match="The point must be a whole number from 0 to 29"):
        ds.replay(swept, 30, 0)
    with pytest.raises(ds.DyadsimError, match="The dyad must be a whole number from 0 to 39"):
        ds.replay(swept, 0, 40)
    with pytest.raises(ds.DyadsimError, match="The week must be a whole number from 20 to 22"):
        ds.replay(lived, 0, 0).session(30)
    with pytest.raises(ds.DyadsimError, match="There is no arm 'no'"):
        ds.replay(lived, 0, 0).session(21, "no")


def test_the_command_shows_a_dyad_beside_what_was_recorded(swept, tmp_path):
    command = ["replay", str(swept.folder), "--point", "3", "--dyad", "4", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0, told.output
    assert "The same as recorded, to the bit." in told.output
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"measures.csv", "events.csv", "states.csv", "provenance.json", "timeline.png"}
    assert len(pd.read_csv(tmp_path / "out" / "states.csv")) == 30


def test_the_command_of_a_scenario_shows_its_weeks_too(lived, tmp_path):
    command = ["replay", str(lived.folder), "--week", "21", "--out", str(tmp_path / "out"), "--json"]
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["same"] is True
    assert (tmp_path / "out" / "weeks.png").is_file()


def test_a_replay_that_differs_says_so(swept, tmp_path):
    import shutil

    import pyarrow.parquet as pq

    folder = shutil.copytree(swept.folder, tmp_path / "copy")
    file = next((folder / "data").glob("*.parquet"))
    table = pq.read_table(file)
    changed = table.to_pandas().assign(match=0.5)
    import pyarrow as pa

    pq.write_table(pa.Table.from_pandas(changed, table.schema), file, compression="zstd")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["chunks"][0]["size"] = file.stat().st_size
    (folder / "manifest.json").write_text(json.dumps(manifest))
    told = CliRunner().invoke(app, ["replay", str(folder), "--out", str(tmp_path / "out")])
    assert told.exit_code != 0
    assert "does not give what was recorded" in str(told.exception)


def test_the_shell_works_a_design_out_and_tells_what_the_folder_holds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(design(points=50, name="mine").toml())
    told = CliRunner().invoke(app, ["sweep", "mine.toml", "--points", "40", "--workers", "1"])
    assert told.exit_code == 0, told.output
    assert "40 points (random) of sensitivity, burden, each with 4 dyads" in told.output
    told = CliRunner().invoke(app, ["results", "mine", "--json", "--outcome", "arousal", "--episode", "play"])
    said = json.loads(told.stdout)
    assert said["done"] == 1
    assert {row["factor"] for row in said["indices"]} >= {"sensitivity", "burden"}
    told = CliRunner().invoke(app, ["results", "mine", "--out", "means.csv"])
    assert len(pd.read_csv("means.csv")) == 40 * 3
    told = CliRunner().invoke(
        app, ["results", "mine", "--figure", "interaction", "--factor", "burden", "--factor", "sensitivity"]
    )
    assert (tmp_path / "mine" / "interaction.png").is_file()
    told = CliRunner().invoke(app, ["results", "mine", "--figure", "pie"])
    assert "Unknown figure 'pie'" in str(told.exception)


def test_the_shell_lists_the_shipped_designs():
    told = CliRunner().invoke(app, ["sweep"])
    assert "sensitivity-and-burden" in told.output


def test_a_folder_that_is_none_is_told(tmp_path):
    with pytest.raises(ds.DyadsimError, match=r"is no results folder: it has no manifest.json"):
        ds.Results.read(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ds.DyadsimError, match="its manifest, or a table beside it, is damaged"):
        ds.Results.read(tmp_path)
