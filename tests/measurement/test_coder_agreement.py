"""Agreement of two coders against scikit-learn, published examples, and sums worked by hand."""

import re

import numpy as np
import pandas as pd
import pytest
from coding_by_two import chain, miscoded, session_of, uncoded
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from sklearn.metrics import cohen_kappa_score, confusion_matrix, f1_score
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

import dyadsim as ds
from dyadsim.measurement.agreement_statistics import accuracy, blocks_of, confusion, estimated, kappa
from dyadsim.measurement.coder_agreement import _icc
from dyadsim.measurement.event_agreement import _expected, _matched


def pair_of(seed, dyads=2, steps=400, share=0.1, **about):
    """Two coders of the same dyads, with gaps."""
    rng = np.random.default_rng(seed)
    true = [chain((dyads, steps), 3, 0.8, rng) for _ in range(2)]
    return [
        session_of(*(uncoded(miscoded(states, 3, 0.15, rng), share, rng) for states in true), **about) for _ in range(2)
    ]


def of(found, what):
    return found.frame().set_index("of").loc[what]


@pytest.mark.parametrize("seed", range(3))
def test_kappa_confusion_and_agreement_on_codes_are_those_of_scikit_learn(seed):
    first, second = pair_of(seed)
    found = ds.agreement(first, second)
    for what in ("infant", "mother"):
        one, other = getattr(first, what), getattr(second, what)
        both = (one >= 0) & (other >= 0)
        x, y = one[both], other[both]
        row = of(found, what)
        assert row["kappa"] == pytest.approx(cohen_kappa_score(x, y))
        assert row["seconds"] == both.sum()
        assert row["agreement"] == pytest.approx((x == y).mean())
        assert found.confusions[what].to_numpy() == pytest.approx(confusion_matrix(x, y))
        codes = found.codes[found.codes["of"] == what]
        assert codes["positive_agreement"].to_numpy() == pytest.approx(f1_score(x, y, average=None))
        against = [cohen_kappa_score(x == code, y == code) for code in range(3)]
        assert codes["kappa"].to_numpy() == pytest.approx(against)
        more = [60 * ((x == code).mean() - (y == code).mean()) for code in range(3)]
        assert codes["more_a_minute"].to_numpy() == pytest.approx(more)
        assert row["more_or_less"] + row["elsewhen"] == pytest.approx(1 - row["agreement"])
        assert row["first_only"] == ((one >= 0) & (other < 0)).sum()
    coded = first.codable() & second.codable()
    matches = [session.matched()[coded] for session in (first, second)]
    of_first = ds.agreement(*(session_of(s.infant[:1], s.mother[:1]) for s in (first, second)))
    assert of(of_first, "match")["kappa"] == pytest.approx(cohen_kappa_score(*matches))


