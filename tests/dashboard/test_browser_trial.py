"""What researchers do on the page Trial, in a real browser, beside ``dyadsim trial``."""

import json
import subprocess
import sys

import pandas as pd
import pytest
from browser import kept, showing

import dyadsim as ds
from dyadsim.common.shown import in_four_digits
from dyadsim.reports import trial_report

pytestmark = pytest.mark.filterwarnings("ignore")
SMALL = "/trial?trial=video-feedback&trial.dyads=8&trial.replicates=3&trial.seed=5&trial.lost=0.1"
IN_SHORT = "Analyses over the replicates"


def run(page):
    page.get_by_role("button", name="Run this trial").click()


def cells(page, caption):
    sheet = page.locator(".ds-sheet", has_text=caption).first
    sheet.wait_for(timeout=90_000)
    return [row.locator("th, td").all_inner_texts() for row in sheet.locator("tbody tr").all()]


def printed(table):
    return [[in_four_digits(value) or "–" for value in row] for row in table.itertuples(index=False)]


def test_a_trial_run_here_gives_the_numbers_of_the_command_and_of_python(visit, tmp_path):
    one = visit()
    page = one.go(SMALL)
    run(page)
    shown = cells(page, IN_SHORT)
    toml = kept(page, page.locator("[data-test=toml]"), tmp_path / "mine.toml")
    sheet = page.locator(".ds-sheet", has_text=IN_SHORT)
    here = kept(page, sheet.get_by_role("button", name="CSV"), tmp_path / "performance.csv")
    draft = kept(page, page.get_by_role("button", name="Download “Draft of a pre-registration”"), tmp_path / "draft.md")
    asked = ds.Trial.load(toml)
    assert (asked.who.dyads, asked.replicates, asked.seed, asked.lost.visits[-1].share) == (8, 3, 5, 0.1)
    shell = [sys.executable, "-c", "from dyadsim.cli import main; main()", "trial", str(toml)]
    done = subprocess.run([*shell, "--out", "out", "--json"], check=True, capture_output=True, cwd=tmp_path)
    said = json.loads(done.stdout)
    performance = pd.read_csv(here, float_precision="round_trip")
    for row, told in zip(performance.to_dict("records"), said["performance"], strict=True):
        assert {name: told[name] for name in row} == {
            name: None if value != value else value for name, value in row.items()
        }
    assert draft.read_text("utf-8") == (tmp_path / "out" / "preregistration.md").read_text("utf-8")
    alone = asked.run(workers=1)
    assert shown == printed(trial_report.performance_in_short(alone))
    listed = page.locator("main ul li").all_inner_texts()
    assert listed == trial_report.in_short(alone) == said["in_short"]


def test_a_run_can_be_cancelled_and_another_started_and_it_is_there_when_one_comes_back(visit):
    one = visit()
    page = one.go("/trial?trial=skkippi&trial.replicates=60")
    run(page)
    page.locator("[data-test=cancel]").click()
    page.get_by_text("Stopped.").wait_for()
    assert page.locator(".ds-picture").count() == 0
    page.get_by_label("Start from").select_option("video-feedback")
    page.wait_for_function("location.search.endsWith('trial=video-feedback')")
    for label, value in (("Dyads randomised", "8"), ("Replicates", "2")):
        page.get_by_label(label).fill(value)
        page.get_by_label(label).press("Tab")
    page.wait_for_function("location.search.endsWith('trial=video-feedback&trial.dyads=8&trial.replicates=2')")
    run(page)
    before = cells(page, IN_SHORT)
    page.get_by_role("link", name="Explore").click()
    page.locator("h1", has_text="Explore").wait_for()
    assert "trial" not in page.url
    page.get_by_role("link", name="Trial").click()
    page.locator("h1", has_text="Trial").wait_for()
    assert cells(page, IN_SHORT) == before
    assert page.url.endswith("trial=video-feedback&trial.dyads=8&trial.replicates=2")


def test_a_saved_trial_is_opened_by_link_and_again_by_its_name(visit, dashboard, tmp_path):
    one = visit()
    page = one.go("/trial?results=trial")
    results = ds.TrialResults.read(dashboard[1].parent / "results" / "trial")
    saved = printed(trial_report.performance_in_short(results))
    assert cells(page, IN_SHORT) == saved
    estimates = page.get_by_role("button", name="Download “The estimates of every replicate”")
    assert kept(page, estimates, tmp_path / "estimates.csv").read_text("utf-8") == results.estimates().to_csv(
        index=False
    )
    page.get_by_label("What is shown").select_option("")
    page.get_by_text("Nothing was run yet").wait_for()
    page.wait_for_function("location.search.endsWith('trial=video-feedback')")
    page.get_by_label("What is shown").select_option("trial")
    assert cells(page, IN_SHORT) == saved
    page.wait_for_function("location.search.endsWith('results=trial')")
    page.reload()
    assert cells(page, IN_SHORT) == saved
    page.get_by_role("link", name="Results").click()
    page.get_by_text("Results of trials are opened on the page Trial: trial.").wait_for()


def test_a_trial_can_be_run_by_keyboard_alone(visit):
    one = visit()
    page = one.go("/trial?trial.dyads=8&trial.replicates=4")
    one.settled()
    page.get_by_label("Replicates").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    for _ in range(4):  # seed, losses, reliability, the button
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Run this trial"
    page.wait_for_function("location.search.endsWith('trial.replicates=2')")
    page.keyboard.press("Enter")
    page.get_by_text("2 of 2 replicates are there.").wait_for(timeout=90_000)


def test_what_cannot_be_is_told_and_the_trial_stays(visit, tmp_path):
    one = visit()
    page = one.go("/trial?trial=thinking-healthy")
    page.get_by_label("Dyads randomised").fill("20")
    page.get_by_label("Dyads randomised").press("Tab")
    page.locator(".ds-problem[role=alert]:not(:empty)").first.wait_for()
    assert one.problem == "40 sites are more than the 20 dyads randomised."
    showing(page.get_by_label("Dyads randomised")).to_have_value("903")
    page.get_by_label("Replicates").fill("5000")
    page.get_by_label("Replicates").press("Tab")
    page.wait_for_function("location.search.includes('trial.replicates=5000')")
    run(page)
    page.get_by_text("and a page runs 1,000,000 at most; download its TOML").wait_for()
    file = tmp_path / "mine.toml"
    file.write_text('name = "m"\n[seen]\ninstruments = [{ name = "/etc/own.toml" }]\n')
    page.get_by_label("Open TOML").set_input_files(file)
    page.get_by_text("'/etc/own.toml' names a file").wait_for()
