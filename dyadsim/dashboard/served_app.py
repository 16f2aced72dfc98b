"""The application that is served: the pages, their connection and the files that they need, and nothing else.

Solara's own application also fetches files that are not there from another host, deletes folders that are asked for as
files, and tells how the server is; so its parts are put together here anew, and what is not among them is not there.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

from solara.server import kernel_context, settings
from solara.server import server as solara_server
from solara.server import starlette as solara_starlette
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from . import memory
from .app import EMBEDDED, PAGES
from .framing import framed, unframed
from .guard import Guard

__all__ = ["MOST_TABS", "MOST_TABS_OF_ONE", "application"]

MOST_TABS = 200
"""Tabs, of all visitors together, that a server keeps; each takes some megabytes."""

MOST_TABS_OF_ONE = 30
"""Tabs of one browser that a server keeps."""

_log = logging.getLogger(__name__)
_NAME = re.compile(r"[\w-]{1,64}")  # of a tab, as browsers choose them


def application(host: str) -> Guard:
    """The application for a server that listens on that address."""
    middleware = [Middleware(GZipMiddleware, minimum_size=1000)]
    app = Starlette(
        routes=[*_routes()],
        middleware=middleware,
        lifespan=solara_starlette.lifespan,
        exception_handlers={404: _nothing_there},
    )
    app.router.redirect_slashes = False
    return Guard(app, host)


def _routes() -> Iterator[BaseRoute]:
    yield Route("/readyz", solara_starlette.readyz)
    for path in (*PAGES, EMBEDDED):
        yield Route(path, _page)
        yield Route(f"{path}/", _page)
    yield Route("/jupyter/api/kernels/{id}", solara_starlette.kernels)  # asked for by a page that lost its connection
    yield WebSocketRoute("/jupyter/api/kernels/{kernel_id}/channels", _connection)
    yield Route("/_solara/api/close/{kernel_id}", _close, methods=["POST"])
    yield Mount("/_solara/cdn", StaticFiles(directory=settings.assets.proxy_cache_dir))
    for name, folder in _extensions().items():
        yield Mount(f"/jupyter/nbextensions/{name}", StaticFiles(directory=folder))
    yield Mount("/static/assets", solara_starlette.StaticAssets())
    yield Mount("/static", StaticFiles(directory=solara_server.solara_static))


def _extensions() -> dict[str, Path]:
    """Folders of the extensions that a page asks for: those of its widgets."""
    names = {each.partition("/")[0] for each in solara_server.get_nbextensions()[0]}
    places = [(name, folder / name) for name in names for folder in solara_server.get_nbextensions_directories()]
    return {name: folder.resolve() for name, folder in reversed(places) if folder.is_dir()}


async def _nothing_there(_: Request, __: Exception) -> Response:
    return PlainTextResponse(f"There is nothing here; the pages are {', '.join(PAGES)}.\n", 404)


async def _page(request: Request) -> Response:
    if len(kernel_context.contexts) >= MOST_TABS:
        return PlainTextResponse(
            "This dashboard has all the visitors that it can take; try again in some minutes.\n", 503
        )
    page: Response = await solara_starlette.root(request)
    return framed(page) if request.url.path.rstrip("/").endswith(EMBEDDED) else unframed(page)


async def _connection(socket: WebSocket) -> None:
    """What a page and the server tell each other."""
    tab, page = socket.path_params["kernel_id"], socket.query_params.get("session_id", "")
    if not (_NAME.fullmatch(tab) and _NAME.fullmatch(page) and _has_room(tab, socket)):
        await socket.close(1008)
        return
    try:
        await solara_starlette.kernel_connection(socket)
    except Exception as failure:  # a visitor's own doing, or a connection that went: no traceback for each
        _log.warning("a connection ended: %r", failure)
    finally:
        memory.give_back()


def _has_room(tab: str, socket: WebSocket) -> bool:
    there = dict(kernel_context.contexts)
    visitor = socket.cookies.get(solara_server.COOKIE_KEY_SESSION_ID)
    if tab in there:
        return there[tab].session_id == visitor
    own = sum(one.session_id == visitor for one in there.values())
    return len(there) < MOST_TABS and own < MOST_TABS_OF_ONE


def _close(request: Request) -> Response:
    """What a browser tells when a tab is closed; told of none that is there, nothing is done."""
    context = kernel_context.contexts.get(request.path_params["kernel_id"])
    page = request.query_params.get("session_id", "")
    if context is not None and page in context.page_status:
        context.page_close(page)
        memory.give_back()
    return Response()
