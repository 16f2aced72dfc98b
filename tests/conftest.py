"""What the tests share. Every statistical test has a fixed seed and says how often it would fail by chance."""

import importlib.util
import os
import sys

# pytest-xdist already uses every core: who asks for no number of threads or workers gets one. Tests of several ask.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")

from pathlib import Path
from types import SimpleNamespace

import pytest

import dyadsim as ds
from dyadsim.common import toml_models

ROOT = Path(__file__).parent.parent
PARADIGMS = tuple(toml_models.names("paradigms"))
POPULATIONS = tuple(toml_models.names("populations"))


LONGEST_FIRST = (
    "dashboard/test_browser_access.py",
    "experiments/test_mutated_inputs.py",
    "dashboard/test_browser_player.py",
    "experiments/test_dashboard_experiments.py",
    "dashboard/test_browser_scenario.py",
    "test_package.py",
    "scenarios/test_scenario.py",
    "fitting/test_calibrate_all.py",
    "dashboard/test_browser_trial.py",
    "test_docstrings.py",
    "test_travels.py",
    "sweeps/test_sweep_survives.py",
    "dashboard/test_browser_community.py",
    "trials/test_power.py",
    "fitting/test_calibrate_interaction.py",
    "dashboard/test_trial_page.py",
    "dashboard/test_browser_data.py",
    "experiments/test_benchmark.py",
    "dashboard/test_browser_results.py",
    "dashboard/test_browser_service.py",
    "sweeps/test_cluster.py",
    "experiments/test_trial_rates.py",
    "test_bits_of_weeks.py",
    "interaction/test_law.py",
    "fitting/test_calibrate_ensemble.py",
    "dashboard/test_pages.py",
    "interventions/test_catalogue.py",
    "findings/test_longitudinal_studies.py",
    "cli/test_cli.py",
    "sweeps/test_sweep.py",
    "cli/test_streams.py",
    "development/test_develop.py",
    "validation/test_validate_services.py",
    "findings/test_still_face_patterns.py",
    "interaction/test_engine.py",
    "sweeps/test_user_code_travels.py",
    "experiments/test_recompute_statistics.py",
    "trials/test_trial_run.py",
    "test_bits.py",
)
"""Files in the order in which they are handed out, those that take longest first, so that no core waits for one in the
end. (By itself pytest-xdist would begin with the files of most tests, which are short.)"""


def pytest_collection_modifyitems(items):
    places = {str(Path(__file__).parent / file): place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(str(item.path), len(places)))


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder; gives exit code, standard output and standard error."""
    from dyadsim import cli

    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["dyadsim", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
            raise SystemExit(0)
        return stopped.value.code or 0, *capsys.readouterr()

    return call


@pytest.fixture(scope="session")
def cohort():
    return ds.Cohort.sample(20, population="community", seed=1)


@pytest.fixture(scope="session")
def still_face(cohort):
    return ds.interact(cohort, paradigm="still-face", seed=1)


@pytest.fixture(scope="module")
def started():
    """Two processes that have imported all that they need, which takes each of them seconds."""
    from dyadsim.common import workers

    processes = workers._Processes(2)
    yield processes
    processes.stop()


@pytest.fixture
def two_processes(started, monkeypatch):
    """With ``workers=2`` the work goes to two processes that did the work of other tests of the file before."""
    from dyadsim.common import workers

    lent = SimpleNamespace(size=2, submit=started.submit, stop=lambda: None)
    monkeypatch.setattr(workers, "_Processes", lambda size: lent)


def module_at(path):
    """The module in a file of this checkout that is not part of the package."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory):
    from browser import missing, served

    if importlib.util.find_spec("solara") is None:
        missing("the extra dyadsim[dashboard] is not installed")
    with served(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="session")
def chrome():
    from browser import FLAGS, chromium, missing

    if importlib.util.find_spec("playwright") is None:
        missing("Playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def windows(chrome):
    from browser import Windows

    return Windows(chrome)


@pytest.fixture
def visit(windows, dashboard):
    """A new visitor of the dashboard; ``visit(scheme="dark", width=390)`` opens another window."""
    from browser import Visit

    opened = []

    def come(**how):
        opened.append(Visit(windows, dashboard[0], **how))
        return opened[-1]

    yield come
    for one in opened:
        one.end()
        assert not [said for said in one.errors if "favicon" not in said], one.errors


@pytest.fixture
def as_a_visitor_finds_it():
    """The dashboard's state as it is for a new visitor, and the shipped rules afterwards."""
    from dyadsim.dashboard import server_settings, state
    from dyadsim.interaction.rule_set import Rules

    state.open_query("")
    yield
    server_settings.serve_with(Rules())


@pytest.fixture
def mirroring():
    """Rules of one's own, with a trait of their own, served to all pages."""
    from dyadsim.dashboard import server_settings
    from dyadsim.interaction.rule_set import Rules

    rules = Rules(mother=module_at("experiments/templates/rule.py").MirroringMother)
    server_settings.serve_with(rules)
    return rules


@pytest.fixture
def shown():
    """Show a component as Solara's server would; what is shown is closed in the end."""
    import solara

    opened = []

    def show(component):
        box, rendered = solara.render(component, handle_error=False)
        opened.append(rendered)
        return box, rendered

    yield show
    for rendered in opened:
        rendered.close()
