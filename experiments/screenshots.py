"""The pictures of the dashboard in the docs, made anew: ``python experiments/screenshots.py`` (needs Chromium).

Names of pages make theirs alone: ``python experiments/screenshots.py generations``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dashboard_benchmark import FLAGS  # beside this file
from playwright.sync_api import Page, sync_playwright

import dyadsim as ds

IMAGES = Path(__file__).parent.parent / "docs" / "images"
WIDE = {"width": 1280, "height": 920}


def classroom(page: Page) -> None:
    page.evaluate("dyadsim.clock('classroom').seek(128)")
    page.get_by_role("button", name="Still-face now").click()
    page.get_by_role("button", name="Take back").wait_for()
    page.evaluate("dyadsim.clock('classroom').seek(171)")


def explore(page: Page) -> None:
    slider = page.get_by_label(re.compile(r"^negativity [-\d]"))
    slider.evaluate("one => { one.value = 1.2; one.dispatchEvent(new Event('change')); }")
    page.locator(".ds-phase-cell").first.wait_for()


def compare(page: Page) -> None:
    page.evaluate("dyadsim.clock('compare').seek(150)")


def scenario(page: Page) -> None:
    page.get_by_role("button", name="Run this scenario").click()
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)


def community(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1250})
    page.locator(".ds-community svg").first.wait_for(timeout=60_000)
    page.evaluate("dyadsim.clock('community').seek(40)")


def trial(page: Page) -> None:
    page.get_by_role("button", name="Run this trial").click()
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)


def service(page: Page) -> None:
    page.get_by_role("button", name="Live with this service").click()
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)


def generations(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1480})
    page.get_by_role("button", name="Live these generations").click()
    page.get_by_role("heading", name="In short").wait_for(timeout=90_000)


def data(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1480})
    page.locator(".ds-bout").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="moment 1", exact=True).click()
    page.wait_for_function("dyadsim.clock('data').playing")
    page.evaluate("dyadsim.clock('data').pause()")


def results(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1480})
    page.get_by_label("Upwards").select_option("sociability")
    page.locator(".ds-heat-cell[aria-selected=false]:not(.ds-heat-none)").nth(27).click()
    page.locator(".ds-choices tbody button").first.click()
    page.get_by_role("button", name="dyad 2", exact=True).click()
    page.locator(".ds-picture img").first.wait_for()


PAGES: dict[str, tuple[str, Any]] = {
    "classroom": ("", classroom),
    "explore": ("explore", explore),
    "compare": ("compare?a.name=typical&b.name=irritable-infant", compare),
    "scenario": ("scenario?name=video-feedback", scenario),
    "community": ("community", community),
    "service": ("service?service.staff+of+therapist=2.0", service),
    "generations": ("generations", generations),
    "trial": ("trial?trial.dyads=40&trial.replicates=40", trial),
    "data": ("data", data),
    "results": ("results", results),
}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a dashboard that offers the results of a shipped sweep."""
    swept = folder / "sensitivity-and-burden"
    ds.sweep("sensitivity-and-burden", swept)
    command = [sys.executable, "-c", "from dyadsim.cli import main; main()", "dashboard", "--no-open", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--results", str(swept)],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        yield next(found[1] for line in server.stdout if (found := re.search(r"the dashboard is at (\S+) ", line)))
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    if other := sorted({*sys.argv[1:]} - {*PAGES}):
        sys.exit(f"There is no page '{other[0]}' to picture; there are {', '.join(PAGES)}.")
    with TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        for name in sys.argv[1:] or PAGES:
            path, does = PAGES[name]
            page = browser.new_context(viewport=WIDE).new_page()
            page.goto(address + path)
            page.wait_for_selector("main h1")
            page.wait_for_timeout(1500)
            does(page)
            page.wait_for_timeout(2000)
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=IMAGES / f"dashboard-{name}.png")
            print(f"wrote {IMAGES / f'dashboard-{name}.png'}")


if __name__ == "__main__":
    main()
