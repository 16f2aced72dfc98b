"""What is done with a dyad."""

import pytest
from conftest import PARADIGMS
from hypothesis import given
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.interaction.paradigms import Paradigm


def test_all_paradigms_are_shipped():
    assert set(PARADIGMS) >= {"double-still-face", "free-play", "phone-play", "separation", "still-face"}


def test_the_still_face_holds_the_mother_and_nothing_else():
    play, still, reunion = Paradigm.load("still-face").episodes
    assert (still.mother, still.available) == ("neutral", False)
    assert [e.seconds for e in (play, still, reunion)] == [120, 120, 120]
    assert all(e.mother is None and e.available for e in (play, reunion))


@given(st.sampled_from(PARADIGMS), st.integers(21, 60_000))
def test_a_stretched_paradigm_lasts_exactly_as_long_as_asked(name, seconds):
    whole = Paradigm.load(name)
    stretched = whole.lasting(seconds)
    assert stretched.seconds == seconds
    for before, after in zip(whole.episodes, stretched.episodes, strict=True):
        assert after.seconds >= 1
        assert abs(after.seconds - before.seconds * seconds / whole.seconds) <= len(whole.episodes)


def test_a_paradigm_of_ones_own_from_toml(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "mine"\n[[episodes]]\nname = "play"\nseconds = 30\n'
        '[[episodes]]\nname = "call"\nseconds = 20\nmother = "elsewhere"\navailable = false\n'
    )
    session = ds.interact(ds.Cohort.sample(5), paradigm=file, seed=1)
    assert session.infant.shape == (5, 50)
    frame = session.measures().set_index("episode")
    assert (frame.loc["call", "mother_elsewhere"] == 1).all()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('name = "x"\nepisodes = []', "must have more entries"),
        ('name = "x"\nepisodes = 3', "must be a list"),
        ('name = "x"\n[[episodes]]\nname = "a"\nseconds = true', "must be a whole number, not True"),
        ('name = "x"\n[[episodes]]\nname = "a"\nseconds = "60"', "must be a whole number, not '60'"),
        ('name = "x"\n[[episodes]]\nname = "a"\nseconds = -5', "greater than or equal to 1, not -5"),
        ('name = "x"\n[[episodes]]\nname = "a"\nseconds = 5\nmother = "neutrl"', "Did you mean 'neutral'"),
        ('name = "x"\n[[episodes]]\nname = "a"\nsecond = 5', "Did you mean 'seconds'"),
        ('name = "x"\n[[episodes]]\nname = "a"\nseconds = 5\n[[episodes]]\nname = "a"\nseconds = 5', "used twice"),
        ('name = "x"\n[[episodes]]\nname = "a"\nseconds = 65000\n[[episodes]]\nname = "b"\nseconds = 65000', "at most"),
    ],
)
def test_a_bad_paradigm_file_gets_one_sentence(tmp_path, text, sentence):
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(ds.DyadsimError, match=sentence):
        Paradigm.load(file)


@pytest.mark.parametrize("seconds", [-60, 0, 2, 70_000])
def test_impossible_seconds_get_one_sentence(seconds):
    with pytest.raises(ds.DyadsimError, match=f"whole number from 3 to 65,535, not {seconds}"):
        ds.interact(ds.Cohort.sample(2), "still-face", seconds=seconds)


def test_an_unknown_paradigm_names_the_nearest():
    with pytest.raises(ds.DyadsimError, match="Did you mean 'still-face'"):
        ds.interact(ds.Cohort.sample(2), "stillface")
