"""The page Generations without a browser: what is chosen, how it runs, what is shown, which folders open."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import threading
from urllib.parse import quote

import pytest
from generating import two

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import are_sound, components, forms_on, plain, press, texts, until

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.dashboard import generation_outcomes, generation_runs, server_settings, state
from dyadsim.dashboard.generation_choices import STRENGTHS, GenerationChoices, changed, generation_fields
from dyadsim.dashboard.pages.generations import GenerationsPage
from dyadsim.dashboard.tab_runs import THREAD
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports import generation_report

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")
SCENARIOS = toml_models.names("generation_scenarios")
SMALL = {"families": 80, "generations": 2, "seed": 4}


@pytest.fixture
def new_here(monkeypatch):
    state.generations.set(GenerationChoices())
    state._generations_folder.set("")
    monkeypatch.setattr(generation_runs, "_runs", solara.reactive(None))


@pytest.fixture
def unpainted(monkeypatch):
    """Pictures are made, and not painted: that takes most of the time."""
    monkeypatch.setattr(generation_outcomes, "svg", lambda figure: "")


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_page_shows_every_scenario_that_ships(name, shown):
    base = ds.GenerationScenario.load(name)
    state.generations.set(GenerationChoices(base=base))
    box, rendered = shown(GenerationsPage())
    for form in forms_on(rendered):
        are_sound(form.fields)
    assert any(base.title in str(plain(form.fields)) for form in forms_on(rendered))
    assert "Nothing was run yet" in " ".join(texts(box))
    asked = state.generations.value.scenario
    assert (asked.cut, asked.fostered, asked.interventions, asked.helps) == (
        base.cut, base.fostered, base.interventions, base.helps,
    )  # fmt: skip
    assert (asked.number, asked.linear) == (400, True)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_link_says_what_is_chosen_and_its_scenario_is_what_the_choices_say(name):
    strengths = {"heritability of temperament": 0.6, "care -> sensitivity": 0.5}
    chosen = GenerationChoices(
        base=ds.GenerationScenario.load(name), **SMALL, linear=False, cut=("care",), exchanged=True, strengths=strengths
    )
    link = chosen.in_link()
    assert GenerationChoices.from_link(link.split("&")) == chosen
    state.open_query(link)
    assert state.generations.value == chosen
    assert state.of_generations() == link
    asked = chosen.scenario
    assert (asked.number, asked.generations, asked.seed, asked.linear) == (80, 2, 4, False)
    assert (asked.cut, asked.fostered, asked.inheritance) == (("care",), (2,), strengths)
    none = GenerationChoices(base=ds.GenerationScenario.load(name), cut=(), exchanged=False)
    assert GenerationChoices.from_link(none.in_link().split("&")) == none
    assert (none.scenario.cut, none.scenario.fostered) == ((), ())


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("generations=royal", "Unknown generation scenario 'royal'"),
        ("generations.familys=80", "Did you mean 'families'"),
        ("generations.families=10000", "families"),
        ("generations.families=90", "communities of 40, so 90 leave some over; give 80 or 120."),
        ("generations.generations=9", "generations"),
        ("generations.cut=love", "Unknown way from one generation to the next 'love'"),
        (f"generations.{quote('care -> sensitivty')}=0.2", "Did you mean 'care -> sensitivity'"),
        (f"generations.{quote('care -> sensitivity')}=7", "care -> sensitivity"),
        (f"generations.{quote('care -> sensitivity')}=much", "is a number, not 'much'"),
        ("generations.seed=one", "seed"),
    ],
)
def test_a_link_that_cannot_be_followed_leaves_the_choices_as_they_were(asked, says):
    before = state.generations.value
    state.open_query(asked)
    assert says in state.problem.value
    assert state.generations.value == before


def test_what_is_changed_is_changed_taken_back_and_refused_in_a_sentence(shown):
    _, rendered = shown(GenerationsPage())
    press(rendered, "secure -> history", 0.3)
    assert state.generations.value.strengths == {"secure -> history": 0.3}
    assert "“secure -> history” 0.3 instead of 0.08" in state.generations.value.scenario.says
    press(rendered, "secure -> history", 3)
    assert "secure -> history" in state.problem.value
    press(rendered, "secure -> history", None)
    press(rendered, "cut care", False)
    assert state.generations.value.cut == ("endowment",)
    press(rendered, "exchanged", False)
    assert [arm.name for arm in state.generations.value.scenario.arms] == ["as declared", "without endowment"]
    press(rendered, "cut care", True)
    press(rendered, "exchanged", True)
    assert state.of_generations() == "generations=three-generations"
    press(rendered, "start", "therapy-for-the-grandmother")
    keys = {field["key"] for _, _, fields in generation_fields(state.generations.value) for field in fields}
    assert {"cut the care he met", "cut care", "cut endowment", *STRENGTHS} <= keys
    assert changed(state.generations.value, "start", "nothing") == state.generations.value


def test_every_parameter_that_is_otherwise_has_a_field_that_says_what_it_means_and_whether_it_is_assumed():
    otherwise = GenerationChoices(strengths=dict(ds.Inheritance.default()))
    fields = {field["key"]: field for _, _, some in generation_fields(otherwise) for field in some}
    assert set(STRENGTHS) < set(ds.INHERITANCE_PARAMETERS) < set(fields)
    for name, known in ds.INHERITANCE_PARAMETERS.items():
        told = fields[name]["help"]
        assert known.meaning in told
        assert ("Assumed" in told) == known.source.startswith("assumed")
        assert ("Rests on" in told) == (not known.source.startswith("assumed"))


def test_an_opened_scenario_is_shown_and_its_file_says_the_same(shown):
    mine = two(name="mine", title="Mine", number=83, families={"community_size": 20})
    state.open_generations({"name": "mine.toml", "text": mine.toml(), "size": 10})
    assert state.generations.value.base == mine
    assert state.of_generations() == ""
    asked = state.generations.value.scenario
    assert asked.number == 80  # whole communities
    assert asked.says.endswith("Changed on the page Generations: 80 families in each of 2 generations.")
    _, rendered = shown(GenerationsPage())
    assert any(one.toml == asked.toml() for one in components(rendered, "toml"))
    state.open_generations({"name": "mine.toml", "text": "name = 3", "size": 10})
    assert "mine.toml" in state.problem.value


def test_too_much_work_is_refused_before_anything_is_started(shown):
    chosen = GenerationChoices(families=600, generations=5, linear=False)
    state.generations.set(chosen)
    _, rendered = shown(GenerationsPage())
    press(rendered, "run")
    assert "a page runs 1,000,000 at most" in state.problem.value
    assert "dyadsim generations" in state.problem.value
    assert not generation_runs._runs.value.state.value.running
    for name in SCENARIOS:  # all that the fields allow can be run quickly
        ways = dict.fromkeys((*ds.GenerationScenario.load(name).cut, "care", "endowment"))
        most = {"families": 600, "generations": 5, "cut": tuple(ways), "exchanged": True}
        generation_runs.check_size(GenerationChoices(base=ds.GenerationScenario.load(name), **most))


def test_a_run_shows_the_words_tables_and_pictures_of_the_report_and_the_same_numbers(shown, unpainted):
    state.generations.set(GenerationChoices(**SMALL, cut=("care",), strengths={"care -> sensitivity": 0.5}))
    box, rendered = shown(GenerationsPage())
    press(rendered, "run")
    assert until(lambda: generation_runs._runs.value.state.value.outcome is not None)
    outcome = generation_runs._runs.value.state.value.outcome
    direct = state.generations.value.scenario.run(workers=1)
    assert outcome.in_short == tuple(generation_report.in_short(direct))
    assert list(outcome.pictures) == list(generation_report.pictures(direct))
    by_name = {table.name: table for table in outcome.tables}
    cycles, ties = by_name["three-generations-cycles"], by_name["three-generations-ties"]
    assert cycles.rows.equals(direct.cycles())
    assert ties.rows.equals(direct.ties())
    in_order = direct.cycles().sort_values("what", ascending=False, kind="stable")  # arms beside each other
    for row, told in zip(in_order.to_dict("records"), cycles.shown.to_dict("records"), strict=True):
        assert (told["arm"], told["lived through"]) == (row["arm"], row["what"])
        assert told["broken"].startswith(f"{row['broken']:.0%} (")
        assert told["kept"].startswith(f"{row['kept']:.0%} (")
    raised, bore = (ties.shown[name] for name in ties.shown if "exchanged" in name)
    exchanged = direct.ties().query("arm == 'exchanged in generation 2'").set_index("tie")
    temperament = exchanged.loc["her temperament as an infant and his"]
    assert raised.iloc[-1].startswith(f"{temperament['r']:.2f} (")
    assert bore.iloc[-1].startswith(f"{temperament['birth_r']:.2f} (")
    assert until(lambda: any("Changed on the page Generations" in text for text in texts(box)))
    made = {title: make() for title, _, make in outcome.kept}
    assert made["The scenario, as it was run"]["content"] == state.generations.value.scenario.toml()
    assert made["The whole report, to print or keep"]["content"].startswith("<!doctype html>")
    assert made["Mothers and infants, as declared"]["content"] == direct.families().to_csv(index=False)
    assert "The fields have changed" not in " ".join(texts(box))
    press(rendered, "seed", 9)
    assert until(lambda: any("The fields have changed since this was run" in text for text in texts(box)))


def test_a_run_that_is_not_waited_for_ends_at_the_next_generation(shown):
    state.generations.set(GenerationChoices(families=80, generations=5, exchanged=True))
    _, rendered = shown(GenerationsPage())
    press(rendered, "run")
    assert until(lambda: any(one.name == THREAD for one in threading.enumerate()))
    generation_runs._runs.value.cancel()
    assert until(lambda: not any(one.name == THREAD for one in threading.enumerate()), 10)
    now = generation_runs._runs.value.state.value
    assert (now.running, now.outcome) == (False, None)


def test_a_saved_folder_is_shown_with_the_numbers_that_it_holds_and_no_path(tmp_path, shown, unpainted):
    results = two(fostered=[2]).run(out=tmp_path / "mine" / "lived", workers=1)
    server_settings.serve_with(Rules(), [tmp_path / "mine"])
    state.open_query("results=lived")
    assert (state.generations_folder(), state.service_folder(), state.folder()) == ("lived", "", "")
    assert state.of_generations() == "results=lived"
    box, _ = shown(GenerationsPage())
    told = generation_report.in_short(results)
    assert until(lambda: told[1] in texts(box))
    assert not any(str(tmp_path) in text for text in texts(box))
    outcome = generation_outcomes.outcome_at(tmp_path / "mine" / "lived", "lived")
    page = next(make for _, kind, make in outcome.kept if kind == "html")()["content"]
    assert str(tmp_path) not in page
    state.open_query("generations=earned-security")
    assert until(lambda: any("Nothing was run yet" in text for text in texts(box)))
    assert state.generations.value.base.name == "earned-security"


def test_a_folder_of_which_not_all_is_there_says_how_much_is(tmp_path):
    results = two().run(out=tmp_path / "lived", workers=1)
    (tmp_path / "lived" / results.manifest.chunks[1].file).unlink()
    outcome = generation_outcomes.outcome_at(tmp_path / "lived", "lived")
    assert outcome.tables == ()
    assert "1 of 2 parts are there" in outcome.in_short[0]
