"""What the experiments with a served dashboard share: a server that is watched, and visitors who have no browser.

A visitor speaks as a page does: it takes the cookie, opens the connection, asks for a page, presses a button, and hears
all that is sent to it. So there can be many on a small machine.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

PATIENCE = 120.0
"""Seconds in which a page, or a run, must be there."""

# Written into the server's process before all else: which other hosts it turns to, what it imports when it is asked to,
# what it deletes but for the temporary folder of a trial that was run.
WATCH = """
import os, sys
def watch(event, given, own=("localhost", "127.0.0.1", "::1", "0.0.0.0", None)):
    if event == "socket.getaddrinfo" and given[0] not in own:
        told = f"looks up {given[0]!r}"
    elif event == "socket.connect" and isinstance(given[1], tuple) and given[1][0] not in own:
        told = f"connects to {given[1]!r}"
    elif event == "shutil.rmtree" and "dyadsim-trial-" in str(given[0]):
        return
    elif event == "shutil.rmtree" or (event == "open" and os.path.basename(str(given[0])).startswith("this.")):
        told = f"{event} {given!r}"
    else:
        return
    with open(os.environ["DYADSIM_WATCH"], "a") as file:
        file.write(told + "\\n")
sys.addaudithook(watch)
"""


@dataclass(frozen=True)
class Server:
    """A dashboard that is served: its address, its process, its folder, and the file of what it was seen to do."""

    address: str
    process: int
    folder: Path
    seen: Path

    def memory(self) -> float:
        """Megabytes that it holds now."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def peak(self) -> float:
        """Megabytes that it has held at most."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.process}/status").read_text())
        assert found is not None
        return int(found[1]) / 2**10

    def outside(self) -> list[str]:
        """What it was seen to do that no visitor should bring it to do."""
        return self.seen.read_text().splitlines() if self.seen.exists() else []


@contextmanager
def served(**environment: str) -> Iterator[Server]:
    """A dashboard in an empty folder, watched from within."""
    with TemporaryDirectory() as parent:
        folder, hooks, log = Path(parent, "served"), Path(parent, "hooks"), Path(parent, "log")
        folder.mkdir()
        hooks.mkdir()
        (hooks / "sitecustomize.py").write_text(WATCH)
        path = os.pathsep.join(filter(None, [str(hooks), *map(str, filter(None, sys.path))]))
        own = {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        own |= {"DYADSIM_WATCH": str(Path(parent, "seen"))} | environment
        command = [
            sys.executable,
            "-c",
            "from dyadsim.cli import main; main()",
            "dashboard",
            "--no-open",
            "--port",
            "0",
        ]
        with log.open("w") as out:
            process = subprocess.Popen(command, cwd=folder, env=os.environ | own, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield Server(_address(process, log), process.pid, folder, Path(parent, "seen"))
        finally:
            process.terminate()
            process.wait(30)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"the dashboard is at (\S+)/ ", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"The dashboard did not start: {log.read_text()}")


class Visitor:
    """One tab of a visitor: what it holds, and the words of interest (``mark``) that were in what it was sent."""

    def __init__(self, address: str, mark: str = r"visitor-\d+", origin: str | None = None) -> None:
        self.address, self.widgets = address, dict[str, dict[str, Any]]()
        self.marks = set[str]()
        self._mark, self._told = re.compile(mark.encode()), threading.Condition()
        with urllib.request.urlopen(f"{address}/", timeout=PATIENCE) as page:
            self.cookie = page.headers["Set-Cookie"].partition(";")[0]
        self.tab, self.page, self._control = str(uuid.uuid4()), str(uuid.uuid4()), uuid.uuid4().hex
        self.socket = self.connected(address if origin is None else origin)
        self._listener = threading.Thread(target=self._listen, args=(self.socket,), daemon=True)
        self._listener.start()

    def come_back(self) -> None:
        """Connect again after the connection was lost, and ask for what is there now."""
        self.socket = self.connected(self.address)
        self._listener = threading.Thread(target=self._listen, args=(self.socket,), daemon=True)
        self._listener.start()
        asking = uuid.uuid4().hex
        self.send("comm_open", {"version": "1.0.0"}, comm_id=asking, target_name="jupyter.widget.control", data={})
        self.send("comm_msg", comm_id=asking, data={"method": "request_states"})

    def connected(self, origin: str) -> ClientConnection:
        """A connection of this tab, asked for by a page from there."""
        place = self.address.replace("http", "ws", 1)
        headers = {"Cookie": self.cookie, "Origin": origin}
        return connect(
            f"{place}/jupyter/api/kernels/{self.tab}/channels?session_id={self.page}",
            additional_headers=headers,
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )

    def send(self, kind: str, metadata: dict[str, str] | None = None, **content: Any) -> None:
        """Send a message as a page does."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.page, "username": "", "version": "5.2"}
        message = {"header": header, "channel": "shell", "content": content, "parent_header": {}, "buffers": []}
        self.socket.send(json.dumps(message | {"metadata": metadata or {}}))

    def open(self, path: str) -> None:
        """Open a page, and wait until it is there."""
        self.send("kernel_info_request")
        self.send("comm_open", comm_id=self._control, target_name="solara.control", data={})
        args = {"path": path, "dark": False, "themes": {}, "appName": None}
        self.send("comm_msg", comm_id=self._control, data={"method": "run", "args": args})
        self.until(lambda: self.with_trait("pages"))

    def go(self, path: str) -> None:
        """Go to another page by its link, and wait until it is there."""
        shell = self.with_trait("pages")[0]
        self.event(shell, "go", path)
        self.until(lambda: self.widgets[shell]["here"] == path)

    def event(self, widget: str, name: str, data: Any) -> None:
        """Tell what happened in the browser to a widget."""
        told = {"method": "custom", "content": {"event": name, "data": data}}
        self.send("comm_msg", comm_id=widget, data=told)

    def with_trait(self, name: str) -> list[str]:
        """The widgets that have a trait."""
        return [widget for widget, state in list(self.widgets.items()) if name in state]

    def press(self, key: str, value: Any = True, label: str = "") -> None:
        """Press a button of a form, or set one of its fields; with a label that which is so called.

        A page that was left may still be there for a moment, with a button of the same key.
        """
        self.until(lambda: self._form(key, label))
        self.event(self._form(key, label), "changed", {"key": key, "value": value})

    def _form(self, key: str, label: str) -> str:
        def has(form: str) -> bool:
            fields = self.widgets[form]["fields"]
            return any(field["key"] == key and label in ("", field.get("label")) for field in fields)

        return next((one for one in self.with_trait("fields") if has(one)), "")

    def shows(self, text: str) -> bool:
        """Whether a widget that is there has this very text among its children, or as a value."""
        states = list(self.widgets.values())
        return any(text in (state.get("children") or ()) or text in state.values() for state in states)

    def until(self, true: Any, seconds: float = PATIENCE) -> None:
        """Wait until something is true of what was heard."""
        with self._told:
            if not self._told.wait_for(true, seconds):
                raise TimeoutError(f"A visitor waited for {seconds:.0f} seconds.")

    def close(self) -> None:
        """Close the tab, as a browser tells it."""
        place = f"{self.address}/_solara/api/close/{self.tab}?session_id={self.page}"
        asked = urllib.request.Request(place, method="POST", headers={"Origin": self.address, "Cookie": self.cookie})
        urllib.request.urlopen(asked, timeout=PATIENCE).close()
        self.drop()

    def drop(self) -> None:
        """Lose the connection."""
        self.socket.close()
        self._listener.join(PATIENCE)

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for frame in socket:
                self._hear(frame)
        except ConnectionClosed:
            pass

    def _hear(self, frame: str | bytes) -> None:
        raw = frame.encode() if isinstance(frame, str) else frame
        if isinstance(frame, bytes):
            parts, start = struct.unpack("!II", frame[:8])
            stop = struct.unpack("!I", frame[8:12])[0] if parts > 1 else len(frame)
            frame = frame[start:stop].decode()
        said = json.loads(frame)
        content, kind = said["content"], said["header"]["msg_type"]
        with self._told:
            self.marks |= {mark.decode() for mark in self._mark.findall(raw)}
            if kind == "comm_open":
                self.widgets[content["comm_id"]] = content["data"].get("state", {})
            elif kind == "comm_close":
                self.widgets.pop(content["comm_id"], None)
            elif kind == "comm_msg" and content["data"].get("method") == "update":
                self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
            elif kind == "comm_msg" and content["data"].get("method") == "update_states":
                self.widgets |= {name: one["state"] for name, one in content["data"]["states"].items()}
            self._told.notify_all()


def tell(title: str, found: dict[str, Any], as_json: bool) -> None:
    """Print what an experiment found, as a table or as JSON."""
    if as_json:
        print(json.dumps(found, indent=2))
        return
    table = Table("what", "found", title=title)
    for name, value in found.items():
        table.add_row(name, f"{value:.1f}" if isinstance(value, float) else str(value or "none"))
    Console().print(table)
