"""Theories side by side: what each leaves out, that its own data tell it from others, and a user's file of rules."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.fitting import blind_models, compare_theories
from dyadsim.fitting.blind_models import HiddenMarkovModel, MarkovChain
from dyadsim.fitting.coded_sequences import sequences_of
from dyadsim.fitting.theory import THEORIES, Theory
from dyadsim.interaction.paradigms import Episode
from dyadsim.interaction.tables import make_tables
from dyadsim.measurement.session import Session

PLAY = Episode(name="play", seconds=1)


@pytest.fixture(autouse=True)
def short_searches(monkeypatch):
    """One start of a theory and few hidden states to choose among: more takes longer, and is no part of the tests."""
    monkeypatch.setattr(blind_models, "_STATES", (2, 4))
    monkeypatch.setattr(compare_theories, "_STARTS", 1)


@pytest.fixture(scope="module")
def dyads():
    return ds.Cohort.typical().repeated(6)


def tables_under(name, available=True):
    return make_tables(ds.Cohort.of(), Theory.load(name).rules, Episode(name="e", seconds=1, available=available))


@pytest.mark.parametrize("name", THEORIES)
def test_each_theory_leaves_out_what_it_says(name):
    """No chance of his depends on her where he does not follow, and none of hers on him where she does not."""
    made = tables_under(name)
    his = max(np.ptp(part, axis=2).max() for part in (made.infant, made.arousal, made.attention))
    hers = np.ptp(made.mother, axis=1).max()
    follows = {
        "mutual-regulation": (True, True),
        "no-contingency": (False, False),
        "infant-led": (False, True),
        "mother-led": (True, False),
        "attention-withdrawal": (False, True),
    }[name]
    assert (his > 1e-3, hers > 1e-3) == follows
    assert Theory.load(name).says


def test_only_what_a_theory_looks_at_is_free_under_it():
    assert set(Theory.load("mutual-regulation").free()) - set(Theory.load("no-contingency").free()) == {
        "infant_contingency",
        "absence_effect",
        "answer_holds",
        "mother_contingency",
    }
    assert {"withdrawal", "looking_arouses"} <= set(Theory.load("attention-withdrawal").free())
    assert "attention_inertia" not in Theory.load("attention-withdrawal").free()


def test_looking_at_her_arouses_and_arousal_turns_him_away_under_attention_and_withdrawal():
    made = tables_under("attention-withdrawal")
    looking, away = ds.ICEP.infant_names.index("monitor"), ds.ICEP.infant_names.index("object")
    assert (made.arousal[2][looking] > made.arousal[2][away])[:, :4].all()
    assert (np.diff(made.attention[1].reshape(-1, 2, 5), axis=2) <= 0).all()


@pytest.mark.parametrize("true", ["mutual-regulation", "no-contingency"])
def test_sessions_that_a_theory_made_are_told_from_its_rival(dyads, true):
    """At six dyads of four minutes, the lower BIC is that of what was true, and nothing foretells much better.

    A theory that holds the other within it foretells as well where it takes what is not there for nothing.
    """
    rules = Theory.load(true).rules
    sessions = ds.interact(dyads, seed=6, seconds=240, infant=rules.infant, mother=rules.mother)
    compared = ds.compare_theories(sessions, ["mutual-regulation", "no-contingency"], by="time")
    table = compared.frame().set_index("name")
    assert table.loc[table["knows_dyads"], "bic"].idxmin() == true
    best = table.loc[table["held_out"].idxmax()]
    assert best["held_out"] - table.loc[true, "held_out"] < best["held_out_se"] / 10
    assert table.loc[true, "held_out"] > table.loc[["Markov chain", "hidden Markov model"], "held_out"].max()
    assert table.loc["mutual-regulation", "free"] > table.loc["no-contingency", "free"]
    wrong = compared.wrong(times=20)
    assert set(wrong["theory"]) == {"mutual-regulation", "no-contingency"}
    assert (wrong["low"] <= wrong["high"]).all()


def test_a_file_of_rules_is_a_theory(tmp_path, dyads):
    file = tmp_path / "watching.py"
    file.write_text(
        '"""She only ever watches."""\n'
        "import numpy as np\n"
        "import dyadsim as ds\n\n\n"
        "class Watching(ds.MotherRules):\n"
        "    @staticmethod\n"
        "    def preferences(traits, context):\n"
        "        return np.zeros((6, 1, 1, 1, 1)) + traits.mother_base\n",
        "utf-8",
    )
    theory = Theory.load(file)
    assert (theory.name, theory.says) == ("watching", "She only ever watches.")
    assert "mother_inertia.vocal" not in theory.free()
    sessions = ds.interact(dyads[:2], seed=1, seconds=60)
    table = ds.compare_theories(sessions, [file, "no-contingency"], by="time").frame()
    assert table["name"].tolist() == ["watching", "no-contingency", "Markov chain", "hidden Markov model"]


@pytest.mark.parametrize(
    ("theories", "sentence"),
    [
        (["mutual"], "mutual-regulation"),
        (["nowhere.py"], "no file 'nowhere.py'"),
        ([], "no theory"),
        (["infant-led", "infant-led"], "Two theories"),
    ],
)
def test_a_theory_that_is_none_gets_a_sentence(dyads, theories, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.compare_theories(ds.interact(dyads[:2], seconds=30), theories)


def test_what_can_be_held_out_is_told(dyads):
    one = ds.interact(dyads[:1], seconds=30)
    with pytest.raises(ds.DyadsimError, match="compare by 'time'"):
        ds.compare_theories(one, ["no-contingency"], by="dyad")
    with pytest.raises(ds.DyadsimError, match="'dyad' or by 'time'"):
        ds.compare_theories(one, ["no-contingency"], by="week")


def test_a_markov_chain_scores_what_followed_what():
    states = np.array([[4, 4, 2, 2, -1, 4, 4]], np.int8)
    session = Session([0], ["play"], [7], states=(states, np.where(states < 0, -1, 5).astype(np.int8), None))
    sequence = sequences_of([session])[0]
    assert sequence.comparable.tolist() == [False, True, True, True, False, False, True]
    chances, free = MarkovChain().fitted([sequence])
    smile, look = 4 * 6 + 5, 2 * 6 + 5
    assert chances.sum(axis=1) == pytest.approx(1)
    assert free == 2
    # Of three seconds after a smile two were smiles; beside them stands half a transition spread over all 30 pairs.
    assert chances[smile, smile] == pytest.approx((2 + 0.5 / 30) / 3.5)
    assert MarkovChain().score(chances, sequence) == pytest.approx(
        2 * np.log(chances[smile, smile]) + np.log(chances[smile, look]) + np.log(chances[look, look])
    )


def test_a_hidden_markov_model_scores_the_seconds_that_all_models_are_scored_on(dyads):
    sequences = sequences_of([ds.interact(dyads[:4], seed=2, seconds=120)])
    learnt, free = HiddenMarkovModel(states=2).fitted(sequences)
    assert free == 2 + 1 + 2 * (_seen(sequences) - 1)
    score = sum(HiddenMarkovModel().score(learnt, one) for one in sequences)
    assert -4 < score / sum(one.comparable.sum() for one in sequences) < 0


def _seen(sequences):
    """How many pairs of states were seen."""
    pairs = np.concatenate([one.codes[0] * 6 + one.codes[1] for one in sequences])
    return len(np.unique(pairs))
