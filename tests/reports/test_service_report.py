"""Report of services: its numbers are those of the saved tables, its sentences fit them, what is assumed is said."""

import json

import pandas as pd
import pytest
from serving import small, two

import dyadsim as ds
from dyadsim.reports import service_report
from dyadsim.reports import service_sentences as say
from dyadsim.reports.json_text import json_text


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    asked = two(
        weeks=60, at_once=True, title="A <service> of $5", question="Which one?", families={"community_size": 12}
    )
    return asked.run(out=tmp_path_factory.mktemp("services") / "out", workers=1)


@pytest.fixture(scope="module")
def written(results):
    return [file.removeprefix(f"{results.folder}/") for file in service_report.write(results)]


def test_all_of_it_is_written_and_the_folder_still_opens(results, written):
    names = {"report.html", "cascade.csv", "waits.csv", "equity.csv", "costs.csv", "unit_costs.csv", "load.csv"}
    assert names | {f"{name}.png" for name in ("cascade", "missed", "waits", "load", "plane", "acceptability")} <= set(
        written
    )
    assert len(ds.ServiceResults.read(results.folder).arms) == 5


def test_the_page_says_its_numbers_prices_groundings_and_notice(results, written):
    page = (results.folder / "report.html").read_text("utf-8")
    assert "A &lt;service&gt; of $5" in page
    assert "Which one?" in page
    assert "nothing here should decide about a family" in page
    assert page.count("GBP 2019") > 5
    assert "assumed" in page
    for sentence in service_report.in_short(results):
        assert sentence.replace("'", "&#39;") in page
    row = results.cascade().set_index(["arm", "step"]).loc[("small", "found")]
    assert f">{int(row['mothers']):,}<" in page
    assert f">{row['share']:.0%}<" in page
    assert ">nan" not in page


def test_tables_are_the_csv_files(results, written):
    for name, table in service_report.tables(results).items():
        if len(table):
            again = pd.read_csv(results.folder / f"{name}.csv")
            assert again.shape == table.shape
            for column in table.select_dtypes("number"):
                assert again[column].to_numpy() == pytest.approx(table[column].to_numpy(), nan_ok=True)


def test_sentences_say_the_numbers_of_the_tables(results):
    told = " ".join(service_report.in_short(results))
    costs = results.cost_effectiveness().set_index(["arm", "effect"])
    assert f"small: it costs {costs.loc[('small', 'well'), 'cost']:,.0f} more a family than none (GBP 2019)" in told
    for row in results.waits().to_dict("records"):
        if row["programme"] == "cognitive-behavioural-therapy":
            assert f"of {row['referred']:,} referred" in told
    assert "unit costs" in told
    assert "75,728 GBP" in told
    assert len(json.loads(json_text(service_report.said(results)))["cascade"]) == 12


def test_what_a_service_does_not_do_is_said_as_such():
    steps = {"cost": [10.0] * 3, "ratio": [float("nan")] * 3, "ratio_low": [0.0] * 3, "ratio_high": [0.0] * 3}
    rows = pd.DataFrame({**steps, "effect": ["well", "secure", "ill_weeks"]}).set_index("effect")
    assert "no mother more who is well at the end to speak of" in say.on_costs("it", rows, "GBP 2019")
    rows["ratio"], rows["ratio_high"] = 5.0, float("inf")
    assert "costs 5 (0 to without end)" in say.on_costs("it", rows, "GBP 2019")


def test_a_folder_that_is_not_done_says_so(tmp_path):
    whole = two(services=[small()]).run(out=tmp_path / "out", workers=1)
    (whole.folder / "data" / "000001.parquet").unlink()
    told = service_report.in_short(ds.ServiceResults.read(whole.folder))
    assert told[0] == "1 of 2 parts are there; the same command goes on."
