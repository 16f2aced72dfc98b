"""Report of generations: its numbers are those of the saved tables, broken cycles are told first, what is assumed is
said."""

import json

import numpy as np
import pandas as pd
import pytest
from generating import small

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.reports import generation_report
from dyadsim.reports import generation_sentences as say
from dyadsim.reports.json_text import json_text


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return small().run(out=tmp_path_factory.mktemp("generations") / "out", workers=1)


@pytest.fixture(scope="module")
def written(results):
    return [file.removeprefix(f"{results.folder}/") for file in generation_report.write(results)]


@pytest.fixture(scope="module")
def page(results, written):
    return (results.folder / "report.html").read_text("utf-8")


def test_all_of_it_is_written_and_the_folder_still_opens(results, written):
    names = {"report.html", *(f"{name}.csv" for name in generation_report.TABLES_SAY if name != "rest")}
    pictures = ("cycles", "transmission", "shares", "lineages", "gap", "follow_up", "ways")
    assert names | {f"{name}.png" for name in pictures} <= set(written)
    assert len(ds.GenerationResults.read(results.folder).arms) == 5


def test_the_page_says_its_numbers_what_arms_are_and_the_notice(results, page):
    assert "A &lt;small&gt; one of $5" in page
    assert "What is handed on?" in page
    assert "nothing here should decide about a family" in page
    assert "For thought and teaching" in page
    for sentence in generation_report.in_short(results):
        assert sentence.replace("'", "&#39;").replace("<", "&lt;") in page
    for arm in results.arms:
        assert say.arm_says(arm).replace("'", "&#39;") in page
    row = results.cycles().iloc[0]
    assert f">{row['broken']:.0%} ({row['broken_low']:.0%} to {row['broken_high']:.0%})<" in page
    assert f">{row['kept']:.0%} ({row['kept_low']:.0%} to {row['kept_high']:.0%})<" in page
    assert ">nan" not in page
    assert "nan%" not in page


def test_each_parameter_is_listed_with_what_it_rests_on(results, page):
    table = results.parameters()
    for name, each in ds.INHERITANCE_PARAMETERS.items():
        assert name.replace(">", "&gt;") in page
        assert table.set_index("name").loc[name, "assumed"] == each.source.startswith("assumed")
    told = " ".join(generation_report.in_short(results))
    assert f"{table['assumed'].sum()} of {len(table)} parameters of inheritance are assumed" in told
    assert "How far somebody who stays shifts anything is assumed too." in told


def test_tables_are_the_csv_files(results, written):
    for name, table in generation_report.tables(results).items():
        if len(table):
            again = pd.read_csv(results.folder / f"{name}.csv")
            assert again.shape == table.shape
            for column in table.select_dtypes("number"):
                assert again[column].to_numpy() == pytest.approx(table[column].to_numpy(), nan_ok=True)


def test_broken_cycles_are_told_beside_kept_ones_and_nobody_is_blamed(results):
    told = list(say.on_cycles(results.cycles()))
    table = results.cycles().set_index(["arm", "what"]).loc["as declared"]
    row = table.loc["maltreatment"]
    assert told[0].startswith(
        f"Of 100 children whose mother was maltreated as a child, {100 * row['broken']:.0f} are not"
    )
    assert f"and {100 * row['kept']:.0f} are; of 100 other children, {100 * row['others']:.0f} are." in told[0]
    row = table.loc["insecure attachment"]
    assert f"not secure as an infant, {100 * row['broken']:.0f} are secure" in told[1]
    assert "nobody's fate" in told[2]
    few = results.cycles().assign(mothers=3)
    assert (
        next(say.on_cycles(few)) == "Only 3 of the mothers lived through maltreatment: too few to say how it went on."
    )


def test_published_figures_stand_beside_and_say_whether_they_were_read(results):
    beside = results.beside_published().set_index("row")
    assert list(beside["published"]) == [0.31, 0.25, 0.45]
    told = list(say.on_gap(results.gap(), results.beside_published()))
    assert told[0].startswith(f"Her state of mind and his security go together with r {beside.loc['R021', 'here']:.2f}")
    assert "published is 0.31 (R021, Verhage et al. 2016 Psych Bull)." in told[0]
    assert "published is 25% by sensitivity (F144" in told[2]
    recalled = results.beside_published().assign(unverified=True)
    assert "Psych Bull, unverified)" in next(say.on_gap(results.gap(), recalled))


