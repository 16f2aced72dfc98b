"""Pictures of scenarios show what the results say, and what each difference rests on."""

import dataclasses

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

import dyadsim as ds
from dyadsim import plots
from dyadsim.scenarios.comparison import Comparison
from dyadsim.theory.attachment import CLASSES

LONG = "families whom nobody ever visits and whose phones ring all day long at $5 or $6 a call"


def lived(**asked):
    return ds.Scenario(**{"name": "own", "dyads": 20, "weeks": 24, "days": 2, **asked}).run(threads=1)


@pytest.fixture(scope="module")
def feedback():
    return lived(label="with", weeks=52, interventions=[{"name": "video-feedback", "start_week": 8, "uptake": 0.8}])


@pytest.fixture(scope="module")
def several():
    """Two programmes, one of them cut off by the end of the course, and three twins of whom one is poor."""
    offers = [{"name": "cognitive-behavioural-therapy", "start_week": 4}, {"name": "video-feedback", "start_week": 16}]
    twins = [
        {"name": LONG, "interventions": []},
        {"name": "poor", "risks": ["poverty"]},
        {"name": "second", "support": ["kin-support"]},
    ]
    return lived(interventions=offers, twins=twins)


@pytest.fixture(scope="module")
def guided():
    """Guidance moves her distraction, which is no slow state."""
    return lived(weeks=8, interventions=[{"name": "screen-time-guidance", "start_week": 2}])


@pytest.fixture(scope="module")
def alone():
    return lived(weeks=4)


def texts(figure):
    FigureCanvasAgg(figure).draw()
    return [found.get_text() for found in figure.findobj(Text) if found.get_visible() and found.get_text()]


def said(figure):
    """All that stands in a figure, without its line breaks."""
    return " | ".join(" ".join(text.split()) for text in texts(figure))


def curves(axes):
    return {line.get_label(): line for line in axes.get_lines() if not line.get_label().startswith("_")}


def apart(comparison, twin, state, week):
    return comparison.own.known(week)[state] - comparison.twins[twin].known(week)[state]


def shades(axes):
    """From and to which week a panel is grey."""
    spans = [patch.get_extents().transformed(axes.transData.inverted()) for patch in axes.patches]
    return [(round(span.x0), round(span.x1)) for span in spans]


# Effects


def test_a_curve_of_effects_is_the_mean_difference_from_the_twins(feedback):
    states = ("sensitivity", "expectation", "burden")
    figure = plots.effects(feedback, states)
    assert len(figure.axes) == 3
    for axes, state in zip(figure.axes, states, strict=True):
        curve = curves(axes)["against without"]
        assert list(curve.get_xdata()) == list(range(53))
        assert np.allclose(curve.get_ydata(), [apart(feedback, "without", state, week).mean() for week in range(53)])


def test_the_middle_eighty_percent_lie_in_the_band(feedback):
    (axes,) = plots.effects(feedback, ["sensitivity"]).axes
    (band,) = axes.collections
    differences = apart(feedback, "without", "sensitivity", 30)
    at_30 = band.get_paths()[0].vertices
    at_30 = at_30[at_30[:, 0] == 30, 1]
    assert np.allclose([at_30.min(), at_30.max()], differences.quantile([0.1, 0.9]))
    assert differences.std() > 0, "the band would show nothing"


def test_more_twins_than_two_have_curves_that_differ_without_colour_and_no_bands(several):
    for axes in plots.effects(several, ["sensitivity", "stress"]).axes:
        drawn = curves(axes)
        assert list(drawn) == [f"against {name}" for name in several.twins]
        assert len({str(line._unscaled_dash_pattern) for line in drawn.values()}) == 3
        assert not axes.collections


def test_above_each_panel_stands_what_its_difference_rests_on(feedback, several):
    sensitivity, stress = plots.effects(feedback, ["sensitivity", "stress"]).axes
    assert [text.get_text() for text in sensitivity.texts] == ["size measured, unverified"]
    assert [text.get_text() for text in stress.texts] == ["follows from the couplings"]
    (axes,) = plots.effects(several, ["stress"]).axes
    assert [text.get_text() for text in axes.texts] == ["follows from the couplings (against the first twin)"]


def test_what_a_setting_moves_rests_on_evidence():
    twins = [{"name": "little support", "risks": ["low-support"]}]
    assert "from evidence" in said(plots.effects(lived(weeks=2, twins=twins), ["support"]))


def test_the_weeks_of_a_programme_are_grey_and_named_in_the_panel_or_the_legend(feedback, several):
    (axes,) = plots.effects(feedback, ["stress"]).axes
    assert shades(axes) == [(8, 22)]
    (name,) = [text for text in axes.texts if text.get_text() == "video-feedback"]
    assert name.get_position()[0] == 15
    figure = plots.effects(several, ["stress", "sensitivity"])
    for axes in figure.axes:
        assert shades(axes) == [(4, 16), (16, 24)], "the second programme is cut off by the end of the course"
    hatches = {patch.get_hatch() for patch in figure.axes[0].patches}
    assert len(hatches) == 2
    assert "cognitive-behavioural-therapy, weeks 4 to 15" in said(figure)
    assert "video-feedback, weeks 16 to 23" in said(figure)


def test_a_name_above_a_programme_stands_above_the_curves(feedback):
    figure = plots.effects(feedback, ["sensitivity"])
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    (name,) = [text for text in axes.texts if text.get_text() == "video-feedback"]
    box = name.get_window_extent().transformed(axes.transData.inverted())
    assert box.y0 > max(line.get_ydata().max() for line in axes.get_lines() if len(line.get_xdata()) == 53)
    assert 8 <= box.x0 <= box.x1 <= 22


