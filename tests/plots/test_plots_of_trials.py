"""Pictures of trials show what the results say."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from trialling import ARMS, small

from dyadsim import plots
from dyadsim.reports import trial_report


@pytest.fixture(scope="module")
def results():
    third = {"name": "a third arm with a name that is long enough to be broken into lines"}
    trial = small(
        {"who.dyads": 30, "what.arms": [*small().model_dump(mode="json")["what"]["arms"], third], "replicates": 4}
    )
    return trial.run(workers=1)


def texts(figure):
    FigureCanvasAgg(figure).draw()
    found = [text.get_text() for axes in figure.axes for text in (*axes.texts, *axes.get_xticklabels(), axes.title)]
    return " ".join(" ".join(found).split())


def test_the_flow_tells_the_very_counts_of_its_replicate(results):
    flow = results.flow(2)
    said = texts(trial_report.pictures(results, 2)["flow"][1])
    for row in flow.to_dict("records"):
        assert f"allocated {row['allocated']}" in said
        assert f"seen {row['seen_3_weeks']}" in said
    assert "began" in said


def test_boxes_of_a_flow_lie_apart_and_within_the_picture(results):
    figure = trial_report.pictures(results)["flow"][1]
    FigureCanvasAgg(figure).draw()
    boxes = [patch.get_window_extent() for patch in figure.axes[0].patches if hasattr(patch, "get_boxstyle")]
    boxes = [box for box in boxes if box.width > 20]
    assert len(boxes) == 2 + 3 * 2
    for place, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[place + 1 :])
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1


def test_estimates_are_shown_in_their_order_with_the_truth(results):
    own = results.estimates()
    figure = plots.estimates_against_truth(own, "sensitivity")
    shown = np.sort(np.concatenate([line.get_ydata() for line in figure.axes[0].lines if line.get_marker() in "oD"]))
    assert np.allclose(shown, np.sort(own["b"]))


def test_a_forest_has_a_panel_for_each_published_number_and_says_where_there_is_none():
    one = {"unit": "points", "published": 0.1, "low": -0.2, "high": 0.4, "simulated": 0.0, "simulated_low": -0.5}
    rows = [
        {"row": "T001", "analysis": "a", **one, "simulated_high": 0.5, "unverified": True},
        {"row": "T004", "analysis": "b", **one, "unit": "odds ratio", "published": 2.0, "low": 0.6, "high": 6.0,
         "simulated": 1.2, "simulated_low": 0.5, "simulated_high": 3.0, "unverified": False},
    ]  # fmt: skip
    figure = plots.forest(pd.DataFrame(rows))
    assert len(figure.axes) == 2
    assert "unverified" in figure.axes[0].get_yticklabels()[0].get_text()
    assert "No published estimate" in texts(plots.forest(pd.DataFrame(rows).assign(published=np.nan)))


def test_severity_is_drawn_with_one_value_for_all_and_with_many():
    for severity in (np.zeros(50), np.arange(50.0)):
        effects = pd.DataFrame({"epds_before": severity, "effect": np.tile([0.0, 0.5], 25)})
        FigureCanvasAgg(plots.effects_by_severity(effects, "epds_before", "so", "points")).draw()


def test_power_is_drawn_with_a_curve_for_each_level():
    rows = [
        {"effect": e, "lost": lost, "reliability": np.nan, "dyads": n, "power": n / 100, "power_error": 0.02}
        for e in (0.5, 1.0)
        for lost in (0.1, 0.3)
        for n in (20, 40)
    ]
    figure = plots.power_curves(pd.DataFrame(rows), 0.8)
    assert len(figure.axes) == 2
    labels = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert labels == ["lost 0.1", "lost 0.3"]
    alone = pd.DataFrame(rows).query("lost == 0.1")
    assert plots.power_curves(alone, 0.8).axes[1].get_legend() is None


def test_arms_that_are_offered_nothing_began_nothing():
    results = small({"what.arms": ARMS}).run(workers=1)
    assert "began" not in texts(trial_report.pictures(results)["flow"][1])
