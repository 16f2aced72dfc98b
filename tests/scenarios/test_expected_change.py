"""Expected change if a clip is shown: exact, from contexts like the clip's, and honest about what is assumed."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.interaction.law import Law
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules
from dyadsim.interaction.tables import CONTEXT_SHAPE, START
from dyadsim.measurement.clip_kinds import MISSED
from dyadsim.scenarios.expected_change import CHANGED

PLAY = Paradigm.load("free-play").lasting(60)


@pytest.fixture(scope="module")
def dyad():
    return ds.Cohort.sample(10, "depressed", seed=1)[3]


@pytest.fixture(scope="module")
def clips(dyad):
    return ds.interact(dyad, seed=1, seconds=600).moments_worth_showing()


def at(context):
    before = np.zeros(CONTEXT_SHAPE)
    before[context] = 1.0
    return before.reshape(30, 10)


def test_a_law_begins_in_the_context_that_it_is_given(dyad):
    context = (ds.ICEP.infant_names.index("protest"), ds.ICEP.mother_names.index("neutral"), 3)
    first = Law(dyad, PLAY, Rules(), at(context)).course().iloc[0]
    chances = ds.chances(ds.MotherRules, ds.Context.of("protest", "neutral", arousal=3, attention=0), dyad).iloc[0]
    assert [first[f"mother_{name}"] for name in chances.index] == pytest.approx(chances.tolist(), abs=1e-12)
    usual = np.unravel_index(START, CONTEXT_SHAPE)
    assert Law(dyad, PLAY, Rules(), at(usual)).course().equals(ds.law(dyad, seconds=60).course())
    mixed = Law(dyad, PLAY, Rules(), 0.3 * at(context) + 0.7 * at(usual)).course()
    apart = [Law(dyad, PLAY, Rules(), at(each)).course()["arousal"] for each in (context, usual)]
    assert np.allclose(mixed["arousal"], 0.3 * apart[0] + 0.7 * apart[1], atol=1e-12)


def test_time_in_contexts_is_that_of_the_law_s_shares(dyad):
    law = ds.law(dyad, "still-face")
    shares = law.time_in_contexts()
    assert shares.shape == (1, *CONTEXT_SHAPE)
    assert shares[0].sum() == pytest.approx(1)
    assert shares[0].sum(axis=(1, 2))[0] == pytest.approx(law.shares()["infant_protest"].mean())


def test_clips_are_ranked_by_the_change_and_bids_missed_stay_last(dyad, clips):
    for by, sign in CHANGED.items():
        frame = ds.expected_change(clips, dyad, by=by)
        assert sorted(frame["place"]) == clips.frame()["place"].tolist()
        missed = (frame["kind"] == MISSED).tolist()
        assert missed == sorted(missed)
        for _, part in frame.groupby(missed):
            assert (sign * part[f"{by}_change"]).round(6).is_monotonic_decreasing
        assert (frame["low"] <= frame[f"{by}_change"]).all()
        assert (frame["high"] >= frame[f"{by}_change"]).all()


def test_the_change_is_that_of_laws_begun_in_such_a_context(dyad, clips):
    """Worked out anew for a clip that turns in his distress, and one that does not."""
    frame = ds.expected_change(clips, dyad).set_index("place")
    for trait in ("sensitivity", "reflective_functioning"):
        row = frame[frame["trait"] == trait].iloc[0]
        clip = clips.clips[row.name - 1]
        assert (clip.infant in ("protest", "withdrawn")) == (trait != "sensitivity")
        cell = ds.ICEP.infant_names.index(clip.infant), ds.ICEP.mother_names.index(clip.mother)
        inner = ds.law(dyad).time_in_contexts()[0][cell]
        before = sum(share * at((*cell, k)) for k, share in enumerate(inner / inner.sum()))
        size = ds.Intervention.load("video-feedback").effects[0].size / len(clips)
        assert row["shift"] == size
        laws = [Law(each, PLAY, Rules(), before).measures() for each in (dyad, dyad.shifted({trait: size}))]
        for name in CHANGED:
            without, shown = (law[name].item() for law in laws)
            assert row[name] == pytest.approx(without, abs=1e-9)
            assert row[f"{name}_change"] == pytest.approx(shown - without, abs=1e-9)


def test_coarse_codes_may_be_any_context_of_their_valence(dyad):
    clips = ds.read_coded("mangold_3532goodman").moments_worth_showing(most=6)
    frame = ds.expected_change(clips, dyad, scheme="valence")
    shown = clips.frame().set_index("place")
    for row in frame.itertuples():
        assert (row.trait == "reflective_functioning") == (shown["infant"][row.place] == "negative")


def test_what_is_assumed_is_said(dyad, clips):
    said = " ".join(ds.expected_change(clips, dyad).attrs["assumed"])
    for word in ("assumed", "+0.34", "I007", "no forecast"):
        assert word in said


def test_without_clips_the_table_is_empty(dyad):
    empty = ds.Session(["one"], ["play"], [3], states=(np.full((1, 3), 2, np.int8), np.full((1, 3), 3, np.int8), None))
    assert ds.expected_change(empty.moments_worth_showing(), dyad).empty


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"by": "mach"}, "Did you mean 'match'"),
        ({"seconds": 1}, "seconds after a clip must be a whole number from 2"),
        ({"intervention": "peer-support"}, "does not move sensitivity"),
        ({"cohort": ds.Cohort.sample(2)}, "of one dyad, not of 2"),
        ({"clips": "clips"}, "session.moments_worth_showing"),
    ],
)
def test_what_is_impossible_gets_one_sentence(dyad, clips, asked, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.expected_change(**{"clips": clips, "cohort": dyad, **asked})
