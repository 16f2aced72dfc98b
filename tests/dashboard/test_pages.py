"""The pages without a browser, the package as it ships, and how it is started."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import ast
import json
import os
import re
import socket
import subprocess
import sys

import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import (
    ENCOUNTERS,
    FOLDER,
    SCENARIOS,
    SHIPPED,
    SMALL,
    Curious,
    are_sound,
    components,
    figure,
    forms_on,
    plain,
    press,
    texts,
    until,
)
from ipywidgets.widgets import widget as ipywidget

import dyadsim as ds
from dyadsim import cli
from dyadsim.dashboard import app, server, server_settings, session_tracks, state
from dyadsim.dashboard.pages import compare
from dyadsim.dashboard.pages.classroom import Classroom
from dyadsim.dashboard.pages.compare import Compare
from dyadsim.dashboard.pages.explore import Explore
from dyadsim.dashboard.pages.scenario import ScenarioPage
from dyadsim.dashboard.pages.scenario_outcome import sessions_of
from dyadsim.dashboard.pages.trial import TrialPage
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports import scenario_report

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")


# Pages


PAGES = {"classroom": Classroom, "explore": Explore, "compare": Compare, "scenario": ScenarioPage, "trial": TrialPage}


@pytest.fixture
def unpainted(monkeypatch):
    monkeypatch.setattr(compare, "svg", lambda _: "data:,")


def whole(rendered):
    """All that the components of a page were sent."""
    found = [one.get_state() for one in components(rendered)]
    assert len(found) > 4
    return plain(found)


@pytest.mark.parametrize("name", ENCOUNTERS)
@pytest.mark.parametrize("what", [Classroom, Explore, Compare], ids=["classroom", "explore", "compare"])
def test_pages_of_sessions_show_every_encounter_that_ships(what, name, shown):
    encounter = ds.Encounter.load(name)
    state.set_sessions((encounter,))
    _, rendered = shown(what())
    whole(rendered)
    first = components(rendered, "track", "veil")[0].track
    assert first["title"].endswith(encounter.title)
    assert first["infant"] == encounter.session().infant[0].tolist()
    assert (first["law"] is not None) == (what is Explore)
    assert len(components(rendered, "track", "veil")) == (2 if what is Compare else 1)
    for form in forms_on(rendered):
        are_sound(form.fields)
    assert state.problem.value == ""


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_page_scenario_shows_every_scenario_that_ships(name, shown):
    scenario = ds.Scenario.load(name)
    state.scenario.set(scenario)
    _, rendered = shown(ScenarioPage())
    whole(rendered)
    fields = {field["key"]: field for form in forms_on(rendered) for field in form.fields}
    assert fields["start"]["value"] == name
    assert fields["dyads"]["value"] == scenario.dyads
    assert sum(key.endswith(".start_week") for key in fields) == len(scenario.interventions)
    assert components(rendered, "toml")[0].toml == scenario.toml()


def test_a_scenario_run_on_its_page_shows_words_tables_and_pictures(shown, monkeypatch):
    monkeypatch.setattr(scenario_report, "pictures", lambda *_: {"courses": ("Week by week", figure(1))})
    state.scenario.set(SMALL)
    box, rendered = shown(ScenarioPage())
    press(rendered, "run")
    assert until(lambda: components(rendered, "kinds"))
    title = "Peer support for mothers with little social support, from birth to week 14"  # as its weeks were changed
    assert {"In short", title, "Which offer did how much", "For whom", "What a point means"} <= {*texts(box)}
    assert any("Against the twins “without”" in text for text in texts(box))
    key = next(one for one in components(rendered, "heads", "rows") if one.caption == "In the weeks that matter")
    assert {row[1] for row in key.rows} >= {"Edinburgh Postnatal Depression Scale (depressive symptoms)"}
    assert [head["label"] for head in key.heads][-3:] == ["d", "trial low", "trial high"]
    rests = next(one for one in components(rendered, "heads", "rows") if one.caption.startswith("What it rests on"))
    at = [head["label"] for head in rests.heads].index("name")
    assert {(row[at], row[at + 1]) for row in rests.rows} >= {("peer-support", "Peer support")}
    whole(rendered)
    press(rendered, "instrument", "epds")
    which, whom = (one for one in components(rendered, "rows", "says") if not one.has_trait("chosen"))
    assert [row["label"] for row in which.rows] == ["Peer support"]
    assert which.caption.startswith("Edinburgh Postnatal Depression Scale (depressive symptoms), week 14")
    assert {row["says"] for row in whom.rows} == {"too few to say"}  # of six dyads
    press(rendered, "dyads", 8)
    assert "The fields have changed since this was run; run again to see what follows." in texts(box)


def mothers(encounter, rules):
    return encounter.session(rules).mother[0].tolist()


def test_sessions_of_a_scenario_over_several_sets_say_that_they_are_by_the_first(monkeypatch):
    monkeypatch.setattr("dyadsim.scenarios.scenario.SETS", 2)
    plain_run, found = SMALL.run(), SMALL.changed({"parameters": "ensemble"}).run()
    shown = sessions_of(found, 2, 5)
    assert [each.title for each in shown] == [
        f"{arm}: dyad 2 in week 5, by the first of 2 parameter sets" for arm in found.arms
    ]
    assert [each.traits for each in shown] == [each.traits for each in sessions_of(found.members[0], 2, 5)]
    assert shown[0].traits != sessions_of(found.members[1], 2, 5)[0].traits
    assert [each.title for each in sessions_of(plain_run, 2, 5)] == [f"{arm}: dyad 2 in week 5" for arm in found.arms]


def test_all_pages_follow_the_rules_that_are_served(mirroring, shown, unpainted):
    encounter = ds.Encounter.load("typical").changed({"seconds": 300})  # so long that he smiles now and then
    for page in (Classroom, Explore, Compare):
        state.set_sessions((encounter,))
        _, rendered = shown(page())
        first = components(rendered, "track", "veil")[0].track
        assert first["mother"] == mothers(encounter, mirroring) != mothers(encounter, SHIPPED)
        if page is not Classroom:
            press(rendered, "traits.expressiveness", -3.5)
            assert state.problem.value == ""
            changed = encounter.changed({"traits": {"expressiveness": -3.5}})
            track = components(rendered, "track", "veil")[0].track
            assert track["mother"] == mothers(changed, mirroring) != first["mother"]
        if page is Explore:
            assert track["law"] == session_tracks.with_law(track, changed.law(mirroring))["law"] != first["law"]
            press(rendered, "x", "expressiveness")
            assert until(
                lambda on=rendered: [one.x for one in components(on, "cells") if one.x["label"] == "expressiveness"]
            )


def test_the_text_of_the_rules_that_are_served_is_shown(mirroring, shown):
    box, _ = shown(Explore())
    said = "\n".join(texts(box))
    assert "np.exp(traits.expressiveness) * smile" in said
    assert "def arousal_change" in said


def test_what_the_rules_of_a_link_do_not_know_is_told(shown):
    state.open_query("a.traits.expressiveness=1")
    assert "Unknown trait or coefficient 'expressiveness'" in state.problem.value


def test_a_slider_that_is_moved_thirty_times_leaves_no_widgets_behind(shown):
    state.change_session(0, seconds=70)
    box, rendered = shown(Explore())
    assert until(lambda: components(rendered, "cells"))
    press(rendered, "traits.burden", 1.0)
    there = len(ipywidget._instances)
    laws = set()
    for step in range(30):
        press(rendered, "traits.sensitivity", round(-3 + step / 5, 2))
        laws.add(str(components(rendered, "track", "veil")[0].track["law"]))
    assert len(laws) == 30
    assert len(ipywidget._instances) == there > len(texts(box))


@pytest.fixture
def made(monkeypatch):
    """Titles of the encounters whose dyad, session and law were made, by what was made of them."""
    found = {"cohort": [], "session": [], "law": []}

    def noting(name):
        real = getattr(ds.Encounter, name)

        def note(encounter, *given, **named):
            found[name].append(encounter.title)
            return real(encounter, *given, **named)

        return note

    for name in found:
        monkeypatch.setattr(ds.Encounter, name, noting(name))
    return found


def test_a_slider_that_is_moved_makes_its_dyad_session_and_law_once(made, shown):
    state.set_sessions((ds.Encounter.load("typical").changed({"title": "mine", "seconds": 71}),))
    _, rendered = shown(Explore())
    assert until(lambda: components(rendered, "cells"))
    for value in (0.77, -0.41):
        before = {name: len(titles) for name, titles in made.items()}
        press(rendered, "traits.sensitivity", value)
        assert {name: titles[before[name] :] for name, titles in made.items()} == {key: ["mine"] for key in made}


def test_of_sessions_side_by_side_only_the_one_that_changes_is_made_anew(made, shown, unpainted):
    first, second = (ds.Encounter(name=name, title=name, seconds=72, seed=9) for name in ("one", "two"))
    state.set_sessions((first, second))
    shown(Compare())
    assert state.sessions() == (first, second)
    for titles in made.values():
        titles.clear()
    state.change_session(1, 2, traits={"sensitivity": 0.83})
    assert until(lambda: made["law"])
    assert made == {key: ["two"] for key in made}


@pytest.mark.parametrize("what", PAGES.values(), ids=PAGES)
def test_a_page_that_is_left_takes_its_widgets_with_it(what, unpainted):
    left = []
    for _ in range(2):
        _, rendered = solara.render(what(), handle_error=False)
        there = len(ipywidget._instances)
        rendered.close()
        left.append(len(ipywidget._instances))
        assert there > left[-1] + 10
    assert left[0] == left[1]


def test_where_a_page_cannot_be_shown_a_sentence_stands_until_something_else_is_asked(shown, caplog):
    @solara.component
    def Fragile():
        asked = state.scenario.value.population
        if asked == "anxious":
            raise RuntimeError("secret at /home/somebody")
        if asked == "depressed":
            raise ds.DyadsimError("There is nothing to see.")
        return solara.Text("all is well")

    box, _ = shown(app.Layout(children=[Fragile()]))
    for population, says in (
        ("community", "all is well"),
        ("depressed", "There is nothing to see."),
        ("isolated", "all is well"),
        ("anxious", state.OUR_FAULT),
        ("community", "all is well"),
    ):
        state.change(population=population)
        assert says in texts(box)
        assert not any("secret" in text or "Traceback" in text for text in texts(box))
    assert "secret at /home/somebody" in caplog.text


# The package


def written_in_vue():
    """By file: the function of vue_components.py that it stands for, and its parameters."""
    found = {}
    for one in ast.parse((FOLDER / "vue_components.py").read_text("utf-8")).body:
        marks = [mark for mark in getattr(one, "decorator_list", []) if isinstance(mark.func, ast.Attribute)]
        for mark in marks:  # solara.component_vue(file)
            found[mark.args[0].value] = [argument.arg for argument in one.args.args]
    return found


VUE = written_in_vue()


def test_every_component_has_its_file_and_every_file_its_component():
    files = {f"components/{path.name}" for path in (FOLDER / "components").iterdir()}
    assert {*VUE} == files
    assert len(files) > 10


@pytest.mark.parametrize("file", VUE)
def test_every_prop_and_event_of_a_component_is_used_in_its_file(file):
    template, _, script = (FOLDER / file).read_text("utf-8").partition("<script>")
    bound = re.findall(r"\{\{(.*?)\}\}", template) + re.findall(r"\s(?:[:@]|v-)[\w:.-]+=\"([^\"]*)\"", template)
    script = re.sub(r"//.*", "", script)
    for name in VUE[file]:
        event = name.startswith("event_")
        name = name.removeprefix("event_")
        in_template = any(re.search(rf"(?<![.\w]){name}\b", each) for each in bound)
        used = rf"\bthis\.{name}\(" if event else rf"\bthis\.{name}\b|^ *(?:watch: {{ )?{name}[(:]"
        assert in_template or re.search(used, script, re.MULTILINE), f"{file} does nothing with '{name}'"


def test_no_component_script_or_style_names_another_host():
    files = [path for path in FOLDER.rglob("*") if path.suffix in (".vue", ".js", ".css")]
    assert {path.suffix for path in files} == {".vue", ".js", ".css"}
    for path in files:
        found = re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", path.read_text("utf-8"))
        assert not [address for address in found if "www.w3.org" not in address], path.name


SERVED = """
import json, sys
import dyadsim
assert "solara" not in sys.modules, "dyadsim imports Solara"
import dyadsim.dashboard
from dyadsim.dashboard import server
assert "solara" not in sys.modules, "Solara would read its settings before they are made"

