"""What a dashboard does with what no page would ask: paths, encodings, methods, origins, sizes and messages, by the
thousand.

    python experiments/hostile_walk.py
    python experiments/hostile_walk.py --requests 200 --seed 2 --json

It takes some minutes (Linux). A server of its own is started on a free port, with a copy of the files that it serves,
and with a proxy of ours as its only way to other hosts, which counts who comes; the server is watched from within, too.
It ends with 1 if a file was changed, another host was asked, an answer took long or told of the inside, or memory grew.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

import solara
import typer
from dashboard_client import Server, Visitor, served, tell  # beside this file
from websockets.exceptions import ConnectionClosed, InvalidHandshake

import dyadsim

SLOWEST, GROWN = 10.0, 300.0
"""Seconds in which each request must be answered, and megabytes that the server may take more than before, at most."""

SECRETS = (b"Traceback (most", b"root:x:0:0", b"site-packages", b"BEGIN PRIVATE")
"""What no answer may hold: a failure told from within, a file of the machine, where things lie."""

MARK = "|".join(re.escape(secret.decode()) for secret in SECRETS)

MESSAGES = 0.2
"""Share of the requests that are messages on a connection, from a page that is none."""

KNOWN = (
    "/", "/explore", "/scenario", "/community", "/service", "/trial", "/results", "/mesa", "/readyz", "/resourcez",
    "/static/main-vuetify.js", "/static/assets/custom.js", "/static/public/x", "/_solara/cdn/vega@5.21.0/build",
    "/_solara/cdn/vega@5.21.0",
    "/_solara/cdn/requirejs@2.3.6/require.js", "/_solara/cdn/requirejs@2.3.6", "/_solara/cdn/left-pad@1.3.0/index.js",
    "/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist", "/_solara/cdn", "/jupyter/nbextensions/jupyter-vue",
    "/jupyter/nbextensions/jupyter-vue/nodeps.js", "/jupyter/api/kernels/x", "/jupyter/api/kernels/x/channels",
    "/_solara/api/close/x", "/_solara/api/evict/x", "/_solara/auth/login", "/proxy/http://example.org/", "/_solara",
)  # fmt: skip
STEPS = (
    "..", "%2e%2e", "%252e%252e", "..%2f", "..%5c", "\\..\\", "%c0%ae%c0%ae", "....//", "%00", "%ff", "%u002e", "~",
    ".", "", "//", ";x=1", "?", "#", "%0d%0aX: y", "\u202e", "母", "e\u0301", "con", "x" * 300, "dist", "etc/passwd",
    "server.py", ".git/config", "pyproject.toml", "@1", "http:%2f%2fexample.org", "%7B%7B7*7%7D%7D",
)  # fmt: skip
METHODS = (
    *("GET",) * 12, "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get",
    "X" * 90,
)  # fmt: skip
ODD = (
    "", "0", "-1", "1e999", "NaN", "null", "true", "[]", "{}", "x" * 3_000, "../../etc/passwd", "/etc/passwd.toml",
    "\0", "\u202e", "\ud800", "👶", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "a" + ".b" * 3_000,
    "9" * 5_000, 5, -1, 1e308, True, None, [], {}, [[]], {"key": None}, {"key": "run"},
    {"key": "run", "value": {"a": 1}}, {"key": "interventions.99", "value": 1}, {"key": "dyads", "value": 10**30},
    {"name": "x.toml", "text": "a" + ".b" * 40_000 + "=1"}, {"name": "x.toml", "text": "[" * 5_000},
    {"name": "x.toml", "text": 'name = "../x.py:X"'}, {"name": 5, "size": "x"},
    {"name": "x" * 9_999, "text": "x" * 300_000}, {"size": 1e400},
)  # fmt: skip
QUERIES = (
    "name=", "a.name=typical&", "dyads=", "utm_source=", "results=", "a.traits.burden=", "&" * 600, "seed=",
    "kernelid=",
)  # fmt: skip
ORIGINS = (
    "http://evil.org", "null", "", "http://localhost", "http://localhost.evil.org", "file://", "http://HERE@evil.org",
    "x" * 999,
)  # fmt: skip
HEADERS = (
    "X-Forwarded-Host", "X-Forwarded-Proto", "X-Script-Name", "Script-Name", "X-Forwarded-For", "Cookie", "Referer",
    "X-Original-URL", "Authorization",
)  # fmt: skip
SAID = ("//evil.org", "evil.org", "ftp", "solara-session-id=x", "x" * 9_000)
UPGRADE = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eHh4"]
NOT_MESSAGES = (b"\x7f\xff\xff\xff", b"", b"\0\0\0\1\0\0\0\x08{}", "[" * 99_999, "{}", "x", "1" * 9_999)


class Proxy:
    """A proxy that lets nobody through, and counts who came."""

    def __init__(self) -> None:
        self.came = list[str]()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            with caller:
                self.came.append(caller.recv(200).decode("latin-1"))

    def close(self) -> None:
        self._listening.close()


class Walk:
    """A walk over a server; what was found."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server, self.chance = server, random.Random(seed)
        self.host = server.address.removeprefix("http://")
        self.answers, self.told, self.slowest, self.slow = Counter[str](), list[str](), 0.0, ""

    def step(self) -> None:
        """Ask for one thing."""
        ask, began = self._message if self.chance.random() < MESSAGES else self._request, time.monotonic()
        asked, answer = ask()
        took = time.monotonic() - began
        if took > self.slowest:
            self.slowest, self.slow = took, asked[:120]
        self.answers[answer.partition(b" ")[2][:3].decode() if answer.startswith(b"HTTP/") else "closed"] += 1
        self.told += [f"{secret.decode()} after {asked[:200]}" for secret in SECRETS if secret in answer]

    def _path(self) -> str:
        chance, path = self.chance, self.chance.choice(KNOWN)
        for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
            parts = path.split("/")
            parts.insert(chance.randint(1, len(parts)), chance.choice(STEPS))
            path = "/".join(parts)
        if chance.random() < 0.2:
            path += "?" + chance.choice(QUERIES) + quote(str(chance.choice(ODD)).encode("utf-8", "replace"))
        if chance.random() < 0.03:
            path += "x" * chance.choice((2_000, 20_000, 200_000))
        return path if chance.random() < 0.95 else chance.choice((self.server.address, "http://example.org", "")) + path

    def _request(self) -> tuple[str, bytes]:
        chance = self.chance
        method, path = chance.choice(METHODS), self._path()
        lines = [f"{method} {path} HTTP/1.{chance.choice((1, 1, 1, 1, 1, 1, 0, 9))}"]
        if chance.random() < 0.95:
            hosts = (self.host,) * 9 + ("evil.org", "", "[::1", "localhost", "x" * 5_000)
            lines.append(f"Host: {chance.choice(hosts)}")
        if chance.random() < 0.5:
            lines.append(f"Origin: {self._origin()}")
        more = chance.sample(HEADERS, chance.choice((0, 0, 1, 3)))
        lines += [f"{name}: {chance.choice(SAID)}" for name in more]
        if chance.random() < 0.1:
            lines.append(f"Range: bytes={chance.choice(('0-', '-1', '9-1', '0-0,' * 300, 'x'))}")
        if "channels" in path or chance.random() < 0.1:
            lines += UPGRADE
        body = b""
        if chance.random() < 0.2:
            body = b"x" * chance.choice((1, 1_000, 3_000_000))
            said = chance.choice((len(body), len(body), len(body) + 5, -1, "x", 10**30))
            lines.append(chance.choice((f"Content-Length: {said}", "Transfer-Encoding: chunked")))
        if chance.random() < 0.03:
            lines += [f"X-{number}: {'x' * 100}" for number in range(2_000)]
        lines.append("Connection: close")
        return f"{method} {path}", self._asked("\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body)

    def _origin(self) -> str:
        own = self.server.address
        return self.chance.choice((own, own, *ORIGINS)).replace("HERE", self.host)

    def _asked(self, sent: bytes) -> bytes:
        """What comes back until the connection ends; one that says no more for a second is left."""
        place, _, port = self.host.partition(":")
        may_wait = any(word in sent for word in (b"Upgrade:", b"Content-Length:", b"Transfer-Encoding:"))
        heard, patience = b"", 1.0 if may_wait else SLOWEST
        with socket.create_connection((place, int(port)), timeout=SLOWEST) as there:
            try:
                there.sendall(sent)
                there.settimeout(patience)
                while more := there.recv(2**16):
                    heard += more
            except TimeoutError:
                self.told += [] if heard or may_wait else [f"no answer to {sent[:200]!r}"]
            except OSError:
                pass
        return heard

    def _message(self) -> tuple[str, bytes]:
        """Send some messages as a page that is none, and hear what is said."""
        origin = self.server.address if self.chance.random() < 0.8 else self._origin()
        try:
            one = Visitor(self.server.address, mark=MARK, origin=origin)
        except (InvalidHandshake, ValueError, OSError):
            return f"a connection from {origin}", b"HTTP/1.1 403"
        try:
            one.open(self.chance.choice(("/", "/explore", "/scenario", "/community", "/service", "/trial")))
            if origin != self.server.address:
                self.told.append(f"a connection from {origin} was taken")
            asked = " ".join(self._send(one) for _ in range(4))
            time.sleep(0.1)
            return asked, b"".join(mark.encode() for mark in one.marks)
        except ConnectionClosed:
            return "messages", b"".join(mark.encode() for mark in one.marks)
        finally:
            one.close()

    def _send(self, one: Visitor) -> str:
        chance = self.chance
        odd, widget = chance.choice(ODD), chance.choice(one.with_trait(chance.choice(("fields", "events"))) or ["x"])
        raw: Callable[[Any], None] = one.socket.send
        kind = chance.randrange(9)
        if kind == 0:
            raw(chance.choice(NOT_MESSAGES))
        elif kind == 1:
            raw("x" * chance.choice((1_000_000, 4_000_000)))
        elif kind == 2:
            called = {"create_widget": ["this", "x"], "props": {}, "id": "x"}
            one.send("comm_msg", comm_id=widget, data={"method": "custom", "content": called})
        elif kind == 3:
            one.send("comm_open", comm_id="x", target_name="jupyter.widget", data={"state": {"value": odd}})
        elif kind == 4:
            path = f"/{chance.choice(QUERIES)}{odd}" if chance.random() < 0.5 else odd
            args = {"path": path, "dark": odd, "themes": {}, "appName": chance.choice((None, odd))}
            one.send("comm_msg", comm_id=one._control, data={"method": "run", "args": args})
        elif kind == 5:
            one.send("comm_msg", comm_id=widget, data={"method": "update", "state": {"value": odd, "children": odd}})
        else:
            events = ("changed", "opened", "wanted", "go", "picked", "turned", "chosen", "cancel", "__class__", "x")
            one.event(widget, chance.choice(events), odd)
        return f"message {kind} {str(odd)[:60]!a}"


def files(*folders: Path) -> dict[str, str]:
    """What is in some folders: of each file, its size and a hash."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found[str(path)] = f"{path.stat().st_size} {hashlib.sha1(path.read_bytes()).hexdigest()}"
    return found


def measured(requests: int, seed: int) -> dict[str, Any]:
    proxy = Proxy()
    with TemporaryDirectory() as folder:
        assets = Path(folder) / "cdn"
        given = os.environ.get("SOLARA_ASSETS_PROXY_CACHE_DIR", f"{sys.prefix}/share/solara/cdn")
        shutil.copytree(given, assets, copy_function=os.link if _same_disk(given, folder) else shutil.copy2)
        way_out = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy.address)
        own = {"NO_PROXY": "localhost,127.0.0.1", "no_proxy": "localhost,127.0.0.1"}
        with served(SOLARA_ASSETS_PROXY_CACHE_DIR=str(assets), **way_out, **own) as server:
            watched = (Path(dyadsim.__file__).parent, Path(solara.__file__).parent, assets, server.folder)
            before, start, walk = files(*watched), server.memory(), Walk(server, seed)
            for _ in range(requests):
                walk.step()
            after = files(*watched)
            last = Visitor(server.address)  # who comes afterwards finds all as it was
            last.open("/scenario?name=peer-group&dyads=6&weeks=14&days=1")
            last.press("run")
            last.until(lambda: last.shows("In short"))
            last.close()
            time.sleep(3)
            return {
                "requests": requests,
                "answers": dict(walk.answers.most_common()),
                "files that were there": len(before),
                "files changed": sorted(name for name in before.keys() | after if before.get(name) != after.get(name)),
                "other hosts asked": proxy.came + server.outside(),
                "told of the inside": walk.told,
                "slowest answer (s)": walk.slowest,
                "slowest asked": ascii(walk.slow),
                "memory at the start (MB)": start,
                "memory in the end (MB)": server.memory(),
                "memory grown at most (MB)": server.peak() - start,
            }


def _same_disk(one: str, other: str) -> bool:
    return Path(one).stat().st_dev == Path(other).stat().st_dev


def main(
    requests: Annotated[int, typer.Option(help="How many.", min=1)] = 2_000,
    seed: Annotated[int, typer.Option(help="Names the walk.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Ask a dashboard for what no page would."""
    found = measured(requests, seed)
    tell("A hostile walk over a dashboard", found, as_json)
    trouble = found["files changed"] or found["other hosts asked"] or found["told of the inside"]
    if trouble or found["slowest answer (s)"] > SLOWEST or found["memory grown at most (MB)"] > GROWN:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
