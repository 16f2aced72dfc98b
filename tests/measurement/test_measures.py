"""Measures against hand-worked examples and other people's code."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from lifelines import KaplanMeierFitter
from scipy import stats

import dyadsim as ds
from dyadsim.measurement.declarations import SURVIVAL
from dyadsim.measurement.repair_survival import mean_latency, pooled_survival, survival
from dyadsim.measurement.tally import HORIZON, Latencies
from dyadsim.theory.states import VALENCE, match_scheme


def session_of(infant, mother, codes=VALENCE, step=1.0, ends=None):
    states = tuple(np.atleast_2d(np.asarray(s, dtype=np.int8)) for s in (infant, mother))
    ends = ends or [states[0].shape[1]]
    return ds.Session(
        list(range(len(states[0]))), [f"e{k}" for k in range(len(ends))], ends, codes, step, (*states, None)
    )


def test_match_schemes_are_those_of_the_design():
    def cells(name):
        scheme = match_scheme(name)
        return {(ds.ICEP.infant_names[i], ds.ICEP.mother_names[m]) for i, m in np.argwhere(scheme.matrix)}

    strict = {("positive", "positive"), ("monitor", "neutral"), ("monitor", "vocal")}
    assert cells("strict") == strict
    assert cells("affect") == strict | {("protest", "negative"), ("withdrawn", "negative"), ("positive", "vocal")}
    assert cells("joint-attention") == strict | {("object", "neutral"), ("object", "vocal")}
    assert match_scheme("valence", VALENCE).matrix.tolist() == np.eye(3, dtype=bool).tolist()


def test_a_session_worked_by_hand():
    """Ten seconds: three ruptures and repairs, a mismatch open at the start and one at the end."""
    infant = [0, 0, 1, 1, 1, 2, 2, 1, 1, 0]
    mother = [1, 1, 1, 1, 2, 2, 2, 2, 1, 2]
    # match   x  x  o  o  x  o  o  x  o  x
    frame = session_of(infant, mother).measures("valence").iloc[0]
    assert frame["match"] == 0.5
    assert frame["chance_match"] == pytest.approx(0.3 * 0 + 0.5 * 0.5 + 0.2 * 0.5)
    assert frame["kappa"] == pytest.approx((0.5 - 0.35) / 0.65)
    assert (frame["ruptures"], frame["repaired"], frame["mismatch_spells"]) == (3, 3, 4)
    assert frame["repairs_per_min"] == pytest.approx(18)
    # lengths: 2 repaired, 1 repaired, 1 repaired, 1 open; at risk at age 0: 3 (the open one's next second is unseen)
    assert frame["repair_survival_2"] == 0
    assert frame["median_repair_latency"] == 1
    assert frame["mean_repair_latency"] == pytest.approx(1 + 1 / 3)
    assert frame["infant_neutral_bout"] == pytest.approx(5 / 2)
    assert frame["mother_bouts_per_min"] == pytest.approx(4 * 6)
    assert (frame["grid_visits"], frame["grid_range"]) == (7, 5)


def test_how_fittingly_he_is_answered_worked_by_hand():
    """Talk to his protest fits by 1, her smile to his by 1.5, her leaving his smile by -1; a gap counts for nothing."""
    infant = [ds.ICEP.infant_names.index(state) for state in ("protest", "positive", "positive", "object")]
    mother = [ds.ICEP.mother_names.index(state) for state in ("vocal", "positive", "elsewhere")]
    measures = session_of(infant, [*mother, -1], ds.ICEP).measures()
    assert measures["answered"].item() == pytest.approx((1.0 + 1.5 - 1.0) / 3)
    assert "answered" not in session_of([0, 1], [1, 1]).measures()


def test_events_are_the_ruptures_and_repairs_with_their_latency():
    session = session_of([0, 0, 1, 1, 1, 2, 2, 1, 1, 0], [1, 1, 1, 1, 2, 2, 2, 2, 1, 2])
    events = session.events("valence")
    assert events["time"].tolist() == [2, 4, 5, 7, 8, 9]
    assert events["event"].tolist() == ["repair", "rupture", "repair", "rupture", "repair", "rupture"]
    assert events["latency"].dropna().tolist() == [2, 1, 1]


def test_dispersion_of_the_published_example():
    """Durations .1, .4, .5 in three cells of a 3 x 3 grid give .6525."""
    infant, mother = [0] + [1] * 4 + [2] * 5, [0] + [1] * 4 + [2] * 5
    frame = session_of(infant, mother).measures("valence").iloc[0]
    assert frame["grid_dispersion"] == pytest.approx(0.6525)
    assert frame["grid_entropy"] == pytest.approx(stats.entropy([0.1, 0.4, 0.5], base=2))
    assert (frame["grid_visits"], frame["grid_range"]) == (3, 3)


coded = arrays(np.int8, (2, 120), elements=st.integers(-1, 2))


@settings(max_examples=60, deadline=None)
@given(coded)
def test_repair_survival_is_the_kaplan_meier_curve_of_lifelines(states):
    """By spell: a repaired mismatch ends at its length; an open one was last at risk one step before its own."""
    session = session_of(states[0], states[1])
    matched, codable = session.matched("valence"), session.codable()
    durations, events, age = [], [], 0
    for second in range(120):
        if not codable[second] or matched[second]:
            age = 0
            continue
        age += 1
        following = second + 1 < 120 and codable[second + 1]
        if following and matched[second + 1]:
            durations.append(age), events.append(True)
        elif not following:
            durations.append(age - 1), events.append(False)
    frame = session.measures("valence").iloc[0]
    assert frame["mismatch_spells"] == len(durations)
    assert frame["repaired"] == sum(events)
    if any(duration > 0 for duration in durations):
        model = KaplanMeierFitter().fit(durations, events)
        for second in SURVIVAL.values():
            known = second <= max(durations) or model.predict(second) == 0
            expected = model.predict(second) if known else np.nan
            assert frame[f"repair_survival_{second}"] == pytest.approx(expected, nan_ok=True)
            curve = session.repair_survival("valence").set_index("seconds")["survival"]
            assert curve.loc[second] == pytest.approx(expected, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(coded)
def test_shares_and_rates_are_those_of_pandas(states):
    frame = session_of(states[0], states[1]).measures("valence").iloc[0]
    table = pd.DataFrame({"infant": states[0], "mother": states[1]})
    table = table[(table >= 0).all(axis=1)]
    assert frame["codable"] == pytest.approx(len(table) / 120)
    if len(table):
        assert frame["match"] == pytest.approx((table["infant"] == table["mother"]).mean())
        for k, state in enumerate(("negative", "neutral", "positive")):
            assert frame[f"infant_{state}"] == pytest.approx((table["infant"] == k).mean())
    bouts = table["infant"].diff().ne(0) | (table.index.to_series().diff() > 1)
    if (table["infant"] == 1).any():
        expected = (table["infant"] == 1).sum() / (bouts & (table["infant"] == 1)).sum()
        assert frame["infant_neutral_bout"] == pytest.approx(expected)


def test_contingencies_are_the_standardised_weights_of_a_regression(still_face):
    frame = still_face.measures().set_index(["dyad", "episode"]).loc[(3, "play")]
    levels = {"infant": [s.level for s in ds.ICEP.infant], "mother": [s.level for s in ds.ICEP.mother]}
    series = {
        "infant": np.array(levels["infant"])[still_face.infant[3, :120]],
        "mother": np.array(levels["mother"])[still_face.mother[3, :120]],
    }
    for name, other in (("infant", "mother"), ("mother", "infant")):
        now = np.column_stack([stats.zscore(series[name][:-1]), stats.zscore(series[other][:-1])])
        weights, *_ = np.linalg.lstsq(now, stats.zscore(series[name][1:]), rcond=None)
        assert frame[f"{name}_self_contingency"] == pytest.approx(weights[0])
        assert frame[f"{name}_interactive_contingency"] == pytest.approx(weights[1])


def test_clustered_errors_of_survival_are_those_of_the_bootstrap():
    """60 dyads, 400 resamples of dyads: the two errors agree within a fifth."""
    session = ds.interact(ds.Cohort.sample(60, seed=8), seed=8)
    scheme = match_scheme("strict")
    latencies = session._tally(scheme).latencies_of(scheme)
    error = pooled_survival(latencies, 1.0)["se"].to_numpy()
    rng = np.random.default_rng(1)
    resampled = []
    for _ in range(400):
        rows = rng.integers(0, 60, 60)
        resampled.append(survival(latencies[rows].pooled())[0])
    assert error[[1, 4, 9, 19]] == pytest.approx(np.std(resampled, axis=0)[[1, 4, 9, 19]], rel=0.2)


def test_intervals_of_survival_know_how_few_dyads_there_are_and_nothing_where_all_were_repaired():
    session = ds.interact(ds.Cohort.sample(6, seed=8), seed=8)
    scheme = match_scheme("strict")
    curve = pooled_survival(session._tally(scheme).latencies_of(scheme), 1.0)
    known = curve[curve["survival"].between(0, 1, inclusive="neither")]
    on_scale, high = (np.log(-np.log(known[name])) for name in ("survival", "high"))
    error = known["se"] / (known["survival"] * np.abs(np.log(known["survival"])))
    assert (on_scale - high).to_numpy() == pytest.approx((stats.t.ppf(0.975, 5) * error).to_numpy())
    # Two dyads whose mismatches were all repaired, none of them in the first second.
    all_repaired = pooled_survival(Latencies(np.array([[0, 2, 1, 0], [0, 1, 2, 0]]), np.zeros((2, 4), int)), 1.0)
    assert all_repaired["survival"].tolist() == pytest.approx([1, 0.5, 0])
    assert all_repaired[["se", "low", "high"]].notna().all(axis=1).tolist() == [False, True, False]


def test_a_scheme_of_ones_own_and_a_custom_matrix(still_face):
    nothing, everything = np.zeros((5, 6)), np.ones((5, 6))
    assert (still_face.measures(nothing)["match"] == 0).all()
    assert (still_face.measures(everything)["match"] == 1).all()
    assert still_face.measures(everything)["median_repair_latency"].isna().all()
    own = ds.MatchScheme("affect", np.eye(5, 6, dtype=bool))  # another matrix under a shipped name
    assert still_face.measures(own).equals(still_face.measures(own.matrix))
    matrix = match_scheme("affect").matrix
    assert np.allclose(still_face.measures(matrix)["match"], still_face.measures("affect")["match"])
    assert np.allclose(
        ds.law(still_face.cohort).match(matrix)["match"], ds.law(still_face.cohort).match("affect")["match"]
    )


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [("strikt", "Did you mean 'strict'"), (np.ones((3, 3)), "must be a 5 x 6 matrix"), (np.full((5, 6), 2), "0 and 1")],
)
def test_a_bad_scheme_gets_one_sentence(still_face, scheme, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        still_face.measures(scheme)


def test_measures_do_not_depend_on_what_else_is_collected(cohort):
    one = ds.interact(cohort, "still-face", seed=1)
    two = ds.interact(cohort, "still-face", seed=1, states=True)
    two.measures("valence"), two.events(), two.summary()
    assert one.measures().equals(two.measures())


def test_the_mean_latency_is_restricted_to_a_minute():
    assert mean_latency(np.ones((1, 60)), 1.0).tolist() == [60]
    assert mean_latency(np.zeros((1, 60)), 1.0).tolist() == [1]
    assert mean_latency(np.ones((1, 1500)), 0.04) == pytest.approx(60)


def test_what_was_not_observed_is_not_made_up():
    """Seven seconds tell nothing of the twentieth second of a mismatch."""
    frame = session_of([0] * 7, [2] * 7).measures("valence").iloc[0]
    assert frame["repair_survival_5"] == 1
    assert np.isnan(frame["repair_survival_10"])
    assert np.isnan(frame["mean_repair_latency"])


@pytest.mark.parametrize("paradigm", ["separation", "phone-play", "still-face"])
def test_a_held_mother_has_no_contingency(cohort, paradigm):
    """Whatever state she is held in, and for law and simulation alike: nothing of hers varies."""
    for frame in (ds.interact(cohort, paradigm, seed=1).measures(), ds.law(cohort, paradigm).measures()):
        held = frame[frame["episode"].str.contains("still-face|phone|separation")]
        assert (
            held[[c for c in frame if "contingency" in c and ("mother" in c or "interactive" in c)]].isna().all().all()
        )


def test_visits_do_not_run_on_across_episodes(still_face):
    visits = sum(len(still_face.visits(dyad)) for dyad in range(len(still_face)))
    assert visits == still_face.measures()["grid_visits"].sum()


def test_the_default_scheme_is_the_one_that_fits_the_codes(still_face):
    coded = ds.read_coded("mangold_3532goodman")
    assert coded.measures().equals(coded.measures("valence"))
    assert still_face.measures().equals(still_face.measures("strict"))


def test_survival_is_reported_no_later_than_mismatches_are_followed():
    assert max(SURVIVAL.values()) <= HORIZON
