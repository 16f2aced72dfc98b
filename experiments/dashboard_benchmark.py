"""How fast the dashboard is on this machine, in a real browser (Chromium).

    python experiments/dashboard_benchmark.py
    python experiments/dashboard_benchmark.py --json --out dashboard.json

It takes about two minutes (Linux), starts servers of its own on free ports and needs the extra ``dyadsim[test]``. The
first server compiles into an empty cache, as on a new machine; the second finds what the first has left.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from dyadsim.common.files import replacing

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
]
CHANGES, PLAYED, VISITORS, PATIENCE = 25, 5.0, 12, 90.0
Figures = dict[str, float]

# From the moment a slider is let go until the picture that follows is painted.
CHANGED = """([selector, value]) => new Promise((done) => {
  const slider = document.querySelector(selector), began = performance.now();
  new MutationObserver((_, seen) => {
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0));
  }).observe(document.querySelector(".ds-lanes svg"), { subtree: true, childList: true, attributes: true });
  slider.value = value;
  slider.dispatchEvent(new Event("input"));
  slider.dispatchEvent(new Event("change"));
})"""

BUDGET = {
    "first start to the first page (s)": "below 20",
    "warm start to the first page (s)": "below 8",
    "changed parameter to picture, median (ms)": "below 300",
    "still-face now to picture (ms)": "below 500",
    "frames a second during play": "30 or more",
    "messages to or from the server during play": "0",
    "memory per further visitor (MB)": "below 5",
    "processor of the server 5 s after a running tab was closed (%)": "about 0",
}


@contextmanager
def served(cache: str) -> Iterator[tuple[str, int, float]]:
    """A dashboard: its address, its process, and when it was asked for."""
    own = os.environ | {"NUMBA_CACHE_DIR": cache, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", "from dyadsim.cli import main; main()", "dashboard", "--no-open", "--port", "0"]
    asked = time.perf_counter()
    with TemporaryDirectory() as empty:
        server = subprocess.Popen(
            command, cwd=empty, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert server.stdout is not None
        try:
            for line in server.stdout:
                if found := re.search(r"the dashboard is at (\S+) ", line):
                    break
            else:
                raise SystemExit("The dashboard did not start.")
            yield found[1], server.pid, asked
        finally:
            server.terminate()
            server.wait(30)


def first_page(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    page.goto(address)
    page.wait_for_selector(".ds-lanes svg .ds-bout", state="attached", timeout=1000 * PATIENCE)
    return page


def resident(process: int) -> float:
    """Megabytes of memory that a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def worked(process: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def changes(browser: Browser, address: str) -> Figures:
    """What it takes until a change is seen."""
    page = first_page(browser, f"{address}explore")
    page.wait_for_timeout(2000)
    slider = ".ds-box-side input[type=range]"
    times = []
    for turn in range(CHANGES):
        times.append(page.evaluate(CHANGED, [slider, 20 + turn]))
        page.wait_for_timeout(700)  # until the phase diagram is there too, as a reader would
    page.goto(address)
    page.wait_for_selector(".ds-lanes svg .ds-bout", state="attached")
    page.wait_for_timeout(1000)
    page.evaluate("dyadsim.clock('classroom').seek(60)")
    button = page.get_by_role("button", name="Still-face now")
    before = time.perf_counter()
    button.click()
    page.wait_for_selector(".ds-held", state="attached")
    now = time.perf_counter() - before
    page.context.close()
    return {
        "changed parameter to picture, median (ms)": statistics.median(times),
        "changed parameter to picture, longest (ms)": max(times),
        "still-face now to picture (ms)": 1000 * now,
    }


def play(browser: Browser, address: str) -> Figures:
    """Frames of the playhead, and what is said to the server meanwhile."""
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    said: list[Any] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda frame: said.append(frame))
        socket.on("framereceived", lambda frame: said.append(frame))

    page.on("websocket", listen)
    page.on("request", lambda request: said.append(request))
    page.goto(address)
    page.wait_for_selector(".ds-lanes svg .ds-bout", state="attached")
    page.wait_for_timeout(1500)
    frames = "dyadsim.clock('classroom').frames"
    heard, first = len(said), page.evaluate(frames)
    page.get_by_role("button", name="Play", exact=True).click()
    began = time.perf_counter()
    page.wait_for_timeout(1000 * PLAYED)
    shown, took = page.evaluate(frames) - first, time.perf_counter() - began
    messages = len(said) - heard
    page.context.close()
    return {"frames a second during play": shown / took, "messages to or from the server during play": messages}


def memory(browser: Browser, address: str, process: int) -> Figures:
    """What each further visitor takes, on the page that most open."""
    for _ in range(3):
        first_page(browser, address)
    time.sleep(1)
    before = resident(process)
    for _ in range(VISITORS):
        first_page(browser, address)
    time.sleep(1)
    each = (resident(process) - before) / VISITORS
    for context in browser.contexts:
        context.close()
    return {"memory per further visitor (MB)": each}


def closed_tab(browser: Browser, address: str, process: int) -> Figures:
    """What goes on after a tab is closed in which a scenario was running."""
    page = browser.new_context().new_page()
    page.goto(f"{address}scenario?name=video-feedback&dyads=1500&weeks=300")
    page.get_by_role("button", name="Run this scenario").click()
    page.locator("progress").wait_for()
    page.wait_for_timeout(3000)
    page.close(run_before_unload=True)  # as a reader closes it: the page tells the server
    time.sleep(5)
    before = worked(process)
    time.sleep(3)
    busy = (worked(process) - before) / 3
    return {"processor of the server 5 s after a running tab was closed (%)": 100 * busy}


def measured() -> Figures:
    with TemporaryDirectory() as cache, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        figures: Figures = {}
        with served(cache) as (address, _, asked):
            first_page(browser, address)
            figures["first start to the first page (s)"] = time.perf_counter() - asked
        with served(cache) as (address, process, asked):
            first_page(browser, address).context.close()
            figures["warm start to the first page (s)"] = time.perf_counter() - asked
            figures |= changes(browser, address) | play(browser, address)
            figures |= memory(browser, address, process) | closed_tab(browser, address, process)
        browser.close()
    return figures


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the JSON into this file.")] = None,
) -> None:
    """Measure the dashboard in a real browser."""
    figures = measured()
    text = json.dumps(figures, indent=2)
    if out:
        with replacing(out) as beside:
            beside.write_text(text, encoding="utf-8")
    if as_json:
        print(text)
        return
    table = Table("figure", "measured", "budget", title="The dashboard on this machine")
    for name, value in figures.items():
        table.add_row(name, f"{value:.1f}", BUDGET.get(name, ""))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
