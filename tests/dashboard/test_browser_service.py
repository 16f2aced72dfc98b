"""What the manager of a service does on the page Service, in a real browser: change staff and a cut, and look."""

import pytest
from browser import kept, showing

import dyadsim as ds
from dyadsim.dashboard.service_choices import ServiceChoices
from dyadsim.reports import service_report

pytestmark = pytest.mark.filterwarnings("ignore")
SMALL = "/service?service=specialist-only&service.communities=2&service.weeks=30&service.seed=3"


def cells(page, caption):
    sheet = page.locator(".ds-sheet", has_text=caption).first
    sheet.wait_for(timeout=90_000)
    return [row.locator("th, td").all_inner_texts() for row in sheet.locator("tbody tr").all()]


def test_staff_are_changed_the_cascade_is_seen_and_the_report_is_kept(visit, tmp_path):
    one = visit()
    page = one.go(SMALL)
    one.settled()
    specialists = page.get_by_label("Specialists for 1,000 families")
    specialists.focus()
    page.keyboard.type("40")
    page.keyboard.press("Tab")
    page.wait_for_function("location.search.endsWith('service.staff+of+specialist=40.0')")
    run = page.get_by_role("button", name="Live with this service")
    run.focus()
    page.keyboard.press("Enter")
    shown = cells(page, "The cascade of care")
    changes = {"staff of specialist": 40.0}
    chosen = ServiceChoices(base=ds.Service.load("specialist-only"), communities=2, weeks=30, seed=3, changes=changes)
    direct = chosen.comparison.run(workers=1)
    table = service_report.cascade_in_short(direct)
    for row, told in zip(shown, table.to_dict("records"), strict=True):
        assert row[:3] == [told["arm"], str(told["ill"]), f"{told['found']:.0%}" if told["ill"] else "–"]
    assert page.locator("main ul li").all_inner_texts() == service_report.in_short(direct)
    assert page.locator(".ds-picture img").count() == 6
    report = page.get_by_role("button", name="Download “The whole report, to print or keep”")
    text = kept(page, report, tmp_path / "report.html").read_text("utf-8")
    assert "specialist-only, changed" in text
    sheet = page.locator(".ds-sheet", has_text="The cascade of care").first
    csv = kept(page, sheet.get_by_role("button", name="CSV"), tmp_path / "cascade.csv").read_text("utf-8")
    assert csv == table.to_csv(index=False)


def test_what_cannot_be_is_told_and_a_saved_folder_is_opened_by_its_name(visit):
    one = visit()
    page = one.go("/service?service=screen-and-step")
    cut = page.get_by_label("EPDS counts as positive from")
    cut.fill("25")
    cut.press("Tab")
    page.locator(".ds-problem[role=alert]:not(:empty)").first.wait_for()
    assert "from 13 on a score leads to 'cognitive-behavioural-therapy'; give less." in one.problem
    showing(cut).to_have_value("")
    page.get_by_label("What is shown").select_option("services")
    page.wait_for_function("location.search.endsWith('results=services')")
    assert [row[0] for row in cells(page, "The cascade of care")] == ["small", "more"]
    page.get_by_role("link", name="Results").click()
    page.get_by_text("Results of services are opened on the page Service: services.").wait_for()