def test_alpha_is_that_of_the_published_examples():
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability: .095 for two values, .692 for five."""
    letters = "abcde"
    ben, gerry = ([letters.index(x) for x in text] for text in ("aabbdcccedda", "babbbcccеddd".replace("е", "e")))
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    for one, other, alpha in ((ben, gerry, 0.692), (meg, owen, 0.095)):
        found = ds.agreement(*(session_of(states, [0] * len(states), ds.ICEP) for states in (one, other)))
        assert round(of(found, "infant")["alpha"], 3) == alpha
    assert np.isnan(of(found, "mother")["alpha"])  # one code alone


def test_ordinal_alpha_is_that_of_its_definition():
    """1 - D(observed) / D(expected), the distance of two levels being what lies between them in rank, squared."""
    first, second = pair_of(4)
    both = (first.infant >= 0) & (second.infant >= 0)
    values = np.stack([first.infant[both], second.infant[both]])
    count = np.bincount(values.ravel(), minlength=3)

    def distance(a, b):
        low, high = min(a, b), max(a, b)
        return (count[low : high + 1].sum() - (count[low] + count[high]) / 2) ** 2

    n = values.size
    observed = np.mean([distance(a, b) for a, b in values.T])
    expected = sum(count[a] * count[b] * distance(a, b) for a in range(3) for b in range(3)) / (n * (n - 1))
    assert of(ds.agreement(first, second), "infant")["alpha_ordinal"] == pytest.approx(1 - observed / expected)


def test_with_a_tolerance_it_is_counted_step_by_step():
    first, second = pair_of(5, steps=120)
    found = of(ds.agreement(first, second, tolerance=2), "infant")
    one, other = first.infant, second.infant
    n = hits = 0
    gives, near = np.zeros((2, 3)), np.zeros((2, 3))
    for dyad, step in np.argwhere((one >= 0) & (other >= 0)):
        n += 1
        window = slice(max(step - 2, 0), step + 3)
        for k, (own, others) in enumerate(((one, other), (other, one))):
            there = set(others[dyad, window].tolist())
            hits += own[dyad, step] in there
            gives[k, own[dyad, step]] += 1
            for code in there - {-1}:
                near[k, code] += 1
    chance = (gives * near).sum() / (2 * n**2)
    assert found["tolerant_agreement"] == pytest.approx(hits / (2 * n))
    assert found["tolerant_chance"] == pytest.approx(chance)
    assert found["tolerant_kappa"] == pytest.approx((hits / (2 * n) - chance) / (1 - chance))


def test_without_tolerance_it_is_plain_kappa_and_tolerance_alone_is_no_agreement():
    first, second = pair_of(6)
    found = of(ds.agreement(first, second, tolerance=0), "infant")
    assert found["tolerant_kappa"] == pytest.approx(found["kappa"])
    rng = np.random.default_rng(7)
    strangers = [session_of(*(chain((1, 20_000), 3, 0.8, rng) for _ in range(2))) for _ in range(2)]
    row = of(ds.agreement(*strangers, tolerance=3), "infant")
    assert row["tolerant_agreement"] > row["agreement"] + 0.15
    assert abs(row["tolerant_kappa"]) < 0.05  # about three of its standard errors


def test_events_worked_by_hand():
    """Onsets of the first: 0 a, 4 b, 9 a, 14 c; of the second: 0 a, 5 b, 9 b (one bout), 15 a, 17 c."""
    first = [0] * 4 + [1] * 5 + [0] * 5 + [2] * 6
    second = [0] * 5 + [1] * 10 + [0] * 2 + [2] * 3
    found = ds.agreement(session_of(first, first), session_of(second, second), tolerance=1)
    row = of(found, "infant")
    assert (row["first_events"], row["second_events"], row["agreed_events"]) == (4, 4, 2)
    assert row["event_agreement"] == pytest.approx(4 / 8)
    #          negative neutral positive nothing
    expected = [[1, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]]
    assert found.events["infant"].to_numpy().tolist() == expected
    wider = of(ds.agreement(session_of(first, first), session_of(second, second), tolerance=3), "infant")
    assert wider["agreed_events"] == 3


def test_chance_of_events_has_the_same_margins_and_nothing_that_neither_marked():
    counts = np.array([[8.0, 1, 2], [0, 12, 3], [4, 1, 0]])
    chance = _expected(counts)
    assert chance.sum(axis=0) == pytest.approx(counts.sum(axis=0))
    assert chance.sum(axis=1) == pytest.approx(counts.sum(axis=1))
    assert chance[2, 2] == 0
    assert chance[0, 0] * chance[1, 1] == pytest.approx(chance[0, 1] * chance[1, 0])  # independent beside that


@pytest.mark.parametrize("seed", range(20))
def test_as_many_onsets_are_aligned_as_can_be(seed):
    rng = np.random.default_rng(seed)
    one, other = (np.sort(rng.choice(60, 15, replace=False)) for _ in range(2))
    near = csr_array(np.abs(one[:, None] - other) <= 2)
    pairs = _matched(one, other, 2)
    assert len(pairs) == (maximum_bipartite_matching(near) >= 0).sum()
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)


def test_an_event_counts_only_where_the_other_coded_at_all():
    first = [0] * 5 + [1] * 5 + [2] * 5 + [0] * 5
    second = [0] * 5 + [1] * 5 + [-1] * 10
    row = of(ds.agreement(session_of(first, first), session_of(second, second)), "infant")
    assert (row["first_events"], row["second_events"], row["agreed_events"]) == (
        3,
        2,
        2,
    )  # c begins beside what is coded
    assert row["first_only"] == 10


@pytest.mark.parametrize("right", [0.7, 0.9])
def test_coders_who_are_so_often_right_are_told_from_their_kappa(right):
    """Exact for codes that are equally frequent (KappaAcc: Bakeman 2022, doi 10.3758/s13428-022-01836-1)."""
    says = np.full((4, 4), (1 - right) / 3)
    np.fill_diagonal(says, right)
    counts = 1000 * says.T @ says
    assert accuracy(counts, float(kappa(counts))) == pytest.approx(right)
    assert np.isnan(accuracy(counts, -0.1))


def test_the_interval_knows_that_seconds_are_not_independent():
    """Of 299 pairs of 5 minutes: intervals hold the kappa of very long ones in 88 to 98 of 100, and those that took
    each step for independent (half as wide) would in fewer than 80."""
    rng = np.random.default_rng(8)
    true = chain((1, 300_000), 3, 0.95, rng)
    one, other = (np.repeat(miscoded(true[:, ::5], 3, 0.15, rng), 5, axis=1) for _ in range(2))
    everything = float(kappa(confusion(one, other, np.zeros(one.shape, int), 3)[0]))
    block, held, naive = blocks_of(1, 300, 1.0), 0, 0
    for start in range(0, 299_000, 1_000):
        counts = confusion(one[:, start : start + 300], other[:, start : start + 300], block, 3)
        found = estimated(kappa, counts, -1, 1)
        agreed = np.trace(counts.sum(axis=0)) / 300
        error = np.sqrt(agreed * (1 - agreed) / 300) / (1 - (agreed - found.value) / (1 - found.value))
        held += found.low <= everything <= found.high
        naive += abs(found.value - everything) <= 1.96 * error
    assert 0.88 * 299 < held < 0.98 * 299
    assert naive < 0.8 * 299


def test_ten_dyads_are_ten_blocks_and_what_does_not_vary_has_no_interval():
    assert blocks_of(10, 300, 1.0).max() == 9
    assert blocks_of(1, 300, 1.0).max() == 9
    assert blocks_of(1, 20, 1.0).max() == 0
    first, _ = pair_of(1)
    same = of(ds.agreement(first, first), "infant")
    assert same["kappa"] == same["event_kappa"] == same["alpha"] == same["accuracy"] == 1
    assert np.isnan(same["kappa_low"])
    short = ds.agreement(*(session_of([0, 1, 2, 1], states) for states in ([0, 1, 1, 2], [0, 1, 2, 2])))
    assert np.isnan(of(short, "mother")["kappa_low"]) and not np.isnan(of(short, "mother")["kappa"])


def test_measures_by_each_coder_are_those_of_the_sessions_and_icc_is_that_of_the_analysis_of_variance():
    first, second = pair_of(9, dyads=8)
    found = ds.agreement(first, second).measures.set_index("measure")
    x, y = (session.measures()["match"].to_numpy() for session in (first, second))
    assert found.loc["match", "difference"] == pytest.approx((x - y).mean())
    table = pd.DataFrame({"value": [*x, *y], "dyad": [*range(8)] * 2, "coder": ["x"] * 8 + ["y"] * 8})
    squares = anova_lm(ols("value ~ C(dyad) + C(coder)", table).fit())
    dyads, coders, error = squares["sum_sq"] / squares["df"]
    assert found.loc["match", "icc"] == pytest.approx((dyads - error) / (dyads + error + 2 * (coders - error) / 8))
    assert np.isnan(_icc(x[:4], y[:4]))


def test_what_only_one_coder_has_is_left_out_and_told():
    first, second = pair_of(10, dyads=1)
    shorter = session_of(second.infant[:, :300], second.mother[:, :300], dyads=["other name"])
    found = ds.agreement(first, shorter)
    assert of(found, "infant")["seconds"] == ((first.infant[:, :300] >= 0) & (shorter.infant >= 0)).sum()
    said = " ".join(found.sentences())
    assert "lasts 400 s" in said and "the 300 s that both have" in said and "'other name' by the other" in said
    several = [session_of(s.infant[[0, 0, 0]], s.mother[[0, 0, 0]], dyads=names)
               for s, names in ((first, ["a", "b", "c"]), (second, ["c", "d", "a"]))]  # fmt: skip
    found = ds.agreement(*several)
    assert found.about["dyads"] == 2
    assert "Left out: 2 dyads that only one coded (b, d)." in found.about["remarks"]


def test_sessions_that_begin_at_other_seconds_of_the_video_are_laid_side_by_side():
    first, _ = pair_of(11, dyads=1, share=0.0, start=100.0)
    later = session_of(first.infant[:, 7:], first.mother[:, 7:], start=107.0)
    for one, other in ((first, later), (later, first)):
        found = ds.agreement(one, other)
        assert of(found, "infant")["agreement"] == 1
        assert of(found, "infant")["seconds"] == 393
    apart = session_of(later.infant, later.mother)  # not known when: from the first step on
    assert of(ds.agreement(first, apart), "infant")["agreement"] < 0.9


def test_episodes_are_kept_where_both_have_them():
    first, second = pair_of(12)
    cut = [session_of(s.infant, s.mother, ends=[100, 400]) for s in (first, second)]
    assert set(ds.agreement(*cut).measures["episode"]) == {"e0", "e1"}
    mixed = ds.agreement(cut[0], second)
    assert set(mixed.measures["episode"]) == {"session"}
    assert "The coders name other episodes, so all is taken as one stretch." in mixed.about["remarks"]


def test_sentences_say_what_to_look_at_again_and_judge_nobody():
    first = [0] * 40 + [1] * 40 + [2] * 40
    second = [0] * 40 + [1] * 20 + [2] * 60
    found = ds.agreement(session_of(first, first, file="ann.csv"), session_of(second, first, file="bo.csv"))
    said = " ".join(found.sentences())
    assert "60.00 to 80.00 s, infant: neutral by ann.csv, positive by bo.csv" in said
    assert "They agree least on neutral (40 s by ann.csv, 20 s by bo.csv)" in said
    assert "in 67%, and most often says positive instead" in said
    assert "Bakeman 2022" in said and "arbitrary" in said
    assert not re.search(r"excellent|substantial|almost perfect|fair|poor|moderate|good|bad", said)
    assert (
        "There is nothing on which they differ." in ds.agreement(first_ := session_of(first, first), first_).sentences()
    )
    assert found.stretches.iloc[0]["seconds"] == 20


def test_who_gives_a_code_more_is_said_where_the_interval_leaves_no_doubt():
    rng = np.random.default_rng(13)
    true = chain((1, 600), 3, 0.8, rng)
    biased = np.where((true == 1) & (rng.random(true.shape) < 0.3), 2, true)
    found = ds.agreement(session_of(true, true, file="ann"), session_of(biased, true, file="bo"))
    said = " ".join(found.sentences())
    assert "ann gives neutral more than bo" in said and "bo gives positive more than ann" in said
    assert "gives negative more" not in said
    assert "p-values are given" in said


@pytest.mark.parametrize(
    ("second", "more", "sentence"),
    [
        (
            session_of([0, 1], [0, 1], ds.ICEP),
            {},
            "coded as valence and the second as icep; read both with the same code",
        ),
        (session_of([0, 1], [0, 1], step=0.5), {}, "step of 1 s and the second one of 0.5 s"),
        (
            session_of([[0, 1]] * 2, [[0, 1]] * 2, dyads=["x", "y"]),
            {},
            "no dyad in common: 0 in the first, x, y in the",
        ),
        (session_of([-1, -1], [-1, -1]), {}, "no time that .* both coded"),
        (session_of([0, 1], [0, 1]), {"tolerance": -1}, "tolerance must be a number of seconds from 0 to 60"),
        (session_of([0, 1], [0, 1]), {"tolerance": "wide"}, "tolerance must be a number"),
        (session_of([0, 1], [0, 1]), {"scheme": "valense"}, "Did you mean 'valence'"),
        ("coded.csv", {}, "Agreement is of two sessions .*, not of 'str'"),
        (session_of([0, 1], [0, 1], start=99), {}, "no time in common"),
    ],
)
def test_what_cannot_be_compared_gets_one_sentence(second, more, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        ds.agreement(session_of([0, 1], [0, 1], start=0), second, **more)
    assert "\n" not in str(error.value)


def test_two_partners_of_whom_one_is_coded_by_one_coder_alone():
    """A second coder who coded the infant alone: the rest is not known, and said so."""
    found = ds.agreement(session_of([0, 1, 1, 2], [0, 1, 1, 2]), session_of([0, 1, 2, 2], [-1] * 4))
    assert of(found, "mother")["seconds"] == 0
    assert np.isnan(of(found, "mother")["kappa"])
    assert "There is no time for which both say the mother's codes." in found.sentences()