def test_birth_is_not_covered_by_a_name():
    course = lived(first_week=-8, weeks=12, interventions=[{"name": "imh-hv", "start_week": -6}])
    (axes,) = plots.effects(course, ["stress"]).axes
    assert "imh-hv" not in [text.get_text() for text in axes.texts]
    assert "imh-hv, weeks −6 to 3" in said(plots.effects(course, ["stress"]))


@pytest.mark.parametrize("draw", [lambda it: plots.effects(it, ["stress"]), plots.attachment_classes])
def test_more_arms_than_can_be_told_apart_are_refused(feedback, draw):
    many = dataclasses.replace(feedback, courses={str(n): feedback.own for n in range(10)})
    with pytest.raises(ds.DyadsimError, match="at most 9 arms, not 10"):
        draw(many)


@pytest.mark.parametrize(
    ("states", "sentence"), [(["stres"], "Did you mean 'stress'"), ([], "at least one slow state")]
)
def test_impossible_effects_get_one_sentence(feedback, states, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        plots.effects(feedback, states)


@pytest.mark.parametrize("draw", [lambda it: plots.effects(it, ["stress"]), plots.dose_response])
def test_without_twins_there_is_no_difference(alone, draw):
    with pytest.raises(ds.DyadsimError, match="has no twins"):
        draw(alone)


# Attachment


def test_bars_are_as_wide_as_the_shares_and_say_so(feedback):
    figure = plots.attachment_classes(feedback)
    shares = feedback.shares().set_index(["arm", "attachment"])["share"]
    bars = figure.axes[0].containers
    assert [each.get_label() for each in bars] == ["with", "without"]
    for each in bars:
        wide = [shares[each.get_label(), name] for name in CLASSES]
        assert np.allclose([bar.get_width() for bar in each], wide)
        assert {f"{share:.1%}" for share in wide} <= set(texts(figure))
    assert len({each[0].get_hatch() for each in bars}) == 2
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == list(CLASSES)


def test_bars_stand_at_their_class(feedback):
    for each in plots.attachment_classes(feedback).axes[0].containers:
        assert [round(bar.get_y() + bar.get_height() / 2) for bar in each] == [0, 1, 2, 3]


def test_one_arm_has_classes_too(feedback):
    single = Comparison({"all": feedback.own}, (), ())
    (bars,) = plots.attachment_classes(single).axes[0].containers
    assert sum(bar.get_width() for bar in bars) == pytest.approx(1)


def test_before_twelve_months_there_are_no_classes(alone):
    with pytest.raises(ds.DyadsimError, match="drawn at the start of week 52"):
        plots.attachment_classes(alone)


# Dose


def test_every_dyad_is_a_point_at_its_sessions_and_its_difference_at_the_end(feedback):
    (axes,) = plots.dose_response(feedback).axes
    (points,) = axes.collections
    x, y = np.asarray(points.get_offsets()).T
    sessions = feedback.attended()["sessions"].to_numpy()
    assert sessions.min() == 0 < sessions.max()
    assert np.array_equal(np.round(x), sessions)
    assert np.allclose(y, apart(feedback, "without", "sensitivity", 22))


def test_the_line_of_a_dose_is_the_mean_by_sessions(feedback):
    line = curves(plots.dose_response(feedback).axes[0])["mean"]
    sessions = feedback.attended()["sessions"].to_numpy()
    means = apart(feedback, "without", "sensitivity", 22).groupby(sessions).mean()
    assert list(line.get_xdata()) == list(means.index)
    assert np.allclose(line.get_ydata(), means)


def test_each_programme_has_a_panel_that_says_what_when_and_on_what_it_rests(several):
    figure = plots.dose_response(several)
    assert len(figure.axes) == 2
    assert "cognitive-behavioural-therapy: her depression, at the end (week 16)" in said(figure)
    assert "video-feedback: her sensitivity, at the end of the course (week 24)" in said(figure)
    assert said(figure).count("size measured") == 2
    assert "all that is offered acts in it" in said(figure)


def test_what_is_no_slow_state_can_have_a_dose(guided):
    figure = plots.dose_response(guided)
    (points,) = figure.axes[0].collections
    assert np.allclose(points.get_offsets()[:, 1], apart(guided, "without", "distraction", 6))
    assert "screen-time-guidance: her distraction" in said(figure)


def test_points_are_drawn_where_they_were(feedback):
    one, other = (plots.dose_response(feedback).axes[0].collections[0].get_offsets() for _ in range(2))
    assert np.array_equal(one, other)


def test_nothing_offered_has_no_dose():
    with pytest.raises(ds.DyadsimError, match="nothing is offered"):
        plots.dose_response(lived(weeks=2, twins=[{"name": "poor", "risks": ["poverty"]}]))


# All


def test_pictures_of_scenarios_say_what_they_are_not_for(feedback):
    for figure in (plots.effects(feedback, ["stress"]), plots.attachment_classes(feedback)):
        assert ds.NOTICE in said(figure)
    assert ds.NOTICE in said(plots.dose_response(feedback))


def test_long_names_stand_as_they_are_and_within_the_figure(several):
    for figure in (plots.effects(several, ["stress"]), plots.dose_response(several)):
        assert f"against {LONG}" in said(figure)
        box = figure.legends[0].get_window_extent()
        assert 0 <= box.x0 <= box.x1 <= figure.bbox.x1
        assert not any(box.overlaps(axes.get_window_extent()) for axes in figure.axes)
