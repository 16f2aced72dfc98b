"""Many visitors of one dashboard: whether one sees what is another's, and whether the memory that they took comes back.

    python experiments/visitors.py
    python experiments/visitors.py --visitors 6 --seconds 10 --json

It takes as long as is asked for, and a minute more (Linux). A server of its own is started on a free port; visitors
speak to it as pages do, without a browser, each of a scenario that bears his number. They open pages, change a slider,
run the scenario (so many at a time), lose the connection while it runs and come back, and close their tabs. It ends
with 1 if a number was seen by another, a visitor had to wait for more than two minutes, or memory did not come back.
"""

from __future__ import annotations

import random
import threading
import time
from typing import Annotated, Any

import typer
from dashboard_client import PATIENCE, Server, Visitor, served, tell  # beside this file

PAGES = ("/", "/explore", "/compare", "/scenario", "/community", "/service", "/trial", "/results")
SIZE = "name=video-feedback&dyads=60&weeks=30"
ALLOWED = 100.0
"""Megabytes more than at the start that may be held once all have left."""

SETTLED = 60.0
"""Seconds in which memory must have come back."""

GIVEN = 5.0
"""Seconds after which it should have."""

AWAY, THINKS, MOVES = 5.0, 4.0, 3  # seconds without a connection, seconds between two actions, pages a visit


class Crowd:
    """Visitors of a server, until a time; what was seen of them."""

    def __init__(self, server: Server, seconds: float, running: int) -> None:
        self.server, self.end, self.thinks = server, time.monotonic() + seconds, min(THINKS, seconds / 10)
        self.seats, self.running, self.most = threading.Semaphore(running), 0, 0
        self.visits = self.runs = self.returns = 0
        self.mixed, self.failed = list[str](), list[str]()
        self.lock = threading.Lock()

    def visit(self, number: int) -> None:
        """Come and go, again and again."""
        chance, own = random.Random(number), f"visitor-{number}"
        time.sleep(chance.uniform(0, self.thinks))
        try:
            while time.monotonic() < self.end:
                self._once(number, own, chance)
        except Exception as failure:  # whatever a visitor meets is what is to be told
            self.failed.append(f"{own}: {failure!r}")

    def _once(self, number: int, own: str, chance: random.Random) -> None:
        query = f"?{SIZE}&title={own}&seed={number}&a.name=typical&a.seed={number}"
        one = Visitor(self.server.address)
        one.open(chance.choice(PAGES) + query)
        for _ in range(MOVES):
            time.sleep(chance.uniform(0, self.thinks))
            one.go(page := chance.choice(PAGES))
            if page == "/explore":
                one.press("traits.sensitivity", round(chance.uniform(-1, 1), 2))
        # The first visitor waits for his seat however late it is, so that a connection is lost during some run.
        left = PATIENCE if number == 0 and not self.returns else max(self.end - time.monotonic(), 0.0)
        if self.seats.acquire(timeout=left):
            try:
                self._run(number, one, chance)
            finally:
                self.seats.release()
        time.sleep(chance.uniform(0, self.thinks))
        one.close()
        with self.lock:
            self.visits += 1
            if one.marks != {own}:
                self.mixed.append(f"{own} saw {sorted(one.marks)}")

    def _run(self, number: int, one: Visitor, chance: random.Random) -> None:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            one.go("/scenario")
            one.press("run", label="Run this scenario")
            one.until(lambda: one.with_trait("done") or one.shows("In short"))
            if chance.random() < 0.25 or number == 0:
                one.drop()
                time.sleep(AWAY)
                one.come_back()
                self.returns += 1
            one.until(lambda: one.shows("In short"))
        finally:
            with self.lock:
                self.running -= 1
                self.runs += 1


def measured(visitors: int, seconds: float, running: int) -> dict[str, Any]:
    with served() as server:
        start, crowd = server.memory(), Crowd(server, seconds, running)
        threads = [threading.Thread(target=crowd.visit, args=(number,)) for number in range(visitors)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        left, until = server.memory(), time.monotonic() + SETTLED
        time.sleep(GIVEN)
        while server.memory() - start > ALLOWED and time.monotonic() < until:
            time.sleep(0.5)
        return {
            "visitors": visitors,
            "visits": crowd.visits,
            "runs": crowd.runs,
            "runs at a time, most": crowd.most,
            "connections lost during a run and found again": crowd.returns,
            "saw what is another's": crowd.mixed,
            "failed": crowd.failed,
            "turned to or deleted": server.outside(),
            "memory at the start (MB)": start,
            "memory at most (MB)": server.peak(),
            "memory when the last had left (MB)": left,
            "memory in the end (MB)": (end := server.memory()),
            "memory that did not come back (MB)": end - start,
        }


def main(
    visitors: Annotated[int, typer.Option(help="How many there are at a time.", min=1)] = 50,
    seconds: Annotated[float, typer.Option(help="How long they come and go.", min=1)] = 300.0,
    running: Annotated[int, typer.Option(help="How many run a scenario at a time.", min=1)] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Let many visit a dashboard."""
    found = measured(visitors, seconds, running)
    tell("Visitors of one dashboard", found, as_json)
    trouble = found["saw what is another's"] or found["failed"] or found["turned to or deleted"]
    if trouble or found["memory that did not come back (MB)"] > ALLOWED:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
