"""The page Results without a browser: which folders it may open, what it shows, and the very dyads it replays."""
# ruff: noqa: E402, F401, F811 - what needs Solara is imported once it is known to be there, and fixtures are lent

import shutil
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest
from conftest import module_at

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import components, form_with, plain, press, texts, until
from results_pages import (
    a_copy,
    a_filled_cell,
    choices,
    heat,
    new_here,
    offered,
    pick_cell,
    reading,
    root,
    router,
    settled,
    tables,
)
from sweeping import design, weeks

import dyadsim as ds
from dyadsim import cli
from dyadsim.dashboard import (
    downloads,
    results_folders,
    results_look,
    server,
    server_settings,
    state,
    sweep_data,
    sweep_dyads,
    sweep_figures,
)
from dyadsim.dashboard.pages.results import ResultsPage
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports.sweep_report import in_short
from dyadsim.sweeps.cells import cells
from dyadsim.sweeps.replay import Replay
from dyadsim.sweeps.results import Results
from dyadsim.sweeps.sensitivity_indices import indices, interaction

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")


# Which folders


def test_folders_are_offered_by_name_those_given_and_those_directly_in_one_given(root, tmp_path):
    (tmp_path / "more" / "deeper").mkdir(parents=True)
    shutil.copytree(root / "small", tmp_path / "more" / "small")
    shutil.copytree(root / "small", tmp_path / "more" / "deeper" / "hidden")
    (tmp_path / "more" / "out").symlink_to(root / "weeks")
    server_settings.serve_with(Rules(), [root / "small", tmp_path / "more", root])
    assert server_settings.offered() == {
        "small": root / "small", "small (2)": tmp_path / "more" / "small", "weeks": root / "weeks"
    }  # fmt: skip
    shutil.copytree(root / "small", tmp_path / "more" / "later")
    assert "later" in server_settings.offered()


