"""Minutes that a measure needs: split halves by hand, reliabilities that are known, and errors of one dyad."""

import numpy as np
import pytest
from coding_by_two import chain, session_of

import dyadsim as ds


def positive_with(shares, seconds, rng, dyads=None):
    """Session of dyads in which he is positive for a share of seconds of his own, independently; she always is."""
    states = (rng.random((len(shares), seconds)) < shares[:, None]).astype(np.int8) + 1
    return session_of(states, np.full_like(states, 2), dyads=dyads)


def test_split_halves_worked_by_hand():
    """Blocks of 5 of 22 s: 0 and 2 against 1 and 3; what is left over is not used."""
    states = chain((12, 22), 3, 0.6, np.random.default_rng(1))
    found = ds.minutes_needed(session_of(states, states), only=["infant_positive"], block_s=5, lengths=[1, 4]).table
    odd = (states[:, [*range(5), *range(10, 15)]] == 2).mean(axis=1)
    even = (states[:, [*range(5, 10), *range(15, 20)]] == 2).mean(axis=1)
    in_order = np.corrcoef((states[:, :10] == 2).mean(axis=1), (states[:, 10:20] == 2).mean(axis=1))[0, 1]
    r = np.corrcoef(odd, even)[0, 1]
    row = found.iloc[0]
    assert row["half_r"] == pytest.approx(r)
    assert row["minutes_seen"] == pytest.approx(20 / 60)
    assert row["reliability"] == pytest.approx(2 * r / (1 + r))
    assert row["halves_in_order"] == pytest.approx(max(2 * in_order / (1 + in_order), 0))
    assert row["4_min"] == pytest.approx(24 * r / (1 + 23 * r))
    assert row["needed"] == pytest.approx(10 / 60 * 0.8 * (1 - r) / (r * 0.2))
    z = np.arctanh(r) - 1.96 / np.sqrt(12 - 3)
    assert row["low"] == pytest.approx(max(2 * np.tanh(z) / (1 + np.tanh(z)), 0))


def test_a_known_reliability_is_found_and_the_minutes_for_another():
    """Shares of .3 to .7 in 400 dyads over four minutes: variance of true shares over that with what chance adds.

    Within .06, some three standard errors of a reliability near .87; the minutes for .8 within a fifth.
    """
    rng = np.random.default_rng(2)
    shares = rng.uniform(0.3, 0.7, 400)
    found = ds.minutes_needed(positive_with(shares, 240, rng), only=["infant_positive"]).table.iloc[0]
    chance = (shares * (1 - shares)).mean()
    known = shares.var() / (shares.var() + chance / 240)
    assert found["reliability"] == pytest.approx(known, abs=0.06)
    assert found["needed"] == pytest.approx(4 * chance / shares.var() / 60, rel=0.2)
    assert found["low"] < known < found["high"]
    assert found["needed_low"] < found["needed"] < found["needed_high"]
    later = ds.minutes_needed(positive_with(shares, 600, rng), only=["infant_positive"]).table.iloc[0]
    assert later["reliability"] == pytest.approx(found["10_min"], abs=0.06)


def test_where_dyads_do_not_differ_no_length_is_enough():
    rng = np.random.default_rng(5)
    session = positive_with(np.full(60, 0.5), 240, rng)
    row = ds.minutes_needed(session, only=["infant_positive"]).table.iloc[0]
    assert row["half_r"] < 0 and row["reliability"] == 0 and np.isinf(row["needed"])
    said = ds.minutes_needed(session, only=["infant_positive", "infant_negative"]).sentences()
    assert "no length makes it reliable" in said[0]
    assert said[1] == "infant negative: not known of enough dyads, or the same in all."


def test_sessions_of_other_lengths_count_by_their_coded_time():
    """Lengths of 4 and 12 minutes have a harmonic mean of 6."""
    rng = np.random.default_rng(3)
    names = [[f"{place}{k}" for k in range(10)] for place in "ab"]
    sessions = [
        positive_with(rng.uniform(0.3, 0.7, 10), seconds, rng, dyads)
        for seconds, dyads in zip((240, 720), names, strict=True)
    ]
    found = ds.minutes_needed(sessions, only=["infant_positive"]).table.iloc[0]
    assert found["dyads"] == 20
    assert found["minutes_seen"] == pytest.approx(6)
    assert len(ds.minutes_needed(sessions).table) > 25  # every measure but counts
    with pytest.raises(ds.DyadsimError, match="Dyad 'a0' has several sessions; give one of each"):
        ds.minutes_needed([sessions[0], sessions[0]])


