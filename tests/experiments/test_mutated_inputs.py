"""Inputs that are slightly or wildly wrong are answered in a sentence: 100 of each kind (the command tries 2,000)."""

import pytest
from conftest import module_at

MUTATED = module_at("experiments/mutated_inputs.py")
ELSEWHERE = "coded"
"""Coded files of every program are changed at random in tests/coded_video/test_mutated_codings.py."""
SEED, COUNT, AT_ONCE = 11, 100, 50  # inputs are fixed by their seed: a failure is a fault, not luck


@pytest.mark.parametrize("first", range(0, COUNT, AT_ONCE))
@pytest.mark.parametrize("kind", [*(kind for kind in MUTATED.KINDS if kind != ELSEWHERE), MUTATED.LINES])
def test_whatever_an_input_holds_it_is_answered_in_a_sentence(kind, first):
    wrong = {}
    for number in range(first, first + AT_ONCE):
        found = MUTATED.tried(kind, number, SEED)
        if found.wrong:
            wrong[number] = found.wrong
    assert not wrong


@pytest.mark.parametrize("kind", MUTATED.KINDS)
def test_inputs_are_good_before_they_are_changed(kind, tmp_path, monkeypatch):
    """So what is refused is refused for what was changed."""
    monkeypatch.setattr(MUTATED, "changed", lambda chosen, random: chosen.texts()[-1].encode())
    found = MUTATED.answer(MUTATED.lay(kind, 1, SEED, tmp_path), tmp_path)
    assert (found.code, found.wrong) == (0, "")


def test_a_fault_would_be_seen(tmp_path, monkeypatch):
    def broken(given):
        raise KeyError(given)

    monkeypatch.setattr("dyadsim.people.population.Population.load", broken)
    assert "KeyError" in MUTATED.tried("population", 1, SEED).wrong


def test_the_same_seed_and_number_give_the_same_input(tmp_path):
    for kind in (*MUTATED.KINDS, MUTATED.LINES):
        one, two = tmp_path / f"{kind}-1", tmp_path / f"{kind}-2"
        one.mkdir(), two.mkdir()
        assert MUTATED.lay(kind, 5, SEED, one) == MUTATED.lay(kind, 5, SEED, two)
        files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
        assert all((one / file).read_bytes() == (two / file).read_bytes() for file in files)
