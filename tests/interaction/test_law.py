"""The exact law is what simulation converges to, and it goes the way the field says."""

import os
import subprocess
import sys

import numpy as np
import pytest
from dense_chain import transition_matrix
from own_theories import Absorbed, Watchful

import dyadsim as ds
from dyadsim.interaction.law import _chains
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules
from dyadsim.interaction.tables import START
from dyadsim.measurement.repair_survival import survival
from dyadsim.people.risks_and_support import settled

SHARES = [f"infant_{n}" for n in ds.ICEP.infant_names] + [f"mother_{n}" for n in ds.ICEP.mother_names]


@pytest.mark.parametrize(
    ("population", "paradigm"),
    [
        ("community", "still-face"),
        ("community", "separation"),
        ("depressed", "still-face"),
        ("irritable-infant", "still-face"),
    ],
)
def test_twenty_thousand_simulated_dyads_lie_within_four_standard_errors(population, paradigm):
    """Forty distinct dyads, five hundred of each, also where she is not there for him.

    Whole dyads are dealt into fifty groups that each hold every distinct dyad ten times, and the standard error is that
    of the mean of the groups: clustered by dyad, and free of how much the forty differ. About 110 comparisons a
    population: by chance one run in 50 (Student's t, 49 degrees of freedom) would have one beyond four errors; the seed
    is fixed. (With seed 5 the irritable infants have one at 4.1; with seeds 6 to 10 none lies beyond 2.7.)
    """
    dyads = ds.Cohort.sample(40, population, seed=11)
    law = ds.law(dyads, paradigm)
    session = ds.interact(dyads.repeated(500), paradigm, seed=6)
    groups = [slice(first, first + 400) for first in range(0, 20_000, 400)]
    for scheme in ds.SCHEMES:
        expected = law.measures(scheme).groupby("episode").mean(numeric_only=True)
        simulated = session.measures(scheme)
        simulated["group"] = simulated["dyad"] // 400
        by_group = simulated.groupby(["episode", "group"]).mean(numeric_only=True)
        for measure in ("match", "repairs_per_min", *(SHARES if scheme == "strict" else [])):
            each = by_group[measure].groupby("episode")
            distance = (each.mean() - expected[measure]).abs()
            assert (distance <= 4 * each.sem() + 1e-12).all(), (scheme, measure)
        exact = law.repair_survival(scheme).set_index(["episode", "seconds"])["survival"]
        match = ds.match_scheme(scheme)
        tally = session._tally(match)
        for e, episode in enumerate(session.episodes):
            own = tally[e :: len(session.episodes)].latencies_of(match)
            curve = survival(own.pooled())[0]
            curves = [survival(own[group].pooled())[0] for group in groups]
            standard_error = np.std(curves, axis=0, ddof=1) / np.sqrt(50)
            for second in (2, 5, 10, 20):
                distance = abs(curve[second - 1] - exact[episode, second])
                assert distance <= 4 * standard_error[second - 1] + 1e-12, (scheme, episode, second)


@pytest.mark.parametrize("rules", [Rules(), Rules(Absorbed, Watchful)], ids=["shipped", "own"])
@pytest.mark.parametrize("paradigm", ["still-face", "separation"])
def test_the_law_goes_the_way_of_the_whole_matrix(rules, paradigm, cohort):
    """Its course and its transitions are those of 300 x 300 chances, second by second, whoever sees what."""
    paradigm = Paradigm.load(paradigm).lasting(60)
    chain = _chains(cohort[:3], paradigm, rules)[2]
    now = np.eye(300)[START]
    for place, episode in enumerate(paradigm.episodes):
        matrix, pairs = transition_matrix(cohort[:3], rules, episode, dyad=2), np.zeros((30, 30))
        assert np.allclose(matrix.sum(axis=1), 1, atol=1e-12)
        counted = chain.episodes[place]
        for second in range(counted.first, counted.first + episode.seconds):
            if second > counted.first:
                joint = (now[:, None] * matrix).reshape(30, 10, 30, 10)
                pairs += joint.sum(axis=(1, 3))
            now = now @ matrix
            assert np.allclose(chain.course[second].ravel(), now, atol=1e-12)
        assert np.allclose(counted.pairs, pairs, atol=1e-12)


