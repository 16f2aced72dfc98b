"""Nulls by shuffling: pairs that are no dyads, shifts that are no moments, and shares that mean what they say."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from coding_by_two import chain, session_of

import dyadsim as ds
from dyadsim.measurement.synchrony_nulls import JOINT, _pairings


@pytest.fixture(scope="module")
def dyads():
    return ds.interact(ds.Cohort.sample(25, seed=3), seconds=240, seed=3)


def test_shuffled_partners_match_by_chance_and_answer_nothing(dyads):
    """Of 25 dyads: contingency vanishes, and so does what is more than chance in match; the observed lie far off."""
    found = ds.partner_shuffled(dyads, seed=1).frame().set_index("measure")
    observed = dyads.measures()[list(JOINT)].mean()
    assert found["observed"].to_numpy() == pytest.approx(observed.to_numpy())
    assert abs(found.loc["mother_interactive_contingency", "null"]) < 0.02
    assert abs(found.loc["kappa", "null"]) < 0.01
    assert found.loc["mother_interactive_contingency", "as_extreme"] == pytest.approx(1 / 201)
    assert (found["low"] <= found["null"]).all() and (found["null"] <= found["high"]).all()
    assert (found["draws"] == 200).all()


def test_each_draw_is_a_mean_over_pairs_of_other_dyads():
    """Three dyads have two pairings, both taken once: worked out pair by pair."""
    rng = np.random.default_rng(4)
    session = session_of(chain((3, 80), 3, 0.8, rng), chain((3, 80), 3, 0.8, rng))
    found = ds.partner_shuffled(session, only=["match"])
    means = [(session.infant == session.mother[order]).mean() for order in ([1, 2, 0], [2, 0, 1])]
    row = found.frame().iloc[0]
    assert row["draws"] == 2
    assert row["null"] == pytest.approx(np.mean(means))
    assert "all 2 pairings that there are" in found.how
    assert row["as_extreme"] >= 1 / 3


@pytest.mark.parametrize("names", [list("abcdefgh"), list("aabbccdd"), list("aab")])
def test_no_infant_gets_his_own_mother_of_any_session(names):
    """A dyad with two sessions is one dyad."""
    if names == list("aab"):
        with pytest.raises(ds.DyadsimError, match="Too many sessions are of one dyad"):
            _pairings(names, 10, 1)
        return
    orders, all_of_them = _pairings(names, 300, 1)
    who = np.array(names)
    assert (who[orders] != who).all()
    assert (np.sort(orders, axis=1) == np.arange(8)).all()
    assert len(orders) == 300 and not all_of_them


def test_pairings_are_equally_likely():
    """Of 4,400 draws each other mother stands beside the first infant as often (fails by chance in 1 of 1,000)."""
    orders, _ = _pairings(list("abcdefg"), 4_400, 2)
    few = [order for order in permutations(range(5)) if all(place != at for at, place in enumerate(order))]
    assert len(few) == 44 == len(_pairings(list("abcde"), 44, 1)[0])
    first = pd.Series(orders[:, 0]).value_counts()
    expected = 4_400 / 6
    assert set(first.index) == set(range(1, 7))
    assert ((first - expected) ** 2 / expected).sum() < 20.5  # .999 of 5 degrees of freedom


def test_one_dyad_is_shifted_and_what_each_does_alone_is_kept():
    """Every shift of 10 to 50 s of 60: worked out one by one."""
    rng = np.random.default_rng(5)
    his, hers = chain((2, 60), 3, 0.8, rng)
    found = ds.partner_shuffled(session_of(his, hers), only=["match"], times=500)
    matches = [(his == np.roll(hers, by)).mean() for by in range(10, 51)]
    row = found.frame().iloc[0]
    assert row["draws"] == 41
    assert row["null"] == pytest.approx(np.mean(matches))
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(matches, [0.025, 0.975])))
    assert found.how == "her timeline shifted against his by 10 s or more"


def test_shifts_stay_within_what_was_coded_of_an_episode():
    """Uncoded ends are no part of it, and an episode too short to shift tells nothing."""
    rng = np.random.default_rng(6)
    his, hers = chain((2, 60), 3, 0.8, rng)
    alone = ds.partner_shuffled(session_of(his, hers), only=["match"])
    ends = np.full(15, -1)
    longer = session_of(np.concatenate([his, his[:15], ends]), np.concatenate([hers, hers[:15], ends]), ends=[60, 90])
    both = ds.partner_shuffled(longer, only=["match"]).frame().set_index("episode")
    assert both.loc["e0", "null"] == pytest.approx(alone.frame()["null"].item())
    assert both.loc["e1", "draws"] == 0 and np.isnan(both.loc["e1", "null"])
    said = ds.partner_shuffled(longer, only=["match"]).sentences()
    assert said[1].startswith("match, e1: not known")


def test_dyads_that_have_nothing_to_do_with_each_other_are_seldom_extreme():
    """Of 150 pairs of independent timelines the share as extreme is .05 or less in 1 to 10 of 100 (binomial, .001)."""
    rng = np.random.default_rng(7)
    his, hers = chain((150, 200), 3, 0.7, rng), chain((150, 200), 3, 0.7, rng)
    shares = [
        ds.partner_shuffled(session_of(one, other), only=["match"], times=60, seed=1).frame()["as_extreme"].item()
        for one, other in zip(his, hers, strict=True)
    ]
    assert 0.007 <= np.mean(np.array(shares) <= 0.05) <= 0.12
    assert 0.4 < np.mean(shares) < 0.6


def test_a_seed_names_the_draws(dyads):
    one, same, other = (ds.partner_shuffled(dyads, only=["match"], seed=seed).frame() for seed in (1, "1", 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_sessions_of_several_files_are_shuffled_as_far_as_both_last():
    rng = np.random.default_rng(8)
    states = chain((2, 2, 90), 3, 0.8, rng)
    long, short = session_of(*states[0], dyads=["a"] * 2), session_of(*states[1][:, :50], dyads=["b"] * 2)
    long, short = (session_of(s.infant[:1], s.mother[:1], dyads=s.dyads[:1]) for s in (long, short))
    found = ds.partner_shuffled([long, short], only=["match"]).frame().iloc[0]
    pairs = [
        (long.infant[0, :50] == short.mother[0]).mean(),
        (short.infant[0] == long.mother[0, :50]).mean(),
    ]
    assert found["null"] == pytest.approx(np.mean(pairs))


def test_null_of_draws_that_are_known():
    observed = pd.DataFrame({"episode": ["play"], "match": [3.0], "kappa": [np.nan]})
    drawn = np.full((5, 1, 2), np.nan)
    drawn[:4, 0, 0] = [0.0, 1.0, 2.0, 5.0]
    found = ds.Null.of(observed, drawn, "one arrow cut", {"seed": 1})
    row = found.frame().iloc[0]
    assert (row["null"], row["draws"]) == (2.0, 4)
    assert row["as_extreme"] == (1 + 3) / (1 + 4)  # 0, 1 and 5 lie as far from 2 as 3 does
    assert "with one arrow cut 2 on average" in found.sentences()[0]
    assert found.sentences()[1] == "kappa: not known, as observed or with one arrow cut."


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"only": ["infant_protest"]}, "'infant_protest' is no measure of the two together"),
        ({"only": ["macht"]}, "Did you mean 'match'"),
        ({"by": "shift"}, "Did you mean 'shifts'"),
        ({"times": 0}, "number of draws must be a whole number from 1 to 10,000"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"scheme": "strikt"}, "Did you mean 'strict'"),
    ],
)
def test_what_cannot_be_asked_gets_one_sentence(dyads, more, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.partner_shuffled(dyads, **more)


def test_one_short_dyad_can_be_neither_shuffled_nor_shifted():
    with pytest.raises(ds.DyadsimError, match="among two dyads or more"):
        ds.partner_shuffled(session_of([0] * 60, [0] * 60), by="partners")
    with pytest.raises(ds.DyadsimError, match="No episode is longer than the 20 s"):
        ds.partner_shuffled(session_of([0] * 15, [0] * 15))
