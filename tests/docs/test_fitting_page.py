"""What the page of fitting says is so: its code runs, and theories, parameters and files are those that there are."""

import re

from conftest import ROOT

import dyadsim as ds
from dyadsim.fitting.fit_sessions import FREE
from dyadsim.fitting.theory import THEORIES, Theory

PAGE = (ROOT / "docs" / "fitting.md").read_text("utf-8")


def test_every_theory_that_ships_is_told_with_a_source():
    told = dict(re.findall(r"^\| `([a-z]+-[a-z]+)` \| .* \| ([^|]+) \|$", PAGE, re.M))
    assert tuple(told) == THEORIES
    for name, source in told.items():
        file = ROOT / "dyadsim" / "theory" / "theories" / f"{name.replace('-', '_')}.py"
        years = set(re.findall(r"\b(?:19|20)\d\d\b", source))
        assert years and years <= set(re.findall(r"\b(?:19|20)\d\d\b", file.read_text("utf-8")))
        assert Theory.load(name).says


def test_what_is_free_by_default_is_told():
    (sentence,) = re.findall(r"By default ten are free for each dyad: (.*?)\. Not his", PAGE, re.S)
    assert len(FREE) == 10
    for name in FREE:
        assert name in sentence or name.replace("_", " ") in " ".join(sentence.split())


def test_the_code_runs(capsys):
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    exec(block, {"ds": ds})
    assert "her not following him" in capsys.readouterr().out