@pytest.mark.parametrize("rules", [Rules(), Rules(Absorbed, Watchful)], ids=["shipped", "own"])
@pytest.mark.parametrize("scheme", [*ds.SCHEMES, np.zeros((5, 6)), np.ones((5, 6))])
@pytest.mark.parametrize("seconds", [1, 2, 40, 90])
def test_repair_survival_is_that_of_brute_force(rules, scheme, seconds, cohort):
    """Follow one dyad's mismatches second by second, age by age, and compare with the law's shortcut."""
    paradigm = Paradigm.load("free-play").lasting(seconds)
    chain, scheme = _chains(cohort[:1], paradigm, rules)[0], ds.match_scheme(scheme)
    matrix = transition_matrix(cohort[:1], rules, paradigm.episodes[0])
    mismatch = np.repeat(~scheme.cells, 10).astype(float)
    now = np.eye(300)[START] @ matrix
    spells, at_risk, repaired = (now * mismatch).sum(), np.zeros(90), np.zeros(90)
    by_age = [now * mismatch]
    for _ in range(1, seconds):
        for age, mass in enumerate(by_age):
            at_risk[age] += mass.sum()
            repaired[age] += (mass @ matrix * (1 - mismatch)).sum()
        fresh = now * (1 - mismatch) @ matrix * mismatch
        spells += fresh.sum()
        by_age = [fresh, *(mass @ matrix * mismatch for mass in by_age)]
        now = now @ matrix
    law_spells, law_at_risk, law_repaired = chain.latencies(scheme)[0]
    assert law_spells == pytest.approx(spells, abs=1e-12)
    assert np.allclose(law_at_risk, at_risk[:60], atol=1e-12)
    assert np.allclose(law_repaired, repaired[:60], atol=1e-12)


def test_repair_survival_of_each_episode_begins_anew():
    """A mismatch that lasts from one episode into the next is cut there: its repair is counted from the border."""
    dyad, rules = ds.Cohort.of(), Rules()
    paradigm = Paradigm.load("still-face").lasting(90)
    chain, mismatch = _chains(dyad, paradigm, rules)[0], np.repeat(~ds.match_scheme("strict").cells, 10).astype(float)
    now = np.eye(300)[START]
    for episode, (spells, at_risk, _) in zip(paradigm.episodes, chain.latencies(ds.match_scheme()), strict=True):
        matrix = transition_matrix(dyad, rules, episode)
        course = [now := now @ matrix for _ in range(episode.seconds)]
        began = [course[0] * mismatch, *((before * (1 - mismatch)) @ matrix * mismatch for before in course[:-1])]
        assert spells == pytest.approx(np.sum(began), abs=1e-12)
        assert at_risk[0] == pytest.approx(np.sum(began[:-1]), abs=1e-12)


def test_his_attention_goes_with_her_absence_as_the_law_says():
    """Share of 300 Mesa infants who attend to her at ten seconds; five standard errors of a share, fixed seed."""
    dyads, paradigm = 300, Paradigm.load("separation").lasting(60)
    (chain,) = _chains(ds.Cohort.of(), paradigm, Rules())
    model = ds.DyadModel(ds.Cohort.of().repeated(dyads), paradigm, seed=4)
    expected = chain.course[:, :, 5:].sum(axis=(1, 2))
    for second in range(60):
        model.step()
        if second % 6 == 5:
            share = np.mean([infant.attending for infant, _ in model.dyads])
            assert abs(share - expected[second]) < 5 * np.sqrt(expected[second] * (1 - expected[second]) / dyads)
    assert 0 < expected.min() < expected.max() < 1


def test_a_mother_who_sees_his_inner_state_is_followed_by_law_and_engine_alike():
    """Shares of 3,000 sessions of each of three dyads, under rules that see both inner states; 4.5 standard errors."""
    cohort, sessions = ds.Cohort.sample(3, seed=2), 3000
    own = {"infant": Absorbed, "mother": Watchful}
    law = ds.law(cohort, "still-face", **own).measures()
    played = ds.interact(cohort.repeated(sessions), "still-face", seed=2, **own).measures()
    played["place"] = played["dyad"] % 3
    by_place = played.groupby(["place", "episode"], sort=False)
    for measure in (*SHARES, "match", "arousal"):
        expected = law.set_index(["dyad", "episode"])[measure]
        distance = (by_place[measure].mean() - expected).abs()
        assert (distance <= 4.5 * by_place[measure].sem() + 1e-12).all(), measure
    shipped = ds.law(cohort, "still-face").measures()
    assert (law["mother_positive"] - shipped["mother_positive"]).abs().max() > 0.01


def test_equal_dyads_share_one_law(cohort):
    law = ds.law(cohort[:3].repeated(50))
    assert len(law._chains) == 3
    assert len(law.measures()) == 150