def test_blocks_do_not_run_into_each_other():
    """A rupture at the border of two blocks is none in either half."""
    rng = np.random.default_rng(4)
    blocks = np.repeat(rng.permuted(np.tile([1, 2] * 4, (8, 1)), axis=1), 30, axis=1).astype(np.int8)
    session = session_of(blocks, np.full_like(blocks, 2))
    assert (session.measures()["ruptures"] > 0).any()
    row = ds.minutes_needed(session, only=["ruptures_per_min"]).table.iloc[0]
    assert row["dyads"] == 8 and np.isnan(row["half_r"])  # nought in all


def test_one_dyad_has_the_error_of_independent_seconds_where_they_are_independent():
    """Of a share of .4 of independent seconds: root of p (1 - p) / n, within a third (40 blocks, 200 draws)."""
    session = positive_with(np.array([0.4]), 1_200, np.random.default_rng(6))
    found = ds.minutes_needed(session, only=["infant_positive"], lengths=[5, 20])
    row = found.table.iloc[0]
    assert found.kind == "standard error"
    assert row["value"] == pytest.approx(session.measures()["infant_positive"].item())
    assert row["20_min"] == pytest.approx(np.sqrt(0.24 / 1_200), rel=0.33)
    assert row["se"] == pytest.approx(row["20_min"], rel=0.2)
    assert row["5_min"] == pytest.approx(2 * row["20_min"], rel=0.2)
    assert "cannot be said of one dyad" in found.sentences()[-1]


def test_one_dyad_of_long_bouts_has_a_larger_error_than_its_seconds_would_say():
    session = session_of(*(chain((1, 1_200), 3, 0.95, np.random.default_rng(7)) for _ in range(2)))
    row = ds.minutes_needed(session, only=["infant_positive", "infant_negative"]).table.set_index("measure")
    share = row.loc["infant_positive", "value"]
    assert row.loc["infant_positive", "se"] > 2 * np.sqrt(share * (1 - share) / 1_200)


def test_what_blocks_cannot_show_is_left_empty():
    """A share of nought in all blocks has an error, but not one that they could tell."""
    session = positive_with(np.array([0.4]), 300, np.random.default_rng(8))
    row = ds.minutes_needed(session, only=["infant_negative"]).table.iloc[0]
    assert row["value"] == 0 and np.isnan(row["se"])


def test_each_episode_that_is_long_enough_has_its_own_rows(still_face):
    found = ds.minutes_needed(still_face, "affect", 0.7, only=["match"], lengths=[2])
    assert found.table["episode"].tolist() == still_face.episodes
    assert list(found.by_minutes()) == ["episode", "measure", "needed", "2_min"]
    assert found.sentences()[0].startswith("match, play: reliability")
    assert "minutes for a reliability of 0.7, 1 measure, 20 dyads" in repr(found)
    again = ds.minutes_needed(ds.read_coded("mangold_3532goodman"), seed=1)
    assert again.frame().equals(ds.minutes_needed(ds.read_coded("mangold_3532goodman"), seed=1).frame())


@pytest.mark.parametrize(
    ("dyads", "more", "sentence"),
    [
        (3, {}, "takes 5 dyads or more, not 3; give one alone"),
        (8, {"block_s": 50}, "No episode has 4 blocks of 50 s"),
        (8, {"block_s": 0}, "seconds a block must be a number above 0 and up to 120"),
        (8, {"reliability": 1}, "reliability must be a number above 0 and up to 0.999, not '1'"),
        (8, {"reliability": "high"}, "not 'high'"),
        (8, {"lengths": [0]}, "number of minutes must be a number above 0"),
        (8, {"only": ["macht"]}, "Did you mean 'match'"),
        (8, {"only": ["ruptures"]}, "Unknown measure that has a reliability 'ruptures'. Did you mean"),
        (8, {"scheme": "valense"}, "Did you mean 'valence'"),
        (1, {"seed": "x"}, "seed must be a whole number"),
    ],
)
def test_what_cannot_be_asked_gets_one_sentence(dyads, more, sentence):
    states = np.zeros((dyads, 120), dtype=np.int8)
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.minutes_needed(session_of(states, states), **more)


def test_very_short_blocks_are_refused_and_very_long_sessions_foretold():
    session = positive_with(np.array([0.4]), 2_400, np.random.default_rng(9))
    with pytest.raises(ds.DyadsimError, match="has 2,400 blocks, and 2,000 are the most; take longer blocks"):
        ds.minutes_needed(session, block_s=1)
    row = ds.minutes_needed(session, only=["infant_positive"], block_s=2, lengths=[40, 1_000]).table.iloc[0]
    assert row["1000_min"] == pytest.approx(row["40_min"] / 5, rel=0.2)


def test_one_dyad_that_is_hardly_coded_is_refused_in_a_sentence():
    states = np.where(np.arange(120) < 40, 0, -1)
    with pytest.raises(ds.DyadsimError, match="has 2 blocks in which both are coded, and an error takes 4"):
        ds.minutes_needed(session_of(states, states))
