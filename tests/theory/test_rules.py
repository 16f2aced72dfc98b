"""Rules: they broadcast, they always give probabilities, and a theorist can swap one."""

import ast
import inspect
import subprocess
import sys

import numpy as np
import pytest
from conftest import module_at
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.interaction import engine, tables
from dyadsim.interaction.paradigms import Episode
from dyadsim.interaction.rule_set import Rules
from dyadsim.theory.coefficients import COEFFICIENTS
from dyadsim.theory.traits import TRAITS

PLAY = Episode(name="play", seconds=1)
STILL = Episode(name="still-face", seconds=1, mother="neutral", available=False)
TOUCHED = Episode(name="still-face", seconds=1, mother="neutral", available=False, touched=True)


def by_partner(made):
    """Chances of infant, mother, arousal and attention, each (dyads, 300 contexts, next states)."""
    parts = zip(*made.by_dyad(), strict=True)
    return [np.stack([np.broadcast_to(own, (30, 10, own.shape[2])).reshape(300, -1) for own in part]) for part in parts]


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({t.name: st.floats(t.low, t.high) for t in TRAITS.values()}), st.sampled_from([PLAY, STILL])
)
def test_any_traits_in_range_give_probabilities(traits, episode):
    made = tables.make_tables(ds.Cohort.of(**traits), Rules(), episode)
    for part in by_partner(made):
        assert np.allclose(part.sum(axis=2), 1)
        assert (part >= 0).all()


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {c.name: st.floats(c.low, c.high).map(lambda v, c=c: [v] * len(c.states) if c.states else v)
         for c in COEFFICIENTS.values()}
    )
)  # fmt: skip
def test_any_coefficients_in_range_give_probabilities(values):
    made = tables.make_tables(ds.Cohort.of().replace(**values), Rules(), PLAY)
    assert all(np.allclose(part.sum(axis=2), 1) for part in by_partner(made))


@pytest.mark.parametrize("attention", [0, 1])
def test_one_context_is_the_same_as_its_place_among_all(attention):
    cohort, here = ds.Cohort.sample(4, seed=1), ds.Context.of("object", "vocal", arousal=2, attention=attention)
    infant, mother, _, _ = by_partner(tables.make_tables(cohort, Rules(), PLAY))
    numbers = ds.ICEP.infant_names.index("object"), ds.ICEP.mother_names.index("vocal"), 5 * attention + 2
    place = np.ravel_multi_index(numbers, tables.CONTEXT_SHAPE)
    assert np.allclose(ds.chances(ds.InfantRules, here, cohort), infant[:, place])
    assert np.allclose(ds.chances(ds.MotherRules, here, cohort), mother[:, place])


def test_a_context_has_his_attention_with_her_where_he_looks_at_her():
    for state in ds.ICEP.infant_names:
        assert ds.Context.of(state, "vocal", arousal=1).attention.item() == (state in ("monitor", "positive"))
    with pytest.raises(ds.DyadsimError, match="attention must be a whole number from 0 to 1, not 2"):
        ds.Context.of("object", "vocal", arousal=1, attention=2)


def test_draws_and_thresholds_pick_states_as_often_as_the_table_says():
    """Every whole draw once: the share that picks a state is its probability to 24 bits."""
    made = tables.make_tables(ds.Cohort.sample(3, seed=2), Rules(), PLAY)
    thresholds = made.thresholds()
    columns = tables.INFANT_COLUMNS, tables.MOTHER_COLUMNS, tables.AROUSAL_COLUMNS, tables.ATTENTION_COLUMN
    for where, part in zip(columns, by_partner(made), strict=True):
        edges = np.concatenate([np.zeros((3, 300, 1)), thresholds[:, :, where], np.full((3, 300, 1), 2.0**24)], axis=2)
        assert np.allclose(np.diff(edges, axis=2) / 2**24, part, atol=2.0**-23)