def test_what_an_exchange_and_a_cut_show_is_said_in_words(results):
    told = {sentence.partition(":")[0]: sentence for sentence in say.on_ways(results)}
    ties = results.ties().set_index(["arm", "tie"])
    mind = ties.loc[("exchanged in generation 2", "her state of mind and his security")]
    assert "what goes with the mother who bore him is endowment" in told["Exchanged in generation 2"]
    assert f"{round(mind['birth_r'], 2) + 0.0:.2f} (" in told["Exchanged in generation 2"]
    assert "adds nothing to what the child will have as a parent" in told["Without the care he met"]
    assert set(say.WAYS_SAY) == set(ds.WAYS)


def test_what_is_left_is_a_share_of_what_it_was_first(results):
    left = results.what_is_left()
    own = left[(left["arm"] == "as declared") & (left["outcome"] == "sensitivity")].set_index(["generation", "whose"])
    first, later = own.loc[(1, "offered")], own.loc[(2, "her family")]
    assert first["left"] == pytest.approx(1)
    assert later["left"] == pytest.approx(later["difference"] / first["difference"])
    told = " ".join(say.on_left(left, results.scenario.offered_in))
    assert "Her sensitivity: families to whom it was offered in generation 1 differ from their twins by +0." in told
    assert f"Left of it on the mother's side: {round(100 * later['left'])}% in generation 2" in told
    assert "offered, or help met, in generation 3 too" in told
    unsure = left.assign(left=np.nan)
    assert list(say.on_left(unsure, (1,))) == [
        "In generation 1, nothing is surely otherwise for what was offered, so nothing is followed."
    ]


def test_what_a_way_carries_is_what_is_lost_without_it(results):
    lost, follow_up = results.lost_without(), results.follow_up()
    row = lost.set_index(["generation", "whose", "outcome"]).loc[(2, "all", "sensitivity")]
    both = follow_up.set_index(["arm", "generation", "whose", "outcome"])["difference"]
    declared, without = (both[arm, 2, "all", "sensitivity"] for arm in ("as declared", "without the care he met"))
    assert row["lost"] == pytest.approx(declared - without)
    assert row["low"] <= row["lost"] <= row["high"]
    assert row["share"] == pytest.approx(row["lost"] / declared)
    assert "exchanged in generation 2" not in set(follow_up["arm"])  # of which there is no twin
    told = " ".join(say.on_lost(lost, (1,)))
    assert "is lost without the care he met" in told
    assert "Ways overlap" in told


def test_programs_are_told_all_of_it(results):
    said = json.loads(json_text(generation_report.said(results)))
    assert said["scenario"]["name"] == "small"
    assert said["cycles"][0]["mothers"] == results.cycles().loc[0, "mothers"]
    assert len(said["shares"]) == 15
    assert said["arms"]["twin"].endswith("to whom nothing is offered")


def test_one_generation_and_a_folder_that_is_not_done_are_told_as_such(tmp_path):
    one = small(generations=1, helps=[], cut=[], fostered=[], number=20).run(out=tmp_path / "out", workers=1)
    files = generation_report.write(one)
    assert not any(name.endswith(("gap.png", "cycles.png", "transmission.csv")) for name in files)
    told = generation_report.in_short(one)
    assert any(each.startswith("Of 100 children") for each in told)
    (one.folder / "data" / "000000.parquet").unlink()
    told = generation_report.in_short(ds.GenerationResults.read(one.folder))
    assert told[0] == "1 of 2 parts are there; the same command goes on."
    assert generation_report.said(ds.GenerationResults.read(one.folder))["in_short"] == told


@pytest.mark.parametrize("name", toml_models.names("generation_scenarios"))
def test_every_arm_of_what_ships_is_said_in_words(name):
    for arm in ds.GenerationScenario.load(name).arms:
        assert len(say.arm_says(arm)) > 20


def test_how_much_oftener_is_an_odds_ratio_with_an_interval(results):
    families = results.families()
    known = families[families["mother_maltreated"].notna()]
    counts = pd.crosstab(known["mother_maltreated"].astype(bool), known["maltreated"].astype(bool))
    odds = counts.loc[True, True] * counts.loc[False, False] / (counts.loc[True, False] * counts.loc[False, True])
    row = results.cycles().iloc[0]
    assert row["d"] == pytest.approx(np.log(odds) * np.sqrt(3) / np.pi)
    assert (row["d_low"] + row["d_high"]) / 2 == pytest.approx(row["d"])
