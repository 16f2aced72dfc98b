"""Pictures show what happened, and are never half written."""

import pytest
from matplotlib.figure import Figure

import dyadsim as ds
from dyadsim import plots


def markers(figure, label):
    return [line for axes in figure.axes for line in axes.get_lines() if line.get_label() == label]


def test_the_timeline_marks_every_rupture_and_repair(still_face):
    figure = plots.timeline(still_face, dyad=4)
    events = still_face.events(dyad=4)
    for event in ("rupture", "repair"):
        (line,) = markers(figure, event)
        assert list(line.get_xdata()) == events.loc[events["event"] == event, "time"].tolist()
    measures = still_face.measures().query("dyad == 4")
    assert (events["event"] == "repair").sum() == measures["repaired"].sum()
    assert (events["event"] == "rupture").sum() == measures["ruptures"].sum()
    assert [axes.get_ylabel() for axes in figure.axes] == ["Infant", "Mother", "", "Arousal"]


def test_a_coded_session_has_no_arousal_to_show():
    figure = plots.timeline(ds.read_coded("mangold_3532goodman"), scheme="valence")
    assert [axes.get_ylabel() for axes in figure.axes] == ["Infant", "Mother", ""]


def test_the_grid_shows_every_visit(still_face):
    figure = plots.grid(still_face, dyad=4)
    (discs,) = figure.axes[0].collections
    visits = still_face.visits(dyad=4)
    assert len(discs.get_offsets()) == len(visits)
    assert visits["seconds"].sum() == 360
    for (x, y), visit in zip(discs.get_offsets(), visits.itertuples(), strict=True):
        assert (round(x), round(y)) == (visit.mother, visit.infant)


@pytest.mark.parametrize("picture", [plots.timeline, plots.grid])
def test_every_picture_says_what_it_is_not_for(still_face, picture):
    figure = picture(still_face)
    assert isinstance(figure, Figure)
    assert "no rating of a parent" in figure.get_supxlabel()


def test_a_picture_that_fails_leaves_nothing(still_face, tmp_path, monkeypatch):
    figure = plots.grid(still_face)
    monkeypatch.setattr(type(figure), "savefig", lambda *a, **k: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        plots.save(figure, tmp_path / "grid.png")
    assert not (tmp_path / "grid.png").exists()
