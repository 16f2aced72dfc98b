"""Pictures of fits and of theories show what their tables say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from dyadsim import plots

THEORIES = ["mutual-regulation", "no-contingency", "infant-led"]


def texts(figure):
    FigureCanvasAgg(figure).draw()
    every = [text.get_text() for axes in figure.axes for text in (*axes.texts, *axes.get_xticklabels())]
    return " ".join([*every, *(axes.get_title(loc="left") for axes in figure.axes)]).replace("\n", " ")


def checked(**changes):
    rows = pd.DataFrame(
        {
            "episode": "play",
            "measure": ["match", "kappa", "ruptures", "repaired"],
            "observed": [0.5, 0.1, 99.0, 3.0],
            "simulated": [0.4, 0.3, 5.0, 3.0],
            "low": [0.2, 0.2, 2.0, 3.0],
            "high": [0.6, 0.4, 8.0, 3.0],
            "within": [True, False, False, True],
        }
    )
    return rows.assign(**changes)


def marks(axes, mark):
    return [tuple(point) for line in axes.lines if line.get_marker() == mark for point in line.get_xydata()]


def test_checks_lie_on_the_simulated_interval_and_what_is_far_off_is_said_to_be():
    figure = plots.checks(checked())
    (axes,) = figure.axes
    at = dict(zip("oD>", (np.ravel(marks(axes, mark)).tolist() for mark in "oD>"), strict=True))
    assert at["o"] == pytest.approx([0.75, 0, 0.5, 3])  # all simulated sessions alike: in the middle
    assert at["D"] == pytest.approx([-0.5, 1])
    assert at[">"] == pytest.approx([2.0, 2])
    assert "0.5 (0.2 to 0.6)" in texts(figure).replace("   ", " ")
    assert "no rating of a parent" in figure.get_supxlabel()


def test_checks_of_several_episodes_stand_side_by_side_and_a_measure_may_be_missing():
    both = pd.concat([checked(), checked(episode="reunion").iloc[:2]], ignore_index=True)
    figure = plots.checks(both)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["play", "reunion"]
    assert len(marks(figure.axes[1], "o")) == 1
    assert len(plots.png(figure, dpi=40)) > 2_000


def test_profiles_show_estimate_interval_and_population_and_say_what_is_not_told():
    values = np.linspace(-2, 2, 9)
    table = pd.concat(
        [
            pd.DataFrame({"parameter": name, "value": values, "log_likelihood": -(values**2)})
            for name in ("sensitivity", "burden")
        ]
    )
    rows = {"parameter": ["sensitivity", "burden"], "estimate": [0.5, 0.0], "low": [-1.0, -2.0], "high": [2.0, 2.0]}
    figure = plots.profiles(table, pd.DataFrame({**rows, "population": [0.0, 0.0], "told": [True, False]}))
    assert "burden (mostly the population's)" in texts(figure)
    assert marks(figure.axes[0], "o") == [(0.5, 0.0)]
    assert figure.axes[0].lines[0].get_xydata()[:, 1].tolist() == pytest.approx(-(values**2))
    assert (figure.axes[0].lines[0].get_linestyle(), figure.axes[1].lines[0].get_linestyle()) == ("-", "--")


def test_arrows_cut_stand_beside_what_was_coded():
    says = {"none": "as it is", "mother": "her not following him", "infant": "him not following her"}
    table = pd.DataFrame(
        [
            ("match", arrow, 0.5, mean, mean - 0.1, mean + 0.1)
            for arrow, mean in zip(says, (0.4, 0.2, 0.3), strict=True)
        ],
        columns=["measure", "arrow", "observed", "null", "low", "high"],
    )
    (axes,) = plots.arrows_cut(table, says).axes
    assert [marks(axes, mark)[0] for mark in "sD^"] == [(0.4, 0), (0.2, 1), (0.3, 2)]
    (coded,) = [line for line in axes.lines if line.get_label() == "as coded"]
    assert coded.get_xdata()[0] == 0.5


def test_scores_stand_in_order_the_best_above():
    table = pd.DataFrame(
        {
            "name": [*THEORIES, "Markov chain"],
            "knows_dyads": [True, True, True, False],
            "held_out": [-0.6, -0.5, -0.7, -0.8],
            "held_out_se": [0.1, 0.1, np.nan, 0.2],
        }
    )
    (axes,) = plots.theory_scores(table).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "no-contingency",
        "mutual-regulation",
        "infant-led",
        "Markov chain",
    ]
    assert marks(axes, "s") == [(-0.8, 3)]


def test_what_is_wrong_tells_its_numbers_worst_first_and_what_is_not_known_is_blank():
    rows = [(theory, measure, off) for theory in THEORIES[:2] for measure, off in (("match", 0.5), ("kappa", -3.2))]
    table = pd.DataFrame([*rows, (THEORIES[0], "repaired", np.nan)], columns=["theory", "measure", "off"])
    axes = plots.theory_wrongs(table, most=2).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["kappa", "match"]
    assert [text.get_text() for text in axes.texts] == ["-3.2", "-3.2", "+0.5", "+0.5"]


def test_theory_recovery_gives_shares_of_cases():
    counts = [[18, 2, 0], [5, 15, 0], [0, 10, 10]]
    rows = [[dyads, true, *won] for dyads in (10, 40) for true, won in zip(THEORIES, counts, strict=True)]
    figure = plots.theory_recovery(pd.DataFrame(rows, columns=["dyads", "true_theory", *THEORIES]))
    said = texts(figure)
    assert "10 dyads: 72% of 60 right" in said
    assert [text.get_text() for text in figure.axes[0].texts] == ["90%", "10%", "25%", "75%", "50%", "50%"]


def test_parameter_recovery_says_how_many_intervals_hold_what_is_true():
    true = np.linspace(-1, 1, 10)
    low = np.where(np.arange(10) < 9, true - 0.2, true + 0.05)
    table = pd.DataFrame({"dyad": range(10), "parameter": "sensitivity", "true": true, "estimate": true + 0.1})
    figure = plots.parameter_recovery(table.assign(low=low, high=true + 0.3), most=4)
    assert "90.0% of 10 intervals" in texts(figure)
    assert len(marks(figure.axes[0], "o")) == 4
