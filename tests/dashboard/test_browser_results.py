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


def pressed(page):
    """Names of what is chosen: point and dyad."""
    return page.locator(".ds-choices button[aria-pressed=true]").evaluate_all("all => all.map((one) => one.ariaLabel)")


def test_a_researcher_comes_from_a_cell_to_the_very_dyad_and_a_link_brings_a_colleague_there(visit, results):
    one = visit()
    page = one.go("/results?results=small&results.outcome=mean_repair_latency&results.nonsense=1")
    page.locator(".ds-heat-cell").first.wait_for()
    assert "Unknown choice of a view of results" in one.problem
    page.get_by_label("Outcome").select_option("match")
    page.get_by_label("Cells say").select_option("counts")
    page.locator(".ds-heat-below").first.wait_for()
    cell = page.locator(".ds-heat-cell:not(.ds-heat-none)").first
    said = cell.get_attribute("aria-label")
    cell.click()
    points = page.locator(".ds-choices").first
    point = points.locator("tbody button").first
    number = int(point.inner_text())
    mean = results["small"].values(results["small"].view())[number]
    assert points.locator("tbody tr").first.locator("td").nth(2).inner_text() == f"{mean:.3f}"
    assert "results.column=" in page.url
    point.click()
    page.get_by_role("button", name="dyad 2", exact=True).click()
    page.get_by_text("Recorded of dyad 2", exact=True).wait_for()
    page.wait_for_function("location.search.includes('results.dyad=2')")

    colleague = visit()
    other = colleague.go(page.url.removeprefix(one.address))
    other.get_by_text("Recorded of dyad 2", exact=True).wait_for()
    assert pressed(other) == pressed(page) == [f"point {number}", "dyad 2"]
    assert other.locator(".ds-heat-here").get_attribute("aria-label") == said
    assert other.locator(".ds-heat").inner_text() == page.locator(".ds-heat").inner_text()
    assert (other.url, colleague.problem) == (page.url, "")

    page.get_by_role("button", name="Watch this dyad").click()
    page.locator("h1", has_text="Explore").wait_for()
    showing(page.locator("h2", has_text="Who, what, which luck")).to_be_visible()
    beside = page.locator(".ds-sheet", has_text="This session beside the exact law")
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()[1:]
        for row in beside.locator("tr:has(td + td)").all()
    }
    frame = results["small"].frame([number], [2])
    for outcome in ("match", "mean_repair_latency"):
        told = ["–" if value != value else f"{value:.3f}" for value in frame[outcome]]
        assert rows[outcome.replace("_", " ")][::2] == told
    page.go_back()
    showing(page.get_by_role("button", name="dyad 2", exact=True)).to_have_attribute("aria-pressed", "true")
    page.go_back()  # choice by choice, as each was made
    showing(page.get_by_role("button", name="dyad 0", exact=True)).to_have_attribute("aria-pressed", "true")
    page.go_back()
    showing(page.locator(".ds-choices")).to_have_count(1)
    page.go_back()
    showing(page.locator(".ds-choices")).to_have_count(0)
    page.go_forward()
    showing(page.locator(".ds-heat-here")).to_have_attribute("aria-label", said)


def test_the_way_to_a_dyad_can_be_gone_by_keyboard_alone(visit, results):
    one = visit()
    page = one.go("/results?results=weeks")
    page.locator(".ds-heat-cell").first.wait_for()
    one.settled()
    page.get_by_label("Across").focus()
    page.keyboard.press("Tab")
    assert page.get_by_label("Cells say").evaluate("one => one === document.activeElement")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    first = page.evaluate("document.activeElement.ariaLabel")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.ariaLabel") != first
    page.keyboard.press("ArrowUp")  # there is no other row: it stays
    page.keyboard.press("Enter")
    point = page.locator(".ds-choices tbody button").first
    point.wait_for()
    for _ in range(4):  # the cells as a table, the table of points, which can be scrolled
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.ariaLabel") == f"point {point.inner_text()}":
            break
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
    assert f"In the link: Unknown results folder '../../etc'. Known: {known}. This was left out" in one.problem
    page.wait_for_function("location.search.endsWith('results=small')")
    page.get_by_label("Results folder").select_option("weeks")
    page.wait_for_function("location.search.endsWith('results=weeks')")
    showing(page.locator(".ds-problem[role=alert]").first).to_have_text("")
    page.get_by_role("link", name="Explore").click()
    page.locator("h1", has_text="Explore").wait_for()
    assert "results=" not in page.url
