"""Results are those of ``bits.json``: sessions, laws, sweeps. (Weeks are in ``test_bits_of_weeks.py``.)"""

import ast
import json

import bits
import bits_of_sessions
import bits_of_sweeps
import bits_of_weeks
import bits_slow
import numpy as np
import pytest
from conftest import ROOT

LISTS = (bits_of_sessions, bits_of_weeks, bits_of_sweeps, bits_slow)


@pytest.mark.parametrize("name", [*bits_of_sessions.FOUND, *bits_of_sweeps.FOUND])
def test_results_are_what_they_were(name):
    bits.check(name)


def test_the_file_holds_results_of_every_usual_function_and_of_no_other():
    kept = json.loads(bits.KEPT.read_text("utf-8"))
    assert {key.partition(":")[0] for key in kept} == set(bits.USUAL)


def test_no_function_is_forgotten():
    """Each that takes nothing and yields is listed, and none has the name of another."""
    listed = [name for each in LISTS for name in each.FOUND]
    assert len(set(listed)) == len(listed)
    for module in LISTS:
        tree = ast.parse((ROOT / "tests" / f"{module.__name__}.py").read_text("utf-8"))
        made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.args.args}
        assert made == set(module.FOUND)


def test_a_result_that_changed_is_named_with_how_to_keep_it(monkeypatch):
    monkeypatch.setitem(bits.USUAL, "chances", lambda: iter([("odd", np.ones(3))]))
    with pytest.raises(AssertionError, match="chances: odd") as told:
        bits.check("chances")
    assert "chances: MotherRules: positive, positive, 0, there" in str(told.value)
    assert "python tests/bits.py --write tests/bits.json" in str(told.value)


def test_rounded_hashes_forgive_the_last_bits_and_no_more():
    numbers = np.array([1 / 3, -2.5, 1e6, 0.0])
    assert bits.hashed(numbers) == bits.hashed(numbers * (1 + 1e-14)) != bits.hashed(numbers * (1 + 1e-7))
    assert bits.hashed(numbers, exact=True) != bits.hashed(numbers * (1 + 1e-14), exact=True)
    assert bits.hashed(numbers) != bits.hashed(numbers[::-1])
