"""A trial's folder: it resumes, grows, refuses what it was not made by, and keeps what failed."""

import copy
from pathlib import Path

import pandas as pd
import pytest
from own_theories import WarmMother
from trialling import ARMS, small

import dyadsim as ds
from dyadsim.trials import trial_run
from dyadsim.trials.trial_folder import TABLES


def files_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for name in TABLES
        for path in sorted((Path(folder) / name).glob("*"))
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return small({"replicates": 6}).run(out=tmp_path_factory.mktemp("whole"), workers=1)


def test_it_gives_the_same_bytes_on_one_worker_and_on_two(whole, tmp_path, two_processes):
    small({"replicates": 6}).run(out=tmp_path, workers=2)
    assert files_of(tmp_path) == files_of(whole.folder)


def test_stopped_in_the_midst_and_gone_on_with_it_ends_with_the_same_bytes(whole, tmp_path):
    def stop(done, total):
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small({"replicates": 6}).run(out=tmp_path, workers=1, progress=stop)
    there = ds.TrialResults.read(tmp_path)
    assert 0 < there.replicates < 6
    small({"replicates": 6}).run(out=tmp_path, workers=1)
    assert files_of(tmp_path) == files_of(whole.folder)


def test_more_replicates_are_added_to_those_that_are_there(whole, tmp_path):
    trial = small({"replicates": 4})
    trial.run(out=tmp_path, workers=1)
    was = files_of(tmp_path)
    grown = trial.run(6, out=tmp_path, workers=1)
    assert grown.replicates == 6
    assert was.items() <= files_of(tmp_path).items()
    columns = ["replicate", "analysis", "b", "true"]
    pd.testing.assert_frame_equal(grown.estimates()[columns], whole.estimates()[columns], check_exact=True)
    assert trial.run(2, out=tmp_path, workers=1).replicates == 6, "what is there stays"


def test_a_damaged_chunk_is_told_and_made_anew(whole, tmp_path):
    trial = small({"replicates": 3})
    found = trial.run(out=tmp_path, workers=1)
    was = files_of(tmp_path)
    first = next(iter(was))
    (tmp_path / first).write_bytes(b"no table")
    assert "truncated or damaged" in ds.TrialResults.read(tmp_path).manifest.damaged[0]
    trial.run(out=tmp_path, workers=1)
    assert files_of(tmp_path) == was
    assert found.replicates == 3


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"who.dyads": 14}, "another 'who'"),
        ({"asked": [{"name": "x", "outcome": "epds", "visit": "3 weeks"}]}, "another 'asked'"),
        ({"seed": 2}, "another 'seed'"),
    ],
)
def test_another_trial_is_refused(whole, changes, says):
    with pytest.raises(ds.DyadsimError, match=says):
        small({"replicates": 6, **changes}).run(out=whole.folder, workers=1)


def test_a_folder_of_another_kind_is_told(whole, tmp_path):
    with pytest.raises(ds.DyadsimError, match="holds the results of a trial, not of a sweep"):
        ds.Results.read(whole.folder)
    (tmp_path / "other.txt").write_text("mine")
    with pytest.raises(ds.DyadsimError, match="holds other files"):
        small().run(out=tmp_path, workers=1)
    assert (tmp_path / "other.txt").read_text() == "mine"


def test_another_version_of_the_model_is_refused(tmp_path, monkeypatch):
    small().run(out=tmp_path, workers=1)
    monkeypatch.setattr(trial_run, "first_dyads", lambda *_: "other")
    with pytest.raises(ds.DyadsimError, match="another version of the model"):
        small().run(4, out=tmp_path, workers=1)


def test_a_replicate_that_fails_is_told_and_stops_no_other(tmp_path, monkeypatch):
    real = trial_run.replicates

    def failing(trial, first, stop, rules):
        if first <= 1 < stop:
            raise ValueError("no luck")
        return real(trial, first, stop, rules)

    monkeypatch.setattr(trial_run, "replicates", failing)
    trial = small({"replicates": 4})
    found = trial.run(out=tmp_path, workers=1)
    assert found.failures.to_dict("records") == [{"replicates": [1, 2], "error": "ValueError: no luck"}]
    assert sorted(found.estimates()["replicate"]) == [0, 2, 3]
    monkeypatch.setattr(trial_run, "replicates", real)
    again = trial.run(out=tmp_path, workers=1)
    assert again.failures.empty
    assert again.replicates == 4


def test_results_without_a_folder_last_as_long_as_they_are_used():
    found = small().run(workers=1)
    folder = found.folder
    assert folder.is_dir()
    assert len(found.data(1)) == 12
    again = copy.deepcopy(found)
    del found
    assert len(again.data(0)) == 12, "a copy holds it too"
    del again
    assert not folder.exists()


def test_a_rule_of_the_users_travels_with_the_trial(tmp_path, two_processes):
    rule = tmp_path / "rules.py"
    rule.write_text(
        "import dyadsim as ds\n\n\nclass Twice(ds.InterventionRule):\n"
        "    entry = ds.Intervention.load('video-feedback')\n\n    @staticmethod\n    def strength(effect, taken):\n"
        "        return 2 * ds.InterventionRule.strength(effect, taken)\n"
    )
    arms = [{"name": "video", "interventions": [f"{rule}:Twice"]}, ARMS[1]]
    twice = small({"what.arms": arms, "who.dyads": 30}).run(out=tmp_path / "twice", workers=2)
    once = small({"who.dyads": 30}).run(workers=1)
    assert twice.estimates()["true_state"].mean() > 1.3 * once.estimates()["true_state"].mean()
    rule.write_text(rule.read_text().replace("2 *", "3 *"))
    with pytest.raises(ds.DyadsimError, match="is not what it was"):
        small({"what.arms": arms, "who.dyads": 30}).run(4, out=tmp_path / "twice", workers=1)


def test_in_this_process_each_chunk_is_told_of_as_soon_as_it_is_there(tmp_path, monkeypatch):
    went, whole = [], trial_run.replicates
    monkeypatch.setattr(trial_run, "replicates", lambda *given: went.append("lived") or whole(*given))
    small({"replicates": 3}).run(out=tmp_path / "out", workers=1, progress=lambda done, _: went.append(done))
    assert went == [0, "lived", 1, "lived", 2, "lived", 3]


def test_a_trial_is_lived_by_rules_of_ones_own_and_its_folder_knows_them(tmp_path, two_processes):
    by_own = small().run(out=tmp_path, workers=2, mother=WarmMother)
    assert by_own.manifest.rules["mother"] == "WarmMother"
    shipped = small().run(workers=1)
    assert not by_own.twins(0)["eas_3_weeks_true"].equals(shipped.twins(0)["eas_3_weeks_true"])
    with pytest.raises(ds.DyadsimError, match="another version of the model, or by other rules"):
        small().run(4, out=tmp_path, workers=1)
    with pytest.raises(ds.DyadsimError, match="was made by other rules"):
        ds.replay_dyad(tmp_path, 0, 1)
    assert ds.replay_dyad(tmp_path, 0, 1, mother=WarmMother).same
