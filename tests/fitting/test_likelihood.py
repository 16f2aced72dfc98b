"""The likelihood of coded sessions: held against one plain matrix, and its gradient against differences."""

import numpy as np
import pytest
from dense_chain import transition_matrix
from hypothesis import given, settings
from hypothesis import strategies as st
from own_theories import Watchful

import dyadsim as ds
from dyadsim.fitting.coded_sequences import sequences_of
from dyadsim.fitting.fitted_parameters import FittedParameters
from dyadsim.fitting.likelihood import Likelihood
from dyadsim.interaction.rule_set import Rules
from dyadsim.measurement.session import Session
from dyadsim.theory.states import ICEP, VALENCE

NAMES = ("sensitivity", "infant_contingency", "infant_base.positive", "negativity")
PARAMETERS = FittedParameters.of(NAMES, Rules())
VALUES = np.array([[0.7, 1.1, -2.5, -0.4]])
EPISODES = tuple(
    ds.Episode(name=name, seconds=1, **held)
    for name, held in (("play", {}), ("still-face", {"mother": "neutral", "available": False}))
)


def likelihood_of(session, parameters=PARAMETERS, rows=1):
    sequences = sequences_of([session])
    return Likelihood(
        sequences,
        parameters,
        [np.zeros(len(one.episodes), int) + n % rows for n, one in enumerate(sequences)],
        {"age": np.full(rows, 39.0)},
    )


def coded(infant, mother, codes=ICEP, episodes=("play",), ends=None, step=1.0):
    states = np.array([infant], np.int8), np.array([mother], np.int8), None
    return Session(["one"], list(episodes), ends or [len(infant)], codes=codes, states=states, step=step)


def by_matrix(session, likelihood, parameters=PARAMETERS):
    """Log-likelihood by products of the whole matrix, all that does not agree with the codes taken out."""
    sequence = likelihood.sequences[0]
    cohort = parameters.cohort(VALUES[0], {"age": 39.0})
    matrices = [transition_matrix(cohort, parameters.rules, episode) for episode in EPISODES]
    total, now = 0.0, None
    for t in range(sequence.seconds):
        his = sequence.may_be[0][sequence.codes[0, t]]
        hers = sequence.may_be[1][sequence.codes[1, t]]
        agrees = (his[:, None, None] & hers[None, :, None] & np.ones((1, 1, 10), bool)).ravel()
        now = likelihood._first.ravel() * agrees if now is None else (now @ matrices[0]) * agrees
        chance = now.sum()
        total += np.log(chance) if t else 0.0
        now = now / chance
    return total


@pytest.mark.parametrize("codes", [ICEP, VALENCE], ids=lambda codes: codes.name)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_it_is_the_product_of_the_whole_matrix_whatever_is_lumped_or_not_coded(codes, data):
    length = data.draw(st.integers(2, 7))
    infant = data.draw(st.lists(st.integers(-1, len(codes.infant) - 1), min_size=length, max_size=length))
    mother = data.draw(st.lists(st.integers(-1, len(codes.mother) - 1), min_size=length, max_size=length))
    infant[0] = max(infant[0], 0)
    session = coded(infant, mother, codes)
    likelihood = likelihood_of(session)
    assert likelihood(VALUES)[0] == pytest.approx(by_matrix(session, likelihood), rel=1e-9)
    assert likelihood.by_second(VALUES, 0).sum() == pytest.approx(likelihood(VALUES)[0])


@pytest.mark.parametrize(("codes", "mother"), [(ICEP, ds.MotherRules), (VALENCE, ds.MotherRules), (ICEP, Watchful)])
def test_the_gradient_is_how_the_likelihood_changes(codes, mother):
    """In play and in a still-face, with gaps, under the shipped rules and one that sees his inner state."""
    played = ds.interact(ds.Cohort.sample(3, seed=4), "still-face", seed=4, seconds=90)
    infant, hers = played.infant.copy(), played.mother.copy()
    if codes is VALENCE:
        infant = np.array([state.valence + 1 for state in ICEP.infant], np.int8)[infant]
        hers = np.array([state.valence + 1 for state in ICEP.mother], np.int8)[hers]
    infant[:, 10:14] = hers[:, 12:20] = -1
    session = Session([0, 1, 2], played.episodes, played.ends, codes=codes, states=(infant, hers, None))
    parameters = FittedParameters.of(NAMES, Rules(mother=mother))
    likelihood = likelihood_of(session, parameters, rows=2)
    values = np.vstack([VALUES, VALUES + 0.2])
    each, gradient = likelihood.with_gradient(values)
    assert (each == likelihood(values)).all()
    for row, name in np.ndindex(gradient.shape):
        move = np.zeros_like(values)
        move[row, name] = 1e-5
        slope = (likelihood(values + move).sum() - likelihood(values - move).sum()) / 2e-5
        assert gradient[row, name] == pytest.approx(slope, abs=1e-4)


def test_no_sum_depends_on_the_number_of_threads():
    likelihood = likelihood_of(ds.interact(ds.Cohort.sample(7, seed=2), seed=2, seconds=60))
    one, two = (likelihood.with_gradient(VALUES, threads) for threads in (1, 3))
    assert one[0].tobytes() == two[0].tobytes()
    assert one[1].tobytes() == two[1].tobytes()


def test_what_she_is_asked_to_do_in_a_still_face_says_nothing_of_her():
    still = ds.interact(
        ds.Cohort.of(), ds.Paradigm(name="sf", episodes=[EPISODES[1].model_copy(update={"seconds": 60})])
    )
    _, gradient = likelihood_of(still).with_gradient(VALUES)
    assert gradient[0, 0] == 0  # her sensitivity
    assert gradient[0, 3] != 0  # his negativity
    # Where she did not quite hold it, that is no news of her either.
    moved = still.mother.copy()
    moved[0, 20:25] = ds.ICEP.mother_names.index("vocal")
    other = Session([0], ["still-face"], [60], states=(still.infant, moved, None))
    assert likelihood_of(other).with_gradient(VALUES)[1][0, 0] == 0


def test_a_session_is_read_at_whole_seconds():
    frames = np.repeat([0, 2, 4, 3], 25)
    session = coded(frames, np.full(100, 4), step=0.04)
    assert sequences_of([session])[0].codes[0].tolist() == [0, 2, 4, 3]
    coarse = sequences_of([coded([0, 2], [4, 4], step=5.0)])[0]
    assert coarse.codes[0].tolist() == [0, 5, 5, 5, 5, 2, 5, 5, 5, 5]  # 5: not known
    two = sequences_of([coded([0, 1, 2, 3], [4, 4, 4, 4], episodes=("play", "still-face"), ends=[2, 4])])[0]
    assert two.ends == [2, 4]
    assert [episode.held for episode in two.episodes] == [-1, ICEP.mother_names.index("neutral")]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "no session to fit"),
        (["a.csv"], "given as ds.Session"),
        (3, "given as ds.Session"),
        (coded([-1, -1], [-1, -1]), "no second of dyad 'one' is coded"),
    ],
)
def test_what_cannot_be_fitted_is_told(given, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.fit(given)
