"""The report of a scenario in a browser: its first screen, on a phone, in the dark, on paper, with a screen reader."""

from importlib import resources

import pytest

import dyadsim as ds
from dyadsim.reports import scenario_report
from dyadsim.reports.scenario_summary import summary

OFFERS = [
    {"name": "video-feedback", "start_week": 6},
    {"name": "peer-support", "start_week": 6},
    {"name": "home-visiting", "start_week": 2},
]
CUT = "[...document.querySelectorAll('.wide')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A page with everything that a report may have: several offers, each with its twins, and groups."""
    usual = {"dyads": 40, "weeks": 22, "days": 1, "risks": [{"setting": "poverty", "share": 0.5}]}
    scenario = ds.Scenario(name="three", title="Three offers", interventions=OFFERS, **usual)
    scenario = scenario.changed({"twins": scenario.twins_without_each()})
    found = scenario.run()
    said = summary(scenario, found)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(scenario_report.page(said, scenario, found, {}), "utf-8")
    return path.as_uri(), said


def test_the_report_is_read_by_everyone(chrome, report):
    address, said = report
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    page = chrome.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(address)
    # All that was found stands on the first screen, without scrolling, before any d.
    findings = page.locator(".findings > li")
    assert findings.count() == len(said["first"]) == 4
    assert page.locator(".doubts").bounding_box()["y"] + page.locator(".doubts").bounding_box()["height"] < 768
    assert "of 100" in findings.first.inner_text().lower()
    for scheme, width in (("light", 1366), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 768})
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        page.evaluate(axe)
        found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.set_viewport_size({"width": 703, "height": 1000})  # a sheet of A4 between its margins
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == 0
    page.context.close()