def test_arousal_stays_between_its_ends():
    _, _, arousal, _ = by_partner(tables.make_tables(ds.Cohort.sample(3, seed=2), Rules(), PLAY))
    level = np.arange(300) % 5
    assert (arousal[:, level == 0, 0] == 0).all()
    assert (arousal[:, level == 4, 2] == 0).all()


def test_the_still_face_holds_her_and_leaves_his_rules_alone():
    """Nothing else changes: where she is unavailable anyway, his tables are those of play."""
    cohort = ds.Cohort.sample(5, seed=3)
    play, still = (tables.make_tables(cohort, Rules(), episode) for episode in (PLAY, STILL))
    held = np.broadcast_to(still.mother, (6, 5, 6, 10, 5))
    assert (held[ds.ICEP.mother_names.index("neutral")] == 1).all()
    for state in ("withdrawn", "elsewhere"):
        m = ds.ICEP.mother_names.index(state)
        assert np.allclose(play.infant[:, :, m], still.infant[:, :, m])
        assert np.allclose(play.arousal[:, :, m], still.arousal[:, :, m])
        assert np.allclose(play.attention[:, :, m], still.attention[:, :, m])


def attends(context, **changed):
    """Log-odds of a typical dyad's attention to her in a context, with coefficients or traits changed."""
    return np.asarray(ds.InfantRules.attention(Rules().view(ds.Cohort.of().replace(changed)), context)).item()


ANSWERED = ds.Context.of("positive", "positive", arousal=1)
MISSED = ds.Context.of("positive", "neutral", arousal=1)
ABSENT = ds.Context.of("monitor", "elsewhere", arousal=1)
STILL_FACE = ds.Context.of("monitor", "vocal", arousal=1, available=False)
STILL_TOUCHED = ds.Context.of("monitor", "vocal", arousal=1, available=False, touched=True)
TURNED_AWAY = ds.Context.of("object", "vocal", arousal=1)
WITH_HER = ds.Context.of("object", "vocal", arousal=1, attention=1)


@pytest.mark.parametrize(
    ("raised", "context", "way"),
    [
        ("attention_base", TURNED_AWAY, 1),
        ("attention_inertia", TURNED_AWAY, -1),
        ("attention_inertia", WITH_HER, 1),
        ("answer_holds", ANSWERED, 1),
        ("answer_holds", MISSED, -1),
        ("answer_holds", ABSENT, 0),
        ("answer_holds", STILL_FACE, 0),
        ("bids", ABSENT, 1),
        ("bids", STILL_FACE, 1),
        ("bids", ANSWERED, 0),
        ("touch_answers", STILL_TOUCHED, 1),
        ("touch_answers", STILL_FACE, 0),
        ("touch_answers", ANSWERED, 0),
        ("attention_growth", ANSWERED, 0),  # at the age that the others are set by
        ("sociability", TURNED_AWAY, 1),
        ("expectation", STILL_FACE, 1),
        ("expectation", ANSWERED, 0),
        ("regulation", ANSWERED, 0),
    ],
)
def test_what_holds_and_draws_his_attention(raised, context, way):
    now = {
        "answer_holds": 1.0,
        "bids": 1.0,
        "expectation_effect": 0.5,
        "sociability_attends": 0.5,
        "touch_answers": 0.3,
    }
    before = (dict(ds.Coefficients.default()) | now).get(raised, 0.0)
    assert np.sign(attends(context, **now | {raised: before + 0.5}) - attends(context, **now)) == way


def test_a_newborn_hardly_heeds_whether_he_is_answered():
    def heeds(age):
        with_it, without = ({"answer_holds": strength, "age": age} for strength in (1, 0))
        return attends(ANSWERED, **with_it) - attends(ANSWERED, **without)

    assert heeds(0.0) == 0 < heeds(3.0) < heeds(39.0)


