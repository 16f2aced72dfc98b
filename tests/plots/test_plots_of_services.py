"""Pictures of services show what the results say, however many services there are."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from serving import small, two

from dyadsim import plots
from dyadsim.reports import service_report
from dyadsim.services.cascade import STEPS


@pytest.fixture(scope="module")
def results():
    many = [small(name=f"service {number} with a name that is rather long") for number in range(6)]
    return two(services=many, weeks=60, communities=4, waves=2, families={"community_size": 10}).run(workers=1)


def texts(figure):
    FigureCanvasAgg(figure).draw()
    return " ".join(text.get_text() for axes in figure.axes for text in (*axes.texts, axes.title))


def test_every_picture_is_drawn_and_says_what_it_is_not_for(results):
    drawn = service_report.pictures(results)
    assert list(drawn) == ["cascade", "missed", "waits", "load", "plane", "acceptability"]
    for words, figure in drawn.values():
        assert len(words) > 8
        assert len(plots.png(figure, dpi=40)) > 2_000
        assert "teaching" in figure.get_supxlabel()


def test_the_cascade_tells_its_very_counts_and_bars_are_shares(results):
    table = results.cascade()
    figure = plots.care_cascade(table, STEPS)
    said = texts(figure)
    for row in table[table["step"] != "ill"].to_dict("records"):
        assert f"{row['share']:.0%} ({row['mothers']:,})" in said
    widths = sorted(patch.get_width() for patch in figure.axes[0].patches)
    assert widths == pytest.approx(sorted(table.loc[table["step"] != "ill", "share"]))


def test_the_plane_and_its_curves_are_of_the_draws(results):
    drawn = results.draws()
    figure = plots.cost_effectiveness_plane(drawn, {"well": "mothers"}, "GBP 2019")
    middle = [line.get_xydata()[0] for line in figure.axes[0].lines if line.get_label().startswith("service")]
    own = drawn[drawn["arm"] == results.under_service[0].name]
    assert middle[0].tolist() == pytest.approx([1_000 * own["well"].mean(), own["cost"].mean()])
    curve = results.acceptability("well", np.linspace(0, 1e5, 5))
    lines = plots.acceptability_curves({"well": curve}, {"well": "mother"}, "GBP 2019").axes[0].lines
    assert len(lines) == 7
    assert sum(line.get_ydata()[0] for line in lines) == pytest.approx(1.0)