def serve(listening):
    assert "solara" not in sys.modules
    from solara.server import settings
    before = [str(each) for each in settings.assets.extra_locations], settings.main.dict(), settings.theme.dict()
    from dyadsim.dashboard import community_choices, community_drawing, community_runs
    from dyadsim.dashboard import downloads, encounter_cohorts, form_fields, layout, results_folders, scenario_fields
    from dyadsim.dashboard import scenario_runs, session_tracks, state, sweep_data, sweep_dyads, sweep_figures
    from dyadsim.dashboard import tab_runs, trial_choices, trial_outcomes, trial_runs, vue_components
    from dyadsim.dashboard.pages import classroom, community, compare, explore, results, scenario, trial
    same = before == (
        [str(each) for each in settings.assets.extra_locations], settings.main.dict(), settings.theme.dict()
    )
    from dyadsim.dashboard import app
    import importlib
    importlib.reload(app)
    print(json.dumps({
        "same": same,
        "assets": [str(each) for each in settings.assets.extra_locations].count(str(app.ASSETS)),
        "telemetry": settings.telemetry.mixpanel_enable,
        "banner": settings.theme.show_banner,
        "mode": settings.main.mode,
        "cdn": settings.assets.fontawesome_enabled,
        "cull": str(settings.kernel.cull_timeout),
        "address": listening.getsockname()[0],
    }))

