"""Draws are pure functions of what names them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyadsim import DyadsimError
from dyadsim.common import philox, random_numbers
from dyadsim.interaction import engine

# The published known answers of Philox4x32-10 (Random123, kat_vectors): counter, key, answer.
KNOWN = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
@pytest.mark.parametrize("generator", [philox.philox, engine._philox], ids=["numpy", "compiled"])
def test_philox_gives_the_published_answers(generator, counter, key, answer):
    assert [int(word) for word in generator(*np.array(counter + key, dtype=np.uint64))] == answer


@settings(deadline=None)
@given(st.integers(-50, 2_000), st.integers(0, 2**32 - 10), st.integers(0, 2**64 - 1), st.integers(0, 2**24 - 1))
def test_draws_of_many_are_those_of_few(week, unit, seed, replicate):
    """Those of many are compiled."""
    luck, units, names = random_numbers.WeeklyLuck(seed, replicate), np.arange(unit, unit + 9), ["one", "another"]
    plain = luck.noise(units, week, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_numbers, "_MANY", 0)
        assert luck.noise(units, week, names).tobytes() == plain.tobytes()


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**20), st.integers(0, 5000), st.integers(1, 300))
def test_a_draw_does_not_depend_on_what_else_is_drawn(seed, unit, first, count):
    luck = random_numbers.SessionLuck(seed)
    together = luck.interaction(unit, np.arange(first, first + count), random_numbers.INFANT)
    alone = luck.interaction(unit, np.array([first + count - 1]), random_numbers.INFANT)
    assert together[-1] == alone[0]
    assert together.max() < 2**random_numbers.BITS


def test_everything_that_names_a_draw_changes_it():
    seconds = np.arange(50)
    one = random_numbers.SessionLuck(1).interaction(7, seconds, random_numbers.INFANT)
    others = [
        random_numbers.SessionLuck(2).interaction(7, seconds, random_numbers.INFANT),
        random_numbers.SessionLuck(1, replicate=1).interaction(7, seconds, random_numbers.INFANT),
        random_numbers.SessionLuck(1, day=1).interaction(7, seconds, random_numbers.INFANT),
        random_numbers.SessionLuck(1, session=1).interaction(7, seconds, random_numbers.INFANT),
        random_numbers.SessionLuck(1).interaction(8, seconds, random_numbers.INFANT),
        *(random_numbers.SessionLuck(1).interaction(7, seconds, decision) for decision in (1, 2, 3, 4, 7, 8, 262_143)),
        random_numbers.SessionLuck(1).interaction(7, seconds + 50, random_numbers.INFANT),
    ]
    assert all((other == one).mean() < 0.1 for other in others)


def test_every_decision_has_a_word_of_its_own_up_to_the_last_second():
    """Decisions 0 to 3 lie in the second's own block, those of one's own in further blocks: none meets another."""
    luck, last = random_numbers.SessionLuck(1), np.array([0, 1, 65_535])
    clock, replicate, *key = luck.words
    for block in (0, 1, 65_535):
        counter = last.astype(np.uint64) + np.uint64(block * 65_536)
        words = philox.philox(counter, clock, np.uint64(7), replicate, *key)
        for word in range(4):
            assert luck.interaction(7, last, 4 * block + word).tolist() == (words[word] >> np.uint64(8)).tolist()
    draws = np.stack([luck.interaction(7, np.arange(2000), decision) for decision in range(12)])
    assert abs(np.corrcoef(draws) - np.eye(12)).max() < 5 / np.sqrt(2000)


@pytest.mark.parametrize("decision", [-1, 262_144, 4.5, "mood", None])
def test_a_decision_that_cannot_be_gets_a_sentence(decision):
    with pytest.raises(DyadsimError, match="decision must be a whole number from 0 to 262,143, not"):
        random_numbers.SessionLuck(1).interaction(7, np.arange(3), decision)


def test_trait_normals_are_standard_normal():
    """By chance one run in 15,000 leaves these bounds (4 standard errors); the seed is fixed."""
    z = random_numbers.trait_normals(1, np.arange(100_000), "sensitivity")
    assert abs(z.mean()) < 4 / np.sqrt(len(z))
    assert abs(z.std() - 1) < 4 / np.sqrt(2 * len(z))


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "abc", None, True, float("nan")])
def test_a_bad_seed_gets_a_sentence(seed):
    with pytest.raises(DyadsimError, match="seed must be a whole number from 0"):
        random_numbers.check_seed(seed)


def test_a_seed_given_as_text_is_the_same_seed():
    assert (
        random_numbers.check_seed("42")
        == random_numbers.check_seed(42)
        == random_numbers.check_seed(np.int64(42))
        == 42
    )
