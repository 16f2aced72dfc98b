"""The page Mesa: the visitor's own session as a Mesa model, stepped, drawn, started anew, and let go of."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import gc
import weakref

import numpy as np
import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import components, form_with, press, texts, until

import dyadsim as ds
from dyadsim.dashboard import server_settings, state
from dyadsim.dashboard.pages import mesa
from dyadsim.interaction.mesa_model import DyadModel

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "few_dyads")


@pytest.fixture
def few_dyads(monkeypatch):
    mesa._dyads.set(4)
    monkeypatch.setattr(mesa, "svg", lambda figure: "data:,")
    yield
    mesa._dyads.set(mesa._DYADS)


@pytest.fixture
def page(shown):
    box, rendered = shown(mesa.MesaPage())
    assert until(lambda: components(rendered, "second", "seconds"))
    return box, rendered


def stepper(rendered):
    assert until(lambda: components(rendered, "second", "seconds"))
    return components(rendered, "second", "seconds")[0]


def step(rendered, seconds):
    was = stepper(rendered).second
    stepper(rendered).vue_step(seconds)
    assert until(lambda: stepper(rendered).second != was or state.problem.value)


def test_the_model_is_of_the_visitors_own_session_and_equals_the_engine_to_the_bit():
    who = {"population": "depressed", "traits": {"sensitivity": -1.5}, "risks": ["poverty"]}
    what = {"paradigm": "still-face", "seconds": 30, "moments": [{"name": "coach", "at": 4}]}
    asked = ds.Encounter(name="x", seed=7, replicate=2, **who, **what)
    model = mesa.new_model(asked, 3)
    model.run_model()
    cohort = ds.Cohort.sample(3, "depressed", seed=7).with_setting("poverty").replace(sensitivity=-1.5)
    session = ds.interact(cohort, asked.played(), seed=7, replicate=2, states=True)
    assert np.array_equal(model.session.infant, session.infant)
    assert np.array_equal(model.session.mother, session.mother)


def test_the_code_that_is_shown_makes_the_model_that_is_shown():
    asked = ds.Encounter(name="x", paradigm="still-face", seed=7, traits={"sensitivity": -1.5}, scheme="affect")
    code = mesa.in_python(asked, 3).replace("model.run_model()\n", "")
    names = {}
    exec(code.rpartition("model.datacollector")[0], names)
    ours, said = mesa.new_model(asked, 3), names["model"]
    for model in (ours, said):
        for _ in range(20):
            model.step()
    assert ours.datacollector.get_model_vars_dataframe().equals(said.datacollector.get_model_vars_dataframe())
    assert mesa.in_python(asked.changed({"seconds": 30}), 3) == ""


def test_it_steps_is_drawn_with_words_and_starts_anew(page):
    box, rendered = page
    state.open_query("a.name=still-face")
    assert until(lambda: stepper(rendered).seconds == 360)
    step(rendered, 20)
    assert stepper(rendered).second == 20
    alt = components(rendered, "alt", "kinds")[0].alt
    assert "20 of 360 seconds" in alt
    assert "Shaded: still-face, in which she is held." in alt
    for _ in range(6):
        step(rendered, 20)
    assert any("She is held: she answers nothing." in text for text in texts(box))
    step(rendered, 10_000)
    assert "The number of steps must be a whole number from 1 to 60, not 10000." in state.problem.value
    stepper(rendered).vue_reset(True)
    assert until(lambda: stepper(rendered).second == 0)
    assert not components(rendered, "alt", "kinds")


def test_what_is_changed_here_is_the_visitors_configuration(page):
    _, rendered = page
    press(rendered, "population", "depressed")
    press(rendered, "paradigm", "still-face")
    assert "a.population=depressed" in state.query()
    assert until(lambda: components(rendered, "second") and stepper(rendered).seconds == 360)
    press(rendered, "dyads", 0)
    assert "The number of dyads must be a whole number from 1 to 100, not 0." in state.problem.value
    components(rendered, "back")[0].vue_does("undo")
    assert until(lambda: form_with(rendered, "paradigm").fields[1]["value"] == "free-play")


def test_rules_that_are_served_are_followed(mirroring):
    asked = ds.Encounter(name="x", seconds=40, traits={"expressiveness": 2.0})
    assert server_settings.rules() is mirroring
    assert isinstance(mesa.new_model(asked, 2), DyadModel)
    assert "expressiveness" in mesa.new_model(asked, 2).cohort.traits


def test_nothing_of_a_model_is_left_when_its_page_is_closed(monkeypatch):
    made = []
    real = mesa.new_model

    def noting(*given):
        model = real(*given)
        made.append(weakref.ref(model))
        return model

    monkeypatch.setattr(mesa, "new_model", noting)

    def come_and_go():
        rendered = solara.render(mesa.MesaPage(), handle_error=False)[1]
        step(rendered, 5)
        rendered.close()

    come_and_go()

    def gone():
        gc.collect()
        return all(each() is None for each in made)

    assert made
    assert until(gone, seconds=10)
