import pytest
from trialling import small

import dyadsim as ds


@pytest.fixture(scope="module")
def results():
    lost = {"visits": [{"visit": "3 weeks", "share": 0.3}]}
    return small({"lost": lost, "replicates": 2}).run(workers=1)


@pytest.mark.parametrize("replicate, dyad", [(0, 0), (1, 7)])
def test_a_dyad_comes_to_what_was_recorded_to_the_bit(results, replicate, dyad):
    again = ds.replay_dyad(results, replicate, dyad)
    assert again.same
    assert again.arm == results.data(replicate)["arm"].iloc[dyad]
    assert set(again.courses) == {"video", "nothing"}
    twins = results.twins(replicate)
    unit = results.data(replicate)["dyad"].iloc[dyad]
    for arm, course in again.courses.items():
        row = twins[(twins["dyad"] == unit) & (twins["arm"] == arm)].iloc[0]
        assert course.observe("eas", 23).iloc[0, 0] == row["eas_3_weeks"]


def test_it_tells_when_it_does_not(results, monkeypatch):
    again = ds.replay_dyad(results, 0, 3)
    other = again.seen().copy()
    other["eas_before"] += 1
    monkeypatch.setattr(type(again), "seen", lambda self: other)
    assert not again.same


def test_what_is_not_there_is_told(results):
    with pytest.raises(ds.DyadsimError, match="dyad must be a whole number from 0 to 11"):
        ds.replay_dyad(results, 0, 12)
    with pytest.raises(ds.DyadsimError, match="replicate must be a whole number from 0 to 1"):
        ds.replay_dyad(results, 2, 0)
    with pytest.raises(ds.DyadsimError, match="There is no arm 'vidoe'"):
        ds.replay_dyad(results, 0, 0).course("vidoe")
