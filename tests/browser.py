"""What the browser tests share: a dashboard of their own, served by the installed command, and Debian's Chromium.

In CI a missing browser is a failure; on a user's machine these tests say why they are skipped.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import generating
import pytest
import serving
import sweeping
import trialling

import dyadsim as ds

try:
    from dyadsim.dashboard.app import PAGES as _PAGES
except ImportError:  # without the extra dyadsim[dashboard], of which the fixtures tell
    _PAGES = ()

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PAGES = tuple(_PAGES)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def missing(why):
    if os.environ.get("CI"):
        pytest.fail(f"In CI the browser tests must run, but {why}.")
    pytest.skip(f"{why}; install Chromium and the extra dyadsim[test] to run the browser tests.")


def chromium():
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    return found or missing("there is no Chromium on this machine")


@contextmanager
def served(folder, *options):
    """The address of a dashboard, started as a user starts it, in a folder that holds results and nothing else."""
    ds.sweep(sweeping.design(design="sobol", points=16), folder / "results" / "small", workers=1)
    ds.sweep(sweeping.weeks(), folder / "results" / "weeks", workers=1)
    trialling.handful().run(out=folder / "results" / "trial", workers=1)
    generating.two(fostered=[2]).run(out=folder / "results" / "generations", workers=1)
    serving.two(weeks=60).run(out=folder / "results" / "services", workers=1)
    options = options or ("--results", "results")
    command = [sys.executable, "-c", "from dyadsim.cli import main; main()", "dashboard", "--no-open", "--port", "0"]
    log = folder / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen([*command, *options], cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield _address(server, log), log
        finally:
            server.terminate()
            server.wait(20)


def _address(server, log):
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        if found := re.search(r"the dashboard is at (\S+)/ ", log.read_text()):
            return found[1]
        time.sleep(0.1)
    pytest.fail(f"The dashboard did not start: {log.read_text()}")


def showing(part):
    """What is soon to be seen of a part of a page."""
    from playwright.sync_api import expect

    return expect(part)


def kept(page, button, path):
    """The path to which what a button gives to keep was saved."""
    with page.expect_download() as download:
        button.click()
    download.value.save_as(path)
    return path


class Windows:
    """Windows of a browser, each lent to one visitor at a time and taken back as if it were new.

    Nothing of a visitor stays in it but the dashboard's scripts in the browser's memory, which a new window would take
    most of two seconds to load.
    """

    def __init__(self, browser):
        self._browser = browser
        self._free = {}

    def lend(self, scheme, width):
        """The page of a window that nobody has."""
        if free := self._free.get((scheme, width)):
            return free.pop()
        size = {"width": width, "height": 900}
        return self._browser.new_context(viewport=size, color_scheme=scheme, accept_downloads=True).new_page()

    def take_back(self, page, scheme, width):
        """Forget what a visitor left: what the browser keeps for the server, the page, and how it was looked at."""
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.goto("about:blank")
        page.context.clear_cookies()
        page.mouse.move(-1, -1)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        self._free.setdefault((scheme, width), []).append(page)


class Visit:
    """One visitor: a browser window of its own, with what its console said and what it asked for."""

    def __init__(self, windows, address, scheme="light", width=1366):
        self._windows, self._how = windows, (scheme, width)
        self.page = windows.lend(scheme, width)
        self.address = address
        self.errors, self.requests, self.frames = [], [], []
        self._heard = {
            "console": lambda said: self.errors.append(said.text) if said.type == "error" else None,
            "pageerror": lambda error: self.errors.append(str(error)),
            "request": lambda asked: self.requests.append(asked.url),
            "websocket": self._listen,
        }
        for what, heard in self._heard.items():
            self.page.on(what, heard)

    def end(self):
        """The window is for others; what was said in it until now is kept."""
        for what, heard in self._heard.items():
            self.page.remove_listener(what, heard)
        self._windows.take_back(self.page, *self._how)

    def _listen(self, socket):
        socket.on("framesent", lambda frame: self.frames.append(frame))
        socket.on("framereceived", lambda frame: self.frames.append(frame))

    def go(self, path="/"):
        self.page.goto(self.address + path)
        self.page.wait_for_selector("main h1", timeout=30_000)
        return self.page

    def settled(self, quiet=0.3):
        """Wait until the server has had nothing to say for a while."""
        until = time.monotonic() + 20
        heard = -1
        while heard != len(self.frames) and time.monotonic() < until:
            heard = len(self.frames)
            self.page.wait_for_timeout(1000 * quiet)

    @property
    def problem(self):
        return self.page.locator(".ds-problem[role=alert]").first.inner_text()

    def bouts(self, before=None, after=None):
        """Bouts that end before, or begin after, a place in pixels: (x, y, width) of each."""
        drawn = self.page.locator(".ds-bout").evaluate_all(
            "all => all.map(one => ['x', 'y', 'width'].map(name => +(+one.getAttribute(name)).toFixed(3)))"
        )
        low, high = after or 0, before or float("inf")
        return [tuple(bout) for bout in drawn if bout[0] >= low and bout[0] + bout[2] <= high]

    def clock(self, name, what="clock.second"):
        return self.page.evaluate(f"(() => {{ const clock = dyadsim.clock('{name}'); return {what}; }})()")
