"""Mesa agents and the compiled engine give the same session, to the bit, however it is run."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
from conftest import PARADIGMS, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.interaction import interact


def same(first, second, dyads=20):
    return all(
        np.array_equal(getattr(first, part)[:dyads], getattr(second, part)[:dyads])
        for part in ("infant", "mother", "arousal")
    )


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_mesa_one_thread_two_threads_chunks_and_the_first_of_many_are_one_session(paradigm, cohort, monkeypatch):
    asked = {"paradigm": paradigm, "seed": 7, "seconds": 600}
    one = ds.interact(cohort, threads=1, states=True, **asked)
    assert one.infant.shape == (20, 600)
    assert one.infant.dtype == one.mother.dtype == one.arousal.dtype == np.int8

    model = ds.DyadModel(cohort=cohort, **asked)
    model.run_model()
    assert same(one, model.session)

    many = ds.interact(ds.Cohort.sample(200, seed=1), threads=1, states=True, **asked)
    assert same(one, many)

    monkeypatch.setattr(interact, "TABLES", 7)
    chunks = ds.interact(cohort, threads=1, states=True, **asked)
    two = ds.interact(cohort, threads=2, states=True, **asked)
    assert same(one, chunks)
    assert same(one, two)
    for other in (chunks, two):
        assert one.measures().equals(other.measures())
    assert one.measures().equals(model.session.measures())


def test_a_session_that_kept_no_states_makes_the_same_ones_again(cohort):
    kept = ds.interact(cohort, "still-face", seed=1, states=True)
    dropped = ds.interact(cohort, "still-face", seed=1)
    assert same(kept, dropped)


def test_any_dyad_can_be_replayed_alone(cohort, still_face):
    alone = ds.interact(cohort[13], "still-face", seed=1)
    assert np.array_equal(alone.infant[0], still_face.infant[13])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**64 - 1), seconds=st.integers(3, 1400), replicate=st.integers(0, 2**24 - 1))
def test_counts_made_on_the_way_are_the_counts_of_the_states(seed, seconds, replicate):
    """Under every scheme, and for blocks of every length: the engine counts as the plain count of the states does."""
    session = ds.interact(ds.Cohort.sample(3), "still-face", seed, seconds=seconds, replicate=replicate)
    plain = ds.Session(session.dyads, session.episodes, session.ends, states=session._played)
    for scheme in ds.SCHEMES:
        counted, again = session.measures(scheme), plain.measures(scheme)
        assert np.allclose(counted.iloc[:, 2:].astype(float), again.iloc[:, 2:].astype(float), equal_nan=True)


@pytest.mark.parametrize("dyads", [1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("seconds", [1, 2, 255, 256, 257, 513])
def test_the_kernel_fills_its_seats_and_blocks_alike(dyads, seconds):
    """It takes four dyads side by side and draws for 256 seconds at once: neither border shows."""
    many = ds.interact(ds.Cohort.sample(12, seed=1), seed=1, seconds=600, states=True)
    some = ds.interact(ds.Cohort.sample(dyads, seed=1), seed=1, seconds=seconds, states=True)
    assert np.array_equal(some.infant, many.infant[:dyads, :seconds])
    assert np.array_equal(some.arousal, many.arousal[:dyads, :seconds])
    assert some.measures().equals(ds.interact(ds.Cohort.sample(12, seed=1), seed=1, seconds=seconds).measures()[:dyads])


def test_dyads_that_share_tables_are_simulated_together_and_stay_in_their_place():
    cohort = ds.Cohort.sample(7, seed=1).repeated(3)
    session = ds.interact(cohort, "still-face", seed=1, states=True)
    for place in (0, 7, 20):
        alone = ds.interact(cohort[place], "still-face", seed=1, states=True)
        assert np.array_equal(session.mother[place], alone.mother[0])
        assert session.measures().query(f"dyad == {place}").reset_index(drop=True).equals(alone.measures())


def test_other_luck_is_another_session(cohort, still_face):
    for asked in ({"seed": 2}, {"seed": 1, "replicate": 1}, {"seed": 1, "day": 1}, {"seed": 1, "session": 1}):
        assert not same(still_face, ds.interact(cohort, "still-face", **asked))


def test_episodes_before_a_change_are_untouched_by_it(cohort):
    """Twins: the phone paradigm and free play share their first minute, second by second."""
    play = ds.interact(cohort, "free-play", seed=1)
    phone = ds.interact(cohort, "phone-play", seed=1)
    assert np.array_equal(play.infant[:, :60], phone.infant[:, :60])
    assert not np.array_equal(play.infant[:, 60:], phone.infant[:, 60:])


def test_a_kernel_built_on_other_constants_is_never_taken_from_the_cache(tmp_path):
    """numba's cache sees edits of engine.py only: fill it, change the bits of a draw, and the two must still agree."""
    shutil.copytree(ROOT / "dyadsim", tmp_path / "dyadsim", ignore=shutil.ignore_patterns("__pycache__"))
    probe = (
        "import numpy as np, dyadsim as ds; m = ds.DyadModel(dyads=2, seconds=60, seed=1); m.run_model();"
        "s = ds.interact(m.cohort, seconds=60, seed=1); assert np.array_equal(s.infant, m.session.infant)"
    )
    draws = tmp_path / "dyadsim" / "common" / "random_numbers.py"
    for bits in (24, 20):
        draws.write_text(draws.read_text().replace("BITS = 24", f"BITS = {bits}"))
        subprocess.run([sys.executable, "-c", probe], cwd=tmp_path, check=True)