def test_her_touch_softens_the_still_face_and_changes_nothing_in_play():
    dyads = ds.Cohort.sample(3, seed=4).replace(touch_answers=0.5)
    law = ds.law(dyads, "still-face-with-touch").measures().groupby("episode").mean(numeric_only=True)
    without = ds.law(dyads, "still-face").measures().groupby("episode").mean(numeric_only=True)
    assert law.loc["play"].equals(without.loc["play"])
    softer = (law - without).loc["still-face"]
    assert softer["infant_monitor"] + softer["infant_positive"] > 0 > softer["arousal"]
    touched, play = (
        tables.make_tables(dyads, Rules(), episode)
        for episode in (Episode(name="touched", seconds=1, touched=True), PLAY)
    )
    there = [k for k, name in enumerate(ds.ICEP.mother_names) if name not in ("withdrawn", "elsewhere")]
    for part in ("infant", "arousal", "attention"):
        assert np.array_equal(getattr(touched, part)[:, :, there], getattr(play, part)[:, :, there])


def hers(state, context, **changed):
    """Chance that a typical mother goes to a state, with coefficients or traits changed."""
    return ds.chances(ds.MotherRules, context, ds.Cohort.of().replace(changed))[state].item()


SMILES, CRIES = (ds.Context.of(his, "neutral", arousal=1) for his in ("positive", "protest"))
PHONE = ds.Context.of("positive", "elsewhere", arousal=1)


@pytest.mark.parametrize(
    ("raised", "state", "context", "way"),
    [
        ("noticing", "positive", SMILES, 1),
        ("reading", "positive", SMILES, 1),
        ("mother_contingency", "positive", SMILES, 1),
        ("sensitivity", "positive", SMILES, 1),
        ("reflective_functioning", "positive", SMILES, 0),
        ("reflective_functioning", "vocal", CRIES, 1),
        ("sensitivity", "vocal", CRIES, 0),
        ("sensitivity", "negative", SMILES, -1),
        ("burden", "positive", SMILES, -1),
        ("elsewhere_dulls", "positive", PHONE, -1),
        ("elsewhere_dulls", "positive", SMILES, 0),
        ("stimulation", "neutral", TURNED_AWAY, -1),
        ("distraction", "elsewhere", SMILES, 1),
    ],
)
def test_noticing_reading_and_answering_show_in_what_she_does(raised, state, context, way):
    now = {"noticing": 1.0, "reading": 2.0, "mother_contingency": 2.0, "noticing_effect": 0.5, "reading_effect": 0.5}
    before = (dict(ds.Coefficients.default()) | now).get(raised, 0.0)
    change = hers(state, context, **now | {raised: before + 0.5}) - hers(state, context, **now)
    assert np.sign(change) == way


def test_a_mother_who_notices_nothing_answers_nothing():
    """What he does then changes nothing in her next state, however strongly she answers what she notices."""
    blind = {"noticing": -5.0, "noticing_effect": 3.0, "sensitivity": -4.0, "reflective_functioning": -4.0}
    said = [hers("positive", ds.Context.of(his, "neutral", 1), **blind) for his in ds.ICEP.infant_names]
    assert said == pytest.approx([said[0]] * 5, abs=1e-6)


def test_light_burden_weighs_little_and_heavy_burden_much():
    """The load doubles with each standard score."""
    smiles = np.array([hers("positive", SMILES, burden=burden) for burden in (-2, -1, 0, 1, 2)])
    assert (np.diff(smiles) < 0).all()
    assert smiles[0] - smiles[1] < smiles[1] - smiles[2] < smiles[2] - smiles[3]


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_no_coefficient_is_without_effect(name):
    """Some dyad's tables, in play, with her absent or touching him, are others when any coefficient is."""
    dyads = ds.Cohort.of(**{trait: [0.5, 0.5] for trait in TRAITS if trait != "age"}, age=[4.0, 45.0])
    known = COEFFICIENTS[name]
    value = dyads.coefficients[name]
    if known.states:
        value, name = value[-1], f"{name}.{known.states[-1]}"
    other = {name: value + 0.1 if value + 0.1 <= known.high else value - 0.1}
    before, after = (
        [tables.make_tables(each, Rules(), episode).thresholds() for episode in (PLAY, STILL, TOUCHED)]
        for each in (dyads, dyads.replace(other))
    )
    assert not np.array_equal(before, after)


