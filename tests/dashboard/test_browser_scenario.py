"""What practitioners and researchers do on the page Scenario, in a real browser, beside ``dyadsim run``."""

import re
import subprocess
import sys

import pandas as pd
import pytest
from browser import kept, showing

import dyadsim as ds
from dyadsim.scenarios.title_and_question import followed

pytestmark = pytest.mark.filterwarnings("ignore")
SMALL = "/scenario?name=peer-group&dyads=20&weeks=14"


def run(page):
    page.get_by_role("button", name="Run this scenario").click()


def table(path):
    return pd.read_csv(path, float_precision="round_trip")


def test_a_scenario_run_here_gives_the_numbers_of_the_page_of_the_csv_and_of_the_shell(visit, tmp_path):
    one = visit()
    page = one.go(SMALL)
    run(page)
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)
    toml = kept(page, page.locator("[data-test=toml]"), tmp_path / "mine.toml")
    shown = page.locator("details.ds-sheet", has_text="In the weeks that matter")
    shown.locator("summary").click()
    here = table(kept(page, shown.get_by_role("button", name="CSV"), tmp_path / "key-effects.csv"))
    rows = [row.locator("td").all_inner_texts() for row in shown.locator("tbody tr").all()]
    assert [row[4] for row in rows] == [f"{value + 0.0:.2f}" for value in here["difference"].round(2)]

    closed = page.locator("details.ds-sheet", has_text="What is otherwise with the twins, at every visit")
    closed.locator("summary").click()
    whole = table(kept(page, closed.get_by_role("button", name="CSV"), tmp_path / "effects.csv"))
    shell = [
        sys.executable,
        "-c",
        "from dyadsim.cli import main; main()",
        "run",
        str(toml),
        "--out",
        str(tmp_path / "out"),
    ]
    subprocess.run(shell, check=True, capture_output=True, cwd=tmp_path)
    from_shell = pd.read_parquet(tmp_path / "out" / "effects.parquet")
    pd.testing.assert_frame_equal(whole, from_shell, check_exact=True)
    again = ds.Scenario.load("peer-group").changed({"dyads": 20, "weeks": 14})
    assert ds.Scenario.load(toml) == followed(again)  # other weeks: its title is made anew


def test_pictures_are_kept_at_300_dpi_and_as_pdf(visit, tmp_path):
    one = visit()
    page = one.go(SMALL)
    run(page)
    picture = page.locator(".ds-picture", has_text="Week by week")
    picture.wait_for(timeout=90_000)
    assert "Against the twins" in picture.locator("img").get_attribute("alt")
    png = kept(page, picture.get_by_role("button", name="PNG"), tmp_path / "courses.png").read_bytes()
    pdf = kept(page, picture.get_by_role("button", name="PDF"), tmp_path / "courses.pdf").read_bytes()
    assert png[:4] == b"\x89PNG"
    place = png.index(b"pHYs") + 4
    assert round(int.from_bytes(png[place : place + 4], "big") * 0.0254) == 300
    assert pdf[:5] == b"%PDF-"


def test_a_run_can_be_cancelled_and_another_started(visit):
    one = visit()
    page = one.go("/scenario?name=video-feedback&dyads=2000&weeks=200")
    run(page)
    page.locator("[data-test=cancel]").click()
    page.get_by_text("Stopped.").wait_for()
    assert page.locator(".ds-picture").count() == 0
    page.get_by_label("Dyads").fill("10")
    page.get_by_label("Dyads").press("Tab")
    page.get_by_label("Weeks", exact=True).fill("45")
    page.get_by_label("Weeks", exact=True).press("Tab")
    page.wait_for_function("location.search.includes('weeks=45')")
    run(page)
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)


def test_a_run_goes_on_while_the_connection_is_lost(visit):
    one = visit()
    page = one.go("/scenario?utm_source=news&name=peer-group&dyads=400&weeks=100")
    assert "says 'utm_source', which means nothing here and was left out" in one.problem
    run(page)
    page.locator("progress").wait_for()
    page.evaluate("solara.debug.dropConnection()")
    page.wait_for_function("solara.debug.reconnectCount > 0", timeout=60_000)
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)