def test_a_folder_that_is_not_there_gets_one_sentence_and_nothing_is_started(monkeypatch, capsys):
    monkeypatch.setattr(server, "_serve", lambda _: pytest.fail("it was started"))
    monkeypatch.setattr(sys, "argv", ["dyadsim", "dashboard", "--no-open", "--port", "0", "--results", "nowhere"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("There is no folder 'nowhere' for --results.") == 1
    assert server_settings.offered() == {}


def test_a_link_names_an_offered_folder_and_says_the_configuration_too(offered):
    state.open_query("a.name=depressed&results=weeks")
    assert (state.problem.value, state.folder()) == ("", "weeks")
    assert state.sessions()[0].name == "depressed"
    assert state.of_folder() == "results=weeks"
    state.open_query("a.name=typical")
    assert state.folder() == "weeks"


@pytest.mark.parametrize("name", ["week", "../small", "%2Fetc", "/etc/passwd", "small/data", ".", "", "a%00b"])
def test_a_link_that_names_anything_else_gets_a_sentence_and_nothing_is_read(name, offered, monkeypatch):
    monkeypatch.setattr(Results, "read", lambda _: pytest.fail("it was read"))
    state.open_query(f"results={name}")
    assert state.problem.value.startswith("In the link: Unknown results folder ")
    assert "Known: small, weeks. This was left out" in state.problem.value
    assert state.folder() == "small"


def test_without_a_folder_the_page_says_how_to_make_one_and_offers_nothing(shown):
    box, rendered = shown(ResultsPage())
    said = " ".join(texts(box))
    assert "dyadsim sweep sensitivity-and-burden --out sensitivity-and-burden" in said
    assert "dyadsim dashboard --results sensitivity-and-burden" in said
    assert components(rendered, "fields") == components(rendered, "cells") == []
    state.open_query("results=small")
    assert "No results folder is offered here" in state.problem.value


# What is shown


def test_the_heat_map_the_sentences_and_the_spread_are_what_the_library_says(offered, reading):
    box, rendered = reading()
    results = Results.read(offered / "small")
    assert {each.replace("`", "") for each in in_short(results)} <= {*texts(box)}
    expected = interaction(results, results.view(), "sensitivity", "burden")
    cells = [cell for row in heat(rendered).cells for cell in row]
    assert sum(cell["there"] for cell in cells) == len(expected)
    digits = len(heat(rendered).low.partition(".")[2])  # as many as tell the cells apart
    told = sorted(f"{mean:.{digits}f}" for mean in expected["mean"])
    assert sorted(cell["text"] for cell in cells if cell["there"]) == told
    assert len(set(told)) > 1
    spread = next(one for one in components(rendered, "collapsed", "name") if one.name == "small-spread")
    assert len(spread.rows) == len(results.outcomes) * 3
    assert until(lambda: {"small-match-dependence", "small-match-spread"} <= names_of_pictures(rendered))
    assert any(text.startswith("No indices: PAWN indices need 40 points") for text in texts(box))
    plain([one.get_state() for one in components(rendered)])


def names_of_pictures(rendered):
    for one in components(rendered, "kinds", "svg"):
        one.vue_wanted("svg")
    settled(rendered)
    return {one.file["name"].removesuffix(".svg") for one in components(rendered, "kinds", "svg") if one.file}


def test_cells_say_counts_and_spread_on_demand_and_in_a_table(offered, reading):
    _, rendered = reading()
    results = Results.read(offered / "small")
    found = cells(results, results.view(), "sensitivity", "burden", 10)
    r, c = a_filled_cell(rendered)
    assert heat(rendered).cells[r][c]["below"] == ""
    assert " dyads" in heat(rendered).cells[r][c]["says"]
    press(rendered, "cells", "counts")
    below = [cell["below"] for row in heat(rendered).cells for cell in row if cell["there"]]
    assert sorted(below) == sorted(f"{row.points} / {row.points * 12}" for row in found.itertuples())
    press(rendered, "cells", "spread")
    below = [cell["below"] for row in heat(rendered).cells for cell in row if cell["there"]]
    assert below.count("one point") == (found["points"] == 1).sum()
    assert all(each.startswith("± ") for each in below if each != "one point")
    table = tables(rendered)["The cells as a table"]
    assert [head["label"] for head in table.heads][2:] == ["mean", "spread of its points (sd)", "points", "dyads"]
    assert sorted(int(row[-1]) for row in table.rows) == sorted(found["dyads"])


def test_another_outcome_episode_or_factor_is_shown_and_the_same_factor_twice_swaps_them(offered, reading):
    _, rendered = reading()
    press(rendered, "outcome", "arousal")
    press(rendered, "episode", "play")
    assert heat(rendered).title == "arousal, play"
    press(rendered, "x", "burden")
    assert (heat(rendered).x["label"], heat(rendered).y["label"]) == (
        "burden (standard score)", "sensitivity (standard score)"
    )  # fmt: skip
    press(rendered, "outcome", "nothing")
    assert "Unknown outcome of these results: 'nothing'" in state.problem.value
    assert heat(rendered).title == "arousal, play"


def test_every_point_is_in_one_cell_and_has_its_mean_and_its_dyads(offered, reading):
    _, rendered = reading()
    results = Results.read(offered / "small")
    view, found = results.view(), {}
    for r, row in enumerate(heat(rendered).cells):
        for c, cell in enumerate(row):
            if cell["there"]:
                for each in pick_cell(rendered, r, c).rows:
                    assert int(each["key"]) not in found
                    found[int(each["key"])] = each["values"]
    values = results.values(view)
    assert sorted(found) == list(range(30))
    for point, (*_, mean, error, _, dyads) in found.items():
        assert mean == f"{values[point]:.3f}"
        assert dyads == "12"
        assert error == f"{results.frame([point]).query('episode == @view.episode')['match'].sem():.3f}"


def test_the_dyads_of_a_point_come_some_at_a_time_and_the_chosen_one_is_among_them(offered, reading):
    _, rendered = reading()
    cell = pick_cell(rendered, *a_filled_cell(rendered))
    cell.vue_picked(cell.rows[0]["key"])
    assert until(lambda: len(choices(rendered)) == 2)
    dyads = choices(rendered)[1]
    assert ([row["key"] for row in dyads.rows], dyads.says) == ([str(n) for n in range(10)], "1 to 10 of 12")
    press(rendered, "dyad", 11)
    assert until(lambda: [row["key"] for row in choices(rendered)[1].rows] == ["10", "11"])
    assert choices(rendered)[1].chosen == "11"
    choices(rendered)[1].vue_turned(-1)
    settled(rendered)
    assert choices(rendered)[1].rows[0]["key"] == "0"


def test_a_difference_from_twins_is_shown_and_the_twins_beside_each_dyad(offered, reading):
    state.choose_folder("weeks")
    _, rendered = reading()
    results = Results.read(offered / "weeks")
    arms = list(results.means()["arm"].unique())
    press(rendered, "against", arms[1])
    press(rendered, "outcome", "eas")
    assert heat(rendered).title == f"eas in week 23, {arms[0]} against {arms[1]}"
    assert heat(rendered).y == {"label": "", "levels": [""]}
    cell = pick_cell(rendered, *a_filled_cell(rendered))
    point = int(cell.rows[0]["key"])
    assert cell.rows[0]["values"][1] == f"{results.values(results.view('eas', against=arms[1]))[point] + 0.0:.3f}"
    cell.vue_picked(str(point))
    assert until(lambda: len(choices(rendered)) == 2)
    assert f"eas, {arms[1]}" in [head["label"] for head in choices(rendered)[1].heads]
    press(rendered, "arm", arms[1])
    assert form_with(rendered, "against").fields[3]["value"] == ""


@pytest.mark.parametrize(("span", "size", "digits"), [(0.29, 1, 2), (25, 50, 0), (0.004, 9, 4), (0, 0, 1), (0, 30, 0)])
def test_numbers_in_cells_have_the_digits_that_tell_them_apart(span, size, digits):
    assert sweep_data._digits(span, size) == digits


def test_the_number_in_a_cell_can_be_read_on_every_colour_of_the_scale():
    def light(colour):
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    for share in np.linspace(0, 1, 101):
        shade = matplotlib.colormaps["cividis"](share)
        both = sorted([light(shade), light(matplotlib.colors.to_rgb(sweep_data._ink(shade)))])
        assert (both[1] + 0.05) / (both[0] + 0.05) >= 4.5


def test_levels_that_are_names_and_a_single_factor_have_a_map(tmp_path):
    named = [{"name": "population", "values": ["depressed", "community"]}, {"name": "sensitivity", "values": [1, 0]}]
    results = ds.sweep(design(design="grid", points=None, factors=named), tmp_path / "named", workers=1)
    view = results.view()
    table = sweep_data.heat_table(results, view, "population", "sensitivity")
    data = sweep_data.heat_data(table, view, "population", "sensitivity", ("depressed", 1))
    assert (data["x"]["levels"], data["y"]["levels"]) == (["community", "depressed"], ["1", "0"])
    assert data["chosen"] == [0, 1]
    points = sweep_data.points_in(results, view, "population", "sensitivity", ("depressed", 1))
    assert results.points.loc[points["point"], "population"].tolist() == ["depressed"]
    one = sweep_data.heat_table(results, view, "sensitivity", "")
    assert len(sweep_data.heat_data(one, view, "sensitivity", "", None)["cells"]) == 1
    assert len(sweep_data.points_in(results, view, "sensitivity", "", (0, ""))) == 2


def test_what_can_be_kept_is_made_when_it_is_asked_for(offered, reading, monkeypatch):
    _, rendered = reading()
    keep = {one.title: one for one in components(rendered, "kinds", "svg")}
    keep["The means of all points"].vue_wanted("csv")
    keep["The heat map as a figure"].vue_wanted("svg")
    settled(rendered)
    keep = {one.title: one.file for one in components(rendered, "kinds", "svg")}
    assert keep["The means of all points"]["name"] == "small-means.csv"
    assert keep["The means of all points"]["content"] == Results.read(offered / "small").means().to_csv(index=False)
    assert keep["The heat map as a figure"]["name"] == "small-match.svg"
    monkeypatch.setattr(downloads, "_MOST_ROWS", 10)
    next(one for one in components(rendered, "kinds") if "means" in one.title).vue_wanted("csv")
    assert "dyadsim results small --out means.csv" in state.problem.value


def test_too_few_points_for_the_indices_are_told_on_the_page(tmp_path, reading, offered):
    ds.sweep(design(points=40), tmp_path / "forty", workers=1)
    server_settings.serve_with(Rules(), [tmp_path / "forty"])
    box, _ = reading()
    assert until(
        lambda: any(text.startswith("Too few points for some of these indices: with 40") for text in texts(box))
    )


def test_indices_are_those_of_the_library_and_worked_out_once_for_all(tmp_path, monkeypatch):
    results = ds.sweep(design(points=40, dyads=12), tmp_path / "out", workers=1)
    view = results.view()
    found = sweep_figures.followed(results, view)
    pd.testing.assert_frame_equal(found.table, indices(results, view))
    assert found.figures["indices"][1].startswith("data:image/svg+xml;base64,")
    monkeypatch.setattr(sweep_figures, "indices", lambda *_: pytest.fail("worked out again"))
    assert sweep_figures.followed(results, view) is found


# What is not whole


def test_a_folder_is_read_once_for_all_and_anew_when_it_changed_or_was_asked_for(a_copy):
    first = results_folders.opened("small", results_folders.sweep_at)
    assert results_folders.opened("small", results_folders.sweep_at) is first
    results_folders.forget("small")
    second = results_folders.opened("small", results_folders.sweep_at)
    assert second is not first
    text = (a_copy / "manifest.json").read_text()
    shutil.copystat(a_copy, a_copy / "manifest.json")
    (a_copy / "manifest.json").write_text(text)
    assert results_folders.opened("small", results_folders.sweep_at) is not second
    assert len([key for key in results_folders._kept if key[0] == a_copy]) == 1


def test_a_damaged_chunk_is_told_by_name_and_look_again_finds_what_has_come(a_copy, reading):
    whole = sorted((a_copy / "data").iterdir())[0]
    content = whole.read_bytes()
    whole.write_bytes(content[:100])
    box, rendered = reading(None)
    assert until(lambda: any(text.startswith("Not all of it is there (") for text in texts(box)))
    said = " ".join(texts(box))
    assert "Chunk 'small/data/000000.parquet' is truncated or damaged" in said
    assert "1 damaged" in said
    assert str(a_copy.parent) not in said
    whole.write_bytes(content)
    press(rendered, "again")
    assert until(lambda: components(rendered, "cells"))
    assert until(lambda: not any(text.startswith("Not all of it") for text in texts(box)))


def test_a_folder_without_values_or_without_a_readable_manifest_gets_a_sentence(a_copy, reading):
    shutil.rmtree(a_copy / "data")
    box, rendered = reading(None)
    assert until(lambda: "It holds no values yet." in texts(box))
    (a_copy / "manifest.json").write_text("{")
    press(rendered, "again")
    assert until(lambda: "'small' cannot be read: its manifest, or a table beside it, is damaged." in texts(box))
    shutil.rmtree(a_copy)
    press(rendered, "again")
    assert until(lambda: any("small" not in text and "offered here" in text for text in texts(box)))
    assert state.OUR_FAULT not in texts(box)


def test_what_changes_while_it_is_read_is_told_and_is_not_our_fault(a_copy, reading):
    box, rendered = reading()
    shutil.rmtree(a_copy / "data")
    cell = pick_cell(rendered, *a_filled_cell(rendered))
    cell.vue_picked(cell.rows[0]["key"])
    assert until(lambda: "'small' has changed while it was read; look again." in texts(box))


def test_what_failed_is_listed_and_has_no_dyads(tmp_path, offered, reading):
    table = pd.DataFrame({"sensitivity": [0.0, 99.0, 1.0], "burden": [0.0, 0.0, 1.0]})
    table.to_csv(tmp_path / "points.csv", index=False)
    asked = design(design="table", points=None, factors=None, table=str(tmp_path / "points.csv"))
    ds.sweep(asked, tmp_path / "out", workers=1)
    server_settings.serve_with(Rules(), [tmp_path / "out"])
    box, rendered = reading()
    said = " ".join(texts(box))
    assert "1 failed" in said
    assert tables(rendered)["What failed"].rows[0][:2] == ["1", "0 to 3"]
    results_look.look_at(results_look.look("out", ["sensitivity", "burden"]), point=1)
    assert until(lambda: any(text.startswith("Nothing is recorded of this point") for text in texts(box)))


# The very dyads


def choose(rendered, point, dyad):
    """Choose a dyad of a point, as its page has it."""
    results_look.look_at(results_look.look(state.folder(), []), point=point, dyad=dyad)
    settled(rendered)
    assert until(lambda: len(choices(rendered)) == 1)


def recorded(results, point, dyad):
    rows = results.frame([point], [dyad])
    return rows[results.outcomes].reset_index(drop=True)


def watched(rendered, router):
    press(rendered, "watch")
    assert until(lambda: router.went)
    assert router.went == [f"/explore?{state.query()}"]
    return state.sessions()[0]


def test_the_dyad_that_is_watched_is_the_very_one_that_was_recorded(offered, reading, router):
    _, rendered = reading()
    choose(rendered, 7, 3)
    assert "Recorded of dyad 3" in tables(rendered)
    encounter = watched(rendered, router)
    assert encounter.title == "Point 7, dyad 3"
    seen = encounter.session().measures(encounter.scheme)[["match", "arousal", "mean_repair_latency"]]
    pd.testing.assert_frame_equal(seen, recorded(Results.read(offered / "small"), 7, 3), check_exact=True)
    state.open_query(state.query())
    assert (state.problem.value, state.sessions()[0]) == ("", encounter)


def test_of_weeks_the_session_of_that_week_and_arm_is_watched(offered, reading, router):
    state.choose_folder("weeks")
    box, rendered = reading()
    choose(rendered, 1, 2)
    results = Results.read(offered / "weeks")
    arm = results.means()["arm"].unique()[1]
    forms_of = {field["key"]: field for field in form_with(rendered, "watch").fields}
    assert (forms_of["week"]["min"], forms_of["week"]["max"], forms_of["week"]["value"]) == (20, 22, 22)
    form_with(rendered, "watch").vue_changed({"key": "arm", "value": arm})
    settled(rendered)
    form_with(rendered, "watch").vue_changed({"key": "week", "value": 21})
    settled(rendered)
    encounter = watched(rendered, router)
    assert encounter.title == "Point 1, dyad 2, week 21"
    assert np.array_equal(encounter.session().infant, ds.replay(results, 1, 2).session(21, arm).infant)
    form_with(rendered, "watch").vue_changed({"key": "week", "value": 50})
    press(rendered, "watch")
    assert until(lambda: "The week must be a whole number from 20 to 22, not 50." in texts(box))


def test_results_of_other_rules_are_told_in_a_sentence_and_replayed_by_the_same_ones(
    tmp_path, reading, offered, router
):
    mother = module_at("experiments/templates/rule.py").MirroringMother
    results = ds.sweep(design(points=2), tmp_path / "own", mother=mother, workers=1)
    server_settings.serve_with(Rules(), [tmp_path / "own"])
    box, rendered = reading()
    choose(rendered, 1, 2)
    press(rendered, "watch")
    assert until(lambda: any(text.startswith("'own' was made by other rules (") for text in texts(box)))
    assert (router.went, state.sessions()[0].name) == ([], "typical")
    rules = Rules(mother=mother)
    server_settings.serve_with(rules, [tmp_path / "own"])
    encounter = watched(rendered, router)
    seen = encounter.session(rules).measures()[results.outcomes]
    pd.testing.assert_frame_equal(seen, recorded(results, 1, 2), check_exact=True)


def test_a_dyad_that_is_not_what_was_recorded_is_not_shown(offered, monkeypatch):
    monkeypatch.setattr(Replay, "again", lambda replay: replay.recorded().replace(0.0, 0.5))
    with pytest.raises(ds.DyadsimError, match="another version of the model"):
        sweep_dyads.replayed(Results.read(offered / "small"), 0, 0, 0, None)


def test_a_dyad_of_a_file_of_ones_own_is_for_the_shell(tmp_path):
    (tmp_path / "quick.toml").write_text('name = "quick"\n[[episodes]]\nname = "play"\nseconds = 20\n')
    asked = design(points=2, interaction={"paradigm": str(tmp_path / "quick.toml")})
    results = ds.sweep(asked, tmp_path / "out", workers=1)
    with pytest.raises(ds.DyadsimError, match="in a shell: dyadsim replay out --point 1 --dyad 2") as told:
        sweep_dyads.replayed(results, 1, 2, 0, None)
    assert str(tmp_path) not in str(told.value)


def test_the_points_of_a_cell_have_a_factor_beside_an_outcome_of_its_name(tmp_path):
    asked = weeks(factors=[{"name": "sensitivity", "values": [-1, 1]}], outcomes=["sensitivity"])
    found = ds.sweep(asked.changed({"design": "grid", "points": None}), tmp_path / "out", workers=1)
    table = sweep_data.points_in(found, found.view(week=20), "sensitivity", "", (1.0, ""))
    assert list(table)[:3] == ["point", "sensitivity (factor)", "sensitivity"]
    assert table["sensitivity (factor)"].tolist() == [1]