# A rule of one's own


def test_a_swapped_rule_is_followed_by_law_engine_and_mesa_without_recompilation(cohort):
    own = module_at("experiments/templates/rule.py").MirroringMother
    assert lines_of_code(own) < 10

    ds.interact(cohort, "still-face", seed=1)
    compiled = len(engine.run.signatures)
    session = ds.interact(cohort, "still-face", seed=1, mother=own, states=True)
    assert len(engine.run.signatures) == compiled

    model = ds.DyadModel(cohort=cohort, paradigm="still-face", seed=1, mother=own)
    model.run_model()
    assert np.array_equal(model.session.mother, session.mother)
    assert np.array_equal(model.session.infant, session.infant)
    assert isinstance(model.dyads[0][1], own)
    assert isinstance(model.dyads[0][1], ds.Mother)

    shipped, swapped = ds.law(cohort).measures(), ds.law(cohort, mother=own).measures()
    assert (swapped["mother_positive"] > shipped["mother_positive"]).all()
    simulated = ds.interact(cohort.repeated(200), seed=3, mother=own).measures()["mother_positive"]
    assert abs(simulated.mean() - swapped["mother_positive"].mean()) < 4 * simulated.sem()


def lines_of_code(made):
    """How many lines a class takes without its comments and docstrings."""
    tree = ast.parse(inspect.getsource(made))
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            del node.body[0]
    return len(ast.unparse(tree).split("\n"))


def test_an_extra_trait_of_a_rule_is_declared_set_and_used(cohort):
    own = module_at("experiments/templates/rule.py").MirroringMother
    (warmth,) = own.extra_traits
    more = cohort.replace({warmth.name: 2}, extra_traits=own.extra_traits)
    assert (
        ds.law(more, mother=own).measures()["mother_positive"]
        > ds.law(cohort, mother=own).measures()["mother_positive"]
    ).all()
    with pytest.raises(ds.DyadsimError, match="is 99, but must lie between -4 and 4"):
        more.replace({warmth.name: 99})


def test_mesa_agents_can_be_subclassed_too(cohort):
    class Absent(ds.Mother):
        @staticmethod
        def preferences(traits, context):
            return ds.MotherRules.preferences(traits, context) + 5.0 * np.eye(6)[2].reshape(6, 1, 1, 1, 1)

    model = ds.DyadModel(cohort=cohort, seconds=60, seed=0, mother=Absent)
    model.run_model()
    session = ds.interact(cohort, seconds=60, mother=Absent)
    assert np.array_equal(model.session.mother, session.mother)
    assert session.measures()["mother_elsewhere"].mean() > 0.5


def whole(value):
    return np.full((6, 1, 1, 1, 1), value)


