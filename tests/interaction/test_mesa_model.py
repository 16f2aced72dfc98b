"""The Mesa model, as Mesa users meet it."""

import gc
import weakref

import mesa
import numpy as np
import pandas as pd
import pytest
from conftest import PARADIGMS, POPULATIONS, module_at

import dyadsim as ds


def test_a_step_is_a_second(cohort):
    model = ds.DyadModel(cohort=cohort, paradigm="still-face", seed=1)
    for second in range(360):
        assert model.running
        assert model.second == second
        model.step()
    assert not model.running
    model.step()
    assert model.second == 360
    assert model.session.infant.shape == (20, 360)


def test_the_session_so_far_is_the_start_of_the_whole(cohort, still_face):
    model = ds.DyadModel(cohort=cohort, paradigm="still-face", seed=1)
    with pytest.raises(ds.DyadsimError, match="step the model first"):
        _ = model.session
    for second, episodes in ((1, 1), (119, 1), (120, 1), (121, 2), (240, 2), (360, 3)):
        while model.second < second:
            model.step()
        assert len(model.session.episodes) == episodes
        assert model.session.ends[-1] == second
        assert np.array_equal(model.session.infant, still_face.infant[:, :second])


def test_what_is_collected_is_what_happened(cohort, still_face):
    model = ds.DyadModel(cohort=cohort, paradigm="still-face", seed=1)
    model.run_model()
    collected = model.datacollector.get_model_vars_dataframe()
    matched = np.array([still_face.matched(dyad=d) for d in range(20)])
    assert np.allclose(collected["match"], matched.mean(axis=0))
    assert np.allclose(collected["arousal"], still_face.arousal.mean(axis=0))
    measures = still_face.measures()
    assert collected["repairs"].iloc[-1] == measures["repaired"].sum()
    assert collected["ruptures"].iloc[-1] == measures["ruptures"].sum()
    assert collected["time_matched"].iloc[-1] == pytest.approx(matched.mean())
    infants = model.datacollector.get_agenttype_vars_dataframe(ds.Infant)
    assert infants.notna().all().all()
    names = np.array(ds.ICEP.infant_names)
    assert infants.loc[360, "state"].tolist() == names[still_face.infant[:, -1]].tolist()


def test_batch_run_reports_the_end_of_each_run():
    runs = mesa.batch_run(
        ds.DyadModel,
        {"dyads": 4, "population": ["community", "depressed"], "seed": [1, 2], "seconds": 40, "sensitivity": [-1, 1]},
        number_processes=1,
        display_progress=False,
    )
    frame = pd.DataFrame(runs)
    assert len(frame) == 8
    assert frame[["match", "time_matched", "ruptures", "repairs", "arousal"]].notna().all().all()
    for row in frame.itertuples():
        asked = {
            "dyads": 4,
            "population": row.population,
            "seed": row.seed,
            "seconds": 40,
            "sensitivity": row.sensitivity,
        }
        model = ds.DyadModel(**asked)
        model.run_model()
        assert (model.repairs, model.time_matched) == (row.repairs, row.time_matched)
    assert frame["time_matched"].nunique() > 4


def test_iterations_without_a_seed_are_different_runs():
    """As Mesa's users expect; the seed that was drawn is kept, so that any of them can be run again."""
    models = [ds.DyadModel(dyads=4, seconds=60) for _ in range(3)]
    for model in models:
        model.run_model()
    assert len({model.luck.seed for model in models}) == 3
    again = ds.DyadModel(dyads=4, seconds=60, seed=models[0].luck.seed)
    again.run_model()
    assert np.array_equal(again.session.infant, models[0].session.infant)


def test_a_dropped_model_is_freed():
    model = ds.DyadModel(dyads=2, seconds=5)
    model.run_model()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_a_seed_given_as_text_is_the_same_seed():
    one, two = ds.DyadModel(dyads=3, seconds=60, seed="42"), ds.DyadModel(dyads=3, seconds=60, seed=42)
    one.run_model(), two.run_model()
    assert np.array_equal(one.session.infant, two.session.infant)
    with pytest.raises(ds.DyadsimError, match="seed must be a whole number"):
        ds.DyadModel(seed="abc")


def test_bare_rules_serve_as_well_as_agents(cohort, still_face):
    model = ds.DyadModel(cohort=cohort, paradigm="still-face", seed=1, infant=ds.InfantRules, mother=ds.MotherRules)
    model.run_model()
    assert np.array_equal(model.session.mother, still_face.mother)


@pytest.mark.filterwarnings("ignore")
def test_mesas_own_dashboard_shows_the_model_and_steps_it():
    """Rendered on the server, as SolaraViz would: two plots, who and what to choose, and a step button that steps."""
    solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")
    import ipyvuetify
    import ipywidgets
    from matplotlib.figure import Figure

    from dyadsim.dashboard import mesa_viz

    assert module_at("dashboards/solaraviz.py").Page is mesa_viz.MesaViz
    model = mesa_viz.new_model()
    _, shown = solara.render(solara.AppLayout(children=[mesa_viz.MesaViz(model)]), handle_error=False)
    assert len(shown.find(ipywidgets.Image).widgets) == 2
    choices = {select.label: select.items for select in shown.find(ipyvuetify.Select).widgets}
    assert choices == {"population": list(POPULATIONS), "paradigm": list(PARADIGMS)}
    (step,) = (button for button in shown.find(ipyvuetify.Btn).widgets if button.children == ["Step"])
    step.click()
    assert model.second == 1
    axes = Figure().subplots()
    mesa_viz.shade_held(model.paradigm, axes)
    assert [text.get_text() for text in axes.texts] == ["still-face"]
    assert [(patch.get_x(), patch.get_width()) for patch in axes.patches] == [(120, 120)]