server._serve, server._announce = serve, lambda *_: None
from dyadsim.interaction.rule_set import Rules
server.start("127.0.0.1", 0, False, Rules())
"""


def test_nothing_of_solara_is_imported_or_set_before_it_must_be_and_telemetry_is_off():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOLARA")}
    done = subprocess.run([sys.executable, "-c", SERVED], capture_output=True, text=True, env=kept, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == {
        "same": True, "assets": 1, "telemetry": False, "banner": False, "mode": "production", "cdn": False,
        "cull": "5m", "address": "127.0.0.1",
    }  # fmt: skip


# Starting it


@pytest.fixture
def started(monkeypatch):
    """Sockets that would have been served, in an environment that is put back."""
    sockets = []
    monkeypatch.setattr(os, "environ", {name: text for name, text in os.environ.items() if "SOLARA" not in name})
    monkeypatch.setattr(server, "_serve", sockets.append)
    monkeypatch.setattr(server, "_announce", lambda *_: None)
    yield sockets
    for one in sockets:
        one.close()


def test_a_started_dashboard_follows_the_rules_and_what_its_user_has_set_stands(started):
    os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] = "1h"
    rules = Rules(infant=Curious)
    server.start("127.0.0.1", 0, False, rules)
    assert len(started) == 1
    assert server_settings.rules() == rules
    assert os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] == "1h"
    assert os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "false"
    assert os.environ["SOLARA_APP"] == "dyadsim.dashboard.app"


@pytest.mark.parametrize("missing", ["solara", "solara_assets", "uvicorn"])
def test_without_the_extra_it_says_what_to_install(missing, started, monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == missing else object())
    with pytest.raises(ds.DyadsimError, match=f"needs '{missing}', which is not installed") as told:
        server.start("127.0.0.1", 0, False, SHIPPED)
    assert 'pip install "dyadsim[dashboard]"' in str(told.value)
    assert (started, capsys.readouterr().out) == ([], "")


def test_a_port_in_use_gets_one_sentence(started, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ds.DyadsimError, match=f"cannot be served at 127.0.0.1:{port}: .*; choose another --port"):
            server.start("127.0.0.1", port, False, SHIPPED)
    assert (started, capsys.readouterr().out) == ([], "")


AGENT = """
import dyadsim as ds

