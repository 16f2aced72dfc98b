"""What is printed: a line of an object, and in a notebook a small table, however large it is."""

import numpy as np
import pandas as pd
import pytest
import serving
from conftest import POPULATIONS
from trialling import small as small_trial

import dyadsim as ds
from dyadsim.common.shown import Shown
from dyadsim.scenarios.ensemble_comparison import EnsembleComparison


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """One of each kind that people print, made by few dyads and by many."""
    folder = tmp_path_factory.mktemp("shown")
    design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=2)
    results = ds.sweep(design, folder / "found", workers=1)

    def made(dyads):
        cohort = ds.Cohort.sample(dyads, seed=1)
        scenario = ds.Scenario.load("peer-group").changed({"dyads": dyads, "weeks": 16})
        course = ds.develop(cohort, weeks=2)
        saved = ds.saved_course(course.save(folder / "end.zip"))
        comparison = scenario.run()
        several = EnsembleComparison((comparison, comparison), comparison.instruments, comparison.visits)
        session = ds.interact(cohort, "still-face", 1)
        model = ds.DyadModel(cohort)
        return [cohort, scenario, comparison, several, course, saved, session, ds.law(cohort[:9]), model]

    one = ds.parameter_set(3)
    rows = pd.DataFrame({"id": np.arange(90).astype(str), "role": "check", "holds": True})
    small = [design, results, ds.replay(results, 0, 0), ds.read_coded("mangold_3532goodman"), one, ds.ICEP]
    small += [one.coefficients, one.dynamics, ds.match_scheme("affect"), ds.Validation(rows, rows, {})]
    small += [ds.Population.load(name) for name in POPULATIONS] + [ds.Paradigm.load("still-face")]
    small += [ds.Calibration(one.coefficients, rows, rows, rows, {}), ds.EnsembleCalibration((one,), rows, rows, {})]
    small += [ds.DevelopmentCalibration(one.dynamics, one.dynamics.norms, rows, rows, {})]
    families = ds.Families.sample(4, seed=1)
    small += [families, families.parameters, ds.FamilyCalibration(families.parameters, rows, rows, {})]
    services = serving.two().run(out=folder / "services", workers=1)
    small += [services, serving.small(), ds.ServiceComparison.load("four-services"), ds.ServiceParameters.default()]
    small += [ds.serve(serving.area(), serving.small(), 4, linear=True)]
    trial = small_trial().run(out=folder / "trial", workers=1)
    small += [trial, ds.Trial.load("skkippi"), ds.replay_dyad(trial, 0, 1), ds.AnalysisPlan.load("thinking-healthy")]
    plan = ds.PowerPlan(name="p", trial="video-feedback", dyads=[4, 8], replicates=10)
    small += [plan, ds.power(plan, folder / "power", workers=1)]
    small += [ds.Intervention.load("video-feedback"), ds.Instrument.load("epds"), ds.Encounter(name="anna")]
    return made(3), made(400), small


def test_what_is_printed_is_one_line_that_says_what_it_is(objects):
    few, many, small = objects
    for each in [*few, *many, *small]:
        said = repr(each)
        assert said.startswith(f"<{type(each).__name__}"), said
        assert "\n" not in said
        assert len(said) < 280
        assert str(each) == said
    assert all("400 dyads" in repr(each) for each in many if not isinstance(each, ds.Law | ds.Scenario))


def test_what_a_notebook_shows_is_small_and_signed(objects):
    few, many, small = objects
    for each in [*few, *many, *small]:
        if isinstance(each, ds.ParameterSet):
            continue
        page = each._repr_html_()
        assert page.endswith(f"<p><small>{ds.NOTICE}</small></p>")
        assert len(page) < 12_000
        assert page.count("<tr") <= 13


def test_a_notebook_shows_the_numbers_that_the_object_gives(objects):
    session = objects[1][6]
    match = session.measures().groupby("episode", sort=False)["match"].mean()
    assert all(f"<td>{number:.3g}</td>" in session._repr_html_() for number in match)


def test_a_notebook_takes_no_name_for_a_tag():
    class Odd(Shown):
        def _in_a_line(self):
            return "<script>" + "x" * 999

        def _in_a_table(self):
            return pd.DataFrame({"<b>": ["<i>" + "y" * 999] * 99, **{str(n): 0.5 for n in range(99)}})

    page = Odd()._repr_html_()
    assert not any(tag in page for tag in ("<script>", "<b>", "<i>"))
    assert "12 of 99 rows, 9 of 100 columns" in page
    assert len(page) < 12_000


def test_ipython_shows_both(objects):
    formatters = pytest.importorskip("IPython.core.formatters")
    data, _ = formatters.DisplayFormatter().format(objects[0][6])
    assert data["text/plain"] == "<Session: 3 dyads (community), play, still-face, reunion, 360 s>"
    assert "<td>still-face</td>" in data["text/html"]
