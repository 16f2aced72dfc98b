"""Pictures of weeks show what was lived: as many panels, curves and arrows as there are things to show."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.text import Annotation

import dyadsim as ds
from dyadsim import plots
from dyadsim.development.recovery import ill_at_start, recovered_in
from dyadsim.theory import evidence
from dyadsim.theory.attachment import CLASSES
from dyadsim.theory.couplings import ARROWS
from dyadsim.theory.slow_states import LIVED, SLOW

MONTH = 52 / 12


@pytest.fixture(scope="module")
def clinical():
    return ds.develop(ds.Cohort.sample(40, "depressed", seed=1), 60, seed=1, threads=1)


@pytest.fixture(scope="module")
def year(cohort):
    return ds.develop(cohort, 52, seed=1, threads=1)


@pytest.fixture(scope="module")
def from_pregnancy(cohort):
    return ds.develop(cohort[:6], 10, first_week=-4, seed=1, threads=1)


@pytest.fixture(scope="module")
def couplings():
    figure = plots.couplings()
    FigureCanvasAgg(figure).draw()
    return figure


def curves(axes):
    """By label, the curves that a legend names."""
    return {line.get_label(): line for line in axes.get_lines() if not line.get_label().startswith("_")}


def arrows(figure):
    return {each.get_label(): each for each in figure.axes[0].patches if isinstance(each, FancyArrowPatch)}


def nodes(figure):
    return {each.get_label(): each for each in figure.axes[0].patches if isinstance(each, FancyBboxPatch)}


def numbers(figure):
    """In the order of the arrows, what stands at them."""
    return [text for text in figure.axes[0].texts if isinstance(text, Annotation)]


def stroke(patch):
    """The line of an arrow on the screen, as points close together."""
    line, *_ = patch.get_transform().transform_path(patch.get_path()).to_polygons(closed_only=False)
    return Path(line).interpolated(20).vertices


# Courses


def test_courses_have_a_panel_a_state_and_a_curve_a_course(year, clinical):
    figure = plots.courses({"one": year, "other": clinical})
    assert len(figure.axes) == 6
    for axes in figure.axes:
        drawn = curves(axes)
        assert list(drawn) == ["one", "other"]
        assert drawn["one"].get_linestyle() != drawn["other"].get_linestyle()


def test_a_curve_of_courses_is_the_mean_over_dyads_to_the_end_of_the_last_week(year):
    states = ("stress", "burden")
    figure = plots.courses({"own": year}, states=states)
    for axes, state in zip(figure.axes, states, strict=True):
        curve = curves(axes)["own"]
        assert list(curve.get_xdata()) == list(range(53))
        assert np.allclose(curve.get_ydata(), [year.at(week)[state].mean() for week in range(53)])


def test_half_of_the_dyads_lie_between_the_thin_lines(year):
    low, high = [line.get_ydata() for line in plots.courses({"own": year}, ["stress"]).axes[0].get_lines()[:2]]
    stress = year.states[:, list(SLOW).index("stress")]
    within = (stress >= low[:, None]) & (stress <= high[:, None])
    assert (within.sum(axis=1) == len(year) / 2).all()


def test_before_birth_only_hers_is_drawn_and_birth_is_marked(from_pregnancy):
    hers, his = plots.courses({"own": from_pregnancy}, states=("stress", "regulation")).axes
    assert [text.get_text().strip() for text in hers.texts] == ["birth"]
    assert curves(hers)["own"].get_xdata()[0] == -4
    assert curves(his)["own"].get_xdata()[0] == 0


def test_one_dyad_has_a_course_too(year):
    alone = ds.develop(year.cohort[:1], 3, seed=1, threads=1)
    curve = curves(plots.courses({"alone": alone}, ["stress"]).axes[0])["alone"]
    assert np.array_equal(curve.get_ydata(), alone.states[:, list(SLOW).index("stress"), 0])


@pytest.mark.parametrize(
    ("count", "states", "sentence"),
    [
        (0, ["stress"], "one to 9 courses, not 0"),
        (10, ["stress"], "one to 9 courses, not 10"),
        (1, ["stres"], "Did you mean 'stress'"),
        (1, [], "at least one slow state"),
    ],
)
def test_impossible_courses_get_one_sentence(year, count, states, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        plots.courses({str(n): year for n in range(count)}, states=states)


# Recovery


def test_shares_end_where_recovered_in_ends(clinical):
    ill = ill_at_start(clinical)
    recovered = recovered_in(clinical)[ill].notna()
    assert 0 < recovered.mean() < 1, "the course would show nothing"
    both, halves = plots.recovery(clinical).axes
    curve = curves(both)[f"simulated ({ill.sum()} mothers)"]
    assert curve.get_ydata()[-1] == pytest.approx(recovered.mean())
    assert (np.diff(curve.get_ydata()) >= 0).all()
    support = clinical.at(0)["support"][ill]
    by_half = {"upper": support > support.median(), "lower": support <= support.median()}
    for name, own in by_half.items():
        curve = curves(halves)[f"{name} half ({own.sum()} mothers)"]
        assert curve.get_ydata()[-1] == pytest.approx(recovered[own].mean())


def test_a_share_is_drawn_at_its_month(clinical):
    curve = next(iter(curves(plots.recovery(clinical).axes[0]).values()))
    ill = ill_at_start(clinical)
    at = np.interp(6, curve.get_xdata(), curve.get_ydata())
    assert at == pytest.approx((recovered_in(clinical)[ill] <= 6 * MONTH).mean())


def test_published_shares_stand_where_they_were_published(clinical):
    (bars,) = plots.recovery(clinical).axes[0].containers
    assert list(bars.lines[0].get_xdata()) == [6, 12, 24]
    rows = [evidence.row(id) for id in ("O009a", "O009b", "O009c")]
    assert np.allclose(bars.lines[0].get_ydata(), [row.number / 100 for row in rows])
    spans = [segment[:, 1] * 100 for segment in bars.lines[2][0].get_segments()]
    assert np.allclose(spans, [row.interval for row in rows])


def test_who_was_ill_can_be_said_and_halves_be_of_another_state(clinical):
    ill = pd.Series(True, index=clinical.at(0).index[:10])
    both, halves = plots.recovery(clinical, ill=ill, by="stress").axes
    assert "simulated (10 mothers)" in curves(both)
    assert list(curves(halves)) == ["upper half (5 mothers)", "lower half (5 mothers)"]
    assert halves.get_title(loc="left") == "By her stress at the start"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"by": "suport"}, "Did you mean 'support'"),
        ({"by": "expectation"}, "there are no halves"),
        ({"ill": pd.Series(dtype=bool)}, "No mother"),
    ],
)
def test_an_impossible_recovery_gets_one_sentence(clinical, asked, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        plots.recovery(clinical, **asked)


def test_recovery_takes_eight_weeks(cohort):
    with pytest.raises(ds.DyadsimError, match="at least 8 weeks, not 2"):
        plots.recovery(ds.develop(cohort, 2, seed=1, threads=1))


# Expectation


def test_every_dyad_is_a_point_of_its_class(year):
    drawn = plots.expectation(year).axes[0].collections
    counts = dict.fromkeys(CLASSES, 0) | year.attachment.value_counts().to_dict()
    assert [len(each.get_offsets()) for each in drawn] == list(counts.values())
    assert len({each.get_paths()[0].vertices.tobytes() for each in drawn}) == len(CLASSES), "markers differ"
    heights = np.concatenate([each.get_offsets()[:, 1] for each in drawn])
    assert np.allclose(sorted(heights), sorted(year.at(52)["expectation"]))


def test_the_lived_repair_that_is_drawn_is_what_moved_expectation(year):
    drawn = plots.expectation(year, week=1).axes[0].collections[0].get_offsets()
    measures = {name: values[0] for name, values in year.measures.items()}
    given = year.development._given(0, measures)[list(LIVED).index("repair")]
    secure = (year.attachment == "secure").to_numpy()
    assert np.allclose(drawn[:, 0], given[secure])


def test_three_dyads_are_shown_week_by_week(year):
    axes = plots.expectation(year, week=20).axes[1]
    drawn = curves(axes)
    assert len(drawn) == 3
    for label, curve in drawn.items():
        dyad = int(label.split("dyad ")[1].strip(")"))
        assert np.allclose(curve.get_ydata(), [year.at(week)["expectation"][dyad] for week in range(21)])


def test_before_twelve_months_no_class_is_known(from_pregnancy):
    (points,) = plots.expectation(from_pregnancy).axes[0].collections
    assert len(points.get_offsets()) == 6


@pytest.mark.parametrize("week", [0, 7, 2.5])
def test_expectation_is_read_after_a_lived_week(from_pregnancy, week):
    with pytest.raises(ds.DyadsimError, match="week must be a whole number from 1 to 6"):
        plots.expectation(from_pregnancy, week)


def test_before_birth_nothing_was_lived(cohort):
    with pytest.raises(ds.DyadsimError, match="ends before his birth"):
        plots.expectation(ds.develop(cohort[:2], 2, first_week=-4, threads=1))


# Couplings


def test_every_arrow_is_drawn_from_its_source_to_its_target(couplings):
    drawn, boxes = arrows(couplings), nodes(couplings)
    assert list(drawn) == list(ARROWS)
    assert boxes.keys() == {end for arrow in ARROWS.values() for end in (arrow.source, arrow.target)}
    for name, arrow in ARROWS.items():
        for end, box in ((drawn[name].patchA, boxes[arrow.source]), (drawn[name].patchB, boxes[arrow.target])):
            assert end is box


def test_the_sign_of_an_arrow_is_seen_without_colour(couplings):
    drawn = arrows(couplings)
    raising = {name for name, arrow in ARROWS.items() if arrow.sign > 0}
    assert {name for name, patch in drawn.items() if patch.get_linestyle() in ("-", "solid")} == raising


def test_arrows_that_are_assumed_are_paler_and_say_so(couplings):
    for (name, arrow), number in zip(ARROWS.items(), numbers(couplings), strict=True):
        pale = to_hex(arrows(couplings)[name].get_edgecolor()) != to_hex(number.get_color())
        assert pale == number.get_text().endswith(" a") == (arrow.evidence == ("assumed",))


def test_width_and_number_are_the_size():
    name = "depression -> sensitivity"
    for size in (0.0, 1.5):
        figure = plots.couplings(ds.Dynamics.default().replace({name: size}))
        assert numbers(figure)[list(ARROWS).index(name)].get_text() == f"{size:.2f}"
        widest = max(patch.get_linewidth() for patch in arrows(figure).values())
        assert (arrows(figure)[name].get_linewidth() == widest) == (size == 1.5)


def test_no_arrow_passes_through_a_node_that_is_not_its_own(couplings):
    boxes = {name: box.get_window_extent().padded(1) for name, box in nodes(couplings).items()}
    through = [
        (name, node)
        for name, patch in arrows(couplings).items()
        for node, box in boxes.items()
        if node not in (ARROWS[name].source, ARROWS[name].target) and box.count_contains(stroke(patch))
    ]
    assert not through


def test_no_number_covers_a_node_or_another_number(couplings):
    boxes = [box.get_window_extent() for box in nodes(couplings).values()]
    own = [text.get_window_extent() for text in numbers(couplings)]
    for place, number in enumerate(own):
        assert not any(number.overlaps(other) for other in [*boxes, *own[:place]]), list(ARROWS)[place]


def test_the_legend_and_the_notice_have_room(couplings):
    legend = couplings.axes[0].get_legend().get_window_extent()
    assert couplings.bbox.x0 <= legend.x0 <= legend.x1 <= couplings.bbox.x1
    assert not legend.overlaps(couplings._supxlabel.get_window_extent())


def test_pictures_of_weeks_say_what_they_are_not_for(couplings, year, clinical):
    for figure in (couplings, plots.courses({"own": year}), plots.recovery(clinical), plots.expectation(year)):
        assert "no rating of a parent" in figure.get_supxlabel()