class Slow(ds.MotherRules):
    def decide(self):
        pass
"""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--port", "abc"), "Invalid value for '--port'"),
        (("--port", "99999"), "The port must be a whole number from 0 to 65,535, not 99999."),
        (("--port", "-1"), "The port must be a whole number from 0 to 65,535, not -1."),
        (("--mother", "nofile.py:X"), "but there is no file 'nofile.py'"),
        (("--infant", "nofile"), "A rule is given as FILE.py:CLASS, not 'nofile'"),
        (("--mother", "agent.py:Slo"), "Did you mean 'Slow'?"),
        (("--host", "256.0.0.1", "--port", "0"), "cannot be served at 256.0.0.1:0"),
        (("--prot", "1"), "No such option: --prot"),
        pytest.param(
            ("--mother", "agent.py:Slow", "--port", "0"),
            "Slow overrides 'decide', which only the Mesa model follows",
        ),
    ],
)
def test_a_command_that_cannot_be_followed_ends_with_one_sentence_and_starts_nothing(
    words, sentence, started, monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent.py").write_text(AGENT)
    monkeypatch.setattr(sys, "argv", ["dyadsim", "dashboard", "--no-open", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    out, err = capsys.readouterr()
    assert stopped.value.code == 2
    assert sentence in err
    assert err.count("\n") == 1
    assert (started, out) == ([], "")
    assert server_settings.rules() == SHIPPED


def test_no_rule_of_the_style_sheet_is_left_open():
    """Each part begins outside of all braces, so none is read as a part of the one before."""
    text = (FOLDER / "assets" / "custom.css").read_text("utf-8")
    before = [text[: found.start()] for found in re.finditer(r"^/\*", text, re.MULTILINE)]
    assert len(before) > 10
    assert not [part[-60:] for part in [*before, text] if part.count("{") != part.count("}")]