def test_the_course_and_the_shares_say_the_same(cohort):
    law = ds.law(cohort, "still-face")
    course = law.course().groupby("episode").mean(numeric_only=True)
    shares = law.shares().groupby("episode").mean(numeric_only=True)
    assert np.allclose(course.loc[:, SHARES], shares.loc[course.index, SHARES])


# What the field says


def latency(**traits):
    """Mean repair latency in free play on the exact law, strict scheme, seconds."""
    return ds.law(ds.Cohort.of(**traits)).measures("strict")["mean_repair_latency"].item()


def test_less_sensitivity_more_burden_and_irritability_each_lengthen_repair():
    sensitivity = [latency(sensitivity=s) for s in (-3, -2, -1, 0, 1, 2, 3)]
    assert sensitivity == sorted(sensitivity, reverse=True)
    burden = [latency(burden=b) for b in (1, 2, 3)]  # what is light for most hardly counts
    assert burden == sorted(burden)
    irritable = [latency(negativity=n) for n in (-2, -1, 0, 1, 2, 3)]
    assert irritable == sorted(irritable)
    assert min(sensitivity[0] - sensitivity[-1], burden[-1] - burden[0], irritable[-1] - irritable[0]) > 1


def test_sensitivity_shortens_repair_most_for_irritable_infants():
    gain = [
        latency(negativity=negativity, sensitivity=-1) - latency(negativity=negativity, sensitivity=1)
        for negativity in (-1.5, 0, 1.5)
    ]
    assert gain == sorted(gain)
    assert gain[0] > 0


def test_the_still_face_effect_carries_over_into_reunion(cohort):
    """M_mesman_sfe: positive affect and gaze fall, negative affect rises; reunion stays below and above play."""
    law = ds.law(cohort, "still-face").measures().groupby("episode").mean(numeric_only=True)
    play, still, reunion = (law.loc[name] for name in ("play", "still-face", "reunion"))
    assert still["infant_positive"] < reunion["infant_positive"] < play["infant_positive"]
    assert still["infant_protest"] > reunion["infant_protest"] > play["infant_protest"]
    assert still["infant_monitor"] + still["infant_positive"] < play["infant_monitor"] + play["infant_positive"]


def test_contingencies_are_ordered_as_published(cohort):
    """M_beebe_asym and M_beebe_self_dom: hers above his, both above zero, self far above interactive."""
    law = ds.law(cohort).measures().mean(numeric_only=True)
    assert law["mother_interactive_contingency"] > law["infant_interactive_contingency"] > 0.01
    assert law["infant_self_contingency"] > 2 * law["infant_interactive_contingency"]
    assert law["mother_self_contingency"] > 2 * law["mother_interactive_contingency"]
    assert law["match"] > law["chance_match"]


EFFECTS = [
    # what is raised, what it moves, and which way
    ("regulation", "arousal", -1),
    ("sociability", "infant_object", -1),
    ("sociability", "infant_positive", 1),
    ("negativity", "infant_protest", 1),
    ("negativity", "arousal", 1),
    ("infant_persistence", "infant_bouts_per_min", -1),
    ("mother_persistence", "mother_bouts_per_min", -1),
    ("sensitivity", "mother_interactive_contingency", 1),
    ("sensitivity", "answered", 1),
    ("sensitivity", "mother_negative", -1),
    ("reflective_functioning", "answered", 1),
    ("stimulation", "mother_neutral", -1),
    ("burden", "mother_negative", 1),
    ("burden", "mother_withdrawn", 1),
    ("burden", "mother_elsewhere", 1),
    ("burden", "mother_positive", -1),
    ("distraction", "mother_elsewhere", 1),
    ("infant_contingency", "infant_interactive_contingency", 1),
    ("mother_contingency", "mother_interactive_contingency", 1),
    ("noticing", "mother_interactive_contingency", 1),
    ("reading", "answered", 1),
    ("absence_effect", "infant_protest", 1),
    ("arousal_effect", "infant_protest", 1),
    ("attention_effect", "infant_monitor", 1),
    ("attention_base", "infant_monitor", 1),
    ("attention_inertia", "infant_self_contingency", 1),
    ("arousal_rise", "arousal", 1),
    ("arousal_fall", "arousal", -1),
    ("distress_arouses", "arousal", 1),
    ("absence_arouses", "arousal", 1),
    ("answer_calms", "arousal", -1),
    ("comfort_calms", "arousal", -1),
]


