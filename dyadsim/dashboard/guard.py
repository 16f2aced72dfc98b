"""What is refused before Solara sees it: strange hosts and origins, and what is larger or other than a browser sends.

A browser lets pages of any site ask this server, and says in ``Origin`` which page asks. On a loopback address a name
that another site's owner has pointed here would make that site ours: there only names of this machine are taken.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LARGEST", "Guard", "host_of", "is_message"]

LARGEST = 2 * 2**20
"""Bytes of a message from a browser; the largest file that a page opens is a tenth of it, however it is written."""

_PATH, _QUERY = 1_024, 16_384  # bytes of an address; a longer link than ours gets a sentence on the page
_UNTRUSTED = (b"script-name", b"x-script-name", b"x-forwarded-host", b"x-forwarded-proto")
"""Headers by which Solara lets a visitor say where everybody's files lie; uvicorn has read what a proxy may say."""
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
_DEFAULT_PORTS = (":80", ":443")
_TARGETS = ("solara.control", "jupyter.widget.control")
_METHODS = ("app-status", "request_states", "update")
_EVENT = {"event", "data"}
_WRONG = 1008  # closes a connection that breaks the rules


class Guard:
    """Application that hands on to another one what may be asked here.

    Parameters
    ----------
    app : the other one.
    host : the address that is listened on.
    public : the address by which a proxy serves it (``SOLARA_BASE_URL``), if it does not pass on the host.
    """

    def __init__(self, app: ASGIApp, host: str, public: str | None = None) -> None:
        self._app = app
        self._only_names_of_this_machine = ipaddress.ip_address(host).is_loopback
        public = os.environ.get("SOLARA_BASE_URL", "") if public is None else public
        self._public = host_of(public)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, or refuse."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        is_socket = scope["type"] == "websocket"
        if refusal := self._refusal(scope, changes=is_socket or scope.get("method") == "POST"):
            if is_socket:
                await send({"type": "websocket.close", "code": _WRONG})
            else:
                await PlainTextResponse(refusal[1] + "\n", refusal[0])(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _UNTRUSTED]
        await self._app({**scope, "headers": headers}, _checked(receive) if is_socket else receive, send)

    def _refusal(self, scope: Scope, changes: bool) -> tuple[int, str] | None:
        """Status and sentence of a refusal, where there is one."""
        if len(scope.get("raw_path") or scope["path"]) > _PATH or len(scope["query_string"]) > _QUERY:
            return 414, "This address is too long."
        hosts = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not self._is_ours(host := _bare(hosts[0])):
            return 400, "This dashboard is not served by that name; whoever runs it may set SOLARA_BASE_URL to it."
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        if changes and (len(origins) != 1 or host_of(origins[0]) not in {host, self._public} - {""}):
            return 403, "Only pages of this dashboard may ask for this."
        return None

    def _is_ours(self, host: str) -> bool:
        name = _name(host)
        if not name or not self._only_names_of_this_machine or host == self._public:
            return bool(name)
        return name == "localhost" or name.endswith(".localhost") or _is_number(name)


def host_of(address: str) -> str:
    """Host and port that a web address or an origin names, as a ``Host`` header has them; empty where it is none."""
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and "@" not in parts.netloc
    except ValueError:
        return ""
    return _bare(parts.netloc.lower()) if known else ""


def _bare(host: str) -> str:
    """Host without the port that goes without saying."""
    return next((host.removesuffix(port) for port in _DEFAULT_PORTS if host.endswith(port)), host)


def _name(host: str) -> str:
    found = _HOST.fullmatch(host)
    return found[1].strip("[]") if found else ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _checked(receive: Receive) -> Receive:
    """What a browser sends, up to the first message that no browser of ours would; there it is as if it had left."""

    async def checked() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and not is_message(message.get("text")):
            return {"type": "websocket.disconnect", "code": _WRONG}
        return message

    return checked


def is_message(text: Any) -> bool:
    """Whether it is one of the messages that a page sends.

    Others would have the server do what no page asks for: import a module and call something in it (``create_widget``),
    make room for as many parts as bytes say they have, or make a widget of the visitor's own.
    """
    if not isinstance(text, str) or len(text) > LARGEST:
        return False
    try:
        said = json.loads(text)
        return said["channel"] == "shell" and _is_told(said["header"]["msg_type"], said["content"])
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return False


def _is_told(kind: str, content: dict[str, Any]) -> bool:
    if kind in ("kernel_info_request", "shutdown_request"):
        return isinstance(content, dict)
    if not (isinstance(content["comm_id"], str) and isinstance(data := content["data"], dict)):
        return False
    if kind == "comm_open":
        return content["target_name"] in _TARGETS
    if kind == "comm_msg" and data["method"] == "run":
        return isinstance(data["args"]["path"], str) and len(data["args"]["path"]) <= _PATH + _QUERY
    if kind == "comm_msg" and data["method"] == "custom":
        return data["content"].keys() <= _EVENT and isinstance(data["content"]["event"], str)
    return kind == "comm_close" or (kind == "comm_msg" and data["method"] in _METHODS)
