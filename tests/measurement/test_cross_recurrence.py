"""Cross-recurrence profiles against the matrix of all pairs of steps."""

import numpy as np
import pytest
from coding_by_two import chain, session_of, uncoded
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import dyadsim as ds
from dyadsim.measurement import cross_recurrence
from dyadsim.theory.states import match_scheme


def by_matrix(session, matrix, first, end):
    """Pairs, and those that match, by lag: from the whole matrix of steps by steps of each dyad."""
    steps = end - first
    pairs, matched = np.zeros((2, 2 * steps - 1), dtype=int)
    for his, hers in zip(session.infant[:, first:end], session.mother[:, first:end], strict=True):
        coded = (his >= 0)[:, None] & (hers >= 0)
        recurrent = coded & matrix[his[:, None], hers]
        for lag in range(-steps + 1, steps):
            pairs[lag + steps - 1] += np.trace(coded, offset=lag)
            matched[lag + steps - 1] += np.trace(recurrent, offset=lag)
    return pairs, matched


@settings(max_examples=40, deadline=None)
@given(arrays(np.int8, st.tuples(st.just(2), st.integers(1, 3), st.integers(1, 25)), elements=st.integers(-1, 2)))
def test_the_profile_is_that_of_the_matrix(states):
    session = session_of(*states)
    table = ds.cross_recurrence_profile(session).frame()
    pairs, matched = by_matrix(session, session.match_scheme().matrix, 0, states.shape[2])
    assert table["pairs"].tolist() == pairs.tolist()
    assert table["matched"].tolist() == matched.tolist()
    assert (table["share"].isna() == (pairs == 0)).all()


@pytest.mark.parametrize("scheme", ["strict", "affect", np.zeros((5, 6))])
def test_no_pair_goes_from_one_episode_into_the_next_and_schemes_may_be_any(still_face, scheme):
    table = ds.cross_recurrence_profile(still_face, scheme=scheme).frame()
    matrix = match_scheme(scheme).matrix
    for episode, first, end in zip(still_face.episodes, [0, *still_face.ends[:-1]], still_face.ends, strict=True):
        pairs, matched = by_matrix(still_face, matrix, first, end)
        part = table[table["episode"] == episode]
        assert (part["pairs"].tolist(), part["matched"].tolist()) == (pairs.tolist(), matched.tolist())


def test_the_share_at_the_same_moment_is_the_match_and_chance_that_of_kappa(still_face):
    alone = ds.cross_recurrence_profile(still_face, 5, dyad=3)
    measures = still_face.measures().set_index(["dyad", "episode"]).loc[3]
    at_once = alone.leads().set_index("episode")
    for episode in still_face.episodes:
        assert at_once.loc[episode, "same_moment"] == pytest.approx(measures.loc[episode, "match"])
        assert at_once.loc[episode, "chance"] == pytest.approx(measures.loc[episode, "chance_match"])
    assert len(alone.table) == 3 * 11


def test_who_comes_after_the_other_is_seen_in_the_lag():
    """She does what he did three steps ago, of a quarter of a second each."""
    his = chain((4, 800), 3, 0.5, np.random.default_rng(1))
    session = session_of(his, np.roll(his, 3, axis=1), step=0.25)
    found = ds.cross_recurrence_profile(session, 4).leads(2).iloc[0]
    assert found["peak_lag"] == 0.75
    assert found["peak"] > 0.99
    assert found["infant_first"] > found["mother_first"] + 0.1
    assert found["chance"] == pytest.approx(1 / 3, abs=0.03)
    mirrored = ds.cross_recurrence_profile(session_of(session.mother, session.infant, step=0.25), 4).leads(2).iloc[0]
    assert mirrored["peak_lag"] == -0.75


def test_dyads_in_parts_and_sessions_of_other_lengths_are_pooled(monkeypatch):
    rng = np.random.default_rng(2)
    several = [
        session_of(*(uncoded(chain((3, steps), 3, 0.7, rng), 0.1, rng) for _ in range(2))) for steps in (40, 25, 33)
    ]
    together = ds.cross_recurrence_profile(several).frame().set_index("lag")
    for name in ("pairs", "matched"):
        each = sum(
            ds.cross_recurrence_profile(one).frame().set_index("lag")[name].reindex(together.index, fill_value=0)
            for one in several
        )
        assert together[name].tolist() == each.tolist()
    monkeypatch.setattr(cross_recurrence, "_CELLS", 100)
    assert ds.cross_recurrence_profile(several).frame().set_index("lag").equals(together)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"most_lag_s": -1}, "longest lag must be a number of seconds from 0 on, not -1"),
        ({"most_lag_s": "far"}, "not 'far'"),
        ({"dyad": 20}, "place of the dyad must be a whole number from 0 to 19"),
        ({"scheme": "valense"}, "Did you mean 'valence'"),
    ],
)
def test_what_cannot_be_asked_gets_one_sentence(still_face, more, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.cross_recurrence_profile(still_face, **more)


@pytest.mark.parametrize(
    ("sessions", "sentence"),
    [
        ([], "There are no sessions"),
        ("session.csv", "Sessions are needed .*, not 'str'"),
        (7, "Sessions are needed .*, not 'int'"),
        ([session_of([0], [0]), session_of([0], [0], ds.ICEP)], "differ in codes: valence in '0', icep in '0'"),
        ([session_of([0], [0]), session_of([0], [0], step=0.5, file="b.csv")], "seconds a step: 1 .* 0.5 in 'b.csv'"),
        ([session_of([0, 0], [0, 0]), session_of([0, 0], [0, 0], ends=[1, 2])], "differ in episodes: e0 .* e0, e1"),
    ],
)
def test_sessions_that_cannot_be_taken_together_get_one_sentence(sessions, sentence):
    for measured in (ds.cross_recurrence_profile, ds.minutes_needed, ds.partner_shuffled):
        with pytest.raises(ds.DyadsimError, match=sentence):
            measured(sessions)
