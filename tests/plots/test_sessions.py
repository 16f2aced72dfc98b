"""Pictures show what happened, and are never half written."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import dyadsim as ds
from dyadsim import plots
from dyadsim.interaction.phase_diagram import phase_diagram
from dyadsim.validation.interaction import validate_interaction


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


def test_the_timeline_marks_clips_in_a_row_of_their_own(still_face):
    clips = still_face.moments_worth_showing(dyad=4)
    assert clips.clips
    axes = plots.timeline(still_face, dyad=4, clips=clips).axes[-1]
    drawn = [path.get_extents() for each in axes.collections for path in each.get_paths()]
    spans = clips.frame(in_time=True)[["onset", "offset"]].to_numpy().tolist()
    assert sorted([box.x0, box.x1] for box in drawn) == spans
    assert {text.get_text() for text in axes.texts} == {str(place) for place in range(1, len(clips) + 1)}


def test_the_grid_shows_every_visit(still_face):
    figure = plots.grid(still_face, dyad=4)
    discs, *_ = figure.axes[0].collections
    visits = still_face.visits(dyad=4)
    assert len(discs.get_offsets()) == len(visits)
    assert visits["seconds"].sum() == 360
    for (x, y), visit in zip(discs.get_offsets(), visits.itertuples(), strict=True):
        assert (round(x), round(y)) == (visit.mother, visit.infant)


@pytest.fixture(scope="module")
def exact(cohort):
    return ds.law(cohort[:4], "still-face")


PICTURES = {
    "timeline": lambda session, exact: plots.timeline(session),
    "grid": lambda session, exact: plots.grid(session),
    "repair survival": lambda session, exact: plots.repair_survival(session.repair_survival(), exact.repair_survival()),
    "course": lambda session, exact: plots.course({"one": exact.course(), "other": exact.course()}),
    "match": lambda session, exact: plots.match_against_chance(session.measures()),
    "phase": lambda session, exact: plots.phase_diagram(phase_diagram(points=3)),
    "findings": lambda session, exact: plots.findings(validate_interaction(dyads=100).rows),
}


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_says_what_it_is_not_for(still_face, exact, picture):
    figure = PICTURES[picture](still_face, exact)
    assert isinstance(figure, Figure)
    assert "no rating of a parent" in figure.get_supxlabel()


def test_repair_survival_shows_the_curves_it_was_given(still_face, exact):
    simulated, law = still_face.repair_survival(), exact.repair_survival()
    figure = plots.repair_survival(simulated, law)
    for axes, episode in zip(figure.axes, still_face.episodes, strict=True):
        drawn = [line.get_ydata() for line in axes.get_lines()]
        for curve, given in zip(drawn, (simulated, law), strict=True):
            assert np.array_equal(curve, given.loc[given["episode"] == episode, "survival"], equal_nan=True)


def test_match_is_drawn_against_chance_dyad_by_dyad(still_face):
    own = still_face.measures()
    figure = plots.match_against_chance(own)
    for axes, (_, part) in zip(figure.axes, own.groupby("episode", sort=False), strict=True):
        assert np.allclose(axes.collections[0].get_offsets(), part[["chance_match", "match"]])


def test_a_phase_diagram_is_the_law_of_typical_dyads():
    asked = {"paradigm": "still-face", "episode": "reunion", "scheme": "affect"}
    grid = phase_diagram("burden", "age", "match", points=3, reach=2, **asked)
    assert list(grid.columns) == ["burden", "age", "match"]
    assert len(grid) == 9
    middle = grid[(grid["burden"] == 0) & (grid["age"] == 39)]["match"].item()
    law = ds.law(ds.Cohort.of(), "still-face").match("affect").set_index("episode")["match"]
    assert middle == pytest.approx(law["reunion"])
    assert grid.attrs == {"episode": "reunion", "scheme": "affect"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"x": "sensitivty"}, "Did you mean 'sensitivity'"),
        ({"x": "burden", "y": "burden"}, "two different traits"),
        ({"measure": "mach"}, "Did you mean 'match'"),
        ({"episode": "reunion"}, "Unknown episode"),
        ({"points": 1}, "points must be a whole number"),
        ({"reach": 0}, "reach must be a number above 0"),
    ],
)
def test_an_impossible_phase_diagram_gets_one_sentence(asked, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        phase_diagram(**asked)


def test_a_picture_that_fails_leaves_nothing(still_face, tmp_path, monkeypatch):
    figure = plots.grid(still_face)
    monkeypatch.setattr(type(figure), "savefig", lambda *a, **k: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(ds.DyadsimError, match="cannot be written: disk full"):
        plots.save(figure, tmp_path / "grid.png")
    assert not list(tmp_path.iterdir())


def test_the_ribbon_shows_as_much_match_as_there_is(still_face):
    """Blue over the whole ribbon, in pixels, is the share of time matched, and no edge hides a short one."""
    canvas = FigureCanvasAgg(plots.timeline(still_face, dyad=4))
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3].astype(int)
    ribbon = canvas.figure.axes[2]
    left, bottom = ribbon.transData.transform((0, 0.4))
    right, top = ribbon.transData.transform((360, 0.6))
    height = pixels.shape[0]
    strip = pixels[int(height - top) : int(height - bottom), int(left) + 1 : int(right)]
    blue, grey = np.array([0x00, 0x72, 0xB2]), np.array([0xE3] * 3)
    shown = ((grey - strip).sum(axis=2) / (grey - blue).sum()).mean()
    assert shown == pytest.approx(still_face.matched(dyad=4).mean(), abs=0.01)