BAD_RULES = {
    "nan": (lambda traits, context: np.full((6, 5, 1, 1, 1), np.nan), "no probabilities for infant protest"),
    "never anything": (lambda traits, context: whole(-np.inf), "no probabilities"),
    "plus infinity": (lambda traits, context: whole(np.inf), "no probabilities"),
    "too few states": (lambda traits, context: np.zeros((5, 1, 1, 1, 1)), "next states, infant, mother, inner"),
    "wrong context": (lambda traits, context: np.zeros((6, 3, 1, 1, 1)), "must broadcast to"),
    "no context": (lambda traits, context: np.zeros((6, 20)), "must broadcast to"),
    "unknown trait": (lambda traits, context: traits.sensitvity, "Did you mean 'sensitivity'"),
    "a mistake": (lambda traits, context: 1 / 0, "failed with ZeroDivisionError"),
    "masked": (lambda traits, context: np.ma.masked_equal(whole(9.0), 9.0), "no probabilities for infant protest"),
    "dates": (lambda traits, context: whole(0).astype("datetime64[s]"), "gives no real numbers"),
    "words": (lambda traits, context: "warm", "gives no real numbers"),
    "complex": (lambda traits, context: whole(1j), "gives no real numbers"),
    "mixing dyads": (lambda traits, context: whole(1) * np.arange(6).reshape(6, 1, 1, 1, 1) * traits.burden.mean(),
                     "mixes dyads"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_RULES)
def test_a_rule_that_gives_no_table_gets_one_sentence(name, cohort):
    rule, sentence = BAD_RULES[name]
    bad = type("BadMother", (ds.MotherRules,), {"preferences": staticmethod(rule), "__module__": "mine"})
    for run in (ds.interact, ds.law, lambda dyads, mother: ds.DyadModel(cohort=dyads, mother=mother)):
        with pytest.raises(ds.DyadsimError, match=sentence) as error:
            run(cohort, mother=bad)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("said", [0.0, (0.0,), (0.0, 0.0, 0.0), (np.zeros(3), np.zeros(4)), (1j, 0.0)])
def test_an_arousal_rule_gives_two_log_odds(said, cohort):
    rule = staticmethod(lambda traits, context: said)
    bad = type("BadInfant", (ds.InfantRules,), {"arousal_change": rule, "__module__": "mine"})
    with pytest.raises(ds.DyadsimError, match=r"The rule .* (failed with|gives log-odds|gives no real numbers)"):
        ds.interact(cohort, infant=bad)


def test_log_odds_of_arousal_that_are_masked_are_no_chances(cohort):
    rule = staticmethod(lambda traits, context: (np.ma.masked_equal([9.0], 9.0), 0.0))
    bad = type("BadInfant", (ds.InfantRules,), {"arousal_change": rule, "__module__": "mine"})
    with pytest.raises(ds.DyadsimError, match="gives no probabilities"):
        ds.interact(cohort, infant=bad)


BAD_ATTENTION = {
    "nan": (np.nan, "gives no probabilities for infant protest, mother negative, arousal 0"),
    "plus infinity": (np.inf, "gives no probabilities"),
    "two numbers": ((0.0, 0.0), "gives log-odds of shape"),
    "next states": (np.zeros((2, 5, 6, 10, 1)), "gives log-odds of shape|failed with"),
    "wrong context": (np.zeros((5, 6, 5, 1)), "gives log-odds of shape"),
    "words": ("her", "gives no real numbers"),
    "complex": (1j, "gives no real numbers"),
    "masked": (np.ma.masked_equal([9.0], 9.0), "gives no probabilities"),
    "ragged": ([[0.0], [0.0, 1.0]], "attention"),
}


@pytest.mark.parametrize("name", BAD_ATTENTION)
@pytest.mark.parametrize("run", [ds.interact, ds.law, lambda cohort, infant: ds.DyadModel(cohort, infant=infant)])
def test_an_attention_rule_that_gives_no_chance_gets_one_sentence(name, run, cohort):
    said, sentence = BAD_ATTENTION[name]
    rule = staticmethod(lambda traits, context: said)
    bad = type("BadInfant", (ds.InfantRules,), {"attention": rule, "__module__": "mine"})
    with pytest.raises(ds.DyadsimError, match=f"The rule .*({sentence})") as error:
        run(cohort, infant=bad)
    assert "\n" not in str(error.value)


def test_where_a_rule_of_both_inner_states_fails_is_said(cohort):
    class Torn(ds.InfantRules):
        @staticmethod
        def attention(traits, context):
            return np.where((context.arousal == 3) & (context.attention == 1), np.nan, 0.0)

    with pytest.raises(ds.DyadsimError, match=r"mother negative, arousal 3, attention 1 \(dyad 0\)"):
        ds.interact(cohort, infant=Torn)


def test_an_attention_rule_may_say_never_and_always():
    """With log-odds of minus infinity his attention is never with her, with 40 always: he looks less, and more."""
    looks = []
    for odds in (-np.inf, 40.0):
        rule = staticmethod(lambda traits, context, odds=odds: odds)
        own = type("Set", (ds.InfantRules,), {"attention": rule, "__module__": "mine"})
        law = ds.law(ds.Cohort.of(), infant=own).measures().iloc[0]
        looks.append(law["infant_monitor"] + law["infant_positive"])
    shipped = ds.law(ds.Cohort.of()).measures().iloc[0]
    assert looks[0] < shipped["infant_monitor"] + shipped["infant_positive"] < looks[1]


def test_an_arousal_rule_may_look_at_traits_alone():
    """A shape of (dyads,) is the dyads, also where there are five of them, as many as infant states."""

    class Steady(ds.InfantRules):
        @staticmethod
        def arousal_change(traits, context):
            return traits.regulation, -traits.regulation

    five = ds.Cohort.of(regulation=[-2, -1, 0, 1, 2])
    together = ds.law(five, infant=Steady).measures()["arousal"].tolist()
    alone = [ds.law(five[k], infant=Steady).measures()["arousal"].item() for k in range(5)]
    assert together == pytest.approx(alone)
    assert together == sorted(together, reverse=True)


def test_a_rule_cannot_change_traits_or_defaults(cohort):
    class Greedy(ds.MotherRules):
        @staticmethod
        def preferences(traits, context):
            traits.sensitivity -= 0.1
            return ds.MotherRules.preferences(traits, context)

    class Meddling(ds.MotherRules):
        @staticmethod
        def preferences(traits, context):
            traits.mother_base[2] += 1
            return ds.MotherRules.preferences(traits, context)

    before = cohort.traits["sensitivity"].copy(), ds.Coefficients.default()["mother_base"].copy()
    for rule in (Greedy, Meddling):
        with pytest.raises(ds.DyadsimError, match="read-only"):
            ds.DyadModel(cohort=cohort, mother=rule)
    assert np.array_equal(before[0], cohort.traits["sensitivity"])
    assert np.array_equal(before[1], ds.Coefficients.default()["mother_base"])


def test_a_class_that_changes_no_rule_says_so(cohort):
    class Misspelt(ds.MotherRules):
        @staticmethod
        def preference(traits, context):
            return 0.0

    with pytest.raises(ds.DyadsimError, match="Misspelt changes no rule: override preferences"):
        ds.interact(cohort, mother=Misspelt)
    for mother in (None, "Mother", ds.InfantRules, 3):
        with pytest.raises(ds.DyadsimError, match=r"mother must be a class made from ds\.MotherRules"):
            ds.interact(cohort, mother=mother)


def test_behaviour_that_only_agents_show_is_refused_where_rules_alone_are_followed(cohort):
    class Stubborn(ds.Mother):
        def decide(self):
            self.next_state = 0

    model = ds.DyadModel(cohort=cohort, seconds=10, mother=Stubborn)
    model.run_model()
    assert (model.session.mother == 0).all()
    for run in (ds.interact, ds.law):
        with pytest.raises(ds.DyadsimError, match="overrides 'decide', which only the Mesa model follows"):
            run(cohort, mother=Stubborn)


def test_minus_infinity_forbids_a_state(cohort):
    class Attentive(ds.MotherRules):
        @staticmethod
        def preferences(traits, context):
            never = np.where(np.arange(6) == 2, -np.inf, 0.0).reshape(6, 1, 1, 1, 1)
            return ds.MotherRules.preferences(traits, context) + never

    assert (ds.interact(cohort, mother=Attentive).measures()["mother_elsewhere"] == 0).all()


def test_the_rules_know_nothing_of_mesa():
    """Rules, law and engine run where Mesa was never imported."""
    probe = "c = ds.Cohort.sample(2); ds.interact(c); ds.law(c); assert 'mesa' not in sys.modules"
    subprocess.run([sys.executable, "-c", f"import sys, dyadsim as ds; {probe}"], check=True)
