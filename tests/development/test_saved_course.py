"""Saved courses: one that rules of the user's made goes on with none that were edited."""

import pytest

import dyadsim as ds
from dyadsim.common.user_code import user_class

RULE = """
import dyadsim as ds
from strength import STRENGTH

class Prompt(ds.Mother):
    @staticmethod
    def preferences(traits, context):
        return STRENGTH * ds.Mother.preferences(traits, context)

class Halved(ds.CoordinationRule):
    @staticmethod
    def worth(coordination):
        return STRENGTH * coordination / 2
"""


@pytest.mark.parametrize("name", ["rule.py", "strength.py"])
def test_a_course_goes_on_with_no_rule_that_was_edited(tmp_path, name):
    texts = {"rule.py": RULE, "strength.py": "STRENGTH = 1.1\n"}
    for file, text in texts.items():
        (tmp_path / file).write_text(text)

    def rules():
        classes = {"mother": ds.MotherRules, "coordination": ds.CoordinationRule}
        named = zip(classes.items(), ("Prompt", "Halved"), strict=True)
        return {what: user_class(f"{tmp_path / 'rule.py'}:{rule}", base) for (what, base), rule in named}

    dyads = ds.Cohort.sample(3, seed=1)
    path = ds.develop(dyads, 2, seed=1, days=1, **rules()).save(tmp_path / "end.npz")
    whole = ds.develop(dyads, 3, seed=1, days=1, **rules())
    assert (ds.saved_course(path, **rules()).go_on(1).states[-1] == whole.states[-1]).all()
    (tmp_path / name).write_text(f"{texts[name]}# another word\n")
    with pytest.raises(ds.DyadsimError, match=f"{name}' is not what it was when '.*end.npz' was saved"):
        ds.saved_course(path, **rules())
