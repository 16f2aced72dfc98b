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


TOGETHER = {
    "in a browser": ("dashboard/test_browser_",),
    "other processes": (
        "lineages/test_generation_scenario.py",
        "services/test_service_comparison.py",
        "sweeps/test_cluster.py",
        "sweeps/test_user_code_travels.py",
        "trials/test_trial_run.py",
    ),
}
"""Files that share what takes long to start, by how their paths begin: one server and one browser; two processes and a
cluster. One worker gets all of a group, so that these are started once; while it waits for the browser, the others
have the cores."""
WORKERS_MOST = 4
"""With more workers than these each file goes alone, since a group would take longer than all else."""
LONGEST_FIRST = (
    *TOGETHER["in a browser"],
    *TOGETHER["other processes"],
    "test_docstrings.py",
    "scenarios/test_scenario.py",
    "test_package.py",
    "experiments/test_dashboard_experiments.py",
    "experiments/test_trial_rates.py",
    "test_travels.py",
    "test_bits_of_weeks.py",
    "dashboard/test_trial_page.py",
    "experiments/test_mutated_inputs.py",
    "sweeps/test_sweep_survives.py",
    "cli/test_streams.py",
    "fitting/test_calibrate_ensemble.py",
    "sweeps/test_sweep.py",
    "dashboard/test_pages.py",
    "interaction/test_law.py",
    "findings/test_longitudinal_studies.py",
    "development/test_develop.py",
    "trials/test_power.py",
    "fitting/test_calibrate_interaction.py",
    "cli/test_cli.py",
    "experiments/test_benchmark.py",
    "interventions/test_catalogue.py",
    "findings/test_still_face_patterns.py",
    "fitting/test_calibrate_all.py",
    "validation/",
    "lineages/",
    "coded_video/test_mutated_codings.py",
    "fitting/",
    "dashboard/",
    "interaction/test_engine.py",
    "services/",
    "cli/",
    "sweeps/",
    "test_bits.py",
    "interventions/",
    "experiments/",
    "development/",
    "trials/",
    "reports/",
    "scenarios/",
    "plots/",
    "docs/",
)
"""Files and folders, by how their paths begin, in the order in which they are handed out: what takes longest first, so
that no core waits for one in the end. (By itself pytest-xdist would begin with the files of most tests, which are
short.)"""


def _place(path, beginnings):
    """The place of the longest beginning that a path of a test file has, or the last place."""
    found = [(-len(each), place) for place, each in enumerate(beginnings) if path.startswith(each)]
    return min(found)[1] if found else len(beginnings)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    items.sort(key=lambda item: _place(item.path.relative_to(here).as_posix(), LONGEST_FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out files whole, and those of a group to one worker."""
    if config.getvalue("dist") != "loadfile" or len(config.getvalue("tx")) > WORKERS_MOST:
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            path = file.removeprefix("tests/")
            return next((name for name, files in TOGETHER.items() if path.startswith(files)), file)

    return Together(config, log)


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


@pytest.fixture(scope="session")
def started():
    """Two processes that have imported all that they need, which takes each of them seconds."""
    from dyadsim.common import workers

    processes = workers._Processes(2)
    yield processes
    processes.stop()


@pytest.fixture(scope="session")
def cluster():
    """A Dask cluster of two worker processes."""
    distributed = pytest.importorskip("distributed", reason="the extra dyadsim[cluster] is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        local.wait_for_workers(2)
        yield local


@pytest.fixture
def two_processes(started, monkeypatch):
    """With ``workers=2`` the work goes to two processes that did the work of other tests before."""
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