@pytest.mark.parametrize(("raised", "moved", "way"), EFFECTS)
def test_each_trait_and_strength_moves_what_it_says(raised, moved, way):
    dyad = ds.Cohort.of()
    strength = dict(dyad.coefficients).get(raised, 0.0)
    before, after = (
        ds.law(dyad.replace({raised: strength + by}), "still-face").measures().set_index("episode")[moved]
        for by in (0, 0.5)
    )
    assert (way * (after - before)[["play", "reunion"]] > 1e-5).all()


@pytest.mark.parametrize(
    ("raised", "moved", "way"),
    [("bids", "infant_monitor", 1), ("absence_effect", "infant_positive", -1), ("expectation", "infant_protest", -1)],
)
def test_what_he_does_while_she_is_not_there_for_him(raised, moved, way):
    dyad = ds.Cohort.of()
    strength = dict(dyad.coefficients).get(raised, 0.0)
    before, after = (
        ds.law(dyad.replace({raised: strength + by}), "still-face").measures().set_index("episode")[moved]
        for by in (0, 0.5)
    )
    assert way * (after - before)["still-face"] > 1e-5


THROUGH = [
    # an effect, the trait through which alone it acts, what it moves, and which way, where the trait is high
    ("sociability_smiles", "sociability", "infant_positive", 1),
    ("sociability_attends", "sociability", "infant_monitor", 1),
    ("negativity_unsettles", "negativity", "arousal", 1),
    ("regulation_calms", "regulation", "arousal", -1),
    ("expectation_effect", "expectation", "infant_protest", -1),
    ("infant_persistence_effect", "infant_persistence", "infant_bouts_per_min", -1),
    ("noticing_effect", "sensitivity", "mother_interactive_contingency", 1),
    ("noticing_effect", "reflective_functioning", "answered", 1),
    ("reading_effect", "sensitivity", "answered", 1),
    ("reading_effect", "reflective_functioning", "answered", 1),
    ("stimulation_effect", "stimulation", "mother_interactive_contingency", 1),
    ("stimulation_acts", "stimulation", "mother_neutral", -1),
    ("burden_dulls", "burden", "mother_interactive_contingency", -1),
    ("burden_effect", "burden", "mother_positive", -1),
    ("burden_unsettles", "burden", "mother_bouts_per_min", 1),
    ("distraction_effect", "distraction", "mother_elsewhere", 1),
    ("mother_persistence_effect", "mother_persistence", "mother_bouts_per_min", -1),
    ("attention_growth", "age", "infant_monitor", 1),
    ("contingency_growth", "age", "infant_interactive_contingency", 1),
    ("regulation_growth", "age", "arousal", -1),
]


@pytest.mark.parametrize(("effect", "trait", "moved", "way"), THROUGH)
def test_an_effect_acts_through_its_trait_and_vanishes_at_the_typical_dyad(effect, trait, moved, way):
    typical, other = ds.Cohort.of(), ds.Cohort.of(**{trait: 52 if trait == "age" else 1})

    def change(dyad):
        stronger = dyad.replace({effect: dyad.coefficients[effect] + 0.3})
        before, after = (ds.law(each).measures().select_dtypes(float).iloc[0] for each in (dyad, stronger))
        return after - before

    assert change(typical).abs().max() == 0
    assert way * change(other)[moved] > 1e-5


def test_smiles_come_in_the_first_months():
    smiles = ds.law(ds.Cohort.of(age=[1, 4, 8, 13])).measures()["infant_positive"]
    assert smiles.is_monotonic_increasing
    assert smiles.iloc[0] < 0.5 * smiles.iloc[-1]
    without = ds.law(ds.Cohort.of(age=[1, 13]).replace(smile_growth=0)).measures()["infant_positive"]
    assert without.iloc[0] > smiles.iloc[0]


def test_three_six_and_nine_months_differ():
    law = ds.law(ds.Cohort.of(age=[13, 26, 39])).measures()
    assert law["infant_object"].is_monotonic_increasing
    assert law["infant_monitor"].is_monotonic_decreasing
    assert law["infant_object"].diff().min() > 0.05


