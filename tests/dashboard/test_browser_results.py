"""What researchers do on the page Results, in a real browser: from a folder to the very dyad, by mouse and keyboard."""

import pytest
from browser import showing

import dyadsim as ds

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def results(dashboard):
    """The folders that the dashboard of these tests offers."""
    folder = dashboard[1].parent / "results"
    return {name: ds.Results.read(folder / name) for name in ("small", "weeks")}


def test_a_click_on_a_cell_and_one_on_a_point_lead_to_the_very_dyad_that_was_recorded(visit, results):
    one = visit()
    page = one.go("/results?results=small")
    page.locator(".ds-heat-cell:not(.ds-heat-none)").first.click()
    points = page.locator(".ds-choices").first
    point = points.locator("tbody button").first
    number = int(point.inner_text())
    mean = results["small"].values(results["small"].view())[number]
    assert points.locator("tbody tr").first.locator("td").nth(2).inner_text() == f"{mean:.3f}"
    point.click()
    page.get_by_role("button", name="dyad 2", exact=True).click()
    page.get_by_text("Recorded of dyad 2", exact=True).wait_for()
    page.get_by_role("button", name="Watch this dyad").click()
    page.locator("h1", has_text="Explore").wait_for()
    showing(page.locator("h2", has_text="Who, what, which luck")).to_be_visible()
    beside = page.locator(".ds-sheet", has_text="This session beside the exact law")
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in beside.locator("tr").all()[1:]
    }
    frame = results["small"].frame([number], [2])
    for outcome in ("match", "mean_repair_latency"):
        told = ["–" if value != value else f"{value:.3f}" for value in frame[outcome]]
        assert rows[outcome.replace("_", " ")][::2] == told
    page.go_back()
    showing(page.get_by_role("button", name=f"point {number}", exact=True)).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("results=small")


def test_the_way_to_a_dyad_can_be_gone_by_keyboard_alone(visit, results):
    one = visit()
    page = one.go("/results?results=weeks")
    page.locator(".ds-heat-cell").first.wait_for()
    one.settled()
    page.get_by_label("Across").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    first = page.evaluate("document.activeElement.ariaLabel")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.ariaLabel") != first
    page.keyboard.press("ArrowUp")  # there is no other row: it stays
    page.keyboard.press("Enter")
    point = page.locator(".ds-choices tbody button").first
    point.wait_for()
    page.keyboard.press("Tab")  # the table, which can be scrolled
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == f"point {point.inner_text()}"
    page.keyboard.press("Enter")
    page.get_by_label("Week of his life").fill("21")
    page.get_by_label("Week of his life").press("Tab")
    page.get_by_role("button", name="Watch this dyad").press("Enter")
    page.wait_for_function("location.pathname.endsWith('/explore')")
    assert "week+21" in page.url
    assert "a.day=147" in page.url


def test_a_link_with_another_name_gets_a_sentence_and_the_address_says_what_is_shown(visit):
    one = visit()
    page = one.go("/results?results=../../etc")
    page.locator(".ds-heat-cell").first.wait_for()
    known = "generations, services, small, trial, weeks"
    assert one.problem == f"In the link: Unknown results folder '../../etc'. Known: {known}."
    page.wait_for_function("location.search.endsWith('results=small')")
    page.get_by_label("Results folder").select_option("weeks")
    page.wait_for_function("location.search.endsWith('results=weeks')")
    showing(page.locator(".ds-problem[role=alert]").first).to_have_text("")
    page.get_by_role("link", name="Explore").click()
    page.locator("h1", has_text="Explore").wait_for()
    assert "results=" not in page.url
