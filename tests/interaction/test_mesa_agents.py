"""Agents that do what no rule can: Mesa follows them, says so, and holds a mother who is to be held."""

import hashlib
import inspect

import numpy as np
import pytest
from own_theories import PatientMother, WarmMother

import dyadsim as ds

SMILING, STILL = (ds.ICEP.mother_names.index(name) for name in ("positive", "neutral"))
PROTEST = ds.ICEP.infant_names.index("protest")


class Decides(ds.Mother):
    def decide(self):
        self.next_state = SMILING


class Advances(ds.Mother):
    def advance(self):
        self.state = SMILING


class Chooses(ds.Mother):
    def choose(self, decision, columns):
        return SMILING


class Draws(ds.Mother):
    def draw(self, decision):
        return np.uint32(2**24 - 1)


class Steps(ds.Mother):
    def step(self):
        self.state = SMILING


class Protests(ds.Infant):
    """He protests where she is not available, without asking his rule."""

    def decide(self):
        super().decide()
        if not self.episode.available:
            self.next_state = PROTEST


def run(**asked):
    model = ds.DyadModel(**{"dyads": 3, "paradigm": "still-face", "seed": 1} | asked)
    model.run_model()
    return model


HELD = slice(120, 240)


@pytest.mark.parametrize("mother", [Decides, Advances, Chooses, Draws, Steps, PatientMother])
def test_a_mother_who_is_held_is_held_whatever_her_class_does(mother):
    session = run(mother=mother).session
    assert (session.mother[:, HELD] == STILL).all()
    still = session.measures().query("episode == 'still-face'")
    assert (still["mother_neutral"] == 1).all()
    if mother is not PatientMother:
        assert (session.mother[:, :120] == SMILING).all()
        assert (session.mother[:, 240:] == SMILING).all()


def test_she_is_held_in_any_paradigm_and_moment(tmp_path):
    episodes = [ds.Episode(name="play", seconds=30), ds.Episode(name="flat", seconds=30, mother="withdrawn")]
    session = run(mother=Decides, paradigm=ds.Paradigm(name="mine", episodes=episodes)).session
    assert (session.mother[:, 30:] == ds.ICEP.mother_names.index("withdrawn")).all()
    encounter = ds.Encounter.load("depressed").changed({"moments": [{"name": "still-face", "at": 40, "seconds": 20}]})
    session = run(mother=Advances, paradigm=encounter.played()).session
    assert (session.mother[:, 40:60] == STILL).all()
    assert (session.mother[:, 60:] == SMILING).all()


def test_an_infant_of_ones_own_sees_that_she_is_held():
    session = run(infant=Protests).session
    assert (session.infant[:, HELD] == PROTEST).all()
    assert (session.mother[:, HELD] == STILL).all()
    assert not (session.infant[:, :120] == PROTEST).all()


def test_shifts_of_an_episode_reach_the_rule_of_agents_that_decide_for_themselves(cohort):
    """A second, and a third, mother who does as the rule says: the very session of the engine."""

    class Watches(ds.Mother):
        def decide(self):
            self.watched = getattr(self, "watched", 0) + 1
            super().decide()

    play, helped = ({"name": name, "seconds": 60} for name in ("play", "helped"))
    paradigm = ds.Paradigm(name="mine", episodes=[play, helped | {"shift": {"sensitivity": 2.0}}])
    session = run(cohort=cohort, dyads=None, paradigm=paradigm, mother=Watches).session
    assert np.array_equal(session.mother, ds.interact(cohort, paradigm, 1).mother)


def test_provenance_names_agents_that_do_more_than_rules_say(cohort):
    shipped, own = run().session.provenance, run(mother=PatientMother).session.provenance
    assert "beyond_rules" not in shipped
    source = hashlib.sha256(inspect.getsource(PatientMother).encode()).hexdigest()[:16]
    told = {"class": "own_theories.PatientMother", "overrides": ["__init__", "decide"], "source": source}
    assert own["beyond_rules"] == {"mother": told}
    assert own != shipped
    assert run(infant=Protests, mother=WarmMother).session.provenance["beyond_rules"].keys() == {"infant"}
    exec("class Unseen(ds.Mother):\n    def decide(self): self.next_state = 0", found := {"ds": ds, "__name__": "lost"})
    assert run(mother=found["Unseen"]).session.provenance["beyond_rules"]["mother"]["source"] is None
    played = ds.interact(cohort, "still-face", 1).provenance
    assert run(cohort=cohort, dyads=None).session.provenance == played
    assert run(cohort=cohort, dyads=None, mother=WarmMother).session.provenance.keys() == played.keys()


def test_a_memory_shows_in_what_is_measured():
    """She stays for four seconds at least, so no bout of hers is shorter, unless the end cuts it."""
    session = run(mother=PatientMother, paradigm="free-play", seconds=120).session
    bouts = session.visits(0).groupby((session.visits(0)["mother"].diff() != 0).cumsum())["seconds"].sum()
    assert bouts.iloc[1:-1].min() >= 4


@pytest.mark.parametrize("state", [6, -1, "positive", 2.0, None])
def test_a_state_that_does_not_exist_gets_one_sentence(state):
    wrong = type(
        "Wrong", (ds.Mother,), {"__module__": "mine", "decide": lambda self: setattr(self, "next_state", state)}
    )
    with pytest.raises(ds.DyadsimError, match=r"Wrong went into the state .* whole number from 0 to 5"):
        run(mother=wrong)
    excited = type("Excited", (ds.Infant,), {"__module__": "mine", "step": lambda self: setattr(self, "arousal", 5)})
    with pytest.raises(ds.DyadsimError, match=r"Excited went into the arousal 5, .* whole number from 0 to 4"):
        run(infant=excited)
    torn = type("Torn", (ds.Infant,), {"__module__": "mine", "step": lambda self: setattr(self, "attending", 2)})
    with pytest.raises(ds.DyadsimError, match=r"Torn went into the attention 2, .* 0 to 1 \(elsewhere, on her\)"):
        run(infant=torn)


def test_law_engine_and_weeks_name_the_way_to_run_it(cohort):
    for other in (ds.interact, ds.law, lambda c, mother: ds.develop(c, 1, mother=mother)):
        with pytest.raises(ds.DyadsimError, match=r"only the Mesa model follows.*ds.DyadModel\(mother=PatientMother\)"):
            other(cohort, mother=PatientMother)


def test_a_decision_of_ones_own_has_luck_of_its_own_named_by_dyad_and_second():
    class Moody(ds.Mother):
        def decide(self):
            super().decide()
            if self.draw(own) / 2**24 < 0.5:
                self.next_state = SMILING

    cohort = ds.Cohort.sample(6, seed=1)
    own = 4  # 0 to 3 are the rules' own
    whole, part = (run(cohort=dyads, dyads=None, mother=Moody).session.mother for dyads in (cohort, cohort[3:]))
    assert np.array_equal(whole[3:], part)
    own = 9
    assert not np.array_equal(run(cohort=cohort, dyads=None, mother=Moody).session.mother, whole)
    assert 0.4 < (whole[:, :120] == SMILING).mean() < 0.9