def test_sessions_of_a_dyad_differ_in_bouts_as_much_as_the_law_says():
    """Mean and sd of bouts a minute, 4,000 sessions of each of three dyads; five standard errors, fixed seed."""
    cohort, sessions = ds.Cohort.sample(3, seed=2), 4000
    law = ds.law(cohort, "still-face").bout_rates()
    played = ds.interact(cohort.repeated(sessions), "still-face", seed=2).measures()
    for partner in ("infant", "mother"):
        rate = played.groupby("dyad")[f"{partner}_bouts_per_min"].mean()  # episodes are of one length
        for dyad in range(3):
            own = rate.iloc[dyad::3]
            mean, sd = law.loc[dyad, [f"{partner}_mean", f"{partner}_sd"]]
            assert abs(own.mean() - mean) < 5 * sd / np.sqrt(sessions)
            assert own.std() == pytest.approx(sd, rel=5 / np.sqrt(2 * sessions))


@pytest.mark.parametrize("partner", ["infant", "mother"])
@pytest.mark.parametrize("rules", [Rules(), Rules(Absorbed, Watchful)], ids=["shipped", "own"])
def test_mean_and_variance_of_bouts_are_those_of_brute_force(partner, rules, cohort):
    """The chance of every number of changes, context by context, carried along the whole matrix."""
    paradigm = Paradigm.load("still-face").lasting(12)
    chain = _chains(cohort[:1], paradigm, rules)[0]
    state = np.arange(300) // 10 // 6 if partner == "infant" else np.arange(300) // 10 % 6
    change = state[:, None] != state[None]
    by_count = np.zeros((13, 300))
    by_count[0, START] = 1.0
    for episode in paradigm.episodes:
        matrix = transition_matrix(cohort[:1], rules, episode)
        by_count = by_count @ matrix  # into the episode: no change is counted
        for _ in range(1, episode.seconds):
            stays, changes = by_count @ (matrix * ~change), by_count @ (matrix * change)
            by_count = stays + np.vstack([np.zeros(300), changes[:-1]])
    chances, counts = by_count.sum(axis=1), np.arange(13)
    mean = chances @ counts
    rates = chain.bout_rates()
    assert rates[f"{partner}_mean"] == pytest.approx((mean + len(paradigm.episodes)) / (12 / 60))
    assert rates[f"{partner}_sd"] == pytest.approx(np.sqrt(chances @ counts**2 - mean**2) / (12 / 60))


def test_pooled_measures_weigh_dyads_by_their_time_and_bouts(cohort):
    law, session = ds.law(cohort, "still-face"), ds.interact(cohort, "still-face", seed=1)
    for run in (law, session):
        own = run.measures()
        own = own[own["episode"] != "still-face"]
        pooled = run.pooled_measures(["play", "reunion"])
        assert pooled["seconds"] == pytest.approx(own["seconds"].sum())
        assert pooled["mother_vocal"] == pytest.approx(own["mother_vocal"].mean())  # all episodes are of one length
        time, bouts = own["infant_object"], own["infant_object"] / own["infant_object_bout"]
        assert pooled["infant_object_bout"] == pytest.approx(time.sum() / bouts.sum())
        assert pooled["infant_bouts_per_min"] == pytest.approx(own["infant_bouts_per_min"].mean())
    with pytest.raises(ds.DyadsimError, match="Did you mean 'reunion'"):
        law.pooled_measures(["reunon"])


def test_equal_dyads_count_as_often_as_they_are_there(cohort):
    twice = ds.law(cohort[[0, 0, 1]], "free-play").pooled_measures()["match"]
    one, other = ds.law(cohort[:2], "free-play").match()["match"]
    assert twice == pytest.approx((2 * one + other) / 3)


def test_balanced_dyads_have_the_population_s_means_spreads_and_correlations():
    dyads = ds.Cohort.balanced(256, "depressed")
    traits, shift = dyads.frame(), settled(dyads.exposures[0].setting, dyads.dynamics)
    for name in ("burden", "sensitivity"):
        assert traits[name].mean() == pytest.approx(shift[name], abs=0.02)
    assert traits.drop(columns="age").std().to_numpy() == pytest.approx(1.0, abs=0.02)
    assert traits.corr().loc["burden", "sensitivity"] == pytest.approx(-0.11, abs=0.03)
    with pytest.raises(ds.DyadsimError, match="power of two"):
        ds.Cohort.balanced(100)


def test_the_law_is_the_same_to_the_bit_on_one_thread_and_on_several(cohort):
    """conftest asks for one BLAS thread here; a process of its own is given four."""
    code = (
        "import dyadsim as ds; law = ds.law(ds.Cohort.sample(3, seed=1), 'still-face');"
        "exact = lambda value: value.hex() if isinstance(value, float) else value;"
        "print(law.measures().map(exact).to_csv(), law.bout_rates().map(exact).to_csv())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "4")
    ]
    assert len(said[0]) > 1000
    assert said[0] == said[1]