def test_a_practitioner_offers_three_things_and_reads_which_did_how_much_for_whom_and_how_surely(visit):
    one = visit()
    page = one.go("/scenario?population=isolated&dyads=40&weeks=30&days=1")
    page.get_by_label("Add a risk").select_option("poverty")
    page.get_by_label("poverty: share of dyads").fill("0.5")
    page.get_by_label("poverty: share of dyads").press("Tab")
    page.get_by_label("Add support").select_option("kin-support")
    # The catalogue, by the keyboard: words, a way in which things are given, and what is there.
    page.get_by_label("Search the catalogue").focus()
    page.keyboard.type("transaction prog")
    page.get_by_text("1 of 44 interventions").wait_for()
    showing(page.locator(".ds-catalogue li strong")).to_have_text(["Modified Mother-Infant Transaction Program"])
    page.get_by_role("button", name="Show all again").press("Enter")
    page.get_by_label("How it is given").select_option("home")
    page.get_by_label("May start").select_option("here")
    showing(page.locator(".ds-catalogue").get_by_text("Kangaroo care")).to_have_count(0)
    for name in ("Home visiting", "Video-feedback Intervention"):
        page.get_by_role("button", name=f"Offer this: {name}").press("Enter")
        page.get_by_role("button", name=f"Take away: {name}").wait_for()
    showing(page.get_by_role("button", name="Take away: Video-feedback")).to_be_focused()
    page.get_by_label("How it is given").select_option("")
    page.get_by_role("button", name="Offer this: Peer support").press("Enter")
    page.get_by_label("Peer support: starts in week").wait_for()
    # Their own twins, and a title that tells what is there until it is written.
    page.get_by_role("button", name="Add twins without each offer").press("Enter")
    for name in ("Home visiting", "Video feedback", "Peer support"):
        showing(page.get_by_label(f"Twins without {name}")).to_be_checked()
    showing(page.get_by_label("Title")).to_have_value(re.compile("Home visiting, video feedback and peer support for"))
    page.get_by_label("Title").fill("Our street")
    page.get_by_label("Title").press("Tab")
    page.wait_for_function("location.search.includes('title=Our+street')")
    asked = dict(re.findall(r"([^?&=]+)=([^&]*)", page.url))
    assert (asked["risks.0.setting"], asked["risks.0.share"]) == ("poverty", "0.5")
    assert asked["twins.1.without.0"] == "home-visiting"
    page.locator("summary", has_text="Instruments").click()
    page.get_by_label("Edinburgh Postnatal Depression Scale").check()
    page.get_by_role("button", name="Run this scenario").press("Enter")
    page.get_by_role("button", name="See what came out").press("Enter", timeout=90_000)
    showing(page.get_by_role("heading", name="Our street")).to_be_focused()
    showing(page.get_by_label("Edinburgh Postnatal Depression Scale")).to_be_visible()  # as it was before the run
    finding = page.locator(".ds-box-findings article").first
    assert all(label in finding.inner_text() for label in ("Of a hundred", "How sure", "Rests on"))
    page.get_by_label("What is seen").select_option("epds")
    which = page.locator(".ds-forest", has_text="what would be missing without it")
    showing(which.locator("caption")).to_contain_text("Edinburgh Postnatal Depression Scale")
    assert [row.split("\n")[0] for row in which.locator("tbody tr th").all_inner_texts()] == [
        "Home visiting",
        "Video feedback",
        "Peer support",
        "All together",
    ]
    page.get_by_label("For whom: beside the twins").select_option("without Peer support")
    whom = page.locator(".ds-forest", has_text="beside the twins “without Peer support”")
    showing(whom.get_by_text("Living in poverty")).to_be_visible()
    # What is printed: findings without forms.
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print this page").press("Enter")
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    for part in (finding, which, whom):
        showing(part).to_be_visible()
    for part in (".ds-shell-row", ".ds-box-side", ".ds-catalogue", ".ds-box-offers", ".ds-share", ".ds-print"):
        showing(page.locator(part).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Take Peer support away").click()
    page.get_by_label("Twins without Peer support").wait_for(state="detached")
    page.get_by_text("The fields have changed since this was run").wait_for()
    assert one.errors == []


def test_what_is_being_typed_is_not_lost_when_an_answer_comes(visit):
    one = visit()
    page = one.go("/scenario")
    page.get_by_label("Dyads").fill("10")
    page.get_by_label("Weeks", exact=True).focus()  # leaves the field before, so the server is told of it
    page.keyboard.press("Control+A")
    page.keyboard.type("4")
    page.wait_for_function("location.search.includes('dyads=10')")
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    page.wait_for_function("location.search.includes('weeks=45')")


def test_what_cannot_be_is_told_and_the_scenario_stays(visit):
    one = visit()
    page = one.go("/scenario?name=video-feedback")
    page.get_by_label("Video feedback: starts in week").fill("500")
    page.get_by_label("Video feedback: starts in week").press("Tab")
    page.locator(".ds-problem[role=alert]:not(:empty)").first.wait_for()
    assert "is made for a start between week 4 and week 156" in one.problem
    assert page.url.endswith("name=video-feedback")
    showing(page.get_by_label("Video feedback: starts in week")).to_have_value("26")
    page.goto(f"{one.address}/scenario?dyads=100000&weeks=500")
    page.get_by_role("button", name="Run this scenario").click()
    page.get_by_text("and a page runs 1,000,000 at most").wait_for()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('name = "x"\npopulation = "depresed"', "Did you mean 'depressed'?"),
        ("this is [no toml", "is not readable as TOML"),
        ('name = "x"\ninterventions = ["/tmp/rules.py:Rule"]', "names a file"),
        ('name = "x"\ndyads = 1.5', "'dyads' must be a whole number, not 1.5"),
        ("x" * 250_000, "is too large for a scenario"),
    ],
)
def test_a_bad_upload_gets_a_sentence(visit, tmp_path, text, says):
    one = visit()
    page = one.go("/scenario")
    file = tmp_path / "mine.toml"
    file.write_text(text)
    page.get_by_label("Open TOML").set_input_files(file)
    page.locator(".ds-problem[role=alert]:not(:empty)").first.wait_for()
    assert says in one.problem
    assert "Traceback" not in page.inner_text("body")


def test_an_opened_file_is_shown_on_every_page(visit, tmp_path):
    one = visit()
    page = one.go("/")
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\npopulation = "anxious"\nsessions = ["still-face"]\n')
    page.get_by_label("Open TOML").set_input_files(file)
    page.wait_for_function("location.search.includes('name=mine')")
    showing(page.get_by_role("button", name="The still-face")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Scenario").click()
    page.locator("h1", has_text="Scenario").wait_for()
    showing(page.get_by_label("Who", exact=True)).to_have_value("anxious")


def test_a_dyad_of_a_scenario_can_be_watched_beside_its_twin(visit):
    one = visit()
    page = one.go(SMALL)
    run(page)
    page.get_by_role("button", name="Watch them play").click(timeout=90_000)
    page.locator("h1", has_text="Compare").wait_for()
    page.locator(".ds-lanes").nth(1).wait_for()
    titles = ["A. peer group: dyad 1 in week 14", "B. without: dyad 1 in week 14"]
    showing(page.locator(".ds-lanes-title")).to_have_text(titles)
