"""Transitions are those of tnapy, and repair survival that of lifelines, with gaps and episodes."""

import numpy as np
import pandas as pd
import pytest
import tna
from coding_by_two import chain, session_of, uncoded
from lifelines import KaplanMeierFitter

import dyadsim as ds

ENDS = [150, 200, 400]


@pytest.fixture(scope="module")
def session():
    """Six dyads, three episodes, gaps."""
    rng = np.random.default_rng(1)
    return session_of(*(uncoded(chain((6, 400), 3, 0.8, rng), 0.02, rng) for _ in range(2)), ends=ENDS)


def stretches(session, states):
    """Each stretch without a gap in an episode of a dyad, as tnapy takes them: a row each, the end of it empty."""
    rows = []
    for row, coded in zip(states, (session.infant >= 0) & (session.mother >= 0), strict=True):
        for first, end in zip([0, *session.ends[:-1]], session.ends, strict=True):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], coded[first:end].astype(int), [0]])))
            rows += [row[first + a : first + b].tolist() for a, b in edges.reshape(-1, 2)]
    return pd.DataFrame(rows).map(lambda code: None if pd.isna(code) else f"s{int(code)}")


@pytest.mark.parametrize("of", ["infant", "mother", "both"])
def test_transitions_are_those_of_tnapy(session, of):
    """Counts, and the chances of what comes next."""
    moves = session.pooled_moves()
    cells = session.infant * 3 + session.mother
    states, own = {
        "infant": (session.infant, moves.sum(axis=(1, 3))),
        "mother": (session.mother, moves.sum(axis=(0, 2))),
        "both": (cells, moves.reshape(9, 9)),
    }[of]
    rows = stretches(session, states)
    counted, chances = tna.ftna(rows), tna.tna(rows)
    assert counted.labels == [f"s{k}" for k in range(len(own))]
    assert np.array_equal(counted.weights, own)
    assert np.allclose(chances.weights, own / own.sum(axis=1, keepdims=True), atol=1e-12)


def test_transitions_of_a_simulated_still_face_are_those_of_tnapy(still_face):
    """The counts that the engine made while it ran."""
    moves = still_face.pooled_moves().sum(axis=(1, 3))
    counted = tna.ftna(stretches(still_face, still_face.infant))
    states = [int(label[1:]) for label in counted.labels]
    assert np.array_equal(counted.weights, moves[np.ix_(states, states)])
    assert moves.sum() == counted.weights.sum()


def spells(session, dyad, first, end):
    """Length of each mismatch of an episode, and whether it was repaired, step by step."""
    matched, coded = session.matched(dyad=dyad)[first:end], session.codable(dyad)[first:end]
    age = 0
    for step in range(end - first):
        age = age + 1 if coded[step] and not matched[step] else 0
        if not age:
            continue
        if step + 1 == end - first or not coded[step + 1]:
            yield age - 1, False  # its last step was at risk of nothing: what came next was not seen
        elif matched[step + 1]:
            yield age, True


def test_repair_survival_is_that_of_lifelines_dyad_by_dyad_and_pooled(session):
    curves, measures = session.repair_survival(), session.measures()
    for episode, first, end in zip(session.episodes, [0, *ENDS[:-1]], ENDS, strict=True):
        each = [list(spells(session, dyad, first, end)) for dyad in range(len(session))]
        durations, repaired = zip(*(spell for own in each for spell in own), strict=True)
        model = KaplanMeierFitter().fit(durations, repaired)
        curve = curves[curves["episode"] == episode].set_index("seconds")["survival"].dropna()
        assert len(curve) >= max(durations)
        assert curve.to_numpy() == pytest.approx(model.survival_function_at_times(curve.index).to_numpy(), abs=1e-12)
        of_dyads = measures[measures["episode"] == episode]
        for own, repair_survival in zip(each, of_dyads["repair_survival_5"], strict=True):
            if not np.isnan(repair_survival):
                assert repair_survival == pytest.approx(KaplanMeierFitter().fit(*zip(*own, strict=True)).predict(5))
        assert of_dyads["mismatch_spells"].sum() == len(durations)
        assert of_dyads["repaired"].sum() == sum(repaired)


def test_greenwood_s_error_of_one_dyad_is_that_of_lifelines():
    rng = np.random.default_rng(2)
    alone = session_of(*(uncoded(chain((1, 400), 3, 0.85, rng), 0.03, rng) for _ in range(2)))
    durations, repaired = zip(*spells(alone, 0, 0, 400), strict=True)
    model = KaplanMeierFitter().fit(durations, repaired)
    curve = alone.repair_survival().set_index("seconds")
    known = curve[curve["survival"].between(0, 1, inclusive="neither")]
    intervals = model.confidence_interval_survival_function_
    at = intervals.index.searchsorted(known.index, side="right") - 1
    # Ours takes 1.96 where lifelines takes the quantile itself.
    assert known[["low", "high"]].to_numpy() == pytest.approx(intervals.iloc[at].to_numpy(), abs=1e-4)


def test_the_shipped_sessions_have_the_transitions_of_tnapy():
    for name in ("mangold_3532goodman", "mangold_3367goodman"):
        coded = ds.read_coded(name)
        own = coded.pooled_moves().reshape(9, 9)
        counted = tna.ftna(stretches(coded, coded.infant * 3 + coded.mother))
        states = [int(label[1:]) for label in counted.labels]
        assert np.array_equal(counted.weights, own[np.ix_(states, states)])
        assert own.sum() == counted.weights.sum()
