"""The page Service without a browser: what is chosen of a service, how it runs, what is shown, which folders open."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

from urllib.parse import quote

import pytest
import serving

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import are_sound, components, forms_on, plain, press, texts, until

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.dashboard import downloads, server_settings, service_outcomes, service_runs, state
from dyadsim.dashboard.pages.service import ServicePage
from dyadsim.dashboard.service_choices import ServiceChoices, changed, service_fields
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports import service_report

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")
SERVICES = toml_models.names("services")
SMALL = {"communities": 2, "weeks": 12, "seed": 4}


@pytest.fixture
def new_here(monkeypatch):
    state.service.set(ServiceChoices())
    state._service_folder.set("")
    monkeypatch.setattr(service_runs, "_runs", solara.reactive(None))


@pytest.fixture
def unpainted(monkeypatch):
    """Pictures are made, and not painted: that takes most of the time."""
    monkeypatch.setattr(service_outcomes, "svg", lambda figure: "")


@pytest.mark.parametrize("name", SERVICES)
def test_the_page_shows_every_service_that_ships(name, shown):
    state.service.set(ServiceChoices(base=ds.Service.load(name)))
    box, rendered = shown(ServicePage())
    for form in forms_on(rendered):
        are_sound(form.fields)
    assert any(ds.Service.load(name).title in str(plain(form.fields)) for form in forms_on(rendered))
    assert "Nothing was run yet" in " ".join(texts(box))


@pytest.mark.parametrize("name", SERVICES)
def test_a_link_says_what_is_chosen_and_its_service_is_what_the_choices_say(name):
    service = ds.Service.load(name)
    kind = service.staff[0].name
    chosen = ServiceChoices(base=service, **SMALL, at_once=True, changes={f"staff of {kind}": 3.5})
    link = chosen.in_link()
    assert ServiceChoices.from_link(link.split("&")) == chosen
    state.open_query(link)
    assert state.service.value == chosen
    assert state.of_service() == link
    assert chosen.service.kind(kind).per_1000 == 3.5
    assert [each.name for each in chosen.comparison.services] == [name, f"{name}, changed"]
    assert [each.name for each in ServiceChoices(base=service).comparison.services] == [name]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("service=nordic", "Unknown service 'nordic'"),
        ("service.comunities=3", "Did you mean 'communities'"),
        ("service.communities=300", "communities"),
        (f"service.{quote('staff of doctor')}=2", "Unknown staff"),
        (f"service.{quote('cut of epds')}=high", "is a number, not 'high'"),
        (f"service.{quote('cut of epds')}=14", "give less"),
        ("service.seed=one", "seed"),
    ],
)
def test_a_link_that_cannot_be_followed_leaves_the_service_as_it_was(asked, says):
    before = state.service.value
    state.open_query(asked)
    assert says in state.problem.value
    assert state.service.value == before


def test_what_is_changed_is_changed_taken_back_and_refused_in_a_sentence(shown):
    _, rendered = shown(ServicePage())
    press(rendered, "staff of therapist", 2)
    assert state.service.value.changes == {"staff of therapist": 2.0}
    press(rendered, "cut of epds", 20)
    assert "give less" in state.problem.value
    press(rendered, "staff of therapist", None)
    assert state.service.value.changes == {}
    press(rendered, "start", "specialist-only")
    assert state.service.value.base.name == "specialist-only"
    assert {"staff of specialist", "places of cognitive-behavioural-therapy"} <= {
        field["key"] for _, fields in service_fields(state.service.value) for field in fields
    }
    assert changed(state.service.value, "start", "nothing") == state.service.value


def test_an_opened_service_is_shown_and_its_file_says_the_same(shown):
    mine = serving.small(name="mine", title="Mine")
    state.open_service({"name": "mine.toml", "text": mine.toml(), "size": 10})
    assert state.service.value.base == mine
    assert state.of_service() == ""
    _, rendered = shown(ServicePage())
    assert any(one.toml == mine.toml() for one in components(rendered, "toml"))
    state.open_service({"name": "mine.toml", "text": "name = 3", "size": 10})
    assert "mine.toml" in state.problem.value
    state.open_service({"name": "m.toml", "text": 'name = "m"\n[[programmes]]\nname = "/etc/own.toml"\n', "size": 10})
    assert "names a file" in state.problem.value


def test_a_run_shows_the_words_tables_and_pictures_of_the_report_and_the_same_numbers(shown, unpainted):
    state.service.set(ServiceChoices(**SMALL, changes={"staff of therapist": 9.0}))
    box, rendered = shown(ServicePage())
    press(rendered, "run")
    assert until(lambda: service_runs._runs.value.state.value.outcome is not None)
    outcome = service_runs._runs.value.state.value.outcome
    direct = state.service.value.comparison.run(workers=1)
    assert outcome.in_short == tuple(service_report.in_short(direct))
    assert list(outcome.pictures) == list(service_report.pictures(direct))
    by_name = {table.name: table.rows for table in outcome.tables}
    assert by_name["screen-and-step-cascade"].equals(service_report.cascade_in_short(direct))
    assert until(lambda: any("screen-and-step, changed" in text for text in texts(box)))
    made = {kind: make() for _, kind, make in outcome.kept}
    assert made["toml"]["content"] == state.service.value.comparison.toml()
    assert made["html"]["content"].startswith("<!doctype html>")
    press(rendered, "seed", 9)
    assert until(lambda: any("The fields have changed since this was run" in text for text in texts(box)))


def test_too_much_work_is_refused_before_anything_is_started(shown):
    state.service.set(ServiceChoices(communities=12, weeks=130, at_once=True, changes={"staff of therapist": 9.0}))
    _, rendered = shown(ServicePage())
    press(rendered, "run")
    assert "a page runs" not in state.problem.value  # all that the fields allow can be run
    service_runs._runs.value.cancel()
    with pytest.raises(ds.DyadsimError, match="a page runs 10 at most"):
        service_runs.refuse_work("comparison", 11, "dyad-weeks", 10, "dyadsim services")


def test_a_saved_folder_is_shown_with_the_numbers_that_it_holds_and_no_path(tmp_path, shown, unpainted):
    results = serving.two(weeks=40).run(out=tmp_path / "mine" / "services", workers=1)
    server_settings.serve_with(Rules(), [tmp_path / "mine"])
    state.open_query("results=services")
    assert (state.service_folder(), state.trial_folder(), state.folder()) == ("services", "", "")
    assert state.of_service() == "results=services"
    box, _ = shown(ServicePage())
    told = service_report.in_short(results)
    assert until(lambda: told[1] in texts(box))
    assert not any(str(tmp_path) in text for text in texts(box))
    outcome = service_outcomes.outcome_at(tmp_path / "mine" / "services", "services")
    page = next(make for _, kind, make in outcome.kept if kind == "html")()["content"]
    assert str(tmp_path) not in page
    state.close_service_folder()
    assert until(lambda: any("Nothing was run yet" in text for text in texts(box)))


def test_a_table_of_many_events_is_not_sent(monkeypatch):
    monkeypatch.setattr(downloads, "_MOST_ROWS", 3)
    outcome = service_outcomes.outcome_of(serving.two().run(workers=1), "two")
    events = next(make for title, _, make in outcome.kept if title.startswith("All events"))
    with pytest.raises(ds.DyadsimError, match="dyadsim services writes it into the results folder"):
        events()
